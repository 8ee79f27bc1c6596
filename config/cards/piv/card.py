"""A PIV card in the reader, as the booth and the district use it: the port's verbs in the card's own commands."""

import hashlib
import re

from config.cards.piv import answers, commands, objects, tlv
from config.cards.piv.answers import Metadata, Untold
from config.cards.piv.apdu import Answer, Command, Line, Status, exchange, tries
from config.cards.piv.objects import CERTIFICATES, Object
from config.cards.piv.refusals import BadPin, NoKey, RefusedStep, want_ok, want_pin
from config.cards.piv.tlv import Tag
from config.cards.port import NO_ID, CardDamaged, NoPivCard, PinBlocked, PinNeeded, Slot
from config.errors import InputError
from config.secret import Key, Pin, Secret

_PIN = re.compile(r"[0-9]{6}")
_NOT_THERE = frozenset({Status.NOT_FOUND, Status.REFERENCE_NOT_FOUND})
_NO_SUCH_KEY = _NOT_THERE | {Status.WRONG_P1_P2}


def is_pin(code: Secret[str]) -> bool:
    """Whether it is six ASCII digits, as every PIN of ours."""
    return _PIN.fullmatch(code.reveal()) is not None


class PivCard:
    """One insertion of a card; see ``config.cards.port.Card``. What the line raises passes through."""

    def __init__(self, line: Line, *, contactless: bool = False) -> None:
        """Selects the PIV application and reads the card's id; raises NoPivCard or CardDamaged."""
        self._line = line
        self._contactless = contactless
        self._pin_shown = False
        self._certificates: dict[Slot, bytes | None] = {}
        self._points: dict[Slot, bytes] = {}
        self._select()
        self._id = self._read_id()

    @property
    def id(self) -> str:
        return self._id

    @property
    def contactless(self) -> bool:
        return self._contactless

    @property
    def pin_shown(self) -> bool:
        """The PIN was shown and accepted in this insertion."""
        return self._pin_shown

    def certificate(self, slot: Slot) -> bytes | None:
        if slot not in self._certificates:
            held = self.read_object(CERTIFICATES[slot])
            self._certificates[slot] = None if held is None else objects.read_certificate_object(held)
        return self._certificates[slot]

    def public_key(self, slot: Slot) -> bytes:
        if slot not in self._points:
            der = self.certificate(slot)
            if der is None:
                raise NoKey
            self._points[slot] = objects.certified_point(der)
        return self._points[slot]

    def tries_left(self) -> int:
        """As the port says; a card that was shown its PIN and keeps no metadata is made to forget it for that."""
        answer = self.send(commands.ask_tries())
        return self._tries_after_pin() if answer.status == Status.OK else _told_tries(answer)

    def verify_pin(self, pin: Pin) -> None:
        if not is_pin(pin):
            raise BadPin
        self._pin_shown = False
        answer = self.send(commands.verify(pin))
        want_pin(answer)
        want_ok(answer)
        self._pin_shown = True

    def sign(self, slot: Slot, message: bytes) -> bytes:
        return answers.signature(self._use(slot, commands.sign(slot, hashlib.sha256(message).digest())))

    def agree(self, slot: Slot, point: bytes) -> Key:
        # A point off the curve would have the card compute with a weak group and tell its key piece by piece.
        if not answers.is_point(point):
            raise InputError(
                "A wrapped key is damaged. Make the package again.",
                id="Kunci terbungkus rusak. Buat ulang paketnya.",
            )
        return answers.shared_secret(self._use(slot, commands.agree(slot, point)))

    def send(self, command: Command) -> Answer:
        """One whole exchange with the card; the verbs of issuing are built on it."""
        return exchange(self._line, command)

    def read_object(self, tag: Object) -> bytes | None:
        """What an object holds, None where the card has none; raises CardDamaged."""
        answer = self.send(commands.get_data(tag))
        if answer.status in _NOT_THERE:
            return None
        want_ok(answer)
        return objects.content(answer.reveal())

    def metadata(self, reference: int) -> Metadata | Untold:
        """What the card tells of a key, the PIN or the PUK (a maker's extra); raises CardDamaged."""
        answer = self.send(commands.get_metadata(reference))
        if answer.status == Status.OK:
            return answers.metadata(answer)
        return Untold.EMPTY if answer.status in _NOT_THERE else Untold.SILENT

    def forget_pin(self) -> None:
        """Counts the PIN as not shown: whoever wants a key of the card shows it again."""
        self._pin_shown = False

    def reread(self) -> None:
        """Forgets what was read: something was written to the card."""
        self._certificates.clear()
        self._points.clear()
        self._id = self._read_id()

    def _select(self) -> None:
        answer = self.send(commands.select())
        if answer.status != Status.OK:
            raise NoPivCard
        # The application property template (part 2, table 3) names who answers; it may list algorithms several times.
        if Tag.APPLICATION not in dict(tlv.pairs(tlv.only(answer.reveal(), Tag.PROPERTIES))):
            raise CardDamaged

    def _read_id(self) -> str:
        chuid = self.read_object(Object.CHUID)
        guid = None if chuid is None else objects.read_chuid(chuid)
        return NO_ID if guid is None else guid.hex()

    def _tries_after_pin(self) -> int:
        told = self.metadata(commands.Reference.PIN)
        if isinstance(told, Metadata) and told.tries_left is not None:
            return told.tries_left
        self.forget_pin()
        self.send(commands.forget_pin())
        answer = self.send(commands.ask_tries())
        if answer.status == Status.OK:
            raise CardDamaged(
                "The card tells its PIN tries only when it was just put in. Take it out and put it in again.",
                id="Kartu menunjukkan sisa percobaan PIN hanya saat baru dimasukkan. Cabut lalu masukkan lagi.",
            )
        return _told_tries(answer)

    def _use(self, slot: Slot, command: Command) -> Answer:
        """Sends a command that uses a private key."""
        guarded = slot is not Slot.UNLOCK
        if guarded and not self._pin_shown:
            raise PinNeeded
        answer = self.send(command)
        if answer.status == Status.OK:
            return answer
        if guarded and answer.status in (Status.SECURITY_NOT_SATISFIED, Status.BLOCKED):
            self._pin_shown = False
            raise PinBlocked if answer.status == Status.BLOCKED else PinNeeded
        raise NoKey if answer.status in _NO_SUCH_KEY else RefusedStep(answer.status)


def _told_tries(answer: Answer) -> int:
    left = 0 if answer.status == Status.BLOCKED else tries(answer.status)
    if left is None:
        raise RefusedStep(answer.status)
    return left
