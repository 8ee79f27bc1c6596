"""What must hold at a booth after every step, whoever did what in which order."""

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import booth
from booth.drawing import view_of
from booth.polls import Polls
from booth.session import Session
from booth.store.rows import CurrentState
from booth.store.store import Store
from booth.views import Confirming
from config.secret import Choice
from sync.log import check
from tests.booth.desks import People
from tests.booth.hand import HandBooth


def screens() -> frozenset[str]:
    """Names of the views that have a screen, read and not imported: this test draws nothing."""
    source = Path(booth.__file__).with_name("screens") / "registry.py"
    tables = (node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.Dict))
    return frozenset(key.attr for table in tables for key in table.keys if isinstance(key, ast.Attribute))


def choices_in(value: object) -> Iterator[Choice]:
    """Every choice that hangs on a value, however deep."""
    if isinstance(value, Choice):
        yield value
    elif dataclasses.is_dataclass(value):
        for member in dataclasses.fields(value):
            yield from choices_in(getattr(value, member.name))
    elif isinstance(value, tuple):
        for member in value:
            yield from choices_in(member)


class Watch:
    """Looks at one booth after each step; every frame is looked at once."""

    screens = screens()

    def __init__(self) -> None:
        self._seen = 0

    def look(self, booth: HandBooth) -> None:
        runner = booth.runner
        for frame in booth.frames[self._seen :]:
            assert type(frame.view).__name__ in self.screens
            if not isinstance(frame.view, Confirming):
                assert not list(choices_in(frame)), frame.view
        self._seen = len(booth.frames)
        # Every state can be drawn, also one that no frame has shown yet.
        view_of(runner._polls, runner._session, runner._facts)
        store = runner._day._booth and runner._day.booth.store
        if store is not None:
            equations_hold(store)
            waiting = runner._polls is Polls.OPEN and runner._session is Session.IDLE
            assert not waiting or store.current.state is CurrentState.IDLE


def equations_hold(store: Store) -> None:
    tally = store.tally
    void = tally.refused + tally.interrupted + tally.tests
    assert tally.spent == tally.cast + void + tally.pending
    assert tally.pending == (store.current.state is CurrentState.PENDING)
    if store.current.state is CurrentState.IDLE:
        assert tally.sessions == tally.cast + tally.abandoned + tally.tests
        assert void - tally.paperless + tally.fragments >= 0


def opens_again(booth: HandBooth, people: People) -> None:
    """The next start opens what is there, and finds nothing damaged."""
    booth.restart()
    for card in people.officers:
        if booth.runner._polls is Polls.LOCKED:
            booth.show(card)
    day = booth.runner._day
    if day._booth is not None:
        check(day.booth.store.log_entries())
    assert booth.runner._polls is not Polls.QUARANTINED
