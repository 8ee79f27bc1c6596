"""Results for other programs, read back by programs that we did not write: openpyxl, csv, jsonschema."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from config.election import Election
from sync.batch import VoidKind
from sync.district.ledger import Admitted
from sync.district.nist import results_nist
from sync.district.results import VillageResult, tally_villages
from sync.district.sheets import COLUMNS, results_csv, results_xlsx
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, Made, district, done
from tests.district.test_results import take, told

SCHEMA = json.loads((Path(__file__).parent / "nist" / "election-results-reporting-v2.schema.json").read_bytes())
HOSTILE = ("=1+1", "+HYPERLINK(A1)", "-2+3", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0", "＝1+1")


@pytest.fixture
def counted(mine: Made) -> Made:
    """Two booths with results and voids, one with ballots that nobody opened yet."""
    take(mine, mine.day(BOOTHS[0], (1, 2, 2, 0)))
    take(mine, mine.day(BOOTHS[1], (3, 3), ((VoidKind.INTERRUPTED, 1),)))
    take(mine, mine.day(BOOTHS[2], (1,), (), with_committee=False))
    return mine


def renamed(election: Election, names: tuple[str, ...]) -> Election:
    """The same plan with other names for its candidates and its village."""
    (village,) = election.villages
    candidates = tuple(replace(one, name=name) for one, name in zip(village.candidates, names, strict=False))
    return replace(election, villages=(replace(village, name=names[0], candidates=candidates),))


def hostile(made: Made, first: int) -> tuple[Workspace, tuple[VillageResult, ...]]:
    workspace = Workspace(made.workspace)
    names = HOSTILE[first:] + HOSTILE[:first]
    workspace.election = renamed(workspace.election, names)
    day = made.day()
    return workspace, tally_villages(
        workspace.election, {BOOTHS[0]: Admitted(day.record, "a", "b", day.record.result)}, {}, {}
    )


def test_the_csv_has_every_number_of_the_json(counted: Made) -> None:
    out = counted.folder / "results.csv"
    done("results", counted.workspace, "--csv", "--out", out)
    assert out.read_bytes().decode() == done("results", counted.workspace, "--csv")
    read = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert tuple(read[0]) == COLUMNS
    assert [row["level"] for row in read] == ["village", "tps", "booth", "booth", "tps", "booth"]
    village = told(counted)
    booths: Any = village["booth_results"]
    for row, booth in zip([row for row in read if row["level"] == "booth"], booths, strict=True):
        votes = [row["votes_blank"], *(row[f"votes_{n}"] for n in (1, 2, 3))]
        assert votes == ([""] * 4 if booth["votes"] is None else list(map(str, booth["votes"])))
        assert (row["state"], row["cast"]) == (booth["state"], str(booth["figures"]["cast"]))
        void = booth["figures"]["void"]
        assert [row[f"void_{kind}"] for kind in void] == [str(number) for number in void.values()]
    assert [read[0][f"votes_{n}"] for n in (1, 2, 3)] == [str(votes) for votes in village["votes"][1:]]  # type: ignore[index]
    assert (read[0]["village_code"], read[0]["name_1"]) == (BOOTHS[0][:13], village["choices"][1])  # type: ignore[index]


@pytest.mark.parametrize("first", range(len(HOSTILE)))
def test_no_cell_of_the_csv_is_a_formula(election: Made, first: int) -> None:
    _, villages = hostile(election, first)
    read = list(csv.reader(io.StringIO(results_csv(villages))))
    assert f"'{HOSTILE[first]}" in read[1]
    for cell in (cell for row in read for cell in row):
        assert not cell.strip().startswith(("=", "+", "-", "@", "＝")), cell


@pytest.mark.parametrize("first", range(len(HOSTILE)))
def test_no_cell_of_the_workbook_is_a_formula_and_names_stay_as_they_are(election: Made, first: int) -> None:
    workspace, villages = hostile(election, first)
    book = openpyxl.load_workbook(io.BytesIO(results_xlsx(workspace, villages)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    assert HOSTILE[first] in [cell.value for cell in cells]


def test_the_workbook_read_by_another_program(counted: Made) -> None:
    out = counted.folder / "results.xlsx"
    done("results", counted.workspace, "--xlsx", out)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Desa", "TPS", "Bilik", "Suara sama", "Persamaan"]
    read = {
        sheet.title: [dict(zip([cell.value for cell in sheet[2]], row, strict=True)) for row in sheet.values][2:]
        for sheet in book
    }
    village = told(counted)
    assert "GLADI / REHEARSAL" in str(book["Desa"]["A1"].value)
    assert [read["Desa"][0][f"suara / votes {n}"] for n in (1, 2, 3)] == village["votes"][1:]  # type: ignore[index]
    assert read["Desa"][0]["hadir % / turnout %"] == village["figures"]["turnout_percent"]  # type: ignore[index]
    assert [row["keadaan / state"] for row in read["Bilik"]] == [
        "lengkap / complete",
        "lengkap / complete",
        "tanpa hasil / without result",
    ]
    assert read["Bilik"][2]["suara / votes 1"] is None
    assert {row["menurut kertas / by paper"] for row in read["Bilik"]} == {"tidak / no"}
    heads = [str(cell.value) for name in ("Desa", "TPS", "Bilik") for cell in book[name][2]]
    assert [head for head in heads if " / " not in head] == ["TPS", "TPS"]
    assert [row["TPS"] for row in read["TPS"]] == [1, 2]
    # What does not hold stands first: the attendance of TPS 1, whose booths were told different lists.
    assert [row[""] for row in read["Persamaan"]][:2] == ["≠", "="] if village["mismatches"] else ["="]
    again = counted.folder / "again.xlsx"
    done("results", counted.workspace, "--xlsx", again)
    assert again.read_bytes() == out.read_bytes()


def test_a_tie_has_its_sheet(mine: Made) -> None:
    for booth, choices in zip(BOOTHS, ((1, 1, 2, 0), (1,), (2, 2)), strict=True):
        take(mine, mine.day(booth, choices, ()))
    done("results", mine.workspace, "--xlsx", mine.folder / "results.xlsx")
    sheet = openpyxl.load_workbook(mine.folder / "results.xlsx")["Suara sama"]
    assert [row[2:3] + row[4:] for row in list(sheet.values)[2:]] == [
        (1, 3, 1, 0, "TPS 1", 3),
        (2, 3, 1, 0, "TPS 1", 1),
    ]


def nist(made: Made) -> dict[str, Any]:
    out = made.folder / "results.nist.json"
    done("results", made.workspace, "--nist", out)
    report = json.loads(out.read_bytes())
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(report)
    return dict(report)


def references(node: Any) -> tuple[set[str], set[str]]:
    """Every @id, and every id that something points at."""
    made: set[str] = set()
    named: set[str] = set()
    nodes = [node]
    while nodes:
        one = nodes.pop()
        if isinstance(one, list):
            nodes += one
        elif isinstance(one, dict):
            nodes += one.values()
            made |= {one["@id"]} if "@id" in one else set()
            for key, value in one.items():
                if key.endswith("Id") and key != "VendorApplicationId":
                    named.add(value)
                elif key.endswith("Ids"):
                    named |= set(value)
    return made, named


def counts(report: dict[str, Any]) -> dict[str, list[int]]:
    """The votes of each unit, in the order of the ballot."""
    (contest,) = report["Election"][0]["Contest"]
    found = {one["GpUnitId"]: [one["Undervotes"]] for one in contest["OtherCounts"]}
    for selection in contest["ContestSelection"]:
        for one in selection["VoteCounts"]:
            found[one["GpUnitId"]].append(one["Count"])
    return found


def test_nist_before_the_first_batch(mine: Made) -> None:
    report = nist(mine)
    assert (report["Status"], report["IsTest"], counts(report)) == ("unofficial-partial", True, {})


def test_nist_says_what_the_results_say(counted: Made) -> None:
    report = nist(counted)
    made, named = references(report)
    assert named <= made
    village: Any = told(counted)
    found = counts(report)
    assert found["gp-" + village["code"]] == village["votes"]
    for booth in village["booth_results"]:
        assert found.get("gp-" + booth["booth"]) == booth["votes"]
    assert report["Status"] == "unofficial-partial"
    units = {unit["@id"]: unit for unit in report["GpUnit"]}
    assert units["gp-" + village["code"]]["ExternalIdentifier"][0]["Value"] == village["code"]
    assert units["gp-" + BOOTHS[2]]["CountStatus"][0]["Status"] == "in-process"
    void = {
        (one["GpUnitId"], one["OtherType"]): one["BallotsRejected"]
        for one in report["Election"][0]["BallotCounts"]
        if one["Type"] == "other"
    }
    assert void["gp-" + BOOTHS[1], "void-interrupted"] == 1


def test_nist_once_it_is_whole_and_once_it_is_final(mine: Made) -> None:
    for booth in BOOTHS:
        take(mine, mine.day(booth, (1, 2, 1), ()))
    assert nist(mine)["Status"] == "unofficial-complete"
    done("final", mine.workspace, BOOTHS[0][:13], "--by", "Siti", "--with", "Budi", "--reason", "berita acara 12")
    assert nist(mine)["Status"] == "certified"


def test_nist_without_blank(election: Made) -> None:
    plan = replace(Workspace(election.workspace).election, blank=False)
    day = election.day()
    villages = tally_villages(plan, {BOOTHS[0]: Admitted(day.record, "a", "b", (5, 6, 7))}, {}, {})
    report = json.loads(results_nist(plan, "e", villages, at="2026-11-21T09:00Z", program="bilik"))
    jsonschema.Draft4Validator(SCHEMA).validate(report)
    (contest,) = report["Election"][0]["Contest"]
    first = [one["VoteCounts"][0]["Count"] for one in contest["ContestSelection"]]
    assert (first, "OtherCounts" in contest) == ([5, 6, 7], False)


@pytest.mark.parametrize(
    "arguments", [("--json", "--csv"), ("--xlsx", "a", "--nist", "b"), ("--xlsx", "a", "--out", "b")]
)
def test_one_form_at_a_time(election: Made, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = district("results", election.workspace, *arguments)
    assert (ran.returncode, "--xlsx" in ran.stderr) == (2, True)
