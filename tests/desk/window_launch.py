"""Opens the desk's window without a screen, with a robot finger: ``window_launch.py SOCKET DESK CARDS STICK KIND``."""

import signal
import sys
from pathlib import Path

from booth.desk.control import Control
from booth.desk.desk import cards_in
from booth.desk.showing import SIZE
from booth.desk.simulation import Simulation
from booth.desk.verbs import SOCKET, ReaderKind
from booth.screens.environment import Surroundings, Video, prepare
from tests.robot.launch import install


def main(socket: Path, desk: Path, cards: Path, stick: Path, kind: ReaderKind) -> None:
    prepare(Surroundings(*SIZE, video=Video.OFFSCREEN))
    eyes = install(socket, None)
    from booth.desk.window import DeskApp

    lying = cards_in(cards, kind)
    with Simulation(desk, lying, stick, kind=kind) as simulation, Control(desk / SOCKET, simulation.do):
        DeskApp(simulation, lambda: False).run()
    del eyes


if __name__ == "__main__":
    # Leaves by the door, so that Kivy's home is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main(*map(Path, sys.argv[1:5]), ReaderKind(sys.argv[5]))
