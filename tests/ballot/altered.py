"""The table of altered archives: name -> (how it is made, the kind that must be named, words of the record's name).

Hashes, parents, heights, signatures and tallies are made right again wherever a forger could: only the one thing
that the name says is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sync.ballot import group, tar
from sync.ballot.records import dump
from sync.ballot.refusal import RefusalKind as Kind
from tests.ballot.forge import TIMESTAMP_S, Event, Parts, Step, World, parts_of, re_sign

Alteration = Callable[[World], bytes]
ALTERED: dict[str, tuple[Alteration, Kind, str]] = {}

SMALL_ORDER = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")  # order 8
ORDER_TWO = (group.P - 1).to_bytes(32, "little")


def case(kind: Kind, record: str) -> Callable[[Alteration], Alteration]:
    def register(make: Alteration) -> Alteration:
        ALTERED[make.__name__.replace("_", " ")] = (make, kind, record)
        return make

    return register


def with_parts(name: str, kind: Kind, record: str, change: Callable[[Parts, World], None]) -> None:
    """A record changed; the chain is made right around it."""

    def make(world: World) -> bytes:
        parts = parts_of(world)
        change(parts, world)
        return parts.pack()

    ALTERED[name] = (make, kind, record)


def with_steps(name: str, kind: Kind, record: str, change: Callable[[list[Step]], None]) -> None:
    """Records moved, dropped or added; parents and heights are made right around them."""

    def make(world: World) -> bytes:
        parts = parts_of(world)
        steps = parts.steps()
        change(steps)
        return parts.pack(steps)

    ALTERED[name] = (make, kind, record)


def with_members(name: str, kind: Kind, record: str, change: Callable[[list[tuple[str, bytes]]], None]) -> None:
    """Files of the tar changed and nothing made right."""

    def make(world: World) -> bytes:
        members = parts_of(world).members()
        change(members)
        return tar.write(members, TIMESTAMP_S)

    ALTERED[name] = (make, kind, record)


def with_bytes(name: str, kind: Kind, record: str, change: Callable[[bytearray], bytes | bytearray]) -> None:
    """Bytes of the file changed."""

    def make(world: World) -> bytes:
        return bytes(change(bytearray(parts_of(world).pack())))

    ALTERED[name] = (make, kind, record)


def with_answer(name: str, kind: Kind, change: Callable[[dict[str, Any]], None]) -> None:
    """The last ballot's answer changed and signed again; its record must be named."""

    def make(world: World) -> bytes:
        parts = parts_of(world)
        parts.ballots[-1] = re_sign(world, parts.ballots[-1], lambda body: change(body["answers"][0]))
        return parts.pack()

    ALTERED[name] = (make, kind, "Ballot 4")


def with_json(name: str, kind: Kind, part: str, change: Callable[[Any], Any]) -> None:
    """The JSON of one part changed; ``change`` returns the new value or changes in place."""
    labels = {"credentials": "public_credentials", "encrypted": "encrypted_tally", "result": "Result"}

    def make(world: World) -> bytes:
        parts = parts_of(world)
        value = json.loads(getattr(parts, part))
        changed = change(value)
        setattr(parts, part, dump(value if changed is None else changed))
        return parts.pack()

    ALTERED[name] = (make, kind, labels.get(part, part))


def text(element: bytes) -> str:
    return element[::-1].hex()


def event_of(steps: list[Step], kind: str, number: int = 0) -> int:
    places = [n for n, step in enumerate(steps) if isinstance(step, Event) and step.type == kind]
    return places[number]
