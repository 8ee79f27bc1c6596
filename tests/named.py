"""Names and places as staff write them, for Hypothesis: only those that are taken when a package is made."""

from hypothesis import strategies as st

from config.names import NAME_MAX_CHARS, tidy, wrong_with, wrong_with_name
from config.plan import PLACE_MAX_CHARS, TITLE_MAX_CHARS

LATIN = "aeiounrstlkmgdhbwyjpcfzqxv"
CAPITALS = LATIN.upper()
MARKED = "ñéÉüḤāặỌŴç"
JAVANESE = ("ꦱ", "ꦠ", "ꦲ", "ꦩ", "ꦤ", "ꦏ", "ꦗ", "ꦥꦿ", "ꦱꦶ", "ꦏꦸ", "ꦤꦺ", "ꦠꦺꦴ", "ꦥ꧀ꦭ", "ꦩꦁ", "ꦤꦃ")
ARABIC = "محمدشريفعبالهجقسكطصنو"


def _words(letters: st.SearchStrategy[str], longest: int, most: int) -> st.SearchStrategy[str]:
    word = st.lists(letters, min_size=1, max_size=longest).map("".join)
    return st.lists(word, min_size=1, max_size=most).map(" ".join)


_TEXTS = (
    _words(st.sampled_from(LATIN), 16, 4).map(str.title),
    _words(st.sampled_from(CAPITALS), 14, 3),
    _words(st.sampled_from(LATIN + CAPITALS + MARKED + ".'-"), 14, 3),
    _words(st.sampled_from(JAVANESE), 10, 2),
    _words(st.sampled_from(ARABIC), 12, 3),
)
EDGES = ("A", "WWWWWWWWW WWWWWWWWW", "Kusumaningrat Mangkunegara", "MUHAMMAD SYAFRUDDIN", "ꦱꦶꦠꦶꦲꦩꦶꦤꦃ", "Ọ̈ỌŴẶ Ắgặẵ")
"""As wide and as high as is taken."""


def taken(name: str) -> bool:
    """Whether a candidate may be called so."""
    return wrong_with(name, NAME_MAX_CHARS) is None and wrong_with_name(name) is None


def names() -> st.SearchStrategy[str]:
    """Of candidates."""
    return st.one_of(st.sampled_from(EDGES), *_TEXTS).map(tidy).filter(taken)


def texts(longest_word: int, max_chars: int) -> st.SearchStrategy[str]:
    """Of villages, districts and elections."""
    letters = st.sampled_from(LATIN + "W")
    return (
        _words(letters, longest_word, 8)
        .map(lambda text: tidy(text[:max_chars]).title())
        .filter(lambda text: wrong_with(text, max_chars) is None)
    )


def places() -> st.SearchStrategy[str]:
    """At most 40 letters, one word or many."""
    return texts(32, PLACE_MAX_CHARS)


def titles() -> st.SearchStrategy[str]:
    """Of elections, at most 60 letters."""
    return texts(25, TITLE_MAX_CHARS)
