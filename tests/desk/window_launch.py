"""Opens the desk's window without a screen, with a robot's finger: ``window_launch.py SOCKET DESK CARDS STICK``."""

import signal
import sys
from pathlib import Path

from booth.desk.control import Control
from booth.desk.desk import cards_in
from booth.desk.showing import SIZE
from booth.desk.simulation import Simulation
from booth.desk.verbs import SOCKET
from booth.screens.environment import Surroundings, Video, prepare
from tests.robot.launch import install


def main(socket: Path, desk: Path, cards: Path, stick: Path) -> None:
    prepare(Surroundings(*SIZE, video=Video.OFFSCREEN))
    eyes = install(socket, None)
    from booth.desk.window import DeskApp

    with Simulation(desk, cards_in(cards), stick) as simulation, Control(desk / SOCKET, simulation.do):
        DeskApp(simulation, lambda: False).run()
    del eyes


if __name__ == "__main__":
    # Leaves by the door, so that Kivy's home is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main(*map(Path, sys.argv[1:]))
