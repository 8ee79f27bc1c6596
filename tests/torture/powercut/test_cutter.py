"""The cutter keeps its rules for any operations: what was synced stays, nothing is invented, the rest can be lost."""

import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.torture.powercut.cutter import SECTOR_BYTES, Disks, Picture, Policy
from tests.torture.powercut.operations import (
    ROOT,
    Chmod,
    Create,
    MakeFolder,
    Operation,
    Remove,
    Rename,
    Resize,
    SyncFile,
    SyncFolder,
    Write,
)

DISK = "disk"
DISK_NODE = 1
START: tuple[Operation, ...] = (MakeFolder(DISK_NODE, ROOT, DISK, 0o755), SyncFolder(ROOT))
NAMES = ("a", "b", "c")


@dataclass
class Live:
    """A disk with the power on, drawn one operation at a time; knows nothing of the cutter's ways."""

    operations: list[Operation] = field(default_factory=lambda: list(START))
    names: dict[int, dict[str, int]] = field(default_factory=lambda: {DISK_NODE: {}})
    bytes: dict[int, bytearray] = field(default_factory=dict)
    quiet: set[int] = field(default_factory=set)
    """Files that did not change since their last sync."""
    loud: set[tuple[int, str]] = field(default_factory=set)
    """Places that changed since their folder's last sync."""
    last: int = DISK_NODE
    ever: dict[int, list[set[int]]] = field(default_factory=dict)
    """By file and place in it: every byte that was ever there."""

    def draw(self, data: st.DataObject) -> None:
        kinds = [self._make, self._make]
        if self.bytes:
            kinds += [self._write] * 4 + [self._resize, self._sync_file, self._sync_file, self._chmod]
        if self._places():
            kinds += [self._rename, self._remove]
        kinds.append(self._sync_folder)
        data.draw(st.sampled_from(kinds))(data)

    def _do(self, operation: Operation) -> None:
        self.operations.append(operation)

    def _places(self) -> list[tuple[int, str]]:
        return [(folder, name) for folder, held in self.names.items() for name in held]

    def _folder(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.names)))

    def _make(self, data: st.DataObject) -> None:
        folder, name = self._folder(data), data.draw(st.sampled_from(NAMES))
        if name in self.names[folder]:
            return
        self.last += 1
        node = self.last
        self.names[folder][name] = node
        self.loud.add((folder, name))
        if folder == DISK_NODE and data.draw(st.booleans()):
            self.names[node] = {}
            self._do(MakeFolder(node, folder, name, 0o755))
        else:
            self.bytes[node], self.ever[node] = bytearray(), []
            self._do(Create(node, folder, name, 0o600))

    def _file(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.bytes)))

    def _write(self, data: st.DataObject) -> None:
        node, offset = self._file(data), data.draw(st.integers(0, 3 * SECTOR_BYTES))
        piece = bytes([data.draw(st.integers(1, 255))]) * data.draw(st.integers(1, 2 * SECTOR_BYTES))
        held = self.bytes[node]
        held.extend(bytes(max(0, offset + len(piece) - len(held))))
        held[offset : offset + len(piece)] = piece
        self._changed(node)
        self._do(Write(node, offset, piece))

    def _resize(self, data: st.DataObject) -> None:
        node, size = self._file(data), data.draw(st.integers(0, 3 * SECTOR_BYTES))
        self.bytes[node] = self.bytes[node][:size].ljust(size, b"\0")
        self._changed(node)
        self._do(Resize(node, size))

    def _chmod(self, data: st.DataObject) -> None:
        self._do(Chmod(self._file(data), 0o644))

    def _changed(self, node: int) -> None:
        self.quiet.discard(node)
        ever = self.ever[node]
        ever.extend({0} for _ in range(len(self.bytes[node]) - len(ever)))
        for at, value in enumerate(self.bytes[node]):
            ever[at].add(value)

    def _rename(self, data: st.DataObject) -> None:
        folder, name = data.draw(st.sampled_from(self._places()))
        # A folder keeps its place here: only its name changes, as the product does it.
        new_folder = folder if self.names[folder][name] in self.names else self._folder(data)
        new_name = data.draw(st.sampled_from(NAMES))
        if new_name in self.names[new_folder] and (
            self.names[new_folder][new_name] in self.names or self.names[folder][name] in self.names
        ):
            return
        self.names[new_folder][new_name] = self.names[folder].pop(name)
        self.loud |= {(folder, name), (new_folder, new_name)}
        self._do(Rename(folder, name, new_folder, new_name))

    def _remove(self, data: st.DataObject) -> None:
        folder, name = data.draw(st.sampled_from(self._places()))
        if self.names.get(self.names[folder][name]):
            return
        self.names.pop(self.names[folder].pop(name), None)
        self.loud.add((folder, name))
        self._do(Remove(folder, name))

    def _sync_file(self, data: st.DataObject) -> None:
        node = self._file(data)
        self.quiet.add(node)
        self._do(SyncFile(node))

    def _sync_folder(self, data: st.DataObject) -> None:
        self._sync(self._folder(data))

    def _sync(self, folder: int) -> None:
        self.loud = {place for place in self.loud if place[0] != folder}
        self._do(SyncFolder(folder))

    def sync_all(self) -> None:
        for node in self.bytes:
            self.quiet.add(node)
            self._do(SyncFile(node))
        for folder in self.names:
            self._sync(folder)

    def files(self, *, safe_names: bool = False) -> dict[str, int]:
        """Paths and nodes, on wish those only whose every name was synced."""
        found = {}
        for name, node in self.names[DISK_NODE].items():
            if safe_names and (DISK_NODE, name) in self.loud:
                continue
            if node in self.bytes:
                found[f"{DISK}/{name}"] = node
            for inner, child in self.names.get(node, {}).items():
                if not (safe_names and (node, inner) in self.loud):
                    found[f"{DISK}/{name}/{inner}"] = child
        return found


def cut(operations: list[Operation] | tuple[Operation, ...], policy: Policy, seed: int = 0) -> Picture:
    return Disks(operations).cut({DISK: policy}, random.Random(seed))


def contents(picture: Picture) -> dict[str, bytes]:
    return {path: data for path, (data, _) in picture.files.items()}


@st.composite
def lives(draw: st.DrawFn) -> Live:
    live, data = Live(), draw(st.data())
    for _ in range(draw(st.integers(1, 25))):
        live.draw(data)
    return live


any_policy = st.sampled_from(Policy)
seeds = st.integers(0, 2**32)


@settings(max_examples=100, deadline=None)
@given(lives(), any_policy, seeds)
def test_what_was_synced_is_there(live: Live, policy: Policy, seed: int) -> None:
    found = contents(cut(live.operations, policy, seed))
    for path, node in live.files(safe_names=True).items():
        assert path in found
        if node in live.quiet:
            assert found[path] == live.bytes[node]


@settings(max_examples=60, deadline=None)
@given(lives())
def test_a_process_that_dies_loses_nothing(live: Live) -> None:
    found = contents(cut(live.operations, Policy.KEEP))
    assert found == {path: live.bytes[node] for path, node in live.files().items()}


@settings(max_examples=100, deadline=None)
@given(lives(), any_policy, seeds)
def test_after_everything_was_synced_a_cut_changes_nothing(live: Live, policy: Policy, seed: int) -> None:
    live.sync_all()
    found = contents(cut(live.operations, policy, seed))
    assert found == {path: live.bytes[node] for path, node in live.files().items()}


@settings(max_examples=100, deadline=None)
@given(lives(), st.sampled_from([policy for policy in Policy if policy is not Policy.TORN]), seeds)
def test_nothing_is_invented(live: Live, policy: Policy, seed: int) -> None:
    every = {bytes(data) for data in live.bytes.values()}
    for path, data in contents(cut(live.operations, policy, seed)).items():
        assert path.startswith(f"{DISK}/")
        # Some file that has been holds each of these bytes at its place, at one time or another.
        assert data in every or any(
            len(data) <= len(ever) and all(value in ever[at] for at, value in enumerate(data))
            for ever in live.ever.values()
        )


@settings(max_examples=50, deadline=None)
@given(lives(), any_policy, seeds)
def test_a_seed_gives_the_same_cut_again_and_asking_changes_nothing(live: Live, policy: Policy, seed: int) -> None:
    disks = Disks(live.operations)
    first = disks.cut({DISK: policy}, random.Random(seed))
    disks.cut({DISK: Policy.TORN}, random.Random(seed + 1))
    assert disks.cut({DISK: policy}, random.Random(seed)) == first == cut(live.operations, policy, seed)


# What may be lost is lost: each way is met


FILE = (*START, Create(2, DISK_NODE, "a", 0o600), Write(2, 0, b"old" * 1000), SyncFile(2), SyncFolder(DISK_NODE))
PATH = f"{DISK}/a"
NEW = b"new" * 1000


def outcomes(operations: tuple[Operation, ...], policy: Policy) -> list[dict[str, bytes]]:
    return [contents(cut(operations, policy, seed)) for seed in range(200)]


def test_an_unsynced_write_is_lost_or_there() -> None:
    again = (*FILE, Write(2, 0, NEW))
    assert (Disks(FILE).unsynced, Disks(again).unsynced) == (0, 1)
    assert contents(cut(again, Policy.LOSE)) == {PATH: b"old" * 1000}
    assert contents(cut(again, Policy.KEEP)) == {PATH: NEW}
    assert {found[PATH] for found in outcomes(again, Policy.SOME)} == {b"old" * 1000, NEW}


def test_a_later_write_lives_and_an_earlier_one_does_not() -> None:
    twice = (*FILE, Write(2, 0, b"1"), Write(2, 600, b"2"))
    assert {(found[PATH][:1], found[PATH][600:601]) for found in outcomes(twice, Policy.SOME)} == {
        (b"o", b"o"),
        (b"1", b"o"),
        (b"o", b"2"),
        (b"1", b"2"),
    }


def test_a_write_is_torn_between_sectors_and_nowhere_else() -> None:
    found = {contents(cut((*FILE, Write(2, 0, NEW)), Policy.TORN, seed))[PATH] for seed in range(200)}
    pieces = [{data[at : at + SECTOR_BYTES] for data in found} for at in range(0, 3000, SECTOR_BYTES)]
    two = slice(SECTOR_BYTES, 2 * SECTOR_BYTES)
    assert any(data[:SECTOR_BYTES] == (b"old" * 1000)[:SECTOR_BYTES] and data[two] == NEW[two] for data in found)
    for at, seen in enumerate(pieces):
        begin, end = at * SECTOR_BYTES, min(3000, (at + 1) * SECTOR_BYTES)
        # Old, new, zeros, and what nobody ever wrote.
        assert {(b"old" * 1000)[begin:end], NEW[begin:end], bytes(end - begin)} < seen


def test_a_size_without_its_bytes_is_zeros_and_bytes_without_their_size_are_not_there() -> None:
    grown = (*FILE, Write(2, 3000, b"more"))
    assert contents(cut(grown, Policy.NAMES))[PATH] == b"old" * 1000 + bytes(4)
    assert contents(cut(grown, Policy.BYTES))[PATH] == b"old" * 1000
    assert contents(cut((*FILE, Resize(2, 0)), Policy.BYTES))[PATH] == b"old" * 1000
    assert contents(cut((*FILE, Resize(2, 0)), Policy.NAMES))[PATH] == b""


def test_a_synced_file_without_a_synced_name_can_be_gone_and_a_synced_name_without_bytes_is_empty() -> None:
    file = (*START, Create(2, DISK_NODE, "a", 0o600), Write(2, 0, NEW))
    assert cut((*file, SyncFile(2)), Policy.LOSE).files == {}
    assert contents(cut((*file, SyncFolder(DISK_NODE)), Policy.LOSE)) == {PATH: b""}


def test_a_rename_is_whole_and_two_of_one_name_keep_their_order() -> None:
    renamed = (*FILE, Rename(DISK_NODE, "a", DISK_NODE, "b"), Rename(DISK_NODE, "b", DISK_NODE, "c"))
    for policy in (Policy.SOME, Policy.JOURNALED):
        paths = {tuple(found) for found in outcomes(renamed, policy)}
        assert paths == {(PATH,), (f"{DISK}/b",), (f"{DISK}/c",)}


@pytest.mark.parametrize(("policy", "can"), [(Policy.SOME, True), (Policy.JOURNALED, False)])
def test_names_outlive_earlier_names_only_without_a_journal(policy: Policy, can: bool) -> None:
    made = (*START, Create(2, DISK_NODE, "a", 0o600), Create(3, DISK_NODE, "b", 0o600))
    assert ({f"{DISK}/b"} in [set(found) for found in outcomes(made, policy)]) is can


def test_each_disk_has_its_own_fate() -> None:
    other = (*FILE, MakeFolder(9, ROOT, "stick", 0o755), SyncFolder(ROOT), Create(10, 9, "s", 0o600), Write(2, 0, NEW))
    picture = Disks(other).cut({DISK: Policy.LOSE, "stick": Policy.KEEP}, random.Random(0))
    assert contents(picture) == {PATH: b"old" * 1000, "stick/s": b""}
