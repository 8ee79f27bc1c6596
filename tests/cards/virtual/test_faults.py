"""Each fault as it arrives at a program that asks pcscd: what the line does, and what the card itself says."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from config.cards.virtual.card import new_virtual_card
from config.cards.virtual.control import answer
from config.cards.virtual.faults import (
    Contactless,
    Garbage,
    OldSignature,
    OtherCard,
    Pulled,
    Silent,
    Slow,
    TooLong,
    Unproven,
    WrongPoint,
    spoil,
)
from config.cards.virtual.reader import VirtualReader
from config.cards.virtual.verbs import Reply
from config.errors import OperatorError
from tests.cards.virtual.host import Host
from tests.cards.virtual.tools import Bench, issued_bench

READER = "Bilik Twin 00 00"
SELECT = bytes.fromhex("00A4040009A00000030800001000")


class Line:
    """The reader as libpcsclite shows it to a program, without any help."""

    def __init__(self) -> None:
        from smartcard import scard

        self.scard: Any = scard
        status, self.context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        assert status == scard.SCARD_S_SUCCESS
        self.card: Any = None

    def state(self) -> tuple[int, str]:
        """Flags and ATR."""
        status, [(_, flags, atr)] = self.scard.SCardGetStatusChange(self.context, 0, [(READER, 0)])
        assert status == self.scard.SCARD_S_SUCCESS
        return flags, bytes(atr).hex()

    def connect(self) -> int:
        mode = self.scard.SCARD_SHARE_EXCLUSIVE
        status, card, _ = self.scard.SCardConnect(self.context, READER, mode, self.scard.SCARD_PROTOCOL_T1)
        self.card = card if status == self.scard.SCARD_S_SUCCESS else None
        return int(status)

    def say(self, command: bytes) -> bytes:
        """The answer; empty when there was none."""
        status, answer = self.scard.SCardTransmit(self.card, self.scard.SCARD_PCI_T1, list(command))
        return bytes(answer) if status == self.scard.SCARD_S_SUCCESS else b""

    def end(self) -> None:
        self.disconnect()
        self.scard.SCardReleaseContext(self.context)

    def disconnect(self) -> None:
        if self.card is not None:
            self.scard.SCardDisconnect(self.card, self.scard.SCARD_RESET_CARD)
        self.card = None


@pytest.fixture
def line(virtual_reader):
    made = Line()
    yield made
    made.end()


@pytest.fixture
def card(tmp_path):
    new_virtual_card(tmp_path / "card.piv")
    return tmp_path / "card.piv"


@pytest.fixture
def connected(virtual_reader, line, card) -> Callable[[Any], Line]:
    """Puts the card in with a fault and connects to it."""

    def connect(fault):
        virtual_reader.fault(fault)
        virtual_reader.insert(card)
        virtual_reader.settle()
        assert line.connect() == 0
        return line

    return connect


def test_a_silent_card_is_there_and_mute(virtual_reader, line, card):
    virtual_reader.fault(Silent())
    virtual_reader.insert(card)
    virtual_reader.settle()
    flags, atr = line.state()
    assert flags & line.scard.SCARD_STATE_PRESENT
    assert flags & line.scard.SCARD_STATE_MUTE
    assert atr == ""
    assert line.connect() == line.scard.SCARD_W_UNPOWERED_CARD


def test_a_contactless_card_says_so_in_its_atr(connected):
    line = connected(Contactless())
    assert line.state()[1].startswith("3b8d8001")
    assert line.say(SELECT).endswith(b"\x90\x00"), "and works"


def says_nothing_of_piv(line: Line) -> None:
    assert line.say(SELECT).hex() == "6a82"


def says_garbage(line: Line) -> None:
    answers = {line.say(SELECT) for _ in range(5)}
    assert len(answers) > 1
    assert all(2 <= len(answer) <= 258 for answer in answers)


def says_too_much(line: Line) -> None:
    answer = line.say(SELECT)
    assert len(answer) == 65535
    assert answer.endswith(b"\x90\x00")


def takes_its_time(line: Line) -> None:
    began = time.monotonic()
    says_what_it_should(line)
    assert time.monotonic() - began >= 0.2


def says_what_it_should(line: Line) -> None:
    assert line.say(SELECT).endswith(b"\x90\x00")


def test_faults_come_and_go_while_the_card_lies_in(virtual_reader, connected):
    line = connected(None)
    seen = {
        OtherCard(): says_nothing_of_piv,
        Garbage(): says_garbage,
        TooLong(): says_too_much,
        Slow(seconds=0.2): takes_its_time,
    }
    for fault, is_so in seen.items():
        virtual_reader.fault(fault)
        is_so(line)
        assert virtual_reader.state.fault == fault
        virtual_reader.fault(None)
        says_what_it_should(line)


def test_a_card_is_pulled_after_so_many_commands_and_comes_back_whole(virtual_reader, connected, card):
    line = connected(Pulled(after=2))
    assert [line.say(SELECT)[-2:].hex() for _ in range(3)] == ["9000", "9000", ""]
    assert virtual_reader.state.cards == (None, None)
    assert virtual_reader.state.fault is None, "it happens once"
    virtual_reader.settle()
    assert not line.state()[0] & line.scard.SCARD_STATE_PRESENT
    line.disconnect()
    virtual_reader.insert(card)
    virtual_reader.settle()
    assert line.connect() == 0
    assert [line.say(SELECT)[-2:].hex() for _ in range(4)] == ["9000"] * 4


def test_a_card_pulled_from_a_slow_answer_is_gone_at_once(virtual_reader, connected):
    line = connected(Slow(seconds=60))
    hand = threading.Timer(0.1, virtual_reader.remove)
    hand.start()
    began = time.monotonic()
    assert line.say(SELECT) == b""
    assert time.monotonic() - began < 5
    hand.join()


def test_security_is_lost_with_each_reset(connected):
    line = connected(None)
    line.say(SELECT)
    assert line.say(bytes.fromhex("0020008008313233343536FFFF")).hex() == "9000"
    assert line.say(bytes.fromhex("00200080")).hex() == "9000"
    scard = line.scard
    scard.SCardReconnect(line.card, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T1, scard.SCARD_RESET_CARD)
    assert line.say(bytes.fromhex("00200080")).hex() == "6d00", "not even selected"
    line.say(SELECT)
    assert line.say(bytes.fromhex("00200080")).hex() == "63c3"


# Faults of the card itself: seen by tools, and told apart from the truth


@pytest.fixture(scope="module")
def issued_card(virtual_reader, tmp_path_factory) -> Iterator[Bench]:
    """It lies in a reader of its own for all these tests."""
    with VirtualReader(tmp_path_factory.mktemp("reader")) as reader:
        yield issued_bench(reader, tmp_path_factory.mktemp("issued"))


@pytest.fixture
def issued(issued_card) -> Iterator[Bench]:
    yield issued_card
    issued_card.reader.fault(None)


def test_wrong_points_in_certificates_and_new_keys(issued):
    issued.reader.fault(WrongPoint())
    shown = issued.run("pkcs15-tool", "--read-certificate", "01").partition("-----BEGIN")
    certificate = x509.load_pem_x509_certificate((shown[1] + shown[2]).encode())
    with pytest.raises(ValueError):  # noqa: PT011 -- the library says it in many ways
        certificate.public_key()
    issued.yubico("--action=generate", "--slot=9a", "--algorithm=ECCP256", status=1)


def test_a_wrong_point_gives_another_secret(issued):
    test = ("--action=verify-pin", "--pin=123456", "--action=test-decipher", "--slot=9d", "--input=9d.crt")
    assert "Successfully performed ECDH" in issued.yubico(*test)
    issued.reader.fault(WrongPoint())
    assert "Successfully performed ECDH" not in issued.yubico(*test, status=1)


@pytest.mark.parametrize("fault", [OldSignature(), Unproven()], ids=["old signature", "unproven"])
def test_signatures_that_do_not_verify(issued, fault):
    test = ("--action=test-signature", "--slot=9e", "--input=9e.crt")
    assert "Successful ECDSA verification." in issued.yubico(*test)
    issued.reader.fault(fault)
    assert "Successful ECDSA" not in issued.yubico(*test, status=1)


def test_an_old_signature_is_the_cards_own_and_a_stranger_is_not(tmp_path):
    """What tells the two apart: one comes from the right key, over another challenge."""
    host = Host(tmp_path / "card.piv")
    host.manage()
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), host.generate("9E"))
    heard: list[bytes] = []

    def listen(session, command, handler):
        heard.append(command.data)
        return handler(session, command)

    digest = bytes(32)
    host.applet._spoil = lambda *call: spoil(OldSignature(), *call[:2], lambda s, c: listen(s, c, call[2]))
    signature = host.sign("9E", digest)[4:-2]
    signed = heard[-1][-32:]
    assert signed != digest
    public.verify(signature, signed, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    host.applet._spoil = lambda *call: spoil(Unproven(), *call)
    with pytest.raises(InvalidSignature):
        public.verify(host.sign("9E", digest)[4:-2], digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


# What can be asked

ASKED = {
    "no JSON": b"insert\n",
    "another verb": b'{"do":"burn"}\n',
    "another fault": b'{"do":"fault","fault":{"fault":"burning"}}\n',
    "a fault without its figure": b'{"do":"fault","fault":{"fault":"slow"}}\n',
    "slow for ever": b'{"do":"fault","fault":{"fault":"slow","seconds":1e9}}\n',
    "a third slot": b'{"do":"insert","card":"/x","slot":2}\n',
    "an unknown field": b'{"do":"state","now":true}\n',
    "bytes": b"\xff\x00\n",
}


@pytest.mark.parametrize("line_", ASKED.values(), ids=ASKED)
def test_what_the_reader_does_not_know_is_refused_with_a_sentence(line_):
    def never(request):
        raise AssertionError(request)

    reply = msgspec.json.decode(answer(line_, never), type=Reply)
    assert reply.ok is None
    assert "does not know this request" in reply.error
    assert "tidak mengenal" in reply.id


def test_two_cards_at_once_are_refused_with_the_readers_own_words(virtual_reader, card):
    virtual_reader.insert(card)
    with pytest.raises(OperatorError, match="Take it out first") as refused:
        virtual_reader.insert(card, 1)
    assert "Cabut dulu" in refused.value.id
