"""The root key at rest: one passphrase opens it, in one mode, and every change is noticed."""

import json

import pytest

from config.errors import BilikError, InputError, OperatorError
from config.minisign import SecretKey, verify
from config.mode import Mode
from config.rootkey import Passphrase, lock_root, unlock_root

RIGHT = "four words of test"


@pytest.fixture(scope="module")
def locked() -> tuple[SecretKey, bytes]:
    key = SecretKey.new()
    return key, lock_root(key, Mode.REHEARSAL, Passphrase(RIGHT))


def test_it_opens_to_the_same_key(locked: tuple[SecretKey, bytes]) -> None:
    key, data = locked
    opened = unlock_root(data, Mode.REHEARSAL, Passphrase(RIGHT))
    assert verify(b"data", opened.sign(b"data", "comment"), key.public) == "comment"
    assert key.seed.reveal() not in data
    assert key.seed.reveal().hex().encode() not in data


@pytest.mark.parametrize("wrong", ["four words of tesT", "", RIGHT + " "])
def test_a_wrong_passphrase(locked: tuple[SecretKey, bytes], wrong: str) -> None:
    with pytest.raises(OperatorError, match="does not open"):
        unlock_root(locked[1], Mode.REHEARSAL, Passphrase(wrong))


def test_the_other_mode(locked: tuple[SecretKey, bytes]) -> None:
    with pytest.raises(InputError, match="belongs to a rehearsal"):
        unlock_root(locked[1], Mode.OFFICIAL, Passphrase(RIGHT))


def test_a_short_passphrase() -> None:
    with pytest.raises(OperatorError, match="at least 12"):
        lock_root(SecretKey.new(), Mode.REHEARSAL, Passphrase("short"))


DAMAGE = {
    "cut short": lambda data: data[:-5],
    "another version": lambda data: data.replace(b"root-key/1", b"root-key/9"),
    "a key more": lambda data: data[:-1] + b',"more":1}',
    "blanks": lambda data: data.replace(b'":', b'": '),
    "another public key": lambda data: data.replace(
        json.loads(data)["public"].encode(), SecretKey.new().public.text.encode()
    ),
    "no Base64": lambda data: data.replace(json.loads(data)["box"].encode(), b"***"),
    "salt too short": lambda data: data.replace(json.loads(data)["salt"].encode(), b"00"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage(locked: tuple[SecretKey, bytes], name: str) -> None:
    with pytest.raises(BilikError) as told:
        unlock_root(DAMAGE[name](locked[1]), Mode.REHEARSAL, Passphrase(RIGHT))
    assert told.value.en != told.value.id
    assert ("version 9" in told.value.en) == (name == "another version")
