"""What a language's catalogue lacks, before it comes into a package: entry by entry, with file and line."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from config.names import unshowable
from config.words import AUDIO, LANGUAGES, VOTERS, brought, heard_in, placeholders

MAX_BYTES = 262_144
"""Of one .po file."""
LONGER, AND_CHARS = 1.5, 8
"""Screens have room for texts that are so many times longer than the longest of ours, and some letters."""
SPOKEN_MAX_CHARS = 400
"""Of what is said in one clip: half a minute."""
_LINE = re.compile(r'\s*(#.*|((msgid|msgstr)\s*)?"([^"\\]|\\["\\nrt])*"\s*)?')
"""A line of the form. The library takes others too, and leaves out of them what it does not understand."""
_KEY = re.compile(r'\s*msgid\s*"(.+)"\s*')


@dataclass(frozen=True)
class Gap:
    """One entry that is missing or wrong: where, and what to write, in both languages."""

    file: str
    line: int | None
    key: str
    en: str
    id: str


def gaps(files: Mapping[str, bytes]) -> list[Gap]:
    """What a language's .po files lack; empty when the voter's screens can speak it."""
    return [gap for name in VOTERS for gap in gaps_in(name, files.get(name))]


def gaps_in(name: str, data: bytes | None) -> list[Gap]:
    """What one of a language's files lacks, ``AUDIO`` being one that only an election with audio needs."""
    return list(_gaps_of(name, data))


def sentences(data: bytes) -> dict[str, str]:
    """The texts of a .po file without gaps, by key."""
    return {str(message.id): str(message.string) for message in _read(data) if message.id}


def drafts(files: Mapping[str, bytes]) -> int:
    """How many entries are *fuzzy*, which is gettext's word for: somebody who speaks the language must look at it."""
    return sum(message.fuzzy for data in files.values() for message in read_po(io.BytesIO(data)) if message.id)


def draft_of(name: str, language: str) -> bytes:
    """A file to begin a language with: every entry empty, with our sentences above it."""
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: {language}\\n"\n'
    entries = [
        "".join((*(f"#. {said}\n" for said in texts), f'#, fuzzy\nmsgid "{key}"\nmsgstr ""\n'))
        for key, texts in _ours(name).items()
    ]
    return "\n".join((head, *entries)).encode()


def _gaps_of(name: str, data: bytes | None) -> Iterator[Gap]:
    if data is None:
        yield Gap(name, None, "", "This file is missing.", "Berkas ini belum ada.")
        return
    if len(data) >= MAX_BYTES:
        # Whoever read it stopped there: what would come after it must not be missed in silence.
        yield Gap(
            name, None, "", f"More than {MAX_BYTES} bytes. Shorten it.", f"Lebih dari {MAX_BYTES} bita. Pendekkan."
        )
        return
    try:
        found = {str(message.id): message for message in _read(data) if message.id}
    except (PoFileError, ValueError) as fault:
        line = getattr(fault, "lineno", -1) + 1 or None
        yield Gap(name, line, "", f"This is no .po file in UTF-8 ({fault}).", "Bukan berkas .po dalam UTF-8.")
        return
    yield from _misformed(name, data.decode("utf-8").split("\n"))
    ours = _ours(name)
    for key, texts in ours.items():
        message = found.get(key)
        if message is None:
            yield Gap(name, None, key, f"Add an entry {key}.", f"Tambahkan entri {key}.")
            continue
        said = message.string if isinstance(message.string, str) else ""
        for en, id_ in _wrong(said, texts, heard=name == AUDIO):
            yield Gap(name, message.lineno, key, f"{key}: {en}", f"{key}: {id_}")
    for key, message in found.items():
        if key not in ours:
            yield Gap(
                name,
                message.lineno,
                key,
                f"No {'clip' if name == AUDIO else 'screen'} asks for {key}. Take it out, or correct its name.",
                f"Tidak ada {'klip' if name == AUDIO else 'layar'} yang memakai {key}. Hapus, atau betulkan namanya.",
            )


def _misformed(name: str, lines: list[str]) -> Iterator[Gap]:
    """Lines of which words would be lost without a sound: half a quotation mark takes a letter with it."""
    before = Counter[str]()
    for number, line in enumerate(lines, 1):
        if not _LINE.fullmatch(line):
            en = r'This line is not of the form. Write msgstr "…", and \" for a quotation mark in a sentence.'
            id_ = r'Baris ini salah bentuk. Tulis msgstr "…", dan \" untuk tanda kutip di dalam kalimat.'
            yield Gap(name, number, "", en, id_)
        key = _KEY.fullmatch(line)
        if key and before[key[1]]:
            en, id_ = f"{key[1]} stands there twice. Take one out.", f"{key[1]} ada dua kali. Hapus salah satunya."
            yield Gap(name, number, key[1], en, id_)
        before[key[1] if key else ""] += 1


def _wrong(said: str, texts: tuple[str, ...], *, heard: bool) -> Iterator[tuple[str, str]]:
    if not said.strip():
        yield f"empty. Write what {texts[0]!r} says.", f"kosong. Tulis terjemahan {texts[0]!r}."
        return
    try:
        held = placeholders(said)
    except ValueError:
        held = {"{"}
    wanted = placeholders(texts[0])
    if held != wanted:
        names = " ".join(f"{{{name}}}" for name in sorted(wanted))
        yield (
            f"write these placeholders, and no others: {names}." if wanted else "take the braces { } out.",
            f"tulis tempat isian ini, tanpa yang lain: {names}." if wanted else "hapus kurung kurawal { }.",
        )
    room = SPOKEN_MAX_CHARS if heard else round(max(map(len, texts)) * LONGER) + AND_CHARS
    if len(said) > room:
        yield (
            f"{len(said)} characters, and {'a clip' if heard else 'the screen'} has room for {room}. Write it shorter.",
            f"{len(said)} huruf, sedangkan {'klip' if heard else 'di layar'} muat {room}. Persingkat.",
        )
    if any(ord(letter) < ord(" ") for letter in said):
        yield "write it on one line.", "tulis dalam satu baris."
    elif not heard and (strange := unshowable(said)):
        yield strange


def _read(data: bytes) -> Catalog:
    data.decode("utf-8")
    return read_po(io.BytesIO(data), abort_invalid=True)


@cache
def _ours(name: str) -> dict[str, tuple[str, ...]]:
    """A file's keys, and what our whole languages say for each."""
    read = [sentences(_brought(language, name)) for language in LANGUAGES]
    return {key: tuple(each[key] for each in read) for key in read[0]}


def _brought(language: str, name: str) -> bytes:
    return heard_in(language) if name == AUDIO else brought(language)[name]
