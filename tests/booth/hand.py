"""A booth driven by hand: the real runner, store, stick and cards in the test's own thread, time and printer decided.

Nothing happens by itself here: a touch waits in the queue until it is taken, a print until the printer is told how it
went, and time passes when the test says so. Only the stick's copy keeps its thread, which no step depends on.
"""

import csv
import queue
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from booth import mirror as mirror_module
from booth import runner as runner_module
from booth.device import Device
from booth.events import Button, PinTyped, Touched
from booth.polls import Polls
from booth.runner import Runner
from booth.stickstate import StickState
from booth.views import Frame, PinWanted
from booth.vitals import Sensors
from booth.worker import Worker
from config.cards.soft import SoftReader
from config.secret import Pin
from printer.escpos import Job
from printer.faults import Fault, PrintFault
from printer.profiles import PROFILES
from printer.status import Status
from sync.media import Stick


class HandClock:
    """Stands still until it is moved on; it begins when it is made, so that no package is younger."""

    def __init__(self) -> None:
        self.began = datetime.now(UTC)
        self.passed_s = 0.0

    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.passed_s)

    def monotonic_s(self) -> float:
        return self.passed_s


class HandPrinter:
    """Prints as it was told last; None is a good printer."""

    fault: Fault | None = None

    def __init__(self) -> None:
        self.printed = 0

    def status(self) -> Status:
        return Status(self.fault)

    def proved(self) -> Status:
        return Status(self.fault, confirms=None if self.fault else True)

    def print(self, job: Job, timeout_s: float) -> None:
        if self.fault is not None:
            raise PrintFault(self.fault)
        self.printed += 1

    def close(self) -> None:
        pass


class HandWorker(Worker):
    """The worker without its thread: it does a piece of work when it is told to."""

    def _run(self) -> None:
        pass

    def do_one(self) -> bool:
        """One piece of work, its outcome put into the runner's queue; False when there is none."""
        try:
            work = self._work.get_nowait()
        except queue.Empty:
            return False
        rest, self._work = self._work, queue.Queue()
        self._work.put(work)
        self._work.put(None)
        super()._run()
        self._work = rest
        return True


class HandBooth:
    """One device at its desk, as a copy of ``template`` (a desk's folder) left it."""

    def __init__(self, desk: Path, template: Path) -> None:
        self.desk = desk
        shutil.copytree(template, desk, ignore=shutil.ignore_patterns("card", "stick"))
        (desk / "data").mkdir(exist_ok=True)
        with (desk / "cards" / "pins.csv").open() as sheet:
            self.pins = {row["file"]: row["pin"] for row in csv.DictReader(sheet)}
        self.clock = HandClock()
        self.printer = HandPrinter()
        self.frames: list[Frame] = []
        self.put_in_stick()
        self.start()

    def start(self) -> None:
        profile = next(iter(PROFILES.values()))
        device = Device(
            data=self.desk / "data",
            reader=SoftReader(self.desk / "card"),
            stick=Stick(self.desk / "stick"),
            printer=self.printer,
            profile=profile,
            clock=self.clock,
            sensors=Sensors(self.desk / "sys"),
        )
        # The stick's thread looks often: people wait for it here, not the other way round.
        mirror_module.LOOK_S = 0.01
        with patch.object(runner_module, "Worker", HandWorker):
            self.runner = Runner(device, self.frames.append)
        self._do(self.runner._start)

    def stop(self) -> None:
        """As ``Runner.run`` ends."""
        self.runner._day.shut()
        self.runner._day.mirror.stop()

    def restart(self) -> None:
        """The power: nothing but what is on the disk goes over."""
        self.stop()
        self.start()

    # What the loop of ``Runner.run`` does, one step at a time

    def _do(self, what: Callable[[], None]) -> None:
        self.runner._guard(what)
        self.runner._draw()

    def take(self) -> bool:
        """The next message of the runner's queue; False when there is none."""
        try:
            message = self.runner._inbox.get_nowait()
        except queue.Empty:
            return False
        assert message is not None
        self._do(self.runner._receiver(message))
        return True

    def take_all(self) -> None:
        while self.take():
            pass

    def tick(self, seconds: float = 0.1) -> None:
        self.clock.passed_s += seconds
        self._do(self.runner._tick)

    def wait(self, seconds: int) -> None:
        """Time passes while the booth looks at it: a single long step is one in which it was held up."""
        for _ in range(seconds):
            self.tick(1.0)

    def work(self, fault: Fault | None = None) -> bool:
        """The worker does what it was given, while the printer is as ``fault`` says; nothing is taken yet."""
        self.printer.fault = fault
        return self.runner._worker.do_one()

    def finish_work(self, fault: Fault | None = None) -> None:
        """Everything that is under way comes to its end."""
        while self.work(fault):
            self.take_all()

    # People

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def touch(self, touch: object, behind: int = 0) -> None:
        """A touch on the frame of ``behind`` numbers ago, into the queue: a screen may be late."""
        self.runner._inbox.put(runner_module._Touched(self.frame.number - behind, touch))

    def put_in(self, card: str) -> None:
        self.pull_card()
        (self.desk / "card").symlink_to(self.desk / "cards" / card)

    def pull_card(self) -> None:
        (self.desk / "card").unlink(missing_ok=True)

    @property
    def card(self) -> str | None:
        place = self.desk / "card"
        return place.readlink().name if place.is_symlink() else None

    def show(self, card: str, pin: str | None = None) -> None:
        """Card in, its PIN if that is asked, card out."""
        self.put_in(card)
        self.tick()
        if isinstance(self.frame.view, PinWanted):
            self.touch(PinTyped(Pin(pin or self.pins[card])))
            self.take_all()
        self.pull_card()
        self.tick()

    def tap(self, button: Button) -> None:
        self.touch(Touched(button))
        self.take_all()

    def wait_for_stick(self) -> None:
        """Gives the stick's thread the time that it wants to see what lies there now."""
        mirror = self.runner._day.mirror
        there = StickState.THERE if mirror._kept is None else StickState.IN_STEP
        wanted = there if (self.desk / "stick").exists() else StickState.AWAY
        end_s = time.monotonic() + 2
        refused = (StickState.OTHER, StickState.UNFIT)
        while mirror.standing is not wanted and time.monotonic() < end_s:
            if mirror.standing in refused and mirror._looked_at is mirror._kept and wanted is not StickState.AWAY:
                return
            time.sleep(0.002)

    def meet_later_device(self, name: str) -> None:
        """The stick comes back from another device, and the booth looks around."""
        self.put_in_stick(name)
        mirror = self.runner._day.mirror
        heard = StickState.THERE if mirror._kept is None else StickState.OTHER
        end_s = time.monotonic() + 0.5
        while mirror.standing is not heard and time.monotonic() < end_s:
            time.sleep(0.002)
        if self.runner._polls is Polls.OPEN_CHECKS:
            # What the printer is asked there is answered soon; the runner looks around between two pieces of work.
            while self.runner._worker.do_one():
                self.take_all()
        self.tick(1.1)

    def put_in_stick(self, name: str = "a-stick") -> None:
        if (self.desk / name).exists():
            self.pull_stick()
            (self.desk / "stick").symlink_to(self.desk / name)

    def pull_stick(self) -> None:
        (self.desk / "stick").unlink(missing_ok=True)
