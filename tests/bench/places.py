"""In a process of its own: where the buttons of the voter's screens are, in millimetres on the glass, as JSON.

``python -m tests.bench.places 1280x800@5.9``; each is [x, y, smaller side], from the lower left corner.
"""

import sys

from tests.screens.cases import VOTERS, cases
from tests.screens.stage import DENSITY, Stage, Steps


def tell(stage: Stage) -> Steps:
    """Every voter's screen, once laid out."""
    yield 0
    mm = float(DENSITY)
    for case in cases(sys.argv[1]):
        if isinstance(case.view, VOTERS):
            stage.show(case.view, **case.more)
            stage.app._draw_newest(0)
            stage.facts[case.name] = {
                field.event_name: [field.center_x / mm, field.center_y / mm, min(field.width, field.height) / mm]
                for field in stage.screen.buttons
            }
            yield 0


if __name__ == "__main__":
    Stage().run(tell)
