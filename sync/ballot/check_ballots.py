"""The ballots of an archive: each one strictly, then all against each other and against the pool."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.ballot.ballot import BallotFacts, examine
from sync.ballot.chain import Item
from sync.ballot.election import Election
from sync.ballot.refusal import Refusal, RefusalKind


@dataclass(frozen=True)
class Cast:
    """The ballots that could be read, in order, with all their ciphertexts; and every refusal."""

    facts: tuple[BallotFacts, ...]
    ciphertexts: frozenset[bytes]
    refusals: tuple[Refusal, ...]


def check_ballots(items: Sequence[Item], election: Election | None, pool: frozenset[str] | None) -> Cast:
    """Check all ballots; without an election record nothing in them can be checked."""
    if election is None:
        return Cast((), frozenset(), ())
    all_facts: list[BallotFacts] = []
    refusals: list[Refusal] = []
    trackers: set[str] = set()
    credentials: set[str] = set()
    ciphertexts: set[bytes] = set()
    for item in items:
        examination = examine(election, item.data)
        refusals += [fault.at(item.label) for fault in examination.faults]
        facts = examination.facts
        if facts is None:
            continue
        kinds: list[RefusalKind] = []
        if pool is not None and facts.credential not in pool:
            kinds.append(RefusalKind.CREDENTIAL_UNKNOWN)
        # One credential is one vote: a second ballot is refused, never taken as a correction of the first.
        if facts.credential in credentials:
            kinds.append(RefusalKind.CREDENTIAL_REUSED)
        if facts.tracker in trackers:
            kinds.append(RefusalKind.TRACKER_REPEATED)
        # A copied ciphertext would show up twice in the sum and so tell how its voter voted.
        if len(facts.ciphertexts) < len(facts.choices) or facts.ciphertexts & ciphertexts:
            kinds.append(RefusalKind.CIPHERTEXT_REPEATED)
        refusals += [Refusal(item.label, kind) for kind in kinds]
        all_facts.append(facts)
        trackers.add(facts.tracker)
        credentials.add(facts.credential)
        ciphertexts |= facts.ciphertexts
    return Cast(tuple(all_facts), frozenset(ciphertexts), tuple(refusals))
