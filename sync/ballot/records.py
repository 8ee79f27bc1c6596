"""The JSON records of a Belenios archive: their fields in order, and the one form they are read in.

Belenios specification chapter 4, one homomorphic question. A record that does not serialize back to the very
bytes received is refused: so no doubled key, blank, escape, float or exponent gets in. Limits on text and number
sizes are in the types; the size of a record is limited before it is parsed (``verify.Limits``).
"""

from base64 import b64encode
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from sync.ballot.refusal import RefusalKind, Refused

MAX_TEXT_CHARS = 1000
MAX_CHOICES = 6
MAX_TRUSTEES = 16
MAX_BALLOTS = 10_000

# Any characters: what must not reach a screen or terminal is for who prints it. ``make_setup`` is stricter.
Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
Uuid = Annotated[str, Meta(pattern=r"^[1-9A-HJ-NP-Za-km-z]{14,64}\Z")]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
ShortHash = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}\Z")]
# The exact spelling of these two is for ``group``, which names the fault; here they are only kept short.
ElementText = Annotated[str, Meta(max_length=96)]
ScalarText = Annotated[str, Meta(max_length=96)]
Count = Annotated[int, Meta(ge=0, le=MAX_BALLOTS)]


class Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all records share."""


class Header(Record, frozen=True, kw_only=True):
    """``BELENIOS``, the first member of an archive."""

    version: Literal[1]
    timestamp: Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,9})\Z")]


class Proof(Record, frozen=True, kw_only=True):
    """One branch of a proof: challenge and response."""

    challenge: ScalarText
    response: ScalarText


class Ciphertext(Record, frozen=True, kw_only=True):
    """An exponential ElGamal ciphertext."""

    alpha: ElementText
    beta: ElementText


class Question(Record, frozen=True, kw_only=True):
    """The one homomorphic question: exactly one of its answers, or blank."""

    answers: Annotated[list[Text], Meta(min_length=2, max_length=MAX_CHOICES - 1)]
    blank: bool = False
    min: Literal[1]
    max: Literal[1]
    question: Text


class ElectionRecord(Record, frozen=True, kw_only=True):
    """``election`` (4.10)."""

    version: Literal[1]
    description: Text
    name: Text
    group: Literal["Ed25519"]
    public_key: ElementText
    questions: Annotated[list[Question], Meta(min_length=1, max_length=1)]
    uuid: Uuid
    administrator: Text | None = None
    credential_authority: Text | None = None


class TrusteePublic(Record, frozen=True, kw_only=True):
    """``trustee_public_key`` (4.5): a trustee's public key X = g^x and the proof that its owner knows x."""

    pok: Proof
    public_key: ElementText


TrusteeList = Annotated[list[tuple[Literal["Single"], TrusteePublic]], Meta(min_length=1, max_length=MAX_TRUSTEES)]
# Longest: 64 characters of key, ``,1,`` and a name.
CredentialList = Annotated[
    list[Annotated[str, Meta(max_length=67 + MAX_TEXT_CHARS)]], Meta(min_length=1, max_length=MAX_BALLOTS)
]


class SetupData(Record, frozen=True, kw_only=True):
    """``setup_data`` (4.10): payload of the Setup event."""

    election: Hash
    trustees: Hash
    credentials: Hash


EventType = Literal["Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result"]
"""The events of one homomorphic question; shuffles belong to other kinds of questions."""


class Event(Record, frozen=True, kw_only=True):
    """A link of the chain (4.4)."""

    parent: Hash | None = None
    height: Annotated[int, Meta(ge=0, le=MAX_BALLOTS + MAX_TRUSTEES + 4)]
    type: EventType
    payload: Hash | None = None


class Answer(Record, frozen=True, kw_only=True):
    """The encrypted answer to the question (4.11.1)."""

    choices: Annotated[list[Ciphertext], Meta(max_length=MAX_CHOICES)]
    individual_proofs: Annotated[list[Annotated[list[Proof], Meta(max_length=2)]], Meta(max_length=MAX_CHOICES)]
    overall_proof: Annotated[list[Proof], Meta(max_length=2)]
    blank_proof: Annotated[list[Proof], Meta(max_length=2)] | None = None


class Signature(Record, frozen=True, kw_only=True):
    """A ballot's signature by its credential (4.16)."""

    hash: ShortHash
    proof: Proof


class BallotBody(Record, frozen=True, kw_only=True):
    """What a ballot's signature covers: all but the signature."""

    election_uuid: Uuid
    election_hash: ShortHash
    credential: ElementText
    answers: Annotated[list[Answer], Meta(min_length=1, max_length=1)]


class Ballot(BallotBody, frozen=True, kw_only=True):
    """``ballot`` (4.17)."""

    signature: Signature


EncryptedTally = Annotated[
    list[Annotated[list[Ciphertext], Meta(max_length=MAX_CHOICES)]], Meta(min_length=1, max_length=1)
]


class SizedTally(Record, frozen=True, kw_only=True):
    """``sized_encrypted_tally`` (4.18): payload of the EncryptedTally event."""

    num_tallied: Count
    total_weight: Count
    encrypted_tally: Hash


class PartialDecryption(Record, frozen=True, kw_only=True):
    """``partial_decryption`` (4.20)."""

    decryption_factors: Annotated[
        list[Annotated[list[ElementText], Meta(max_length=MAX_CHOICES)]], Meta(min_length=1, max_length=1)
    ]
    decryption_proofs: Annotated[
        list[Annotated[list[Proof], Meta(max_length=MAX_CHOICES)]], Meta(min_length=1, max_length=1)
    ]


class OwnedPayload(Record, frozen=True, kw_only=True):
    """``owned_partial_decryption`` (4.20): payload of the PartialDecryption event."""

    owner: Annotated[int, Meta(ge=1, le=MAX_TRUSTEES)]
    payload: Hash


class ResultRecord(Record, frozen=True, kw_only=True):
    """``result`` (4.21)."""

    result: Annotated[list[Annotated[list[Count], Meta(max_length=MAX_CHOICES)]], Meta(min_length=1, max_length=1)]


T = TypeVar("T")


def as_type(alias: Any) -> type[Any]:
    """An annotated list where a type is wanted: to mypy it is an object, to msgspec a type with limits."""
    kind: type[Any] = alias
    return kind


def parse(kind: type[T], data: bytes) -> T:
    """The record in ``data``; raises Refused (FORM) unless it is compact JSON of exactly this form."""
    try:
        record: T = msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        # msgspec names the field; a field's name comes from the file, so nothing unprintable is passed on.
        detail = "".join(c if c.isprintable() else "?" for c in str(error)[:200])
        raise Refused(RefusalKind.FORM, detail) from None
    if dump(record) != data:
        raise Refused(RefusalKind.FORM, "it is spelled in another way than it would be written")
    return record


def dump(record: Any) -> bytes:
    """Compact JSON, keys in the order of the specification, UTF-8."""
    return msgspec.json.encode(record)


def hash_hex(data: bytes) -> str:
    """SHA-256 in hexadecimal: the name of a record."""
    return sha256(data).hexdigest()


def hash_b64(data: bytes) -> str:
    """SHA-256 in Base64 without padding, 43 characters: φ, a signature's hash, a tracker."""
    return b64encode(sha256(data).digest())[:43].decode()
