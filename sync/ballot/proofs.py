"""The zero-knowledge proofs of a ballot: that one of two encryptions is of zero, and who signed.

Belenios specification 4.12, 4.13 and 4.16. A *claim* is a pair (alpha, beta) said to be (g^r, y^r). A proof shows,
for one or two claims, that one of them is true without telling which.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sync.ballot import group
from sync.ballot.group import Element, Scalar
from sync.ballot.records import Proof


class Branch(NamedTuple):
    """Challenge and response for one claim."""

    challenge: Scalar
    response: Scalar


def prove_either(
    text: str, y: Element, randomness: tuple[Scalar, Scalar], true: int, false_messages: tuple[int, int]
) -> list[Proof]:
    """Prove that claim 0 or claim 1 holds, when claim ``true`` does.

    ``text`` is what is hashed before the commitments. ``randomness`` is the r of each claim's ciphertext.
    ``false_messages[j]`` is what claim j holds instead of 0 when it is the false one: 1 or -1.

    For the false claim the verifier will compute A = g^z * alpha^c and B = y^z * beta^c. Its alpha and beta are
    powers of g and y that we know, so with u = z + r*c these are g^u and y^u * g^(±c): two multiplications of
    base g and one of base y instead of one of g, one of alpha, one of y and one of beta.

    The same operations on the same kinds of values are done for ``true`` = 0 and 1: which one is true only picks
    from tuples. What remains is what Python and libsodium do with 32 bytes that differ.
    """
    false = 1 - true
    challenge, u, w = group.random_scalar(), group.random_scalar(), group.random_scalar()
    signed = (challenge, group.negate(challenge))
    shift = signed[false_messages[false] < 0]
    simulated = (group.g_power(u), group.multiply(group.power(y, u), group.g_power(shift)))
    honest = (group.g_power(w), group.power(y, w))
    commitments = (honest, simulated) if true == 0 else (simulated, honest)
    total = group.hash_scalar(f"{text}|{_spell(commitments)}")
    true_challenge = group.subtract(total, challenge)
    responses = (
        group.subtract(w, group.times(randomness[true], true_challenge)),
        group.subtract(u, group.times(randomness[false], challenge)),
    )
    honest_proof = _record(true_challenge, responses[0])
    simulated_proof = _record(challenge, responses[1])
    return [honest_proof, simulated_proof] if true == 0 else [simulated_proof, honest_proof]


def prove_zero(text: str, y: Element, r: Scalar) -> list[Proof]:
    """Prove the one claim (g^r, y^r)."""
    w = group.random_scalar()
    challenge = group.hash_scalar(f"{text}|{_spell([(group.g_power(w), group.power(y, w))])}")
    return [_record(challenge, group.subtract(w, group.times(r, challenge)))]


def holds(text: str, y: Element, claims: Sequence[tuple[Element, Element]], branches: Sequence[Branch]) -> bool:
    """Whether the proof shows that one of ``claims`` holds; as many branches as claims.

    Raises Refused (ELEMENT) when a claim's element is not in the group: the multiplications find that.
    """
    commitments = [
        (
            group.multiply(group.g_power(response), group.power(alpha, challenge)),
            group.multiply(group.power(y, response), group.power(beta, challenge)),
        )
        for (alpha, beta), (challenge, response) in zip(claims, branches, strict=True)
    ]
    total = group.ZERO
    for branch in branches:
        total = group.add(total, branch.challenge)
    return group.hash_scalar(f"{text}|{_spell(commitments)}") == total


def sign(text: str, secret: Scalar) -> Proof:
    """Prove knowledge of ``secret`` over ``text`` (4.16)."""
    w = group.random_scalar()
    challenge = group.hash_scalar(f"sig|{text}|{group.encode_element(group.g_power(w))}")
    return _record(challenge, group.subtract(w, group.times(secret, challenge)))


def is_signed(text: str, public: Element, branch: Branch) -> bool:
    """Whether ``sign`` made this over ``text`` with the secret of ``public``."""
    a = group.multiply(group.g_power(branch.response), group.power(public, branch.challenge))
    return group.hash_scalar(f"sig|{text}|{group.encode_element(a)}") == branch.challenge


def branch(proof: Proof) -> Branch:
    """The scalars of a proof; raises Refused (SCALAR)."""
    return Branch(group.decode_scalar(proof.challenge), group.decode_scalar(proof.response))


def _record(challenge: Scalar, response: Scalar) -> Proof:
    return Proof(challenge=group.encode_scalar(challenge), response=group.encode_scalar(response))


def _spell(commitments: Sequence[tuple[Element, Element]]) -> str:
    return ",".join(f"{group.encode_element(a)},{group.encode_element(b)}" for a, b in commitments)
