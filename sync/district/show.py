"""Results as people read them: tables of at most 80 columns, Indonesian beside English."""

import io

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.mode import Mode
from config.words import builtin
from sync.district.console import FRAME, inert
from sync.district.finals import Finals
from sync.district.results import BoothResult, Figures, State, Sum, VillageResult
from sync.district.ties import Tie
from sync.district.workspace import Workspace
from sync.equations import Equation, Name

STATE_WORDS = {
    State.NOTHING: ("belum ada", "nothing yet", "dim"),
    State.SEALED: ("tanpa hasil", "without result", "yellow"),
    State.CONFLICT: ("bentrok", "conflict", "bold red"),
    State.PRELIMINARY: ("sementara", "preliminary", "yellow"),
    State.COMPLETE: ("lengkap", "complete", "green"),
    State.PAPER: ("menurut kertas", "decided by paper", "magenta"),
    State.FINAL: ("final", "final", "bold green"),
}
_WIDTH_COLUMNS = 200
"""Never reached: no table is wider than 80 columns, and sentences are the terminal's to break."""
_WORDS = (builtin("id"), builtin("en"))


NO_FINALS = Finals(standing={}, undone={})


def results_text(
    workspace: Workspace, villages: tuple[VillageResult, ...], *, color: bool, finals: Finals = NO_FINALS
) -> str:
    """Tables of every village; equations that do not hold, and signatures that stand no more, come before them."""
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
    _first(console, villages, finals)
    if len(villages) > 1:
        console.print(_overview(villages))
    for village in villages:
        console.print(_choices(village))
        console.print(_votes(village))
        console.print(_turnout(village))
        if village.tie is not None:
            for part in _tie(village, village.tie):
                console.print(part)
        signed = finals.standing.get(village.village.code)
        if signed is not None:
            console.print(inert(f"Final {signed.at}: {signed.by}, {signed.with_}. {signed.reason}"))
        for part in _equations(village):
            console.print(part)
        for booth in village.booths:
            if booth.decision is not None:
                who = f" ({booth.decision.by}, {booth.decision.at})" if booth.decision.by else ""
                console.print(inert(f"{booth.place.booth_id}: {booth.reason}{who}"))
    return out.getvalue()


def _first(console: Console, villages: tuple[VillageResult, ...], finals: Finals) -> None:
    """What does not add up, and which signatures stand no more."""
    for village in villages:
        for where, equation in village.mismatches:
            id_, en = equation_words(equation.name)
            # Every village has a TPS 1; a booth's id says its village itself.
            place = f"{village.village.name} {where}" if where.startswith("TPS") else where
            numbers = f"{equation.left} {equation.relation} {equation.right}"
            console.print(inert(Text(f"✗ {place}: {id_}: {numbers}  ({en})", style="bold red")))
    for village in villages:
        undone = finals.undone.get(village.village.code)
        if undone is not None:
            name, day = village.village.name, undone.signed.at[:10]
            console.print(
                inert(Text(f"✗ {name}: status final ({day}) batal: {undone.id}.", style="bold red")),
                inert(f"  {name}: final no more (it was signed on {day}): {undone.en}."),
                sep="\n",
            )


def _overview(villages: tuple[VillageResult, ...]) -> Table:
    """A line for each village: a district has dozens."""
    table = Table(box=FRAME)
    table.add_column("desa / village", max_width=30, overflow="fold")
    table.add_column("bilik\nbooths", justify="right", no_wrap=True)
    table.add_column("hadir %\nturnout", justify="right", no_wrap=True)
    table.add_column("keadaan / state", no_wrap=True)
    for village in villages:
        total = village.total
        percent = total.figures.turnout_percent
        table.add_row(
            inert(f"{village.village.code} {village.village.name}"),
            f"{total.counted}/{total.booths}",
            "–" if percent is None else f"{percent:.2f}",
            _state(total.state),
        )
    return table


def equation_words(name: Name) -> tuple[str, str]:
    """What an equation says, Indonesian and English, as on the tape."""
    return _WORDS[0](f"equation.{name.value}"), _WORDS[1](f"equation.{name.value}")


def _choices(village: VillageResult) -> Table:
    """Number, name and sum of each choice; the numbers head the columns of the table that follows."""
    table = Table(
        title=inert(f"{village.village.code} {village.village.name}, {village.village.subdistrict}"),
        title_justify="left",
        title_style="bold",
        box=FRAME,
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
    table = Table(box=FRAME)
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


def _turnout(village: VillageResult) -> Table:
    """How many voted of how many, and what was void, by kind."""
    table = Table(box=FRAME)
    table.add_column("", no_wrap=True)
    for heading in ("DPT\nroll", "suara\nvotes", "hadir %\nturnout", "salah\nrefused", "putus\ninterr.", "uji\ntests"):
        table.add_column(heading, justify="right", no_wrap=True)
    for station in village.stations:
        booths = [booth for booth in village.booths if f"TPS {booth.place.tps}" == station.name]
        for booth in booths if len(booths) > 1 else ():
            table.add_row(f" {station.name} bilik {booth.place.booth}", *_figures(booth.figures))
        table.add_row(Text(station.name, style="bold"), *_figures(station.figures))
    table.add_row(Text("Jumlah / total", style="bold"), *_figures(village.total.figures))
    return table


def _figures(figures: Figures) -> list[str]:
    percent = figures.turnout_percent
    if percent is None:
        return [str(figures.voters), *["–"] * 5]
    numbers = (figures.refused, figures.interrupted, figures.tests)
    return [str(figures.voters), str(figures.cast), f"{percent:.2f}", *map(str, numbers)]


def _tie(village: VillageResult, tie: Tie) -> list[Table | Text]:
    """Equal votes at the top: how they lie over the TPS; whoever is elected, people say."""
    headings = _headings(village)
    names = ", ".join(f"{headings[choice]} {village.choices[choice]}" for choice in tie.choices)
    said: list[Table | Text] = [
        inert(Text(f"Suara terbanyak SAMA ({tie.votes}): {names}", style="bold yellow")),
        Text("  Panitia menetapkan menurut peraturan; ini hanya angkanya, TPS terbesar dulu."),
        Text("  Most votes EQUAL: the committee decides by the regulation. Largest TPS first.", style="dim"),
    ]
    table = Table(box=FRAME)
    table.add_column("", no_wrap=True)
    table.add_column("DPT / roll", justify="right", no_wrap=True)
    for choice in tie.choices:
        table.add_column(headings[choice], justify="right", no_wrap=True)
    for part in tie.largest_first:
        table.add_row(part.name, str(part.voters), *(str(part.votes[choice]) for choice in tie.choices))
    table.add_row("unggul di TPS / TPS led", "", *(str(spread.led) for spread in tie.spreads))
    table.add_row("seri di TPS / TPS shared", "", *(str(spread.shared) for spread in tie.spreads))
    return [*said, table]


def _equations(village: VillageResult) -> list[Table | Text]:
    """A letter for each equation, what it says, and a row for each booth and TPS."""
    letters = dict(zip(Name, "ABCD", strict=True))
    said: list[Table | Text] = [Text("Persamaan / equations", style="bold")]
    for name, letter in letters.items():
        id_, en = equation_words(name)
        said.append(Text(f"  {letter}  {id_}\n     {en}"))
    table = Table(box=FRAME)
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
