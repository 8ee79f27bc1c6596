"""A file that was damaged, forged or mixed up is never counted from; whoever reads the message knows what to do."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from booth.store.database import create_database
from booth.store.faults import StoreAway, StoreBusy, StoreFault, StoreThere
from booth.store.slots import MAX_SLOT_BYTES, MIN_SLOT_BYTES, Slot, SlotState, encode
from booth.store.store import Current, CurrentState, Rows, Shape, Store
from config.errors import DamageError
from config.secret import Key
from sync.log import Kind
from tests.store.days import IDENTITY, ballot, new_key, new_store, vote_one
from tests.store.pages import PAGE, with_sql

KEY = new_key()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store after a few voters, the last of them with a pending ballot."""
    folder = tmp_path_factory.mktemp("day")
    store = new_store(folder, KEY)
    random = Random(3)
    for _ in range(6):
        vote_one(store, random)
    store.log("2027-03-14T00:00Z", Kind.OPENED, {"card": "a"})
    store.log("2027-03-14T00:15Z", Kind.COUNTERS, {"cast": 5})
    store.unlock()
    store.seal(store.free_slot(), ballot())
    store.close()
    return folder


@pytest.fixture
def path(day: Path, tmp_path: Path) -> Path:
    return shutil.copytree(day, tmp_path / "copy") / "store.db"


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def cut(path: Path, left: int) -> None:
    path.write_bytes(path.read_bytes()[:left])


def swap_pages(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: -2 * PAGE] + data[-PAGE:] + data[-2 * PAGE : -PAGE])


def _in_clear(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE slot (n)")
    database.close()


FILE_DAMAGE: dict[str, Callable[[Path], object]] = {
    "a bit of the salt": lambda path: flip(path, 3),
    "a bit of the first page": lambda path: flip(path, 1000),
    "a bit of a slot": lambda path: flip(path, 12 * PAGE + 77),
    "a bit of a page's HMAC": lambda path: flip(path, 13 * PAGE - 1),
    "a bit of the last page": lambda path: flip(path, -5000),
    "cut in a page": lambda path: cut(path, 9 * PAGE + 10),
    "cut after a page": lambda path: cut(path, 9 * PAGE),
    "the last page lost": lambda path: cut(path, path.stat().st_size - PAGE),
    "nothing left": lambda path: cut(path, 0),
    "a few bytes left": lambda path: cut(path, 10),
    "a page too many": lambda path: path.write_bytes(path.read_bytes() + bytes(PAGE)),
    "two pages swapped": swap_pages,
    "another kind of file": lambda path: path.write_bytes(b"not a store at all" * 5000),
    "a database in clear": lambda path: (path.unlink(), _in_clear(path)),
}


@pytest.mark.parametrize("damage", FILE_DAMAGE)
def test_a_damaged_file(damage: str, path: Path) -> None:
    FILE_DAMAGE[damage](path)
    assert_quarantines(path)


def assert_quarantines(path: Path, key: Key = KEY) -> None:
    with pytest.raises(DamageError) as refused:
        Store.open(path, key)
    assert "export the evidence and call the district" in refused.value.en
    assert "ekspor bukti dan hubungi kabupaten" in refused.value.id


def pending(state: SlotState, number: int = 2) -> bytes:
    return encode(Slot(number, state, ballot(5)), MAX_SLOT_BYTES)


FORGERIES: dict[str, tuple[str, Any]] = {
    "a slot gone": ("DELETE FROM slot WHERE number = 7", ()),
    "a slot too many": ("INSERT INTO slot SELECT 20, body FROM slot WHERE number = 3", ()),
    "two slots with one body": ("UPDATE slot SET body = (SELECT body FROM slot WHERE number = 3) WHERE number = 4", ()),
    "a shorter slot": ("UPDATE slot SET body = ? WHERE number = 2", (pending(SlotState.CAST)[:-1],)),
    "a slot with dirt behind": ("UPDATE slot SET body = ? WHERE number = 2", (pending(SlotState.CAST)[:-1] + b"x",)),
    # Two, because the one that is pending anyway lies at random, sometimes at one of these.
    "a second pending slot": (
        "UPDATE slot SET body = CASE number WHEN 2 THEN ? ELSE ? END WHERE number IN (2, 3)",
        (pending(SlotState.PENDING), pending(SlotState.PENDING, 3)),
    ),
    "no identity": ("DELETE FROM identity", ()),
    "no current row": ("DELETE FROM current", ()),
    "current names another slot": ("UPDATE current SET slot = slot + 1", ()),
    "current forgot its slot": ("UPDATE current SET slot = NULL", ()),
    "current idle": ("UPDATE current SET state = 0, slot = NULL", ()),
    "current of no kind": ("UPDATE current SET state = 9", ()),
    "a session too many": ("UPDATE counters SET sessions = sessions + 1", ()),
    "an abandoned one too many": ("UPDATE counters SET abandoned = abandoned + 1", ()),
    "more paperless than interrupted": ("UPDATE counters SET paperless = 19", ()),
    "a log line changed": ("UPDATE log SET entry = CAST(replace(entry, 'opened', 'paused') AS BLOB) WHERE n = 0", ()),
    "a log line gone": ("DELETE FROM log WHERE n = 0", ()),
    "a table gone": ("DROP TABLE polls", ()),
    "a column more": ("ALTER TABLE polls ADD COLUMN more TEXT", ()),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_contents_that_do_not_fit_each_other(forgery: str, path: Path) -> None:
    statement, values = FORGERIES[forgery]
    with_sql(path, KEY, lambda db: db.execute(statement, values))
    assert_quarantines(path)


@pytest.mark.parametrize("page", ["current", "counters", "slot"])
def test_an_old_page_put_back(page: str, path: Path) -> None:
    """Its HMAC is good: only the counts can tell."""
    old = path.read_bytes()
    store = Store.open(path, KEY)
    slot = store.current.slot
    store.cast()
    store.finish()
    store.unlock()
    store.close()
    new = path.read_bytes()
    roots = dict(with_sql(path, KEY, lambda db: db.execute("SELECT name, rootpage FROM sqlite_schema").fetchall()))
    differ = [n for n in range(len(old) // PAGE) if old[n * PAGE : n * PAGE + PAGE] != new[n * PAGE : n * PAGE + PAGE]]
    rows = {roots["current"] - 1, roots["counters"] - 1}
    (slot_page,) = set(differ) - rows - {0}
    assert slot is not None
    at = slot_page if page == "slot" else roots[page] - 1
    path.write_bytes(new[: at * PAGE] + old[at * PAGE : (at + 1) * PAGE] + new[(at + 1) * PAGE :])
    assert_quarantines(path)


def test_the_key_of_another_booth(path: Path) -> None:
    assert_quarantines(path, new_key())


def test_undamaged_it_opens(path: Path) -> None:
    """The fixture is good: what the tests above find is what they did."""
    store = Store.open(path, KEY)
    assert store.identity == IDENTITY
    assert store.current.state is CurrentState.PENDING
    store.close()


def test_damage_that_comes_while_the_booth_is_open(path: Path) -> None:
    store = Store.open(path, KEY)
    store._db.execute("PRAGMA shrink_memory")
    with path.open("r+b") as file:
        file.seek(12 * PAGE)
        file.write(b"\xff" * PAGE)
    with pytest.raises(DamageError):
        store.cast_ballots()
    store.close()
    assert_quarantines(path)


def test_no_store_is_there(tmp_path: Path) -> None:
    with pytest.raises(StoreAway, match=r"store\.db"):
        Store.open(tmp_path / "store.db", KEY)


def test_none_is_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(StoreThere, match="Nothing was changed"):
        new_store(path.parent, KEY)
    assert path.read_bytes() == before


def test_one_at_a_time(path: Path) -> None:
    store = Store.open(path, KEY)
    with pytest.raises(StoreBusy, match="another program"):
        Store.open(path, KEY)
    store.close()
    Store.open(path, KEY).close()


def test_what_a_broken_opening_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "store.db.new").write_bytes(b"half of a store")
    new_store(tmp_path, KEY).close()
    assert {path.name for path in tmp_path.iterdir()} <= {"store.db", "store.db-journal"}
    assert (tmp_path / "store.db").stat().st_mode & 0o777 == 0o600


def test_an_opening_that_fails_leaves_no_store(tmp_path: Path) -> None:
    def fail(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create_database(tmp_path / "store.db", KEY, fail)
    assert not (tmp_path / "store.db").exists()


def test_a_full_disk_is_told_and_shuts_the_store(path: Path) -> None:
    store = Store.open(path, KEY)
    # The library's own limit stands for the disk's: no page can be added.
    store._db.execute("PRAGMA max_page_count = 1")
    long_lines = [store.log] * 50
    with pytest.raises(StoreFault, match="full"):
        [line("2027-03-14T00:15Z", Kind.PRINTER_FAULT, {"what": "x" * 1000}) for line in long_lines]
    with pytest.raises(StoreFault, match="Restart the booth"):
        store.cast()
    again = Store.open(path, KEY)
    assert again.current.state is CurrentState.PENDING
    again.close()


OUR_MISTAKES: dict[str, Callable[[Store], object]] = {
    "a ballot that does not fit": lambda store: store.seal(store.free_slot(), b"x" * MAX_SLOT_BYTES),
    "no ballot": lambda store: store.seal(store.free_slot(), b""),
    "a ballot that is no text": lambda store: store.seal(store.free_slot(), b"\xff\xfe"),
    "a time with seconds": lambda store: store.log("2027-03-14T00:15:01Z", Kind.OPENED, {}),
    "a line too long": lambda store: store.log("2027-03-14T00:15Z", Kind.OPENED, {"what": "x" * 5000}),
    "a test without an opening": lambda store: (store.seal(store.free_slot(), ballot()), store.test(b"")),
    "a slot that is not there": lambda store: store.apply(Rows(slots=(Slot(99, SlotState.FREE),))),
}


@pytest.mark.parametrize("mistake", OUR_MISTAKES)
def test_our_own_mistakes_change_nothing_and_never_quarantine(mistake: str, tmp_path: Path) -> None:
    store = new_store(tmp_path, KEY)
    store.unlock()
    with pytest.raises(ValueError):  # noqa: PT011 -- each has words of its own
        OUR_MISTAKES[mistake](store)
    store.log("2027-03-14T00:15Z", Kind.COUNTERS, {})
    store.close()
    store = Store.open(tmp_path / "store.db", KEY)
    assert store.current.state in {CurrentState.UNLOCKED, CurrentState.PENDING}
    assert len(store.log_entries()) == 1
    store.close()


@pytest.mark.parametrize("size", [0, MIN_SLOT_BYTES - 1, MAX_SLOT_BYTES + 1])
def test_slots_that_would_share_or_overflow_a_page(size: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="page of its own"):
        Store.create(tmp_path / "store.db", KEY, Shape(IDENTITY, 4, size))
    assert list(tmp_path.iterdir()) == []


def test_a_current_row_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="pending"):
        Current(CurrentState.CAST, 3)
