"""Results as people read them (tables) and as programs do (JSON)."""

import io
import json

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.mode import Mode
from config.words import builtin
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
"""More than any table takes; columns are as narrow as their longest word."""
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
    mode = "SIMULASI / REHEARSAL" if workspace.record.mode is Mode.REHEARSAL else "RESMI / OFFICIAL"
    console.print(Text(f"{plan.name} · {plan.district} · {plan.date} · {mode}", style="bold"))
    for village in villages:
        for where, equation in village.mismatches:
            id_, en = equation_words(equation.name)
            console.print(Text(f"✗ {where}: {id_}: {equation.left} ≠ {equation.right}  ({en})", style="bold red"))
    for village in villages:
        console.print(_votes(village))
        console.print(_equations(village))
        for booth in village.booths:
            if booth.reason:
                console.print(Text(f"{booth.place.booth_id}: {booth.reason}"))
    return out.getvalue()


def equation_words(name: Name) -> tuple[str, str]:
    """What an equation says, Indonesian and English, as on the tape."""
    return _WORDS[0](f"equation.{name.value}"), _WORDS[1](f"equation.{name.value}")


def _votes(village: VillageResult) -> Table:
    table = Table(
        title=f"{village.village.code} {village.village.name}, {village.village.subdistrict}",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("", no_wrap=True)
    for choice in village.choices:
        # A name is broken between its words only: half a name in a table of results is no name.
        table.add_column(choice, justify="right", max_width=max(16, *map(len, choice.split())))
    table.add_column("keadaan / state", no_wrap=True)
    for station in village.stations:
        for booth in village.booths:
            if f"TPS {booth.place.tps}" == station.name:
                table.add_row(
                    f"  {station.name} bilik {booth.place.booth}",
                    *_cells(booth, len(village.choices)),
                    _state(booth.state),
                )
        table.add_row(Text(station.name, style="bold"), *_sums(station), _state(station.state), end_section=True)
    table.add_row(Text("Jumlah / total", style="bold"), *_sums(village.total), _total_state(village.total))
    return table


def _equations(village: VillageResult) -> Table:
    table = Table(title="Persamaan / equations", title_justify="left", title_style="bold")
    table.add_column("", no_wrap=True)
    for name in Name:
        table.add_column("\n".join(equation_words(name)), justify="right", max_width=24)
    rows: list[tuple[str, tuple[Equation, ...]]] = [(b.place.booth_id, b.equations) for b in village.booths]
    rows += [(station.name, station.equations) for station in village.stations if station.equations]
    for where, equations in rows:
        by_name = {equation.name: equation for equation in equations}
        table.add_row(where, *(_equation(by_name.get(name)) for name in Name))
    return table


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
