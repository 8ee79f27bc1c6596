"""The languages of an election: this release's words, and what the election's folder brings beside them."""

from codecs import BOM_UTF8
from collections.abc import Mapping

from config.faults import Collector
from config.folder import Folder
from config.mode import Mode
from config.names import shown
from config.plan import CODE, Plan
from config.words import AUDIO, VOTERS, brought, compiled, heard_in
from config.words.catalogues import MAX_BYTES, drafts, gaps

FOLDER = "words"


def files_of(folder: Folder, language: str) -> Mapping[str, bytes]:
    """A language's .po files by name: the folder's own ones (``words/<language>/``) before ours."""
    own = {}
    for name in VOTERS:
        if (folder.path / FOLDER / language / name).is_file():
            own[name] = _read(folder, f"{FOLDER}/{language}/{name}")
    return {**brought(language), **own}


def heard(folder: Folder, language: str) -> bytes | None:
    """A language's ``audio.po``: the folder's own before ours; None where there is none."""
    name = f"{FOLDER}/{language}/{AUDIO}"
    return _read(folder, name) if (folder.path / name).is_file() else heard_in(language) or None


def _read(folder: Folder, name: str) -> bytes:
    """Without the byte order mark that some editors put before it."""
    return folder.read(name, MAX_BYTES).removeprefix(BOM_UTF8)


def read_words(folder: Folder, plan: Plan, faults: Collector) -> dict[str, bytes]:
    """Compiled catalogues of all languages of a plan; notes each entry that is missing or wrong."""
    found = {}
    for language in dict.fromkeys((*plan.settings.languages, plan.settings.paper_language)):
        if not CODE.fullmatch(language):
            continue  # the plan's own fault
        files = files_of(folder, language)
        if not files:
            faults.add(
                f"{FOLDER}/{language}",
                None,
                None,
                f"There are no words for the language {shown(language)}. Correct languages in election.toml, or begin "
                f"its words: bilik-district words SOURCE --begin {language}.",
                f"Tidak ada kata untuk bahasa {shown(language)}. Betulkan languages di election.toml, atau mulai "
                f"katalognya: bilik-district words SOURCE --begin {language}.",
            )
            continue
        missing = gaps(files)
        for gap in missing:
            faults.add(f"{FOLDER}/{language}/{gap.file}", gap.line, None, gap.en, gap.id)
        if not missing:
            _review(language, files, plan, faults)
            found[language] = compiled(files)
    return found


def _review(language: str, files: Mapping[str, bytes], plan: Plan, faults: Collector) -> None:
    """Nobody votes in earnest with words that nobody who speaks them has read."""
    number = drafts({name: files[name] for name in VOTERS})
    if number and plan.mode is Mode.OFFICIAL:
        faults.add(
            f"{FOLDER}/{language}",
            None,
            None,
            f"{number} entries are drafts. Let speakers review them, take out their 'fuzzy' marks, or leave the "
            "language out.",
            f"{number} entri masih konsep. Minta penutur memeriksanya, hapus tanda 'fuzzy', atau keluarkan bahasa ini.",
        )
