"""A shim between a booth and soft cards: what a wire, a bad reader or a bad card could say, call by call."""

from collections.abc import Callable
from pathlib import Path

from config.cards.port import Card, ReaderGone, Slot
from config.cards.soft import SoftReader
from config.errors import BilikError
from config.secret import Key, Pin


class WiredCard:
    """A card that says what the one behind it says; a subclass lies."""

    def __init__(self, card: Card) -> None:
        self.card = card

    @property
    def id(self) -> str:
        return self.card.id

    @property
    def contactless(self) -> bool:
        return False

    def certificate(self, slot: Slot) -> bytes | None:
        return self.card.certificate(slot)

    def public_key(self, slot: Slot) -> bytes:
        return self.card.public_key(slot)

    def tries_left(self) -> int:
        return self.card.tries_left()

    def verify_pin(self, pin: Pin) -> None:
        self.card.verify_pin(pin)

    def sign(self, slot: Slot, message: bytes) -> bytes:
        return self.card.sign(slot, message)

    def agree(self, slot: Slot, point: bytes) -> Key:
        return self.card.agree(slot, point)


class WiredReader(SoftReader):
    """A reader that can be away or hold something strange."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.kind: Callable[[Card], Card] = WiredCard
        """What is put between from the next card on."""
        self.unreadable: BilikError | None = None
        self._held: tuple[Card | None, Card | None] = (None, None)

    def card(self) -> Card | None:
        if self.unreadable is not None:
            raise self.unreadable
        inner = super().card()
        if inner is not self._held[0]:
            self._held = (inner, None if inner is None else self.kind(inner))
        return self._held[1]

    def lies(self) -> bool:
        if isinstance(self.unreadable, ReaderGone):
            raise self.unreadable
        return super().lies() or self.unreadable is not None
