"""Mutants with other records, links between them, spellings, keys or lengths of lists."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

from tests.ballot.reference.form import sha256
from tests.ballot.reference.kinds import Expect, Kinds, noted, spots, table
from tests.ballot.reference.maker import Json, Made, Maker, Record, tar_of

KINDS: Kinds = {}


# --- records and their links ---


def any_record(chain: list[Record], random: Random, *, event: bool | None = None) -> int:
    return random.choice([n for n, record in enumerate(chain) if n and event in (None, record.event)])


def relink(chain: list[Record]) -> list[Record]:
    """Parents and heights made anew, as if the records had been written in this order."""
    parent: Record | None = None
    for height, record in enumerate(each for each in chain if each.event):
        rest = {key: value for key, value in record.value.items() if key not in ("parent", "height")}
        record.value = ({} if parent is None else {"parent": parent}) | {"height": height} | rest
        parent = record
    return chain


def drop(chain: list[Record], random: Random) -> None:
    del chain[any_record(chain[:-1], random)]


def repeat(chain: list[Record], random: Random) -> None:
    again = chain[any_record(chain, random)]
    chain.insert(any_record(chain, random), replace(again))


def swap(chain: list[Record], random: Random) -> None:
    one, other = any_record(chain, random), any_record(chain, random)
    chain[one], chain[other] = chain[other], chain[one]


def swap_neighbours(chain: list[Record], random: Random) -> None:
    here = any_record(chain[:-1], random)
    chain[here], chain[here + 1] = chain[here + 1], chain[here]


def unreferenced(chain: list[Record], random: Random) -> None:
    value = random.choice([{"a": 1}, "x", [], chain[1].value, {"election": chain[1]}])
    chain.insert(random.randrange(1, len(chain) + 1), Record(value))


def extra_event(chain: list[Record], random: Random) -> None:
    kinds = ["Setup", "Ballot", "EndBallots", "EncryptedTally", "Shuffle", "EndShuffles", "PartialDecryption"]
    value = {"parent": chain[-1], "height": 0, "type": random.choice([*kinds, "Result", "Weather"])}
    if random.random() < 0.5:
        value["payload"] = chain[any_record(chain, random, event=False)]
    chain.insert(any_record(chain, random), Record(value, event=True))


def all_again(chain: list[Record], random: Random) -> None:
    chain += [replace(record) for record in chain[1:]]


STRUCTURE: dict[str, Callable[[list[Record], Random], None]] = {
    "dropped": drop,
    "repeated": repeat,
    "swapped": swap,
    "neighbours swapped": swap_neighbours,
    "unreferenced data": unreferenced,
    "extra event": extra_event,
    "all twice": all_again,
}


def restructure(made: Made, maker: Maker, change: Callable[[list[Record], Random], None]) -> bytes:
    chain = made.records()
    change(chain, maker.random)
    return tar_of(chain, made)


def restructure_and_link(made: Made, maker: Maker, change: Callable[[list[Record], Random], None]) -> bytes:
    chain = made.records()
    change(chain, maker.random)
    return tar_of(relink(chain), made)


KINDS |= table("records", STRUCTURE, restructure)
KINDS |= table("records linked anew", STRUCTURE, restructure_and_link)


def some_event(value: dict[str, Json], **changes: Json) -> dict[str, Json]:
    return {key: each for key, each in (value | changes).items() if each is not ...}


EVENTS: dict[str, Callable[[dict[str, Json], Random], Json]] = {
    "height one more": lambda event, random: some_event(event, height=event["height"] + 1),
    "height negative": lambda event, random: some_event(event, height=-1 - event["height"]),
    "height a string": lambda event, random: some_event(event, height=str(event["height"])),
    "height a float": lambda event, random: some_event(event, height=float(event["height"])),
    "height true": lambda event, random: some_event(event, height=True),
    "height huge": lambda event, random: some_event(event, height=10**400),
    "height missing": lambda event, random: some_event(event, height=...),
    "parent null": lambda event, random: some_event(event, parent=None),
    "parent foreign": lambda event, random: {"parent": sha256(b"")} | some_event(event, parent=sha256(b"")),
    "parent upper case": lambda event, random: {"parent": "F" * 64} | some_event(event, parent="F" * 64),
    "type in lower case": lambda event, random: some_event(event, type=event["type"].lower()),
    "type another": lambda event, random: some_event(
        event, type={"Ballot": "EndBallots", "Result": "Shuffle"}.get(event["type"], "Ballot")
    ),
    "type unknown": lambda event, random: some_event(event, type="Weather"),
    "type empty": lambda event, random: some_event(event, type=""),
    "type missing": lambda event, random: some_event(event, type=...),
    "payload null": lambda event, random: some_event(event, payload=None),
    "payload foreign": lambda event, random: some_event(event, payload=sha256(b"")),
    "unknown key": lambda event, random: some_event(event, weather="rain"),
    "keys turned round": lambda event, random: dict(reversed(event.items())),
    "a list": lambda event, random: [event],
    "null": lambda event, random: None,
}


def change_event(made: Made, maker: Maker, change: Callable[[dict[str, Json], Random], Json]) -> bytes:
    chain = made.records()
    record = chain[any_record(chain, maker.random, event=True)]
    record.value = change(record.value, maker.random)
    return tar_of(chain, made)


KINDS |= table("event", EVENTS, change_event)


@noted(KINDS, "event: parent or payload missing")
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()
    record = chain[any_record(chain, maker.random, event=True)]
    del record.value[maker.random.choice([key for key in ("parent", "payload") if key in record.value])]
    return tar_of(chain, made)


# --- spelling of a record ---


def spaced(body: bytes, random: Random) -> bytes:
    at = random.choice([n for n, byte in enumerate(body) if byte in b",:[{"]) + 1
    return body[:at] + random.choice([b" ", b"\n", b"\t"]) + body[at:]


def escaped(body: bytes, random: Random) -> bytes:
    at = random.choice([n for n in range(1, len(body)) if body[n - 1] == 34 and body[n : n + 1].isalnum()])
    return body[:at] + b"\\u%04x" % body[at] + body[at + 1 :]


def key_twice(body: bytes, random: Random) -> bytes:
    at = body.index(b"{") + 1 if b"{" in body else 1
    end = body.find(b",", at)
    return body[:at] + body[at:end] + b"," + body[at:] if end > 0 else b"[" + body


BODIES: dict[str, Callable[[bytes, Random], bytes]] = {
    "white space inside": spaced,
    "line feed behind": lambda body, random: body + b"\n",
    "blank before": lambda body, random: b" " + body,
    "byte order mark": lambda body, random: b"\xef\xbb\xbf" + body,
    "UTF-16": lambda body, random: body.decode().encode("utf-16"),
    "not UTF-8": lambda body, random: body.replace(b'"', b'"\xff', 1),
    "surrogate": lambda body, random: body.replace(b'"', b'"\\ud800', 1),
    "surrogate in UTF-8": lambda body, random: body.replace(b'"', b'"\xed\xa0\x80', 1),
    "NUL": lambda body, random: body.replace(b'"', b'"\0', 1),
    "escaped letter": escaped,
    "key twice": key_twice,
    "trailing comma": lambda body, random: body[:-1] + b"," + body[-1:],
    "cut short": lambda body, random: body[: random.randrange(len(body))],
    "two values": lambda body, random: body + body,
    "wrapped in a list": lambda body, random: b"[" + body + b"]",
    "empty": lambda body, random: b"",
    "null": lambda body, random: b"null",
    "NaN": lambda body, random: b"NaN",
    "deep lists": lambda body, random: b"[" * 200_000 + b"]" * 200_000,
    "deep objects": lambda body, random: b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep inside": lambda body, random: body[:-1] + b',"a":' + b"[" * 5_000 + b"]" * 5_000 + body[-1:],
    "a huge number": lambda body, random: b"9" * 100_000,
    "a huge exponent": lambda body, random: b"1e400",
}


def respell(made: Made, maker: Maker, change: Callable[[bytes, Random], bytes]) -> bytes:
    chain = made.records()
    record = chain[maker.random.randrange(len(chain))]
    record.raw = change(record.body(), maker.random)
    return tar_of(chain, made)


KINDS |= table("spelling", BODIES, respell)


@noted(KINDS, "spelling: one bit of a record", Expect.EITHER)
def _(made: Made, maker: Maker) -> bytes:
    """A credential that nobody spent may become another one; anything else must be noticed."""
    chain = made.records()
    record = maker.random.choice(chain)
    body = bytearray(record.body())
    body[maker.random.randrange(len(body))] ^= 1 << maker.random.randrange(8)
    record.raw = bytes(body)
    return tar_of(chain, made)


# --- keys of any object, lengths of any list ---


def objects(chain: list[Record], random: Random, wanted: type) -> tuple[Record, Any]:
    """A record and a non-empty `wanted` (list or dictionary) in it."""
    found: list[tuple[Record, Any]] = []
    for record in chain:
        inside = [record.value, *(holder[key] for holder, key in spots(record.value, lambda key, value: True))]
        found += [(record, each) for each in inside if isinstance(each, wanted) and each]
    return random.choice(found)


@noted(KINDS, "keys: one missing")
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()
    _, holder = objects(chain, maker.random, dict)
    del holder[maker.random.choice(list(holder))]
    return tar_of(chain, made)


@noted(KINDS, "keys: one unknown")
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()
    _, holder = objects(chain, maker.random, dict)
    holder["weather"] = "rain"
    return tar_of(chain, made)


@noted(KINDS, "keys: one renamed")
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()
    _, holder = objects(chain, maker.random, dict)
    name = maker.random.choice(list(holder))
    changed = {key + " " * (key == name): value for key, value in holder.items()}
    holder.clear()
    holder.update(changed)
    return tar_of(chain, made)


@noted(KINDS, "keys: another order")
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()
    _, holder = objects(chain, maker.random, dict)
    first = next(iter(holder))
    holder[first] = holder.pop(first)
    return tar_of(chain, made)


@noted(KINDS, "list: one missing")
def _(made: Made, maker: Maker) -> bytes:
    # Not the pool, which may lose a credential that nobody spent.
    chain = [record for record in made.records() if record.value is not made.credentials]
    _, holder = objects(chain, maker.random, list)
    del holder[maker.random.randrange(len(holder))]
    return made.archive()


@noted(KINDS, "list: one twice")
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()
    _, holder = objects(chain, maker.random, list)
    holder.append(maker.random.choice(holder))
    return tar_of(chain, made)


@noted(KINDS, "list: turned round")
def _(made: Made, maker: Maker) -> bytes:
    # Not the pool, whose order is free.
    chain = [record for record in made.records() if record.value is not made.credentials]
    _, holder = objects(chain, maker.random, list)
    holder.reverse()
    return made.archive()


@noted(KINDS, "value: something else")
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()
    record = maker.random.choice(chain)
    holder, key = maker.random.choice(spots(record.value, lambda key, value: True))
    others = [each[key] for each, key in spots(record.value, lambda key, value: True)]
    junk = [None, True, False, 0, -1, 2**63, "", "0", "x", [], {}, [[]], [{}], {"a": 1}, *others]
    holder[key] = deepcopy(maker.random.choice(junk))
    return tar_of(chain, made)
