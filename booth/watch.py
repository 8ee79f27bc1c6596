"""What lies in the card reader, told once for each change."""

from config.cards.port import Card, CardDamaged, Reader, ReaderGone
from config.errors import BilikError


class CardWatch:
    """Looks at one reader; a card that stays, or something unreadable that stays, is news only once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.card: Card | None = None
        self.unreadable: BilikError | None = None
        """Why nothing can be read, when something lies there or the reader is away."""

    def changed(self) -> bool:
        """Looks again; True when it is not what it was."""
        card, unreadable = None, None
        try:
            card = self._reader.card()
        except (ReaderGone, CardDamaged) as fault:
            unreadable = fault
        before = (self.card, type(self.unreadable))
        self.card, self.unreadable = card, unreadable
        return before[0] is not card or before[1] is not type(unreadable)
