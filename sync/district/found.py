"""What lies in the reader, as far as this workspace knows it: judged before anything is done to a card."""

from dataclasses import dataclass
from enum import Enum

from config.cards.certificate import Certificate, read_certificate
from config.cards.piv.admin import PivAdmin
from config.cards.piv.card import PivCard
from config.cards.port import CardDamaged, Slot
from config.cards.registry import RegisteredCard
from config.errors import InputError
from sync.district.holders import ROLE_WORDS
from sync.district.workspace import Withdrawal, Workspace


class Standing(Enum):
    """What a workspace has to do with a card, going by the id that the card shows."""

    BLANK = "blank"
    """Nothing is on it."""
    BEGUN = "begun"
    """Issuing it was begun here and cut off."""
    REGISTERED = "registered"
    """It counts."""
    WITHDRAWN = "withdrawn"
    """It counted once."""
    FOREIGN = "foreign"
    """There is something on it that this workspace did not write."""


@dataclass(frozen=True)
class Found:
    """A card in the reader."""

    standing: Standing
    known: RegisteredCard | None
    """As the register has it, for a card that counts or counted."""
    why: Withdrawal | None
    """Why it counts no more."""
    story_en: str
    story_id: str
    """What is on a foreign card, for a sentence."""


def look(workspace: Workspace, card: PivCard) -> Found:
    """Reads the card without a PIN; raises CardDamaged (or CardGone) where it does not answer."""
    known = next((entry for entry in workspace.cards if entry.id == card.id), None)
    if known is not None:
        return Found(Standing.REGISTERED, known, None, "", "")
    old = next((entry for entry in workspace.withdrawn if entry.card.id == card.id), None)
    if old is not None:
        return Found(Standing.WITHDRAWN, old.card, old.why, "", "")
    if workspace.card_keys(card.id) is not None:
        return Found(Standing.BEGUN, None, None, "", "")
    story = _story(card)
    return Found(Standing.FOREIGN, None, None, *story) if story else Found(Standing.BLANK, None, None, "", "")


def certificate_of(card: PivCard) -> Certificate | None:
    """The card's own word on whose it is: one of our certificates, by whatever root; None for any other or none."""
    try:
        der = card.certificate(Slot.UNLOCK)
        return read_certificate(der) if der is not None else None
    except (InputError, CardDamaged):
        return None


def _story(card: PivCard) -> tuple[str, str] | None:
    """What makes a card foreign, English and Indonesian; None for a blank one."""
    certificate = certificate_of(card)
    if certificate is not None:
        claims = certificate.claims
        role = ROLE_WORDS[claims.role]
        return (
            f"it says: {claims.holder}, {role[0]}, {claims.election}",
            f"tertulis: {claims.holder}, {role[1]}, {claims.election}",
        )
    if any(_certified(card, slot) for slot in Slot):
        return "certificates of somebody else", "sertifikat pihak lain"
    # An id alone is nothing to lose: some applets make one up when they are installed.
    admin = PivAdmin(card)
    if any(admin.holds_key(slot) for slot in Slot):
        return "keys without certificates", "kunci tanpa sertifikat"
    return None


def _certified(card: PivCard, slot: Slot) -> bool:
    try:
        return card.certificate(slot) is not None
    except CardDamaged:
        return True  # something is there, and it is not ours
