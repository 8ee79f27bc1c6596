"""Which view belongs to which state: the day's and the session's, with the facts that it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from booth import views
from booth.asking import AtWork, NoPinFor, PinFor, Refused, Sentences
from booth.events import Button
from booth.polls import Polls
from booth.session import Session
from booth.views import Check, View
from booth.vitals import Vitals
from config.secret import Choice
from printer.status import Fault
from printer.status import Status as PaperStatus
from sync.equations import Counts, Equation


@dataclass
class Facts:
    """What the runner knows and a view may show; refreshed by the runner, read here."""

    asked: PinFor | AtWork | NoPinFor | Refused | None = None
    """How far the asking for a card has come."""
    used_card_lies: bool = False
    """A card lies in the reader that was shown before this state asked for one."""
    problem: Sentences | None = None
    foreign: Sentences | None = None
    """The stick is another booth's: what to do."""
    unfit: bool = False
    """This device can keep nothing; ``problem`` says why."""
    fault: Fault = Fault.NO_ANSWER
    """Why the last print failed."""
    paper: PaperStatus = field(default_factory=lambda: PaperStatus(Fault.NO_ANSWER))
    """How the printer is, as far as it was looked at."""
    vitals: Vitals = field(default_factory=Vitals)
    """How the device itself is, as far as it was looked at."""
    checks: tuple[Check, ...] = ()
    date: str = ""
    clock: str = ""
    counts: Counts | None = None
    equations: tuple[Equation, ...] = ()
    whole_tps: bool = True
    choice: Choice | None = None
    countdown_s: int = 0
    copy: int = 0
    copies: int = 0
    result: tuple[tuple[str, int], ...] | None = None
    exported: bool = False
    fingerprint: str = ""


def view_of(polls: Polls, session: Session, facts: Facts) -> View:
    """The one view of a situation."""
    match facts.asked:
        case PinFor(known=known, tries_left=tries_left, wait_s=0, wrong=wrong):
            return views.PinWanted(known.holder, known.role.value, tries_left, wrong)
        case PinFor(known=known, tries_left=tries_left, wait_s=wait_s):
            return views.PinWait(known.holder, known.role.value, tries_left, wait_s)
        case AtWork():
            return views.Working("card")
        case NoPinFor(why=why):
            return views.PinRefused(why.value)
    if polls is Polls.OPEN:
        return _SESSION[session](facts)
    return _POLLS[polls](facts)


_TAKE_OUT_FIRST: Sentences = (
    "Cabut dulu kartu yang ada di pembaca.",
    "Take out the card that lies in the reader first.",
)
_NOT_SEEN: Sentences = (
    "Tidak terlihat apakah kartu sudah dicabut. Pastikan pembaca kartu tersambung dan kosong.",
    "Nobody can see whether the card has left. Make sure that the card reader is connected and empty.",
)

NEAR_END: Sentences = (
    "Kertas hampir habis. Ganti rol sekarang, sebelum pemilih berikutnya.",
    "The paper is nearly at its end. Change the roll now, before the next voter.",
)


def _waiting(facts: Facts) -> View:
    """Between voters printer and power can be seen to without anybody waiting with a slip: what presses most."""
    refused = _refused(facts) or (_TAKE_OUT_FIRST if facts.used_card_lies else None)
    concern = facts.vitals.concern
    if facts.paper.fault is not None:
        return views.WaitingForCard(refused, facts.paper.fault.sentences())
    if facts.paper.near_end and not (concern is not None and concern.pressing):
        return views.WaitingForCard(refused, NEAR_END)
    return views.WaitingForCard(refused, None, concern, facts.vitals.percent if concern is not None else None)


def _refused(facts: Facts) -> Sentences | None:
    return facts.asked.why if isinstance(facts.asked, Refused) else facts.problem


def _card(what: str, *buttons: Button) -> Callable[[Facts], View]:
    def draw(facts: Facts) -> View:
        return views.CardWanted(what, _refused(facts), take_out_first=facts.used_card_lies, buttons=buttons)

    return draw


def _locked(facts: Facts) -> View:
    refused = _refused(facts) or facts.foreign
    return views.CardWanted("locked", refused, take_out_first=facts.used_card_lies, buttons=())


def _counts(facts: Facts) -> View:
    if facts.counts is None:
        raise ValueError("counts are shown after they were taken")
    return views.ShowCounts(facts.counts, facts.equations, whole_tps=facts.whole_tps)


def _confirming(facts: Facts) -> View:
    if facts.choice is None:
        raise ValueError("a choice is confirmed after it was made")
    return views.Confirming(facts.choice)


_POLLS: Mapping[Polls, Callable[[Facts], View]] = {
    Polls.UNPROVISIONED: lambda facts: views.NotProvisioned(facts.problem, unfit=facts.unfit),
    Polls.READY: _card("ready"),
    Polls.LOCKED: _locked,
    Polls.TAKEOVER_READY: lambda facts: views.TakeoverReady(_refused(facts)),
    Polls.TAKEOVER_ATTENDANCE: lambda _: views.Attendance(takeover=True),
    Polls.TAKEOVER_COMMITTEE: _card("takeover-committee", Button.CANCEL),
    Polls.TAKEOVER_OFFICER: _card("takeover-officer", Button.CANCEL),
    Polls.TAKEOVER_PRINTING: lambda _: views.Working("takeover-tape"),
    Polls.TAKEOVER_PRINT_TROUBLE: lambda facts: views.PaperTrouble(facts.fault, None),
    Polls.TAKEOVER_SIGN: lambda _: views.SignTakeover(),
    Polls.OPEN_CHECKS: lambda facts: views.OpenChecks(facts.checks, facts.date, facts.clock),
    Polls.OPEN_COMMITTEE: _card("committee-present", Button.CANCEL),
    Polls.OPEN_PRINTING: lambda _: views.Working("zero-report"),
    Polls.OPEN_PRINT_TROUBLE: lambda facts: views.PaperTrouble(facts.fault, Button.CANCEL),
    Polls.OPEN_SIGN: lambda _: views.SignZeroReport(),
    Polls.PAUSE_CARD: _card("pause", Button.CANCEL),
    Polls.PAUSED: lambda _: views.Paused(),
    Polls.RESUME_CARD: _card("resume", Button.CANCEL),
    Polls.CLOSE_ASK: lambda _: views.CloseAsk(),
    Polls.CLOSE_ATTENDANCE: lambda _: views.Attendance(),
    Polls.CLOSE_COUNTS: _counts,
    Polls.CLOSE_OFFICERS: _card("close-officers"),
    Polls.CLOSE_COMMITTEE: _card("close-committee", Button.WITHOUT_COMMITTEE),
    Polls.CLOSE_TALLY: lambda _: views.Working("tally"),
    Polls.CLOSE_PRINTING: lambda facts: views.Working("tape", facts.copy, facts.copies),
    Polls.CLOSE_PRINT_TROUBLE: lambda facts: views.PaperTrouble(facts.fault, Button.LATER),
    Polls.CLOSED: lambda facts: views.Closed(facts.result, facts.exported, facts.fingerprint, facts.problem),
    Polls.REPLACED: lambda facts: views.Replaced(_refused(facts), facts.exported),
    Polls.QUARANTINED: lambda facts: views.Quarantined(_refused(facts) or ("", ""), facts.exported),
}

_SESSION: Mapping[Session, Callable[[Facts], View]] = {
    Session.IDLE: _waiting,
    Session.TAKE_CARD: lambda facts: views.TakeCard(_NOT_SEEN if isinstance(facts.asked, Refused) else None),
    Session.CHOOSING: lambda _: views.Choosing(),
    Session.CONFIRMING: _confirming,
    Session.STILL_THERE: lambda facts: views.StillThere(facts.countdown_s, slip_out=False),
    Session.LEFT_BEFORE: _card("left-before"),
    Session.LEFT_BEFORE_ASK: lambda _: views.LeftBeforeAsk(),
    Session.COMMITTING: lambda _: views.Printing(),
    Session.PRINTING: lambda _: views.Printing(),
    Session.PRINT_TROUBLE: lambda facts: views.PrintTrouble(facts.fault),
    Session.CHECKING: lambda _: views.ReadSlip(),
    Session.STILL_CHECKING: lambda facts: views.StillThere(facts.countdown_s, slip_out=True),
    Session.TEST_ASK: lambda _: views.TestAsk(),
    Session.TESTED: lambda _: views.Notice("tested"),
    Session.REFUSED: lambda facts: views.IntoEnvelope(last=False, refused=_refused(facts)),
    Session.REFUSED_LAST: lambda facts: views.IntoEnvelope(last=True, refused=_refused(facts)),
    Session.CALLED_AFTER: _card("called-after"),
    Session.RESOLVE_ASK: lambda _: views.ResolveAsk(),
    Session.RESOLVE_BOX: _card("resolve-box", Button.CANCEL),
    Session.RESOLVE_ENVELOPE: _card("resolve-envelope", Button.CANCEL),
    Session.RESOLVE_PAPERLESS: _card("resolve-paperless", Button.CANCEL),
    Session.VOIDED: lambda _: views.Notice("voided"),
    Session.DONE: lambda _: views.IntoBox(),
    Session.FOUND_UNLOCKED: lambda _: views.Notice("found-unlocked"),
    Session.FOUND_CAST: lambda _: views.Notice("found-cast"),
}
