"""What a power cut may leave of disks: all that was synced, and of the rest whatever the policy and chance let live.

Pure: operations in, a picture of the disks out. The rules, stricter than most file systems:

- A file's bytes, size and mode are safe once the file was synced, a name once its folder was.
- What is not safe lives or dies piece by piece: a name, a size, each 512 bytes of a write; the later one may live and
  the earlier one not. A size may have grown without its bytes: these are zeros then.
- A rename is wholly there or not at all, and two changes of one name keep their order.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from tests.torture.powercut.operations import (
    ROOT,
    Chmod,
    Create,
    Inside,
    MakeFolder,
    Operation,
    Remove,
    Rename,
    Resize,
    SyncFile,
    SyncFolder,
    Write,
)

SECTOR_BYTES = 512
"""What a medium writes whole or not at all."""


class Policy(StrEnum):
    """What becomes of that which was not synced."""

    LOSE = "lose everything"
    KEEP = "keep everything"
    SOME = "any subset"
    TORN = "any subset, writes torn"
    NAMES = "names and sizes without bytes"
    BYTES = "bytes without names and sizes"
    JOURNALED = "names and sizes in their order, bytes in any"
    """A journal of metadata only, as ext4 with data=writeback keeps."""


@dataclass
class File:
    """A file's contents as the medium has them."""

    data: bytearray = field(default_factory=bytearray)
    mode: int = 0o600


Place: TypeAlias = tuple[int, str]
"""A name in a folder."""


@dataclass(frozen=True, eq=False)
class Naming:
    """One change of names, on one disk: what each place leads to after it, None where to nothing."""

    disk: str
    places: tuple[tuple[Place, int | None], ...]

    def touches(self, folder: int) -> bool:
        """It is safe when this folder was synced."""
        return any(place[0] == folder for place, _ in self.places)


@dataclass(frozen=True)
class Picture:
    """Disks as they are found afterwards: paths from their common root."""

    folders: tuple[str, ...]
    files: dict[str, tuple[bytes, int]]
    """Bytes and mode."""


class Disks:
    """Follows the operations; ``cut`` may be asked after each of them, as often as one likes, and changes nothing."""

    def __init__(self, operations: Iterable[Operation] = ()) -> None:
        self._safe_files: dict[int, File] = {}
        self._safe_names: dict[int, dict[str, int]] = {ROOT: {}}
        self._names: dict[int, dict[str, int]] = {ROOT: {}}
        """As everybody sees them while the power is on."""
        self._inside: dict[int, list[Inside]] = {}
        """By file, what was not synced since."""
        self._naming: list[Naming] = []
        self._disk: dict[int, str] = {}
        """By node: the name of the folder in the root in which it is."""
        for operation in operations:
            self.do(operation)

    @property
    def unsynced(self) -> int:
        """How many operations a cut could lose now."""
        return len(self._naming) + sum(len(pending) for pending in self._inside.values())

    def do(self, operation: Operation) -> None:
        """One more operation, in the order in which they happened."""
        match operation:
            case Write() | Resize() | Chmod():
                self._inside.setdefault(operation.node, []).append(operation)
            case SyncFile(node=node):
                for change in self._inside.pop(node, []):
                    _apply(self._safe_files[node], change)
            case SyncFolder(node=node):
                self._sync_folder(node)
            case _:
                places = tuple(self._places(operation))
                naming = Naming(self._disk_of(places[0][0]), places)
                self._naming.append(naming)
                self._disk.update((node, naming.disk) for _, node in places if node is not None)
                _rename(self._names, naming)

    def _places(self, operation: Operation) -> Iterator[tuple[Place, int | None]]:
        match operation:
            case Create(node=node, folder=folder, name=name, mode=mode):
                self._safe_files[node] = File(mode=mode)
                yield (folder, name), node
            case MakeFolder(node=node, folder=folder, name=name):
                self._safe_names[node], self._names[node] = {}, {}
                yield (folder, name), node
            case Remove(folder=folder, name=name):
                yield (folder, name), None
            case Rename():
                yield (operation.folder, operation.name), None
                node = self._names[operation.folder][operation.name]
                yield (operation.new_folder, operation.new_name), node

    def _disk_of(self, place: Place) -> str:
        folder, name = place
        return name if folder == ROOT else self._disk[folder]

    def _sync_folder(self, folder: int) -> None:
        safe = _with_earlier(self._naming, lambda naming: naming.touches(folder))
        for naming in safe:
            _rename(self._safe_names, naming)
        self._naming = [naming for naming in self._naming if naming not in safe]

    def cut(self, policies: Mapping[str, Policy], chance: random.Random) -> Picture:
        """The power goes now; each disk has its own policy, because each has its own cache."""
        names = {folder: dict(held) for folder, held in self._safe_names.items()}
        for disk, policy in policies.items():
            for naming in _surviving([one for one in self._naming if one.disk == disk], policy, chance):
                _rename(names, naming)
        folders: list[str] = []
        files: dict[str, tuple[bytes, int]] = {}
        for path, node in _walk(names):
            if node in names:
                folders.append(path)
            else:
                held, pending = self._safe_files[node], self._inside.get(node, [])
                left = _Torn(held, policies[self._disk[node]], chance).after(pending) if pending else held
                files[path] = (bytes(left.data), left.mode)
        return Picture(tuple(folders), files)


def _surviving(naming: list[Naming], policy: Policy, chance: random.Random) -> list[Naming]:
    """Those changes of names that lived, in their order."""
    match policy:
        case Policy.LOSE | Policy.BYTES:
            return []
        case Policy.KEEP | Policy.NAMES:
            return naming
        case Policy.JOURNALED:
            return naming[: chance.randint(0, len(naming))]
    chosen = {one for one in naming if chance.random() < 0.5}
    return _with_earlier(naming, lambda one: one in chosen)


class _Torn:
    """One file's way through a cut: its unsynced changes, some of them, some in part."""

    def __init__(self, safe: File, policy: Policy, chance: random.Random) -> None:
        self._policy = policy
        self._chance = chance
        self._bytes = bytearray(safe.data)
        """May be longer than the file: bytes that came to the medium before the size did."""
        self._size = len(safe.data)
        self._mode = safe.mode

    def after(self, changes: list[Inside]) -> File:
        """What is found of the file."""
        # With a journal of metadata the sizes that came to the medium are the first ones.
        sized = self._chance.randint(0, len(changes)) if self._policy is Policy.JOURNALED else 0
        for number, change in enumerate(changes):
            known = number < sized if self._policy is Policy.JOURNALED else self._lives(metadata=True)
            match change:
                case Write():
                    if self._lives(metadata=False):
                        self._write(change)
                    if known:
                        self._size = max(self._size, change.offset + len(change.data))
                case Resize(size=size) if known:
                    # What is cut off is gone, also for a size that grows again.
                    self._size = size
                    del self._bytes[size:]
                case Chmod(mode=mode) if known:
                    self._mode = mode
        return File(self._bytes[: self._size].ljust(self._size, b"\0"), self._mode)

    def _lives(self, *, metadata: bool) -> bool:
        match self._policy:
            case Policy.LOSE:
                return False
            case Policy.KEEP:
                return True
            case Policy.NAMES:
                return metadata
            case Policy.BYTES:
                return not metadata
        return self._chance.random() < 0.5

    def _write(self, write: Write) -> None:
        if self._policy is not Policy.TORN:
            _put(self._bytes, write.offset, write.data)
            return
        # All of it from some sector on is what the medium's own cache made of it; before that, sector by sector.
        sectors = list(_sectors(write))
        tail = self._chance.choice((None, bytes, self._chance.randbytes))
        begins = self._chance.randrange(len(sectors) + 1) if tail else len(sectors)
        for number, (offset, data) in enumerate(sectors):
            if number >= begins and tail:
                _put(self._bytes, offset, tail(len(data)))
            elif self._chance.random() < 0.5:
                _put(self._bytes, offset, data)


def _sectors(write: Write) -> Iterator[tuple[int, bytes]]:
    """The write by the medium's own sectors: place in the file, and bytes."""
    at, end = write.offset, write.offset + len(write.data)
    while at < end:
        border = min(end, (at // SECTOR_BYTES + 1) * SECTOR_BYTES)
        yield at, write.data[at - write.offset : border - write.offset]
        at = border


def _put(data: bytearray, offset: int, piece: bytes) -> None:
    if offset > len(data):
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(piece)] = piece


def _apply(file: File, change: Inside) -> None:
    match change:
        case Write(offset=offset, data=data):
            _put(file.data, offset, data)
        case Resize(size=size):
            file.data = file.data[:size].ljust(size, b"\0")
        case Chmod(mode=mode):
            file.mode = mode


def _with_earlier(naming: list[Naming], chosen: Callable[[Naming], bool]) -> list[Naming]:
    """Those chosen, and each earlier change of a place that they or these change: in their order."""
    places: set[Place] = set()
    taken = []
    for one in reversed(naming):
        mine = {place for place, _ in one.places}
        if chosen(one) or places & mine:
            places |= mine
            taken.append(one)
    return taken[::-1]


def _rename(names: dict[int, dict[str, int]], naming: Naming) -> None:
    for (folder, name), node in naming.places:
        if node is None:
            names[folder].pop(name, None)
        else:
            names[folder][name] = node


def _walk(names: dict[int, dict[str, int]], folder: int = ROOT, path: str = "") -> Iterator[tuple[str, int]]:
    """Every path that leads somewhere: a folder comes before what is in it."""
    for name, node in names[folder].items():
        yield f"{path}{name}", node
        if node in names:
            yield from _walk(names, node, f"{path}{name}/")
