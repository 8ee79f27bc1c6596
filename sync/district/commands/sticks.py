"""``sticks``: the booths' sticks one after another, each read back, with a label."""

import time
from pathlib import Path

import click

from config.errors import BilikError, InputError, OperatorError
from config.files import write_whole
from config.package import Package, read_package
from sync.district import console
from sync.district.commands import options
from sync.district.commands.prepare import chosen
from sync.district.delivery import STICK_FOLDER, put_on_stick
from sync.district.labels import stick_label
from sync.district.packaging import refuse_if_changed
from sync.district.workspace import Workspace

LOOK_S = 0.3


class NoStickCame(OperatorError):
    """Nobody put one in for as long as was waited."""

    def __init__(self, booth: str, wait_s: float, left: int) -> None:
        super().__init__(
            f"No stick came for booth {booth} in {wait_s:.0f} s; {left} are left. Run the command again: it goes on.",
            id=f"Tidak ada stik untuk bilik {booth} selama {wait_s:.0f} dtk; tersisa {left}. Jalankan lagi: pekerjaan "
            "diteruskan.",
        )


@click.command()
@options.workspace
@click.option(
    "--stick", type=options.path, required=True, help="Tempat stik dipasang. / Where sticks are mounted, one at a time."
)
@click.option(
    "--only",
    metavar="BOOTH|VILLAGE",
    shell_complete=options.complete_place,
    help="Hanya bilik atau desa ini. / This booth or village only.",
)
@click.option("--labels", type=options.path, help="Folder untuk label (PNG). / A folder for the labels.")
@click.option("--again", is_flag=True, help="Juga yang sudah ditulis. / Also those that were written before.")
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(0),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="Lama menunggu tiap stik. / How long to wait for each stick.",
)
@options.as_json
def sticks(
    workspace: Workspace,
    stick: Path,
    only: str | None,
    labels: Path | None,
    again: bool,
    wait_s: float,
    as_json: bool,
) -> None:
    """Tulis stik bilik satu per satu. / Write the booths' sticks one after another; packages must be made before.

    Boleh dihentikan kapan saja: stik yang sudah ditulis dan dibaca ulang tidak ditulis lagi.
    May be cut off at any moment: what was written and read back is not asked for again.
    """
    booths = chosen(workspace, only) if only is not None else list(workspace.places)
    waiting = [booth for booth in booths if _to_write(workspace, booth, again=again)]
    console.say(
        f"{len(waiting)} stik akan ditulis, {len(booths) - len(waiting)} sudah ditulis.",
        f"{len(waiting)} sticks to be written, {len(booths) - len(waiting)} were written before.",
    )
    if labels is not None:
        labels.mkdir(parents=True, exist_ok=True)
        for booth in booths:  # written by a run that made no labels
            if booth not in waiting and not (labels / f"{booth}.png").exists():
                _write_label(workspace, booth, labels)
    last: str | None = None
    with console.machine_list(as_json) as put:
        for number, booth in enumerate(waiting):
            if labels is not None:  # before its stick: cut off after that, nobody would ask for it again
                _write_label(workspace, booth, labels)
            last = _write_one(workspace, booth, stick, wait_s, last, len(waiting) - number)
            put({"booth": booth, "setup": last})
    console.say("Semua stik sudah ditulis dan dibaca ulang.", "All sticks are written and read back.", "bold green")


def _write_label(workspace: Workspace, booth: str, labels: Path) -> None:
    manifest, setup_hash = workspace.manifest(booth), workspace.setup_hash(booth)
    assert manifest is not None  # noqa: S101 -- asked before anything was written
    assert setup_hash is not None  # noqa: S101 -- it is the manifest's
    write_whole(labels / f"{booth}.png", stick_label(manifest, setup_hash))


def _to_write(workspace: Workspace, booth: str, *, again: bool) -> bool:
    """False when the booth's stick was written with today's package; raises OperatorError when it has none."""
    manifest = workspace.manifest(booth)
    if manifest is None:
        raise OperatorError(
            f"Booth {booth} has no package yet. Make them first: bilik-district package WORKSPACE --all OUT.",
            id=f"Bilik {booth} belum punya paket. Buat dulu: bilik-district package RUANG-KERJA --all OUT.",
        )
    refuse_if_changed(workspace, manifest)
    return again or workspace.stick_written(booth) != workspace.setup_hash(booth)


def _write_one(workspace: Workspace, booth: str, stick: Path, wait_s: float, seen: str | None, left: int) -> str:
    """Waits for a stick that may become this booth's, writes it, and says so; the hash of the setup that is on it.

    ``seen`` is what lies on a stick that was there before and is to be taken out.
    """
    package = _package(workspace, booth)
    place = package.manifest.place
    who = f"{place.village} TPS {place.tps} bilik {place.booth} ({booth})"
    console.say(f"Masukkan stik untuk {who}.", f"Put in the stick for {who}; {left} are left.", "bold")
    end_s = time.monotonic() + wait_s
    while True:
        there = _holds(stick, package)
        if there is not None and there != seen:
            try:
                written = put_on_stick(package, stick)
            except BilikError as error:
                _refuse(workspace, there, error)
            except OSError as fault:
                console.warn(
                    f"Stik bermasalah ({fault.strerror}). Cabut, lalu pakai stik lain.",
                    f"The stick failed ({fault.strerror}). Take it out and use another one.",
                )
                there = _holds(stick, package)
            else:
                workspace.keep_stick(booth, package.setup_hash)
                state = ("ditulis dan dibaca ulang", "written and read back") if written else ("sudah benar", "right")
                console.say(
                    f"Stik {who}: {state[0]}. Cabut dan tempelkan label.",
                    f"setup {package.setup_hash[:16]}… {state[1]}. Take it out and put its label on.",
                    "bold green",
                )
                return package.setup_hash
        seen = there
        if time.monotonic() >= end_s:
            raise NoStickCame(booth, wait_s, left)
        time.sleep(LOOK_S)


def _holds(stick: Path, package: Package) -> str | None:
    """The setup's hash of the package on the stick; empty: none; ``?``: one that does not verify; None: no stick."""
    if not stick.is_dir():
        return None
    if not (stick / STICK_FOLDER).exists():
        return ""
    try:
        return read_package(stick / STICK_FOLDER, root=package.root).setup_hash
    except InputError:
        return "?"


def _refuse(workspace: Workspace, there: str, error: BilikError) -> None:
    owner = next((booth for booth in workspace.places if workspace.setup_hash(booth) == there), None) if there else None
    if owner is None:
        console.complain(error)
    else:
        console.warn(f"Ini stik bilik {owner}. Cabut, lalu masukkan stik lain.", f"This stick is booth {owner}'s.")


def _package(workspace: Workspace, booth: str) -> Package:
    package = workspace.package(booth)
    assert package is not None  # noqa: S101 -- asked before anything was written
    return package


COMMANDS = (sticks,)
