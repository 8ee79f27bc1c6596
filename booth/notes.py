"""What the log tells the result tape: takeovers, and a stick whose copy lagged. Pure: every copy says the same."""

from collections.abc import Iterable
from datetime import datetime

from booth.clock import from_minute
from config.words import Words
from printer.blocks import minute
from sync.log import Entry, Kind

_CAUGHT_UP = {Kind.STICK_CAUGHT_UP, Kind.TAKEN_OVER}
"""A device takes over from a copy that had the entry about the lag, and makes a copy that lacks nothing."""


def notes(entries: Iterable[Entry], booths_in_tps: int, words: Words) -> tuple[str, ...]:
    """Whole sentences: for each takeover, at most two about the stick however often it lagged, one about the clock."""
    log = tuple(entries)
    taken = (_takeover(entry, booths_in_tps, words) for entry in log if entry.kind is Kind.TAKEN_OVER)
    return (*taken, *_stick(log, words), *_clock(log, words))


def _clock(log: tuple[Entry, ...], words: Words) -> tuple[str, ...]:
    doubts = [entry for entry in log if entry.kind is Kind.CLOCK_DOUBTFUL]
    return (words("paper.note.clock_doubtful", time=minute(from_minute(doubts[0].at))),) if doubts else ()


def _takeover(entry: Entry, booths_in_tps: int, words: Words) -> str:
    facts = {name: int(entry.facts[name]) for name in ("epoch", "attended", "left", "cast")}
    told = {"device": facts["epoch"] + 1, "time": minute(from_minute(entry.at))}
    if booths_in_tps > 1:
        return words("paper.note.takeover_shared", **told)
    return words("paper.note.takeover", difference=facts["attended"] - facts["left"] - facts["cast"], **told)


def _stick(log: tuple[Entry, ...], words: Words) -> tuple[str, ...]:
    lags: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for entry in log:
        if entry.kind is Kind.STICK_BEHIND:
            # A device that was restarted meanwhile tells the same lag once more.
            since = since or from_minute(str(entry.facts["since"]))
        elif entry.kind in _CAUGHT_UP and since is not None:
            lags.append((since, from_minute(entry.at)))
            since = None
    said = []
    if lags:
        longest, ended = max(lags, key=lambda lag: lag[1] - lag[0])
        told = {"since": minute(longest), "until": minute(ended)}
        if len(lags) == 1:
            said.append(words("paper.note.stick_was_behind", **told))
        else:
            said.append(words("paper.note.stick_was_behind_often", count=len(lags), **told))
    if since is not None:
        said.append(words("paper.note.stick_behind", since=minute(since)))
    return tuple(said)
