"""What a sheet's XML holds beside its values: formulas, errors, merged and hidden cells; walked once, within bounds."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

MAX_ELEMENTS = 3_000_000
"""A table of 20,000 lines has some 300,000."""
_REF = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_UTF8 = (None, "utf-8")


class NotXml(Exception):
    """The part is not what a spreadsheet writes."""

    def __init__(self, line: int | None = None) -> None:
        super().__init__("xml")
        self.line = line


class Listed(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


@dataclass
class Sheet:
    """Places are (row, column), both from 1."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    last_row: tuple[int, int] = (0, 0)
    """The filled cell that is lowest, and the one that is farthest to the right."""
    last_column: tuple[int, int] = (0, 0)
    text_chars: int = 0
    longest: int = 0

    def beyond(self, rows: int, columns: int) -> tuple[int, int] | None:
        """A filled cell outside of so many rows and columns, if any."""
        if self.last_row[0] > rows:
            return self.last_row
        return self.last_column if self.last_column[1] > columns else None


Attributes = dict[str, str]


class _Walk:
    """Reads XML strictly: UTF-8, no document type (and so no entities), and not more elements than a table has."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.XmlDeclHandler = self._declared
        self._elements = 0

    def run(self, data: bytes) -> None:
        try:
            self._parser.Parse(data, True)
        except (expat.ExpatError, ValueError, OverflowError):
            raise NotXml from None

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins; ``name`` is without its namespace."""

    def end(self, name: str) -> None:
        """It ends."""

    def text(self, text: str) -> None:
        """Letters between two of them."""

    def _begin(self, name: str, attributes: Attributes) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise NotXml
        self.begin(name.rpartition(" ")[2], attributes)

    def _end(self, name: str) -> None:
        self.end(name.rpartition(" ")[2])

    def _refuse(self, *_: object) -> None:
        raise NotXml

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding.lower() if encoding else None) not in _UTF8:
            raise NotXml


class _Strings(_Walk):
    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class _Cells(_Walk):
    def __init__(self, lengths: list[int]) -> None:
        super().__init__()
        self.sheet = Sheet()
        self._lengths = lengths
        self._row = self._column = 0
        self._kind = ""
        self._text: list[str] | None = None
        self._inside: Callable[[], None] | None = None

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._begin_row(attributes)
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "f":
            self.sheet.formulas.add(self._here())
            self._filled()
        elif name in ("v", "t"):
            self._text = []
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            self.sheet.merged.append((_place(first), _place(last or first)))
        elif name == "col" and (_true(attributes.get("hidden")) or _nothing(attributes.get("width"))):
            self.sheet.hidden_columns.append((_number(attributes.get("min")), _number(attributes.get("max"))))
        elif name == "sheetFormatPr" and _true(attributes.get("zeroHeight")):
            raise NotXml  # every line that says nothing of itself is hidden

    def end(self, name: str) -> None:
        if name in ("v", "t") and self._text is not None:
            text = "".join(self._text)
            self._text = None
            if text:
                self._filled()
            chars = len(text)
            if name == "v" and self._kind == "s":
                index = _number(text.strip())
                if index >= len(self._lengths):
                    raise NotXml
                chars = self._lengths[index]
            self.sheet.text_chars += chars
            self.sheet.longest = max(self.sheet.longest, chars)

    def text(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _begin_row(self, attributes: Attributes) -> None:
        row = _number(attributes["r"]) if "r" in attributes else self._row + 1
        if row <= self._row:
            raise NotXml  # one line twice: two readers would see two tables
        self._row, self._column = row, 0
        if _true(attributes.get("hidden")) or _nothing(attributes.get("ht")):
            self.sheet.hidden_rows.add(row)

    def _begin_cell(self, attributes: Attributes) -> None:
        row, column = _place(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
        if row != self._row or column <= self._column:
            raise NotXml
        self._column = column
        self._kind = attributes.get("t", "")
        if self._kind == "e":
            self.sheet.errors.add(self._here())

    def _here(self) -> tuple[int, int]:
        if not self._row or not self._column:
            raise NotXml
        return self._row, self._column

    def _filled(self) -> None:
        here = self._here()
        self.sheet.last_row = max(self.sheet.last_row, here)
        if here[1] > self.sheet.last_column[1]:
            self.sheet.last_column = here


class _Book(_Walk):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self.sheets.append((attributes.get("name", ""), link, attributes.get("state", "visible") != "visible"))


class _Links(_Walk):
    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


def workbook_sheets(workbook: bytes, links: bytes) -> list[Listed]:
    """The sheets that the workbook lists and the part that holds each; raises NotXml, also for a name that is doubled.

    Charts and the like are left out; a target is only ever a key among the parts that were unpacked.
    """
    book, targets = _Book(), _Links()
    book.run(workbook)
    targets.run(links)
    listed = []
    for name, link, hidden in book.sheets:
        target = targets.targets.get(link)
        if target is not None:
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            listed.append(Listed(name, part, hidden))
    if len({entry.name.casefold() for entry in listed}) < len(listed):
        raise NotXml
    return listed


def string_lengths(strings: bytes | None) -> list[int]:
    """How many letters each of the workbook's shared texts has; raises NotXml."""
    walk = _Strings()
    if strings is not None:
        walk.run(strings)
    return walk.lengths


def walk_sheet(sheet: bytes, lengths: list[int]) -> Sheet:
    """What the sheet holds beside its values; raises NotXml. ``lengths`` are those of the shared texts."""
    walk = _Cells(lengths)
    walk.run(sheet)
    return walk.sheet


def _place(ref: str) -> tuple[int, int]:
    found = _REF.fullmatch(ref)
    if found is None:
        raise NotXml
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _number(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise NotXml
    return int(text)


def _true(text: str | None) -> bool:
    return text in ("1", "true")


def _nothing(size: str | None) -> bool:
    """A height or width of 0, which hides as well."""
    try:
        return size is not None and float(size) == 0
    except ValueError:
        raise NotXml from None
