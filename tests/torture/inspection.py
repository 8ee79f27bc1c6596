"""What must hold of a booth that has died and was brought back: its counts, its paper, its log, its two copies."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from booth.desk.verbs import Place
from booth.opening import signer
from booth.store.keys import STORE_FILE, open_keys
from booth.store.merge import Relation, compare
from booth.store.store import Store, Tallied
from config.cards.soft import SoftCard
from config.errors import BilikError
from config.secret import Pin
from sync import batch as batches
from sync.equations import equations
from sync.log import Entry, Kind, check
from sync.media import STORE_FOLDER
from tests.district.election import done
from tests.robot.reading import Slip
from tests.torture.clear import needles, search
from tests.torture.ground import BOOTH
from tests.torture.play import Play


@dataclass(frozen=True)
class Counted:
    """What the booth says, from its store or from its batch."""

    sessions: int
    cast: int
    abandoned: int
    tests: int
    refused: int
    interrupted: int
    spent: int
    paperless: int
    fragments: int

    @classmethod
    def of(cls, counts: object) -> "Counted":
        """From a Tallied or a Counts."""
        return cls(**{name: getattr(counts, name) for name in cls.__dataclass_fields__})

    @property
    def void(self) -> int:
        """Sealed and not cast."""
        return self.refused + self.interrupted + self.tests


def inspect(play: Play, *, whole: bool, unsure_papers: int = 0, unknown_papers: int = 0) -> list[str]:
    """What is wrong, a sentence each. The booth is off; ``whole``: it has closed, and the district imports.

    ``unknown_papers``: so many more may lie in the envelope, of ballots that only a lost device knew.
    """
    found: list[str] = []
    try:
        batch = batch_file(play.scene.data)
        if batch is None and not (play.scene.data / "store").exists():
            # A blank device that found a booth which has closed: it shows and prints what the stick has.
            batch = batch_file(play.scene.stick / "bilik")
        if batch is not None:
            counted, keys, log = _of_batch(play, batch, found)
        else:
            counted, keys, log = _of_store(play, found)
    except BilikError as fault:
        return [f"what is stored cannot be read: {fault.en}"]
    found += _counts(play, counted, (-unsure_papers, unknown_papers), _missing(play, log))
    found += search(play.scene, needles(play.scene.ground, papers=play.scene.desk / "paper", keys=keys))
    if whole:
        made = batch_file(play.scene.data) or batch_file(play.scene.stick / "bilik")
        with_result = made is not None and batches.read(made.read_bytes()).record.result is not None
        found += _import(play, counted, with_result=with_result)
    return found


def batch_file(data: Path) -> Path | None:
    """The device's batch, once it has closed."""
    return next((data / "batch").glob(f"*{batches.SUFFIX}"), None)


def _counts(play: Play, counted: Counted, off: tuple[int, int], missing: int) -> Iterator[str]:
    """The equations, and the paper as it really lies there; ``missing`` slips have no vote, as the tape says."""
    if counted.sessions != counted.cast + counted.abandoned + counted.tests:
        yield f"sessions are not cast + abandoned + tests: {counted}"
    if counted.spent != counted.cast + counted.void:
        yield f"spent is not cast + void: {counted}"
    box = play.in_place(Place.BOX)
    if len(box) != counted.cast + missing:
        yield f"{len(box)} slips lie in the box, {counted.cast} are counted as cast, {missing} are told to be missing"
    read = [play.site.reader.read(path) for path in box]
    slips = [slip for slip in read if isinstance(slip, Slip)]
    if sorted(slip.choice for slip in slips) != play.wishes:
        yield f"the box says {sorted(slip.choice for slip in slips)}, wished was {play.wishes}"
    if len({slip.nonce for slip in slips}) != len(slips):
        yield "two slips in the box bear the same mark"
    papers, expected = len(play.in_place(Place.ENVELOPE)), counted.void - counted.paperless + counted.fragments
    if not off[0] <= papers - expected <= off[1]:
        yield f"{papers} papers lie in the envelope, the counts say {expected}: {counted}"


Looked = tuple[Counted, tuple[bytes, ...], tuple[Entry, ...]]
"""Counts, secret keys that must lie nowhere, and the log."""


def _missing(play: Play, log: tuple[Entry, ...]) -> int:
    """Votes that the last takeover's tape says are on another device only."""
    taken = [entry.facts for entry in log if entry.kind is Kind.TAKEN_OVER]
    if not taken:
        return 0
    return play.missing(*(int(taken[-1][name]) for name in ("attended", "left", "cast")))


def _of_store(play: Play, found: list[str]) -> Looked:
    """Opens the store with an officer's card, as the booth does; verifies it, its log and the stick's copy."""
    card = play.staff.officer.card
    soft = SoftCard(card.file)
    soft.verify_pin(Pin(card.pin))
    uuid = play.scene.ground.package.manifest.ballot.uuid
    epoch, keys = open_keys(play.scene.data / "store", soft, uuid)
    store = Store.open(play.scene.data / "store" / STORE_FILE, keys.store_key, sign=signer(keys.session, uuid, epoch))
    try:
        log = check(store.log_entries())
        tally: Tallied = store.tally
        if tally.pending:
            found.append("a ballot is still pending")
        copy = play.scene.stick / STORE_FOLDER / f"epoch-{epoch}" / STORE_FILE
        if copy.is_file():
            mirrored = Store.open(copy, keys.store_key)
            relation = compare(store.snapshot(), mirrored.snapshot()).relation
            mirrored.close()
            if relation not in (Relation.SAME, Relation.BEHIND):
                found.append(f"the stick's copy is {relation.value}")
        return Counted.of(tally), (keys.store_key.reveal(), keys.session.pack().reveal()), log
    finally:
        store.close()


def _of_batch(play: Play, path: Path, found: list[str]) -> Looked:
    batch = batches.read(path.read_bytes())
    log = check(list(batch.log))
    record = batch.record
    for equation in equations(record.counts, booths_in_tps=1):
        if not equation.holds:
            found.append(f"the equation {equation.name} does not hold: {equation.left} and {equation.right}")
    if equations(record.counts, booths_in_tps=1) != record.equations:
        found.append("the batch's equations are not its counts'")
    exported = [path.read_bytes() for path in play.scene.stick.rglob(f"{BOOTH}*{batches.SUFFIX}")]
    if exported != [path.read_bytes()]:
        found.append(f"the stick has {len(exported)} batches, and they should be the device's one")
    if record.result is not None:
        expected = tuple(play.wishes.count(place) for place in range(len(record.result)))
        if record.result != expected:
            found.append(f"the result is {record.result}, the box holds {expected}")
    return Counted.of(record.counts), (), log


def _import(play: Play, counted: Counted, *, with_result: bool) -> Iterator[str]:
    """The district takes the stick's batch, and counts the same."""
    workspace = play.scene.folder / "workspace"
    shutil.copytree(play.scene.ground.made.workspace, workspace)
    done("import", workspace, play.scene.stick)
    (village,) = json.loads(done("results", workspace, "--json"))["villages"]
    if not with_result:
        # The committee was not there: the district has the ballots, and no votes before it decrypts them.
        if any(village["votes"]):
            yield f"the district counts {village['votes']} votes that nobody has decrypted"
        return
    expected = [play.wishes.count(place) for place in range(len(village["votes"]))]
    if village["votes"] != expected or sum(expected) != counted.cast:
        yield f"the district's result is {village['votes']}, the box holds {expected}"
    if village["mismatches"]:
        yield f"the district finds mismatches: {village['mismatches']}"
