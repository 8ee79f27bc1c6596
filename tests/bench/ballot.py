"""Ballots: time to make and to verify one, as a ratio to libsodium's own time for the same group operations.

The floor is what no program on these primitives can go below: the powers and products that the protocol needs,
timed in the same run on the same machine. `python -m tests.bench.ballot` prints the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import process_time

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from config.secret import Choice
from sync.ballot import archive, group
from sync.ballot.ballot import examine
from sync.ballot.seal import seal
from sync.ballot.verify import verify_archive
from tests.ballot.forge import TIMESTAMP_S, make_world


@dataclass(frozen=True)
class Line:
    """One figure: ``ratio`` is its time over the floor's; 1.00 would be nothing but group operations."""

    name: str
    time_ms: float
    floor_ms: float

    @property
    def ratio(self) -> float:
        return self.time_ms / self.floor_ms

    def __str__(self) -> str:
        return f"{self.name:<52} {self.time_ms:8.2f} ms   floor {self.floor_ms:6.2f} ms   ratio {self.ratio:.2f}"


def best_s(work: Callable[[], object], times: int, rounds: int = 7) -> float:
    """Processor seconds of one ``work``, the best of some rounds: what disturbs a measurement only adds to it."""
    taken = []
    for _ in range(rounds):
        started = process_time()
        for _ in range(times):
            work()
        taken.append((process_time() - started) / times)
    return min(taken)


@dataclass(frozen=True)
class Operations:
    """What the protocol needs at least: powers of g, powers of other elements, products and quotients."""

    of_g: int
    of_others: int
    products: int

    def floor_ms(self) -> float:
        scalar = group.random_scalar()
        element, other = group.g_power(group.random_scalar()), group.g_power(scalar)
        g_s = best_s(lambda: crypto_scalarmult_ed25519_base_noclamp(scalar), 200)
        other_s = best_s(lambda: crypto_scalarmult_ed25519_noclamp(scalar, element), 200)
        product_s = best_s(lambda: crypto_core_ed25519_add(element, other), 200)
        return (self.of_g * g_s + self.of_others * other_s + self.products * product_s) * 1000


def making(choices: int, *, blank: bool) -> Operations:
    """alpha^c of a simulated branch is g^(r*c) for who knows r: so most powers are of g."""
    if blank:
        return Operations(4 * choices + 8, 3 * choices + 4, 2 * choices + 2)
    return Operations(4 * choices + 3, 3 * choices + 1, 2 * choices + 2 * (choices - 1))


def verifying(choices: int, *, blank: bool) -> Operations:
    """Two branches a ciphertext; with blank two proofs of two branches, else one of one; and the signature."""
    branches = 2 * choices + (4 if blank else 1)
    sums = 2 * (choices - (2 if blank else 1))
    quotients = choices + (2 if blank else 1)
    return Operations(branches + 1, 3 * branches + 1, 2 * branches + 1 + sums + quotients)


def run() -> Iterator[Line]:
    """Making and verifying a ballot, and verifying an archive, for the largest and the smallest election."""
    for num_answers, blank in ((5, True), (2, False)):
        world = make_world(num_answers, blank=blank, choices=(1,) * 40)
        name = f"{num_answers} answers{' and blank' if blank else ''}"
        setup, credential, ballot = world.setup, world.credentials[0], world.ballots[0]
        make_floor_ms = making(setup.num_choices, blank=blank).floor_ms()
        make_ms = best_s(lambda: seal(setup, credential, Choice(1)), 20) * 1000  # noqa: B023 -- called at once
        yield Line(f"make a ballot, {name}", make_ms, make_floor_ms)
        verify_floor_ms = verifying(setup.num_choices, blank=blank).floor_ms()
        verify_ms = best_s(lambda: examine(setup.facts, ballot), 20) * 1000  # noqa: B023
        yield Line(f"verify a ballot, {name}", verify_ms, verify_floor_ms)
        data = archive.build(setup, world.ballots, TIMESTAMP_S)
        each_ms = best_s(lambda: verify_archive(data), 1) * 1000 / len(world.ballots)  # noqa: B023
        yield Line(f"verify an archive, a ballot of 40, {name}", each_ms, verify_floor_ms)


def main() -> None:
    for line in run():
        print(line)


if __name__ == "__main__":
    main()
