"""The strict tar: what it writes is one form, and any other bytes are refused."""

import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ballot import tar
from sync.ballot.refusal import RefusalKind, Refused
from tests.ballot.conftest import VECTORS

LIMITS = tar.Limits(total_bytes=1 << 20, members=50, member_bytes=1 << 16)
NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,98}", fullmatch=True)
MEMBERS = st.lists(st.tuples(NAMES, st.binary(max_size=1500)), min_size=1, max_size=6, unique_by=lambda m: m[0])


@given(MEMBERS, st.integers(0, tar.MAX_MTIME))
def test_what_is_written_is_read_again_and_by_others(members: list[tuple[str, bytes]], mtime: int) -> None:
    data = tar.write(members, mtime)
    assert [(m.name, m.data) for m in tar.read(data, LIMITS)] == members
    with tarfile.open(fileobj=io.BytesIO(data)) as other:
        assert [(m.name, m.mtime, m.mode, m.type) for m in other] == [
            (name, mtime, 0o644, tarfile.REGTYPE) for name, _ in members
        ]


@pytest.mark.parametrize("path", sorted(VECTORS.glob("valid/*.bel")), ids=lambda path: path.stem)
def test_the_form_is_that_of_the_reference_tool(path: Path) -> None:
    data = path.read_bytes()
    members = [(m.name, m.data) for m in tar.read(data, replace(LIMITS, members=200))]
    assert tar.write(members, int(data[136:147], 8)) == data


@given(MEMBERS, st.data())
def test_any_changed_byte_outside_the_contents_is_refused(
    members: list[tuple[str, bytes]], draws: st.DataObject
) -> None:
    data = bytearray(tar.write(members, 1))
    place = draws.draw(st.integers(0, len(data) - 1))
    data[place] ^= draws.draw(st.integers(1, 255))
    try:
        again = tar.read(bytes(data), LIMITS)
    except Refused:
        return
    # Accepted: then it is exactly what the writer writes for what was read (a changed name, time or content
    # with a checksum that happens to fit).
    assert tar.write([(m.name, m.data) for m in again], 1) == bytes(data)


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        tar.read(data, LIMITS)


@pytest.mark.parametrize("cut", [1, 511, 512, 513, 1023])
def test_cut_is_refused(cut: int) -> None:
    data = tar.write([("a", b"x" * 700), ("b", b"")], 7)
    with pytest.raises(Refused):
        tar.read(data[: len(data) - cut] if cut != 512 else data[:-1024], LIMITS)


@pytest.mark.parametrize(
    ("limits", "detail"),
    [
        (tar.Limits(total_bytes=100, members=9, member_bytes=9999), "100 bytes"),
        (tar.Limits(total_bytes=9999, members=1, member_bytes=9999), "1 records"),
        (tar.Limits(total_bytes=9999, members=9, member_bytes=3), "3 bytes"),
    ],
)
def test_limits(limits: tar.Limits, detail: str) -> None:
    with pytest.raises(Refused, match=detail) as refused:
        tar.read(tar.write([("a", b"abcd"), ("b", b"")], 0), limits)
    assert refused.value.kind is RefusalKind.TOO_LARGE


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../up", "a/b", ".hidden", "x" * 100, "é", "a b", "a\n"])
def test_unspeakable_names_are_not_written(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        tar.write([(name, b"")], 0)


def test_doubled_names_and_impossible_times_are_not_written() -> None:
    with pytest.raises(ValueError, match="doubled"):
        tar.write([("a", b""), ("a", b"x")], 0)
    for mtime in (-1, tar.MAX_MTIME + 1):
        with pytest.raises(ValueError, match="1970"):
            tar.write([("a", b"")], mtime)
