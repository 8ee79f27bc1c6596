"""Faults by moments: what the port says, what came out, that nothing is claimed which is not out, and the reprint.

Each cell is a printer of its own at its own line, with the fault done to it at that moment.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from printer.escpos import Job, render
from printer.faults import Fault, PrintFault
from printer.port import SerialPrinter
from printer.profiles import COMMON_80, PROFILES, TM_80, Confirm, Profile
from printer.status import Status
from printer.virtual.models import MODELS, ModelPrinter
from tests.printer.papers import CANDIDATES, sample_job, sample_stub, sample_tape, sample_zero_report

PATIENCE_S = 5.0
"""A printer that is well is waited for so long."""
TIMEOUT_S, SILENCE_S = 0.6, 0.8
"""One that will not answer is given up sooner: most cells wait for nothing else."""
EXCHANGE_S = 1.0
SLOW_MM_S, SLOW_TIMEOUT_S = 150, 1.2
TRIES = 12
OTHER_DEVICE = b"\xff\xfe\xfa\xd5"
DOTS_PER_MM = 8


class Moment(Enum):
    """Within which paper it happens."""

    ZERO_REPORT = "zero report"
    SLIP = "slip"
    BETWEEN = "between slip and stub"
    STUB = "stub"
    TAPE_THREE = "tape, copy three"


class When(Enum):
    """When it is done to the printer."""

    BEFORE = "before the job"
    DURING = "at the moment"
    AFTER = "after the job"


class Out(Enum):
    """What came out of a job that failed or was claimed."""

    ALL = "everything, whole"
    STOPPED = "what had fallen before, and no more"
    ANYTHING = "perhaps all of it, and nothing was claimed"
    WRONG = "something that only a reader sees to be wrong"


@dataclass(frozen=True)
class Trouble:
    """One row. ``told``: what a print may raise, None when it is claimed; ``seen``: what a look at the printer says."""

    breaks: Callable[[ModelPrinter], object]
    mends: Callable[[ModelPrinter], object]
    told: frozenset[Fault | None]
    seen: frozenset[Fault | None]
    out: Out
    when: When = When.DURING
    near_end: bool = False
    patience_s: float = PATIENCE_S

    @property
    def quick(self) -> bool:
        """Whether it ends by waiting: then a busy machine changes nothing but how soon."""
        return not GONE.isdisjoint(self.told)

    @property
    def timeout_s(self) -> float:
        return TIMEOUT_S if self.quick else self.patience_s


def one_of(*faults: Fault | None) -> frozenset[Fault | None]:
    return frozenset(faults)


def knocks(virtual: ModelPrinter) -> None:
    virtual.unplug()
    virtual.plug()


def at(speed_mm_s: float | None) -> Callable[[ModelPrinter], None]:
    return lambda virtual: setattr(virtual, "speed_mm_s", speed_mm_s)


def swaps(process_id: str, drained: str) -> Callable[[ModelPrinter], None]:
    """The printer that stands here for another kind of printer behind the same cable."""
    other = {"epson-80": process_id, "common-80": drained}
    return lambda virtual: virtual.swap(MODELS[other[virtual.model.name]])


def exchanges(process_id: str, drained: str) -> Callable[[ModelPrinter], None]:
    """The same by hands: for a second there is no printer at the cable's end, and what comes is lost."""
    swap = swaps(process_id, drained)

    def by_hands(virtual: ModelPrinter) -> None:
        virtual.power_off()
        time.sleep(EXCHANGE_S)
        swap(virtual)
        virtual.power_on()

    return by_hands


def swaps_back(virtual: ModelPrinter) -> None:
    virtual.swap(HOME[virtual])


HOME: dict[ModelPrinter, object] = {}
GOOD = one_of(None)
GONE = one_of(Fault.NO_ANSWER, Fault.TIMEOUT)
CONFUSED = one_of(Fault.NO_ANSWER, Fault.NONSENSE)
UNCONFIRMED = one_of(Fault.TIMEOUT, Fault.NO_ANSWER, Fault.NONSENSE, Fault.CABLE, Fault.NOT_CLEARED)

TROUBLES: dict[str, Trouble] = {
    "off": Trouble(lambda v: v.power_off(), lambda v: v.power_on(), GONE, one_of(Fault.NO_ANSWER), Out.STOPPED),
    "no paper": Trouble(
        lambda v: v.load_roll(0), lambda v: v.load_roll(), one_of(Fault.NO_PAPER), one_of(Fault.NO_PAPER), Out.STOPPED,
        near_end=True,
    ),
    "paper near its end": Trouble(
        lambda v: v.load_roll(1900), lambda v: v.load_roll(), GOOD, GOOD, Out.ALL, When.BEFORE, near_end=True
    ),
    "cover open": Trouble(
        lambda v: v.open_cover(), lambda v: v.close_cover(), one_of(Fault.COVER_OPEN), one_of(Fault.COVER_OPEN),
        Out.STOPPED,
    ),
    "cutter jammed": Trouble(
        lambda v: v.jam_cutter(), lambda v: v.jam_cutter(False), one_of(Fault.CUTTER), one_of(Fault.CUTTER), Out.STOPPED
    ),
    "overheated": Trouble(
        lambda v: v.overheat(), lambda v: v.overheat(False), one_of(Fault.OVERHEATED), one_of(Fault.OVERHEATED),
        Out.STOPPED,
    ),
    "slow": Trouble(at(SLOW_MM_S), at(None), GOOD, GOOD, Out.ALL, When.BEFORE, patience_s=SLOW_TIMEOUT_S),
    "hung": Trouble(lambda v: v.stall(), lambda v: v.stall(False), GONE, one_of(Fault.NO_ANSWER), Out.ANYTHING),
    "silent": Trouble(lambda v: v.silence(), lambda v: v.silence(False), GONE, one_of(Fault.NO_ANSWER), Out.ANYTHING),
    "babbling": Trouble(
        lambda v: v.babble(OTHER_DEVICE), lambda v: v.babble(), one_of(Fault.NONSENSE), one_of(Fault.NONSENSE),
        Out.ANYTHING,
    ),
    "wrong speed": Trouble(
        lambda v: v.set_speed(9600), lambda v: v.set_speed(None), UNCONFIRMED, CONFUSED, Out.ANYTHING
    ),
    "wrong speed before": Trouble(
        lambda v: v.set_speed(19_200), lambda v: v.set_speed(None), CONFUSED, CONFUSED, Out.STOPPED, When.BEFORE
    ),
    "cable out before": Trouble(
        lambda v: v.unplug(), lambda v: v.plug(), one_of(Fault.CABLE), one_of(Fault.CABLE), Out.STOPPED, When.BEFORE
    ),
    "cable knocked before": Trouble(knocks, lambda _: None, GOOD, GOOD, Out.ALL, When.BEFORE),
    "cable out": Trouble(
        lambda v: v.unplug(), lambda v: v.plug(), one_of(Fault.CABLE), one_of(Fault.CABLE), Out.ANYTHING
    ),
    "cable knocked": Trouble(
        knocks, lambda _: None, one_of(Fault.CABLE), one_of(None, Fault.CABLE), Out.ANYTHING
    ),
    "cable knocked after": Trouble(knocks, lambda _: None, GOOD, GOOD, Out.ALL, When.AFTER),
    "another printer that confirms nothing": Trouble(
        swaps("plain-80", "plain-80"), swaps_back, UNCONFIRMED, GOOD, Out.ANYTHING, When.BEFORE
    ),
    "another printer amid the job": Trouble(
        exchanges("epson-58", "common-58"), swaps_back, GONE, GOOD, Out.STOPPED
    ),
    "another printer that confirms blindly": Trouble(
        swaps("blind-80", "plain-80"), swaps_back, UNCONFIRMED, GOOD, Out.ANYTHING, When.BEFORE
    ),
    "another printer that is narrower": Trouble(
        swaps("epson-58", "common-58"), swaps_back, GOOD, GOOD, Out.WRONG, When.BEFORE
    ),
    "narrower paper": Trouble(
        lambda v: v.load_roll(width_mm=58), lambda v: v.load_roll(), GOOD, GOOD, Out.WRONG, When.BEFORE
    ),
}  # fmt: skip

CELLS = [
    (profile, moment, name)
    for profile, moments in ((TM_80, list(Moment)), (COMMON_80, [Moment.SLIP]))
    for moment in moments
    for name in TROUBLES
]


@dataclass
class Desk:
    """A printer that is well, its tray, and a port that is sure of it."""

    virtual: ModelPrinter
    port: SerialPrinter
    profile: Profile
    tray: list[Image.Image] = field(default_factory=list)

    def good(self, job: Job) -> list[Image.Image]:
        """What falls when a printer that is well prints, the paper last. A port that gives up soon may need tries; what
        one left falls before the next."""
        for _ in range(TRIES):
            self.taken()
            if prints(self, job, PATIENCE_S) is None:
                break
        else:
            raise AssertionError("a printer that is well does not print")
        return self.taken()

    def taken(self) -> list[Image.Image]:
        """What lies in the tray; it is empty then."""
        taken, self.tray[:] = self.tray[:], []
        return taken


@cache
def jobs(name: str) -> dict[Moment, Job]:
    profile = PROFILES[name]
    slip = render(sample_job(CANDIDATES[1]), profile)
    papers = {Moment.ZERO_REPORT: sample_zero_report(), Moment.TAPE_THREE: sample_tape()}
    return dict.fromkeys((Moment.SLIP, Moment.BETWEEN, Moment.STUB), slip) | {
        moment: render(paper, profile) for moment, paper in papers.items()
    }


@cache
def small(name: str) -> Job:
    return render(sample_stub(), PROFILES[name])


@contextmanager
def at_desk(profile: Profile, folder: Path, *, quick: bool) -> Iterator[Desk]:
    folder.mkdir()
    tray: list[Image.Image] = []
    model = MODELS["epson-80" if profile.confirm is Confirm.PROCESS_ID else "common-80"]
    with ModelPrinter(model, folder / "tty", tray.append) as virtual:
        HOME[virtual] = model
        port = SerialPrinter(folder / "tty", replace(profile, silence_s=SILENCE_S) if quick else profile)
        desk = Desk(virtual, port, profile, tray)
        desk.good(small(profile.name))
        yield desk
        port.close()
        del HOME[virtual]


WHOLE: dict[tuple[str, Moment], list[Image.Image]] = {}


def whole(desk: Desk, moment: Moment) -> list[Image.Image]:
    """What the job looks like when nothing happens to it; printed once for all cells."""
    key = (desk.profile.name, moment)
    if key not in WHOLE:
        pieces = 2 if moment in (Moment.SLIP, Moment.BETWEEN, Moment.STUB) else 1
        WHOLE[key] = desk.good(jobs(desk.profile.name)[moment])[-pieces:]
        assert len(WHOLE[key]) == pieces
    return WHOLE[key]


def moment_mm(moment: Moment, papers: list[Image.Image]) -> float:
    """How much paper of the job has passed the head by then."""
    first = papers[0].height / DOTS_PER_MM
    match moment:
        case Moment.BETWEEN:
            return first + 0.25  # the cutter has fallen: two rows of the stub
        case Moment.STUB:
            return first + papers[1].height / DOTS_PER_MM / 2
        case _:
            return first / 2


def are(pieces: list[Image.Image], expected: list[Image.Image]) -> bool:
    """Dot for dot the same."""
    return [(p.size, p.tobytes()) for p in pieces] == [(p.size, p.tobytes()) for p in expected]


def prints(desk: Desk, job: Job, timeout_s: float) -> Fault | None:
    """What the port made of it."""
    try:
        desk.port.print(job, timeout_s)
    except PrintFault as fault:
        return fault.fault
    return None


@pytest.mark.parametrize(
    ("profile", "moment", "name"),
    CELLS,
    ids=[f"{profile.name}, {moment.value}: {name}" for profile, moment, name in CELLS],
)
def test_fault_at_a_moment(profile: Profile, moment: Moment, name: str, tmp_path: Path) -> None:
    trouble = TROUBLES[name]
    for attempt in range(TRIES):
        with at_desk(profile, tmp_path / str(attempt), quick=trouble.quick) as desk:
            if happens(desk, moment, trouble):
                return
    raise AssertionError("the port gave up each time before the moment came")


def happens(desk: Desk, moment: Moment, trouble: Trouble) -> bool:
    """The story of one cell; False when a busy machine kept it from coming to its moment."""
    job, papers = jobs(desk.profile.name)[moment], whole(desk, moment)
    if moment is Moment.TAPE_THREE:
        for _ in range(2):
            assert are(desk.good(job)[-1:], papers)

    begun, came = threading.Event(), threading.Event()

    def comes() -> None:
        begun.set()
        trouble.breaks(desk.virtual)
        came.set()

    if trouble.when is When.BEFORE:
        comes()
    elif trouble.when is When.DURING:
        desk.virtual.after_mm(moment_mm(moment, papers), comes)
    told = prints(desk, job, trouble.timeout_s)
    pieces = desk.tray[:]
    if trouble.when is When.AFTER:
        comes()
    if not begun.is_set():
        assert told is not None, "printed, and the moment never came"
        return False
    # The port may say so before the thing is done to its end: a cable that is knocked is still out then.
    assert came.wait(PATIENCE_S)
    assert told in trouble.told
    status = looked(desk, trouble.seen)
    assert status.near_end is trouble.near_end
    match trouble.out:
        case Out.ALL:
            assert are(pieces, papers), "claimed, and not all of it is out"
        case Out.STOPPED:
            fallen = 1 if moment in (Moment.BETWEEN, Moment.STUB) and trouble.when is When.DURING else 0
            assert are(pieces, papers[:fallen])
        case Out.ANYTHING:
            assert told is not None
        case Out.WRONG:
            assert len(pieces) == len(papers)
            assert all(piece.width < paper.width for piece, paper in zip(pieces, papers, strict=True))
    is_mended(desk, trouble, job, papers)
    return True


def is_mended(desk: Desk, trouble: Trouble, job: Job, papers: list[Image.Image]) -> None:
    """Nothing of the old print comes out by itself, and the new one is whole."""
    before_mm = desk.virtual.printed_mm
    trouble.mends(desk.virtual)
    looked(desk, GOOD)
    if trouble.out is Out.STOPPED:
        assert desk.virtual.printed_mm == before_mm, "the old job went on by itself"
    again = desk.good(job)
    assert are(again[-len(papers) :], papers)
    if trouble.out is not Out.ANYTHING:
        assert not any(are([piece], [paper]) for piece in again[: -len(papers)] for paper in papers), "a second slip"


def looked(desk: Desk, seen: frozenset[Fault | None]) -> Status:
    """How the printer is, once what was under way has passed by."""
    limit = time.monotonic() + PATIENCE_S
    while (status := desk.port.status()).fault not in seen:
        assert time.monotonic() < limit, status
    return status
