"""What the tests see of a reader: through our eyes, and through those of another program on the same pcscd."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from smartcard import scard

from config.cards.certificate import Claims
from config.cards.pcsc import PcscReader
from config.cards.piv.card import PivCard
from config.cards.registry import RegisteredCard
from config.cards.role import Role
from config.cards.virtual.reader import VirtualReader
from config.errors import BilikError
from config.minisign import SecretKey
from config.mode import Mode
from config.secret import Pin
from tests.cards.made import issue_piv

PIN = "493817"
PATIENCE_S = 4.0
"""pcscd looks for a card every 0.4 s."""
ELECTION = "ab" * 16
TWIN = "Bilik Twin 00 0"


class Bystander:
    """Another program on the same pcscd, that sees what pcscd sees and may hold a card."""

    def __init__(self) -> None:
        code, self.context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        assert code == scard.SCARD_S_SUCCESS

    def state(self, slot: int = 0) -> int:
        asked = [(f"{TWIN}{slot}", scard.SCARD_STATE_UNAWARE)]
        code, [(_, state, _)] = scard.SCardGetStatusChange(self.context, 0, asked)
        assert code == scard.SCARD_S_SUCCESS
        return state

    def sees(self, card: bool, slot: int = 0) -> None:
        until(lambda: bool(self.state(slot) & scard.SCARD_STATE_PRESENT) == card)

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        code, card, _ = scard.SCardConnect(
            self.context, f"{TWIN}0", scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        assert code == scard.SCARD_S_SUCCESS
        yield
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)


class Deck:
    """Issued cards in a folder, one election's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = SecretKey.new()
        self._numbers = count(1)

    def card(self) -> tuple[Path, RegisteredCard]:
        n = next(self._numbers)
        file = self.folder / f"{n}.piv"
        claims = Claims(
            card=f"{n:032x}",
            mode=Mode.REHEARSAL,
            election_id=ELECTION,
            election="Pilkades",
            role=Role.OFFICERS,
            holder=f"Petugas {n}",
            village_code="34.04.01.2001",
            tps=1,
        )
        return file, issue_piv(file, self.root, claims, Pin(PIN))


def until(holds: Callable[[], bool], timeout_s: float = PATIENCE_S) -> None:
    end_s = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.01)


def seen(reader: PcscReader) -> PivCard | BilikError | None:
    try:
        return reader.card()
    except BilikError as fault:
        return fault


def wait_for(reader: PcscReader, kind: type) -> PivCard | BilikError | None:
    """What the reader shows once it is of that kind; it shows nothing else before but an empty place."""
    found: list[PivCard | BilikError | None] = []

    def there() -> bool:
        found.append(seen(reader))
        return isinstance(found[-1], kind)

    until(there)
    return found[-1]


def wait_empty(reader: PcscReader) -> None:
    wait_for(reader, type(None))


def wait_card(reader: PcscReader, other_than: PivCard | None = None) -> PivCard:
    card = None

    def there() -> bool:
        nonlocal card
        card = seen(reader)
        return isinstance(card, PivCard) and card is not other_than

    until(there)
    assert isinstance(card, PivCard)
    return card


def pcsc_threads() -> int:
    return sum(thread.name == "aside" for thread in threading.enumerate())


def pcscd_of(virtual_reader: VirtualReader) -> int:
    """The process of that reader's pcscd, and of no other one on this machine."""
    young = [virtual_reader._process.pid]
    for pid in young:
        for task in Path(f"/proc/{pid}/task").iterdir():
            young += map(int, (task / "children").read_text().split())
    [found] = [pid for pid in young if Path(f"/proc/{pid}/comm").read_text().strip() == "pcscd"]
    return found
