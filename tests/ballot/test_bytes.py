"""Whatever bytes come, the verifier gives a report and never an error; and no altered byte is accepted."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import InputError
from sync.ballot import tar
from sync.ballot.election import Setup
from sync.ballot.records import hash_hex
from sync.ballot.verify import Phase, verify_archive, verify_void
from tests.ballot.forge import TIMESTAMP_S, World, parts_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
RECORDS = [
    b"{}",
    b"[]",
    b"[[]]",
    b"null",
    b"",
    b"\xff",
    b"[" * 15_000,
    b'{"a":' * 3_000,
    b"9" * 15_000,
    b'{"version":' + b"9" * 15_000 + b"}",
    b'{"height":1' + b"0" * 500 + b',"type":"Ballot"}',
    b'{"height":1e400,"type":"Ballot"}',
    b'{"height":0,"type":"Setup","payload":"' + b"0" * 64 + b'"}',
]


@pytest.fixture(scope="module")
def packed(world: World) -> bytes:
    return parts_of(world).pack()


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_one_changed_byte_is_refused(packed: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(packed) - 1))
    changed = bytearray(packed)
    changed[place] ^= data.draw(st.integers(1, 255))
    report = verify_archive(bytes(changed))
    assert not report.valid
    assert report.result is None


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_cut_doubled_or_moved_blocks_are_refused(packed: bytes, data: st.DataObject) -> None:
    blocks = len(packed) // tar.BLOCK
    start, end = sorted(data.draw(st.tuples(st.integers(0, blocks), st.integers(0, blocks))))
    to = data.draw(st.integers(0, blocks)) * tar.BLOCK
    piece = packed[start * tar.BLOCK : end * tar.BLOCK]
    rest = packed[: start * tar.BLOCK] + packed[end * tar.BLOCK :]
    # Drawn by number: the archive is another in each run, and Hypothesis must meet the same choices again.
    way = data.draw(st.integers(0, 2))
    made = (rest, rest[:to] + piece + rest[to:], packed[:to] + piece + packed[to:])[way]
    report = verify_archive(made)
    # Cut right after the tally or a decryption it is an archive without result: valid, and it says so.
    assert report.valid == (made == packed or (packed.startswith(made) and report.phase in WITHOUT_RESULT))
    assert (report.result is None) == (made != packed)


WITHOUT_RESULT = (Phase.TALLIED, Phase.PARTLY_DECRYPTED, Phase.DECRYPTED)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=4000))
def test_any_bytes_give_a_report(data: bytes) -> None:
    assert not verify_archive(data).valid


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_record_in_any_place_gives_a_report(world: World, data: st.DataObject) -> None:
    """A record replaced by something else, in its place and under its right name."""
    members = parts_of(world).members()
    place = data.draw(st.integers(0, len(members) - 1))
    value = data.draw(st.sampled_from(RECORDS) | JSON.map(lambda v: json.dumps(v).encode()) | st.binary(max_size=200))
    name = members[place][0]
    members[place] = (name if name == "BELENIOS" else hash_hex(value) + name[64:], value)
    if len({n for n, _ in members}) == len(members):
        assert not verify_archive(tar.write(members, TIMESTAMP_S)).valid


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_a_changed_ballot_is_refused(world: World, data: st.DataObject) -> None:
    ballot = bytearray(world.ballots[0])
    place = data.draw(st.integers(0, len(ballot) - 1))
    ballot[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InputError):
        verify_void(world.setup, bytes(ballot))


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_a_changed_setup_is_refused_or_another(world: World, data: st.DataObject) -> None:
    records = [world.setup.election, world.setup.trustees, world.setup.credentials]
    number = data.draw(st.integers(0, 2))
    changed = bytearray(records[number])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    records[number] = bytes(changed)
    try:
        made = Setup.load(*records)
    except InputError:
        return
    assert number != 1, "a changed trustee's key or proof is never right"
    # Another name, or a credential that happens to be an element too: another setup, which the chain's hashes tell.
    assert made.hash != world.setup.hash
