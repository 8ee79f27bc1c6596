"""What lies in the card reader, told once for each change."""

from booth.clock import Clock
from config.cards.port import Card, CardDamaged, Reader, ReaderGone
from config.errors import BilikError

CARD_PURSE_S = 8.0
"""How long a card may keep the booth at a stretch, while the screen stands still; a slow healthy one takes three."""
SETTLE_S = 1.5
"""A reader that has just come back says "empty" until it has powered the card in it: so long that is not believed."""


class CardWatch:
    """Looks at one reader; a card that stays, or something unreadable that stays, is news only once.

    A card is spoken to while one is asked for, and only if it came in then: nothing that is put into the reader of a
    voter's session can keep the booth waiting.
    """

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self._settled_at = 0.0
        self._unseen = False
        self._passed_over = False
        self.card: Card | None = None
        self.lies = False
        """A card lies there: ``card``, or one that was not spoken to."""
        self.unreadable: BilikError | None = None
        """Why nothing can be read, when something lies there or the reader is away."""

    @property
    def empty(self) -> bool:
        """Nothing lies there, and that was seen: of a reader that is away nobody knows."""
        return not self.lies and self.unreadable is None

    @property
    def put_in(self) -> bool:
        """A card lies there that somebody put in: a loose cable or contact does not make the same one new."""
        return self.card is not None and not self._unseen

    @property
    def away(self) -> bool:
        """The reader itself does not answer."""
        return isinstance(self.unreadable, ReaderGone)

    def changed(self, *, asked: bool) -> bool:
        """Looks again; True when it is not what it was. ``asked``: a card is asked for."""
        card, lies, unreadable = self.card, self.lies, type(self.unreadable)
        self.card, self.lies, self.unreadable = None, False, None
        now_s = self._clock.monotonic_s()
        try:
            if asked and not self._passed_over:
                self.card = self._reader.card()
                self.lies = self.card is not None
            else:
                self.lies = self._reader.lies()
                self._passed_over = self._passed_over or self.lies
            if self.lies:
                self._settled_at = now_s
            elif now_s < self._settled_at:
                self.unreadable = ReaderGone()
        except ReaderGone as fault:
            self.unreadable = fault
            self._settled_at = now_s + SETTLE_S
        except CardDamaged as fault:
            self.unreadable = fault
        if card is not None and self.unreadable is not None:
            self._unseen = True
        elif self.empty:
            self._unseen = self._passed_over = False
        return card is not self.card or lies is not self.lies or unreadable is not type(self.unreadable)
