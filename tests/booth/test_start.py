"""What may be wrong when a booth is switched on: it starts all the same, and says in a sentence what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from booth import onpaper, reserve
from booth.events import Button
from booth.ground.told import DataWord, StickWord, tell
from booth.stickstate import StickState
from booth.views import CardWanted, NotProvisioned, OpenChecks, PinWanted, TakeoverReady, WaitingForCard
from config.cards.port import CardDamaged, ReaderGone, TwoCards
from printer.virtual import VirtualPrinter
from tests.booth.rig import BOOTH, Rig
from tests.district.election import BOOTHS
from tests.house.tree import ROOT

OTHER = next(booth for booth in BOOTHS if booth != BOOTH)


@pytest.fixture
def blank(election, tmp_path):
    """A device of which the desk is laid before it is switched on."""
    made = []

    def switch_on(stick=None) -> Rig:
        made.append(Rig(election, tmp_path / "desk", stick=stick))
        return made[-1]

    (tmp_path / "desk" / "told").mkdir(parents=True)
    yield switch_on
    for rig in made:
        rig.close()


def check(rig: Rig, name: str):
    return next((one for one in rig.see(OpenChecks).checks if one.name == name), None)


# The memory card


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (DataWord.SMALL, "too small"),
        (DataWord.BROKEN, "go on with another device and the stick"),
        (DataWord.FAILING, "does not store"),
    ],
)
def test_a_memory_card_that_is_no_use(blank, tmp_path, word, sentence):
    tell(tmp_path / "desk" / "told", word, of=DataWord)
    rig = blank()
    seen = rig.see(NotProvisioned, unfit=True)
    assert sentence in seen.problem[1]
    # The stick with its package is in all the time: nothing is stored where nothing can be kept.
    rig.until(lambda: rig.frame.status.stick is StickState.THERE)
    looked = rig.runner._look_at
    rig.until(lambda: rig.runner._look_at > looked)
    assert rig.see(NotProvisioned, unfit=True).problem == seen.problem
    assert not rig.device.package_folder.exists()


def test_a_data_folder_that_takes_nothing(election, tmp_path, monkeypatch):
    """Root may write anywhere, so the place is one that cannot be a folder."""
    (tmp_path / "desk").mkdir()
    monkeypatch.setattr(Rig, "place", lambda rig: rig.desk / "nowhere" / "data")
    rig = Rig(election, tmp_path / "desk")
    assert "does not store" in rig.see(NotProvisioned, unfit=True).problem[1]
    rig.close()


def test_a_file_system_that_was_mended_is_told_and_stops_nobody(blank, tmp_path):
    tell(tmp_path / "desk" / "told", DataWord.REPAIRED, of=DataWord)
    rig = blank()
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.ready_checks()
    assert (check(rig, "disk").ok, check(rig, "disk").needed) == (False, False)
    rig.finish_opening()
    rig.vote(1)


def test_one_that_is_in_order_is_no_line(blank, tmp_path):
    tell(tmp_path / "desk" / "told", DataWord.GOOD, of=DataWord)
    rig = blank()
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.ready_checks()
    assert check(rig, "disk") is None
    assert check(rig, "room") is None


def test_the_room_for_closing_is_taken_at_the_opening_and_free_at_the_end(rig):
    place = rig.device.data / reserve.NAME
    rig.see(CardWanted, what="ready")
    assert not place.exists()
    rig.open()
    assert place.stat().st_blocks * 512 >= 2 * rig.device.store_file.stat().st_size
    rig.vote(1)
    rig.close_polls(attended=1)
    assert not place.exists()


# Sticks


def wrong(rig: Rig, sentence: str) -> None:
    rig.until(lambda: sentence in (rig.see(NotProvisioned).problem or ("", ""))[1])


@pytest.fixture
def stick(election, tmp_path):
    """A stick that is put together by hand."""
    place = tmp_path / "by-hand"
    place.mkdir()
    return place


def test_a_stick_with_two_packages(blank, election, stick):
    for booth in (BOOTH, OTHER):
        shutil.copytree(election.sticks / booth, stick / booth)
    rig = blank(stick)
    wrong(rig, f"this one has: {OTHER}/bilik/package, {BOOTH}/bilik/package")
    # What the district would have done.
    shutil.copytree(stick / BOOTH / "bilik", stick / "bilik")
    wrong(rig, f"{OTHER}/bilik/package, {BOOTH}/bilik/package, bilik/package")
    shutil.rmtree(stick / OTHER)
    shutil.rmtree(stick / BOOTH)
    rig.see(CardWanted, what="ready")


@pytest.mark.parametrize("place", ["package", "bilik/package (1)", "copy/package"])
def test_a_package_that_lies_elsewhere(blank, election, stick, place):
    shutil.copytree(election.sticks / BOOTH / "bilik" / "package", stick / place)
    wrong(blank(stick), f"this one has: {place}")


def test_what_was_being_copied_is_no_second_package(blank, election, stick):
    shutil.copytree(election.sticks / BOOTH, stick, dirs_exist_ok=True)
    for place in ("bilik/package.new", ".Trash-1000/package", "bilik/evidence/1/package"):
        shutil.copytree(stick / "bilik" / "package", stick / place)
    blank(stick).see(CardWanted, what="ready")


def test_a_stick_without_a_package_and_one_that_was_changed(blank, election, stick):
    rig = blank(stick)
    wrong(rig, "no election package")
    shutil.copytree(election.sticks / BOOTH, stick, dirs_exist_ok=True)
    manifest = stick / "bilik" / "package" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"TPS", b"tps", 1) + b" ")
    rig.until(lambda: "no election package" not in rig.see(NotProvisioned).problem[1])
    assert rig.frame.view.problem


def test_a_stick_that_nobody_can_read_is_told_and_the_right_one_helps(blank, tmp_path):
    place = tmp_path / "desk" / "told"
    tell(place, StickWord.UNREADABLE, of=StickWord)
    empty = tmp_path / "empty"
    empty.mkdir()
    rig = blank(empty)
    rig.pull_stick()
    rig.until(lambda: rig.frame.status.stick is StickState.UNREADABLE)
    wrong(rig, "cannot be read")
    tell(place, None, of=StickWord)
    rig.stick = tmp_path / "right"
    shutil.copytree(rig.election.sticks / BOOTH, rig.stick)
    rig.put_in_stick()
    rig.see(CardWanted, what="ready")


def test_a_second_stick_is_told_and_the_first_one_goes_on(rig):
    place = rig.desk / "told"
    place.mkdir()
    rig.open()
    rig.vote(1)
    rig.in_step()
    tell(place, StickWord.TWO, of=StickWord)
    rig.until(lambda: rig.frame.status.stick is StickState.TWO)
    rig.vote(2)
    tell(place, None, of=StickWord)
    rig.in_step()
    rig.restart()
    rig.with_pin(rig.officer)
    rig.see(WaitingForCard)


def lies_ready(rig, election, folder):
    """Another booth's stick, in place of the one that was in."""
    rig.pull_stick()
    rig.stick = folder / "other"
    shutil.copytree(election.sticks / OTHER, rig.stick)


def test_a_device_that_was_never_opened_becomes_the_booth_of_another_stick(rig, election, tmp_path):
    rig.see(CardWanted, what="ready")
    before = rig.frame.look.place
    lies_ready(rig, election, tmp_path)
    rig.put_in_stick()
    rig.until(lambda: rig.frame.look.place != before)
    rig.see(CardWanted, what="ready")
    rig.restart()
    rig.see(CardWanted, what="ready")
    assert rig.frame.look.place != before
    assert (rig.device.package_folder / "manifest.json").read_bytes() == (
        rig.stick / "bilik" / "package" / "manifest.json"
    ).read_bytes()


def test_nor_does_one_that_is_asked_to_take_over_wait_for_its_stick(rig, second, election, tmp_path):
    rig.open()
    rig.vote(1)
    rig.in_step()
    other = second()
    other.see(TakeoverReady)
    before = other.frame.look.place
    lies_ready(other, election, tmp_path)
    other.put_in_stick()
    other.see(CardWanted, what="ready")
    assert other.frame.look.place != before


def test_and_one_that_was_opened_never_does(rig, election, tmp_path):
    rig.open()
    rig.vote(1)
    here = rig.frame.look.place
    rig.restart()
    rig.see(CardWanted, what="locked")
    rig.pull_stick()
    (rig.desk / "stick").symlink_to(election.sticks / OTHER)
    rig.told("For another election")
    assert rig.frame.status.stick is StickState.OTHER
    assert here in rig.frame.view.refused[1]
    rig.pull_stick()
    rig.put_in_stick()
    rig.until(lambda: rig.frame.view.refused is None)
    rig.with_pin(rig.officer)
    rig.see(WaitingForCard)


def test_another_stick_whose_package_is_changed_is_refused_and_the_booth_stays(rig, election, tmp_path):
    rig.see(CardWanted, what="ready")
    before = rig.frame.look.place
    lies_ready(rig, election, tmp_path)
    photo = max((rig.stick / "bilik" / "package" / "files").iterdir(), key=lambda file: file.stat().st_size)
    photo.write_bytes(photo.read_bytes()[:-1])
    rig.put_in_stick()
    rig.told("was changed or cut short")
    assert rig.frame.look.place == before
    rig.restart()
    rig.see(CardWanted, what="ready")
    assert rig.frame.look.place == before


# Printer, reader, clock


def test_no_printer(blank):
    rig = blank()
    rig.printer.unplug()
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.until(lambda: check(rig, "stick").ok)
    assert not check(rig, "printer").ok
    assert not rig.see(OpenChecks).ready
    rig.printer.plug()
    rig.ready_checks()


class Readers:
    """What PC/SC says of the machine's readers; the card is the rig's."""

    def __init__(self, rig: Rig) -> None:
        self._card = rig.reader
        self.fault: CardDamaged | ReaderGone | None = None
        self.soft = True

    def card(self):
        if self.fault is not None:
            raise self.fault
        return self._card.card()

    def lies(self):
        if self.fault is not None:
            raise self.fault
        return self._card.lies()


@pytest.mark.parametrize(("fault", "sentence"), [(ReaderGone(), "reader"), (TwoCards(), "Two cards")])
def test_no_reader_and_cards_in_two(rig, fault, sentence):
    """With pcscd itself: tests/cards/pcsc/test_readers.py."""
    rig.stop()
    rig.reader = Readers(rig)
    rig.reader.fault = fault
    rig.start()
    rig.told(sentence)
    rig.reader.fault = None
    rig.put_in(rig.officer)
    rig.see(PinWanted)
    rig.tap(Button.CANCEL)


def test_a_dead_clock_is_told_and_stops_nobody(blank, tmp_path):
    """1970 and a little, as a Pi without a battery says; the package was made this year."""
    (tmp_path / "desk" / "clock").write_text(str(-40 * 365 * 86400))
    rig = blank()
    rig.see(CardWanted, what="ready")
    assert rig.frame.status.clock_doubtful
    rig.with_pin(rig.officer)
    rig.ready_checks()
    assert (check(rig, "clock").ok, check(rig, "clock").needed) == (False, False)
    rig.finish_opening()
    rig.vote(1)
    rig.close_polls(attended=1)


# The screen


def no_screen_start(desk, **environment) -> subprocess.CompletedProcess:
    """The very program, as the appliance starts it, where the kernel knows no screen."""
    command = [sys.executable, "-m", "booth", "--fullscreen", "--video", "kmsdrm", "--data", str(desk / "data")]
    return subprocess.run(
        [*command, "--desk", str(desk)],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.skipif(Path("/dev/dri").exists(), reason="this machine has a screen of its own: nobody tried to have none")
def test_no_screen_is_told_on_paper_once_for_each_time_it_is_switched_on(tmp_path):
    pieces = []
    printer = VirtualPrinter(tmp_path / "printer", pieces.append)
    run = tmp_path / "run"
    run.mkdir()
    for out in (0, 0, 1, 1):
        done = no_screen_start(tmp_path, RUNTIME_DIRECTORY=str(run))
        assert done.returncode == 2
        assert "kmsdrm" in done.stderr
        assert len(pieces) == out
    (run / onpaper.MARK).write_bytes(b"." * (onpaper.STARTS - 1))
    no_screen_start(tmp_path, RUNTIME_DIRECTORY=str(run))
    assert len(pieces) == 2
    no_screen_start(tmp_path)
    assert len(pieces) == 2
    printer.close()


@pytest.mark.skipif(Path("/dev/dri").exists(), reason="this machine has a screen of its own: nobody tried to have none")
def test_neither_screen_nor_printer(tmp_path):
    """The note is still owed when a printer comes."""
    mark = tmp_path / onpaper.MARK
    mark.write_bytes(b"." * (onpaper.STARTS - 1))
    assert no_screen_start(tmp_path, RUNTIME_DIRECTORY=str(tmp_path)).returncode == 2
    assert len(mark.read_bytes()) == onpaper.STARTS - 1
