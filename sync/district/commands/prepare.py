"""From plan to packages: ``new``, ``check``, ``package``."""

from dataclasses import asdict, replace
from pathlib import Path

import click

from config.errors import OperatorError
from config.faults import Fault, SourceFaults
from config.source import read_source
from sync.district import console
from sync.district.commands import options
from sync.district.delivery import put_on_stick
from sync.district.ledger import ledger_of
from sync.district.making import FEW, Done, make_all
from sync.district.misuse import Misuse
from sync.district.packaging import refuse_if_changed, refuse_to_renew
from sync.district.readiness import Lack, lacking, stale
from sync.district.workspace import Workspace


@click.command()
@click.argument("source", type=options.path)
@click.argument("workspace", type=options.path)
@options.codes
@options.passphrase_file
@options.as_json
def new(source: Path, workspace: Path, codes: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Buat ruang kerja dari folder SOURCE. / Make a workspace from the election's source folder."""
    read = read_source(source, codes=codes)
    made = Workspace.create(workspace, read, console.ask_passphrase(passphrase_file, new=True))
    plan = read.election
    booths = len(made.places)
    console.say(
        f"Ruang kerja {workspace} dibuat: {plan.name} ({plan.mode.value}), {len(plan.villages)} desa, {booths} bilik.",
        f"The workspace was made: {plan.name} ({plan.mode.value}), villages: {len(plan.villages)}, booths: {booths}.",
        "bold green",
    )
    console.say(
        f"Sidik kunci induk: {made.root.fingerprint}. Catat: sidik ini tercetak di setiap pita hasil.",
        f"Root key's fingerprint: {made.root.fingerprint}. Write it down: it is printed on every tape.",
    )
    if as_json:
        told = {"workspace": str(workspace), "election_id": made.record.election_id, "mode": plan.mode.value}
        keys = {"root": made.root.text, "root_fingerprint": made.root.fingerprint}
        console.machine(told | {"villages": len(plan.villages), "booths": booths} | keys)


@click.command()
@options.prepared
@options.codes
@options.as_json
def check(prepared: Workspace | Path, codes: Path | None, as_json: bool) -> int:
    """Periksa folder sumber, atau ruang kerja. / Check a source folder or a workspace; everything wrong at once.

    Sebelum 'new': tabel, foto, dan kata. Sesudahnya juga kartu, kunci, dan paket.
    Before 'new': tables, photos and words. After it cards, keys and packages too.
    """
    faults: tuple[Fault, ...] = ()
    lacks: list[Lack] = []
    try:
        if isinstance(prepared, Workspace):
            if codes is not None:
                read_source(prepared.path / "source", codes=codes)
            lacks = lacking(prepared) or stale(prepared)
        else:
            read_source(prepared, codes=codes)
    except SourceFaults as refused:
        if not as_json:
            raise
        faults = refused.faults
    if as_json:
        console.machine({"faults": [asdict(fault) for fault in faults], "lacking": [asdict(lack) for lack in lacks]})
        return 1 if faults or lacks else 0
    for lack in lacks:
        console.say(f"✗ {lack.id}", lack.en)
    if lacks:
        console.say(f"Masih kurang: {len(lacks)} hal.", f"Still lacking: {len(lacks)}.", "bold yellow")
        return 1
    console.say("Semua lengkap.", "Nothing is lacking.", "bold green")
    return 0


@click.command()
@options.workspace
@click.option(
    "--all", "out", type=options.path, metavar="OUT", help="Satu folder per bilik. / A folder for each booth."
)
@click.option(
    "--booth", metavar="BOOTH", shell_complete=options.complete_booth, help="Hanya bilik ini. / This booth only."
)
@click.option("--stick", type=options.path, help="Stik untuk --booth. / The stick for --booth.")
@click.option(
    "--renew",
    metavar="BOOTH|VILLAGE",
    shell_complete=options.complete_place,
    help="Paket baru dengan kunci baru. / New packages with new keys.",
)
@options.passphrase_file
@options.database
@options.as_json
def package(
    workspace: Workspace,
    out: Path | None,
    booth: str | None,
    stick: Path | None,
    renew: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Buat paket bilik dan tulis ke stik. / Make the booths' packages and write them to sticks.

    Paket tiap bilik dibuat sekali dan disimpan; perintah ini tidak pernah mengganti kunci diam-diam.
    A booth's package is made once and kept: keys are never replaced silently. Cut off? Run it again, and it goes on.
    """
    if (booth is None) != (stick is None) or (out is None and stick is None and renew is None):
        raise Misuse(
            "Give --all OUT, or --booth with --stick, or --renew BOOTH.",
            id="Sebutkan --all OUT, atau --booth dengan --stick, atau --renew BILIK.",
        )
    with workspace.changing():
        only = renew if out is None and booth is None else booth
        booths = chosen(workspace, only) if only is not None else list(workspace.places)
        again = chosen(workspace, renew) if renew is not None else []
        for name in again:
            refuse_to_renew(workspace, name, has_batch=ledger_of(workspace).entered(name) is not None)
        done = _made(workspace, booths, again, out, passphrase_file)
    fresh = sum(one.made for one in done)
    console.say(
        f"Paket baru: {fresh}; sudah ada dan dipertahankan: {len(done) - fresh}.",
        f"New packages: {fresh}; made before and kept as they are: {len(done) - fresh}.",
        "bold green",
    )
    if booth is not None and stick is not None:
        made = workspace.package(booth)
        assert made is not None  # noqa: S101 -- it was made on the lines above
        written = put_on_stick(made, stick)
        _told(stick, made.setup_hash, written=written)
        done = [replace(one, written=written) for one in done]
    elif out is not None and len(done) <= FEW:
        for one in done:
            _told(out / one.booth, one.setup_hash, written=one.written)
    elif out is not None:
        laid = sum(one.written for one in done)
        console.say(
            f"{out}: {laid} folder ditulis, {len(done) - laid} sudah ada di sana.",
            f"written: {laid}, there already: {len(done) - laid}.",
        )
    if as_json:
        by_booth = sorted(done, key=lambda one: one.booth)
        console.machine(
            [{"booth": d.booth, "setup": d.setup_hash, "made": d.made, "written": d.written} for d in by_booth]
        )


def chosen(workspace: Workspace, name: str) -> list[str]:
    """The booth of that id, or every booth of the village with that code."""
    of_village = [booth for booth, place in workspace.places.items() if place.village_code == name]
    return of_village or [workspace.place(name).booth_id]


def _made(
    workspace: Workspace, booths: list[str], renew: list[str], out: Path | None, passphrase_file: Path | None
) -> list[Done]:
    """Each booth's package; nothing is made or given up while anything is lacking."""
    present = []
    for booth in booths:
        made = workspace.manifest(booth) if booth not in renew else None
        if made is not None:
            refuse_if_changed(workspace, made)
            present.append(booth)
    missing = [booth for booth in booths if booth not in set(present)]
    root = None
    if missing:
        lacks = lacking(workspace)
        if lacks:
            raise OperatorError(
                "\n".join(("No package was made: something is lacking.", *(lack.en for lack in lacks))),
                id="\n".join(("Paket belum dibuat: masih ada yang kurang.", *(lack.id for lack in lacks))),
            )
        root = workspace.unlock(console.ask_passphrase(passphrase_file))
        for booth in renew:
            workspace.forget_package(booth)
    done = []
    with console.progress("Membuat paket / making packages") as bar:
        task = bar.add_task("", total=len(booths))
        for one in make_all(workspace, missing, present, root, out):
            done.append(one)
            bar.update(task, description=one.booth, advance=1)
    return done


def _told(folder: Path, setup_hash: str, *, written: bool) -> None:
    state = ("ditulis", "written") if written else ("sudah ada di sana", "there already")
    console.say(f"{folder}: {state[0]}", f"setup {setup_hash[:16]}… {state[1]}")


COMMANDS = (new, check, package)
