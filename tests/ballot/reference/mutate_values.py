"""Mutants with one scalar or one element of the group spelled or chosen otherwise."""

from collections.abc import Callable
from typing import Any

from tests.ballot.reference.curve import IDENTITY, P, Q, add, compress, negate, torsion, uncompress
from tests.ballot.reference.kinds import Kinds, noted, spots, table
from tests.ballot.reference.maker import Json, Made, Maker, point_of


def is_scalar(key: Any, value: Any) -> bool:
    return key in ("challenge", "response")


def is_element(key: Any, value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64


def replace_somewhere(made: Made, maker: Maker, fits: Callable[[Any, Any], bool], new: Callable[[Any], Any]) -> bytes:
    """Changes one fitting value, in a ballot as often as elsewhere; a changed ballot is signed again."""
    ballot = maker.random.randrange(len(made.ballots))
    trees: list[Json] = [made.trustees, made.tally, made.partials, made.credentials]
    found = [spots(tree, fits) for tree in trees]
    # A credential that nobody spent may well be another element.
    found[-1] = [spot for spot in found[-1] if spot[1] in made.spent]
    found = [each for each in found if each]
    holder, key = maker.random.choice(maker.random.choice([*found, *[spots(made.ballots[ballot], fits)] * len(found)]))
    holder[key] = new(holder[key])
    honest = made.ballots[ballot]
    if holder is not honest["signature"]["proof"]:
        made.ballots[ballot] = maker.sign(honest, made.secrets[made.spent[ballot]])
    return made.archive()


SCALARS: dict[str, Callable[[str], Any]] = {
    "plus q": lambda text: str(int(text) + Q),
    "plus 8q": lambda text: str(int(text) + 8 * Q),
    "q itself": lambda text: str(Q),
    "minus q": lambda text: str(int(text) - Q),
    "leading zero": lambda text: "0" + text,
    "plus sign": lambda text: "+" + text,
    "minus zero": lambda text: "-0",
    "blank before": lambda text: " " + text,
    "line feed behind": lambda text: text + "\n",
    "underscore": lambda text: text[:3] + "_" + text[3:],
    "fraction": lambda text: text + ".0",
    "hexadecimal": lambda text: f"{int(text):x}",
    "Arabic digits": lambda text: text.translate({48 + d: 0x660 + d for d in range(10)}),
    "full-width digits": lambda text: text.translate({48 + d: 0xFF10 + d for d in range(10)}),
    "empty": lambda text: "",
    "a JSON number": int,
    "a JSON float": float,
    "null": lambda text: None,
    "a list": lambda text: [text],
    "5,000 digits": lambda text: "9" * 5000,
    "one more": lambda text: str((int(text) + 1) % Q),
    "negated": lambda text: str(-int(text) % Q),
    "zero": lambda text: "0",
}


def off_curve(text: str) -> str:
    z = int(text, 16)
    while True:
        z += 1
        try:
            uncompress(z)
        except ValueError:
            return f"{z:064x}"


def swap_case(text: str) -> str:
    return text.upper()


ELEMENTS: dict[str, Callable[[str], Any]] = {
    "upper case": swap_case,
    "one upper-case digit": lambda text: text[:-1] + "F" if text[-1] == "f" else text.upper(),
    "little-endian": lambda text: bytes.fromhex(text)[::-1].hex(),
    "short": lambda text: text[1:],
    "long": lambda text: "0" + text,
    "0x": lambda text: "0x" + text[2:],
    "line feed behind": lambda text: text + "\n",
    "empty": lambda text: "",
    "null": lambda text: None,
    "a JSON number": lambda text: int(text, 16),
    "the identity": lambda text: compress(IDENTITY),
    "the identity, y not reduced": lambda text: f"{P + 1:064x}",
    "the identity with a sign": lambda text: f"{1 | 1 << 255:064x}",
    "order 2": lambda text: f"{P - 1:064x}",
    "order 2 with a sign": lambda text: f"{(P - 1) | 1 << 255:064x}",
    "order 4": lambda text: "0" * 64,
    "order 4, y not reduced": lambda text: f"{P:064x}",
    "order 8": lambda text: compress(torsion(8)),
    "y far too large": lambda text: "f" * 64,
    "times order 2": lambda text: compress(add(point_of(text), torsion(2))),
    "times order 4": lambda text: compress(add(point_of(text), torsion(4))),
    "times order 8": lambda text: compress(add(point_of(text), torsion(8))),
    "not on the curve": off_curve,
    "inverted": lambda text: compress(negate(point_of(text))),
    "squared": lambda text: compress(add(point_of(text), point_of(text))),
}


def change_scalar(made: Made, maker: Maker, new: Callable[[str], Any]) -> bytes:
    return replace_somewhere(made, maker, is_scalar, new)


def change_element(made: Made, maker: Maker, new: Callable[[str], Any]) -> bytes:
    return replace_somewhere(made, maker, is_element, new)


KINDS: Kinds = table("scalar", SCALARS, change_scalar) | table("element", ELEMENTS, change_element)


@noted(KINDS, "scalar: plus q, with no more digits, where every proof still holds")
def _(made: Made, maker: Maker) -> bytes:
    fits = [
        (tree, spot)
        for tree in (*made.ballots, made.partials, made.trustees)
        for spot in spots(tree, is_scalar)
        if spot[1] == "response" and int(spot[0]["response"]) + Q < 10**76
    ]
    tree, (holder, key) = maker.random.choice(fits)
    holder[key] = str(int(holder[key]) + Q)
    for index, ballot in enumerate(made.ballots):
        if tree is ballot and holder is not ballot["signature"]["proof"]:
            made.ballots[index] = maker.sign(ballot, made.secrets[made.spent[index]])
    return made.archive()
