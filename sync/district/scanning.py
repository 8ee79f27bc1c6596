"""A hand count of one booth's slips with a scanner: what each mark says, and how many of each choice were genuine.

Nothing here is written anywhere. Of a mark that was judged, memory keeps a keyed hash, to find doubles; the key is
drawn anew for each count and goes with it.
"""

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from config.errors import InputError, OperatorError
from config.mode import Mode
from config.package import Manifest
from config.secret import Secret
from sync.district.workspace import Workspace
from sync.mark import Mark, fits, read_mark

_TRACKER = re.compile(r"[A-Za-z0-9+/]{43}")
"""What the code on a voter's stub holds."""


class Scan(Secret[str]):
    """A line from the scanner, or a code in a picture: most likely a mark."""

    __slots__ = ()


class Verdict(StrEnum):
    """What a scanned slip is at this count."""

    GENUINE = "genuine"
    OTHER_CHOICE = "genuine for another choice"
    """The heap says one choice and the mark another: sorted wrongly, or print and mark do not belong together."""
    DOUBLED = "doubled"
    """A mark that was counted before: one slip scanned twice, or a copy."""
    EARLIER_PACKAGE = "earlier package"
    """Of this booth, with a package that was replaced."""
    OTHER_BOOTH = "other booth"
    REHEARSAL = "rehearsal"
    OTHER_ELECTION = "other election"
    UNKNOWN = "unknown"
    """In the form of a mark, and of no booth known here: forged, foreign, or misread."""
    STUB = "stub"
    """The voter's paper."""
    UNREADABLE = "unreadable"
    """Not in the form of a mark; nothing is laid aside before it was scanned again."""


@dataclass(frozen=True)
class Origin:
    """A booth's package, as far as its slips can be told by it; all of it is public."""

    verdict: Verdict
    """What a slip of it is at this count."""
    election: str
    booth: str
    ballot_uuid: str
    mark_key: str
    choices: range
    """0 is blank, where there is blank; i is the i-th candidate."""

    def choice_of(self, mark: Mark, first: int | None = None) -> int | None:
        """The choice that ``mark`` is genuine for, or None; ``first`` is tried first."""
        for choice in sorted(self.choices, key=lambda one: one != first):
            if fits(mark, self.mark_key, self.ballot_uuid, self.booth, choice):
                return choice
        return None


@dataclass(frozen=True)
class Judgement:
    """What is told of one scan; it holds nothing of the mark."""

    verdict: Verdict
    choice: int | None = None
    """The choice that the mark is genuine for, at this booth."""
    place: int | None = None
    """Which of the genuine slips it is, from 1; of a doubled one, which its twin was."""
    origin: Origin | None = None
    """Where it belongs, when that is known and not here."""


class SlipCount:
    """One booth's count from its first scan to its last."""

    def __init__(self, own: Origin, others: Iterable[Origin] = ()) -> None:
        self.own = own
        self.heap: int | None = None
        """The printed choice of the slips that are scanned now, when they were sorted before."""
        self.votes = dict.fromkeys(own.choices, 0)
        self.doubled = 0
        self.unreadable = 0
        # All of them before the first scan: a package that cannot be read must not end a count half way.
        self._others = tuple(others)
        self._key = secrets.token_bytes(32)
        self._counted: dict[bytes, int] = {}
        self._aside: dict[bytes, Verdict] = {}

    @property
    def genuine(self) -> int:
        """Slips that count."""
        return sum(self.votes.values())

    @property
    def aside(self) -> Counter[Verdict]:
        """Different slips that must lie aside now; the same one scanned again is no second one."""
        return Counter(self._aside.values())

    def judge(self, scan: Scan) -> Judgement:
        """Counts a genuine slip and tells any other."""
        text = scan.reveal().strip()
        if _TRACKER.fullmatch(text):
            return self._put_aside(text.encode(), Judgement(Verdict.STUB))
        try:
            mark = read_mark(text.upper())  # a keyboard's locked capitals are no reason to refuse a slip
        except InputError:
            self.unreadable += 1
            return Judgement(Verdict.UNREADABLE)
        choice = self.own.choice_of(mark, self.heap)
        if choice is not None:
            return self._ours(mark, choice)
        for origin in self._others:
            if origin.choice_of(mark) is not None:
                return self._put_aside(mark.reveal(), Judgement(origin.verdict, origin=origin))
        return self._put_aside(mark.reveal(), Judgement(Verdict.UNKNOWN))

    def _ours(self, mark: Mark, choice: int) -> Judgement:
        name = self._hash(mark.nonce)
        if name in self._counted:
            self.doubled += 1
            return Judgement(Verdict.DOUBLED, choice, self._counted[name])
        if self.heap not in (None, choice):
            return self._put_aside(mark.reveal(), Judgement(Verdict.OTHER_CHOICE, choice))
        self._aside.pop(self._hash(mark.reveal()), None)  # it lay in the wrong heap before
        self.votes[choice] += 1
        self._counted[name] = self.genuine
        return Judgement(Verdict.GENUINE, choice, self.genuine)

    def _put_aside(self, what: bytes, judgement: Judgement) -> Judgement:
        self._aside[self._hash(what)] = judgement.verdict
        return judgement

    def _hash(self, what: bytes) -> bytes:
        return hashlib.blake2b(what, digest_size=16, key=self._key).digest()


def origin_of(workspace: Workspace, booth: str) -> Origin:
    """The booth whose slips are counted; raises OperatorError when it is not in the plan or has no package yet."""
    workspace.place(booth)
    manifest = workspace.manifest(booth)
    if manifest is None:
        raise OperatorError(
            f"Booth {booth} has no package yet, so no slip can be genuine. Is this the right workspace?",
            id=f"Bilik {booth} belum punya paket, jadi belum ada struk yang sah. Benarkah ruang kerja ini?",
        )
    return _origin(Verdict.GENUINE, manifest)


def other_origins(workspace: Workspace, booth: str, also: Iterable[Workspace]) -> Iterator[Origin]:
    """Where a slip may come from that is not of ``booth``: nearest first, other elections (``also``) last."""
    for manifest in workspace.earlier_manifests():
        here = manifest.place.booth_id == booth
        yield _origin(Verdict.EARLIER_PACKAGE if here else Verdict.OTHER_BOOTH, manifest)
    for manifest in _manifests(workspace):
        if manifest.place.booth_id != booth:
            yield _origin(Verdict.OTHER_BOOTH, manifest)
    for elsewhere in also:
        rehearsal = elsewhere.record.mode is Mode.REHEARSAL
        for manifest in (*_manifests(elsewhere), *elsewhere.earlier_manifests()):
            yield _origin(Verdict.REHEARSAL if rehearsal else Verdict.OTHER_ELECTION, manifest)


def _manifests(workspace: Workspace) -> Iterator[Manifest]:
    for booth in workspace.places:
        manifest = workspace.manifest(booth)
        if manifest is not None:
            yield manifest


def _origin(verdict: Verdict, manifest: Manifest) -> Origin:
    return Origin(
        verdict=verdict,
        election=manifest.election.name,
        booth=manifest.place.booth_id,
        ballot_uuid=manifest.ballot.uuid,
        mark_key=manifest.mark_key,
        choices=range(0 if manifest.blank else 1, len(manifest.candidates) + 1),
    )
