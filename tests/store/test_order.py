"""Nobody who reads the decrypted file learns in which order people voted."""

from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from random import Random

import pytest
from sqlcipher3 import dbapi2

from config.secret import Key
from sync.ballot.records import hash_b64
from sync.log import Kind
from tests.store.days import ballot, new_key, new_store, vote_one
from tests.store.pages import decrypted, places

DAYS, VOTERS, SLOTS = 10, 100, 130
HINDERED = 4.0
"""|z| beyond this says "order found". By chance it comes once in 16,000 runs."""


def rank_correlation(places: list[int]) -> float:
    """Spearman's between the order of voting (the list's own) and the places (no two of them equal)."""
    n = len(places)
    rank = {place: r for r, place in enumerate(sorted(places))}
    assert len(rank) == n
    return 1 - 6 * sum((i - rank[place]) ** 2 for i, place in enumerate(places)) / (n * (n * n - 1))


def combined_z(days: list[list[int]]) -> float:
    """Each day's correlation in units of its spread by chance (variance 1/(n-1)), put together over the days."""
    return sum(rank_correlation(day) * sqrt(len(day) - 1) for day in days) / sqrt(len(days))


def day(folder: Path, key: Key, seed: int) -> Iterator[list[int]]:
    """The places of the ballots so far: at a third of the day, at two thirds, at its end, and after closing."""
    random, sealed = Random(seed), []
    store = new_store(folder, key, SLOTS)
    for voter in range(1, VOTERS + 1):
        sealed += vote_one(store, random)
        if voter % 20 == 0:
            store.log(f"2027-03-14T{voter // 20:02}:15Z", Kind.COUNTERS, {"cast": store.tally.cast})
        if voter in {VOTERS // 3, 2 * VOTERS // 3, VOTERS}:
            yield places(decrypted(folder / "store.db", key), sealed)
    store.close()
    yield places(decrypted(folder / "store.db", key), sealed)


def test_the_place_of_a_ballot_says_nothing_about_when_it_was_cast(tmp_path: Path) -> None:
    moments: list[list[list[int]]] = []
    for seed in range(DAYS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        moments.append(list(day(folder, new_key(), seed)))
    for moment in zip(*moments, strict=True):
        assert all(len(day) > 25 for day in moment)
        assert abs(combined_z(list(moment))) < HINDERED


@pytest.mark.parametrize("keyed", ["as they come", "under random numbers"])
def test_the_same_measurement_finds_the_order_where_there_is_one(tmp_path: Path, keyed: str) -> None:
    """The positive control: a store that inserts rows gives the order away.

    Under random numbers it does so with pages that a ballot overflows, because its last piece lies on a fresh one.
    """
    days = []
    for seed in range(3):
        random, key, path = Random(seed), new_key(), tmp_path / f"{seed}.db"
        connection = dbapi2.connect(str(path), isolation_level=None)
        connection.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
        connection.execute("PRAGMA cipher_page_size = 4096")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE ballot (n INTEGER PRIMARY KEY, body BLOB)")
        sealed = [ballot() for _ in range(VOTERS)]
        for at, body in enumerate(sealed):
            number = at if keyed == "as they come" else random.getrandbits(62)
            connection.execute("INSERT INTO ballot VALUES (?, ?)", (number, body))
        connection.close()
        days.append(places(decrypted(path, key, 4096), [body[-64:] for body in sealed]))
    assert abs(combined_z(days)) > 2 * HINDERED


def test_what_is_read_back_is_sorted_by_tracker(tmp_path: Path) -> None:
    store, random = new_store(tmp_path, new_key(), 60), Random(7)
    sealed = [one for _ in range(40) for one in vote_one(store, random)]
    cast, voids = store.cast_ballots(), [void.ballot.encode() for void in store.voids()]
    assert cast == sorted(cast, key=hash_b64)
    assert voids == sorted(voids, key=hash_b64)
    assert voids
    assert sorted(cast + voids) == sorted(sealed)
    store.close()


def test_free_slots_are_drawn_evenly(tmp_path: Path) -> None:
    """4,000 draws from 20 slots: chi-squared with 19 degrees of freedom is beyond 60 once in 250,000 runs."""
    store = new_store(tmp_path, new_key(), 20)
    drawn = [store.free_slot() for _ in range(4000)]
    store.close()
    assert sum((drawn.count(slot) - 200) ** 2 / 200 for slot in range(20)) < 60
