"""Programs that know nothing of us take the twin for a PIV card, and check its signatures and secrets."""

import re
import secrets
from collections.abc import Iterator

import pytest

from config.cards.virtual.card import Profile
from config.cards.virtual.reader import VirtualReader
from tests.cards.virtual.tools import KEY, PIN, PUK, SLOTS, Bench, issued_bench, swapped

OBJECT_IDS = {"9a": "01", "9c": "02", "9d": "03", "9e": "04"}
OTHER_KEY = "0102030405060708010203040506070801020304050607f0"


@pytest.fixture(scope="module")
def issued(virtual_reader, tmp_path_factory) -> Iterator[Bench]:
    """A card that lies in a reader of its own for all tests that change nothing."""
    with VirtualReader(tmp_path_factory.mktemp("reader")) as reader:
        yield issued_bench(reader, tmp_path_factory.mktemp("issued"))


@pytest.fixture(scope="module")
def reader(virtual_reader, tmp_path_factory) -> Iterator[VirtualReader]:
    """For the tests that use up a card each."""
    with VirtualReader(tmp_path_factory.mktemp("reader")) as reader:
        yield reader


@pytest.fixture
def fresh(reader, tmp_path) -> Bench:
    return swapped(reader, tmp_path)


# OpenSC


def test_opensc_finds_the_reader_and_a_piv_card(fresh):
    assert re.search(r"^0\s+Yes\s+Bilik Twin 00 00$", fresh.run("opensc-tool", "--list-readers"), re.MULTILINE)
    assert "3b:fd:13:00:00:81:31:fe:15:80:73:c0:21:c0:57:59:75:62:69:4b:65:79:40" in fresh.run("opensc-tool", "--atr")
    assert "Personal Identity Verification Card" in fresh.run("opensc-tool", "--name")


def test_opensc_finds_a_plain_card_too(reader, tmp_path):
    plain = swapped(reader, tmp_path, Profile.PLAIN)
    assert "3b:f8:13:00:00:81:31:fe:45:4a:43:4f:50:76:32:34:31:b7" in plain.run("opensc-tool", "--atr")
    assert "Personal Identity Verification Card" in plain.run("opensc-tool", "--name")
    assert "PIN [PIN]" in plain.run("pkcs15-tool", "--dump")


def test_pkcs15_shows_what_lies_in_the_slots(issued):
    dump = issued.run("pkcs15-tool", "--dump")
    for name in ("PIV AUTH key", "SIGN key", "KEY MAN key", "CARD AUTH key"):
        assert f"Private EC Key [{name}]" in dump
    assert dump.count("FieldLength    : 256") == 8
    for slot, object_id in OBJECT_IDS.items():
        assert issued.run("pkcs15-tool", "--read-certificate", object_id).endswith(text_of(issued, f"{slot}.crt"))
        assert issued.run("pkcs15-tool", "--read-public-key", object_id).endswith(text_of(issued, f"{slot}.pem"))


@pytest.mark.parametrize("slot", ["9a", "9c", "9e"])
def test_openssl_verifies_what_pkcs11_has_signed(issued, slot):
    (issued.folder / "hash").write_bytes(secrets.token_bytes(32))
    issued.pkcs11(
        *("--sign", "--mechanism=ECDSA", f"--id={OBJECT_IDS[slot]}", "--signature-format=openssl"),
        *("--input-file=hash", "--output-file=signature"),
    )
    verify = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{slot}.pem", "-sigfile", "signature", "-in")
    assert "Signature Verified Successfully" in issued.run(*verify, "hash")
    (issued.folder / "other").write_bytes(secrets.token_bytes(32))
    assert "Signature Verification Failure" in issued.run(*verify, "other", status=1)


def test_openssl_agrees_on_the_same_secret_as_pkcs11(issued):
    issued.run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ours.key")
    issued.run("openssl", "pkey", "-in", "ours.key", "-pubout", "-outform", "DER", "-out", "ours.der")
    issued.pkcs11(
        "--derive", "--mechanism=ECDH1-COFACTOR-DERIVE", "--id=03", "--input-file=ours.der", "--output-file=theirs"
    )
    issued.run("openssl", "pkeyutl", "-derive", "-inkey", "ours.key", "-peerkey", "9d.pem", "-out", "mine")
    assert (issued.folder / "theirs").read_bytes() == (issued.folder / "mine").read_bytes() != b""


def test_pkcs11_hears_that_the_pin_is_wrong(fresh):
    said = fresh.run("pkcs11-tool", "--login", "--pin=000000", "--list-objects", status=1)
    assert "CKR_PIN_INCORRECT" in said
    assert "PIN tries left:\t2" in fresh.yubico("--action=status")


# yubico-piv-tool


def test_yubico_reads_version_and_status(issued):
    assert "Application version 5.4.3 found." in issued.yubico("--action=version")
    status = issued.yubico("--action=status")
    for slot in SLOTS:
        assert f"Subject DN:\tCN=Slot {slot}" in status
    assert status.count("ECCP256") == 4
    assert re.search(r"^CHUID:\t3019[0-9a-f]{114}$", status, re.MULTILINE)
    assert re.search(r"^CCC:\tf015[0-9a-f]{98}$", status, re.MULTILINE)
    assert "PIN tries left:\t3" in status


def test_yubico_checks_a_signature_and_a_secret_of_the_card(issued):
    # Not selfsign-certificate: Debian's version of the tool fails there with any card (its issue 388, OpenSSL 3).
    verified = ("--action=verify-pin", f"--pin={PIN}")
    for slot in ("9a", "9e"):
        said = issued.yubico(*verified, "--action=test-signature", f"--slot={slot}", f"--input={slot}.crt")
        assert "Successful ECDSA verification." in said
    said = issued.yubico(*verified, "--action=test-decipher", "--slot=9d", "--input=9d.crt")
    assert "Successfully performed ECDH exchange with card." in said


def test_yubico_signs_nothing_without_the_pin(issued):
    said = issued.yubico("--action=test-signature", "--slot=9a", "--input=9a.crt", status=1)
    assert "Successful ECDSA" not in said


def test_yubico_counts_wrong_pins_down_and_unblocks(fresh):
    for left in (2, 1):
        assert f"{left} tries left" in fresh.yubico("--action=verify-pin", "--pin=000000", status=1)
    assert "blocked" in fresh.yubico("--action=verify-pin", "--pin=000000", status=1)
    assert "blocked" in fresh.yubico("--action=verify-pin", f"--pin={PIN}", status=1)
    fresh.yubico("--action=unblock-pin", f"--pin={PUK}", "--new-pin=222222")
    fresh.yubico("--action=verify-pin", "--pin=222222")


def test_yubico_changes_pin_and_puk(fresh):
    fresh.yubico("--action=change-pin", f"--pin={PIN}", "--new-pin=654321")
    fresh.yubico("--action=change-puk", f"--pin={PUK}", "--new-pin=87654321")
    fresh.yubico("--action=verify-pin", "--pin=654321")
    fresh.yubico("--action=verify-pin", f"--pin={PIN}", status=1)
    fresh.yubico("--action=unblock-pin", f"--pin={PUK}", "--new-pin=333333", status=1)
    fresh.yubico("--action=unblock-pin", "--pin=87654321", "--new-pin=333333")


def test_yubico_sets_the_tries(fresh):
    retries = ("--action=pin-retries", "--pin-retries=5", "--puk-retries=4")
    fresh.yubico("--action=verify-pin", f"--pin={PIN}", *retries)
    assert "PIN tries left:\t5" in fresh.yubico("--action=status")


def test_yubico_changes_the_management_key(fresh):
    fresh.yubico("--action=set-mgm-key", f"--key={KEY}", f"--new-key={OTHER_KEY}")
    assert "Failed authentication" in fresh.yubico("--action=set-chuid", f"--key={KEY}", status=1)
    fresh.yubico("--action=set-chuid", f"--key={OTHER_KEY}")


def test_yubico_resets_only_a_card_that_is_blocked(fresh):
    fresh.yubico("--action=set-chuid")
    fresh.yubico("--action=reset", status=1)
    for action in ("--action=verify-pin", "--action=unblock-pin"):
        for _ in range(3):
            fresh.yubico(action, "--pin=00000000", "--new-pin=111111", status=1)
    fresh.yubico("--action=reset")
    status = fresh.yubico("--action=status")
    assert "CHUID:\tNo data available" in status
    assert "PIN tries left:\t3" in status


def text_of(bench: Bench, name: str) -> str:
    return (bench.folder / name).read_text(encoding="ascii")
