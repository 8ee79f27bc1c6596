"""Setup, sums, decryption and result, with the identity where nothing was voted."""

import json

import pytest

from config.errors import InputError
from config.secret import Choice
from sync.ballot import group, tally, tar
from sync.ballot.election import (
    Setup,
    TrusteePublic,
    check_trustee,
    credential_public,
    make_setup,
    new_credential,
    new_trustee,
    new_uuid,
    setup_records,
)
from sync.ballot.records import dump
from sync.ballot.refusal import RefusalKind, Refused
from sync.ballot.seal import seal
from sync.ballot.verify import DEFAULT
from tests.ballot.conftest import VECTORS
from tests.ballot.forge import World, make_world

TRUSTEES = [new_trustee() for _ in range(2)]


def setup_of(**changes: object) -> Setup:
    fields: dict[str, object] = {
        "uuid": new_uuid(),
        "name": "Desa",
        "description": "",
        "question": "Kepala Desa",
        "answers": ["A", "B"],
        "blank": True,
        "trustees": [public for _, public in TRUSTEES],
        "credentials": [new_credential() for _ in range(3)],
        "administrator": "P",
        "credential_authority": "P",
    }
    return make_setup(setup_records(**(fields | changes)))  # type: ignore[arg-type]


BAD_SETUPS: dict[str, dict[str, object]] = {
    "one answer": {"answers": ["A"]},
    "six answers": {"answers": list("ABCDEF")},
    "an empty answer": {"answers": ["A", ""]},
    "a long name": {"name": "x" * 1001},
    "a line break": {"question": "a\nb"},
    "an escape code": {"name": "\x1b[2J"},
    "a text turned around": {"answers": ["A", "\u202eB"]},
    "half a surrogate": {"name": "\ud800"},
    "a short uuid": {"uuid": "abc"},
    "a uuid that is not Base58": {"uuid": "0" * 22},
    "no trustee": {"trustees": []},
    "a trustee twice": {"trustees": [TRUSTEES[0][1]] * 2},
    "no credentials": {"credentials": []},
    "a credential twice": {"credentials": [credential_public(new_credential())] * 2},
    "a credential that is not an element": {"credentials": ["0" * 64]},
}


@pytest.mark.parametrize("name", BAD_SETUPS)
def test_bad_setup_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        setup_of(**BAD_SETUPS[name])


def test_a_setup_comes_back_from_its_bytes() -> None:
    made = setup_of(credentials=[credential_public(new_credential()) for _ in range(5)])
    again = Setup.load(made.election, made.trustees, made.credentials)
    assert again == made
    assert (again.uuid, again.phi, again.y, again.answers, again.blank) == (
        made.uuid,
        made.phi,
        made.y,
        ("A", "B"),
        True,
    )
    assert again.pool == set(json.loads(made.credentials))
    assert len(again.hash) == 64


def test_credentials_are_sorted_as_belenios_sorts_them() -> None:
    """By the bytes of libsodium's encoding: so the list does not tell in which order they were made."""
    made = json.loads(setup_of(credentials=[new_credential() for _ in range(30)]).credentials)
    assert made == sorted(made, key=lambda text: bytes.fromhex(text)[::-1])
    for path in (VECTORS / "valid").glob("*.bel"):
        theirs = json.loads(tar.read(path.read_bytes(), DEFAULT.tar)[3].data)
        assert theirs == sorted(theirs, key=lambda text: bytes.fromhex(text)[::-1])


def test_uuids_are_base58_and_differ() -> None:
    drawn = {new_uuid() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(uuid) >= 14 and not set(uuid) & set("0OIl+/") for uuid in drawn)


def test_a_trustee_proves_its_key() -> None:
    key, public = new_trustee()
    assert check_trustee(public) == group.g_power(key.reveal())  # type: ignore[arg-type]
    _, other = new_trustee()
    with pytest.raises(Refused) as refused:
        check_trustee(TrusteePublic(pok=public.pok, public_key=other.public_key))
    assert refused.value.kind is RefusalKind.TRUSTEE


def test_weight_one_and_names_are_allowed_in_a_pool() -> None:
    made = setup_of()
    first, second, third = json.loads(made.credentials)
    written = dump([f"{first},1", f"{second},,Siti", f"{third},1,Budi"])
    assert Setup.load(made.election, made.trustees, written).pool == made.pool


def test_only_the_right_key_decrypts(world: World) -> None:
    sums = tally.encrypted_tally(world.setup, world.ballots)
    (first, _), (second, _) = world.trustees
    for owner, key in ((1, second), (2, first), (1, new_trustee()[0])):
        with pytest.raises(InputError, match="not that of the trustee"):
            tally.partial_decryption(world.setup, sums, owner, key)
    for owner in (0, 3, -1):
        with pytest.raises(InputError, match="no trustee"):
            tally.partial_decryption(world.setup, sums, owner, first)


def test_result_wants_every_trustee_once(world: World) -> None:
    sums = tally.encrypted_tally(world.setup, world.ballots)
    first, second = world.partials(sums)
    assert tally.result(world.setup, sums, [second, first]) == world.expected
    for partials in ([], [first], [first, first], [first, second, second], [(1, first[1]), (1, second[1])]):
        with pytest.raises(Refused) as refused:
            tally.result(world.setup, sums, partials)
        assert refused.value.kind is RefusalKind.DECRYPTIONS_MISSING
    with pytest.raises(Refused) as refused:
        tally.result(world.setup, sums, [(1, second[1]), (2, first[1])])
    assert refused.value.kind is RefusalKind.DECRYPTION_PROOF


def test_a_decryption_of_another_tally_is_refused(world: World) -> None:
    sums = tally.encrypted_tally(world.setup, world.ballots)
    other = tally.encrypted_tally(world.setup, world.ballots[1:])
    with pytest.raises(Refused):
        tally.check_partial_decryption(world.setup, sums, 1, world.partials(other)[0][1])


def test_a_sum_with_more_votes_than_ballots_has_no_result(world: World) -> None:
    sums = tally.encrypted_tally(world.setup, world.ballots)
    fewer = tally.Tally(1, sums.sums)
    with pytest.raises(Refused) as refused:
        tally.result(world.setup, fewer, world.partials(sums))
    assert refused.value.kind is RefusalKind.TALLY


def test_sums_that_cancel_are_counted_too() -> None:
    """Randomness r and -r on one candidate: alpha of the sum is the identity with two votes in it."""
    from tests.ballot.forge import Forged

    world = make_world(2, choices=(), spare=2)
    r = [group.random_scalar() for _ in range(3)]
    opposite = [group.negate(scalar) for scalar in r]
    ballots = [
        Forged(world, credential, [0, 1, 0], randomness).ballot()
        for credential, randomness in zip(world.credentials, (r, opposite), strict=True)
    ]
    sums = tally.encrypted_tally(world.setup, ballots)
    assert all(alpha == group.IDENTITY for alpha, _ in sums.sums)
    assert tally.result(world.setup, sums, world.partials(sums)) == (0, 2, 0)


def test_hundreds_of_votes() -> None:
    world = make_world(2, choices=(), spare=1)
    ballot = seal(world.setup, world.credentials[0], Choice(2)).ballot
    sums = tally.encrypted_tally(world.setup, [ballot] * 800)
    assert tally.result(world.setup, sums, world.partials(sums)) == (0, 0, 800)
