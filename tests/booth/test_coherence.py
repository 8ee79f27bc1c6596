"""A package that is signed but not made well is refused before anybody votes with it."""

from dataclasses import replace

import msgspec
import pytest
from nacl.secret import SecretBox

from config.cards.role import CardKind, Role
from config.errors import InputError
from config.mode import Mode
from config.package import SecretContents
from config.trustees import secrets_context
from config.wrap import unwrap
from sync.coherence import credentials_of, setup_of
from tests.booth.rig import BOOTH


@pytest.fixture(scope="module")
def package(election):
    return election.package(BOOTH)


@pytest.fixture(scope="module")
def contents(election, package):
    key = unwrap(package.manifest.secrets.keys, election.officer(BOOTH), secrets_context(package.manifest.ballot.uuid))
    plain = SecretBox(key.reveal()).decrypt(package.files[package.manifest.secrets.file])
    return msgspec.json.decode(plain, type=SecretContents)


def other(package, **changed):
    return replace(package, manifest=msgspec.structs.replace(package.manifest, **changed))


def renamed(manifest):
    first, *rest = manifest.candidates
    return {"candidates": (msgspec.structs.replace(first, name="Orang Lain"), *rest)}


def doubled(manifest):
    first, second, *rest = manifest.candidates
    return {"candidates": (first, msgspec.structs.replace(second, number=first.number), *rest)}


def without_card(manifest, role):
    return {"cards": tuple(card for card in manifest.cards if card.role is not role)}


def half_sealed(manifest):
    officers, committee = manifest.trustees
    return {"trustees": (msgspec.structs.replace(officers, keys=officers.keys[:1]), committee)}


def soft_and_official(manifest):
    return {"mode": Mode.OFFICIAL}


def one_soft_and_official(manifest):
    first, *rest = manifest.cards
    rest = [msgspec.structs.replace(card, kind=CardKind.PIV) for card in rest]
    return {"mode": Mode.OFFICIAL, "cards": (first, *rest)}


def secrets_for_one(manifest):
    return {"secrets": msgspec.structs.replace(manifest.secrets, keys=manifest.secrets.keys[:1])}


def one_key_for_both_roles(manifest):
    first, second, *rest = manifest.cards
    return {"cards": (first, msgspec.structs.replace(second, unwrap=first.unwrap), *rest)}


def one_key_for_two_slots(manifest):
    first, *rest = manifest.cards
    return {"cards": (msgspec.structs.replace(first, unlock=first.sign), *rest)}


def one_id_twice(manifest):
    first, second, *rest = manifest.cards
    return {"cards": (first, msgspec.structs.replace(second, id=first.id), *rest)}


WRONG = {
    "a key for two cards": (one_key_for_both_roles, "listed twice"),
    "a key for two slots": (one_key_for_two_slots, "listed twice"),
    "a card's id twice": (one_id_twice, "listed twice"),
    "another name": (renamed, "candidates and trustees"),
    "names in another order": (lambda m: {"candidates": m.candidates[::-1]}, "candidates and trustees"),
    "a number twice": (doubled, "one number"),
    "blank forgotten": (lambda m: {"blank": False}, "candidates and trustees"),
    "trustees exchanged": (lambda m: {"trustees": m.trustees[::-1]}, "candidates and trustees"),
    "one trustee only": (lambda m: {"trustees": m.trustees[:1]}, "candidates and trustees"),
    "no committee": (lambda m: without_card(m, Role.COMMITTEE), "not wrapped for its cards"),
    "no officers": (lambda m: without_card(m, Role.OFFICERS), "not wrapped for its cards"),
    "a card that cannot decrypt": (half_sealed, "not wrapped for its cards"),
    "a card that cannot open": (secrets_for_one, "not wrapped for its cards"),
    "official with soft cards": (soft_and_official, "lists a soft card"),
    "official with one soft card": (one_soft_and_official, "lists a soft card"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_manifest_that_does_not_fit_its_ballot_is_refused(package, name):
    change, told = WRONG[name]
    with pytest.raises(InputError, match=told):
        setup_of(other(package, **change(package.manifest)))


def test_what_the_district_makes_is_taken(package, contents):
    setup = setup_of(package)
    assert len(credentials_of(package, setup, contents, 0)) == len(contents.lanes[0]) // 32


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: {"mark_seed": bytes(32)}, "mark key"),
        (lambda c: {"lanes": (c.lanes[0][:-32], *c.lanes[1:])}, "too few"),
        (lambda c: {"lanes": ()}, "too few"),
        (lambda c: {"lanes": (c.lanes[0][:-32] + b"\x01" + bytes(31), *c.lanes[1:])}, "not in its pool"),
    ],
)
def test_secrets_that_are_not_those_of_the_package_are_refused(package, contents, change, told):
    with pytest.raises(InputError, match=told):
        credentials_of(package, setup_of(package), msgspec.structs.replace(contents, **change(contents)), 0)
