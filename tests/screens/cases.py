"""Every picture that people and tests look at: each screen, and voters' screens as each of them may like it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from booth import views
from booth.comfort import Scheme, TextSize
from booth.views import View
from config.mode import Mode
from config.words import LANGUAGES, languages
from printer.faults import Fault
from tests.screens.samples import look_of, samples

PANELS = (
    "1280x800@5.9",
    "800x480@5.2",
    "1024x600@6.6",
    "1920x1080@8.7",
    "600x1024@6.6",
    "800x1280@5.9",
    "480x800@5.2",
    "1080x1920@8.7",
)
"""Width and height in dots, dots per millimetre: 10 and 7 inches, lying and standing."""
WHOLE = PANELS[:2]
"""On these everything that a voter may like is drawn, on the others the default."""
VOTERS = (
    views.Choosing,
    views.Confirming,
    views.Printing,
    views.ReadSlip,
    views.StillThere,
    views.IntoBox,
    views.IntoEnvelope,
    views.PrintTrouble,
)
"""What is drawn in the voter's language, size and colours."""
OFFICIAL = (
    "card-ready",
    "pin",
    "open-checks-bad",
    "waiting",
    "confirming",
    "read-slip",
    "still-there",
    "counts",
    "closed-long",
)
"""Drawn as on the day itself too: all others have the rehearsal's frame around them, and less room."""
SIZES = tuple(size for size in TextSize if size is not TextSize.NORMAL)
TOLD = len(languages()) - 1
"""Languages beside the default."""
LIKES: tuple[dict[str, Any], ...] = (
    *({"size": size} for size in SIZES),
    *({"scheme": scheme} for scheme in Scheme if scheme is not Scheme.CALM),
)
"""What a voter may like better than the default."""


@dataclass(frozen=True)
class Case:
    """A view, and what ``samples.frame_of`` is told beside it."""

    name: str
    view: View
    more: dict[str, Any]
    golden: bool = True
    """A golden picture is kept of it; of a fault's twelve pictures one stands for all where only their size differs."""


def cases(panel: str) -> Iterator[Case]:
    """What is drawn on a panel."""
    for sample in samples():
        golden = panel in WHOLE or not repeats(sample.view)
        yield Case(sample.name, sample.view, {"status": sample.status}, golden)
    for count in (2, 3, 4, 5):
        for blank in (True, False):
            more = {"look": look_of(count, blank=blank), "language": "en" if blank else "id"}
            yield Case(f"choosing-{count}-{blank}", views.Choosing(), more)
    for count in (2, 3, 4, 5):
        more = {"look": look_of(count, mode=Mode.OFFICIAL), "language": "en"}
        yield Case(f"choosing-{count}-official", views.Choosing(), more)
    for sample in samples():
        if sample.name in OFFICIAL:
            more = {"status": sample.status, "look": look_of(mode=Mode.OFFICIAL)}
            yield Case(f"{sample.name}-official", sample.view, more)
    if panel not in WHOLE:
        return
    spoken = look_of(languages=languages())
    others: list[tuple[str, dict[str, Any]]] = [("en", {"language": "en"})]
    others += [(one, {"look": spoken, "language": one}) for one in languages()[len(LANGUAGES) :]]
    others += [(str(next(iter(likes.values()))), likes) for likes in LIKES]
    # Words and their size make the layout, a scheme only its colours: those two are drawn together, each with each.
    others += [(f"{name}-{size}", {**more, "size": size}) for name, more in others[:TOLD] for size in SIZES]
    for suffix, more in others:
        for sample in samples():
            if isinstance(sample.view, VOTERS):
                golden = not repeats(sample.view)
                yield Case(f"{sample.name}-{suffix}", sample.view, {"status": sample.status, **more}, golden)


def repeats(view: View) -> bool:
    """A fault's screen, which is laid out as the first one's."""
    return isinstance(view, views.PrintTrouble | views.PaperTrouble) and view.fault is not next(iter(Fault))
