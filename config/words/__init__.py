"""The words of screens and paper: gettext catalogues by language, written as .po, carried in the package as .mo."""

import gettext
import io
import string
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.errors import InputError

HERE = Path(__file__).parent
LANGUAGES = ("id", "en")
"""Languages that this release brings along, the first one being the default."""


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


def compile_words(language: str, folder: Path = HERE) -> bytes:
    """All .po files of one language merged into one compiled catalogue (.mo bytes, the same for the same input)."""
    merged = Catalog(locale=None, fuzzy=False)
    for path in sorted((folder / language).glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id:
                    merged.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, merged)
    return out.getvalue()


def builtin(language: str = LANGUAGES[0]) -> Words:
    """The catalogue that comes with this release, for a booth that has no package yet and for staff."""
    return Words(compile_words(language), language)


def placeholders(text: str) -> set[str]:
    """The named placeholders of a sentence, so that two languages can be held against each other."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
