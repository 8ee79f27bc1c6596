"""Paper as people read it: what a piece is, what it says, and whether it says what it should, dot for dot."""

import functools
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image, ImageChops

from config.errors import InputError
from config.package import Package
from config.secret import Secret
from config.words import Words
from printer.blocks import Masthead
from printer.documents import Label, slip
from printer.escpos import render
from printer.layout import Document
from printer.profiles import TM_80, Profile
from printer.virtual.commands import Cut, Interpreter, Print
from printer.virtual.paper import Paper
from sync.mark import LENGTH, check_mark

ROLL_MM = 60_000
REMEMBERED = 256
"""Pieces of paper, by their very dots: what they say does not change, and reading codes and dots takes long."""


@dataclass(frozen=True)
class Slip:
    """A genuine slip: the place of the choice (0 is blank) and the mark's nonce."""

    choice: int
    nonce: bytes


@dataclass(frozen=True)
class Stub:
    """A voter's stub."""

    tracker: str


@dataclass(frozen=True)
class OtherPaper:
    """A report, a tape or a fragment: no code on it that a voter reads."""


class Unreadable(AssertionError):
    """A slip that does not say what its mark says."""


class SlipReader:
    """Reads one booth's slips and stubs; knows the package, as a hand count does, and nothing of the booth."""

    def __init__(self, package: Package, profile: Profile = TM_80) -> None:
        manifest = package.manifest
        language = manifest.settings.paper_language
        self._manifest = manifest
        self._profile = profile
        self._read: dict[bytes, Slip | Stub | OtherPaper] = {}
        self._words = Words(package.files[manifest.words[language]], language)
        self._masthead = Masthead(
            election=manifest.election.name,
            district=manifest.election.district,
            village=manifest.place.village,
            village_code=manifest.place.village_code,
            tps=manifest.place.tps,
            booth=manifest.place.booth,
            mode=manifest.mode,
        )

    def label(self, choice: int) -> Label:
        """What stands on the slip for a choice."""
        if choice == 0:
            return Label(None, self._words("paper.blank"))
        candidate = self._manifest.candidates[choice - 1]
        return Label(candidate.number, candidate.name)

    def document(self, choice: int, mark: str) -> Document:
        """The slip of a choice with that mark."""
        first = 0 if self._manifest.blank else 1
        ballot = tuple(map(self.label, range(first, len(self._manifest.candidates) + 1)))
        return slip(self._masthead, ballot, Secret(self.label(choice)), mark, self._words)

    def read(self, path: Path) -> Slip | Stub | OtherPaper:
        """What the piece is; raises Unreadable for a slip whose mark and text do not say the same."""
        png = path.read_bytes()
        digest = hashlib.sha256(png).digest()
        if digest not in self._read:
            self._read[digest] = self._what(png, path.name)
        return self._read[digest]

    def _what(self, png: bytes, name: str) -> Slip | Stub | OtherPaper:
        codes = codes_in(png)
        if not codes:
            return OtherPaper()
        if len(codes[0]) != LENGTH:
            return Stub(codes[0])
        return self._slip(codes[0], Image.open(io.BytesIO(png)), name)

    def _slip(self, mark: str, picture: Image.Image, name: str) -> Slip:
        found = None
        for choice in range(len(self._manifest.candidates) + 1):
            try:
                nonce = check_mark(
                    mark, self._manifest.mark_key, self._manifest.ballot.uuid, self._manifest.place.booth_id, choice
                )
            except InputError:
                continue
            found = Slip(choice, nonce)
        if found is None:
            raise Unreadable(f"the mark on {name} fits no choice of this booth")
        document = self.document(found.choice, mark)
        expected = painted(document, self._profile)[0]
        if (
            picture.size != expected.size
            or ImageChops.difference(picture.convert("L"), expected.convert("L")).getbbox()
        ):
            raise Unreadable(f"{name} does not look like a slip for {self.label(found.choice).name}")
        return found


@functools.lru_cache(REMEMBERED)
def codes_in(png: bytes) -> tuple[str, ...]:
    """What its codes say."""
    with Image.open(io.BytesIO(png)) as picture:
        found = zxingcpp.read_barcodes(
            picture.convert("L"), zxingcpp.BarcodeFormat.QRCode, try_rotate=False, try_downscale=False, try_invert=False
        )
    return tuple(code.text for code in found)


def painted(document: Document, profile: Profile) -> list[Image.Image]:
    """The pieces of a document on fresh paper, without a line or a printer between."""
    interpreter, paper = Interpreter(profile.width_dots), Paper(profile.width_dots, ROLL_MM)
    interpreter.feed(render(document, profile).reveal())
    pieces = []
    while (action := interpreter.take()) is not None:
        match action:
            case Print():
                for row in action.rows:
                    paper.print_row(row)
            case Cut():
                piece = paper.cut()
                if piece is not None:
                    pieces.append(piece)
    return pieces
