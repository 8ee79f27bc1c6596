"""What the languages of an election lack, and the beginning of a further one: ``words``."""

from collections.abc import Sequence
from pathlib import Path

import click

from config.errors import OperatorError
from config.faults import Collector
from config.files import write_whole
from config.folder import Folder
from config.plan import CODE, read_plan
from config.sounds import FOLDER as SOUNDS
from config.sounds import sounds_in
from config.spoken import FOLDER, files_of, heard
from config.words import AUDIO, LANGUAGES, VOTERS, brought, heard_in, languages
from config.words.catalogues import Gap, draft_of, drafts, gaps, gaps_in
from sync.district import console
from sync.district.commands import options
from sync.district.misuse import Misuse, no_folder


@click.command()
@click.argument("source", type=options.path)
@click.option("--begin", metavar="CODE", help="Mulai katalog bahasa ini, mis. ban. / Begin this language's catalogue.")
@options.as_json
def words(source: Path, begin: str | None, as_json: bool) -> int:
    """Sebutkan kata yang belum ada, per bahasa. / List the words that a language lacks.

    SOURCE adalah folder dengan election.toml; katalog daerah ada di words/KODE/ di dalamnya. Keluar 1: ada yang kurang.
    SOURCE is the folder with election.toml; catalogues of its own lie in words/CODE/. Exit 1: something is missing.
    Kalimat untuk headphone (audio.po) hanya wajib bila ada audio/. / Sentences for headphones only count with audio/.
    """
    if not source.is_dir():
        raise no_folder(source)
    if begin is not None:
        place = _begin(source, begin)
        if as_json:
            console.machine({"language": begin, "path": str(place)})
        return 0
    folder = Folder(source)
    own = {path.name for path in (source / FOLDER).glob("*") if path.is_dir()}
    spoken = any(sounds_in(source / SOUNDS))
    plan = read_plan(folder, Collector())
    asked = {code for code in (plan.settings.languages if plan else ()) if CODE.fullmatch(code)}
    lacking = 0
    told = []
    for language in (*languages(), *sorted((own | asked) - {*languages()})):
        missing = _tell(language, folder, own=language in own or language not in languages())
        unsaid = _tell_sentences(language, folder)
        lacking += len(missing) + (len(unsaid) if spoken else 0)
        told.append({"language": language, "missing": _plain(missing), "missing_audio": _plain(unsaid)})
    if as_json:
        console.machine(told)
    return 1 if lacking else 0


def _plain(gaps: Sequence[Gap]) -> list[dict[str, object]]:
    return [{"file": gap.file, "line": gap.line, "id": gap.id, "en": gap.en} for gap in gaps]


def _tell(language: str, folder: Folder, *, own: bool) -> Sequence[Gap]:
    """What it lacks."""
    files = files_of(folder, language)
    missing = gaps(files)
    where = f"{FOLDER}/{language}" if own else "Bilik"
    if not files:
        console.say(
            f"✗ {language} ({where}): ada di languages, tetapi belum ada satu kata pun. Mulai katalognya: "
            f"bilik-district words SOURCE --begin {language}",
            f"{language}: it stands in languages and has no words at all. Begin them: "
            f"bilik-district words SOURCE --begin {language}",
            "bold red",
        )
        return missing
    if missing:
        console.say(
            f"✗ {language} ({where}): kurang {len(missing)}. Paket dengan bahasa ini ditolak.",
            f"{language}: {len(missing)} to do. A package with this language is refused.",
            "bold red",
        )
        _list(missing)
        return missing
    unread = drafts({name: files[name] for name in VOTERS})
    if unread:
        console.say(
            f"✓ {language} ({where}): lengkap, {unread} entri konsep; untuk gladi saja sampai diperiksa penutur.",
            f"{language}: whole, {unread} entries are drafts: for rehearsals only, until speakers have reviewed them.",
            "yellow",
        )
    else:
        whole = language in LANGUAGES
        console.say(
            f"✓ {language} ({where}): lengkap, {'layar dan kertas' if whole else 'layar pemilih'}.",
            f"{language}: whole, {'screens and paper' if whole else 'screens of voters'}.",
            "green",
        )
    return ()


def _tell_sentences(language: str, folder: Folder) -> Sequence[Gap]:
    """What it lacks of what is said in headphones."""
    data = heard(folder, language)
    missing = gaps_in(AUDIO, data)
    if missing:
        console.say(
            f"    suara: kurang {len(missing)}. Pemilihan dengan audio tidak dapat memakai bahasa ini.",
            f"    audio: {len(missing)} to do. An election with audio cannot have this language.",
            "yellow",
        )
        _list(missing)
        return missing
    unread = drafts({AUDIO: data or b""})
    console.say(
        f"    suara: lengkap{f', {unread} kalimat konsep; untuk gladi saja' if unread else ''}.",
        f"    audio: whole{f', {unread} sentences are drafts: for rehearsals only' if unread else ''}.",
    )
    return ()


def _list(missing: list[Gap]) -> None:
    for gap in missing:
        line = f":{gap.line}" if gap.line else ""
        console.say(f"    {gap.file}{line}: {gap.id}", f"    {gap.file}{line}: {gap.en}")


def _begin(source: Path, language: str) -> Path:
    if not CODE.fullmatch(language):
        raise Misuse(
            "--begin takes a language's two or three small letters, as jv.",
            id="--begin memerlukan dua atau tiga huruf kecil sebuah bahasa, misalnya jv.",
        )
    place = source / FOLDER / language
    if place.exists():
        raise OperatorError(
            f"{place} is there already. Go on in its files; 'words' says what they lack.",
            id=f"{place} sudah ada. Lanjutkan berkasnya; 'words' menyebut yang kurang.",
        )
    place.mkdir(parents=True)
    ours = brought(language)
    for name in VOTERS:
        write_whole(place / name, ours.get(name) or draft_of(name, language))
    write_whole(place / AUDIO, heard_in(language) or draft_of(AUDIO, language))
    console.say(
        f"Ditulis: {place}. Isi tiap msgstr, hapus tanda 'fuzzy' sesudah diperiksa penutur, lalu tambahkan "
        f'"{language}" ke languages di election.toml.',
        f"Written: {place}. Fill in each msgstr, take out 'fuzzy' once a speaker has reviewed it, then add "
        f'"{language}" to languages in election.toml.',
    )
    return place


COMMANDS = (words,)
