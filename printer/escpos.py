"""A document as the bytes of one kind of printer (ESC/POS, with python-escpos). Pure."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import segno
from PIL import Image, ImageDraw

from config.secret import Secret
from printer.layout import Align, Block, Columns, Cut, Document, Feed, Qr, Rule, Size, Text, leaders, wrapped
from printer.library import Dummy, EscposProfile
from printer.painting import painted_lines, painted_room
from printer.profiles import Profile, QrBy

CAPITAL_DOTS = 15
"""Height of a capital in font A before it is multiplied."""
CELL_DOTS = 24
"""Height of a line of font A before it is multiplied."""
FEED_DOTS = 30
"""A line of Feed."""
QR_MODULE_DOTS = 6
"""0.75 mm a module: a cheap phone reads it, and zbarimg at 203 dpi."""
QR_LEVEL_M = 1
SLICE_ROWS = 24
"""Images go out in slices, so that between two of them the printer can be asked how it is."""
RULES = {Rule.THIN: (8, 2), Rule.THICK: (12, 6)}
"""Height of the whole block and of the line in its middle, in dots."""


class Job(Secret[bytes]):
    """The bytes of one print job. They hold a slip's choice: they are never logged, formatted, pickled or kept.

    ``segments`` are the same bytes cut where a status query may stand between two commands.
    """

    __slots__ = ("__segments",)

    def __init__(self, segments: tuple[bytes, ...]) -> None:
        super().__init__(b"".join(segments))
        self.__segments = segments

    def segments(self) -> tuple[bytes, ...]:
        """Whole commands each, at most some 2 kB."""
        return self.__segments


def render(document: Document, profile: Profile) -> Job:
    """The job that prints ``document``; its last command feeds and cuts.

    Raises DeviceError when a text needs a font that this machine lacks.
    """
    blocks = document.reveal()
    if not blocks or not isinstance(blocks[-1], Cut):
        blocks = (*blocks, Cut())
    encoder = _Encoder(profile)
    return Job((b"\x1b@\x1b2", *(segment for block in blocks for segment in encoder.block(block))))


class _Encoder:
    """python-escpos for one job; each command is taken out of its Dummy as soon as it is whole."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._printer = Dummy(profile=_known_to_escpos(profile))
        self._longer_dots = 0
        """How much more than their usual room the choices of this piece take."""

    def block(self, block: Block) -> Iterator[bytes]:
        """The segments of one block."""
        match block:
            case Text():
                yield from self._text(block)
            case Columns():
                yield from self._columns(block)
            case Rule.FOLD:
                dashes = "- " * (self._profile.columns(Size.LARGE) // 2)
                yield from self._text(Text(dashes, Size.LARGE, Align.CENTRE, bold=True))
            case Rule():
                yield from self._image(self._rule(block))
            case Qr():
                yield from self._qr(block.text)
            case Feed():
                self._printer.print_and_feed(block.lines)
            case Cut():
                if self._longer_dots:
                    # A folded slip covers its choice only when it is longer below the fold than the choice is above.
                    self._printer.print_and_feed(math.ceil(self._longer_dots / FEED_DOTS))
                    self._longer_dots = 0
                self._printer.cut(feed=False)
        yield from self._taken()

    def _taken(self) -> Iterator[bytes]:
        if data := self._printer.output:
            self._printer.clear()
            yield data

    def _text(self, block: Text) -> Iterator[bytes]:
        codec = self._codec(block.text)
        if codec is None or any(self._codec(text) is None for text in block.among):
            yield from self._painted(block)
            return
        if block.size is Size.LARGE and max(map(len, block.text.split()), default=0) > self._profile.columns(
            block.size
        ):
            # As high and half as wide: a village's long name is not broken.
            block = replace(block, size=Size.BODY)
        columns = self._profile.columns(block.size)
        lines = wrapped(block.text, columns)
        room = max([block.lines, *(len(wrapped(text, columns)) for text in block.among)])
        lines += [""] * (room - len(lines))
        self._longer_dots += (
            (room - block.lines) * CELL_DOTS * self._profile.scales[block.size][1] if block.among else 0
        )
        for line in lines:
            yield self._line(line, codec, block)

    def _line(self, line: str, codec: str, block: Text) -> bytes:
        width, height = self._profile.scales[block.size]
        self._printer.set(
            align="center" if block.align is Align.CENTRE else "left",
            custom_size=True,
            width=width,
            height=height,
            bold=block.bold,
            invert=block.inverse,
            smooth=True,
        )
        # Named for each line: said only when it changes, it would tell of the name that stood before, or of this one.
        self._printer.magic.encoding = None
        self._printer.charcode(codec)
        if block.inverse:
            line = line.center(self._profile.columns(block.size))
        if block.among:
            line, idle = _padded(line, self._profile.columns(block.size))
            self._printer._raw(idle)
        self._printer.text(line + "\n")
        return b"".join(self._taken())

    def _columns(self, block: Columns) -> Iterator[bytes]:
        if self._codec(block.left + block.right) is None:
            yield from self._text(Text(block.left, block.size, bold=block.bold))
            yield from self._text(Text(block.right, block.size, bold=block.bold))
            return
        for line in leaders(block.left, block.right, self._profile.columns(block.size)):
            yield from self._text(Text(line, block.size, bold=block.bold))

    def _painted(self, block: Text) -> Iterator[bytes]:
        height = self._profile.scales[block.size][1]
        width_dots, capital_dots, centre = self._profile.width_dots, CAPITAL_DOTS * height, block.align is Align.CENTRE
        if block.among:
            usual_dots = block.lines * CELL_DOTS * height
            room_dots = usual_dots * 3 // 2  # signs above and below the letters take as much again as half of them
            images = [painted_room(block.text, block.among, width_dots, capital_dots, room_dots, centre=centre)]
            self._longer_dots += images[0].height - usual_dots
        else:
            images = painted_lines(block.text, width_dots, capital_dots, centre=centre)
        for image in images:
            yield from self._image(image)

    def _rule(self, rule: Rule) -> Image.Image:
        height, thick = RULES[rule]
        width = self._profile.width_dots
        image = Image.new("1", (width, height), 1)
        top = (height - thick) // 2
        ImageDraw.Draw(image).rectangle((0, top, width, top + thick - 1), fill=0)
        return image

    def _qr(self, text: str) -> Iterator[bytes]:
        # The quiet zone above and below is ours; at the sides it is the empty paper.
        self._printer.print_and_feed(1)
        self._printer.set(align="center")
        if self._profile.qr_by is QrBy.PRINTER:
            self._printer.qr(text, ec=QR_LEVEL_M, size=QR_MODULE_DOTS, native=True)
        else:
            yield from self._image(_qr_image(text), doubled=True)
        self._printer.set(align="left")
        self._printer.print_and_feed(1)

    def _image(self, image: Image.Image, *, doubled: bool = False) -> Iterator[bytes]:
        """The image in slices; ``doubled``: each of its dots is two by two on paper."""
        for top in range(0, image.height, SLICE_ROWS):
            bottom = min(top + SLICE_ROWS, image.height)
            self._printer.image(
                image.crop((0, top, image.width, bottom)),
                high_density_vertical=not doubled,
                high_density_horizontal=not doubled,
            )
            yield from self._taken()

    def _codec(self, text: str) -> str | None:
        """The first code page of the printer that holds the whole text."""
        for codec in self._profile.code_pages.values():
            try:
                text.encode(codec)
            except UnicodeEncodeError:
                continue
            return codec.upper()
        return None


def _padded(line: str, columns: int) -> tuple[str, bytes]:
    """A centred line and commands that do nothing: as many bytes for every line, so a job's size tells no choice.

    As many spaces stand before it as after it, and the last column stays empty where it can, since some printers
    wrap by themselves after a full line.
    """
    side = " " * max((columns - 1 - len(line)) // 2, 0)
    line = side + line + side
    return line, {0: b"\x1b2", 1: b"\x1b{\x00", 2: b"\x1b2\x1b2"}[columns - len(line)]


def _qr_image(text: str) -> Image.Image:
    """The symbol without quiet zone, at half its size: the printer doubles it, so a quarter of the bytes go out."""
    matrix = segno.make(text, error="m", micro=False, boost_error=False).matrix
    modules = Image.frombytes(
        "L", (len(matrix), len(matrix)), bytes(0 if dark else 255 for row in matrix for dark in row)
    )
    side = len(matrix) * QR_MODULE_DOTS // 2
    return modules.resize((side, side), Image.Resampling.NEAREST).convert("1")


def _known_to_escpos(profile: Profile) -> EscposProfile:
    """Our profile in the shape of python-escpos's own data."""
    known: Any = EscposProfile()
    known.profile_data = {
        "codePages": {str(number): codec.upper() for number, codec in profile.code_pages.items()},
        "features": {"paperFullCut": True, "qrCode": profile.qr_by is QrBy.PRINTER},
        "fonts": {"0": {"name": "Font A", "columns": profile.columns(Size.FINE)}},
        "media": {"width": {"pixels": profile.width_dots}},
    }
    return known
