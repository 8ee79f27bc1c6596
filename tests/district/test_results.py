"""From batches to the result: sums, states, equations, batches that came without result."""

import json
from dataclasses import replace

import msgspec
import pytest

from config.secret import Pin
from sync.batch import VoidKind
from sync.district.ledger import Admitted, Decision
from sync.district.results import State, tally_villages
from sync.district.show import results_text
from sync.district.workspace import Workspace
from sync.equations import equations
from tests.district.a_booth import Day
from tests.district.election import BOOTHS, Made, district, done


def take(made: Made, day: Day) -> None:
    file = made.folder / f"{day.record.booth}.batch"
    file.write_bytes(day.batch())
    done("import", made.workspace, file)


def told(made: Made) -> dict[str, object]:
    (village,) = json.loads(done("results", made.workspace, "--json"))["villages"]
    return dict(village)


def test_a_day_from_nothing_to_complete(mine: Made) -> None:
    assert (told(mine)["state"], told(mine)["votes"]) == ("nothing yet", [0, 0, 0, 0])
    take(mine, mine.day(BOOTHS[0], (1, 2, 2, 0)))
    village = told(mine)
    assert (village["state"], village["booths_counted"], village["votes"]) == ("preliminary", 1, [1, 1, 2, 0])
    take(mine, mine.day(BOOTHS[1], (3, 3)))
    take(mine, mine.day(BOOTHS[2], ()))
    village = told(mine)
    assert (village["state"], village["booths_counted"], village["votes"]) == ("complete", 3, [1, 1, 2, 2])
    assert [station["votes"] for station in village["tps"]] == [[1, 1, 2, 2], [0, 0, 0, 0]]  # type: ignore[attr-defined]
    text = done("results", mine.workspace)
    assert "lengkap / complete" in text
    assert "GLADI / REHEARSAL" in text
    tables = [line for line in text.splitlines() if not line.startswith("✗")]
    assert max(map(len, tables)) <= 80
    done("results", mine.workspace, "--json", "--out", mine.folder / "results.json")
    assert (mine.folder / "results.json").read_text() == done("results", mine.workspace, "--json")
    done("results", mine.workspace, "--out", mine.folder / "results.txt")
    assert "\x1b" not in (mine.folder / "results.txt").read_text()


def test_an_equation_that_does_not_hold_stands_first_and_blocks_nothing(mine: Made) -> None:
    day = mine.day(BOOTHS[2], (1, 1, 2))
    counts = msgspec.structs.replace(day.record.counts, sessions=9, spent=7, attended=5)
    day.change(counts=counts, equations=equations(counts, booths_in_tps=1))
    take(mine, day)
    mismatches = told(mine)["mismatches"]
    assert mismatches == [
        {"where": BOOTHS[2], "equation": "sessions", "left": 9, "right": 5},
        {"where": BOOTHS[2], "equation": "credentials", "left": 7, "right": 5},
        {"where": BOOTHS[2], "equation": "attendance", "left": 5, "right": 4},
    ]
    lines = done("results", mine.workspace).splitlines()
    assert [BOOTHS[2] in line and "≠" in line for line in lines[2:5]] == [True] * 3


def test_attendance_is_added_up_over_the_booths_of_a_tps(mine: Made) -> None:
    for booth, choices in ((BOOTHS[0], (1, 1, 1)), (BOOTHS[1], (2, 2))):
        day = mine.day(booth, choices, ())
        counts = msgspec.structs.replace(day.record.counts, attended=6, left=2)
        day.change(counts=counts, equations=equations(counts, booths_in_tps=2))
        take(mine, day)
    station = told(mine)["tps"][0]  # type: ignore[index]
    assert station["equations"] == [{"name": "attendance", "left": 6, "right": 7, "holds": False}]


def _decrypt(made: Made, booth: str, file: str) -> tuple[int, str]:
    (made.folder / "pin").write_text(made.pin(file))
    ran = district("decrypt", made.workspace, booth, "--card", made.cards / file, "--pin-file", made.folder / "pin")
    return ran.returncode, ran.stdout + ran.stderr


def test_a_batch_without_result_is_finished_with_the_committees_card(mine: Made) -> None:
    take(mine, mine.day(with_committee=False))
    booth = told(mine)["booth_results"][0]  # type: ignore[index]
    assert (booth["state"], booth["votes"], booth["cast"]) == ("without result", None, 5)
    officers, committee = f"officers-{BOOTHS[0][:17]}-2.card", f"committee-{BOOTHS[0][:13]}-2.card"
    assert "other role" in _decrypt(mine, BOOTHS[0], officers)[1]
    assert "belongs to another place" in _decrypt(mine, BOOTHS[0], f"officers-{BOOTHS[2][:17]}-1.card")[1]
    assert "Import it first" in _decrypt(mine, BOOTHS[1], committee)[1]
    status, text = _decrypt(mine, BOOTHS[0], committee)
    assert status == 0, text
    booth = told(mine)["booth_results"][0]  # type: ignore[index]
    assert (booth["state"], booth["votes"]) == ("complete", [1, 1, 2, 1])
    status, text = _decrypt(mine, BOOTHS[0], committee)
    assert (status, "has its result" in text) == (0, True), "again: nothing is to be done, and that is no fault"
    verified = district("verify", mine.workspace)
    assert verified.returncode == 0, verified.stdout
    assert district("import", mine.workspace, mine.folder / f"{BOOTHS[0]}.batch").returncode == 0
    assert told(mine)["booth_results"][0]["votes"] == [1, 1, 2, 1]  # type: ignore[index]


def test_a_wrong_pin_says_how_many_tries_are_left(mine: Made) -> None:
    take(mine, mine.day(with_committee=False))
    file = f"committee-{BOOTHS[0][:13]}-1.card"
    (mine.folder / "pin").write_text("000001")
    command = ("decrypt", mine.workspace, BOOTHS[0], "--card", mine.cards / file, "--pin-file", mine.folder / "pin")
    for left in (4, 3, 2, 1):
        assert f"{left} tries are left" in district(*command).stderr
    assert "blocked" in district(*command).stderr
    assert mine.pin(file) != Pin("000001").reveal()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--paper", "1,2,3", "--reason", "hitung struk"), "4 numbers"),
        (("--paper", "1,2,3,x", "--reason", "hitung struk"), "4 numbers"),
        (("--paper", "40,2,3,9", "--reason", "hitung struk"), "more than the 48"),
        (("--paper", "1,2,3,4", "--reason", "ya"), "at least 10"),
        (("--tape", "ab" * 10, "--reason", "hitung struk"), "that of 0 batches"),
    ],
)
def test_decisions_that_are_refused(mine: Made, arguments: tuple[str, ...], word: str) -> None:
    ran = district("decide", mine.workspace, BOOTHS[0], "--by", "Sri Rahayu", *arguments)
    assert (ran.returncode, word in ran.stderr) == (1, True), ran.stderr


def test_turnout_and_voids_by_kind_are_added_up(mine: Made) -> None:
    kinds = ((VoidKind.REFUSED, 1), (VoidKind.REFUSED, 2), (VoidKind.INTERRUPTED, 1), (VoidKind.TEST, 2))
    take(mine, mine.day(BOOTHS[0], (1, 2, 2, 0), kinds))
    take(mine, mine.day(BOOTHS[1], (3, 3), ((VoidKind.TEST, 3),), with_committee=False))
    village = told(mine)
    first, second, third = (place.voters for place in Workspace(mine.workspace).places.values())
    assert village["figures"] == {
        "voters": first + second + third,
        "reported": first + second,
        "cast": 6,  # the second booth's ballots are counted, and nobody can open them yet
        "turnout_percent": round(600 / (first + second), 2),
        "void": {"refused": 2, "interrupted": 1, "tests": 2},
    }
    text = done("results", mine.workspace)
    assert f"{600 / (first + second):.2f}" in text
    assert max(len(line) for line in text.splitlines() if not line.startswith("✗")) <= 80


def test_equal_votes_at_the_top_are_shown_with_their_tps_and_nobody_is_elected(mine: Made) -> None:
    take(mine, mine.day(BOOTHS[0], (1, 1, 2, 0)))
    take(mine, mine.day(BOOTHS[1], (1,)))
    assert told(mine)["tie"] is None
    assert "SAMA" not in done("results", mine.workspace)
    take(mine, mine.day(BOOTHS[2], (2, 2)))
    tie = told(mine)["tie"]
    assert isinstance(tie, dict)
    assert (tie["votes"], tie["choices"], tie["tps_led"], tie["tps_shared"]) == (3, [1, 2], [1, 1], [0, 0])
    assert [(part["tps"], part["votes"]) for part in tie["largest_tps_first"]] == [("1", [3, 1]), ("2", [0, 2])]
    text = done("results", mine.workspace)
    assert "Suara terbanyak SAMA (3)" in text
    assert max(len(line) for line in text.splitlines() if not line.startswith("✗")) <= 80


def test_one_village_of_several(mine: Made) -> None:
    plan = Workspace(mine.workspace).election
    (village,) = plan.villages
    other = replace(village, code="34.04.01.2002", name="Banyuraden")
    workspace = Workspace(mine.workspace)
    workspace.election = replace(plan, villages=(village, other))
    villages = tally_villages(workspace.election, {}, {}, {})
    text = results_text(workspace, villages, color=False)
    assert "34.04.01.2002 Banyuraden" in text.split("Persamaan")[0]
    assert max(map(len, text.splitlines())) <= 80
    done("results", mine.workspace, village.name, "--csv", "--out", mine.folder / "one.csv")
    assert (mine.folder / "one.csv").read_bytes().decode() == done("results", mine.workspace, "--csv")
    ran = district("results", mine.workspace, "Banyuraden")
    assert (ran.returncode, village.code in ran.stderr) == (1, True)


def test_paper_stands_before_batches(mine: Made) -> None:
    workspace = Workspace(mine.workspace)
    day = mine.day()
    here = {BOOTHS[0]: Admitted(day.record, "a", "b", day.record.result)}
    decided = {
        BOOTHS[0]: Decision(None, (9, 9, 9, 9), "hitung struk"),
        BOOTHS[1]: Decision(None, (1, 0, 0, 0), "hitung"),
    }
    (village,) = tally_villages(workspace.election, here, {BOOTHS[0]: ("c",)}, decided)
    assert [booth.state for booth in village.booths] == [State.PAPER, State.PAPER, State.NOTHING]
    assert village.stations[0].state is State.PAPER
    assert village.total.state is State.PRELIMINARY
    assert village.total.votes == (10, 9, 9, 9)
