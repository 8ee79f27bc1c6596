"""Import: what is refused and why, what is in conflict, and that a batch is taken wholly or not at all."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest

from config.cards.role import Role
from config.cards.soft import new_soft_card
from config.errors import DeviceError
from config.minisign import SecretKey
from config.mode import Mode
from config.record import encode
from config.secret import Pin
from sync import batch as batch_format
from sync.ballot import archive, tar
from sync.batch import MEMBERS, VoidKind, read
from sync.district.intake import Verdict, take
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from sync.equations import Equation, Name, equations
from tests.district.a_booth import Day
from tests.district.election import BOOTHS, Made, district, done
from tests.district.offering import admit, offered

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut short": lambda data: data[:-1024],
    "cut in a header": lambda data: data[:700],
    "padded": lambda data: data + bytes(512),
    "one bit in the archive": lambda data: data[:9000] + bytes([data[9000] ^ 1]) + data[9001:],
    "one bit in the last block": lambda data: data[:-513] + bytes([data[-513] ^ 1]) + data[-512:],
    "a text file": lambda data: b"this is no batch",
    "another time": lambda data: _rewritten(data, mtime=7),
    "a member more": lambda data: _rewritten(data, more=[("x", b"")]),
    "members in another order": lambda data: _rewritten(data, order=(1, 0, 2, 3, 4)),
    "another version": lambda data: _rewritten(
        data, change={"batch.json": lambda json_: json_.replace(b"bilik-batch/1", b"bilik-batch/2")}
    ),
    "a record changed": lambda data: _rewritten(
        data, change={"batch.json": lambda json_: json_.replace(b'"abandoned":1', b'"abandoned":2')}
    ),
    "an archive exchanged": lambda data: _rewritten(data, change={"archive.bel": lambda bel: bel + bel}),
    "a log line less": lambda data: _rewritten(data, change={"log.jsonl": lambda log: log.split(b"\n")[0] + b"\n"}),
    "no voids": lambda data: _rewritten(data, change={"voids.json": lambda _: b"[]"}),
    "deeply nested": lambda data: _rewritten(data, change={"batch.json": lambda _: b"[" * 30_000}),
}


def _rewritten(
    data: bytes,
    *,
    change: dict[str, Callable[[bytes], bytes]] | None = None,
    order: tuple[int, ...] = (0, 1, 2, 3, 4),
    more: list[tuple[str, bytes]] | None = None,
    mtime: int = 0,
) -> bytes:
    members = tar.read(data, tar.Limits(1 << 26, 10, 1 << 26))
    changed = [(m.name, (change or {}).get(m.name, lambda same: same)(m.data)) for m in members]
    return tar.write([changed[place] for place in order] + (more or []), mtime)


def contents(made: Made) -> set[str]:
    """What is kept, in the workspace and in the database, with what may have been left beside it."""
    files = {path.name for folder in ("batches", "archives") for path in (made.workspace / folder).iterdir()}
    return files | {name.partition("/")[2] for name in ledger_of(Workspace(made.workspace)).keeping.names()}


@pytest.fixture
def mine(mine_on_both: Made) -> Made:
    """All that is done to a ledger here is done to both kinds."""
    return mine_on_both


def test_a_batch_is_accepted_once(mine: Made, tmp_path: Path) -> None:
    data = mine.day().batch()
    assert admit(mine, data, tmp_path).verdict is Verdict.ACCEPTED
    first = contents(mine)
    assert admit(mine, data, tmp_path).verdict is Verdict.ALREADY
    assert contents(mine) == first


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_refused_and_leaves_nothing(election: Made, tmp_path: Path, name: str) -> None:
    before = contents(election)
    outcome = admit(election, DAMAGE[name](election.day().batch()), tmp_path)
    assert outcome.verdict is Verdict.REFUSED
    (reason,) = outcome.reasons
    assert reason.en.endswith(".")
    assert reason.id.endswith(".")
    assert reason.en != reason.id
    assert contents(election) == before
    if name == "another version":
        assert "version 2" in reason.en


Lie = Callable[[Made, Day], None]


def _recount(day: Day, **changed: int) -> None:
    counts = msgspec.structs.replace(day.record.counts, **changed)
    day.change(counts=counts, equations=equations(counts, booths_in_tps=day.package.manifest.place.booths_in_tps))


def _certify(day: Day, card: object = None, **claim: object) -> None:
    changed = msgspec.structs.replace(day.record.certificate.claim, **claim)
    day.change(certificate=day.certify(changed, card or day.officer))  # type: ignore[arg-type]


def _unknown_card(made: Made, day: Day) -> None:
    file = made.folder / f"stranger-{time.monotonic_ns()}.card"
    stranger = new_soft_card(file, "Stranger", Pin("274951"))
    stranger.verify_pin(Pin("274951"))
    _certify(day, stranger)


def _pretended_card(made: Made, day: Day) -> None:
    _unknown_card(made, day)
    day.change(certificate=msgspec.structs.replace(day.record.certificate, card=day.officer.id))


def _void(day: Day, n: int, **changed: object) -> None:
    day.void[n] = msgspec.structs.replace(day.void[n], **changed)


def _cast_again_as_void(_: Made, day: Day) -> None:
    _void(day, 0, ballot=day.cast[0].ballot.decode())


def _void_twice(_: Made, day: Day) -> None:
    day.void.append(day.void[0])
    _recount(day, refused=2, spent=8)


def _broken_void(_: Made, day: Day) -> None:
    _void(day, 0, ballot=day.void[0].ballot.replace('"challenge":"', '"challenge":"1', 1))


def _opening_of_another_choice(_: Made, day: Day) -> None:
    opening = day.void[1].opening or ""
    _void(day, 1, opening=opening.replace('"choice":2', '"choice":1'))


def _result(_: Made, day: Day) -> None:
    assert day.record.result is not None
    day.change(result=tuple(reversed(day.record.result)))


def _without_result(_: Made, day: Day) -> None:
    day.change(result=None)


def _mode(_: Made, day: Day) -> None:
    day.change(mode=Mode.OFFICIAL)
    _certify(day, mode=Mode.OFFICIAL)


def _archive_of_another_booth(made: Made, day: Day) -> None:
    day.archive = made.day(BOOTHS[1]).archive


def _equation(_: Made, day: Day) -> None:
    day.change(equations=(Equation(name=Name.ROLL, left=1, right=1, holds=True),))


def _unsorted(_: Made, day: Day) -> None:
    """An archive that is valid in itself, with its ballots in another order than that of their trackers."""

    def backwards(ballots: Iterable[bytes], key: Callable[[bytes], str]) -> list[bytes]:
        return sorted(ballots, key=key, reverse=True)

    with patch.object(archive, "sorted", backwards, create=True):
        day.tally()


LIES: dict[str, tuple[Lie, str]] = {
    "official in a rehearsal": (_mode, "the two never mix"),
    "another election": (lambda _, day: day.change(election_id="0" * 32), "another election"),
    "another booth's name": (lambda _, day: day.change(booth=BOOTHS[1]), "another election or booth"),
    "unknown booth": (lambda _, day: day.change(booth="34.04.01.2001-009-1"), "no package"),
    "another package": (lambda _, day: day.change(setup="0" * 64), "another package"),
    "session key of another booth": (lambda _, day: _certify(day, booth=BOOTHS[1]), "something else"),
    "a lane too far": (lambda _, day: _certify(day, epoch=3), "device number 4"),
    "certified by the committee": (lambda made, day: _certify(day, made.committee(BOOTHS[0])), "No officers' card"),
    "certified by another TPS": (lambda made, day: _certify(day, made.officer(BOOTHS[2])), "No officers' card"),
    "certified by a stranger": (_unknown_card, "No officers' card"),
    "certified in a card's name": (_pretended_card, "does not fit"),
    "archive of another booth": (_archive_of_another_booth, "another booth"),
    "archive of another time": (
        lambda made, day: setattr(day, "archive", _retimed(day.archive)),
        "time",
    ),
    "ballots in the order of voting": (_unsorted, "not sorted by tracker"),
    "result of other numbers": (_result, "not that of the archive"),
    "result withheld": (_without_result, "not that of the archive"),
    "more cast than ballots": (lambda _, day: _recount(day, cast=6), "cast = 6"),
    "fewer refused than voids": (lambda _, day: _recount(day, refused=0), "refused = 0"),
    "tests that are not there": (lambda _, day: _recount(day, tests=2), "tests = 2"),
    "another roll": (lambda _, day: _recount(day, voters=480), "voters = 480"),
    "more paperless than interrupted": (lambda _, day: _recount(day, paperless=1), "without paper"),
    "equations of other counts": (_equation, "do not follow"),
    "a cast ballot among the voids": (_cast_again_as_void, "shares its credential"),
    "a void ballot twice": (_void_twice, "shares its credential"),
    "a void ballot without proof": (_broken_void, "void ballot"),
    "a refused ballot opened": (lambda _, day: _void(day, 0, opening=day.void[1].opening), "nothing else may be"),
    "a test not opened": (lambda _, day: _void(day, 1, opening=None), "must be opened"),
    "a test opened wrongly": (_opening_of_another_choice, "does not hold"),
}


def _retimed(archive: bytes) -> bytes:
    members = tar.read(archive, tar.Limits(1 << 26, 1000, 1 << 26))
    header = b'{"version":1,"timestamp":"1700000000"}'
    return tar.write([(m.name, header if m.name == "BELENIOS" else m.data) for m in members], 1_700_000_000)


@pytest.mark.parametrize("name", LIES)
def test_a_signed_lie_is_refused(election: Made, tmp_path: Path, name: str) -> None:
    lie, word = LIES[name]
    before = contents(election)
    day = election.day()
    lie(election, day)
    outcome = admit(election, day.batch(), tmp_path)
    assert outcome.verdict is Verdict.REFUSED
    told = [f"{reason.record}: {reason.en}" for reason in outcome.reasons]
    assert any(word in line for line in told), told
    assert contents(election) == before


def test_a_batch_of_another_root_is_foreign(election: Made, other_election: Made, tmp_path: Path) -> None:
    outcome = admit(election, other_election.day().batch(), tmp_path)
    assert outcome.verdict is Verdict.REFUSED
    assert "another election" in outcome.reasons[0].en


def test_official_and_rehearsal_never_mix(mine: Made, official: Made, tmp_path: Path) -> None:
    official = official.copy(tmp_path / "official")
    rehearsed, counted = mine.day().batch(), official.day().batch()
    for made, foreign in ((mine, counted), (official, rehearsed)):
        outcome = admit(made, foreign, tmp_path)
        assert outcome.verdict is Verdict.REFUSED
        assert "the two never mix" in outcome.reasons[0].en
        assert contents(made) == set()
    assert admit(mine, rehearsed, tmp_path).verdict is Verdict.ACCEPTED
    assert admit(official, counted, tmp_path).verdict is Verdict.ACCEPTED


def test_sticks_folders_and_files_together(mine: Made, tmp_path: Path) -> None:
    for booth in BOOTHS:
        stick = mine.sticks / booth / "bilik" / "batch"
        stick.mkdir()
        (stick / f"{booth}.batch").write_bytes(mine.day(booth).batch())
    (tmp_path / "folder").mkdir()
    shutil.copy(mine.sticks / BOOTHS[1] / "bilik" / "batch" / f"{BOOTHS[1]}.batch", tmp_path / "folder" / "x.batch")
    (tmp_path / "empty").mkdir()
    ran = district("import", mine.workspace, mine.sticks / BOOTHS[0], tmp_path / "folder", mine.sticks, "--json")
    verdicts = [outcome["verdict"] for outcome in json.loads(ran.stdout)]
    assert verdicts == ["accepted", "accepted", "already here", "already here", "accepted"]
    assert ran.returncode == 0
    assert district("import", mine.workspace, tmp_path / "empty").returncode == 1
    assert district("import", mine.workspace, tmp_path / "nowhere").returncode == 2
    assert district("import", mine.workspace).returncode == 2


def import_of(made: Made, folder: Path) -> list[str]:
    return [sys.executable, "-m", "sync.district", "import", str(made.workspace), str(folder)]


def test_two_imports_at_once(mine: Made, tmp_path: Path) -> None:
    command = [*import_of(mine, offered(mine, tmp_path / "in")), "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [json.loads(process.communicate(timeout=100)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    for booth in BOOTHS:
        verdicts = sorted(outcome["verdict"] for one in told for outcome in one if outcome["booth"] == booth)
        assert verdicts == ["accepted", "already here"]
    village = json.loads(done("results", mine.workspace, "--json"))["villages"][0]
    assert village["state"] == "complete"


def test_killed_at_any_moment_and_run_again(mine: Made, tmp_path: Path) -> None:
    folder = offered(mine, tmp_path / "in")
    command = import_of(mine, folder)
    started = time.monotonic()
    subprocess.run(import_of(mine.copy(tmp_path / "timed"), folder), check=True, capture_output=True)
    whole_s = time.monotonic() - started
    for part in (0.55, 0.7, 0.8, 0.9):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(whole_s * part)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for booth in json.loads(done("results", mine.workspace, "--json"))["villages"][0]["booth_results"]:
            assert booth["state"] in ("nothing yet", "complete")
    done(*command[3:])
    village = json.loads(done("results", mine.workspace, "--json"))["villages"][0]
    assert village["state"] == "complete"
    assert village["votes"] == [3, 3, 6, 3]
    kept = ledger_of(Workspace(mine.workspace)).keeping.names()
    assert len([name for name in kept if name.startswith("batches/")]) == len(BOOTHS)


@pytest.mark.parametrize("at", ["fsync", "rename"])
def test_a_failing_disk_admits_nothing_in_part(
    election: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Each call to the disk fails once, in turn; after each failure a booth has all or nothing."""
    mine = election.copy(tmp_path / "mine")
    file = tmp_path / "a.batch"
    file.write_bytes(mine.day().batch())
    workspace = Workspace(mine.workspace)
    ledger = ledger_of(workspace)
    real = {"fsync": os.fsync, "rename": os.replace}[at]
    for failing in range(8):
        calls = iter(range(100))

        def fails(*arguments: object, failing: int = failing, calls: object = calls) -> object:
            if next(calls) == failing:  # type: ignore[call-overload]
                raise OSError(28, "No space left on device")
            return real(*arguments)  # type: ignore[operator]

        monkeypatch.setattr(os, {"fsync": "fsync", "rename": "replace"}[at], fails)
        try:
            verdict = take(workspace, ledger, file).verdict
        except DeviceError as told:
            assert "No space left" in told.en  # noqa: PT017 -- at the last of them nothing fails
            assert ledger.admitted() == {}
        else:
            assert verdict is Verdict.ACCEPTED
            break
    monkeypatch.undo()
    assert failing > 0
    assert take(workspace, ledger, file).verdict is Verdict.ALREADY


def test_the_roles_of_the_chain_are_real(election: Made) -> None:
    """The table above would prove nothing if the booth's package had no such cards."""
    cards = election.package(BOOTHS[0]).manifest.cards
    assert [card.role for card in cards] == [Role.OFFICERS, Role.OFFICERS, Role.COMMITTEE, Role.COMMITTEE]
    assert election.officer(BOOTHS[2]).id not in {card.id for card in cards}


def test_minisign_verifies_a_batch(election: Made, tmp_path: Path) -> None:
    """Debian's minisign, with the session's public key and nothing of ours."""
    assert shutil.which("minisign"), "minisign is needed for this test: apt-get install minisign"
    data = election.day().batch()
    members = {m.name: m.data for m in tar.read(data, tar.Limits(1 << 26, 10, 1 << 26))}
    assert tuple(members) == MEMBERS
    for name in MEMBERS[:2]:
        (tmp_path / name).write_bytes(members[name])
    key = read(data).record.certificate.claim.key
    command = ["minisign", "-Vm", "batch.json", "-P", key]
    good = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    assert f"bilik-batch/1 {BOOTHS[0]} rehearsal" in good.stdout
    (tmp_path / "batch.json").write_bytes(members["batch.json"].replace(b'"abandoned":1', b'"abandoned":0'))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_a_batch_writes_the_same_bytes_and_reads_back(election: Made) -> None:
    day = election.day(voids=((VoidKind.REFUSED, 1),) * 4)
    data = day.batch()
    assert day.batch() == data
    day.void.reverse()
    assert day.batch() == data, "voids are sorted: their order must not tell when they came"
    taken = read(data)
    assert encode(taken.record) == tar.read(data, tar.Limits(1 << 26, 10, 1 << 26))[0].data
    with pytest.raises(ValueError, match="another session key"):
        batch_format.write(day.record, day.archive, day.void, day.log, SecretKey.new())
