"""What must hold of everything that the long day left, seen from outside."""

import base64
import hashlib
from collections.abc import Iterator

from sync.log import Kind, check
from tests.demo.evidence import Booth
from tests.demo.proof import Claim
from tests.robot.reading import Slip
from tests.soak.ledger import Ledger


def of_booth(booth: Booth, ledger: Ledger, choices: int) -> Iterator[Claim]:
    """The booth's counts and papers, against what its people noted."""
    counts, papers, record = booth.batch.record.counts, booth.papers, booth.batch.record

    def claim(says: str, left: object, right: object) -> Claim:
        return Claim(booth.name, says, left, right)

    yield claim("the booth's own equations hold", [it.name for it in record.equations if not it.holds], [])
    yield claim("sessions = cast + abandoned + tests", counts.sessions, counts.cast + counts.abandoned + counts.tests)
    yield claim("credentials spent = cast + void", counts.spent, counts.cast + counts.void)
    yield claim("void = refused + interrupted + tests", counts.void, counts.refused + counts.interrupted + counts.tests)
    yield claim("attendance = cast + left without voting", counts.attended, counts.cast + counts.left)
    for name in (
        "sessions", "cast", "abandoned", "refused", "interrupted", "paperless", "tests", "fragments", "left",
    ):  # fmt: skip
        yield claim(f"{name}: counted = noted by the people", getattr(counts, name), getattr(ledger, name))
    wishes = tuple(ledger.wishes[choice] for choice in range(choices))
    yield claim("votes: result = wishes of the voters", record.result, wishes)
    yield claim("votes: slips counted by hand = result", papers.count(choices), record.result)
    slips = [slip for slip in papers.box if isinstance(slip, Slip)]
    yield claim("slips in the box = cast", len(papers.box), counts.cast)
    yield claim("slips in the box: genuine, no mark twice", len({slip.nonce for slip in slips}), len(papers.box))
    yield claim("envelope: papers = what people put there", len(papers.envelope), ledger.envelope)
    yield claim(
        "envelope: as the booth says, and what came together", ledger.envelope - ledger.together, counts.envelope
    )
    void = {_tracker(ballot.ballot) for ballot in booth.batch.voids}
    yield claim("archive: ballots = cast", len(booth.cast_trackers), counts.cast)
    yield claim("archive and voids share no ballot", booth.cast_trackers & void, frozenset())
    stubs = set(papers.stubs)
    yield claim("stubs: no tracker twice", len(papers.stubs), len(stubs))
    yield claim("stubs: every cast ballot's", booth.cast_trackers - stubs, frozenset())
    yield claim("stubs: of no other ballot", stubs - booth.cast_trackers - void, set())


def log_kinds(booth: Booth) -> dict[Kind, int]:
    """How often what is in the log, whose chain is checked by that."""
    found: dict[Kind, int] = {}
    for entry in check(list(booth.batch.log)):
        found[entry.kind] = found.get(entry.kind, 0) + 1
    return found


def _tracker(ballot: str) -> str:
    return base64.b64encode(hashlib.sha256(ballot.encode()).digest()).decode().rstrip("=")
