"""A booth without a screen: the real runner, store, card files and serial line; frames are looked at as values."""

import contextlib
import csv
import shutil
import threading
import time
from pathlib import Path

from booth.clock import DeskClock
from booth.device import Device
from booth.events import Button, Chosen, NumbersTyped, PinTyped, Touched
from booth.runner import Runner
from booth.running import running
from booth.stickstate import StickState
from booth.views import (
    Attendance,
    CardWanted,
    Choosing,
    CloseAsk,
    Closed,
    Confirming,
    IntoBox,
    OpenChecks,
    Paused,
    PinWanted,
    ReadSlip,
    ShowCounts,
    SignTakeover,
    SignZeroReport,
    TakeCard,
    TakeoverReady,
    WaitingForCard,
    Working,
)
from booth.vitals import Sensors
from config.cards.port import Reader
from config.cards.soft import SoftReader
from config.secret import Choice, Pin
from printer.port import SerialPrinter
from printer.profiles import TM_80, Profile
from printer.virtual import VirtualPrinter
from printer.virtual.models import MODELS, ModelPrinter
from sync.media import Stick
from tests.district.election import Made

BOOTH = "34.04.01.2001-002-1"
"""The only booth of its TPS, so the attendance equation can be checked by the booth itself."""
PATIENCE_S = 20.0


class SteppedClock(DeskClock):
    """A desk's clock whose waiting can be stepped over."""

    ahead_s = 0.0

    def monotonic_s(self) -> float:
        return super().monotonic_s() + self.ahead_s


class Rig:
    """One device at its desk. ``restart`` is the power switch: nothing but the disk goes over to the next start."""

    measured = True
    """Its screen is of known size."""
    understood = True
    """What its technician has set means something."""

    def __init__(
        self,
        election: Made,
        desk: Path,
        booth: str = BOOTH,
        reader: Reader | None = None,
        stick: Path | None = None,
        model: str = "",
        profile: Profile = TM_80,
    ) -> None:
        """``reader``: another one than that of soft cards in files. ``stick``: one that served elsewhere. ``model``:
        the virtual printer's, else one that knows everything; ``profile``: what the booth takes it for."""
        self.election = election
        self.desk = desk
        self.reader = reader or SoftReader(desk / "card")
        self.clock = SteppedClock(desk / "clock")
        desk.mkdir(parents=True, exist_ok=True)
        # Cards of its own: wrong PINs are no other test's trouble.
        self.cards = desk / "cards"
        if not self.cards.exists():
            shutil.copytree(election.cards, self.cards)
        with (self.cards / "pins.csv").open() as sheet:
            self.pins = {row["file"]: row["pin"] for row in csv.DictReader(sheet)}
        self.stick = stick or desk / "a-stick"
        if not self.stick.exists():
            shutil.copytree(election.sticks / booth, self.stick)
        self.pieces: list = []
        self.fragments: list = []
        self.profile = profile
        self.connect(model)
        self.put_in_stick()
        self.officer, self.officer2 = sorted(name for name in self.pins if "officers" in name and booth[:17] in name)
        self.committee, self.committee2 = sorted(name for name in self.pins if "committee" in name)
        self.runner: Runner | None = None
        self.start()

    def connect(self, model: str = "") -> None:
        """Another printer is put on the cable."""
        place, catch = self.desk / "printer", {"on_fragment": self.fragments.append}
        if model:
            self.printer = ModelPrinter(MODELS[model], place, self.pieces.append, **catch)
        else:
            self.printer = VirtualPrinter(place, self.pieces.append, **catch)

    def start(self) -> None:
        self.frame = None
        self._news = threading.Condition()
        self.device = Device(
            data=self.place(),
            reader=self.reader,
            stick=Stick(self.desk / "stick"),
            printer=SerialPrinter(self.desk / "printer", self.profile),
            profile=self.profile,
            clock=self.clock,
            measured=self.measured,
            understood=self.understood,
            sensors=Sensors(self.desk / "sys"),
            running=running(self.desk / "image"),
            told=self.desk / "told",
        )
        with contextlib.suppress(OSError):
            self.device.data.mkdir(exist_ok=True)
        self.runner = Runner(self.device, self._show)
        self.crash: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        with self._news:
            assert self._news.wait_for(lambda: self.frame is not None or self.crash, PATIENCE_S)

    def place(self) -> Path:
        """Where the device keeps everything."""
        return self.desk / "data"

    def _run(self) -> None:
        try:
            self.runner.run()
        except BaseException as fault:
            self.crash = fault
            with self._news:
                self._news.notify_all()

    def stop(self) -> None:
        self.runner.stop()
        self.thread.join(10)
        assert not self.thread.is_alive()
        # A process would take its worker with it: here one that still asks the printer would open the line again.
        self.runner._worker._thread.join(10)
        assert not self.runner._worker._thread.is_alive()
        self.device.printer.close()

    def restart(self) -> None:
        self.stop()
        self.pull_card()
        self.start()

    def close(self) -> None:
        self.stop()
        self.printer.close()

    def _show(self, frame) -> None:
        with self._news:
            self.frame = frame
            self._news.notify_all()

    # What people see and do

    def see(self, kind: type, **facts: object):
        """Waits for a view of ``kind`` whose fields are as given, and returns it."""

        def there() -> bool:
            view = self.frame and self.frame.view
            return self.crash is not None or (
                isinstance(view, kind) and all(getattr(view, name) == value for name, value in facts.items())
            )

        with self._news:
            seen = self._news.wait_for(there, PATIENCE_S)
        if self.crash is not None:
            raise AssertionError("the booth stopped itself") from self.crash
        assert seen, f"waited for {kind.__name__} {facts}, saw {self.frame and self.frame.view}"
        return self.frame.view

    def told(self, english: str) -> None:
        """Waits for a sentence on the screen about what lies in the reader."""

        def there() -> bool:
            view = self.frame.view
            said = getattr(view, "refused", None) or getattr(view, "problem", None)
            return said is not None and english in said[1]

        self.until(there)

    def touch(self, touch) -> None:
        self.runner.post(self.frame.number, touch)

    def tap(self, button) -> None:
        self.touch(Touched(button))

    def put_in(self, card: str) -> None:
        (self.desk / "card").symlink_to(self.cards / card)

    def pull_card(self) -> None:
        """The card leaves, whether anybody has noticed or not."""
        (self.desk / "card").unlink(missing_ok=True)

    def take_card(self) -> None:
        self.pull_card()
        self.until(lambda: self.frame is None or not self.frame.status.card)

    def put_in_stick(self) -> None:
        (self.desk / "stick").symlink_to(self.stick)

    def pull_stick(self) -> None:
        (self.desk / "stick").unlink()

    def in_step(self) -> None:
        """Waits until the stick has everything that the device has."""
        self.until(lambda: self.frame.status.stick is StickState.IN_STEP)

    def with_pin(self, card: str, pin: str | None = None) -> None:
        """Card in, PIN typed, card out again once the PIN screen has gone."""
        self.put_in(card)
        self.see(PinWanted)
        self.type_pin(card, pin)
        self.take_card()

    def type_pin(self, card: str, pin: str | None = None) -> None:
        """A PIN, until the card has done its work and another screen is there."""
        before = self.frame.number
        self.touch(PinTyped(Pin(pin or self.pins[card])))
        self.until(lambda: self.frame.number != before and not self.at_work())

    def type_pin_when_asked(self, card: str) -> None:
        """For a card that stays in the reader."""
        self.see(PinWanted)
        self.type_pin(card)

    def at_work(self) -> bool:
        """The screen says that the card must stay in."""
        return self.frame.view == Working("card")

    def until(self, true) -> None:
        limit = time.monotonic() + PATIENCE_S
        while not true():
            assert self.crash is None
            assert time.monotonic() < limit, self.frame.view
            time.sleep(0.01)

    # Small stories

    def open(self) -> None:
        self.see(CardWanted, what="ready")
        self.with_pin(self.officer)
        self.finish_opening()

    def finish_opening(self) -> None:
        """From the self-test to the first voter."""
        self.ready_checks()
        self.tap(Button.CONFIRM)
        self.see(CardWanted, what="committee-present")
        self.put_in(self.committee)
        self.see(SignZeroReport)
        self.take_card()
        self.tap(Button.CONFIRM)
        self.see(WaitingForCard)

    def take_over(self, attended: int, left: int = 0) -> None:
        """A blank device with a stick that another one served, until its tape is signed."""
        self.take_over_up_to_the_officer(attended, left)
        self.with_pin(self.officer)
        self.see(SignTakeover)
        self.tap(Button.CONFIRM)

    def take_over_up_to_the_officer(self, attended: int, left: int = 0) -> None:
        self.see(TakeoverReady)
        self.tap(Button.CONFIRM)
        self.see(Attendance, takeover=True)
        self.touch(NumbersTyped(attended, left))
        self.see(CardWanted, what="takeover-committee")
        self.put_in(self.committee)
        self.see(CardWanted, what="takeover-officer")
        self.take_card()

    def takes_over_in_vain(self, english: str, attended: int) -> None:
        """Up to an officer's card and PIN, and a sentence; no store is left behind."""
        self.take_over_up_to_the_officer(attended)
        self.put_in(self.officer)
        self.type_pin_when_asked(self.officer)
        self.told(english)
        assert not self.device.store_folder.exists()

    def ready_checks(self) -> None:
        self.until(lambda: self.see(OpenChecks).ready)

    def unlock(self) -> None:
        self.see(WaitingForCard)
        self.put_in(self.officer)
        self.see(TakeCard)
        self.take_card()
        self.see(Choosing)

    def choose(self, place: int) -> None:
        self.touch(Chosen(Choice(place)))
        self.see(Confirming)
        self.tap(Button.YES)
        self.see(ReadSlip)

    def choose_blind(self, place: int) -> None:
        """Votes while a card lies in the reader all the time."""
        self.choose(place)
        self.tap(Button.RIGHT)
        self.see(IntoBox)

    def tap_when(self, button: Button, view: str) -> None:
        self.until(lambda: type(self.frame.view).__name__ == view)
        self.tap(button)

    def vote(self, place: int) -> None:
        self.unlock()
        self.choose(place)
        self.tap(Button.RIGHT)
        self.see(IntoBox)
        self.see(WaitingForCard)

    def pause(self) -> None:
        self.tap(Button.OFFICER)
        self.see(CardWanted, what="pause")
        self.with_pin(self.officer)
        self.see(Paused)

    def close_up_to_the_committee(self, attended: int, left: int = 0) -> ShowCounts:
        """Closing until the committee's card is asked for; the counts as they were shown."""
        self.pause()
        self.tap(Button.CLOSE)
        self.see(CloseAsk)
        self.tap(Button.CONFIRM)
        return self.count_up_to_the_committee(attended, left)

    def count_up_to_the_committee(self, attended: int, left: int = 0) -> ShowCounts:
        """The same from the desk's numbers on."""
        self.see(Attendance)
        self.touch(NumbersTyped(attended, left))
        counts = self.see(ShowCounts)
        self.tap(Button.CONFIRM)
        self.see(CardWanted, what="close-officers")
        self.with_pin(self.officer)
        self.see(CardWanted, what="close-committee")
        return counts

    def close_polls(self, attended: int, left: int = 0, *, committee: bool = True) -> tuple[ShowCounts, Closed]:
        counts = self.close_up_to_the_committee(attended, left)
        if committee:
            self.with_pin(self.committee)
        else:
            self.tap(Button.WITHOUT_COMMITTEE)
        return counts, self.see(Closed)
