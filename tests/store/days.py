"""Voters for a store: made-up ballots and seeded days of cast, refused, interrupted, abandoned and test sessions."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from random import Random

from booth.store.slots import slot_bytes
from booth.store.store import Identity, Rows, Shape, Store
from config.secret import Key

IDENTITY = Identity(
    booth="34.04.01.2001-001-1",
    ballot_uuid="tt4NjLUjLyQmDu",
    setup="5e" * 32,
    epoch=0,
    lane=0,
    session_key="RWQBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJico",
    certificate=b'{"claim":"certificate canary"}',
)
OPENING = b'{"choice":2,"randomness":["1"]}'


def new_key() -> Key:
    return Key(secrets.token_bytes(32))


def new_store(folder: Path, key: Key, slots: int = 20, mirror: Callable[[Rows], None] | None = None) -> Store:
    size = slot_bytes(6)
    return Store.create(folder / "store.db", key, Shape(IDENTITY, slots, size), mirror=mirror)


def ballot(random_bytes: int = 2700) -> bytes:
    """About as long as a real one with five names and blank, and unlike any other in its first 64 bytes."""
    return json.dumps({"ballot canary": secrets.token_hex(random_bytes)}).encode()


def vote_one(store: Store, random: Random) -> list[bytes]:
    """One session, whatever it comes to; returns the ballots that it sealed, in their order."""
    sealed = []

    def seal() -> None:
        sealed.append(ballot())
        store.seal(store.free_slot(), sealed[-1])

    store.unlock()
    end = random.choices(("cast", "refused", "interrupted", "test", "abandoned"), (80, 6, 4, 4, 6))[0]
    if end == "abandoned":
        store.abandon()
        return sealed
    seal()
    if end == "interrupted":
        store.interrupt(paper=random.random() < 0.5)
    elif end == "test":
        store.test(OPENING)
    else:
        if end == "refused":
            store.refuse()
            seal()
        store.cast()
        store.finish()
    return sealed
