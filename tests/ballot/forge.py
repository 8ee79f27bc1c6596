"""Archives with one thing wrong and every hash in the chain right again, as a clever forger would make them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from config.secret import Choice, Key
from sync.ballot import group, tally, tar
from sync.ballot.ballot import individual_text, overall_texts, statement_texts
from sync.ballot.election import Setup, TrusteePublic, make_setup, new_credential, new_trustee, new_uuid, setup_records
from sync.ballot.group import Scalar
from sync.ballot.proofs import prove_either, prove_zero, sign
from sync.ballot.records import Ciphertext, dump, hash_b64, hash_hex
from sync.ballot.seal import seal

TIMESTAMP_S = 1_795_280_000


@dataclass(frozen=True)
class World:
    """One election with its secrets: what a forger inside the booth would have."""

    setup: Setup
    trustees: tuple[tuple[Key, TrusteePublic], ...]
    credentials: tuple[Key, ...]
    choices: tuple[int, ...]

    @cached_property
    def ballots(self) -> tuple[bytes, ...]:
        """One ballot for each choice, on the credentials in order, sorted by tracker."""
        pairs = zip(self.credentials, self.choices, strict=False)
        return tuple(sorted((seal(self.setup, c, Choice(i)).ballot for c, i in pairs), key=hash_b64))

    @property
    def expected(self) -> tuple[int, ...]:
        first = 0 if self.setup.blank else 1
        return tuple(self.choices.count(choice) for choice in range(first, len(self.setup.answers) + 1))

    def partials(self, sums: tally.Tally) -> list[tuple[int, bytes]]:
        return [
            (owner, tally.partial_decryption(self.setup, sums, owner, key))
            for owner, (key, _) in enumerate(self.trustees, start=1)
        ]

    def secret_of(self, ballot: bytes) -> Scalar:
        public = json.loads(ballot)["credential"]
        for key in self.credentials:
            if group.encode_element(group.g_power(Scalar(key.reveal()))) == public:
                return Scalar(key.reveal())
        raise LookupError(public)


def make_world(
    num_answers: int = 2, *, blank: bool = True, choices: tuple[int, ...] = (1, 2, 1), spare: int = 2
) -> World:
    trustees = tuple(new_trustee() for _ in range(2))
    credentials = tuple(new_credential() for _ in range(len(choices) + spare))
    setup = make_setup(
        setup_records(
            uuid=new_uuid(),
            name="Desa Contoh, TPS 3 — bilik “1”",
            description="",
            question='Kepala Désa \\ "uji"',
            answers=[f"Calon {chr(65 + n)}é" for n in range(num_answers)],
            blank=blank,
            trustees=[public for _, public in trustees],
            credentials=credentials,
            administrator="Panitia",
            credential_authority="Panitia",
        )
    )
    return World(setup, trustees, credentials, choices)


@dataclass
class Event:
    """An event to be linked; ``parent`` and ``height`` are filled in unless given."""

    type: str
    payload: str | None = None
    parent: str | None = None
    height: int | None = None


Step = bytes | Event


@dataclass
class Parts:
    """An archive taken apart: each record as bytes, hashes between them filled in when it is put together."""

    election: bytes
    trustees: bytes
    credentials: bytes
    ballots: list[bytes]
    encrypted: bytes
    sized: dict[str, Any]
    partials: list[tuple[int, bytes]]
    result: bytes | None
    timestamp: int = TIMESTAMP_S
    header: bytes = b""

    def steps(self) -> list[Step]:
        """Records and events in the format's order."""
        setup_data = dump(
            {
                "election": hash_hex(self.election),
                "trustees": hash_hex(self.trustees),
                "credentials": hash_hex(self.credentials),
            }
        )
        sized = dump({**self.sized, "encrypted_tally": hash_hex(self.encrypted)})
        steps: list[Step] = [
            *(self.election, self.trustees, self.credentials, setup_data, Event("Setup", hash_hex(setup_data)))
        ]
        for ballot in self.ballots:
            steps += (ballot, Event("Ballot", hash_hex(ballot)))
        steps += (Event("EndBallots"), self.encrypted, sized, Event("EncryptedTally", hash_hex(sized)))
        for owner, partial in self.partials:
            owned = dump({"owner": owner, "payload": hash_hex(partial)})
            steps += (partial, owned, Event("PartialDecryption", hash_hex(owned)))
        if self.result is not None:
            steps += (self.result, Event("Result", hash_hex(self.result)))
        return steps

    def members(self, steps: list[Step] | None = None) -> list[tuple[str, bytes]]:
        """Named records, each event linked to the one before."""
        header = self.header or dump({"version": 1, "timestamp": str(self.timestamp)})
        return [("BELENIOS", header), *link(self.steps() if steps is None else steps)]

    def pack(self, steps: list[Step] | None = None) -> bytes:
        return tar.write(self.members(steps), self.timestamp)

    def retally(self, world: World) -> Parts:
        """Make tally, decryptions and result fit the ballots again."""
        sums = tally.encrypted_tally(world.setup, self.ballots)
        self.encrypted = sums.encrypted
        self.sized = json.loads(sums.sized)
        self.partials = world.partials(sums)
        self.result = dump({"result": [list(tally.result(world.setup, sums, self.partials))]})
        return self


def link(steps: list[Step]) -> Iterator[tuple[str, bytes]]:
    parent: str | None = None
    height = 0
    for step in steps:
        if isinstance(step, bytes):
            yield f"{hash_hex(step)}.data.json", step
            continue
        fields: dict[str, Any] = {"parent": step.parent or parent, "height": step.height, "type": step.type}
        if step.height is None:
            fields["height"] = height
        if fields["parent"] is None:
            del fields["parent"]
        if step.payload is not None:
            fields["payload"] = step.payload
        event = dump(fields)
        parent, height = hash_hex(event), height + 1
        yield f"{parent}.event.json", event


def parts_of(world: World) -> Parts:
    setup = world.setup
    parts = Parts(setup.election, setup.trustees, setup.credentials, list(world.ballots), b"", {}, [], None)
    return parts.retally(world)


def re_sign(world: World, ballot: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """``ballot`` changed and signed again with its own credential's secret."""
    secret = world.secret_of(ballot)
    body = json.loads(ballot)
    del body["signature"]
    change(body)
    digest = hash_b64(dump(body))
    proof = msgspec.to_builtins(sign(digest, secret))
    return dump({**body, "signature": {"hash": digest, "proof": proof}})


@dataclass
class Forged:
    """A ballot whose message vector need not be a vote; its proofs are as good as can be made."""

    world: World
    credential: Key
    messages: list[int]
    randomness: list[Scalar] = field(default_factory=list)

    def ballot(self) -> bytes:
        setup = self.world.setup
        secret = Scalar(self.credential.reveal())
        public = group.encode_element(group.g_power(secret))
        randomness = self.randomness or [group.random_scalar() for _ in self.messages]
        pairs = []
        for r, message in zip(randomness, self.messages, strict=True):
            exponent = Scalar((message % group.Q).to_bytes(32, "little"))
            pairs.append((group.g_power(r), group.multiply(group.power(setup.y, r), group.g_power(exponent))))
        choices = [Ciphertext(alpha=group.encode_element(a), beta=group.encode_element(b)) for a, b in pairs]
        short, full = statement_texts(setup.phi, public, choices)
        individual = [
            prove_either(individual_text(short, c), setup.y, (r, r), int(m != 0), (1, -1))
            for r, m, c in zip(randomness, self.messages, choices, strict=True)
        ]
        answer: dict[str, Any] = {"choices": choices, "individual_proofs": individual}
        if setup.blank:
            total = group.ZERO
            for r in randomness[1:]:
                total = group.add(total, r)
            texts = overall_texts(full)
            is_blank = self.messages[0]
            pair = (randomness[0], total)
            answer["overall_proof"] = prove_either(texts[1], setup.y, pair, 1 - is_blank, (-1, -1))
            answer["blank_proof"] = prove_either(texts[0], setup.y, pair, is_blank, (1, 1))
        else:
            alpha, beta = pairs[0]
            total = randomness[0]
            for (a, b), r in zip(pairs[1:], randomness[1:], strict=True):
                alpha, beta, total = group.multiply(alpha, a), group.multiply(beta, b), group.add(total, r)
            product = Ciphertext(alpha=group.encode_element(alpha), beta=group.encode_element(beta))
            answer["overall_proof"] = prove_zero(individual_text(full, product), setup.y, total)
        body = {"election_uuid": setup.uuid, "election_hash": setup.phi, "credential": public, "answers": [answer]}
        digest = hash_b64(dump(body))
        return dump({**body, "signature": {"hash": digest, "proof": sign(digest, secret)}})
