"""Forged elections, tallies, shares and results: everything else in the archive is made to fit them."""

from collections.abc import Callable
from random import Random

from tests.ballot.reference.curve import IDENTITY, G, Q, add, compress
from tests.ballot.reference.form import sha256
from tests.ballot.reference.kinds import Kinds, noted, table
from tests.ballot.reference.maker import Json, Made, Maker, Record, closed, point_of, tar_of

KINDS: Kinds = {}

# --- keys and credentials with secret zero ---


def other_election(made: Made, maker: Maker, change: Callable[[Made, Maker], None]) -> bytes:
    """The election changed before it starts; then its ballots, the tally and the shares are made for it."""
    change(made, maker)
    made.ballots, made.spent = [], []
    for choice in range(2):
        maker.cast(made, choice % made.choices)
    return closed(made, maker)


def trustee_zero(made: Made, maker: Maker) -> None:
    made.trustee_secrets[0] = 0
    made.trustees[0] = ["Single", maker.trustee(0)]
    made.election["public_key"] = compress(G.times(made.trustee_secrets[1]))


def trustees_cancel(made: Made, maker: Maker) -> None:
    x = made.trustee_secrets[0]
    made.trustee_secrets = [x, Q - x]
    made.trustees = [["Single", maker.trustee(each)] for each in made.trustee_secrets]
    made.election["public_key"] = compress(IDENTITY)


def credential_zero(made: Made, maker: Maker) -> None:
    made.secrets[0], made.credentials[0] = 0, compress(IDENTITY)


def foreign_key(made: Made, maker: Maker) -> None:
    """Ballots are sealed for a key that the forger has, beside the trustees' own."""
    made.election["public_key"] = maker.element()


def question(**changes: Json) -> Callable[[Made, Maker], None]:
    def change(made: Made, maker: Maker) -> None:
        [old] = made.election["questions"]
        order = ("answers", "blank", "min", "max", "question", "weather")
        merged = {key: value for key, value in (old | changes).items() if value is not ...}
        made.election["questions"] = [{key: merged[key] for key in order if key in merged}]

    return change


def election(**changes: Json) -> Callable[[Made, Maker], None]:
    def change(made: Made, maker: Maker) -> None:
        merged = made.election | changes
        made.election = {key: value for key, value in merged.items() if value is not ...}

    return change


def questions_twice(made: Made, maker: Maker) -> None:
    made.election["questions"] *= 2


def no_trustees(made: Made, maker: Maker) -> None:
    made.trustees = []


def trustee_twice(made: Made, maker: Maker) -> None:
    x = made.trustee_secrets[0]
    made.trustee_secrets = [x, x]
    made.trustees = [["Single", maker.trustee(x)] for _ in range(2)]
    made.election["public_key"] = compress(G.times(2 * x % Q))


def trustee_labelled(label: Json) -> Callable[[Made, Maker], None]:
    def change(made: Made, maker: Maker) -> None:
        made.trustees[0][0] = label

    return change


def trustee_signed(made: Made, maker: Maker) -> None:
    made.trustees[0][1]["signature"] = made.trustees[0][1]["pok"]


def trustees_possession_swapped(made: Made, maker: Maker) -> None:
    one, other = made.trustees[0][1], made.trustees[1][1]
    one["pok"], other["pok"] = other["pok"], one["pok"]


def trustees_swapped(made: Made, maker: Maker) -> None:
    made.trustees.reverse()


ELECTIONS: dict[str, Callable[[Made, Maker], None]] = {
    "a trustee's key is the identity": trustee_zero,
    "trustees' keys cancel": trustees_cancel,
    "a credential is the identity": credential_zero,
    "public_key not the trustees'": foreign_key,
    "blank spelled false": question(blank=False),
    "blank null": question(blank=None),
    "min 0": question(min=0),
    "max 2": question(max=2),
    "min true": question(min=True),
    "max a string": question(max="1"),
    "no question": question(question=...),
    "answers of numbers": question(answers=[1, 2]),
    "question with an unknown key": question(weather="rain"),
    "one answer": question(answers=["Siti"]),
    "six answers": question(answers=list("ABCDEF")),
    "two questions": questions_twice,
    "version 2": election(version=2),
    "version a string": election(version="1"),
    "version true": election(version=True),
    "group unknown": election(group="BELENIOS-2048"),
    "group in lower case": election(group="ed25519"),
    "uuid short": election(uuid="iGgvXtRVnHjbQ"),
    "uuid with a zero": election(uuid="0GgvXtRVnHjbQA"),
    "uuid with an l": election(uuid="lGgvXtRVnHjbQA"),
    "uuid with a line feed": election(uuid="iGgvXtRVnHjbQA\n"),
    "uuid null": election(uuid=None),
    "name a number": election(name=5),
    "name missing": election(name=...),
    "description null": election(description=None),
    "unknown key": election(weather="rain"),
    "name of 1,001 letters": election(name="x" * 1001),
    "description of a million letters": election(description="x" * 10**6),
    "answer of 1,001 letters": question(answers=["x" * 1001, "y"]),
    "uuid of 65 letters": election(uuid="x" * 65),
    "no trustees": no_trustees,
    "a trustee twice": trustee_twice,
    "trustee Pedersen": trustee_labelled("Pedersen"),
    "trustee single": trustee_labelled("single"),
    "trustee null": trustee_labelled(None),
    "trustee with a signature": trustee_signed,
    "proofs of possession swapped": trustees_possession_swapped,
    "trustees swapped, shares not": trustees_swapped,
}

KINDS |= table("election", ELECTIONS, other_election)


@noted(KINDS, "election: public_key not the trustees', and no result yet")
def _(made: Made, maker: Maker) -> bytes:
    """Nothing is decrypted yet, so only the product of the trustees' keys can tell."""
    other_election(made, maker, foreign_key)
    made.partials = []
    return tar_of(made.records()[:-2], made)


# --- tally, shares and result ---


SIZES: dict[str, Callable[[int], dict[str, Json]]] = {
    "one more": lambda n: {"num_tallied": n + 1, "total_weight": n + 1},
    "one less": lambda n: {"num_tallied": n - 1, "total_weight": n - 1},
    "number only": lambda n: {"num_tallied": n + 1},
    "weight only": lambda n: {"total_weight": 2 * n},
    "negative": lambda n: {"num_tallied": -n},
    "a string": lambda n: {"num_tallied": str(n)},
    "a float": lambda n: {"total_weight": float(n)},
    "huge": lambda n: {"total_weight": 10**300},
    "another tally": lambda n: {"encrypted_tally": sha256(b"")},
}


def resize(made: Made, maker: Maker, new: Callable[[int], dict[str, Json]]) -> bytes:
    chain = made.records()
    [record] = [each for each in chain if isinstance(each.value, dict) and "num_tallied" in each.value]
    record.value |= new(len(made.ballots))
    return tar_of(chain, made)


KINDS |= table("sized tally", SIZES, resize)


@noted(KINDS, "tally: one vote moved, decrypted and counted")
def _(made: Made, maker: Maker) -> bytes:
    counts = maker.counts(made)
    one, other = maker.random.sample(range(made.choices), 2)
    for j, by in ((one, 1), (other, -1)):
        pair = made.tally[0][j]
        pair["beta"] = compress(add(point_of(pair["beta"]), G.times(by % Q)))
        counts[j] += by
    made.partials = [maker.partial(made, x) for x in made.trustee_secrets]
    made.result = {"result": [counts]}
    return made.archive()


@noted(KINDS, "tally: encrypted again, decrypted and counted")
def _(made: Made, maker: Maker) -> bytes:
    pair, r = maker.random.choice(made.tally[0]), maker.number()
    pair["alpha"] = compress(add(point_of(pair["alpha"]), G.times(r)))
    pair["beta"] = compress(add(point_of(pair["beta"]), made.y.times(r)))
    made.partials = [maker.partial(made, x) for x in made.trustee_secrets]
    return made.archive()


@noted(KINDS, "tally: choices swapped, decrypted and counted")
def _(made: Made, maker: Maker) -> bytes:
    made.tally[0].reverse()
    made.partials = [maker.partial(made, x) for x in made.trustee_secrets]
    made.result["result"][0].reverse()
    return made.archive()


@noted(KINDS, "share: a vote moved by a trustee who lies")
def _(made: Made, maker: Maker) -> bytes:
    factors = made.partials[0]["decryption_factors"][0]
    one, other = maker.random.sample(range(made.choices), 2)
    for j, by in ((one, 1), (other, -1)):
        factors[j] = compress(add(point_of(factors[j]), G.times(by % Q)))
        made.result["result"][0][j] -= by
    return made.archive()


@noted(KINDS, "share: with another key")
def _(made: Made, maker: Maker) -> bytes:
    made.partials[maker.random.randrange(len(made.partials))] = maker.partial(made, maker.number())
    return made.archive()


@noted(KINDS, "share: of the other trustee, twice")
def _(made: Made, maker: Maker) -> bytes:
    made.partials[0] = made.partials[1]
    return made.archive()


@noted(KINDS, "share: factors or proofs swapped")
def _(made: Made, maker: Maker) -> bytes:
    part = maker.random.choice(["decryption_factors", "decryption_proofs"])
    maker.random.choice(made.partials)[part][0].reverse()
    return made.archive()


@noted(KINDS, "share: a third one")
def _(made: Made, maker: Maker) -> bytes:
    made.partials.append(maker.random.choice([made.partials[0], maker.partial(made, maker.number())]))
    return made.archive()


@noted(KINDS, "share: one missing, and a result")
def _(made: Made, maker: Maker) -> bytes:
    made.partials.pop()
    return made.archive()


def owned(chain: list[Record]) -> list[Record]:
    return [each for each in chain if isinstance(each.value, dict) and "owner" in each.value]


OWNERS: dict[str, tuple[int, Json]] = {
    "0, for the last": (1, 0),
    "-1, for the last but one": (0, -1),
    "3 of 2": (1, 3),
    "true": (0, True),
    "a float": (0, 1.0),
    "a string": (1, "2"),
    "null": (1, None),
    "huge": (1, 10**300),
    "the other": (0, 2),
}


def disown(made: Made, maker: Maker, change: tuple[int, Json]) -> bytes:
    index, owner = change
    chain = made.records()[:-2]
    owned(chain)[index].value["owner"] = owner
    return tar_of(chain, made)


KINDS |= table("owner", OWNERS, disown)


@noted(KINDS, "owner: one twice, the other never")
def _(made: Made, maker: Maker) -> bytes:
    """Two different shares of one trustee, each with a proof that holds."""
    index = maker.random.randrange(2)
    made.partials = [maker.partial(made, made.trustee_secrets[index]) for _ in range(2)]
    chain = made.records()[: maker.random.choice([-2, None])]
    for record in owned(chain):
        record.value["owner"] = index + 1
    return tar_of(chain, made)


@noted(KINDS, "owner: of another share than the one before it")
def _(made: Made, maker: Maker) -> bytes:
    chain = made.records()[:-2]
    one, other = maker.random.sample(owned(chain), 2)
    one.value["payload"] = maker.random.choice([other.value["payload"], chain[1], sha256(b"")])
    return tar_of(chain, made)


RESULTS: dict[str, Callable[[list[int], Random], Json]] = {
    "one more": lambda counts, random: [[counts[0] + 1, *counts[1:]]],
    "a vote moved": lambda counts, random: [[counts[0] + 1, counts[1] - 1, *counts[2:]]],
    "turned round": lambda counts, random: [counts[::-1]],
    "plus q": lambda counts, random: [[counts[0] + Q, *counts[1:]]],
    "minus q": lambda counts, random: [[counts[0] - Q, *counts[1:]]],
    "huge": lambda counts, random: [[10**4000, *counts[1:]]],
    "a float": lambda counts, random: [[float(counts[0]), *counts[1:]]],
    "strings": lambda counts, random: [[str(count) for count in counts]],
    "true": lambda counts, random: [[True if count == 1 else count for count in counts]],
    "flat": lambda counts, random: counts,
    "deeper": lambda counts, random: [[counts]],
    "one count more": lambda counts, random: [[*counts, 0]],
    "one count less": lambda counts, random: [counts[:-1]],
    "two answers": lambda counts, random: [counts, counts],
    "empty": lambda counts, random: [],
    "null": lambda counts, random: None,
}


def announce(made: Made, maker: Maker, new: Callable[[list[int], Random], Json]) -> bytes:
    made.result = {"result": new(made.result["result"][0], maker.random)}
    return made.archive()


KINDS |= table("result", RESULTS, announce)
