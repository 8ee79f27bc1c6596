"""The twin is a strict card: every command, what it refuses, what it forgets and what it never forgets."""

import json
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.cards.virtual.applet import Applet
from config.cards.virtual.card import Profile, new_virtual_card
from config.errors import InputError
from tests.cards.virtual.host import SELECT, Host, padded

CHUID = "00CB3FFF055C035FC102"
NEW_PIN, PUK = padded("654321"), b"12345678".hex()


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path / "card.piv")


@pytest.fixture
def plain(tmp_path):
    return Host(tmp_path / "plain.piv", Profile.PLAIN)


# Selecting


def test_select_names_the_application(tmp_path):
    host = Host(tmp_path / "card.piv", select=False)
    assert host.data(SELECT + "00").hex() == "61114f0600001000010079074f05a000000308"
    assert host.data("00A404000BA000000308000010000100")


def test_nothing_is_done_before_select(tmp_path):
    host = Host(tmp_path / "card.piv", select=False)
    for command in (CHUID, "00200080", "00FD0000", "0087039B047C028100"):
        assert host.status(command) == "6D00"


SELECTED = {
    "whole": ("A000000308000010000100", "9000", "9000"),
    "without its version": ("A00000030800001000", "9000", "9000"),
    "the maker's family": ("A000000308", "9000", "6A82"),
    "another version": ("A000000308000010000200", "6A82", "6A82"),
    "cut in its middle": ("A00000030800", "6A82", "6A82"),
    "OpenPGP": ("D27600012401", "6A82", "6A82"),
    "no name": ("", "6A82", "6A82"),
}


@pytest.mark.parametrize(("name", "yubico", "standard"), SELECTED.values(), ids=SELECTED)
def test_select_knows_one_name(host, plain, name, yubico, standard):
    command = f"00A40400{len(name) // 2:02X}{name}" if name else "00A4040000"
    assert (host.status(command), plain.status(command)) == (yubico, standard)


def test_selecting_again_forgets_the_pin_on_a_yubikey_and_keeps_it_by_the_standard(host, plain):
    for card, after in ((host, "63C3"), (plain, "9000")):
        assert card.verify() == "9000"
        assert card.status("00A4040006D27600012401") == "6A82"
        assert card.status("00200080") == "9000"
        assert card.status(SELECT) == "9000"
        assert card.status("00200080") == after


# The form of commands

MALFORMED = {
    "nothing": ("", "6700"),
    "no parameters": ("00CB3F", "6700"),
    "data cut off": ("00CB3FFF055C035FC1", "6700"),
    "data too long": ("00CB3FFF055C035FC1020000", "6700"),
    "an extended command": ("00CB3FFF0000055C035FC102", "6700"),
    "no such instruction": ("00EE0000", "6D00"),
    "no such class": ("80CB3FFF055C035FC102", "6E00"),
    "secure messaging": ("0CCB3FFF055C035FC102", "6E00"),
    "another channel": ("01CB3FFF055C035FC102", "6E00"),
    "a chain of VERIFY": ("1020008008" + padded("123456"), "6E00"),
    "GET RESPONSE of nothing": ("00C0000000", "6985"),
    "not the whole card": ("00CB3FFE055C035FC102", "6A86"),
    "data that is no TLV": ("00CB3FFF055C055FC102", "6A80"),
    "two tags": ("00CB3FFF085C035FC1025C0100", "6A80"),
    "another field": ("00CB3FFF055D035FC102", "6A80"),
    "an object that is not there": (CHUID, "6A82"),
    "an object that never is": ("00CB3FFF055C035FC104", "6A82"),
    "an object behind the PIN": ("00CB3FFF055C035FC109", "6982"),
    "PUT DATA of a stranger": ("00DB3FFF095C035FC1025302AABB", "6982"),
    "GENERATE of a stranger": ("0047009A05AC03800111", "6982"),
    "SET RETRIES of a stranger": ("00FA0505", "6982"),
    "a new management key of a stranger": ("00FFFFFF1B039B18" + "11" * 24, "6982"),
    "RESET with tries left": ("00FB0000", "6985"),
    "signing without a key": ("0087119A267C2482008120" + "07" * 32, "6A86"),
    "signing with RSA": ("0087079A267C2482008120" + "07" * 32, "6A86"),
    "a management key of another kind": ("00870C9B047C028100", "6A86"),
    "a response to no challenge": ("0087039B0C7C0A8208" + "00" * 8, "6982"),
    "a witness to no challenge": ("0087039B167C148008" + "00" * 8 + "8108" + "00" * 8, "6982"),
    "encrypting for anybody": ("0087039B0E7C0C8108" + "00" * 8 + "8200", "6A80"),
    "VERIFY of the PUK": ("0020008108" + PUK, "6A88"),
    "VERIFY of the global PIN": ("0020000008" + padded("123456"), "6A88"),
    "a PIN of four digits": ("0020008008" + padded("1234"), "6A80"),
    "a PIN of seven bytes": ("0020008007" + padded("123456")[:-2], "6A80"),
    "VERIFY with another P1": ("0020018008" + padded("123456"), "6A86"),
    "forgetting the PIN with data": ("0020FF8008" + padded("123456"), "6A80"),
    "half a change": ("0024008008" + padded("123456"), "6A80"),
    "changing the management key as a PIN": ("0024009B10" + padded("123456") * 2, "6A88"),
}


@pytest.mark.parametrize(("command", "status"), MALFORMED.values(), ids=MALFORMED)
def test_what_a_fresh_card_refuses(host, command, status):
    assert host.status(command) == status
    assert host.status("00200080") == "63C3", "no try was counted"


EXTENSIONS = ("00FD000000", "00F8000000", "00F7009A", "00FFFFFF1B039B18" + "11" * 24, "00FA0505", "00FB0000")


@pytest.mark.parametrize("command", EXTENSIONS)
def test_a_plain_card_has_no_extensions(plain, command):
    plain.verify()
    assert plain.manage() == "9000"
    assert plain.status(command) == "6D00"


# Objects


@pytest.mark.parametrize("size", [0, 1, 100, 254, 255, 256, 257, 700, 3052])
def test_objects_of_any_size_come_back(host, size):
    host.manage()
    contents = secrets.token_bytes(size)
    length = (
        bytes([size]) if size < 128 else b"\x81" + bytes([size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    )
    whole = bytes.fromhex("5C035FC105") + b"\x53" + length + contents
    assert put(host, whole) == "9000"
    if not size:
        assert host.status("00CB3FFF055C035FC105") == "6A82"
    else:
        assert get(host, "5FC105") == whole[5:]
        assert get(Host(host.path), "5FC105") == whole[5:], "and after the next insertion"


def put(host: Host, whole: bytes) -> str:
    *parts, last = [whole[at : at + 255] for at in range(0, len(whole), 255)]
    for part in parts:
        assert host.say(b"\x10\xdb\x3f\xff" + bytes([len(part)]) + part).hex() == "9000"
    return host.status(b"\x00\xdb\x3f\xff" + bytes([len(last)]) + last)


def get(host: Host, tag: str) -> bytes:
    answer = host.say(f"00CB3FFF055C03{tag}00")
    data = answer[:-2]
    while answer[-2] == 0x61:
        assert len(answer) == 258
        answer = host.say(bytes([0, 0xC0, 0, 0, answer[-1]]))
        data += answer[:-2]
    assert answer.endswith(b"\x90\x00")
    return data


def test_too_large_an_object_is_refused_and_a_chain_has_an_end(host):
    host.manage()
    whole = bytes.fromhex("5C035FC1055382") + (3053).to_bytes(2, "big") + bytes(3053)
    assert put(host, whole) == "6A84"
    for _ in range(16):
        assert host.status(b"\x10\xdb\x3f\xff\xff" + bytes(255)) == "9000"
    assert host.status(b"\x10\xdb\x3f\xff\xff" + bytes(255)) == "6700"


def test_another_command_in_the_middle_ends_a_chain_and_an_answer(host):
    host.manage()
    assert put(host, bytes.fromhex("5C035FC105538201F4") + bytes(500)) == "9000"
    assert host.status("00CB3FFF055C035FC10500") == "61F8"
    assert host.status("00FD0000") == "9000"
    assert host.status("00C00000F8") == "6985"
    assert host.say("10DB3FFF045C035FC1").hex() == "9000"
    assert host.status("00FD0000") == "9000"
    assert host.status("00DB3FFF035301AA") != "9000"


def test_the_discovery_object_tells_of_the_pin_only(host):
    assert host.data("00CB3FFF035C017E").hex() == "7e124f0ba0000003080000100001005f2f024000"


# The file


FILES = {
    "empty": b"",
    "no JSON": b"\xff\xfe",
    "another format": b'{"format":"bilik-soft-card/1"}',
    "another version": b'{"format":"bilik-virtual-card/9"}',
    "an unknown field": b'{"format":"bilik-virtual-card/1","colour":"red"}',
    "too large": b" " * ((1 << 20) + 1),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_what_is_no_card_is_refused(tmp_path, data):
    (tmp_path / "card.piv").write_bytes(data)
    with pytest.raises(InputError, match=r"card\.piv"):
        Applet(tmp_path / "card.piv")


def test_a_card_is_never_overwritten(host):
    with pytest.raises(InputError, match="is there already"):
        new_virtual_card(host.path)
    assert host.path.stat().st_mode & 0o777 == 0o600


# Anything at all

COMMANDS = st.one_of(
    st.binary(max_size=300),
    st.tuples(
        st.sampled_from([0x00, 0x10]),
        st.sampled_from([0x20, 0x24, 0x2C, 0x47, 0x87, 0xA4, 0xC0, 0xCB, 0xDB, 0xF7, 0xFA, 0xFB, 0xFF]),
        st.sampled_from([0x00, 0x03, 0x04, 0x11, 0x3F, 0xFF]),
        st.sampled_from([0x00, 0x80, 0x81, 0x9A, 0x9B, 0x9E, 0xFF]),
        st.binary(max_size=60),
    ).map(lambda parts: bytes(parts[:4]) + (bytes([len(parts[4])]) + parts[4] if parts[4] else b"")),
)


@pytest.fixture(scope="module")
def hardened(tmp_path_factory):
    host = Host(tmp_path_factory.mktemp("fuzz") / "card.piv")
    host.manage()
    for slot in ("9A", "9D", "9E"):
        host.generate(slot)
    return host


@settings(deadline=None, max_examples=150)
@given(commands=st.lists(COMMANDS, min_size=1, max_size=6))
def test_whatever_is_said_gets_an_answer_and_no_key_moves(hardened, commands):
    hardened.applet.power_off()
    hardened.status(SELECT)
    before = json.loads(hardened.path.read_bytes())["keys"]
    for command in commands:
        answer = hardened.say(command)
        assert 2 <= len(answer) <= 258
        assert answer[-2] in {0x61, 0x63, 0x65, 0x67, 0x69, 0x6A, 0x6D, 0x6E, 0x90}
    assert json.loads(hardened.path.read_bytes())["keys"] == before
