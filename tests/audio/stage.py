"""The real application in a process of its own, with an ear: python -m tests.audio.stage STORY, tells as JSON.

Video is offscreen; where sound goes the environment says (SDL_AUDIODRIVER).
"""

import os
import sys
import weakref
from dataclasses import replace
from pathlib import Path

from booth.screens.environment import Surroundings, Video, prepare

WIDTH, HEIGHT, DENSITY = 1280, 800, 5.9
prepare(Surroundings(WIDTH, HEIGHT, video=Video.OFFSCREEN))

from kivy.base import EventLoop  # noqa: E402
from kivy.core.window import Window  # noqa: E402

from booth import views  # noqa: E402
from booth.comfort import Comfort, Volume  # noqa: E402
from booth.views import Frame, View  # noqa: E402
from config.secret import Choice  # noqa: E402
from tests.audio.scripts import LOOK, frames, sentences, word  # noqa: E402
from tests.audio.sounds import noise, noises  # noqa: E402
from tests.robot.provider import Finger  # noqa: E402
from tests.screens.samples import STATUS  # noqa: E402
from tests.storyteller import Steps, Storyteller  # noqa: E402

NEXT, OK, DARK, LOUDER = 262, 261, 263, 270
CANDIDATES = [f"candidate.{face.number}" for face in LOOK.faces]
LONG = {"into-box.text": noise("long", 4)}
SPOKEN = replace(
    LOOK, clips={one: noises([*sentences(one).keys() - {"candidate"}, *CANDIDATES], one) | LONG for one in ("id", "en")}
)
DAY, NIGHT = Comfort("id"), Comfort("id", dark=True)


class Stage(Storyteller):
    """The application with an ear."""

    def __init__(self) -> None:
        super().__init__(DENSITY)

    def draw(self, frame: Frame) -> None:
        """At once."""
        self.app.show(frame)
        self.app._draw_newest(0)

    def begin(self) -> None:
        """A voter's turn: the booth looks for a sound device."""
        self.see(0, views.TakeCard(None))

    def see(self, number: int, view: View, comfort: Comfort = DAY, look: views.Look = SPOKEN) -> None:
        """A frame of a spoken election."""
        self.draw(Frame(number, look, view, STATUS, comfort))

    def said(self) -> list[str]:
        """What was posted since the last time."""
        said = [word(touch) for _, touch in self.posted]
        self.posted.clear()
        return said


def press(code: int) -> None:
    """A key of a keyboard, down and up, as Kivy's window tells it."""
    Window.dispatch("on_key_down", code, 0, None, [])
    Window.dispatch("on_key_up", code, 0)


def press_all(stage: Stage, *codes: int) -> list[str]:
    """What keys post."""
    for code in codes:
        press(code)
    return stage.said()


def finger(stage: Stage, name: str) -> Finger:
    """One that is about to touch a button's middle."""
    field = next(field for field in stage.screen.buttons if field.event_name == name)
    return Finger("robot", id(field), (field.center_x / WIDTH, field.center_y / HEIGHT))


def touch(stage: Stage) -> Steps:
    """A finger is on the screen while another hand changes the voice; then it is dark."""
    facts = stage.facts
    stage.begin()
    stage.see(1, views.Choosing())
    yield from stage.ready()
    held, before = finger(stage, "choice-2"), stage.screen
    EventLoop.post_dispatch_input("begin", held)
    facts["louder"] = press_all(stage, LOUDER)
    stage.see(1, views.Choosing(), Comfort("id", volume=Volume.LOUD))
    facts["louder, same widgets"] = stage.screen is before
    EventLoop.post_dispatch_input("end", held)
    facts["the finger is lifted"] = stage.said()

    stage.see(2, views.Choosing())
    yield from stage.ready()
    held = finger(stage, "choice-2")
    EventLoop.post_dispatch_input("begin", held)
    stage.see(2, views.Choosing(), NIGHT)
    EventLoop.post_dispatch_input("end", held)
    facts["it is dark when the finger is lifted"] = stage.said()
    yield 1
    facts["targets in the dark"] = [target.name for target in stage.app.targets()]
    for again in (held, finger_at(0.5, 0.5), finger_at(0.99, 0.01)):
        EventLoop.post_dispatch_input("begin", again)
        EventLoop.post_dispatch_input("end", again)
    facts["touched in the dark"] = [one for one in stage.said() if one != "Heard()"]
    stage.see(2, views.Choosing(), DAY)
    yield from stage.ready()
    facts["targets in the light"] = len(stage.app.targets())
    yield from colours(stage)


def finger_at(x: float, y: float) -> Finger:
    return Finger("robot", int(1000 * x), (x, y))


def colours(stage: Stage) -> Steps:
    """Which views are black from edge to edge when a listener wants it dark."""
    black: dict[str, bool] = {}
    for number, (_, frame) in enumerate(frames(), 100):
        kind = type(frame.view).__name__
        if kind not in black:
            stage.draw(replace(frame, number=number, comfort=NIGHT))
            pixels = stage.app.root.export_as_image().texture.pixels
            black[kind] = pixels == bytes((0, 0, 0, 255)) * (WIDTH * HEIGHT)
            yield 0
    stage.facts["black"] = black


def silent(stage: Stage) -> Steps:
    """No sound device: nobody acts unheard, and only the light can be switched on."""
    stage.begin()
    stage.see(1, views.Choosing())
    yield from stage.ready()
    stage.facts["keys"] = press_all(stage, NEXT, OK, LOUDER, DARK)
    field = finger(stage, "choice-1")
    EventLoop.post_dispatch_input("begin", field)
    EventLoop.post_dispatch_input("end", field)
    stage.facts["the screen"] = stage.said()
    stage.see(2, views.Choosing(), NIGHT)
    stage.facts["keys in the dark"] = press_all(stage, NEXT, OK, LOUDER, DARK)


def unspoken(stage: Stage) -> Steps:
    """An election without clips: a number pad that somebody left there means nothing."""
    stage.see(1, views.Choosing(), look=LOOK)
    yield from stage.ready()
    stage.facts["keys"] = press_all(stage, NEXT, OK, LOUDER, DARK)


def held(stage: Stage) -> Steps:
    """While somebody is told something the booth hears of it; nobody's ears are not mistaken for somebody's."""
    headphones = stage.app._headphones
    stage.begin()
    stage.see(1, views.Choosing())
    while headphones.tick():
        yield 0.1
    stage.facts["nobody pressed a key"] = stage.said()
    stage.see(2, views.Confirming(Choice(1)))
    press(266)
    stage.facts["again"] = stage.said()
    while headphones.tick():
        yield 0.1
    stage.facts["while it was said"] = stage.said()
    yield 2.5
    stage.facts["after it was said"] = stage.said()
    stage.see(3, views.IntoBox())
    stage.see(4, views.WaitingForCard(None))
    stage.facts["the last sentence goes on"] = headphones.tick()
    while headphones.tick():
        yield 0.1
    stage.facts["between voters"] = [stage.said(), headphones._player is None]
    stage.facts["keys between voters"] = [press_all(stage, NEXT, OK, DARK), headphones._player is None]
    stage.see(5, views.TakeCard(None))
    stage.facts["the next voter"] = headphones.tick()


class WatchedChoice(Choice):
    """A choice whose end can be seen."""

    __slots__ = ("__weakref__",)


def forgets(stage: Stage) -> Steps:
    """After the next frame nothing here reaches the choice that was said."""
    stage.begin()
    choice = WatchedChoice(3)
    gone = weakref.ref(choice)
    stage.see(1, views.Confirming(choice))
    stage.facts["said"] = press_all(stage, 266)
    del choice
    stage.facts["while it is asked"] = gone() is not None
    stage.see(2, views.Printing())
    yield 0.1
    yield 0.1
    stage.facts["afterwards"] = gone() is not None


def plugged(stage: Stage) -> Steps:
    """A sound device that is there only after the voter's turn began: SDL's file needs its folder."""
    stage.begin()
    stage.see(1, views.Choosing())
    stage.facts["before"] = press_all(stage, NEXT)
    Path(os.environ["SDL_DISKAUDIOFILE"]).parent.mkdir()
    stage.facts["after"] = press_all(stage, NEXT)
    while stage.app._headphones.tick():
        yield 0.1


def targets(stage: Stage) -> Steps:
    """What each button of each screen posts."""
    yield 0
    posted = {}
    for name, frame in frames():
        stage.draw(frame)
        for button in list(stage.screen.buttons):
            stage.screen.spent = False
            button.act()
        posted[name] = stage.said()
        yield 0
    stage.facts["posted"] = posted


if __name__ == "__main__":
    stories = (targets, touch, silent, unspoken, held, plugged, forgets)
    Stage().run({story.__name__: story for story in stories}[sys.argv[1]])
