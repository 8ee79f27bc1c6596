"""Altered archives: the file, its records and their order, and how they are spelled."""

from __future__ import annotations

import json
from collections.abc import Callable

from sync.ballot import tar
from sync.ballot.records import dump, hash_hex
from sync.ballot.refusal import RefusalKind as Kind
from tests.ballot.altered import (
    case,
    event_of,
    with_bytes,
    with_members,
    with_parts,
    with_steps,
)
from tests.ballot.forge import TIMESTAMP_S, Event, Parts, World, parts_of

# --- the file -------------------------------------------------------------------------------------------------

with_bytes("cut in the middle of a record", Kind.TRUNCATED, "record", lambda b: b[:-700])
with_bytes("cut in the middle of a header", Kind.TRUNCATED, "record", lambda b: b[:-900])
with_bytes("padding of the last record cut", Kind.TRUNCATED, "record", lambda b: b[:-1])
with_bytes("empty file", Kind.TRUNCATED, "the file", lambda _: b"")
with_bytes("two zero blocks at the end", Kind.STRAY_BYTES, "record", lambda b: b + bytes(1024))
with_bytes("one byte at the end", Kind.TRUNCATED, "record", lambda b: b + b"\n")
with_bytes("one byte before", Kind.STRAY_BYTES, "record 0", lambda b: b"\n" + b)
with_bytes("an archive after the archive", Kind.REPEATED, "BELENIOS", lambda b: b + b)


def _set(offset: int, value: bytes) -> Callable[[bytearray], bytearray]:
    def change(data: bytearray) -> bytearray:
        data[offset : offset + len(value)] = value
        return data

    return change


with_bytes("a byte hidden in the padding", Kind.STRAY_BYTES, "BELENIOS", _set(1023, b"!"))
with_bytes("a byte hidden in a header", Kind.STRAY_BYTES, "BELENIOS", _set(511, b"!"))
with_bytes("a byte hidden after the name", Kind.STRAY_BYTES, "record 0", _set(50, b"!"))
with_bytes("ustar magic", Kind.STRAY_BYTES, "BELENIOS", _set(257, b"ustar\x0000"))
with_bytes("another mode", Kind.STRAY_BYTES, "BELENIOS", _set(100, b"0000755"))
with_bytes("another owner", Kind.STRAY_BYTES, "BELENIOS", _set(108, b"0001750"))
with_bytes("a link", Kind.STRAY_BYTES, "BELENIOS", _set(156, b"1"))
with_bytes("another checksum", Kind.STRAY_BYTES, "BELENIOS", _set(148, b"777777"))
with_bytes("a size in base 256", Kind.STRAY_BYTES, "record 0", _set(124, b"\x80" + bytes(11)))
with_bytes("a size of 8 GB", Kind.TOO_LARGE, "BELENIOS", _set(124, b"77777777777"))


@case(Kind.TIMESTAMP, "record 4")
def one_record_of_another_time(world: World) -> bytes:
    members = parts_of(world).members()
    return (
        tar.write(members[:4], TIMESTAMP_S)
        + tar.write(members[4:5], TIMESTAMP_S + 1)
        + tar.write(members[5:], TIMESTAMP_S)
    )


@case(Kind.TIMESTAMP, "BELENIOS")
def header_of_another_time(world: World) -> bytes:
    return tar.write(parts_of(world).members(), TIMESTAMP_S + 1)


def _header(value: bytes) -> Callable[[Parts, World], None]:
    return lambda parts, _: setattr(parts, "header", value)


with_parts("version 2", Kind.FORM, "BELENIOS", _header(b'{"version":2,"timestamp":"1795280000"}'))
with_parts("timestamp as a number", Kind.FORM, "BELENIOS", _header(b'{"version":1,"timestamp":1795280000}'))
with_parts("timestamp with a leading zero", Kind.FORM, "BELENIOS", _header(b'{"version":1,"timestamp":"01795280000"}'))

# --- records and their order ----------------------------------------------------------------------------------

with_members("no header", Kind.MISSING, "BELENIOS", lambda m: m.pop(0) and None)
with_members("header not first", Kind.ORDER, "BELENIOS", lambda m: m.insert(1, m.pop(0)))
with_members("an extra file", Kind.EXTRA, "README.txt", lambda m: m.append(("README.txt", b"hello")))
with_members(
    "an unreferenced record", Kind.UNREFERENCED, ".data.json", lambda m: m.append((f"{hash_hex(b'7')}.data.json", b"7"))
)
with_members(
    "an upper-case name",
    Kind.EXTRA,
    ".data.json",
    lambda m: m.__setitem__(1, (m[1][0].upper().replace("DATA.JSON", "data.json"), m[1][1])),
)
with_members(
    "contents changed under their name",
    Kind.NAME,
    ".data.json",
    lambda m: m.__setitem__(6, (m[6][0], m[6][1].replace(b'"alpha":"', b'"alpha":"0', 1))),
)
with_members("a record missing", Kind.MISSING, ".data.json", lambda m: m.pop(6) and None)
with_members("the last event missing", Kind.UNREFERENCED, ".data.json", lambda m: m.pop() and None)
with_members("an event missing", Kind.PARENT, "event", lambda m: m.pop(7) and None)
with_members("the end cut at a record", Kind.MISSING, "EncryptedTally", lambda m: m.__delitem__(slice(8, None)))

with_steps("setup records in another order", Kind.ORDER, "Setup", lambda s: s.insert(0, s.pop(1)))
with_steps(
    "a ballot after the end of ballots",
    Kind.ORDER,
    "Ballot event",
    lambda s: s.__setitem__(slice(None), [*s[:11], s[13], *s[11:13], *s[14:]]),
)
with_steps("no end of ballots", Kind.ORDER, "EncryptedTally", lambda s: s.pop(event_of(s, "EndBallots")) and None)
with_steps(
    "two ends of ballots", Kind.ORDER, "EndBallots", lambda s: s.insert(event_of(s, "EndBallots"), Event("EndBallots"))
)
with_steps("a second setup", Kind.ORDER, "Setup", lambda s: s.insert(5, Event("Setup", s[4].payload)))  # type: ignore[union-attr]
with_steps("no setup", Kind.ORDER, "Ballot event", lambda s: s.__delitem__(slice(0, 5)))
with_steps(
    "result before the decryptions",
    Kind.ORDER,
    "PartialDecryption",
    lambda s: s.__setitem__(slice(None), [*s[:-8], *s[-2:], *s[-8:-2]]),
)
with_steps("ballots before their events", Kind.ORDER, ".data.json", lambda s: s.insert(5, s.pop(7)))
with_steps("a ballot's record after its event", Kind.ORDER, ".data.json", lambda s: s.insert(6, s.pop(5)))
with_steps("an event twice", Kind.REPEATED, ".data.json", lambda s: s.insert(7, Event("Ballot", s[6].payload)))  # type: ignore[union-attr]
with_steps("a wrong parent", Kind.PARENT, "Ballot event 2", lambda s: setattr(s[8], "parent", "0" * 64))
with_steps("a parent in the first event", Kind.PARENT, "Setup", lambda s: setattr(s[4], "parent", "0" * 64))
with_steps("a wrong height", Kind.HEIGHT, "Ballot event 2", lambda s: setattr(s[8], "height", 7))
with_steps("heights from 1", Kind.HEIGHT, "Setup", lambda s: setattr(s[4], "height", 1))
with_steps(
    "a payload in the end of ballots",
    Kind.FORM,
    "EndBallots",
    lambda s: setattr(s[event_of(s, "EndBallots")], "payload", "0" * 64),
)
with_steps("no payload in a ballot", Kind.FORM, "Ballot event", lambda s: setattr(s[6], "payload", None))
with_steps("an event of a mixnet", Kind.FORM, "event.json", lambda s: s.insert(-2, Event("EndShuffles")))
with_steps("a height past the limit", Kind.FORM, "event.json", lambda s: setattr(s[8], "height", 10**30))

# --- spelling -------------------------------------------------------------------------------------------------


def respell(name: str, kind: Kind, old: bytes, new: bytes) -> None:
    """One spelling replaced in the first ballot, whose signature and proofs do not matter any more."""

    def change(parts: Parts, _: World) -> None:
        assert old in parts.ballots[0]
        parts.ballots[0] = parts.ballots[0].replace(old, new, 1)

    with_parts(name, kind, "Ballot 1", change)


respell("a blank in JSON", Kind.FORM, b'"answers":', b'"answers": ')
respell("an unknown key", Kind.FORM, b'{"election_uuid"', b'{"note":1,"election_uuid"')
respell("a doubled key", Kind.FORM, b'"answers":', b'"credential":"","answers":')
respell("a missing key", Kind.FORM, b'"election_uuid"', b'"election_id"')
respell("an escaped letter", Kind.FORM, b'"alpha"', b'"alph\\u0061"')
respell("half a surrogate", Kind.FORM, b'"alpha":"', b'"alpha":"\\ud800')
respell("bytes that are not UTF-8", Kind.FORM, b'"alpha":"', b'"alpha":"\xff')
respell("NaN", Kind.FORM, b'"answers":[', b'"answers":[NaN,')
respell("deep nesting", Kind.FORM, b'"answers":[', b'"answers":[' + b"[" * 8000)
respell(
    "deep nesting under an unknown key", Kind.FORM, b'"answers":', b'"x":' + b"[" * 3000 + b"]" * 3000 + b',"answers":'
)
respell("a scalar of 10000 digits", Kind.FORM, b'"challenge":"', b'"challenge":"' + b"9" * 10_000)
respell("a scalar as a number", Kind.FORM, b'"challenge":"', b'"challenge":1,"x":"')
respell("a scalar with a leading zero", Kind.SCALAR, b'"challenge":"', b'"challenge":"0')
respell("a negative scalar", Kind.SCALAR, b'"challenge":"', b'"challenge":"-')
respell("a scalar in full-width digits", Kind.SCALAR, b'"challenge":"', '"challenge":"１'.encode())


def upper_case(parts: Parts, _: World) -> None:
    ballot = json.loads(parts.ballots[0])
    choice = ballot["answers"][0]["choices"][0]
    choice["alpha"] = choice["alpha"].upper()
    parts.ballots[0] = dump(ballot)


with_parts("an upper-case element", Kind.ELEMENT, "Ballot 1", upper_case)


def large(parts: Parts, _: World) -> None:
    parts.ballots[0] += b" " * 20_000


with_parts("a ballot of 20 kB", Kind.TOO_LARGE, "Ballot 1", large)
