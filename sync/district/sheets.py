"""Results as rows for spreadsheets: CSV in which no cell is a formula, and a workbook (XLSX) whose cells are typed."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from config.election import MAX_CANDIDATES
from config.mode import Mode
from sync.district.results import Figures, State, VillageResult
from sync.district.show import STATE_WORDS, equation_words
from sync.district.workspace import Workspace

Cell = str | int | float | None

STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""With one of these a cell is a formula in one spreadsheet program or another, with or without blanks before it."""
FIXED = (
    "level",
    "village_code",
    "village",
    "subdistrict",
    "tps",
    "booth",
    "state",
    "by_paper",
    "voters",
    "reported",
    "cast",
    "turnout_percent",
    "void_refused",
    "void_interrupted",
    "void_tests",
    "votes_blank",
)
CANDIDATE = ("number", "name", "votes")
COLUMNS = (*FIXED, *(f"{part}_{n}" for n in range(1, MAX_CANDIDATES + 1) for part in CANDIDATE), "reason")
"""Of the CSV, and of docs/formats/results.md."""
WORDS = {
    "village_code": "kode / code",
    "village": "desa / village",
    "subdistrict": "kecamatan / subdistrict",
    "tps": "TPS",
    "booth": "bilik / booth",
    "state": "keadaan / state",
    "by_paper": "menurut kertas / by paper",
    "voters": "DPT / roll",
    "reported": "DPT terhitung / roll counted",
    "cast": "suara / votes",
    "turnout_percent": "hadir % / turnout %",
    "void_refused": "batal: salah / void: refused",
    "void_interrupted": "batal: putus / void: interrupted",
    "void_tests": "batal: uji / void: tests",
    "votes_blank": "suara kosong / blank",
    "reason": "dasar / reason",
    "number": "nomor / number",
    "name": "nama / name",
}
"""What heads a column in the workbook; a candidate's have his place on the ballot behind them."""


@dataclass(frozen=True)
class Row:
    """One booth, TPS or village."""

    level: str
    cells: dict[str, Cell]
    """By column; what is missing or None stays empty."""


def rows(villages: Sequence[VillageResult]) -> Iterator[Row]:
    """Each village, then its TPS, each followed by its booths."""
    for result in villages:
        village = result.village
        place: dict[str, Cell] = {
            "village_code": village.code,
            "village": village.name,
            "subdistrict": village.subdistrict,
        }
        total = result.total
        yield _row("village", place, total.state, total.figures, result, total.votes if total.counted else None)
        for station in result.stations:
            here = place | {"tps": int(station.name.removeprefix("TPS "))}
            votes = station.votes if station.counted else None
            yield _row("tps", here, station.state, station.figures, result, votes)
            for booth in result.booths:
                if booth.place.tps == here["tps"]:
                    more: dict[str, Cell] = {
                        "booth": booth.place.booth,
                        "by_paper": "yes" if booth.by_paper else "no",
                        "reason": booth.reason or None,
                    }
                    yield _row("booth", here | more, booth.state, booth.figures, result, booth.votes)


def _row(
    level: str,
    place: dict[str, Cell],
    state: State,
    figures: Figures,
    result: VillageResult,
    votes: tuple[int, ...] | None,
) -> Row:
    known = figures.turnout_percent is not None
    cells: dict[str, Cell] = place | {"level": level, "state": state.value, "voters": figures.voters}
    cells |= {"reported": figures.reported}
    if known:
        cells |= {
            "cast": figures.cast,
            "turnout_percent": figures.turnout_percent,
            "void_refused": figures.refused,
            "void_interrupted": figures.interrupted,
            "void_tests": figures.tests,
        }
    if votes is not None and result.blank:
        cells["votes_blank"] = votes[0]
    for n, candidate in enumerate(result.village.candidates, 1):
        cells[f"number_{n}"] = candidate.number
        cells[f"name_{n}"] = candidate.name
        if votes is not None:
            cells[f"votes_{n}"] = votes[n if result.blank else n - 1]
    return Row(level, cells)


def results_csv(villages: Sequence[VillageResult]) -> str:
    """UTF-8 text with commas, a line for each booth, TPS and village (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows(villages):
        writer.writerow([_guarded(row.cells.get(column)) for column in COLUMNS])
    return out.getvalue()


def _guarded(cell: Cell) -> Cell:
    """Names are other people's: one that a spreadsheet would run gets an apostrophe before it, and is text."""
    if isinstance(cell, str) and (cell.startswith(STARTS_FORMULA) or cell.lstrip().startswith(STARTS_FORMULA)):
        return f"'{cell}"
    return cell


SHEETS = (("Desa", "village"), ("TPS", "tps"), ("Bilik", "booth"))
TIES, EQUATIONS = "Suara sama", "Persamaan"


def results_xlsx(workspace: Workspace, villages: Sequence[VillageResult]) -> bytes:
    """A workbook of five sheets: villages, TPS, booths, equal votes, equations. Equal results are equal bytes."""
    out = io.BytesIO()
    # Text stays text: a name like =1+1 or http://… must be neither run nor followed.
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, safe) as book:
        plan = workspace.election
        mode = "GLADI / REHEARSAL" if workspace.record.mode is Mode.REHEARSAL else "RESMI / OFFICIAL"
        book.set_properties({"title": f"{plan.name} · {mode}", "created": datetime.fromisoformat(plan.date)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        made = list(rows(villages))
        head = f"{plan.name} · {plan.district} · {plan.date} · {mode}"
        for name, level in SHEETS:
            sheet = book.add_worksheet(name)
            columns = [c for c in COLUMNS[1:] if level == "booth" or c not in ("booth", "by_paper", "reason")]
            columns = [c for c in columns if level != "village" or c != "tps"]
            table = [
                [_spoken(column, row.cells.get(column)) for column in columns] for row in made if row.level == level
            ]
            _fill(sheet, head, list(map(_heading, columns)), table, bold)
        _fill(book.add_worksheet(TIES), head, TIE_HEADS, list(_tie_rows(villages)), bold)
        _fill(book.add_worksheet(EQUATIONS), head, EQUATION_HEADS, list(_equation_rows(villages)), bold)
    return out.getvalue()


def _heading(column: str) -> str:
    if column in WORDS:
        return WORDS[column]
    part, place = column.split("_")
    return f"{WORDS['cast' if part == 'votes' else part]} {place}"


def _spoken(column: str, cell: Cell) -> Cell:
    if column == "by_paper":
        return {"yes": "ya / yes", "no": "tidak / no"}.get(str(cell), cell)
    if column != "state":
        return cell
    id_, en, _ = STATE_WORDS[State(str(cell))]
    return f"{id_} / {en}"


def _fill(sheet: Worksheet, head: str, columns: Sequence[str], table: Sequence[Sequence[Cell]], bold: object) -> None:
    """Two rows of headings that stay in sight, then the table, every cell by its type."""
    sheet.write_string(0, 0, head, bold)
    for x, column in enumerate(columns):
        sheet.write_string(1, x, column, bold)
        widest = max((len(str(row[x])) for row in table if row[x] is not None), default=0)
        sheet.set_column(x, x, min(40, max(9, widest + 1)))
    for y, row in enumerate(table, 2):
        for x, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(y, x, cell)
            elif cell is not None:
                sheet.write_number(y, x, cell)
    sheet.freeze_panes(2, 0)


TIE_HEADS = (
    "kode / code",
    "desa / village",
    "nomor / number",
    "nama / name",
    "suara / votes",
    "unggul di TPS / TPS led",
    "seri di TPS / TPS shared",
    "TPS terbesar / largest TPS",
    "suara di situ / votes there",
)
EQUATION_HEADS = ("kode / code", "tempat / place", "persamaan / equation", "kiri / left", "", "kanan / right")


def _tie_rows(villages: Sequence[VillageResult]) -> Iterator[list[Cell]]:
    for result in villages:
        tie = result.tie
        for spread in tie.spreads if tie else ():
            candidate = result.village.candidates[spread.choice - result.blank]
            largest = tie.largest_first[0] if tie else None
            yield [
                result.village.code,
                result.village.name,
                candidate.number,
                candidate.name,
                tie.votes if tie else None,
                spread.led,
                spread.shared,
                largest.name if largest else None,
                largest.votes[spread.choice] if largest else None,
            ]


def _equation_rows(villages: Sequence[VillageResult]) -> Iterator[list[Cell]]:
    """All of them, those that do not hold first."""
    found = []
    for result in villages:
        places = [(booth.place.booth_id, booth.equations) for booth in result.booths]
        places += [(station.name, station.equations) for station in result.stations]
        found += [(result.village.code, where, equation) for where, told in places for equation in told]
    for code, where, equation in sorted(found, key=lambda one: one[2].holds):
        words = " / ".join(equation_words(equation.name))
        yield [code, where, words, equation.left, equation.relation, equation.right]
