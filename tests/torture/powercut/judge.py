"""What must hold of the two disks after a power cut, whatever was lost: without a booth, as a booth would read them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from booth.copies import is_doubtful, latest
from booth.opening import CERTIFICATE_FILE
from booth.store.keys import STORE_FILE, open_keys, open_store_key
from booth.store.merge import Relation, compare
from booth.store.store import Store
from config.cards.soft import SoftCard
from config.errors import BilikError
from config.package import Package, read_package
from config.secret import Key, Pin
from sync import batch as batches
from sync.ballot.records import hash_b64
from sync.ballot.verify import verify_archive
from sync.batch import STICK_FOLDER, SUFFIX
from sync.log import Kind, check
from sync.media import PACKAGE_FOLDER, STORE_FOLDER, Stick
from tests.torture.ground import BOOTH, NAMES, Ground
from tests.torture.powercut import evidence
from tests.torture.powercut.promises import Bounds
from tests.torture.powercut.recording import DEVICE, STICK, Recorded, Staff

COUNTS = ("sessions", "cast", "abandoned", "refused", "interrupted", "tests", "spent", "paperless", "fragments")
ACTS: Mapping[Kind, str | None] = {
    Kind.PROVISIONED: "ready",
    Kind.OPENED: "open",
    Kind.PAUSED: "paused",
    Kind.RESUMED: "open",
    Kind.CLOSING: "closing",
    Kind.ATTENDANCE: "closing",
    Kind.CLOSED: "closing",
    Kind.TAKEN_OVER: None,
    Kind.TAKEOVER_SIGNED: None,
}
"""Officers' acts in the log, and the day's state after each, None where that stays; closed is what follows once the
batch stands."""
BATCH = f"{BOOTH}{SUFFIX}"
_ALONE = "the device goes on and the stick does not say so: the earlier one could go on, too"


@dataclass(frozen=True)
class Verdict:
    """One cut's: nothing in ``wrong`` is good."""

    stood: str
    """Where the device stood."""
    wrong: tuple[str, ...]


class Judge:
    """Knows a recorded day. Its card is the officer's, with the PIN typed, as at any opening of the store."""

    def __init__(self, recorded: Recorded, cards: Path) -> None:
        """``cards`` is a folder with the election's cards, for this judge alone."""
        self._recorded = recorded
        self._package = recorded.ground.package
        self._uuid = self._package.manifest.ballot.uuid
        officer = Staff.of(recorded.ground, cards).officer.card
        self._card = SoftCard(officer.file)
        self._card.verify_pin(Pin(officer.pin))
        self._clear = _needles(recorded.ground)
        self._before = recorded.promises.at(0)
        """What an earlier device was seen to do."""

    def judge(self, folder: Path, device: Bounds, stick: Bounds) -> Verdict:
        """``folder`` has both disks; opening the stores changes it, as any start of a booth does."""
        wrong: list[str] = list(self.in_clear(folder))
        stood = "without a store"
        try:
            batch = self._batch(folder, device, wrong)
            self._packages(folder, wrong, closed=batch)
            stood = self._stores(folder, device, stick, wrong, closed=batch)
            if self._recorded.first:
                wrong += evidence.judge(folder, device, self._recorded)
                stood += "; evidence of the first device" if evidence.begun(folder) else ""
        except BilikError as fault:
            wrong.append(f"the device: {fault.en}")
        return Verdict(stood, tuple(wrong))

    def judge_again(self, folder: Path, device: Bounds, *, closed: bool) -> tuple[str, ...]:
        """After a booth has come back from the cut; ``closed``: with a batch of its own, or the one that was made."""
        wrong = list(self.in_clear(folder))
        path = folder / DEVICE / "batch" / BATCH
        if path.exists() != closed or (device.of("batch")[0] and not closed):
            wrong.append("the booth has closed and has no batch, or the other way round")
        epoch, keys = open_keys(folder / DEVICE / "store", self._card, self._uuid)
        if epoch != self._recorded.epoch:
            wrong.append(f"the booth goes on as device number {epoch + 1}")
        if epoch and not self._copy_in(folder).exists():
            wrong.append(_ALONE)
        store = Store.open(folder / DEVICE / "store" / STORE_FILE, keys.store_key)
        try:
            wrong += self._store(store, device, "the device", closed=closed)
            if closed:
                wrong += self._closed(path.read_bytes(), store.tally.cast, device)
            nothing = Bounds({}, device.most)
            self._copy(self._copy_in(folder), store, nothing, keys.store_key, wrong)
            self._earlier(folder, wrong)
        finally:
            store.close()
        return tuple(wrong)

    def _closed(self, data: bytes, cast: int, device: Bounds) -> Iterator[str]:
        report = verify_archive(batches.read(data).archive)
        if not report.valid or report.num_ballots != cast:
            yield f"the batch has {report.num_ballots} ballots, the store {cast}; valid: {report.valid}"
        if device.of("batch")[0] and data != self._recorded.batch:
            yield "the batch is not the one that was made"

    # Nothing in clear

    def in_clear(self, folder: Path) -> Iterator[str]:
        """A name, a PIN or an opening outside of packages and batches, which are public."""
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            public = SUFFIX in path.name or any(part.startswith("package") for part in inside.parts)
            if path.is_file() and not public:
                found = self._clear.search(path.read_bytes())
                if found is not None:
                    yield f"in clear in {inside}: {found[0]!r}"

    # Batches and packages

    def _batch(self, folder: Path, bounds: Bounds, wrong: list[str]) -> bool:
        """Whether the device has one: it is the only one that was ever made, or none."""
        for name, path in (("batch", folder / DEVICE / "batch"), ("exported", folder / STICK / STICK_FOLDER)):
            least, most = bounds.of(name)
            there = sorted(path.glob(f"[!.]*{SUFFIX}*"))
            if not least <= len(there) <= most:
                wrong.append(f"{name}: {len(there)} batches are there, and it must be {least} to {most}")
            for file in there:
                if file.name != BATCH or file.read_bytes() != self._recorded.batch:
                    wrong.append(f"{name}: {file.name} is not the batch that was made")
        return (folder / DEVICE / "batch" / BATCH).exists()

    def _packages(self, folder: Path, wrong: list[str], *, closed: bool) -> None:
        device, stick = folder / DEVICE, folder / STICK / PACKAGE_FOLDER
        # What was destroyed after closing may come back with the cut: the next start destroys it again.
        self._read(stick, "the stick's package", wrong, may_lack_secrets=closed)
        if (device / "store").exists() or closed:
            # A device that was used needs it: without it it says that it is damaged.
            self._read(device / "package", "the device's package", wrong, may_lack_secrets=closed)

    def _read(self, folder: Path, what: str, wrong: list[str], *, may_lack_secrets: bool) -> Package | None:
        try:
            return read_package(folder, after_closing=may_lack_secrets)
        except (BilikError, OSError) as fault:
            wrong.append(f"{what}: {fault}")
            return None

    # Stores

    def _copy_in(self, folder: Path) -> Path:
        """Of this device's store."""
        return folder / STICK / STORE_FOLDER / f"epoch-{self._recorded.epoch}"

    def _standing(self, folder: Path) -> Path | None:
        """The store that the device goes on with; one without its name, if the stick says so. None: it is blank."""
        store = folder / DEVICE / "store"
        if store.exists():
            return store
        begun, said = store.with_name("store.new"), latest(Stick(folder / STICK), self._package)
        certificate = begun / CERTIFICATE_FILE
        ours = said is not None and certificate.is_file() and certificate.read_bytes() == said.certificate_bytes
        return begun if ours else None

    def _stores(self, folder: Path, device: Bounds, stick: Bounds, wrong: list[str], *, closed: bool) -> str:
        copy = self._copy_in(folder)
        if is_doubtful(Stick(folder / STICK), self._package):
            wrong.append("the stick has a copy and nobody can tell which device's")
        self._earlier(folder, wrong)
        standing = self._standing(folder)
        if standing is None:
            if device.of("takeovers" if self._recorded.epoch else "acts")[0]:
                wrong.append("the device has no store any more")
            if copy.exists():
                # This device would then ask to be taken over from itself.
                wrong.append("the stick has a copy of a store that the device does not have")
            return "without a store"
        if self._recorded.epoch and not copy.exists():
            wrong.append(_ALONE)
        epoch, keys = open_keys(standing, self._card, self._uuid)
        wrong += _keys_in_clear(folder, (keys.store_key, keys.session.pack()))
        store = Store.open(standing / STORE_FILE, keys.store_key)
        try:
            wrong += self._store(store, device, "the device", closed=closed)
            if (epoch, store.identity.session_key) != (self._recorded.epoch, keys.session.public.text):
                wrong.append("the device's keys are not its store's")
            self._copy(copy, store, stick, keys.store_key, wrong)
            unnamed = "" if standing.name == "store" else "taken over, the store without its name: "
            return f"{unnamed}{store.polls.state}, {store.current.state.name.lower()}"
        finally:
            store.close()

    def _earlier(self, folder: Path, wrong: list[str]) -> None:
        """The copies of devices that served before stay as they were: a blank device can always go on from there."""
        for epoch in range(self._recorded.epoch):
            copy = folder / STICK / STORE_FOLDER / f"epoch-{epoch}"
            try:
                store = Store.open(copy / STORE_FILE, open_store_key(copy, self._card, self._uuid)[1])
            except (BilikError, OSError) as fault:
                wrong.append(f"the earlier device's copy: {fault}")
                continue
            try:
                wrong += self._store(store, self._before, "the earlier device's copy", closed=False)
            finally:
                store.close()

    def _copy(self, folder: Path, mine: Store, bounds: Bounds, key: Key, wrong: list[str]) -> None:
        if not folder.exists():
            if any(bounds.least.values()):
                wrong.append("the stick has no copy any more")
            return
        try:
            if (folder / CERTIFICATE_FILE).read_bytes() != mine.identity.certificate:
                wrong.append("the stick's certificate is another one")
            if open_store_key(folder, self._card, self._uuid)[1].reveal() != key.reveal():
                wrong.append("the stick's key is another one")
            copy = Store.open(folder / STORE_FILE, key)
        except (BilikError, OSError) as fault:
            wrong.append(f"the stick: {fault}")
            return
        try:
            wrong += self._store(copy, bounds, "the stick", closed=False)
            relation = compare(mine.snapshot(), copy.snapshot()).relation
            if relation not in (Relation.SAME, Relation.BEHIND):
                # It is written after the device, so it can know nothing that the device does not.
                wrong.append(f"the stick is {relation.value}")
        finally:
            copy.close()

    def _store(self, store: Store, bounds: Bounds, whose: str, *, closed: bool) -> Iterator[str]:
        """Counts, ballots and acts between what must and what may be there."""
        tally = store.tally
        log = check(store.log_entries())
        acts = [entry.kind for entry in log if entry.kind in ACTS]
        found: Mapping[str, int] = {name: getattr(tally, name) for name in COUNTS} | {
            "acts": len(acts),
            "takeovers": acts.count(Kind.TAKEN_OVER),
        }
        for name, value in found.items():
            least, most = bounds.of(name)
            if not least <= value <= most:
                yield f"{whose}: {name} is {value}, and it must be {least} to {most}"
        if tally.spent != tally.cast + tally.refused + tally.interrupted + tally.tests + tally.pending:
            yield f"{whose}: spent is not cast + void + pending: {tally}"
        states = set([state for act in acts if (state := ACTS[act]) is not None][-1:])
        if acts and acts[-1] is Kind.CLOSED:
            states = {"closed"} if closed and bounds.of("batch")[0] else {"closing", "closed"}
        if store.polls.state not in states:
            yield f"{whose}: the day is {store.polls.state} after {acts}"
        if acts.count(Kind.ATTENDANCE) != (store.polls.attended is not None):
            yield f"{whose}: the desk's numbers and the log do not agree"
        if acts.count(Kind.TAKEN_OVER) - acts.count(Kind.TAKEOVER_SIGNED) != (store.polls.takeover is not None):
            yield f"{whose}: a takeover's tape that is not signed and the log do not agree"
        for taken in (entry.facts for entry in log if entry.kind is Kind.TAKEN_OVER):
            # As on the tape that people signed.
            known = {"epoch": self._recorded.epoch} | {name: self._before.of(name)[0] for name in ("sessions", "cast")}
            if not known.items() <= taken.items():
                yield f"{whose}: {taken} was taken over, and it must be {known}"
        in_box = {hash_b64(ballot) for ballot in store.cast_ballots()}
        void = Counter(hash_b64(ballot.ballot.encode()) for ballot in store.voids())
        for tracker in bounds.in_box - in_box:
            yield f"{whose}: the confirmed vote {tracker} does not count"
        for tracker in bounds.void - set(void):
            yield f"{whose}: the ballot {tracker}, confirmed as void, is not void"


def _keys_in_clear(folder: Path, keys: tuple[Key, ...]) -> Iterator[str]:
    words = [word for key in keys for word in (key.reveal(), key.reveal().hex().encode())]
    for path in sorted(folder.rglob("*")):
        if path.is_file() and any(word in path.read_bytes() for word in words):
            yield f"a key in clear in {path.relative_to(folder)}"


def _needles(ground: Ground) -> "re.Pattern[bytes]":
    """What must stand nowhere: names of candidates, PINs (no part of a longer number), an opening, open pages."""
    words = [name.encode() for name in NAMES] + [name.encode("utf-16-le") for name in NAMES]
    words += [b'"choice":', b"SQLite format 3", b"CREATE TABLE"]
    pins = b"|".join(pin.encode() for pin in ground.pins)
    return re.compile(b"|".join(map(re.escape, words)) + rb"|(?<!\d)(?:" + pins + rb")(?!\d)")
