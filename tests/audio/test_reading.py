"""The number pad's machine: any keys and any frames, and it never does what the frame's screen does not offer."""

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from booth import views
from booth.audio.keys import CODES, Key, Keys
from booth.audio.reading import Reading, Step, meet, press
from booth.audio.script import script_of
from booth.comfort import Comfort, Scheme, Speed, TextSize, Volume
from booth.events import Button, ComfortTouched, Heard, Touched
from booth.views import VEILED, Frame, View
from config.secret import Choice
from tests.audio.scripts import LOOK, frames, word, words
from tests.screens.samples import frame_of, samples

ALL = [sample.view for sample in samples()]
ANSWERED = (views.Choosing, views.Confirming, views.ReadSlip, views.StillThere)
VIEWS = st.sampled_from([view for view in ALL if isinstance(view, ANSWERED)]) | st.sampled_from(ALL)
"""Half of them such as a voter answers."""
COMFORTS = st.builds(
    Comfort,
    language=st.sampled_from(list(LOOK.words)),
    size=st.sampled_from(list(TextSize)),
    scheme=st.sampled_from(list(Scheme)),
    dark=st.booleans(),
    speed=st.sampled_from(list(Speed)),
    volume=st.sampled_from(list(Volume)),
)
SETTLED = {Key.SLOWER, Key.FASTER, Key.SOFTER, Key.LOUDER, Key.DARK, Key.LANGUAGE}


class Listener(RuleBasedStateMachine):
    """A booth that shows what it likes, and somebody at the keys."""

    @initialize(view=VIEWS, comfort=COMFORTS)
    def begin(self, view: View, comfort: Comfort) -> None:
        self.step = meet(None, Frame(1, LOOK, view, frame_of(view, LOOK).status, comfort))
        self.moved = False
        """A cursor has been said in this view."""

    @property
    def reading(self) -> Reading:
        return self.step.reading

    @rule(view=VIEWS, comfort=COMFORTS)
    def another_view(self, view: View, comfort: Comfort) -> None:
        frame = self.reading.frame
        same = self.reading.cursor if not isinstance(view, views.Confirming) and view == frame.view else None
        answered = self.reading.answered
        self.step = meet(self.reading, replace(frame, number=frame.number + 1, view=view, comfort=comfort))
        language = comfort.language == frame.comfort.language
        assert self.reading.cursor == (same if language and not answered else None)
        assert not self.reading.answered

    @rule()
    def renewed(self) -> None:
        """The same view with a newer number: the cursor stays, unless it was answered, since it asks anew then."""
        before = self.reading
        self.step = meet(before, replace(before.frame, number=before.frame.number + 1))
        fresh = before.answered or isinstance(before.frame.view, views.Confirming)
        assert self.reading.cursor == (None if fresh else before.cursor)
        assert not self.reading.answered
        repeats = fresh and before.script.listens
        assert (self.step.say is not None) is repeats

    @rule(comfort=COMFORTS)
    def other_comfort(self, comfort: Comfort) -> None:
        """The same view with the same number: what was answered stays answered."""
        before = self.reading
        self.step = meet(before, replace(before.frame, comfort=comfort))
        assert self.reading.answered is before.answered
        assert self.step.touch is None
        kept = comfort.language == before.frame.comfort.language or not self.reading.script.listens
        assert self.reading.cursor == (before.cursor if kept else None)

    @rule(key=st.sampled_from(list(Key)))
    def a_key(self, key: Key) -> None:
        before = self.reading
        self.step = press(before, key)
        script, touch = before.script, self.step.touch
        assert self.reading.frame is before.frame
        if before.answered or not script.listens:
            assert (touch, self.step.say) == (None, None)
            assert self.reading is before
            return
        offered = [option.touch for option in script.options]
        offered += [one for one in (script.back, script.any_key) if one is not None]
        assert touch is not None, "whoever presses is there"
        if isinstance(touch, ComfortTouched):
            self._comfort(before, key, touch.comfort)
        elif not isinstance(touch, Heard):
            assert word(touch) in words(offered)
            assert self.reading.answered
            self._answer(before, key, word(touch))
        else:
            assert self.step.say is not None, "a key is heard"
            assert self.step.say.reveal(), "a key is heard"
            assert not self.reading.answered

    @rule(steps=st.integers(1, 4))
    def go_on_and_answer(self, steps: int) -> None:
        for key in (*[Key.NEXT] * steps, Key.OK):
            self.a_key(key)

    def _answer(self, before: Reading, key: Key, said: str) -> None:
        """Only OK on what was said answers, back where it goes back, and any key where nothing is decided."""
        if before.script.any_key is not None:
            assert said == word(Touched(Button.HERE))
        elif key is Key.BACK:
            assert said == word(Touched(Button.CHANGE))
        else:
            assert key is Key.OK
            assert before.cursor is not None, "one key alone decides nothing"
            assert said == word(before.script.options[before.cursor].touch)

    def _comfort(self, before: Reading, key: Key, wished: Comfort) -> None:
        """One thing, one step."""
        had = before.frame.comfort
        assert key in SETTLED
        assert wished.language in LOOK.words
        speeds, volumes = list(Speed), list(Volume)
        changed = {name for name in vars(had) if getattr(had, name) != getattr(wished, name)}
        assert len(changed) == 1
        assert abs(speeds.index(had.speed) - speeds.index(wished.speed)) <= 1
        assert abs(volumes.index(had.volume) - volumes.index(wished.volume)) <= 1
        assert changed <= {"language", "dark", "speed", "volume"}
        assert "dark" not in changed or isinstance(before.frame.view, VEILED)

    @invariant()
    def stands_somewhere(self) -> None:
        at, options = self.reading.cursor, self.reading.script.options
        assert at is None or 0 <= at < len(options)
        assert self.reading.frame.comfort.speed in Speed
        assert self.reading.frame.comfort.volume in Volume

    @invariant()
    def says_what_belongs_to_the_view(self) -> None:
        if self.step.say is None:
            return
        known = set(self.reading.script.first.reveal())
        known |= {name for option in self.reading.script.options for name in option.said.reveal()}
        others = {name for name in self.step.say.reveal() if name not in known}
        assert {name.partition(".")[0] for name in others} <= {"list", "keys", "speed", "volume", "dark", "language"}

    @precondition(lambda self: isinstance(self.reading.frame.view, views.WaitingForCard))
    @invariant()
    def between_voters_nothing_is_said(self) -> None:
        assert self.step.say is None
        assert self.step.touch is None


TestListener = Listener.TestCase


def keyed(frame: Frame, *keys: Key) -> Step:
    """The last of some keys on a fresh view."""
    step = meet(None, frame)
    for key in keys:
        step = press(step.reading, key)
    return step


def said(step: Step) -> tuple[str, ...]:
    return step.say.reveal() if step.say is not None else ()


def touched(step: Step) -> str:
    return word(step.touch) if step.touch is not None else ""


CHOOSING = frame_of(views.Choosing(), LOOK)
CONFIRMING = frame_of(views.Confirming(Choice(2)), LOOK)
NEXT, BEFORE, OK, BACK, AGAIN = Key.NEXT, Key.BEFORE, Key.OK, Key.BACK, Key.AGAIN
STORIES: dict[str, tuple[Frame, tuple[Key, ...], tuple[str, ...], str]] = {
    "the first one": (CHOOSING, (NEXT,), ("candidate.1", "choosing.pick"), "Heard()"),
    "the second one": (CHOOSING, (NEXT, NEXT), ("candidate.2", "choosing.pick"), "Heard()"),
    "and back": (CHOOSING, (NEXT, NEXT, BEFORE), ("candidate.1", "choosing.pick"), "Heard()"),
    "from the end": (CHOOSING, (BEFORE,), ("choosing.blank", "choosing.pick"), "Heard()"),
    "the end": (CHOOSING, (BEFORE, NEXT), ("list.last", "choosing.blank", "choosing.pick"), "Heard()"),
    "the beginning": (CHOOSING, (NEXT, BEFORE), ("list.first", "candidate.1", "choosing.pick"), "Heard()"),
    "OK too early": (CHOOSING, (OK,), ("keys.first",), "Heard()"),
    "OK too early, often": (CHOOSING, (OK, OK, OK), ("keys.first",), "Heard()"),
    "again": (CHOOSING, (NEXT, NEXT, AGAIN), ("candidate.2", "choosing.pick"), "Heard()"),
    "chosen": (CHOOSING, (NEXT, NEXT, OK), (), "Chosen(2)"),
    "blank": (CHOOSING, (BEFORE, OK), (), "Chosen(0)"),
    "twice on OK": (CHOOSING, (NEXT, OK, OK), (), ""),
    "back to the beginning, then OK": (CHOOSING, (NEXT, BACK, OK), ("keys.first",), "Heard()"),
    "yes": (CONFIRMING, (NEXT, OK), (), "Touched(yes)"),
    "choose again": (CONFIRMING, (BACK,), (), "Touched(change)"),
    "right": (frame_of(views.ReadSlip(), LOOK), (NEXT, OK), (), "Touched(right)"),
    "wrong": (frame_of(views.ReadSlip(), LOOK), (NEXT, NEXT, OK), (), "Touched(wrong)"),
    "printing": (frame_of(views.Printing(), LOOK), (OK,), ("printing.text",), "Heard()"),
    "somebody is there": (frame_of(views.StillThere(30, slip_out=True), LOOK), (Key.LOUDER,), (), "Touched(here)"),
    "no light to put out": (frame_of(views.IntoBox(), LOOK), (Key.DARK,), ("dark.off",), "Heard()"),
    "an officer's": (frame_of(views.Notice("tested"), LOOK), (NEXT, OK), (), ""),
}


@pytest.mark.parametrize("name", STORIES)
def test_stories(name: str) -> None:
    frame, keys, clips, touch = STORIES[name]
    step = keyed(frame, *keys)
    assert (said(step), touched(step)) == (clips, touch)


def test_the_choice_is_said_before_it_is_confirmed() -> None:
    assert said(meet(None, CONFIRMING)) == ("confirming.title", "candidate.2", "confirming.how")
    blank = frame_of(views.Confirming(Choice(0)), LOOK)
    assert said(meet(None, blank)) == ("confirming.title", "choosing.blank", "confirming.how")


@pytest.mark.parametrize(
    ("key", "end", "steps"),
    [
        (Key.SLOWER, "speed.slowest", 3),
        (Key.FASTER, "speed.fastest", 3),
        (Key.SOFTER, "volume.softest", 4),
        (Key.LOUDER, "volume.loudest", 2),
    ],
)
def test_speed_and_volume_go_to_their_ends_and_what_was_said_is_said_again(key: Key, end: str, steps: int) -> None:
    step = keyed(CHOOSING, NEXT)
    for _ in range(steps):
        step = press(step.reading, key)
        assert isinstance(step.touch, ComfortTouched)
        step = meet(step.reading, replace(step.reading.frame, comfort=step.touch.comfort))
        assert said(step) == ("candidate.1", "choosing.pick")
    step = press(step.reading, key)
    assert (said(step), touched(step)) == ((end,), "Heard()")


def test_another_language_begins_anew_in_it() -> None:
    step = press(keyed(CHOOSING, NEXT).reading, Key.LANGUAGE)
    assert isinstance(step.touch, ComfortTouched)
    assert step.touch.comfort.language == "en"
    step = meet(step.reading, replace(CHOOSING, comfort=step.touch.comfort))
    assert said(step)[:2] == ("language.spoken", "rehearsal.told")
    assert step.reading.cursor is None


def test_officers_steps_are_not_told_one_by_one() -> None:
    step = meet(None, frame_of(views.CardWanted("locked", None, take_out_first=False, buttons=()), LOOK, number=1))
    assert said(step) == ("officer.wait",)
    step = meet(step.reading, frame_of(views.PinWanted("Rahmat", "officers", 3, wrong=False), LOOK, number=2))
    assert step.say is None


def test_a_held_key_counts_once_and_numlock_does_not_matter() -> None:
    keys = Keys()
    assert [keys.press(262), keys.press(262), keys.press(262)] == [Key.NEXT, None, None]
    keys.let_go(262)
    assert keys.press(262) is Key.NEXT
    assert keys.press(ord("x")) is None
    with_and_without = {256: 277, 260: 276, 262: 275, 264: 273, 258: 274, 263: 278, 265: 280, 266: 127}
    assert all(CODES[pad] is CODES[other] for pad, other in with_and_without.items())
    assert set(CODES.values()) == set(Key)


def test_the_samples_reach_every_kind_of_script() -> None:
    spoken = [script_of(frame) for _, frame in frames()]
    assert {(bool(one.options), one.back is not None, one.any_key is not None, one.listens) for one in spoken} == {
        (True, False, False, True),
        (True, True, False, True),
        (True, False, True, True),
        (False, False, False, True),
        (False, False, False, False),
    }
