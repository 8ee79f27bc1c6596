"""What lies in the card reader, told once for each change."""

from booth.clock import Clock
from config.cards.port import Card, CardDamaged, Reader, ReaderGone
from config.errors import BilikError

SETTLE_S = 1.5
"""A reader that has just come back says "empty" until it has powered the card in it: so long that is not believed."""


class CardWatch:
    """Looks at one reader; a card that stays, or something unreadable that stays, is news only once."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self._settled_at = 0.0
        self._unseen = False
        self.card: Card | None = None
        self.unreadable: BilikError | None = None
        """Why nothing can be read, when something lies there or the reader is away."""

    @property
    def empty(self) -> bool:
        """Nothing lies there, and that was seen: of a reader that is away nobody knows."""
        return self.card is None and self.unreadable is None

    @property
    def put_in(self) -> bool:
        """A card lies there that somebody put in: a loose cable or contact does not make the same one new."""
        return self.card is not None and not self._unseen

    @property
    def away(self) -> bool:
        """The reader itself does not answer."""
        return isinstance(self.unreadable, ReaderGone)

    def changed(self) -> bool:
        """Looks again; True when it is not what it was."""
        before = (self.card, type(self.unreadable))
        self.card, self.unreadable = None, None
        now_s = self._clock.monotonic_s()
        try:
            self.card = self._reader.card()
            if self.card is not None:
                self._settled_at = now_s
            elif now_s < self._settled_at:
                self.unreadable = ReaderGone()
        except ReaderGone as fault:
            self.unreadable = fault
            self._settled_at = now_s + SETTLE_S
        except CardDamaged as fault:
            self.unreadable = fault
        if before[0] is not None and self.unreadable is not None:
            self._unseen = True
        elif self.empty:
            self._unseen = False
        return before[0] is not self.card or before[1] is not type(self.unreadable)
