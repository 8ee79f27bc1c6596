"""How the one voter in the booth likes to be told: language, size of text, colours, voice. It ends with the session."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, IntEnum, StrEnum
from typing import TypeVar

E = TypeVar("E", bound=Enum)


class TextSize(StrEnum):
    """The four sizes of VVSG 2.0 (7.1-G); ``booth.screens.theme`` says how high their capital letters are."""

    SMALL = "small"
    NORMAL = "normal"
    LARGE = "large"
    HUGE = "huge"


class Scheme(StrEnum):
    """The colours of a voter's screens (VVSG 2.0, 7.1-C and 7.1-D); ``booth.screens.theme`` says which they are."""

    CALM = "calm"
    """The day's own."""
    BLACK_ON_WHITE = "black-on-white"
    WHITE_ON_BLACK = "white-on-black"
    SOFT = "soft"
    """Little contrast, for eyes that light hurts."""


class Speed(IntEnum):
    """Of what is said, in words a minute; clips are made at ``NORMAL``."""

    SLOWEST = 60
    SLOWER = 75
    SLOW = 95
    NORMAL = 120
    FAST = 150
    FASTER = 190
    FASTEST = 250


class Volume(IntEnum):
    """Of what is said, in decibels below what the clip and the amplifier give; no step is larger than 10 dB."""

    SOFTEST = -36
    SOFTER = -30
    SOFT = -24
    LOW = -18
    NORMAL = -12
    LOUD = -6
    LOUDEST = 0


@dataclass(frozen=True)
class Comfort:
    """A voter's own settings; as built they are the default, which everybody starts with."""

    language: str = ""
    """Empty: the election's first."""
    size: TextSize = TextSize.NORMAL
    scheme: Scheme = Scheme.CALM
    dark: bool = False
    """The voter's screens are black and only the headphones tell: nobody else sees what is chosen."""
    speed: Speed = Speed.NORMAL
    volume: Volume = Volume.NORMAL

    @property
    def seen(self) -> "Comfort":
        """As far as it changes what is drawn."""
        return replace(self, speed=Speed.NORMAL, volume=Volume.NORMAL)

    def wishes(self, languages: Iterable[str]) -> dict[str, "Comfort"]:
        """What can be touched, by the target's name: the next colours, the next size, and each other language.

        Languages come in the order of ``languages``, from the one after the voter's on.
        """
        known = list(languages)
        here = known.index(self.language)
        scheme, size = _after(self.scheme), _after(self.size)
        return {
            f"scheme-{scheme}": replace(self, scheme=scheme),
            f"size-{size}": replace(self, size=size),
            **{f"language-{one}": replace(self, language=one) for one in known[here + 1 :] + known[:here]},
        }


def beside(one: E, step: int) -> E | None:
    """The one that is so many steps after it (before it, when negative) in its kind; None beyond the ends."""
    kinds = list(type(one))
    at = kinds.index(one) + step
    return kinds[at] if 0 <= at < len(kinds) else None


def _after(one: E) -> E:
    """The next of its kind; the first after the last."""
    kinds = list(type(one))
    return kinds[(kinds.index(one) + 1) % len(kinds)]
