"""The result tape's notes: made from the log that the real logbook and the real takeover write."""

from datetime import UTC, datetime, timedelta

import pytest

from booth import closing
from booth.clock import minute
from booth.logbook import Logbook
from booth.notes import notes
from booth.stickstate import StickState
from booth.views import WaitingForCard
from config.words import builtin
from sync import batch as batches
from sync.log import Kind, check, follow, head
from tests.booth.rig import BOOTH
from tests.printer.papers import texts

ID = builtin("id")
BEGINNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def local(at):
    """A minute since the beginning as the tape writes it."""
    return (BEGINNING + timedelta(minutes=at)).astimezone().strftime("%d-%m-%Y %H:%M")


class Day:
    """A log that grows by what the logbook sees; ``at`` is the minute since its beginning."""

    def __init__(self):
        self.data = []
        self.at = 0
        self.book = Logbook(self, self.write)

    def now(self):
        return BEGINNING + timedelta(minutes=self.at)

    def monotonic_s(self):
        return self.at * 60.0

    def write(self, kind, facts, at=None):
        self.data.append(follow(len(self.data), head(self.data), minute(at or self.now()), kind, facts))

    def lag(self, since, until=None):
        """The stick's copy lags from one minute on, seen twice; and has all again at another."""
        self.at = since
        self.book.stick(StickState.AWAY, minute(self.now()))
        self.at += 1
        self.book.stick(StickState.AWAY, minute(self.now()))
        if until is not None:
            self.at = until
            self.book.stick(StickState.IN_STEP, None)

    def restart(self):
        self.book = Logbook(self, self.write)
        self.book.remember(check(self.data))

    def take_over(self, at, epoch, attended, left, cast):
        self.at = at
        facts = {"epoch": epoch, "card": "5f2c", "committee": "0b77", "cast": cast, "sessions": cast}
        self.write(Kind.TAKEN_OVER, {**facts, "attended": attended, "left": left})
        self.restart()

    def notes(self, booths_in_tps=1):
        return notes(check(self.data), booths_in_tps, ID)


@pytest.fixture
def day():
    return Day()


def test_a_day_without_trouble_has_no_notes(day):
    day.book.stick(StickState.IN_STEP, None)
    day.write(Kind.OPENED, {})
    assert day.notes() == ()


def test_a_stick_that_still_lags(day):
    day.lag(10)
    assert day.notes() == (f"Salinan di stik tertinggal sejak {local(10)} dan belum disusulkan.",)


def test_a_stick_that_lagged_and_was_caught_up(day):
    day.lag(10, 25)
    assert day.notes() == (f"Salinan di stik tertinggal dari {local(10)} sampai {local(25)}, lalu lengkap lagi.",)


def test_of_many_lags_the_longest_is_told_and_how_many(day):
    day.lag(10, 25)
    day.lag(40, 95)
    day.lag(100, 103)
    longest = f"terlama dari {local(40)} sampai {local(95)}"
    assert day.notes() == (f"Salinan di stik 3 kali tertinggal, {longest}; selalu lengkap lagi.",)


def test_lags_that_ended_and_one_that_did_not(day):
    day.lag(10, 25)
    day.lag(40)
    assert day.notes() == (
        f"Salinan di stik tertinggal dari {local(10)} sampai {local(25)}, lalu lengkap lagi.",
        f"Salinan di stik tertinggal sejak {local(40)} dan belum disusulkan.",
    )


def test_a_lag_over_a_restart_is_one_and_began_when_it_began(day):
    day.lag(10)
    day.restart()
    day.lag(30, 50)
    assert day.notes() == (f"Salinan di stik tertinggal dari {local(10)} sampai {local(50)}, lalu lengkap lagi.",)


def test_a_takeover_ends_the_lag_that_its_copy_tells_of(day):
    day.lag(10)
    day.take_over(30, epoch=1, attended=5, left=0, cast=5)
    assert day.notes()[1:] == (f"Salinan di stik tertinggal dari {local(10)} sampai {local(30)}, lalu lengkap lagi.",)


@pytest.mark.parametrize(
    ("attended", "left", "cast", "difference"), [(214, 3, 211, 0), (226, 3, 211, 12), (9, 1, 10, -2)]
)
def test_a_takeover_is_told_with_its_difference(day, attended, left, cast, difference):
    day.take_over(30, epoch=1, attended=attended, left=left, cast=cast)
    (told,) = day.notes()
    assert told.startswith(f"Perangkat 2 menggantikan perangkat sebelumnya pada {local(30)}; ")
    assert f"selisih dengan daftar hadir saat itu: {difference}." in told


def test_every_takeover_is_told(day):
    day.take_over(30, epoch=1, attended=5, left=0, cast=5)
    day.take_over(60, epoch=2, attended=9, left=0, cast=8)
    first, second = day.notes()
    assert first.startswith(f"Perangkat 2 menggantikan perangkat sebelumnya pada {local(30)}")
    assert second.startswith(f"Perangkat 3 menggantikan perangkat sebelumnya pada {local(60)}")


def test_where_booths_share_the_list_no_difference_is_claimed(day):
    day.take_over(30, epoch=1, attended=654, left=3, cast=211)
    (told,) = day.notes(booths_in_tps=2)
    assert "dicocokkan dengan semua bilik di TPS" in told
    assert "440" not in told


def test_the_notes_of_the_day_stand_on_its_tape(rig, election, tmp_path):
    """A real day with a takeover, whose old device had votes that the stick lacked."""
    rig.open()
    rig.vote(1)
    rig.in_step()
    rig.pull_stick()
    rig.vote(2)
    rig.stop()
    other = type(rig)(election, tmp_path / "other", stick=rig.stick)
    try:
        other.take_over(attended=2)
        other.see(WaitingForCard)
        other.close_polls(attended=2)
        package = other.runner._day.package
    finally:
        other.close()
    batch = batches.read((rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())
    said = texts(closing.tape_of(package, batch, 1, 1))
    assert "Perangkat 2 menggantikan perangkat sebelumnya pada" in said
    assert "selisih dengan daftar hadir saat itu: 1." in said


def test_a_lag_that_ended_while_the_device_was_off_is_told_as_ended(day):
    day.lag(10)
    day.at = 30
    day.restart()
    day.book.stick(StickState.IN_STEP, None)
    assert [entry.kind for entry in check(day.data)][-1] is Kind.STICK_CAUGHT_UP
    (told,) = notes(check(day.data), 1, ID)
    assert local(10) in told
    assert local(30) in told


def test_a_doubtful_clock_makes_the_tapes_times_doubtful(day):
    day.at = 5
    day.book.clock(doubtful=True)
    day.book.clock(doubtful=True)
    day.book.clock(doubtful=False)
    (told,) = notes(check(day.data), 1, ID)
    assert told == f"Jam bilik diragukan sejak {local(5)}. Waktu dalam catatan dan pada pita ini mungkin salah."
