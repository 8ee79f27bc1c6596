"""One ballot, read and checked strictly: form, election, every proof and the signature.

Belenios specification 4.11 to 4.17. The pool and the other ballots are not looked at here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from sync.ballot import group
from sync.ballot.election import Election
from sync.ballot.group import Element
from sync.ballot.proofs import Branch, branch, holds, is_signed
from sync.ballot.records import Answer, Ballot, BallotBody, Ciphertext, dump, hash_b64, parse
from sync.ballot.refusal import RefusalKind, Refused


@dataclass(frozen=True)
class BallotFacts:
    """What the other records are compared with."""

    tracker: str
    credential: str
    choices: tuple[tuple[Element, Element], ...]
    """(alpha, beta) of each choice, blank first where there is blank; members of the group."""

    @property
    def ciphertexts(self) -> frozenset[bytes]:
        """Each ciphertext as 64 bytes, to look for copies."""
        return frozenset(alpha + beta for alpha, beta in self.choices)


@dataclass(frozen=True)
class Examination:
    """Everything found in one ballot: ``facts`` is None when it could not be read at all."""

    facts: BallotFacts | None
    faults: tuple[Refused, ...]


def statement_texts(phi: str, credential: str, choices: Sequence[Ciphertext]) -> tuple[str, str]:
    """S0 and S: what binds the proofs to election, credential and (S) all ciphertexts."""
    short = f"{phi}|{credential}"
    return short, short + "|" + ",".join(f"{c.alpha},{c.beta}" for c in choices)


def individual_text(statement: str, ciphertext: Ciphertext) -> str:
    """What is hashed before the commitments of an interval proof (4.12)."""
    return f"prove|{statement}|{ciphertext.alpha},{ciphertext.beta}"


def overall_texts(full: str) -> tuple[str, str]:
    """What is hashed before the commitments of ``blank_proof`` and ``overall_proof`` where there is blank (4.13)."""
    return f"bproof0|{full}", f"bproof1|{full}"


def read_form(election: Election, data: bytes) -> Ballot:
    """The ballot in ``data``: strict JSON, of this election, with as many parts as it has choices."""
    ballot = parse(Ballot, data)
    if (ballot.election_uuid, ballot.election_hash) != (election.uuid, election.phi):
        raise Refused(RefusalKind.FOREIGN)
    answer = ballot.answers[0]
    shape = (
        len(answer.choices),
        [len(proof) for proof in answer.individual_proofs],
        len(answer.overall_proof),
        answer.blank_proof and len(answer.blank_proof),
    )
    count = election.num_choices
    if shape != (count, [2] * count, 2 if election.blank else 1, 2 if election.blank else None):
        raise Refused(RefusalKind.SHAPE)
    return ballot


def examine(election: Election, data: bytes) -> Examination:
    """Check all of a ballot that can be checked; never raises. About 6 ms for five answers and blank."""
    try:
        ballot = read_form(election, data)
        credential = group.read_element(ballot.credential)
        answer = ballot.answers[0]
        choices = tuple((group.read_element(c.alpha), group.read_element(c.beta)) for c in answer.choices)
        proofs = _Branches.of(answer)
        signature = branch(ballot.signature.proof)
        short, full = statement_texts(election.phi, ballot.credential, answer.choices)
        # From here on the multiplications find any element that is not in the group.
        faults = [
            *_individual(election, short, answer, choices, proofs),
            *(_with_blank if election.blank else _without_blank)(election, full, choices, proofs),
        ]
        if ballot.signature.hash != hash_b64(_body(ballot)):
            faults.append(Refused(RefusalKind.SIGNATURE, "it signs other contents"))
        elif not is_signed(ballot.signature.hash, credential, signature):
            faults.append(Refused(RefusalKind.SIGNATURE))
    except Refused as fault:
        return Examination(None, (fault,))
    return Examination(BallotFacts(hash_b64(data), ballot.credential, choices), tuple(faults))


@dataclass(frozen=True)
class _Branches:
    """The scalars of an answer's proofs."""

    individual: list[list[Branch]]
    overall: list[Branch]
    blank: list[Branch]

    @classmethod
    def of(cls, answer: Answer) -> "_Branches":
        return cls(
            [[branch(proof) for proof in proofs] for proofs in answer.individual_proofs],
            [branch(proof) for proof in answer.overall_proof],
            [branch(proof) for proof in answer.blank_proof or ()],
        )


_Choices = Sequence[tuple[Element, Element]]


def _individual(election: Election, short: str, answer: Answer, choices: _Choices, proofs: _Branches) -> list[Refused]:
    """Each ciphertext holds 0 or 1 (4.12)."""
    faults = []
    for place, (alpha, beta) in enumerate(choices):
        claims = ((alpha, beta), (alpha, group.divide(beta, group.G)))
        if not holds(individual_text(short, answer.choices[place]), election.y, claims, proofs.individual[place]):
            faults.append(Refused(RefusalKind.INDIVIDUAL_PROOF, f"ciphertext {place}"))
    return faults


def _with_blank(election: Election, full: str, choices: _Choices, proofs: _Branches) -> list[Refused]:
    """Blank or exactly one candidate, not both (4.13)."""
    (alpha_0, beta_0), (alpha_sum, beta_sum) = choices[0], _product(choices[1:])
    blank_text, overall_text = overall_texts(full)
    faults = []
    if not holds(blank_text, election.y, ((alpha_0, beta_0), (alpha_sum, beta_sum)), proofs.blank):
        faults.append(Refused(RefusalKind.BLANK_PROOF))
    claims = ((alpha_0, group.divide(beta_0, group.G)), (alpha_sum, group.divide(beta_sum, group.G)))
    if not holds(overall_text, election.y, claims, proofs.overall):
        faults.append(Refused(RefusalKind.OVERALL_PROOF))
    return faults


def _without_blank(election: Election, full: str, choices: _Choices, proofs: _Branches) -> list[Refused]:
    """Exactly one candidate (4.12)."""
    alpha, beta = _product(choices)
    product = Ciphertext(alpha=group.encode_element(alpha), beta=group.encode_element(beta))
    if holds(individual_text(full, product), election.y, ((alpha, group.divide(beta, group.G)),), proofs.overall):
        return []
    return [Refused(RefusalKind.OVERALL_PROOF)]


def _product(choices: _Choices) -> tuple[Element, Element]:
    return reduce(group.multiply, (a for a, _ in choices)), reduce(group.multiply, (b for _, b in choices))


def _body(ballot: Ballot) -> bytes:
    """The ballot without its signature, as it was signed."""
    return dump(
        BallotBody(
            election_uuid=ballot.election_uuid,
            election_hash=ballot.election_hash,
            credential=ballot.credential,
            answers=ballot.answers,
        )
    )
