"""The management key (9B), which lets somebody write to a card, and the two ciphers that it may be of.

Source: NIST SP 800-73-5 part 2, section 3.2.4 and appendix A; SP 800-78-5, table 8 (algorithm identifiers).
"""

import secrets
from enum import IntEnum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from config.errors import InputError
from config.secret import Key, Secret


class ManagementAlgorithm(IntEnum):
    """Cipher of a management key, by its PIV identifier."""

    TRIPLE_DES = 0x03
    AES_128 = 0x08
    AES_192 = 0x0A
    AES_256 = 0x0C

    @property
    def key_bytes(self) -> int:
        """Length of a key: 24, 16, 24 or 32 bytes."""
        return {self.AES_128: 16, self.AES_256: 32}.get(self, 24)

    @property
    def block_bytes(self) -> int:
        """Length of a challenge, which is one block: 8 or 16 bytes."""
        return 8 if self is self.TRIPLE_DES else 16


class ManagementKey(Key):
    """A management key and its algorithm; raises InputError when the length is another one."""

    __slots__ = ("algorithm",)

    def __init__(self, value: bytes, algorithm: ManagementAlgorithm) -> None:
        super().__init__(value)
        self.algorithm = algorithm
        if len(value) != algorithm.key_bytes:
            del value  # a traceback with its locals shows no key
            raise InputError(
                "A management key has another length. Get it anew from the district's records.",
                id="Panjang kunci pengelola kartu tidak cocok. Ambil ulang dari catatan kabupaten.",
            )

    @classmethod
    def fresh(cls, algorithm: ManagementAlgorithm) -> "ManagementKey":
        """A new random key."""
        return cls(secrets.token_bytes(algorithm.key_bytes), algorithm)

    def encrypt(self, block: Secret[bytes]) -> Secret[bytes]:
        """One block through the cipher."""
        work = self._cipher().encryptor()
        return Secret(work.update(block.reveal()) + work.finalize())

    def decrypt(self, block: Secret[bytes]) -> Secret[bytes]:
        """One block back."""
        work = self._cipher().decryptor()
        return Secret(work.update(block.reveal()) + work.finalize())

    def _cipher(self) -> Cipher[modes.ECB]:
        cipher = TripleDES if self.algorithm is ManagementAlgorithm.TRIPLE_DES else AES
        # One random block and nothing else: the standard's challenge has no mode.
        return Cipher(cipher(self.reveal()), modes.ECB())  # noqa: S305


_FACTORY = bytes.fromhex("010203040506070801020304050607080102030405060708")
DEFAULT_MANAGEMENT_KEY = ManagementKey(_FACTORY, ManagementAlgorithm.TRIPLE_DES)
"""The factory's key of most cards (3DES)."""
DEFAULT_MANAGEMENT_KEYS = (DEFAULT_MANAGEMENT_KEY, ManagementKey(_FACTORY, ManagementAlgorithm.AES_192))
"""All factory keys known: cards of 2024 and later (YubiKey 5.7) have the same bytes as an AES-192 key."""


def factory_key(algorithm: ManagementAlgorithm) -> ManagementKey:
    """The factory's key in a card's own cipher, as far as cards come with it, else in 3DES."""
    return next((key for key in DEFAULT_MANAGEMENT_KEYS if key.algorithm is algorithm), DEFAULT_MANAGEMENT_KEY)
