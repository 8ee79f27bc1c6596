"""The clips in an election's folder: ``audio/LANGUAGE/CLIP.wav``, and each village's candidates in a folder of its own.

An election has every clip in every language of its voters, or none at all. ``index.json`` beside them remembers what
each clip was made from, so that one that says an earlier name of a candidate is found.
"""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.clips import CANDIDATE, MAX_BYTES, WrongClip, candidate_clip, read_clip
from config.errors import InputError
from config.faults import Collector
from config.folder import Folder
from config.mode import Mode
from config.names import shown
from config.package import Sha256
from config.plan import CODE, Plan
from config.record import Record, decode, encode, sha256
from config.spoken import heard
from config.words import AUDIO
from config.words.catalogues import drafts, gaps_in, sentences

FOLDER = "audio"
INDEX = "index.json"
INDEX_MAX_BYTES = 16 * 1024 * 1024
SUFFIX = ".wav"
OTHER_KINDS = (".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".wma", ".amr", ".3gp", ".aif", ".aiff")
"""Of sound; what else lies in the folder is not looked at."""

Candidates = Mapping[str, Mapping[int, str]]
"""Each village's candidates' names by number."""


class Origin(Record, frozen=True):
    """What one clip was made from."""

    text: str
    """What it said at that time."""
    sha256: Sha256
    voice: str
    """The synthesizer's; empty for a recording."""


class Index(Record, tag_field="format", tag="bilik-audio/1", frozen=True):
    """``audio/index.json``: clips by their path in ``audio/``, sorted."""

    clips: dict[str, Origin]


@dataclass(frozen=True)
class Wanted:
    """A clip that an election must have."""

    language: str
    village: str | None
    """The code of the village whose candidate it names; None for what every booth says."""
    clip: str
    template: str
    """As the catalogue has it."""
    name: str
    """The candidate's, else empty."""
    text: str

    @property
    def path(self) -> str:
        """In ``audio/``."""
        return "/".join(filter(None, (self.language, self.village, self.clip + SUFFIX)))

    @property
    def where(self) -> str:
        """In the election's folder."""
        return f"{FOLDER}/{self.path}"


@dataclass(frozen=True)
class Sounds:
    """The clips of an election."""

    by_village: Mapping[str, Mapping[str, Mapping[str, Sha256]]]
    """Village code, language, clip; empty without audio."""
    clips: Mapping[Sha256, bytes]


def read_sounds(folder: Folder, plan: Plan, candidates: Candidates, faults: Collector) -> Sounds:
    """Reads and checks every clip; notes what is missing, wrong, says something else, or does not belong there."""
    path = folder.path / FOLDER
    there = dict(sounds_in(path))
    if not there:
        return Sounds({}, {})
    index = _index(folder, faults)
    all_wanted = wanted(folder, plan.settings.languages, candidates, faults)
    check_strays(FOLDER, there, all_wanted, faults)
    silent = {one.language for one in all_wanted} - {name.partition("/")[0] for name in there}
    for language in sorted(silent):
        faults.add(
            f"{FOLDER}/{language}",
            None,
            None,
            "This language has no clip, and others have. Make them: bilik-district audio SOURCE.",
            "Bahasa ini belum punya klip, bahasa lain sudah. Buat dengan bilik-district audio SOURCE.",
        )
    found = {}
    for one in all_wanted:
        data = _clip(folder, one, index, faults) if one.language not in silent else None
        if data is not None:
            found[one] = data
    if plan.mode is Mode.OFFICIAL:
        _review(folder, plan, found, index, faults)
    hashes = {one: sha256(data) for one, data in found.items()}
    return Sounds(
        {
            village: {
                language: {one.clip: name for one, name in hashes.items() if _heard_in(one, village, language)}
                for language in plan.settings.languages
            }
            for village in candidates
        },
        {hashes[one]: data for one, data in found.items()},
    )


def _heard_in(one: Wanted, village: str, language: str) -> bool:
    return one.language == language and one.village in (None, village)


def wanted(folder: Folder, languages: Iterable[str], candidates: Candidates, faults: Collector) -> list[Wanted]:
    """All clips of an election; notes what a language's ``audio.po`` lacks, and then wants nothing in it."""
    found: list[Wanted] = []
    for language in languages:
        if not CODE.fullmatch(language):
            continue  # the plan's own fault
        data = heard(folder, language)
        missing = gaps_in(AUDIO, data)
        for gap in missing:
            faults.add(f"words/{language}/{gap.file}", gap.line, None, gap.en, gap.id)
        if missing or data is None:
            continue
        texts = sentences(data)
        template = texts.pop(CANDIDATE)
        found += (Wanted(language, None, clip, text, "", text) for clip, text in texts.items())
        for village, names in sorted(candidates.items()):
            for number, name in sorted(names.items()):
                clip, said = candidate_clip(number), template.format(number=number, name=name)
                found.append(Wanted(language, village, clip, template.replace("{number}", str(number)), name, said))
    return found


def sounds_in(path: Path) -> Iterator[tuple[str, Path]]:
    """Whatever is sound by its name in a folder, sorted: its path there, and the file."""
    for folder, inner, names in os.walk(path):
        inner.sort()
        for name in sorted((*names, *(name for name in inner if (Path(folder) / name).is_symlink()))):
            file = Path(folder) / name
            kind = file.suffix.lower()
            if not name.startswith(".") and (kind == SUFFIX or kind in OTHER_KINDS or file.is_symlink()):
                yield file.relative_to(path).as_posix(), file


def check_strays(where: str, there: Mapping[str, Path], all_wanted: Iterable[Wanted], faults: Collector) -> None:
    """Notes each sound that no election asks for under its name: what nobody would hear is no silent mistake."""
    paths = [one.path for one in all_wanted]
    languages = {path.partition("/")[0] for path in paths}
    for name, file in there.items():
        if name in paths:
            continue
        if file.is_symlink():
            en, id_ = "This is a link. Copy the sound itself there.", "Ini tautan. Salin suaranya ke sana."
        elif file.suffix.lower() in OTHER_KINDS:
            en, id_ = (
                "Only WAV files are taken. Save this recording as uncompressed WAV.",
                "Hanya berkas WAV yang diterima. Simpan rekaman ini sebagai WAV tanpa kompresi.",
            )
        else:
            near = difflib.get_close_matches(name, paths, 1)
            hint = (f"Did you mean {near[0]}?", f"Maksudnya {near[0]}?") if near else ("", "")
            listed = ", ".join(sorted(languages))
            en = f"No clip of this election has this name (languages: {listed}). {hint[0] or 'Take it out.'}"
            id_ = f"Tidak ada klip bernama ini di pemilihan ini (bahasa: {listed}). {hint[1] or 'Keluarkan.'}"
        printable = "".join(letter if letter.isprintable() else "?" for letter in name)
        faults.add(f"{where}/{printable}", None, None, en, id_)


def read_file(path: Path, max_bytes: int) -> bytes:
    """A sound of at most ``max_bytes`` and one byte more; raises WrongClip for what is no plain file."""
    if any(place.is_symlink() for place in (path, path.parent, path.parent.parent)):
        raise WrongClip("This is a link. Copy the sound itself there.", id="Ini tautan. Salin suaranya ke sana.")
    if not path.is_file():
        raise WrongClip("This is no file. Take it out.", id="Ini bukan berkas. Keluarkan.")
    with path.open("rb") as source:
        return source.read(max_bytes + 1)


def read_index(path: Path) -> Index:
    """The index in an election's folder, empty where there is none; raises InputError for a damaged one."""
    try:
        data = (path / FOLDER / INDEX).read_bytes()
    except FileNotFoundError:
        return Index(clips={})
    return decode(data, Index, f"{FOLDER}/{INDEX}", max_bytes=INDEX_MAX_BYTES)


def index_bytes(clips: Mapping[str, Origin]) -> bytes:
    """The index's one spelling."""
    return encode(Index(clips=dict(sorted(clips.items()))))


def says_otherwise(one: Wanted, data: bytes, index: Index) -> str | None:
    """What a clip says in place of what is wanted, as far as the index knows."""
    origin = index.clips.get(one.path)
    known = origin is not None and origin.sha256 == sha256(data)
    return origin.text if origin is not None and known and origin.text != one.text else None


def is_draft(one: Wanted, data: bytes, index: Index) -> bool:
    """Whether a voice of another language read it."""
    origin = index.clips.get(one.path)
    return origin is not None and origin.sha256 == sha256(data) and origin.voice not in ("", one.language)


def _index(folder: Folder, faults: Collector) -> Index:
    name = f"{FOLDER}/{INDEX}"
    try:
        data = folder.read(name, INDEX_MAX_BYTES + 1)
    except OSError:
        return Index(clips={})
    try:
        return decode(data, Index, name, max_bytes=INDEX_MAX_BYTES)
    except InputError as damaged:
        faults.add(name, None, None, damaged.en, damaged.id)
        return Index(clips={})


def _clip(folder: Folder, one: Wanted, index: Index, faults: Collector) -> bytes | None:
    """A clip, or None after noting what is wrong with it."""
    try:
        return _checked(folder, one, index)
    except WrongClip as wrong:
        faults.add(one.where, None, None, wrong.en, wrong.id)
    except OSError as fault:
        en, id_ = f"It cannot be read ({fault.strerror}). Copy it again.", "Tidak terbaca. Salin ulang."
        faults.add(one.where, None, None, en, id_)
    return None


def _checked(folder: Folder, one: Wanted, index: Index) -> bytes:
    path = folder.path / FOLDER / one.path
    if not os.path.lexists(path):
        raise WrongClip(
            f"This clip is missing; it says {shown(one.text)}. Make it with bilik-district audio SOURCE, or record it.",
            id=f"Klip ini tidak ada; bunyinya {shown(one.text)}. Buat dengan bilik-district audio SOURCE, atau rekam.",
        )
    data = folder.keep(one.where, read_file(path, MAX_BYTES))
    read_clip(data)
    other = says_otherwise(one, data, index)
    if other is not None:
        raise WrongClip(
            f"It says {shown(other)} and must say {shown(one.text)}. Run bilik-district audio SOURCE again.",
            id=f"Bunyinya {shown(other)}, seharusnya {shown(one.text)}. Jalankan lagi bilik-district audio SOURCE.",
        )
    return data


def _review(folder: Folder, plan: Plan, found: Mapping[Wanted, bytes], index: Index, faults: Collector) -> None:
    """Nobody votes in earnest by sentences that nobody who speaks them has read, or heard."""
    for language in plan.settings.languages:
        number = drafts({AUDIO: heard(folder, language) or b""})
        if number:
            faults.add(
                f"words/{language}/{AUDIO}",
                None,
                None,
                f"{number} entries are drafts. Let speakers review them, take out their 'fuzzy' marks, or leave the "
                "language out.",
                f"{number} entri masih konsep. Minta penutur memeriksanya, hapus tanda 'fuzzy', atau keluarkan bahasa "
                "ini.",
            )
        number = sum(is_draft(one, data, index) for one, data in found.items() if one.language == language)
        if number:
            faults.add(
                f"{FOLDER}/{language}",
                None,
                None,
                f"{number} clips are drafts, read by a voice of another language. Let speakers record them "
                "(bilik-district audio SOURCE --recorded FOLDER), or leave the language out.",
                f"{number} klip masih konsep, dibacakan suara bahasa lain. Minta penutur merekamnya (bilik-district "
                "audio SOURCE --recorded FOLDER), atau keluarkan bahasa ini.",
            )
