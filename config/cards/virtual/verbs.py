"""What can be asked of the virtual reader and what it answers: one JSON object a line, each way."""

from typing import Annotated

import msgspec

from config.cards.virtual.faults import Fault
from config.record import Record

MAX_LINE_BYTES = 8192
"""Longest line either way, its newline included."""
SOCKET = "control.sock"
"""The control socket's name in the reader's folder."""
PLACES = 2
"""vpcd has two slots, and pcscd shows them as two readers."""

Slot = Annotated[int, msgspec.Meta(ge=0, lt=PLACES)]


class Insert(Record, tag_field="do", tag="insert", frozen=True):
    """Puts the card whose file is at ``card`` (an absolute path) into a slot."""

    card: str
    slot: Slot = 0


class Remove(Record, tag_field="do", tag="remove", frozen=True):
    """Takes the card out of a slot."""

    slot: Slot = 0


class Unplug(Record, tag_field="do", tag="unplug", frozen=True):
    """The reader goes away, and pcscd with it; cards stay in."""


class Plug(Record, tag_field="do", tag="plug", frozen=True):
    """The reader comes back."""


class SetFault(Record, tag_field="do", tag="fault", frozen=True):
    """From now on the cards in a slot have this fault, or none."""

    fault: Fault | None
    slot: Slot = 0


class AskState(Record, tag_field="do", tag="state", frozen=True):
    """Changes nothing."""


Request = Insert | Remove | Unplug | Plug | SetFault | AskState


class ReaderState(Record, frozen=True):
    """The reader as it stands there."""

    plugged: bool
    cards: tuple[str | None, ...]
    """Path of the card in each slot."""
    faults: tuple[Fault | None, ...]
    """Of each slot."""
    noticed: bool
    """pcscd has noticed all that was put in and taken out; so it has when it is not there."""

    @property
    def fault(self) -> Fault | None:
        """Of the first slot, the only one that a desk uses."""
        return self.faults[0]


class Reply(Record, frozen=True):
    """The state after what was asked, or why it was not done."""

    ok: ReaderState | None = None
    error: str | None = None
    """English sentence."""
    id: str | None = None
    """The same in Indonesian."""
