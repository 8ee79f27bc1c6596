"""What the district does to a card: make keys, write certificates, change PIN, PUK and management key.

Source: NIST SP 800-73-5 part 2, sections 3.2 and 3.3. Changing the management key, setting tries and telling version,
serial number and metadata are makers' extras; where a card has none of them is an ordinary answer.
"""

import hmac
import re
import secrets
from functools import cached_property

from config.cards.piv import answers, commands, objects
from config.cards.piv.answers import Metadata, Untold
from config.cards.piv.apdu import ABSENT, Answer, Status, tries
from config.cards.piv.card import PivCard, is_pin
from config.cards.piv.commands import Reference
from config.cards.piv.management import (
    DEFAULT_MANAGEMENT_KEY,
    DEFAULT_MANAGEMENT_KEYS,
    ManagementAlgorithm,
    ManagementKey,
)
from config.cards.piv.objects import CERTIFICATES, Object
from config.cards.piv.refusals import (
    BadPin,
    BadPuk,
    CannotGenerate,
    FalseCard,
    FixedManagementKey,
    ForgetfulCard,
    want_new_code,
    want_ok,
    want_pin,
    want_puk,
    want_written,
)
from config.cards.piv.tlv import Tag
from config.cards.port import PinNeeded, Slot
from config.errors import InputError
from config.secret import Pin, Puk, Secret

__all__ = ["DEFAULT_MANAGEMENT_KEY", "DEFAULT_MANAGEMENT_KEYS", "DEFAULT_PIN", "DEFAULT_PUK", "PivAdmin"]

DEFAULT_PIN = Pin("123456")
DEFAULT_PUK = Puk("12345678")
MAX_CERTIFICATE_BYTES = 3000
MAX_TRIES = 15
"""The largest number of tries that a status word can tell."""
_CARD_ID = re.compile(r"[0-9a-f]{32}")
_PUK = re.compile(r"[0-9]{8}")
_OTHER_KINDS = (0x05, 0x06, 0x07, 0x14, 0x16)
"""RSA of 3072, 1024, 2048 bits, P-384, RSA of 4096 bits: what a slot may hold that is not P-256 (SP 800-78-5)."""
_WRONG_KEY = frozenset({Status.SECURITY_NOT_SATISFIED, Status.WRONG_DATA, Status.VERIFY_FAILED, Status.BLOCKED})
_NOT_THIS_WAY = ABSENT | {Status.WRONG_DATA, Status.REFERENCE_NOT_FOUND, Status.NOT_FOUND}
_BASE_POINT = bytes.fromhex(
    "046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
    "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
)
"""Generator of P-256: agreeing with it yields the public key again, so nothing is learnt from a trial."""


class PivAdmin:
    """The verbs of issuing, for one insertion of a card. ``authenticate`` comes before whatever writes."""

    def __init__(self, card: PivCard) -> None:
        self._card = card
        self.mutual = False
        """The card, too, showed that it knows the management key that it accepted last."""

    @cached_property
    def version(self) -> str | None:
        """Version of the card's PIV application, such as ``5.4.3``; None for a card that does not tell."""
        answer = self._card.send(commands.get_version())
        return answers.version(answer) if answer.status == Status.OK else None

    @cached_property
    def serial(self) -> int | None:
        """The maker's serial number, as it is printed on some cards; None for a card that does not tell."""
        answer = self._card.send(commands.get_serial())
        return answers.serial(answer) if answer.status == Status.OK else None

    def algorithm(self) -> ManagementAlgorithm | None:
        """Cipher of the management key now in the card; None where the card does not tell."""
        told = self._card.metadata(Reference.MANAGEMENT)
        if isinstance(told, Untold) or told.algorithm is None:
            return None
        return ManagementAlgorithm(told.algorithm) if told.algorithm in list(ManagementAlgorithm) else None

    def is_default(self, reference: Reference) -> bool | None:
        """Whether PIN, PUK or management key is still the factory's; None where the card does not tell."""
        told = self._card.metadata(reference)
        return told.is_default if isinstance(told, Metadata) else None

    def puk_tries_left(self) -> int | None:
        """PUK tries that the card still allows; None for a card that does not tell."""
        told = self._card.metadata(Reference.PUK)
        return told.tries_left if isinstance(told, Metadata) else None

    def holds_key(self, slot: Slot) -> bool | None:
        """Whether a slot holds a private key, of any kind; None where the card tells only after the PIN, or never."""
        told = self._card.metadata(commands.key_reference(slot))
        if told is not Untold.SILENT:
            return isinstance(told, Metadata)
        # Without the PIN many cards only say that they want it, but some tell an empty slot first.
        trial = commands.agree(slot, _BASE_POINT) if slot is Slot.UNWRAP else commands.sign(slot, bytes(32))
        answer = self._card.send(trial)
        if answer.status == Status.OK:
            return True
        if answer.status in (Status.REFERENCE_NOT_FOUND, Status.NOT_FOUND):
            return False
        # Many cards say "wrong P1 or P2" of an empty slot and of a key of another kind alike.
        if answer.status == Status.WRONG_P1_P2 and all(
            self._card.send(commands.probe(slot, kind)).status == Status.WRONG_P1_P2 for kind in _OTHER_KINDS
        ):
            return False
        return None

    def authenticate(self, key: ManagementKey, *, mutual: bool = False) -> bool:
        """Shows the management key, and has the card show that it knows it too; False when it is another key.

        A card that shows nothing is believed only without ``mutual``. Raises FalseCard for one that only pretends to
        know the key, or does not show what it showed before.
        """
        self.mutual = False
        kind = key.algorithm
        answer = self._card.send(commands.ask_witness(kind))
        if answer.status in _NOT_THIS_WAY:
            return self._authenticate_one_sided(key, refused=mutual)
        want_ok(answer)
        witness = key.decrypt(answers.block(answer, Tag.WITNESS, kind.block_bytes))
        challenge = Secret(secrets.token_bytes(kind.block_bytes))
        answer = self._card.send(commands.show_witness(kind, witness, challenge))
        if not _accepted(answer):
            return False
        proof = answers.block(answer, Tag.RESPONSE, kind.block_bytes)
        if not hmac.compare_digest(proof.reveal(), key.encrypt(challenge).reveal()):
            raise FalseCard
        self.mutual = True
        return True

    def authenticate_factory(self) -> bool:
        """Shows the factory's management key, in each cipher that cards come with; False when it was changed."""
        told = self.algorithm()
        return any(self.authenticate(key) for key in DEFAULT_MANAGEMENT_KEYS if told in (None, key.algorithm))

    def generate(self, slot: Slot) -> bytes:
        """Makes a slot's P-256 key anew, the old one is lost; its public point, 65 bytes. Takes up to some seconds."""
        answer = self._card.send(commands.generate(slot))
        if answer.status in ABSENT or answer.status == Status.WRONG_DATA:
            raise CannotGenerate
        want_written(answer)
        return answers.generated_point(answer)

    def write_certificate(self, slot: Slot, der: bytes) -> None:
        """Writes a slot's certificate (at most 3,000 bytes) and reads it back."""
        if not 0 < len(der) <= MAX_CERTIFICATE_BYTES:
            raise InputError(
                "The certificate is too long for a card. Shorten the holder's name and issue the card again.",
                id="Sertifikat terlalu panjang untuk kartu. Singkatkan nama pemegang, lalu terbitkan lagi.",
            )
        self._write(CERTIFICATES[slot], objects.make_certificate_object(der))

    def write_identity(self, card_id: str) -> None:
        """Writes the card's id (32 lower-case hexadecimal characters) as CHUID and CCC, and reads it back."""
        if _CARD_ID.fullmatch(card_id) is None:
            raise InputError(
                "A card's id has 32 hexadecimal digits. Issue the card again.",
                id="Id kartu terdiri dari 32 digit heksadesimal. Terbitkan ulang kartunya.",
            )
        guid = bytes.fromhex(card_id)
        self._write(Object.CCC, objects.make_ccc(guid))
        self._write(Object.CHUID, objects.make_chuid(guid))

    def change_pin(self, old: Pin, new: Pin) -> None:
        """Changes the PIN; raises WrongPin, PinBlocked or NewCodeRefused. The new one is not shown by that."""
        if not (is_pin(old) and is_pin(new)):
            raise BadPin
        self._card.forget_pin()
        answer = self._card.send(commands.change_pin(old, new))
        want_pin(answer)
        want_new_code(answer)

    def change_puk(self, old: Puk, new: Puk) -> None:
        """Changes the PUK; raises WrongPuk, PukBlocked or NewCodeRefused."""
        if not (_is_puk(old) and _is_puk(new)):
            raise BadPuk
        answer = self._card.send(commands.change_puk(old, new))
        want_puk(answer)
        want_new_code(answer)

    def unblock(self, puk: Puk, new_pin: Pin) -> None:
        """Sets a new PIN and fills up its tries; raises WrongPuk, PukBlocked or NewCodeRefused."""
        if not _is_puk(puk):
            raise BadPuk
        if not is_pin(new_pin):
            raise BadPin
        self._card.forget_pin()
        answer = self._card.send(commands.unblock(puk, new_pin))
        want_puk(answer)
        want_new_code(answer)

    def change_management_key(self, new: ManagementKey) -> None:
        """Changes the management key; raises FixedManagementKey for a card that cannot (or not to that cipher)."""
        answer = self._card.send(commands.set_management_key(new))
        if answer.status in ABSENT or answer.status == Status.WRONG_DATA:
            raise FixedManagementKey
        want_written(answer)

    def set_tries(self, pin: int, puk: int) -> bool:
        """Sets how many wrong PINs and PUKs the card allows (1 to 15 each); False where the card cannot.

        It wants management key and PIN, and sets PIN and PUK back to the factory's.
        """
        if not (1 <= pin <= MAX_TRIES and 1 <= puk <= MAX_TRIES):
            raise InputError(
                "A card allows 1 to 15 tries. Choose another number.",
                id="Kartu mengizinkan 1 sampai 15 percobaan. Pilih angka lain.",
            )
        answer = self._card.send(commands.set_tries(pin, puk))
        if answer.status in ABSENT:
            return False
        if answer.status == Status.SECURITY_NOT_SATISFIED and not self._card.pin_shown:
            raise PinNeeded
        want_written(answer)
        self._card.forget_pin()
        return True

    def _authenticate_one_sided(self, key: ManagementKey, *, refused: bool) -> bool:
        """For cards that show no witness; a card that refuses this too has a key of another cipher."""
        kind = key.algorithm
        answer = self._card.send(commands.ask_challenge(kind))
        if answer.status in _NOT_THIS_WAY:
            return False
        want_ok(answer)
        if refused:
            # The card of before shows a witness in this cipher: here somebody wants to be believed without the key.
            raise FalseCard
        challenge = answers.block(answer, Tag.CHALLENGE, kind.block_bytes)
        return _accepted(self._card.send(commands.answer_challenge(kind, key.encrypt(challenge))))

    def _write(self, tag: Object, content: bytes) -> None:
        want_written(self._card.send(commands.put_data(tag, content)))
        if self._card.read_object(tag) != content:
            raise ForgetfulCard
        self._card.reread()


def _is_puk(code: Secret[str]) -> bool:
    return _PUK.fullmatch(code.reveal()) is not None


def _accepted(answer: Answer) -> bool:
    """Whether the card took the proof of a management key."""
    if answer.status in _WRONG_KEY or tries(answer.status) is not None:
        return False
    want_ok(answer)
    return True
