"""Makes small elections and their archives in plain integers, from a seed: what the real maker does on a booth, done
a second time from the specification. It keeps every secret, so that a forger can sign a forged ballot again.

A `Made` election is a plain tree of JSON values; `records` links it into the chain. Nothing in here checks anything:
it writes nonsense as readily as sense.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

from tests.ballot.reference.curve import IDENTITY, Element, G, Point, Q, add, compress, negate, same, uncompress
from tests.ballot.reference.form import b64, challenge_of, compact, sha256, tar_header

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

Json = Any


@lru_cache(maxsize=64)
def element_of(text: str) -> Element:
    return Element(point_of(text))


def power(point: Point, scalar: int) -> Point:
    return Element(point).times(scalar % Q)


@lru_cache(maxsize=256)
def point_of(text: str) -> Point:
    return uncompress(int(text, 16))


@dataclass
class Record:
    """One member of the archive. A `Record` inside `value` stands for the hash of that record."""

    value: Json
    event: bool = False
    name: str | None = None
    raw: bytes | None = None
    """Bytes to write in place of the value's own spelling."""

    def body(self) -> bytes:
        return compact(resolve(self.value)) if self.raw is None else self.raw

    def digest(self) -> str:
        return sha256(self.body())

    def file_name(self) -> str:
        return self.name or f"{self.digest()}.{'event' if self.event else 'data'}.json"


def resolve(value: Json) -> Json:
    if isinstance(value, Record):
        return value.digest()
    if isinstance(value, dict):
        return {name: resolve(each) for name, each in value.items()}
    return [resolve(each) for each in value] if isinstance(value, list) else value


def settle(chain: list[Record]) -> list[Record]:
    """Fixes each record's bytes, first to last, so that a long chain is hashed once and not once per descendant."""
    for record in chain:
        record.raw = record.body()
    return chain


def tar(chain: Sequence[Record], timestamp: int) -> bytes:
    parts = []
    for record in chain:
        body = record.body()
        parts += [tar_header(record.file_name(), len(body), timestamp), body, b"\0" * (-len(body) % 512)]
    return b"".join(parts)


@dataclass
class Made:
    """An election with its secrets. `ballots[i]` was made with the secret `secrets[spent[i]]`."""

    timestamp: int
    election: dict[str, Json]
    trustee_secrets: list[int]
    trustees: list[Json]
    secrets: list[int]
    credentials: list[str]
    ballots: list[dict[str, Json]] = field(default_factory=list)
    spent: list[int] = field(default_factory=list)
    tally: list[list[dict[str, str]]] = field(default_factory=list)
    partials: list[dict[str, Json]] = field(default_factory=list)
    result: dict[str, Json] = field(default_factory=dict)

    @property
    def phi(self) -> str:
        return b64(compact(self.election))

    @property
    def y(self) -> Element:
        return element_of(self.election["public_key"])

    @property
    def blank(self) -> bool:
        return "blank" in self.election["questions"][0]

    @property
    def choices(self) -> int:
        return len(self.election["questions"][0]["answers"]) + self.blank

    def copy(self) -> "Made":
        return deepcopy(self)

    def records(self) -> list[Record]:
        header = {"version": 1, "timestamp": str(self.timestamp)}
        chain = [Record(header, name="BELENIOS")]
        setup = [Record(self.election), Record(self.trustees), Record(self.credentials)]
        setup.append(Record(dict(zip(("election", "trustees", "credentials"), setup, strict=True))))
        append(chain, "Setup", *setup)
        for ballot in self.ballots:
            append(chain, "Ballot", Record(ballot))
        append(chain, "EndBallots")
        encrypted, count = Record(self.tally), len(self.ballots)
        sized = {"num_tallied": count, "total_weight": count, "encrypted_tally": encrypted}
        append(chain, "EncryptedTally", encrypted, Record(sized))
        for owner, partial in enumerate(self.partials, start=1):
            factors = Record(partial)
            append(chain, "PartialDecryption", factors, Record({"owner": owner, "payload": factors}))
        append(chain, "Result", Record(self.result))
        return chain

    def archive(self) -> bytes:
        return tar_of(self.records(), self)


def tar_of(chain: list[Record], made: Made) -> bytes:
    return tar(settle(chain), made.timestamp)


def closed(made: Made, maker: "Maker", counts: Sequence[int] | None = None) -> bytes:
    """The archive, with tally, shares and result made to fit the ballots."""
    maker.close(made, maker.counts(made) if counts is None else counts)
    return made.archive()


def append(chain: list[Record], kind: str, *data: Record) -> None:
    events = [record for record in chain if record.event]
    value: dict[str, Json] = {"parent": events[-1]} if events else {}
    value |= {"height": len(events), "type": kind}
    if data:
        value["payload"] = data[-1]
    chain += [*data, Record(value, event=True)]


class Maker:
    """The acts of an election, with randomness from a seed: for tests, never for voting."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def element(self) -> str:
        return compress(G.times(self.number()))

    def number(self) -> int:
        return self.random.randrange(Q)

    def setup(self, answers: Sequence[str], *, blank: bool, credentials: int = 5, trustees: int = 2) -> Made:
        keys = [self.number() for _ in range(trustees)]
        secrets = [self.number() for _ in range(credentials)]
        question: dict[str, Json] = {"answers": list(answers)}
        question |= ({"blank": True} if blank else {}) | {"min": 1, "max": 1, "question": "Kepala Desa"}
        election = {
            "version": 1,
            "description": "Pilkades",
            "name": "Desa Contoh",
            "group": "Ed25519",
            "public_key": compress(G.times(sum(keys) % Q)),
            "questions": [question],
            "uuid": "".join(self.random.choices(BASE58, k=14)),
            "administrator": "Panitia",
            "credential_authority": "Panitia",
        }
        entries = [["Single", self.trustee(key)] for key in keys]
        pool = [compress(G.times(secret)) for secret in secrets]
        return Made(self.random.randrange(2**32), election, keys, entries, secrets, pool)

    def trustee(self, x: int) -> dict[str, Json]:
        return self.possession(x, compress(G.times(x)))

    def possession(self, x: int, key: str) -> dict[str, Json]:
        w = self.number()
        c = challenge_of(f"pok|Ed25519|{key}|{compress(G.times(w))}")
        return {"pok": proof(c, w - x * c), "public_key": key}

    def encrypt(self, y: Element, r: int, m: int) -> tuple[tuple[Point, Point], int]:
        """The ciphertext of g^m and the randomness in it."""
        return (G.times(r), add(y.times(r), G.times(m % Q))), r

    def disjunction(self, prefix: str, y: Element, branches: list[tuple[int, int]], true: int) -> Json:
        """Proofs that one of the branches holds zero. A branch is (g^r, y^r g^m), given as (r, m), so that its powers
        need no other bases than g and y. `true` says which one is proven; the others are simulated.
        """
        w, total, proofs, commitments = self.number(), 0, list[tuple[int, int]](), list[str]()
        for j, (r, m) in enumerate(branches):
            c, z = self.number(), self.number()
            if j == true:
                c, a, b = 0, G.times(w), y.times(w)
            else:
                exponent = (z + r * c) % Q
                a, b = G.times(exponent), add(y.times(exponent), G.times(m * c % Q))
            proofs.append((c, z))
            total += c
            commitments += [compress(a), compress(b)]
        c = (challenge_of(f"{prefix}|{','.join(commitments)}") - total) % Q
        proofs[true] = (c, w - branches[true][0] * c)
        return [proof(*each) for each in proofs]

    def ballot(self, made: Made, vote: Sequence[int], spend: int) -> dict[str, Json]:
        """A ballot for the vector `vote`, with the credential number `spend` as the pool spells it."""
        y, phi = made.y, made.phi
        credential = made.credentials[spend]
        sealed = [self.encrypt(y, self.number(), m) for m in vote]
        pairs, rs = [pair for pair, _ in sealed], [r for _, r in sealed]
        texts = [(compress(alpha), compress(beta)) for alpha, beta in pairs]
        s0 = f"{phi}|{credential}"
        s = f"{s0}|{','.join(f'{alpha},{beta}' for alpha, beta in texts)}"
        individual = [
            self.disjunction(f"prove|{s0}|{text[0]},{text[1]}", y, [(r, m), (r, m - 1)], int(m > 0))
            for r, m, text in zip(rs, vote, texts, strict=True)
        ]
        answer: dict[str, Json] = {"choices": [{"alpha": alpha, "beta": beta} for alpha, beta in texts]}
        answer["individual_proofs"] = individual
        if made.blank:
            voted, branches = int(vote[0] > 0), [(rs[0], vote[0]), (sum(rs[1:]), sum(vote[1:]))]
            one = [(r, m - 1) for r, m in branches]
            answer["overall_proof"] = self.disjunction(f"bproof1|{s}", y, one, 1 - voted)
            answer["blank_proof"] = self.disjunction(f"bproof0|{s}", y, branches, voted)
        else:
            alpha = beta = IDENTITY
            for a, b in pairs:
                alpha, beta = add(alpha, a), add(beta, b)
            prefix = f"prove|{s}|{compress(alpha)},{compress(beta)}"
            answer["overall_proof"] = self.disjunction(prefix, y, [(sum(rs), sum(vote) - 1)], 0)
        ballot = {"election_uuid": made.election["uuid"], "election_hash": phi}
        return self.sign(ballot | {"credential": credential, "answers": [answer]}, made.secrets[spend])

    def sign(self, ballot: dict[str, Json], s: int) -> dict[str, Json]:
        """The ballot with a true signature over whatever it says."""
        unsigned = {name: value for name, value in ballot.items() if name != "signature"}
        w, digest = self.number(), b64(compact(unsigned))
        c = challenge_of(f"sig|{digest}|{compress(G.times(w))}")
        return unsigned | {"signature": {"hash": digest, "proof": proof(c, w - s * c)}}

    def cast(self, made: Made, choice: int) -> None:
        spend = next(number for number in range(len(made.secrets)) if number not in made.spent)
        vote = [int(j == choice) for j in range(made.choices)]
        made.ballots.append(self.ballot(made, vote, spend))
        made.spent.append(spend)

    def close(self, made: Made, counts: Sequence[int]) -> None:
        """Tally, partial decryptions and `counts` as the result, for the ballots as they are."""
        self.sum(made)
        made.partials = [self.partial(made, x) for x in made.trustee_secrets]
        made.result = {"result": [list(counts)]}

    def counts(self, made: Made) -> list[int]:
        """What the ballots hold together: opened with the trustees' keys."""
        x, counts = sum(made.trustee_secrets), []
        for alpha, beta in self.sums(made):
            left, count = add(beta, power(alpha, -x)), 0
            while not same(left, IDENTITY) and count <= len(made.ballots):
                left, count = add(left, negate(G.point)), count + 1
            counts.append(count)
        return counts

    def sums(self, made: Made) -> list[tuple[Point, Point]]:
        found = []
        for j in range(made.choices):
            alpha = beta = IDENTITY
            for ballot in made.ballots:
                pair = ballot["answers"][0]["choices"][j]
                alpha, beta = add(alpha, point_of(pair["alpha"])), add(beta, point_of(pair["beta"]))
            found.append((alpha, beta))
        return found

    def sum(self, made: Made) -> None:
        made.tally = [[{"alpha": compress(alpha), "beta": compress(beta)} for alpha, beta in self.sums(made)]]

    def partial(self, made: Made, x: int) -> dict[str, Json]:
        phi, key, factors, proofs = made.phi, compress(G.times(x)), [], []
        for pair in made.tally[0]:
            alpha, w = element_of(pair["alpha"]), self.number()
            factors.append(compress(alpha.times(x)))
            commitments = f"{compress(G.times(w))},{compress(alpha.times(w))}"
            c = challenge_of(f"decrypt|{phi}|{key}|{commitments}")
            proofs.append(proof(c, w - x * c))
        return {"decryption_factors": [factors], "decryption_proofs": [proofs]}

    def whole_election(self, answers: Sequence[str], votes: Sequence[int], *, blank: bool, trustees: int = 2) -> Made:
        """An election from setup to result; each vote is the number of a choice (with blank, 0 is blank)."""
        made = self.setup(answers, blank=blank, credentials=len(votes) + 2, trustees=trustees)
        for choice in votes:
            self.cast(made, choice)
        self.close(made, [list(votes).count(j) for j in range(made.choices)])
        return made


def proof(challenge: int, response: int) -> dict[str, str]:
    return {"challenge": str(challenge % Q), "response": str(response % Q)}
