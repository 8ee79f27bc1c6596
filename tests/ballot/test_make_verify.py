"""What we make we accept, and the reference tool accepts: all shapes of election, and elections nobody voted in."""

import subprocess
import warnings
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import InputError
from config.secret import Choice
from sync.ballot import archive, tally
from sync.ballot.ballot import examine
from sync.ballot.records import hash_b64
from sync.ballot.seal import seal
from sync.ballot.verify import Phase, verify_archive, verify_ballot, verify_void
from tests.ballot.forge import TIMESTAMP_S, World, make_world

SHAPES = [(answers, blank) for answers in (2, 3, 4, 5) for blank in (True, False)]
REFERENCE_TOOL = Path(__file__).parents[3] / "shared" / "tools" / "belenios-tool.sh"


def finished(world: World) -> bytes:
    sums = tally.encrypted_tally(world.setup, world.ballots)
    partials = world.partials(sums)
    return archive.build(world.setup, world.ballots, TIMESTAMP_S, partials, tally.result(world.setup, sums, partials))


@pytest.mark.parametrize(("answers", "blank"), SHAPES)
def test_every_choice_of_every_shape(answers: int, blank: bool) -> None:
    world = make_world(answers, blank=blank, choices=tuple(range(0 if blank else 1, answers + 1)))
    for ballot in world.ballots:
        assert verify_ballot(world.setup, ballot) == hash_b64(ballot)
    report = verify_archive(finished(world))
    assert report.refusals == ()
    assert report.result == (1,) * world.setup.num_choices


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(st.data())
def test_made_archives_are_accepted_and_count_right(data: st.DataObject) -> None:
    answers, blank = data.draw(st.sampled_from(SHAPES))
    choices = data.draw(st.lists(st.integers(0 if blank else 1, answers), max_size=6))
    world = make_world(answers, blank=blank, choices=tuple(choices), spare=1)
    report = verify_archive(finished(world))
    assert report.refusals == ()
    assert report.result == world.expected
    assert list(report.trackers) == sorted(report.trackers)
    assert set(report.credentials) <= world.setup.pool
    assert len(report.ciphertexts) == len(choices) * world.setup.num_choices


def test_a_booth_that_nobody_voted_in() -> None:
    world = make_world(3, choices=())
    report = verify_archive(finished(world))
    assert report.refusals == ()
    assert report.result == (0, 0, 0, 0)
    assert report.num_ballots == 0


def test_an_archive_grows_and_keeps_its_earlier_bytes(world: World) -> None:
    sums = tally.encrypted_tally(world.setup, world.ballots)
    first, second = world.partials(sums)
    stages = [archive.build(world.setup, reversed(world.ballots), TIMESTAMP_S)]
    stages.append(archive.extend(stages[-1], [second]))
    stages.append(archive.extend(stages[-1], [first]))
    stages.append(archive.extend(stages[-1], [], world.expected))
    reports = [verify_archive(stage) for stage in stages]
    assert [report.refusals for report in reports] == [(), (), (), ()]
    assert [report.phase for report in reports] == [
        Phase.TALLIED,
        Phase.PARTLY_DECRYPTED,
        Phase.DECRYPTED,
        Phase.FINISHED,
    ]
    assert [report.result for report in reports] == [None, None, None, world.expected]
    assert [report.partials for report in reports] == [(), (2,), (2, 1), (2, 1)]
    assert all(later.startswith(earlier) for earlier, later in pairwise(stages))
    with pytest.raises(InputError, match="result already"):
        archive.extend(stages[-1], [])
    with pytest.raises(InputError, match="decrypted already"):
        archive.extend(stages[1], [second])
    with pytest.raises(InputError, match="every trustee"):
        archive.extend(stages[1], [], world.expected)
    wrong = (world.expected[0] + 1, *world.expected[1:])
    with pytest.raises(InputError, match="not the result"):
        archive.extend(stages[2], [], wrong)
    with pytest.raises(InputError, match="nothing was added"):
        archive.extend(stages[0][:-512], [first])
    with pytest.raises(InputError, match="twice"):
        archive.build(world.setup, [*world.ballots, world.ballots[0]], TIMESTAMP_S)


def test_the_same_input_gives_the_same_bytes_in_any_order(world: World) -> None:
    assert archive.build(world.setup, world.ballots, TIMESTAMP_S) == archive.build(
        world.setup, reversed(world.ballots), TIMESTAMP_S
    )


def test_a_void_ballot_is_checked_like_a_cast_one(world: World) -> None:
    sealed = seal(world.setup, world.credentials[-1], Choice(2))
    facts = verify_void(world.setup, sealed.ballot)
    assert (facts.tracker, facts.credential) == (sealed.tracker, sealed.credential)
    assert len(facts.ciphertexts) == world.setup.num_choices
    other = make_world(2, choices=())
    with pytest.raises(InputError, match="another election"):
        verify_void(other.setup, sealed.ballot)


def test_a_verified_ballot_is_still_refused_outside_the_pool(world: World) -> None:
    from sync.ballot.election import Setup

    alone = Setup(world.setup.election, world.setup.trustees, f'["{sorted(world.setup.pool)[0]}"]'.encode())
    outside = next(b for b in world.ballots if examine(alone.facts, b).facts.credential not in alone.pool)
    assert examine(alone.facts, outside).faults == ()
    with pytest.raises(InputError, match="not in the election's pool"):
        verify_ballot(alone, outside)


@pytest.fixture(scope="session")
def reference_tool(request: pytest.FixtureRequest) -> str:
    """The command of belenios-tool, set up by the project's script; skips loudly where it cannot be had."""
    reason = f"NOT CHECKED BY BELENIOS-TOOL: {REFERENCE_TOOL} is not there"
    if REFERENCE_TOOL.exists():
        made = subprocess.run([REFERENCE_TOOL], capture_output=True, text=True, check=False, timeout=200)
        if made.returncode == 0:
            return made.stdout.strip().splitlines()[-1]
        reason = f"NOT CHECKED BY BELENIOS-TOOL: {REFERENCE_TOOL} failed: {made.stderr.strip()[-200:]}"
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    if terminal:
        terminal.write_line(reason, red=True, bold=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(reason, stacklevel=1)
    pytest.skip(reason)


@pytest.mark.parametrize(("answers", "blank"), SHAPES)
def test_the_reference_tool_accepts_our_archives(
    reference_tool: str, tmp_path: Path, answers: int, blank: bool
) -> None:
    for choices in ((), (1,), (2, 2, 1, answers, 0 if blank else 1)):
        world = make_world(answers, blank=blank, choices=choices)
        judged = judge(reference_tool, tmp_path, world.setup.uuid, finished(world))
        assert judged.returncode == 0, judged.stderr
        assert "all checks passed" in judged.stderr


def test_the_reference_tool_judges_at_all(reference_tool: str, tmp_path: Path) -> None:
    from tests.ballot.forge import parts_of

    world = make_world(2, choices=(1, 2))
    parts = parts_of(world)
    parts.result = b'{"result":[[2,0,0]]}'
    assert judge(reference_tool, tmp_path, world.setup.uuid, parts.pack()).returncode != 0


def judge(tool: str, folder: Path, uuid: str, data: bytes) -> subprocess.CompletedProcess[str]:
    """``election verify`` looks for ``<uuid>.bel`` in a folder that holds nothing else."""
    place = folder / uuid
    place.mkdir()
    (place / f"{uuid}.bel").write_bytes(data)
    return subprocess.run(
        [tool, "election", "verify", "--dir", place], capture_output=True, text=True, check=False, timeout=60
    )
