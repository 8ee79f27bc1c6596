"""What the real screens offer to a finger, as JSON: ``python -m tests.torture.drawn_targets WIDTHxHEIGHT@DOTS_PER_MM``.

Each sample's name with its targets, and those of the keypads after a finger has typed.
"""

from booth import views
from tests.screens.samples import look_of, samples
from tests.screens.stage import Stage, Steps


def _names(stage: Stage) -> list[str]:
    return [field.event_name for field in stage.screen.buttons if field.enabled]


def tell(stage: Stage) -> Steps:
    """Every sample, once drawn."""
    frames = [(s.name, s.view, {"status": s.status}) for s in samples()]
    for count in (2, 5):
        frames += [(f"choosing-{count}-{blank}", views.Choosing(), {"look": look_of(count, blank=blank)})
                   for blank in (True, False)]  # fmt: skip
    frames.append(("choosing-en", views.Choosing(), {"language": "en"}))
    yield 0
    for name, view, more in frames:
        stage.show(view, **more)
        stage.app._draw_newest(0)
        stage.facts[name] = _names(stage)
        yield 0
    for name, view, keys in (
        ("pin typed", views.PinWanted("Rahmat", "officers", 3, wrong=False), "123456"),
        ("number typed", views.Attendance(), "7"),
    ):
        stage.show(view)
        yield from stage.ready()
        for key in keys:
            stage.tap(f"key-{key}")
        stage.facts[name] = _names(stage)


if __name__ == "__main__":
    Stage().run(tell)
