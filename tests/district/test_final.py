"""Final results: two people, counts of slips where they are wanted, and undone by whatever changes beneath them."""

import json
from pathlib import Path

import msgspec
import pytest

from config.record import sha256
from sync.district import finals
from sync.district.finals import Basis, BoothBasis, Signed, change, look
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from sync.equations import equations
from tests.district.election import BOOTHS, Made, changed_sample, district, done, prepared
from tests.district.test_results import take, told

VILLAGE = BOOTHS[0][:13]
GROUND = ("--by", "Sri Rahayu", "--reason", "hitung ulang struk")
SIGN = ("--by", "Siti Aminah", "--with", "Budi Santoso", "--reason", "berita acara 12/PAN/2026")


def counted(made: Made) -> None:
    """Every booth's batch is here: votes 1, 1, 2, 2."""
    for booth, choices in ((BOOTHS[0], (1, 2, 2, 0)), (BOOTHS[1], (3, 3))):
        day = made.day(booth, choices)
        counts = msgspec.structs.replace(day.record.counts, attended=7, left=1)
        day.change(counts=counts, equations=equations(counts, booths_in_tps=2))
        take(made, day)
    take(made, made.day(BOOTHS[2], ()))


def sign(made: Made, *others: str) -> tuple[int, str]:
    ran = district("final", made.workspace, VILLAGE, *(others or SIGN))
    return ran.returncode, ran.stderr


def states(made: Made) -> set[str]:
    village = told(made)
    return {str(village["state"])} | {str(part["state"]) for key in ("tps", "booth_results") for part in village[key]}  # type: ignore[attr-defined]


def test_two_people_make_a_whole_result_final(mine_on_both: Made) -> None:
    mine = mine_on_both
    status, said = sign(mine)
    assert (status, "have no result yet" in said, "nothing yet" in said) == (1, True, True)
    counted(mine)
    status, said = sign(mine)
    assert (status, said) == (0, "")
    assert states(mine) == {"final"}
    signed = told(mine)["final"]
    assert isinstance(signed, dict)
    assert [signed[key] for key in ("by", "with", "reason")] == ["Siti Aminah", "Budi Santoso", SIGN[-1]]
    assert "final / final" in done("results", mine.workspace)
    assert f"{signed['at']}: Siti Aminah, Budi Santoso" in done("results", mine.workspace)
    status, said = sign(mine)
    assert (status, "final already" in said) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--by", "Siti Aminah", "--with", " siti  aminah", "--reason", SIGN[-1]), "Two different people"),
        (("--by", "Siti Aminah", "--with", "B", "--reason", SIGN[-1]), "Two different people"),
        (("--by", "Siti Aminah", "--with", "Budi", "--reason", "ya"), "at least 10"),
    ],
)
def test_who_may_not_sign(mine: Made, arguments: tuple[str, ...], word: str) -> None:
    status, said = sign(mine, *arguments)
    assert (status, word in said) == (1, True), said
    assert told(mine)["final"] is None


def test_a_village_that_is_not_in_the_plan_is_answered_with_those_that_are(mine: Made) -> None:
    ran = district("final", mine.workspace, "Desa Antah", *SIGN)
    assert (ran.returncode, f"{VILLAGE} " in ran.stderr) == (1, True)


def test_a_further_batch_undoes_it_for_good(mine_on_both: Made) -> None:
    mine = mine_on_both
    counted(mine)
    assert sign(mine) == (0, "")
    file = mine.folder / "again.batch"
    file.write_bytes(mine.day(BOOTHS[1], (3, 2)).batch())
    ran = district("import", mine.workspace, file, "--json")
    assert (ran.returncode, f"Balecatur is final no more: a further batch of booth {BOOTHS[1]}" in ran.stderr) == (
        1,
        True,
    )
    assert "final no more" not in district("import", mine.workspace, file).stderr  # once is enough
    village = told(mine)
    assert (village["state"], village["final"]) == ("preliminary", None)
    assert village["undone"]["en"] == f"a further batch of booth {BOOTHS[1]} came"  # type: ignore[index]
    lines = done("results", mine.workspace).splitlines()
    assert any(line.startswith("✗") and "final" in line and BOOTHS[1] in line for line in lines[:6]), lines
    first = json.loads(done("results", mine.workspace, "--json"))
    # People settle it as it was: the signature does not come back by itself.
    batch = (mine.folder / f"{BOOTHS[1]}.batch").read_bytes()
    done("decide", mine.workspace, BOOTHS[1], "--tape", sha256(batch), *GROUND)
    village = told(mine)
    assert (village["state"], village["final"]) == ("complete", None)
    assert village["undone"] == first["villages"][0]["undone"]
    assert sign(mine) == (0, "")
    assert (told(mine)["state"], told(mine)["undone"]) == ("final", None)


def test_a_backup_brings_signature_and_counts_back(mine: Made, tmp_path: Path) -> None:
    counted(mine)
    done("slips", "keep", mine.workspace, "--booth", BOOTHS[1], "--by", "Panitia", "--votes", "0,0,0,2")
    assert sign(mine) == (0, "")
    done("backup", mine.workspace, tmp_path / "a.backup")
    done("restore", tmp_path / "a.backup", tmp_path / "again")
    assert done("results", tmp_path / "again", "--json") == done("results", mine.workspace, "--json")
    assert done("reconcile", tmp_path / "again", "--json") == done("reconcile", mine.workspace, "--json")


def test_a_decision_undoes_it_and_a_paper_result_can_be_final(mine: Made) -> None:
    counted(mine)
    assert sign(mine) == (0, "")
    ran = district("decide", mine.workspace, BOOTHS[0], "--paper", "1,1,2,1", *GROUND, "--json")
    noted = json.loads(ran.stdout)
    assert [noted[key] for key in ("booth", "votes", "by", "reason")] == [BOOTHS[0], [1, 1, 2, 1], *GROUND[1::2]]
    assert (ran.returncode, "'bilik-district final'" in ran.stderr) == (0, True)
    village = told(mine)
    assert (village["state"], village["undone"]["en"]) == (  # type: ignore[index]
        "decided by paper",
        f"there is a new decision about booth {BOOTHS[0]}",
    )
    assert sign(mine) == (0, "")
    booth = told(mine)["booth_results"][0]  # type: ignore[index]
    assert (booth["state"], booth["by_paper"], booth["reason"]) == ("final", True, GROUND[-1])
    decision = booth["decision"]
    assert (decision["by"], decision["at"], decision["tape"]) == (GROUND[1], noted["at"], None)
    assert f"{BOOTHS[0]}: {GROUND[-1]} ({GROUND[1]}, {noted['at']})" in done("results", mine.workspace)


def test_a_late_batch_undoes_what_was_signed_without_it(mine: Made) -> None:
    for booth in BOOTHS:
        done("decide", mine.workspace, booth, "--paper", "0,1,1,1", *GROUND)
    assert sign(mine) == (0, "")
    file = mine.folder / "late.batch"
    file.write_bytes(mine.day(BOOTHS[2], (1, 2, 3)).batch())
    ran = district("import", mine.workspace, file)
    assert (ran.returncode, f"the batch of booth {BOOTHS[2]} came" in ran.stderr) == (0, True)
    assert told(mine)["state"] == "decided by paper"


def test_a_count_of_slips_that_says_the_same_undoes_nothing_and_another_one_does(mine_on_both: Made) -> None:
    mine = mine_on_both
    counted(mine)
    assert sign(mine) == (0, "")
    keep = ("slips", "keep", mine.workspace, "--booth", BOOTHS[1], "--by", "Panitia")
    assert district(*keep, "--votes", "0,0,0,2").returncode == 0
    assert told(mine)["state"] == "final"
    ran = district(*keep, "--votes", "0,0,1,1")
    assert (ran.returncode, "DIFFERS" in ran.stderr) == (1, True)
    village = told(mine)
    assert (village["state"], "counted and differ" in village["undone"]["en"]) == ("complete", True)  # type: ignore[index]


def test_an_equation_that_does_not_hold_blocks_nothing_and_is_told(mine: Made) -> None:
    take(mine, mine.day(BOOTHS[0], (1, 2)))
    take(mine, mine.day(BOOTHS[1], (3,)))
    take(mine, mine.day(BOOTHS[2], ()))
    status, said = sign(mine)
    assert (status, "1 equations do not hold; see 'bilik-district reconcile'" in said) == (0, True)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An election that wants slips counted first."""
    folder = tmp_path_factory.mktemp("strict")
    source = changed_sample(folder / "source")
    plan = source / "election.toml"
    text = plan.read_text(encoding="utf-8")
    assert "[settings]" in text
    plan.write_text(text.replace("[settings]", "[settings]\nslips_before_final = true"), encoding="utf-8")
    return prepared(folder / "made", source)


def test_where_the_settings_want_slips_counted_first(strict: Made, tmp_path: Path) -> None:
    mine = strict.copy(tmp_path / "mine")
    assert mine.package(BOOTHS[0]).manifest.settings.final_wants_slips
    counted(mine)
    status, said = sign(mine)
    assert (status, "3 booths lack a count" in said, "slips keep" in said) == (1, True, True)
    for booth, votes in zip(BOOTHS, ("1,1,2,0", "0,0,1,1", "0,0,0,0"), strict=True):
        district("slips", "keep", mine.workspace, "--booth", booth, "--votes", votes, "--by", "Panitia")
    status, said = sign(mine)
    assert (status, f"differ at {BOOTHS[1]}." in said, "decide --paper" in said) == (1, True, True)
    done("decide", mine.workspace, BOOTHS[1], "--paper", "0,0,1,1", *GROUND)
    assert sign(mine) == (0, "")


def test_a_package_that_asks_for_nothing_is_spelled_as_it_was(election: Made) -> None:
    assert b"slips_before_final" not in election.package(BOOTHS[0]).manifest_bytes


def test_a_count_of_the_scanner_is_kept(mine: Made) -> None:
    counted(mine)
    out = mine.folder / "count.json"
    assert district("slips", "scan", mine.workspace, "--booth", BOOTHS[2], "--out", out).returncode == 0
    kept = json.loads(done("slips", "keep", mine.workspace, out, "--by", "Panitia", "--envelope", "2", "--json"))
    assert (kept["booth"], kept["votes"], kept["envelope"], kept["fits"]) == (BOOTHS[2], [0, 0, 0, 0], 2, True)


BAD = {
    "neither file nor numbers": ((), 2, "Give the file"),
    "no number": (("--booth", BOOTHS[0], "--votes", "1,2,3,-4"), 1, "numbers joined by commas"),
    "too few": (("--booth", BOOTHS[0], "--votes", "1,2,3"), 1, "has 4 choices and the count has 3"),
    "another booth": (("--booth", "34.04.01.2001-009-1", "--votes", "1,2,3,4"), 1, "has no booth"),
    "nobody": (("--booth", BOOTHS[0], "--votes", "1,2,3,4", "--by", " "), 1, "who counted"),
}


@pytest.mark.parametrize("name", BAD)
def test_counts_that_are_refused(mine: Made, name: str) -> None:
    arguments, status, word = BAD[name]
    ran = district("slips", "keep", mine.workspace, "--by", "Panitia", *arguments)
    assert (ran.returncode, word in ran.stderr) == (status, True), ran.stderr


def test_a_count_of_another_election_is_refused(mine: Made, other_election: Made, tmp_path: Path) -> None:
    out = tmp_path / "count.json"
    district("slips", "scan", other_election.workspace, "--booth", BOOTHS[2], "--out", out)
    ran = district("slips", "keep", mine.workspace, out, "--by", "Panitia")
    assert (ran.returncode, "another election" in ran.stderr) == (1, True)


ONE = BoothBasis(
    batch="a",
    further=("b",),
    result=(1, 2),
    decided_batch="a",
    decided_votes=None,
    decided_reason="menurut rekap",
    decided_by="Sri Rahayu",
    decided_at="2026-11-21T10:00Z",
    slips=None,
)
CHANGES: dict[str, tuple[dict[str, object], str | None]] = {
    "nothing": ({}, None),
    "a further batch": ({"further": ("b", "c")}, "a further batch"),
    "another batch counts": ({"batch": "b", "decided_batch": "b"}, "the result of booth"),
    "the batch is gone": ({"batch": None, "result": None}, "the result of booth"),
    "another result": ({"result": (2, 1)}, "the result of booth"),
    "a decision for another batch": ({"decided_batch": "b"}, "a new decision"),
    "a decision by paper": ({"decided_votes": (1, 2), "decided_batch": None}, "a new decision"),
    "another reason": ({"decided_reason": "menurut saksi"}, "a new decision"),
    "somebody else": ({"decided_by": "Budi"}, "a new decision"),
    "decided once more": ({"decided_at": "2026-11-21T10:01Z"}, "a new decision"),
    "no decision any more": ({"decided_batch": None, "decided_reason": None}, "a new decision"),
    "a first count that says the same": ({"slips": (1, 2)}, None),
    "a count that differs": ({"slips": (2, 1)}, "counted and differ"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_counts_as_a_change(name: str) -> None:
    fields, word = CHANGES[name]
    before = Basis(plan="p", booths={BOOTHS[0]: ONE})
    found = change(before, Basis(plan="p", booths={BOOTHS[0]: msgspec.structs.replace(ONE, **fields)}))
    if word is None:
        assert found is None
    else:
        assert found is not None
        assert word in found[1]
        assert BOOTHS[0] in found[0]


def test_another_plan_is_a_change() -> None:
    before = Basis(plan="p", booths={BOOTHS[0]: ONE})
    for now in (Basis(plan="q", booths=before.booths), Basis(plan="p", booths={}), Basis(plan="p", booths={"x": ONE})):
        found = change(before, now)
        assert found is not None
        assert "plan" in found[1]


def test_the_books_keep_every_signature(mine_on_both: Made) -> None:
    """Also of a village that left the plan, and of one that was signed again."""
    mine = mine_on_both
    database = ledger_of(Workspace(mine.workspace)).database
    first = Signed(by="Siti", with_="Budi", reason="berita acara", at="2026-11-21T10:00Z")
    again = Signed(by="Siti", with_="Wati", reason="berita acara", at="2026-11-21T11:00Z")
    basis = Basis(plan="p", booths={})
    finals.sign(database, VILLAGE, first, basis)
    finals.sign(database, VILLAGE, again, basis)
    found = look(database, {VILLAGE: basis}, "2026-11-21T12:00Z")
    assert (found.standing, found.undone) == ({VILLAGE: again}, {})
    found = look(database, {}, "2026-11-21T13:00Z")
    assert (found.standing, found.undone[VILLAGE].signed, found.undone[VILLAGE].at) == ({}, again, "2026-11-21T13:00Z")
    assert look(database, {VILLAGE: basis}, "2026-11-21T14:00Z").undone == found.undone
