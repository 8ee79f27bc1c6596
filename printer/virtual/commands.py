"""ESC/POS as a printer reads it: bytes in, one action after the other out. Pure.

Source: Epson ESC/POS command reference. What the printer does not know it steps over, as real ones do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import segno
from PIL import Image

from printer.virtual.glyphs import Style, cell
from printer.virtual.paper import HEAD_TO_CUTTER_DOTS

LINE_DOTS = 30
"""Default line spacing: a sixth of an inch."""
CODE_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866", 18: "cp852"}
MODEL = b"_VIRTUAL\x00"


@dataclass(frozen=True)
class Print:
    """Rows of dots, a bit each, 1 is black."""

    rows: tuple[bytes, ...]


@dataclass(frozen=True)
class Cut:
    """The cutter falls; the feed before it comes as its own rows."""


@dataclass(frozen=True)
class Reply:
    """Bytes for the host, once all before is done."""

    data: bytes


@dataclass(frozen=True)
class ReplyPaper:
    """The paper sensors' byte of GS r 1, once all before is done."""


@dataclass(frozen=True)
class Watch:
    """From now on report changes (GS a); 0, as after ESC @, turns it off."""

    mask: int


Action: TypeAlias = Print | Cut | Reply | ReplyPaper | Watch

LENGTHS = {
    b"\x1b": dict.fromkeys(b"!-EGMVadJeKtR3{ =rTu%", 1)
    | dict.fromkeys(b"@2SL<i", 0)
    | dict.fromkeys(b"$\\c", 2)
    | {ord("p"): 3, ord("W"): 8},
    b"\x1d": dict.fromkeys(b"!BarHIhwfb/T", 1) | dict.fromkeys(b"LWP$\\", 2) | {ord(":"): 0, ord("^"): 3},
    b"\x1c": dict.fromkeys(b"!-CW", 1) | dict.fromkeys(b"&.", 0) | dict.fromkeys(b"Sp?", 2) | {ord("2"): 74},
}
"""Bytes after the two of a command, where the number is fixed."""


class Interpreter:
    """Receives bytes, keeps what is not done yet, gives one action at a time."""

    def __init__(self, width_dots: int) -> None:
        self._width_dots = width_dots
        self._buffer = bytearray()
        self._known: dict[int, Callable[[bytes], list[Action]]] = {
            0x1B: self._escape,
            0x1D: self._group,
            0x1C: self._field,
            0x10: self._link,
        }
        self.reset()

    def feed(self, data: bytes) -> None:
        """More bytes from the line."""
        self._buffer += data

    def waiting_bytes(self) -> int:
        """Bytes that are received and not yet done."""
        return len(self._buffer)

    def reset(self) -> None:
        """Switched off and on, or told to empty the buffers."""
        self._buffer.clear()
        self._actions: list[Action] = []
        self._initialize()
        self._raster: _Raster | None = None
        self._qr = _QrStore()

    def take(self) -> Action | None:
        """The next action, or None when more bytes are needed."""
        while not self._actions:
            before = len(self._buffer)
            if self._raster:
                self._actions += self._raster_row(self._raster)
            elif self._buffer:
                self._step()
            if not self._actions and len(self._buffer) == before:
                return None
        return self._actions.pop(0)

    def _initialize(self) -> None:
        self._style = Style()
        self._align = 0
        self._code_page = CODE_PAGES[0]
        self._line_dots = LINE_DOTS
        self._cells: list[tuple[str, Style]] = []

    def _step(self) -> None:
        first = self._buffer[0]
        if first in self._known:
            self._actions += self._known[first](bytes(self._buffer[:8192]))
            return
        del self._buffer[0]
        if first == 0x0A:
            self._actions += self._line_feed()
        elif first >= 0x20:
            self._actions += self._character(first)

    def _used(self, count: int, parameters_from: int = 2) -> bytes | None:
        """The parameters of a command of ``count`` bytes, taken out; None when they are not all here."""
        if len(self._buffer) < count:
            return None
        taken = bytes(self._buffer[parameters_from:count])
        del self._buffer[:count]
        return taken

    # Text

    def _character(self, byte: int) -> list[Action]:
        char = bytes([byte]).decode(self._code_page, "replace")
        used = sum(style.cell_width for _, style in self._cells)
        # A full line is printed when the next character comes, so a line feed right after it feeds once.
        actions = self._line_feed() if used + self._style.cell_width > self._width_dots else []
        self._cells.append((char, self._style))
        return actions

    def _line_feed(self) -> list[Action]:
        return [Print(self._line(self._line_dots))]

    def _line(self, least_dots: int) -> tuple[bytes, ...]:
        """The line that stands in the buffer, and the feed after it."""
        cells, self._cells = self._cells, []
        height = max((style.cell_height for _, style in cells), default=0)
        width = sum(style.cell_width for _, style in cells)
        if not cells:
            return self._blank(least_dots)
        image = Image.new("1", (width, height), 1)
        x = 0
        for char, style in cells:
            image.paste(cell(char, style), (x, height - style.cell_height))
            x += style.cell_width
        return self._placed(image) + self._blank(least_dots - height)

    def _blank(self, dots: int) -> tuple[bytes, ...]:
        return (bytes(self._width_dots // 8),) * max(dots, 0)

    def _placed(self, image: Image.Image) -> tuple[bytes, ...]:
        """An image as rows over the paper's width, aligned as ESC a says."""
        line = Image.new("1", (self._width_dots, image.height), 1)
        line.paste(image, (max(self._width_dots - image.width, 0) * self._align // 2, 0))
        data = line.tobytes("raw", "1;I")
        step = self._width_dots // 8
        return tuple(data[i : i + step] for i in range(0, len(data), step))

    # ESC, GS, FS, DLE

    def _escape(self, data: bytes) -> list[Action]:
        if len(data) < 2:
            return []
        command = data[1:2]
        if command == b"*":
            return self._column_image(data)
        if command == b"D":
            end = data.find(0, 2)
            self._used(end + 1 if end >= 0 else 2 if len(data) > 64 else len(data) + 1)
            return []
        parameters = self._fixed(data)
        if parameters is None:
            return []
        n = parameters[0] if parameters else 0
        return self._do_escape(command, n)

    def _do_escape(self, command: bytes, n: int) -> list[Action]:
        match command:
            case b"@":
                self._initialize()
                return [Watch(0)]
            case b"!":
                self._style = replace(
                    self._style, bold=bool(n & 8), height=1 + (n >> 4 & 1), width=1 + (n >> 5 & 1),
                    underline=n >> 7,
                )  # fmt: skip
            case b"E" | b"G":
                self._style = replace(self._style, bold=bool(n & 1))
            case b"-":
                self._style = replace(self._style, underline=n % 48 if n % 48 <= 2 else 0)
            case b"a":
                self._align = n % 48 if n % 48 <= 2 else 0
            case b"t":
                self._code_page = CODE_PAGES.get(n, CODE_PAGES[0])
            case b"2":
                self._line_dots = LINE_DOTS
            case b"3":
                self._line_dots = n
            case b"d":
                return [Print(self._line(0) + self._blank(n * self._line_dots))]
            case b"J":
                return [Print(self._line(n))]
        return []

    def _group(self, data: bytes) -> list[Action]:
        if len(data) < 2:
            return []
        match data[1:2]:
            case b"V":
                return self._cutter(data)
            case b"v":
                return self._raster_head(data)
            case b"(":
                return self._extended(data)
            case b"k":
                return self._barcode(data)
        parameters = self._fixed(data)
        if not parameters:
            return []
        return self._do_group(data[1:2], parameters[0])

    def _do_group(self, command: bytes, n: int) -> list[Action]:
        match command:
            case b"!":
                self._style = replace(self._style, width=(n >> 4 & 7) + 1, height=(n & 7) + 1)
            case b"B":
                self._style = replace(self._style, inverse=bool(n & 1))
            case b"b":
                self._style = replace(self._style, smooth=bool(n & 1))
            case b"a":
                return [Watch(n)]
            case b"r":
                return [ReplyPaper()] if n in (1, 49) else [Reply(b"\x00")]
            case b"I":
                return [Reply(MODEL if n in (67, 69) else b"\x20")]
        return []

    def _field(self, data: bytes) -> list[Action]:
        if len(data) >= 2:
            if data[1:2] == b"(":
                return self._extended(data)
            self._fixed(data)
        return []

    def _link(self, data: bytes) -> list[Action]:
        """Real-time commands were obeyed when they came in; here their bytes are only passed over."""
        if len(data) < 2:
            return []
        match data[1]:
            case 0x04 | 0x05:
                self._used(3)
            case 0x14:
                if len(data) > 2:
                    self._used(10 if data[2] == 8 else 5)
            case _:
                self._used(1)
        return []

    def _fixed(self, data: bytes) -> bytes | None:
        return self._used(2 + LENGTHS[data[:1]].get(data[1], 0))

    def _cutter(self, data: bytes) -> list[Action]:
        if len(data) < 3:
            return []
        if data[2] not in (65, 66, 97, 98, 103, 104):
            self._used(3)
            return [Print(self._line(0)), Cut()]
        parameters = self._used(4)
        if parameters is None:
            return []
        return [Print(self._line(0) + self._blank(HEAD_TO_CUTTER_DOTS + parameters[1])), Cut()]

    def _extended(self, data: bytes) -> list[Action]:
        """GS ( x pL pH …: process id and QR code; others are stepped over."""
        if len(data) < 5:
            return []
        parameters = self._used(5 + data[3] + 256 * data[4], parameters_from=5)
        if parameters is None or data[:1] != b"\x1d":
            return []
        if data[2:3] == b"H" and len(parameters) == 6 and parameters[:2] == b"00":
            return [Print(self._line(0)), Reply(b"\x37\x22" + parameters[2:] + b"\x00")]
        if data[2:3] == b"k" and parameters[:1] == b"1":
            symbol = self._qr.obey(parameters)
            return [Print(self._placed(symbol))] if symbol else []
        return []

    def _barcode(self, data: bytes) -> list[Action]:
        """No bar code is painted: none of our papers has one."""
        if len(data) < 4:
            return []
        if data[2] > 64:
            self._used(4 + data[3])
        elif (end := data.find(0, 3)) >= 0:
            self._used(end + 1)
        elif len(data) > 258:
            self._used(3)
        return []

    # Images

    def _raster_head(self, data: bytes) -> list[Action]:
        """GS v 0 m xL xH yL yH: the rows follow and are painted as they come."""
        parameters = self._used(8)
        if parameters is not None:
            _, m, x_low, x_high, y_low, y_high = parameters
            row_bytes, rows = x_low + 256 * x_high, y_low + 256 * y_high
            if row_bytes and rows:
                self._raster = _Raster(row_bytes, rows, width=1 + (m & 1), height=1 + (m >> 1 & 1))
        return []

    def _raster_row(self, raster: "_Raster") -> list[Action]:
        row = self._used(raster.row_bytes, parameters_from=0)
        if row is None:
            return []
        self._raster = replace(raster, rows=raster.rows - 1) if raster.rows > 1 else None
        image = Image.frombytes("1", (len(row) * 8, 1), row, "raw", "1;I")
        image = image.resize((image.width * raster.width, raster.height), Image.Resampling.NEAREST)
        return [Print(self._placed(image))]

    def _column_image(self, data: bytes) -> list[Action]:
        """ESC * m nL nH …: taken, and not painted; our images are raster images."""
        if len(data) >= 5:
            columns = data[3] + 256 * data[4]
            self._used(5 + columns * (3 if data[2] >= 32 else 1))
        return []


@dataclass(frozen=True)
class _Raster:
    row_bytes: int
    rows: int
    width: int
    height: int


class _QrStore:
    """The QR code of GS ( k: set up by functions 67, 69 and 80, painted by 81."""

    LEVELS = {48: "l", 49: "m", 50: "q", 51: "h"}  # noqa: RUF012 -- a table

    def __init__(self) -> None:
        self._module_dots = 3
        self._level = "l"
        self._data = b""

    def obey(self, parameters: bytes) -> Image.Image | None:
        """The symbol when it is asked for."""
        match parameters[1:2]:
            case b"C" if len(parameters) == 3:
                self._module_dots = min(max(parameters[2], 1), 16)
            case b"E" if len(parameters) == 3:
                self._level = self.LEVELS.get(parameters[2], "l")
            case b"P":
                self._data = parameters[3:]
            case b"Q" if self._data:
                return self._symbol()
        return None

    def _symbol(self) -> Image.Image | None:
        try:
            text = self._data.decode("ascii")
        except UnicodeDecodeError:
            return None
        try:
            code = segno.make(text, error=self._level, micro=False, boost_error=False)
        except segno.DataOverflowError:
            return None
        side = len(code.matrix)
        dots = bytes(0 if dark else 255 for row in code.matrix for dark in row)
        image = Image.frombytes("L", (side, side), dots).convert("1")
        return image.resize((side * self._module_dots,) * 2, Image.Resampling.NEAREST)
