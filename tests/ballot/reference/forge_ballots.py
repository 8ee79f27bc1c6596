"""Forged ballots and keys, by those who hold the secrets for it.

Each lie is signed, tallied, decrypted and counted as well as its author can, so that as few checks as possible meet it.
"""

from collections.abc import Callable
from random import Random

from tests.ballot.reference.curve import Element, G, Point, Q, add, compress, torsion
from tests.ballot.reference.form import b64
from tests.ballot.reference.kinds import Expect, Kinds, noted, table
from tests.ballot.reference.maker import Json, Made, Maker, closed, point_of, tar_of

KINDS: Kinds = {}

# --- votes that are none ---


def votes(choices: int, random: Random) -> dict[str, list[int]]:
    one = [0] * choices
    one[random.randrange(choices)] = 1
    two = [1, 1, *[0] * (choices - 2)]
    return {"two": two, "all": [1] * choices, "five": [0, 5, *two[2:]], "none": [0] * choices} | {
        "two and minus one": [2, -1, *two[2:]],
        "minus one": [-vote for vote in one],
    }


def stuff(made: Made, maker: Maker, name: str) -> bytes:
    index = maker.random.randrange(len(made.ballots))
    others, vote = made.copy(), votes(made.choices, maker.random)[name]
    del others.ballots[index]
    made.ballots[index] = maker.ballot(made, vote, made.spent[index])
    return closed(made, maker, [a + b for a, b in zip(maker.counts(others), vote, strict=True)])


KINDS |= table("votes", {name: name for name in votes(2, Random(0))}, stuff)


# --- one ballot, signed again after the change ---

Tamper = Callable[[dict[str, Json], Made, Maker], None]


def proofs_in(ballot: dict[str, Json]) -> list[list[dict[str, str]]]:
    answer = ballot["answers"][0]
    blank = [answer["blank_proof"]] if "blank_proof" in answer else []
    return [*answer["individual_proofs"], answer["overall_proof"], *blank]


def disjunctions(ballot: dict[str, Json]) -> list[list[dict[str, str]]]:
    return [proofs for proofs in proofs_in(ballot) if len(proofs) == 2]


def branches_swapped(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    maker.random.choice(disjunctions(ballot)).reverse()


def challenge_moved(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    proofs, shift = maker.random.choice(disjunctions(ballot)), maker.number()
    for branch, by in zip(proofs, (shift, -shift), strict=True):
        branch["challenge"] = str((int(branch["challenge"]) + by) % Q)


def challenges_swapped(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    one, other = maker.random.choice(disjunctions(ballot))
    one["challenge"], other["challenge"] = other["challenge"], one["challenge"]


def responses_swapped(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    one, other = maker.random.choice(disjunctions(ballot))
    one["response"], other["response"] = other["response"], one["response"]


def branch_lost(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    maker.random.choice(proofs_in(ballot)).pop()


def branch_gained(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    maker.random.choice(proofs_in(ballot)).append({"challenge": "0", "response": "0"})


def branches_none(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    maker.random.choice(proofs_in(ballot)).clear()


def proofs_swapped(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    ballot["answers"][0]["individual_proofs"].reverse()


def choices_swapped(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    ballot["answers"][0]["choices"].reverse()


def choices_and_proofs_swapped(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    choices_swapped(ballot, made, maker)
    proofs_swapped(ballot, made, maker)


def encrypted_again(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    pair, r = maker.random.choice(ballot["answers"][0]["choices"]), maker.number()
    pair["alpha"] = compress(add(point_of(pair["alpha"]), G.times(r)))
    pair["beta"] = compress(add(point_of(pair["beta"]), made.y.times(r)))


def vote_added(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    pair = maker.random.choice(ballot["answers"][0]["choices"])
    pair["beta"] = compress(add(point_of(pair["beta"]), G.point))


def alpha_and_beta_swapped(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    pair = maker.random.choice(ballot["answers"][0]["choices"])
    pair["alpha"], pair["beta"] = pair["beta"], pair["alpha"]


def answer_of_another(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    others = [each for each in made.ballots if each["credential"] != ballot["credential"]]
    ballot["answers"] = maker.random.choice(others)["answers"]


def another_uuid(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    ballot["election_uuid"] = maker.random.choice(["iGgvXtRVnHjbQA", ballot["election_uuid"] + "1", "", 5, None])


def another_hash(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    phi = ballot["election_hash"]
    ballot["election_hash"] = maker.random.choice([phi + "=", phi[:-1], b64(b""), "", None, phi.swapcase()])


def two_answers(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    ballot["answers"] *= 2


def no_answer(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    ballot["answers"] = []


def blank_proof_elsewhere(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    answer = ballot["answers"][0]
    if "blank_proof" in answer:
        del answer["blank_proof"]
    else:
        answer["blank_proof"] = maker.random.choice([None, [], answer["individual_proofs"][0]])


def another_credential(ballot: dict[str, Json], made: Made, maker: Maker) -> None:
    ballot["credential"] = made.credentials[-1]


TAMPERS: dict[str, Tamper] = {
    "branches of a proof swapped": branches_swapped,
    "challenge moved between branches": challenge_moved,
    "challenges swapped": challenges_swapped,
    "responses swapped": responses_swapped,
    "a branch lost": branch_lost,
    "a branch gained": branch_gained,
    "an empty proof": branches_none,
    "proofs swapped": proofs_swapped,
    "choices swapped": choices_swapped,
    "choices and their proofs swapped": choices_and_proofs_swapped,
    "encrypted again": encrypted_again,
    "a vote added": vote_added,
    "alpha and beta swapped": alpha_and_beta_swapped,
    "another ballot's answer": answer_of_another,
    "another uuid": another_uuid,
    "another election_hash": another_hash,
    "two answers": two_answers,
    "no answer": no_answer,
    "blank_proof lost or gained": blank_proof_elsewhere,
    "another credential": another_credential,
}


def tamper(made: Made, maker: Maker, change: Tamper) -> bytes:
    index = maker.random.randrange(len(made.ballots))
    ballot, spend = made.ballots[index], made.spent[index]
    change(ballot, made, maker)
    if ballot["credential"] == made.credentials[-1]:
        spend = len(made.credentials) - 1
    made.ballots[index] = maker.sign(ballot, made.secrets[spend])
    if len(ballot["answers"]) == 1 and maker.random.random() < 0.7:
        maker.sum(made)
        made.partials = [maker.partial(made, x) for x in made.trustee_secrets]
    return made.archive()


KINDS |= table("signed ballot", TAMPERS, tamper)

# --- signatures ---

SIGNATURES: dict[str, Callable[[dict[str, Json], dict[str, Json], Maker], Json]] = {
    "another's": lambda mine, other, maker: other,
    "another's proof": lambda mine, other, maker: mine | {"proof": other["proof"]},
    "another's hash": lambda mine, other, maker: mine | {"hash": other["hash"]},
    "hash with its padding": lambda mine, other, maker: mine | {"hash": mine["hash"] + "="},
    "null": lambda mine, other, maker: None,
    "a list": lambda mine, other, maker: [mine],
    "proof a list": lambda mine, other, maker: mine | {"proof": [mine["proof"]]},
}


def resign(made: Made, maker: Maker, new: Callable[[dict[str, Json], dict[str, Json], Maker], Json]) -> bytes:
    one, other = maker.random.sample(made.ballots, 2)
    one["signature"] = new(one["signature"], other["signature"], maker)
    return made.archive()


KINDS |= table("signature", SIGNATURES, resign)


@noted(KINDS, "signature: a true one, of other contents")
def _(made: Made, maker: Maker) -> bytes:
    index = maker.random.randrange(len(made.ballots))
    ballot = made.ballots[index]
    signed = maker.sign(ballot | {"answers": []}, made.secrets[made.spent[index]])
    made.ballots[index] = ballot | {"signature": signed["signature"]}
    return made.archive()


@noted(KINDS, "signature: by a stranger's secret")
def _(made: Made, maker: Maker) -> bytes:
    index = maker.random.randrange(len(made.ballots))
    made.ballots[index] = maker.sign(made.ballots[index], maker.number())
    return made.archive()


# --- who votes, and how often ---


@noted(KINDS, "credential: not in the pool")
def _(made: Made, maker: Maker) -> bytes:
    index = maker.random.randrange(len(made.ballots))
    del made.credentials[made.spent[index]]
    return made.archive()


@noted(KINDS, "credential: in the pool with weight 2")
def _(made: Made, maker: Maker) -> bytes:
    index = maker.random.randrange(len(made.credentials))
    made.credentials[index] += maker.random.choice([",2", ",0", ",-1", ",01", ",1.0", ",x", ", 1", ",1e0", ",+1"])
    return made.archive()


@noted(KINDS, "credential: named in more parts")
def _(made: Made, maker: Maker) -> bytes:
    index = maker.random.randrange(len(made.credentials))
    made.credentials[index] += maker.random.choice([",1,Wayan,2", ",,,", ",1,Wayan,", f",,{'x' * 2000}"])
    return made.archive()


@noted(KINDS, "credential: none, and no ballots")
def _(made: Made, maker: Maker) -> bytes:
    made.ballots, made.spent, made.credentials = [], [], []
    return closed(made, maker)


@noted(KINDS, "credential: twice in the pool")
def _(made: Made, maker: Maker) -> bytes:
    again = maker.random.choice(made.credentials) + maker.random.choice(["", ",1", ",1,Wayan"])
    made.credentials.insert(maker.random.randrange(len(made.credentials) + 1), again)
    return made.archive()


def vote_again(made: Made, maker: Maker) -> int:
    index, choice = maker.random.randrange(len(made.ballots)), maker.random.randrange(made.choices)
    vote = [int(j == choice) for j in range(made.choices)]
    made.ballots.append(maker.ballot(made, vote, made.spent[index]))
    return index


@noted(KINDS, "credential: two ballots, both tallied")
def _(made: Made, maker: Maker) -> bytes:
    vote_again(made, maker)
    return closed(made, maker)


@noted(KINDS, "credential: two ballots, the last one tallied")
def _(made: Made, maker: Maker) -> bytes:
    index = vote_again(made, maker)
    everything = made.ballots
    made.ballots = [ballot for number, ballot in enumerate(everything) if number != index]
    maker.close(made, maker.counts(made))
    made.ballots = everything
    return made.archive()


@noted(KINDS, "ballot: the same twice, both tallied")
def _(made: Made, maker: Maker) -> bytes:
    made.ballots.append(maker.random.choice(made.ballots))
    return closed(made, maker)


@noted(KINDS, "ballot: tallied but not there")
def _(made: Made, maker: Maker) -> bytes:
    del made.ballots[maker.random.randrange(len(made.ballots))]
    return made.archive()


@noted(KINDS, "ballot: there but not tallied")
def _(made: Made, maker: Maker) -> bytes:
    maker.cast(made, 0)
    return made.archive()


@noted(KINDS, "ballot: of another election")
def _(made: Made, maker: Maker) -> bytes:
    other = made.copy()
    other.election["uuid"] = "iGgvXtRVnHjbQA"
    other.ballots, other.spent = [], []
    maker.cast(other, 0)
    made.ballots[0] = other.ballots[0]
    return closed(made, maker)


class Rigged(Maker):
    """Encrypts with the randomness that it is given."""

    def __init__(self, maker: Maker, source: Callable[[], int]) -> None:
        super().__init__(maker.random.randrange(2**32))
        self.source = source

    def encrypt(self, y: Element, r: int, m: int) -> tuple[tuple[Point, Point], int]:
        return super().encrypt(y, self.source(), m)


@noted(KINDS, "ballot: the same ciphertext under two credentials")
def _(made: Made, maker: Maker) -> bytes:
    """The voter gives the randomness away; each ballot's proofs and signature hold."""
    vote = [int(j == 0) for j in range(made.choices)]
    for index in (0, 1):
        copied = Rigged(maker, iter(range(7, 99)).__next__)
        made.ballots[index] = copied.ballot(made, vote, made.spent[index])
    return closed(made, maker)


@noted(KINDS, "ballot: one randomness for all its choices", Expect.EITHER)
def _(made: Made, maker: Maker) -> bytes:
    """Two zeros of one ballot are the same ciphertext then; a zero and a one are not."""
    vote = [int(j == 0) for j in range(made.choices)]
    made.ballots[0] = Rigged(maker, lambda: 5).ballot(made, vote, made.spent[0])
    return closed(made, maker)


@noted(KINDS, "ballot: sealed with randomness zero")
def _(made: Made, maker: Maker) -> bytes:
    """Everyone could read it; every proof holds."""
    vote = [int(j == 1) for j in range(made.choices)]
    made.ballots[0] = Rigged(maker, lambda: 0).ballot(made, vote, made.spent[0])
    return closed(made, maker)


# --- points outside the group, with proofs that hold where cofactors are forgotten ---


class Twisted(Maker):
    """Multiplies each alpha by the point of order 2, and tries until that makes no difference: all challenges even."""

    def encrypt(self, y: Element, r: int, m: int) -> tuple[tuple[Point, Point], int]:
        (alpha, beta), r = super().encrypt(y, r, m)
        return (add(alpha, torsion(2)), beta), r

    def disjunction(self, prefix: str, y: Element, branches: list[tuple[int, int]], true: int) -> Json:
        while True:
            proofs = super().disjunction(prefix, y, branches, true)
            if all(int(each["challenge"]) % 2 == 0 for each in proofs):
                return proofs


@noted(KINDS, "twisted: alphas of two ballots")
def _(made: Made, maker: Maker) -> bytes:
    """In the product of two such ballots the twist is gone: tally, shares and result are as they should be."""
    twisted = Twisted(maker.random.randrange(2**32))
    for index in (0, 1):
        vote = [int(j == index) for j in range(made.choices)]
        made.ballots[index] = twisted.ballot(made, vote, made.spent[index])
    return closed(made, maker)


@noted(KINDS, "twisted: shares of two trustees")
def _(made: Made, maker: Maker) -> bytes:
    """The product of the two factors is right, and each proof holds with its even challenge."""
    for index, x in enumerate(made.trustee_secrets):
        share = made.partials[index]
        while any(int(each["challenge"]) % 2 for each in share["decryption_proofs"][0]):
            share = maker.partial(made, x)
        factors = share["decryption_factors"][0]
        share["decryption_factors"] = [[compress(add(point_of(text), torsion(2))) for text in factors]]
        made.partials[index] = share
    return made.archive()


@noted(KINDS, "twisted: a credential")
def _(made: Made, maker: Maker) -> bytes:
    index = maker.random.randrange(len(made.ballots))
    spend, choice = made.spent[index], maker.random.randrange(made.choices)
    made.credentials[spend] = compress(add(point_of(made.credentials[spend]), torsion(2)))
    vote = [int(j == choice) for j in range(made.choices)]
    ballot = maker.ballot(made, vote, spend)
    while int(ballot["signature"]["proof"]["challenge"]) % 2:
        ballot = maker.sign(ballot, made.secrets[spend])
    made.ballots[index] = ballot
    return closed(made, maker)


@noted(KINDS, "twisted: keys of two trustees")
def _(made: Made, maker: Maker) -> bytes:
    """In the product the twist is gone, and the proofs of possession hold with even challenges."""
    for index, x in enumerate(made.trustee_secrets):
        key = compress(add(G.times(x), torsion(2)))
        entry = maker.possession(x, key)
        while int(entry["pok"]["challenge"]) % 2:
            entry = maker.possession(x, key)
        made.trustees[index][1] = entry
    made.partials = []
    return tar_of(made.records()[:-2], made)
