"""The two keys of every booth: made on each role's own machine from a signed request, handed in as a file."""

import base64
import binascii
from functools import lru_cache
from pathlib import Path

import msgspec

from config.cards.role import Role
from config.errors import InputError, OperatorError
from config.files import read_plain
from config.minisign import PublicKey, verify
from config.package import read_public_key
from config.record import decode, encode
from config.trustees import BoothTrustee, CardsByPlace, TrusteeFile, TrusteeRequest, seal_context
from config.wrap import wrap_for_all
from sync.ballot.election import check_trustee, new_trustee
from sync.ballot.records import TrusteePublic, dump, parse
from sync.district.holders import ROLE_WORDS
from sync.district.workspace import Workspace

MAX_BYTES = 16 * 1024 * 1024
SMALL_BYTES = 4096
_BOX_BYTES = 24 + 16 + 32


def read_request(path: Path, root: PublicKey | None) -> tuple[TrusteeRequest, PublicKey]:
    """The request (a folder or its ``request.json``) and the key that signed it.

    Raises InputError unless ``root``, or without it the ``root.pub`` that came along, has signed it.
    """
    folder = path if path.is_dir() else path.parent
    try:
        data = read_plain(folder / "request.json", MAX_BYTES)
        signature = read_plain(folder / "request.json.minisig", SMALL_BYTES)
        key = root or read_public_key(read_plain(folder / "root.pub", SMALL_BYTES))
    except OSError:
        raise InputError(
            f"{folder} does not hold request.json, request.json.minisig and root.pub. Copy the whole 'request' folder "
            "of the workspace; it is there once a card is registered.",
            id=f"{folder} tidak berisi request.json, request.json.minisig, dan root.pub. Salin seluruh folder "
            "'request' dari ruang kerja; folder itu ada setelah kartu didaftarkan.",
        ) from None
    verify(data, signature, key)
    return decode(data, TrusteeRequest, "request.json", max_bytes=MAX_BYTES), key


def make_trustee(request: TrusteeRequest, role: Role) -> bytes:
    """The bytes of the role's file: a fresh key for each booth, sealed to the role's cards and kept nowhere else."""
    booths = []
    by_place = CardsByPlace(request.cards)
    for booth in request.booths:
        cards = by_place.serving(role, booth)
        if not cards:
            raise InputError(
                f"The request lists no card of this role for booth {booth}. Register the cards first, then copy the "
                "request again.",
                id=f"Permintaan tidak memuat kartu peran ini untuk bilik {booth}. Daftarkan kartunya dulu, lalu salin "
                "ulang permintaannya.",
            )
        secret, public = new_trustee()
        keys = wrap_for_all(secret, cards, seal_context(request.election.id, booth, role))
        booths.append(BoothTrustee(booth=booth, public=dump(public).decode(), keys=keys))
    return encode(TrusteeFile(mode=request.mode, election_id=request.election.id, role=role, booths=tuple(booths)))


def read_trustee(data: bytes) -> TrusteeFile:
    """A role's file, its form only."""
    return decode(data, TrusteeFile, "the trustee's file", max_bytes=MAX_BYTES)


def public_of(entry: BoothTrustee) -> TrusteePublic:
    """The public key of a booth's trustee with its proof, the proof checked; raises InputError."""
    return _proved(entry.public)


@lru_cache(maxsize=8192)
def _proved(text: str) -> TrusteePublic:
    """The same for the record's text: it is asked for several times, and its proof takes a millisecond."""
    public = parse(TrusteePublic, text.encode())
    check_trustee(public)
    return public


def add_trustee(workspace: Workspace, data: bytes, *, replace: bool, missing: bool = False) -> TrusteeFile:
    """Takes a role's file into the workspace after checking all of it; raises before anything has changed.

    With ``missing`` a key that was handed in before stays where it still fits, and with it the booth's package; the
    file's own counts for booths that are new, or whose cards are others now.
    """
    file = read_trustee(data)
    check_fits(workspace, file)
    present = workspace.trustee(file.role)
    if present is not None and missing:
        kept = {entry.booth: entry for entry in present.booths}
        booths = tuple(
            kept[entry.booth] if entry.booth in kept and _sealed_alike(kept[entry.booth], entry) else entry
            for entry in file.booths
        )
        file = msgspec.structs.replace(file, booths=booths)
        check_fits(workspace, file)
        data = encode(file)
    elif present is not None and present != file and not replace:
        raise OperatorError(
            f"The key of the {file.role.value} was handed in already. After a change of the plan use --missing: only "
            "booths without a fitting key get one. With --replace all keys are new, and no package made before counts.",
            id=f"Kunci {ROLE_WORDS[file.role][1]} sudah diserahkan. Sesudah rencana diubah pakai --missing: hanya "
            "bilik tanpa kunci yang cocok mendapat kunci. Dengan --replace semua kunci baru, dan paket yang sudah "
            "dibuat tidak berlaku lagi.",
        )
    workspace.write(f"trustees/{file.role.value}.json", data)
    return file


def check_fits(workspace: Workspace, file: TrusteeFile) -> None:
    """Raises InputError unless the file has a proven key for exactly the plan's booths, sealed to today's cards."""
    if file.election_id != workspace.record.election_id or file.mode is not workspace.record.mode:
        raise InputError(
            "This trustee's file was made for another election. Ask for the one that was made from this workspace's "
            "request.",
            id="Berkas kunci ini dibuat untuk pemilihan lain. Minta berkas dari permintaan ruang kerja ini.",
        )
    if tuple(entry.booth for entry in file.booths) != tuple(workspace.places):
        raise InputError(
            "This trustee's file does not have exactly the booths of the plan. Make it again from the newest request.",
            id="Bilik dalam berkas kunci tidak sama dengan rencana. Buat ulang dari permintaan terbaru.",
        )
    keys = {entry.public for entry in file.booths}
    other = workspace.trustee(Role.COMMITTEE if file.role is Role.OFFICERS else Role.OFFICERS)
    if len({public_of(entry).public_key for entry in file.booths}) < len(file.booths) or (
        other and keys & {entry.public for entry in other.booths}
    ):
        raise InputError(
            "The same key stands for two booths or two roles. Make the trustee's file again.",
            id="Kunci yang sama dipakai untuk dua bilik atau dua peran. Buat ulang berkas kuncinya.",
        )
    for entry in file.booths:
        wanted = [card.id for card in workspace.cards_for(file.role, entry.booth)]
        if [wrapped.card for wrapped in entry.keys] != wanted or not all(map(_whole, (w.box for w in entry.keys))):
            raise InputError(
                f"The key of booth {entry.booth} is not sealed to exactly the cards that are registered now. Make the "
                "trustee's file again from the newest request.",
                id=f"Kunci bilik {entry.booth} tidak disegel tepat untuk kartu yang terdaftar sekarang. Buat ulang "
                "berkas kuncinya dari permintaan terbaru.",
            )


def _sealed_alike(one: BoothTrustee, other: BoothTrustee) -> bool:
    return [wrapped.card for wrapped in one.keys] == [wrapped.card for wrapped in other.keys]


def _whole(box: str) -> bool:
    try:
        return len(base64.b64decode(box, validate=True)) == _BOX_BYTES
    except binascii.Error:
        return False
