"""Lines for the tests: one that says what it was told to say, and one to the applet of the virtual card."""

from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.piv import tlv
from config.cards.piv.admin import DEFAULT_PIN
from config.cards.piv.apdu import Apdu
from config.cards.piv.card import PivCard
from config.cards.port import CardGone
from config.cards.virtual.applet import Applet
from config.cards.virtual.card import Profile, new_virtual_card

GUID = "00112233445566778899aabbccddeeff"
SELECTED = bytes.fromhex("61114F0600001000010079074F05A000000308 9000")
CHUID = bytes.fromhex(
    "533B 3019D4E739DA739CED39CE739D836858210842108421C84210C3EB 3410" + GUID + "35083939393931323331 3E00 FE00 9000"
)
OK = bytes.fromhex("9000")
KEY = ec.derive_private_key(7, ec.SECP256R1())
POINT = KEY.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def answer(*fields: tuple[int, bytes], outer: int = 0x7C, tail: bytes = b"") -> bytes:
    """One template and the status word for "done"."""
    return tlv.encode(outer, b"".join(tlv.encode(tag, value) for tag, value in fields)) + tail + OK


class CannedLine:
    """Answers in the given order, then as a card that is away; keeps what it was sent."""

    def __init__(self, answers: Iterable[bytes]) -> None:
        self._answers = iter(answers)
        self.sent: list[str] = []

    def transmit(self, apdu: Apdu) -> bytes:
        self.sent.append(apdu.reveal().hex().upper())
        answer = next(self._answers, None)
        if answer is None:
            raise CardGone
        return answer


class AppletLine:
    """The virtual card's applet, without a reader between."""

    def __init__(self, applet: Applet) -> None:
        self._applet = applet
        self.sent: list[str] = []

    def transmit(self, apdu: Apdu) -> bytes:
        self.sent.append(apdu.reveal().hex().upper())
        return self._applet.process(apdu.reveal())


def canned(*answers: str | bytes) -> tuple[PivCard, CannedLine]:
    """A card that was found, and that answers the next commands so (hexadecimal or bytes)."""
    line = CannedLine([SELECTED, CHUID, *(bytes.fromhex(text) if isinstance(text, str) else text for text in answers)])
    card = PivCard(line)
    line.sent.clear()
    return card, line


def shown(*answers: str | bytes) -> tuple[PivCard, CannedLine]:
    """The same with the PIN shown and accepted."""
    card, line = canned(OK, *answers)
    card.verify_pin(DEFAULT_PIN)
    line.sent.clear()
    return card, line


def virtual(folder: Path, profile: Profile = Profile.YUBICO) -> tuple[PivCard, AppletLine]:
    """A factory-fresh virtual card, just put in."""
    path = folder / f"{profile.value}.piv"
    new_virtual_card(path, profile)
    line = AppletLine(Applet(path))
    return PivCard(line), line
