"""Whole numbers in words, as a result is written on the tape (terbilang)."""

from collections.abc import Callable, Mapping

LIMIT = 1_000_000
"""Numbers from here on do not occur in a polling station."""

_ID = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int, language: str) -> str:
    """``number`` (0 to 999,999) in words: English for ``en``, else Indonesian; raises ValueError outside."""
    if not 0 <= number < LIMIT:
        raise ValueError(f"a count from 0 to {LIMIT - 1} is written in words, not {number}")
    return _LANGUAGES.get(language, _indonesian)(number)


def _indonesian(n: int) -> str:
    if n < 12:
        return _ID[n]
    if n < 20:
        return f"{_ID[n - 10]} belas"
    if n < 100:
        return _joined(f"{_ID[n // 10]} puluh", n % 10, _indonesian)
    if n < 200:
        return _joined("seratus", n - 100, _indonesian)
    if n < 1000:
        return _joined(f"{_ID[n // 100]} ratus", n % 100, _indonesian)
    if n < 2000:
        return _joined("seribu", n - 1000, _indonesian)
    return _joined(f"{_indonesian(n // 1000)} ribu", n % 1000, _indonesian)


def _english(n: int) -> str:
    if n < 20:
        return _EN[n]
    if n < 100:
        tens = _EN_TENS[n // 10 - 2]
        return f"{tens}-{_EN[n % 10]}" if n % 10 else tens
    if n < 1000:
        return _joined(f"{_EN[n // 100]} hundred", n % 100, _english)
    return _joined(f"{_english(n // 1000)} thousand", n % 1000, _english)


def _joined(head: str, rest: int, say: Callable[[int], str]) -> str:
    return f"{head} {say(rest)}" if rest else head


_LANGUAGES: Mapping[str, Callable[[int], str]] = {"id": _indonesian, "en": _english}
