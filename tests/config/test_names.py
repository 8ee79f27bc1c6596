"""Texts of staff's: what is taken stands whole and rightly written; what is not is refused with what to change."""

import pytest

from config.names import LINE_EM, NAME_MAX_CHARS, tidy, wrong_with, wrong_with_name
from config.plan import PLACE_MAX_CHARS
from printer.escpos import CAPITAL_DOTS
from printer.layout import Size
from printer.painting import LEAST_CAPITAL_DOTS, _size
from printer.profiles import PROFILES, Profile

GOOD_NAMES = (
    "A", "Ng", "Bu Sri 2", "Nur Hasanah Lestariningtyas", "H. M. Syafruddin", "Ñuñặ Ọ̈fi Ḥāʾil",
    "ꦱꦶꦠꦶꦲꦩꦶꦤꦃ", "ꦏ꧀ꦭꦶꦮꦺꦴꦤ꧀", "محمد شريف", "عبدالرحمن الحاج", "محمد 2", "ᮞᮤᮒᮤ ᮃᮙᮤᮔᮂ", "MUHAMMAD SYAFRUDDIN", "O'Neill-Sitorus",
)  # fmt: skip


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_good_name_is_taken(name: str) -> None:
    assert wrong_with(tidy(name), NAME_MAX_CHARS) is None
    assert wrong_with_name(tidy(name)) is None


BAD_NAMES = {
    "nothing": ("", "empty"),
    "only blanks": ("  \u3000\u00a0 ", "empty"),
    "emoji": ("Siti 😀", "'😀' cannot"),
    "Chinese": ("李小龙", "'李' cannot"),
    "Hebrew": ("שרה", "cannot be shown"),
    "override": ("Siti \u202eaminA", "control"),
    "isolate": ("\u2067Siti\u2069", "control"),
    "zero width": ("Si\u200bti", "control"),
    "soft hyphen": ("Siti\u00ad", "control"),
    "tab": ("Siti\tAminah", "control"),
    "line feed": ("Siti\nAminah", "control"),
    "private": ("Siti\ue000", "control"),
    "only digits": ("12345", "no letter"),
    "only signs": ("- . -", "no letter"),
    "mixed directions": ("Haji محمد", "right to left"),
    "brackets of another font": ("محمد (الحاج)", "right to left"),
    "a number before": ("2 محمد", "right to left"),
    "a mark alone": ("\u0301", "without its letter"),
    "a vowel sign without its letter": ("Siti ꦶ", "without its letter"),
    "a sign of another script": ("Sitiꦶ", "without its letter"),
    "a pile of marks": ("Siti" + "\u0323" * 12, "too many on one"),
    "60 letters": ("Siti Aminah " * 5, "at most 33"),
    "a word of 17": ("Sitiaminahlestari", "17 characters"),
    "three lines": ("Aaaaaaaaaa Bbbbbbbbbb Ccccccccc", "3 lines"),
    "wide capitals": ("WWWWWWWWWWWWWWWW", "too wide"),
    "capitals that need a third line": ("MUHAMMADIN HAMAMMADIN MUHAMMADI", "3 lines"),
    "Javanese in two lines": ("ꦱꦶꦠꦶꦲꦩꦶꦤꦃ ꦏ꧀ꦭꦶꦮꦺꦴꦤ꧀", "too high"),
    "wide Javanese": ("ꦯꦿꦶꦠꦿꦶꦱ꧀ꦤꦺꦴꦥꦿꦗꦺꦴꦏꦸ", "longer than a line"),
}


@pytest.mark.parametrize("kind", BAD_NAMES)
def test_a_bad_name_is_refused_with_what_to_change(kind: str) -> None:
    name, word = BAD_NAMES[kind]
    wrong = wrong_with(tidy(name), NAME_MAX_CHARS) or wrong_with_name(tidy(name))
    assert wrong is not None
    en, id_ = wrong
    assert word in en
    assert en != id_
    for sentence in wrong:
        assert sentence.endswith(".")
        assert sentence.isprintable()
        assert ". " in sentence, "what is wrong, and what to do"


def test_blanks_and_spellings_make_no_fault_and_no_difference() -> None:
    assert tidy("  Siti \u00a0 Aminah ") == "Siti Aminah"
    assert tidy("Jose\u0301") == "José"


@pytest.mark.parametrize("text", ["Karangmulyaningsihsaridadikulon", "Sungai Rengit Murni Jaya Makmur Sentosa"])
def test_a_place_s_long_words_are_taken(text: str) -> None:
    assert wrong_with(text, PLACE_MAX_CHARS) is None


@pytest.mark.parametrize("text", ["K" * 33, "Ḥ" * 20, "ꦱ" * 20])
def test_a_word_that_paper_would_break_is_refused(text: str) -> None:
    wrong = wrong_with(text, PLACE_MAX_CHARS)
    assert wrong is not None
    assert "longer than a line" in wrong[0]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_line_stands_on_every_paper(profile: Profile) -> None:
    largest = CAPITAL_DOTS * profile.scales[Size.LARGE][1]
    assert profile.width_dots >= LINE_EM * _size(largest)
    assert largest >= LEAST_CAPITAL_DOTS
