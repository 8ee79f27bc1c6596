"""The stick's copy of the store, kept in step by a thread of its own, so that no voter ever waits for a stick.

The runner hands every write over after it is durable on the device, and waits for the stick as long as its purse lasts:
two seconds for each voter and each act of an officer. A stick that is slow, full, worn or gone is caught up later.
"""

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from booth.clock import Clock, minute
from booth.copies import Beside, is_foreign, is_ours, latest, make_copy
from booth.ground.told import StickWord, told
from booth.stickstate import StickState
from booth.store.keys import STORE_FILE
from booth.store.merge import Relation, compare
from booth.store.rows import Rows, Shape
from booth.store.store import Store
from config.errors import BilikError, DamageError, DeviceError
from config.package import Package
from config.secret import Key
from sync.media import Stick, StickGone

PURSE_S = 2.0
"""How long the stick may keep the booth waiting, for each voter and each act of an officer."""
LOOK_S = 0.5
"""Between two looks at a stick that is not in step."""


@dataclass(frozen=True)
class Replaced:
    """The stick has the copy of a later device, certified by an officers' card."""

    certificate: bytes


@dataclass(frozen=True)
class Ahead:
    """The stick knows steps that this device lost."""

    rows: Rows


@dataclass(frozen=True)
class Apart:
    """Stick and device contradict each other."""

    slots: int
    """How many ballots have two ends; none where only logs or counters contradict each other."""


News: TypeAlias = Replaced | Ahead | Apart


@dataclass(frozen=True)
class Kept:
    """What the copy is made of."""

    package: Package
    key: Key
    shape: Shape
    beside: Beside


class Mirror:
    """One thread beside the runner's. All methods are the runner's; ``state`` and ``behind_since`` are read by it."""

    def __init__(self, stick: Stick, clock: Clock, told: Path) -> None:
        """``told``: where the image's services say what is the matter with sticks."""
        self._stick = stick
        self._told = told
        self._clock = clock
        self._changed = threading.Condition()
        self._kept: Kept | None = None
        self._watched: tuple[Package, int] | None = None
        self._image = Rows()
        self._waiting: Rows | None = None
        self._written = self._copied = 0
        self._purse_s = PURSE_S
        self._in_step = False
        self._news: News | None = None
        self._mistake: BaseException | None = None
        self._stopped = False
        # The thread's own:
        self._copy: Store | None = None
        self._copy_of: Kept | None = None
        self._looked_at: Kept | None = None
        self._mount: tuple[int, int] | None = None
        self.state = StickState.AWAY
        self._word: StickWord | None = None
        self.behind_since: str | None = None
        """UTC minute of the first step that the stick lacks; None while it has all."""
        self._thread = threading.Thread(target=self._run, name="mirror", daemon=True)
        self._thread.start()

    # The runner's side

    def attach(self, kept: Kept, image: Rows) -> None:
        """A store was opened and stands as ``image``."""
        with self._changed:
            self._kept, self._image, self._waiting, self._watched = kept, image, None, None
            self._news, self._in_step = None, False
            self._written, self._copied = 1, 0
            self._changed.notify_all()

    def detach(self) -> None:
        """The store was shut; the copy follows soon."""
        with self._changed:
            self._kept, self._image, self._waiting = None, Rows(), None
            self._news, self._in_step, self.behind_since = None, False, None
            self._changed.notify_all()

    def watch(self, package: Package, epoch: int) -> None:
        """While the store of device number ``epoch`` is shut: a later device's copy is told as news.

        Here and not in the runner, which a stick that hangs would stop for good.
        """
        with self._changed:
            self._watched = (package, epoch)

    def allow(self) -> None:
        """A new voter, or an officer's act: the stick may take its time again."""
        self._purse_s = PURSE_S

    def write(self, rows: Rows) -> None:
        """Takes a write that is durable on the device; waits for the stick while it is in step and the purse lasts."""
        with self._changed:
            if self._kept is None:
                return
            self._image = self._image.then(rows)
            self._waiting = rows if self._waiting is None else self._waiting.then(rows)
            self._written += 1
            mine = self._written
            self._changed.notify_all()
            if self._in_step and self._purse_s > 0:
                began_s = self._clock.monotonic_s()
                self._changed.wait_for(lambda: self._copied >= mine or not self._in_step, self._purse_s)
                self._purse_s -= self._clock.monotonic_s() - began_s
            if self._copied < mine and self.behind_since is None:
                self.behind_since = minute(self._clock.now())

    def first_look(self, timeout_s: float) -> None:
        """Waits until the stick was looked at since ``attach``: whether it is this store's copy, and in step."""
        with self._changed:
            self._changed.wait_for(lambda: self._looked_at is self._kept, timeout_s)

    def take_news(self) -> News | None:
        """What the stick holds that this device must not pass over; told once.

        A mistake of ours in the thread is raised here: a booth must not go on that only believes to keep a copy.
        """
        with self._changed:
            news, self._news = self._news, None
            if self._mistake is not None:
                raise self._mistake
        return news

    @property
    def agrees(self) -> bool:
        """The stick was looked at since ``attach``, and its copy has all that this store has, and no more."""
        with self._changed:
            return self._in_step

    @property
    def standing(self) -> StickState:
        """How the stick stands now, as far as anybody asked it."""
        if self.state is StickState.AWAY:
            return StickState.UNREADABLE if self._word is StickWord.UNREADABLE else StickState.AWAY
        if self.state is StickState.IN_STEP and self.behind_since is not None:
            return StickState.BEHIND
        fine = self.state in (StickState.THERE, StickState.IN_STEP)
        return StickState.TWO if fine and self._word is StickWord.TWO else self.state

    def stop(self, timeout_s: float = 1.0) -> None:
        """Ends the thread; does not wait longer for a stick that hangs."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(timeout_s)

    # The thread's side

    def _run(self) -> None:
        try:
            self._keep_in_step()
        except BaseException as mistake:  # raised again in the runner's thread
            with self._changed:
                self._mistake, self._in_step = mistake, False
                self.state = StickState.UNFIT
                self._changed.notify_all()
        self._let_go()

    def _keep_in_step(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, LOOK_S)
                if self._stopped:
                    break
                kept, image, waiting, written = self._kept, self._image, self._waiting, self._written
                self._waiting = None
            state, word = self._look(kept, image, waiting), told(self._told, StickWord)
            with self._changed:
                self._looked_at = kept
                if kept is self._kept:
                    self._in_step = self._copy is not None
                    if self._in_step:
                        self._copied = written
                        if self._copied == self._written:
                            self.behind_since = None
                    elif kept is not None and self.behind_since is None:
                        self.behind_since = minute(self._clock.now())
                self.state, self._word = state, word
                self._changed.notify_all()
            if self._copy is None and kept is not None:
                # Not in step: no hurry, and no hammering of a stick that fails.
                with self._changed:
                    self._changed.wait_for(self._has_other_store, LOOK_S)

    def _has_work(self) -> bool:
        return self._waiting is not None or self._has_other_store()

    def _has_other_store(self) -> bool:
        return self._stopped or self._kept is not self._looked_at

    def _look(self, kept: Kept | None, image: Rows, waiting: Rows | None) -> StickState:
        """Brings the copy up to date, or finds one to bring up to date; never raises for what a stick does."""
        try:
            if self._copy_of is not kept:
                self._let_go()
            if self._stick.present():
                return self._look_for_later() if kept is None else self._bring_up(kept, image, waiting)
        except StickGone:
            pass
        except (BilikError, OSError, LookupError):
            self._let_go()
            return StickState.UNFIT if self._stick.present() else StickState.AWAY
        self._let_go()
        return StickState.AWAY

    def _look_for_later(self) -> StickState:
        with self._changed:
            watched = self._watched
        if watched is not None and is_ours(self._stick, watched[0]):
            found = latest(self._stick, watched[0])
            if found is not None and found.epoch > watched[1]:
                self._tell(None, Replaced(found.certificate_bytes))
        if watched is not None and self._stick.has_package() and not is_ours(self._stick, watched[0]):
            return StickState.OTHER
        return StickState.THERE

    def _bring_up(self, kept: Kept, image: Rows, waiting: Rows | None) -> StickState:
        if self._copy is None:
            return self._connect(kept, image)
        self._want_same_mount()
        if waiting is not None:
            self._copy.apply(waiting)
            # A stick that was pulled meanwhile may have taken nothing, whatever the system says.
            self._want_same_mount()
        return StickState.IN_STEP

    def _want_same_mount(self) -> None:
        if self._stick.mount != self._mount:
            raise StickGone

    def _connect(self, kept: Kept, image: Rows) -> StickState:
        self._mount = self._stick.mount
        if not is_ours(self._stick, kept.package):
            return StickState.OTHER
        epoch = kept.shape.identity.epoch
        found = latest(self._stick, kept.package)
        if found is not None and found.epoch > epoch:
            self._tell(kept, Replaced(found.certificate_bytes))
            return StickState.OTHER
        if found is not None and found.epoch == epoch and found.certificate_bytes != kept.beside.certificate:
            return StickState.OTHER
        copy = self._open_or_make(kept, image)
        if copy is None:
            return StickState.OTHER
        there = copy.snapshot()
        compared = compare(image, there)
        match compared.relation:
            case Relation.AHEAD:
                self._tell(kept, Ahead(there))
            case Relation.APART:
                self._tell(kept, Apart(len(compared.disputed)))
            case _:
                if compared.missing != Rows():
                    copy.apply(compared.missing)
                self._want_same_mount()
                return StickState.IN_STEP
        self._let_go()
        return StickState.OTHER

    def _open_or_make(self, kept: Kept, image: Rows) -> Store | None:
        """This store's copy; None where something lies in its place that may be another device's."""
        folder = self._stick.store_folder(kept.shape.identity.epoch)
        file = folder / STORE_FILE
        self._copy_of = kept
        if file.is_file():
            # A bad stick never stops a good device: a copy that does not verify is made anew.
            with suppress(DamageError):
                self._copy = Store.open(file, kept.key)
        if self._copy is not None and self._copy.shape == kept.shape:
            # Without these files nobody could open the copy on another device.
            kept.beside.mend(folder)
            return self._copy
        if self._copy is not None:
            self._copy.close()
        if folder.exists() and not kept.beside.is_near(folder) and not is_foreign(folder, kept.package):
            self._copy = None
            return None
        make_copy(self._stick, kept.key, kept.shape, image, kept.beside)
        self._copy = Store.open(file, kept.key)
        return self._copy

    def _tell(self, kept: Kept | None, news: News) -> None:
        with self._changed:
            if kept is self._kept:
                self._news = news

    def _let_go(self) -> None:
        if self._copy is not None:
            with suppress(BilikError, OSError):
                self._copy.close()
        self._copy = self._copy_of = self._mount = None


class KnowsMore(DeviceError):
    """The stick has steps that this device's disk lost."""

    def __init__(self) -> None:
        super().__init__(
            "The stick knows votes that this device has lost. Put in an officer's card: the booth takes them from the "
            "stick and goes on. If it happens again, go on with another device.",
            id="Stik memuat suara yang hilang dari perangkat ini. Masukkan kartu petugas: bilik mengambilnya dari stik "
            "lalu melanjutkan. Bila terulang, pakai perangkat lain.",
        )
