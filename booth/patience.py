"""How long the keypad waits after wrong PINs: counted over all cards, so that changing cards gains nobody a guess."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WRONG_BEFORE_WAIT = 5
FIRST_WAIT_S = 15.0
LONGEST_WAIT_S = 960.0
"""Doubling ends here: somebody who types nonsense must not be able to close a booth for the rest of the day."""


@dataclass(frozen=True)
class Patience:
    """The wrong PINs that stand against each card, and until when no PIN is taken.

    It lives in memory: what outlasts a power cut is the card's own counter, which this only slows down.
    """

    wrong: Mapping[str, int] = field(default_factory=dict)
    """Wrong PINs by card id, since that card's last right one."""
    until_s: float = float("-inf")
    """On the monotonic clock."""

    def after_wrong(self, card: str, now_s: float) -> "Patience":
        """One more wrong PIN; from the fifth on (of all cards together) the keypad waits, each time twice as long."""
        wrong = {**self.wrong, card: self.wrong.get(card, 0) + 1}
        beyond = sum(wrong.values()) - WRONG_BEFORE_WAIT
        if beyond < 0:
            return Patience(wrong, self.until_s)
        # The exponent is bounded as well, or a float would overflow in the end.
        wait_s = min(FIRST_WAIT_S * 2 ** min(beyond, 16), LONGEST_WAIT_S)
        return Patience(wrong, max(self.until_s, now_s + wait_s))

    def after_right(self, card: str) -> "Patience":
        """Clears that card's wrong PINs only: nobody pays for another card's with a card of his own."""
        return Patience({known: count for known, count in self.wrong.items() if known != card}, self.until_s)

    def wait_s(self, now_s: float) -> float:
        """Seconds until a PIN is taken again; 0 when it is taken now."""
        return max(0.0, self.until_s - now_s)
