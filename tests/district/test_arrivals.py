"""What may lie on a stick that somebody brings: links, pipes, endless files; nothing holds the import up."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import InputError
from sync.ballot import tar
from sync.batch import MAX_BYTES, MEMBERS, read
from sync.district.arrivals import MAX_DEPTH, FolderRefused, batch_files
from sync.district.intake import Verdict, take_all
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, Made
from tests.district.mangled import changed_bytes
from tests.district.offering import admit


def _deep(stick: Path) -> None:
    for _ in range(600):
        stick = stick / "d"
        stick.mkdir()


def _link(stick: Path) -> None:
    (stick / "secret.txt").write_text("secret words")
    (stick / "a.batch").symlink_to(stick / "secret.txt")


def _folder_link(stick: Path) -> None:
    """Out of the stick and round in a circle."""
    (stick / "bilik").mkdir()
    (stick / "bilik" / "batch").symlink_to("/")


def _sparse(stick: Path) -> None:
    with (stick / "a.batch").open("wb") as file:
        file.truncate(10 << 30)


def _named_like_another(stick: Path) -> None:
    (stick / f"{BOOTHS[0]}.batch").write_bytes(b"not that booth's")


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link": (_link, "link to somewhere else"),
    "a dangling link": (lambda stick: (stick / "a.batch").symlink_to("/none"), "link to somewhere else"),
    "a link that leads to itself": (lambda stick: (stick / "a.batch").symlink_to("a.batch"), "link to somewhere else"),
    "a batch folder that is a link": (_folder_link, "link to a folder"),
    "a pipe that nobody writes into": (lambda stick: os.mkfifo(stick / "a.batch"), "no plain file"),
    "a device": (lambda stick: os.mknod(stick / "a.batch", 0o020666, os.makedev(1, 5)), "no plain file"),
    "a socket": (lambda stick: _socket(stick / "a.batch"), "cannot be read"),
    "10 GB": (_sparse, "larger than a batch"),
    "a byte too many": (lambda stick: (stick / "a.batch").write_bytes(bytes(MAX_BYTES + 1)), "larger than a batch"),
    "zeros of a batch's size": (lambda stick: (stick / "a.batch").write_bytes(bytes(MAX_BYTES)), "cannot be read"),
    "folders without end": (_deep, "deep"),
    "a folder named like a batch": (lambda stick: (stick / "a.batch").mkdir(), "no batch"),
    "a name that steers terminals": (lambda stick: (stick / "\x1b[2J.batch").write_bytes(b"x"), "cannot be read"),
    "a batch named like another": (_named_like_another, "cannot be read"),
}


def _socket(path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_stick_is_refused_with_a_sentence(
    election: Made, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lays, word = HOSTILE[name]
    stick = tmp_path / "stick"
    stick.mkdir()
    lays(stick)
    workspace = Workspace(election.workspace)
    ledger = ledger_of(workspace)
    before = (ledger.admitted(), list(ledger.keeping.names()))
    outcomes = list(take_all(workspace, ledger, [stick]))
    assert outcomes
    assert {outcome.verdict for outcome in outcomes} == {Verdict.REFUSED}
    (reason,) = outcomes[-1].reasons
    assert word in reason.en, reason
    assert "secret words" not in reason.en + reason.id
    assert reason.en.endswith(".")
    assert reason.id.endswith(".")
    assert (ledger.admitted(), list(ledger.keeping.names())) == before


def test_batches_beside_a_hostile_folder_are_taken(mine: Made, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    (good / "a.batch").write_bytes(mine.day().batch())
    _deep(bad)
    workspace = Workspace(mine.workspace)
    outcomes = list(take_all(workspace, ledger_of(workspace), [bad, good]))
    assert [outcome.verdict for outcome in outcomes] == [Verdict.REFUSED, Verdict.ACCEPTED]


def test_a_bad_folder_on_a_stick_does_not_hide_the_good_ones(mine: Made, tmp_path: Path) -> None:
    for name in ("A bad", "b good"):
        (tmp_path / "stick" / name).mkdir(parents=True)
    _deep(tmp_path / "stick" / "A bad")
    (tmp_path / "stick" / "b good" / "A.BATCH").write_bytes(mine.day().batch())  # as some systems write names
    workspace = Workspace(mine.workspace)
    outcomes = list(take_all(workspace, ledger_of(workspace), [tmp_path / "stick"]))
    assert [outcome.verdict for outcome in outcomes] == [Verdict.REFUSED, Verdict.ACCEPTED]


def test_folders_that_never_end_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged medium may have folders that hold each other; links are not followed anyway."""
    monkeypatch.setattr("sync.district.arrivals.MAX_FILES", 8)
    for n in range(4):
        for m in range(4):
            (tmp_path / f"{n}" / f"{m}").mkdir(parents=True)
    found = list(batch_files(tmp_path))
    assert [type(one) for one in found] == [FolderRefused]


def test_folders_as_deep_as_allowed_are_read(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(MAX_DEPTH):
        folder = folder / "d"
        folder.mkdir()
    (folder / "a.batch").touch()
    assert list(batch_files(tmp_path)) == [folder / "a.batch"]


def test_a_file_on_the_way_is_left_alone(tmp_path: Path) -> None:
    for name in (".a.batch.new", ".b.batch", "c.batch.part", "d.batch"):
        (tmp_path / name).touch()
    assert list(batch_files(tmp_path)) == [tmp_path / "d.batch"]


BOMBS: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "a log of empty lines": lambda members: members | {"log.jsonl": b"\n" * (60 << 20)},
    "voids without end": lambda members: members | {"voids.json": b"[" + b"{}," * (20 << 20) + b"{}]"},
    "nested without end": lambda members: members | {"voids.json": b"[" * (60 << 20)},
    "a record without end": lambda members: members | {"batch.json": b" " * (60 << 20) + members["batch.json"]},
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_bounded_memory(election: Made, name: str) -> None:
    members = {m.name: m.data for m in tar.read(election.day().batch(), tar.Limits(MAX_BYTES, 5, MAX_BYTES))}
    data = tar.write([(member, BOMBS[name](members)[member]) for member in MEMBERS], 0)
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            read(data)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 4 * MAX_BYTES


def test_a_bomb_that_somebody_signed_is_refused_in_bounded_memory(election: Made) -> None:
    day = election.day()
    day.log = [b""] * (5 << 20)
    data = day.batch()
    del day
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="longer than any day's"):
            read(data)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 4 * MAX_BYTES


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_a_batch_is_refused_with_sentences(batch: bytes, data: st.DataObject) -> None:
    """Fuzz: bytes changed, cut out, doubled and moved; whatever comes of it is read the same or refused as input."""
    changed = changed_bytes(data, batch)
    if changed == batch:
        return
    with pytest.raises(InputError) as refused:
        read(changed)
    assert refused.value.en.endswith(".")
    assert refused.value.id.endswith(".")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(MEMBERS), st.binary(max_size=300)), max_size=6, unique_by=lambda m: m[0]))
def test_any_tar_is_refused(members: list[tuple[str, bytes]]) -> None:
    with pytest.raises(InputError):
        read(tar.write(members, 0))


@pytest.fixture(scope="module")
def batch(election: Made) -> bytes:
    """A good one."""
    return election.day(choices=(1,), voids=()).batch()


def test_a_foreign_archive_is_not_even_verified(
    election: Made, other_election: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verifying 64 MiB takes a while, and a stick may hold many; who has no card of the booth is refused at once."""
    monkeypatch.setattr("sync.district.examination.verify_archive", lambda _: pytest.fail("it was verified"))
    day = election.day()
    claim = day.record.certificate.claim
    day.change(certificate=day.certify(claim, election.officer(BOOTHS[2])))
    for data in (other_election.day().batch(), day.batch()):
        assert admit(election, data, tmp_path).verdict is Verdict.REFUSED


def test_a_link_to_a_folder_is_told_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.batch").write_bytes(b"a")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "today").symlink_to(tmp_path / "there")
    (tmp_path / "in" / "b.batch").write_bytes(b"b")
    batch, refused = batch_files(tmp_path / "in")
    assert batch == tmp_path / "in" / "b.batch"
    assert isinstance(refused, FolderRefused)
    assert "today is a link" in refused.en
    assert "today adalah tautan" in refused.id
