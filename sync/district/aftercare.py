"""What happens to a card after it was issued: a new PIN by its PUK, retirement before witnesses, loss."""

from collections.abc import Callable

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.certificate import make_certificate
from config.cards.pins import new_pin
from config.cards.piv.admin import DEFAULT_PUK, PivAdmin
from config.cards.piv.card import PivCard
from config.cards.piv.management import factory_key
from config.cards.piv.refusals import FalseCard
from config.cards.port import CardDamaged, CardGone, Slot
from config.cards.registry import RegisteredCard, RetiredCard, UnknownCard, prove, recognise
from config.errors import OperatorError
from config.minisign import SecretKey
from config.secret import Pin
from sync.district import cardkeys
from sync.district.cardkeys import CardKeys
from sync.district.cards import card_list, claims_of, holder_of, label, withdraw
from sync.district.found import look
from sync.district.issuing import authenticated, factory_pin, puks_behind, recorded, refuse_contactless
from sync.district.pins import check_chosen
from sync.district.workspace import Withdrawal, Workspace


def known_card(workspace: Workspace, card: PivCard) -> RegisteredCard:
    """The card in the reader as the register has it, proved; raises UnknownCard or what is below it."""
    refuse_contactless(card)
    return recognise(card, card_list(workspace))


def unblock(workspace: Workspace, root: SecretKey, card: PivCard, pin: Pin, again: Callable[[], PivCard]) -> None:
    """Gives a card that counts a new PIN with all its tries, and tries it; the old PIN is forgotten.

    ``again`` as in ``issuing.issue``. Raises a BilikError; the command may be run again.
    """
    check_chosen(pin)
    known = known_card(workspace, card)
    keys = _keys_of(workspace, root, known)
    _authenticated(card, keys).unblock(keys.puk, pin)
    fresh = _same(again(), known.id)
    fresh.verify_pin(pin)
    prove(fresh, known, Slot.SIGN)


def retire(workspace: Workspace, root: SecretKey, card: PivCard, again: Callable[[], PivCard]) -> RegisteredCard:
    """Makes the card's key for unwrapping anew, so that no package of this election opens with it any more.

    The new key is proved by use, with a PIN that is made for that and forgotten. The register notes it last: cut off
    anywhere, the command may be run again. Raises UnknownCard for a card that never counted here, RetiredCard for
    one that is retired already.
    """
    refuse_contactless(card)
    found = look(workspace, card)
    if found.known is None:
        raise UnknownCard
    if found.why is Withdrawal.RETIRED:
        raise RetiredCard
    known = found.known
    prove(card, known, Slot.UNLOCK)
    keys = _keys_of(workspace, root, known)
    admin = _authenticated(card, keys)
    renewed = admin.generate(Slot.UNWRAP)
    claims = claims_of(workspace, known.id, holder_of(known), retired=True)
    for slot in Slot:
        point = renewed if slot is Slot.UNWRAP else known.point(slot)
        admin.write_certificate(slot, make_certificate(root, point, slot, claims))
    throwaway = new_pin()
    admin.unblock(keys.puk, throwaway)
    _prove_renewal(_same(again(), known.id), throwaway, known.point(Slot.UNWRAP), renewed)
    withdraw(workspace, root, known, Withdrawal.RETIRED)
    return known


def retired_here(workspace: Workspace, card: PivCard) -> bool:
    """Whether the register has the card as retired."""
    return look(workspace, card).why is Withdrawal.RETIRED


def release(workspace: Workspace, root: SecretKey, card: PivCard) -> RegisteredCard:
    """Makes a retired card's keys anew and sets PIN, PUK and management key back to the factory's: it is nobody's.

    All keys, and first: with the factory's PIN, 9A would sign for its old holder. Raises OperatorError for a card that
    is not retired. May be run again; without its old 9E key the card is known by its id and its management key.
    """
    refuse_contactless(card)
    found = look(workspace, card)
    if found.known is None or found.why is not Withdrawal.RETIRED:
        raise OperatorError(
            "Only a card that was retired here is set free. Retire it first.",
            id="Hanya kartu yang sudah dipensiunkan di sini yang dibebaskan. Pensiunkan dulu.",
        )
    past = recorded(workspace, root, card.id)
    admin = PivAdmin(card)
    key = authenticated(admin, past)
    for slot in Slot:
        admin.generate(slot)
    puk = factory_pin(admin, puks_behind(key, past))
    admin.change_puk(puk, DEFAULT_PUK)
    admin.change_management_key(factory_key(key.algorithm))
    return found.known


def _authenticated(card: PivCard, keys: CardKeys) -> PivAdmin:
    """The card by its own management key and no other; raises FalseCard for what does not know that one."""
    admin = PivAdmin(card)
    if not admin.authenticate(keys.management, mutual=keys.mutual):
        raise FalseCard
    return admin


def _keys_of(workspace: Workspace, root: SecretKey, known: RegisteredCard) -> CardKeys:
    keys = cardkeys.recall(workspace, root, known.id)
    if keys is None:
        raise OperatorError(
            f"card-keys/{known.id} is missing from the workspace: PUK and management key of {label(known.id)} are not "
            "here. Restore the workspace from its backup, or issue another card.",
            id=f"card-keys/{known.id} tidak ada di ruang kerja: PUK dan kunci pengelola {label(known.id)} tidak ada. "
            "Pulihkan ruang kerja dari cadangan, atau terbitkan kartu lain.",
        )
    return keys


def _same(card: PivCard, card_id: str) -> PivCard:
    if card.id != card_id:
        raise CardGone
    return card


def _prove_renewal(card: PivCard, pin: Pin, old: bytes, renewed: bytes) -> None:
    """The card agrees on a secret as the new key would, and not as the old one; raises CardDamaged."""
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    card.verify_pin(pin)
    agreed = card.agree(Slot.UNWRAP, point).reveal()

    def would_be(theirs: bytes) -> bytes:
        return ours.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

    if card.public_key(Slot.UNWRAP) != renewed or agreed != would_be(renewed) or agreed == would_be(old):
        raise CardDamaged(
            "The card does not prove that its old key is gone. Destroy its chip before the witnesses.",
            id="Kartu tidak dapat membuktikan bahwa kunci lamanya hilang. Hancurkan chipnya di depan saksi.",
        )
