"""Every kind of fault, as a named table: refused, with the kind and the record named, and the rest still checked."""

import pickle
import time
from pathlib import Path

import pytest

from sync.ballot.refusal import RefusalKind, Refused
from sync.ballot.verify import DEFAULT, Limits, verify_archive, verify_ballot
from tests.ballot import altered_chain, altered_values  # noqa: F401 -- they fill the table
from tests.ballot.altered import ALTERED
from tests.ballot.forge import World, parts_of


@pytest.mark.parametrize("name", ALTERED)
def test_altered_archive_is_refused_and_the_record_named(world: World, name: str) -> None:
    make, kind, record = ALTERED[name]
    report = verify_archive(make(world))
    assert [r for r in report.refusals if r.kind is kind and record in r.record], [
        (r.kind.code, r.record) for r in report.refusals
    ]
    assert report.result is None


def test_the_unaltered_archive_is_accepted(world: World) -> None:
    report = verify_archive(parts_of(world).pack())
    assert report.refusals == ()
    assert report.result == world.expected


def test_every_kind_of_fault_has_a_case() -> None:
    """TRACKER_REPEATED needs a repeated record, which the chain refuses first: see the duplicated vector."""
    cased = {kind for _, kind, _ in ALTERED.values()}
    assert set(RefusalKind) - cased == {RefusalKind.TRACKER_REPEATED}


def test_all_faults_are_found_not_only_the_first(world: World) -> None:
    parts = parts_of(world)
    parts.credentials = parts.credentials.replace(b'"]', b',2"]')
    parts.ballots[1] = parts.ballots[1].replace(b'"response":"', b'"response":"0', 1)
    parts.ballots[2] = parts.ballots[2].replace(b'"challenge":"', b'"challenge":"1', 1)
    parts.sized["total_weight"] = 9
    parts.result = b'{"result":[[4,0,0]]}'
    steps = parts.steps()
    steps[6].height = 5  # type: ignore[union-attr]
    report = verify_archive(parts.pack(steps))
    found = {(refusal.kind, refusal.record.split(" (")[0]) for refusal in report.refusals}
    assert found >= {
        (RefusalKind.CREDENTIAL_LIST, "public_credentials"),
        (RefusalKind.SCALAR, "Ballot 2"),
        (RefusalKind.COUNT, "sized_encrypted_tally"),
        (RefusalKind.RESULT, "Result"),
        (RefusalKind.HEIGHT, "Ballot event 1"),
    }
    assert "Ballot 3" in {record for _, record in found}


@pytest.mark.parametrize(
    "limits",
    [
        Limits(archive_bytes=10_000),
        Limits(ballots=2),
        Limits(record_bytes=1_000),
        Limits(credentials_bytes=100, record_bytes=100),
    ],
)
def test_limits_are_kept(world: World, limits: Limits) -> None:
    report = verify_archive(parts_of(world).pack(), limits=limits)
    assert RefusalKind.TOO_LARGE in {refusal.kind for refusal in report.refusals}


def test_a_pool_past_the_limit_is_not_looked_at(world: World) -> None:
    parts = parts_of(world)
    parts.credentials = b"[" + b'"x",' * 200_000 + b'"x"]'
    started = time.monotonic()
    report = verify_archive(parts.pack())
    assert not report.valid
    assert time.monotonic() - started < 2
    assert len(parts.credentials) < DEFAULT.credentials_bytes


def test_the_documentation_lists_every_kind() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats" / "archive.md").read_text()
    for kind in RefusalKind:
        assert f"| `{kind.code}` | {kind.en} |" in page


def test_reports_and_refusals_survive_another_process(world: World) -> None:
    """A district verifies on all cores."""
    report = verify_archive(ALTERED["num_tallied wrong"][0](world))
    again = pickle.loads(pickle.dumps(report))  # noqa: S301 -- our own bytes
    assert again == report
    assert [refusal.sentence for refusal in again.refusals] == [refusal.sentence for refusal in report.refusals]
    with pytest.raises(Refused) as refused:
        verify_ballot(world.setup, b"")
    copy = pickle.loads(pickle.dumps(refused.value))  # noqa: S301
    assert (str(copy), copy.id, copy.kind) == (str(refused.value), refused.value.id, RefusalKind.FORM)
    assert str(copy).startswith("Ballot ")
