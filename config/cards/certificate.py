"""What a card says of itself: X.509 certificates over its keys, signed by the election's root key (Ed25519).

They tell people and screens whose card this is. What counts is the list in the signed package, never a certificate.
Source: RFC 5280, RFC 8410 (Ed25519), NIST SP 800-73-5 part 1, section 3 (certificate containers).
"""

import datetime as dt
import re
import uuid
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID, ObjectIdentifier

from config.cards.port import Slot
from config.cards.role import Role
from config.errors import InputError
from config.minisign import PublicKey, SecretKey
from config.mode import Mode

MAX_BYTES = 3000
"""Longest certificate that is read; ours have about 500 bytes (a PIV container holds 1,856 at least)."""
_NAME_CHARS = 64
_FROM = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_UNTIL = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
"""RFC 5280, 4.1.2.5: no well-defined end. A machine's clock may be wrong: the package decides, not a date."""
_WHOLE_NAME = ObjectIdentifier("2.5.4.41")
"""id-at-name: tools hold a common name to 64 bytes, which a name in Javanese or Arabic script soon exceeds."""
_CARD_AUTHENTICATION = ObjectIdentifier("2.16.840.1.101.3.6.8")
_CLAIM = re.compile(
    r"bilik:card/1/(?P<mode>official|rehearsal)/(?P<election>[0-9a-f]{32})/(?P<role>officers|committee|technician)"
    r"/(?P<village>-|[0-9.]{1,20})/(?P<tps>-|[0-9]{1,3})(?P<retired>/retired)?"
)


@dataclass(frozen=True)
class Claims:
    """Whose card it is, as its certificates say."""

    card: str
    """GUID, 32 lower-case hexadecimal characters."""
    mode: Mode
    election_id: str
    election: str
    role: Role
    holder: str
    village_code: str | None
    tps: int | None
    retired: bool = False

    def __post_init__(self) -> None:
        """Names are one printable line of at most 64 characters here: what is written is what is read."""
        object.__setattr__(self, "election", _one_line(self.election))
        object.__setattr__(self, "holder", _one_line(self.holder))


@dataclass(frozen=True)
class Certificate:
    """A certificate that was read; only ``signed_by`` says whether somebody answers for it."""

    claims: Claims
    point: bytes
    """The 65-byte public point that it is about."""
    _parsed: x509.Certificate

    def signed_by(self, root: PublicKey) -> bool:
        """Whether that root key made it."""
        try:
            Ed25519PublicKey.from_public_bytes(root.ed25519).verify(
                self._parsed.signature, self._parsed.tbs_certificate_bytes
            )
        except InvalidSignature:
            return False
        return True


def make_certificate(root: SecretKey, point: bytes, slot: Slot, claims: Claims) -> bytes:
    """The DER certificate of one slot; its subject, serial number and alternative names are what tools show."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, claims.election),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, claims.role.value),
            x509.NameAttribute(_WHOLE_NAME, claims.holder),
            x509.NameAttribute(NameOID.COMMON_NAME, _within_bytes(claims.holder)),
        ]
    )
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Bilik {root.public.fingerprint}")])
    agreement = slot is Slot.UNWRAP
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    x509.UniformResourceIdentifier(uuid.UUID(claims.card).urn),
                    x509.UniformResourceIdentifier(_claim(claims)),
                ]
            ),
            critical=False,
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=not agreement,
                key_agreement=agreement,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if slot is Slot.UNLOCK:
        builder = builder.add_extension(x509.ExtendedKeyUsage([_CARD_AUTHENTICATION]), critical=False)
    made = builder.sign(Ed25519PrivateKey.from_private_bytes(root.seed.reveal()), None)
    return made.public_bytes(serialization.Encoding.DER)


def read_certificate(der: bytes) -> Certificate:
    """Reads one of our certificates; raises InputError for every other one."""
    if len(der) > MAX_BYTES:
        raise _unreadable()
    try:
        parsed = x509.load_der_x509_certificate(der)
        key = parsed.public_key()
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
        organisation = parsed.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        holder = parsed.subject.get_attributes_for_oid(_WHOLE_NAME)
    except Exception:
        raise _unreadable() from None
    claim = next((match for uri in uris if (match := _CLAIM.fullmatch(uri))), None)
    card = next((uri.removeprefix("urn:uuid:").replace("-", "") for uri in uris if uri.startswith("urn:uuid:")), "")
    on_curve = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if claim is None or not on_curve or len(organisation) != 1 or len(holder) != 1 or not _is_guid(card):
        raise _unreadable()
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 -- it was asked two lines above
    return Certificate(
        Claims(
            card=card,
            mode=Mode(claim["mode"]),
            election_id=claim["election"],
            election=_text(organisation[0].value),
            role=Role(claim["role"]),
            holder=_text(holder[0].value),
            village_code=None if claim["village"] == "-" else claim["village"],
            tps=None if claim["tps"] == "-" else int(claim["tps"]),
            retired=claim["retired"] is not None,
        ),
        key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint),
        parsed,
    )


def _claim(claims: Claims) -> str:
    place = f"{claims.village_code or '-'}/{'-' if claims.tps is None else claims.tps}"
    end = "/retired" if claims.retired else ""
    return f"bilik:card/1/{claims.mode.value}/{claims.election_id}/{claims.role.value}/{place}{end}"


def _is_guid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{32}", text) is not None


def _one_line(text: str) -> str:
    """Words for a screen, a stranger's too: short and printable."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:_NAME_CHARS]


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else value


def _within_bytes(name: str) -> str:
    """As much of a name as a common name holds."""
    return name.encode()[:_NAME_CHARS].decode("utf-8", errors="ignore")


def _unreadable() -> InputError:
    return InputError(
        "The card carries a certificate that is not ours. Issue the card anew, or use another one.",
        id="Sertifikat di kartu ini bukan buatan kami. Terbitkan ulang kartunya, atau pakai kartu lain.",
    )
