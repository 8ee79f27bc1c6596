"""Sealing a choice, opening a test ballot, and what must not come out."""

import json
import pickle
from collections import Counter

import pytest

from config.errors import InputError
from config.secret import Choice, Key
from sync.ballot import group, proofs
from sync.ballot.election import credential_public, new_credential
from sync.ballot.records import dump, hash_b64
from sync.ballot.refusal import Refused
from sync.ballot.seal import check_opening, seal
from tests.ballot.forge import World


@pytest.mark.parametrize("choice", [-1, 3, 10**30, True, "1", 1.0, None])
def test_impossible_choices_are_refused_without_telling_them(world: World, choice: object) -> None:
    with pytest.raises(InputError, match="no such choice") as refused:
        seal(world.setup, world.credentials[-1], Choice(choice))  # type: ignore[arg-type]
    assert "0 to 2" in str(refused.value)
    assert repr(choice) not in str(refused.value).replace("0 to 2", "")


def test_blank_is_refused_where_there_is_none(no_blank: World) -> None:
    with pytest.raises(InputError, match="1 to 3"):
        seal(no_blank.setup, no_blank.credentials[-1], Choice(0))


def test_a_credential_of_elsewhere_is_refused(world: World) -> None:
    with pytest.raises(InputError, match="credential"):
        seal(world.setup, new_credential(), Choice(1))


def test_the_tracker_is_the_hash_of_the_ballot(world: World) -> None:
    credential = world.credentials[-1]
    sealed = seal(world.setup, credential, Choice(1))
    assert sealed.tracker == hash_b64(sealed.ballot)
    assert sealed.credential == credential_public(credential) == json.loads(sealed.ballot)["credential"]


def test_two_ballots_share_no_element_or_scalar(world: World) -> None:
    """A random number used twice would give the choice, or the credential, away."""

    def values(ballot: bytes) -> Counter[str]:
        found: Counter[str] = Counter()

        def walk(value: object) -> None:
            if isinstance(value, dict):
                for inner in value.values():
                    walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)
            elif isinstance(value, str) and len(value) > 60:
                found[value] += 1

        walk(json.loads(ballot)["answers"])
        return found

    first, second = (values(seal(world.setup, world.credentials[-1], Choice(1)).ballot) for _ in range(2))
    assert len(first) == 3 * 2 + 5 * 2 * 2
    assert set((first + second).values()) == {1}


@pytest.mark.parametrize("choice", [0, 1, 2])
def test_an_opened_test_ballot_shows_its_choice(world: World, choice: int) -> None:
    sealed = seal(world.setup, world.credentials[-1], Choice(choice))
    opened = sealed.opening.reveal_json()
    assert check_opening(world.setup, sealed.ballot, opened) == choice
    record = json.loads(opened)
    assert list(record) == ["tracker", "choice", "randomness"]
    assert (record["tracker"], record["choice"], len(record["randomness"])) == (sealed.tracker, choice, 3)


def test_a_false_opening_is_refused(world: World) -> None:
    sealed = seal(world.setup, world.credentials[-1], Choice(1))
    other = seal(world.setup, world.credentials[-2], Choice(1))
    true = json.loads(sealed.opening.reveal_json())
    numbers = true["randomness"]
    lies: dict[str, bytes] = {
        "another choice": dump({**true, "choice": 2}),
        "another randomness": dump({**true, "randomness": [numbers[0], numbers[1], str(int(numbers[2]) ^ 1)]}),
        "randomness in another order": dump({**true, "randomness": numbers[::-1]}),
        "too few": dump({**true, "randomness": numbers[:2]}),
        "too many": dump({**true, "randomness": [*numbers, "1"]}),
        "not reduced": dump({**true, "randomness": [str(int(numbers[0]) + group.Q), *numbers[1:]]}),
        "zero": dump({**true, "randomness": ["0", "0", "0"]}),
        "impossible choice": dump({**true, "choice": 4}),
        "negative choice": dump({**true, "choice": -1}),
        "choice true": dump({**true, "choice": True}),
        "another tracker": dump({**true, "tracker": other.tracker}),
        "another ballot's": other.opening.reveal_json(),
        "with blanks": json.dumps(true).encode(),
        "extra key": dump({**true, "note": 1}),
        "nothing": b"",
    }
    for name, lie in lies.items():
        with pytest.raises(InputError):
            pytest.fail(f"{name}: {check_opening(world.setup, sealed.ballot, lie)}")
    with pytest.raises(Refused):
        check_opening(world.setup, sealed.ballot[:-1], sealed.opening.reveal_json())


def test_the_opening_does_not_come_out_by_accident(world: World) -> None:
    sealed = seal(world.setup, world.credentials[-1], Choice(2))
    secrets = json.loads(sealed.opening.reveal_json())["randomness"]
    for shown in (repr(sealed), repr(sealed.opening)):
        assert not any(number in shown for number in secrets)
    with pytest.raises(TypeError):
        pickle.dumps(sealed.opening)
    with pytest.raises(TypeError):
        str(sealed.opening)
    with pytest.raises(TypeError):
        f"{sealed.opening}"


def test_a_wiped_opening_opens_nothing(world: World) -> None:
    sealed = seal(world.setup, world.credentials[-1], Choice(2))
    held = sealed.opening.reveal()[2]
    sealed.opening.wipe()
    assert all(bytes(r) == bytes(32) for r in held)
    with pytest.raises(ValueError, match="wiped"):
        sealed.opening.reveal_json()


def test_the_same_work_for_every_choice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kinds and the number of group operations do not depend on the choice."""
    counts: Counter[str] = Counter()
    for name in (
        "g_power",
        "power",
        "multiply",
        "divide",
        "add",
        "subtract",
        "times",
        "negate",
        "random_scalar",
        "hash_scalar",
    ):
        operation = getattr(group, name)

        def counted(*args: object, name: str = name, operation: object = operation) -> object:
            counts[name] += 1
            return operation(*args)  # type: ignore[operator]

        monkeypatch.setattr(group, name, counted)
    assert proofs.group is group
    profiles = []
    for choice in (0, 1, 2):
        counts.clear()
        seal(world.setup, world.credentials[-1], Choice(choice))
        profiles.append(dict(counts))
    assert profiles[0] == profiles[1] == profiles[2]
    # The floor for three ciphertexts: 4 of base g and 3 of base y each, 3 and 2 for each overall proof, and 2.
    assert profiles[0]["g_power"] == 4 * 3 + 2 * 3 + 2
    assert profiles[0]["power"] == 3 * 3 + 2 * 2


def test_a_credential_is_32_secret_bytes() -> None:
    credential = new_credential()
    assert isinstance(credential, Key)
    assert len(credential.reveal()) == 32
    assert credential_public(credential) == credential_public(credential)
    assert credential_public(credential) != credential_public(new_credential())
