"""The slip with a card's PIN: what it says, and that the PIN is covered once it is folded."""

from itertools import pairwise

import pytest
from PIL import Image

from config.cards.role import Role
from config.mode import Mode
from config.words import Words
from printer.layout import Document, Rule, Text
from printer.profiles import PROFILES, Profile
from tests.printer import papers
from tests.printer.gallery import painted
from tests.printer.test_papers import DOTS_PER_MM, ink_rows, texts

PROFILE = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
BAR_DOTS = 90
"""Only the bar is a run of black rows so high."""


@pytest.mark.parametrize("words", [papers.ID, papers.EN], ids=["id", "en"])
def test_the_slip_says_whose_it_is_and_the_pin_once(words: Words) -> None:
    said = texts(papers.sample_pin_slip(words=words))
    for part in ("Hj. NUR HASANAH LESTARININGTYAS, S.Pd.", "Sungai Rengit TPS 3", "DE1C-3583", "Banyuasin", "2026"):
        assert part in said
    assert said.count("427 516") == 1
    assert "427516" not in said


def test_every_role_has_its_word() -> None:
    assert len({texts(papers.sample_pin_slip(role=role)) for role in Role}) == len(Role)


def test_the_pin_is_not_shown_with_the_document() -> None:
    document = papers.sample_pin_slip()
    assert "427" not in repr(document)
    assert not any("427" in repr(block) for block in document.reveal())


def rows_of_ink(image: Image.Image) -> list[tuple[int, int]]:
    """First and last row of each run of rows with ink."""
    return [(start, start + rows - 1) for start, rows in ink_rows(image)]


def pin_alone(slip: Document) -> Document:
    """The same slip, cut off right after its PIN."""
    blocks = slip.reveal()
    at = next(n for n, block in enumerate(blocks) if isinstance(block, Text) and block.text == "427 516")
    return Document(blocks[: at + 1])


@PROFILE
@pytest.mark.parametrize("mode", Mode)
def test_folded_at_the_dashes_the_bar_lies_on_the_pin(profile: Profile, mode: Mode) -> None:
    slip = papers.sample_pin_slip(mode)
    (whole,) = painted(slip, profile)
    (short,) = painted(pin_alone(slip), profile)
    pin_first, pin_last = rows_of_ink(short)[-1]
    below = [run for run in rows_of_ink(whole) if run[0] > pin_last]
    (dash_first, dash_last), (bar_first, bar_last) = below[:2]
    assert bar_last - bar_first >= BAR_DOTS
    assert dash_last - dash_first < 20
    fold = (dash_first + dash_last) / 2
    covered = 2 * fold - bar_last, 2 * fold - bar_first
    assert covered[0] <= pin_first
    assert pin_last <= covered[1]
    assert pin_last - pin_first > 7 * DOTS_PER_MM
    assert whole.height - fold > fold - pin_first, "what is folded up reaches over the PIN"


def test_the_fold_stands_between_pin_and_bar() -> None:
    blocks = papers.sample_pin_slip().reveal()
    fold = blocks.index(Rule.FOLD)
    assert any(isinstance(block, Text) and "427 516" in block.text for block in blocks[:fold])
    assert any(isinstance(block, Text) and block.inverse for block in blocks[fold:])
    assert all(one != other for one, other in pairwise(blocks) if isinstance(one, Rule))
