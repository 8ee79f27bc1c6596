"""The strict verifier of an archive: every record, every proof, and all refusals, not only the first.

Takes bytes and gives a report; the only errors that leave this module are ``Refused``. What is refused beyond the
Belenios reference tool is listed in docs/formats/archive.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from sync.ballot import chain, tar
from sync.ballot.ballot import BallotFacts, examine
from sync.ballot.chain import Contents, Item
from sync.ballot.check_ballots import check_ballots
from sync.ballot.check_tally import check_tally
from sync.ballot.election import Election, Setup, check_credentials, check_public_key, check_trustees
from sync.ballot.group import Element
from sync.ballot.records import MAX_BALLOTS, MAX_TRUSTEES
from sync.ballot.refusal import Refusal, RefusalKind, Refused, naming
from sync.ballot.tally import Tally

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
    """Votes for each choice, blank first where there is blank; None without a result or with any refusal."""

    @property
    def valid(self) -> bool:
        """Whether nothing was refused."""
        return not self.refusals


def verify_archive(data: bytes, *, limits: Limits = DEFAULT) -> Report:
    """Check everything in an archive; about 5 ms a ballot for five answers and blank. Never raises."""
    scan = tar.scan(data, limits.tar)
    contents = chain.walk(scan.members, scan.mtime, record_bytes=limits.record_bytes, max_ballots=limits.ballots)
    agreed, setup_refusals = _check_setup(contents)
    cast = check_ballots(contents.ballots, agreed.election, agreed.pool)
    counted = check_tally(contents, agreed.election, agreed.trustee_keys, cast)
    refusals = (
        *(fault.at(fault.record) for fault in scan.faults),
        *contents.refusals,
        *setup_refusals,
        *cast.refusals,
        *counted.refusals,
    )
    return Report(
        refusals=refusals,
        setup=agreed.setup,
        phase=_phase(contents, agreed),
        timestamp=contents.timestamp,
        num_ballots=contents.num_ballots,
        trackers=tuple(facts.tracker for facts in cast.facts),
        credentials=tuple(facts.credential for facts in cast.facts),
        ciphertexts=cast.ciphertexts,
        tally=counted.tally,
        partials=tuple(partial.owner for partial in contents.partials),
        result=None if refusals else counted.result,
    )


def verify_ballot(setup: Setup, ballot: bytes) -> str:
    """The tracker of one ballot; raises Refused unless all of it is valid and its credential is in the pool."""
    return verify_void(setup, ballot).tracker


def verify_void(setup: Setup, ballot: bytes) -> BallotFacts:
    """Check one ballot that is kept beside the archive (void or test) as strictly as a cast one.

    That its tracker, credential and ciphertexts are those of no other ballot is the caller's to compare.
    """
    examination = examine(setup.facts, ballot)
    with naming("Ballot"):
        if examination.faults:
            raise examination.faults[0]
        facts = examination.facts
        if facts is None or facts.credential not in setup.pool:
            raise Refused(RefusalKind.CREDENTIAL_UNKNOWN)
        return facts


@dataclass(frozen=True)
class _Agreed:
    """What the setup gives to the checks after it; None for what cannot be used."""

    setup: Setup | None
    election: Election | None
    trustee_keys: tuple[Element, ...] | None
    pool: frozenset[str] | None


T = TypeVar("T")


def _check_setup(contents: Contents) -> tuple[_Agreed, list[Refusal]]:
    """The setup if it is whole; else what of it can still be used, and every refusal of its parts."""
    election, trustees, credentials = contents.election, contents.trustees, contents.credentials
    if election and trustees and credentials:
        try:
            setup = Setup.load(election.data, trustees.data, credentials.data)
        except Refused:
            pass  # found again below, where each fault has its record's name
        else:
            return _Agreed(setup, setup.facts, setup.trustee_keys, setup.pool), []
    refusals: list[Refusal] = []

    def attempt(check: Callable[[bytes], T], item: Item | None) -> T | None:
        try:
            return check(item.data) if item else None
        except Refused as fault:
            if item:
                refusals.append(fault.at(item.label))
            return None

    facts = attempt(Election.load, election)
    keys = attempt(check_trustees, trustees)
    if facts and keys is not None:
        attempt(lambda _: check_public_key(facts, keys), election)
    return _Agreed(None, facts, keys, attempt(check_credentials, credentials)), refusals


def _phase(contents: Contents, agreed: _Agreed) -> Phase:
    if contents.result:
        return Phase.FINISHED
    if not contents.sized:
        return Phase.UNFINISHED
    owners = {partial.owner for partial in contents.partials}
    if not owners:
        return Phase.TALLIED
    complete = agreed.trustee_keys is not None and len(owners) == len(agreed.trustee_keys)
    return Phase.DECRYPTED if complete else Phase.PARTLY_DECRYPTED
