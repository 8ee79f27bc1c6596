"""The election package: a signed manifest and files named by their SHA-256; written by the district, read by a booth.

A package is a folder::

    manifest.json           one booth's election, this module's ``Manifest``
    manifest.json.minisig   the root key's signature over it
    root.pub                the root's public key, whose fingerprint is on every tape
    files/<sha256>          what the manifest names
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec

from config.cards.registry import CardList, RegisteredCard
from config.cards.role import Role
from config.clips import candidate_clip, names_candidate
from config.errors import InputError
from config.files import put_in_place, read_plain, write_whole
from config.minisign import PublicKey, verify
from config.mode import Mode
from config.record import Record, decode, encode, sha256
from config.settings import Settings
from config.wrap import Wrapped

MANIFEST_MAX_BYTES = 1024 * 1024
FILE_MAX_BYTES = 16 * 1024 * 1024
PACKAGE_MAX_BYTES = 256 * 1024 * 1024
"""Of all its files: six languages with long clips have half of that. A manifest could name thousands of files."""

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
VillageCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}\Z")]
"""Kode wilayah, ten digits in groups; the last group of a desa begins with 2."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
ClipName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*\Z", max_length=60)]
"""An entry of ``audio.po``, or ``candidate.<number>``."""


class ElectionName(Record, frozen=True):
    """One election day of one district."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    name: Name
    district: Name
    date: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class Place(Record, frozen=True):
    """Where a booth stands."""

    village_code: VillageCode
    village: Name
    subdistrict: Name
    tps: Annotated[int, msgspec.Meta(ge=1, le=999)]
    booth: Annotated[int, msgspec.Meta(ge=1, le=99)]
    booths_in_tps: Annotated[int, msgspec.Meta(ge=1, le=99)]
    voters: Annotated[int, msgspec.Meta(ge=1, le=5000)]
    """Voters on this booth's part of the roll."""

    @property
    def booth_id(self) -> str:
        """``34.04.01.2001-001-1``: village, TPS and booth, as used in file names."""
        return f"{self.village_code}-{self.tps:03d}-{self.booth}"


class Candidate(Record, frozen=True):
    """One candidate, in the order of the ballot."""

    number: Annotated[int, msgspec.Meta(ge=1, le=99)]
    name: Name
    photo: Sha256
    """A JPEG among the package's files (see ``config.photo``)."""


class BallotFiles(Record, frozen=True):
    """The booth's Belenios election: names of the three records' files."""

    uuid: Annotated[str, msgspec.Meta(pattern=r"^[1-9A-HJ-NP-Za-km-z]{14,40}\Z")]
    election: Sha256
    trustees: Sha256
    credentials: Sha256


class TrusteeSeal(Record, frozen=True):
    """One trustee's key: public, and sealed to each card of its role."""

    role: Role
    public_key: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    keys: tuple[Wrapped, ...]


class Secrets(Record, frozen=True):
    """The booth's secrets: a file (secretbox of ``SecretContents``) whose key is wrapped for the officers' cards."""

    file: Sha256
    keys: tuple[Wrapped, ...]


class SecretContents(Record, frozen=True):
    """What the secrets' file holds once opened. It can be encoded, since that is how it gets into its sealed file,
    and in no other way be shown, stored or copied.
    """

    lanes: tuple[bytes, ...]
    """For each lane its credentials' secret scalars, 32 bytes each, one after another."""
    mark_seed: bytes
    """Ed25519 seed of the mark key, 32 bytes."""

    def __repr__(self) -> str:
        return "<SecretContents>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a booth's secrets are not stored or copied")

    def __copy__(self) -> NoReturn:
        raise TypeError("a booth's secrets are not copied")


class Manifest(Record, tag_field="format", tag="bilik-package/1", frozen=True, kw_only=True, omit_defaults=True):
    """What one booth must know, and nothing that another booth needs.

    A field with a default is left out when it says nothing, so that a package without it is spelled as it always was.
    """

    mode: Mode
    election: ElectionName
    place: Place
    timestamp: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    """Seconds since 1970 when the package was made; the one timestamp of the booth's archive."""
    blank: bool
    candidates: Annotated[tuple[Candidate, ...], msgspec.Meta(min_length=2, max_length=5)]
    ballot: BallotFiles
    mark_key: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    """Public half of the booth's mark key (Ed25519)."""
    cards: tuple[RegisteredCard, ...]
    trustees: tuple[TrusteeSeal, ...]
    """Owner 1 is the officers, owner 2 the committee."""
    secrets: Secrets
    words: dict[str, Sha256]
    """Compiled gettext catalogue (.mo) of each language."""
    audio: dict[str, dict[ClipName, Sha256]] = msgspec.field(default_factory=dict)
    """Clips (WAV) of each language by name; empty when this election is not spoken."""
    settings: Settings
    files: dict[Sha256, int]
    """Every file of the package and its size in bytes, sorted by name."""

    @property
    def clip_files(self) -> frozenset[Sha256]:
        """The clips' files, of all languages."""
        return frozenset(name for clips in self.audio.values() for name in clips.values())


@dataclass(frozen=True)
class Package:
    """A verified package: every file's hash was checked, and the signature with the root key that came along."""

    manifest: Manifest
    manifest_bytes: bytes
    signature: bytes
    root: PublicKey
    files: dict[str, bytes]

    def without_clips(self) -> "Package":
        """The same, its clips left to where it was written."""
        heard = self.manifest.clip_files
        return replace(self, files={name: data for name, data in self.files.items() if name not in heard})

    @property
    def card_list(self) -> CardList:
        """The cards that count at this booth."""
        return CardList(self.manifest.cards, self.manifest.election.id, self.root)

    @property
    def setup_hash(self) -> str:
        """SHA-256 of the manifest: the setup's hash on zero report and tape."""
        return sha256(self.manifest_bytes)


def read_package(
    folder: Path, *, root: PublicKey | None = None, after_closing: bool = False, clips: bool = True
) -> Package:
    """Reads and verifies a package's folder; with ``root`` only that key's signature counts.

    ``after_closing`` does without the secrets' file, which a closed booth has destroyed. Without ``clips`` these are
    verified as everything is, and left in their files.

    Raises InputError with a sentence that names the file; nothing is admitted in part.
    """
    manifest_bytes = _read(folder / "manifest.json", MANIFEST_MAX_BYTES)
    signature = _read(folder / "manifest.json.minisig", 4096)
    key = read_public_key(_read(folder / "root.pub", 4096))
    if root is not None and key != root:
        raise InputError(
            "The package is signed by another root key than this election's. Ask the district which one is right.",
            id="Paket ditandatangani kunci induk lain dari pemilihan ini. Tanyakan ke kabupaten mana yang benar.",
        )
    # The signature is checked before the manifest is parsed: nothing unsigned is ever interpreted.
    verify(manifest_bytes, signature, key)
    manifest = decode(manifest_bytes, Manifest, "manifest.json", max_bytes=MANIFEST_MAX_BYTES)
    files = {}
    unkept = frozenset() if clips else manifest.clip_files
    left = PACKAGE_MAX_BYTES
    for name, size in manifest.files.items():
        if after_closing and name == manifest.secrets.file:
            continue
        data = _read(folder / "files" / name, min(left, FILE_MAX_BYTES))
        left -= len(data)
        if len(data) != size or sha256(data) != name:
            raise InputError(
                f"The package's file files/{name[:12]}… was changed or cut short. Copy the package again.",
                id=f"Berkas paket files/{name[:12]}… berubah atau terpotong. Salin ulang paketnya.",
            )
        if name not in unkept:
            files[name] = data
    _check_references(manifest)
    return Package(manifest, manifest_bytes, signature, key, files)


def read_public_key(file: bytes) -> PublicKey:
    """The key in the bytes of a minisign ``.pub`` file; raises InputError."""
    lines = file.decode("utf-8", errors="replace").splitlines()
    return PublicKey.parse(lines[1] if len(lines) == 2 else "")


def write_package(folder: Path, package: Package) -> None:
    """Writes a package's folder (``folder`` must not exist): first beside it, then renamed, so never half of one."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)  # what a copy that was cut off left behind
    (fresh / "files").mkdir(parents=True)
    # Each file is synced: sticks are pulled as soon as the command returns.
    write_whole(fresh / "manifest.json", package.manifest_bytes)
    write_whole(fresh / "manifest.json.minisig", package.signature)
    write_whole(fresh / "root.pub", package.root.file)
    for name, data in package.files.items():
        write_whole(fresh / "files" / name, data)
    put_in_place(fresh, folder)


def manifest_bytes(manifest: Manifest) -> bytes:
    """The bytes that are signed."""
    return encode(manifest)


def _check_references(manifest: Manifest) -> None:
    ballot = manifest.ballot
    named = {ballot.election, ballot.trustees, ballot.credentials, manifest.secrets.file}
    named |= {candidate.photo for candidate in manifest.candidates} | set(manifest.words.values())
    named |= manifest.clip_files
    written = {*manifest.settings.languages, manifest.settings.paper_language}
    # Each voter's language has every clip or no language has any: nobody is led half of the way, and each candidate
    # of this ballot is named, nobody else.
    names = {candidate_clip(candidate.number) for candidate in manifest.candidates}
    spoken = not manifest.audio or (
        set(manifest.audio) == set(manifest.settings.languages)
        and len({frozenset(clips) for clips in manifest.audio.values()}) == 1
        and all({clip for clip in clips if names_candidate(clip)} == names for clips in manifest.audio.values())
    )
    if named != set(manifest.files) or not written <= set(manifest.words) or not spoken:
        raise InputError(
            "The package's manifest and its files do not belong together. Make the package again.",
            id="Manifes paket dan berkasnya tidak sesuai. Buat ulang paketnya.",
        )


def _short(path: Path) -> str:
    """A name for a sentence on a screen: of a hash its beginning is enough."""
    return f"{path.name[:12]}…" if len(path.name) == 64 else path.name


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        data = read_plain(path, max_bytes)
    except OSError as fault:
        raise InputError(
            f"The package's file {_short(path)} cannot be read ({fault.strerror}). Copy the package again.",
            id=f"Berkas paket {_short(path)} tidak terbaca. Salin ulang paketnya.",
        ) from None
    if len(data) > max_bytes:
        raise InputError(
            f"The package's file {_short(path)} is too large. Copy the package again.",
            id=f"Berkas paket {_short(path)} terlalu besar. Salin ulang paketnya.",
        )
    return data
