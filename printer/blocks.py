"""What several papers have in common: whose they are, the rehearsal's bars, fingerprints, room for signatures."""

from dataclasses import dataclass
from datetime import datetime

from config.mode import Mode
from config.words import Words
from printer.layout import Align, Block, Columns, Feed, Rule, Size, Text

GROUP = 4
"""Characters of a tracker or fingerprint that stand together."""
SIGNATURE_LINES = 3
"""Room of 11 mm to sign in."""


@dataclass(frozen=True)
class Masthead:
    """Which election, place and booth a paper belongs to."""

    election: str
    district: str
    village: str
    village_code: str
    tps: int
    booth: int
    mode: Mode


@dataclass(frozen=True)
class Machine:
    """What runs on the device, by its own word."""

    version: str
    software: str
    """SHA-256 over the program's files."""
    image: str | None
    """Root hash of the image; None for a device that did not start from one."""


def banner(mode: Mode, words: Words) -> tuple[Block, ...]:
    """White on black at the top and at the bottom of every paper of a rehearsal."""
    if mode is Mode.OFFICIAL:
        return ()
    return (Text(words("paper.rehearsal"), Size.LARGE, Align.CENTRE, bold=True, inverse=True),)


def head(masthead: Masthead, title: str, words: Words) -> tuple[Block, ...]:
    """How a report or tape begins."""
    return (
        *banner(masthead.mode, words),
        large(title, bold=True),
        large(masthead.election),
        Rule.THIN,
        Columns(words("paper.district"), masthead.district),
        Columns(words("paper.village"), masthead.village),
        Columns(words("paper.village_code"), masthead.village_code),
        Columns(words("paper.tps"), str(masthead.tps)),
        Columns(words("paper.booth"), str(masthead.booth)),
    )


def large(text: str, *, bold: bool = False) -> Text:
    """A title or another thing to be seen first."""
    return Text(text, Size.LARGE, Align.CENTRE, bold=bold)


def shout(text: str) -> Text:
    """White on black over the whole width: what nobody may overlook."""
    return Text(text, Size.LARGE, bold=True, inverse=True)


def minute(time: datetime) -> str:
    """To the minute, and never finer."""
    return time.strftime("%d-%m-%Y %H:%M")


def grouped(text: str) -> str:
    """In groups that eyes can compare."""
    together = text.replace(" ", "")
    return " ".join(together[i : i + GROUP] for i in range(0, len(together), GROUP))


def evidence(name: str, value: str) -> tuple[Block, ...]:
    """A hash or fingerprint: compared group by group, not read."""
    return (Text(name), Text(grouped(value), Size.FINE, bold=True))


def machine(told: Machine, words: Words) -> tuple[Block, ...]:
    """Version and hashes, for who rebuilt the image and compares."""
    return (
        Columns(words("paper.software"), told.version),
        *evidence(words("paper.hash.software"), told.software),
        *(
            evidence(words("paper.hash.image"), told.image)
            if told.image is not None
            else (Text(words("paper.no_image"), bold=True),)
        ),
    )


def cards(name: str, ids: tuple[str, ...]) -> tuple[Block, ...]:
    """Which cards were there."""
    return (Text(name), *(Text(card, bold=True) for card in ids))


def signatures(declaration: str, witnesses: int, words: Words) -> tuple[Block, ...]:
    """What those present declare, and room for each to sign."""
    blocks: list[Block] = [Rule.THICK, Text(declaration)]
    people = [words("paper.sign.officer", number=number) for number in (1, 2)]
    people += [words("paper.sign.committee")]
    people += [words("paper.sign.witness", number=number) for number in range(1, witnesses + 1)]
    for person in people:
        blocks += [Text(person), Feed(SIGNATURE_LINES), Rule.THIN]
    return tuple(blocks)
