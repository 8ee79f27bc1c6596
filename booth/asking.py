"""What to make of a card: told apart before its PIN is asked, its PIN proved by a signature, its last try kept."""

from dataclasses import dataclass, replace
from enum import StrEnum

from booth.asks import Ask
from config.cards.certificate import read_certificate
from config.cards.port import Card, CardGone, PinBlocked, PinNeeded, Slot, WrongPin
from config.cards.registry import CardList, OtherPlace, RegisteredCard, UnprovenCard, prove, recognise
from config.cards.role import Role
from config.errors import BilikError
from config.secret import Pin

Sentences = tuple[str, str]
"""Indonesian, English."""

KEPT_TRIES = 1
"""The booth never takes a card's last try: wrong once more, and only the district could help its holder."""


@dataclass(frozen=True)
class Here:
    """What this booth takes cards by."""

    cards: CardList
    contactless: bool
    """Whether cards may be shown by radio."""


class NoPin(StrEnum):
    """Why the PIN of the right card is not asked."""

    LAST_TRY = "last-try"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Shown:
    """A card that is what the state asks for, its PIN proved where the state wants one."""

    card: Card
    known: RegisteredCard


@dataclass(frozen=True)
class PinFor:
    """The right card lies in the reader and its PIN is asked."""

    card: Card
    known: RegisteredCard
    tries_left: int
    wrong: bool = False
    wait_s: int = 0
    """Whole seconds that the keypad still waits, as it was when this was first told."""


@dataclass(frozen=True)
class AtWork:
    """A PIN was typed, and the card has yet to show what it is worth."""

    asked: PinFor


@dataclass(frozen=True)
class NoPinFor:
    """The right card, and the booth asks no PIN of it."""

    known: RegisteredCard
    why: NoPin
    wrong: bool = False
    """Because of a PIN that was typed just now."""


@dataclass(frozen=True)
class Refused:
    """What lies in the reader is not taken."""

    why: Sentences
    card: str | None = None
    """The id of the card that was told apart, for the log."""
    wrong: bool = False
    """Because of what it made of a PIN that was typed just now."""


@dataclass(frozen=True)
class Pulled(Refused):
    """The card left in the middle of something; said until another one comes."""


Answer = Shown | PinFor | NoPinFor | Refused


def refusal(fault: BilikError, card: str | None = None) -> Refused:
    """What an officer is told when something did not work."""
    return Pulled((fault.id, fault.en)) if isinstance(fault, CardGone) else Refused((fault.id, fault.en), card)


def put_in(card: Card, ask: Ask, here: Here, first: str | None) -> Answer:
    """What to make of a card that was just put in; ``first`` is the id of the card shown before, for a second one."""
    if card.contactless and not here.contactless:
        return Refused(_BY_RADIO, card.id)
    try:
        known = recognise(card, here.cards)
        if known.role not in ask.roles:
            return Refused(_OTHER_ROLE[known.role], card.id)
        if ask.second and known.id == first:
            return Refused(_SAME_CARD, card.id)
        return _pin_for(PinFor(card, known, card.tries_left())) if ask.pin else Shown(card, known)
    except OtherPlace as fault:
        return Refused(_OTHER_ROLE[Role.TECHNICIAN], card.id) if _of_technician(card) else refusal(fault, card.id)
    except BilikError as fault:
        return refusal(fault, card.id)


def pin_typed(asked: PinFor, pin: Pin) -> Answer:
    """Presents the PIN and has the card prove that it took it: a wire in between can say "right", but not sign.

    The tries are counted down here as well: told as many after a wrong PIN as before, nobody would know how close to
    its end the card's own counter is.
    """
    try:
        now = _pin_for(replace(asked, tries_left=min(asked.tries_left, asked.card.tries_left()), wrong=False))
        if not isinstance(now, PinFor):
            return now
        asked = now
        asked.card.verify_pin(pin)
        prove(asked.card, asked.known, Slot.SIGN)
    except (PinNeeded, UnprovenCard):
        # Something said "right" to a PIN that the card never saw, or did not take.
        return _unproven(asked)
    except WrongPin as fault:
        if fault.tries_left >= asked.tries_left:
            return _unproven(asked)
        return _pin_for(replace(asked, tries_left=fault.tries_left, wrong=True))
    except PinBlocked:
        return NoPinFor(asked.known, NoPin.BLOCKED, wrong=True)
    except BilikError as fault:
        return refusal(fault, asked.known.id)
    return Shown(asked.card, asked.known)


def _unproven(asked: PinFor) -> Refused:
    """Counted as a wrong PIN, which it may have been for the card itself."""
    return replace(refusal(UnprovenCard(), asked.known.id), wrong=True)


def _pin_for(asked: PinFor) -> PinFor | NoPinFor:
    if asked.tries_left > KEPT_TRIES:
        return asked
    return NoPinFor(asked.known, NoPin.LAST_TRY if asked.tries_left else NoPin.BLOCKED, wrong=asked.wrong)


def _of_technician(card: Card) -> bool:
    """Whether a card of this election (its certificate's signature was checked) is a technician's."""
    try:
        der = card.certificate(Slot.UNLOCK)
        return der is not None and read_certificate(der).claims.role is Role.TECHNICIAN
    except BilikError:
        return False


_OTHER_ROLE: dict[Role, Sentences] = {
    Role.COMMITTEE: (
        "Ini kartu panitia. Masukkan kartu petugas KPPS dari TPS ini.",
        "This is a committee's card. Put in a card of this TPS's officers.",
    ),
    Role.OFFICERS: (
        "Ini kartu petugas KPPS. Masukkan kartu panitia desa.",
        "This is an officer's card. Put in a card of the village's committee.",
    ),
    Role.TECHNICIAN: (
        "Ini kartu teknisi, yang tidak membuka bilik. Masukkan kartu petugas atau panitia.",
        "This is a technician's card, which opens no booth. Put in an officer's or the committee's card.",
    ),
}
_SAME_CARD: Sentences = (
    "Ini kartu yang sama. Masukkan kartu kedua dari orang lain.",
    "This is the same card. Put in a second card, of another person.",
)
_BY_RADIO: Sentences = (
    "Kartu ini dibaca tanpa kontak, yang tidak diizinkan di pemilihan ini. Masukkan ke pembaca dengan kontak.",
    "This card is read by radio, which this election does not allow. Put it into a reader with contacts.",
)
