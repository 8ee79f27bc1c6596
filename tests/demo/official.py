"""The official election in miniature: one polling station whose PIV cards are read through a real pcscd, from their
issue to their retirement.

Its people get to know their PINs as in life: the district's command draws them and prints slips for envelopes, and
whoever opens an envelope reads digits (tests/robot/envelope.py). No file of PINs is ever written.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from booth.desk.desk import DeskCard
from booth.desk.verbs import ReaderKind
from booth.desk.virtual import VARIABLE
from config.cards.certificate import read_certificate
from config.cards.pcsc import PcscReader
from config.cards.piv.admin import DEFAULT_PIN
from config.cards.piv.card import PivCard
from config.cards.port import Slot, WrongPin
from config.cards.role import Role
from config.cards.virtual.card import Profile, new_virtual_card
from config.cards.virtual.reader import VirtualReader
from config.mode import Mode
from config.package import Package
from config.secret import Pin
from config.words import builtin
from printer.envelope import PinSlip
from tests.demo import proof
from tests.demo.election import Election
from tests.demo.proof import Claim
from tests.demo.station import Folders, Staff, Station
from tests.robot.envelope import read_pin
from tests.robot.people import Officer

HAND_S = 0.6
"""From the last word of a command to the card in the hand."""
NOTICED_S = 5.0
"""Until a card that was put in is read; pcscd looks every 200 to 400 ms."""


@dataclass(frozen=True)
class Person:
    """Somebody who gets a card."""

    card: str
    role: Role
    name: str

    def row(self, village: str, tps: int) -> str:
        """A line of the table that ``cards issue --holders`` takes."""
        return f"{self.role},{village},{tps if self.role is Role.OFFICERS else ''},{self.name}\n"


PEOPLE = (
    Person("officers-1", Role.OFFICERS, "Siti Rahayu"),
    Person("officers-2", Role.OFFICERS, "Joko Prasetyo"),
    Person("committee-1", Role.COMMITTEE, "Endang Lestari"),
    Person("committee-2", Role.COMMITTEE, "Agus Wibowo"),
)
FORGETFUL = PEOPLE[1]
TRIES_LEFT = 3
"""What the forgetful officer's card has left when the day begins: two are lost at the booth, the last one is kept."""
VILLAGE, TPS = "34.04.01.2001", 2
"""The polling station of the sample."""


def open_envelope(person: Person, slip: Path) -> str:
    """The PIN on somebody's slip; raises Unreadable for a slip that is another one's."""
    about = PinSlip(
        election="Pilkades Balecatur 2026",
        district="Kabupaten Sleman",
        mode=Mode.OFFICIAL,
        holder=person.name,
        role=person.role,
        place=f"Balecatur TPS {TPS}" if person.role is Role.OFFICERS else "Balecatur",
        label=slip.stem,
        pin=Pin(""),
    )
    return read_pin(slip, about, builtin("id"))


class OfficialElection(Election):
    """As the rehearsal, with cards that cannot be copied. Enter ``reader`` before anything else."""

    kind = ReaderKind.VIRTUAL
    title = "official election"

    def __init__(self, home: Path, demo: Path, tell: Callable[[str], None]) -> None:
        super().__init__(home, demo, tell)
        self._reader = VirtualReader(home / "reader")
        self._pins: dict[str, str] = {}
        self._claims: list[Claim] = []

    @contextmanager
    def reader(self) -> Iterator[None]:
        """The district's own card reader."""
        with self._reader:
            # This process looks at cards as well, and libpcsclite reads this once.
            os.environ[VARIABLE] = str(self._reader.socket)
            self.district.environment[VARIABLE] = str(self._reader.socket)
            yield

    # Before the day

    def issue_cards(self) -> None:
        """A stack of blank cards, one after another; then everybody opens the envelope and tries the PIN."""
        (self.home / "cards").mkdir()
        unfit = self.home / "cards" / "unfit.piv"
        new_virtual_card(unfit, Profile.PLAIN)
        for person in PEOPLE:
            new_virtual_card(self._file(person))
        table = self.home / "holders.csv"
        rows = (person.row(VILLAGE, TPS) for person in PEOPLE)
        table.write_text("".join(("role,village,tps,holder\n", *rows)), encoding="utf-8")
        stack = iter((unfit, *map(self._file, PEOPLE)))
        refused = []

        def hear(line: str) -> None:
            """What the clerk's hands do at what the screen says."""
            if "Put in the card for" in line:
                self._reader.insert(next(stack))
            elif "take it out" in line:
                self._reader.remove()
            elif "Take this card out" in line:
                refused.append(self._reader.state.cards[0])
                self._reader.remove()

        self.district.run("cards", "issue", "district", "--holders", table, "--slips", "slips", hear=hear)
        labels = {entry["holder"]: entry["label"] for entry in self.district.json("cards", "list", "district")}
        self._pins = {
            person.card: open_envelope(person, self.home / "slips" / f"{labels[person.name]}.png") for person in PEOPLE
        }
        where = f"TPS {TPS}"
        self._claims += [Claim(where, "cards: one that anybody could rewrite is refused", refused, [str(unfit)])]
        self._claims += self._try_cards(where)

    def _file(self, person: Person) -> Path:
        return self.home / "cards" / f"{person.card}.piv"

    def _try_cards(self, where: str) -> Iterator[Claim]:
        """Each card once more in the reader, asked by nobody of the district; one holder has forgotten the PIN."""
        refused, taken, modes = [], [], []
        for person in PEOPLE:
            with self._lying(person) as card:
                modes += [_mode(card, slot) for slot in Slot]
                refused.append(_refuses(card, DEFAULT_PIN))
                taken.append(not _refuses(card, Pin(self._pins[person.card])))
        with self._lying(FORGETFUL) as card:
            while card.tries_left() > TRIES_LEFT:
                _refuses(card, DEFAULT_PIN)
        yield Claim(where, "cards: factory PIN refused", sum(refused), len(PEOPLE))
        yield Claim(where, "cards: PIN of the envelope taken", sum(taken), len(PEOPLE))
        yield Claim(where, "cards: official in every certificate", modes, [Mode.OFFICIAL] * len(modes))

    @contextmanager
    def _put_in(self, person: Person) -> Iterator[None]:
        """While the card lies in the district's reader; no hand takes it out while a program still lets go of it."""
        self._reader.insert(self._file(person))
        try:
            yield
        finally:
            time.sleep(HAND_S)
            self._reader.remove()
        with closing(PcscReader()) as reader:
            _wait_until(lambda: reader.card() is None)

    @contextmanager
    def _lying(self, person: Person) -> Iterator[PivCard]:
        with self._put_in(person), closing(PcscReader()) as reader:
            _wait_until(lambda: reader.card() is not None)
            card = reader.card()
            assert card is not None
            yield card

    # The day

    def cards(self) -> tuple[DeskCard, ...]:
        return tuple(
            DeskCard(person.card, self._file(person), person.role, person.name, self._pins[person.card])
            for person in PEOPLE
        )

    def staff(self, package: Package, people: dict[str, Officer]) -> Staff:
        return Staff(people["officers-1"], people["officers-2"], people["committee-1"])

    # Afterwards

    def count(self) -> list[Claim]:
        claims = [*super().count(), *self._claims]
        claims += proof.of_official(self.home, self.booths, {station.name: station.wrong_pins for station in self.held})
        return [*claims, self._unblock(), self._retire()]

    def _unblock(self) -> Claim:
        """Another slip for the officer who forgot the PIN."""
        with self._put_in(FORGETFUL):
            self.district.run("cards", "unblock", "district", "--slips", "slips-again")
        (slip,) = (self.home / "slips-again").iterdir()
        self._pins[FORGETFUL.card] = open_envelope(FORGETFUL, slip)
        with self._lying(FORGETFUL) as card:
            taken = not _refuses(card, Pin(self._pins[FORGETFUL.card]))
        return Claim(self.names[0], "forgotten PIN: that of the new envelope taken", taken, True)

    def _retire(self) -> Claim:
        """The officers' cards open the package no more, which a blank booth is given once again."""
        officers = [person for person in PEOPLE if person.role is Role.OFFICERS]
        for person in officers:
            with self._put_in(person):
                self.district.run("cards", "retire", "district", "--yes")
        (name,) = self.names
        after = self.home / "after"
        folders = Folders(
            stick=after / "stick",
            data=after / "data",
            desk=after / "desk",
            cards=self.home / "cards",
            screens=after / "screens",
            logs=after / "logs",
            sockets=after,
            scratch=after / "tmp",
        )
        for folder in (folders.screens, folders.logs, folders.scratch):
            folder.mkdir(parents=True)
        shutil.copytree(self.home / "packages" / name, folders.stick)
        people = {card.name: Officer(card) for card in self.cards()}
        package = self.packages[name]
        with Station(package, folders, self.staff(package, people), self.kind) as station:
            said = [people[person.card].is_refused(station.site) for person in officers]
            station.site.robot.screenshot(folders.screens / "retired.png")
        self._tell(f"{name}  a blank booth, the old package, and a retired card: {said[0]}")
        retired = sum("was retired" in words for words in said)
        return Claim(name, "retired cards refused by a blank booth", retired, len(officers))


def _wait_until(holds: Callable[[], bool]) -> None:
    end_s = time.monotonic() + NOTICED_S
    while not holds():
        if time.monotonic() > end_s:
            raise AssertionError("a card was put in or taken out, and the reader does not know of it")
        time.sleep(0.05)


def _refuses(card: PivCard, pin: Pin) -> bool:
    try:
        card.verify_pin(pin)
    except WrongPin:
        return True
    return False


def _mode(card: PivCard, slot: Slot) -> Mode:
    der = card.certificate(slot)
    if der is None:
        raise AssertionError(f"an issued card has no certificate in {slot}")
    return read_certificate(der).claims.mode
