"""The district's register of cards: who holds which, which of them count, and the request that follows from it."""

from collections.abc import Sequence

import msgspec

from config.cards.certificate import Claims
from config.cards.port import CardDamaged, Slot
from config.cards.registry import CardList, RegisteredCard
from config.election import Election
from config.errors import OperatorError
from config.minisign import SecretKey
from config.record import encode
from config.trustees import OWNERS, TrusteeRequest
from sync.district.holders import Holder, plain
from sync.district.workspace import Withdrawal, WithdrawnCard, Workspace

VALID = "valid"
"""The state of a card that counts; the others are those of ``Withdrawal``."""


def label(card_id: str) -> str:
    """What is written on a card with a pen, and stands on slip, list and console: ``1A2B-3C4D``."""
    return f"{card_id[:4]}-{card_id[4:8]}".upper()


def plain_card(card: RegisteredCard, state: str = VALID) -> dict[str, object]:
    """A card for programs: what the register has, its label and its state."""
    return {**msgspec.to_builtins(card), "label": label(card.id), "state": state}


def card_list(workspace: Workspace) -> CardList:
    """The cards that count in this election today."""
    return CardList(workspace.cards, workspace.record.election_id, workspace.root)


def claims_of(workspace: Workspace, card_id: str, holder: Holder, *, retired: bool = False) -> Claims:
    """What a card's certificates say of it."""
    return Claims(
        card=card_id,
        mode=workspace.record.mode,
        election_id=workspace.record.election_id,
        election=workspace.election.name,
        role=holder.role,
        holder=holder.name,
        village_code=holder.village,
        tps=holder.tps,
        retired=retired,
    )


def holder_of(card: RegisteredCard) -> Holder:
    """Who holds a registered card."""
    return Holder(card.role, card.holder, card.village_code, card.tps)


def card_of(workspace: Workspace, holder: Holder) -> RegisteredCard | None:
    """The card that a person holds already, if any."""
    return next((card for card in workspace.cards if holder.holds(card)), None)


def enter(workspace: Workspace, root: SecretKey, card: RegisteredCard) -> None:
    """Registers a card; from now on keys are wrapped for it.

    Raises CardDamaged when its id, or one of its keys, is that of a card which counts or counted.
    """
    enter_all(workspace, root, [card])


def enter_all(workspace: Workspace, root: SecretKey, cards: Sequence[RegisteredCard]) -> None:
    """Registers several cards, all of them or, raising what ``enter`` does, none."""
    listed = (*workspace.cards, *(old.card for old in workspace.withdrawn))
    ids = {entry.id for entry in listed}
    taken = {entry.point(slot) for entry in listed for slot in Slot}
    for card in cards:
        points = {card.point(slot) for slot in Slot}
        if card.id in ids or len(points) < len(Slot) or points & taken:
            raise CardDamaged(
                "The card shows a number or a key that another card has. It was not registered: put it aside, use "
                "another.",
                id="Kartu menunjukkan nomor atau kunci kartu lain. Kartu tidak didaftarkan: sisihkan, pakai yang lain.",
            )
        ids.add(card.id)
        taken |= points
    _keep(workspace, root, (*workspace.cards, *cards), workspace.withdrawn)


def withdraw(workspace: Workspace, root: SecretKey, card: RegisteredCard, why: Withdrawal) -> None:
    """Takes a card off the list: no new key is wrapped for it, and no new package lists it.

    A card that was off the list before is noted with the new reason.
    """
    left = tuple(entry for entry in workspace.cards if entry.id != card.id)
    others = tuple(old for old in workspace.withdrawn if old.card.id != card.id)
    _keep(workspace, root, left, (*others, WithdrawnCard(card=card, why=why)))


def named(workspace: Workspace, text: str) -> RegisteredCard:
    """The card that counts whose label (or whole id) this is; raises OperatorError."""
    wanted = plain(text).replace("-", "")
    found = [card for card in workspace.cards if len(wanted) >= 8 and card.id.startswith(wanted)]
    if len(found) != 1:
        raise OperatorError(
            f"No single card that counts has the label {text}. Look into 'bilik-district cards list'.",
            id=f"Tidak ada tepat satu kartu berlaku dengan label {text}. Lihat 'bilik-district cards list'.",
        )
    return found[0]


def booths_served(workspace: Workspace, card: RegisteredCard) -> list[str]:
    """Ids of the booths that a card may open; none for a technician's."""
    return [booth for booth in workspace.places if card.role in OWNERS and card.serves(booth)]


def packages_listing(workspace: Workspace, card: RegisteredCard) -> list[str]:
    """Ids of the booths whose package lists a card: they open with it until they get a new one."""
    listing = []
    for booth in workspace.places:
        manifest = workspace.manifest(booth)
        if manifest is not None and any(entry.id == card.id for entry in manifest.cards):
            listing.append(booth)
    return listing


def renew_request(workspace: Workspace, root: SecretKey, plan: Election) -> None:
    """Writes the trustees' request anew, for another plan."""
    _write_request(workspace, root, workspace.cards, plan)


def _keep(
    workspace: Workspace, root: SecretKey, cards: tuple[RegisteredCard, ...], withdrawn: tuple[WithdrawnCard, ...]
) -> None:
    """Writes the trustees' request (which booths need a key, and which cards may open it), then the register.

    In this order: whoever is cut off in between runs the same command again, and it writes both.
    """
    _write_request(workspace, root, cards, workspace.election)
    workspace.keep_cards(cards, withdrawn)


def _write_request(workspace: Workspace, root: SecretKey, cards: tuple[RegisteredCard, ...], plan: Election) -> None:
    request = encode(
        TrusteeRequest(
            mode=workspace.record.mode,
            election=workspace.named(plan),
            booths=tuple(sorted(place.booth_id for place in plan.places())),
            cards=cards,
        )
    )
    comment = f"bilik-trustee-request/1 {workspace.record.election_id} {workspace.record.mode.value}"
    workspace.write("request/root.pub", workspace.root.file)
    workspace.write("request/request.json", request)
    workspace.write("request/request.json.minisig", root.sign(request, comment))
