"""SQLCipher with the only settings that a store is opened with; the one module that knows the library.

Source of the page format: https://www.zetetic.net/sqlcipher/design/ (AES-256-CBC with a fresh IV and HMAC-SHA-512
for each page); of the settings: https://www.sqlite.org/pragma.html and .../sqlcipher/sqlcipher-api/.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from booth.store.faults import StoreAway, StoreBusy, StoreFault, StoreThere, damaged
from booth.store.slots import PAGE_BYTES
from config.files import put_in_place
from config.secret import Key

KEY_BYTES = 32

_SAFE = (
    # The library's own complaints about pages would go to standard error, beside the sentence that we give.
    "cipher_log_level = NONE",
    "cipher_memory_security = ON",
    "temp_store = MEMORY",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "locking_mode = EXCLUSIVE",
    # TRUNCATE rather than DELETE: with an exclusive lock SQLite does not delete a journal but zeroes its head, and
    # the last voter's page, with its number in clear, would stay beside the store. And truncation is synced, where
    # an unlinked journal may come back after a power cut and take a committed vote away.
    "journal_mode = TRUNCATE",
    "synchronous = EXTRA",
    "fullfsync = ON",
)


_DISK = {
    dbapi2.SQLITE_CANTOPEN,
    dbapi2.SQLITE_FULL,
    dbapi2.SQLITE_IOERR,
    dbapi2.SQLITE_NOMEM,
    dbapi2.SQLITE_PERM,
    dbapi2.SQLITE_READONLY,
}
"""Result codes that blame the disk; whatever else SQLite finds wrong is in what the file holds."""


def create_database(path: Path, key: Key, fill: Callable[[Any], None]) -> None:
    """Makes a database and fills it: durable and whole at ``path`` when it returns, not there at all before.

    Raises StoreThere (nothing is overwritten), StoreFault.
    """
    if path.exists():
        raise StoreThere(path.name)
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600, exist_ok=False)
    except OSError as fault:
        raise StoreFault(fault.strerror or type(fault).__name__) from None
    connection = _connect(fresh, key)
    try:
        with disk_errors():
            # What is begun here counts for nothing until it is renamed: it needs no journal, only the sync at its end.
            connection.execute("PRAGMA journal_mode = OFF")
            fill(connection)
    finally:
        connection.close()
    try:
        put_in_place(fresh, path)
    except OSError as fault:
        raise StoreFault(fault.strerror or type(fault).__name__) from None


def open_database(path: Path, key: Key) -> Any:
    """A connection that holds the store for itself, every page of which was checked.

    Raises StoreAway, StoreBusy, StoreFault, DamageError (also for a key that is not this store's: a wrong key and a
    damaged file look the same).
    """
    if not path.is_file():
        raise StoreAway(path.name)
    if path.stat().st_size == 0:
        # SQLite would take it for a new database and write into what is evidence.
        raise _pages()
    connection = _connect(path, key)
    try:
        with disk_errors():
            # Takes the lock, and rolls back what a power failure left half done.
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            _check_pages(connection)
    except BaseException:
        close_quietly(connection)
        raise
    return connection


def close_quietly(connection: Any) -> None:
    """Lets go of the file after a fault, whatever state the connection is in."""
    with suppress(dbapi2.Error):
        connection.close()


@contextmanager
def disk_errors() -> Iterator[None]:
    """The library's exceptions as ours; their own text can hold nothing but SQLite's fixed phrases."""
    try:
        yield
    except dbapi2.DatabaseError as fault:
        # The basic result code; extended ones (https://www.sqlite.org/rescode.html) tell more than is needed here.
        code = fault.sqlite_errorcode & 0xFF
        if code == dbapi2.SQLITE_BUSY:
            raise StoreBusy from None
        if code in _DISK:
            raise StoreFault(str(fault)) from None
        raise _pages() from None


def _connect(path: Path, key: Key) -> Any:
    raw = key.reveal()
    if len(raw) != KEY_BYTES:
        raise ValueError(f"a store key has {KEY_BYTES} bytes")
    with disk_errors():
        connection = dbapi2.connect(path.absolute().as_uri() + "?mode=rw", uri=True, isolation_level=None, timeout=0)
        try:
            connection.execute(f"PRAGMA key = \"x'{raw.hex()}'\"")
            connection.execute("PRAGMA cipher_compatibility = 4")
            connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
            for setting in _SAFE:
                connection.execute(f"PRAGMA {setting}")
        except dbapi2.Error:
            close_quietly(connection)
            raise
    return connection


def _check_pages(connection: Any) -> None:
    """Every page against its HMAC, then the structure that they make together."""
    faults = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    if faults or connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise _pages()


def _pages() -> Exception:
    return damaged(
        "it is damaged, or its key is not this booth's",
        id="rusak, atau kuncinya bukan milik bilik ini",
    )
