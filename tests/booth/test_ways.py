"""No dead ends, no way back into a voter's session, and the plan of the day: walked through the tables."""

from dataclasses import fields
from typing import get_args

import pytest

from booth import asks, drawing, plan, polls, session, views
from booth.events import Button, Chosen, PinTyped, Touched
from booth.plan import Step, step_of
from booth.polls import Polls
from booth.session import Session
from booth.store.life import FOUND
from booth.views import Choosing, Confirming, ReadSlip, View
from config.secret import Choice, Pin
from config.words import builtin
from tests.screens.cases import VOTERS
from tests.screens.samples import CARDS, CHECKS, COUNTS, samples
from tests.torture.panel import buttons_of

FACTS = drawing.Facts(checks=CHECKS, counts=COUNTS, choice=Choice(1))
BY_ITSELF = {polls.Event.PRINTED, polls.Event.PRINT_FAILED, polls.Event.BATCH_MADE, session.Event.SEALED}
BY_ITSELF |= {session.Event.PRINTED, session.Event.PRINT_FAILED}
"""What ends without anybody: the worker says how it went."""
BY_THE_STICK = {polls.Event.PROVISIONED}


def of_polls(state: Polls) -> View:
    return drawing.view_of(state, Session.IDLE, FACTS)


def of_session(state: Session) -> View:
    return drawing.view_of(Polls.OPEN, state, FACTS)


def ways(view: View, ask: asks.Ask | asks.Leave | None, known: frozenset) -> set:
    """What leads on from a view: its buttons, the card that it asks for, the time, what ends by itself, the stick."""
    events = type(next(iter(known)))
    found = {events.__members__[button.name] for button in buttons_of(view)}
    assert found <= known, f"a button of {view} leads nowhere"
    if isinstance(view, views.Attendance):
        found.add(events.NUMBERS)
    if isinstance(ask, asks.Ask):
        found.add(events.CARD)
    if isinstance(ask, asks.Leave):
        found.add(events.CARD_OUT)
    return found | known & ({events.__members__.get("SILENT")} | BY_ITSELF | BY_THE_STICK)


@pytest.mark.parametrize("state", [state for state in Polls if state is not Polls.OPEN], ids=lambda state: state.name)
def test_every_officers_view_of_the_day_leads_on(state):
    found = ways(of_polls(state), asks.POLLS.get(state), polls.events_of(state))
    assert found & polls.events_of(state)


@pytest.mark.parametrize("state", Session, ids=lambda state: state.name)
def test_every_view_of_a_session_leads_on(state):
    ask, view = asks.SESSION.get(state), of_session(state)
    if state is Session.CHECKING:
        ask = None  # of a card that nobody has to show
    if state is Session.CHOOSING:
        assert session.Event.CHOSE in session.events_of(state)
        return
    known = session.events_of(state)
    if state is Session.IDLE:
        assert buttons_of(view) == (Button.OFFICER,)
        assert polls.Event.OFFICER in polls.events_of(Polls.OPEN)
        assert ask == asks.Ask(asks.OFFICERS, pin=False)
        return
    assert ways(view, ask, known) & known


def test_a_card_that_is_asked_for_is_an_event_of_the_state():
    for state in asks.POLLS:
        assert polls.Event.CARD in polls.events_of(state), state
    for state, ask in asks.SESSION.items():
        wanted = {session.Event.CARD_OUT} if isinstance(ask, asks.Leave) else {session.Event.CARD}
        if state is Session.CHECKING:
            wanted = {session.Event.TEST_SHOWN}
        assert wanted <= session.events_of(state), state


def test_whoever_waits_for_a_pin_can_go_back_or_wait():
    for view in (views.PinWanted("", "officers", 3, wrong=False), views.PinWait("", "officers", 1, 60)):
        assert Button.CANCEL in buttons_of(view)
    for why in ("last-try", "blocked"):
        assert buttons_of(views.PinRefused(why)) == (Button.CANCEL,)


def test_every_sample_of_an_officers_view_says_how_it_goes_on():
    """A button, a card, the stick, or work that ends by itself; nothing that only stands there."""
    waits = (views.CardWanted, views.TakeCard, views.Working, views.NotProvisioned, views.Attendance)
    for sample in samples():
        if not isinstance(sample.view, VOTERS):
            assert buttons_of(sample.view) or isinstance(sample.view, waits), sample.name


# No way back

BACK = {
    (Session.TAKE_CARD, session.Event.CARD_OUT): Session.CHOOSING,
    (Session.TEST_ASK, session.Event.CANCEL): Session.CHECKING,
    (Session.RESOLVE_BOX, session.Event.CARD): Session.DONE,
}
"""All that leads from an officer's view to a voter's: a session that begins, or goes on after the officer has left; a
slip that is still out and no test; a vote that two cards have counted."""
UNLOCKED = {
    (Session.IDLE, session.Event.CARD),
    (Session.DONE, session.Event.CARD),
    (Session.LEFT_BEFORE_ASK, session.Event.CONTINUE),
    (Session.REFUSED, session.Event.CARD),
}
"""What leads to the view that asks the officer to take the card out and leave: an officer's card each time."""


def is_voters(state: Session) -> bool:
    return isinstance(of_session(state), VOTERS)


def test_from_an_officers_view_only_named_ways_lead_to_a_voters():
    found = {
        (before, event): after
        for (before, event), (after, _) in session.TABLE.items()
        if is_voters(after) and not is_voters(before)
    }
    assert found == BACK
    assert {pair for pair, (after, _) in session.TABLE.items() if after is Session.TAKE_CARD} == UNLOCKED


def test_no_officer_comes_to_a_choice_that_was_made():
    """A session that goes on begins with choosing; what was chosen before is wiped when silence calls the officer."""
    assert [kind.__name__ for kind in get_args(View) if "choice" in {f.name for f in fields(kind)}] == ["Confirming"]
    assert {before for (before, _), (after, _) in session.TABLE.items() if after is Session.CONFIRMING} == {
        Session.CHOOSING
    }
    for (before, event), (after, effects) in session.TABLE.items():
        if before in (Session.CHOOSING, Session.CONFIRMING) and event is session.Event.SILENT:
            assert after is Session.STILL_THERE
            assert session.Effect.WIPE in effects


def test_the_day_takes_nobody_into_a_session_that_runs():
    """Pausing begins between voters, and after a restart no session stands where a voter could go on."""
    assert {before for (before, _), (after, _) in polls.TABLE.items() if after is Polls.PAUSE_CARD} == {Polls.OPEN}
    assert not any(is_voters(state) for state in FOUND.values())


def test_no_button_of_an_officer_works_in_a_voters_session(rig):
    rig.open()
    rig.unlock()

    def stays(kind: type) -> None:
        for button in set(Button) - set(buttons_of(rig.frame.view)):
            rig.tap(button)
        rig.touch(PinTyped(Pin(rig.pins[rig.officer])))
        number = rig.frame.number
        rig.until(rig.runner._inbox.empty)
        taken = rig.runner._ticked_at
        rig.until(lambda: rig.runner._ticked_at > taken)
        assert (type(rig.frame.view), rig.frame.number) == (kind, number)

    stays(Choosing)
    rig.touch(Chosen(Choice(2)))
    rig.see(Confirming)
    stays(Confirming)
    rig.touch(Touched(Button.YES))
    rig.see(ReadSlip)
    stays(ReadSlip)
    rig.tap(Button.RIGHT)
    rig.see(views.WaitingForCard)


# The plan of the day

STEPS = {
    Polls.UNPROVISIONED: Step.PREPARE,
    Polls.READY: Step.PREPARE,
    Polls.OPEN_CHECKS: Step.OPEN,
    Polls.OPEN_COMMITTEE: Step.OPEN,
    Polls.OPEN_PRINTING: Step.OPEN,
    Polls.OPEN_PRINT_TROUBLE: Step.OPEN,
    Polls.OPEN_SIGN: Step.OPEN,
    Polls.OPEN: Step.VOTE,
    Polls.PAUSE_CARD: Step.VOTE,
    Polls.PAUSED: Step.VOTE,
    Polls.RESUME_CARD: Step.VOTE,
    Polls.CLOSE_ASK: Step.CLOSE,
    Polls.CLOSE_ATTENDANCE: Step.CLOSE,
    Polls.CLOSE_COUNTS: Step.CLOSE,
    Polls.CLOSE_OFFICERS: Step.CLOSE,
    Polls.CLOSE_COMMITTEE: Step.CLOSE,
    Polls.CLOSE_TALLY: Step.CLOSE,
    Polls.CLOSE_PRINTING: Step.CLOSE,
    Polls.CLOSE_PRINT_TROUBLE: Step.CLOSE,
    Polls.CLOSED: Step.CLOSE,
}
"""The others stand outside of the plan: a takeover, a booth that is locked, replaced or stopped."""


@pytest.mark.parametrize("state", Polls, ids=lambda state: state.name)
def test_the_plan_says_where_the_day_stands(state):
    assert step_of(of_polls(state)) is STEPS.get(state)


def test_the_plan_only_goes_forward_but_where_closing_was_not_meant():
    order = list(Step)
    back = {
        (before, after)
        for (before, _), (after, _) in polls.TABLE.items()
        if before in STEPS and after in STEPS and order.index(STEPS[after]) < order.index(STEPS[before])
    }
    assert back == {(Polls.CLOSE_ASK, Polls.PAUSED)}


def test_packing_begins_once_the_batch_is_on_the_stick():
    assert step_of(views.Closed(None, exported=False, fingerprint="", problem=None)) is Step.CLOSE
    assert step_of(views.Closed(None, exported=True, fingerprint="", problem=None)) is Step.PACK


def test_within_a_session_no_plan_is_shown():
    assert {state for state in Session if step_of(of_session(state)) is not None} == {Session.IDLE}
    assert not [sample.name for sample in samples() if isinstance(sample.view, VOTERS) and step_of(sample.view)]


def test_every_card_and_work_of_the_plan_is_one_of_the_booths():
    assert plan.CARDS.keys() <= set(CARDS)
    assert plan.WORK.keys() <= {sample.view.what for sample in samples() if isinstance(sample.view, views.Working)}


# Words

VOTERS_BUTTONS = {"yes", "change", "right", "wrong", "here", "again-after-piece", "again-after-nothing", "give-up"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_officers_button_says_what_it_does_with_what(language):
    words = {key: text for key, text in builtin(language)._catalogue._catalog.items() if key}
    buttons = {key: text for key, text in words.items() if key.startswith("button.")}
    officers = {key: text for key, text in buttons.items() if key.split(".")[1] not in VOTERS_BUTTONS}
    assert len(officers) > 20
    assert {key: text for key, text in officers.items() if len(text.split()) < 2} == {}
    assert {key for key, text in officers.items() if text.lower().strip(" .") in {"ok", "lanjut", "next"}} == set()
