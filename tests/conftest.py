"""What all tests share: their order, and one virtual card reader a process (libpcsclite looks for its pcscd once)."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from config.cards.virtual.reader import VirtualReader, why_not

LONG = (
    "test_demo.py",
    "test_two_verifiers.py",
    "test_look.py",
    "test_schemes.py",
    "test_window.py",
    "test_stories.py",
    "test_soak.py",
    "test_day.py",
)
"""Files that take minutes or nearly: begun first, so that no other process waits for them in the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the others, and the tests of a file, stay in their order."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session")
def virtual_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualReader]:
    """A real pcscd that this process's PC/SC calls and those of its children reach; empty before each test."""
    why = why_not()
    if why is not None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"no real pcscd can run here: {why[1]}")
    with pytest.MonkeyPatch.context() as patch, VirtualReader(tmp_path_factory.mktemp("reader")) as reader:
        patch.setenv("PCSCLITE_CSOCK_NAME", str(reader.socket))
        yield reader


@pytest.fixture(autouse=True)
def _reader_left_as_found(request: pytest.FixtureRequest) -> Iterator[None]:
    """Cards, faults and pulled cables of one test do not reach the next."""
    yield
    if "virtual_reader" in request.fixturenames:
        request.getfixturevalue("virtual_reader").clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly what was not tested and why: a skip is a letter that nobody reads."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    if reasons:
        terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
    for reason, tests in sorted(reasons.items()):
        terminalreporter.line(f"{tests} skipped: {reason}")
