"""Results as people read them (tables) and as programs do (JSON)."""

import io
import json

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.mode import Mode
from config.words import builtin
from sync.district.console import inert
from sync.district.results import BoothResult, State, Sum, VillageResult
from sync.district.workspace import Workspace
from sync.equations import Equation, Name

STATE_WORDS = {
    State.NOTHING: ("belum ada", "nothing yet", "dim"),
    State.SEALED: ("tanpa hasil", "without result", "yellow"),
    State.CONFLICT: ("bentrok", "conflict", "bold red"),
    State.PRELIMINARY: ("sementara", "preliminary", "yellow"),
    State.COMPLETE: ("lengkap", "complete", "green"),
    State.PAPER: ("menurut kertas", "decided by paper", "magenta"),
}
_WIDTH_COLUMNS = 200
"""Never reached: no table is wider than 80 columns, and sentences are the terminal's to break."""
_WORDS = (builtin("id"), builtin("en"))


def results_text(workspace: Workspace, villages: tuple[VillageResult, ...], *, color: bool) -> str:
    """Tables of every village; equations that do not hold stand before everything else."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=_WIDTH_COLUMNS,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
    )
    plan = workspace.election
    mode = "GLADI / REHEARSAL" if workspace.record.mode is Mode.REHEARSAL else "RESMI / OFFICIAL"
    console.print(inert(Text(f"{plan.name} · {mode}", style="bold")))
    console.print(inert(f"{plan.district} · {plan.date}"))
    for village in villages:
        for where, equation in village.mismatches:
            id_, en = equation_words(equation.name)
            console.print(
                Text(
                    f"✗ {where}: {id_}: {equation.left} {equation.relation} {equation.right}  ({en})", style="bold red"
                )
            )
    for village in villages:
        console.print(_choices(village))
        console.print(_votes(village))
        for part in _equations(village):
            console.print(part)
        for booth in village.booths:
            if booth.reason:
                console.print(inert(f"{booth.place.booth_id}: {booth.reason}"))
    return out.getvalue()


def equation_words(name: Name) -> tuple[str, str]:
    """What an equation says, Indonesian and English, as on the tape."""
    return _WORDS[0](f"equation.{name.value}"), _WORDS[1](f"equation.{name.value}")


def _choices(village: VillageResult) -> Table:
    """Number, name and sum of each choice; the numbers head the columns of the table that follows."""
    table = Table(
        title=inert(f"{village.village.code} {village.village.name}, {village.village.subdistrict}"),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE,
        show_header=False,
    )
    for heading, name, votes in zip(_headings(village), village.choices, _sums(village.total), strict=True):
        table.add_row(Text(heading, style="bold"), inert(name), votes)
    return table


def _headings(village: VillageResult) -> list[str]:
    """What stands for each choice where there is no room for names: its number, and a dash for blank."""
    numbers = [str(candidate.number) for candidate in village.village.candidates]
    return ["–"] * (len(village.choices) - len(numbers)) + numbers


def _votes(village: VillageResult) -> Table:
    table = Table(box=box.SIMPLE)
    table.add_column("", no_wrap=True)
    for heading in _headings(village):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("keadaan / state", no_wrap=True)
    for station in village.stations:
        for booth in village.booths:
            if f"TPS {booth.place.tps}" == station.name:
                table.add_row(
                    f" {station.name} bilik {booth.place.booth}",
                    *_cells(booth, len(village.choices)),
                    _state(booth.state),
                )
        table.add_row(Text(station.name, style="bold"), *_sums(station), _state(station.state), end_section=True)
    table.add_row(Text("Jumlah / total", style="bold"), *_sums(village.total), _total_state(village.total))
    return table


def _equations(village: VillageResult) -> list[Table | Text]:
    """A letter for each equation, what it says, and a row for each booth and TPS."""
    letters = dict(zip(Name, "ABCD", strict=True))
    said: list[Table | Text] = [Text("Persamaan / equations", style="bold")]
    for name, letter in letters.items():
        id_, en = equation_words(name)
        said.append(Text(f"  {letter}  {id_}\n     {en}"))
    table = Table(box=box.SIMPLE)
    table.add_column("", no_wrap=True)
    for letter in letters.values():
        table.add_column(letter, justify="right", no_wrap=True)
    rows: list[tuple[str, tuple[Equation, ...]]] = [
        (f"TPS {b.place.tps} bilik {b.place.booth}", b.equations) for b in village.booths
    ]
    rows += [(station.name, station.equations) for station in village.stations if station.equations]
    for where, equations in rows:
        by_name = {equation.name: equation for equation in equations}
        table.add_row(where, *(_equation(by_name.get(name)) for name in Name))
    return [*said, table]


def _equation(equation: Equation | None) -> Text:
    if equation is None:
        return Text("–", style="dim")
    said = f"{equation.left} {equation.relation} {equation.right}"
    return Text(f"{said} ✓", style="green") if equation.holds else Text(f"{said} ✗", style="bold red")


def _cells(booth: BoothResult, choices: int) -> list[str]:
    return ["–"] * choices if booth.votes is None else [str(votes) for votes in booth.votes]


def _sums(total: Sum) -> list[Text]:
    return [Text(str(votes) if total.counted else "–", style="bold") for votes in total.votes]


def _state(state: State) -> Text:
    id_, en, style = STATE_WORDS[state]
    return Text(f"{id_} / {en}", style=style)


def _total_state(total: Sum) -> Text:
    return Text.assemble(_state(total.state), f" {total.counted}/{total.booths}")


def results_json(workspace: Workspace, villages: tuple[VillageResult, ...]) -> str:
    """The same for programs: keys in a fixed order, so that equal results are equal bytes."""
    plan = workspace.election
    value = {
        "format": "bilik-results/1",
        "mode": workspace.record.mode.value,
        "election": {
            "id": workspace.record.election_id,
            "name": plan.name,
            "district": plan.district,
            "date": plan.date,
        },
        "villages": [_village(village) for village in villages],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _village(village: VillageResult) -> dict[str, object]:
    return {
        "code": village.village.code,
        "name": village.village.name,
        "choices": list(village.choices),
        "state": village.total.state.value,
        "booths_counted": village.total.counted,
        "booths": village.total.booths,
        "votes": list(village.total.votes),
        "tps": [
            {
                "tps": station.name.removeprefix("TPS "),
                "state": station.state.value,
                "votes": list(station.votes),
                "equations": _equation_list(station.equations),
            }
            for station in village.stations
        ],
        "booth_results": [
            {
                "booth": booth.place.booth_id,
                "state": booth.state.value,
                "votes": None if booth.votes is None else list(booth.votes),
                "cast": booth.counts.cast if booth.counts else None,
                "void": booth.counts.void if booth.counts else None,
                "equations": _equation_list(booth.equations),
                "reason": booth.reason,
            }
            for booth in village.booths
        ],
        "mismatches": [
            {"where": where, "equation": equation.name.value, "left": equation.left, "right": equation.right}
            for where, equation in village.mismatches
        ],
    }


def _equation_list(equations: tuple[Equation, ...]) -> list[dict[str, object]]:
    return [
        {"name": equation.name.value, "left": equation.left, "right": equation.right, "holds": equation.holds}
        for equation in equations
    ]
