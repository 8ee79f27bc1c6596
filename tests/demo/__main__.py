"""``make demo``: an election day in miniature, touched on the real screens, and its numbers proved from outside."""

import argparse
import os
import secrets
import signal
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from rich.table import Table
from rich.text import Text

import config
from config.cards.virtual.reader import why_not
from tests.demo import reference
from tests.demo.day import Day
from tests.demo.election import Election, plan
from tests.demo.evidence import Booth
from tests.demo.folder import NotOurs, make_anew
from tests.demo.official import TPS, OfficialElection
from tests.demo.plan import OFFICIAL_INCIDENTS, Visit, draw
from tests.demo.proof import Claim
from tests.demo.teller import Teller

SAMPLE = Path(config.__file__).parent / "sample"
VOTERS, QUICK_VOTERS = 30, 6
OFFICIAL_VOTERS = 10
REHEARSED_TPS = 1


def main() -> int:
    """Exit 0 when every claim holds; 1 when one does not or the day went wrong; 2 for wrong use."""
    options = _parser().parse_args()
    # A terminated demo unwinds as an interrupted one: no booth is left running. A shell that starts us in the
    # background has interrupts ignored; we hear them all the same.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    teller = Teller()
    try:
        make_anew(options.out)
    except NotOurs as refusal:
        print(refusal, file=sys.stderr)
        return 2
    home = options.out.resolve()
    try:
        failed = Demo(home, options, teller).hold()
    except KeyboardInterrupt:
        teller.say("stopped; every process of the demo has ended", "bold red")
        return 130
    except Exception as fault:
        teller.say(f"THE DAY FAILED: {fault or type(fault).__name__}", "bold red")
        teller.say(f"logs and the last screens: {home / 'logs'}")
        if not isinstance(fault, AssertionError):
            raise
        return 1
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder for everything that is made (demo)")
    parser.add_argument("--voters", type=int, help=f"voters a booth of the rehearsal who cast a ballot ({VOTERS})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_VOTERS} voters a booth, no reference tool")
    parser.add_argument("--seed", type=int, help="of the simulated voters' wishes (a new one each time)")
    return parser


class Demo:
    """The day in its order: a rehearsal with soft cards, beside it an official election with PIV cards."""

    def __init__(self, home: Path, options: argparse.Namespace, teller: Teller) -> None:
        self._home = home
        self._teller = teller
        self._quick: bool = options.quick
        self._voters: int = options.voters or (QUICK_VOTERS if options.quick else VOTERS)
        self._seed: int = secrets.randbelow(10**6) if options.seed is None else options.seed
        for name in ("logs", "screens"):
            (home / name).mkdir()
        self._rehearsal = Election(home, home, teller.say)
        self._elections = [self._rehearsal]

    def hold(self) -> bool:
        """Whether anything is not as it must be."""
        why = why_not()
        if why is not None:
            self._teller.say(f"NOT SHOWN: THE OFFICIAL ELECTION WITH ITS PIV CARDS. {why[1]}", "bold red")
            return self._hold() or bool(os.environ.get("CI"))
        official = OfficialElection(self._home / "official", self._home, self._teller.say)
        self._elections.append(official)
        with official.reader():
            return self._hold()

    def _hold(self) -> bool:
        teller = self._teller
        teller.heading("The district prepares")
        self._prepare()
        visits = self._invite()
        booths = ", ".join(f"{len(election.names)} of the {election.title}" for election in self._elections)
        teller.heading(f"The polling day: booths: {booths}, {len(visits)} in all (seed {self._seed})")
        stations = [station for election in self._elections for station in election.stations()]
        try:
            Day(stations, visits, teller).hold()
        finally:
            for election in self._elections:
                election.collect_paper()
        teller.heading("The district counts")
        claims = [claim for election in self._elections for claim in election.count()]
        refused = self._second_opinion([(e.home, booth) for e in self._elections for booth in e.booths])
        self._show(claims)
        return bool(refused) or not all(claim.holds for claim in claims)

    def _prepare(self) -> None:
        """Each election in a thread of its own: most of the time somebody waits for the other."""
        official = len(self._elections) > 1
        plans = [plan(SAMPLE, self._home / "plan", REHEARSED_TPS, official=False)]
        if official:
            plans.append(plan(SAMPLE, self._home / "official" / "plan", TPS, official=True))
        with ThreadPoolExecutor(len(plans)) as pool:
            preparing = [pool.submit(e.prepare, p) for e, p in zip(self._elections, plans, strict=True)]
            try:
                for made in as_completed(preparing):
                    made.result()
            except BaseException:
                for election in self._elections:
                    election.district.stop()
                raise

    def _invite(self) -> dict[str, list[Visit]]:
        """Who comes to which booth."""
        first = self._rehearsal
        first.visits = draw(first.names, self._voters, first.choices, self._seed)
        for other in self._elections[1:]:
            voters = min(self._voters, OFFICIAL_VOTERS)
            other.visits = draw(other.names, voters, other.choices, self._seed + 1, OFFICIAL_INCIDENTS)
        return {name: visits for election in self._elections for name, visits in election.visits.items()}

    def _second_opinion(self, booths: list[tuple[Path, Booth]]) -> list[str]:
        """What the reference tool refused."""
        if self._quick:
            return []
        tool, why = reference.command()
        if tool is None:
            self._teller.say(f"NOT CHECKED BY THE REFERENCE TOOL (belenios-tool): {why}", "bold yellow")
            return []
        said = {
            booth.name: reference.judge(tool, home / "archives" / f"{booth.name}.bel", self._teller.say)
            for home, booth in booths
        }
        for name, words in said.items():
            if words:
                self._teller.say(f"THE REFERENCE TOOL REFUSES {name}.bel: {words}", "bold red")
        return [name for name, words in said.items() if words]

    def _show(self, claims: list[Claim]) -> None:
        console = self._teller.console
        expected = {name: one for election in self._elections for name, one in election.expected.items()}
        for election in self._elections:
            console.print()
            console.print(Text((election.home / "results.txt").read_text(encoding="utf-8")))
        console.print(_table(claims, list(expected)))
        wrong = [claim for claim in claims if not claim.holds]
        lines = [f"{'holds' if c.holds else 'NOT EQUAL'}  {c.where}: {c.says}: {c.left} = {c.right}\n" for c in claims]
        (self._home / "claims.txt").write_text("".join(lines), encoding="utf-8")
        for claim in wrong:
            console.print(
                Text(f"NOT EQUAL  {claim.where}: {claim.says}: {claim.left} ≠ {claim.right}", style="bold red")
            )
        if not wrong:
            voters = sum(one.cast for one in expected.values())
            console.print(
                Text(
                    f"All {len(claims)} claims hold: the numbers are those of the {voters} voters.", style="bold green"
                )
            )
        self._point_at_things(len(wrong))

    def _point_at_things(self, wrong: int) -> None:
        self._teller.heading("Look here")
        for name, what in (
            ("results.txt", "results and equations, as people read them"),
            ("results.json", "the same for programs"),
            ("claims.txt", "the claims above, one a line, with both sides"),
            ("packages", "what the district gave to each booth, signed"),
            ("batches", "what came back from each booth, signed"),
            ("archives", "one Belenios archive (.bel) for each booth: give them to anybody's verifier"),
            ("screens", "each screen of each booth, as its people saw it"),
            ("paper", "each slip, stub, report and tape, where people put it: box, envelope, voter, desk"),
            ("official", "the same of the official election, its cards, and their slips for the envelopes"),
            ("logs", "the staff's commands with their answers, and the logs of all processes"),
        ):
            self._teller.console.print(Text.assemble((f"  {self._home / name}  ", "bold"), (what, "dim")))
        self._teller.say("done" if not wrong else f"done, and {wrong} claims do not hold")


def _table(claims: list[Claim], booths: list[str]) -> Table:
    """A row for each claim, a column for each booth; claims about a TPS or village stand in the last column."""
    table = Table(title="Claims, evaluated from outside", title_justify="left", title_style="bold")
    table.add_column("", min_width=28)
    for name in (*booths, "TPS, village"):
        table.add_column(name, justify="right")
    rows: dict[str, dict[str, list[Text]]] = {}
    for claim in claims:
        column = claim.where if claim.where in booths else ""
        rows.setdefault(claim.says, {}).setdefault(column, []).append(_cell(claim, named=not column))
    for says, cells in rows.items():
        table.add_row(says, *(Text("\n").join(cells.get(name, [])) for name in (*booths, "")))
    return table


def _cell(claim: Claim, *, named: bool) -> Text:
    sign = Text("✓", style="green") if claim.holds else Text("✗", style="bold red")
    shown = (
        ""
        if isinstance(claim.left, (list, set, frozenset, str))
        else f"{_number(claim.left)} = {_number(claim.right)} "
    )
    return Text.assemble(f"{claim.where}: " if named else "", shown, sign)


def _number(value: object) -> str:
    return "·".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    sys.exit(main())
