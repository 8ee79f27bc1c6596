"""Speaks to the applet without any reader, byte by byte."""

from pathlib import Path

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from config.cards.virtual.applet import Applet
from config.cards.virtual.card import Profile, new_virtual_card

SELECT = "00A4040009A00000030800001000"
DEFAULT_KEY = bytes.fromhex("0102030405060708" * 3)


class Host:
    """A card under power and who speaks to it."""

    def __init__(self, path: Path, profile: Profile = Profile.YUBICO, *, select: bool = True) -> None:
        self.path = path
        if not path.exists():
            new_virtual_card(path, profile)
        self.applet = Applet(path)
        if select:
            assert self.status(SELECT) == "9000"

    def say(self, command: str | bytes) -> bytes:
        return self.applet.process(bytes.fromhex(command) if isinstance(command, str) else command)

    def status(self, command: str | bytes) -> str:
        """The status word of the answer, which has no other part when it is a refusal."""
        return self.say(command)[-2:].hex().upper()

    def data(self, command: str | bytes) -> bytes:
        """The data of an answer that must have ended well."""
        answer = self.say(command)
        assert answer.endswith(b"\x90\x00"), answer.hex()
        return answer[:-2]

    def verify(self, pin: str = "123456") -> str:
        return self.status("0020008008" + padded(pin))

    def manage(self, key: bytes = DEFAULT_KEY, algorithm: int = 0x03) -> str:
        """Answers the card's challenge with the management key."""
        challenge = self.data(f"0087{algorithm:02X}9B047C028100")[4:]
        answer = encrypt(key, algorithm, challenge)
        fields = bytes([0x82, len(answer)]) + answer
        return self.status(bytes([0, 0x87, algorithm, 0x9B, len(fields) + 2, 0x7C, len(fields)]) + fields)

    def generate(self, slot: str) -> bytes:
        """A fresh key: its point, 65 bytes."""
        return self.data(f"004700{slot}05AC03800111")[-65:]

    def sign(self, slot: str, digest: bytes = b"\x07" * 32) -> bytes:
        """The whole answer."""
        return self.say(f"008711{slot}267C2482008120" + digest.hex())

    def agree(self, slot: str, point: bytes) -> bytes:
        """The whole answer."""
        return self.say(f"008711{slot}477C4582008541" + point.hex())


def padded(pin: str) -> str:
    return pin.encode().ljust(8, b"\xff").hex()


def encrypt(key: bytes, algorithm: int, block: bytes) -> bytes:
    context = Cipher(TripleDES(key) if algorithm == 0x03 else AES(key), modes.ECB()).encryptor()  # noqa: S305
    return context.update(block) + context.finalize()


def decrypt(block: bytes) -> bytes:
    """With the management key of a fresh card."""
    context = Cipher(TripleDES(DEFAULT_KEY), modes.ECB()).decryptor()  # noqa: S305
    return context.update(block) + context.finalize()
