"""A store's pages decrypted without SQLCipher, from its published page format: what a thief with the key would see.

Source: https://www.zetetic.net/sqlcipher/design/ (version 4: AES-256-CBC, 16-byte IV and HMAC-SHA-512 in a reserve
of 80 bytes, HMAC key from PBKDF2-HMAC-SHA-512 with two rounds and the salt masked by 0x3a).
"""

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2

from config.secret import Key

PAGE, RESERVE, SALT = 8192, 80, 16


def decrypted(path: Path, key: Key, page_bytes: int = PAGE) -> list[bytes]:
    """Every page in the order of the file; fails on a page whose HMAC does not fit."""
    data = path.read_bytes()
    assert data
    assert len(data) % page_bytes == 0
    mask = bytes(b ^ 0x3A for b in data[:SALT])
    hmac_key = hashlib.pbkdf2_hmac("sha512", key.reveal(), mask, 2, 32)
    pages = []
    for number in range(1, len(data) // page_bytes + 1):
        page = data[(number - 1) * page_bytes : number * page_bytes]
        start = SALT if number == 1 else 0
        sealed, iv = page[start:-RESERVE], page[-RESERVE:-64]
        mac = hmac.new(hmac_key, sealed + iv + number.to_bytes(4, "little"), "sha512").digest()
        assert mac == page[-64:], f"page {number}"
        opener = Cipher(algorithms.AES(key.reveal()), modes.CBC(iv)).decryptor()
        head = b"SQLite format 3\0" if number == 1 else b""
        pages.append(head + opener.update(sealed) + opener.finalize())
    return pages


def places(pages: list[bytes], ballots: list[bytes]) -> list[int]:
    """The page (from 1) of each ballot; fails when one is not in the file, or more than once, even in part."""
    found = []
    for ballot in ballots:
        (page,) = (number for number, page in enumerate(pages, 1) if ballot[:64] in page)
        assert pages[page - 1].count(ballot) == 1
        assert pages[page - 1].count(ballot[:64]) == 1
        found.append(page)
    return found


def changed(before: list[bytes], after: list[bytes]) -> set[int]:
    """Numbers of the pages (from 1) that are not the same, or new."""
    longer = max(len(before), len(after))
    padded = [[*pages, *[b""] * (longer - len(pages))] for pages in (before, after)]
    return {number for number, (one, other) in enumerate(zip(*padded, strict=True), 1) if one != other}


def with_sql(path: Path, key: Key, act: Callable[[Any], Any]) -> Any:
    """Opens a closed store as a forger with the key would, and lets ``act`` at it."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
        connection.execute(f"PRAGMA cipher_page_size = {PAGE}")
        return act(connection)
    finally:
        connection.close()


def contents(path: Path, key: Key) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a closed store."""
    tables = ("identity", "current", "counters", "polls", "signed", "handover", "slot", "log")
    return with_sql(
        path,
        key,
        lambda db: {name: db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in tables},  # noqa: S608
    )
