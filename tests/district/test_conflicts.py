"""Two batches of one booth: neither counts until a named person says by the signed tape which one does."""

import json
from pathlib import Path

import pytest

from sync.batch import read
from sync.district.intake import Verdict
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, Made, district, done
from tests.district.offering import admit


@pytest.fixture
def mine(mine_on_both: Made) -> Made:
    """All that is done to a ledger here is done to both kinds."""
    return mine_on_both


def test_a_second_batch_of_a_booth_is_a_conflict_that_people_settle(mine: Made, tmp_path: Path) -> None:
    first, second = mine.day(choices=(1, 1)).batch(), mine.day(choices=(2, 2, 2)).batch()
    assert admit(mine, first, tmp_path).verdict is Verdict.ACCEPTED
    assert admit(mine, second, tmp_path).verdict is Verdict.CONFLICT
    assert admit(mine, second, tmp_path).verdict is Verdict.CONFLICT
    booth = _booth_result(mine)
    assert (booth["state"], booth["votes"]) == ("conflict", None)
    tape = read(second).sha256
    done("decide", mine.workspace, BOOTHS[0], *GROUND, "--tape", f"{tape[:4].upper()} {tape[4:20]}")
    booth = _booth_result(mine)
    assert (booth["state"], booth["votes"]) == ("complete", [0, 0, 3, 0])
    assert admit(mine, first, tmp_path).verdict is Verdict.ALREADY
    # What was decided did not know of a third one.
    assert admit(mine, mine.day(choices=(3,)).batch(), tmp_path).verdict is Verdict.CONFLICT
    assert _booth_result(mine)["state"] == "conflict"
    done("decide", mine.workspace, BOOTHS[0], *GROUND, "--paper", "0,1,1,0")
    booth = _booth_result(mine)
    assert (booth["state"], booth["votes"]) == ("decided by paper", [0, 1, 1, 0])


GROUND = ("--by", "Sri Rahayu", "--reason", "rekap TPS 1 bilik 1 di depan saksi")
NOT_SETTLED: dict[str, tuple[tuple[str, ...], int, str]] = {
    "no tape and no count": (GROUND, 2, "--tape or --paper"),
    "nobody": (("--reason", "rekap TPS 1 bilik 1", "--tape", "0" * 64), 2, "--by"),
    "nobody's name": (("--by", "  7 ", "--reason", "rekap TPS 1 bilik 1", "--tape", "0" * 64), 1, "by name"),
    "a number without end": ((*GROUND, "--paper", "9" * 5000), 1, "numbers joined by commas"),
    "no reason": (("--by", "Sri Rahayu", "--tape", "0" * 64), 2, "--reason"),
    "a reason of blanks": (("--by", "Sri Rahayu", "--reason", "   rekap    ", "--tape", "0" * 64), 1, "rests on"),
    "another tape": ((*GROUND, "--tape", "0" * 64), 1, "0 batches"),
    "too little of the tape": ((*GROUND, "--tape", "0" * 19), 1, "first 20 digits"),
    "more than a tape": ((*GROUND, "--tape", "0" * 65), 1, "first 20 digits"),
    "no digits": ((*GROUND, "--tape", "cocok dengan rekap!!"), 1, "first 20 digits"),
}


@pytest.mark.parametrize("name", NOT_SETTLED)
def test_a_conflict_is_not_settled_without_person_reason_and_tape(conflicting: Made, name: str, tmp_path: Path) -> None:
    arguments, status, word = NOT_SETTLED[name]
    ran = district("decide", conflicting.workspace, BOOTHS[0], *arguments)
    assert (ran.returncode, word in ran.stderr) == (status, True), ran.stderr
    ledger = ledger_of(Workspace(conflicting.workspace))
    assert ledger.decisions() == {}
    assert ledger.all_decisions(BOOTHS[0]) == []


@pytest.fixture(scope="module")
def conflicting(election: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two batches of one booth, nothing decided."""
    made = election.copy(tmp_path_factory.mktemp("conflicting") / "made")
    for choices in ((1, 1), (2, 2, 2)):
        admit(made, made.day(choices=choices).batch(), made.folder)
    return made


def test_what_was_settled_stays_written_with_what_overtook_it(mine: Made, tmp_path: Path) -> None:
    first, second, third = (mine.day(choices=choices).batch() for choices in ((1, 1), (2, 2, 2), (3,)))
    for data in (first, second):
        admit(mine, data, tmp_path)
    for data in (first, second):
        done("decide", mine.workspace, BOOTHS[0], *GROUND, "--tape", read(data).sha256[:20])
    admit(mine, third, tmp_path)
    ledger = ledger_of(Workspace(mine.workspace))
    written = ledger.all_decisions(BOOTHS[0])
    assert [decision.batch_sha256 for decision, _ in written] == [read(first).sha256, read(second).sha256]
    assert [overtaken for _, overtaken in written] == ["decided again", read(third).sha256]
    assert {decision.by for decision, _ in written} == {"Sri Rahayu"}
    assert {decision.tape for decision, _ in written} == {read(data).sha256[:20] for data in (first, second)}
    assert ledger.decisions() == {}
    for data in (first, second, third):  # every batch is kept, byte for byte
        assert ledger.keeping.batch(read(data).sha256) == data


def _booth_result(made: Made) -> dict[str, object]:
    (village,) = json.loads(done("results", made.workspace, "--json"))["villages"]
    return dict(village["booth_results"][0])


def test_equations_of_a_batch_that_may_not_count_say_nothing(mine: Made, tmp_path: Path) -> None:
    """The two batches of TPS 1 that are to be compared have other numbers than the desk's list, as it happens."""
    admit(mine, mine.day(BOOTHS[1], choices=(1, 2)).batch(), tmp_path)
    admit(mine, mine.day(choices=(1, 2, 2, 0, 3)).batch(), tmp_path)
    village = json.loads(done("results", mine.workspace, "--json"))["villages"][0]
    assert village["mismatches"]
    assert admit(mine, mine.day(choices=(1, 2, 2)).batch(), tmp_path).verdict is Verdict.CONFLICT
    village = json.loads(done("results", mine.workspace, "--json"))["villages"][0]
    assert village["mismatches"] == []
