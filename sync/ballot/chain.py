"""An archive's records as a chain: names, order, parents, heights, and that each record is used exactly once.

Belenios specification 4.4. What the records hold is for ``verify``; a fault here does not stop the walk, so that
all that can still be checked is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sync.ballot.records import Event, Header, OwnedPayload, SetupData, SizedTally, hash_hex, parse
from sync.ballot.refusal import Refusal, RefusalKind, Refused
from sync.ballot.tar import Member

HEADER_NAME = "BELENIOS"
MAX_EVENT_BYTES = 512

_CREDENTIALS = "public_credentials"
_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json")

# Which event may come after which. Shuffles belong to questions that this format does not have.
_NEXT: Mapping[str, tuple[str, ...]] = {
    "": ("Setup",),
    "Setup": ("Ballot", "EndBallots"),
    "Ballot": ("Ballot", "EndBallots"),
    "EndBallots": ("EncryptedTally",),
    "EncryptedTally": ("PartialDecryption", "Result"),
    "PartialDecryption": ("PartialDecryption", "Result"),
    "Result": (),
}


@dataclass(frozen=True)
class Item:
    """A record and what it is called in a report."""

    label: str
    data: bytes


@dataclass(frozen=True)
class OwnedItem:
    """A partial decryption and the number of the trustee who is said to have made it."""

    owner: int
    item: Item


@dataclass
class Contents:
    """What an archive holds, by what its events refer to; None where the archive does not have it."""

    timestamp: int = 0
    election: Item | None = None
    trustees: Item | None = None
    credentials: Item | None = None
    ballots: list[Item] = field(default_factory=list)
    encrypted: Item | None = None
    sized: Item | None = None
    sizes: SizedTally | None = None
    partials: list[OwnedItem] = field(default_factory=list)
    result: Item | None = None
    num_ballots: int = 0
    num_events: int = 0
    last_event: str = ""
    """Hash of the last event."""
    refusals: list[Refusal] = field(default_factory=list)


T = TypeVar("T")


def walk(members: Sequence[Member], mtime: int, *, record_bytes: int, max_ballots: int) -> Contents:
    """Read the chain; no record but the list of credentials may be larger than ``record_bytes``."""
    walker = _Walker(members, mtime, record_bytes, max_ballots)
    walker.run()
    return walker.contents


class _Walker:
    """One walk along the members: data records wait until an event refers to them."""

    def __init__(self, members: Sequence[Member], mtime: int, record_bytes: int, max_ballots: int) -> None:
        self.members = members
        self.mtime = mtime
        self.record_bytes = record_bytes
        self.max_ballots = max_ballots
        self.contents = Contents()
        self.by_hash = {member.name[:64]: member for member in members if member.name.endswith(".data.json")}
        self.waiting: list[str] = []  # data records since the last event
        self.passed_over: set[str] = set()  # data records that the event after them did not refer to
        self.used: set[str] = set()
        self.last_type = ""

    def refuse(self, record: str, kind: RefusalKind, detail: str = "") -> None:
        self.contents.refusals.append(Refusal(record, kind, detail))

    def run(self) -> None:
        members = self.members
        if members and members[0].name == HEADER_NAME:
            self.header(members[0])
            members = members[1:]
        else:
            self.refuse(HEADER_NAME, RefusalKind.MISSING, "it is the first record")
        for member in members:
            self.member(member)
        if self.contents.num_ballots > self.max_ballots:
            self.refuse("the archive", RefusalKind.TOO_LARGE, f"more than {self.max_ballots} ballots")
        for digest in [*sorted(self.passed_over), *self.waiting]:
            self.refuse(self.by_hash[digest].name, RefusalKind.UNREFERENCED)
        if self.last_type not in ("EncryptedTally", "PartialDecryption", "Result"):
            self.refuse("EncryptedTally", RefusalKind.MISSING, "the archive ends before the tally")

    def header(self, member: Member) -> None:
        header = self.parse(Header, HEADER_NAME, member)
        if header:
            self.contents.timestamp = int(header.timestamp)
            if self.contents.timestamp != self.mtime:
                self.refuse(HEADER_NAME, RefusalKind.TIMESTAMP)

    def member(self, member: Member) -> None:
        named = _NAME.fullmatch(member.name)
        if not named:
            kind = RefusalKind.ORDER if member.name == HEADER_NAME else RefusalKind.EXTRA
            self.refuse(member.name, kind)
            return
        digest = named[1]
        if hash_hex(member.data) != digest:
            self.refuse(member.name, RefusalKind.NAME)
        if named[2] == "data":
            self.waiting.append(digest)
        else:
            self.event(member, digest)

    def event(self, member: Member, digest: str) -> None:
        contents = self.contents
        event = None
        if len(member.data) > MAX_EVENT_BYTES:
            self.refuse(member.name, RefusalKind.TOO_LARGE)
        else:
            event = self.parse(Event, member.name, member)
        if event:
            label = f"{event.type} event {contents.num_events} ({member.name})"
            if (event.parent or "") != contents.last_event:
                self.refuse(label, RefusalKind.PARENT)
            if event.height != contents.num_events:
                self.refuse(label, RefusalKind.HEIGHT, f"{event.height} for {contents.num_events}")
            if event.type not in _NEXT[self.last_type]:
                self.refuse(label, RefusalKind.ORDER)
            self.last_type = event.type
            self.payload(event, label)
        contents.num_events += 1
        contents.last_event = digest
        self.passed_over.update(self.waiting)
        self.waiting = []

    def payload(self, event: Event, label: str) -> None:
        """Take the records that the event refers to; the format has them stand before it in this order."""
        if (event.payload is None) != (event.type == "EndBallots"):
            self.refuse(label, RefusalKind.FORM, "payload")
        elif event.payload is None:
            self.take([], label)
        else:
            before = {
                "Setup": self.setup,
                "Ballot": self.ballot,
                "EncryptedTally": self.tally,
                "PartialDecryption": self.partial,
                "Result": self.result,
            }[event.type](event.payload)
            self.take([*before, event.payload], label)

    # Each of these keeps what an event's payload refers to and gives the records that stand before the payload.

    def setup(self, payload: str) -> list[str]:
        setup_data = self.refer(SetupData, "setup_data", payload)
        if setup_data is None:
            return []
        contents = self.contents
        before = [setup_data.election, setup_data.trustees, setup_data.credentials]
        if contents.election is None:
            contents.election = self.item("election", before[0])
            contents.trustees = self.item("trustees", before[1])
            contents.credentials = self.item(_CREDENTIALS, before[2])
        return before

    def ballot(self, payload: str) -> list[str]:
        self.contents.num_ballots += 1
        ballot = self.item(f"Ballot {self.contents.num_ballots}", payload)
        if ballot and self.contents.num_ballots <= self.max_ballots:
            self.contents.ballots.append(ballot)
        return []

    def tally(self, payload: str) -> list[str]:
        sizes = self.refer(SizedTally, "sized_encrypted_tally", payload)
        if sizes is None:
            return []
        contents = self.contents
        if contents.sizes is None:
            contents.sizes = sizes
            contents.sized = self.item("sized_encrypted_tally", payload)
            contents.encrypted = self.item("encrypted_tally", sizes.encrypted_tally)
        return [sizes.encrypted_tally]

    def partial(self, payload: str) -> list[str]:
        owned = self.refer(OwnedPayload, "owned_partial_decryption", payload)
        if owned is None:
            return []
        item = self.item(f"PartialDecryption of trustee {owned.owner}", owned.payload)
        if item:
            self.contents.partials.append(OwnedItem(owned.owner, item))
        return [owned.payload]

    def result(self, payload: str) -> list[str]:
        self.contents.result = self.contents.result or self.item("Result", payload)
        return []

    def take(self, wanted: list[str], label: str) -> None:
        """Each record once, and right before the event that refers to it."""
        if wanted == self.waiting and not self.used.intersection(wanted):
            self.used.update(wanted)
            self.waiting = []
            return
        if sorted(wanted) == sorted(self.waiting):
            self.refuse(label, RefusalKind.ORDER, "its records stand in another order")
        for digest in wanted:
            if digest not in self.by_hash:
                self.refuse(f"{digest}.data.json", RefusalKind.MISSING, label)
            elif digest in self.used:
                self.refuse(self.by_hash[digest].name, RefusalKind.REPEATED, f"{label} refers to it again")
            elif digest not in self.waiting:
                self.refuse(self.by_hash[digest].name, RefusalKind.ORDER, label)
                self.passed_over.discard(digest)
            self.used.add(digest)
        self.waiting = [digest for digest in self.waiting if digest not in wanted]

    def refer(self, kind: type[T], name: str, digest: str) -> T | None:
        """The parsed record named after ``digest``."""
        item = self.item(name, digest)
        return self.parse(kind, item.label, item) if item else None

    def item(self, name: str, digest: str) -> Item | None:
        """The record named after ``digest``, if it is there and not too large; ``take`` reports the missing one."""
        member = self.by_hash.get(digest)
        if member is None:
            return None
        label = f"{name} ({member.name})"
        if len(member.data) > self.record_bytes and name != _CREDENTIALS:
            self.refuse(label, RefusalKind.TOO_LARGE, f"more than {self.record_bytes} bytes")
            return None
        return Item(label, member.data)

    def parse(self, kind: type[T], label: str, record: Member | Item) -> T | None:
        try:
            return parse(kind, record.data)
        except Refused as fault:
            self.contents.refusals.append(fault.at(label))
            return None
