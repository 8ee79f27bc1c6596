"""The people of a polling day: they see a screen, hold cards and paper, and do what their sentence says."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from booth.desk.client import DeskClient
from booth.desk.desk import DeskCard
from booth.desk.verbs import Act, Piece, Place
from config.cards.virtual.faults import Pulled
from tests.robot.driver import NotSeen, Robot
from tests.robot.reading import OtherPaper, Slip, SlipReader, Stub
from tests.robot.wire import Seen

WRONG_BEFORE_WAIT = 5
"""Wrong PINs altogether, until the keypad waits."""
PROVING = 4
"""Commands after which a card is told apart and has not yet proved itself."""


@dataclass
class Site:
    """One booth and its desk, as the people find them."""

    robot: Robot
    desk: DeskClient
    reader: SlipReader

    def hanging(self) -> tuple[tuple[Piece, Slip | Stub | OtherPaper], ...]:
        """What hangs at the printer, read."""
        folder = self.desk.folder / "paper" / "printer"
        return tuple((piece, self.reader.read(folder / f"{piece.id}.png")) for piece in self.desk.state().hanging)

    def clear(self, to: Place) -> int:
        """Takes everything that hangs at the printer; how many pieces."""
        pieces = self.desk.state().hanging
        for piece in pieces:
            self.desk.take_paper(to, piece.id)
        return len(pieces)

    def follow(self, answers: Mapping[str, str], until: tuple[str, ...]) -> Seen:
        """Taps what the screen asks for, screen by screen, until one of ``until`` is shown, however shortly."""
        seen = self.robot.wait_for(*answers, *until)
        while seen.view not in until and seen.name not in until:
            if seen.view not in answers and seen.name not in answers:
                seen = self.robot.wait_for(*answers, *until)
                continue
            answer = answers.get(seen.name) or answers[seen.view]
            try:
                self.robot.tap(answer, in_view=seen.name, timeout_s=2)
            except NotSeen:
                seen = self.robot.look()  # the screen changed under the finger (silence, for one)
                continue
            seen = self.robot.wait_until(lambda now, before=seen: now.number != before.number, "an answer to the touch")
        return seen


@dataclass
class CardHolder:
    """A person with one card and its PIN. A card lies in one reader at a time, whoever wants it."""

    card: DeskCard
    _in_use: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def card_in(self, site: Site) -> Iterator[None]:
        """While the card lies in the reader; it is put in again only after the booth has missed it.

        No hand is as quick as a robot: between two looks at the reader a card could leave and come back unseen.
        """
        with self._in_use:
            site.desk.insert_card(self.card.name)
            try:
                yield
            finally:
                site.desk.remove_card()
            site.robot.wait_until(lambda seen: not seen.card, "the card being missed")

    def shows_card(self, site: Site, leads_to: str) -> None:
        """Card in, until the screen goes on; card out."""
        with self.card_in(site):
            site.robot.wait_for(leads_to)

    def shows_card_and_pin(self, site: Site, *leads_to: str) -> Seen:
        """Card in, PIN, until the screen goes on; card out."""
        with self.card_in(site):
            site.robot.wait_for("PinWanted")
            site.robot.type(self.card.pin)
            site.robot.tap("key-ok")
            return site.robot.wait_for(*leads_to)

    def mistypes(self, site: Site, times: int, leads_to: str) -> None:
        """Card in, and so many wrong PINs, of which the last one leads to that view; the card stays in."""
        wrong = self.card.pin[:-1] + str((int(self.card.pin[-1]) + 1) % 10)
        for left in reversed(range(times)):
            before = site.robot.wait_for("PinWanted")
            site.robot.type(wrong)
            site.robot.tap("key-ok")
            _wait_for_later(site, before, "PinWanted" if left else leads_to)


class Officer(CardHolder):
    """KPPS: opens, unlocks, helps, closes."""

    def opens(self, site: Site, committee: CardHolder, *, cable_out: bool = False) -> None:
        """From the blank device to the first voter: stick, two cards, zero report (the printer's cable knocked out)."""
        site.robot.wait_for("NotProvisioned", timeout_s=40)
        site.desk.insert_stick()
        site.robot.wait_for("CardWanted:ready")
        self.shows_card_and_pin(site, "OpenChecks")
        site.robot.tap_away("confirm", in_view="OpenChecks")
        site.robot.wait_for("CardWanted:committee-present")
        if cable_out:
            site.desk.printer(Act.UNPLUG)
            committee.shows_card(site, "PaperTrouble")
            site.desk.printer(Act.PLUG)
            site.robot.tap_away("again", in_view="PaperTrouble")
            site.robot.wait_for("SignZeroReport")
        else:
            committee.shows_card(site, "SignZeroReport")
        site.clear(Place.DESK)
        site.robot.tap_away("confirm", in_view="SignZeroReport")
        site.robot.wait_for("WaitingForCard")

    def is_refused(self, site: Site) -> str:
        """At a blank booth with a package; what the screen says of the card, before it could ask for a PIN."""
        if site.robot.wait_for("NotProvisioned", "CardWanted:ready", timeout_s=40).view == "NotProvisioned":
            site.desk.insert_stick()
            site.robot.wait_for("CardWanted:ready")
        with self._in_use:
            site.desk.insert_card(self.card.name)
            try:
                said = site.robot.wait_until(lambda seen: bool(seen.refused), "a refusal")
            finally:
                site.desk.remove_card()
            site.robot.wait_until(lambda seen: not seen.refused, "the card being missed")
        if said.name != "CardWanted:ready":
            raise AssertionError(f"the card is refused in {said.name}")
        return said.refused

    def unlocks(self, site: Site) -> None:
        """One session: card in, card out."""
        site.robot.wait_for("WaitingForCard", "IntoBox", "IntoEnvelope")
        self.shows_card(site, "TakeCard")
        site.robot.wait_for("Choosing")

    def pulls_too_early(self, site: Site) -> None:
        """The card leaves while it still proves what it is: the screen says so, and nobody is unlocked."""
        site.robot.wait_for("WaitingForCard")
        with self._in_use:
            site.desk.spoil_card(Pulled(after=PROVING))
            site.desk.insert_card(self.card.name)
            site.robot.wait_until(lambda seen: "too early" in seen.refused, "that the card was pulled too early")
            site.robot.wait_until(lambda seen: not seen.card, "the card being missed")

    def comes_back_after_power_cut(self, site: Site) -> None:
        """The screen says where the voter stands: no vote is stored."""
        site.robot.wait_for("CardWanted:locked", timeout_s=40)
        self.shows_card_and_pin(site, "Notice:found-unlocked")
        site.robot.tap_away("confirm", in_view="Notice:found-unlocked")
        site.robot.wait_for("WaitingForCard")

    def ends_session(self, site: Site) -> None:
        """The voter left before *Ya* and is not coming back."""
        site.robot.wait_for("CardWanted:left-before")
        self.shows_card_and_pin(site, "LeftBeforeAsk")
        site.robot.tap_away("end", in_view="LeftBeforeAsk")

    def resolves(self, site: Site, colleague: CardHolder, *, slip_in_box: bool) -> None:
        """The voter left after the slip was out: two cards say what became of it."""
        site.robot.wait_for("CardWanted:called-after")
        self.shows_card_and_pin(site, "ResolveAsk")
        if slip_in_box:
            site.robot.tap_away("saw-box", in_view="ResolveAsk")
            colleague.shows_card_and_pin(site, "IntoBox")
            return
        site.robot.tap_away("saw-envelope", in_view="ResolveAsk")
        colleague.shows_card_and_pin(site, "Notice:voided")
        for piece, what in site.hanging():
            site.desk.take_paper(Place.VOTER if isinstance(what, Stub) else Place.ENVELOPE, piece.id)
        site.robot.tap_away("confirm", in_view="Notice:voided")

    def declares_test(self, site: Site) -> None:
        """The ballot on the screen is a test: slip into the envelope, stub to the witnesses."""
        self.shows_card_and_pin(site, "TestAsk")
        site.robot.tap_away("confirm", in_view="TestAsk")
        site.robot.wait_for("Notice:tested")
        for piece, what in site.hanging():
            site.desk.take_paper(Place.VOTER if isinstance(what, Stub) else Place.ENVELOPE, piece.id)
        site.robot.tap_away("confirm", in_view="Notice:tested")

    def changes_roll(self, site: Site) -> None:
        """Out of paper in the middle of a slip: new roll, the piece that came out goes into the envelope."""
        site.desk.printer(Act.OPEN_COVER)
        site.desk.printer(Act.LOAD_ROLL)
        site.desk.printer(Act.CLOSE_COVER)
        pieces = site.clear(Place.ENVELOPE)
        site.robot.tap_away("again-after-piece" if pieces else "again-after-nothing", in_view="PrintTrouble")

    def pauses(self, site: Site) -> None:
        """Between two voters."""
        site.robot.wait_for("WaitingForCard")
        site.robot.tap_away("officer", in_view="WaitingForCard")
        site.robot.wait_for("CardWanted:pause")
        self.shows_card_and_pin(site, "Paused")

    def resumes(self, site: Site) -> None:
        """After a pause."""
        site.robot.tap_away("resume", in_view="Paused")
        site.robot.wait_for("CardWanted:resume")
        self.shows_card_and_pin(site, "WaitingForCard")

    def resumes_with_wrong_pins(self, site: Site, colleague: CardHolder) -> int:
        """Five wrong ones of two cards: the last try of the one is kept, and the keypad waits; how many they were."""
        site.robot.tap_away("resume", in_view="Paused")
        site.robot.wait_for("CardWanted:resume")
        with colleague.card_in(site):
            few = site.robot.wait_for("PinWanted").tries_left - 1
            colleague.mistypes(site, few, "PinRefused")
            site.robot.tap_away("cancel", in_view="PinRefused")
        with self.card_in(site):
            self.mistypes(site, WRONG_BEFORE_WAIT - few, "PinWait")
            site.robot.wait_for("PinWanted")
            site.robot.type(self.card.pin)
            site.robot.tap("key-ok")
            site.robot.wait_for("WaitingForCard")
        return WRONG_BEFORE_WAIT

    def closes(self, site: Site, attended: int, left: int, committee: CardHolder | None) -> None:
        """Numbers of the desk's list, counts, both cards; without a committee the batch has no result."""
        self.pauses(site)
        site.robot.tap_away("close", in_view="Paused")
        site.robot.tap_away("confirm", in_view="CloseAsk")
        site.robot.wait_for("Attendance")
        for number in (attended, left):
            site.robot.type(str(number))
            site.robot.tap("key-ok", in_view="Attendance")
        site.robot.tap_away("confirm", in_view="ShowCounts")
        site.robot.wait_for("CardWanted:close-officers")
        self.shows_card_and_pin(site, "CardWanted:close-committee")
        if committee is None:
            site.robot.tap_away("without-committee", in_view="CardWanted:close-committee")
        else:
            with committee.card_in(site):
                site.robot.wait_for("PinWanted")
                site.robot.type(committee.card.pin)
                site.robot.tap("key-ok")
                site.robot.wait_for("Working:tally", "Working:tape", "Closed")
        site.robot.wait_for("Closed", timeout_s=60)
        site.clear(Place.DESK)


def _wait_for_later(site: Site, before: Seen, view: str) -> None:
    """Until that view is drawn anew."""
    site.robot.wait_until(lambda now: now.number > before.number and now.view == view, f"another {view}")


class SlipIsWrong(AssertionError):
    """The slip does not say what the voter chose: the day's worst news."""


@dataclass(frozen=True)
class Voter:
    """Somebody with a wish: the place of a choice on the ballot, 0 for blank."""

    wish: int

    def chooses(self, site: Site) -> Seen:
        """Touches photo and *Ya*, answers when the screen asks for a sign of life; until paper or trouble."""
        answers = {"Choosing": f"choice-{self.wish}", "Confirming": "yes", "StillThere": "here"}
        return site.follow(answers, until=("ReadSlip", "PrintTrouble"))

    def looks_and_leaves(self, site: Site) -> None:
        """Chooses, sees the large photo, and walks away before *Ya*."""
        site.follow({"Choosing": f"choice-{self.wish}"}, until=("Confirming",))

    def reads(self, site: Site) -> tuple[Piece, Piece | None]:
        """Slip and stub from the printer; raises SlipIsWrong when the slip says something else."""
        slip: Piece | None = None
        stub: Piece | None = None
        for piece, what in site.hanging():
            if isinstance(what, Slip):
                if what.choice != self.wish:
                    raise SlipIsWrong(f"chosen was {self.wish}, the slip says {what.choice}")
                slip = piece
            elif isinstance(what, Stub):
                stub = piece
        if slip is None:
            raise SlipIsWrong("the screen says that the slip is out, and no slip hangs at the printer")
        return slip, stub

    def agrees(self, site: Site) -> None:
        """*Sesuai*: slip into the box, stub into the pocket."""
        slip, stub = self.reads(site)
        site.follow({"ReadSlip": "right", "StillThere": "here"}, until=("IntoBox",))
        self._takes(site, slip, Place.BOX, stub)

    def refuses(self, site: Site) -> None:
        """*Salah*: slip into the envelope."""
        slip, stub = self.reads(site)
        site.follow({"ReadSlip": "wrong", "StillThere": "here"}, until=("IntoEnvelope",))
        self._takes(site, slip, Place.ENVELOPE, stub)

    def takes_slip_to_box(self, site: Site) -> None:
        """Without touching the screen."""
        slip, stub = self.reads(site)
        self._takes(site, slip, Place.BOX, stub)

    @staticmethod
    def _takes(site: Site, slip: Piece, to: Place, stub: Piece | None) -> None:
        site.desk.take_paper(to, slip.id)
        if stub is not None:
            site.desk.take_paper(Place.VOTER, stub.id)
