"""From power-on to the first voter: at most 12 touches, counted as fingers make them on what each screen offers.

Each digit of a PIN and the key behind it is a touch. Putting in a card, a stick or paper is none, nor is signing.
"""

import pytest

from booth.views import CardWanted, Choosing, OpenChecks, PinWanted, SignZeroReport, TakeCard, WaitingForCard
from tests.booth.rig import Rig
from tests.torture.panel import PIN_DIGITS, Panel

MOST_TOUCHES = 12


class Finger:
    """Taps targets of the booth's screens by name and counts; ``tests/torture/test_panel.py`` holds them to the real
    screens."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._panel = Panel(rig.runner.post)
        self.touches: list[str] = []

    def tap(self, *names: str) -> None:
        for name in names:
            self._panel.show(self._rig.frame)
            spot = next(spot for spot in self._panel.look().targets if spot.name == name)
            self._panel.tap(*spot.middle)
            self.touches.append(name)

    def type_pin(self, pin: str) -> None:
        self._rig.see(PinWanted)
        self.tap(*(f"key-{digit}" for digit in pin), "key-ok")


def opens(rig: Rig, finger: Finger) -> None:
    """From the page that asks for the officer's card until the booth waits for the first voter."""
    rig.put_in(rig.officer)
    finger.type_pin(rig.pins[rig.officer])
    rig.see(OpenChecks)
    rig.take_card()
    rig.ready_checks()
    finger.tap("confirm")
    rig.see(CardWanted, what="committee-present")
    rig.put_in(rig.committee)
    rig.see(SignZeroReport)
    rig.take_card()
    finger.tap("confirm")
    rig.see(WaitingForCard)


def opened(rig: Rig) -> Finger:
    """A blank device with its stick in, until the first voter chooses."""
    finger = Finger(rig)
    rig.see(CardWanted, what="ready")
    opens(rig, finger)
    rig.put_in(rig.officer)
    rig.see(TakeCard)
    rig.take_card()
    rig.see(Choosing)
    return finger


def test_the_first_voter_chooses_after_nine_touches(rig):
    finger = opened(rig)
    assert PIN_DIGITS == 6
    keys = [name for name in finger.touches if name.startswith("key-")]
    assert len(keys) == PIN_DIGITS + 1
    assert [name for name in finger.touches if name not in keys] == ["confirm", "confirm"]
    assert len(finger.touches) == 9 <= MOST_TOUCHES


def test_after_a_power_cut_on_the_first_page_of_the_day_it_is_as_few(rig):
    """The store is there and shut: the same card and PIN lead to the same self-test."""
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.see(OpenChecks)
    rig.restart()
    finger = Finger(rig)
    rig.see(CardWanted, what="locked")
    opens(rig, finger)
    assert len(finger.touches) <= MOST_TOUCHES


@pytest.mark.parametrize("wrong", ["one digit wrong", "one digit erased"])
def test_a_slip_of_the_finger_costs_what_it_must(rig, wrong):
    rig.see(CardWanted, what="ready")
    rig.put_in(rig.officer)
    finger, pin = Finger(rig), rig.pins[rig.officer]
    other = str((int(pin[-1]) + 1) % 10)
    rig.see(PinWanted)
    if wrong == "one digit erased":
        finger.tap(*(f"key-{digit}" for digit in pin[:-1] + other), "key-erase", f"key-{pin[-1]}", "key-ok")
        rig.see(OpenChecks)
        assert len(finger.touches) == 9
    else:
        finger.type_pin(pin[:-1] + other)
        rig.see(PinWanted, wrong=True)
        finger.type_pin(pin)
        rig.see(OpenChecks)
        assert len(finger.touches) == 14
