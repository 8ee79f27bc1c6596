"""Every order in which ballots stand anywhere on the media of a booth, against the order in which they were cast."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from config.secret import Key
from tests.secrecy.chance import combined, correlation_z
from tests.secrecy.halls import Hall, Known
from tests.store.pages import PAGE, RESERVE, decrypted

FEWEST = 10
"""So many ballots must stand in a file, or have another value, before an order is spoken of."""
IV_BYTES = 16
WRITING_TRIES, WRITING_S = 20, 0.1
Orders = dict[str, list[float]]
"""By what was observed: a value of each ballot that has one, in the order of voting."""


@dataclass(frozen=True)
class Sample:
    """The media at one instant."""

    orders: Orders
    files: frozenset[str]
    journals: frozenset[str]
    """Of those that hold anything."""
    free_pages: int
    doubled: int
    """Ballots that stand more than once in one store."""


def sample(hall: Hall, key: Key) -> Sample:
    """Everything that lies on device, stick and beside them, the stores decrypted as who has the key could.

    Between two writes: the booth may write its counters at any moment, and a journal that is in use is not left over.
    """
    for _ in range(WRITING_TRIES):
        found = _sample(hall, key)
        if not found.journals:
            break
        time.sleep(WRITING_S)
    return found


def _sample(hall: Hall, key: Key) -> Sample:
    orders: Orders = {
        "tracker as a number": [_number(known.tracker.encode()) for known in hall.sealed],
        "credential as a number": [float(int(known.credential, 16)) for known in hall.sealed],
        "size of the ballot": [float(known.size) for known in hall.sealed],
    }
    files, journals, free, doubled = set(), set(), 0, 0
    for name, path in _files(hall):
        files.add(name)
        data = path.read_bytes()
        if path.name.endswith("-journal") and data:
            journals.add(name)
        if path.name == "store.db":
            pages = decrypted(path, key)
            orders |= _pages(name, data, pages, hall.sealed)
            orders |= _places(f"{name}, rows", _rows(pages), hall.sealed)
            data = b"".join(pages)
            free += int.from_bytes(data[36:40])
            doubled += sum(data.count(known.end) > 1 for known in hall.sealed)
        orders |= _places(name, data, hall.sealed)
    return Sample(orders, frozenset(files), frozenset(journals), free, doubled)


def _files(hall: Hall) -> Iterator[tuple[str, Path]]:
    desk = hall.rig.desk
    for root in (desk / "data", hall.rig.stick, desk / "tmp"):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                yield path.relative_to(desk).as_posix(), path


def _pages(name: str, data: bytes, pages: Sequence[bytes], sealed: Sequence[Known]) -> Orders:
    """Where each ballot's page lies, and what of the page is neither ballot nor a code over it."""
    at = [next(n for n, page in enumerate(pages) if known.end in page) for known in sealed]
    inside = [float(pages[n].index(known.end)) for n, known in zip(at, sealed, strict=True)]
    ivs = [data[(n + 1) * PAGE - RESERVE :][:IV_BYTES] for n in at]
    return {
        f"{name}: page": [float(n) for n in at],
        f"{name}: place within the page": inside,
        f"{name}: IV of the page": [_number(iv) for iv in ivs],
        f"{name}: IV of the page, backwards": [_number(iv[::-1]) for iv in ivs],
    }


def _rows(pages: Sequence[bytes]) -> bytes:
    """Every row of every table in the order of its number: within a page rows may stand in any other order."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(b"".join(page + bytes(RESERVE) for page in pages))
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        rows = [row for name in tables for row in db.execute(f"SELECT * FROM {name} ORDER BY rowid")]  # noqa: S608
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)


def _places(name: str, data: bytes, sealed: Sequence[Known]) -> Orders:
    """First and last place of whatever names a ballot; of files that name any."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for known in sealed:
        for what, needle in known.names().items():
            first = data.find(needle)
            if first >= 0:
                found[f"{name}: first {what}"].append(float(first))
                found[f"{name}: last {what}"].append(float(data.rfind(needle)))
    return {what: places for what, places in found.items() if len(places) >= FEWEST}


def _number(data: bytes) -> float:
    return float(int.from_bytes(data[:8]))


def together(days: Sequence[Mapping[str, Sequence[float]]]) -> dict[str, float]:
    """For everything that was observed on every day: how far it is from chance, all days put together."""
    common = set.intersection(*(set(day) for day in days))
    return {what: combined([correlation_z(day[what]) for day in days]) for what in sorted(common)}
