"""The real booth between two voters: how soon it shows something, how much of a core and of memory it takes.

Its election is a spoken one: clips are kept in memory.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.restart import half_spent, window
from tests.robot.driver import Robot
from tests.soak.gauge import cpu_s, sample

SLOTS, VOTERS = 400, 333
WATCHED_S = 20.0
FIRST_S, CORE_PERCENT, MEMORY_MB = 1.5, 4, 200
"""What is promised."""
MIB_TO_MB = 1.048576


def run() -> Iterator[str]:
    """Each figure, its floor where there is one, and what is promised."""
    floor_s = min(window()[0] for _ in range(2))
    with (
        tempfile.TemporaryDirectory() as folder,
        half_spent(Path(folder), VOTERS, SLOTS, spoken=True) as station,
        station,
    ):
        station.site.desk.insert_stick()
        station.switch_off()
        began_s = time.monotonic()
        station.comes_on_again()
        first_s = _first(station.site.robot) - began_s
        # Nobody was in the booth: the card leads straight to the next voter.
        station.site.robot.wait_for("CardWanted:locked")
        station.staff.officer.shows_card_and_pin(station.site, "WaitingForCard")
        pid = station.appliance.pid
        # What is left of opening goes within seconds.
        time.sleep(5)
        before, began_s = sum(cpu_s(pid)), time.monotonic()
        time.sleep(WATCHED_S)
        core = (sum(cpu_s(pid)) - before) / (time.monotonic() - began_s) * 100
        held = sample(pid, 0, 0, 0)
    own, whole = held.anon_kib / 1024 * MIB_TO_MB, held.pss_kib / 1024 * MIB_TO_MB
    yield _line(
        "start to the first picture",
        f"{first_s:6.2f} s ",
        f"{first_s / floor_s:4.1f} x an empty window",
        first_s <= FIRST_S,
        f"{FIRST_S} s",
    )
    yield _line("waiting for a card: of a core", f"{core:6.2f} % ", "", core <= CORE_PERCENT, f"{CORE_PERCENT} %")
    yield _line("waiting for a card: memory of its own", f"{own:6.1f} MB", "", own <= MEMORY_MB, f"{MEMORY_MB} MB")
    yield _line(
        "the same and its part of shared libraries", f"{whole:6.1f} MB", "", whole <= MEMORY_MB, f"{MEMORY_MB} MB"
    )


def _first(robot: Robot) -> float:
    """When the panel shows anything."""
    robot.wait_until(lambda seen: bool(seen.view), "the first picture")
    return time.monotonic()


def _line(name: str, took: str, ratio: str, kept: bool, promised: str) -> str:
    return f"booth {name:<44} {took}   {ratio:<22} promised {promised}{'' if kept else ': NOT KEPT'}"


def main() -> None:
    for line in run():
        print(line, flush=True)


if __name__ == "__main__":
    main()
