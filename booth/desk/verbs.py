"""What can be asked of the desk and what it answers: one JSON object a line, each way."""

from enum import StrEnum
from typing import Annotated

import msgspec

from config.cards.virtual.faults import Fault
from config.record import Record

MAX_LINE_BYTES = 4096
"""Longest line either way, its newline included."""
SOCKET = "control.sock"
"""The socket's name in the desk's folder."""


class Place(StrEnum):
    """Where people put a piece of paper; also the name of its folder below ``paper/``."""

    BOX = "box"
    ENVELOPE = "envelope"
    VOTER = "voter"
    """Taken home: stubs."""
    DESK = "desk"
    """Lies on the table: reports and tapes."""


class Act(StrEnum):
    """What can be done to the printer, and what can happen to it."""

    UNPLUG = "unplug"
    PLUG = "plug"
    OPEN_COVER = "open-cover"
    CLOSE_COVER = "close-cover"
    LOAD_ROLL = "load-roll"
    """A roll of ``length_mm``, a full one without it; what hung in the printer comes out as a fragment."""
    TEAR = "tear"
    """Pulls out what hangs uncut."""
    POWER_OFF = "power-off"
    POWER_ON = "power-on"
    SILENCE = "silence"
    """Answers nothing any more and prints on."""
    ANSWER = "answer"
    STALL = "stall"
    """Takes nothing, answers nothing, stands still."""
    GO_ON = "go-on"
    OVERHEAT = "overheat"
    COOL = "cool"
    JAM_CUTTER = "jam-cutter"
    FREE_CUTTER = "free-cutter"


class ReaderKind(StrEnum):
    """What the desk's cards and reader are; the same word as ``bilik-sim --card`` takes."""

    SOFT = "soft"
    """Files; the link ``card`` in the desk's folder is the reader."""
    VIRTUAL = "virtual"
    """Simulated PIV cards in a virtual reader behind a real pcscd."""
    PCSC = "pcsc"
    """Real cards in this machine's own reader: the desk does not touch them."""


class ReaderAct(StrEnum):
    """What can be done to a virtual reader's cable."""

    UNPLUG = "unplug"
    PLUG = "plug"


Length = Annotated[float, msgspec.Meta(gt=0, le=100_000)]
PieceId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]


class InsertCard(Record, tag_field="do", tag="insert-card", frozen=True):
    """Puts one of the desk's cards into the reader."""

    card: str


class RemoveCard(Record, tag_field="do", tag="remove-card", frozen=True):
    """Takes out what lies in the reader."""


class InsertStick(Record, tag_field="do", tag="insert-stick", frozen=True):
    """Puts the booth's stick in."""


class RemoveStick(Record, tag_field="do", tag="remove-stick", frozen=True):
    """Pulls the stick."""


class Printer(Record, tag_field="do", tag="printer", frozen=True):
    """Does something to the printer: now, or once ``after_mm`` more of paper are printed."""

    act: Act
    length_mm: Length | None = None
    """Of the new roll."""
    after_mm: Length | None = None


class Reader(Record, tag_field="do", tag="reader", frozen=True):
    """Pulls the virtual reader's cable, or puts it back."""

    act: ReaderAct


class SpoilCard(Record, tag_field="do", tag="spoil-card", frozen=True):
    """Makes whatever lies in the virtual reader misbehave, until another fault or None comes."""

    fault: Fault | None


class TakePaper(Record, tag_field="do", tag="take-paper", frozen=True):
    """Takes a piece that hangs at the printer, the oldest one without ``piece``."""

    to: Place
    piece: PieceId | None = None


class SetClock(Record, tag_field="do", tag="set-clock", frozen=True):
    """Puts the booth's clock off by so many seconds; 0 sets it right."""

    offset_s: Annotated[float, msgspec.Meta(ge=-4e9, le=4e9)]


class Power(StrEnum):
    """What a booth may live from."""

    MAINS = "mains"
    BATTERY = "battery"
    """The mains are out; a battery goes on."""
    WEAK = "weak"
    """Under-voltage: a poor power supply or cable."""


class SetPower(Record, tag_field="do", tag="set-power", frozen=True):
    """What the booth lives from, and how full its battery is; ``percent`` None: it has no battery."""

    power: Power
    percent: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None


class SetTemperature(Record, tag_field="do", tag="set-temperature", frozen=True):
    """How warm the booth's processor is."""

    celsius: Annotated[float, msgspec.Meta(ge=-40, le=150)]


class AskState(Record, tag_field="do", tag="state", frozen=True):
    """Changes nothing."""


Request = (
    InsertCard
    | RemoveCard
    | InsertStick
    | RemoveStick
    | Reader
    | SpoilCard
    | Printer
    | TakePaper
    | SetClock
    | SetPower
    | SetTemperature
    | AskState
)


class Piece(Record, frozen=True):
    """A piece of paper; its picture is ``paper/<where>/<id>.png`` at 8 dots a millimetre."""

    id: PieceId
    """Random: a heap of papers tells no order."""
    whole: bool
    """Cut by the printer; a fragment was torn off."""


class PrinterState(Record, frozen=True):
    """What someone at the desk sees of the printer."""

    plugged: bool
    powered: bool
    cover_open: bool
    silent: bool
    stalled: bool
    hot: bool
    jammed: bool
    roll_mm: float
    """Paper that is left on the roll."""
    printed_mm: float
    """Paper that was printed since the start."""


class ReaderState(Record, frozen=True):
    """The reader as it stands on the desk."""

    kind: ReaderKind
    plugged: bool
    fault: Fault | None = None
    """How the card in a virtual reader misbehaves."""


class DeskState(Record, frozen=True):
    """The desk as it lies there."""

    card: str | None
    """Name of the card in the reader; None also where the cards are real."""
    reader: ReaderState
    cards: tuple[str, ...]
    """The desk's cards by name."""
    stick: bool
    printer: PrinterState
    hanging: tuple[Piece, ...]
    """At the printer, the oldest first."""
    taken: dict[Place, int]
    """Pieces in each place."""


class Reply(Record, frozen=True):
    """The state after what was asked, or why it was not done."""

    ok: DeskState | None = None
    error: str | None = None
    """English sentence."""
    id: str | None = None
    """The same in Indonesian."""
