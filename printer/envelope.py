"""The slip that tells a card's holder the PIN: folded so that the PIN lies inside, then sealed in an envelope.

Top to bottom: whose it is and what to do, which stay readable outside; the PIN, the fold, a black bar. Folded at the
dashes, the bar lies on the PIN: held against a light, the envelope shows black.
"""

from dataclasses import dataclass

from config.cards.role import Role
from config.mode import Mode
from config.secret import Pin
from config.words import Words
from printer.blocks import banner
from printer.layout import Align, Columns, Cut, Document, Feed, Rule, Size, Text

_ROLES = {
    Role.OFFICERS: "paper.pin.officers",
    Role.COMMITTEE: "paper.pin.committee",
    Role.TECHNICIAN: "paper.pin.technician",
}
_BETWEEN = 2
"""Empty lines between PIN and fold, and as many between fold and bar."""


@dataclass(frozen=True)
class PinSlip:
    """One card's PIN and whose it is."""

    election: str
    district: str
    mode: Mode
    holder: str
    role: Role
    place: str
    """Village and TPS, village, or district: what the card serves."""
    label: str
    """As it is written on the card: ``1A2B-3C4D``."""
    pin: Pin


def pin_slip(slip: PinSlip, words: Words) -> Document:
    """One piece of paper; a document holds its blocks as a secret, so the PIN goes to the printer and nowhere else."""
    digits = slip.pin.reveal()
    return Document(
        (
            *banner(slip.mode, words),
            Text(words("paper.pin.title"), Size.LARGE, Align.CENTRE, bold=True),
            Text(slip.election, Size.BODY, Align.CENTRE),
            Rule.THIN,
            Text(slip.holder, Size.LARGE, bold=True),
            Columns(words("paper.pin.role"), words(_ROLES[slip.role])),
            Columns(words("paper.pin.place"), slip.place),
            Columns(words("paper.pin.card"), slip.label, bold=True),
            Text(words("paper.pin.closed"), bold=True),
            Rule.THIN,
            *(Text(words(rule)) for rule in ("paper.pin.learn", "paper.pin.apart", "paper.pin.wrong")),
            Text(words("paper.pin.help", district=slip.district)),
            Rule.THICK,
            Text(words("paper.pin.yours"), Size.LARGE, Align.CENTRE),
            Text(f"{digits[:3]} {digits[3:]}", Size.NAME, Align.CENTRE, bold=True),
            Feed(_BETWEEN),
            Rule.FOLD,
            Feed(_BETWEEN),
            Text(" ", Size.NAME, Align.CENTRE, inverse=True),
            Text(words("paper.pin.fold"), Size.BODY, Align.CENTRE),
            *banner(slip.mode, words),
            Feed(),
            Cut(),
        )
    )
