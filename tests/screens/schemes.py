"""Every voter's screen in every language and size, once in each scheme: what another scheme changes beside colours.

python -m tests.screens.schemes WIDTHxHEIGHT@DOTS_PER_MM, tells as JSON.
"""

from itertools import product
from typing import Any

from tests.screens.stage import Stage, Steps, all_texts, fields_of, pixels, placed, read  # first: it makes the window

from booth.comfort import Scheme, TextSize  # isort: skip
from config.words import languages  # isort: skip
from tests.screens.cases import VOTERS, repeats  # isort: skip
from tests.screens.samples import look_of, samples  # isort: skip


def layout(screen: Any) -> list[Any]:
    """Everything of a picture but its colours: places of targets, texts with place and size.

    A countdown may have gone on by a second, and one button is named for the scheme that it leads to.
    """
    fields = [{**field, "name": ""} for field in fields_of(screen)]
    texts = [
        ("seconds" if text.text.isdecimal() else text.text, text.x, text.y, text.capital_dots)
        for text in all_texts(screen)
    ]
    return [fields, texts]


def schemes(stage: Stage) -> Steps:
    """For each screen, language and size: which schemes moved something, and the contrasts and gaps found in each."""
    spoken = look_of(languages=languages())
    yield 0
    for sample, language, size in product(samples(), languages(), TextSize):
        if not isinstance(sample.view, VOTERS) or repeats(sample.view):
            continue
        told: dict[str, Any] = {}
        first: list[Any] = []
        for scheme in Scheme:
            stage.show(sample.view, look=spoken, status=sample.status, language=language, size=size, scheme=scheme)
            stage.app._draw_newest(0)
            picture, now = pixels(stage), layout(stage.screen)
            first = first or now
            texts = [placed(text, stage.screen) | read(text, picture) for text in all_texts(stage.screen)]
            told[scheme] = {
                "same": now == first,
                "contrast": [min(text["contrast"] for text in texts), max(text["contrast"] for text in texts)],
                "cut": [text["text"] for text in texts if not (text["inside"] and text["on_panel"])],
            }
            yield 0
        stage.facts[f"{sample.name}-{language}-{size}"] = told


if __name__ == "__main__":
    Stage().run(schemes)
