"""The strict verifier of an archive: every record, every proof, and all refusals, not only the first.

Takes bytes and gives a report; the only errors that leave this module are ``Refused``. What is refused beyond the
Belenios reference tool is listed in docs/formats/archive.md.
"""

from dataclasses import dataclass
from enum import Enum

from sync.ballot import chain, tar
from sync.ballot.ballot import BallotFacts, examine
from sync.ballot.chain import Contents
from sync.ballot.election import Election, Setup, check_credentials, check_public_key, check_trustees
from sync.ballot.group import Element
from sync.ballot.records import MAX_BALLOTS, MAX_TRUSTEES, ResultRecord, parse
from sync.ballot.refusal import Refusal, Refused, RefusalKind
from sync.ballot.tally import Tally, check_factors, count_votes, read_tally, sum_choices

__all__ = [
    "DEFAULT",
    "Limits",
    "Phase",
    "Refusal",
    "RefusalKind",
    "Report",
    "verify_archive",
    "verify_ballot",
    "verify_void",
]


@dataclass(frozen=True)
class Limits:
    """What the verifier takes on before it has spent memory or time; a booth has a few hundred ballots."""

    archive_bytes: int = 80 << 20
    ballots: int = MAX_BALLOTS
    record_bytes: int = 16 << 10
    """Any record but the list of credentials; the largest, a ballot for five and blank, has 4.4 kB."""
    credentials_bytes: int = 1 << 20

    @property
    def tar(self) -> tar.Limits:
        """The limits of the container: the setup, two records a ballot, the tally and its decryptions."""
        members = 6 + 2 * self.ballots + 4 + 3 * MAX_TRUSTEES + 2
        return tar.Limits(self.archive_bytes, members, max(self.credentials_bytes, self.record_bytes))


DEFAULT = Limits()


class Phase(Enum):
    """How far an archive has come."""

    UNFINISHED = "unfinished"
    """Not even a tally: never valid."""
    TALLIED = "tallied"
    """Ballots and their encrypted sum, no decryption yet."""
    PARTLY_DECRYPTED = "partly decrypted"
    DECRYPTED = "decrypted"
    """Every trustee has decrypted; only the result is not written."""
    FINISHED = "finished"


@dataclass(frozen=True)
class Report:
    """What the verifier found. Everything but ``refusals`` is only to be used when ``valid``."""

    refusals: tuple[Refusal, ...]
    setup: Setup | None
    phase: Phase
    timestamp: int
    """Seconds since 1970, as written in all records."""
    num_ballots: int
    trackers: tuple[str, ...]
    """In the order of the archive; a booth sorts them."""
    credentials: tuple[str, ...]
    """The public credentials spent, in the same order."""
    ciphertexts: frozenset[bytes]
    """Every ciphertext of every ballot (64 bytes each), to compare void ballots with."""
    tally: Tally | None
    partials: tuple[int, ...]
    """Numbers of the trustees whose partial decryptions are there."""
    result: tuple[int, ...] | None
    """Votes for each choice, blank first where there is blank; None where there is no (valid) result yet."""

    @property
    def valid(self) -> bool:
        """Whether nothing was refused."""
        return not self.refusals


def verify_archive(data: bytes, *, limits: Limits = DEFAULT) -> Report:
    """Check everything in an archive; about 6 ms a ballot for five answers and blank. Never raises."""
    scan = tar.scan(data, limits.tar)
    contents = chain.walk(scan.members, scan.mtime, record_bytes=limits.record_bytes)
    contents.refusals[:0] = [fault.at(fault.record) for fault in scan.faults]
    return _Verifier(contents, limits).report()


def verify_ballot(setup: Setup, ballot: bytes) -> str:
    """The tracker of one ballot; raises Refused unless all of it is valid and its credential is in the pool."""
    return verify_void(setup, ballot).tracker


def verify_void(setup: Setup, ballot: bytes) -> BallotFacts:
    """Check one ballot that is kept beside the archive (void or test) as strictly as a cast one.

    That its tracker, credential and ciphertexts are those of no other ballot is the caller's to compare.
    """
    examination = examine(setup.facts, ballot)
    if examination.faults:
        fault = examination.faults[0]
        raise Refused(fault.kind, fault.detail, record="ballot")
    facts = examination.facts
    if facts is None or facts.credential not in setup.pool:
        raise Refused(RefusalKind.CREDENTIAL_UNKNOWN, record="ballot")
    return facts


class _Verifier:
    """One verification, from the setup to the result; refusals gather in ``contents.refusals``."""

    def __init__(self, contents: Contents, limits: Limits) -> None:
        self.contents = contents
        self.limits = limits
        self.setup: Setup | None = None
        self.election: Election | None = None
        self.trustee_keys: tuple[Element, ...] | None = None
        self.pool: frozenset[str] | None = None
        self.facts: list[BallotFacts] = []
        self.ciphertexts: set[bytes] = set()
        self.tally: Tally | None = None
        self.factors: dict[int, tuple[Element, ...]] = {}
        self.result: tuple[int, ...] | None = None

    def report(self) -> Report:
        contents = self.contents
        self.check_setup()
        self.check_ballots()
        self.check_tally()
        self.check_partials()
        self.check_result()
        return Report(
            refusals=tuple(contents.refusals),
            setup=self.setup,
            phase=self.phase(),
            timestamp=contents.timestamp,
            num_ballots=contents.num_ballot_events,
            trackers=tuple(facts.tracker for facts in self.facts),
            credentials=tuple(facts.credential for facts in self.facts),
            ciphertexts=frozenset(self.ciphertexts),
            tally=self.tally,
            partials=tuple(partial.owner for partial in contents.partials),
            result=self.result,
        )

    def refuse(self, record: str, fault: Refused | RefusalKind, detail: str = "") -> None:
        refusal = fault.at(record) if isinstance(fault, Refused) else Refusal(record, fault, detail)
        self.contents.refusals.append(refusal)

    def phase(self) -> Phase:
        if self.contents.result:
            return Phase.FINISHED
        if not self.contents.sized:
            return Phase.UNFINISHED
        owners = {partial.owner for partial in self.contents.partials}
        if not owners:
            return Phase.TALLIED
        complete = self.trustee_keys is not None and len(owners) == len(self.trustee_keys)
        return Phase.DECRYPTED if complete else Phase.PARTLY_DECRYPTED

    def check_setup(self) -> None:
        election, trustees, credentials = (
            self.contents.election,
            self.contents.trustees,
            self.contents.credentials,
        )
        if election:
            try:
                self.election = Election.load(election.data)
            except Refused as fault:
                self.refuse(election.label, fault)
        if trustees:
            try:
                self.trustee_keys = check_trustees(trustees.data)
            except Refused as fault:
                self.refuse(trustees.label, fault)
        if credentials:
            try:
                self.pool = check_credentials(credentials.data)
            except Refused as fault:
                self.refuse(credentials.label, fault)
        if election and self.election and self.trustee_keys is not None:
            try:
                check_public_key(self.election, self.trustee_keys)
            except Refused as fault:
                self.refuse(election.label, fault)
