"""Our signatures are minisign's: Debian's program verifies ours, and we verify its."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from config.minisign import PublicKey, SecretKey, verify

DATA = b"batch of booth 1\n"
COMMENT = "bilik-test rehearsal"


@pytest.fixture(scope="module")
def program():
    found = shutil.which("minisign")
    assert found, "minisign is not installed: make test installs it (deploy/prepare.sh)"
    return found


def test_the_program_verifies_ours(program, tmp_path):
    key = SecretKey.new()
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "data.minisig").write_bytes(key.sign(DATA, COMMENT))
    (tmp_path / "key.pub").write_bytes(key.public.file)
    for which in (["-P", key.public.text], ["-p", tmp_path / "key.pub"]):
        done = subprocess.run(
            [program, "-V", "-m", tmp_path / "data", *which], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert COMMENT in done.stdout
    (tmp_path / "data").write_bytes(DATA + b" ")
    done = subprocess.run(
        [program, "-V", "-m", tmp_path / "data", "-P", key.public.text], capture_output=True, check=False
    )
    assert done.returncode != 0


def test_we_verify_the_programs(program, tmp_path):
    subprocess.run(
        [program, "-G", "-W", "-p", tmp_path / "k.pub", "-s", tmp_path / "k.sec"], check=True, capture_output=True
    )
    (tmp_path / "data").write_bytes(DATA)
    subprocess.run(
        [program, "-S", "-s", tmp_path / "k.sec", "-m", tmp_path / "data", "-t", COMMENT],
        check=True,
        capture_output=True,
    )
    key = PublicKey.parse((tmp_path / "k.pub").read_text().splitlines()[1])
    signature = (tmp_path / "data.minisig").read_bytes()
    assert verify(DATA, signature, key) == COMMENT
    with pytest.raises(InputError, match="changed after it was signed"):
        verify(DATA + b" ", signature, key)


def test_another_key_is_told_from_a_changed_file():
    with pytest.raises(InputError, match="another key"):
        verify(DATA, SecretKey.new().sign(DATA, COMMENT), SecretKey.new().public)


def test_the_trusted_comment_is_signed_too():
    key = SecretKey.new()
    forged = key.sign(DATA, COMMENT).replace(b"rehearsal", b"official!")
    with pytest.raises(InputError, match="changed after it was signed"):
        verify(DATA, forged, key.public)


KEY = SecretKey.new()
SIGNATURE = KEY.sign(DATA, COMMENT)


@given(st.integers(0, len(SIGNATURE) - 1), st.integers(1, 255))
def test_one_changed_byte_is_refused_unless_it_is_in_the_untrusted_comment(place, change):
    changed = bytearray(SIGNATURE)
    changed[place] ^= change
    if SIGNATURE.index(b"\n") > place >= len("untrusted comment: ") and b"\n" not in changed[place : place + 1]:
        verify(DATA, bytes(changed), KEY.public)
        return
    with pytest.raises(InputError):
        verify(DATA, bytes(changed), KEY.public)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused(data):
    with pytest.raises(InputError):
        verify(DATA, data, KEY.public)


def test_a_packed_key_comes_back():
    again = SecretKey.unpack(KEY.pack())
    assert again.public == KEY.public
