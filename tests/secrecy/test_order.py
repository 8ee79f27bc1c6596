"""Nobody who reads all media at any time, with all keys, learns in which order people voted.

A sample; ``python -m tests.secrecy --days 40`` takes more days.
"""

from pathlib import Path

import pytest

from booth.store.store import Store
from sync.log import Kind
from tests.district.election import Made
from tests.secrecy.chance import limit
from tests.secrecy.days import VOTERS, day, in_memory, moments, new_seed
from tests.secrecy.halls import Hall, Known
from tests.secrecy.order import Sample

DAYS = 2
STORES = ("data/store/store.db", "a-stick/bilik/store/epoch-0/store.db")


@pytest.fixture(scope="module")
def days(election: Made, tmp_path_factory: pytest.TempPathFactory) -> list[list[Sample]]:
    seed = new_seed()
    print(f"days from the seed {seed}")
    with in_memory(tmp_path_factory.mktemp("days")) as folder:
        return [day(election, folder / str(n), seed + n) for n in range(DAYS)]


def test_no_order_anywhere_is_that_of_voting(days: list[list[Sample]]) -> None:
    found = moments(days)
    assert {f"{store}: {what} (sample 1)" for store in STORES for what in ("page", "IV of the page")} < set(found)
    assert any(".batch: first proof" in what for what in found)
    most = limit(len(found))
    assert {what: round(z, 2) for what, z in found.items() if abs(z) > most} == {}


def test_no_file_comes_with_a_voter_and_nothing_is_left_over(days: list[list[Sample]]) -> None:
    for samples in days:
        during = samples[:-1]
        assert len({one.files for one in during}) == 1
        assert {journal for one in samples for journal in one.journals} == set()
        assert [one.free_pages for one in samples] == [0] * len(samples)
        assert [one.doubled for one in samples] == [0] * len(samples)


def test_an_order_that_is_planted_is_found(election: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slots one after the other, a list of trackers in a file, and trackers in the log."""

    def plant(booth: Hall) -> None:
        notes = booth.rig.desk / "data" / "notes"

        class Noting(list[Known]):
            def append(self, known: Known) -> None:
                super().append(known)
                with notes.open("a") as file:
                    file.write(known.tracker + "\n")
                booth.rig.runner._day.booth.store.log("2026-11-21T03:00Z", Kind.CARD_REFUSED, {"card": known.tracker})

        booth.sealed = Noting()

    monkeypatch.setattr(Store, "free_slot", lambda store: min(store._free()))
    with in_memory(tmp_path) as folder:
        found = moments([day(election, folder, new_seed(), plant)])
    most = limit(len(found))
    ordered = {what for what, z in found.items() if abs(z) > most}
    last = "(sample 5)"
    assert VOTERS == 45
    assert f"data/notes: first tracker {last}" in ordered
    for store in STORES:
        assert f"{store}: page {last}" in ordered
        assert f"{store}, rows: first tracker {last}" in ordered
