"""No PIN, PUK, key or shared secret leaves the card's room as text, whatever fails."""

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest

from config.cards.piv import commands
from config.cards.piv.admin import PivAdmin
from config.cards.piv.apdu import Answer, Apdu, Command
from config.cards.piv.management import ManagementAlgorithm, ManagementKey
from config.cards.port import Slot
from config.errors import BilikError
from config.secret import Pin, Puk, Secret
from tests.cards.piv.line import OK, POINT, answer, canned, shown

PIN, NEW_PIN, PUK, NEW_PUK = "739164", "502817", "86420975", "13572468"
KEY = bytes(range(0x41, 0x59))
SHARED = bytes(range(0xA1, 0xC1))

HIDDEN: dict[str, object] = {
    "apdu": commands.verify(Pin(PIN)).pieces()[0],
    "apdu of nothing": Apdu(b""),
    "answer": Answer(SHARED, 0x9000),
    "data of a command": commands.change_pin(Pin(PIN), Pin(NEW_PIN)).data,
    "management key": ManagementKey(KEY, ManagementAlgorithm.TRIPLE_DES),
}
WAYS_OUT: dict[str, Callable[[object], object]] = {
    "str": str,
    "f-string": lambda held: f"{held}",
    "percent": lambda held: "%s" % (held,),  # noqa: UP031
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "hash": hash,
    "equal": lambda held: held == held,
    "bytes": bytes,  # type: ignore[dict-item]
    "json": json.dumps,
}


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize("name", HIDDEN)
def test_there_is_no_way_out(name: str, way: str) -> None:
    with pytest.raises(TypeError):
        WAYS_OUT[way](HIDDEN[name])


@pytest.mark.parametrize("name", HIDDEN)
def test_its_repr_and_what_a_log_makes_of_it_show_nothing(name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert repr(HIDDEN[name]) == f"<{type(HIDDEN[name]).__name__}>"
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("card").debug("sent %r", HIDDEN[name])
    assert PIN not in caplog.text
    assert PIN.encode().hex() not in caplog.text


def test_a_command_in_text_hides_its_data() -> None:
    assert "data=<Secret>" in repr(commands.unblock(Puk(PUK), Pin(PIN)))
    with pytest.raises(TypeError):
        pickle.dumps(Command(0x20, 0, 0x80, Secret(b"")))


Do = Callable[[], object]


def fails(status: str) -> dict[str, Do]:
    """Every verb that handles a secret, told a status that it cannot accept."""
    key = ManagementKey(KEY, ManagementAlgorithm.TRIPLE_DES)
    old_pin, new_pin, old_puk, new_puk = Pin(PIN), Pin(NEW_PIN), Puk(PUK), Puk(NEW_PUK)
    plain = PivAdmin(canned(status)[0])
    witness = answer((0x80, bytes(8)))
    return {
        "verify_pin": lambda: canned(status)[0].verify_pin(old_pin),
        "agree": lambda: shown(status)[0].agree(Slot.UNWRAP, POINT),
        "change_pin": lambda: plain.change_pin(old_pin, new_pin),
        "change_puk": lambda: plain.change_puk(old_puk, new_puk),
        "unblock": lambda: plain.unblock(old_puk, new_pin),
        "change_management_key": lambda: plain.change_management_key(key),
        "authenticate": lambda: PivAdmin(canned(witness, status)[0]).authenticate(key),
    }


SECRETS = (PIN, NEW_PIN, PUK, NEW_PUK)


def text_of(do: Do) -> str:
    """The whole story of a failure, with all local variables of all frames."""
    try:
        do()
    except BilikError as fault:
        return "".join(traceback.TracebackException.from_exception(fault, capture_locals=True).format())
    raise AssertionError("it did not fail")


def leaks(text: str, secrets: tuple[bytes, ...]) -> list[bytes]:
    """Which of them stand in a text, as repr or in hexadecimal."""
    low = text.lower()
    return [one for one in secrets if repr(one)[2:-1].lower() in low or one.hex() in low]


FAILURES = [
    (verb, status)
    for verb in fails("6F00")
    for status in ("6F00", "63C2", "6983", "", "00", "DEADBEEF9000", "AA" * 300)
    # A wrong management key is an answer, not a failure.
    if (verb, status) not in (("authenticate", "63C2"), ("authenticate", "6983"))
]


@pytest.mark.parametrize(("verb", "status"), FAILURES)
def test_a_failure_s_traceback_with_locals_shows_no_secret(verb: str, status: str) -> None:
    text = text_of(fails(status)[verb])
    assert leaks(text, (*(one.encode() for one in SECRETS), KEY)) == []
    assert "self = " in text, "the locals were there to be seen"


GARBLED = {
    "a byte too many": answer((0x82, SHARED + b"\0")),
    "a byte too few": answer((0x82, SHARED[:-1])),
    "bytes after it": answer((0x82, SHARED), tail=b"\0"),
    "another tag": answer((0x83, SHARED)),
    "with a wrong status": answer((0x82, SHARED))[:-2] + bytes.fromhex("6F00"),
    "longer than is read": SHARED * 9 + OK,
    "in crumbs": answer((0x82, SHARED))[:-2] + bytes.fromhex("6105"),
}


@pytest.mark.parametrize("name", GARBLED)
def test_a_garbled_shared_secret_does_not_leak_by_its_refusal(name: str) -> None:
    text = text_of(lambda: shown(GARBLED[name])[0].agree(Slot.UNWRAP, POINT))
    assert leaks(text, (SHARED[:16],)) == []


def test_the_judge_of_leaks_would_see_one() -> None:
    def leaky(digits: str, raw: bytes) -> None:
        raise BilikError("x", id="x")

    assert leaks(text_of(lambda: leaky(PIN, SHARED)), (PIN.encode(), SHARED)) == [PIN.encode(), SHARED]


def test_a_management_key_of_a_wrong_length_is_not_shown() -> None:
    def load() -> None:
        ManagementKey(Secret(KEY[:-1]).reveal(), ManagementAlgorithm.TRIPLE_DES)

    assert leaks(text_of(load), (KEY[:-1],)) == []
