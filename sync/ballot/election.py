"""A booth's election as all agree on it: the election record, its trustees and its pool of credentials."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from config.errors import InputError
from config.secret import Key
from sync.ballot import group
from sync.ballot.group import Element, Scalar
from sync.ballot.records import (
    CredentialList,
    ElectionRecord,
    Proof,
    Question,
    TrusteeList,
    TrusteePublic,
    as_type,
    dump,
    hash_b64,
    hash_hex,
    parse,
)
from sync.ballot.refusal import RefusalKind, Refused, naming

__all__ = [
    "Election",
    "Setup",
    "TrusteePublic",
    "check_credentials",
    "check_trustee",
    "check_trustees",
    "credential_public",
    "make_setup",
    "new_credential",
    "new_trustee",
    "new_uuid",
    "setup_records",
]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True)
class Election:
    """The checked ``election`` record and what follows from it."""

    raw: bytes
    uuid: str
    phi: str
    """φ: Base64 of the SHA-256 of the record, 43 characters."""
    y: Element
    """The public key that ballots are encrypted to."""
    answers: tuple[str, ...]
    blank: bool

    @classmethod
    def load(cls, raw: bytes) -> "Election":
        """Raises Refused unless ``raw`` is an election of one question with 2 to 5 answers on Ed25519."""
        record = parse(ElectionRecord, raw)
        question = record.questions[0]
        return cls(
            raw=raw,
            uuid=record.uuid,
            phi=hash_b64(raw),
            y=group.decode_element(record.public_key),
            answers=tuple(question.answers),
            blank=question.blank,
        )

    @property
    def num_choices(self) -> int:
        """Ciphertexts in a ballot: one for each answer, and one for blank where there is blank."""
        return len(self.answers) + self.blank


@dataclass(frozen=True)
class Setup:
    """The three records that a booth's archive starts with, as their exact bytes; checked when it is made."""

    election: bytes
    trustees: bytes
    credentials: bytes
    facts: Election = field(init=False, repr=False, compare=False)
    trustee_keys: tuple[Element, ...] = field(init=False, repr=False, compare=False)
    """Public keys of the trustees; owner n has the n-th, counted from 1."""
    pool: frozenset[str] = field(init=False, repr=False, compare=False)
    """The public credentials, 64 hexadecimal characters each."""

    def __post_init__(self) -> None:
        with naming("election"):
            facts = Election.load(self.election)
        with naming("trustees"):
            trustee_keys = check_trustees(self.trustees)
        with naming("election"):
            check_public_key(facts, trustee_keys)
        with naming("public_credentials"):
            pool = check_credentials(self.credentials)
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "trustee_keys", trustee_keys)
        object.__setattr__(self, "pool", pool)

    @classmethod
    def load(cls, election: bytes, trustees: bytes, credentials: bytes) -> "Setup":
        """Raises Refused (an InputError) unless the records are strict, proven and fit each other."""
        return cls(election, trustees, credentials)

    @property
    def uuid(self) -> str:
        """The election's identifier: 14 to 64 Base58 characters."""
        return self.facts.uuid

    @property
    def phi(self) -> str:
        """φ, the election's fingerprint: 43 characters of Base64."""
        return self.facts.phi

    @property
    def y(self) -> Element:
        """The election's public key."""
        return self.facts.y

    @property
    def answers(self) -> tuple[str, ...]:
        """The candidates' names, in order."""
        return self.facts.answers

    @property
    def blank(self) -> bool:
        """Whether a blank vote is one of the choices."""
        return self.facts.blank

    @property
    def num_choices(self) -> int:
        """Ciphertexts in a ballot."""
        return self.facts.num_choices

    @property
    def hash(self) -> str:
        """SHA-256 in hexadecimal over the hashes of the three records: the payload of the archive's first event."""
        return hash_hex(self.setup_data)

    @property
    def setup_data(self) -> bytes:
        """The ``setup_data`` record (specification 4.10)."""
        return dump(
            {
                "election": hash_hex(self.election),
                "trustees": hash_hex(self.trustees),
                "credentials": hash_hex(self.credentials),
            }
        )


class SetupRecords(NamedTuple):
    """The three records of a setup, and the identifier in the first."""

    uuid: str
    election: bytes
    trustees: bytes
    credentials: bytes


def make_setup(records: SetupRecords) -> Setup:
    """The setup of one booth's election, all of it checked as a stranger's would be."""
    return Setup(records.election, records.trustees, records.credentials)


def setup_records(
    *,
    uuid: str,
    name: str,
    description: str,
    question: str,
    answers: Sequence[str],
    blank: bool,
    trustees: Sequence[TrusteePublic],
    credentials: Iterable[str | Key],
    administrator: str,
    credential_authority: str,
) -> SetupRecords:
    """The records of one booth's election.

    What comes from elsewhere is checked: public credentials here, and trustees by the caller (``check_trustee``). A
    public credential that is made here from its secret is in the group because it is a power of its generator.

    ``credentials`` are public ones (64 hexadecimal characters) or the secrets themselves. They are sorted, so the
    list does not tell in which order they were made. Raises InputError for what the format cannot hold, and for
    names that are empty or hold characters that are not printed.
    """
    for text in (name, question, *answers):
        if not text.strip() or not text.isprintable():
            raise InputError(
                "A name or the question is empty or holds a character that cannot be printed; write it again.",
                id="Ada nama atau pertanyaan yang kosong atau berisi karakter yang tidak dapat dicetak; tulis ulang.",
            )
    public = [credential_public(c) if isinstance(c, Key) else _checked(c) for c in credentials]
    if len(set(public)) != len(public):
        raise InputError(
            "The same credential was given twice; make the credentials of this booth again.",
            id="Ada kredensial ganda; buat ulang kredensial bilik ini.",
        )
    keys = [group.decode_element(trustee.public_key) for trustee in trustees]
    election = ElectionRecord(
        version=1,
        description=description,
        name=name,
        group="Ed25519",
        public_key=group.encode_element(reduce(group.multiply, keys, group.IDENTITY)),
        questions=[Question(answers=list(answers), blank=blank, min=1, max=1, question=question)],
        uuid=uuid,
        administrator=administrator,
        credential_authority=credential_authority,
    )
    return SetupRecords(
        uuid,
        dump(election),
        dump([("Single", trustee) for trustee in trustees]),
        dump(sorted(public, key=group.read_element)),  # in libsodium's byte order, as Belenios sorts them
    )


def _checked(credential: str) -> str:
    group.decode_element(credential)
    return credential


def new_uuid() -> str:
    """A new identifier of an election: 22 Base58 characters, 128 bits from the operating system."""
    return "".join(secrets.choice(_BASE58) for _ in range(22))


def new_trustee() -> tuple[Key, TrusteePublic]:
    """A trustee's secret key (a 32-byte scalar) and its public key with the proof of possession."""
    x, w = group.random_scalar(), group.random_scalar()
    public_key = group.encode_element(group.g_power(x))
    challenge = _pok_challenge(public_key, group.g_power(w))
    response = group.subtract(w, group.times(x, challenge))
    pok = Proof(challenge=group.encode_scalar(challenge), response=group.encode_scalar(response))
    return Key(x), TrusteePublic(pok=pok, public_key=public_key)


def check_trustee(trustee: TrusteePublic) -> Element:
    """The trustee's public key; raises Refused (TRUSTEE) when the proof of possession does not hold.

    Without it the last trustee could choose a key that cancels the others' (rogue-key attack).
    """
    public_key = group.decode_element(trustee.public_key)
    challenge = group.decode_scalar(trustee.pok.challenge)
    response = group.decode_scalar(trustee.pok.response)
    a = group.multiply(group.g_power(response), group.power(public_key, challenge))
    if _pok_challenge(trustee.public_key, a) != challenge:
        raise Refused(RefusalKind.TRUSTEE)
    return public_key


def _pok_challenge(public_key: str, a: Element) -> Scalar:
    return group.hash_scalar(f"pok|Ed25519|{public_key}|{group.encode_element(a)}")


def check_trustees(raw: bytes) -> tuple[Element, ...]:
    """The public keys in the ``trustees`` record, each proven and none twice."""
    trustees: list[tuple[str, TrusteePublic]] = parse(as_type(TrusteeList), raw)
    keys = tuple(check_trustee(trustee) for _, trustee in trustees)
    if len(set(keys)) != len(keys):
        raise Refused(RefusalKind.TRUSTEE, "the same key twice")
    return keys


def check_public_key(election: Election, trustee_keys: Sequence[Element]) -> None:
    """Every trustee must be needed for decryption: y is the product of their keys, or Refused (PUBLIC_KEY)."""
    if reduce(group.multiply, trustee_keys, group.IDENTITY) != election.y:
        raise Refused(RefusalKind.PUBLIC_KEY)


def check_credentials(raw: bytes) -> frozenset[str]:
    """The credentials in the ``public_credentials`` record: group elements, none twice, all of weight 1.

    An entry is the credential, or that followed by ``,weight`` or ``,weight,name``; an empty weight means 1.
    """
    entries: list[str] = parse(as_type(CredentialList), raw)
    pool: set[str] = set()
    for entry in entries:
        credential, *rest = entry.split(",")
        group.decode_element(credential)
        if credential in pool or len(rest) > 2 or (rest and rest[0] not in ("", "1")):
            raise Refused(RefusalKind.CREDENTIAL_LIST, credential)
        pool.add(credential)
    return frozenset(pool)


def new_credential() -> Key:
    """A secret credential: a 32-byte scalar, valid for one ballot."""
    return Key(group.random_scalar())


def credential_public(credential: Key) -> str:
    """The public credential g^s, 64 hexadecimal characters."""
    return group.encode_element(group.g_power(Scalar(credential.reveal())))
