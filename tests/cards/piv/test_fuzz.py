"""Whatever bytes a card answers: a right value or a sentence; never another exception, never a wrong value."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from config.cards.piv import tlv
from config.cards.piv.admin import DEFAULT_MANAGEMENT_KEY, DEFAULT_PIN, DEFAULT_PUK, PivAdmin
from config.cards.piv.answers import is_point
from config.cards.piv.apdu import Apdu
from config.cards.piv.card import PivCard
from config.cards.piv.commands import Reference
from config.cards.port import Slot
from config.errors import BilikError
from config.secret import Pin, Puk, Secret
from tests.cards.piv.line import CHUID, GUID, KEY, OK, POINT, SELECTED, CannedLine, answer, canned, shown

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
STATUS = st.sampled_from(
    [
        bytes.fromhex(word)
        for word in "9000 6100 6105 6C00 6C10 63C0 63C2 6982 6983 6A80 6A82 6A84 6A86 6A88 6D00".split()  # noqa: SIM905
    ]
)
TAGS = st.sampled_from(
    [0x01, 0x05, 0x06, 0x30, 0x34, 0x4F, 0x53, 0x61, 0x70, 0x71, 0x7C, 0x7E, 0x80, 0x81, 0x82, 0x86, 0xFE, 0x7F49]
)
FIELDS = st.recursive(
    st.builds(tlv.encode, TAGS, st.binary(max_size=70) | st.just(POINT)),
    lambda inner: st.builds(tlv.encode, TAGS, st.lists(inner, max_size=3).map(b"".join)),
    max_leaves=6,
)
ANSWERS = st.one_of(
    st.binary(max_size=300),
    st.builds(bytes.__add__, st.binary(max_size=80), STATUS),
    st.builds(bytes.__add__, FIELDS, STATUS),
    STATUS,
)
TALK = st.lists(ANSWERS, max_size=12)

CARD_VERBS: dict[str, Callable[[PivCard], object]] = {
    "certificate": lambda card: card.certificate(Slot.SIGN),
    "public_key": lambda card: card.public_key(Slot.UNWRAP),
    "tries_left": lambda card: card.tries_left(),
    "verify_pin": lambda card: card.verify_pin(DEFAULT_PIN),
    "sign_9e": lambda card: card.sign(Slot.UNLOCK, b"x"),
    "sign_9a": lambda card: card.sign(Slot.SIGN, b"x"),
    "agree": lambda card: card.agree(Slot.UNWRAP, POINT),
    "reread": lambda card: card.reread(),
}
ADMIN_VERBS: dict[str, Callable[[PivAdmin], object]] = {
    "version": lambda tool: tool.version,
    "serial": lambda tool: tool.serial,
    "algorithm": lambda tool: tool.algorithm(),
    "is_default": lambda tool: tool.is_default(Reference.PUK),
    "puk_tries_left": lambda tool: tool.puk_tries_left(),
    "holds_key_9e": lambda tool: tool.holds_key(Slot.UNLOCK),
    "holds_key_9d": lambda tool: tool.holds_key(Slot.UNWRAP),
    "authenticate": lambda tool: tool.authenticate(DEFAULT_MANAGEMENT_KEY),
    "authenticate_factory": lambda tool: tool.authenticate_factory(),
    "generate": lambda tool: tool.generate(Slot.SIGN),
    "write_certificate": lambda tool: tool.write_certificate(Slot.SIGN, bytes(700)),
    "write_identity": lambda tool: tool.write_identity(GUID),
    "change_pin": lambda tool: tool.change_pin(DEFAULT_PIN, Pin("482915")),
    "change_puk": lambda tool: tool.change_puk(DEFAULT_PUK, Puk("31415926")),
    "unblock": lambda tool: tool.unblock(DEFAULT_PUK, Pin("482915")),
    "change_management_key": lambda tool: tool.change_management_key(DEFAULT_MANAGEMENT_KEY),
    "set_tries": lambda tool: tool.set_tries(5, 5),
}


def test_every_verb_is_fuzzed() -> None:
    public = {name for name in vars(PivAdmin) if not name.startswith("_")}
    assert {name for name in public if not any(verb.startswith(name) for verb in ADMIN_VERBS)} == set()
    inner = {"send", "read_object", "metadata", "forget_pin", "id", "contactless", "pin_shown", "sign"}
    assert {name for name in vars(PivCard) if not name.startswith("_")} - inner <= set(CARD_VERBS)


@given(talk=TALK)
def test_no_beginning_breaks_out(talk: list[bytes]) -> None:
    with suppress(BilikError):
        assert len(PivCard(CannedLine(talk)).id) == 32


@pytest.mark.parametrize("verb", CARD_VERBS)
@given(talk=TALK)
def test_no_answer_breaks_out_of_the_booth_s_verbs(verb: str, talk: list[bytes]) -> None:
    card, _ = shown(*talk)
    with suppress(BilikError):
        CARD_VERBS[verb](card)


@pytest.mark.parametrize("verb", ADMIN_VERBS)
@given(talk=TALK)
def test_no_answer_breaks_out_of_the_district_s_verbs(verb: str, talk: list[bytes]) -> None:
    with suppress(BilikError):
        ADMIN_VERBS[verb](PivAdmin(canned(*talk)[0]))


# Good answers with a fault in them


Change = tuple[str, int, bytes]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["flip", "insert", "cut", "double", "shorten"]),
        st.integers(0, 80),
        st.binary(min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=3,
)


def changed(good: bytes, changes: list[Change]) -> bytes:
    """``good`` with some bytes flipped, put in, taken out or doubled; never ``good`` itself."""
    data = good
    for way, at, extra in changes:
        head, tail = data[:at], data[at:]
        made = {
            "flip": head + bytes(a ^ b for a, b in zip(tail, extra, strict=False)) + tail[len(extra) :],
            "insert": head + extra + tail,
            "cut": head + tail[len(extra) :],
            "double": head + tail[:8] + tail,
            "shorten": head,
        }
        data = made[way]
    return data if data != good else good + b"\0"


def mutated(good: bytes) -> st.SearchStrategy[bytes]:
    return CHANGES.map(lambda changes: changed(good, changes))


SIGNED = KEY.sign(b"pesan", ec.ECDSA(hashes.SHA256()))


@given(told=mutated(answer((0x82, SIGNED))))
def test_a_mutated_signature_is_refused_or_canonical(told: bytes) -> None:
    try:
        found = canned(told)[0].sign(Slot.UNLOCK, b"pesan")
    except BilikError:
        return
    r, s = decode_dss_signature(found)
    assert encode_dss_signature(r, s) == found
    assert 1 <= r < N
    assert 1 <= s < N
    assert told.endswith(found + OK)


@given(told=mutated(answer((0x82, bytes(range(32))))))
def test_a_mutated_shared_secret_is_refused_or_32_bytes_of_the_answer(told: bytes) -> None:
    try:
        found = shown(told)[0].agree(Slot.UNWRAP, POINT).reveal()
    except BilikError:
        return
    assert len(found) == 32
    assert found + OK == told[-34:]


@given(told=mutated(answer((0x86, POINT), outer=0x7F49)))
def test_a_mutated_point_is_never_believed_off_the_curve(told: bytes) -> None:
    try:
        found = PivAdmin(canned(told)[0]).generate(Slot.SIGN)
    except BilikError:
        return
    assert is_point(found)
    assert found + OK == told[-67:]


@given(told=mutated(CHUID))
def test_a_mutated_identity_is_refused_or_stands_in_the_answer(told: bytes) -> None:
    try:
        card = PivCard(CannedLine([SELECTED, told]))
    except BilikError:
        return
    assert card.id == "0" * 32 or bytes.fromhex(card.id) in told


class Knowing:
    """A card that knows the management key and proves it with a fault."""

    def __init__(self, spoil: Callable[[bytes], bytes]) -> None:
        self._spoil = spoil

    def transmit(self, apdu: Apdu) -> bytes:
        raw = apdu.reveal()
        if raw[1] == 0xA4:
            return SELECTED
        if raw[1] == 0xCB:
            return CHUID
        if raw[1] == 0xC0:
            return bytes.fromhex("6F00")
        if raw.endswith(b"\x80\x00\x00"):
            return answer((0x80, DEFAULT_MANAGEMENT_KEY.encrypt(Secret(b"witness!")).reveal()))
        challenge = raw[-9:-1]
        assert raw[7:-9] == b"\x80\x08witness!\x81\x08"
        return self._spoil(answer((0x82, DEFAULT_MANAGEMENT_KEY.encrypt(Secret(challenge)).reveal())))


def test_a_card_that_knows_its_management_key_is_believed() -> None:
    assert PivAdmin(PivCard(Knowing(bytes))).authenticate(DEFAULT_MANAGEMENT_KEY)


@given(changes=CHANGES)
def test_a_mutated_proof_is_believed_only_where_it_is_still_the_same(changes: list[Change]) -> None:
    told: list[tuple[bytes, bytes]] = []

    def spoil(good: bytes) -> bytes:
        told.append((good, changed(good, changes)))
        return told[-1][1]

    with suppress(BilikError):
        if PivAdmin(PivCard(Knowing(spoil))).authenticate(DEFAULT_MANAGEMENT_KEY):
            right, shown_instead = told[-1]
            # A length may be written in more than one way; the proof itself may not.
            assert shown_instead.endswith(right[-10:])
