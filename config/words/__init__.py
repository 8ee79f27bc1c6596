"""The words of screens and paper: gettext catalogues by language, written as .po, carried in the package as .mo.

A language is *whole* when it has every word: officers' screens and paper need that. Any other language has the words of
the voter's screens, and an election's folder may bring its own (``catalogues.py`` says what is missing in them).
"""

import gettext
import io
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.errors import InputError

HERE = Path(__file__).parent
LANGUAGES = ("id", "en")
"""Whole languages, the first one being the default."""
VOTERS = ("voter.po", "faults.po")
"""Files that every language has: the voter's screens, and what is wrong with the printer."""
AUDIO = "audio.po"
"""What is said in headphones, clip by clip: recordings are made of it, and no screen ever asks for it."""


_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


class Words:
    """The catalogue of one language: ``words("key", name=value)`` gives the sentence."""

    def __init__(self, mo: bytes, language: str) -> None:
        """Reads a compiled catalogue (.mo bytes); raises InputError when it is not one."""
        try:
            self._catalogue = gettext.GNUTranslations(io.BytesIO(mo))
        except (OSError, ValueError, IndexError, UnicodeDecodeError) as broken:
            raise InputError(
                f"The word catalogue for '{language}' is damaged. Make the package again.",
                id=f"Katalog kata '{language}' rusak. Buat ulang paketnya.",
            ) from broken
        self.language = language

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of ``key``; a key that the catalogue lacks is our own mistake and raises KeyError."""
        text = self._catalogue.gettext(key)
        if text == key:
            raise KeyError(f"no words for {key} in {self.language}")
        return text.format(**values) if values else text


def brought(language: str) -> Mapping[str, bytes]:
    """The .po files of a language that come with this release, by name; none where it has no such language.

    They are what is read; ``AUDIO``, which is heard, is none of them.
    """
    return {path.name: path.read_bytes() for path in sorted((HERE / language).glob("*.po")) if path.name != AUDIO}


def heard_in(language: str) -> bytes:
    """The ``AUDIO`` file of a language that comes with this release; empty where it has none."""
    path = HERE / language / AUDIO
    return path.read_bytes() if path.is_file() else b""


def languages() -> tuple[str, ...]:
    """Every language of this release, the whole ones first."""
    return (*LANGUAGES, *sorted({path.parent.name for path in HERE.glob("*/*.po")} - {*LANGUAGES}))


def compiled(files: Mapping[str, bytes]) -> bytes:
    """All .po files of one language merged into one compiled catalogue (.mo bytes, the same for the same input)."""
    # It writes its dates into the file.
    merged = Catalog(locale=None, fuzzy=False, creation_date=_NO_DATE, revision_date=_NO_DATE)
    for name in sorted(files):
        for message in read_po(io.BytesIO(files[name])):
            if message.id:
                merged.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, merged)
    return out.getvalue()


def builtin(language: str = LANGUAGES[0]) -> Words:
    """A catalogue that comes with this release, for a booth that has no package yet and for staff."""
    return Words(compiled(brought(language)), language)


def placeholders(text: str) -> set[str]:
    """The named placeholders of a sentence, so that two languages can be held against each other."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
