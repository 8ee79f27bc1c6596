"""Clocks that are years off or step back: the officer is told, the log says it once, and nobody stops voting."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from booth.daytime import BACK_STEP, LONGEST, is_off
from booth.events import Button
from booth.views import CardWanted, Notice, WaitingForCard
from sync import batch as batches
from sync.log import Kind, check
from tests.booth.conftest import QUICK
from tests.booth.rig import BOOTH, Rig
from tests.district.election import changed_sample, district, prepared

HOUR_S, DAY_S, YEAR_S = 3600, 24 * 3600, 365 * 24 * 3600
LOOKS_S = 2.5
"""In that time the booth looks around at least twice."""
YEARS = {"years behind": -9 * YEAR_S, "years ahead": 20 * YEAR_S}
OFF = YEARS | {"an hour back": -HOUR_S}


# The rule

MADE = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
HELD = datetime(2026, 11, 21, tzinfo=UTC)
NOON = HELD + timedelta(hours=12)
SECOND = timedelta(seconds=1)
CLOCKS = {
    "noon of the day": (NOON, None, False),
    "noon, after an entry at eleven": (NOON, NOON - timedelta(hours=1), False),
    "the year 1970": (datetime(1970, 1, 1, tzinfo=UTC), None, True),
    "just before the package was made": (MADE - BACK_STEP, None, False),
    "well before the package was made": (MADE - BACK_STEP - SECOND, None, True),
    "half a minute before the last entry": (NOON - timedelta(seconds=30), NOON, False),
    "two minutes before the last entry": (NOON - BACK_STEP, NOON, False),
    "more than two minutes before it": (NOON - BACK_STEP - SECOND, NOON, True),
    "an entry older than the package changes nothing": (MADE - BACK_STEP, MADE - timedelta(days=900), False),
    "after a package that is older than the last entry": (NOON - timedelta(days=30), NOON, True),
    "half a year after the day": (HELD + timedelta(days=180), None, False),
    "a year and a day after it": (HELD + LONGEST, None, False),
    "later than that": (HELD + LONGEST + SECOND, None, True),
    "the year 2106": (datetime(2106, 2, 7, tzinfo=UTC), NOON, True),
}


@pytest.mark.parametrize(("now", "last", "doubtful"), CLOCKS.values(), ids=CLOCKS)
def test_which_clocks_are_doubted(now, last, doubtful):
    assert is_off(now, MADE, HELD, last) is doubtful


# Stories


@pytest.fixture(scope="module")
def election(tmp_path_factory):
    """Held a day after it was packed, whenever that is: what is tested is the booth's clock and not this machine's."""
    folder = tmp_path_factory.mktemp("tomorrow")
    source = changed_sample(folder / "source", **QUICK)
    plan = source / "election.toml"
    lines = plan.read_text(encoding="utf-8").splitlines()
    lines[[line.startswith("date = ") for line in lines].index(True)] = (
        f"date = {(datetime.now(UTC) + timedelta(days=1)).date()}"
    )
    plan.write_text("\n".join((*lines, "")), encoding="utf-8")
    return prepared(folder / "made", source)


@pytest.fixture
def rig(election, tmp_path):
    set_clock(tmp_path / "desk")
    rig = Rig(election, tmp_path / "desk")
    yield rig
    rig.close()


def set_clock(desk, offset_s=0):
    """Off by so much from the day of the election; as the desk does it, so the booth never reads half a file."""
    desk.mkdir(exist_ok=True)
    fresh = desk / "clock.new"
    fresh.write_text(f"{DAY_S + offset_s}\n")
    fresh.replace(desk / "clock")


def told(rig, *, doubtful):
    rig.until(lambda: rig.frame.status.clock_doubtful is doubtful)


def stays(rig, *, doubtful):
    """Over some of the booth's looks around."""
    end_s = rig.clock.monotonic_s() + LOOKS_S
    while rig.clock.monotonic_s() < end_s:
        assert rig.frame.status.clock_doubtful is doubtful
        rig.until(lambda: rig.frame is not None)


def closes(rig, election, attended):
    """Closes the day; the district takes its batch; how often the log has a doubtful clock."""
    counts, closed = rig.close_polls(attended=attended)
    assert all(equation.holds for equation in counts.equations)
    assert closed.result is not None
    batch = batches.read((rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())
    answer = json.loads(district("import", election.workspace, rig.stick, "--json").stdout)
    assert "accepted" in json.dumps(answer)
    return [entry.kind for entry in check(list(batch.log))].count(Kind.CLOCK_DOUBTFUL)


@pytest.mark.parametrize("offset_s", OFF.values(), ids=OFF)
def test_a_clock_that_jumps_in_the_middle_of_the_day(rig, election, tmp_path, offset_s):
    election = election.copy(tmp_path / "district")
    rig.open()
    rig.vote(1)
    told(rig, doubtful=False)
    set_clock(rig.desk, offset_s)
    told(rig, doubtful=True)
    stays(rig, doubtful=True)
    rig.vote(2)
    assert rig.frame.status.clock_doubtful
    set_clock(rig.desk)
    told(rig, doubtful=False)
    stays(rig, doubtful=False)
    rig.vote(3)
    assert closes(rig, election, attended=3) == 1


@pytest.mark.parametrize("offset_s", OFF.values(), ids=OFF)
def test_a_clock_that_is_wrong_when_the_power_comes_back(rig, election, tmp_path, offset_s):
    election = election.copy(tmp_path / "district")
    rig.open()
    rig.vote(1)
    rig.unlock()
    rig.stop()
    set_clock(rig.desk, offset_s)
    rig.start()
    rig.see(CardWanted, what="locked")
    rig.with_pin(rig.officer)
    rig.see(Notice, what="found-unlocked")
    told(rig, doubtful=True)
    rig.tap(Button.CONFIRM)
    rig.vote(2)
    stays(rig, doubtful=True)
    assert closes(rig, election, attended=2) == 1


@pytest.mark.parametrize("offset_s", YEARS.values(), ids=YEARS)
def test_a_day_that_begins_with_a_wrong_clock(rig, election, tmp_path, offset_s):
    election = election.copy(tmp_path / "district")
    set_clock(rig.desk, offset_s)
    rig.open()
    told(rig, doubtful=True)
    rig.vote(1)
    assert closes(rig, election, attended=1) == 1


def test_each_doubt_is_told_once(rig, election, tmp_path):
    election = election.copy(tmp_path / "district")
    rig.open()
    for place in (1, 2):
        set_clock(rig.desk, -9 * YEAR_S)
        told(rig, doubtful=True)
        stays(rig, doubtful=True)
        rig.vote(place)
        set_clock(rig.desk)
        told(rig, doubtful=False)
        stays(rig, doubtful=False)
    assert closes(rig, election, attended=2) == 2


def test_a_step_of_half_a_minute_is_nobodys_trouble(rig, election, tmp_path):
    election = election.copy(tmp_path / "district")
    rig.open()
    for offset_s in (30, 0, -30):
        set_clock(rig.desk, offset_s)
        stays(rig, doubtful=False)
        rig.vote(1)
    rig.see(WaitingForCard)
    assert closes(rig, election, attended=3) == 0
