"""What passes between the staff laptop and a trustee's own machine: a request out, public keys and seals back."""

from typing import Annotated

import msgspec

from config.cards.registry import RegisteredCard
from config.cards.role import Role
from config.mode import Mode
from config.package import ElectionName
from config.record import Record
from config.wrap import Wrapped

OWNERS = (Role.OFFICERS, Role.COMMITTEE)
"""Whose key is the first and whose the second trustee of every booth; owner 1 and 2 in its archive."""


class TrusteeRequest(Record, tag_field="format", tag="bilik-trustee-request/1", frozen=True):
    """Which booths need a key and which cards may ever open it; signed by the root (``.minisig`` beside it)."""

    mode: Mode
    election: ElectionName
    booths: tuple[str, ...]
    """Booth ids (``Place.booth_id``), sorted."""
    cards: tuple[RegisteredCard, ...]


class BoothTrustee(Record, frozen=True):
    """One role's key for one booth."""

    booth: str
    public: str
    """The trustee's public record in Belenios' JSON: proof of possession and public key."""
    keys: tuple[Wrapped, ...]
    """The 32-byte secret scalar, wrapped for each card of the role that serves this booth."""


class TrusteeFile(Record, tag_field="format", tag="bilik-trustee/1", frozen=True):
    """What ``bilik-district trustee new`` writes; it holds no secret that opens without a card and its PIN."""

    mode: Mode
    election_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    role: Role
    booths: tuple[BoothTrustee, ...]


def cards_for(cards: tuple[RegisteredCard, ...], role: Role, booth: str) -> tuple[RegisteredCard, ...]:
    """The cards of one role that serve a booth: its TPS's officers, or its village's committee."""
    return tuple(card for card in cards if card.role is role and card.serves(booth))


def seal_context(election_id: str, booth: str, role: Role) -> str:
    """The context under which a trustee's secret scalar is wrapped."""
    return f"trustee|{election_id}|{booth}|{role.value}"


def secrets_context(ballot_uuid: str) -> str:
    """The context under which the key of a booth's secrets file is wrapped."""
    return f"secrets|{ballot_uuid}"
