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


class CardsByPlace:
    """A list of cards, asked for those that serve a booth: a district has a thousand booths and two thousand cards."""

    def __init__(self, cards: tuple[RegisteredCard, ...]) -> None:
        self._found: dict[tuple[Role, str], list[tuple[int, RegisteredCard]]] = {}
        for number, card in enumerate(cards):
            place = card.village_code or ""
            if card.village_code is not None and card.tps is not None:
                place = f"{card.village_code}-{card.tps:03d}"
            self._found.setdefault((card.role, place), []).append((number, card))

    def serving(self, role: Role, booth: str) -> tuple[RegisteredCard, ...]:
        """The cards of one role that serve a booth, in the list's order."""
        tps = booth.rpartition("-")[0]
        village = tps.rpartition("-")[0]
        found = [entry for place in ("", village, tps) for entry in self._found.get((role, place), ())]
        return tuple(card for _, card in sorted(found, key=lambda entry: entry[0]))


def cards_for(cards: tuple[RegisteredCard, ...], role: Role, booth: str) -> tuple[RegisteredCard, ...]:
    """The cards of one role that serve a booth: its TPS's officers, or its village's committee."""
    return tuple(card for card in cards if card.role is role and card.serves(booth))


def seal_context(election_id: str, booth: str, role: Role) -> str:
    """The context under which a trustee's secret scalar is wrapped."""
    return f"trustee|{election_id}|{booth}|{role.value}"


def secrets_context(ballot_uuid: str) -> str:
    """The context under which the key of a booth's secrets file is wrapped."""
    return f"secrets|{ballot_uuid}"
