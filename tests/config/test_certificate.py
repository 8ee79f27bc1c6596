"""What a card says of itself: read back, judged by openssl, and never believed further than its signature goes."""

import datetime as dt
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import example, given
from hypothesis import strategies as st

from config.cards.certificate import MAX_BYTES, Claims, make_certificate, read_certificate
from config.cards.port import Slot
from config.cards.registry import (
    CardList,
    OtherElection,
    OtherPlace,
    RetiredCard,
    UnknownCard,
    UnprovenCard,
    Withdrawn,
    prove,
    recognise,
    register,
)
from config.cards.role import CardKind, Role
from config.cards.soft import new_soft_card
from config.errors import InputError
from config.minisign import SecretKey
from config.mode import Mode
from config.secret import Pin

ROOT = SecretKey.new()
KEY = ec.generate_private_key(ec.SECP256R1())
POINT = KEY.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
HERE = Claims(
    card="0123456789abcdef" * 2,
    mode=Mode.OFFICIAL,
    election_id="ab" * 16,
    election="Pilkades Balecatur 2026",
    role=Role.OFFICERS,
    holder="Bu Tini",
    village_code="34.04.01.2001",
    tps=7,
)


def changed(**facts: object) -> Claims:
    return Claims(**{**vars(HERE), **facts})


def claims() -> st.SearchStrategy[Claims]:
    printable = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=60)
    return st.builds(
        Claims,
        card=st.binary(min_size=16, max_size=16).map(bytes.hex),
        mode=st.sampled_from(Mode),
        election_id=st.binary(min_size=16, max_size=16).map(bytes.hex),
        election=printable.filter(str.isprintable),
        role=st.sampled_from(Role),
        holder=printable.filter(str.isprintable),
        village_code=st.none() | st.from_regex(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}", fullmatch=True),
        tps=st.none() | st.integers(1, 999),
        retired=st.booleans(),
    )


@example(changed(holder="ꦱꦸꦥꦂꦝꦶ " * 9, election="Pemilihan Kepala Desa " * 9), Slot.SIGN)
@given(claims(), st.sampled_from(Slot))
def test_what_was_written_is_read(said: Claims, slot: Slot) -> None:
    der = make_certificate(ROOT, POINT, slot, said)
    read = read_certificate(der)
    assert (read.claims, read.point, len(der) <= 1856) == (said, POINT, True)
    assert read.signed_by(ROOT.public)
    assert not read.signed_by(SecretKey.new().public)


def test_openssl_shows_whose_card_it_is_and_verifies_the_signature(tmp_path) -> None:
    der = tmp_path / "9a.der"
    der.write_bytes(make_certificate(ROOT, POINT, Slot.SIGN, HERE))
    shown = openssl("x509", "-inform", "DER", "-in", der, "-noout", "-text", "-nameopt", "utf8")
    for part in ("CN=Bu Tini", "OU=officers", "O=Pilkades Balecatur 2026", "Digital Signature", "prime256v1"):
        assert part in shown.replace(" = ", "=")
    assert "URI:urn:uuid:01234567-89ab-cdef-0123-456789abcdef" in shown
    assert f"URI:bilik:card/1/official/{HERE.election_id}/officers/34.04.01.2001/7" in shown
    parsed = x509.load_der_x509_certificate(der.read_bytes())
    (tmp_path / "tbs").write_bytes(parsed.tbs_certificate_bytes)
    (tmp_path / "sig").write_bytes(parsed.signature)
    root = Ed25519PublicKey.from_public_bytes(ROOT.public.ed25519)
    pem = root.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "root.pem").write_bytes(pem)
    judged = openssl(
        *("pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "root.pem"),
        *("-rawin", "-in", tmp_path / "tbs", "-sigfile", tmp_path / "sig"),
    )
    assert "Signature Verified Successfully" in judged


def openssl(*arguments: object) -> str:
    return subprocess.run(
        ["openssl", *map(str, arguments)], check=True, capture_output=True, text=True, timeout=20
    ).stdout


def alien(key: object = KEY, uris: tuple[str, ...] = (), names: tuple[str, ...] = ("x",)) -> bytes:
    """A certificate that somebody else made."""
    issuer = ec.generate_private_key(ec.SECP256R1())
    subject = [x509.NameAttribute(x509.ObjectIdentifier("2.5.4.41"), name) for name in names]
    subject += [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, name) for name in names]
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder().subject_name(x509.Name(subject)).issuer_name(x509.Name(subject))
    builder = builder.public_key(key.public_key()).serial_number(7).not_valid_before(now).not_valid_after(now)
    if uris:
        names_of = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris])
        builder = builder.add_extension(names_of, critical=False)
    return builder.sign(issuer, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


GUID = "urn:uuid:01234567-89ab-cdef-0123-456789abcdef"
CLAIM = f"bilik:card/1/official/{'ab' * 16}/officers/34.04.01.2001/7"
BAD = {
    "nothing": b"",
    "noise": b"\x30\x82\x01\x00" + bytes(200),
    "too long": bytes(MAX_BYTES + 1),
    "cut short": make_certificate(ROOT, POINT, Slot.SIGN, HERE)[:-1],
    "no names at all": alien(),
    "no claim": alien(uris=(GUID,)),
    "no card number": alien(uris=(CLAIM,)),
    "claim with a role that is none": alien(uris=(GUID, CLAIM.replace("officers", "bupati"))),
    "claim with more behind it": alien(uris=(GUID, f"{CLAIM}/x")),
    "card number that is none": alien(uris=("urn:uuid:zz", CLAIM)),
    "RSA key": alien(key=rsa.generate_private_key(65537, 2048), uris=(GUID, CLAIM)),
    "another curve": alien(key=ec.generate_private_key(ec.SECP384R1()), uris=(GUID, CLAIM)),
    "two holders": alien(uris=(GUID, CLAIM), names=("x", "y")),
}


@pytest.mark.parametrize("der", BAD.values(), ids=BAD.keys())
def test_an_alien_certificate_is_told_so(der: bytes) -> None:
    with pytest.raises(InputError, match="not ours"):
        read_certificate(der)


@given(st.binary(max_size=400))
def test_noise_is_told_so(noise: bytes) -> None:
    with pytest.raises(InputError):
        read_certificate(noise)


@given(st.integers(0, 400), st.integers(1, 255))
def test_a_changed_certificate_is_not_signed_any_more(place: int, flip: int) -> None:
    der = bytearray(make_certificate(ROOT, POINT, Slot.SIGN, HERE))
    der[place % len(der)] ^= flip
    try:
        read = read_certificate(bytes(der))
    except InputError:
        return
    assert not read.signed_by(ROOT.public) or read == read_certificate(make_certificate(ROOT, POINT, Slot.SIGN, HERE))


def test_a_strangers_words_are_harmless_on_a_screen() -> None:
    read = read_certificate(alien(uris=(GUID, CLAIM), names=("evil\x1b[2J\nname",)))
    assert read.claims.holder == "evil?[2J?name"


# Whose card it is


@pytest.fixture
def card(tmp_path):
    return new_soft_card(tmp_path / "a.card", HERE.holder, Pin("271828"))


def known(card, **facts: object):
    place = {"village_code": HERE.village_code, "tps": HERE.tps} | facts
    return register(card, kind=CardKind.SOFT, role=Role.OFFICERS, holder=HERE.holder, **place)


def test_a_listed_card_is_recognised_and_proves_each_key(card) -> None:
    entry = known(card)
    assert recognise(card, CardList((entry,), HERE.election_id, ROOT.public)) == entry
    card.verify_pin(Pin("271828"))
    prove(card, entry, Slot.SIGN)


STRANGERS = {
    "this election, other TPS": (changed(tps=8), ROOT, OtherPlace),
    "this election, other village": (changed(village_code="34.04.01.2002"), ROOT, OtherPlace),
    "this election and place, not listed": (HERE, ROOT, Withdrawn),
    "retired": (changed(retired=True), ROOT, RetiredCard),
    "other election of the same root": (changed(election_id="cd" * 16), ROOT, OtherElection),
    "says it is ours, signed by another": (HERE, SecretKey.new(), OtherElection),
}


@pytest.mark.parametrize(("said", "root", "why"), STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_is_told_apart_by_its_certificate(card, tmp_path, said, root, why) -> None:
    card.keep_certificate(Slot.UNLOCK, make_certificate(root, card.public_key(Slot.UNLOCK), Slot.UNLOCK, said))
    listed = known(new_soft_card(tmp_path / "b.card", "Pak Joko", Pin("314159")))
    with pytest.raises(why) as told:
        recognise(card, CardList((listed,), HERE.election_id, ROOT.public))
    assert type(told.value) is why


@pytest.mark.parametrize("written", [None, b"noise"])
def test_a_stranger_without_our_certificate_is_just_unknown(card, written) -> None:
    if written is not None:
        card.keep_certificate(Slot.UNLOCK, written)
    with pytest.raises(UnknownCard) as told:
        recognise(card, CardList((), HERE.election_id, ROOT.public))
    assert type(told.value) is UnknownCard


def test_a_card_whose_unwrapping_key_was_renewed_is_retired(card) -> None:
    entry = known(card)
    card.renew(Slot.UNWRAP)
    with pytest.raises(RetiredCard):
        recognise(card, CardList((entry,), HERE.election_id, ROOT.public))


def test_a_card_that_cannot_sign_is_not_the_listed_one(card) -> None:
    entry = known(card)
    card.renew(Slot.UNLOCK)
    card.renew(Slot.SIGN)
    with pytest.raises(UnprovenCard):
        recognise(card, CardList((entry,), HERE.election_id, ROOT.public))
    card.verify_pin(Pin("271828"))
    with pytest.raises(UnprovenCard):
        prove(card, entry, Slot.SIGN)
