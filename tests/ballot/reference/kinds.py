"""What a kind of mutation is, and how a table of them is filled."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from tests.ballot.reference.maker import Json, Made, Maker


class Expect(Enum):
    REFUSED = "refused"
    EITHER = "refused or accepted, but by both alike"
    ACCEPTED = "accepted"


Change = Callable[[Made, Maker], bytes]
"""Takes a copy that it may spoil and a maker with its own seed; gives the bytes of the archive."""

Kinds = dict[str, tuple[Expect, Change]]
How = TypeVar("How")


def table(prefix: str, rows: Mapping[str, How], change: Callable[[Made, Maker, How], bytes]) -> Kinds:
    """One kind that must be refused for each row: `change` done in the way of that row."""

    def bound(how: How) -> Change:
        return lambda made, maker: change(made, maker, how)

    return {f"{prefix}: {name}": (Expect.REFUSED, bound(how)) for name, how in rows.items()}


def noted(kinds: Kinds, name: str, expect: Expect = Expect.REFUSED) -> Callable[[Change], Change]:
    """Decorates a change: notes it in `kinds` under `name`."""

    def note(change: Change) -> Change:
        assert name not in kinds, name
        kinds[name] = expect, change
        return change

    return note


Spot = tuple[Any, Any]
"""A list or dictionary, and the index or key in it."""


def spots(tree: Json, fits: Callable[[Any, Any], bool]) -> list[Spot]:
    """Every place below `tree` for whose key and value `fits` holds."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    found: list[Spot] = []
    for key, value in pairs:
        found += [(tree, key)] if fits(key, value) else []
        found += spots(value, fits)
    return found
