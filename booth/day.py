"""What the booth holds during its day (package, open store) and what the polls' effects do with it."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from booth import closing, opening, reserve, takeover
from booth.asking import Here, Shown
from booth.clock import minute
from booth.contradiction import note_apart, noted_apart
from booth.copies import Beside, is_doubtful, is_ours, latest
from booth.daytime import Daytime
from booth.device import Device
from booth.drawing import Facts
from booth.evidence import export_evidence, is_incomplete
from booth.exchange import Exchange, foreign
from booth.footing import was_repaired, why_unfit
from booth.logbook import Logbook
from booth.mirror import Ahead, Apart, Kept, Mirror, Replaced
from booth.opening import OpenBooth
from booth.outcome import Outcome, unverified
from booth.polls import Durable, Effect, Event, Polls
from booth.provision import look_of, provision, refuse_official
from booth.stickstate import StickState
from booth.store.keys import STORE_KEYS_FILE
from booth.succession import batch_on_stick, is_replaced, note_replaced, own_epoch, refuse_if_served
from booth.views import Check, Look, Status
from config.cards.role import Role
from config.errors import DamageError, InputError, OperatorError
from config.mode import Mode
from config.package import Package, read_package
from config.settings import Settings
from printer.escpos import Job, render
from printer.layout import Document
from printer.status import Status as PaperStatus
from sync import batch as batches
from sync.equations import equations
from sync.log import Kind, check

_LOGGED = {Durable.OPEN: Kind.RESUMED, Durable.PAUSED: Kind.PAUSED, Durable.CLOSING: Kind.CLOSING}

FIRST_LOOK_S = 4.0
"""How long opening waits to hear whether the stick knows more; later it is believed until something is written here."""


class Day:
    """One booth's day on one device. It draws nothing and decides no state; the runner's machines do."""

    def __init__(self, device: Device, facts: Facts) -> None:
        self._device = device
        self._facts = facts
        self._package: Package | None = None
        self._booth: OpenBooth | None = None
        self.outcome = Outcome(device, facts)
        self._exchange = Exchange(device)
        self._partials: list[closing.Partial] = []
        self._present: list[Shown] = []
        self._numbers = (0, 0)
        self.time = Daytime(device.clock)
        self.mirror = Mirror(device.stick, device.clock, device.told)
        self.book = Logbook(device.clock, self.log)
        self.look: Look = look_of(None, device.running)
        """What stays the same on all screens."""

    # Beginning

    def begin(self) -> Polls:
        """Where a device stands when it is switched on.

        Raises DamageError for a package or batch that is broken, and where stick and device contradicted each other.
        """
        if (unfit := why_unfit(self._device)) is not None:
            self._facts.unfit, self._facts.problem = True, (unfit.id, unfit.en)
            return Polls.UNPROVISIONED
        closed = any((self._device.data / "batch").glob(f"*{batches.SUFFIX}"))
        used = closed or self._device.store_folder.exists()
        if not used and not self._device.package_folder.exists():
            return Polls.UNPROVISIONED
        try:
            package = read_package(self._device.package_folder, after_closing=closed, clips=False)
            refuse_official(package, self._device)
            self._take(package)
            if closed:
                self.outcome.read(package)
        except (InputError, OperatorError, OSError) as fault:
            if not used:
                # Nothing was ever opened with it: the stick brings it again.
                shutil.rmtree(self._device.package_folder)
                return Polls.UNPROVISIONED
            if isinstance(fault, OperatorError):
                raise DamageError(fault.en, id=fault.id) from None
            raise unverified(fault) from None
        if closed:
            return self._closed()
        if not used:
            return Polls.READY
        apart = noted_apart(self._device)
        if apart is not None:
            raise apart
        return Polls.REPLACED if is_replaced(self._device, package) else Polls.LOCKED

    def after_fault(self) -> Polls:
        """Where a device stands whose disk failed, its store shut; raises DamageError for a batch that is broken.

        Only the file knows whether the step is in it: a card opens it again. But a batch that is stored is the end,
        whatever failed behind it, and it is never made twice.
        """
        reserve.give_up(self._device)
        if self._package is not None and self.outcome.is_kept(self._package):
            return self._closed()
        return Polls.LOCKED if self.has_store else Polls.READY

    def _closed(self) -> Polls:
        # Power or disk may have failed between the batch and this.
        closing.destroy_unspent(self._device, self.package)
        if is_ours(self._device.stick, self.package):
            self._export()
        return Polls.CLOSED

    def provision(self) -> None:
        """Takes the stick's package; raises BilikError."""
        if (unfit := why_unfit(self._device)) is not None:
            raise unfit
        self._take(provision(self._device))

    def _take(self, package: Package) -> None:
        self._package = package
        self.time.take(package.manifest)
        self.look = look_of(package, self._device.running, self._device.package_folder)

    # What is known

    @property
    def package(self) -> Package:
        """The package; every state but ``unprovisioned`` has one."""
        if self._package is None:
            raise ValueError("no package yet")
        return self._package

    @property
    def here(self) -> Here | None:
        """What cards are taken by; None before there is a package."""
        package = self._package
        return None if package is None else Here(package.card_list, package.manifest.settings.contactless_cards)

    @property
    def booth(self) -> OpenBooth:
        """Store and keys, while they are open."""
        if self._booth is None:
            raise ValueError("the store is shut")
        return self._booth

    @property
    def settings(self) -> Settings:
        """The election's settings."""
        return self.package.manifest.settings

    @property
    def places(self) -> range:
        """The choices that a voter has."""
        return closing.places(self.package)

    @property
    def has_store(self) -> bool:
        """A store lies on this device, open or shut."""
        return self._device.store_folder.exists()

    @property
    def sessions(self) -> int | None:
        """Sessions so far, for the status line."""
        return None if self._booth is None else self._booth.store.sessions

    @property
    def spent_up(self) -> bool:
        """No credential is left to seal a ballot with."""
        return self.booth.store.spent_up

    def status(self, now: datetime, *, card: bool) -> Status:
        """The line that is on every screen; ``card`` says that one lies in the reader."""
        return Status(
            sessions=self.sessions,
            paper=self._facts.paper.fault,
            near_end=self._facts.paper.near_end,
            stick=self.mirror.standing,
            clock=now.strftime("%H:%M"),
            clock_doubtful=self.time.doubtful,
            card=card,
            vitals=self._facts.vitals,
        )

    def checks(self, paper: PaperStatus) -> tuple[Check, ...]:
        """The self-test's lines."""
        known = opening.Known(
            official=self.look.mode is Mode.OFFICIAL,
            stick=self.mirror.standing is StickState.IN_STEP,
            clock=not self.time.doubtful,
            panel=self._device.measured,
            room=reserve.keep(self._device),
            sound_disk=not was_repaired(self._device),
            understood=self._device.understood,
        )
        return opening.checks(self.booth, paper, self._facts.vitals, known)

    def count(self) -> None:
        """Counts and equations for the screen."""
        counts = closing.counts_of(self.package, self.booth)
        booths_in_tps = self.package.manifest.place.booths_in_tps
        self._facts.counts = counts
        self._facts.equations = equations(counts, booths_in_tps=booths_in_tps)
        self._facts.whole_tps = booths_in_tps == 1

    # The log

    def log(self, kind: Kind, facts: dict[str, str | int], at: datetime | None = None) -> None:
        """One entry, when the store is open; before that there is nothing to log to."""
        if self._booth is not None:
            self.book.tell()
            now = self.time.now()
            self._booth.store.log(now if at is None else minute(at), kind, facts)

    # The stick

    def look_at_stick(self) -> Event | None:
        """Before the day: whether the stick says that this booth was served, or has closed, already; or that it is
        another booth's, which this device becomes. Raises BilikError for a package that is refused."""
        device, package = self._device, self._package
        if package is None:
            return None
        if not is_ours(device.stick, package):
            other = self._exchange.take(package)
            if other is not None:
                self._take(other)
            return None if other is None else Event.PROVISIONED
        data = batch_on_stick(device, package)
        if data is not None:
            # Its tape can be printed here, and nothing is stored.
            self.outcome.take(package, data)
            self._facts.exported = True
            return Event.FOUND_BATCH
        if takeover.finish(device, package):
            return Event.FOUND_OWN
        served = latest(device.stick, package) is not None or is_doubtful(device.stick, package)
        return Event.FOUND_COPY if served else None

    def watch_stick(self) -> None:
        """While the store is shut: a later device's copy is news."""
        self.mirror.watch(self.package, own_epoch(self._device, self.package))

    def foreign_stick(self) -> tuple[str, str] | None:
        """What to say of a stick that is another booth's."""
        return foreign(self.look) if self.mirror.standing is StickState.OTHER else None

    def stick_answered(self) -> None:
        """Logs what was held back, once the stick has all that this device has."""
        if self.mirror.agrees:
            self.book.tell()

    def note_replaced(self, certificate: bytes) -> None:
        """From now on this device refuses to go on."""
        note_replaced(self._device, certificate)

    # Effects of the polls

    def shown(self, card: Shown) -> None:
        """A card that the state asked for."""
        self._present.append(card)

    def numbers(self, attended: int, left: int) -> None:
        """The desk's numbers as typed."""
        self._numbers = (attended, left)

    def perform(self, effect: Effect, durable: Durable | None) -> None:
        """An effect that is done when this returns; ``durable`` is what the store remembers of the state to come."""
        self.book.tell()
        officer = self._present[-1] if self._present else None
        match effect:
            case Effect.TAKE_KEYS if officer is not None:
                self._present = [officer]
                refuse_if_served(self._device, self.package)
                self._booth = opening.open_first(self._device, self.package, officer, self.mirror.write)
                self._attach()
            case Effect.FORGET_KEYS:
                self.shut()
            case Effect.SAVE if durable is not None:
                self._save(durable)
            case Effect.SAVE_NUMBERS:
                attended, left = self._numbers
                self.booth.store.set_polls(
                    replace(self.booth.store.polls, attended=attended, left=left),
                    (self.time.now(), Kind.ATTENDANCE, {"attended": attended, "left": left}),
                )
            case Effect.DECRYPT_OFFICERS | Effect.DECRYPT_COMMITTEE if officer is not None:
                if effect is Effect.DECRYPT_OFFICERS:
                    self._partials = []
                self._decrypt(officer)
            case Effect.TAKE_OVER if officer is not None:
                committee = next(card for card in reversed(self._present) if card.known.role is Role.COMMITTEE)
                numbers = takeover.Numbers(*self._numbers)
                takeover.take_over(self._device, self.package, officer, committee, numbers)
                reserve.keep(self._device)
                self._open_again(officer)
            case Effect.EXPORT:
                self._export()
            case Effect.EXPORT_EVIDENCE:
                self._export_evidence()
            case _:
                raise ValueError(f"{effect.name} wants a card that nobody showed")

    def _decrypt(self, shown: Shown) -> None:
        """Notes a role's partial decryption; a key that was wrapped badly leaves the result to the paper.

        A card that was pulled or does not answer is another matter: it is asked for once more.
        """
        try:
            self._partials.append(closing.decrypt(self.package, self.booth, shown))
        except InputError as fault:
            # Closing must end all the same: the batch leaves without result.
            self._facts.problem = (fault.id, fault.en)

    def open_store(self) -> Event:
        """Opens the store of a day that was interrupted; says where the day stands."""
        officer = self._present[-1]
        self._present = [officer]
        replaced = self._open_again(officer)
        if replaced is not None:
            self.shut()
            self.note_replaced(replaced.certificate)
            return Event.REPLACED
        if self.booth.store.polls.takeover is not None:
            return Event.FOUND_TAKEOVER
        if self.booth.store.polls.state != Durable.READY:
            self.book.hold_opened(officer.known.id, self._device.running)
            self.stick_answered()
        return self._where()

    def sign_takeover(self) -> Event:
        """Those present have signed the takeover's tape; says where the day stands."""
        # Who opens is the officer whose card took over; the committee shows its own again.
        self._present = self._present[-1:]
        store = self.booth.store
        store.set_polls(replace(store.polls, takeover=None), (self.time.now(), Kind.TAKEOVER_SIGNED, {}))
        return self._where()

    def _where(self) -> Event:
        polls = self.booth.store.polls
        if polls.state == Durable.READY:
            return Event.FOUND_READY
        if polls.state in (Durable.OPEN, Durable.PAUSED):
            return Event.FOUND_OPEN if polls.state == Durable.OPEN else Event.FOUND_PAUSED
        return Event.FOUND_CLOSING if polls.attended is None else Event.FOUND_COUNTED

    def _open_again(self, officer: Shown) -> Replaced | None:
        """Opens the store, and looks at once whether the stick knows more of it than this device does.

        Whatever fails on the way, the next card finds the store shut.
        """
        self._booth = opening.open_again(self._device, self.package, officer, self.mirror.write)
        try:
            return self._take_up()
        except Exception:
            self.shut()
            raise

    def _take_up(self) -> Replaced | None:
        entries = check(self.booth.store.log_entries())
        self.time.remember(entries)
        self.book.remember(entries)
        self._attach()
        self.mirror.first_look(FIRST_LOOK_S)
        news = self.mirror.take_news()
        if isinstance(news, Ahead):
            # This disk lost what had been confirmed; the stick has it.
            self.booth.store.apply(news.rows)
            self.log(Kind.STICK_KNEW_MORE, {})
            self._attach()
        elif isinstance(news, Apart):
            raise note_apart(self._device, news)
        return news if isinstance(news, Replaced) else None

    def _attach(self) -> None:
        """From now on the stick's copy is kept in step."""
        booth = self.booth
        # The store has the certificate; the file beside it is for who has no key.
        keys = (self._device.store_folder / STORE_KEYS_FILE).read_bytes()
        beside = Beside(keys, booth.store.identity.certificate)
        beside.mend(self._device.store_folder)
        kept = Kept(self.package, booth.keys.store_key, booth.store.shape, beside)
        self.mirror.attach(kept, booth.store.snapshot())

    def shut(self) -> None:
        """Closes the store and lets go of all keys."""
        self.mirror.detach()
        self.book.drop()
        if self._booth is not None:
            self._booth.close()
        self._booth = None
        self._partials = []

    def _save(self, durable: Durable) -> None:
        store = self.booth.store
        row = replace(store.polls, state=durable.value)
        kind, facts = _LOGGED.get(durable), {"card": self._present[-1].known.id}
        if durable is Durable.OPEN and row.opened_at is None:
            row = replace(row, opened_at=self.time.now())
            kind = Kind.OPENED
            facts = {"card": self._present[0].known.id, "committee": self._present[-1].known.id}
        store.set_polls(row, None if kind is None else (self.time.now(), kind, dict(facts)))
        if durable is Durable.CLOSED:
            reserve.give_up(self._device)
            closing.destroy_unspent(self._device, self.package)

    # Papers

    def render(self, document: Document) -> Job:
        """A document as this device's printer wants it."""
        return render(document, self._device.profile)

    def zero_report(self) -> Document:
        """For those present."""
        return opening.zero_report_of(self._device, self.package, self.booth, tuple(self._present))

    def takeover_tape(self) -> Document:
        """For those present at a takeover."""
        taken = takeover.read_takeover(self.booth.store.polls.takeover or "")
        return takeover.tape_of(self.package, taken, self._device.running)

    # The batch

    def batch_maker(self) -> Callable[[], bytes]:
        """Notes the closing's time, then reads the store; what comes back takes long and touches no store."""
        store = self.booth.store
        if store.polls.closed_at is None:
            now = self.time.now()
            store.set_polls(replace(store.polls, closed_at=now), (now, Kind.CLOSED, {"roles": len(self._partials)}))
        gathered = closing.gather(self.package, self.booth, tuple(self._partials), self._device.running)
        return lambda: closing.make_batch(gathered)

    def _export(self) -> None:
        if self.outcome.export(self.package):
            self.log(Kind.EXPORTED, {})

    def _export_evidence(self) -> None:
        unread = export_evidence(self._device)
        self._facts.exported = True
        if unread:
            raise is_incomplete(unread)
