"""Asking for a card: told apart before its PIN is asked, and taken only once for each time it is put in."""

from dataclasses import dataclass, replace

from booth.asks import Ask
from config.cards.port import Card, PinBlocked, WrongPin
from config.cards.registry import CardList, RegisteredCard, recognise
from config.cards.role import Role
from config.errors import BilikError
from config.secret import Pin

Sentences = tuple[str, str]
"""Indonesian, English."""


@dataclass(frozen=True)
class Shown:
    """A card that is what the state asks for, its PIN verified where the state wants one."""

    card: Card
    known: RegisteredCard


@dataclass(frozen=True)
class PinFor:
    """The right card lies in the reader and its PIN is asked."""

    card: Card
    known: RegisteredCard
    tries_left: int
    wrong: bool = False

    @property
    def blocked(self) -> bool:
        """The card allows no PIN any more."""
        return self.tries_left == 0


@dataclass(frozen=True)
class Refused:
    """The card that lies in the reader is not taken."""

    why: Sentences


Answer = Shown | PinFor | Refused


def put_in(card: Card, ask: Ask, here: CardList, first: str | None) -> Answer:
    """What to make of a card that was just put in; ``first`` is the id of the card shown before, for a second one."""
    try:
        known = recognise(card, here)
        tries_left = card.tries_left() if ask.pin else 0
    except BilikError as fault:
        return Refused((fault.id, fault.en))
    if known.role not in ask.roles:
        return Refused(_OTHER_ROLE[known.role])
    if ask.second and known.id == first:
        return Refused(_SAME_CARD)
    return PinFor(card, known, tries_left) if ask.pin else Shown(card, known)


def pin_typed(asked: PinFor, pin: Pin) -> Answer:
    """Presents the PIN to the card; raises CardGone when it was pulled out."""
    try:
        asked.card.verify_pin(pin)
    except WrongPin as fault:
        return replace(asked, tries_left=fault.tries_left, wrong=True)
    except PinBlocked:
        return replace(asked, tries_left=0, wrong=True)
    return Shown(asked.card, asked.known)


_OTHER_ROLE: dict[Role, Sentences] = {
    Role.COMMITTEE: (
        "Ini kartu panitia. Masukkan kartu petugas KPPS dari TPS ini.",
        "This is a committee's card. Put in a card of this TPS's officers.",
    ),
    Role.OFFICERS: (
        "Ini kartu petugas KPPS. Masukkan kartu panitia desa.",
        "This is an officer's card. Put in a card of the village's committee.",
    ),
}
_SAME_CARD: Sentences = (
    "Ini kartu yang sama. Masukkan kartu kedua dari orang lain.",
    "This is the same card. Put in a second card, of another person.",
)
