"""What is said of each view, in the order of its screen: clips by name, and what OK answers on each. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from booth import views
from booth.events import Button, Chosen, Touch, Touched
from booth.views import Frame
from config.clips import candidate_clip
from config.mode import Mode
from config.secret import Choice, Secret


class Said(Secret[tuple[str, ...]]):
    """Clips by name, one after the other. Those of a choice tell it, so they are kept as one."""

    __slots__ = ()


@dataclass(frozen=True, repr=False, eq=False)
class Option:
    """One thing that can be answered."""

    said: Said
    touch: Touch


@dataclass(frozen=True, repr=False, eq=False)
class Script:
    """One view, spoken."""

    first: Said
    """What is said as soon as the view is there."""
    options: tuple[Option, ...] = ()
    back: Touch | None = None
    """What the back key answers; None: it only begins anew."""
    any_key: Touch | None = None
    """What every key answers, where the question is only whether somebody is there."""
    listens: bool = True
    """Keys count: the view is a voter's."""
    ends: bool = False
    """Nothing is said of it, and what was being said before it may come to its end."""


def script_of(frame: Frame) -> Script:
    """The script of a frame's view."""
    return SCRIPTS[type(frame.view)](frame)


def _option(touch: Touch, *clips: str) -> Option:
    return Option(Said(clips), touch)


def _choosing(frame: Frame) -> Script:
    look = frame.look
    options = [
        _option(Chosen(Choice(i)), candidate_clip(face.number), "choosing.pick") for i, face in enumerate(look.faces, 1)
    ]
    if look.blank:
        options.append(_option(Chosen(Choice(0)), "choosing.blank", "choosing.pick"))
    first = ["rehearsal.told"] if look.mode is Mode.REHEARSAL else []
    first += ["choosing.title", f"choosing.count.{len(options)}", "keys.move", "keys.back", "keys.voice", "keys.screen"]
    if len(look.words) > 1:
        first.append("keys.language")
    return Script(Said(tuple(first)), tuple(options))


def _confirming(frame: Frame) -> Script:
    view: views.Confirming = frame.view  # type: ignore[assignment]
    place = view.choice.reveal()
    named = candidate_clip(frame.look.faces[place - 1].number) if place else "choosing.blank"
    change = Touched(Button.CHANGE)
    return Script(
        Said(("confirming.title", named, "confirming.how")),
        (_option(Touched(Button.YES), "confirming.yes"), _option(change, "confirming.change")),
        back=change,
    )


def _read_slip(_: Frame) -> Script:
    return Script(
        Said(("read-slip.title", "read-slip.eyes", "read-slip.unread", "read-slip.how")),
        (
            _option(Touched(Button.RIGHT), "read-slip.right"),
            _option(Touched(Button.WRONG), "read-slip.wrong"),
        ),
    )


def _still_there(frame: Frame) -> Script:
    view: views.StillThere = frame.view  # type: ignore[assignment]
    here = Touched(Button.HERE)
    # Under a countdown nobody is asked to find a key first; coming back costs nothing and decides nothing.
    return Script(
        Said(("still-there.title", "still-there.slip" if view.slip_out else "still-there.choice")),
        (_option(here, "still-there.here"),),
        any_key=here,
    )


def _into_envelope(frame: Frame) -> Script:
    view: views.IntoEnvelope = frame.view  # type: ignore[assignment]
    return Script(Said(("into-envelope.title", "into-envelope.last" if view.last else "into-envelope.again")))


def _print_trouble(frame: Frame) -> Script:
    view: views.PrintTrouble = frame.view  # type: ignore[assignment]
    fault = view.fault.title.removesuffix(".title")
    return Script(
        Said(("print-trouble.title", fault, "print-trouble.text")),
        (
            _option(Touched(Button.AGAIN_AFTER_PIECE), "print-trouble.piece"),
            _option(Touched(Button.AGAIN_AFTER_NOTHING), "print-trouble.nothing"),
            _option(Touched(Button.GIVE_UP), "print-trouble.give-up"),
        ),
    )


def _always(script: Script) -> Callable[[Frame], Script]:
    return lambda _: script


_SILENT = _always(Script(Said(()), listens=False))
_OFFICERS = _always(Script(Said(("officer.wait",)), listens=False))

SCRIPTS: Mapping[type, Callable[[Frame], Script]] = {
    # The voter's.
    views.Choosing: _choosing,
    views.Confirming: _confirming,
    views.Printing: _always(Script(Said(("printing.text",)))),
    views.ReadSlip: _read_slip,
    views.StillThere: _still_there,
    views.IntoBox: _always(Script(Said(("into-box.text",)))),
    views.IntoEnvelope: _into_envelope,
    views.PrintTrouble: _print_trouble,
    # An officer's, while a voter may stand there with headphones.
    views.TakeCard: _always(Script(Said(("officer.card",)), listens=False)),
    views.CardWanted: _OFFICERS,
    views.PinWanted: _OFFICERS,
    views.PinWait: _OFFICERS,
    views.PinRefused: _OFFICERS,
    views.LeftBeforeAsk: _OFFICERS,
    views.ResolveAsk: _OFFICERS,
    views.TestAsk: _OFFICERS,
    views.Notice: _OFFICERS,
    # Between voters nothing begins, and the sentence that sends the last one to the box is said to its end.
    views.WaitingForCard: _always(Script(Said(()), listens=False, ends=True)),
    # No voter is in the booth.
    **dict.fromkeys(
        (
            views.NotProvisioned,
            views.OpenChecks,
            views.Working,
            views.PaperTrouble,
            views.SignZeroReport,
            views.TakeoverReady,
            views.SignTakeover,
            views.Paused,
            views.CloseAsk,
            views.Attendance,
            views.ShowCounts,
            views.Closed,
            views.Replaced,
            views.Quarantined,
        ),
        _SILENT,
    ),
}
