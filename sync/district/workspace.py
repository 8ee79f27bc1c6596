"""The workspace: one folder that holds one election on the staff laptop, from its plan to its ledger."""

import difflib
import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar, cast

import msgspec
from sqlalchemy import URL

from config.cards.registry import RegisteredCard
from config.cards.role import Role
from config.election import Election
from config.errors import InputError, OperatorError
from config.files import put_in_place, sync_all, sync_folder, write_whole
from config.minisign import PublicKey, SecretKey, verify
from config.mode import Mode
from config.package import ElectionName, Manifest, Package, Place, read_public_key
from config.record import Record, decode, encode, sha256
from config.rootkey import Passphrase, lock_root, unlock_root
from config.source import Source, read_source
from config.trustees import BoothTrustee, CardsByPlace, TrusteeFile

R = TypeVar("R")


class WorkspaceRecord(Record, tag_field="format", tag="bilik-workspace/1", frozen=True):
    """``workspace.json``: what may never change once keys exist."""

    mode: Mode
    election_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]


class Withdrawal(StrEnum):
    """Why a card counts no more."""

    LOST = "lost"
    """Nobody knows where it is."""
    REPLACED = "replaced"
    """It was issued anew: the same plastic with other keys is another card."""
    RETIRED = "retired"
    """Its key for unwrapping was renewed after the election."""


class WithdrawnCard(Record, frozen=True):
    """A card that counted once."""

    card: RegisteredCard
    why: Withdrawal


class CardRegister(Record, tag_field="format", tag="bilik-cards/1", frozen=True):
    """``cards.json``: every card that was registered, in the order of registration.

    Only those in ``cards`` count; what was withdrawn is kept apart, so that nothing can match it by mistake.
    """

    cards: tuple[RegisteredCard, ...]
    withdrawn: tuple[WithdrawnCard, ...]
    """In the order of withdrawal."""


class Workspace:
    """An election's folder. Files of it are written whole or not at all."""

    def __init__(self, path: Path, database: URL | None = None) -> None:
        """Raises OperatorError when ``path`` is no workspace, InputError when it is damaged."""
        self.path = path
        self.database = database
        """The district's database as ``--db`` named it, perhaps with a password: never stored, never shown."""
        self.waits: Callable[[], None] = lambda: None
        """Called when another command changes the workspace, before it is waited for."""
        self._records: dict[str, object] = {}
        self._shared: dict[str, bytes] = {}
        self._by_place: tuple[tuple[RegisteredCard, ...], CardsByPlace] | None = None
        self._entries: dict[Role, tuple[TrusteeFile, dict[str, BoothTrustee]]] = {}
        try:
            data = (path / "workspace.json").read_bytes()
        except OSError:
            raise OperatorError(
                f"{path} is no workspace. Name the folder that 'bilik-district new' made.",
                id=f"{path} bukan ruang kerja. Sebutkan folder yang dibuat 'bilik-district new'.",
            ) from None
        if not (path / "source").exists() and (path / "source.next").exists():
            (path / "source.next").rename(path / "source")  # a change of the plan was cut off between two renames
        self.record = decode(data, WorkspaceRecord, "workspace.json", max_bytes=4096)
        self.root = read_public_key(self._read("root.pub"))

    @classmethod
    def create(cls, path: Path, source: Source, passphrase: Passphrase) -> "Workspace":
        """Makes a workspace with its own root key; raises OperatorError when ``path`` is there already."""
        if path.exists():
            raise OperatorError(
                f"{path} is there already. Choose another name: a workspace is never overwritten.",
                id=f"{path} sudah ada. Pilih nama lain: ruang kerja tidak pernah ditimpa.",
            )
        fresh = path.with_name(f".{path.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)  # what a run that was cut off left behind
        for folder in ("source", "trustees", "request", "assets", "booths", "batches", "archives"):
            (fresh / folder).mkdir(parents=True)
        (fresh).chmod(0o700)
        key = SecretKey.new()
        mode = source.election.mode
        _write_source(fresh / "source", source)
        write_whole(fresh / "root.key", lock_root(key, mode, passphrase), 0o600)
        write_whole(fresh / "root.pub", key.public.file)
        write_whole(fresh / "cards.json", encode(CardRegister(cards=(), withdrawn=())))
        record = WorkspaceRecord(mode=mode, election_id=secrets.token_hex(16))
        write_whole(fresh / "workspace.json", encode(record))
        put_in_place(fresh, path)
        return cls(path)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One command at a time changes keys, cards and packages; others wait."""
        descriptor = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.waits()
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._records.clear()  # another command may have written them while this one waited
            yield
        finally:
            os.close(descriptor)

    def unlock(self, passphrase: Passphrase) -> SecretKey:
        """The root key."""
        key = unlock_root(self._read("root.key"), self.record.mode, passphrase)
        if key.public != self.root:
            raise InputError(
                "root.key and root.pub do not belong together. Restore both from their backup.",
                id="root.key dan root.pub tidak sepasang. Pulihkan keduanya dari cadangan.",
            )
        return key

    @cached_property
    def election(self) -> Election:
        """The plan, checked anew from the workspace's own copy of the source."""
        election = read_source(self.path / "source").election
        if election.mode is not self.record.mode:
            raise InputError(
                f"The plan says '{election.mode.value}' and the keys of this workspace were made for a "
                f"'{self.record.mode.value}' election. Make a new workspace: keys of the two never mix.",
                id=f"Rencana menyebut '{election.mode.value}', sedangkan kunci ruang kerja ini dibuat untuk "
                f"'{self.record.mode.value}'. Buat ruang kerja baru: kunci keduanya tidak boleh tercampur.",
            )
        return election

    def keep_source(self, source: Source) -> None:
        """Replaces the plan by another one that was checked: wholly, or not at all."""
        fresh, now, old = (self.path / name for name in ("source.next", "source", "source.old"))
        for left_over in (fresh, old):
            shutil.rmtree(left_over, ignore_errors=True)
        _write_source(fresh, source)
        now.rename(old)
        put_in_place(fresh, now)
        shutil.rmtree(old)
        for known in ("election", "places"):
            self.__dict__.pop(known, None)

    def named(self, plan: Election) -> ElectionName:
        """The election of a plan of this workspace as packages name it."""
        return ElectionName(id=self.record.election_id, name=plan.name, district=plan.district, date=plan.date)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every booth of the plan by its id, sorted."""
        return {place.booth_id: place for place in sorted(self.election.places(), key=lambda place: place.booth_id)}

    def place(self, booth: str) -> Place:
        """The booth of that id; raises OperatorError when the plan has none."""
        if booth not in self.places:
            known = difflib.get_close_matches(booth, self.places, 5, 0) if len(self.places) > 10 else self.places
            raise OperatorError(
                f"The election has no booth {booth}. Its booths: {', '.join(known)}.",
                id=f"Pemilihan ini tidak punya bilik {booth}. Biliknya: {', '.join(known)}.",
            )
        return self.places[booth]

    @property
    def cards(self) -> tuple[RegisteredCard, ...]:
        """The registered cards that count."""
        return self._record("cards.json", CardRegister).cards

    def cards_for(self, role: Role, booth: str) -> tuple[RegisteredCard, ...]:
        """The cards of one role that count and serve a booth."""
        cards = self.cards
        if self._by_place is None or self._by_place[0] is not cards:
            self._by_place = (cards, CardsByPlace(cards))
        return self._by_place[1].serving(role, booth)

    @property
    def withdrawn(self) -> tuple[WithdrawnCard, ...]:
        """The cards that counted once."""
        return self._record("cards.json", CardRegister).withdrawn

    def keep_cards(self, cards: tuple[RegisteredCard, ...], withdrawn: tuple[WithdrawnCard, ...]) -> None:
        """Replaces the register."""
        self.write("cards.json", encode(CardRegister(cards=cards, withdrawn=withdrawn)))

    def card_keys(self, card_id: str) -> bytes | None:
        """The sealed keys of a card that was issued or begun here (see ``sync.district.cardkeys``), else None."""
        name = f"card-keys/{card_id}"
        return self._read(name) if (self.path / name).is_file() else None

    def keep_card_keys(self, card_id: str, sealed: bytes) -> None:
        """Stores a card's sealed keys; durable when it returns."""
        (self.path / "card-keys").mkdir(mode=0o700, exist_ok=True)
        self.write(f"card-keys/{card_id}", sealed, 0o600)

    def trustee(self, role: Role) -> TrusteeFile | None:
        """What the role's machine handed in, or None when it has not yet."""
        name = f"trustees/{role.value}.json"
        return self._record(name, TrusteeFile) if (self.path / name).exists() else None

    def trustee_entry(self, role: Role, booth: str) -> BoothTrustee | None:
        """The role's key for one booth, or None while it is missing."""
        file = self.trustee(role)
        if file is None:
            return None
        if role not in self._entries or self._entries[role][0] is not file:
            self._entries[role] = (file, {entry.booth: entry for entry in file.booths})
        return self._entries[role][1].get(booth)

    def keep_asset(self, data: bytes) -> str:
        """Stores a file of packages once, under its hash, which is returned."""
        name = sha256(data)
        if not (self.path / "assets" / name).exists():
            self.write(f"assets/{name}", data)
        return name

    def keep_assets(self, assets: Iterable[bytes]) -> None:
        """Stores many files of packages, durable together; none has its name before it is whole."""
        beside: dict[Path, Path] = {}
        for data in assets:
            path = self.path / "assets" / sha256(data)
            if path not in beside and not path.exists():
                beside[path] = path.with_name(f".{path.name}.new")
                beside[path].write_bytes(data)
        sync_all(beside.values())
        for path, fresh in beside.items():
            fresh.replace(path)
        sync_folder(self.path / "assets")

    def keep_manifests(self, made: Iterable[tuple[str, bytes, bytes]]) -> None:
        """Stores packages whose files are stored already: booth, manifest and signature; a folder is whole or absent.

        A manifest is never without its signature, nor before its files.
        """
        folders: dict[Path, Path] = {}
        for booth, manifest, signature in made:
            path = self.path / "booths" / booth
            folders[path] = fresh = path.with_name(f".{booth}.new")
            for left_over in (fresh, path):
                if not (left_over / "manifest").exists() or left_over is fresh:
                    shutil.rmtree(left_over, ignore_errors=True)
            fresh.mkdir()
            (fresh / "signature").write_bytes(signature)
            (fresh / "manifest").write_bytes(manifest)
        sync_all(path for fresh in folders.values() for path in (fresh / "signature", fresh / "manifest", fresh))
        for path, fresh in folders.items():
            fresh.rename(path)
        sync_folder(self.path / "booths")

    def package(self, booth: str) -> Package | None:
        """The package that was made for a booth, its hashes checked, or None when there is none yet."""
        if not (self.path / "booths" / booth / "manifest").exists():
            return None
        data = self._read(f"booths/{booth}/manifest")
        signature = self._read(f"booths/{booth}/signature")
        manifest = decode(data, Manifest, f"booths/{booth}/manifest")
        files = {name: self._asset(name) for name in manifest.files}
        # Booths share their clips, and all packages may be held at once: one copy serves them all.
        self._shared |= {name: files[name] for said in manifest.audio.values() for name in said.values()}
        return Package(manifest, data, signature, self.root, files)

    def shared_asset(self, name: str) -> bytes:
        """A file that many packages hold, read once; raises InputError when it is not what its name says."""
        if name not in self._shared:
            self._shared[name] = self._asset(name)
        return self._shared[name]

    def _asset(self, name: str) -> bytes:
        if name in self._shared:
            return self._shared[name]
        content = self._read(f"assets/{name}")
        if sha256(content) != name:
            raise InputError(
                f"assets/{name[:12]}… in the workspace was changed. Restore the workspace from its backup.",
                id=f"assets/{name[:12]}… di ruang kerja berubah. Pulihkan ruang kerja dari cadangan.",
            )
        return content

    def manifest(self, booth: str) -> Manifest | None:
        """The manifest of a booth's package without its files, its signature verified; None when there is none yet."""
        folder = f"booths/{booth}"
        return self._manifest(folder) if (self.path / folder / "manifest").exists() else None

    def setup_hash(self, booth: str) -> str | None:
        """The hash of the setup in a booth's package, or None when there is none yet."""
        path = self.path / "booths" / booth / "manifest"
        return sha256(path.read_bytes()) if path.exists() else None

    def stick_written(self, booth: str) -> str | None:
        """The setup's hash that was last written to a stick for that booth and read back, if any was."""
        path = self.path / "sticks" / booth
        return path.read_text(encoding="ascii", errors="replace") if path.exists() else None

    def keep_stick(self, booth: str, setup_hash: str) -> None:
        """Notes that a booth's stick was written and read back."""
        (self.path / "sticks").mkdir(exist_ok=True)
        self.write(f"sticks/{booth}", setup_hash.encode())

    def earlier_manifests(self) -> Iterator[Manifest]:
        """The manifests of packages that were taken out of use, by booth."""
        for path in sorted((self.path / "booths" / "old").glob("*/manifest")):
            yield self._manifest(f"booths/old/{path.parent.name}")

    def forget_package(self, booth: str) -> None:
        """Takes a booth's package out of use (its files are kept aside under ``booths/old``)."""
        old = self.path / "booths" / "old"
        old.mkdir(exist_ok=True)
        manifest = self._read(f"booths/{booth}/manifest")
        (self.path / "booths" / booth).rename(old / f"{booth}-{sha256(manifest)[:12]}")

    def _manifest(self, folder: str) -> Manifest:
        data = self._read(f"{folder}/manifest")
        verify(data, self._read(f"{folder}/signature"), self.root)
        return decode(data, Manifest, f"{folder}/manifest")

    def write(self, name: str, data: bytes, mode: int = 0o644) -> None:
        """Writes one file of the workspace whole."""
        self._records.pop(name, None)
        write_whole(self.path / name, data, mode)

    def _read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError:
            raise InputError(
                f"{name} is missing from the workspace. Restore the workspace from its backup.",
                id=f"{name} tidak ada di ruang kerja. Pulihkan ruang kerja dari cadangan.",
            ) from None

    def _record(self, name: str, kind: type[R]) -> R:
        if name not in self._records:  # a district has a thousand booths, and each asks for cards and trustees
            self._records[name] = decode(self._read(name), kind, name)
        return cast("R", self._records[name])


def _write_source(folder: Path, source: Source) -> None:
    for name, data in source.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, data)


def public_key(text: str) -> PublicKey:
    """What ``--root`` takes: the Base64 line of a minisign key, or the path of a ``.pub`` file."""
    path = Path(text)
    if path.is_file() and path.stat().st_size < 4096:
        return read_public_key(path.read_bytes())
    return PublicKey.parse(text.strip())
