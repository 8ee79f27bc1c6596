"""How long a voter may be silent where the election's plan says nothing else."""

import pytest

from booth.session import Session
from booth.silence import silence_s
from config.settings import Settings


@pytest.mark.parametrize("state", [Session.CHOOSING, Session.CONFIRMING, Session.CHECKING])
def test_a_voter_has_two_to_five_minutes_and_then_a_warning_of_20_to_45_s(state: Session) -> None:
    """VVSG 2.0: a slip that is read slowly is waited for as a choice is."""
    asked_after_s, warning_s = silence_s(state, Settings()), silence_s(Session.STILL_THERE, Settings())
    assert asked_after_s is not None
    assert 120 <= asked_after_s <= 300
    assert warning_s is not None
    assert 20 <= warning_s <= 45
    assert silence_s(Session.STILL_CHECKING, Settings()) == warning_s
