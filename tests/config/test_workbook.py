"""One workbook in place of the tables: what a spreadsheet shows is read, and what it hides or computes is refused."""

import datetime as dt
import io
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.faults import SourceFaults
from config.source import read_source
from config.unzip import MAX_UNPACKED_BYTES
from config.workbook import MAX_BYTES
from tests.config.workbooks import SAMPLE, Edit, in_part, repacked, source, tables, workbook

BOOTHS = "xl/worksheets/sheet2.xml"
CODE = "34.04.01.2001"


def told(folder: Path) -> list[tuple[str, str, str]]:
    """Place, English and Indonesian sentence of each fault."""
    with pytest.raises(SourceFaults) as refused:
        read_source(folder)
    for fault in refused.value.faults:
        assert fault.en.endswith((".", "?"))
        assert fault.id.endswith((".", "?"))
        assert (fault.en + fault.id).isprintable()
    return [(fault.where, fault.en, fault.id) for fault in refused.value.faults]


def test_a_workbook_says_what_the_tables_say(tmp_path: Path) -> None:
    read = read_source(source(tmp_path / "source", workbook()))
    assert read.election == read_source(SAMPLE).election
    assert "election.xlsx" in read.files
    assert not any(name.endswith(".csv") for name in read.files)


def test_columns_in_another_order_blank_lines_and_notes_on_other_sheets(tmp_path: Path) -> None:
    rows = tables()
    rows["booths"] = [[*cells[3:], *cells[:3]] for cells in rows["booths"]]
    rows["booths"].insert(2, ["", "", "", "", ""])

    def note(book, sheets) -> None:  # type: ignore[no-untyped-def]
        book.add_worksheet("catatan").write_formula("A1", "=1+1")

    assert read_source(source(tmp_path / "source", workbook(note, rows))).election == read_source(SAMPLE).election


def test_numbers_that_are_written_as_texts(tmp_path: Path) -> None:
    def edit(book, sheets) -> None:  # type: ignore[no-untyped-def]
        sheets["booths"].write_string(1, 3, "048")  # what somebody typed into a column of texts
        sheets["booths"].write_number(1, 1, 1, book.add_format({"num_format": "000"}))

    assert read_source(source(tmp_path / "source", workbook(edit))).election == read_source(SAMPLE).election


# name: (what is done to the sheet of that name, where it is told, a word of the sentence)
EDITS: dict[str, tuple[Edit, str, str]] = {
    "formula": (
        lambda book, sheets: sheets["booths"].write_formula("D3", "=40+8", None, 48),
        "election.xlsx/booths:3 (voters)",
        "formula",
    ),
    "formula in the first line": (
        lambda book, sheets: sheets["booths"].write_formula("D1", '="voters"', None, "voters"),
        "election.xlsx/booths:1 (voters)",
        "formula",
    ),
    "formula that shows nothing": (
        lambda book, sheets: sheets["booths"].write_formula("B9", '=""', None, ""),
        "election.xlsx/booths:9 (B)",
        "formula",
    ),
    "formula beside the table": (
        lambda book, sheets: sheets["booths"].write_formula("H3", "=D3*2", None, 96),
        "election.xlsx/booths:3 (H)",
        "formula",
    ),
    "merged cells": (
        lambda book, sheets: sheets["booths"].merge_range("A2:A4", CODE),
        "election.xlsx/booths:2 (A)",
        "A2:A4 are merged",
    ),
    "hidden line": (
        lambda book, sheets: sheets["booths"].set_row(2, None, None, {"hidden": True}),
        "election.xlsx/booths:3",
        "hidden",
    ),
    "line of no height": (
        lambda book, sheets: sheets["booths"].set_row(2, 0),
        "election.xlsx/booths:3",
        "hidden",
    ),
    "hidden column": (
        lambda book, sheets: sheets["booths"].set_column("D:D", None, None, {"hidden": True}),
        "election.xlsx/booths (D)",
        "hidden",
    ),
    "hidden sheet": (lambda book, sheets: sheets["candidates"].hide(), "election.xlsx/'candidates'", "hidden"),
    "very hidden sheet": (lambda book, sheets: sheets["booths"].very_hidden(), "election.xlsx/'booths'", "hidden"),
    "hidden sheet of another name": (
        lambda book, sheets: book.add_worksheet("lama").hide(),
        "election.xlsx/'lama'",
        "hidden",
    ),
    "date for a number": (
        lambda book, sheets: sheets["booths"].write_datetime(
            "D3", dt.date(1900, 2, 17), book.add_format({"num_format": "dd/mm/yyyy"})
        ),
        "election.xlsx/booths:3 (voters)",
        "date",
    ),
    "date for a code": (
        lambda book, sheets: sheets["villages"].write_datetime(
            "A2", dt.date(2001, 4, 1), book.add_format({"num_format": "dd.mm.yyyy"})
        ),
        "election.xlsx/villages:2 (kode_wilayah)",
        "date",
    ),
    "time for a number": (
        lambda book, sheets: sheets["booths"].write_number("B3", 0.5, book.add_format({"num_format": "hh:mm"})),
        "election.xlsx/booths:3 (tps)",
        "date or time",
    ),
    "code as a number": (
        lambda book, sheets: sheets["villages"].write_number("A2", 3404012001),
        "election.xlsx/villages:2 (kode_wilayah)",
        "perhaps: 34.04.01.2001",
    ),
    "code that lost its groups": (
        lambda book, sheets: sheets["villages"].write_string("A2", "3404012001"),
        "election.xlsx/villages:2 (kode_wilayah)",
        "like 34.04.01.2001",
    ),
    "name as a number": (
        lambda book, sheets: sheets["candidates"].write_number("C3", 7),
        "election.xlsx/candidates:3 (name)",
        "is a number for the spreadsheet",
    ),
    "half a voter": (
        lambda book, sheets: sheets["booths"].write_number("D3", 48.5),
        "election.xlsx/booths:3 (voters)",
        "'48.5' is not a whole number",
    ),
    "more voters than any number has digits": (
        lambda book, sheets: sheets["booths"].write_number("D3", 1e300),
        "election.xlsx/booths:3 (voters)",
        "not a whole number",
    ),
    "truth for a number": (
        lambda book, sheets: sheets["booths"].write_boolean("D3", True),
        "election.xlsx/booths:3 (voters)",
        "what a formula came to",
    ),
    "cell under no name": (
        lambda book, sheets: sheets["booths"].write_string("G3", "lihat catatan"),
        "election.xlsx/booths:3 (G)",
        "no column's name",
    ),
    "cell far below": (
        lambda book, sheets: sheets["booths"].write_string(1_048_575, 0, "x"),
        "election.xlsx/booths:1048576",
        "A1048576",
    ),
    "cell far to the right": (
        lambda book, sheets: sheets["booths"].write_string(2, 16_383, "x"),
        "election.xlsx/booths:3",
        "XFD3",
    ),
    "unknown column": (
        lambda book, sheets: sheets["booths"].write_string("D1", "pemilih"),
        "election.xlsx/booths:1",
        "'pemilih' is unknown",
    ),
    "village twice": (
        lambda book, sheets: [sheets["villages"].write_string(2, c, t) for c, t in enumerate((CODE, "Gamping", "B"))],
        "election.xlsx/villages:3 (kode_wilayah)",
        "line 2",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_a_spreadsheet_hides_or_changes_is_told_with_its_place(tmp_path: Path, name: str) -> None:
    edit, where, word = EDITS[name]
    faults = told(source(tmp_path / "source", workbook(edit)))
    assert any(place == where and word in en for place, en, _ in faults), faults


def test_a_village_without_booths_is_told_by_its_sheet(tmp_path: Path) -> None:
    rows = tables()
    rows["villages"].append(["34.04.01.2002", "Gamping", "Ambarketawang"])
    faults = told(source(tmp_path / "source", workbook(rows=rows)))
    assert any("no booth in election.xlsx/booths" in en for _, en, _ in faults)
    assert any("0 candidates in election.xlsx/candidates" in en for _, en, _ in faults)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    def edit(book, sheets) -> None:  # type: ignore[no-untyped-def]
        for name in ("formula", "merged cells", "date for a code", "name as a number"):
            EDITS[name][0](book, sheets)

    places = {where for where, _, _ in told(source(tmp_path / "source", workbook(edit)))}
    assert {"election.xlsx/booths:2 (A)", "election.xlsx/villages:2 (kode_wilayah)"} <= places
    assert "election.xlsx/candidates:3 (name)" in places


def test_what_is_hidden_or_merged_does_not_hide_the_other_faults_of_its_sheet(tmp_path: Path) -> None:
    def edit(book, sheets) -> None:  # type: ignore[no-untyped-def]
        sheet = sheets["booths"]
        sheet.merge_range("A3:A4", CODE)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column("C:C", None, None, {"hidden": True})
        sheet.write_formula("D2", "=40+8", None, 48)
        sheet.write_boolean("D3", True)
        sheet.write_string("D4", "banyak")

    places = [where for where, _, _ in told(source(tmp_path / "source", workbook(edit)))]
    of_booths = [where.removeprefix("election.xlsx/booths") for where in places if "/booths" in where]
    # What a merged line lacks is not told beside it: once the cells are parted again it may be there.
    assert sorted(of_booths) == [" (C)", ":2", ":2 (voters)", ":3 (A)", ":3 (voters)"]


def test_a_title_over_merged_cells_is_all_that_is_told(tmp_path: Path) -> None:
    def edit(book, sheets) -> None:  # type: ignore[no-untyped-def]
        sheets["booths"].merge_range("A1:D1", "DAFTAR BILIK")

    places = [where for where, _, _ in told(source(tmp_path / "source", workbook(edit)))]
    assert places == ["election.xlsx/booths:1 (A)"]


def test_a_sheet_by_another_name(tmp_path: Path) -> None:
    rows = tables()
    rows["Bilik"] = rows.pop("booths")
    faults = told(source(tmp_path / "source", workbook(rows=rows)))
    assert any(where == "election.xlsx/booths" and "'Bilik'" in en for where, en, _ in faults)


def test_a_workbook_and_a_table_are_one_too_many(tmp_path: Path) -> None:
    folder = source(tmp_path / "source", workbook())
    (folder / "booths.csv").write_bytes((SAMPLE / "booths.csv").read_bytes())
    assert any("which one counts" in en for _, en, _ in told(folder))


@pytest.mark.parametrize("name", ["pilkades.xlsx", "election.ods", "Election.XLS"])
def test_a_workbook_by_another_name(tmp_path: Path, name: str) -> None:
    folder = source(tmp_path / "source", workbook())
    (folder / "election.xlsx").rename(folder / name)
    assert any(where == name and "must be named election.xlsx" in en for where, en, _ in told(folder))


def test_a_link_is_no_workbook(tmp_path: Path) -> None:
    folder = source(tmp_path / "source", workbook())
    (folder / "election.xlsx").rename(tmp_path / "elsewhere.xlsx")
    (folder / "election.xlsx").symlink_to(tmp_path / "elsewhere.xlsx")
    assert any("link" in en for _, en, _ in told(folder))


def bomb(unpacked: int) -> bytes:
    """A workbook whose strings unpack to that many bytes."""
    return repacked(workbook(), lambda name, part: bytes(unpacked) if name == "xl/sharedStrings.xml" else part)


def lying(data: bytes) -> bytes:
    """The same, its directory saying that every large part is small."""
    out = bytearray(data)
    with ZipFile(io.BytesIO(data)) as packed:
        sizes = {entry.file_size for entry in packed.infolist() if entry.file_size > 1 << 20}
    for size in sizes:
        out = bytearray(bytes(out).replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    return bytes(out)


def overlapping() -> bytes:
    """Many names for one part, as bombs do that stay small: here simply a thousand times a megabyte."""
    out = io.BytesIO(workbook())
    with ZipFile(out, "a", ZIP_DEFLATED) as packed:
        for number in range(400):
            packed.writestr(f"xl/x{number}.xml", bytes(1 << 20))
    return out.getvalue()


def many_parts() -> bytes:
    out = io.BytesIO(workbook())
    with ZipFile(out, "a") as packed:
        for number in range(2000):
            packed.writestr(f"xl/media/{number}.png", b"")
    return out.getvalue()


def one_text_in_many_cells() -> bytes:
    """A text of 30,000 letters that 40,000 cells name: small in the file, a gigabyte when written out."""
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{column}{row}" t="s"><v>0</v></c>' for column in "ABCDE") + "</row>"
        for row in range(1, 8001)
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    strings = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"x" * 30_000}</t></si></sst>'
    )
    new = {BOOTHS: sheet.encode(), "xl/sharedStrings.xml": strings.encode()}
    return repacked(workbook(), new.get)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'

HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"kode_wilayah,tps\n",
    "old kind or password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
    "cut short": lambda: workbook()[:-200],
    "one byte other": lambda: (d := bytearray(workbook()), d.__setitem__(len(d) // 2, d[len(d) // 2] ^ 1), bytes(d))[2],
    "bomb": lambda: bomb(MAX_UNPACKED_BYTES + 1),
    "bomb that lies about its size": lambda: lying(bomb(MAX_UNPACKED_BYTES + 1)),
    "bomb in many parts": overlapping,
    "thousands of parts": many_parts,
    "one text in many cells": one_text_in_many_cells,
    "entities": lambda: in_part(BOOTHS, "<worksheet", LAUGHS + "<worksheet")(workbook()),
    "entities in the strings": lambda: in_part("xl/sharedStrings.xml", "<sst", LAUGHS + "<sst")(workbook()),
    "another encoding": lambda: in_part(BOOTHS, 'encoding="UTF-8"', 'encoding="UTF-7"')(workbook()),
    "a line twice": lambda: in_part(BOOTHS, '<row r="3"', '<row r="2"')(workbook()),
    "a cell twice": lambda: in_part(BOOTHS, 'r="B3"', 'r="A3"')(workbook()),
    "a cell of another line": lambda: in_part(BOOTHS, 'r="B3"', 'r="B4"')(workbook()),
    "a cell of no name": lambda: in_part(BOOTHS, 'r="B3"', 'r="3B"')(workbook()),
    "a text that is not there": lambda: in_part(BOOTHS, 't="s"><v>', 't="s"><v>99')(workbook()),
    "all lines hidden": lambda: in_part(BOOTHS, "<sheetFormatPr", '<sheetFormatPr zeroHeight="1"')(workbook()),
    "no list of sheets": lambda: repacked(workbook(), lambda n, p: None if n == "xl/workbook.xml" else p),
    "a sheet that climbs out": lambda: in_part(
        "xl/_rels/workbook.xml.rels", "worksheets/sheet2.xml", "../../../etc/passwd"
    )(workbook()),
    "a sheet elsewhere": lambda: in_part("xl/_rels/workbook.xml.rels", "worksheets/sheet2.xml", "https://x/a.xml")(
        workbook()
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_within_bounds(tmp_path: Path, name: str) -> None:
    folder = source(tmp_path / "source", HOSTILE[name]())
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30));"
        "resource.setrlimit(resource.RLIMIT_CPU, (30, 30));"
        "from pathlib import Path; from config.source import read_source; from config.faults import SourceFaults\n"
        "try: read_source(Path(sys.argv[1]))\n"
        "except SourceFaults as told: print(told.en)\n"
        "else: print('TAKEN')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "election.xlsx" in ran.stdout
    assert "TAKEN" not in ran.stdout


def test_ten_gigabytes_are_not_read(tmp_path: Path) -> None:
    folder = source(tmp_path / "source", b"")
    with (folder / "election.xlsx").open("r+b") as sparse:
        sparse.truncate(10 << 30)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert any(f"{MAX_BYTES >> 20} MiB" in en for _, en, _ in told(folder))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < 200_000, "kilobytes"


JUNK = (b'"', b"<", b"</c>", b"-1", b"1e999", b"9" * 30)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_changed_in_its_parts_only_faults_are_raised(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from((BOOTHS, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml")))

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        at = data.draw(st.integers(0, len(content)))
        gone = data.draw(st.integers(0, 40))
        return content[:at] + data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(JUNK))) + content[at + gone :]

    with tempfile.TemporaryDirectory() as place:
        folder = source(Path(place) / "source", repacked(workbook(), change))
        told_in: list[str] = []
        try:
            booths = len(list(read_source(folder).election.places()))
        except SourceFaults as refused:
            told_in, booths = refused.en.split("\n"), 0
        assert booths or told_in
        assert all(line.isprintable() for line in told_in)
