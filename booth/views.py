"""What the screens draw: one frozen value for each situation. A screen adds nothing to it and decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from booth.comfort import Comfort
from booth.events import Button
from booth.stickstate import StickState
from booth.vitals import Concern, Vitals
from config.mode import Mode
from config.secret import Choice
from config.words import Words
from printer.status import Fault
from sync.equations import Counts, Equation
from sync.running import Running


@dataclass(frozen=True)
class Face:
    """A candidate as the voter sees it."""

    number: int
    name: str
    photo: bytes
    """PNG or JPEG."""


@dataclass(frozen=True)
class Look:
    """What stays the same all day: from the package, the built-in words before there is one."""

    mode: Mode | None
    election: str
    place: str
    """Village, TPS and booth in one line."""
    faces: tuple[Face, ...]
    blank: bool
    words: Mapping[str, Words]
    """The voter's languages in their order, the default first."""
    setup: str
    """Fingerprint of the package, for the about line."""
    running: Running
    """Software and image, for the about line."""
    clips: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict, repr=False)
    """What is said, as WAV, by language and clip; empty when the election is not spoken."""


@dataclass(frozen=True)
class Status:
    """The line that officers always see."""

    sessions: int | None
    """Sessions unlocked so far; None before opening."""
    paper: Fault | None
    """What is wrong with the printer, None when nothing is."""
    near_end: bool
    stick: StickState
    clock: str
    """``HH:MM``, local time."""
    clock_doubtful: bool
    """The clock contradicts what the booth knows (package, log): told, and never a reason to stop."""
    card: bool
    """A card lies in the reader."""
    vitals: Vitals
    """Power and temperature."""


# Before and around the day


@dataclass(frozen=True)
class NotProvisioned:
    """No package: put the stick in. ``problem`` says why the one that was seen is refused (bilingual)."""

    problem: tuple[str, str] | None
    unfit: bool = False
    """No stick helps: this device can keep nothing, and ``problem`` says why."""


@dataclass(frozen=True)
class CardWanted:
    """Some card must be put in. ``what`` names the words ``ask.<what>.title`` and ``ask.<what>.text``.

    whats: ready, locked, takeover-committee, takeover-officer, committee-present, pause, resume, close-officers,
    close-committee, left-before, called-after, resolve-box, resolve-envelope, resolve-paperless.
    """

    what: str
    refused: tuple[str, str] | None
    """Why the card that lies in the reader is not taken: (Indonesian, English)."""
    take_out_first: bool
    """A card lies in the reader from before; it must leave first."""
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class PinWanted:
    """The card is right; its PIN is asked on a large keypad. Returns PinTyped or Button.CANCEL."""

    holder: str
    role: str
    """``officers`` or ``committee``."""
    tries_left: int
    wrong: bool
    """The last PIN was wrong."""


@dataclass(frozen=True)
class PinWait:
    """Too many wrong PINs: no keypad for ``seconds``, whichever card is shown. Button: CANCEL."""

    holder: str
    role: str
    tries_left: int
    seconds: int


@dataclass(frozen=True)
class PinRefused:
    """The right card, of which no PIN is asked; words ``screen.pin.<why>.title/text``. Button: CANCEL.

    whys: last-try, blocked.
    """

    why: str


@dataclass(frozen=True)
class Check:
    """One line of the self-test; words ``check.<name>.ok`` or ``check.<name>.bad`` (which says what to do)."""

    name: str
    ok: bool
    needed: bool = True
    """False for what is told and stops nobody: a clock without a battery must not end an election."""


@dataclass(frozen=True)
class OpenChecks:
    """Self-test and clock. Buttons: CONFIRM (only when all is well), CANCEL."""

    checks: tuple[Check, ...]
    date: str
    clock: str

    @property
    def ready(self) -> bool:
        """Everything that opening wants is there."""
        return all(check.ok or not check.needed for check in self.checks)


@dataclass(frozen=True)
class Working:
    """A moment of work; words ``working.<what>`` (card, zero-report, tally, tape); a tape is ``copy`` of ``copies``."""

    what: str
    copy: int = 0
    copies: int = 0


@dataclass(frozen=True)
class PaperTrouble:
    """Printing a report or tape failed; words and picture are the fault's. Buttons: AGAIN and, if any, ``other``."""

    fault: Fault
    other: Button | None


@dataclass(frozen=True)
class SignZeroReport:
    """The zero report is out. Buttons: CONFIRM (start voting), AGAIN (print once more)."""


@dataclass(frozen=True)
class TakeoverReady:
    """A device died, and this one may go on from the stick: what it means. Button: CONFIRM."""

    problem: tuple[str, str] | None


@dataclass(frozen=True)
class SignTakeover:
    """The takeover's tape is out. Buttons: CONFIRM (go on), AGAIN (print once more)."""


@dataclass(frozen=True)
class Paused:
    """Buttons: RESUME, CLOSE."""


@dataclass(frozen=True)
class CloseAsk:
    """Really close? Buttons: CONFIRM, CANCEL."""


@dataclass(frozen=True)
class Attendance:
    """The desk's two numbers, entered blind, at closing or at a takeover. Returns NumbersTyped."""

    takeover: bool = False


@dataclass(frozen=True)
class ShowCounts:
    """Counts and equations. Button: CONFIRM."""

    counts: Counts
    equations: tuple[Equation, ...]
    whole_tps: bool
    """False when the attendance can only be checked with the TPS's other booths."""


@dataclass(frozen=True)
class Closed:
    """The result (None: without result), and where the batch stands. Buttons: AGAIN (tape), EXPORT."""

    result: tuple[tuple[str, int], ...] | None
    """Label and votes, in the order of the ballot."""
    exported: bool
    fingerprint: str
    """Of the batch, as on the tape."""
    problem: tuple[str, str] | None


@dataclass(frozen=True)
class Quarantined:
    """Store or log does not verify. Button: EXPORT (evidence)."""

    problem: tuple[str, str]
    exported: bool


@dataclass(frozen=True)
class Replaced:
    """Another device serves this booth. Slips that hang here go into the envelope. Button: EXPORT (evidence)."""

    problem: tuple[str, str] | None
    exported: bool


# The voter's session


@dataclass(frozen=True)
class WaitingForCard:
    """Between voters. Button: OFFICER (pause or close)."""

    refused: tuple[str, str] | None
    paper: tuple[str, str] | None = None
    """What to do about the printer before the next voter: a fault, or a roll that nears its end. It stops nobody."""
    concern: Concern | None = None
    """Power or heat, where the printer has nothing that presses more; words ``vitals.<concern>``. It stops nobody."""
    percent: int | None = None
    """Charge of the battery that ``concern`` speaks of."""


@dataclass(frozen=True)
class TakeCard:
    """Unlocked: the officer takes the card out and leaves the voter alone."""

    problem: tuple[str, str] | None
    """Why nobody can see whether the card has left."""


@dataclass(frozen=True)
class Choosing:
    """Returns Chosen or ComfortTouched."""


@dataclass(frozen=True)
class Confirming:
    """Large photo, number and name. Buttons: YES, CHANGE."""

    choice: Choice


@dataclass(frozen=True)
class Printing:
    """The slip is being printed; nothing to touch."""


@dataclass(frozen=True)
class ReadSlip:
    """The slip is out: the voter reads it. Buttons: RIGHT, WRONG."""


@dataclass(frozen=True)
class StillThere:
    """Silence. Button: HERE. ``slip_out`` says which sentence; ``seconds`` the countdown's length."""

    seconds: int
    slip_out: bool


@dataclass(frozen=True)
class IntoBox:
    """The vote is stored: the slip goes into the box. Seen from the desk."""


@dataclass(frozen=True)
class IntoEnvelope:
    """Refused: the slip goes folded into the void envelope; an officer's card goes on. ``last``: session over."""

    last: bool
    refused: tuple[str, str] | None


@dataclass(frozen=True)
class PrintTrouble:
    """The slip did not come out. Buttons: AGAIN_AFTER_PIECE, AGAIN_AFTER_NOTHING, GIVE_UP."""

    fault: Fault


@dataclass(frozen=True)
class LeftBeforeAsk:
    """The officer says: the voter is back (CONTINUE) or has gone (END)."""


@dataclass(frozen=True)
class ResolveAsk:
    """Was the slip seen going into the box? Buttons: SAW_BOX, SAW_ENVELOPE (the default), SAW_NO_PAPER."""


@dataclass(frozen=True)
class TestAsk:
    """Declare this ballot a test? Buttons: CONFIRM, CANCEL."""


@dataclass(frozen=True)
class Notice:
    """One sentence for the officer; words ``notice.<what>.title/text``: tested, voided, found-unlocked, found-cast.

    Button: CONFIRM.
    """

    what: str


View: TypeAlias = (
    NotProvisioned
    | CardWanted
    | PinWanted
    | PinWait
    | PinRefused
    | OpenChecks
    | Working
    | PaperTrouble
    | SignZeroReport
    | TakeoverReady
    | SignTakeover
    | Paused
    | CloseAsk
    | Attendance
    | ShowCounts
    | Closed
    | Replaced
    | Quarantined
    | WaitingForCard
    | TakeCard
    | Choosing
    | Confirming
    | Printing
    | ReadSlip
    | StillThere
    | IntoBox
    | IntoEnvelope
    | PrintTrouble
    | LeftBeforeAsk
    | ResolveAsk
    | TestAsk
    | Notice
)


VEILED = (Choosing, Confirming, Printing, ReadSlip, StillThere)
"""What a dark screen hides. The others are for the desk and for whoever helps with paper: they are always lit."""


@dataclass(frozen=True)
class Frame:
    """One picture to draw. ``number`` comes back with each touch, so that a touch meant for an older one is dropped."""

    number: int
    look: Look
    view: View
    status: Status
    comfort: Comfort
    """As the voter of this session likes it; its language is never empty."""
