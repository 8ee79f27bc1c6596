"""What a takeover prints: what the stick knew of the device that died, what the desk's list says, what lies between."""

from dataclasses import dataclass
from datetime import datetime

from config.words import Words
from printer.blocks import Machine, Masthead, banner, cards, evidence, head, large, machine, minute, shout, signatures
from printer.layout import Block, Columns, Cut, Document, Feed, Rule, Text


@dataclass(frozen=True)
class TakeoverTape:
    """What those present sign before a new device goes on as the booth."""

    masthead: Masthead
    time: datetime
    last: datetime
    """The last entry of the log that the stick knew."""
    device: int
    """The new device's number, from 1."""
    devices: int
    """How many devices this booth may have in all."""
    sessions: int
    cast: int
    abandoned: int
    void: int
    pending: int
    """1 when a ballot was under way: what became of it is asked next."""
    unlocked: int
    """1 when a voter was in the booth and had no ballot yet: that voter is unlocked anew."""
    attended: int
    left: int
    difference: int | None
    """Voters of the desk's list without a cast ballot here; None when the list is shared with other booths."""
    officer: str
    committee: str
    setup_hash: str
    root_fingerprint: str
    before_fingerprint: str
    """The old device's session key."""
    session_fingerprint: str
    machine: Machine
    witnesses: int = 2


def takeover_tape(tape: TakeoverTape, words: Words) -> Document:
    """Printed and signed when a device replaces another one: before anybody votes here, what is missing is on paper."""
    return Document(
        (
            *head(tape.masthead, words("paper.takeover.title"), words),
            large(words("paper.takeover.device", device=tape.device, devices=tape.devices), bold=True),
            Columns(words("paper.time"), minute(tape.time)),
            Rule.THICK,
            Text(words("paper.takeover.known"), bold=True),
            Columns(words("paper.takeover.last"), minute(tape.last)),
            Columns(words("paper.counts.sessions"), str(tape.sessions)),
            Columns(words("paper.counts.cast"), str(tape.cast), bold=True),
            Columns(words("paper.counts.abandoned"), str(tape.abandoned)),
            Columns(words("paper.counts.void"), str(tape.void)),
            Columns(words("paper.takeover.pending"), str(tape.pending), bold=bool(tape.pending)),
            Rule.THIN,
            Text(words("paper.takeover.desk"), bold=True),
            Columns(words("paper.counts.attendance"), str(tape.attended)),
            Columns(words("paper.counts.left_without_voting"), str(tape.left)),
            Rule.THICK,
            *_difference(tape, words),
            Rule.THICK,
            *cards(words("paper.cards.officers"), (tape.officer,)),
            *cards(words("paper.cards.committee"), (tape.committee,)),
            Rule.THIN,
            *evidence(words("paper.hash.setup"), tape.setup_hash),
            *evidence(words("paper.key.root"), tape.root_fingerprint),
            *evidence(words("paper.takeover.session_before"), tape.before_fingerprint),
            *evidence(words("paper.takeover.session_now"), tape.session_fingerprint),
            *machine(tape.machine, words),
            *signatures(words("paper.takeover.declare"), tape.witnesses, words),
            *banner(tape.masthead.mode, words),
            Feed(),
            Cut(),
        )
    )


def _difference(tape: TakeoverTape, words: Words) -> tuple[Block, ...]:
    """The sum that everybody can do again, and what it means; whoever was in the booth accounts for one voter."""
    what = "pending" if tape.pending else "unlocked"
    inside = tape.pending or tape.unlocked
    asked = (Text(words(f"paper.takeover.{what}_asked")),) if inside else ()
    if tape.difference is None:
        return (Text(words("paper.takeover.shared"), bold=True), *asked)
    done = f"{tape.attended} - {tape.left} - {tape.cast} = {tape.difference}"
    total = Columns(words("paper.takeover.sum"), done, bold=True)
    if tape.difference == 0:
        return (total, Text(words("paper.takeover.none")), *asked)
    if tape.difference == inside:
        return (total, Text(words(f"paper.takeover.{what}_explains"), bold=True))
    kind = "missing" if tape.difference > 0 else "more"
    if inside and kind == "missing":
        asked = (Text(words(f"paper.takeover.{what}_among"), bold=True),)
    number = abs(tape.difference)
    return (
        total,
        shout(words(f"paper.takeover.{kind}.title", difference=number)),
        Text(words(f"paper.takeover.{kind}.text", difference=number), bold=True),
        *asked,
    )
