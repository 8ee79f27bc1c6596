"""What the district keeps of every card that it issued: PUK and management key, sealed under the root key.

They lie in ``card-keys/<id>`` of the workspace from before they are set on the card, so that a card that was pulled
out, or a laptop that lost its power, is never left with keys that nobody has. A file is one JSON record::

    format  "bilik-card-keys/1"
    card    the card's id, 32 hexadecimal digits, as in the file's name
    box     Base64 of XSalsa20-Poly1305: nonce (24 bytes), then the boxed JSON of ``CardSecrets``

The box's key is BLAKE2b-256 of the card's id (16 bytes), keyed with the root key's Ed25519 seed and personalised with
``bilik card keys``: without the workspace's passphrase nobody opens it, and a file under another card's name does not
open at all.
"""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from typing import Annotated

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from config.cards.piv.management import ManagementAlgorithm, ManagementKey
from config.cards.registry import CardId
from config.errors import InputError
from config.minisign import SecretKey
from config.record import Record, decode, encode
from config.secret import Puk
from sync.district.pins import new_puk
from sync.district.workspace import Workspace

_MAX_BYTES = 4096
_PERSON = b"bilik card keys"


class SealedCardKeys(Record, tag_field="format", tag="bilik-card-keys/1", frozen=True):
    """A file of ``card-keys``."""

    card: CardId
    box: str


class CardSecrets(Record, frozen=True):
    """What the box holds; lives in memory only on the way into ``CardKeys``."""

    puk: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{8}\Z")]
    algorithm: Annotated[str, msgspec.Meta(pattern=r"^(03|08|0A|0C)\Z")]
    """Cipher of the management key, by its PIV identifier (SP 800-78-5, table 8): 03 is 3DES, the others AES."""
    management_key: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64})\Z")]
    before: CardId | None
    """The id under which the same card was issued before, whose keys it has until the new ones are set."""
    mutual: bool
    """Whether the card can show that it knows its management key (``PivAdmin.mutual``); then it must, ever after."""


@dataclass(frozen=True)
class CardKeys:
    """The keys of one card."""

    card: str
    puk: Puk
    management: ManagementKey
    before: str | None
    mutual: bool

    @classmethod
    def fresh(cls, algorithm: ManagementAlgorithm, before: str | None, *, mutual: bool) -> "CardKeys":
        """Random keys, and a random id (GUID) for the card."""
        return cls(secrets.token_hex(16), new_puk(), ManagementKey.fresh(algorithm), before, mutual)


def keep(workspace: Workspace, root: SecretKey, keys: CardKeys) -> None:
    """Seals a card's keys into the workspace; durable when it returns."""
    contents = CardSecrets(
        puk=keys.puk.reveal(),
        algorithm=f"{keys.management.algorithm:02X}",
        management_key=keys.management.reveal().hex(),
        before=keys.before,
        mutual=keys.mutual,
    )
    box = _box(root, keys.card).encrypt(encode(contents))
    workspace.keep_card_keys(keys.card, encode(SealedCardKeys(card=keys.card, box=base64.b64encode(box).decode())))


def recall(workspace: Workspace, root: SecretKey, card_id: str) -> CardKeys | None:
    """The keys of a card, or None for one that was never begun here; raises InputError when they do not open."""
    sealed = workspace.card_keys(card_id)
    if sealed is None:
        return None
    record = decode(sealed, SealedCardKeys, f"card-keys/{card_id}", max_bytes=_MAX_BYTES)
    try:
        opened = _box(root, card_id).decrypt(base64.b64decode(record.box, validate=True))
    except (CryptoError, binascii.Error, ValueError):
        raise InputError(
            f"card-keys/{card_id} in the workspace was changed. Restore the workspace from its backup.",
            id=f"card-keys/{card_id} di ruang kerja berubah. Pulihkan ruang kerja dari cadangan.",
        ) from None
    contents = decode(opened, CardSecrets, f"card-keys/{card_id}")
    algorithm = ManagementAlgorithm(int(contents.algorithm, 16))
    management = ManagementKey(bytes.fromhex(contents.management_key), algorithm)
    return CardKeys(card_id, Puk(contents.puk), management, contents.before, contents.mutual)


def _box(root: SecretKey, card_id: str) -> SecretBox:
    key = hashlib.blake2b(
        bytes.fromhex(card_id), key=root.seed.reveal(), person=_PERSON, digest_size=SecretBox.KEY_SIZE
    )
    return SecretBox(key.digest())
