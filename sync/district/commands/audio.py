"""What a voter hears in headphones: ``audio`` fills the election's folder before ``new`` reads it."""

from collections import Counter
from pathlib import Path

import click

from config.sounds import FOLDER
from sync.district import console
from sync.district.commands import options
from sync.district.misuse import no_folder
from sync.district.narration import Outcome, make_clips


@click.command()
@click.argument("source", type=options.path)
@click.option(
    "--recorded",
    type=options.path,
    metavar="FOLDER",
    help="Rekaman: BAHASA/KLIP.wav, BAHASA/DESA/candidate.N.wav. / Recordings, laid out in the same way.",
)
@options.as_json
def audio(source: Path, recorded: Path | None, as_json: bool) -> int:
    """Buat suara untuk headphone. / Make what voters hear in headphones.

    SOURCE adalah folder dengan election.toml; klip ditulis ke audio/ di dalamnya. Rekaman yang sudah ada di sana tetap.
    SOURCE is the folder with election.toml; clips are written to audio/ in it. Recordings that lie there stay.
    Keluar 1: masih ada yang harus dikerjakan. / Exit 1: something is left to do.
    """
    if not source.is_dir():
        raise no_folder(source)
    with console.progress("Membuat suara / making audio") as bar:
        task = bar.add_task("", total=None)
        outcome = make_clips(source, recorded, lambda done, of: bar.update(task, completed=done, total=of))
    if as_json:
        console.machine(_plain(outcome))
    else:
        _tell(outcome, source / FOLDER)
    return 1 if outcome.lacking else 0


def _plain(outcome: Outcome) -> dict[str, object]:
    lists = {name: value for name, value in vars(outcome).items() if name != "lacking"}
    lacking = [{"file": fault.file, "id": fault.id, "en": fault.en} for fault in outcome.lacking]
    return {**lists, "lacking": lacking}


def _tell(outcome: Outcome, folder: Path) -> None:
    synthesized = len(outcome.made) + len(outcome.kept)
    recordings = [*outcome.taken, *outcome.recorded]
    console.say(
        f"{folder}: {synthesized} klip dibuat mesin ({len(outcome.made)} baru), {len(recordings)} rekaman "
        f"({len(outcome.taken)} baru), {len(outcome.removed)} dibuang.",
        f"{synthesized} synthesized ({len(outcome.made)} now), {len(recordings)} recorded ({len(outcome.taken)} taken "
        f"now), {len(outcome.removed)} removed.",
    )
    for path in sorted(recordings):
        console.say(f"    rekaman: {path}", "  recorded")
    for language, number in sorted(Counter(path.partition("/")[0] for path in outcome.drafts).items()):
        console.say(
            f"{language}: {number} klip dibacakan suara bahasa lain. Ini konsep, untuk gladi saja: minta penutur "
            "merekamnya.",
            f"{language}: {number} clips are read by a voice of another language. They are drafts, for rehearsals: "
            "let speakers record them.",
            "yellow",
        )
    for fault in outcome.lacking:
        console.say(f"✗ {fault.where}: {fault.id}", f"{fault.where}: {fault.en}", "bold red")
    if outcome.lacking:
        console.say(f"Masih kurang: {len(outcome.lacking)} hal.", f"Left to do: {len(outcome.lacking)}.", "bold yellow")
    else:
        console.say(
            "Semua klip lengkap. Dengarkan nama calon.", "All clips are there. Listen to the names.", "bold green"
        )


COMMANDS = (audio,)
