"""Altered archives: what the records hold, from the setup to the result."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from nacl.bindings import crypto_core_ed25519_add

from sync.ballot import group
from sync.ballot.records import dump, hash_b64
from sync.ballot.refusal import RefusalKind as Kind
from tests.ballot.altered import (
    ALTERED,
    ORDER_TWO,
    SMALL_ORDER,
    case,
    text,
    with_answer,
    with_json,
    with_parts,
)
from tests.ballot.forge import Forged, Parts, World, make_world, parts_of, re_sign

# --- setup ----------------------------------------------------------------------------------------------------

with_json("six answers", Kind.FORM, "election", lambda e: e["questions"][0].update(answers=list("abcdef")))
with_json("one answer", Kind.FORM, "election", lambda e: e["questions"][0].update(answers=["a"]))
with_json("two questions", Kind.FORM, "election", lambda e: e.update(questions=e["questions"] * 2))
with_json("up to two answers", Kind.FORM, "election", lambda e: e["questions"][0].update(max=2))
with_json("another group", Kind.FORM, "election", lambda e: e.update(group="RFC-3526-2048"))
with_json("a short uuid", Kind.FORM, "election", lambda e: e.update(uuid="abc"))
with_json("a name of 1001 characters", Kind.FORM, "election", lambda e: e.update(name="x" * 1001))
with_json("version 1.0", Kind.FORM, "election", lambda e: e.update(version=1.0))
with_json("version true", Kind.FORM, "election", lambda e: e.update(version=True))
with_json(
    "blank false",
    Kind.FORM,
    "election",
    lambda e: {**e, "questions": [{"answers": ["a", "b"], "blank": False, "min": 1, "max": 1, "question": "q"}]},
)
with_json("another public key", Kind.PUBLIC_KEY, "election", lambda e: e.update(public_key=text(group.G)))
with_json("a small-order public key", Kind.ELEMENT, "election", lambda e: e.update(public_key=text(SMALL_ORDER)))
with_json("a trustee without proof", Kind.TRUSTEE, "trustees", lambda t: t[0][1]["pok"].update(response="1"))
with_json(
    "trustees' proofs exchanged",
    Kind.TRUSTEE,
    "trustees",
    lambda t: [[t[0][0], {**t[0][1], "pok": t[1][1]["pok"]}], t[1]],
)
with_json("a threshold trustee", Kind.FORM, "trustees", lambda t: [["Pedersen", t[0][1]], t[1]])
with_json("a trustee twice", Kind.TRUSTEE, "trustees", lambda t: [t[0], t[0]])
with_json("a weight of 2", Kind.CREDENTIAL_LIST, "credentials", lambda c: [f"{c[0]},2", *c[1:]])
with_json("a weight of 01", Kind.CREDENTIAL_LIST, "credentials", lambda c: [f"{c[0]},01", *c[1:]])
with_json("a credential twice", Kind.CREDENTIAL_LIST, "credentials", lambda c: [*c, c[0]])
with_json("a credential twice under a name", Kind.CREDENTIAL_LIST, "credentials", lambda c: [*c, f"{c[0]},1,x"])
with_json("a credential of order two", Kind.ELEMENT, "credentials", lambda c: [*c, text(ORDER_TWO)])
with_json("an empty pool", Kind.FORM, "credentials", lambda c: [])


def one_trustee(parts: Parts, _: World) -> None:
    parts.trustees = dump(json.loads(parts.trustees)[:1])


with_parts("one trustee only", Kind.PUBLIC_KEY, "election", one_trustee)

# --- ballots --------------------------------------------------------------------------------------------------


def unreduced(answer: dict[str, Any]) -> None:
    proof = answer["individual_proofs"][0][0]
    proof["challenge"] = str(int(proof["challenge"]) + group.Q)


def unreduced_response(answer: dict[str, Any]) -> None:
    proof = answer["blank_proof"][1]
    proof["response"] = str(int(proof["response"]) + group.Q)


def move(point: bytes) -> Callable[[dict[str, Any]], None]:
    """Add a point outside the group: the equations may still hold where the challenge is even."""

    def change(answer: dict[str, Any]) -> None:
        choice = answer["choices"][1]
        old = bytes.fromhex(choice["alpha"])[::-1]
        choice["alpha"] = text(crypto_core_ed25519_add(old, point))

    return change


def element(value: bytes) -> Callable[[dict[str, Any]], None]:
    return lambda answer: answer["choices"][1].update(alpha=text(value))


with_answer("a challenge not reduced", Kind.SCALAR, unreduced)
with_answer("a response not reduced", Kind.SCALAR, unreduced_response)
with_answer("an element moved by order 8", Kind.ELEMENT, move(SMALL_ORDER))
with_answer("an element moved by order 2", Kind.ELEMENT, move(ORDER_TWO))
with_answer("an element of order 8", Kind.ELEMENT, element(SMALL_ORDER))
with_answer("the identity as an element", Kind.ELEMENT, element(group.IDENTITY))
with_answer("a non-canonical element", Kind.ELEMENT, element((group.P + 3).to_bytes(32, "little")))
with_answer("a non-canonical identity", Kind.ELEMENT, element((group.P + 1).to_bytes(32, "little")))
with_answer("the identity with a sign", Kind.ELEMENT, element((1 | 1 << 255).to_bytes(32, "little")))
with_answer("not on the curve", Kind.ELEMENT, element((2).to_bytes(32, "little")))
with_answer("a challenge of zero", Kind.INDIVIDUAL_PROOF, lambda a: a["individual_proofs"][0][0].update(challenge="0"))
with_answer(
    "all zero proof", Kind.OVERALL_PROOF, lambda a: a.update(overall_proof=[{"challenge": "0", "response": "0"}] * 2)
)
with_answer("individual proofs exchanged", Kind.INDIVIDUAL_PROOF, lambda a: a["individual_proofs"].reverse())
with_answer("branches exchanged", Kind.BLANK_PROOF, lambda a: a["blank_proof"].reverse())
with_answer("choices exchanged", Kind.INDIVIDUAL_PROOF, lambda a: a["choices"].reverse())
with_answer("no blank proof", Kind.SHAPE, lambda a: a.pop("blank_proof") and None)
with_answer("one choice less", Kind.SHAPE, lambda a: a["choices"].pop() and None)
with_answer("one proof less", Kind.SHAPE, lambda a: a["individual_proofs"].pop() and None)
with_answer("three branches", Kind.FORM, lambda a: a["overall_proof"].append(a["overall_proof"][0]))
with_answer("one branch", Kind.SHAPE, lambda a: a["overall_proof"].pop() and None)


@case(Kind.FORM, "Ballot 4")
def two_answers(world: World) -> bytes:
    parts = parts_of(world)
    parts.ballots[-1] = re_sign(world, parts.ballots[-1], lambda body: body["answers"].append(body["answers"][0]))
    return parts.pack()


def with_forged(name: str, kind: Kind, messages: list[int]) -> None:
    """A ballot on an unused credential that holds no vote; the sums are made right around it."""

    def make(world: World) -> bytes:
        parts = parts_of(world)
        parts.ballots.append(Forged(world, world.credentials[-1], messages).ballot())
        sums_fit = all(message >= 0 for message in messages) and sum(messages) <= len(parts.ballots)
        return (parts.retally(world) if sums_fit else parts).pack()

    ALTERED[name] = (make, kind, "Ballot 5")


with_forged("two votes for one candidate", Kind.INDIVIDUAL_PROOF, [0, 2, 0])
with_forged("a vote less", Kind.INDIVIDUAL_PROOF, [0, -1, 2])
with_forged("votes for two candidates", Kind.OVERALL_PROOF, [0, 1, 1])
with_forged("no vote at all", Kind.OVERALL_PROOF, [0, 0, 0])
with_forged("blank and a candidate", Kind.BLANK_PROOF, [1, 1, 0])


@case(Kind.FOREIGN, "Ballot 1")
def ballots_of_another_election(world: World) -> bytes:
    parts = parts_of(world)
    parts.ballots[0] = make_world(2, choices=(1,)).ballots[0]
    return parts.pack()


@case(Kind.FOREIGN, "Ballot 1")
def setup_of_another_election(world: World) -> bytes:
    parts, other = parts_of(world), make_world(2, choices=()).setup
    parts.election, parts.trustees, parts.credentials = other.election, other.trustees, other.credentials
    return parts.pack()


@case(Kind.CREDENTIAL_UNKNOWN, "Ballot")
def credential_not_in_the_pool(world: World) -> bytes:
    parts = parts_of(world)
    spent = json.loads(parts.ballots[0])["credential"]
    parts.credentials = dump([c for c in json.loads(parts.credentials) if c != spent])
    return parts.pack()


@case(Kind.CREDENTIAL_REUSED, "Ballot 5")
def second_ballot_on_a_credential(world: World) -> bytes:
    parts = parts_of(world)
    spent = json.loads(parts.ballots[0])["credential"]
    key = next(k for k in world.credentials if group.encode_element(group.g_power(k.reveal())) == spent)  # type: ignore[arg-type]
    parts.ballots.append(Forged(world, key, [0, 1, 0]).ballot())
    return parts.retally(world).pack()


@case(Kind.CIPHERTEXT_REPEATED, "Ballot 6")
def ciphertexts_copied_under_another_credential(world: World) -> bytes:
    parts = parts_of(world)
    randomness = [group.random_scalar() for _ in range(3)]
    parts.ballots += [
        Forged(world, credential, [0, 1, 0], randomness).ballot() for credential in world.credentials[-2:]
    ]
    return parts.retally(world).pack()


@case(Kind.CIPHERTEXT_REPEATED, "Ballot 5")
def ciphertexts_equal_inside_a_ballot(world: World) -> bytes:
    parts = parts_of(world)
    r = group.random_scalar()
    parts.ballots.append(Forged(world, world.credentials[-1], [1, 0, 0], [group.random_scalar(), r, r]).ballot())
    return parts.retally(world).pack()


def signature(change: Callable[[dict[str, Any]], None]) -> Callable[[Parts, World], None]:
    def alter(parts: Parts, _: World) -> None:
        ballot = json.loads(parts.ballots[0])
        change(ballot["signature"])
        parts.ballots[0] = dump(ballot)

    return alter


with_parts(
    "a signature's response changed", Kind.SIGNATURE, "Ballot 1", signature(lambda s: s["proof"].update(response="5"))
)
with_parts(
    "a signature of other contents", Kind.SIGNATURE, "Ballot 1", signature(lambda s: s.update(hash=hash_b64(b"")))
)
with_parts("a signature hash of another length", Kind.FORM, "Ballot 1", signature(lambda s: s.update(hash="AAAA")))


def another_signer(parts: Parts, world: World) -> None:
    """Ballot 1 with the signature that the secret of another credential makes."""
    from sync.ballot.proofs import sign

    ballot = json.loads(parts.ballots[0])
    digest = ballot["signature"]["hash"]
    proof = sign(digest, group.Scalar(world.credentials[-1].reveal()))
    ballot["signature"]["proof"] = {"challenge": proof.challenge, "response": proof.response}
    parts.ballots[0] = dump(ballot)


with_parts("signed by another credential", Kind.SIGNATURE, "Ballot 1", another_signer)

# --- tally and result -----------------------------------------------------------------------------------------


def drop_ballot(parts: Parts, _: World) -> None:
    parts.ballots.pop()


def sized(**changes: object) -> Callable[[Parts, World], None]:
    return lambda parts, _: parts.sized.update(changes)


with_parts("a tallied ballot missing", Kind.COUNT, "sized_encrypted_tally", drop_ballot)
with_parts("num_tallied wrong", Kind.COUNT, "sized_encrypted_tally", sized(num_tallied=5))
with_parts("total_weight wrong", Kind.COUNT, "sized_encrypted_tally", sized(total_weight=5))
with_parts("num_tallied huge", Kind.FORM, "sized_encrypted_tally", sized(num_tallied=10**18))
with_parts("num_tallied negative", Kind.FORM, "sized_encrypted_tally", sized(num_tallied=-1))


@case(Kind.TALLY, "encrypted_tally")
def a_ballot_not_tallied(world: World) -> bytes:
    """Counts fit, but one ballot's votes are left out of the sum, of the decryptions and of the result."""
    parts, whole = parts_of(world), parts_of(world)
    parts.ballots.pop()
    parts.retally(world)
    parts.ballots = whole.ballots
    parts.sized.update(num_tallied=4, total_weight=4)
    return parts.pack()


@case(Kind.TALLY, "encrypted_tally")
def a_ballot_replaced_in_the_tally(world: World) -> bytes:
    parts, whole = parts_of(world), parts_of(world)
    parts.ballots[0] = Forged(world, world.credentials[-1], [0, 1, 0]).ballot()
    parts.retally(world)
    parts.ballots = whole.ballots
    return parts.pack()


with_json(
    "a tally with a small-order element", Kind.ELEMENT, "encrypted", lambda t: t[0][0].update(alpha=text(SMALL_ORDER))
)
with_json("a tally of another length", Kind.SHAPE, "encrypted", lambda t: t[0].pop() and None)
with_json(
    "a result moved by one",
    Kind.RESULT,
    "result",
    lambda r: r["result"][0].__setitem__(slice(0, 2), [r["result"][0][0] + 1, r["result"][0][1] - 1]),
)
with_json("a result with more votes", Kind.COUNT, "result", lambda r: r["result"][0].__setitem__(0, 9))
with_json("a result of another length", Kind.SHAPE, "result", lambda r: r["result"][0].append(0))
with_json("a negative result", Kind.FORM, "result", lambda r: r["result"][0].__setitem__(0, -1))
with_json("a result as a float", Kind.FORM, "result", lambda r: r["result"][0].__setitem__(0, 1.0))
with_json("a result as true", Kind.FORM, "result", lambda r: r["result"][0].__setitem__(0, True))


def raw_result(value: bytes) -> Callable[[Parts, World], None]:
    return lambda parts, _: setattr(parts, "result", value)


with_parts("a result as 1e0", Kind.FORM, "Result", raw_result(b'{"result":[[1e0,2,1]]}'))
with_parts("a result of 4000 digits", Kind.FORM, "Result", raw_result(b'{"result":[[' + b"1" * 4000 + b",2,1]]}"))
with_parts("a result of 15000 digits", Kind.FORM, "Result", raw_result(b'{"result":[[' + b"1" * 15000 + b",2,1]]}"))
with_parts("a result with minus zero", Kind.FORM, "Result", raw_result(b'{"result":[[-0,2,1]]}'))
with_parts("a result with infinity", Kind.FORM, "Result", raw_result(b'{"result":[[Infinity,2,1]]}'))


def partial(change: Callable[[dict[str, Any]], None]) -> Callable[[Parts, World], None]:
    def alter(parts: Parts, _: World) -> None:
        owner, data = parts.partials[0]
        record = json.loads(data)
        change(record)
        parts.partials[0] = (owner, dump(record))

    return alter


def owners(*numbers: int) -> Callable[[Parts, World], None]:
    def alter(parts: Parts, _: World) -> None:
        parts.partials = [(number, data) for number, (_, data) in zip(numbers, parts.partials, strict=False)]

    return alter


FIRST = "PartialDecryption of trustee 1"
with_parts(
    "a wrong decryption factor",
    Kind.DECRYPTION_PROOF,
    FIRST,
    partial(lambda d: d["decryption_factors"][0].__setitem__(0, text(group.G))),
)
with_parts(
    "a small-order decryption factor",
    Kind.ELEMENT,
    FIRST,
    partial(lambda d: d["decryption_factors"][0].__setitem__(0, text(SMALL_ORDER))),
)
with_parts(
    "the identity as decryption factor",
    Kind.DECRYPTION_PROOF,
    FIRST,
    partial(lambda d: d["decryption_factors"][0].__setitem__(0, text(group.IDENTITY))),
)
with_parts(
    "a decryption's challenge not reduced",
    Kind.SCALAR,
    FIRST,
    partial(lambda d: d["decryption_proofs"][0][0].update(challenge=str(group.Q))),
)
with_parts(
    "decryption proofs exchanged", Kind.DECRYPTION_PROOF, FIRST, partial(lambda d: d["decryption_proofs"][0].reverse())
)
with_parts(
    "one decryption factor less", Kind.SHAPE, FIRST, partial(lambda d: d["decryption_factors"][0].pop() and None)
)
with_parts("decryptions' owners exchanged", Kind.DECRYPTION_PROOF, "PartialDecryption", owners(2, 1))
with_parts("a trustee twice in the decryptions", Kind.OWNER, FIRST, owners(1, 1))
with_parts("a trustee who is not there", Kind.OWNER, "trustee 3", owners(1, 3))
with_parts("trustee 0", Kind.FORM, "owned_partial_decryption", owners(0, 2))
with_parts("a result after one decryption", Kind.DECRYPTIONS_MISSING, "Result", owners(1))
with_parts("a result without decryptions", Kind.DECRYPTIONS_MISSING, "Result", owners())
