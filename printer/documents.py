"""What the papers of a booth say: slip, stub, zero report and result tape, as documents. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.secret import Secret
from config.words import Words
from printer.blocks import (
    Machine,
    Masthead,
    banner,
    cards,
    evidence,
    grouped,
    head,
    large,
    machine,
    minute,
    shout,
    signatures,
)
from printer.layout import Align, Block, Columns, Cut, Document, Feed, Qr, Rule, Size, Text
from printer.numerals import in_words

NAME_LINES = 2
"""Every slip keeps room for so many lines of name; a ballot with a longer one makes all its slips longer."""


@dataclass(frozen=True)
class Label:
    """A choice as it is printed: number on the ballot and name; no number is the blank choice."""

    number: int | None
    name: str


@dataclass(frozen=True)
class ZeroReport:
    """What the officers sign before the first voter. Raises ValueError when the store is not empty."""

    masthead: Masthead
    time: datetime
    setup_hash: str
    root_fingerprint: str
    session_fingerprint: str
    machine: Machine
    candidates: tuple[Label, ...]
    ballots: int
    sessions: int
    officer_cards: tuple[str, ...]
    committee_cards: tuple[str, ...]
    witnesses: int = 2

    def __post_init__(self) -> None:
        if self.ballots or self.sessions:
            raise ValueError("a zero report of a store that is not empty")


@dataclass(frozen=True)
class Result:
    """One line of a result."""

    label: Label
    votes: int


@dataclass(frozen=True)
class Counts:
    """What the booth counted. ``attendance`` and ``left_without_voting`` are the desk's; None when not given."""

    sessions: int
    cast: int
    abandoned: int
    refused: int
    interrupted: int
    tests: int
    paperless: int
    fragments: int
    attendance: int | None
    left_without_voting: int | None

    @property
    def void(self) -> int:
        """Void ballots of all kinds."""
        return self.refused + self.interrupted + self.tests

    @property
    def envelope(self) -> int:
        """Papers that must lie in the void envelope."""
        return self.void - self.paperless + self.fragments


@dataclass(frozen=True)
class Equation:
    """Two numbers and what they must be to each other; whether they are is told, never hidden."""

    name: str
    left: int
    right: int
    holds: bool
    relation: str = "="
    """Written between them where it holds."""


@dataclass(frozen=True)
class ResultTape:
    """One copy of the tape that is signed and posted. ``results`` is None while the committee's key is missing.

    ``notes`` are whole sentences that belong on the tape (a stick that lags, a takeover).
    """

    masthead: Masthead
    opened: datetime
    closed: datetime
    results: tuple[Result, ...] | None
    counts: Counts
    equations: tuple[Equation, ...]
    setup_hash: str
    batch_sha256: str
    log_head: str
    root_fingerprint: str
    session_fingerprint: str
    machine: Machine
    copy: int
    copies: int
    witnesses: int = 2
    notes: tuple[str, ...] = ()


def slip(masthead: Masthead, ballot: tuple[Label, ...], choice: Secret[Label], mark: str, words: Words) -> Document:
    """The paper for the box: the choice in large text and the mark as QR (upper-case alphanumeric).

    ``ballot`` holds all choices: slips of each of them have the same blocks in the same places, so a folded one does
    not tell by its length what stands inside. No tracker, number, time or copy: nothing tells one slip from another of
    the same choice but its mark. Raises ValueError for a choice that the ballot has not.
    """
    label = choice.reveal()
    if label not in ballot:
        raise ValueError("a choice that is not on the ballot")
    numbers, names = tuple(map(_number, ballot)), tuple(one.name for one in ballot)
    return Document(
        (
            *banner(masthead.mode, words),
            large(masthead.election, bold=True),
            large(_place(masthead, words)),
            Rule.THICK,
            large(words("paper.slip.choice")),
            Text(_number(label), Size.NUMBER, Align.CENTRE, bold=True, among=numbers),
            Text(label.name, Size.NAME, Align.CENTRE, bold=True, lines=NAME_LINES, among=names),
            Rule.FOLD,
            large(words("paper.slip.fold")),
            Qr(mark),
            large(words("paper.slip.box")),
            *banner(masthead.mode, words),
            Feed(),
            Cut(),
        )
    )


def stub(masthead: Masthead, tracker: str, words: Words) -> Document:
    """The paper for the voter: the tracker, also as QR, and no choice."""
    return Document(
        (
            *banner(masthead.mode, words),
            large(words("paper.stub.title"), bold=True),
            _centred(masthead.election),
            _centred(_place(masthead, words)),
            Rule.THICK,
            _centred(words("paper.stub.tracker")),
            large(grouped(tracker), bold=True),
            Qr(tracker),
            Text(words("paper.stub.use")),
            Feed(),
            Text(words("paper.stub.no_choice"), bold=True),
            *banner(masthead.mode, words),
            Feed(),
            Cut(),
        )
    )


def slip_and_stub(
    masthead: Masthead, ballot: tuple[Label, ...], choice: Secret[Label], mark: str, tracker: str, words: Words
) -> Document:
    """Slip, cut, stub: one job, so that the voter sees both before deciding."""
    return slip(masthead, ballot, choice, mark, words).then(stub(masthead, tracker, words))


def zero_report(report: ZeroReport, words: Words) -> Document:
    """Printed and signed when the polls open: nothing is in the store, and whose keys the booth follows."""
    return Document(
        (
            *head(report.masthead, words("paper.zero.title"), words),
            Columns(words("paper.time"), minute(report.time)),
            Rule.THICK,
            *(_result_row(label, 0, words) for label in report.candidates),
            Rule.THIN,
            Columns(words("paper.zero.ballots"), str(report.ballots), bold=True),
            Columns(words("paper.counts.sessions"), str(report.sessions), bold=True),
            Rule.THICK,
            *cards(words("paper.cards.officers"), report.officer_cards),
            *cards(words("paper.cards.committee"), report.committee_cards),
            Rule.THIN,
            *evidence(words("paper.hash.setup"), report.setup_hash),
            *evidence(words("paper.key.root"), report.root_fingerprint),
            *evidence(words("paper.key.session"), report.session_fingerprint),
            *machine(report.machine, words),
            *signatures(words("paper.zero.declare"), report.witnesses, words),
            *banner(report.masthead.mode, words),
            Feed(),
            Cut(),
        )
    )


def result_tape(tape: ResultTape, words: Words) -> Document:
    """One copy of the tape: result, counts, equations, room for the hand count, hashes, signatures."""
    return Document(
        (
            *head(tape.masthead, words("paper.tape.title"), words),
            large(words("paper.tape.copy", copy=tape.copy, copies=tape.copies)),
            Columns(words("paper.tape.opened"), minute(tape.opened)),
            Columns(words("paper.tape.closed"), minute(tape.closed)),
            Rule.THICK,
            *_results(tape.results, words),
            Rule.THICK,
            *_counts(tape.counts, words),
            Rule.THIN,
            *_equations(tape.equations, words),
            *(Text(note, bold=True) for note in tape.notes),
            Rule.THICK,
            *_hand_count(words),
            Rule.THIN,
            *evidence(words("paper.hash.setup"), tape.setup_hash),
            *evidence(words("paper.hash.batch"), tape.batch_sha256),
            *evidence(words("paper.hash.log"), tape.log_head),
            *evidence(words("paper.key.root"), tape.root_fingerprint),
            *evidence(words("paper.key.session"), tape.session_fingerprint),
            *machine(tape.machine, words),
            *signatures(words("paper.tape.declare"), tape.witnesses, words),
            *banner(tape.masthead.mode, words),
            Feed(),
            Cut(),
        )
    )


def no_screen(languages: Sequence[Words]) -> Document:
    """No paper of an election: a device that has no screen to say it on says what to do, in each language."""
    said = [
        block
        for words in languages
        for block in (large(words("paper.no_screen.title"), bold=True), Text(words("paper.no_screen.text")), Feed())
    ]
    return Document((*said, Cut()))


def _place(masthead: Masthead, words: Words) -> str:
    return words("paper.place", village=masthead.village, tps=masthead.tps, booth=masthead.booth)


def _number(label: Label) -> str:
    return "-" if label.number is None else str(label.number)


def _centred(text: str) -> Text:
    return Text(text, Size.BODY, Align.CENTRE)


def _choice(label: Label, words: Words) -> str:
    if label.number is None:
        return label.name
    return words("paper.candidate", number=label.number, name=label.name)


def _result_row(label: Label, votes: int, words: Words) -> Columns:
    return Columns(_choice(label, words), str(votes), Size.LARGE, bold=True)


def _results(results: tuple[Result, ...] | None, words: Words) -> tuple[Block, ...]:
    if results is None:
        return (large(words("paper.tape.without_result"), bold=True), Text(words("paper.tape.what_next")))
    blocks: list[Block] = []
    for result in results:
        blocks.append(_result_row(result.label, result.votes, words))
        blocks.append(Text(f"  ({in_words(result.votes, words.language)})"))
    total = sum(result.votes for result in results)
    return (*blocks, Rule.THIN, Columns(words("paper.tape.total"), str(total), Size.LARGE, bold=True))


def _counts(counts: Counts, words: Words) -> tuple[Block, ...]:
    def told(number: int | None) -> str:
        return words("paper.counts.not_given") if number is None else str(number)

    return (
        Columns(words("paper.counts.sessions"), str(counts.sessions)),
        Columns(words("paper.counts.cast"), str(counts.cast), bold=True),
        Columns(words("paper.counts.abandoned"), str(counts.abandoned)),
        Columns(words("paper.counts.void"), str(counts.void)),
        Columns(words("paper.counts.refused"), str(counts.refused)),
        Columns(words("paper.counts.interrupted"), str(counts.interrupted)),
        Columns(words("paper.counts.tests"), str(counts.tests)),
        Columns(words("paper.counts.paperless"), str(counts.paperless)),
        Columns(words("paper.counts.fragments"), str(counts.fragments)),
        Columns(words("paper.counts.envelope"), str(counts.envelope), bold=True),
        Columns(words("paper.counts.attendance"), told(counts.attendance)),
        Columns(words("paper.counts.left_without_voting"), told(counts.left_without_voting)),
    )


def _equations(equations: tuple[Equation, ...], words: Words) -> tuple[Block, ...]:
    blocks: list[Block] = [Text(words("paper.equations.title"), bold=True)]
    for equation in equations:
        values = {"left": equation.left, "right": equation.right}
        if equation.holds:
            blocks.append(Columns(equation.name, words("paper.equations.holds", relation=equation.relation, **values)))
        else:
            blocks.append(Text(equation.name, bold=True))
            blocks.append(shout(words("paper.equations.broken", **values)))
    return tuple(blocks)


def _hand_count(words: Words) -> tuple[Block, ...]:
    """Empty places for what people count: slips in the box and papers in the void envelope."""
    return (
        Text(words("paper.hand.title"), bold=True),
        Feed(),
        Columns(words("paper.hand.box"), BLANK),
        Feed(),
        Columns(words("paper.hand.envelope"), BLANK),
    )


BLANK = "[__________]"
"""A place to write a number by hand."""
