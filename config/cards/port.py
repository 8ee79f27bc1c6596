"""The narrow port behind which every officer's card stands; the names of the slots are those of PIV.

Source: NIST SP 800-73-5, part 1 (key references) and part 2 (card commands).
"""

from enum import StrEnum
from typing import Protocol

from config.errors import DeviceError, OperatorError
from config.secret import Key, Pin


class Slot(StrEnum):
    """The three P-256 keys of a card."""

    UNLOCK = "9E"
    """Card authentication, no PIN: unlocks one session; shows the committee's presence at opening."""
    SIGN = "9A"
    """Authentication, PIN: opens, pauses, resolves, declares tests, closes."""
    UNWRAP = "9D"
    """Key management, PIN: unwraps the keys of store, credentials and trustees."""


class Card(Protocol):
    """A card while it stays in the reader. Every call raises CardGone when it was pulled out."""

    @property
    def id(self) -> str:
        """The card's GUID, 32 lower-case hexadecimal characters."""

    def public_key(self, slot: Slot) -> bytes:
        """The public point of a slot, 65 bytes, uncompressed SEC 1."""

    def tries_left(self) -> int:
        """PIN tries that the card still allows; asking costs none."""

    def verify_pin(self, pin: Pin) -> None:
        """Presents the PIN for this insertion; raises WrongPin or PinBlocked."""

    def sign(self, slot: Slot, message: bytes) -> bytes:
        """ECDSA with SHA-256 over ``message``, DER; raises PinNeeded for SIGN before ``verify_pin``."""

    def agree(self, slot: Slot, point: bytes) -> Key:
        """ECDH with a 65-byte point: the 32-byte x-coordinate; raises PinNeeded before ``verify_pin``."""


class Reader(Protocol):
    """One reader, in which at most one card lies."""

    def card(self) -> Card | None:
        """The card that lies in the reader now, or None; raises ReaderGone when the reader itself is away."""


class CardGone(DeviceError):
    """The card was pulled out."""

    def __init__(self) -> None:
        super().__init__(
            "The card was taken out too early. Put it in again and wait for the next sentence.",
            id="Kartu dicabut terlalu cepat. Masukkan lagi dan tunggu petunjuk berikutnya.",
        )


class ReaderGone(DeviceError):
    """The reader does not answer."""

    def __init__(self) -> None:
        super().__init__(
            "The card reader does not answer. Check its cable, then put the card in again.",
            id="Pembaca kartu tidak menjawab. Periksa kabelnya, lalu masukkan kartu lagi.",
        )


class CardDamaged(DeviceError):
    """What lies in the reader does not speak as a card should."""

    def __init__(self) -> None:
        super().__init__(
            "This card cannot be read. Use another card of the same role.",
            id="Kartu ini tidak terbaca. Pakai kartu lain dengan peran yang sama.",
        )


class PinNeeded(OperatorError):
    """The card wants its PIN before this."""

    def __init__(self) -> None:
        super().__init__("The card wants its PIN first.", id="Kartu meminta PIN lebih dahulu.")


class WrongPin(OperatorError):
    """The PIN was wrong; says how many tries are left."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(
            f"The PIN is wrong; {tries_left} tries are left. Try again with care.",
            id=f"PIN salah; sisa {tries_left} kali percobaan. Coba lagi dengan teliti.",
        )
        self.tries_left = tries_left


class PinBlocked(OperatorError):
    """The card allows no PIN any more."""

    def __init__(self) -> None:
        super().__init__(
            "The card is blocked after too many wrong PINs. Use the other card of this role.",
            id="Kartu terblokir karena PIN salah terlalu sering. Pakai kartu lain dengan peran yang sama.",
        )
