"""Tables that people fill in: CSV as spreadsheets save it, read strictly, with every cell's file and line."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from config.faults import Collector
from config.folder import Folder
from config.names import shown, tidy, wrong_with

MAX_BYTES = 4 * 1024 * 1024
MAX_ROWS = 20_000
BLANKS = " \t\u00a0"
"""Around a cell they say nothing; the last one comes with what was copied from a web page."""


@dataclass(frozen=True)
class Row:
    """One line of a table, its cells stripped of blanks at both ends."""

    file: str
    line: int
    cells: dict[str, str]

    def whole_number(self, column: str, low: int, high: int, faults: Collector) -> int | None:
        """The number in a column, or None after noting that it is none between ``low`` and ``high``."""
        text = self.cells[column]
        if text.isascii() and text.isdecimal() and len(text) <= 9 and low <= int(text) <= high:
            return int(text)
        faults.add(
            self.file,
            self.line,
            column,
            f"{shown(text)} is not a whole number from {low} to {high}. Write digits only.",
            f"{shown(text)} bukan bilangan bulat {low} sampai {high}. Tulis angka saja.",
        )
        return None

    def words(self, column: str, max_chars: int, faults: Collector) -> str | None:
        """The tidy text in a column, or None after noting that it is empty, too long or not to be shown or printed."""
        text = tidy(self.cells[column])
        wrong = wrong_with(text, max_chars)
        if wrong is None:
            return text
        faults.add(self.file, self.line, column, *wrong)
        return None


def read_text(folder: Folder, name: str, faults: Collector) -> str | None:
    """A small UTF-8 file (with or without a byte order mark), or None after noting what is wrong with it."""
    try:
        data = folder.read(name, MAX_BYTES + 1)
    except OSError:
        faults.add(
            name,
            None,
            None,
            "This file is missing or cannot be read. Put it into the election's folder.",
            "Berkas ini tidak ada atau tidak terbaca. Letakkan di folder pemilihan.",
        )
        return None
    if len(data) > MAX_BYTES:
        faults.add(
            name,
            None,
            None,
            f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Put in the table only.",
            f"Berkas lebih besar dari {MAX_BYTES // 1024 // 1024} MiB. Isi dengan tabel saja.",
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        faults.add(
            name,
            line,
            None,
            "The text is not UTF-8. Save the file again as 'CSV UTF-8' (Excel) or with the character set UTF-8.",
            "Teks bukan UTF-8. Simpan ulang sebagai 'CSV UTF-8' (Excel) atau dengan set karakter UTF-8.",
        )
        return None


def read_table(
    folder: Folder, name: str, columns: tuple[str, ...], faults: Collector, optional: tuple[str, ...] = ()
) -> list[Row]:
    """The rows of a table with exactly these columns in any order; what is wrong is noted and left out."""
    text = read_text(folder, name, faults)
    if text is None:
        return []
    delimiter = delimiter_of(text)
    rows: list[Row] = []
    header: list[str] | None = None
    for line, cells in _lines(text, delimiter, name, faults):
        if not any(cells):
            continue
        if header is None:
            header = _filled(cells)
            if not check_header(header, name, line, columns, optional, faults):
                return []
        elif len(cells) < len(header) or len(_filled(cells)) > len(header):
            faults.add(
                name,
                line,
                None,
                f"This line has {len(cells)} cells and the first line {len(header)}. Put text that holds a "
                f"'{delimiter}' into double quotes.",
                f"Baris ini berisi {len(cells)} sel, baris pertama {len(header)}. Apit teks yang memuat "
                f"'{delimiter}' dengan tanda kutip ganda.",
            )
        else:
            filled = dict.fromkeys(optional, "") | dict(zip(header, cells, strict=False))
            rows.append(Row(name, line, filled))
    if not rows and not faults.any:
        empty_table(name, columns, faults, delimiter)
    return rows


def delimiter_of(text: str) -> str:
    """What the first line of a table is divided by: where decimals have a comma, spreadsheets save semicolons."""
    first = text.split("\n", 1)[0]
    return ";" if first.count(";") > first.count(",") else ","


def _filled(cells: list[str]) -> list[str]:
    """Without the empty cells at the end, which spreadsheets save where something stood once."""
    filled = list(cells)
    while filled and not filled[-1]:
        filled.pop()
    return filled


def empty_table(name: str, columns: tuple[str, ...], faults: Collector, delimiter: str = ", ") -> None:
    """Notes that a table has no line, or none but the first."""
    faults.add(
        name,
        None,
        None,
        f"The table is empty. Write the line {delimiter.join(columns)} and a line for each entry.",
        f"Tabel kosong. Tulis baris {delimiter.join(columns)} lalu satu baris untuk tiap entri.",
    )


def _lines(text: str, delimiter: str, name: str, faults: Collector) -> Iterator[tuple[int, list[str]]]:
    """Cells of each line with the number of the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        start = 1
        for cells in reader:
            if start > MAX_ROWS:
                faults.add(
                    name,
                    start,
                    None,
                    f"More than {MAX_ROWS} lines. Divide the election.",
                    f"Lebih dari {MAX_ROWS} baris. Bagilah pemilihannya.",
                )
                return
            yield start, [cell.strip(BLANKS) for cell in cells]
            start = reader.line_num + 1
    except csv.Error:
        faults.add(
            name,
            reader.line_num,
            None,
            "The quotation marks of this line do not close. Correct them, or save the table again.",
            "Tanda kutip pada baris ini tidak tertutup. Perbaiki, atau simpan ulang tabelnya.",
        )


def check_header(
    header: list[str],
    name: str,
    line: int,
    columns: tuple[str, ...],
    optional: tuple[str, ...],
    faults: Collector,
) -> bool:
    """Notes columns that are unknown, doubled or missing; False when there is any such."""
    wanted = ", ".join((*columns, *(f"{column} (optional)" for column in optional)))
    sound = True
    for column in dict.fromkeys(header):
        if column not in (*columns, *optional) or header.count(column) > 1:
            sound = False
            twice_en, twice_id = (
                ("stands twice", "tertulis dua kali") if header.count(column) > 1 else ("is unknown", "tidak dikenal")
            )
            faults.add(
                name,
                line,
                None,
                f"The column {shown(column)} {twice_en}. The columns are: {wanted}.",
                f"Kolom {shown(column)} {twice_id}. Kolomnya: {wanted}.",
            )
    for column in columns:
        if column not in header:
            sound = False
            faults.add(
                name,
                line,
                None,
                f"The column '{column}' is missing. The first line must name the columns: {wanted}.",
                f"Kolom '{column}' tidak ada. Baris pertama harus menyebut kolom: {wanted}.",
            )
    return sound
