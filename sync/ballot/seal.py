"""A choice becomes a sealed ballot; a ballot that is declared a test can be opened again by who made it.

Belenios specification 4.11.1 and 4.17.
"""

from dataclasses import dataclass
from functools import reduce
from typing import Annotated

import msgspec

from config.errors import InputError
from config.secret import Choice, Key, Secret
from sync.ballot import group
from sync.ballot.ballot import individual_text, overall_texts, read_form, statement_texts
from sync.ballot.election import Setup
from sync.ballot.group import Element, Scalar
from sync.ballot.proofs import prove_either, prove_zero, sign
from sync.ballot.records import (
    MAX_CHOICES,
    Answer,
    Ballot,
    BallotBody,
    Ciphertext,
    Record,
    ScalarText,
    ShortHash,
    Signature,
    dump,
    hash_b64,
    parse,
)
from sync.ballot.refusal import RefusalKind, Refused, naming


class OpeningRecord(Record, frozen=True, kw_only=True):
    """What is published about a test ballot: its tracker, the choice (0 blank, i the i-th answer), each r."""

    tracker: ShortHash
    choice: Annotated[int, msgspec.Meta(ge=0, le=MAX_CHOICES - 1)]
    randomness: Annotated[list[ScalarText], msgspec.Meta(max_length=MAX_CHOICES)]


class Opening(Secret[tuple[str, int, list[bytearray]]]):
    """Tracker, choice and encryption randomness of one ballot: with it anyone can see what the ballot holds.

    Kept only in memory, only until it is known whether the ballot is a test. A refused ballot's opening is wiped,
    never revealed: its voter will probably choose the same again.
    """

    __slots__ = ()

    def reveal_json(self) -> bytes:
        """The opening as a published record. Only for a ballot that has been declared a test, and before ``wipe``."""
        tracker, choice, randomness = self.reveal()
        if not all(map(any, randomness)):
            raise ValueError("this opening has been wiped")
        scalars = [group.encode_scalar(Scalar(bytes(r))) for r in randomness]
        return dump(OpeningRecord(tracker=tracker, choice=choice, randomness=scalars))

    def wipe(self) -> None:
        """Overwrite the randomness. Copies that libsodium and Python made on the way are freed, not overwritten."""
        for r in self.reveal()[2]:
            r[:] = bytes(len(r))


@dataclass(frozen=True)
class Sealed:
    """A sealed ballot: ``ballot`` is its JSON, ``credential`` the public credential that it spends."""

    ballot: bytes
    tracker: str
    credential: str
    opening: Opening


def seal(setup: Setup, credential: Key, choice: Choice) -> Sealed:
    """Encrypt ``choice`` (0 is blank, i the i-th answer) and prove it; about 3 ms for five answers and blank.

    Raises InputError when the election has no such choice or the credential is not in its pool. The work does
    not depend on the choice: every answer is encrypted and proven alike, and the choice only picks between
    values that were all computed.
    """
    messages = _messages(setup, choice)
    secret = Scalar(credential.reveal())
    public = group.encode_element(group.g_power(secret))
    if public not in setup.pool:
        raise InputError(
            "This credential is not one of the election's; use the credentials of this booth's package.",
            id="Kredensial ini bukan milik pemilihan ini; pakai kredensial dari paket bilik ini.",
        )
    randomness = [group.random_scalar() for _ in messages]
    ciphertexts = [_encrypt(setup.y, r, m) for r, m in zip(randomness, messages, strict=True)]
    choices = [Ciphertext(alpha=group.encode_element(a), beta=group.encode_element(b)) for a, b in ciphertexts]
    short, full = statement_texts(setup.phi, public, choices)
    individual = [
        prove_either(individual_text(short, ciphertext), setup.y, (r, r), m, (1, -1))
        for r, m, ciphertext in zip(randomness, messages, choices, strict=True)
    ]
    if setup.blank:
        is_blank = messages[0]
        pair = (randomness[0], reduce(group.add, randomness[1:]))
        blank_text, overall_text = overall_texts(full)
        # Claims: "not blank" and "no candidate"; the first is true of a vote for a candidate.
        blank_proof = prove_either(blank_text, setup.y, pair, is_blank, (1, 1))
        # Claims: "blank" and "one candidate".
        overall_proof = prove_either(overall_text, setup.y, pair, 1 - is_blank, (-1, -1))
    else:
        product = (
            group.encode_element(reduce(group.multiply, (a for a, _ in ciphertexts))),
            group.encode_element(reduce(group.multiply, (b for _, b in ciphertexts))),
        )
        blank_proof = None
        overall_proof = prove_zero(
            individual_text(full, Ciphertext(alpha=product[0], beta=product[1])),
            setup.y,
            reduce(group.add, randomness),
        )
    answer = Answer(choices=choices, individual_proofs=individual, overall_proof=overall_proof, blank_proof=blank_proof)
    body = BallotBody(election_uuid=setup.uuid, election_hash=setup.phi, credential=public, answers=[answer])
    body_hash = hash_b64(dump(body))
    ballot = dump(
        Ballot(
            **msgspec.structs.asdict(body),
            signature=Signature(hash=body_hash, proof=sign(body_hash, secret)),
        )
    )
    tracker = hash_b64(ballot)
    return Sealed(ballot, tracker, public, Opening((tracker, choice.reveal(), [bytearray(r) for r in randomness])))


def check_opening(setup: Setup, ballot: bytes, opening_json: bytes) -> int:
    """The choice that an opened test ballot holds, found by encrypting it again; raises InputError if it is not so.

    The ballot's own proofs are ``verify.verify_void``'s to check.
    """
    with naming("Ballot"):
        choices = read_form(setup.facts, ballot).answers[0].choices
    with naming("Opening"):
        record = parse(OpeningRecord, opening_json)
        if record.tracker != hash_b64(ballot):
            raise Refused(RefusalKind.FOREIGN, "it opens another ballot")
        if len(record.randomness) != len(choices):
            raise Refused(RefusalKind.SHAPE)
        randomness = [group.decode_scalar(scalar) for scalar in record.randomness]
    messages = _messages(setup, Choice(record.choice))
    for place, (r, message, given) in enumerate(zip(randomness, messages, choices, strict=True)):
        alpha, beta = _encrypt(setup.y, r, message)
        if (given.alpha, given.beta) != (group.encode_element(alpha), group.encode_element(beta)):
            raise InputError(
                f"The opened test ballot does not hold what the booth says (ciphertext {place}): "
                "keep the booth and its slips and tell the committee.",
                id=f"Isi surat suara uji tidak sesuai dengan pernyataan bilik (sandi {place}): "
                "amankan bilik dan struknya, lalu lapor panitia.",
            )
    return record.choice


def _messages(setup: Setup, choice: Choice) -> list[int]:
    """The vector of 0 and 1 that is encrypted, blank first where there is blank."""
    first, last = 0 if setup.blank else 1, len(setup.answers)
    value = choice.reveal()
    if type(value) is not int or not first <= value <= last:
        raise InputError(
            f"There is no such choice in this election: choices are {first} to {last}.",
            id=f"Tidak ada pilihan itu dalam pemilihan ini: pilihannya {first} sampai {last}.",
        )
    return [int(value == place) for place in range(first, last + 1)]


def _encrypt(y: Element, r: Scalar, message: int) -> tuple[Element, Element]:
    """(g^r, y^r * g^message); both possible betas are computed, so the time does not tell which is taken."""
    mask = group.power(y, r)
    return group.g_power(r), (mask, group.multiply(mask, group.G))[message]
