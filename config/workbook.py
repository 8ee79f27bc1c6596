"""One workbook (.xlsx) in place of the tables: its sheets bear their names, and what it hides or computes is refused.

Everything in the file is hostile until it was looked at. It is unpacked in memory within bounds, its sheets are walked
once for what a list of values would not show (formulas, merged cells, hidden rows and columns, cells far away), and
only then a workbook of our own making, with those sheets and nothing else in it, is given to the library that knows
how numbers, texts and dates are written.
"""

import datetime as dt
import io
from dataclasses import dataclass
from itertools import accumulate
from zipfile import ZIP_STORED, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from config.faults import Collector
from config.folder import Folder
from config.names import shown
from config.sheet import NotXml, Sheet, string_lengths, walk_sheet, workbook_sheets
from config.table import BLANKS, MAX_ROWS, Row, check_header, empty_table
from config.unzip import BadZip, parts_of

WORKBOOK = "election.xlsx"
MAX_BYTES = 16 * 1024 * 1024
MAX_COLUMNS = 40
MAX_CELL_CHARS = 32_767
"""As spreadsheets have it."""
MAX_TEXT_CHARS = 16 * 1024 * 1024
"""Of all cells of a sheet together: one long text may be named by many cells."""

_OLD_KIND = b"\xd0\xcf\x11\xe0"
"""How a file begins that is an .xls, or is locked with a password."""
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


@dataclass(frozen=True)
class Table:
    """One sheet as it was found: what its cells hold, and what stands beside that."""

    name: str
    """``election.xlsx/booths``: how faults name it."""
    sheet: Sheet
    values: list[list[Value]]
    formulas: dict[int, list[int]]
    """Columns with a formula, by line."""


class Workbook:
    """A workbook that was unpacked; its sheets are read one by one."""

    def __init__(self, parts: dict[str, bytes], sheets: dict[str, str]) -> None:
        self._parts = parts
        self._sheets = sheets

    def rows(
        self,
        sheet: str,
        columns: tuple[str, ...],
        numbers: frozenset[str],
        faults: Collector,
        optional: tuple[str, ...] = (),
    ) -> list[Row]:
        """The rows of a sheet with exactly these columns in any order; ``numbers`` are those that hold numbers.

        What is wrong is noted, and the line left out.
        """
        table = self._table(sheet, faults)
        if table is None:
            return []
        merged = _not_as_it_looks(table, faults)
        header: list[str] | None = None
        rows: list[Row] = []
        for line, values in enumerate(table.values, 1):
            if not any(_filled(value) for value in values):
                _Cells(table, line, {}, numbers, faults).formulas()
                continue
            if header is None:
                if line in merged:
                    return []  # a title above the table, or columns that nobody can tell apart
                header = [value.strip(BLANKS) if isinstance(value, str) else str(value) for value in values]
                while header and not header[-1]:
                    header.pop()
                places = dict(enumerate(header))
                _Cells(table, line, places, numbers, faults).formulas()
                if not check_header(header, table.name, line, columns, optional, faults):
                    return []
                continue
            before = faults.count
            texts = _Cells(table, line, places, numbers, faults).texts(values)
            if faults.count == before and line not in merged:
                rows.append(Row(table.name, line, dict.fromkeys(optional, "") | texts))
        for line in table.formulas:
            if line > len(table.values):  # below all that shows something
                _Cells(table, line, {}, numbers, faults).formulas()
        if header is None or (not rows and not faults.any):
            empty_table(table.name, columns, faults)
        return rows

    def name(self, sheet: str) -> str:
        """How a sheet is named where something is said of it."""
        return f"{WORKBOOK}/{sheet}"

    def _table(self, sheet: str, faults: Collector) -> Table | None:
        """The sheet's cells, within bounds; None after noting why not."""
        name = self.name(sheet)
        part = self._sheets.get(sheet)
        if part is None or part not in self._parts:
            names = ", ".join(shown(other) for other in list(self._sheets)[:10]) or "–"
            faults.add(
                name,
                None,
                None,
                f"The sheet '{sheet}' is missing; there are: {names}. Name it exactly so, in small letters.",
                f"Lembar '{sheet}' tidak ada; yang ada: {names}. Namai persis begitu, dengan huruf kecil.",
            )
            return None
        try:
            lengths = string_lengths(self._parts.get(_STRINGS))
            walked = walk_sheet(self._parts[part], lengths)
        except NotXml as fault:
            faults.add(name, fault.line, None, *_broken())
            return None
        far = walked.beyond(MAX_ROWS, MAX_COLUMNS)
        if far is not None:
            faults.add(
                name,
                far[0],
                None,
                f"There is something in {_ref(*far)}. A table has at most {MAX_ROWS} lines and {MAX_COLUMNS} columns: "
                "delete what stands outside of it.",
                f"Ada isi di {_ref(*far)}. Tabel paling banyak {MAX_ROWS} baris dan {MAX_COLUMNS} kolom: hapus yang di "
                "luarnya.",
            )
            return None
        if walked.longest > MAX_CELL_CHARS or walked.text_chars > MAX_TEXT_CHARS:
            faults.add(
                name,
                None,
                None,
                "Its texts are longer than any list of villages and names. Put in the table only.",
                "Teksnya lebih panjang dari daftar desa dan nama mana pun. Isi dengan tabel saja.",
            )
            return None
        values = _values(self._parts[part], self._parts.get(_STRINGS), self._parts.get(_STYLES))
        if values is None:
            faults.add(name, None, None, *_broken())
            return None
        formulas: dict[int, list[int]] = {}
        for row, column in sorted(walked.formulas):
            formulas.setdefault(row, []).append(column)
        return Table(name, walked, values, formulas)


class _Cells:
    """One line of a table, cell by cell."""

    def __init__(
        self, table: Table, line: int, places: dict[int, str], numbers: frozenset[str], faults: Collector
    ) -> None:
        self._table, self._line, self._places, self._numbers, self._faults = table, line, places, numbers, faults

    def formulas(self) -> None:
        """Notes every formula of the line."""
        for place in self._table.formulas.get(self._line, ()):
            self._formula(place)

    def texts(self, values: list[Value]) -> dict[str, str]:
        """What each column says, as a CSV would have it; what it cannot say is noted."""
        texts = dict.fromkeys(self._places.values(), "")
        for place in range(max(len(values), len(self._places))):
            value = values[place] if place < len(values) else ""
            if (self._line, place + 1) in self._table.sheet.formulas:
                self._formula(place + 1)
            elif self._places.get(place):
                texts[self._places[place]] = self._text(place, value)
            elif _filled(value):
                self._note(
                    place + 1,
                    "This cell stands under no column's name. Delete it, or name the column in the first line.",
                    "Sel ini tidak berada di bawah nama kolom. Hapus, atau beri nama kolom di baris pertama.",
                )
        return texts

    def _text(self, place: int, value: Value) -> str:
        column = self._places[place]
        ref = (self._line, place + 1)
        if isinstance(value, str) and ref not in self._table.sheet.errors:
            return value.strip(BLANKS)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            text = str(int(value)) if float(value).is_integer() else repr(value)
            if column in self._numbers:
                return text
            hint_en = hint_id = ""
            if column == "kode_wilayah" and len(text) == 10 and text.isdecimal():
                code = f"{text[:2]}.{text[2:4]}.{text[4:6]}.{text[6:]}"
                hint_en, hint_id = f" Here perhaps: {code}.", f" Di sini mungkin: {code}."
            self._note(
                place + 1,
                f"{text} is a number for the spreadsheet, which drops zeros and dots. Format the column as text and "
                f"write it again.{hint_en}",
                f"{text} dianggap angka oleh lembar kerja, sehingga nol dan titik hilang. Jadikan kolom berformat teks "
                f"lalu tulis ulang.{hint_id}",
            )
            return ""
        if isinstance(value, bool) or ref in self._table.sheet.errors:
            self._note(
                place + 1,
                f"{shown(str(value))} is no text and no number, but what a formula came to. Write the value itself.",
                f"{shown(str(value))} bukan teks atau angka, melainkan hasil rumus. Tulis nilainya sendiri.",
            )
            return ""
        wanted = ("the number", "angkanya") if column in self._numbers else ("the text", "teksnya")
        self._note(
            place + 1,
            f"The spreadsheet has made a date or time of this cell. Format the column as text and write {wanted[0]} "
            "again.",
            f"Lembar kerja mengubah sel ini menjadi tanggal atau jam. Jadikan kolom berformat teks lalu tulis ulang "
            f"{wanted[1]}.",
        )
        return ""

    def _formula(self, place: int) -> None:
        self._note(
            place,
            "Here stands a formula, and what it shows may change. Copy the column and insert it again as values only.",
            "Di sini ada rumus yang hasilnya dapat berubah. Salin kolomnya lalu tempel kembali sebagai nilai saja.",
        )

    def _note(self, place: int, en: str, id: str) -> None:  # noqa: A002
        column = self._places.get(place - 1) or _letters(place)
        self._faults.add(self._table.name, self._line, column, en, id)


def read_workbook(folder: Folder, faults: Collector) -> Workbook | None:
    """The workbook of an election's folder, or None after noting what is wrong with it. It must be there."""
    path = folder.path / WORKBOOK
    if path.is_symlink() or not path.is_file():
        faults.add(
            WORKBOOK,
            None,
            None,
            "This is a link or no file. Copy the workbook itself there.",
            "Ini tautan atau bukan berkas. Salin buku kerjanya sendiri ke sana.",
        )
        return None
    try:
        data = folder.read(WORKBOOK, MAX_BYTES + 1)
    except OSError:
        faults.add(
            WORKBOOK,
            None,
            None,
            "The workbook cannot be read. Close it in other programs, and copy it there again.",
            "Buku kerja tidak terbaca. Tutup di program lain, lalu salin ulang.",
        )
        return None
    if len(data) > MAX_BYTES:
        faults.add(WORKBOOK, None, None, *_too_large())
        return None
    if data.startswith(_OLD_KIND):
        faults.add(
            WORKBOOK,
            None,
            None,
            "It is locked with a password, or of the old kind (.xls). Save it as .xlsx without a password.",
            "Buku kerja terkunci kata sandi, atau berjenis lama (.xls). Simpan sebagai .xlsx tanpa kata sandi.",
        )
        return None
    try:
        parts = parts_of(data)
        listed = workbook_sheets(parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"])
    except BadZip as fault:
        faults.add(WORKBOOK, None, None, *(_too_large() if fault.too_large else _broken()))
        return None
    except (NotXml, KeyError):
        faults.add(WORKBOOK, None, None, *_broken())
        return None
    hidden = [entry.name for entry in listed if entry.hidden]
    for name in hidden:
        faults.add(
            f"{WORKBOOK}/{shown(name)}",
            None,
            None,
            "The sheet is hidden: nobody would see what is in it. Show it, or delete it.",
            "Lembar ini tersembunyi: isinya tidak terlihat. Tampilkan atau hapus.",
        )
    return Workbook(parts, {entry.name: entry.part for entry in listed})


def _not_as_it_looks(table: Table, faults: Collector) -> set[int]:
    """Notes what whoever looks at the sheet does not see, hidden or merged; the lines that merged cells touch.

    The rest of the sheet is read all the same, so that everything wrong with it is told at once.
    """
    touched = [0] * (len(table.values) + 2)
    used = {row for row, values in enumerate(table.values, 1) if any(map(_filled, values))}
    width = max((len(values) for values in table.values), default=0)
    for first, last in table.sheet.merged:
        touched[min(first[0], len(table.values) + 1)] += 1
        touched[min(last[0], len(table.values)) + 1] -= 1
        faults.add(
            table.name,
            first[0],
            _letters(first[1]),
            f"The cells {_ref(*first)}:{_ref(*last)} are merged. Take the merging back, and fill in every line.",
            f"Sel {_ref(*first)}:{_ref(*last)} digabung. Pisahkan lagi, lalu isi setiap baris.",
        )
    for row in sorted(table.sheet.hidden_rows & used):
        faults.add(
            table.name,
            row,
            None,
            "This line is hidden, perhaps by a filter. Show all lines; delete those that are not to count.",
            "Baris ini tersembunyi, mungkin oleh filter. Tampilkan semua baris; hapus yang tidak berlaku.",
        )
    for low, high in table.sheet.hidden_columns:
        for place in range(low, min(high, width) + 1):
            if any(place <= len(values) and _filled(values[place - 1]) for values in table.values):
                faults.add(
                    table.name,
                    None,
                    _letters(place),
                    f"Column {_letters(place)} is hidden. Show it, or delete it.",
                    f"Kolom {_letters(place)} tersembunyi. Tampilkan atau hapus.",
                )
    return {line for line, ranges in enumerate(accumulate(touched)) if ranges}


def _values(sheet: bytes, strings: bytes | None, styles: bytes | None) -> list[list[Value]] | None:
    """The cells from A1 on, or None when the library makes nothing of them."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(_minimal(sheet, strings, styles))) as book:
            return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OverflowError):
        return None
    except BaseException as fault:
        # A panic of the library is none of Python's own exceptions, and must not end the command.
        if type(fault).__name__ == "PanicException":
            return None
        raise


def _minimal(sheet: bytes, strings: bytes | None, styles: bytes | None) -> bytes:
    """A workbook with this one sheet: nothing else of the file that came reaches the library."""
    made = io.BytesIO()
    links = [("rId1", "worksheet", "worksheets/sheet1.xml")]
    links += [("rId2", "sharedStrings", "sharedStrings.xml")] if strings is not None else []
    links += [("rId3", "styles", "styles.xml")] if styles is not None else []
    with ZipFile(made, "w", ZIP_STORED) as out:
        out.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            "</Types>",
        )
        out.writestr(
            "_rels/.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        out.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
            '<sheet name="table" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        out.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(f'<Relationship Id="{id_}" Type="{_LINKS}/{kind}" Target="{to}"/>' for id_, kind, to in links)
            + "</Relationships>",
        )
        out.writestr("xl/worksheets/sheet1.xml", sheet)
        if strings is not None:
            out.writestr(_STRINGS, strings)
        if styles is not None:
            out.writestr(_STYLES, styles)
    return made.getvalue()


def _filled(value: Value) -> bool:
    return value.strip() != "" if isinstance(value, str) else True


def _letters(place: int) -> str:
    """``A`` for the first column."""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _ref(row: int, place: int) -> str:
    return f"{_letters(place)}{row}"


def _too_large() -> tuple[str, str]:
    most = f"{MAX_BYTES // 1024 // 1024} MiB"
    en = f"It is larger than a workbook with these tables can be ({most}, or it unpacks to far more)."
    id_ = f"Lebih besar dari buku kerja dengan tabel ini ({most}, atau isinya mengembang jauh lebih besar)."
    return f"{en} Put the tables only into a new workbook.", f"{id_} Salin tabelnya saja ke buku kerja baru."


def _broken() -> tuple[str, str]:
    return (
        "It is damaged, or no workbook as spreadsheets save it. Open it and save it again as 'Excel workbook (.xlsx)'.",
        "Berkas rusak, atau bukan buku kerja. Buka lalu simpan ulang sebagai 'Buku Kerja Excel (.xlsx)'.",
    )
