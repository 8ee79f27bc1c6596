"""Opening with printers that confirm and with printers that do not, told as stories."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from booth.events import Button
from booth.views import CardWanted, Check, NotProvisioned, OpenChecks, Quarantined, SignZeroReport
from printer.profiles import PROFILES
from tests.booth.piv import DirectReader
from tests.booth.rig import Rig

Booth = Callable[..., Rig]


@pytest.fixture
def officially(piv_official, tmp_path: Path) -> Iterator[Booth]:
    """A booth of an official election with the printer that a story wants."""
    rigs: list[Rig] = []

    def start(model: str, profile: str) -> Rig:
        desk = tmp_path / "desk"
        rigs.append(Rig(piv_official, desk, reader=DirectReader(desk / "card"), model=model, profile=PROFILES[profile]))
        return rigs[-1]

    yield start
    for rig in rigs:
        rig.close()


@pytest.fixture
def rehearsing(election, tmp_path: Path) -> Iterator[Booth]:
    rigs: list[Rig] = []

    def start(model: str, profile: str) -> Rig:
        rigs.append(Rig(election, tmp_path / "desk", model=model, profile=PROFILES[profile]))
        return rigs[-1]

    yield start
    for rig in rigs:
        rig.close()


def up_to_the_checks(rig: Rig) -> None:
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.see(OpenChecks)


def check(rig: Rig, name: str) -> Check | None:
    return next((check for check in rig.see(OpenChecks).checks if check.name == name), None)


def all_but_the_printer(rig: Rig) -> bool:
    others = [check for check in rig.see(OpenChecks).checks if check.name not in ("confirms", "proving")]
    return all(check.ok for check in others)


@pytest.mark.parametrize(
    ("model", "profile"),
    [("epson-80", "epson-tm-80"), ("epson-88", "epson-tm-88"), ("common-80", "common-80"), ("common-58", "common-58")],
)
def test_a_printer_that_confirms_opens_an_official_election(officially: Booth, model: str, profile: str) -> None:
    rig = officially(model, profile)
    rig.open()
    assert len(rig.pieces) == 1, "the zero report, and no paper for asking"


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("plain-80", "epson-tm-80"),
        ("plain-80", "common-80"),
        ("common-80", "epson-tm-80"),
        ("keeps-all-80", "common-80"),
    ],
    ids=["confirms nothing", "confirms nothing either way", "has no process id", "keeps an interrupted print"],
)
def test_a_printer_that_does_not_confirm_as_it_should_opens_no_official_election_and_another_does(
    officially: Booth, model: str, profile: str
) -> None:
    rig = officially(model, profile)
    up_to_the_checks(rig)
    rig.until(lambda: check(rig, "confirms") == Check("confirms", ok=False, needed=True))
    rig.until(lambda: all_but_the_printer(rig))
    assert not rig.see(OpenChecks).ready
    rig.tap(Button.CONFIRM)
    assert rig.see(OpenChecks)
    assert rig.pieces == []
    rig.printer.close()
    rig.until(lambda: check(rig, "printer") == Check("printer", ok=False))
    assert check(rig, "confirms") is None
    rig.connect("epson-80" if profile.startswith("epson") else "common-80")
    rig.ready_checks()
    assert check(rig, "confirms") == Check("confirms", ok=True, needed=True)
    rig.tap(Button.CONFIRM)
    rig.see(CardWanted, what="committee-present")


def test_before_the_printer_was_asked_nobody_opens_officially(officially: Booth) -> None:
    rig = officially("epson-80", "epson-tm-80")
    answer, rig.device.printer.proved = rig.device.printer.proved, rig.device.printer.status
    up_to_the_checks(rig)
    rig.until(lambda: all_but_the_printer(rig))
    assert check(rig, "proving") == Check("proving", ok=False, needed=True)
    rig.tap(Button.CONFIRM)
    assert not rig.see(OpenChecks).ready
    rig.device.printer.proved = answer
    rig.ready_checks()


def test_a_booth_that_was_started_for_a_printer_without_confirmation_takes_no_official_package(
    officially: Booth,
) -> None:
    rig = officially("plain-80", "plain-80")
    rig.until(lambda: rig.see(NotProvisioned).problem is not None)
    indonesian, english = rig.see(NotProvisioned).problem
    assert "cannot confirm" in english
    assert "--profile plain-80" in english
    assert "plain-80" in indonesian
    assert not rig.device.package_folder.exists()


def test_in_the_middle_of_an_official_day_no_restart_gets_around_it(officially: Booth) -> None:
    rig = officially("epson-80", "epson-tm-80")
    rig.open()
    rig.vote(1)
    rig.profile = PROFILES["plain-80"]
    rig.restart()
    assert "cannot confirm" in rig.see(Quarantined).problem[1]
    rig.profile = PROFILES["epson-tm-80"]
    rig.restart()
    rig.see(CardWanted, what="locked")
    rig.with_pin(rig.officer)
    rig.vote(2)


def test_a_rehearsal_with_a_printer_that_confirms_nothing_warns_and_goes_on(rehearsing: Booth) -> None:
    rig = rehearsing("plain-80", "plain-80")
    up_to_the_checks(rig)
    rig.until(lambda: check(rig, "confirms") == Check("confirms", ok=False, needed=False))
    rig.ready_checks()
    rig.tap(Button.CONFIRM)
    rig.see(CardWanted, what="committee-present")
    rig.put_in(rig.committee)
    rig.see(SignZeroReport)
    rig.take_card()
    rig.tap(Button.CONFIRM)
    rig.vote(1)
    _, closed = rig.close_polls(attended=1)
    assert [votes for _, votes in closed.result] == [0, 1, 0, 0]
    # zero report, slip and stub, two tapes; the last may still be on its way when the screen is there
    rig.until(lambda: len(rig.pieces) == 1 + 2 + 2)
