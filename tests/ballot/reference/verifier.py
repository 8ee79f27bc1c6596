"""A slow verifier of archives, written from the Belenios specification 3.1 (numbers in brackets are its sections)
and from this project's rules for what is refused beyond it. It reads from the first byte to the last and stops at
the first fault of form; the faults of mathematics after it are all named.

What the specification leaves open is decided here as strictly as an honest writer allows: one question with 2 to 5
answers, min and max 1; "Single" trustees only, one decryption each in any order; the identity only where sums of
ballots can have it (encrypted tally and decryption factors), never as a key or in a ballot; no pool without
credentials, no trustee twice; an archive may end after EncryptedTally or any PartialDecryption, and has no result then,
but not earlier.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from tests.ballot.reference.curve import IDENTITY, Element, G, Point, Q, add, compress, negate, same
from tests.ballot.reference.form import (
    Fault,
    Pair,
    Tape,
    b64,
    challenge_of,
    ciphertext,
    compact,
    decompressed,
    demand,
    element,
    items,
    keys,
    parse,
    proof,
    string,
    text,
    whole,
)


@dataclass(frozen=True)
class Verdict:
    faults: list[str]
    result: list[int] | None = None

    @property
    def valid(self) -> bool:
        return not self.faults


# --- setup (4.5, 4.7 to 4.10) ---


OPTIONAL = ("administrator", "credential_authority")


@dataclass(frozen=True)
class Election:
    phi: str
    uuid: str
    blank: bool
    answers: int
    y: Element = field(compare=False, hash=False)

    @property
    def choices(self) -> int:
        return self.answers + self.blank


@lru_cache(maxsize=64)
def read_election(body: bytes) -> Election:
    what = "election"
    value = parse(what, body)
    names = ["version", "description", "name", "group", "public_key", "questions", "uuid"]
    names += [name for name in OPTIONAL if isinstance(value, dict) and name in value]
    keys(value, what, *names)
    demand(whole(value["version"]) and value["version"] == 1, f"{what}: version")
    for name in ("description", "name", *OPTIONAL):
        text(value.get(name, ""), f"{what}: {name}")
    demand(value["group"] == "Ed25519", f"{what}: group")
    y = element(value["public_key"], f"{what}: public_key")
    [question] = items(value["questions"], f"{what}: questions", 1)
    blank = isinstance(question, dict) and "blank" in question
    keys(question, f"{what}: question", "answers", *["blank"] * blank, "min", "max", "question")
    answers = items(question["answers"], f"{what}: answers")
    demand(2 <= len(answers) <= 5, f"{what}: number of answers")
    for answer in answers:
        text(answer, f"{what}: answer")
    demand(not blank or question["blank"] is True, f"{what}: blank")
    for name in ("min", "max"):
        demand(whole(question[name]) and question[name] == 1, f"{what}: {name}")
    text(question["question"], f"{what}: question")
    uuid = string(value["uuid"], f"{what}: uuid")
    demand(re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{14,64}", uuid, re.ASCII) is not None, f"{what}: uuid")
    return Election(b64(body), uuid, blank, len(answers), y)


@lru_cache(maxsize=64)
def read_trustees(body: bytes) -> tuple[Element, ...]:
    """The public key of each trustee, whose knowledge of the private one is proven."""
    found = []
    for number, entry in enumerate(items(parse("trustees", body), "trustees"), start=1):
        what = f"trustee {number}"
        kind, value = items(entry, what, 2)
        demand(kind == "Single", f"{what}: not Single")
        keys(value, what, "pok", "public_key")
        c, z = proof(value["pok"], what)
        key = element(value["public_key"], what)
        a = compress(add(G.times(z), key.times(c)))
        demand(c == challenge_of(f"pok|Ed25519|{value['public_key']}|{a}"), f"{what}: proof of possession")
        found.append(key)
    demand(bool(found), "trustees: none")
    demand(len({compress(key.point) for key in found}) == len(found), "trustees: the same key twice")
    return tuple(found)


@lru_cache(maxsize=64)
def read_credentials(body: bytes) -> frozenset[str]:
    found: set[str] = set()
    for entry in items(parse("credentials", body), "credentials"):
        credential, *more = string(entry, "credential").split(",")
        element(credential, "credential")
        demand(len(more) <= 2 and (not more or more[0] in ("", "1")), "credential: weight or form")
        text(more[-1] if len(more) == 2 else "", "credential: name")
        demand(credential not in found, "credential: twice in the pool")
        found.add(credential)
    demand(bool(found), "credentials: none")
    return frozenset(found)


# --- a ballot (4.11 to 4.13, 4.16, 4.17) ---


class Statement(NamedTuple):
    """One branch of a disjunction: (alpha, beta) holds the value `m`."""

    alpha: Element
    beta: Element
    m: int


def disjunction(y: Element, prefix: str, branches: Sequence[Statement], proofs: Any, what: str) -> None:
    """Checks that one of the branches is true (the interval proof of 4.12 and the two of 4.13)."""
    total, commitments = 0, []
    for branch, entry in zip(branches, items(proofs, what, len(branches)), strict=True):
        c, z = proof(entry, what)
        a = add(G.times(z), branch.alpha.times(c))
        b = add(y.times(z), branch.beta.times(c))
        if branch.m:
            b = add(b, G.times(-branch.m * c % Q))
        commitments += [compress(a), compress(b)]
        total += c
    demand(challenge_of(f"{prefix}|{','.join(commitments)}") == total % Q, f"{what}: does not hold")


def product(ciphertexts: Sequence[Sequence[Element]]) -> Pair:
    alpha = beta = IDENTITY
    for a, b in ciphertexts:
        alpha, beta = add(alpha, a.point), add(beta, b.point)
    return Element(alpha), Element(beta)


class Ballot(NamedTuple):
    credential: str
    ciphertexts: tuple[tuple[str, str], ...]
    points: tuple[tuple[Point, Point], ...]
    fault: str | None


@lru_cache(maxsize=4096)
def read_ballot(body: bytes, election: Election) -> Ballot:
    """The ballot of these bytes. Remembered, faults as well: mutated archives share most of their ballots."""
    try:
        return checked_ballot(body, election)
    except Fault as fault:
        return Ballot("", (), (), str(fault))


def checked_ballot(body: bytes, election: Election) -> Ballot:
    what, y = "ballot", election.y
    names = ("election_uuid", "election_hash", "credential", "answers", "signature")
    ballot = keys(parse(what, body), what, *names)
    demand(ballot["election_uuid"] == election.uuid, f"{what}: election_uuid")
    demand(ballot["election_hash"] == election.phi, f"{what}: election_hash")
    credential = element(ballot["credential"], f"{what}: credential")

    signature = keys(ballot["signature"], f"{what}: signature", "hash", "proof")
    c, z = proof(signature["proof"], f"{what}: signature")
    unsigned = {name: ballot[name] for name in names[:-1]}
    demand(signature["hash"] == b64(compact(unsigned)), f"{what}: signature's hash")
    a = compress(add(G.times(z), credential.times(c)))
    demand(c == challenge_of(f"sig|{signature['hash']}|{a}"), f"{what}: signature")

    [answer] = items(ballot["answers"], f"{what}: answers", 1)
    parts = ["choices", "individual_proofs", "overall_proof", *["blank_proof"] * election.blank]
    keys(answer, f"{what}: answer", *parts)
    pairs = items(answer["choices"], f"{what}: choices", election.choices)
    choices = [ciphertext(pair, f"{what}: choice {j}") for j, pair in enumerate(pairs)]
    spelled = [f"{pair['alpha']},{pair['beta']}" for pair in pairs]
    s0 = f"{election.phi}|{ballot['credential']}"
    s = f"{s0}|{','.join(spelled)}"
    proofs = items(answer["individual_proofs"], f"{what}: individual_proofs", election.choices)
    for j, (alpha, beta) in enumerate(choices):
        branches = [Statement(alpha, beta, 0), Statement(alpha, beta, 1)]
        disjunction(y, f"prove|{s0}|{spelled[j]}", branches, proofs[j], f"{what}: individual proof {j}")
    if election.blank:
        (alpha0, beta0), (alpha, beta) = choices[0], product(choices[1:])
        nothing = [Statement(alpha0, beta0, 0), Statement(alpha, beta, 0)]
        disjunction(y, f"bproof0|{s}", nothing, answer["blank_proof"], f"{what}: blank_proof")
        one = [Statement(alpha0, beta0, 1), Statement(alpha, beta, 1)]
        disjunction(y, f"bproof1|{s}", one, answer["overall_proof"], f"{what}: overall_proof")
    else:
        alpha, beta = product(choices)
        prefix = f"prove|{s}|{compress(alpha.point)},{compress(beta.point)}"
        disjunction(y, prefix, [Statement(alpha, beta, 1)], answer["overall_proof"], f"{what}: overall_proof")
    ciphertexts = tuple((pair["alpha"], pair["beta"]) for pair in pairs)
    points = tuple((alpha.point, beta.point) for alpha, beta in choices)
    return Ballot(ballot["credential"], ciphertexts, points, None)


# --- tally (4.18, 4.20, 4.21) ---


@lru_cache(maxsize=256)
def read_partial(body: bytes, phi: str, key: str, alphas: tuple[str, ...]) -> tuple[Point, ...]:
    """The decryption factors of the trustee with this public key, each proven against its alpha."""
    what = "partial decryption"
    value = keys(parse(what, body), what, "decryption_factors", "decryption_proofs")
    [factors] = items(value["decryption_factors"], f"{what}: factors", 1)
    [proofs] = items(value["decryption_proofs"], f"{what}: proofs", 1)
    items(factors, f"{what}: factors", len(alphas))
    items(proofs, f"{what}: proofs", len(alphas))
    found = []
    for alpha, factor, entry in zip(alphas, factors, proofs, strict=True):
        c, z = proof(entry, what)
        share = element(factor, what, identity=True)
        a = compress(add(G.times(z), decompressed(key).times(c)))
        b = compress(add(decompressed(alpha).times(z), share.times(c)))
        demand(c == challenge_of(f"decrypt|{phi}|{key}|{a},{b}"), f"{what}: proof does not hold")
        found.append(share.point)
    return tuple(found)


class Reading:
    """One pass over an archive."""

    def __init__(self, data: bytes) -> None:
        self.tape = Tape(data)
        self.faults: list[str] = []

    def later(self, check: Callable[[], None]) -> None:
        """Notes a fault of mathematics and lets the reading go on."""
        try:
            check()
        except Fault as fault:
            self.faults.append(str(fault))

    def setup(self) -> None:
        tape = self.tape
        demand(tape.member("BELENIOS")[0] == "BELENIOS", "BELENIOS: missing")
        election_hash, election_body = tape.payload("election")
        trustees_hash, trustees_body = tape.payload("trustees")
        credentials_hash, credentials_body = tape.payload("credentials")
        setup_hash, setup_body = tape.payload("setup_data")
        expected = {"election": election_hash, "trustees": trustees_hash, "credentials": credentials_hash}
        demand(setup_body == compact(expected), "setup_data: does not name the three before it")
        tape.event("Setup", setup_hash)
        self.election = read_election(election_body)
        self.trustees = read_trustees(trustees_body)
        self.pool = read_credentials(credentials_body)
        y = IDENTITY
        for key in self.trustees:
            y = add(y, key.point)
        self.later(lambda: demand(same(y, self.election.y.point), "election: public_key is not the trustees'"))

    def ballots(self) -> None:
        self.accepted: list[Ballot] = []
        spent: set[str] = set()
        sealed: set[tuple[str, str]] = set()
        while not self.tape.next_is_event():
            digest, body = self.tape.payload("ballot")
            self.tape.event("Ballot", digest)
            ballot = read_ballot(body, self.election)
            if ballot.fault is not None:
                self.faults.append(ballot.fault)
                continue
            self.accepted.append(ballot)
            if ballot.credential not in self.pool:
                self.faults.append("ballot: credential not in the pool")
            if ballot.credential in spent:
                self.faults.append("ballot: second one on its credential")
            spent.add(ballot.credential)
            if len(sealed | set(ballot.ciphertexts)) != len(sealed) + self.election.choices:
                self.faults.append("ballot: a ciphertext that was there before")
            sealed |= set(ballot.ciphertexts)
        self.tape.event("EndBallots", None)

    def tally(self) -> None:
        tally_hash, tally_body = self.tape.payload("encrypted_tally")
        sized_hash, sized_body = self.tape.payload("sized_encrypted_tally")
        self.tape.event("EncryptedTally", sized_hash)
        count = len(self.accepted)
        sized = {"num_tallied": count, "total_weight": count, "encrypted_tally": tally_hash}
        self.later(lambda: demand(sized_body == compact(sized), "sized_encrypted_tally: does not fit the ballots"))
        [pairs] = items(parse("encrypted_tally", tally_body), "encrypted_tally", 1)
        items(pairs, "encrypted_tally", self.election.choices)
        self.encrypted = [ciphertext(pair, "encrypted_tally", identity=True) for pair in pairs]
        self.alphas = tuple(pair["alpha"] for pair in pairs)
        for j, (alpha, beta) in enumerate(self.encrypted):
            a = b = IDENTITY
            for ballot in self.accepted:
                a, b = add(a, ballot.points[j][0]), add(b, ballot.points[j][1])
            holds = same(alpha.point, a) and same(beta.point, b)
            if not holds:
                self.faults.append(f"encrypted_tally: choice {j} is not the product of the ballots")

    def result(self) -> list[int] | None:
        shares: dict[int, Sequence[Point]] = {}
        while len(shares) < len(self.trustees):
            if self.tape.at_end():
                return None
            partial_hash, partial_body = self.tape.payload("partial_decryption")
            what = "owned_partial_decryption"
            owned_hash, owned_body = self.tape.payload(what)
            self.tape.event("PartialDecryption", owned_hash)
            owned = keys(parse(what, owned_body), what, "owner", "payload")
            owner = owned["owner"]
            demand(whole(owner) and 0 < owner <= len(self.trustees), f"{what}: no such trustee")
            demand(owner not in shares, f"{what}: second one of its owner")
            demand(owned["payload"] == partial_hash, f"{what}: not about the one before it")
            key = compress(self.trustees[owner - 1].point)
            shares[owner] = read_partial(partial_body, self.election.phi, key, self.alphas)
        if self.tape.at_end():
            return None
        result_hash, result_body = self.tape.payload("result")
        self.tape.event("Result", result_hash)
        demand(self.tape.at_end(), "something after Result")
        value = keys(parse("result", result_body), "result", "result")
        [counts] = items(value["result"], "result", 1)
        for j, count in enumerate(items(counts, "result", self.election.choices)):
            demand(whole(count) and 0 <= count <= len(self.accepted), "result: no count of ballots")
            decrypted = self.encrypted[j][1].point
            for share in shares.values():
                decrypted = add(decrypted, negate(share[j]))
            demand(same(decrypted, G.times(count)), f"result: choice {j} is not what the factors give")
        return list(counts)


def verify(data: bytes) -> Verdict:
    """Judges an archive. `result` is in the order of the choices, blank first; None without a Result record."""
    reading = Reading(data)
    result = None
    try:
        reading.setup()
        reading.ballots()
        reading.tally()
        result = reading.result()
    except Fault as fault:
        reading.faults.append(str(fault))
    return Verdict(reading.faults, None if reading.faults else result)
