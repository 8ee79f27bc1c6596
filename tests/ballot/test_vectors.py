"""The archives that the reference tool made: accepted, or refused with the fault named."""

import pytest

from sync.ballot.refusal import RefusalKind, record_id
from sync.ballot.verify import Phase, verify_archive
from tests.ballot.conftest import VECTORS

VALID = {
    "five-candidates-blank": (2, 14, 14, 3, 6, 1),
    "three-candidates-no-blank": (13, 4, 3),
    "two-candidates-blank": (1, 13, 6),
}
# name -> (kind, the record that must be named)
REFUSED = {
    "dropped-ballot": (RefusalKind.COUNT, "sized_encrypted_tally"),
    "duplicated-ballot": (RefusalKind.REPEATED, "a800926dcfb8e7c10e0a28bea291c7bd2bd7503d754403d98696d967a2269916"),
    "five-votes-in-one-ballot": (RefusalKind.OVERALL_PROOF, "Ballot 41"),
    "flipped-choices": (RefusalKind.SIGNATURE, "Ballot 3"),
    "replaced-by-same-credential": (RefusalKind.CREDENTIAL_REUSED, "Ballot 41"),
    "wrong-decryption-factor": (RefusalKind.DECRYPTION_PROOF, "PartialDecryption of trustee 1"),
    "wrong-result": (RefusalKind.RESULT, "Result"),
}


def test_every_vector_has_an_expectation() -> None:
    assert {path.stem for path in (VECTORS / "valid").iterdir()} == set(VALID)
    assert {path.stem for path in (VECTORS / "refused").iterdir()} == set(REFUSED)


@pytest.mark.parametrize("name", VALID)
def test_valid_is_accepted(name: str) -> None:
    report = verify_archive((VECTORS / "valid" / f"{name}.bel").read_bytes())
    assert report.refusals == ()
    assert report.valid
    assert report.result == VALID[name]
    assert report.num_ballots == sum(VALID[name]) == len(set(report.trackers)) == len(set(report.credentials))
    assert report.phase is Phase.FINISHED
    assert report.partials == (1, 2)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_is_refused_and_named(name: str) -> None:
    report = verify_archive((VECTORS / "refused" / f"{name}.bel").read_bytes())
    kind, record = REFUSED[name]
    assert not report.valid
    assert report.result is None
    assert [r for r in report.refusals if r.kind is kind and record in r.record], report.refusals
    for refusal in report.refusals:
        assert refusal.record in refusal.sentence
        assert record_id(refusal.record) in refusal.id
        assert "trustee" not in refusal.id.split("(")[0]
        assert refusal.sentence != refusal.id
