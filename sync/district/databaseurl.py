"""Where a workspace's ledger is: in the workspace, or in the district's PostgreSQL; its URL is kept without secrets."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from config.errors import OperatorError
from config.record import Record, decode, encode
from sync.district.database import sqlite_url
from sync.district.workspace import Workspace

FILE = "ledger.json"
PLAIN_OPTIONS = frozenset({"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey"})
"""What a URL may say behind its question mark: nothing that is a secret, nothing that changes what is promised."""


class LedgerPlace(Record, tag_field="format", tag="bilik-ledger-place/1", frozen=True):
    """``ledger.json``: the district's database; a workspace without it keeps its ledger in itself."""

    url: str
    """Without a password."""


def parse(text: str) -> URL:
    """What ``--db`` takes; raises OperatorError, which never repeats what was typed: it may hold a password."""
    try:
        url = make_url(text)
        whole = url.drivername in ("postgresql", "postgres") and bool(url.database) and set(url.query) <= PLAIN_OPTIONS
    except (ArgumentError, ValueError):
        whole = False
    if not whole:
        raise OperatorError(
            "--db takes postgresql://USER@HOST/DATABASE, with nothing behind it but "
            f"{', '.join(sorted(PLAIN_OPTIONS))}. The password belongs into the file that PGPASSFILE names.",
            id="--db berbentuk postgresql://NAMA@HOST/BASISDATA, ditambah paling banyak "
            f"{', '.join(sorted(PLAIN_OPTIONS))}. Kata sandi ditaruh di berkas yang disebut PGPASSFILE.",
        ) from None
    return url.set(drivername="postgresql")


def without_password(url: URL) -> str:
    """The URL as it may be stored and shown."""
    return URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()


def in_workspace(workspace: Workspace) -> URL:
    """The ledger that is a file of the workspace."""
    return sqlite_url(workspace.path / "ledger.sqlite")


def recorded(workspace: Workspace) -> URL | None:
    """The district's database, when this workspace has worked with one; raises InputError for a damaged record."""
    file = workspace.path / FILE
    if not file.is_file():
        return None
    return parse(decode(file.read_bytes(), LedgerPlace, FILE, max_bytes=4096).url)


def record(workspace: Workspace, url: URL) -> None:
    """From now on commands without ``--db`` take this one: nobody opens a second, empty ledger by forgetting it."""
    workspace.write(FILE, encode(LedgerPlace(url=without_password(url))))
