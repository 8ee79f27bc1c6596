"""The database under the ledger: SQLite in the workspace for one desk, PostgreSQL for several; what both must promise.

A transaction is entered wholly or not at all, durably, and whoever decides by what he has read is alone while he does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from config.errors import DeviceError, OperatorError

WAIT_S = 60
"""How long one command waits for another to finish its entry."""
GONE_S = 15
"""After which PostgreSQL gives up a desk that stands still within an entry: a lid that was shut, a cable pulled."""
SILENCE_S = 30
"""After which a server that says nothing at all is gone: without a word from us Linux waits for two hours."""
FORMAT = "bilik-ledger/2"

metadata = MetaData()
"""The tables of the ledger; a module that declares some of them is imported before a Database is opened."""
_about = Table("about", metadata, Column("key", String, primary_key=True), Column("value", String, nullable=False))


class Database:
    """One election's tables, made when they are first asked for."""

    def __init__(self, url: URL, election: str, *, must_exist: bool = False) -> None:
        """Raises DeviceError when it cannot be reached, OperatorError when it is another election's or version's.

        ``must_exist`` also refuses one that holds no election yet.
        """
        self._engine = _postgresql(url) if url.get_backend_name() == "postgresql" else _sqlite(url)
        self.shared = self._engine.dialect.name == "postgresql"
        """Whether other desks see it, which do not see this machine's disk."""
        with self.transaction("schema") as connection:
            # A database that is refused is left as it was.
            _refuse_foreign(connection, election, must_exist=must_exist)
            metadata.create_all(connection)
            if connection.execute(select(_about.c.key)).first() is None:
                said = {"format": FORMAT, "election": election}
                connection.execute(_about.insert(), [{"key": key, "value": value} for key, value in said.items()])

    @contextmanager
    def transaction(self, what: str) -> Iterator[Connection]:
        """All of it or nothing; nobody else is inside with the same ``what`` (a booth) until it ends.

        On SQLite nobody else is inside at all. Raises DeviceError when the database fails.
        """
        with self._begun("READ COMMITTED") as connection:
            if self.shared:
                # With a later isolation the lock itself would fix what is seen, before it is waited for.
                connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """For reading several things as they were at one moment; on PostgreSQL nobody waits for it."""
        with self._begun("REPEATABLE READ") as connection:
            yield connection

    def is_empty(self, but: tuple[Table, ...] = ()) -> bool:
        """Whether nothing was entered yet, other than into the tables ``but``."""
        with self.snapshot() as connection:
            tables = (table for table in metadata.tables.values() if table not in (_about, *but))
            return all(connection.execute(select(table).limit(1)).first() is None for table in tables)

    @contextmanager
    def _begun(self, isolation: str) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                if self.shared:
                    connection.execution_options(isolation_level=isolation)
                with connection.begin():
                    yield connection
        except DBAPIError as fault:
            # The server's first line names host, user and base; a password it never repeats.
            told = next(iter(str(fault.orig).splitlines()), "")
            raise (_unreachable(told) if self.shared else _unreadable(told)) from None


def sqlite_url(file: Path) -> URL:
    """The ledger of one desk."""
    return URL.create("sqlite", database=str(file))


def _refuse_foreign(connection: Connection, election: str, *, must_exist: bool) -> None:
    tables = set(inspect(connection).get_table_names())
    if _about.name in tables:
        there = {row.key: row.value for row in connection.execute(select(_about))}
    elif tables & set(metadata.tables):
        there = {"format": "bilik-ledger/1"}
    else:
        there = {}
    if must_exist and not there:
        raise OperatorError(
            "This workspace's ledger is in another database, and the one that you name is empty. Leave --db out, or "
            "name the database to which the ledger was moved.",
            id="Buku hasil ruang kerja ini ada di basis data lain, dan yang disebut ini kosong. Hapus --db, atau "
            "sebutkan basis data tempat buku hasil dipindahkan.",
        )
    if there and there["format"] != FORMAT:
        raise OperatorError(
            f"The ledger was made by another version of this program ({there['format']}). Use that version, or move "
            "ledger.sqlite aside and import all batches again.",
            id=f"Buku hasil dibuat versi lain program ini ({there['format']}). Pakai versi itu, atau pindahkan "
            "ledger.sqlite lalu impor lagi semua berkas hasil.",
        )
    if there and there["election"] != election:
        raise OperatorError(
            "This database holds another election. Name this election's own database, or an empty one.",
            id="Basis data ini milik pemilihan lain. Sebutkan basis data pemilihan ini, atau yang kosong.",
        )


def _unreadable(told: str) -> DeviceError:
    return DeviceError(
        f"The ledger cannot be read or written ({told}). Check the disk's free space; if it stays so, "
        "restore the workspace from its backup and import again: nothing is lost by importing twice.",
        id="Buku hasil tidak dapat dibaca atau ditulis. Periksa ruang kosong disk; jika tetap, pulihkan ruang "
        "kerja dari cadangan lalu impor lagi: impor dua kali tidak merusak apa pun.",
    )


def _unreachable(told: str) -> DeviceError:
    return DeviceError(
        f"The district's database does not answer ({told}). Check cable, server, name and password (PGPASSFILE), "
        "then run the command again: nothing is lost by importing twice.",
        id="Basis data kabupaten tidak menjawab. Periksa kabel, server, nama, dan kata sandi (PGPASSFILE), lalu "
        "jalankan lagi perintahnya: impor dua kali tidak merusak apa pun.",
    )


def _postgresql(url: URL) -> Engine:
    limits = {"lock_timeout": WAIT_S, "statement_timeout": WAIT_S, "idle_in_transaction_session_timeout": GONE_S}
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": "bilik-district",
            # A cable that is pulled ends no connection by itself.
            "keepalives_idle": SILENCE_S // 3,
            "keepalives_interval": SILENCE_S // 6,
            "keepalives_count": 4,
            "tcp_user_timeout": SILENCE_S * 1000,
            "options": " ".join(f"-c {name}={limit_s}s" for name, limit_s in limits.items()),
        },
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": WAIT_S})

    @event.listens_for(engine, "connect")
    def _by_hand(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # Python's driver would begin a transaction at the first write only; then two importers could both read first.
        vars_: Any = connection
        vars_.isolation_level = None
        vars_.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _at_once(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
