"""Building a booth's archive, and finishing one that left without result.

Belenios specification 4.4. All records carry the one timestamp given, and ballots are sorted by tracker: nothing in
an archive tells in which order or when the ballots were cast.
"""

from collections.abc import Iterable, Sequence

from config.errors import InputError
from sync.ballot import chain, tar
from sync.ballot.election import Setup
from sync.ballot.records import Event, EventType, Header, OwnedPayload, ResultRecord, dump, hash_b64, hash_hex
from sync.ballot.tally import Tally, check_partial_decryption, encrypted_tally
from sync.ballot.tally import result as decrypt_result
from sync.ballot.verify import DEFAULT, verify_archive

Partials = Sequence[tuple[int, bytes]]
"""(number of the trustee from 1, ``partial_decryption`` record) of each partial decryption."""


def build(
    setup: Setup,
    ballots: Iterable[bytes],
    timestamp: int,
    partials: Partials = (),
    result: tuple[int, ...] | None = None,
) -> bytes:
    """The archive of verified ``ballots``; ``timestamp`` in seconds since 1970.

    Raises InputError when a ballot is there twice, a decryption is not proven, or the result is not theirs.
    """
    writer = _Writer()
    for record in (setup.election, setup.trustees, setup.credentials):
        writer.data(record)
    writer.event("Setup", writer.data(setup.setup_data))
    by_tracker = sorted(ballots, key=hash_b64)
    if len(set(by_tracker)) != len(by_tracker):
        raise InputError(
            "The same ballot is there twice; nothing was written.",
            id="Ada surat suara yang sama dua kali; tidak ada yang ditulis.",
        )
    for ballot in by_tracker:
        writer.event("Ballot", writer.data(ballot))
    writer.event("EndBallots", None)
    tally = encrypted_tally(setup, by_tracker)
    writer.data(tally.encrypted)
    writer.event("EncryptedTally", writer.data(tally.sized))
    _decryptions(writer, setup, tally, partials, result, already=())
    header = dump(Header(version=1, timestamp=str(timestamp)))
    return tar.write([(chain.HEADER_NAME, header), *writer.members], timestamp)


def extend(archive: bytes, partials: Partials, result: tuple[int, ...] | None = None) -> bytes:
    """``archive`` with more partial decryptions, and the result when all are there; its bytes stay as they are.

    Verifies ``archive`` first (about 5 ms a ballot). Raises InputError as ``build``, and when the archive is
    refused or has its result already.
    """
    report = verify_archive(archive)
    if report.refusals:
        first = report.refusals[0]
        raise InputError(f"{first.sentence}; nothing was added.", id=f"{first.id}; tidak ada yang ditambahkan.")
    if report.setup is None or report.tally is None or report.result is not None:
        raise InputError(
            "This archive has its result already; nothing was added.",
            id="Arsip ini sudah memuat hasil; tidak ada yang ditambahkan.",
        )
    members = tar.read(archive, DEFAULT.tar)
    contents = chain.walk(members, report.timestamp, record_bytes=DEFAULT.record_bytes, max_ballots=DEFAULT.ballots)
    writer = _Writer(contents.last_event, contents.num_events)
    already = [(partial.owner, partial.item.data) for partial in contents.partials]
    _decryptions(writer, report.setup, report.tally, partials, result, already=already)
    return archive + tar.write(writer.members, report.timestamp)


class _Writer:
    """Data records and the events that refer to them, each event naming the one before."""

    def __init__(self, parent: str | None = None, height: int = 0) -> None:
        self.members: list[tuple[str, bytes]] = []
        self._parent = parent
        self._height = height

    def data(self, record: bytes) -> str:
        """Add a data record; its hash."""
        digest = hash_hex(record)
        self.members.append((f"{digest}.data.json", record))
        return digest

    def event(self, kind: EventType, payload: str | None) -> None:
        """Add an event."""
        event = dump(Event(parent=self._parent, height=self._height, type=kind, payload=payload))
        self._parent = hash_hex(event)
        self._height += 1
        self.members.append((f"{self._parent}.event.json", event))


def _decryptions(
    writer: _Writer,
    setup: Setup,
    tally: Tally,
    partials: Partials,
    result: tuple[int, ...] | None,
    *,
    already: Partials,
) -> None:
    owners = {owner for owner, _ in already}
    for owner, record in partials:
        check_partial_decryption(setup, tally, owner, record)
        if owner in owners:
            raise InputError(
                f"Trustee {owner} has decrypted already; nothing was written.",
                id=f"Pemegang kunci {owner} sudah mendekripsi; tidak ada yang ditulis.",
            )
        owners.add(owner)
        owned = OwnedPayload(owner=owner, payload=writer.data(record))
        writer.event("PartialDecryption", writer.data(dump(owned)))
    if result is not None:
        if result != decrypt_result(setup, tally, [*already, *partials]):
            raise InputError(
                "This is not the result of these decryptions; nothing was written.",
                id="Ini bukan hasil dari dekripsi tersebut; tidak ada yang ditulis.",
            )
        writer.event("Result", writer.data(dump(ResultRecord(result=[list(result)]))))
