"""A PIV card made into somebody's card, in steps that may be cut off anywhere and are simply begun again.

Whatever is set on the card was sealed into the workspace before; whoever holds the card up to the end gets a card
whose keys were made on it, and which was read back and proved as a stranger would, before it is registered.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import dropwhile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.certificate import make_certificate, read_certificate
from config.cards.piv import commands
from config.cards.piv.admin import DEFAULT_PIN, DEFAULT_PUK, PivAdmin
from config.cards.piv.apdu import Status
from config.cards.piv.card import PivCard
from config.cards.piv.commands import Reference
from config.cards.piv.management import DEFAULT_MANAGEMENT_KEYS, ManagementKey
from config.cards.piv.refusals import ForgetfulCard, PukBlocked, WrongManagementKey, WrongPuk
from config.cards.port import Card, CardDamaged, CardGone, PinBlocked, Slot, WrongPin
from config.cards.registry import RegisteredCard, UnprovenCard, prove, register
from config.cards.role import CardKind
from config.errors import OperatorError
from config.minisign import SecretKey
from config.secret import Pin, Puk
from sync.district import cardkeys
from sync.district.cardkeys import CardKeys
from sync.district.cards import card_of, claims_of, enter, label, withdraw
from sync.district.found import Found, Standing, look
from sync.district.holders import ROLE_WORDS, Holder, check_holder, place_words
from sync.district.workspace import Withdrawal, Workspace

PIN_TRIES = 8
"""Set where a card can: a booth slows wrong PINs down itself, and a card that blocks too soon stops an election."""


class ForeignCard(OperatorError):
    """The card holds something that this workspace did not write; the questions are for somebody who can be asked."""

    def __init__(
        self,
        found: Found,
        what_en: str = "that this workspace does not know",
        what_id: str = "yang tidak dikenal ruang kerja ini",
    ) -> None:
        self.question_en = (
            f"There are keys on this card {what_en} ({found.story_en}). Whoever needs them "
            "loses them for ever if it is issued now."
        )
        self.question_id = (
            f"Di kartu ini ada kunci {what_id} ({found.story_id}). Bila kartu diterbitkan, kunci itu hilang selamanya."
        )
        super().__init__(
            f"{self.question_en} Take a blank card, or give --overwrite.",
            id=f"{self.question_id} Pakai kartu kosong, atau beri --overwrite.",
        )


@dataclass(frozen=True)
class Order:
    """What is asked for: a card for somebody, with a PIN."""

    holder: Holder
    pin: Pin
    overwrite: bool
    """Somebody was asked in plain words, and said that what lies on the card may be destroyed."""
    management: tuple[ManagementKey, ...] = ()
    """Keys that the card's seller may have set in place of the factory's."""


def refuse_without_card(workspace: Workspace, holder: Holder, *, overwrite: bool) -> None:
    """Raises OperatorError for what needs no card to be seen: place, name, or a card that the person holds already."""
    check_holder(workspace.election, workspace.cards, holder)
    held = card_of(workspace, holder)
    if held is not None and not overwrite:
        raise OperatorError(
            f"{holder.name} holds the card {label(held.id)} already. Lost? 'cards retire --lost {label(held.id)}'. "
            "Forgotten PIN? 'cards unblock'. To issue that same card anew: --overwrite.",
            id=f"{holder.name} sudah memegang kartu {label(held.id)}. Hilang? 'cards retire --lost {label(held.id)}'. "
            "Lupa PIN? 'cards unblock'. Menerbitkan ulang kartu itu juga: --overwrite.",
        )


def refuse_card(workspace: Workspace, card: PivCard, holder: Holder, *, overwrite: bool) -> Found:
    """What lies in the reader, if a card may be made of it; else raises OperatorError or CardDamaged."""
    refuse_contactless(card)
    found = look(workspace, card)
    held = card_of(workspace, holder)
    if found.standing is Standing.REGISTERED:
        assert found.known is not None  # noqa: S101 -- that is what the standing says
        if not (overwrite and holder.holds(found.known)):
            raise _belongs(workspace, found.known)
    elif held is not None:
        raise OperatorError(
            f"{holder.name} holds another card ({label(held.id)}) than this one. Withdraw it first: "
            f"'cards retire --lost {label(held.id)}'.",
            id=f"{holder.name} memegang kartu lain ({label(held.id)}), bukan kartu ini. Cabut dulu: "
            f"'cards retire --lost {label(held.id)}'.",
        )
    elif found.standing is Standing.FOREIGN and not overwrite:
        raise ForeignCard(found)
    elif found.known is not None and found.why is Withdrawal.LOST and not overwrite:
        # Its old keys may be the last ones that open a booth of its place.
        lost = replace(found, story_en=found.known.holder, story_id=found.known.holder)
        raise ForeignCard(lost, "of a card that was withdrawn as lost", "milik kartu yang dicabut karena hilang")
    return found


def refuse_contactless(card: Card) -> None:
    """Raises OperatorError for a card that is spoken to by radio: the district's desk has no need of one."""
    if card.contactless:
        raise OperatorError(
            "This card is spoken to by radio: PIN and keys would go through the air. Use a reader with contacts.",
            id="Kartu ini dibaca lewat radio: PIN dan kunci akan lewat udara. Pakai pembaca dengan kontak chip.",
        )


def issue(
    workspace: Workspace, root: SecretKey, card: PivCard, order: Order, again: Callable[[], PivCard]
) -> RegisteredCard:
    """Makes the card in the reader the holder's, and registers it.

    ``again`` gives the same card after a reset, as at its next insertion; raises CardGone when it is not there.
    Raises a BilikError at any step; then the card is not registered, and the same command with the same card goes on.
    """
    refuse_without_card(workspace, order.holder, overwrite=order.overwrite)
    found = refuse_card(workspace, card, order.holder, overwrite=order.overwrite)
    admin = PivAdmin(card)
    past = _past(workspace, root, card, found)
    if found.standing is Standing.BLANK and not order.overwrite:
        _refuse_hidden_keys(card, admin, found)
    key = authenticated(admin, past, order.management)
    puks = puks_behind(key, past)
    if found.known is not None and found.standing is Standing.REGISTERED:
        # Before its keys are destroyed: what is on the list can be relied on.
        withdraw(workspace, root, found.known, Withdrawal.REPLACED)
    if found.standing is Standing.BEGUN:
        keys = past[0]
    else:
        keys = CardKeys.fresh(key.algorithm, past[0].card if past else None, mutual=admin.mutual)
        cardkeys.keep(workspace, root, keys)
        admin.write_identity(keys.card)
    if key.reveal() != keys.management.reveal():
        # A card that cannot do that is refused: while everybody knows its management key, whatever machine it is put
        # into can make it useless in a second, and nobody would notice before election day.
        admin.change_management_key(keys.management)
    puk = factory_pin(admin, puks)
    card.verify_pin(DEFAULT_PIN)
    if admin.set_tries(PIN_TRIES, PIN_TRIES):
        puk = DEFAULT_PUK
    claims = claims_of(workspace, keys.card, order.holder)
    for slot in Slot:
        admin.write_certificate(slot, make_certificate(root, admin.generate(slot), slot, claims))
    admin.change_puk(puk, keys.puk)
    admin.change_pin(DEFAULT_PIN, order.pin)
    known = _proved(workspace, again(), keys, order)
    enter(workspace, root, known)
    return known


def _refuse_hidden_keys(card: PivCard, admin: PivAdmin, found: Found) -> None:
    """Some cards tell only after the PIN whether a slot holds a key; on a blank card the PIN is the factory's."""
    if all(admin.holds_key(slot) is False for slot in Slot):
        return
    try:
        card.verify_pin(DEFAULT_PIN)
    except (WrongPin, PinBlocked):
        raise ForeignCard(
            replace(found, story_en="it has a PIN of its own", story_id="PIN-nya sudah diganti")
        ) from None
    if any(admin.holds_key(slot) for slot in Slot):
        raise ForeignCard(replace(found, story_en="keys without certificates", story_id="kunci tanpa sertifikat"))


def _past(workspace: Workspace, root: SecretKey, card: PivCard, found: Found) -> list[CardKeys]:
    """What may be set on the card, which proves that it is the one whose id it shows; raises OperatorError.

    A card whose issuing was cut off has no key yet that could prove it; its management key must (``puks_behind``).
    """
    if found.known is not None:
        try:
            prove(card, found.known, Slot.UNLOCK)
        except (UnprovenCard, CardDamaged):
            if found.why is Withdrawal.RETIRED:
                return []  # set free: its keys are new, and all else is the factory's again
            name = label(found.known.id)
            raise OperatorError(
                f"The card shows the number of {name} and cannot prove that it is that card: a copy, or broken. Keep "
                f"it aside and use another one; if {name} still counts: 'cards retire --lost {name}'.",
                id=f"Kartu menunjukkan nomor {name} tetapi tidak dapat membuktikannya: tiruan, atau rusak. Sisihkan "
                f"dan pakai kartu lain; bila {name} masih berlaku: 'cards retire --lost {name}'.",
            ) from None
    return recorded(workspace, root, card.id)


def recorded(workspace: Workspace, root: SecretKey, card_id: str) -> list[CardKeys]:
    """What was set, or was about to be set, on the card of that id: its own keys, then those it had before."""
    keys = cardkeys.recall(workspace, root, card_id)
    before = cardkeys.recall(workspace, root, keys.before) if keys and keys.before else None
    return [one for one in (keys, before) if one is not None]


def authenticated(admin: PivAdmin, candidates: list[CardKeys], others: tuple[ManagementKey, ...] = ()) -> ManagementKey:
    """Shows the card the management key that it wants, and says which; raises WrongManagementKey."""
    for one in candidates:
        if admin.authenticate(one.management, mutual=one.mutual):
            return one.management
    for key in (*others, *DEFAULT_MANAGEMENT_KEYS):
        if admin.authenticate(key):
            return key
    raise WrongManagementKey


def puks_behind(key: ManagementKey, past: list[CardKeys]) -> list[Puk]:
    """The recorded PUKs that a card may have which knows that management key, the likeliest first.

    None where it is a key that we did not set: PUKs are set after it, and what knows only the factory's may be any
    program that wants to learn them.
    """
    return [one.puk for one in dropwhile(lambda one: one.management.reveal() != key.reveal(), past)]


def factory_pin(admin: PivAdmin, recorded_puks: list[Puk]) -> Puk:
    """Sets the PIN back to the factory's with the card's PUK, which is returned; nobody knows the PIN of before."""
    fresh = admin.is_default(Reference.PUK)
    for puk in [DEFAULT_PUK] if fresh else [*recorded_puks, DEFAULT_PUK]:
        try:
            admin.unblock(puk, DEFAULT_PIN)
        except WrongPuk:
            continue
        except PukBlocked:
            break
        return puk
    raise OperatorError(
        "PIN and PUK of this card are neither the factory's nor those that were set here. Reset the PIV application "
        "with the maker's own tool (a YubiKey: 'ykman piv reset'), then issue it, or take another card.",
        id="PIN dan PUK kartu ini bukan bawaan pabrik dan bukan yang dipasang di sini. Kosongkan aplikasi PIV-nya "
        "dengan perangkat lunak pembuatnya (YubiKey: 'ykman piv reset') lalu terbitkan, atau pakai kartu lain.",
    )


def _proved(workspace: Workspace, card: PivCard, keys: CardKeys, order: Order) -> RegisteredCard:
    """Reads the card as a stranger would after its next insertion, and has it use each key; raises CardDamaged."""
    if card.id != keys.card:
        raise CardGone
    claims = claims_of(workspace, keys.card, order.holder)
    for slot in Slot:
        der = card.certificate(slot)
        certificate = read_certificate(der) if der is not None else None
        if certificate is None or not certificate.signed_by(workspace.root) or certificate.claims != claims:
            raise ForgetfulCard
    holder = order.holder
    known = register(
        card,
        kind=CardKind.PIV,
        role=holder.role,
        holder=holder.name,
        village_code=holder.village,
        tps=holder.tps,
    )
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), known.point(Slot.UNWRAP))
    _want_pin_wanted(card, point)
    try:
        prove(card, known, Slot.UNLOCK)
        card.verify_pin(order.pin)
        prove(card, known, Slot.SIGN)
        agreed = card.agree(Slot.UNWRAP, point).reveal() == ours.exchange(ec.ECDH(), theirs)
    except UnprovenCard:
        agreed = False
    if not agreed:
        raise CardDamaged(
            "The card does not have the keys that it says it made. It was not registered: put it aside, use another.",
            id="Kartu tidak memiliki kunci yang katanya dibuatnya. Kartu tidak didaftarkan: sisihkan, pakai yang lain.",
        )
    return known


def _want_pin_wanted(card: PivCard, point: bytes) -> None:
    """Raises CardDamaged for a card that uses 9A or 9D without the PIN, which was not shown since its reset.

    Whoever found such a card could open with it: a shim says "PIN right", and the card signs all the same.
    """
    for trial in (commands.sign(Slot.SIGN, bytes(32)), commands.agree(Slot.UNWRAP, point)):
        if card.send(trial).status != Status.SECURITY_NOT_SATISFIED:
            raise CardDamaged(
                "The card uses its keys without the PIN. It was not registered: set its PIN policy to the default with "
                "its maker's tool and issue it again, or use another card.",
                id="Kartu memakai kuncinya tanpa PIN. Kartu tidak didaftarkan: kembalikan aturan PIN-nya ke bawaan "
                "dengan perangkat lunak pembuatnya lalu terbitkan lagi, atau pakai kartu lain.",
            )


def _belongs(workspace: Workspace, known: RegisteredCard) -> OperatorError:
    role = ROLE_WORDS[known.role]
    place = place_words(workspace.election, known.village_code, known.tps)
    return OperatorError(
        f"This is the card {label(known.id)} of {known.holder} ({role[0]}, {place}). Take it out and put in the card "
        "that is asked for.",
        id=f"Ini kartu {label(known.id)} milik {known.holder} ({role[1]}, {place}). Cabut, lalu masukkan kartu yang "
        "diminta.",
    )
