"""Signed and stored records as JSON with one spelling only: what is read must write back to the same bytes."""

import hashlib
from typing import TypeVar

import msgspec

from config.errors import InputError

MAX_BYTES = 64 * 1024 * 1024
"""Upper bound of any record; each format states a smaller one of its own where it can."""

R = TypeVar("R")


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A record of a format: frozen, every field named, unknown fields refused."""


def encode(record: object) -> bytes:
    """Compact JSON, fields in the order of their definition."""
    return msgspec.json.encode(record)


def decode(data: bytes, kind: type[R], name: str, *, max_bytes: int = MAX_BYTES) -> R:
    """Reads one record strictly.

    Raises InputError, naming ``name``, for bytes that are too many, not JSON, not of this kind, or spelled in
    another way than ``encode`` spells them (so that one record never has two hashes).
    """
    if len(data) > max_bytes:
        raise InputError(
            f"{name} is larger than {max_bytes} bytes. It is not what it should be: get the file again.",
            id=f"{name} lebih besar dari {max_bytes} bita. Ini bukan berkas yang benar: ambil ulang.",
        )
    try:
        record = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        _refuse_other_version(data, kind, name)
        raise InputError(
            f"{name} cannot be read ({_printable(str(fault))}). Get the file again from where it was made.",
            id=f"{name} tidak dapat dibaca. Ambil ulang berkas dari tempat asalnya.",
        ) from None
    if encode(record) != data:
        raise InputError(
            f"{name} is not written in its one permitted form. Get the file again from where it was made.",
            id=f"{name} tidak ditulis dalam bentuk yang baku. Ambil ulang berkas dari tempat asalnya.",
        )
    return record


def _printable(text: str) -> str:
    """A parser's message may quote the file: no control character of it reaches a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:200])


class _Tagged(msgspec.Struct, frozen=True):
    format: str = ""


def _refuse_other_version(data: bytes, kind: object, name: str) -> None:
    """Tells a record of another version of its format from one that is damaged."""
    config = getattr(kind, "__struct_config__", None)
    wanted = config.tag if config and isinstance(config.tag, str) else ""
    try:
        found = msgspec.json.decode(data, type=_Tagged).format
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    family, _, version = found.rpartition("/")
    if found != wanted and family == wanted.rpartition("/")[0] and family and version.isdecimal():
        raise InputError(
            f"{name} is of version {version[:9]} of its format and this program reads version "
            f"{wanted.rpartition('/')[2]}. Use the same release of Bilik on all machines.",
            id=f"{name} memakai format versi {version[:9]}, sedangkan program ini membaca versi "
            f"{wanted.rpartition('/')[2]}. Pakai rilis Bilik yang sama di semua mesin.",
        ) from None


def sha256(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal characters."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(data: bytes) -> str:
    """The first 80 bits of SHA-256 in groups of four, for people who compare paper with screen."""
    return fingerprint_of(hashlib.sha256(data).hexdigest())


def fingerprint_of(sha256_hex: str) -> str:
    """The same for a SHA-256 that is known already."""
    digits = sha256_hex[:20].upper()
    return " ".join(digits[i : i + 4] for i in range(0, 20, 4))
