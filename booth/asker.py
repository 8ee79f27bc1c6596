"""The asking of cards: one reader, what the state wants of it, and what the screen tells meanwhile."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from booth.asking import Answer, AtWork, Here, NoPinFor, PinFor, Pulled, Refused, Shown, pin_typed, put_in, refusal
from booth.asks import Ask, Leave
from booth.device import Device
from booth.drawing import Facts
from booth.patience import Patience
from booth.watch import CardWatch
from config.secret import Pin


@dataclass(frozen=True)
class Left:
    """The card that had to leave was seen to leave."""


class Asker:
    """Takes a card once for each time it is put in. What it has come to stands in ``facts``; the runner acts on it."""

    def __init__(self, device: Device, facts: Facts) -> None:
        self._clock = device.clock
        self._facts = facts
        self._watch = CardWatch(device.reader, device.clock)
        self._ask: Ask | Leave | None = None
        self._first: str | None = None
        self._patience = Patience()

    @property
    def card_lies(self) -> bool:
        """A card lies in the reader, as far as anybody asked."""
        return self._watch.lies

    @property
    def reader_away(self) -> bool:
        """The reader itself does not answer."""
        return self._watch.away

    @property
    def pin_asked(self) -> bool:
        """An officer is busy with a PIN."""
        return isinstance(self._facts.asked, PinFor | AtWork)

    def want(self, ask: Ask | Leave | None) -> None:
        """A new state: a card that lies there already was shown to another one."""
        self._ask = ask
        self._anew(used=self.card_lies)

    def cancel(self) -> None:
        """Leaves the PIN alone; the card must be put in anew."""
        if isinstance(self._facts.asked, PinFor | NoPinFor):
            self._anew(used=True)

    def look(self, here: Here | None) -> Answer | Left | None:
        """Looks at the reader; what is to be done about it, if anything."""
        news = self._watch.changed(asked=isinstance(self._ask, Ask) and here is not None)
        self._end_wait()
        match self._ask:
            case Leave():
                self._anew(used=False)
                return Left() if self._watch.empty else None
            case Ask() if news and here is not None:
                return self._look(self._ask, here)
        return None

    def _look(self, ask: Ask, here: Here) -> Answer | None:
        if self._watch.empty and isinstance(self._facts.asked, Pulled):
            return None
        card = self._watch.card
        self._anew(used=self.card_lies and not self._watch.put_in)
        return self._keep(put_in(card, ask, here, self._first)) if card is not None and self._watch.put_in else None

    def _anew(self, *, used: bool) -> None:
        """Begins the asking afresh; what cannot be read is told at once, unless the screen is the voter's."""
        unreadable = self._watch.unreadable
        told = isinstance(self._ask, Leave) or (isinstance(self._ask, Ask) and self._ask.aloud)
        self._facts.asked = refusal(unreadable) if told and unreadable is not None else None
        self._facts.used_card_lies = used

    def typed(self, pin: Pin) -> Callable[[], Answer | None] | None:
        """Takes a PIN; what comes back is to be called once the screen says that the card is at work.

        None for a PIN that nobody asked for or that was typed while the keypad waits.
        """
        asked = self._facts.asked
        if not isinstance(asked, PinFor) or self._patience.wait_s(self._clock.monotonic_s()) > 0:
            return None
        at_work = self._facts.asked = AtWork(asked)

        def present() -> Answer | None:
            return self._keep(pin_typed(asked, pin)) if self._facts.asked is at_work else None

        return present

    def _keep(self, answer: Answer) -> Answer:
        """Notes what an answer means for the next one and for the screen."""
        now_s = self._clock.monotonic_s()
        match answer:
            case Shown(known=known):
                self._facts.asked = None
                self._first = known.id
                if isinstance(self._ask, Ask) and self._ask.pin:
                    self._patience = self._patience.after_right(known.id)
                return answer
            case PinFor(known=known, wrong=True) | NoPinFor(known=known, wrong=True):
                self._patience = self._patience.after_wrong(known.id, now_s)
            case Refused(card=str(card), wrong=True):
                self._patience = self._patience.after_wrong(card, now_s)
        if isinstance(answer, Refused) and isinstance(self._ask, Ask) and not self._ask.aloud:
            self._facts.asked = None
            return answer
        if isinstance(answer, PinFor):
            answer = replace(answer, wait_s=math.ceil(self._patience.wait_s(now_s)))
        self._facts.asked = answer
        return answer

    def _end_wait(self) -> None:
        asked = self._facts.asked
        if isinstance(asked, PinFor) and asked.wait_s and not self._patience.wait_s(self._clock.monotonic_s()):
            self._facts.asked = replace(asked, wait_s=0)
