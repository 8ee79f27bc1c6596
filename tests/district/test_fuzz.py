"""Fuzz, bounded: real batches, packages, tables and backups changed at random are refused with sentences, or the same.

Nothing is admitted, left behind or waited for; bytes of a batch alone, bombs and hostile sticks are in `test_arrivals`,
those of a backup's form in `test_backup`, a workbook's parts in `tests/config/test_workbook.py`.
"""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import BilikError, InputError
from config.faults import SourceFaults
from config.minisign import SecretKey
from config.package import read_package
from config.source import read_source
from sync.ballot import tar
from sync.batch import MAX_BYTES
from sync.coherence import setup_of
from sync.district.backup import restore
from sync.district.backupfile import Reader, Writer
from sync.district.intake import Verdict
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from tests.config.workbooks import source as with_workbook
from tests.config.workbooks import workbook
from tests.district.election import BOOTHS, SAMPLE, Made, done
from tests.district.mangled import changed_bytes, changed_folder, changed_record
from tests.district.offering import admit

WORKBOOK = workbook()
"""Once: the time of its making is in it, and what is drawn must be the same for the same bytes."""
BOUNDED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def said(refused: BilikError) -> None:
    """Sentences in two languages that end, and steer no terminal."""
    for text in (refused.en, refused.id):
        for line in text.split("\n"):
            assert line.endswith((".", "?")), line
            assert line.isprintable(), line


FIELDS = {
    "name": (0, 100),
    "mode": (100, 8),
    "owner": (108, 16),
    "size": (124, 12),
    "time": (136, 12),
    "kind": (156, 1),
    "link": (157, 100),
    "magic": (257, 8),
    "rest": (265, 247),
}
TRICKS = {
    "name": [b"../../x", b"/etc/passwd", b"batch.json", b"archive.bel", b"a/../b", b".hidden", b"\xff\xfe"],
    "size": [b"\x80" + bytes(10) + b"\x10", b"-0000000001\0", b"77777777777\0", b"0\0", b"\xff" * 12],
    "kind": [b"1", b"2", b"3", b"5", b"L", b"K", b"x", b"g", b"S", b"\0", b"D"],
    "magic": [b"ustar\x0000", b"ustar  \0"],
}


def _headers(data: bytes) -> list[int]:
    """Where each member's header begins."""
    places, at = [], 0
    for member in tar.read(data, tar.Limits(MAX_BYTES, 5, MAX_BYTES)):
        places.append(at)
        at += tar.BLOCK + -(-len(member.data) // tar.BLOCK) * tar.BLOCK
    return places


def _with_sum(header: bytearray) -> bytes:
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.fixture(scope="module")
def own(election: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A copy whose ledger all examples ask; nothing is ever admitted to it."""
    return election.copy(tmp_path_factory.mktemp("own") / "made")


@pytest.fixture(scope="module")
def batch(own: Made) -> bytes:
    return own.day(choices=(1,), voids=()).batch()


@settings(BOUNDED, max_examples=200)
@given(data=st.data())
def test_tricks_of_tar_admit_nothing(own: Made, batch: bytes, tmp_path: Path, data: st.DataObject) -> None:
    """Headers whose sums are right, with other names, sizes, kinds and links; members doubled and in other places."""
    out = bytearray(batch)
    places = _headers(batch)
    for _ in range(data.draw(st.integers(1, 3))):
        at, field = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(sorted(FIELDS)))
        start, size = FIELDS[field]
        new = data.draw(st.one_of(st.sampled_from(TRICKS.get(field, [bytes(size)])), st.binary(max_size=size)))
        header = bytearray(out[at : at + tar.BLOCK])
        header[start : start + size] = new[:size].ljust(size, b"\0")
        out[at : at + tar.BLOCK] = _with_sum(header)
    parts = [bytes(out[at:to]) for at, to in zip(places, [*places[1:], len(out)], strict=True)]
    order = data.draw(st.one_of(st.just(list(range(5))), st.lists(st.integers(0, 4), min_size=1, max_size=8)))
    offered = b"".join(parts[n] for n in order)
    if offered == batch:
        return
    keeping = ledger_of(Workspace(own.workspace)).keeping
    before = list(keeping.names())
    outcome = admit(own, offered, tmp_path)
    assert outcome.verdict is Verdict.REFUSED
    for reason in outcome.reasons:
        said(InputError(reason.en, id=reason.id))
    assert list(keeping.names()) == before
    assert ledger_of(Workspace(own.workspace)).admitted() == {}


@settings(BOUNDED, max_examples=200)
@given(data=st.data())
def test_any_change_of_a_package_is_refused_or_makes_no_difference(election: Made, data: st.DataObject) -> None:
    good = election.package(BOOTHS[0])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(election.sticks / BOOTHS[0] / "bilik" / "package", Path(place) / "package"))
        changed_folder(data, folder)
        try:
            read = read_package(folder, root=good.root)
        except InputError as refused:
            said(refused)
        else:
            assert (read.manifest_bytes, read.files) == (good.manifest_bytes, good.files)


@settings(BOUNDED, max_examples=200)
@given(data=st.data())
def test_a_package_that_a_stranger_signed_is_refused_or_holds_together(election: Made, data: st.DataObject) -> None:
    """Whoever has no root key signs with his own: then everything in the manifest is his."""
    root = SecretKey.new()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(election.sticks / BOOTHS[0] / "bilik" / "package", Path(place) / "package"))
        manifest = json.loads((folder / "manifest.json").read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            manifest = changed_record(data, manifest)
        signed = json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        (folder / "manifest.json").write_bytes(signed)
        (folder / "manifest.json.minisig").write_bytes(root.sign(signed, "bilik-package/1"))
        (folder / "root.pub").write_bytes(root.public.file)
        try:
            setup_of(read_package(folder))
        except InputError as refused:
            said(refused)


def test_a_package_of_more_than_any_booth_needs_takes_no_memory(election: Made, tmp_path: Path) -> None:
    """Thousands of files of 16 MiB, each as its signed manifest says: reading stops at a bound."""
    import hashlib
    import tracemalloc

    from config.package import PACKAGE_MAX_BYTES

    root, size = SecretKey.new(), 16 << 20
    folder = Path(shutil.copytree(election.sticks / BOOTHS[0] / "bilik" / "package", tmp_path / "package"))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    name = hashlib.sha256(bytes(size)).hexdigest()
    for number in range(PACKAGE_MAX_BYTES // size + 4):
        # Names that no file can have, sorted before all others: what is read first is what is there.
        with (folder / "files" / f"{number:064x}").open("wb") as sparse:
            sparse.truncate(size)
    assert len(name) == 64
    manifest["files"] = {f"{n:064x}": size for n in range(PACKAGE_MAX_BYTES // size + 4)} | manifest["files"]
    signed = json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode()
    (folder / "manifest.json").write_bytes(signed)
    (folder / "manifest.json.minisig").write_bytes(root.sign(signed, "bilik-package/1"))
    (folder / "root.pub").write_bytes(root.public.file)
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            read_package(folder)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 2 * PACKAGE_MAX_BYTES


TABLES = ("election.toml", "villages.csv", "booths.csv", "candidates.csv")


@settings(BOUNDED, max_examples=200)
@given(data=st.data())
def test_any_change_of_a_table_is_told_or_read(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(TABLES))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(SAMPLE, Path(place) / "source"))
        (folder / name).write_bytes(changed_bytes(data, (folder / name).read_bytes(), changes=6))
        try:
            assert list(read_source(folder).election.places())
        except SourceFaults as refused:
            said(refused)


@settings(BOUNDED, max_examples=100)
@given(data=st.data())
def test_any_change_of_a_workbook_s_file_is_told_or_read(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = with_workbook(Path(place) / "source", changed_bytes(data, WORKBOOK))
        try:
            assert list(read_source(folder).election.places())
        except SourceFaults as refused:
            said(refused)


@pytest.fixture(scope="module")
def backed_up(election: Made, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The members of a backup of an evening."""
    made = election.copy(tmp_path_factory.mktemp("evening") / "made")
    ground = ("--by", "Sri Rahayu", "--reason", "rekap TPS 1 bilik 1 di depan saksi")
    admit(made, made.day(choices=(1,), voids=()).batch(), made.folder)
    for booth in BOOTHS[1:]:
        done("decide", made.workspace, booth, "--paper", "0,1,1,0", *ground)
    done("slips", "keep", made.workspace, "--booth", BOOTHS[0], "--votes", "0,1,0,0", "--by", "Sri Rahayu")
    done("final", made.workspace, BOOTHS[0][:13], "--by", "Sri Rahayu", "--with", "Budi", "--reason", "berita acara 7")
    done("backup", made.workspace, made.folder / "a.bilik")
    return {member.name: member.data for member in Reader(made.folder / "a.bilik")}


def _written(file: Path, members: dict[str, bytes]) -> Path:
    with file.open("wb") as out:
        writer = Writer(out)
        for name, content in members.items():
            writer.put(name, content)
        writer.end()
    return file


@settings(BOUNDED, max_examples=60)
@given(data=st.data())
def test_a_backup_whose_records_were_made_up_is_restored_the_same_or_leaves_nothing(
    backed_up: dict[str, bytes], data: st.DataObject
) -> None:
    """By somebody who knows the form: all sums are right, and the head says what there is."""
    import hashlib

    members = dict(backed_up)
    name = data.draw(st.sampled_from(["ledger.json", "ledger.json", "backup.json", "workspace/workspace.json"]))
    record = json.loads(members[name])
    for _ in range(data.draw(st.integers(1, 2))):
        record = changed_record(data, record)
    members[name] = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if name == "ledger.json":
        head = json.loads(members["backup.json"])
        tables = record.items() if isinstance(record, dict) else ()
        rows = {table: len(rows) for table, rows in tables if isinstance(rows, list)}
        head |= {"ledger_sha256": hashlib.sha256(members[name]).hexdigest(), "rows": rows}
        members["backup.json"] = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    with tempfile.TemporaryDirectory() as place:
        file = _written(Path(place) / "a.bilik", members)
        try:
            restore(file, Path(place) / "back", None, lambda _: None)
        except BilikError as refused:
            said(refused)
            assert [path.name for path in Path(place).iterdir()] == ["a.bilik"]
        else:
            done("results", Path(place) / "back")


FOLDERS = {
    "nothing": "",
    "a null byte": "a\0b",
    "out of it": "../x",
    "absolute": "/tmp/x",  # noqa: S108
    "hidden": "a/.b",
    "without end": "a/" * 2000 + "a",
    "a long name": "n" * 300,
    "a name that steers terminals": "\x1b[2J",
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_a_backup_makes_up(backed_up: dict[str, bytes], tmp_path: Path, name: str) -> None:
    head = json.loads(backed_up["backup.json"])
    head["folders"].append(FOLDERS[name])
    encoded = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    file = _written(tmp_path / "a.bilik", backed_up | {"backup.json": encoded})
    with pytest.raises(InputError) as refused:
        restore(file, tmp_path / "back", None, lambda _: None)
    said(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["a.bilik"]


LEDGERS: dict[str, tuple[str, dict[str, object]]] = {
    "a column more": ("batches", {"more": "x"}),
    "a number past every database": ("decisions", {"number": 1 << 70}),
    "a list for a text": ("decisions", {"reason": ["x"]}),
    "truth for a number": ("decisions", {"number": True}),
    "a null byte": ("decisions", {"reason": "a\0b"}),
    "nothing where something must be": ("decisions", {"reason": None}),
    "a record that is none": ("batches", {"record": "{}"}),
    "another result": ("batches", {"result": "[9,9,9,9]"}),
    "no result": ("batches", {"result": None}),
    "another booth": ("batches", {"booth": BOOTHS[2]}),
    "votes that are none": ("decisions", {"votes": "[null]"}),
    "a count that is none": ("slip_counts", {"kept": "[]"}),
    "a signature that is none": ("finals", {"basis": "{}"}),
}


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_that_a_backup_makes_up(backed_up: dict[str, bytes], tmp_path: Path, name: str) -> None:
    import hashlib

    table, change = LEDGERS[name]
    ledger = json.loads(backed_up["ledger.json"])
    ledger[table][0] |= change
    lines = json.dumps(ledger, ensure_ascii=False, separators=(",", ":")).encode()
    head = json.loads(backed_up["backup.json"]) | {"ledger_sha256": hashlib.sha256(lines).hexdigest()}
    encoded = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    file = _written(tmp_path / "a.bilik", backed_up | {"backup.json": encoded, "ledger.json": lines})
    with pytest.raises(InputError) as refused:
        restore(file, tmp_path / "back", None, lambda _: None)
    said(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["a.bilik"]
