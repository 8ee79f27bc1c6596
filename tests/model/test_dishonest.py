"""What a dishonest officer can do is on a page; the page is what the model computes."""

import pytest

from tests.model import page
from tests.model.acts import CARELESS, DISHONEST
from tests.model.shown import ATTENDANCE, row


@pytest.mark.parametrize("part", ["acts", "carelessness"])
def test_the_page_says_what_the_model_finds(part):
    assert page.written(part) == page.PARTS[part](), "python -m tests.model renews the page"


def test_every_act_can_be_done_and_does_harm():
    for act in (*DISHONEST, *CARELESS):
        honest, _ = row(act)
        assert honest.days, act.name
        assert honest.wrong, act.name


def test_a_second_vote_never_passes_an_honest_list():
    """Banyuasin 2021: a second card, two votes for one voter."""
    act = next(act for act in DISHONEST if "second session" in act.name)
    honest, fitted = row(act)
    assert honest.always == (ATTENDANCE,)
    assert fitted.unseen
