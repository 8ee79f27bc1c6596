"""The narrow port behind which every officer's card stands; the names of the slots are those of PIV.

Source: NIST SP 800-73-5, part 1 (key references) and part 2 (card commands).
"""

from enum import StrEnum
from typing import Protocol

from config.errors import DeviceError, OperatorError
from config.secret import Key, Pin

NO_ID = "0" * 32


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
        """The card's GUID, 32 lower-case hexadecimal characters; ``NO_ID`` for a card that was never issued."""

    @property
    def contactless(self) -> bool:
        """It is spoken to by radio, which a relay can carry far away: refused unless the settings allow it."""

    def certificate(self, slot: Slot) -> bytes | None:
        """The X.509 certificate (DER) that the card carries for a slot; nothing in it is believed as it stands."""

    def public_key(self, slot: Slot) -> bytes:
        """The public point that the card names for a slot, 65 bytes, uncompressed SEC 1; raises CardDamaged."""

    def tries_left(self) -> int:
        """PIN tries that the card still allows; asking costs none."""

    def verify_pin(self, pin: Pin) -> None:
        """Presents the PIN for this insertion; raises WrongPin or PinBlocked."""

    def sign(self, slot: Slot, message: bytes) -> bytes:
        """ECDSA with SHA-256 over ``message``, DER; raises PinNeeded for SIGN before ``verify_pin``."""

    def agree(self, slot: Slot, point: bytes) -> Key:
        """ECDH with a 65-byte point: the 32-byte x-coordinate; raises PinNeeded before ``verify_pin``."""


class Reader(Protocol):
    """What a machine looks for cards in; at most one card counts at a time."""

    @property
    def soft(self) -> bool:
        """Its cards are files that anybody can copy: for rehearsals only."""

    def card(self) -> Card | None:
        """The card that lies in the reader now, or None; the same object as long as it stays in.

        Raises ReaderGone when the reader itself is away, CardDamaged (or what is below it) for what cannot be read.
        """

    def lies(self) -> bool:
        """Whether something lies in the reader, which is not spoken to; raises ReaderGone when nobody can see."""


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
    """What lies in the reader does not speak as a card should; says more where more is known."""

    def __init__(
        self,
        en: str = "This card cannot be read. Use another card of the same role.",
        *,
        id: str = "Kartu ini tidak terbaca. Pakai kartu lain dengan peran yang sama.",  # noqa: A002
    ) -> None:
        super().__init__(en, id=id)


class NoPivCard(CardDamaged):
    """A smart card, but not one for this work."""

    def __init__(self) -> None:
        super().__init__(
            "This is not a PIV card (a bank or identity card, perhaps). Put in the officer's card.",
            id="Ini bukan kartu PIV (mungkin kartu bank atau KTP). Masukkan kartu petugas.",
        )


class SilentCard(CardDamaged):
    """Something lies in the reader that does not answer: no smart card at all, or one that lies the wrong way round."""

    def __init__(self) -> None:
        super().__init__(
            "The card does not answer. Put it in with the chip first and facing up; if it stays so, use another card.",
            id="Kartu tidak menjawab. Masukkan dengan chip di depan dan menghadap ke atas; bila tetap begitu, pakai "
            "kartu lain.",
        )


class SlowCard(CardDamaged):
    """The card took longer than any healthy card does."""

    def __init__(self) -> None:
        super().__init__(
            "The card did not answer in time. Take it out, wipe its chip, and put it in again; else use another card.",
            id="Kartu terlalu lama menjawab. Cabut, usap chipnya, lalu masukkan lagi; bila tetap, pakai kartu lain.",
        )


class TwoCards(CardDamaged):
    """Two readers hold a card each, and nobody can say which one is meant."""

    def __init__(self) -> None:
        super().__init__(
            "Two cards lie in the readers. Take one of them out.", id="Ada dua kartu di pembaca. Cabut salah satunya."
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
