"""A secret has no way into text, logs, files or comparisons; a record has one spelling."""

import copy
import json
import logging
import pickle
import traceback

import msgspec
import pytest

from booth.events import Chosen, PinTyped
from booth.views import Confirming
from config.errors import InputError
from config.record import Record, decode, encode, fingerprint
from config.secret import Choice, Key, Pin, Secret

SECRETS = [Choice(3), Pin("271828"), Key(b"\x07" * 32), Secret("kandidat tiga")]
WAYS = {
    "str": str,
    "format": lambda secret: f"{secret}",
    "percent": lambda secret: "%s" % secret,  # noqa: UP031
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "json": json.dumps,
    "msgspec": msgspec.json.encode,
    "equal": lambda secret: secret == secret,
    "hash": hash,
    "vars": vars,
}


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: type(secret).__name__)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_way_out_but_reveal(secret, way):
    with pytest.raises(TypeError):
        way(secret)


@pytest.mark.parametrize("holder", [Chosen(Choice(31337)), PinTyped(Pin("31337")), Confirming(Choice(31337))])
def test_what_holds_a_secret_shows_nothing(holder, caplog):
    assert "31337" not in repr(holder)
    with caplog.at_level(logging.INFO):
        logging.getLogger("x").info("%r", holder)
    assert "31337" not in caplog.text
    told = "".join(traceback.format_exception(ValueError(holder)))
    assert "31337" not in told
    with pytest.raises(TypeError):
        pickle.dumps(holder)


class Small(Record, tag_field="format", tag="bilik-small/1", frozen=True):
    a: int
    b: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"format":"bilik-small/2","a":1,"b":[]}',
        b'{"a":1,"b":[]}',
        b'{"format":"bilik-small/1","b":[],"a":1}',
        b'{"format":"bilik-small/1","a":1,"b":[],"c":0}',
        b'{"format":"bilik-small/1","a":1,"a":1,"b":[]}',
        b'{"format":"bilik-small/1","a":1.0,"b":[]}',
        b'{"format":"bilik-small/1","a":"1","b":[]}',
        b'{"format":"bilik-small/1","a":true,"b":[]}',
        b'{"format":"bilik-small/1","a":1}',
        b'{"format":"bilik-small/1", "a":1,"b":[]}',
        b'{"format":"bilik-small/1","a":1,"b":[]}\n',
        b'{"format":"bilik-small/1","a":1,"b":["\\u0061"]}',
        b'{"format":"bilik-small/1","a":1,"b":["\xff"]}',
        b"[" * 100_000,
    ],
)
def test_a_record_has_one_spelling(data):
    with pytest.raises(InputError, match=r"small\.json"):
        decode(data, Small, "small.json")


def test_a_record_comes_back_and_a_longer_one_is_refused():
    small = Small(1, ("x", "é"))
    assert decode(encode(small), Small, "small.json") == small
    with pytest.raises(InputError, match="larger than 10 bytes"):
        decode(encode(small), Small, "small.json", max_bytes=10)


def test_a_fingerprint_is_80_bits_in_groups_of_four():
    assert fingerprint(b"") == "E3B0 C442 98FC 1C14 9AFB"
