"""From plan to packages: ``new``, ``check``, ``package``."""

from pathlib import Path

import click

from config.errors import OperatorError
from config.package import Package
from config.source import read_source
from sync.district import console
from sync.district.commands import options
from sync.district.ledger import ledger_of
from sync.district.packaging import make_package, put_on_stick, refuse_if_changed, refuse_to_renew
from sync.district.readiness import lacking, stale
from sync.district.workspace import Workspace


@click.command()
@click.argument("source", type=options.path)
@click.argument("workspace", type=options.path)
@options.passphrase_file
def new(source: Path, workspace: Path, passphrase_file: Path | None) -> None:
    """Buat ruang kerja dari folder SOURCE. / Make a workspace from the election's source folder."""
    read = read_source(source)
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


@click.command()
@options.workspace
def check(workspace: Workspace) -> int:
    """Periksa rencana, kartu, kunci, dan paket. / Check plan, cards, keys and packages; all faults at once."""
    lacks = lacking(workspace) or stale(workspace)
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
@click.option("--booth", metavar="BOOTH", help="Hanya bilik ini. / This booth only.")
@click.option("--stick", type=options.path, help="Stik untuk --booth. / The stick for --booth.")
@click.option("--renew", metavar="BOOTH", help="Paket baru dengan kunci baru. / A new package with new keys.")
@options.passphrase_file
@options.database
def package(
    workspace: Workspace,
    out: Path | None,
    booth: str | None,
    stick: Path | None,
    renew: str | None,
    passphrase_file: Path | None,
) -> None:
    """Buat paket bilik dan tulis ke stik. / Make the booths' packages and write them to sticks.

    Paket tiap bilik dibuat sekali dan disimpan; perintah ini tidak pernah mengganti kunci diam-diam.
    A booth's package is made once and kept: keys are never replaced silently.
    """
    if (booth is None) != (stick is None) or (out is None and stick is None and renew is None):
        raise click.UsageError("give --all OUT, or --booth with --stick, or --renew BOOTH")
    with workspace.changing():
        chosen = [booth] if booth is not None else [renew] if out is None and renew is not None else workspace.places
        booths = [workspace.place(name).booth_id for name in chosen]
        if renew is not None:
            refuse_to_renew(workspace, renew, has_batch=ledger_of(workspace).entered(renew) is not None)
        packages = _made(workspace, booths, renew, passphrase_file)
    fresh = [name for name, (_, is_new) in packages.items() if is_new]
    kept = len(packages) - len(fresh)
    console.say(
        f"Paket baru: {len(fresh)}; sudah ada dan dipertahankan: {kept}.",
        f"New packages: {len(fresh)}; made before and kept as they are: {kept}.",
        "bold green",
    )
    if booth is not None and stick is not None:
        _deliver({stick: packages[booth][0]})
    elif out is not None:
        _deliver({out / name: made for name, (made, _) in packages.items()})


def _made(
    workspace: Workspace, booths: list[str], renew: str | None, passphrase_file: Path | None
) -> dict[str, tuple[Package, bool]]:
    """Each booth's package and whether it is new; nothing is made or given up while anything is lacking."""
    packages = {booth: workspace.package(booth) if booth != renew else None for booth in booths}
    for package in packages.values():
        if package is not None:
            refuse_if_changed(workspace, package)
    if all(packages.values()):
        return {booth: (package, False) for booth, package in packages.items() if package}
    lacks = lacking(workspace)
    if lacks:
        raise OperatorError(
            "\n".join(("No package was made: something is lacking.", *(lack.en for lack in lacks))),
            id="\n".join(("Paket belum dibuat: masih ada yang kurang.", *(lack.id for lack in lacks))),
        )
    root = workspace.unlock(console.ask_passphrase(passphrase_file))
    if renew is not None:
        workspace.forget_package(renew)
    done = {}
    with console.progress("Membuat paket / making packages") as bar:
        task = bar.add_task("", total=len(packages))
        for booth, package in packages.items():
            bar.update(task, description=booth)
            done[booth] = (package or make_package(workspace, workspace.places[booth], root), package is None)
            bar.advance(task)
    return done


def _deliver(packages: dict[Path, Package]) -> None:
    with console.progress("Menulis stik / writing sticks") as bar:
        task = bar.add_task("", total=len(packages))
        for stick, made in packages.items():
            bar.update(task, description=made.manifest.place.booth_id)
            written = put_on_stick(made, stick)
            state = ("ditulis", "written") if written else ("sudah ada di sana", "there already")
            console.say(f"{stick}: {state[0]}", f"setup {made.setup_hash[:16]}… {state[1]}")
            bar.advance(task)


COMMANDS = (new, check, package)
