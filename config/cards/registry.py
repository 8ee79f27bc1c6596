"""Who may do what: the cards that a package lists, and how a card in the reader is told to be one of them."""

import secrets
from dataclasses import dataclass
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.certificate import Claims, read_certificate
from config.cards.port import Card, CardDamaged, Slot
from config.cards.role import CardKind, Role
from config.errors import InputError, OperatorError
from config.minisign import PublicKey
from config.record import Record

Point = Annotated[str, msgspec.Meta(pattern=r"^04[0-9a-f]{128}\Z")]
"""A P-256 point, uncompressed SEC 1, in lower-case hexadecimal."""
CardId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
HOLDER_MAX_CHARS = 60
HolderName = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=HOLDER_MAX_CHARS,
        pattern=r"^[^\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+\Z",
    ),
]
"""1 to 60 characters, none of which steers a terminal or turns the direction of writing: lists are read by people."""
VillageCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}\Z")]
TpsNumber = Annotated[int, msgspec.Meta(ge=1, le=999)]


class RegisteredCard(Record, frozen=True):
    """A card as the district knows it; its public keys are what counts."""

    id: CardId
    kind: CardKind
    role: Role
    holder: HolderName
    village_code: VillageCode | None
    """None for a technician's card, which serves the whole district."""
    tps: TpsNumber | None
    """The TPS whose officers hold it; None for all other cards."""
    unlock: Point
    sign: Point
    unwrap: Point

    def point(self, slot: Slot) -> bytes:
        """The 65-byte public point of a slot."""
        by_slot = {Slot.UNLOCK: self.unlock, Slot.SIGN: self.sign, Slot.UNWRAP: self.unwrap}
        return bytes.fromhex(by_slot[slot])

    def serves(self, booth: str) -> bool:
        """Whether its place covers the booth of that id (``Place.booth_id``)."""
        if self.village_code is None:
            return True
        return booth.startswith(f"{self.village_code}-" if self.tps is None else f"{self.village_code}-{self.tps:03d}-")


@dataclass(frozen=True)
class CardList:
    """The cards that count on some machine, and the election and root key that they belong to."""

    cards: tuple[RegisteredCard, ...]
    election_id: str
    root: PublicKey


def register(
    card: Card, *, kind: CardKind, role: Role, holder: str, village_code: str | None, tps: int | None
) -> RegisteredCard:
    """Reads the public keys of a card that lies in the reader."""
    return RegisteredCard(
        id=card.id,
        kind=kind,
        role=role,
        holder=holder,
        village_code=village_code,
        tps=tps,
        unlock=card.public_key(Slot.UNLOCK).hex(),
        sign=card.public_key(Slot.SIGN).hex(),
        unwrap=card.public_key(Slot.UNWRAP).hex(),
    )


def recognise(card: Card, here: CardList) -> RegisteredCard:
    """The listed card that lies in the reader, proved by a fresh challenge to its 9E key; no PIN is needed.

    Raises UnknownCard or what is below it, which says whose card it is instead.
    """
    known = next((entry for entry in here.cards if entry.id == card.id), None)
    if known is None:
        raise _stranger(card, here)
    prove(card, known, Slot.UNLOCK)
    if card.public_key(Slot.UNWRAP) != known.point(Slot.UNWRAP):
        raise RetiredCard
    return known


def prove(card: Card, known: RegisteredCard, slot: Slot) -> None:
    """Has the card sign a fresh challenge with a slot's key; raises UnprovenCard when it is another key.

    For SIGN after ``verify_pin``: a wire between card and reader can say "PIN right", but it cannot sign.
    """
    challenge = b"bilik card challenge v1|" + slot.value.encode() + b"|" + secrets.token_bytes(32)
    try:
        check_signature(known.point(slot), challenge, card.sign(slot, challenge))
    except InputError:
        raise UnprovenCard from None


def check_signature(point: bytes, message: bytes, signature: bytes) -> None:
    """ECDSA P-256 with SHA-256, DER; raises InputError when it does not fit."""
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise InputError(
            "A card's signature does not fit what it signed. Get the file again, or ask who made it.",
            id="Tanda tangan kartu tidak cocok. Ambil ulang berkas, atau tanyakan pembuatnya.",
        ) from None


class UnknownCard(OperatorError):
    """The card is not listed here, and nothing on it says whose it is."""

    def __init__(
        self,
        en: str = "This card was not issued for this election. Use a card of this TPS or of this village's committee.",
        *,
        id: str = "Kartu ini tidak terdaftar. Pakai kartu TPS ini atau kartu panitia desa ini.",  # noqa: A002
    ) -> None:
        super().__init__(en, id=id)


class OtherPlace(UnknownCard):
    """A card of this election that serves another TPS or village."""

    def __init__(self, claims: Claims) -> None:
        where_id = f"{claims.village_code or ''}" + (f" TPS {claims.tps}" if claims.tps is not None else "")
        super().__init__(
            f"This card belongs to another place ({where_id.strip()}, {claims.holder}). Use a card of this booth.",
            id=f"Kartu ini untuk tempat lain ({where_id.strip()}, {claims.holder}). Pakai kartu bilik ini.",
        )


class OtherElection(UnknownCard):
    """A card that says it belongs to another election."""

    def __init__(self, claims: Claims) -> None:
        super().__init__(
            f"This card says that it belongs to another election ({claims.election}). Use a card of this election.",
            id=f"Kartu ini untuk pemilihan lain ({claims.election}). Pakai kartu pemilihan ini.",
        )


class Withdrawn(UnknownCard):
    """A card of this election and place that this package does not list: lost and found, replaced, or made later."""

    def __init__(self, claims: Claims) -> None:
        super().__init__(
            f"The card of {claims.holder} does not count in this booth's package (withdrawn, or made later). Use "
            "another card; ask the district.",
            id=f"Kartu {claims.holder} tidak berlaku di paket bilik ini (dicabut atau dibuat belakangan). Pakai kartu "
            "lain; tanyakan ke kabupaten.",
        )


class RetiredCard(UnknownCard):
    """A listed card whose key for unwrapping was renewed: it opens nothing of this election any more."""

    def __init__(self) -> None:
        super().__init__(
            "This card was retired: its key was renewed and opens this election no more. Use another card.",
            id="Kartu ini sudah dipensiunkan: kuncinya diganti dan tidak membuka pemilihan ini. Pakai kartu lain.",
        )


class UnprovenCard(UnknownCard):
    """A card that shows a listed number and cannot sign for it: a copy, or a broken card."""

    def __init__(self) -> None:
        super().__init__(
            "This card cannot prove that it is the registered one. Keep it aside, use another card, and tell the "
            "district.",
            id="Kartu ini tidak dapat membuktikan bahwa ia yang terdaftar. Simpan terpisah, pakai kartu lain, dan "
            "laporkan ke kabupaten.",
        )


def _stranger(card: Card, here: CardList) -> UnknownCard:
    """What to say of a card that is not listed: as much as its certificate says, and no more than can be checked."""
    try:
        der = card.certificate(Slot.UNLOCK)
        certificate = read_certificate(der) if der is not None else None
    except (InputError, CardDamaged):
        certificate = None
    if certificate is None:
        return UnknownCard()
    claims = certificate.claims
    if not certificate.signed_by(here.root) or claims.election_id != here.election_id:
        return OtherElection(claims)
    if claims.retired:
        return RetiredCard()
    places = {(entry.village_code, entry.tps) for entry in here.cards}
    return Withdrawn(claims) if (claims.village_code, claims.tps) in places else OtherPlace(claims)
