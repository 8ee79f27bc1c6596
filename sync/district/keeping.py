"""Where batches and archives are kept once they are taken in: under their hash, and never changed or thrown away.

With a ledger in the workspace they are its files. With the district's database they are in there, too: other desks do
not see this machine's disk, and a laptop that is lost must lose nothing.
"""

import re
from collections.abc import Iterator

from sqlalchemy import Column, LargeBinary, String, Table, select
from sqlalchemy.dialects.postgresql import insert

from config.errors import InputError
from config.files import write_whole
from config.record import sha256
from sync.batch import SUFFIX
from sync.district.database import Database, metadata
from sync.district.workspace import Workspace

NAME = re.compile(r"(batches/[0-9a-f]{64}\.batch|archives/[0-9a-f]{64}\.bel)\Z")

kept = Table("kept", metadata, Column("name", String, primary_key=True), Column("data", LargeBinary, nullable=False))
"""Empty where the ledger is in the workspace."""


class Keeping:
    """Files by name; what was put is durable when ``put`` returns."""

    def __init__(self, workspace: Workspace, database: Database) -> None:
        self._folder = workspace.path
        self._database = database

    def put_batch(self, data: bytes) -> str:
        """The batch's SHA-256."""
        return self.put(f"batches/{sha256(data)}{SUFFIX}", data)

    def put_archive(self, archive: bytes) -> str:
        """The archive's SHA-256."""
        return self.put(f"archives/{sha256(archive)}.bel", archive)

    def batch(self, batch_sha256: str) -> bytes:
        """Raises InputError when it is gone or changed."""
        return self.get(f"batches/{batch_sha256}{SUFFIX}")

    def archive(self, archive_sha256: str) -> bytes:
        """Raises InputError when it is gone or changed."""
        return self.get(f"archives/{archive_sha256}.bel")

    def put(self, name: str, data: bytes) -> str:
        """Keeps ``data`` under its own hash, which is returned; once more is the same as once."""
        if not self._database.shared:
            write_whole(self._folder / name, data)
        else:
            with self._database.transaction(name) as connection:
                connection.execute(insert(kept).on_conflict_do_nothing(), {"name": name, "data": data})
        return _hash_in(name)

    def get(self, name: str) -> bytes:
        """What is kept under that name; raises InputError when it is gone or changed."""
        data = self._from_database(name) if self._database.shared else self._from_folder(name)
        if data is None or sha256(data) != _hash_in(name):
            raise InputError(
                f"{name[:20]}… is missing or was changed. Restore the workspace from its backup.",
                id=f"{name[:20]}… hilang atau berubah. Pulihkan ruang kerja dari cadangan.",
            )
        return data

    def names(self) -> Iterator[str]:
        """Everything that is kept, sorted; also what a run left that was killed before its entry."""
        if self._database.shared:
            with self._database.snapshot() as connection:
                yield from connection.execute(select(kept.c.name).order_by(kept.c.name)).scalars().all()
            return
        for folder in ("archives", "batches"):
            found = (f"{folder}/{path.name}" for path in (self._folder / folder).iterdir())
            yield from sorted(name for name in found if NAME.match(name))

    def _from_database(self, name: str) -> bytes | None:
        with self._database.snapshot() as connection:
            data: bytes | None = connection.execute(select(kept.c.data).where(kept.c.name == name)).scalar_one_or_none()
            return data

    def _from_folder(self, name: str) -> bytes | None:
        file = self._folder / name
        return file.read_bytes() if file.is_file() else None


def _hash_in(name: str) -> str:
    return name.partition("/")[2].partition(".")[0]
