"""Cards in a real reader, over PC/SC: who is in, spoken to by nobody else, and never waited for without an end.

The only module that knows pyscard, and only its thin C layer: no observer threads, no state outside of the objects
here. Every call into it runs in a thread of its own, with an end to the waiting: a broken card, cable or driver can
keep a call for ever. No byte of a command or an answer outlives its call in a message or a traceback.

Source: PC/SC Workgroup Specifications 2.01.14, parts 3 (ATR of contactless cards) and 5; pcsc-lite 1.9 (event counter
in the upper half of a reader's state).
"""

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from smartcard import scard

from config.cards.aside import Call, Calls, Late, Pending, in_background
from config.cards.piv.apdu import Apdu
from config.cards.piv.card import PivCard
from config.cards.port import CardDamaged, CardGone, ReaderGone, SilentCard, SlowCard, TwoCards

WATCH_MS = 5000
"""How long pcscd is waited for to tell of a change, before it is asked anew: a second reader is noticed by then."""
LOOK_TIMEOUT_S = 2.0
"""For pcscd to say what lies where before it counts as gone; it asks no card for that."""
GLANCE_S = 0.005
"""For a change that happened between two looks to be told."""
CARD_TIMEOUT_S = 3.0
"""For a card to connect, or to answer one command; slow cards sign in half a second."""
GENERATE_TIMEOUT_S = 30.0
"""For a card to make a key."""
PURSE_S = 60.0
"""For all answers of a card at a stretch: enough to issue one, and an end to a card that answers in crumbs."""
REST_S = 0.1
"""A card that was left in peace for so long begins another stretch."""
NOTICE_TIMEOUT_MS = 700
"""For pcscd to notice that a card is out after it stopped answering; it looks every 200 to 400 ms."""
MAX_ANSWER_BYTES = 258
"""A short answer: 256 bytes and the status word (ISO/IEC 7816-4, 5.1)."""

_GENERATE = 0x47
"""GENERATE ASYMMETRIC KEY PAIR (NIST SP 800-73-5 part 2, 3.3.2)."""
_RADIO_ATR = re.compile(rb"\x3b[\x80-\x8f]\x80\x01", re.DOTALL)
_RADIO_NAME = re.compile(r"contact-?less|picc|\bnfc|rfid|\b\w*\dcl\b|\bcl\b", re.IGNORECASE)

_NOT_THERE = {scard.SCARD_W_REMOVED_CARD, scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_RESET_CARD}
_NO_READER = {
    scard.SCARD_E_NO_SERVICE,
    scard.SCARD_E_SERVICE_STOPPED,
    scard.SCARD_E_NO_READERS_AVAILABLE,
    scard.SCARD_E_READER_UNAVAILABLE,
    scard.SCARD_E_UNKNOWN_READER,
    scard.SCARD_E_INVALID_HANDLE,
    scard.SCARD_F_COMM_ERROR,
}
_NO_ANSWER = {scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNPOWERED_CARD}

T = TypeVar("T")


class ReaderBusy(CardDamaged):
    """Another program holds the card, and an exclusive connection is the only one we take."""

    def __init__(self) -> None:
        super().__init__(
            "Another program uses the card reader. Close it; the card is read as soon as the reader is free.",
            id="Program lain sedang memakai pembaca kartu. Tutup program itu; kartu dibaca begitu pembaca bebas.",
        )


class PcscReader:
    """The readers of this machine, or those whose name has ``name`` in it; see ``config.cards.port.Reader``.

    A card that was pulled and put in again between two looks is another insertion: pcscd counts them. What a card was
    refused for is remembered for its insertion, and the card is not asked again.
    """

    def __init__(self, name: str | None = None, *, purse_s: float = PURSE_S) -> None:
        """``name``: a part of a reader's name, in small or capital letters; without it all readers are watched.

        ``purse_s``: how long a card may keep its caller at a stretch, keys that it makes apart; then SlowCard.
        """
        self._name = (name or "").lower()
        self._purse_s = purse_s
        self._calls: Calls[_Context] | None = None
        self._watch: Call[_Context, list[_State]] | None = None
        self._seen: list[_State] | None = None
        self._insertion: _Insertion | None = None

    @property
    def soft(self) -> bool:
        return False

    def card(self) -> PivCard | None:
        """Returns in a few milliseconds, unless a card has just come in."""
        lying = self._look()
        if len(lying) != 1:
            self._let_go()
            if lying:
                raise TwoCards
            return None
        if self._insertion is None or self._insertion.lying != lying[0]:
            self._let_go()
            self._insertion = _Insertion(lying[0], self._purse_s)
        return self._insertion.card()

    def lies(self) -> bool:
        """Returns in a few milliseconds."""
        lying = self._look()
        if self._insertion is not None and lying != [self._insertion.lying]:
            self._let_go()
        return bool(lying)

    def close(self) -> None:
        """Lets go of card and reader; the card loses its PIN state. ``card`` would begin anew."""
        self._let_go()
        if (calls := self._calls) is not None:
            calls.end()
            # In the background, for pcscd may hang.
            in_background(lambda: _hurry(calls))
            self._calls = None

    def _look(self) -> "list[_Lying]":
        """What lies there, as pcscd told last.

        It is waited for and not asked every time: while a card is being powered, and for a mute one always,
        libpcsclite lets an asker sleep 0.4 s.
        """
        if self._calls is None or self._calls.over:
            self._calls, self._watch, self._seen = Calls(_Context()), None, None
        try:
            if self._watch is None:
                known = self._seen
                wait_s = LOOK_TIMEOUT_S + (0 if known is None else WATCH_MS / 1000)
                self._watch = self._calls.start(lambda context: context.watch(self._name, known), wait_s)
            self._seen = self._watch.wait(math.inf if self._seen is None else GLANCE_S)
            self._watch = None
        except Pending:
            pass
        except (_Fault, Late):
            # A pcscd that was started again knows nothing of this context: the next look makes another.
            self._calls.end()
            self._seen = None
        except ReaderGone:
            self._watch = self._seen = None
        if self._seen is None:
            self._let_go()
            raise ReaderGone
        return [lying for state in self._seen if (lying := state.lying) is not None]

    def _let_go(self) -> None:
        if self._insertion is not None:
            self._insertion.end()
            self._insertion = None


@dataclass(frozen=True)
class _State:
    """A reader as pcscd told of it."""

    reader: str
    bits: int
    """SCARD_STATE_*, and in the upper half how often cards have come and gone."""
    atr: bytes

    @property
    def away(self) -> bool:
        return bool(self.bits & (scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_UNKNOWN))

    @property
    def lying(self) -> "_Lying | None":
        """The card in it; without an ATR it is just being powered, and pcscd has not counted it yet."""
        mute = bool(self.bits & scard.SCARD_STATE_MUTE)
        if not self.bits & scard.SCARD_STATE_PRESENT or not (self.atr or mute):
            return None
        return _Lying(self.reader, self.bits >> 16, mute, self.atr)


@dataclass(frozen=True)
class _Lying:
    """A card in a reader; equal as long as it was not pulled."""

    reader: str
    events: int
    """How often pcscd has seen cards come and go in this reader."""
    mute: bool = field(compare=False)
    atr: bytes = field(compare=False)

    @property
    def contactless(self) -> bool:
        """Whether the card is spoken to by radio, as far as this end of the reader can tell.

        Told by the ATR that readers make up for radio cards (3B 8n 80 01, n bytes, a checksum: PC/SC part 3,
        3.1.3.2.3), or by a word in the reader's name (contactless, PICC, NFC, RFID, CL). It errs to the refusing side:
        a contact card may have such an ATR, a contact reader such a word in its product's name; the election's
        settings can allow them. It cannot tell a reader that makes up another ATR under a plain name, and a card in
        the slot whose contacts lead to a radio.
        """
        return _RADIO_ATR.match(self.atr) is not None or _RADIO_NAME.search(self.reader) is not None


class _Insertion:
    """One stay of one card: the card as it spoke, or why it was refused."""

    def __init__(self, lying: _Lying, purse_s: float) -> None:
        self.lying = lying
        self._purse_s = purse_s
        self._line: _PcscLine | None = None
        self._card: PivCard | None = None
        self._refused: CardDamaged | None = None

    def card(self) -> PivCard | None:
        """Asks the card once; None when it is on its way out, which pcscd says a moment later."""
        ended = self._line.fault if self._line is not None else None
        if isinstance(ended, CardDamaged):
            self._refuse(ended)
        elif ended is not None:
            # Pulled, and perhaps back already: what lies there now is spoken to afresh.
            self.end()
        if self._refused is None and self._card is None:
            try:
                self._card = self._meet()
            except CardGone:
                self.end()
            except (ReaderBusy, ReaderGone):
                # Both may pass at any moment, and trying again does not touch the card.
                self.end()
                raise
            except CardDamaged as fault:
                self._refuse(fault)
        if self._refused is not None:
            # Without its traceback, which would grow with every look.
            raise self._refused.with_traceback(None)
        return self._card

    def end(self) -> None:
        """Disconnects; the card of before is gone for ever."""
        if self._line is not None:
            self._line.end()
        self._line = self._card = None

    def _refuse(self, fault: CardDamaged) -> None:
        self.end()
        self._refused = fault

    def _meet(self) -> PivCard:
        if self.lying.mute:
            raise SilentCard
        self._line = _PcscLine(self.lying.reader, self._purse_s)
        return PivCard(self._line, contactless=self.lying.contactless)


class _PcscLine:
    """An exclusive connection to one insertion; see ``config.cards.piv.apdu.Line``. Its first failure is its end."""

    def __init__(self, reader: str, purse_s: float) -> None:
        """Connects; raises CardGone, ReaderGone, ReaderBusy, SilentCard, SlowCard or CardDamaged."""
        self.fault: CardGone | ReaderGone | CardDamaged | None = None
        """Why nothing goes over it any more."""
        self._calls = Calls(_Context())
        self._reader = reader
        self._purse = _Purse(purse_s)
        self._promptly(lambda context: context.connect(reader))

    def transmit(self, apdu: Apdu) -> bytes:
        """At most ``MAX_ANSWER_BYTES``; a key is waited for longer than everything else."""
        if apdu.reveal()[1] == _GENERATE:
            return self._do(lambda context: context.transmit(apdu), GENERATE_TIMEOUT_S)
        return self._promptly(lambda context: context.transmit(apdu))

    def end(self) -> None:
        """Has the card reset, so that its PIN counts no more, and raises CardGone from now on."""
        self.fault = CardGone()
        self._calls.end()

    def _promptly(self, work: "Callable[[_Context], T]") -> T:
        return self._purse.spend(lambda left_s: self._do(work, min(CARD_TIMEOUT_S, left_s)))

    def _do(self, work: "Callable[[_Context], T]", timeout_s: float) -> T:
        if self.fault is None:
            try:
                return self._calls.call(work, timeout_s)
            except Late:
                self.fault = self.fault or SlowCard()
            except _Fault as fault:
                self.fault = self.fault or self._meaning(fault.code)
            self._calls.end()
        raise self.fault.with_traceback(None)

    def _meaning(self, code: int) -> CardGone | ReaderGone | CardDamaged:
        if code in _NOT_THERE:
            return CardGone()
        if code in _NO_READER:
            return ReaderGone()
        if code == scard.SCARD_E_SHARING_VIOLATION:
            return ReaderBusy()
        # A card that is pulled in the middle looks like a broken one until pcscd has noticed.
        try:
            left = self._calls.call(lambda context: context.leaves(self._reader), LOOK_TIMEOUT_S)
        except (_Fault, Late):
            return ReaderGone()
        if left:
            return CardGone()
        return SilentCard() if code in _NO_ANSWER else CardDamaged()


class _Purse:
    """The time that a card may take at a stretch: each answer just in time, one whole meeting could take minutes."""

    def __init__(self, seconds: float) -> None:
        self._full_s = self._left_s = seconds
        self._ended_s = time.monotonic()

    def spend(self, work: Callable[[float], T]) -> T:
        """What ``work`` returns or raises; it is told how many seconds are left."""
        began_s = time.monotonic()
        if began_s - self._ended_s >= REST_S:
            self._left_s = self._full_s
        try:
            return work(self._left_s)
        finally:
            self._ended_s = time.monotonic()
            self._left_s = max(0.0, self._left_s - (self._ended_s - began_s))


class _Fault(Exception):
    """What PC/SC answered instead of success."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code


class _Context:
    """The typed seam to pyscard: a context and at most one connection in it; all but ``cancel`` by one thread only."""

    def __init__(self) -> None:
        self._context: int | None = None
        self._card: int | None = None
        self._protocol = 0

    def watch(self, name: str, known: list[_State] | None) -> list[_State]:
        """The readers of that name, at once or when they are not as they are known; raises ReaderGone for none."""
        none = scard.SCARD_E_NO_READERS_AVAILABLE
        [names] = _call(scard.SCardListReaders, self._established(), [], fine=none)
        watched = [reader for reader in names if name in reader.lower()]
        if known is not None and watched == [state.reader for state in known]:
            states = self._states([(state.reader, state.bits) for state in known], WATCH_MS)
        else:
            states = self._states([(reader, scard.SCARD_STATE_UNAWARE) for reader in watched])
        if all(state.away for state in states):
            raise ReaderGone
        return states

    def connect(self, reader: str) -> None:
        """T=1 or T=0, and nobody else meanwhile."""
        either = scard.SCARD_PROTOCOL_T1 | scard.SCARD_PROTOCOL_T0
        self._card, self._protocol = _call(
            scard.SCardConnect, self._established(), reader, scard.SCARD_SHARE_EXCLUSIVE, either
        )

    def transmit(self, apdu: Apdu) -> bytes:
        """A command over the connection, and its answer."""
        command = list(_framed(apdu.reveal(), self._protocol))
        [answer] = _call(scard.SCardTransmit, self._card, self._protocol, command)
        # Some drivers say that a command went well whose card was pulled meanwhile.
        if not 2 <= len(answer) <= MAX_ANSWER_BYTES:
            raise _Fault(scard.SCARD_E_NOT_TRANSACTED)
        return bytes(answer)

    def leaves(self, reader: str) -> bool:
        """Whether the card goes away while this waits a moment."""
        [now] = self._states([(reader, scard.SCARD_STATE_UNAWARE)])
        [after] = self._states([(reader, now.bits)], NOTICE_TIMEOUT_MS)
        return now.lying is None or now.lying != after.lying

    def cancel(self) -> None:
        """Ends the waiting for a change, from any thread."""
        if self._context is not None:
            scard.SCardCancel(self._context)

    def release(self) -> None:
        """Forgets everything; pcscd resets the card, so that its PIN counts no more.

        No SCardDisconnect before it: in libpcsclite 2.3 that walks the list of contexts without its lock, while
        another of our threads may be releasing one.
        """
        if self._context is not None:
            scard.SCardReleaseContext(self._context)

    def _established(self) -> int:
        if self._context is None:
            [self._context] = _call(scard.SCardEstablishContext, scard.SCARD_SCOPE_SYSTEM)
        return self._context

    def _states(self, known: list[tuple[str, int]], wait_ms: int = 0) -> list[_State]:
        """The readers as they are; waits until one of them is not as it is known."""
        if not known:
            return []
        [states] = _call(scard.SCardGetStatusChange, self._established(), wait_ms, known, fine=scard.SCARD_E_TIMEOUT)
        return [_State(reader, bits & 0xFFFFFFFF, bytes(atr)) for reader, bits, atr in states]


def _hurry(calls: Calls[_Context]) -> None:
    """Ends the waiting for a change, which may be about to begin."""
    end_s = time.monotonic() + WATCH_MS / 1000
    while not calls.over and time.monotonic() < end_s:
        calls.thing.cancel()
        time.sleep(0.02)


def _call(function: Callable[..., Any], *arguments: object, fine: int = scard.SCARD_S_SUCCESS) -> list[Any]:
    """What a function of pyscard tells besides its code; raises _Fault unless that is success or ``fine``."""
    try:
        code, *told = function(*arguments)
    except Exception:
        # Besides its own error pyscard lets through what Python says of a name that pcscd cut within a letter
        # (SystemError). Raised below: the exception's frames hold the command.
        code, told = scard.SCARD_F_INTERNAL_ERROR, []
    if code not in (scard.SCARD_S_SUCCESS, fine):
        raise _Fault(code)
    return list(told)


def _framed(command: bytes, protocol: int) -> bytes:
    """T=0 has no place for Le behind data, and wants a length where there is neither (ISO/IEC 7816-3, 12.2)."""
    if protocol == scard.SCARD_PROTOCOL_T0:
        if len(command) == 4:
            return command + b"\x00"
        if len(command) > 5 and len(command) == 6 + command[4]:
            return command[:-1]
    return command
