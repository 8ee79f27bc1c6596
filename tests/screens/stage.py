"""The real application in a process of its own, offscreen: draws, is touched by real motion events, tells as JSON.

python -m tests.screens.stage WIDTHxHEIGHT@DOTS_PER_MM look FOLDER|touch|memory|golden FOLDER|gallery FOLDER ONLY
"""

import gc
import hashlib
import sys
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from booth.comfort import Scheme, TextSize
from booth.screens.environment import Surroundings, Video, prepare
from booth.screens.theme import contrast
from config.memory import give_back_what_is_freed, wipe_what_is_freed
from tests.screens import golden
from tests.screens.cases import cases
from tests.screens.samples import TROUBLE, frame_of, look_of, samples
from tests.soak.gauge import own_kib

if sys.argv[2:] == ["memory"]:
    # As the product: it starts the program anew.
    wipe_what_is_freed()
SIZE, _, DENSITY = sys.argv[1].partition("@")
WIDTH, HEIGHT = (int(part) for part in SIZE.split("x"))
prepare(Surroundings(WIDTH, HEIGHT, video=Video.OFFSCREEN))

from kivy.base import EventLoop  # noqa: E402
from kivy.graphics.instructions import InstructionGroup, VertexInstruction  # noqa: E402
from kivy.input.motionevent import MotionEvent  # noqa: E402

from booth import views  # noqa: E402
from booth.events import Touch  # noqa: E402
from booth.screens.registry import SCREENS  # noqa: E402
from booth.screens.sheet import Field, Picture, Text  # noqa: E402
from booth.screens.status import StatusLine  # noqa: E402
from config.secret import Choice  # noqa: E402
from tests.storyteller import Steps, Storyteller  # noqa: E402


class Finger(MotionEvent):
    """One finger, in shares of the window."""

    def __init__(self, x: float, y: float) -> None:
        super().__init__("robot", id(self), [x / WIDTH, y / HEIGHT], is_touch=True, type_id="touch")

    def depack(self, args: list[float]) -> None:
        self.profile = ["pos"]
        self.sx, self.sy = args
        super().depack(args)

    def down(self) -> "Finger":
        EventLoop.post_dispatch_input("begin", self)
        return self

    def to(self, x: float, y: float) -> "Finger":
        self.move([x / WIDTH, y / HEIGHT])
        EventLoop.post_dispatch_input("update", self)
        return self

    def up(self) -> None:
        EventLoop.post_dispatch_input("end", self)


class Stage(Storyteller):
    """The application on its panel, with frames numbered one after another."""

    def __init__(self) -> None:
        super().__init__(float(DENSITY))
        self.number = 0

    def show(self, view: views.View, **more: Any) -> int:
        self.number += 1
        self.app.show(frame_of(view, more.pop("look", None) or LOOK, number=self.number, **more))
        return self.number

    def middle(self, name: str) -> tuple[float, float]:
        field = next(field for field in self.screen.buttons if field.event_name == name)
        return field.center_x, field.center_y

    def tap(self, name: str) -> None:
        Finger(*self.middle(name)).down().up()

    def said(self) -> list[str]:
        """What was posted since the last time, as words."""
        said = [f"{number}:{_word(touch)}" for number, touch in self.posted]
        self.posted.clear()
        return said


LOOK = look_of()


def _word(touch: Touch) -> str:
    for name in ("choice", "pin"):
        if hasattr(touch, name):
            return f"{type(touch).__name__}({getattr(touch, name).reveal()})"
    return f"{type(touch).__name__}({', '.join(str(part) for part in vars(touch).values())})"


def _texts(widget: Any) -> Iterator[Text]:
    for child in widget.children:
        if isinstance(child, StatusLine):
            continue
        if isinstance(child, Text):
            yield child
        yield from _texts(child)


def _pictures(widget: Any) -> Iterator[Picture]:
    for child in widget.children:
        if isinstance(child, StatusLine):
            continue
        if isinstance(child, Picture) and not isinstance(child, Text):
            yield child
        yield from _pictures(child)


def _seen(widget: Any, picture: Any) -> str:
    """What of the panel's pixels a widget covers, as a name for it."""
    box = (int(widget.x), int(HEIGHT - widget.top), int(widget.right), int(HEIGHT - widget.y))
    return hashlib.sha256(picture.crop(box).tobytes()).hexdigest()


def pixels(stage: Stage) -> Any:
    from PIL import Image

    texture = stage.app.root.export_as_image().texture
    return Image.frombytes("RGBA", texture.size, texture.pixels).convert("RGB")


def read(text: Text, picture: Any) -> dict[str, Any]:
    """Contrast of the text's own pixels: the ground is the most frequent colour, the ink the farthest from it."""
    top = HEIGHT - text.top
    part = picture.crop((int(text.x), int(top), int(text.right), int(top + text.height)))
    counted = Counter(zip(*[iter(part.tobytes())] * 3, strict=True))
    ground = counted.most_common(1)[0][0]
    return {"ground": ground, "contrast": max(contrast(ground, colour) for colour in counted)}


def look(stage: Stage) -> Steps:
    """Every case, once drawn: its targets, its texts, how long drawing took; and its small picture in the folder."""
    folder = Path(sys.argv[3])
    yield 0
    for case in cases(sys.argv[1]):
        name, view, more = case.name, case.view, case.more
        began = time.perf_counter()
        stage.show(view, **more)
        stage.app._draw_newest(0)
        took = time.perf_counter() - began
        screen, picture = stage.screen, pixels(stage)
        if case.golden:
            golden.keep(picture, folder, name)
        yield 0.04
        stage.facts[name] = {
            "view": type(view).__name__,
            "voter": not screen.bilingual,
            "size": str(more.get("size", TextSize.NORMAL)),
            "scheme": str(more.get("scheme", Scheme.CALM)),
            "took_s": took,
            "fields": fields_of(screen),
            "pictures": [_seen(p, picture) for p in _pictures(screen)],
            "texts": [{**placed(t, screen), **read(t, picture)} for t in all_texts(screen)],
        }


def fields_of(screen: Any) -> list[dict[str, Any]]:
    """What can be touched, and where."""
    return [{"name": f.event_name, "x": f.x, "y": f.y, "right": f.right, "top": f.top} for f in screen.buttons]


def all_texts(screen: Any) -> list[Text]:
    """The screen's own, then the status line's."""
    return [*_texts(screen), *(_texts(screen._status) if screen._status else ())]


def placed(text: Text, screen: Any) -> dict[str, Any]:
    """Whose words they are, how large, and whether they stand whole where they should."""
    room = text.room
    return {
        "text": text.text,
        "voter": not screen.bilingual and text in set(_texts(screen)) and text.text != screen.words("screen.rehearsal"),
        "capital_mm": text.capital_dots / float(DENSITY),
        "inside": room.x - 1 <= text.x
        and text.right <= room.right + 1
        and room.y - 1 <= text.y
        and text.top <= room.top + 1,
        "on_panel": text.x >= 0 and text.y >= 0 and text.right <= WIDTH and text.top <= HEIGHT,
    }


def pictures(stage: Stage) -> Steps:
    """``golden FOLDER``: every case small and measured; ``gallery FOLDER ONLY``: as it is, as a PNG."""
    only = sys.argv[4] if len(sys.argv) > 4 else ""
    yield 0
    for case in cases(sys.argv[1]):
        if only in case.name and (case.golden or sys.argv[2] == "gallery"):
            stage.show(case.view, **case.more)
            # Nothing moves between drawing and looking: no tick comes in between.
            stage.app._draw_newest(0)
            folder, picture = Path(sys.argv[3]), pixels(stage)
            if sys.argv[2] == "golden":
                golden.keep(picture, folder, case.name)
                stage.facts[case.name] = {
                    "size": str(case.more.get("size", TextSize.NORMAL)),
                    "fields": fields_of(stage.screen),
                    "texts": [placed(text, stage.screen) for text in all_texts(stage.screen)],
                }
            else:
                picture.save(folder / f"{case.name}.png")
            yield 0


def touch(stage: Stage) -> Steps:
    """The rules of touch, one story each."""
    facts = stage.facts
    stage.show(views.Printing())
    yield 0.5
    stage.show(views.Choosing())
    yield 0.1
    facts["too early, no targets"] = [target.name for target in stage.app.targets()]
    stage.tap("choice-1")
    facts["too early"] = stage.said()
    yield from stage.ready()
    facts["targets"] = [target.name for target in stage.app.targets()]
    x, y = stage.middle("choice-1")
    Finger(2, 2).down().to(x, y).up()
    facts["starts outside"] = stage.said()
    Finger(x, y).down().to(2, 2).up()
    facts["ends outside"] = stage.said()
    Finger(x, y).down().to(*stage.middle("choice-2")).up()
    facts["slides to another"] = stage.said()
    first = Finger(x, y).down()
    second = Finger(*stage.middle("choice-3")).down()
    second.up()
    facts["second finger"] = stage.said()
    first.up()
    facts["first finger after the second"] = stage.said()
    facts["inert after an answer"] = [target.name for target in stage.app.targets()]
    for _ in range(50):
        stage.tap("choice-2")
    facts["hammered after an answer"] = stage.said()

    stage.show(views.Choosing())
    yield from stage.ready()
    for _ in range(50):
        stage.tap("choice-2")
    facts["hammered"] = stage.said()

    stage.show(views.Choosing())
    yield from stage.ready()
    palm = Finger(3, HEIGHT / 2).down()
    stage.tap("choice-0")
    palm.up()
    facts["palm on the rim"] = stage.said()

    stage.show(views.Confirming(Choice(2)))
    yield from stage.ready()
    field = next(field for field in stage.screen.buttons if field.event_name == "yes")
    calm = _colours(field, stage)
    held = Finger(*field.center).down()
    yield 0.1
    facts["pressed looks different"] = _colours(field, stage) != calm
    yield 1.5
    facts["held"] = stage.said()
    stage.show(views.ReadSlip())
    yield from stage.ready()
    held.up()
    facts["held over to the next screen"] = stage.said()

    yield from _typing(stage)
    yield from _staying(stage)
    yield from _forgetting(stage)


def _colours(field: Field, stage: Stage) -> Any:
    picture = pixels(stage)
    return picture.crop((int(field.x), int(HEIGHT - field.top), int(field.right), int(HEIGHT - field.y))).tobytes()


def _typing(stage: Stage) -> Steps:
    facts = stage.facts
    stage.show(views.PinWanted("Rahmat", "officers", 3, wrong=False))
    yield from stage.ready()
    for digit in "12345":
        stage.tap(f"key-{digit}")
    stage.tap("key-ok")
    facts["five digits are no PIN"] = stage.said()
    stage.show(views.PinWanted("Rahmat", "officers", 3, wrong=False), status=TROUBLE)
    yield from stage.ready()
    stage.tap("key-6")
    stage.tap("key-7")
    facts["what a PIN shows"] = sorted({text.text for text in _texts(stage.screen) if text.text.isdigit()})
    stage.tap("key-ok")
    facts["PIN, status changed meanwhile"] = stage.said()
    stage.show(views.Attendance())
    yield from stage.ready()
    stage.tap("key-ok")
    facts["no number"] = stage.said()
    for key in ("key-3", "key-8", "key-9", "key-erase", "key-4", "key-ok", "key-0", "key-2", "key-ok"):
        stage.tap(key)
    facts["attendance"] = stage.said()


def _staying(stage: Stage) -> Steps:
    """A newer frame with the same picture leaves the widgets; the newest of many is the one that is drawn."""
    view = views.WaitingForCard(None)
    stage.show(view)
    yield from stage.ready()
    before = stage.screen
    number = stage.show(view, status=TROUBLE)
    yield 0.1
    stage.facts["same picture, same widgets"] = stage.screen is before
    stage.tap("officer")
    stage.facts["same picture, newer number"] = stage.said() == [f"{number}:Touched(officer)"]
    for _ in range(5):
        stage.show(views.Choosing())
    last = stage.show(views.Paused())
    yield from stage.ready()
    stage.tap("resume")
    stage.facts["only the newest is drawn"] = stage.said() == [f"{last}:Touched(resume)"]


class WatchedChoice(Choice):
    """A choice whose end can be seen."""

    __slots__ = ("__weakref__",)


def _forgetting(stage: Stage) -> Steps:
    """After the next frame nothing reaches the choice: neither value, widgets nor textures."""
    choice = WatchedChoice(3)
    view = views.Confirming(choice)
    stage.show(view)
    yield from stage.ready()
    gone = [weakref.ref(choice), weakref.ref(view), weakref.ref(stage.screen)]
    gone += [weakref.ref(text) for text in _texts(stage.screen)]
    name = LOOK.faces[2].name
    shown = name in {text.text for text in _texts(stage.screen)}
    stage.tap("change")
    stage.said()
    del choice, view
    gc.disable()
    stage.show(views.Printing())
    while not isinstance(stage.screen, SCREENS[views.Printing]):
        yield 0.02
    # What was to be done in the tick after is done.
    yield 0.1
    yield 0.1
    stage.facts["choice was shown"] = shown
    stage.facts["reachable after the next frame"] = [repr(type(ref())) for ref in gone if ref() is not None]


ROUNDS = 3


def memory(stage: Stage) -> Steps:
    """Every sample several times over: how many things each draws, and what the process holds after each round."""
    held: list[int] = []
    drawn: dict[str, int] = {}
    yield 0
    for _ in range(ROUNDS):
        for sample in samples():
            stage.show(sample.view, status=sample.status)
            yield 0.03
            drawn[sample.name] = _drawn(stage.app.root.canvas)
        # A tick for what the last picture left.
        yield 0.1
        give_back_what_is_freed()
        held.append(own_kib("self"))
    stage.facts |= {"drawn": drawn, "held_kib": held}


def _drawn(group: InstructionGroup) -> int:
    return sum(
        _drawn(one) if isinstance(one, InstructionGroup) else isinstance(one, VertexInstruction)
        for one in group.children
    )


if __name__ == "__main__":
    Stage().run({"look": look, "touch": touch, "memory": memory, "golden": pictures, "gallery": pictures}[sys.argv[2]])
