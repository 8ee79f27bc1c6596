"""Workbooks as programs write them, and as nobody should: the sample's tables as ``election.xlsx``."""

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

SAMPLE = Path(__file__).parents[2] / "config" / "sample"
SHEETS = ("villages", "booths", "candidates")
NUMBERS = {"tps", "booth", "voters", "number"}

Edit = Callable[[xlsxwriter.Workbook, Mapping[str, Any]], object]


def tables() -> dict[str, list[list[str]]]:
    """The sample's tables, line by line."""
    return {
        name: list(csv.reader((SAMPLE / f"{name}.csv").read_text(encoding="utf-8").splitlines())) for name in SHEETS
    }


def workbook(edit: Edit | None = None, rows: dict[str, list[list[str]]] | None = None) -> bytes:
    """The tables as a spreadsheet saves them, numbers as numbers; ``edit`` changes the workbook before that."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheets = {}
    for name, lines in (rows or tables()).items():
        sheets[name] = sheet = book.add_worksheet(name)
        header = lines[0]
        for row, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                if row and header[column] in NUMBERS and cell.isdecimal():
                    sheet.write_number(row, column, int(cell))
                elif cell:
                    sheet.write_string(row, column, cell)
    if edit is not None:
        edit(book, sheets)
    book.close()
    return out.getvalue()


def source(folder: Path, data: bytes) -> Path:
    """An election's folder with that workbook in place of tables."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("*.csv", "*.py", "__pycache__"))
    (folder / "election.xlsx").write_bytes(data)
    return folder


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The same workbook with parts changed (None: left out) and others added."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as packed, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for entry in packed.infolist():
            part = change(entry.filename, packed.read(entry))
            if part is not None:
                made.writestr(entry.filename, part)
        for name, part in more.items():
            made.writestr(name, part)
    return out.getvalue()


def in_part(name: str, old: str, new: str) -> Callable[[bytes], bytes]:
    """A change of one part's text."""

    def change(data: bytes) -> bytes:
        def one(part: str, content: bytes) -> bytes:
            if part != name:
                return content
            text = content.decode()
            assert old in text, text[:2000]
            return text.replace(old, new, 1).encode()

        return repacked(data, one)

    return change
