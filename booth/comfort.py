"""How the one voter in the booth likes to be told: language, size of text, colours. It ends with the session."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)


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


@dataclass(frozen=True)
class Comfort:
    """A voter's own settings; as built they are the default, which everybody starts with."""

    language: str = ""
    """Empty: the election's first."""
    size: TextSize = TextSize.NORMAL
    scheme: Scheme = Scheme.CALM

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


def _after(one: E) -> E:
    """The next of its kind; the first after the last."""
    kinds = list(type(one))
    return kinds[(kinds.index(one) + 1) % len(kinds)]
