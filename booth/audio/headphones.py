"""Puts the second screen together: frames and keys in, touches and sound out, in the thread that draws."""

from collections.abc import Callable

from booth.audio import reading
from booth.audio.keys import Key, Keys
from booth.audio.player import Player
from booth.audio.reading import Reading, Step
from booth.audio.script import Said
from booth.audio.voice import spoken
from booth.events import Heard, Touch
from booth.views import Choosing, Frame, TakeCard, WaitingForCard

TICKS_PER_S = 10
"""How often what is played is topped up while something is being said."""
HOLD_TICKS = TICKS_PER_S
"""While a listener is being told something, the booth hears of it so often, and does not take it for silence."""
Post = Callable[[int, Touch], None]


class Headphones:
    """The listener at this booth. Without clips or without a sound device it is silent, and its keys mean nothing."""

    def __init__(self, post: Post, wake: Callable[[], None]) -> None:
        """``post`` as of the screen; ``wake`` asks that ``tick`` be called ``TICKS_PER_S`` times a second until it
        returns False."""
        self._post = post
        self._wake = wake
        self._keys = Keys()
        self._reading: Reading | None = None
        self._player: Player | None = None
        self._listening = False
        self._sought = False
        """A sound device was looked for in this turn."""
        self._held_ticks = 0

    def meet(self, frame: Frame) -> None:
        """A frame that is on the screen now."""
        if not frame.look.clips:
            self.close()
            return
        if isinstance(frame.view, WaitingForCard | TakeCard):
            self._listening = self._sought = False
        # A picture that a later one overtook was never met: then it is the first view that asks for a device.
        if not self._sought and isinstance(frame.view, TakeCard | Choosing):
            self._sought = True
            self._plug()
        self._do(reading.meet(self._reading, frame))
        if self._player is not None:
            self._wake()

    def key_down(self, code: int) -> None:
        """A key of any keyboard, as Kivy numbers it."""
        key = self._keys.press(code)
        here = self._reading
        if key is None or here is None or not here.script.listens or not self._counts(key, here):
            return
        self._listening = True
        self._do(reading.press(here, key))

    def key_up(self, code: int) -> None:
        """It is up again."""
        self._keys.let_go(code)

    def tick(self) -> bool:
        """Goes on with what is being said; False when that is over."""
        if self._player is None or self._reading is None:
            return False
        more = self._player.feed()
        self._held_ticks += 1
        if self._listening and self._reading.script.listens and (not more or self._held_ticks % HOLD_TICKS == 0):
            self._post(self._reading.frame.number, Heard())
        if not more and self._reading.script.ends:
            # Between voters the device is let go: what was plugged in meanwhile is found, and nothing is left in it.
            self._let_go()
        return more

    def close(self) -> None:
        """Silence, and nothing of a voter is kept."""
        self._reading = None
        self._let_go()

    def _counts(self, key: Key, here: Reading) -> bool:
        """Nobody acts unheard; only the light can always be switched on again."""
        return self._plug() or (key is Key.DARK and here.frame.comfort.dark)

    def _do(self, step: Step) -> None:
        self._reading = step.reading
        if step.say is not None:
            self._say(step.say, step.reading.frame)
        if step.touch is not None:
            self._post(step.reading.frame.number, step.touch)

    def _say(self, said: Said, frame: Frame) -> None:
        if self._player is None:
            return
        comfort, clips = frame.comfort, frame.look.clips.get(frame.comfort.language, {})
        self._player.say(spoken(clips, said.reveal(), comfort.speed), comfort.volume)
        self._held_ticks = 0
        self._wake()

    def _plug(self) -> bool:
        """Whether there is a sound device; one that went or came since is noticed here.

        Only when a voter's turn begins and when a key is pressed: to find none takes a tenth of a second.
        """
        if self._player is not None and self._player.lost:
            self._let_go()
        if self._player is None:
            self._player = Player.open()
        return self._player is not None

    def _let_go(self) -> None:
        if self._player is not None:
            self._player.close()
            self._player = None
