"""How long a voter takes, and an opening, by the Model Human Processor, on the real screens and with the real paper.

Source: Card, Moran and Newell, The Psychology of Human-Computer Interaction (1983): the processors' cycles with
their fast, middle and slow ends (chapter 2), movement by Welford's form of Fitts' law, choice by Hick's, and the
mental operator M = 1.35 s of the keystroke-level model (chapter 8), stretched here as the cognitive cycle is. A
*quick* voter is their middle man, who has seen it before: *Ya* needs no M, for it was expected (their rule 1). A
*slow* one is their slow man in everything at once. Whoever is quick reads the slip while the stub is printed.

Nobody was measured. Left out: walking to the booth, fear, glasses, asking, a screen that is touched in vain. What
the machine takes counts as its promise; what it really takes is in the figures of the screens.

Of the opening, from the first screen to the first voter's, the officers' part is counted likewise, and for each card
that is fetched, put in and taken out again a fixed time. Left out: the way to the booth, and the signatures on the zero
report; what three minutes leave for them is said.
"""

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from printer.profiles import TM_80
from tests.bench.screens import CHANGE_MS
from tests.printer.gallery import painted
from tests.printer.papers import CANDIDATES, sample_job, sample_zero_report

PANELS = ("1280x800@5.9", "800x480@5.2", "600x1024@6.6")
PAPER_MM_S, DOTS_PER_MM = 150.0, 8
CUT_S = 0.3
"""The cutter, and the printer's word that the piece is out."""
MINUTES = 5


@dataclass(frozen=True)
class Hand:
    """A person, in seconds."""

    name: str
    look_s: float
    """An eye's jump and stay."""
    perceive_s: float
    motor_s: float
    """Of a touch there are two: down and up."""
    aim_s: float
    """For each bit of Fitts' law."""
    choose_s: float
    """For each bit of Hick's law."""
    think_s: float
    """The mental operator."""
    expects: frozenset[str]
    """Targets that need no thought."""
    reads_along: bool
    """Reads the slip while the stub is printed."""
    at_most_s: float
    """What is promised for a vote without detours."""

    def touches(self, place: tuple[float, float, float], since: tuple[float, float]) -> float:
        """From where the finger was, to the middle of a target, down and up."""
        x, y, side = place
        far = math.hypot(x - since[0], y - since[1])
        return self.aim_s * max(math.log2(far / side + 0.5), 0) + 2 * self.motor_s

    def finds(self, among: int) -> float:
        """Looks at each, and decides."""
        return among * self.look_s + self.perceive_s + self.choose_s * math.log2(among + 1)


QUICK = Hand("quick", 0.23, 0.1, 0.07, 0.1, 0.15, 1.35, frozenset({"yes"}), True, 10)
SLOW = Hand("slow", 0.7, 0.2, 0.1, 0.12, 0.157, 1.35 * 170 / 70, frozenset(), False, 25)
LINES_READ = 3
"""Of the slip: number, name, and that it is one's own place."""

OPENING = (
    *(("pin", f"key-{digit}") for digit in "271828"), ("pin", "key-ok"), ("open-checks", "confirm"),
    ("sign-zero-report", "confirm"),
)  # fmt: skip
"""Every touch; ``tests/booth/test_first_voter.py`` makes them at a booth."""
MOST_TOUCHES, MOST_S = 12, 180
CARDS, CARD_S = 3, 6.0
"""Officer's, committee's, and the officer's again for the first voter."""
CARDS_WORK_S = 3.0 + 0.5 + 0.5
"""A slow healthy card with its PIN (``booth.watch``), and two of which none is asked."""
SELF_TEST_S = 3.0
"""Until the printer has proved that it confirms."""
LINES_OF_CHECKS = 8

CHOICE, YES, RIGHT = ("choosing", "choice-2"), ("confirming", "yes"), ("read-slip", "right")
FLOWS: dict[str, tuple[tuple[str, str], ...]] = {
    "straight": (CHOICE, YES, RIGHT),
    "blank": (("choosing", "choice-0"), ("confirming-blank", "yes"), RIGHT),
    "changed mind": (("choosing", "choice-3"), ("confirming", "change"), CHOICE, YES, RIGHT),
    "larger text first": (("choosing", "size-large"), ("choosing-large", "choice-2"), ("confirming-large", "yes"),
                          ("read-slip-large", "right")),
    "English first": (("choosing", "language-en"), ("choosing-en", "choice-2"), ("confirming-en", "yes"),
                      ("read-slip-en", "right")),
}  # fmt: skip


def run() -> Iterator[str]:
    """A line for each panel, flow and hand."""
    pieces = painted(sample_job(CANDIDATES[1]), TM_80)
    slip_s, stub_s = (piece.height / DOTS_PER_MM / PAPER_MM_S + CUT_S for piece in pieces)
    yield f"voter paper at {PAPER_MM_S:.0f} mm/s: slip {slip_s:.1f} s, stub {stub_s:.1f} s"
    for panel in PANELS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.places", panel], check=True, capture_output=True, timeout=60 * MINUTES
        )
        places = json.loads(done.stdout)
        yield from _opening(panel, places)
        for name, flow in FLOWS.items():
            if any(screen not in places for screen, _ in flow):
                continue
            for hand in (QUICK, SLOW):
                took_s = _takes(hand, flow, places, (slip_s, stub_s))
                kept = "" if took_s <= hand.at_most_s else ": NOT KEPT"
                promise = f"   promised {hand.at_most_s} s{kept}" if name == "straight" else ""
                yield f"voter {panel}: {name + ', ' + hand.name:<30} {took_s:6.1f} s{promise}"


def _opening(panel: str, places: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    """Touches and seconds until the first voter's screen, and what three minutes leave for signatures."""
    report_s = sum(piece.height / DOTS_PER_MM / PAPER_MM_S + CUT_S for piece in painted(sample_zero_report(), TM_80))
    for hand in (QUICK, SLOW):
        took_s, finger = report_s + SELF_TEST_S + CARDS_WORK_S + CARDS * (CARD_S + hand.think_s), (0.0, 0.0)
        took_s += LINES_OF_CHECKS * (hand.look_s + hand.perceive_s)
        for screen, target in OPENING:
            x, y, side = places[screen][target]
            # Digits are known by heart: each is found, none is thought of.
            took_s += hand.finds(1) + (0 if target.startswith("key-") else hand.think_s + CHANGE_MS / 1000)
            took_s += hand.touches((x, y, side), finger)
            finger = (x, y)
        kept = "" if took_s < MOST_S and len(OPENING) <= MOST_TOUCHES else ": NOT KEPT"
        left = f"{len(OPENING)} touches, {MOST_S - took_s:.0f} s left to sign"
        yield f"opening {panel}: {hand.name:<28} {took_s:6.1f} s   {left}   promised {MOST_TOUCHES}, {MOST_S} s{kept}"


def _takes(
    hand: Hand,
    flow: tuple[tuple[str, str], ...],
    places: dict[str, dict[str, list[float]]],
    paper_s: tuple[float, float],
) -> float:
    """Seconds from the first screen to the touch on *Sesuai*."""
    took_s, finger = 0.0, (0.0, 0.0)
    for screen, target in flow:
        x, y, side = places[screen][target]
        choices = sum(name.startswith("choice-") for name in places[screen])
        if target == "right":
            slip_s, stub_s = paper_s
            reads_s = LINES_READ * (hand.look_s + hand.perceive_s)
            took_s += slip_s + (max(stub_s, reads_s) if hand.reads_along else stub_s + reads_s)
        took_s += hand.finds(choices or 1) + (0 if target in hand.expects else hand.think_s)
        took_s += hand.touches((x, y, side), finger) + CHANGE_MS / 1000
        finger = (x, y)
    return took_s
