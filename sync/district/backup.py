"""Backup and restore: one file with everything that was taken in and all that the workspace knows.

Restoring proves itself: every byte is compared with its sum, every batch read with its signatures, and the restored
ledger written out once more and compared with the one in the backup.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import URL, Column, Connection, Table, func, select, text

from config.errors import InputError, OperatorError
from config.files import put_in_place, write_whole
from config.record import Record, decode, encode, sha256
from sync.ballot.verify import verify_archive
from sync.batch import Batch, read
from sync.district.backupfile import SECRET_MODE, Member, Reader, Writer, is_plain
from sync.district.database import metadata
from sync.district.databaseurl import FILE as URL_FILE
from sync.district.finals import read_all
from sync.district.keeping import NAME, kept
from sync.district.ledger import Admitted, Ledger, ledger_of
from sync.district.slipcounts import kept as slips
from sync.district.workspace import Workspace

HEAD, LEDGER = "backup.json", "ledger.json"
APART = ("batches", "archives")
"""Folders of the workspace that are not copied as such: what is kept may also be in the district's database."""
MAX_FOLDERS = 20_000
"""Of a workspace: two for each of its booths, and each of their earlier packages."""
Advance = Callable[[str], None]


class Backup(Record, tag_field="format", tag="bilik-backup/1", frozen=True):
    """``backup.json``: what a backup holds, so that nothing less is taken for it."""

    election_id: str
    made_at: str
    """UTC, to the minute."""
    folders: tuple[str, ...]
    rows: dict[str, int]
    """Of each table of the ledger."""
    kept: int
    """Batches and archives."""
    ledger_sha256: str


@dataclass(frozen=True)
class Proved:
    """What lies in a backup, checked; ``sha256`` is for people who compare."""

    head: Backup
    sha256: str


def back_up(workspace: Workspace, out: Path, advance: Advance) -> Proved:
    """Writes the backup and reads it back.

    Raises OperatorError when ``out`` is there or in the workspace, InputError when something of the workspace is
    missing or damaged.
    """
    if out.exists():
        raise OperatorError(
            f"{out} is there already. Choose another name: a backup is never overwritten.",
            id=f"{out} sudah ada. Pilih nama lain: cadangan tidak pernah ditimpa.",
        )
    if out.resolve().is_relative_to(workspace.path.resolve()):
        raise OperatorError(
            f"{out} lies in the workspace itself, and would be lost with it. Name a place on another medium.",
            id=f"{out} ada di dalam ruang kerja itu sendiri dan akan ikut hilang. Sebutkan tempat di media lain.",
        )
    ledger = ledger_of(workspace)
    # The ledger first: what is kept only grows, so every entry of it finds its files.
    rows, lines = _rows(ledger)
    names = list(ledger.keeping.names())
    fresh = out.with_name(f".{out.name}.new")
    try:
        with (
            workspace.changing(),
            os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        ):
            writer = Writer(file)
            folders, files = _tree(workspace.path)
            head = Backup(
                election_id=workspace.record.election_id,
                made_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
                folders=tuple(folders),
                rows=rows,
                kept=len(names),
                ledger_sha256=sha256(lines),
            )
            writer.put(HEAD, encode(head))
            writer.put(LEDGER, lines)
            for name in files:
                path = workspace.path / name
                secret = path.stat().st_mode & 0o777 == SECRET_MODE
                writer.put(f"workspace/{name}", path.read_bytes(), secret=secret)
                advance(name)
            for name in names:
                writer.put(f"kept/{name}", ledger.keeping.get(name))
                advance(name)
            whole = writer.end()
            file.flush()
            os.fsync(file.fileno())
        reader = Reader(fresh)
        for member in reader:
            advance(member.name)
        if reader.sha256 != whole:
            raise InputError(
                "The backup was read back otherwise than it was written. Use another medium.",
                id="Cadangan terbaca lain dari yang ditulis. Pakai media lain.",
            )
        put_in_place(fresh, out)
    finally:
        fresh.unlink(missing_ok=True)
    return Proved(head, whole)


def restore(backup: Path, path: Path, database: URL | None, advance: Advance) -> Proved:
    """Makes a workspace, and with ``database`` the district's ledger, as the backup has them.

    Raises OperatorError when either is there already and InputError when anything does not fit; then no workspace is
    left behind. Killed and run again it ends the same.
    """
    if path.exists():
        raise OperatorError(
            f"{path} is there already. Choose another name: a workspace is never overwritten.",
            id=f"{path} sudah ada. Pilih nama lain: ruang kerja tidak pernah ditimpa.",
        )
    fresh = path.with_name(f".{path.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)  # what a run that was cut off left behind
    fresh.mkdir(mode=0o700)
    try:
        reader = Reader(backup)
        head, lines = _unpack(reader, fresh, advance)
        ledger = ledger_of(_opened(fresh, database, head))
        _fill(ledger, fresh, lines)
        _prove(ledger, head, lines, advance)
        if database is not None:
            for folder in APART:
                for file in (fresh / folder).iterdir():
                    file.unlink()
        put_in_place(fresh, path)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Proved(head, reader.sha256)


def _tree(root: Path) -> tuple[list[str], list[str]]:
    """Folders and files of the workspace, sorted; hidden ones are locks and what was cut off."""
    folders, files = [], []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if any(part.startswith(".") for part in name.parts):
            continue
        if path.is_dir():
            folders.append(name.as_posix())
        elif name.parts[0] not in APART and not name.parts[0].startswith("ledger.sqlite") and name != Path(URL_FILE):
            files.append(name.as_posix())
    return folders, files


def _tables() -> list[Table]:
    """Of the ledger, those that another ledger does not write by itself."""
    return [table for name, table in sorted(metadata.tables.items()) if name not in ("about", kept.name)]


def _rows(ledger: Ledger) -> tuple[dict[str, int], bytes]:
    """How many rows each table has, and all of them as JSON, as they were at one moment."""
    said: dict[str, list[dict[str, object]]] = {}
    with ledger.database.snapshot() as connection:
        for table in _tables():
            found = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            said[table.name] = [dict(row) for row in found]
    return {name: len(rows) for name, rows in said.items()}, msgspec.json.encode(said)


def _unpack(reader: Reader, fresh: Path, advance: Advance) -> tuple[Backup, bytes]:
    """Everything into ``fresh``; what was written is only to be trusted once this returns."""
    found: dict[str, bytes] = {}
    number = 0
    for member in reader:
        if member.name in (HEAD, LEDGER):
            found[member.name] = member.data
            if member.name == HEAD:
                folders = decode(member.data, Backup, HEAD, max_bytes=1 << 24).folders
                if len(folders) > MAX_FOLDERS:
                    raise _incomplete("it has too many folders", "foldernya terlalu banyak")
                for folder in folders:
                    _below(fresh, folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            number += member.name.startswith("kept/")
            _put(fresh, member)
        advance(member.name)
    if set(found) != {HEAD, LEDGER}:
        raise _incomplete(f"{HEAD} or {LEDGER} is missing", f"{HEAD} atau {LEDGER} tidak ada")
    head = decode(found[HEAD], Backup, HEAD, max_bytes=1 << 24)
    if (number, sha256(found[LEDGER])) != (head.kept, head.ledger_sha256):
        raise _incomplete("it holds other things than it says", "isinya lain dari yang disebut")
    return head, found[LEDGER]


def _opened(fresh: Path, database: URL | None, head: Backup) -> Workspace:
    workspace = Workspace(fresh, database)
    if workspace.record.election_id != head.election_id:
        raise _incomplete("its workspace is another election's", "ruang kerjanya milik pemilihan lain")
    return workspace


def _put(fresh: Path, member: Member) -> None:
    where, _, name = member.name.partition("/")
    fits = NAME.match(name) if where == "kept" else where == "workspace" and name.partition("/")[0] not in APART
    if not fits or name == URL_FILE or name.startswith("ledger.sqlite"):
        raise _incomplete(f"nothing named {member.name!a} belongs there", f"{member.name!a} bukan isinya")
    file = _below(fresh, name)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(file, member.data, SECRET_MODE if member.secret else 0o644)


def _below(fresh: Path, name: str) -> Path:
    """A path that stays below: the reader judged members' names, and the list of folders is judged here."""
    if not is_plain(name):
        raise _incomplete(f"the name {name[:80]!a}", f"nama {name[:80]!a}")
    return fresh / name


def _fill(ledger: Ledger, fresh: Path, lines: bytes) -> None:
    """All rows in one transaction, the files before them; a ledger that holds just these already is taken as it is."""
    if ledger.database.shared:
        for name in (f"{folder}/{file.name}" for folder in APART for file in sorted((fresh / folder).iterdir())):
            ledger.keeping.put(name, (fresh / name).read_bytes())
    if not ledger.database.is_empty(but=(kept,)):
        if _rows(ledger)[1] == lines:
            return
        raise OperatorError(
            "The database holds a ledger already. Name an empty one: nothing is ever overwritten.",
            id="Basis data sudah berisi buku hasil. Sebutkan yang kosong: tidak ada yang pernah ditimpa.",
        )
    said = decode(lines, dict[str, list[dict[str, object]]], LEDGER)
    known = {table.name: table for table in _tables()}
    if not said.keys() <= known.keys() or not all(_fits(known[name], row) for name in said for row in said[name]):
        raise _incomplete("another version of this program made it", "dibuat versi lain program ini")
    with ledger.database.transaction("restore") as connection:
        for name, rows in said.items():
            if rows:
                connection.execute(known[name].insert(), rows)
                _count_on(connection, known[name])


def _fits(table: Table, row: dict[str, object]) -> bool:
    """Whether it is a row of that table: its columns, each with a value that both databases can hold."""

    def holds(column: Column[object], value: object) -> bool:
        if value is None:
            return bool(column.nullable)
        if column.type.python_type is int:
            return type(value) is int and abs(value) < 1 << 31
        return isinstance(value, str) and "\0" not in value

    return row.keys() == set(table.columns.keys()) and all(holds(column, row[column.name]) for column in table.columns)


def _count_on(connection: Connection, table: Table) -> None:
    """Lets the next number of a row follow those that were restored; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is not None and connection.dialect.name == "postgresql":
        last = connection.execute(select(func.max(column))).scalar_one()
        named = {"table": table.name, "column": column.name, "last": last}
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), named)


def _prove(ledger: Ledger, head: Backup, lines: bytes, advance: Advance) -> None:
    rows, written = _rows(ledger)
    if written != lines or rows != head.rows or len(list(ledger.keeping.names())) < head.kept:
        raise _incomplete("the restored ledger differs from it", "buku hasil yang dipulihkan berbeda")
    try:
        admitted, further = ledger.admitted(), ledger.conflicts()
        read_all(ledger.database)
        for booth in {*admitted, *ledger.decisions()}:
            ledger.all_decisions(booth)
        slips(ledger.database)
    except msgspec.DecodeError:
        raise _incomplete("its ledger cannot be read", "buku hasilnya tidak terbaca") from None
    for booth, here in admitted.items():
        _prove_entry(booth, here, read(ledger.keeping.batch(here.batch_sha256)), ledger)
        advance(here.batch_sha256)
    for sha in (sha for batches in further.values() for sha in batches):
        read(ledger.keeping.batch(sha))
        advance(sha)


def _prove_entry(booth: str, here: Admitted, batch: Batch, ledger: Ledger) -> None:
    """An entry says what its batch says, and has the batch's archive, or that one as ``decrypt`` continued it."""
    archive = ledger.keeping.archive(here.archive_sha256)
    result = batch.record.result
    if archive != batch.archive:
        report = verify_archive(archive)
        result = report.result if report.valid and archive.startswith(batch.archive) else None
    if (here.record, booth, here.result) != (batch.record, batch.record.booth, result):
        raise _incomplete(f"the entry of booth {booth!a} is not its batch's", f"entri bilik {booth!a} bukan berkasnya")


def _incomplete(en: str, id: str) -> InputError:  # noqa: A002 -- the language's own code
    return InputError(
        f"The backup cannot be restored: {en}. Take another backup; nothing was restored.",
        id=f"Cadangan tidak dapat dipulihkan: {id}. Pakai cadangan lain; tidak ada yang dipulihkan.",
    )
