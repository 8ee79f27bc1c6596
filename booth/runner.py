"""The one place where effects happen: events in, machines stepped, effects done, one frame out.

Everything runs in one thread (``run``). Touches, the worker's outcomes and a tick every fifth of a second come
through one queue; a new state is drawn only after its effects are done, and effects that write return only when the
write is durable.
"""

import contextlib
import queue
from collections.abc import Callable
from dataclasses import dataclass, replace

from booth import asks, polls, session
from booth.asker import Asker, Left
from booth.asking import Answer, AtWork, NoPinFor, PinFor, Refused, Shown, refusal
from booth.casting import Casting
from booth.comfort import Comfort
from booth.contradiction import note_apart
from booth.day import Day
from booth.device import Device, disk_failed
from booth.drawing import Facts
from booth.events import Button, Chosen, ComfortTouched, NumbersTyped, PinTyped, Touch, Touched
from booth.frames import Frames
from booth.mirror import Ahead, Apart, KnowsMore, Replaced
from booth.polls import Polls
from booth.printing import print_work, status_work
from booth.session import Session
from booth.silence import silence_s
from booth.stickstate import StickState
from booth.store.faults import StoreFault
from booth.store.life import FOUND
from booth.views import Frame
from booth.vitals import Vitals, VitalsWatch
from booth.worker import Finished, Worker
from config.errors import BilikError, DamageError, DeviceError
from config.memory import give_back_what_is_freed
from config.secret import Pin
from printer.escpos import Job
from printer.faults import Fault
from printer.layout import Document
from printer.status import Status as PaperStatus
from sync.log import Kind

TICK_S = 0.2
"""How often card and time are looked at; what is touched or done comes at once. Each look wakes a cold processor."""
HELD_UP_S = 1.0
"""A tick that comes so late found the booth busy with a card or a stick: nobody's silence is counted over it."""
LOOK_AROUND_S = 1.0
"""How often printer and stick are looked at between voters."""


@dataclass(frozen=True)
class _Touched:
    number: int
    touch: Touch


class Runner:
    """Owns the state of the booth. ``show`` gets every frame; ``post`` and ``stop`` may be called by any thread."""

    def __init__(self, device: Device, show: Callable[[Frame], None], beat: Callable[[], None] = lambda: None) -> None:
        """``beat`` is called with every tick that was done: so far this thread lives."""
        self._device = device
        self._beat = beat
        self._inbox: queue.Queue[_Touched | Finished | None] = queue.Queue()
        self._worker = Worker(self._inbox.put)
        self._facts = Facts()
        self._day = Day(device, self._facts)
        self._polls = Polls.UNPROVISIONED
        self._session = Session.IDLE
        self._casting: Casting | None = None
        self._asker = Asker(device, self._facts)
        self._vitals = VitalsWatch(device.sensors, device.clock)
        self._silent_at: float | None = None
        self._look_at = 0.0
        self._ticked_at = device.clock.monotonic_s()
        self._frames = Frames(show, self._facts)
        self._comfort = Comfort()

    def post(self, number: int, touch: Touch) -> None:
        """A touch on the frame of that number; one that was meant for an older frame is dropped."""
        if number == self._frames.number:
            self._inbox.put(_Touched(number, touch))

    def stop(self) -> None:
        """Ends ``run`` after the event at hand; the store is closed there."""
        self._inbox.put(None)

    def run(self) -> None:
        """Until ``stop``; anything but a BilikError is our own mistake and ends the program."""
        try:
            self._guard(self._start)
            self._draw()
            tick_at = self._device.clock.monotonic_s()
            while True:
                # Hammering the screen must not keep the booth from looking at card and time.
                with contextlib.suppress(queue.Empty):
                    message = self._inbox.get(timeout=max(0.0, tick_at - self._device.clock.monotonic_s()))
                    if message is None:
                        return
                    self._guard(self._receiver(message))
                    self._draw()
                if self._device.clock.monotonic_s() >= tick_at:
                    tick_at = self._device.clock.monotonic_s() + TICK_S
                    self._guard(self._tick)
                    self._draw()
                    self._beat()
        finally:
            self._worker.stop()
            self._day.shut()
            self._day.mirror.stop()

    def _receiver(self, message: _Touched | Finished) -> Callable[[], None]:
        return message.then if isinstance(message, Finished) else lambda: self._touched(message)

    def _guard(self, what: Callable[[], None]) -> None:
        """Every failure that has a sentence has a state."""
        try:
            what()
        except DamageError as fault:
            self._stop_voting(fault)
            self._enter_polls(polls.step(self._polls, polls.Event.DAMAGED)[0])
        except StoreFault as fault:
            self._stop_voting(fault)
            self._guard(lambda: self._enter_polls(self._day.after_fault()))
        except BilikError as fault:
            self._facts.asked = refusal(fault)
        except OSError as fault:
            self._facts.asked = refusal(disk_failed(fault))

    def _stop_voting(self, fault: BilikError | None = None) -> None:
        self._facts.problem = None if fault is None else (fault.id, fault.en)
        self._day.shut()
        self._worker.forget()
        if self._casting is not None:
            self._casting.wipe()
        self._casting, self._session, self._comfort = None, Session.IDLE, Comfort()

    # What comes in

    def _start(self) -> None:
        self._enter_polls(self._day.begin())

    def _touched(self, message: _Touched) -> None:
        if message.number != self._frames.number:
            return
        touch = message.touch
        self._arm()  # for ``Heard`` that is all
        match touch:
            case ComfortTouched(comfort) if comfort.language in self._day.look.words:
                self._comfort = comfort
            case Chosen(choice) if self._voting() and self._session is Session.CHOOSING and self._casting:
                if choice.reveal() in self._day.places:
                    self._casting.choose(choice)
                    self._on_session(session.Event.CHOSE)
            case PinTyped(pin):
                self._pin_typed(pin)
            case NumbersTyped(attended, left) if self._polls in (Polls.CLOSE_ATTENDANCE, Polls.TAKEOVER_ATTENDANCE):
                self._day.numbers(attended, left)
                self._on_polls(polls.Event.NUMBERS)
            case Touched(button):
                self._button(button)

    def _button(self, button: Button) -> None:
        if isinstance(self._facts.asked, PinFor | AtWork | NoPinFor):
            if button is Button.CANCEL:
                self._asker.cancel()
            return
        if not self._voting():
            event = polls.Event.__members__.get(button.name)
            if event in polls.events_of(self._polls) and self._permitted(button):
                self._on_polls(event)
        elif button is Button.OFFICER:
            if self._session is Session.IDLE:
                self._on_polls(polls.Event.OFFICER)
        else:
            name = button.name
            if button is Button.WRONG and self._casting and (self._casting.refused_before or self._day.spent_up):
                name = session.Event.WRONG_AGAIN.name
            known = session.Event.__members__.get(name)
            if known in session.events_of(self._session):
                self._on_session(known)

    def _permitted(self, button: Button) -> bool:
        """Opening wants every check to hold, whatever a screen offers."""
        return not (self._polls is Polls.OPEN_CHECKS and button is Button.CONFIRM) or all(
            check.ok or not check.needed for check in self._facts.checks
        )

    def _tick(self) -> None:
        self._look_at_card()
        now_s = self._device.clock.monotonic_s()
        if now_s - self._ticked_at > TICK_S + HELD_UP_S:
            self._arm()
        self._ticked_at = now_s
        if self._silent_at is not None and now_s >= self._silent_at and not self._asker.pin_asked:
            self._on_session(session.Event.SILENT)
        if now_s >= self._look_at and self._worker.idle:
            self._look_at = now_s + LOOK_AROUND_S
            self._look_around()

    def _look_at_card(self) -> None:
        asked, away = self._facts.asked, self._asker.reader_away
        answer = self._asker.look(self._day.here)
        if self._facts.asked is not asked:
            self._arm()
        if self._asker.reader_away is not away and self._between_voters():
            self._day.book.reader(away=not away)
        self._answered(answer)

    def _pin_typed(self, pin: Pin) -> None:
        present = self._asker.typed(pin)
        if present is not None:
            # Behind the queue: the screen says "leave the card in" before the card begins to work.
            self._inbox.put(Finished(lambda: self._answered(present())))

    def _answered(self, answer: Answer | Left | None) -> None:
        match answer:
            case Left():
                self._on_session(session.Event.CARD_OUT)
            case Shown():
                self._shown(answer)
            case Refused(card=str(card)) if self._between_voters():
                self._day.log(Kind.CARD_REFUSED, {"card": card})
            case PinFor(known=known, wrong=True) | NoPinFor(known=known, wrong=True) if self._between_voters():
                self._day.log(Kind.WRONG_PIN, {"card": known.id})

    def _shown(self, answer: Shown) -> None:
        self._facts.problem = None
        self._day.shown(answer)
        if not self._voting():
            self._on_polls(polls.Event.CARD)
        elif self._session is Session.CHECKING:
            self._on_session(session.Event.TEST_SHOWN)
        elif self._session in (Session.IDLE, Session.DONE) and self._day.spent_up:
            raise DeviceError(
                "This booth has no credentials left. Pause and close it; the voter goes to another booth.",
                id="Kredensial bilik ini habis. Jeda lalu tutup bilik; pemilih ke bilik lain.",
            )
        else:
            self._on_session(session.Event.CARD)

    def _look_around(self) -> None:
        """Printer, power, stick, clock, memory; and a blank device looks for its package."""
        give_back_what_is_freed()
        if self._polls is Polls.UNPROVISIONED and self._stick() is not StickState.AWAY:
            self._provision()
        self._look_at_stick()
        self._day.stick_answered()
        if self._polls is Polls.CLOSED and self._facts.exported and self._day.sessions is not None:
            # The batch is out: no key is needed here any more.
            self._stop_voting()
        book = self._day.book
        if self._polls is Polls.OPEN:
            book.counters(self._day.sessions or 0)
        book.stick(self._stick(), self._day.mirror.behind_since)
        self._facts.foreign = self._day.foreign_stick()
        if self._day.sessions is not None:
            # A doubt that begins while the store is shut is told once there is a log to tell it to.
            book.clock(doubtful=self._day.time.doubtful)

        prove = self._polls is Polls.OPEN_CHECKS
        self._worker.submit(status_work(self._device.printer, self._vitals.look, self._seen, prove=prove))

    def _stick(self) -> StickState:
        return self._day.mirror.standing

    def _look_at_stick(self) -> None:
        """What the stick says of other devices, where it matters."""
        if self._polls in (Polls.READY, Polls.TAKEOVER_READY):
            found = self._day.look_at_stick()
            if found is not None and found in polls.events_of(self._polls):
                self._on_polls(found)
        match self._day.mirror.take_news():
            case Replaced(certificate) if polls.Event.REPLACED in polls.events_of(self._polls):
                # First it stops: a disk that takes no note is no reason to go on.
                self._stop_voting()
                self._on_polls(polls.Event.REPLACED)
                self._day.note_replaced(certificate)
            case Ahead() if self._between_voters() and self._polls in polls.SERVING:
                self._stop_voting(KnowsMore())
                self._enter_polls(Polls.LOCKED)
            case Apart() as news if self._between_voters() and self._polls in polls.SERVING:
                raise note_apart(self._device, news)

    def _seen(self, status: PaperStatus, vitals: Vitals) -> None:
        if self._day.sessions is not None:
            self._day.book.paper(self._facts.paper, status)
        self._facts.paper, self._facts.vitals = status, vitals
        if self._polls is Polls.OPEN_CHECKS:
            self._facts.checks = self._day.checks(status)

    def _provision(self) -> None:
        try:
            self._day.provision()
        except BilikError as fault:
            self._facts.problem = (fault.id, fault.en)
        else:
            self._facts.problem = None
            self._on_polls(polls.Event.PROVISIONED)
            self._look_at_stick()

    # The machines

    def _between_voters(self) -> bool:
        """In a session a card is shown when something went wrong: the log must not tell when that was."""
        return not self._voting() or self._session is Session.IDLE

    def _voting(self) -> bool:
        return self._polls is Polls.OPEN

    def _on_polls(self, event: polls.Event) -> None:
        after, effects = polls.step(self._polls, event)
        self._day.mirror.allow()
        found = None
        for effect in effects:
            found = self._perform(effect, after) or found
        self._enter_polls(after)
        if found is not None:
            self._on_polls(found)

    def _perform(self, effect: polls.Effect, after: Polls) -> polls.Event | None:
        """One effect; what opening an old store finds comes back as an event."""
        match effect:
            case polls.Effect.PRINT_ZERO_REPORT:
                document = self._day.zero_report()
                self._print(document, lambda: self._on_polls(polls.Event.PRINTED), self._polls_print_failed)
            case polls.Effect.PRINT_TAKEOVER:
                document = self._day.takeover_tape()
                self._print(document, lambda: self._on_polls(polls.Event.PRINTED), self._polls_print_failed)
            case polls.Effect.SIGN_TAKEOVER:
                return self._day.sign_takeover()
            case polls.Effect.PRINT_TAPE:
                self._print_tape()
            case polls.Effect.MAKE_BATCH:
                make = self._day.batch_maker()
                self._worker.submit(lambda: self._batch_made(make()))
            case polls.Effect.OPEN_STORE:
                found = self._day.open_store()
                if found is not polls.Event.REPLACED:
                    self._resume()
                return found
            case _:
                self._day.perform(effect, polls.DURABLE.get(after))
                if effect in (polls.Effect.TAKE_KEYS, polls.Effect.TAKE_OVER):
                    self._resume()
                elif effect is polls.Effect.FORGET_KEYS:
                    self._casting = None
        return None

    def _resume(self) -> None:
        """The session as the store knows it; a choice is in no store, so nothing else can go on."""
        booth = self._day.booth
        self._casting = Casting(self._day.package, booth, self._device.profile)
        self._session = FOUND[booth.store.current.state]

    def _on_session(self, event: session.Event) -> None:
        after, effects = session.step(self._session, event)
        casting = self._casting
        if casting is None:
            raise ValueError("no session without an open booth")
        if session.Effect.UNLOCK in effects:
            self._day.mirror.allow()
        if effects:
            self._day.book.tell()
        for effect in effects:
            if effect is session.Effect.PRINT:
                self._print_job(casting.job, self._slip_printed, self._slip_failed)
            else:
                casting.perform(effect)
        self._session = after
        if after is Session.IDLE or session.Effect.UNLOCK in effects:
            self._comfort = Comfort()
        self._entered()
        if after is Session.COMMITTING:
            self._on_session(session.Event.SEALED)

    def _enter_polls(self, after: Polls) -> None:
        self._polls = after
        if after is Polls.OPEN_CHECKS:
            self._facts.checks = self._day.checks(replace(self._facts.paper, confirms=None))
            self._look_at = 0.0
        if after is Polls.CLOSE_COUNTS:
            self._day.count()
        if after is Polls.LOCKED:
            self._day.watch_stick()
        self._entered()

    def _entered(self) -> None:
        """A new state: what it asks for, how long it waits, and that it is to be drawn."""
        ask = asks.SESSION.get(self._session) if self._voting() else asks.POLLS.get(self._polls)
        if self._voting() and self._session is Session.CHECKING and not self._day.settings.stub:
            ask = None
        self._asker.want(ask)
        self._frames.renew()
        self._arm()

    def _arm(self) -> None:
        """Starts the waiting of the state afresh."""
        seconds = silence_s(self._session, self._day.settings) if self._voting() else None
        self._facts.countdown_s = seconds or 0
        self._silent_at = None if seconds is None else self._device.clock.monotonic_s() + seconds

    # What takes long

    def _print(self, document: Document, done: Callable[[], None], failed: Callable[[Fault], None]) -> None:
        self._print_job(self._day.render(document), done, failed)

    def _print_job(self, job: Job, done: Callable[[], None], failed: Callable[[Fault], None]) -> None:
        timeout_s = float(self._day.settings.print_timeout_s)
        self._worker.submit(print_work(self._device.printer, job, timeout_s, done, failed))

    def _slip_printed(self) -> None:
        self._on_session(session.Event.PRINTED)

    def _slip_failed(self, fault: Fault) -> None:
        self._note_fault(fault)
        self._on_session(session.Event.PRINT_FAILED)

    def _polls_print_failed(self, fault: Fault) -> None:
        self._note_fault(fault)
        self._on_polls(polls.Event.PRINT_FAILED)

    def _note_fault(self, fault: Fault) -> None:
        self._facts.fault = fault
        self._day.log(Kind.PRINTER_FAULT, {"fault": fault.name})

    def _print_tape(self) -> None:
        self._print(self._day.outcome.next_tape(self._day.package), self._tape_printed, self._polls_print_failed)

    def _tape_printed(self) -> None:
        if self._day.outcome.tape_is_out(self._day.package):
            self._on_polls(polls.Event.PRINTED)
        else:
            self._print_tape()

    def _batch_made(self, data: bytes) -> Callable[[], None]:
        def keep() -> None:
            self._day.outcome.keep(self._day.package, data)
            self._on_polls(polls.Event.BATCH_MADE)

        return keep

    # What goes out

    def _draw(self) -> None:
        now = self._device.clock.now().astimezone()
        self._facts.choice = self._casting.choice if self._casting else None
        status = self._day.status(now, card=self._asker.card_lies)
        self._frames.draw(self._polls, self._session, self._day.look, status, self._comfort, now)
