"""Between two voters only the pages of that ballot's slot and of the one-row tables change, and none is added."""

from pathlib import Path
from random import Random

import pytest

from booth.store.store import PollsRow, Store
from config.secret import Key
from sync.log import Kind
from tests.store.days import OPENING, ballot, new_key, new_store, vote_one
from tests.store.pages import changed, contents, decrypted, places, with_sql

ENDINGS = {
    "cast": lambda store: (store.cast(), store.finish()),
    "refused": lambda store: store.end_refused(),
    "interrupted": lambda store: store.interrupt(paper=True),
    "test": lambda store: store.test(OPENING),
}


def roots(path: Path, key: Key) -> dict[str, int]:
    """The page of each table's root; that of a one-row table is its only page."""
    return dict(with_sql(path, key, lambda db: db.execute("SELECT name, rootpage FROM sqlite_schema").fetchall()))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_voter_touches_one_slot_and_the_rows_of_the_moment(tmp_path: Path, ending: str) -> None:
    key, path = new_key(), tmp_path / "store.db"
    new_store(tmp_path, key, 150).close()
    at = roots(path, key)
    store, random = Store.open(path, key), Random(1)
    for _ in range(40):
        vote_one(store, random)
    before, mine = decrypted(path, key), ballot()
    store.unlock()
    store.seal(store.free_slot(), mine)
    ENDINGS[ending](store)
    after = decrypted(path, key)
    store.close()
    assert len(after) == len(before)
    (own,) = places(after, [mine])
    assert {own} < changed(before, after) <= {own, at["current"], at["counters"]}


def test_every_slot_has_a_page_of_its_own(tmp_path: Path) -> None:
    key = new_key()
    store = new_store(tmp_path, key, 50)
    sealed = [ballot() for _ in range(50)]
    for one in sealed:
        store.unlock()
        store.seal(store.free_slot(), one)
        store.cast()
        store.finish()
    pages = decrypted(tmp_path / "store.db", key)
    store.close()
    assert len(set(places(pages, sealed))) == 50


def test_only_the_log_grows_and_it_stays_away_from_the_slots(tmp_path: Path) -> None:
    key, path = new_key(), tmp_path / "store.db"
    new_store(tmp_path, key, 100).close()
    slots_end = len(decrypted(path, key))
    at = roots(path, key)
    store, random = Store.open(path, key), Random(2)
    sealed = []
    for voter in range(60):
        sealed += vote_one(store, random)
        for line in range(3):
            store.log("2027-03-14T01:00Z", Kind.PRINTER_FAULT, {"voter": voter, "line": line, "what": "x" * 200})
    store.set_polls(PollsRow(state="closing", attended=60, left=0))
    pages = decrypted(path, key)
    store.close()
    assert len(pages) > slots_end, "the log was meant to outgrow its first page here"
    with_log = {number for number, page in enumerate(pages, 1) if b'"kind":"printer-fault"' in page}
    assert with_log
    assert min(with_log - {at["log"]}) > slots_end
    assert max(places(pages, sealed)) <= slots_end


def test_the_row_that_is_overwritten_leaves_nothing_behind(tmp_path: Path) -> None:
    """After *Sesuai* the file does not say any more which slot was the last one."""
    key, images = new_key(), []
    for slot in (3, 17):
        folder = tmp_path / str(slot)
        folder.mkdir()
        store = new_store(folder, key, 20)
        store.unlock()
        store.seal(slot, ballot())
        store.cast()
        images.append((decrypted(folder / "store.db", key), (folder / "store.db-journal").read_bytes()))
        store.close()
        at = roots(folder / "store.db", key)
        assert contents(folder / "store.db", key)["current"] == [(1, 3, None)]
    (one, first_journal), (other, second_journal) = images
    assert one[at["current"] - 1] == other[at["current"] - 1]
    assert first_journal == second_journal == b""


SETTINGS = {
    "cipher_memory_security": "1",
    "cipher_page_size": "8192",
    "journal_mode": "truncate",
    "locking_mode": "exclusive",
    "secure_delete": 1,
    "synchronous": 3,
    "temp_store": 2,
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_settings_hold(setting: str, tmp_path: Path) -> None:
    """A pragma that the library does not know or take is not an error there, so it is read back here."""
    store = new_store(tmp_path, new_key())
    assert store._db.execute(f"PRAGMA {setting}").fetchone() == (SETTINGS[setting],)
    store.close()
