"""Two verifiers, written apart from one specification, must say the same of every archive: the vectors, what an
independent maker writes, and thousands of mutants whose chain of hashes is whole."""

from pathlib import Path

import pytest

from sync.ballot import archive, tally
from sync.ballot.verify import Report, verify_archive
from tests.ballot.forge import TIMESTAMP_S, make_world
from tests.ballot.reference import verifier
from tests.ballot.reference.curve import G, Q, compress, same
from tests.ballot.reference.form import sha256
from tests.ballot.reference.kinds import Expect
from tests.ballot.reference.maker import Maker, power
from tests.ballot.reference.mutate import KINDS, mutants

VECTORS = Path(__file__).parent.parent / "vectors"
ROUNDS = 7
"""How often each kind is tried: with each of three elections, and at other places each time."""


def both(data: bytes) -> tuple[verifier.Verdict, Report]:
    return verifier.verify(data), verify_archive(data)


def agree(verdict: verifier.Verdict, report: Report) -> bool:
    theirs = None if report.result is None else list(report.result)
    return verdict.valid == report.valid and (not report.valid or verdict.result == theirs)


def vectors(kind: str) -> list[Path]:
    found = sorted((VECTORS / kind).glob("*.bel"))
    assert found, f"no vectors in {VECTORS / kind}"
    return found


@pytest.mark.parametrize("path", vectors("valid"), ids=lambda path: path.stem)
def test_both_accept_the_archives_of_the_reference_tool(path: Path) -> None:
    verdict, report = both(path.read_bytes())
    assert verdict.faults == []
    assert verdict.result is not None
    assert agree(verdict, report), report.refusals


@pytest.mark.parametrize("path", vectors("refused"), ids=lambda path: path.stem)
def test_both_refuse_what_has_one_thing_wrong(path: Path) -> None:
    verdict, report = both(path.read_bytes())
    assert verdict.faults
    assert agree(verdict, report)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_both_say_the_same_of_mutants(round_: int) -> None:
    wrong = []
    for mutant in mutants(round_ * len(KINDS), len(KINDS)):
        verdict, report = both(mutant.data)
        if not agree(verdict, report):
            wrong.append(f"{mutant}: {verdict} but {report.valid}, {report.result}, {report.refusals[:3]}")
        elif mutant.expect is not Expect.EITHER and report.valid != (mutant.expect is Expect.ACCEPTED):
            wrong.append(f"{mutant}: should be {mutant.expect.value}, both say otherwise")
    assert not wrong, "\n".join(wrong)


def test_there_are_thousands_of_mutants_of_hundreds_of_kinds() -> None:
    assert len(KINDS) > 250
    assert ROUNDS * len(KINDS) > 2000
    assert {expect for expect, _ in KINDS.values()} == set(Expect)


@pytest.mark.parametrize("names", range(2, 6))
@pytest.mark.parametrize("blank", [False, True], ids=["no blank", "blank"])
def test_an_election_made_in_plain_integers_is_accepted(names: int, blank: bool) -> None:
    last = names - 1 + blank
    made = Maker(names).whole_election([f"Calon {n}" for n in range(names)], [0, last, last], blank=blank)
    verdict, report = both(made.archive())
    assert verdict == verifier.Verdict([], [1, *[0] * (last - 1), 2])
    assert agree(verdict, report), report.refusals


@pytest.mark.parametrize("answers", range(2, 6))
@pytest.mark.parametrize("blank", [False, True], ids=["no blank", "blank"])
def test_the_slow_verifier_accepts_what_a_booth_makes(answers: int, blank: bool) -> None:
    world = make_world(answers, blank=blank, choices=(1, answers, 0 if blank else 1))
    sums = tally.encrypted_tally(world.setup, world.ballots)
    partials = world.partials(sums)
    result = tally.result(world.setup, sums, partials)
    data = archive.build(world.setup, world.ballots, TIMESTAMP_S, partials, result)
    assert verifier.verify(data) == verifier.Verdict([], list(world.expected))


def test_the_plain_group_is_the_one_of_the_specification() -> None:
    """RFC 7748's base point, and the credential that belenios-tool derives for a known text."""
    assert compress(G.point) == "66" * 31 + "58"
    assert G.has_order_q()
    assert same(power(G.point, Q - 1), power(power(G.point, 2), (Q - 1) // 2))
    uuid, text = "iGgvXtRVnHjbQA", "VDz8s-NVKAxz-UsT7D-RHcjjD"
    halves = [sha256(f"derive_credential|{uuid}|{i}|{text}".encode()) for i in (0, 1)]
    public = compress(G.times(int("".join(halves), 16) % Q))
    assert public == "2c18125cbab16ff9e81cf8e6cabdc175607584f14fc80650e4e39b699d884a90"
