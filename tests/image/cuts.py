"""``make image-torture``: the power goes while people vote inside the image; nothing that was confirmed may be lost.

python -m tests.image.cuts [--image FILE] [--out FOLDER] [--cuts N] [--voters N] [--seed N]

Killing the emulator would be no power cut: what the guest has written is in the file then, flushed or not. So every
write to the card is logged while people vote, and cuts are made of the log afterwards: the power goes after some write,
and of what was written since the last flush every write is lost with even chances. What is left is checked and repaired
by the very command that the image runs at its start, and the booth's store is opened with an officer's card. What was
confirmed to voters by then (*the slip goes into the box*) is known by the log's size at that moment.
"""

import argparse
import os
import random
import secrets
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from booth.desk.desk import cards_in
from booth.desk.verbs import ReaderKind
from booth.ground.data import mended
from booth.ground.told import DataWord
from booth.store.keys import STORE_FILE, open_keys
from booth.store.store import Store
from config.cards.port import Card
from config.errors import BilikError
from config.secret import Pin
from sync.ballot.records import hash_b64
from sync.media import PACKAGE_FOLDER
from tests.booth.piv import DirectReader, piv_election
from tests.demo.teller import Teller
from tests.district.election import Made, changed_sample
from tests.image import eyes, sdcard
from tests.image.beginning import IMAGE, begin
from tests.image.booth import GuestBooth
from tests.image.day import PATIENCE
from tests.image.desk import GuestDesk
from tests.image.emulator import PANEL
from tests.image.writelog import Write, entries, kept, replay
from tests.robot.people import CardHolder, Officer, Site, Voter
from tests.robot.reading import SlipReader, Stub
from tests.torture.ground import BOOTH

SETTINGS = {"mode": "official", "tape_copies": 1, "stub": True, **PATIENCE}
STORE = "booth/store"
"""On the data partition."""
CARD_GIB = 4
EXIT_VIOLATED = 1


@dataclass
class Recorded:
    """The card before anybody voted, all writes while people did, and what they were told."""

    before: Path
    log: Path
    begun: list[int] = field(default_factory=list)
    """The log's size when a voter began to choose."""
    confirmed: list[tuple[int, str]] = field(default_factory=list)
    """And when one was told that the vote is stored, with the tracker of the stub in her hand."""


def main() -> int:
    """Exit code 0 when every cut held, 1 for a violation, 2 for wrong use."""
    options = _parser().parse_args()
    # e2fsck lies in sbin, which people's PATH leaves out.
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    teller = Teller()
    home = begin(options.image, options.out)
    made = piv_election(home / "election", changed_sample(home / "source", **SETTINGS))
    recorded = _record(home, options.image.resolve(), made, options.voters, teller)
    verdicts = list(_cut(home, made, recorded, options.cuts, random.Random(options.seed), teller))
    wrong = [verdict for verdict in verdicts if verdict]
    for verdict in wrong:
        teller.say(f"VIOLATED  {verdict}", "bold red")
    teller.say(f"{len(verdicts) - len(wrong)} of {len(verdicts)} cuts held (seed {options.seed})")
    return EXIT_VIOLATED if wrong or not verdicts else 0


def _record(home: Path, image: Path, made: Made, voters: int, teller: Teller) -> Recorded:
    card, before = home / "card.raw", home / "before.raw"
    shutil.copyfile(image, card)
    with card.open("r+b") as file:
        file.truncate(CARD_GIB << 30)
    package = made.sticks / BOOTH
    boot = sdcard.boot_of(image, home / "firmware")
    desk = GuestDesk(home / "desk", cards_in(made.cards, ReaderKind.VIRTUAL), package, home / "stick.img")
    people = {card.name: card for card in cards_in(made.cards, ReaderKind.VIRTUAL)}
    officer = Officer(people[f"officers-{BOOTH[:17]}-1"])
    committee = CardHolder(people[f"committee-{BOOTH[:13]}-1"])
    drawn = eyes.draw(PANEL, package / PACKAGE_FOLDER, sdcard.root_hash(boot), home / "drawn")
    reader = SlipReader(made.package(BOOTH))
    booth = GuestBooth(home, card, drawn, desk, reader, teller.say)
    recorded = Recorded(before, home / "writes.log")
    try:
        with booth.on("opening", boot, log=home / "opening.log") as site:
            officer.opens(site, committee)
        _copy(card, before)
        with booth.on("voting", boot, log=recorded.log) as site:
            site.robot.wait_for("CardWanted:locked")
            officer.shows_card_and_pin(site, "WaitingForCard")
            for number in range(voters):
                _vote(site, officer, Voter(number % 4), recorded)
                teller.say(f"voter {number + 1} of {voters}: {recorded.log.stat().st_size >> 10} KiB of writes")
    finally:
        desk.close()
    return recorded


def _vote(site: Site, officer: Officer, voter: Voter, recorded: Recorded) -> None:
    officer.unlocks(site)
    recorded.begun.append(recorded.log.stat().st_size)
    voter.chooses(site)
    (said,) = (what for _, what in site.hanging() if isinstance(what, Stub))
    voter.agrees(site)
    recorded.confirmed.append((recorded.log.stat().st_size, said.tracker))


def _cut(
    home: Path, made: Made, recorded: Recorded, cuts: int, chance: random.Random, teller: Teller
) -> Iterator[str | None]:
    """Nothing for a cut that held, else what was wrong."""
    writes = entries(recorded.log)
    first = next(n for n, write in enumerate(writes) if write.ends_at > recorded.begun[0])
    part = sdcard.parts(recorded.before)[-1]
    data = home / "data.before"
    _take_out(recorded.before, data, part)
    teller.say(f"{len(writes)} writes, {sum(bool(w.flags & 1) for w in writes)} of them flushes; {cuts} cuts")
    package = made.package(BOOTH)
    stood: Counter[int] = Counter()
    for _ in range(cuts):
        done = chance.randint(first, len(writes))
        _copy(data, home / "data.cut")
        replay(recorded.log, kept(writes, done, chance), home / "data.cut", part.start, part.size)
        wrong, cast = _judge(home, made, package.manifest.ballot.uuid, recorded, writes, done)
        stood[cast] += 1
        yield f"after write {done}: {wrong}" if wrong else None
    teller.say("votes that stood after the cuts: " + ", ".join(f"{n} in {times}" for n, times in sorted(stood.items())))


def _judge(home: Path, made: Made, uuid: str, recorded: Recorded, writes: list[Write], done: int) -> tuple[str, int]:
    size = writes[done - 1].ends_at
    must = {tracker for at, tracker in recorded.confirmed if at <= size}
    may = sum(at <= size for at in recorded.begun)
    disk, folder = home / "data.cut", home / "cut"
    if (word := mended(disk)) is not DataWord.GOOD:
        # Replaying the journal is no repair: a cut must leave nothing to mend.
        return f"the image's own check says {word}", -1
    checked = _run("e2fsck", "-f", "-n", str(disk))
    if checked.returncode:
        return f"not whole after its repair: {checked.stdout}", -1
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _run("debugfs", "-R", f"rdump / {folder}", str(disk))
    try:
        _, keys = open_keys(folder / STORE, _officer(home, made), uuid)
        store = Store.open(folder / STORE / STORE_FILE, keys.store_key)
    except BilikError as fault:
        return f"the store: {fault.en}", -1
    try:
        found = {hash_b64(ballot) for ballot in store.cast_ballots()}
        cast = store.tally.cast
    finally:
        store.close()
    lost = must - found
    if lost:
        return f"{len(lost)} confirmed votes are lost", cast
    if not len(must) <= cast <= may:
        return f"{cast} votes, and it must be {len(must)} to {may}", cast
    return "", cast


def _officer(home: Path, made: Made) -> Card:
    """The officer's card with its PIN typed, as at any opening of the store."""
    file = made.cards / f"officers-{BOOTH[:17]}-1.piv"
    place = home / "place"
    place.unlink(missing_ok=True)
    place.symlink_to(file)
    card = DirectReader(place).card()
    assert card is not None
    card.verify_pin(Pin(made.pin(file.name)))
    return card


def _take_out(card: Path, file: Path, part: sdcard.Part) -> None:
    """One partition, with holes where it has nothing."""
    block = 1 << 20
    with card.open("rb") as source, file.open("wb") as target:
        source.seek(part.start)
        for at in range(0, part.size, block):
            data = source.read(min(block, part.size - at))
            if data.strip(b"\0"):
                target.seek(at)
                target.write(data)
        target.truncate(part.size)


def _copy(source: Path, target: Path) -> None:
    """With its holes."""
    if _run("cp", "--sparse=auto", str(source), str(target)).returncode:
        raise AssertionError(f"{source.name} cannot be copied")


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.image.cuts", description=__doc__.splitlines()[0])
    parser.add_argument("--image", type=Path, default=IMAGE, help="the SD image")
    parser.add_argument("--out", type=Path, default=Path("build/image-torture"), help="folder for what is made")
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--voters", type=int, default=6)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    return parser


if __name__ == "__main__":
    began_s = time.monotonic()
    status = main()
    print(f"{time.monotonic() - began_s:.0f} s")
    sys.exit(status)
