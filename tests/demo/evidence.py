"""What lies there after the day, looked at from outside: batches, archives, heaps of paper, the district's results."""

import base64
import json
import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from booth.desk.verbs import Place as Heap
from config.package import Package
from sync import batch as batches
from sync.batch import Batch
from tests.robot.reading import OtherPaper, Slip, SlipReader, Stub


@dataclass(frozen=True)
class Papers:
    """The heaps of one booth."""

    box: tuple[Slip | Stub | OtherPaper, ...]
    envelope: tuple[Slip | Stub | OtherPaper, ...]
    stubs: tuple[str, ...]
    """Trackers that voters and witnesses took home."""
    on_desk: int
    """Zero reports and tapes."""

    def count(self, choices: int) -> tuple[int, ...]:
        """The hand count of the box, by place on the ballot."""
        votes = Counter(slip.choice for slip in self.box if isinstance(slip, Slip))
        return tuple(votes[choice] for choice in range(choices))


@dataclass(frozen=True)
class Booth:
    """Everything that one booth left."""

    package: Package
    batch: Batch
    papers: Papers
    cast_trackers: frozenset[str]
    """Of the archive's Ballot events."""

    @property
    def name(self) -> str:
        """``34.04.01.2001-001-1``."""
        return self.package.manifest.place.booth_id


def look(package: Package, batch_file: Path, archive: Path, paper: Path) -> Booth:
    """Reads a booth's batch and papers; writes its archive to ``archive``."""
    batch = batches.read(batch_file.read_bytes())
    archive.write_bytes(batch.archive)
    reader = SlipReader(package)

    def heap(place: Heap) -> tuple[Slip | Stub | OtherPaper, ...]:
        return tuple(reader.read(path) for path in sorted((paper / place).glob("*.png")))

    return Booth(
        package=package,
        batch=batch,
        papers=Papers(
            box=heap(Heap.BOX),
            envelope=heap(Heap.ENVELOPE),
            stubs=tuple(what.tracker for what in heap(Heap.VOTER) if isinstance(what, Stub)),
            on_desk=len(list((paper / Heap.DESK).glob("*.png"))),
        ),
        cast_trackers=trackers(archive),
    )


def trackers(archive: Path) -> frozenset[str]:
    """The trackers of an archive's Ballot events, read with nothing of ours."""
    found = set()
    with tarfile.open(archive) as members:
        for member in members:
            content = members.extractfile(member)
            if content is not None and member.name.endswith(".event.json"):
                event: dict[str, Any] = json.load(content)
                if event["type"] == "Ballot":
                    found.add(base64.b64encode(bytes.fromhex(event["payload"])).decode().rstrip("="))
    return frozenset(found)
