"""A short day of the soak's own parts, nothing timed; and that each of its bounds and claims can be broken."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.robot.processes import mentioning
from tests.soak import figures
from tests.soak.day import LongDay, Outcome
from tests.soak.figures import SETTLED_AFTER, SHORTEST_LIFE, Timed, drifts, growth_bounds, path_bounds, settled
from tests.soak.gauge import Sample
from tests.soak.ledger import Ledger
from tests.soak.plan import TROUBLES, Between, Deed, draw
from tests.soak.proof import of_booth

SEED, CHOICES = 20_261_128, 4
SHORT = (
    Deed.POWER_CUT, Deed.REFUSES_TWICE, Deed.TEST, Deed.CABLE_DURING, Deed.WRONG_CARD, Deed.HAMMERS,
)  # fmt: skip
VOTERS, EVERY = 12, 2
pytestmark = pytest.mark.timeout(340)
"""The day is held for whichever test comes first; it takes a minute on a machine of one's own."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """Every deed of SHORT once among 12 visits, a stick that is out for a while, a pause."""
    home = tmp_path_factory.mktemp("soak") / "day"
    long_day = LongDay(home, print, EVERY)
    long_day.plan(VOTERS)
    yield long_day.hold(draw(VOTERS, CHOICES, SEED, len(SHORT) / VOTERS, SHORT))
    assert mentioning(home) == []


def test_every_claim_holds_after_a_troubled_day(day: Outcome) -> None:
    assert [claim for claim in day.claims if not claim.holds] == []
    assert len(day.restarts) == 1
    assert day.ledger.refused == 2
    assert day.ledger.cast == VOTERS - 1  # one was a test


def test_neither_descriptors_nor_threads_grow(day: Outcome) -> None:
    lives = settled(day.samples, after=EVERY, least=EVERY)
    assert lives
    assert [bound for bound in growth_bounds(lives, memory=False) if not bound.holds] == []


def test_votes_to_which_nothing_happened_are_timed(day: Outcome) -> None:
    assert day.timed
    assert all(0 < one.stored < one.idle for one in day.timed)


LIES: dict[str, Callable[[Ledger], Ledger]] = {
    "one more session": lambda it: replace(it, sessions=it.sessions + 1),
    "a vote for another": lambda it: replace(it, wishes=it.wishes + Counter({0: 1}) - Counter({1: 1})),
    "one cast less": lambda it: replace(it, cast=it.cast - 1),
    "nobody refused": lambda it: replace(it, refused=0),
    "a fragment that the booth does not know": lambda it: replace(it, fragments=it.fragments + 1),
    "a paper lost on the way to the envelope": lambda it: replace(it, envelope=it.envelope + 1),
    "papers of nobody in the envelope": lambda it: replace(it, together=it.together + 1),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_the_claims_fail_when_people_did_something_else(day: Outcome, lie: Callable[[Ledger], Ledger]) -> None:
    assert [claim for claim in of_booth(day.booth, lie(day.ledger), CHOICES) if not claim.holds]


def test_a_stub_of_no_ballot_and_one_that_is_missing_are_seen(day: Outcome) -> None:
    papers = day.booth.papers
    for stubs in (("A" * 43, *papers.stubs), papers.stubs[1:] * 2, tuple(day.booth.cast_trackers)[1:]):
        forged = replace(day.booth, papers=replace(papers, stubs=stubs))
        assert [claim for claim in of_booth(forged, day.ledger, CHOICES) if not claim.holds]


# Figures


def timed(slip: float, floor: float = 0.01, cpu: float = 0.1) -> Timed:
    return Timed(unlock=0.3, slip=slip, stored=0.2, idle=1.2, drawing_cpu=0.2, others_cpu=cpu, floor=floor)


def broken(visits: list[Timed]) -> list[str]:
    return [bound.says for bound in path_bounds(drifts(visits)) if not bound.holds]


def test_a_path_that_becomes_slower_is_seen() -> None:
    steady = [timed(0.40 + 0.01 * (number % 7)) for number in range(200)]
    creeping = [timed(one.slip * (1 + number / 500)) for number, one in enumerate(steady)]
    assert broken(steady) == []
    (says,) = broken(creeping)
    assert says.startswith(figures.NAMES["slip"])


def test_work_that_grows_is_seen_though_the_machine_becomes_quicker() -> None:
    visits = [timed(0.4 - number / 1000, 0.02 - number / 20_000, 0.1 + number / 1000) for number in range(200)]
    (says,) = broken(visits)
    assert says.startswith(figures.NAMES["others_cpu"])


def test_a_machine_that_becomes_slower_is_not_the_booths_fault() -> None:
    assert broken([timed(0.4 * (1 + number / 500), 0.01 * (1 + number / 500)) for number in range(200)]) == []


def test_a_few_slow_voters_in_the_end_are_chance() -> None:
    assert broken([timed(0.4 + (number % 7) / 100) for number in range(8)] + [timed(0.6)] * 2) == []


@pytest.mark.parametrize(
    ("first", "last", "p"),
    [
        ([1, 2, 3, 4], [5, 6, 7, 8], 0.0104),  # U = 16, z = 8 / sqrt(12)
        ([5, 6, 7, 8], [1, 2, 3, 4], 0.9896),
        ([1, 2, 2, 3], [1, 2, 2, 3], 0.5),
        ([1, 3, 5], [2, 4, 6], 0.2563),  # U = 6, z = 1.5 / sqrt(5.25)
    ],
)
def test_the_rank_test_gives_the_tables_values(first: list[float], last: list[float], p: float) -> None:
    assert figures.slower_by_chance(first, last) == pytest.approx(p, abs=2e-4)


def sample(life: int, served: int, **values: int) -> Sample:
    facts = {"rss_kib": 150_000, "pss_kib": 90_000, "anon_kib": 100_000, "descriptors": 16, "threads": 8} | values
    return Sample(life=life, visit=served, served=served, **facts)


GROWTH = {
    "memory": {"pss_kib": 99_100},
    "memory of its own": {"anon_kib": 111_000},
    "descriptors": {"descriptors": 17},
    "threads": {"threads": 9},
}


@pytest.mark.parametrize("grown", GROWTH.values(), ids=GROWTH)
def test_growth_of_a_long_life_is_seen(grown: dict[str, int]) -> None:
    late = SETTLED_AFTER + SHORTEST_LIFE
    early = [sample(0, 25, anon_kib=80_000), sample(0, SETTLED_AFTER)]
    assert all(bound.holds for bound in growth_bounds(settled([*early, sample(0, late, anon_kib=109_000)])))
    assert sum(not bound.holds for bound in growth_bounds(settled([*early, sample(0, late, **grown)]))) == 1


def test_a_short_life_says_nothing_of_growth() -> None:
    short = [sample(0, served, anon_kib=served * 10_000) for served in (25, SETTLED_AFTER)]
    assert settled([*short, sample(1, SETTLED_AFTER), sample(1, 100)]) == [[sample(1, SETTLED_AFTER), sample(1, 100)]]


# The plan


def test_a_plan_deals_every_trouble_and_cuts_the_power_in_the_first_half_only() -> None:
    visits = draw(800, CHOICES, SEED, 0.15)
    deeds = Counter(visit.deed for visit in visits)
    assert len(visits) == 800
    assert sum(deeds[deed] for deed in TROUBLES) == 120
    assert max(deeds[deed] for deed in TROUBLES) - min(deeds[deed] for deed in TROUBLES) <= 1
    assert max(number for number, visit in enumerate(visits) if visit.deed is Deed.POWER_CUT) < 400
    assert visits == draw(800, CHOICES, SEED, 0.15) != draw(800, CHOICES, SEED + 1, 0.15)


@pytest.mark.parametrize(("voters", "troubled"), [(12, 0.5), (100, 0.3), (800, 0.15), (800, 0)])
def test_what_begins_between_visits_ends_before_the_next_begins(voters: int, troubled: float) -> None:
    for seed in range(20):
        open_ = None
        for happening in (what for visit in draw(voters, CHOICES, seed, troubled) for what in visit.before):
            if happening in (Between.STICK_IN, Between.CLOCK_RIGHT):
                assert open_ is not None
                assert (open_ is Between.STICK_OUT) is (happening is Between.STICK_IN)
                open_ = None
            elif happening not in (Between.PAUSE, Between.PAUSE_WRONG_PIN):
                assert open_ is None
                open_ = happening
        assert open_ is None
