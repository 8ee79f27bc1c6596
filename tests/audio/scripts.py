"""What the tests ask of scripts: every clip that can be said, and touches as words."""

from collections.abc import Iterable
from pathlib import Path

from babel.messages.pofile import read_po

import config.words
from booth.events import ComfortTouched, Touch
from booth.views import Frame
from config.words import AUDIO, LANGUAGES
from tests.screens.cases import PANELS, cases
from tests.screens.samples import frame_of, look_of

LOOK = look_of()


def sentences(language: str) -> dict[str, str]:
    """A language's ``audio.po``."""
    with (Path(config.words.__file__).parent / language / AUDIO).open("rb") as source:
        return {str(message.id): str(message.string) for message in read_po(source) if message.id}


def frames() -> list[tuple[str, Frame]]:
    """Every case that is drawn on the first panel, by name."""
    return [
        (case.name, frame_of(case.view, case.more.get("look") or LOOK, language=case.more.get("language", "id")))
        for case in cases(PANELS[0])
        if case.more.get("language", "id") in LANGUAGES
    ]


def word(touch: Touch) -> str:
    """A touch in clear, for comparing."""
    if isinstance(touch, ComfortTouched):
        return "comfort"
    revealed = [getattr(touch, name).reveal() for name in ("choice", "pin") if hasattr(touch, name)]
    return f"{type(touch).__name__}({', '.join(map(str, revealed or vars(touch).values()))})"


def words(touches: Iterable[Touch]) -> list[str]:
    """Their words, in order."""
    return [word(touch) for touch in touches]
