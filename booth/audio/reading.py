"""Where a listener stands on a screen, and what a key does there. Pure: frame or key in, what to say and post out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from booth.audio.keys import Key
from booth.audio.script import Said, Script, script_of
from booth.comfort import Comfort, beside
from booth.events import ComfortTouched, Heard, Touch
from booth.views import VEILED, Confirming, Frame


@dataclass(frozen=True, repr=False, eq=False)
class Reading:
    """A frame as it is being heard."""

    frame: Frame
    script: Script
    cursor: int | None = None
    """The option that was said last, from 0; None before the first."""
    answered: bool = False
    """A touch went out that ends this view: until the next frame no key counts."""

    @property
    def here(self) -> Said:
        """What the repeat key says."""
        return self.script.first if self.cursor is None else self.script.options[self.cursor].said


@dataclass(frozen=True, repr=False, eq=False)
class Step:
    """What became of a frame or of a key."""

    reading: Reading
    say: Said | None = None
    """In place of what is being said; None: that goes on."""
    touch: Touch | None = None
    """To be posted with the frame's number."""


def meet(before: Reading | None, frame: Frame) -> Step:
    """A new frame: what changed is said, and what did not change is not said again."""
    if before is None or not _same_view(before, frame):
        script = script_of(frame)
        silent = script.ends or (before is not None and _told(before.script, script))
        return Step(Reading(frame, script), None if silent else script.first)
    old, new = before.frame.comfort, frame.comfort
    # The script is the newer frame's: its words may be those of another language.
    reading = replace(before, frame=frame, script=script_of(frame))
    if not reading.script.listens or old == new:
        return Step(reading)
    if old.language != new.language:
        reading = replace(reading, cursor=None)
        return Step(reading, _joined(("language.spoken",), reading.script.first))
    if old.dark != new.dark:
        return Step(reading, Said(("dark.on" if new.dark else "dark.off",)))
    return Step(reading, reading.here if (old.speed, old.volume) != (new.speed, new.volume) else None)


def press(reading: Reading, key: Key) -> Step:
    """A key: on a voter's view it always does something that is heard, or posts what the view offers."""
    script = reading.script
    if reading.answered or not script.listens:
        return Step(reading)
    if script.any_key is not None:
        return _answer(reading, script.any_key)
    step = KEYS[key](reading)
    return step if step.touch is not None else replace(step, touch=Heard())


def _same_view(before: Reading, new: Frame) -> bool:
    """Whether the frame means what the one before meant: then the cursor stays. A choice is never compared."""
    old = before.frame
    if old.look is not new.look or type(old.view) is not type(new.view):
        return False
    if old.number == new.number:
        return True
    return not before.answered and not isinstance(new.view, Confirming) and old.view == new.view


def _told(old: Script, new: Script) -> bool:
    """Whether it is the same sentence about officers' work, which is not begun again at each of their steps."""
    return not (old.listens or new.listens) and old.first.reveal() == new.first.reveal()


def _joined(before: Iterable[str], said: Said) -> Said:
    return Said((*before, *said.reveal()))


def _answer(reading: Reading, touch: Touch) -> Step:
    # What was being said is cut off: it may be a choice, and the next view speaks at once.
    return Step(replace(reading, answered=True), Said(()), touch)


def _at(reading: Reading, cursor: int | None, *before: str) -> Step:
    there = replace(reading, cursor=cursor)
    return Step(there, _joined(before, there.here))


def _next(reading: Reading) -> Step:
    last = len(reading.script.options) - 1
    if last < 0:
        return _again(reading)
    if reading.cursor is None:
        return _at(reading, 0)
    return _at(reading, last, "list.last") if reading.cursor == last else _at(reading, reading.cursor + 1)


def _before(reading: Reading) -> Step:
    if not reading.script.options:
        return _again(reading)
    if reading.cursor is None:
        return _at(reading, len(reading.script.options) - 1)
    return _at(reading, 0, "list.first") if reading.cursor == 0 else _at(reading, reading.cursor - 1)


def _ok(reading: Reading) -> Step:
    if not reading.script.options:
        return _again(reading)
    if reading.cursor is None:
        # One key alone, pressed blindly or by a sleeve, decides nothing.
        return Step(reading, Said(("keys.first",)))
    return _answer(reading, reading.script.options[reading.cursor].touch)


def _back(reading: Reading) -> Step:
    back = reading.script.back
    return _at(reading, None) if back is None else _answer(reading, back)


def _again(reading: Reading) -> Step:
    return _at(reading, reading.cursor)


Changed: TypeAlias = Comfort | None


def _tuned(change: Callable[[Comfort], Changed], end: str) -> Callable[[Reading], Step]:
    """Asks for other comfort; at the end of its range that is said."""

    def step(reading: Reading) -> Step:
        comfort = change(reading.frame.comfort)
        return Step(reading, Said((end,))) if comfort is None else Step(reading, touch=ComfortTouched(comfort))

    return step


def _sped(step: int) -> Callable[[Comfort], Changed]:
    def change(comfort: Comfort) -> Changed:
        speed = beside(comfort.speed, step)
        return None if speed is None else replace(comfort, speed=speed)

    return change


def _loud(step: int) -> Callable[[Comfort], Changed]:
    def change(comfort: Comfort) -> Changed:
        volume = beside(comfort.volume, step)
        return None if volume is None else replace(comfort, volume=volume)

    return change


def _dark(reading: Reading) -> Step:
    if not isinstance(reading.frame.view, VEILED):
        return Step(reading, Said(("dark.off",)))
    comfort = reading.frame.comfort
    return Step(reading, touch=ComfortTouched(replace(comfort, dark=not comfort.dark)))


def _language(reading: Reading) -> Step:
    languages = list(reading.frame.look.words)
    here = reading.frame.comfort.language
    after = languages[(languages.index(here) + 1) % len(languages)]
    if after == here:
        return Step(reading, Said(("language.spoken",)))
    return Step(reading, touch=ComfortTouched(replace(reading.frame.comfort, language=after)))


KEYS: Mapping[Key, Callable[[Reading], Step]] = {
    Key.NEXT: _next,
    Key.BEFORE: _before,
    Key.OK: _ok,
    Key.BACK: _back,
    Key.AGAIN: _again,
    Key.SLOWER: _tuned(_sped(-1), "speed.slowest"),
    Key.FASTER: _tuned(_sped(+1), "speed.fastest"),
    Key.SOFTER: _tuned(_loud(-1), "volume.softest"),
    Key.LOUDER: _tuned(_loud(+1), "volume.loudest"),
    Key.DARK: _dark,
    Key.LANGUAGE: _language,
}
