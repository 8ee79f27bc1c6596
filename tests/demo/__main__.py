"""``make demo``: an election day in miniature, touched on the real screens, and its numbers proved from outside."""

import argparse
import secrets
import shutil
import signal
import sys
from pathlib import Path

from rich.table import Table
from rich.text import Text

import config
from config.package import Package, read_package
from sync.batch import STICK_FOLDER
from sync.media import PACKAGE_FOLDER
from tests.demo import evidence, proof, reference
from tests.demo.day import Day
from tests.demo.district import District
from tests.demo.evidence import Booth
from tests.demo.folder import NotOurs, make_anew
from tests.demo.plan import Expected, draw, expect
from tests.demo.proof import Claim
from tests.demo.teller import Teller

SAMPLE = Path(config.__file__).parent / "sample"
VOTERS, QUICK_VOTERS = 30, 6


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
    parser.add_argument("--voters", type=int, help=f"voters a booth who cast a ballot ({VOTERS})")
    parser.add_argument("--booths", type=int, default=3, choices=(1, 2, 3), help="booths of the sample that open (3)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_VOTERS} voters a booth, no reference tool")
    parser.add_argument("--seed", type=int, help="of the simulated voters' wishes (a new one each time)")
    return parser


class Demo:
    """The day in its order; each part leaves its things in ``home``."""

    def __init__(self, home: Path, options: argparse.Namespace, teller: Teller) -> None:
        self._home = home
        self._teller = teller
        self._quick: bool = options.quick
        self._voters: int = options.voters or (QUICK_VOTERS if options.quick else VOTERS)
        self._booths: int = options.booths
        self._seed: int = secrets.randbelow(10**6) if options.seed is None else options.seed
        for name in ("logs", "batches", "archives", "sticks", "screens", "paper"):
            (home / name).mkdir()
        self._district = District(home, home / "logs" / "district.log", teller.say)

    def hold(self) -> bool:
        """Whether anything is not as it must be."""
        teller = self._teller
        teller.heading("The district prepares")
        self._district.prepare(SAMPLE)
        # The last ones of the list: with one booth the TPS that has no other.
        names = sorted(path.name for path in (self._home / "packages").iterdir())[-self._booths :]
        packages = {name: read_package(self._home / "packages" / name / PACKAGE_FOLDER) for name in names}
        manifest = packages[names[0]].manifest
        choices = len(manifest.candidates) + manifest.blank
        visits = draw(names, self._voters, choices, self._seed)
        expected = {name: expect(visits[name], choices) for name in names}
        teller.heading(f"The polling day: {len(names)} booths, {self._voters} voters each (seed {self._seed})")
        day = Day(self._home, names, visits, teller)
        try:
            day.hold()
        finally:
            self._collect_paper(names)
        teller.heading("The district counts")
        booths = [self._look(name, packages[name]) for name in names]
        claims = [claim for booth in booths for claim in proof.of_booth(booth, expected[booth.name])]
        claims += proof.of_stations(booths)
        claims += self._count(expected)
        refused = self._second_opinion(booths)
        self._show(claims, expected)
        return bool(refused) or not all(claim.holds for claim in claims)

    def _collect_paper(self, names: list[str]) -> None:
        for name in names:
            paper = self._home / "booths" / name / "desk" / "paper"
            if paper.is_dir():
                shutil.copytree(paper, self._home / "paper" / name)

    def _look(self, name: str, package: Package) -> Booth:
        batch = self._home / "batches" / f"{name}.batch"
        shutil.copy(self._home / "sticks" / name / STICK_FOLDER / batch.name, batch)
        return evidence.look(package, batch, self._home / "archives" / f"{name}.bel", self._home / "paper" / name)

    def _count(self, expected: dict[str, Expected]) -> list[Claim]:
        district, home = self._district, self._home
        district.run("import", "district", home / "sticks")
        # A second time changes nothing: every batch is there already.
        district.run("import", "district", home / "batches")
        district.run("results", "district", "--out", "results.txt")
        district.run("results", "district", "--json", "--out", "results.json")
        root = home / "district" / "root.pub"
        district.run("verify", "--root", root, home / "packages", home / "batches", home / "archives")
        return list(proof.of_district(district.json("results", "district"), expected))

    def _second_opinion(self, booths: list[Booth]) -> list[str]:
        """What the reference tool refused."""
        if self._quick:
            return []
        tool, why = reference.command()
        if tool is None:
            self._teller.say(f"NOT CHECKED BY THE REFERENCE TOOL (belenios-tool): {why}", "bold yellow")
            return []
        said = {
            booth.name: reference.judge(tool, self._home / "archives" / f"{booth.name}.bel", self._teller.say)
            for booth in booths
        }
        for name, words in said.items():
            if words:
                self._teller.say(f"THE REFERENCE TOOL REFUSES {name}.bel: {words}", "bold red")
        return [name for name, words in said.items() if words]

    def _show(self, claims: list[Claim], expected: dict[str, Expected]) -> None:
        console = self._teller.console
        console.print()
        console.print(Text((self._home / "results.txt").read_text(encoding="utf-8")))
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
    shown = "" if isinstance(claim.left, (list, frozenset, str)) else f"{_number(claim.left)} = {_number(claim.right)} "
    return Text.assemble(f"{claim.where}: " if named else "", shown, sign)


def _number(value: object) -> str:
    return "·".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    sys.exit(main())
