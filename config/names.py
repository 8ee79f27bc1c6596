"""Whether a text of staff's stands whole and rightly written on the smallest screen and the narrowest paper.

Measured with the functions that lay it out there; what is wrong is said in English and Indonesian, with what to change.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from config.fonts import CAPITAL_PER_EM, lacking, length, runs
from config.lines import OVERHANG, Block, lay_out

NAME_LINE_CHARS = 16
"""Of a candidate's name on one line of the slip, at both paper widths."""
NAME_LINES = 2
"""Lines of a name on the slip: a longer one would make a longer slip, which tells the choice even when folded."""
NAME_MAX_CHARS = NAME_LINES * (NAME_LINE_CHARS + 1) - 1
LINE_EM = 8.8
"""On a 7-inch choosing screen with five candidates and blank; a painted line of the narrowest paper holds 8.9."""
NAME_HIGH_EM = 2.6
"""A name on a 7-inch choosing screen with five candidates and blank: two lines of Latin letters with marks, or one line
of a script with signs above and below."""
WORD_MAX_CHARS = 32
"""A line of the narrowest paper in its narrow letters: a longer word would be broken."""
MAX_MARKS = 4
"""On one letter, as Javanese needs them; a pile of more leaves its line."""

_EM = 100
"""Dots an em, to measure with."""
_BLANKS = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_CONTROLS = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
_PILE = re.compile(f"m{{{MAX_MARKS + 1}}}")


class Wrong(NamedTuple):
    """What is wrong with a text and what to write instead."""

    en: str
    id: str


def tidy(text: str) -> str:
    """One blank between words, none at the ends, and marks joined to their letters (NFC), as code pages have them."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def wrong_with(text: str, max_chars: int) -> Wrong | None:
    """What speaks against showing and printing ``text``, or None."""
    return next(_wrong_words(text, max_chars), None)


def unshowable(text: str) -> Wrong | None:
    """What of ``text`` no font here shows, whatever it says, or None."""
    return next(_unshowable(text), None)


def wrong_with_name(name: str) -> Wrong | None:
    """What speaks against a candidate's name that is a fit text, or None."""
    return next(_wrong_name(name), None)


def measured(name: str) -> Block:
    """A candidate's name in the lines of the smallest screen, ``_EM`` dots an em."""
    return lay_out(name, LINE_EM * _EM, (_EM - 0.5) * CAPITAL_PER_EM, bold=True)


def shown(text: str) -> str:
    """A cell as it may stand in a sentence: quoted, printable, not endless."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text[:60])
    return f"'{plain}{'…' if len(text) > 60 else ''}'"


def _wrong_words(text: str, max_chars: int) -> Iterator[Wrong]:
    if not text.strip():
        yield Wrong("This is empty. Fill it in.", "Ini kosong. Isilah.")
    yield from _unshowable(text)
    if len(text) > max_chars:
        yield Wrong(
            f"{shown(text)} has {len(text)} characters; at most {max_chars} fit on screen and paper. Shorten it.",
            f"{shown(text)} terdiri dari {len(text)} huruf; layar dan kertas memuat paling banyak {max_chars}. "
            "Singkatlah.",
        )
    cut = [run for run, _ in runs(text, _EM, bold=True)]
    if len(cut) > 1 and any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        yield Wrong(
            f"{shown(text)} mixes letters that are written from right to left with others, so its parts may change "
            "places. Write it in one script.",
            f"{shown(text)} mencampur huruf yang ditulis dari kanan ke kiri dengan yang lain, sehingga bagiannya dapat "
            "bertukar tempat. Tulis dengan satu aksara.",
        )
    kinds = ("".join("m" if _is_mark(letter) else "-" for letter in part) for part in (*cut, *text.split(" ")))
    if any(part.startswith("m") or _PILE.search(part) for part in kinds):
        yield Wrong(
            f"{shown(text)} has a sign without its letter, or too many on one. Delete the word and type it anew.",
            f"{shown(text)} berisi tanda tanpa hurufnya, atau terlalu banyak pada satu huruf. Hapus katanya dan ketik "
            "ulang.",
        )
    for word in text.split(" "):
        if len(word) > WORD_MAX_CHARS or (not word.isascii() and length(word, _EM, bold=True) > LINE_EM * _EM):
            yield Wrong(
                f"The word {shown(word)} is longer than a line of the narrowest paper. Shorten it or divide it.",
                f"Kata {shown(word)} lebih panjang dari satu baris kertas tersempit. Singkat atau pisahkan.",
            )


def _unshowable(text: str) -> Iterator[Wrong]:
    if any(unicodedata.category(letter) in _CONTROLS for letter in text):
        yield Wrong(
            "There is an invisible or control character in it. Delete the text and type it anew.",
            "Ada karakter kendali atau tak terlihat. Hapus teksnya dan ketik ulang.",
        )
    strange = lacking(text)
    if strange is not None:
        yield Wrong(
            f"The character '{strange}' cannot be shown or printed. Write it with letters.",
            f"Karakter '{strange}' tidak dapat ditampilkan atau dicetak. Tulis dengan huruf.",
        )


def _wrong_name(name: str) -> Iterator[Wrong]:
    if not any(unicodedata.category(letter).startswith("L") for letter in name):
        yield Wrong(
            f"{shown(name)} has no letter, and could be taken for a candidate's number. Write the name.",
            f"{shown(name)} tidak berisi huruf, dan dapat dikira nomor urut. Tulis namanya.",
        )
    lines = textwrap.wrap(name, NAME_LINE_CHARS, break_long_words=False, break_on_hyphens=False)
    long = next((line for line in lines if len(line) > NAME_LINE_CHARS), None)
    if long:
        yield Wrong(
            f"The word {shown(long)} has {len(long)} characters; a line on screen and paper holds {NAME_LINE_CHARS}. "
            "Shorten it or divide it.",
            f"Kata {shown(long)} terdiri dari {len(long)} huruf; satu baris layar dan kertas memuat {NAME_LINE_CHARS}. "
            "Singkat atau pisahkan.",
        )
    if len(lines) > NAME_LINES:
        yield Wrong(
            f"{shown(name)} takes {len(lines)} lines of {NAME_LINE_CHARS} characters; screen and paper have room "
            f"for {NAME_LINES}. Shorten it.",
            f"{shown(name)} memerlukan {len(lines)} baris berisi {NAME_LINE_CHARS} huruf; layar dan kertas "
            f"memuat {NAME_LINES}. Singkatlah.",
        )
    block = measured(name)
    wide = next((line for line in block.lines if measured(line).width - 2 * OVERHANG > LINE_EM * _EM), None)
    if wide:
        yield Wrong(
            f"{shown(wide)} is too wide for a line of the smallest screen and paper. Shorten it, divide it, or write "
            "it in small letters.",
            f"{shown(wide)} terlalu lebar untuk satu baris layar dan kertas terkecil. Singkat, pisahkan, atau tulis "
            "dengan huruf kecil.",
        )
    if len(block.lines) > NAME_LINES:
        yield Wrong(
            f"{shown(name)} takes {len(block.lines)} lines of the smallest screen and paper, which have room for "
            f"{NAME_LINES}. Shorten it, or write it in small letters.",
            f"{shown(name)} memerlukan {len(block.lines)} baris layar dan kertas terkecil, yang memuat {NAME_LINES}. "
            "Singkatlah, atau tulis dengan huruf kecil.",
        )
    if block.height > NAME_HIGH_EM * _EM:
        yield Wrong(
            f"{shown(name)} is too high for the smallest screen, with its signs above and below. Shorten it to one "
            "line, or write it in Latin letters.",
            f"{shown(name)} terlalu tinggi untuk layar terkecil, dengan tanda di atas dan di bawahnya. Singkat menjadi "
            "satu baris, atau tulis dengan huruf Latin.",
        )


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
