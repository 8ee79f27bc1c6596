"""Cards and stick of the simulated desk: links in a folder that the booth watches, changed in one step each."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from booth.desk.reader import DeskReader, SoftPlace, by_hand
from booth.desk.verbs import ReaderKind
from config.errors import InputError, OperatorError

SHEET = "pins.csv"
"""The rehearsal's sheet beside the card files: columns file, role, village, tps, holder, pin."""
SUFFIXES = {ReaderKind.SOFT: ".card", ReaderKind.VIRTUAL: ".piv"}
"""Of the card files that a desk finds; real cards are no files."""


@dataclass(frozen=True)
class DeskCard:
    """A card that lies at hand as a file. Role, holder and PIN come from the rehearsal's sheet, empty without one."""

    name: str
    """The file's name without its suffix."""
    file: Path
    role: str = ""
    holder: str = ""
    pin: str = ""


def cards_in(folder: Path, kind: ReaderKind = ReaderKind.SOFT) -> tuple[DeskCard, ...]:
    """The cards of one kind in a folder, by name; raises InputError when its sheet cannot be read."""
    rows = _sheet(folder / SHEET)
    cards = []
    for file in sorted(folder.glob(f"*{SUFFIXES[kind]}")):
        row = rows.get(file.name, {})
        cards.append(
            DeskCard(file.stem, file.resolve(), row.get("role") or "", row.get("holder") or "", row.get("pin") or "")
        )
    return tuple(cards)


def _sheet(path: Path) -> dict[str, dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        text = ""
    rows = csv.DictReader(io.StringIO(text))
    if "file" not in (rows.fieldnames or ()):
        raise InputError(
            f"{path.name} is not a rehearsal's sheet of cards. Make the cards again, or remove the file.",
            id=f"{path.name} bukan lembar kartu simulasi. Buat ulang kartunya, atau hapus berkas itu.",
        )
    return {row["file"]: row for row in rows}


class Desk:
    """One booth's desk: ``folder/card`` and ``folder/stick`` are links while card and stick are in."""

    def __init__(
        self,
        folder: Path,
        cards: tuple[DeskCard, ...] = (),
        stick: Path | None = None,
        reader: DeskReader | None = None,
    ) -> None:
        """``stick`` is the folder that stands for the booth's stick; nothing is put in yet, what was in stays.

        Without a ``reader`` the booth reads soft cards through the link.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._reader = reader if reader is not None else SoftPlace()
        self.cards = cards
        self._by_name = {card.name: card for card in cards}
        self._stick = stick.resolve() if stick is not None else None

    # The reader

    @property
    def card(self) -> str | None:
        """Name of the card in the reader."""
        place = self.folder / "card"
        return place.readlink().stem if place.is_symlink() and self._reader.holds_card else None

    def insert_card(self, name: str) -> None:
        """Raises OperatorError for a card that is not at hand, or when the reader is taken."""
        self._want_own_cards()
        card = self._by_name.get(name)
        if card is None:
            raise OperatorError(
                f"There is no card {name} on this desk. The desk's cards: {', '.join(self._by_name) or 'none'}.",
                id=f"Tidak ada kartu {name} di meja ini. Kartu di meja: {', '.join(self._by_name) or 'tidak ada'}.",
            )
        if self.card is not None:
            raise OperatorError(
                f"The card {self.card} lies in the reader. Take it out first.",
                id=f"Kartu {self.card} masih di pembaca. Cabut dulu.",
            )
        self._reader.insert(card.file)
        self._link("card", card.file)

    def remove_card(self) -> None:
        """Raises OperatorError when the reader is empty."""
        self._want_own_cards()
        if self.card is None:
            raise OperatorError(
                "The reader is empty. Put a card in first.", id="Pembaca kartu kosong. Masukkan kartu dulu."
            )
        self._reader.remove()
        (self.folder / "card").unlink()

    def _want_own_cards(self) -> None:
        if self._reader.state.kind is ReaderKind.PCSC:
            raise by_hand()

    # The stick

    @property
    def has_stick(self) -> bool:
        """Whether this desk was given a stick at all."""
        return self._stick is not None

    @property
    def stick(self) -> bool:
        """Whether the stick is in."""
        return (self.folder / "stick").is_symlink()

    def insert_stick(self) -> None:
        """Raises OperatorError when it is in, or when this desk has none."""
        if self._stick is None:
            raise OperatorError(
                "This desk has no stick. Start it with --stick FOLDER.",
                id="Meja ini tidak punya stik. Jalankan dengan --stick FOLDER.",
            )
        if self.stick:
            raise OperatorError("The stick is in already. Pull it first.", id="Stik sudah terpasang. Cabut dulu.")
        self._link("stick", self._stick)

    def remove_stick(self) -> None:
        """Raises OperatorError when it is not in."""
        if not self.stick:
            raise OperatorError("There is no stick to pull. Put it in first.", id="Stik belum terpasang. Pasang dulu.")
        (self.folder / "stick").unlink()

    # The clock

    def set_clock(self, offset_s: float) -> None:
        """Puts the booth's clock off by so many seconds; 0 sets it right."""
        fresh = self.folder / "clock.new"
        fresh.write_text(f"{offset_s}\n", encoding="ascii")
        fresh.replace(self.folder / "clock")

    def _link(self, name: str, target: Path) -> None:
        # Made aside and renamed: the booth sees the old place or the new one, never a link that is half there.
        fresh = self.folder / f"{name}.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self.folder / name)
