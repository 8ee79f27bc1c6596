"""The encrypted sum of a booth's ballots, and what the trustees make of it: decryption shares and the result.

Belenios specification 4.18, 4.20 and 4.21. Single ballots are never decrypted, only the sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from config.errors import InputError
from config.secret import Key
from sync.ballot import group
from sync.ballot.ballot import read_form
from sync.ballot.election import Setup
from sync.ballot.group import Element, Scalar
from sync.ballot.records import (
    Ciphertext,
    EncryptedTally,
    PartialDecryption,
    Proof,
    SizedTally,
    as_type,
    dump,
    hash_hex,
    parse,
)
from sync.ballot.refusal import RefusalKind, Refused, naming

Pairs = tuple[tuple[Element, Element], ...]


@dataclass(frozen=True)
class Tally:
    """The pointwise product of ``num_tallied`` ballots: (alpha, beta) of each choice, blank first if there is blank.

    With no ballots all are the identity, and so may be an alpha by itself when sums happen to cancel.
    """

    num_tallied: int
    sums: Pairs

    @property
    def encrypted(self) -> bytes:
        """The ``encrypted_tally`` record."""
        return dump([[Ciphertext(alpha=group.encode_element(a), beta=group.encode_element(b)) for a, b in self.sums]])

    @property
    def sized(self) -> bytes:
        """The ``sized_encrypted_tally`` record: each ballot has weight 1."""
        return dump(
            SizedTally(
                num_tallied=self.num_tallied,
                total_weight=self.num_tallied,
                encrypted_tally=hash_hex(self.encrypted),
            )
        )


def sum_choices(num_choices: int, ballots: Iterable[Pairs]) -> Tally:
    """The tally of ballots whose ciphertexts are in the group."""
    sums: Pairs = ((group.IDENTITY, group.IDENTITY),) * num_choices
    num_tallied = 0
    for choices in ballots:
        num_tallied += 1
        sums = tuple(
            (group.multiply(alpha_sum, alpha), group.multiply(beta_sum, beta))
            for (alpha_sum, beta_sum), (alpha, beta) in zip(sums, choices, strict=True)
        )
    return Tally(num_tallied, sums)


def encrypted_tally(setup: Setup, ballots: Iterable[bytes]) -> Tally:
    """The tally of ballots that have been verified one by one (their proofs are not looked at again)."""

    def choices(ballot: bytes) -> Pairs:
        pairs = read_form(setup.facts, ballot).answers[0].choices
        return tuple((group.read_element(c.alpha), group.read_element(c.beta)) for c in pairs)

    return sum_choices(setup.num_choices, map(choices, ballots))


def read_tally(setup_choices: int, encrypted: bytes, num_tallied: int) -> Tally:
    """The tally that an ``encrypted_tally`` record states; its elements are in the group."""
    (row,) = parse(as_type(EncryptedTally), encrypted)
    if len(row) != setup_choices:
        raise Refused(RefusalKind.SHAPE)
    sums = tuple(
        (
            group.decode_element(c.alpha, identity_allowed=True),
            group.decode_element(c.beta, identity_allowed=True),
        )
        for c in row
    )
    return Tally(num_tallied, sums)


def partial_decryption(setup: Setup, tally: Tally, owner: int, secret: Key) -> bytes:
    """The ``partial_decryption`` record of trustee number ``owner`` (from 1), with its proofs.

    Raises InputError when ``secret`` is not that trustee's key.
    """
    x = Scalar(secret.reveal())
    public_key = group.g_power(x)
    if public_key != _trustee_key(setup, owner):
        raise InputError(
            "This key is not that of the trustee of this election; use the card and package of this booth.",
            id="Kunci ini bukan kunci pemegang untuk pemilihan ini; pakai kartu dan paket bilik ini.",
        )
    factors = [group.power(alpha, x) for alpha, _ in tally.sums]
    proofs = []
    for alpha, _ in tally.sums:
        w = group.random_scalar()
        challenge = _challenge(setup.phi, public_key, group.g_power(w), group.power(alpha, w))
        response = group.subtract(w, group.times(x, challenge))
        proofs.append(Proof(challenge=group.encode_scalar(challenge), response=group.encode_scalar(response)))
    return dump(
        PartialDecryption(
            decryption_factors=[[group.encode_element(factor) for factor in factors]], decryption_proofs=[proofs]
        )
    )


def check_partial_decryption(setup: Setup, tally: Tally, owner: int, data: bytes) -> tuple[Element, ...]:
    """The decryption factors in ``data``; raises Refused unless trustee ``owner`` has proven each of them."""
    with naming(f"PartialDecryption of trustee {owner}"):
        return check_factors(setup.phi, _trustee_key(setup, owner), tally, data)


def check_factors(phi: str, public_key: Element, tally: Tally, data: bytes) -> tuple[Element, ...]:
    """As ``check_partial_decryption``, given the election's fingerprint and the trustee's key."""
    record = parse(PartialDecryption, data)
    (texts,), (proofs,) = record.decryption_factors, record.decryption_proofs
    if not len(texts) == len(proofs) == len(tally.sums):
        raise Refused(RefusalKind.SHAPE)
    # A factor is the identity exactly where the sum's alpha is.
    factors = tuple(group.decode_element(text, identity_allowed=True) for text in texts)
    for place, ((alpha, _), factor, proof) in enumerate(zip(tally.sums, factors, proofs, strict=True)):
        challenge, response = group.decode_scalar(proof.challenge), group.decode_scalar(proof.response)
        a = group.multiply(group.g_power(response), group.power(public_key, challenge))
        b = group.multiply(group.power(alpha, response), group.power(factor, challenge))
        if _challenge(phi, public_key, a, b) != challenge:
            raise Refused(RefusalKind.DECRYPTION_PROOF, f"choice {place}")
    return factors


def result(setup: Setup, tally: Tally, partials: Sequence[tuple[int, bytes]]) -> tuple[int, ...]:
    """Votes for each choice, blank first where there is blank, from all trustees' (owner, record).

    Raises Refused when a trustee is missing, doubled or wrong, or the sum holds more votes than ballots.
    """
    if sorted(owner for owner, _ in partials) != list(range(1, len(setup.trustee_keys) + 1)):
        raise Refused(RefusalKind.DECRYPTIONS_MISSING, record="Result")
    factors = [check_partial_decryption(setup, tally, owner, data) for owner, data in partials]
    return count_votes(tally, factors)


def count_votes(tally: Tally, factors: Sequence[Sequence[Element]]) -> tuple[int, ...]:
    """The votes in ``tally``, given every trustee's checked factors; raises Refused (TALLY) when there are none."""
    powers: dict[Element, int] = {group.IDENTITY: 0}
    current = group.IDENTITY
    for votes in range(1, tally.num_tallied + 1):
        current = group.multiply(current, group.G)
        powers[current] = votes
    counts = []
    for (_, beta), parts in zip(tally.sums, zip(*factors, strict=True), strict=True):
        votes_found = powers.get(group.divide(beta, reduce(group.multiply, parts)))
        if votes_found is None:
            raise Refused(RefusalKind.TALLY, "it decrypts to more votes than ballots")
        counts.append(votes_found)
    return tuple(counts)


def _trustee_key(setup: Setup, owner: int) -> Element:
    if not 1 <= owner <= len(setup.trustee_keys):
        raise Refused(RefusalKind.OWNER)
    return setup.trustee_keys[owner - 1]


def _challenge(phi: str, public_key: Element, a: Element, b: Element) -> Scalar:
    return group.hash_scalar(
        f"decrypt|{phi}|{group.encode_element(public_key)}|{group.encode_element(a)},{group.encode_element(b)}"
    )
