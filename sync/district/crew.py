"""Importing on all cores: each worker takes files wholly by itself, as one desk beside others does.

What is in the air is bounded, so memory does not grow with the number of batches; answers come in the files' order.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sqlalchemy import make_url

from sync.district.intake import Outcome, take
from sync.district.ledger import Ledger, ledger_of
from sync.district.workers import AHEAD, Crew
from sync.district.workspace import Workspace

WORTH_IT = 8
"""Files from which on several processes are faster than their start."""

_desk: list[tuple[Workspace, Ledger]] = []
"""A worker's own; empty in the process that the command runs in."""


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0))


def take_in(
    workspace: Workspace,
    ledger: Ledger,
    files: Iterable[Path | Outcome],
    *,
    workers: int,
    stopped: Callable[[], bool],
) -> Iterator[Outcome]:
    """Takes in file after file; what is no file is an answer already. Once ``stopped``, only what was begun is ended.

    Raises DeviceError when disk or database fail or a worker dies; everything answered before stands.
    """
    if workers < 2:
        for file in files:
            if stopped():
                return
            yield file if isinstance(file, Outcome) else take(workspace, ledger, file)
        return
    url = workspace.database.render_as_string(hide_password=False) if workspace.database else None
    given: deque[Outcome | int] = deque()
    answers: dict[int, Outcome] = {}
    with Crew(workers, _begin, workspace.path, url) as crew:
        for file in files:
            if stopped():
                break
            given.append(file if isinstance(file, Outcome) else crew.submit(_take, file))
            if len(given) >= AHEAD * workers:
                yield _first(given, answers, crew)
        while given:
            yield _first(given, answers, crew)


def _first(given: deque[Outcome | int], answers: dict[int, Outcome], crew: Crew) -> Outcome:
    """The answer for the first of those that were given out; what others answer meanwhile is kept."""
    ticket = given.popleft()
    if isinstance(ticket, Outcome):
        return ticket
    while ticket not in answers:
        other, answer = crew.next()
        answers[other] = answer
    return answers.pop(ticket)


def _begin(path: Path, url: str | None) -> None:
    workspace = Workspace(path, make_url(url) if url else None)
    _desk.append((workspace, ledger_of(workspace)))


def _take(file: Path) -> Outcome:
    workspace, ledger = _desk[0]
    return take(workspace, ledger, file)
