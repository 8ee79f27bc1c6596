"""The reader in front of a real pcscd: two cards, cables, other programs, radio, and a long day."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from smartcard import scard

from booth import appliance as booth
from config.cards import pcsc
from config.cards.pcsc import PcscReader, ReaderBusy
from config.cards.piv.card import PivCard
from config.cards.port import (
    CardDamaged,
    CardGone,
    ReaderGone,
    Slot,
    TwoCards,
)
from config.cards.soft import SoftReader
from config.cards.virtual import faults
from tests.cards.pcsc.watching import (
    TWIN,
    pcsc_threads,
    pcscd_of,
    seen,
    until,
    wait_card,
    wait_empty,
)

# Readers


def test_two_cards(reader, card, virtual_reader, deck):
    file, known = deck.card()
    virtual_reader.insert(file, slot=1)
    until(lambda: isinstance(seen(reader), TwoCards))
    with pytest.raises(CardGone):
        card.sign(Slot.UNLOCK, b"x")
    virtual_reader.remove(slot=0)
    until(lambda: not isinstance(seen(reader), TwoCards))
    assert wait_card(reader).id == known.id


def test_a_reader_is_chosen_by_a_part_of_its_name(bystander, virtual_reader, deck):
    virtual_reader.insert(deck.card()[0])
    bystander.sees(True)
    with contextlib.closing(PcscReader("twin 00 01")) as other, contextlib.closing(PcscReader("ACR39")) as none:
        assert other.card() is None
        with pytest.raises(ReaderGone):
            none.card()
        with contextlib.closing(PcscReader("Twin 00 00")) as right:
            assert isinstance(right.card(), PivCard)


def test_the_reader_is_unplugged_and_comes_back(reader, card, virtual_reader):
    virtual_reader.unplug()
    until(lambda: isinstance(seen(reader), ReaderGone))
    with pytest.raises(CardGone):
        card.sign(Slot.UNLOCK, b"x")
    virtual_reader.plug()
    wait_card(reader, other_than=card)


def test_pcscd_is_killed_in_the_middle_and_comes_back(reader, card, virtual_reader):
    os.kill(pcscd_of(virtual_reader), signal.SIGKILL)
    with pytest.raises((CardGone, ReaderGone)):
        card.sign(Slot.UNLOCK, b"x")
    until(lambda: isinstance(seen(reader), ReaderGone))
    virtual_reader.plug()
    wait_card(reader, other_than=card)


def test_pcscd_hangs_and_goes_on(bystander, virtual_reader, deck, monkeypatch):
    monkeypatch.setattr(pcsc, "WATCH_MS", 100)
    monkeypatch.setattr(pcsc, "LOOK_TIMEOUT_S", 0.2)
    pcscd = pcscd_of(virtual_reader)
    virtual_reader.insert(deck.card()[0])
    with contextlib.closing(PcscReader()) as reader:
        card = wait_card(reader)
        os.kill(pcscd, signal.SIGSTOP)
        try:
            # What lay there before is believed for a moment; nobody waits for pcscd meanwhile.
            begin = time.monotonic()
            looks = 0
            while not isinstance(seen(reader), ReaderGone):
                looks += 1
            assert time.monotonic() - begin < 10, "a stopped pcscd answers never"
            assert looks > 10
            for _ in range(50):
                assert isinstance(seen(reader), ReaderGone)
            assert pcsc_threads() <= 2
        finally:
            os.kill(pcscd, signal.SIGCONT)
        again = wait_card(reader, other_than=card)
        # The last answer may be the late one, and its thread on its way out: the next look makes another.
        until(lambda: seen(reader) is again and pcsc_threads() == 2)


def test_no_pcscd_at_all(tmp_path):
    ask = (
        "from config.cards.pcsc import PcscReader as R\ntry: R().card()\nexcept Exception as e: print(type(e).__name__)"
    )
    environment = os.environ | {"PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody")}
    ran = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("ReaderGone\n", "")


THROWN = {
    "a name cut within a letter": SystemError("returned NULL without setting an exception"),
    "no UTF-8": UnicodeDecodeError("utf-8", b"\xc3", 0, 1, "unexpected end of data"),
    "a number too large": OverflowError("can't convert negative number to unsigned long"),
    "another type": TypeError("Expected type"),
    "pyscard's own": scard.error("no such function"),
}


@pytest.mark.parametrize("function", ["SCardListReaders", "SCardGetStatusChange"])
@pytest.mark.parametrize("thrown", THROWN.values(), ids=THROWN)
def test_whatever_pyscard_throws_is_a_reader_that_does_not_answer(reader, monkeypatch, thrown, function):
    def throws(*_):
        raise thrown

    with monkeypatch.context() as patched:
        patched.setattr(scard, function, throws)
        reader.close()
        for call in (reader.card, reader.lies):
            with pytest.raises(ReaderGone):
                call()
    wait_empty(reader)


@pytest.mark.parametrize("thrown", THROWN.values(), ids=THROWN)
def test_whatever_pyscard_throws_at_a_card_is_a_sentence(card, monkeypatch, thrown):
    def throws(*_):
        raise thrown

    monkeypatch.setattr(scard, "SCardTransmit", throws)
    with pytest.raises(CardDamaged):
        card.sign(Slot.UNLOCK, b"x")


def test_nobody_else_speaks_to_our_card(card, bystander):
    ran = subprocess.run(["opensc-tool", "--reader", "0", "--name"], capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "in use by another" in ran.stderr
    code, _, _ = scard.SCardConnect(
        bystander.context, f"{TWIN}0", scard.SCARD_SHARE_DIRECT, scard.SCARD_PROTOCOL_UNDEFINED
    )
    assert code == scard.SCARD_E_SHARING_VIOLATION
    assert card.sign(Slot.UNLOCK, b"x")


def test_another_program_holds_the_card(reader, bystander, virtual_reader, deck):
    virtual_reader.insert(deck.card()[0])
    bystander.sees(True)
    with bystander.holding():
        for _ in range(2):
            with pytest.raises(ReaderBusy):
                reader.card()
    wait_card(reader)


def test_a_card_over_radio(reader, virtual_reader, deck):
    virtual_reader.fault(faults.Contactless())
    virtual_reader.insert(deck.card()[0])
    assert wait_card(reader).contactless


CONTACT, RADIO = "3BFD1300008131FE158073C021C057597562694B657940", "3B8080010101"
TOLD_BY = {
    "nothing": ("Alcor Micro AU9540 00 00", CONTACT, False),
    "contact": ("HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422 Contact Reader] 00 00", CONTACT, False),
    "class": ("Generic Class Clover Reader 00 00", CONTACT, False),
    "T=0 only": ("Alcor Micro AU9540 00 00", "3B02145E", False),
    "ATR": ("Alcor Micro AU9540 00 00", RADIO, True),
    "contactless": ("SCM SCL010 Contactless Reader 00 00", CONTACT, True),
    "CL": ("ELYCTIS CL reader 00 00", CONTACT, True),
    "5422CL": ("HID Global OMNIKEY 5422 [OMNIKEY 5422CL Smartcard Reader] 00 00", CONTACT, True),
    "PICC": ("ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00", CONTACT, True),
    "NFC": ("SpringCard NFC'Roll 00 00", CONTACT, True),
}


@pytest.mark.parametrize(("name", "atr", "radio"), TOLD_BY.values(), ids=TOLD_BY)
def test_radio_is_told_by_name_and_atr(name, atr, radio):
    assert pcsc._Lying(name, 1, mute=False, atr=bytes.fromhex(atr)).contactless is radio


FRAMES = {
    "no data, no Le": ("00A4040C", "00A4040C00"),
    "Le alone": ("00C0000010", "00C0000010"),
    "data": ("0020008008" + "31" * 8, "0020008008" + "31" * 8),
    "data and Le": ("00CB3FFF055C035FC10200", "00CB3FFF055C035FC102"),
}


@pytest.mark.parametrize(("command", "framed"), FRAMES.values(), ids=FRAMES)
def test_commands_over_t0(command, framed):
    assert pcsc._framed(bytes.fromhex(command), scard.SCARD_PROTOCOL_T0).hex().upper() == framed
    assert pcsc._framed(bytes.fromhex(command), scard.SCARD_PROTOCOL_T1).hex().upper() == command


# Over a long day


def test_a_long_day_leaves_nothing_behind(reader, virtual_reader, bystander, deck):
    file, known = deck.card()
    stays, connections = 2, 60

    def held() -> tuple[int, int]:
        return pcsc_threads(), len(list(Path("/proc/self/fd").iterdir()))

    reader.card()
    empty = held()
    for _ in range(stays):
        virtual_reader.insert(file)
        assert wait_card(reader).id == known.id
        virtual_reader.remove()
        wait_empty(reader)
    until(lambda: held() == empty)
    virtual_reader.insert(file)
    bystander.sees(True)
    for _ in range(connections):
        assert isinstance(reader.card(), PivCard)
        reader.close()
        # Exclusive: the next connection wants the one before to be over.
        until(lambda: pcsc_threads() == 0)
    virtual_reader.remove()
    wait_empty(reader)
    until(lambda: held() == empty)


# The booth's option


OPTIONS = {
    "pcsc": PcscReader,
    "pcsc:ACR39": PcscReader,
    "/run/somewhere/pcsc": SoftReader,
    "./pcsc": SoftReader,
}


@pytest.mark.parametrize(("option", "kind"), OPTIONS.items(), ids=OPTIONS)
def test_the_booths_option(tmp_path, option, kind):
    arguments = ["--data", str(tmp_path / "data"), "--desk", str(tmp_path), "--card", option]
    assert isinstance(booth._device(booth._parser().parse_args(arguments)).reader, kind)
