"""Reconciliation: each text of the table is brought forth by a batch, a count or facts with that very fault."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.election import Village
from config.package import Place
from sync.batch import BatchRecord, read
from sync.district.evidence import Evidence, Stretch, evidence_of
from sync.district.explaining import CHECK_WORDS, MEANINGS, MISSING_WORDS
from sync.district.ledger import Admitted
from sync.district.reconciling import FASTEST_SESSION_S, Check, Finding, Missing, Verdict, most_sessions, reconcile
from sync.district.results import BoothResult, State, Sum, VillageResult, tally_villages
from sync.district.slipcounts import SlipsKept
from sync.district.workspace import Workspace
from sync.equations import Counts, equations
from sync.log import Kind, follow, head
from tests.district.a_booth import RUNNING, Day
from tests.district.election import BOOTHS, Made, Ran, district, done, process
from tests.district.test_results import take

VILLAGE = Village("34.04.01.2001", "A", "B", (), (), {})
ALONE = BOOTHS[2]
"""The only booth of its TPS: 3 votes, a refused ballot and a test; 5 sessions, 4 attended, 1 left."""


def counting(day: Day, **counts: int) -> Day:
    """The same day with other counts."""
    changed = msgspec.structs.replace(day.record.counts, **counts)
    booths = day.package.manifest.place.booths_in_tps
    day.change(counts=changed, equations=equations(changed, booths_in_tps=booths))
    return day


def logged(day: Day, *entries: tuple[str, Kind, dict[str, str | int]]) -> Day:
    """The same day with another log."""
    day.log = []
    for at, kind, facts in entries:
        day.log.append(follow(len(day.log), head(day.log), at, kind, facts))
    return day


def alone(made: Made, **counts: int) -> None:
    take(made, counting(made.day(ALONE, (1, 1, 2)), **counts))


def pair(made: Made, first: dict[str, int], second: dict[str, int], **fields: object) -> None:
    """Both booths of TPS 1, 2 votes each."""
    for booth, counts in zip(BOOTHS[:2], (first, second), strict=True):
        day = counting(made.day(booth, (1, 2), ()), **counts)
        day.change(**fields)
        take(made, day)


def kept(made: Made, votes: str, *more: str) -> None:
    alone(made)
    district("slips", "keep", made.workspace, "--booth", ALONE, "--votes", votes, "--by", "Panitia", *more)


def decided(made: Made, votes: str) -> None:
    alone(made)
    done("decide", made.workspace, ALONE, "--paper", votes, "--by", "Sri Rahayu", "--reason", "hitung ulang struk")


def crowd(made: Made) -> None:
    """49 votes for a roll of 48."""
    take(made, counting(made.day(ALONE, (1,) * 49, ()), attended=50))


def too_fast(made: Made) -> None:
    """Quiet hours, and a quarter of an hour with 150 voters."""
    day = counting(made.day(ALONE, (1, 1, 2)), abandoned=196, sessions=200)
    opened, first, second, closed = "2026-11-21T00:30Z", "2026-11-21T01:00Z", "2026-11-21T01:15Z", "2026-11-21T06:00Z"
    take(
        made,
        logged(
            day,
            (opened, Kind.OPENED, {}),
            (first, Kind.COUNTERS, {"sessions": 20}),
            (second, Kind.COUNTERS, {"sessions": 170}),
            (closed, Kind.CLOSED, {}),
        ),
    )


def fast_desk(made: Made) -> None:
    """Two booths, a minute, eight sessions each: one booth can just do that, one desk cannot."""
    counts = {"abandoned": 6, "sessions": 8, "attended": 5, "left": 1}
    pair(made, counts, counts, opened_at="2026-11-21T05:59Z", closed_at="2026-11-21T06:00Z")


def wrong_clock(made: Made) -> None:
    day = made.day(ALONE, (1, 1, 2))
    entries = (("2026-11-21T00:30Z", Kind.OPENED), ("2026-11-21T00:31Z", Kind.CLOCK_DOUBTFUL))
    take(made, logged(day, *((at, kind, {}) for at, kind in entries)))


def another_image(made: Made) -> None:
    """Both booths of TPS 1 ran what was published; the third one ran a card of its own."""
    pair(made, {"attended": 6, "left": 2}, {"attended": 6, "left": 2})
    day = made.day(ALONE, (1, 1, 2))
    day.change(running=msgspec.structs.replace(RUNNING, image="2" * 64))
    take(made, day)


FAULTS: dict[tuple[Check, str], Callable[[Made], None]] = {
    (Check.ROLL, ">"): crowd,
    (Check.ATTENDANCE, ">"): lambda made: alone(made, attended=6),
    (Check.ATTENDANCE, "<"): lambda made: alone(made, attended=3),
    (Check.SLIPS, ">"): lambda made: kept(made, "0,2,2,0"),
    (Check.SLIPS, "<"): lambda made: kept(made, "0,2,0,0"),
    (Check.CHOICES, ">"): lambda made: kept(made, "0,1,2,0"),
    (Check.RESULT, ">"): lambda made: decided(made, "0,2,2,0"),
    (Check.RESULT, "<"): lambda made: decided(made, "0,2,0,0"),
    (Check.SESSIONS, ">"): lambda made: alone(made, sessions=6),
    (Check.SESSIONS, "<"): lambda made: alone(made, sessions=4),
    (Check.CREDENTIALS, ">"): lambda made: alone(made, spent=6),
    (Check.CREDENTIALS, "<"): lambda made: alone(made, spent=4),
    (Check.ENVELOPE, ">"): lambda made: kept(made, "0,2,1,0", "--envelope", "3"),
    (Check.ENVELOPE, "<"): lambda made: kept(made, "0,2,1,0", "--envelope", "1"),
    (Check.PRESENT, ">"): lambda made: alone(made, attended=60, left=57),
    (Check.LIST, ">"): lambda made: pair(made, {"attended": 5}, {"attended": 4}),
    (Check.PACE, ">"): too_fast,
    (Check.DESK, ">"): fast_desk,
    (Check.CLOCK, ">"): wrong_clock,
    (Check.SOFTWARE, ">"): another_image,
}
BY_FACTS: dict[tuple[Check, str], tuple[int, int, int]] = {
    (Check.VOID, ">"): (1, 0, 0),
    (Check.VOID, "<"): (-1, 0, 0),
    (Check.TESTS, ">"): (0, 1, 0),
    (Check.TESTS, "<"): (0, -1, 0),
    (Check.PAPERLESS, ">"): (0, 0, 1),
}
"""Void ballots, tests and paperless ones too many. Import refuses such a batch: books or files were changed later."""


def told(made: Made, *arguments: str) -> tuple[Ran, dict[str, Any]]:
    ran = district("reconcile", made.workspace, "--json", *arguments)
    return ran, json.loads(ran.stdout)


def test_every_text_has_its_fault() -> None:
    assert FAULTS.keys() | BY_FACTS.keys() == MEANINGS.keys()
    assert CHECK_WORDS.keys() == set(Check)
    assert MISSING_WORDS.keys() == set(Missing)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0].value} {fault[1]}")
def test_a_fault_is_listed_first_with_what_it_means_and_where_to_look(mine: Made, fault: tuple[Check, str]) -> None:
    check, relation = fault
    FAULTS[fault](mine)
    ran, value = told(mine)
    wrong = [one for one in value["findings"] if one["verdict"] in ("fails", "unlikely")]
    assert ran.returncode == 1
    assert value["findings"][: len(wrong)] == wrong
    (found,) = [one for one in wrong if (one["check"], one["relation"]) == (check.value, relation)]
    meaning = MEANINGS[fault]
    assert found["mean"] == {"id": meaning.mean_id, "en": meaning.mean_en}
    text = district("reconcile", mine.workspace)
    assert text.returncode == 1
    first = text.stdout.splitlines()
    assert first[0].startswith("✗")
    for sentence in (meaning.mean_id, meaning.mean_en, meaning.look_id, meaning.look_en):
        assert sentence in text.stdout
    # The fault, and nothing that is sound: what else fails hangs together with it.
    related = {
        Check.ROLL: {Check.PRESENT},
        Check.LIST: {Check.ATTENDANCE},
    }.get(check, set())
    assert {one["check"] for one in wrong} <= {check.value, *(other.value for other in related)}


@pytest.mark.parametrize("fault", BY_FACTS, ids=lambda fault: f"{fault[0].value} {fault[1]}")
def test_a_file_that_says_otherwise_than_its_record(mine: Made, fault: tuple[Check, str]) -> None:
    voids, tests, paperless = BY_FACTS[fault]
    day = mine.day(ALONE, (1, 1, 2))
    true = evidence_of(read(day.batch()))
    false = replace(true, voids=true.voids + voids, tests_opened=true.tests_opened + tests)
    sound = day.record
    changed = counting(day, paperless=paperless).record
    election = Workspace(mine.workspace).election

    def judged(record: BatchRecord, told: Evidence) -> list[Finding]:
        admitted = {ALONE: Admitted(record, "a", "b", record.result)}
        return reconcile(tally_villages(election, admitted, {}, {}), {ALONE: told}, {})

    first = judged(changed, false)[0]
    assert (first.verdict, (first.check, first.relation)) == (Verdict.FAILS, fault)
    assert not [one for one in judged(sound, true) if one.verdict is Verdict.FAILS]


def test_a_day_on_which_all_adds_up(mine_on_both: Made) -> None:
    mine = mine_on_both
    pair(mine, {"attended": 6, "left": 2}, {"attended": 6, "left": 2})
    alone(mine)
    ran, value = told(mine)
    assert (ran.returncode, value["counts"]["fails"], value["counts"]["unlikely"]) == (0, 0, 0)
    assert {one["missing"] for one in value["findings"] if one["verdict"] == "open"} == {"slips", "envelope"}
    for booth, votes, envelope in ((BOOTHS[0], "0,1,1,0", 0), (BOOTHS[1], "0,1,1,0", 0), (ALONE, "0,2,1,0", 2)):
        keep = ("--booth", booth, "--votes", votes, "--envelope", envelope, "--by", "Panitia")
        done("slips", "keep", mine.workspace, *keep)
    ran, value = told(mine)
    assert (ran.returncode, {one["verdict"] for one in value["findings"]}) == (0, {"holds"})
    booths = 3 * (len(Check) - 4) + 2 * 4
    assert len(value["findings"]) == booths
    text = district("reconcile", mine.workspace, "--all")
    assert (text.returncode, f"Cocok {booths}, tidak cocok 0" in text.stdout) == (0, True)


def test_before_the_first_batch_everything_is_open(mine: Made) -> None:
    ran, value = told(mine)
    assert ran.returncode == 0
    assert {one["verdict"] for one in value["findings"]} == {"open"}
    text = done("reconcile", mine.workspace)
    assert "impor" in text
    assert "import it" in text


def test_two_batches_in_conflict_are_not_judged(mine: Made) -> None:
    alone(mine)
    file = mine.folder / "again.batch"
    file.write_bytes(mine.day(ALONE, (2,)).batch())
    district("import", mine.workspace, file)
    _, value = told(mine)
    paper = ("slips", "choices", "envelope")
    here = [one for one in value["findings"] if one["where"] in (ALONE, "TPS 2") and one["check"] not in paper]
    assert {one["missing"] for one in here} == {"decision"}


def test_a_batch_that_is_gone_from_the_disk_is_stretchesand_the_rest_goes_on(mine: Made) -> None:
    alone(mine, sessions=6)
    (file,) = (mine.workspace / "batches").iterdir()
    file.unlink()
    ran, value = told(mine)
    assert (ran.returncode, ALONE in ran.stderr) == (1, True)
    assert value["findings"][0]["check"] == "sessions"
    assert {one["missing"] for one in value["findings"] if one["check"] == "pace" and one["where"] == ALONE} == {"file"}


def test_one_village_only_and_a_name_that_is_none(mine: Made) -> None:
    _, value = told(mine, ALONE[:13])
    assert {one["village"] for one in value["findings"]} == {ALONE[:13]}
    ran = district("reconcile", mine.workspace, "Antah")
    assert (ran.returncode, ALONE[:13] in ran.stderr) == (1, True)


def test_hours_pauses_and_takeovers(election: Made) -> None:
    day = counting(election.day(ALONE, (1, 1, 2)), abandoned=56, sessions=60)
    logged(
        day,
        ("2026-11-20T23:00Z", Kind.PROVISIONED, {}),
        ("2026-11-21T00:30Z", Kind.OPENED, {}),
        ("2026-11-21T00:45Z", Kind.COUNTERS, {"sessions": 10}),
        ("2026-11-21T00:50Z", Kind.PAUSED, {}),
        ("2026-11-21T01:20Z", Kind.RESUMED, {}),
        ("2026-11-21T01:30Z", Kind.COUNTERS, {"sessions": 30}),
        ("2026-11-21T02:00Z", Kind.TAKEN_OVER, {"sessions": 28}),
        ("2026-11-21T02:15Z", Kind.COUNTERS, {"sessions": 50}),
        ("2026-11-21T02:25Z", Kind.CLOSING, {}),
        ("2026-11-21T02:40Z", Kind.CLOSED, {}),
    )
    day.change(closed_at="2026-11-21T02:40Z")
    evidence = evidence_of(read(day.batch()))
    stretches = [(one.open_minutes, one.sessions) for one in evidence.stretches]
    assert stretches == [
        (15, 10),
        (15, 20),
        (30, 0),
        (15, 22),
        (10, 10),
    ]
    assert evidence.open_minutes == 85


def test_a_memory_card_that_was_exchanged_during_the_day_is_told(election: Made) -> None:
    earlier = {"software": RUNNING.software, "image": "none"}
    day = logged(
        election.day(ALONE, (1, 1, 2)),
        ("2026-11-20T23:00Z", Kind.PROVISIONED, {"setup": "0" * 64, **earlier}),
        ("2026-11-21T00:30Z", Kind.OPENED, {}),
        ("2026-11-21T01:00Z", Kind.RESTARTED, {"card": "a", **earlier}),
        ("2026-11-21T02:00Z", Kind.RESTARTED, {"card": "a", **RUNNING.facts}),
        ("2026-11-21T06:00Z", Kind.CLOSED, {}),
    )
    evidence = evidence_of(read(day.batch()))
    assert evidence.ran == ((RUNNING.software, "none"), (RUNNING.software, RUNNING.image))
    admitted = {ALONE: Admitted(day.record, "a", "b", day.record.result)}
    villages = tally_villages(Workspace(election.workspace).election, admitted, {}, {})
    (found,) = [one for one in reconcile(villages, {ALONE: evidence}, {}) if one.verdict is Verdict.UNLIKELY]
    assert (found.check, found.left, found.where) == (Check.SOFTWARE, 1, ALONE)
    assert found.detail.endswith("/ none")


@st.composite
def sound(draw: st.DrawFn, voters: int) -> Counts:
    """Counts of a booth of its own TPS, at which everything adds up."""
    few = st.integers(0, 5)
    cast, abandoned, tests, refused, interrupted = draw(st.integers(0, voters - 5)), *(draw(few) for _ in range(4))
    left = draw(st.integers(0, voters - cast))
    return Counts(
        voters=voters,
        sessions=cast + abandoned + tests,
        cast=cast,
        abandoned=abandoned,
        tests=tests,
        refused=refused,
        interrupted=interrupted,
        spent=cast + refused + interrupted + tests,
        paperless=draw(st.integers(0, interrupted)),
        fragments=draw(few),
        attended=cast + left,
        left=left,
    )


@given(st.data())
def test_sound_numbers_never_fail_and_one_number_that_moves_is_seen(data: st.DataObject) -> None:
    place = Place(
        village_code="34.04.01.2001", village="A", subdistrict="B", tps=1, booth=1, booths_in_tps=1, voters=300
    )
    counts = data.draw(sound(place.voters))
    votes = (counts.cast, 0)

    def wrong(told: Counts, envelope: int) -> set[Check]:
        booth = BoothResult(place, State.COMPLETE, votes, told, ())
        total = Sum("TPS 1", State.COMPLETE, 1, 1, votes, booth.figures)
        village = VillageResult(VILLAGE, ("1", "2"), False, (booth,), (total,), total)
        kept = SlipsKept(booth=place.booth_id, votes=votes, envelope=envelope, aside={}, by="A", at="")
        found = reconcile([village], {}, {place.booth_id: kept})
        return {one.check for one in found if one.verdict is Verdict.FAILS}

    assert wrong(counts, counts.envelope) == set()
    moved = data.draw(
        st.sampled_from(["sessions", "spent", "attended", "cast", "abandoned", "tests", "refused", "left"])
    )
    changed = msgspec.structs.replace(counts, **{moved: getattr(counts, moved) + 1})
    assert wrong(changed, counts.envelope) != set()
    assert wrong(counts, counts.envelope + 1) == {Check.ENVELOPE}


def test_what_one_booth_can_do() -> None:
    quarter = Stretch("", "", 15, 0)
    assert most_sessions(quarter) == 15 * 60 // FASTEST_SESSION_S + 2
    assert most_sessions(Stretch("", "", 0, 0)) == 2


@pytest.mark.parametrize(
    ("check", "left", "right", "verdict", "relation"),
    [
        (Check.SLIPS, 3, 3, Verdict.HOLDS, "="),
        (Check.SLIPS, 3, 4, Verdict.FAILS, "<"),
        (Check.ROLL, 3, 4, Verdict.HOLDS, "≤"),
        (Check.ROLL, 5, 4, Verdict.FAILS, ">"),
        (Check.PACE, 5, 4, Verdict.UNLIKELY, ">"),
        (Check.PACE, None, 4, Verdict.OPEN, "?"),
    ],
)
def test_verdicts(check: Check, left: int | None, right: int, verdict: Verdict, relation: str) -> None:
    found = Finding("34.04.01.2001", ALONE, check, left, right)
    assert (found.verdict, found.relation) == (verdict, relation)


def test_a_place_stands_whole_on_80_columns(election: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = process("reconcile", election.workspace, "--all").stdout.splitlines()
    table = {booth: [line.rstrip() for line in lines if booth in line.split()] for booth in BOOTHS}
    assert all(table.values())
    assert max(len(line) for rows in table.values() for line in rows) <= 80
