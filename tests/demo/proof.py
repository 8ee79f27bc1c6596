"""The demo's claims, each a sentence with two sides that must be equal."""

import base64
import hashlib
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.cards.role import CardKind
from config.mode import Mode
from sync.log import Kind, check
from sync.media import PACKAGE_FOLDER
from tests.demo.evidence import Booth
from tests.demo.plan import Expected
from tests.robot.reading import OtherPaper, Slip

ZERO_REPORTS = 1


@dataclass(frozen=True)
class Claim:
    """``left`` must be equal to ``right``."""

    where: str
    says: str
    left: object
    right: object

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return self.left == self.right


def of_booth(booth: Booth, expected: Expected) -> Iterator[Claim]:
    """What people did, what the booth counted, what lies in box and envelope, what the archive holds."""
    counts, papers, name = booth.batch.record.counts, booth.papers, booth.name
    votes = booth.batch.record.result
    choices = len(expected.votes)

    def claim(says: str, left: object, right: object) -> Claim:
        return Claim(name, says, left, right)

    # The equations of design.md
    yield claim("sessions = cast + abandoned + tests", counts.sessions, counts.cast + counts.abandoned + counts.tests)
    yield claim("credentials spent = cast + void", counts.spent, counts.cast + counts.void)
    yield claim("void = refused + interrupted + tests", counts.void, counts.refused + counts.interrupted + counts.tests)
    yield claim("slips in the box = cast", len(papers.box), counts.cast)
    yield claim(
        "envelope = voids with paper + fragments",
        len(papers.envelope),
        counts.void - counts.paperless + counts.fragments,
    )
    # What the booth counted, against what the people did
    yield claim("sessions: counted = unlocked by officers", counts.sessions, expected.sessions)
    yield claim("cast: counted = voters who voted", counts.cast, expected.cast)
    yield claim("abandoned: counted = voters who left", counts.abandoned, expected.abandoned)
    yield claim("refused: counted = slips refused", counts.refused, expected.refused)
    yield claim("interrupted: counted = slips left hanging", counts.interrupted, expected.interrupted)
    yield claim("tests: counted = tests declared", counts.tests, expected.tests)
    yield claim("fragments: counted = rolls that ended in a slip", counts.fragments, expected.fragments)
    yield claim("envelope: papers = what people put there", len(papers.envelope), expected.envelope)
    # The votes: wished, counted by the booth, counted by hand
    yield claim("votes: result = wishes of the voters", votes, expected.votes)
    yield claim("votes: slips counted by hand = result", papers.count(choices), votes)
    # Paper and archive
    slips = [slip for slip in papers.box if isinstance(slip, Slip)]
    yield claim("slips in the box: genuine, no mark twice", len({slip.nonce for slip in slips}), len(papers.box))
    fragments = sum(isinstance(piece, OtherPaper) for piece in papers.envelope)
    yield claim("envelope: pieces without a mark = fragments", fragments, counts.fragments)
    void = {_tracker(ballot.ballot) for ballot in booth.batch.voids}
    yield claim("archive: ballots = cast", len(booth.cast_trackers), counts.cast)
    yield claim("archive and voids share no ballot", booth.cast_trackers & void, frozenset())
    yield claim("stubs = trackers of archive and voids", sorted(papers.stubs), sorted(booth.cast_trackers | void))
    copies = booth.package.manifest.settings.tape_copies
    yield claim("papers on the desk = zero report + tapes", papers.on_desk, ZERO_REPORTS + copies)
    yield claim("the booth's own equations hold", [it.name for it in booth.batch.record.equations if not it.holds], [])


def of_stations(booths: list[Booth]) -> Iterator[Claim]:
    """Attendance belongs to a whole TPS."""
    for tps in sorted({booth.package.manifest.place.tps for booth in booths}):
        counts = [booth.batch.record.counts for booth in booths if booth.package.manifest.place.tps == tps]
        for one in counts:
            cast = sum(other.cast for other in counts)
            yield Claim(f"TPS {tps}", "attendance = cast + left without voting", one.attended, cast + one.left)


def of_district(results: dict[str, Any], expected: dict[str, Expected]) -> Iterator[Claim]:
    """The district's published numbers, against the wishes of all voters."""
    for village in results["villages"]:
        here = {booth["booth"]: booth for booth in village["booth_results"] if booth["booth"] in expected}
        for name, booth in here.items():
            yield Claim(
                name, "district: votes = wishes of the voters", tuple(booth["votes"] or ()), expected[name].votes
            )
            yield Claim(name, "district: state", booth["state"], "complete")
        sums = tuple(sum(column) for column in zip(*(expected[name].votes for name in here), strict=True))
        yield Claim(village["name"], "district: total = wishes of all voters", tuple(village["votes"]), sums)
        yield Claim(village["name"], "district: equations that do not hold", village["mismatches"], [])


def of_official(home: Path, booths: list[Booth], wrong_pins: dict[str, int]) -> Iterator[Claim]:
    """What an official election has beyond a rehearsal: its mode in everything that is signed, and careful cards."""
    for booth in booths:
        record, log = booth.batch.record, check(list(booth.batch.log))
        package = home / "packages" / booth.name / PACKAGE_FOLDER
        modes: dict[str, str] = {
            "package": booth.package.manifest.mode,
            "package's signature": _signed_mode(package / "manifest.json.minisig"),
            "request to the trustees": json.loads((home / "district/request/request.json").read_bytes())["mode"],
            "request's signature": _signed_mode(home / "district/request/request.json.minisig"),
            "session key's certificate": record.certificate.claim.mode,
            "batch": record.mode,
            "batch's signature": _signed_mode(home / "batches" / f"{booth.name}.batch", "batch.json.minisig"),
        }
        for role in ("officers", "committee"):
            file = home / "machines" / role / f"{role}.trustee"
            modes[f"keys of the {role}"] = json.loads(file.read_bytes())["mode"]
        others = [thing for thing, mode in modes.items() if mode != Mode.OFFICIAL]
        yield Claim(booth.name, "official in every signed thing", others, [])
        kinds = {card.kind for card in booth.package.manifest.cards}
        yield Claim(booth.name, "cards in the package: none can be copied", kinds, {CardKind.PIV})
        logged = sum(entry.kind is Kind.WRONG_PIN for entry in log)
        yield Claim(booth.name, "wrong PINs: in the log = typed", logged, wrong_pins[booth.name])


def _signed_mode(file: Path, member: str | None = None) -> str:
    """The last word of a signature's trusted comment; the signature was verified when the file was read."""
    if member is None:
        signature = file.read_text(encoding="utf-8")
    else:
        with tarfile.open(file) as batch:
            content = batch.extractfile(member)
            signature = content.read().decode() if content is not None else ""
    return next(line for line in signature.splitlines() if line.startswith("trusted comment:")).split()[-1]


def _tracker(ballot: str) -> str:
    return base64.b64encode(hashlib.sha256(ballot.encode()).digest()).decode().rstrip("=")
