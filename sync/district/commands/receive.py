"""``import``: batches from files, folders and sticks, once or as they arrive in a folder."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from config.errors import DeviceError
from config.stopping import Stop
from sync.ballot.refusal import record_id
from sync.district import console
from sync.district.commands import options
from sync.district.commands.undone import tell_undone
from sync.district.crew import WORTH_IT, cores, take_in
from sync.district.intake import Outcome, Verdict, offered, take
from sync.district.ledger import Ledger, ledger_of
from sync.district.misuse import Misuse
from sync.district.watching import LOOK_S, Watch
from sync.district.workspace import Workspace

VERDICT_WORDS = {
    Verdict.ACCEPTED: ("diterima", "accepted", "green"),
    Verdict.ALREADY: ("sudah ada", "already here", "green"),
    Verdict.REFUSED: ("DITOLAK", "refused", "bold red"),
    Verdict.CONFLICT: ("BENTROK: putuskan", "conflict: decide", "bold yellow"),
}
AGAIN_S = 5.0
"""After which a database that did not answer is tried again."""

ENDING = (
    b"\nMenyelesaikan yang sedang diperiksa. Ctrl-C lagi: berhenti seketika.\n"
    b"  Ending what is under way. Ctrl-C again stops at once.\n"
)

Tell = Callable[[Outcome], None]


@click.command(name="import")
@options.workspace
@click.argument("paths", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@click.option(
    "--watch", is_flag=True, help="Tunggu berkas baru di folder sampai Ctrl-C. / Wait for new files in folders."
)
@options.database
@options.as_json
def import_batches(workspace: Workspace, paths: tuple[Path, ...], watch: bool, as_json: bool) -> int:
    """Terima berkas hasil dari berkas, folder, atau stik. / Take in batches from files, folders or sticks.

    Semua diperiksa sebelum diterima; boleh diulang kapan saja. 0: tidak ada yang ditolak atau bentrok.
    Everything is verified before it is admitted; may be repeated at any time. Exit 1: something was refused or is in
    conflict.
    """
    if watch and not all(path.is_dir() for path in paths):
        raise Misuse("--watch takes folders only.", id="--watch hanya untuk folder.")
    ledger = ledger_of(workspace)
    tally: Counter[Verdict] = Counter()
    with _stopping() as stop, console.machine_list(as_json) as put:

        def tell(outcome: Outcome) -> None:
            tally[outcome.verdict] += 1
            if as_json:
                put(_plain(outcome))
            else:
                _tell(outcome)
            if watch and outcome.verdict in (Verdict.ACCEPTED, Verdict.CONFLICT):
                tell_undone(workspace, ledger)

        if watch:
            _watch(workspace, ledger, paths, stop, tell)
        else:
            _once(workspace, ledger, paths, stop, tell)
    if not watch and (tally[Verdict.ACCEPTED] or tally[Verdict.CONFLICT]):
        tell_undone(workspace, ledger)
    if not as_json:
        _sum_up(tally)
    if stop.is_set() and not watch:
        raise click.Abort
    return 1 if tally[Verdict.REFUSED] or tally[Verdict.CONFLICT] else 0


def _once(workspace: Workspace, ledger: Ledger, paths: tuple[Path, ...], stop: Stop, tell: Tell) -> None:
    total = sum(1 for _ in offered(paths))
    workers = cores() if total >= WORTH_IT else 1
    with console.progress("Menerima / importing", timed=True) as bar:
        task = bar.add_task("", total=total)
        for outcome in take_in(workspace, ledger, offered(paths), workers=workers, stopped=stop.is_set):
            tell(outcome)
            bar.update(task, advance=1, description=outcome.path.name)


def _watch(workspace: Workspace, ledger: Ledger, paths: tuple[Path, ...], stop: Stop, tell: Tell) -> None:
    console.note(
        f"Menunggu berkas hasil di {', '.join(map(str, paths))}. Ctrl-C untuk selesai.",
        "Waiting for batches there. Ctrl-C ends it.",
    )
    watch = Watch(paths)
    told = 0
    while not stop.is_set():
        ready = watch.ready()
        for refused in list(watch.refused.values())[told:]:
            console.complain(refused)
        told = len(watch.refused)
        for file in ready:
            if stop.is_set():
                return
            try:
                tell(take(workspace, ledger, file))
            except DeviceError as away:  # an evening is long, and a cable may be out for a minute of it
                console.complain(away)
                watch.again(file)
                stop.wait(AGAIN_S)
        stop.wait(LOOK_S)


@contextmanager
def _stopping() -> Iterator[Stop]:
    """Set by Ctrl-C and by SIGTERM, once; whoever asks a second time is not made to wait."""
    stop = Stop()
    asked = (signal.SIGINT, signal.SIGTERM)

    def told(_: int, __: FrameType | None) -> None:
        stop.set()
        os.write(2, ENDING)  # not through the console: this may come in the middle of its own writing
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, told) for number in asked}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()


def _tell(outcome: Outcome) -> None:
    id_, en, style = VERDICT_WORDS[outcome.verdict]
    console.say(f"{outcome.path}: {id_}", f"{en}{f' ({outcome.booth})' if outcome.booth else ''}", style)
    for reason in outcome.reasons:
        console.say(f"    {record_id(reason.record)}: {reason.id}", f"    {reason.record}: {reason.en}")


def _sum_up(tally: Counter[Verdict]) -> None:
    if tally.total() < 2:
        return
    id_, en = (
        " · ".join(f"{VERDICT_WORDS[verdict][language]} {tally[verdict]}" for verdict in Verdict if tally[verdict])
        for language in (0, 1)
    )
    console.say(f"Selesai: {id_}.", f"Done: {en}.", "bold")


def _plain(outcome: Outcome) -> dict[str, object]:
    return {
        "path": str(outcome.path),
        "verdict": outcome.verdict.value,
        "booth": outcome.booth,
        "reasons": [{"record": reason.record, "en": reason.en, "id": reason.id} for reason in outcome.reasons],
    }


COMMANDS = (import_batches,)
