"""In a process of its own: where buttons of voters and of the opening are, in millimetres on the glass, as JSON.

``python -m tests.bench.places 1280x800@5.9``; each is [x, y, smaller side], from the lower left corner.
"""

import sys

from booth.views import OpenChecks, PinWanted, SignZeroReport
from tests.screens.cases import VOTERS, cases
from tests.screens.stage import DENSITY, Stage, Steps

TOLD = (*VOTERS, PinWanted, OpenChecks, SignZeroReport)


def tell(stage: Stage) -> Steps:
    """Every such screen, once laid out."""
    yield 0
    mm = float(DENSITY)
    for case in cases(sys.argv[1]):
        if isinstance(case.view, TOLD):
            stage.show(case.view, **case.more)
            stage.app._draw_newest(0)
            stage.facts[case.name] = {
                field.event_name: [field.center_x / mm, field.center_y / mm, min(field.width, field.height) / mm]
                for field in stage.screen.buttons
            }
            yield 0


if __name__ == "__main__":
    Stage().run(tell)
