"""A small rehearsal made with the staff's own commands: the sample's first polling station, with cards of one kind."""

import csv
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import config
from booth.desk.desk import SHEET, SUFFIXES, DeskCard, cards_in
from booth.desk.verbs import ReaderKind
from booth.desk.virtual import VirtualPlace
from config.cards.pcsc import PcscReader
from config.cards.pins import new_pin
from config.cards.port import ReaderGone
from config.cards.virtual.card import new_virtual_card
from config.errors import OperatorError
from config.files import write_whole

SAMPLE = Path(config.__file__).parent / "sample"
VILLAGE, TPS = "34.04.01.2001", 1
"""The polling station of the sample that is tried."""
WAITS = re.compile(r"(idle_warning_s|check_warning_s|countdown_s|box_sign_s) *=")
"""Settings of the sample that are shortened for the demo."""
WAIT_FOR_HAND_S = 600
"""For a person to find a card and put it in."""
LOOK_S = 0.1
HAND_S = 0.6
CARDS_TRIED = 3
"""For one person, before the try is given up."""
PASSPHRASE = "passphrase"  # noqa: S105 -- a file's name
"""Of the try's root key, kept beside it when real cards were issued."""
_COLUMNS = ("file", "role", "village", "tps", "holder", "pin")


@dataclass(frozen=True)
class Rehearsal:
    """One booth, ready to be opened."""

    cards: tuple[DeskCard, ...]
    """Those that are files; real ones lie in people's hands."""
    stick: Path


def prepare(folder: Path, kind: ReaderKind) -> Rehearsal:
    """Made as a district makes it; raises OperatorError with a command's own words."""
    work, cards, packages = folder / "district", folder / "cards", folder / "packages"
    cards.mkdir()
    passphrase = secrets.token_urlsafe(24)
    if kind is ReaderKind.PCSC:
        # Real cards outlive this rehearsal: without its root key nobody could ever issue them again.
        write_whole(folder / PASSPHRASE, f"{passphrase}\n".encode(), 0o600)
        say(
            f"Dua kartu asli diberi kunci baru. Setelah mencoba, bebaskan keduanya: {freeing(folder)}",
            "Two real cards get new keys. After the try set both of them free with that command.",
        )
    staff = _Staff(work, os.environ | {"BILIK_PASSPHRASE": passphrase})
    say("Menyiapkan gladi kecil dari config/sample …", "Preparing a small rehearsal from config/sample …")
    source = _source(folder / "source")
    staff.run("audio", source)
    staff.run("new", source, work)
    _ISSUE[kind](staff, cards)
    for role in ("officers", "committee"):
        staff.run("trustee", "new", work / "request", "--role", role, "--out", folder / f"{role}.trustee")
        staff.run("trustee", "add", work, folder / f"{role}.trustee")
    staff.run("package", work, "--all", packages)
    at_hand = cards_in(cards, kind) if kind in SUFFIXES else ()
    for card in at_hand:
        say(f"{card.holder}: PIN {card.pin}", f"{card.role}")
    return Rehearsal(at_hand, min(packages.iterdir()))


def real_cards_out(folder: Path) -> bool:
    """Whether real cards of an earlier try still have the keys that only its workspace can change."""
    keyed = {path.name for path in (folder / "district" / "card-keys").glob("*")}
    if not keyed or not (folder / PASSPHRASE).exists():
        return False
    listed = subprocess.run(  # noqa: S603
        _command(("cards", "list", folder / "district", "--json")), check=False, capture_output=True
    )
    entries = json.loads(listed.stdout) if listed.returncode == 0 else []
    return bool(keyed - {entry["id"] for entry in entries if entry["state"] in ("retired", "replaced")})


def freeing(folder: Path) -> str:
    """The command that makes the real cards of a try as they came from the factory."""
    return (
        f"bilik-district cards retire {folder / 'district'} --stack --release --yes "
        f"--passphrase-file {folder / PASSPHRASE}"
    )


def say(indonesian: str, english: str) -> None:
    """Two lines on the terminal."""
    sys.stdout.write(f"{indonesian}\n  {english}\n")
    sys.stdout.flush()


def _source(folder: Path) -> Path:
    """The sample's first polling station with an election's own waits: the demo's short ones would call the officer
    while one looks around.
    """
    shutil.copytree(SAMPLE, folder)
    for name, kept in (
        ("election.toml", lambda line: not WAITS.match(line)),
        ("booths.csv", lambda line: line.startswith(("kode_wilayah", f"{VILLAGE},{TPS},"))),
    ):
        file = folder / name
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(filter(kept, lines)), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class _Staff:
    """The district's people at their terminal: our own commands with our own arguments, no shell between."""

    work: Path
    environment: dict[str, str]

    def run(self, *arguments: str | Path) -> None:
        """Without a word, unless it fails."""
        done = subprocess.run(  # noqa: S603
            _command(arguments), env=self.environment, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise OperatorError(
                f"The rehearsal could not be prepared: {done.stderr.strip()}",
                id=f"Gladi tidak dapat disiapkan: {done.stderr.strip()}",
            )

    def talk(self, *arguments: str | Path) -> None:
        """With the person at this terminal, who reads what it says, answers, and tries again with another card."""
        for left in reversed(range(CARDS_TRIED)):
            if subprocess.run(_command(arguments), env=self.environment, check=False).returncode == 0:  # noqa: S603
                return
            if left:
                _until_empty()
        raise OperatorError(
            "The card was not issued; the lines above say why. Then start again.",
            id="Kartu belum terbit; baris di atas menjelaskan sebabnya. Setelah itu mulai lagi.",
        )


def _command(arguments: tuple[str | Path, ...]) -> list[str]:
    return [sys.executable, "-m", "sync.district", *map(str, arguments)]


# Cards


@dataclass(frozen=True)
class _Person:
    """Somebody who gets a card: two officers, two of the committee."""

    role: str
    number: int

    @property
    def name(self) -> str:
        return f"Petugas {self.number} TPS {TPS}" if self.role == "officers" else f"Panitia {self.number}"

    @property
    def order(self) -> tuple[str, ...]:
        """What says in a command for whom a card is."""
        tps = ("--tps", str(TPS)) if self.role == "officers" else ()
        return ("--role", self.role, "--village", VILLAGE, *tps, "--holder", self.name)

    def row(self, file: str, pin: str) -> tuple[object, ...]:
        """Of the sheet."""
        return (file, self.role, VILLAGE, TPS if self.role == "officers" else "", self.name, pin)


_PEOPLE = tuple(_Person(role, number) for role in ("officers", "committee") for number in (1, 2))


def _soft_cards(staff: _Staff, cards: Path) -> None:
    staff.run("cards", "rehearsal", staff.work, cards)


def _virtual_cards(staff: _Staff, cards: Path) -> None:
    """Four virtual cards, put one after another into a virtual reader of the district's own."""
    rows = []
    with closing(VirtualPlace(cards.parent / "issuing")) as reader:
        issuer = replace(staff, environment=staff.environment | reader.environment)
        for person in _PEOPLE:
            file, pin = cards / f"{person.role}-{person.number}.piv", new_pin().reveal()
            new_virtual_card(file)
            reader.insert(file)
            with _handed(pin, cards) as chosen:
                issuer.run("cards", "issue", staff.work, *person.order, *chosen)
            # As a hand would: pcscd may never see the next card when one leaves while a program lets go of it.
            time.sleep(HAND_S)
            reader.remove()
            rows.append(person.row(file.name, pin))
    _write_sheet(cards / SHEET, rows)


def _real_cards(staff: _Staff, cards: Path) -> None:
    """One officer's and one of the committee for real, put in by hand; the second of each role is a file, unused."""
    for person in _PEOPLE:
        pin = new_pin().reveal()
        with _handed(pin, cards) as chosen:
            if person.number == 1:
                _until_empty()
                staff.talk("cards", "issue", staff.work, *person.order, *chosen, "--wait", str(WAIT_FOR_HAND_S))
                # A PIN on a screen is for rehearsals: it is worth as much as the sheet of the soft cards.
                say(f"{person.name}: PIN {pin}", f"{person.role}; write it down.")
            else:
                out = cards / f"{person.role}-{person.number}.card"
                staff.run("cards", "issue", staff.work, "--soft", *person.order, "--out", out, *chosen)


def _until_empty() -> None:
    """The card of before must leave; a person is told when it does not by itself."""
    reader = PcscReader()
    end_s, told = time.monotonic() + WAIT_FOR_HAND_S, False
    try:
        while _lies(reader) and time.monotonic() < end_s:
            if not told:
                say("Cabut kartu dari pembaca.", "Take the card out of the reader.")
                told = True
            time.sleep(LOOK_S)
    finally:
        reader.close()


def _lies(reader: PcscReader) -> bool:
    """Something lies there; a token that was taken out took its reader along."""
    try:
        return reader.lies()
    except ReaderGone:
        return False


_ISSUE: dict[ReaderKind, Callable[[_Staff, Path], None]] = {
    ReaderKind.SOFT: _soft_cards,
    ReaderKind.VIRTUAL: _virtual_cards,
    ReaderKind.PCSC: _real_cards,
}


@contextmanager
def _handed(pin: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Arguments that give a PIN to a command by a file: as an argument it would show in the list of processes."""
    chosen = folder / "pin"
    write_whole(chosen, f"{pin}\n".encode(), 0o600)
    try:
        yield ("--pin-file", str(chosen))
    finally:
        chosen.unlink()


def _write_sheet(path: Path, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        path.chmod(0o600)
        table = csv.writer(out, lineterminator="\n")
        table.writerow(_COLUMNS)
        table.writerows(rows)
