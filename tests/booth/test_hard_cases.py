"""Hard cases: power fails between two writes, things are gone or strange, and nothing of a vote stays behind."""

import gc
import shutil
import time
from pathlib import Path

import pytest

from booth import closing, provision
from booth.comfort import Comfort, Scheme, TextSize
from booth.events import Button, Chosen, ComfortTouched, PinTyped
from booth.opening import CERTIFICATE_FILE
from booth.store.faults import StoreFault
from booth.store.slots import SlotState
from booth.views import (
    CardWanted,
    Choosing,
    Closed,
    Confirming,
    IntoBox,
    IntoEnvelope,
    LeftBeforeAsk,
    Notice,
    NotProvisioned,
    PinWanted,
    PrintTrouble,
    Quarantined,
    ReadSlip,
    ResolveAsk,
    StillThere,
    TakeCard,
    WaitingForCard,
)
from booth.views import (
    TestAsk as AskTest,
)
from booth.worker import Finished
from config.errors import DamageError
from config.secret import Choice, Pin
from printer.escpos import Job
from tests.booth.rig import BOOTH, Rig


class PowerCutError(BaseException):
    """Stands for the power: nothing in the booth catches it."""


def damaged(rig):
    """A booth that quarantined itself after one vote."""
    rig.open()
    rig.vote(1)
    rig.stop()
    data = bytearray(rig.device.store_file.read_bytes())
    data[len(data) // 2] ^= 1
    rig.device.store_file.write_bytes(data)
    rig.start()
    rig.see(CardWanted, what="locked")
    rig.with_pin(rig.officer)
    rig.see(Quarantined)


def secrets_left(rig):
    name = rig.runner._day.package.manifest.secrets.file
    places = (rig.device.package_folder, rig.stick / "bilik" / "package")
    return [place for place in places if (place / "files" / name).exists()]


def test_unspent_credentials_are_destroyed_even_if_the_power_fails_in_between(rig, monkeypatch):
    def cut(*_):
        raise PowerCutError

    rig.open()
    rig.vote(1)
    monkeypatch.setattr(closing, "destroy_unspent", cut)
    rig.close_up_to_the_committee(attended=1)
    rig.put_in(rig.committee)
    rig.see(PinWanted)
    rig.touch(PinTyped(Pin(rig.pins[rig.committee])))
    rig.thread.join(10)
    assert isinstance(rig.crash, PowerCutError)
    monkeypatch.undo()
    rig.device.printer.close()
    (rig.desk / "card").unlink(missing_ok=True)
    rig.start()
    rig.see(Closed)
    assert secrets_left(rig) == []


def test_a_stick_that_was_away_at_closing_loses_its_secrets_when_it_comes_back(rig):
    rig.open()
    rig.vote(1)
    rig.pull_stick()
    rig.close_polls(attended=1)
    rig.put_in_stick()
    rig.tap(Button.EXPORT)
    rig.see(Closed, exported=True)
    assert secrets_left(rig) == []


def test_another_devices_batch_of_this_booth_stays_on_the_stick(rig):
    folder = rig.stick / "bilik" / "batch"
    folder.mkdir(parents=True)
    (folder / f"{BOOTH}.batch").write_bytes(b"the batch of another device of this booth")
    rig.open()
    rig.vote(1)
    rig.close_polls(attended=1)
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert found.pop(f"{BOOTH}.batch") == b"the batch of another device of this booth"
    ((name, data),) = found.items()
    assert data == rig.device.batch_file(BOOTH).read_bytes()
    assert name.startswith(f"{BOOTH}.")
    assert name.endswith(".batch")


def test_nobody_voted(rig):
    rig.open()
    _, closed = rig.close_polls(attended=0)
    assert [votes for _, votes in closed.result] == [0, 0, 0, 0]
    assert closed.exported


def test_a_desk_that_counts_nonsense_blocks_nothing(rig):
    rig.open()
    rig.vote(1)
    counts, closed = rig.close_polls(attended=9999, left=9999)
    assert [equation.holds for equation in counts.equations] == [True, True, True, False]
    assert closed.exported


LIKED = Comfort("en", TextSize.HUGE, Scheme.WHITE_ON_BLACK)


def liked(rig):
    """A voter is let in and has the screens another way."""
    rig.unlock()
    assert rig.frame.comfort == Comfort("id")
    rig.touch(ComfortTouched(LIKED))
    rig.until(lambda: rig.frame.comfort == LIKED)


def test_the_next_voter_starts_with_the_default_however_quick_the_card_is(rig):
    rig.open()
    liked(rig)
    rig.choose(1)
    rig.tap(Button.RIGHT)
    rig.see(IntoBox)
    assert rig.frame.comfort == LIKED
    rig.put_in(rig.officer)
    rig.see(TakeCard)
    rig.take_card()
    rig.see(Choosing)
    assert rig.frame.comfort == Comfort("id")


def test_what_a_voter_likes_lasts_over_a_refused_slip_and_ends_with_the_session(rig):
    rig.open()
    liked(rig)
    rig.choose(1)
    rig.tap(Button.WRONG)
    rig.see(IntoEnvelope)
    rig.put_in(rig.officer)
    rig.see(TakeCard)
    rig.take_card()
    rig.see(Choosing)
    assert rig.frame.comfort == LIKED
    rig.choose(2)
    rig.restart()
    rig.see(CardWanted)
    assert rig.frame.comfort == Comfort("id")


def gone(rig):
    """The voter left before *Ya*."""
    rig.see(CardWanted, what="left-before")
    rig.with_pin(rig.officer)
    rig.see(LeftBeforeAsk)
    rig.tap(Button.END)


def refused_twice(rig):
    rig.choose(1)
    rig.tap(Button.WRONG)
    rig.see(IntoEnvelope, last=False)
    rig.put_in(rig.officer)
    rig.see(TakeCard)
    rig.take_card()
    rig.choose(2)
    rig.tap(Button.WRONG)
    rig.see(IntoEnvelope, last=True)
    rig.put_in(rig.officer)


def declared_a_test(rig):
    rig.choose(1)
    rig.with_pin(rig.officer)
    rig.see(AskTest)
    rig.tap(Button.CONFIRM)
    rig.see(Notice, what="tested")
    rig.tap(Button.CONFIRM)


def voided(rig):
    """The voter left with the slip out, and it was seen in the envelope."""
    rig.choose(1)
    rig.see(CardWanted, what="called-after")
    rig.with_pin(rig.officer)
    rig.see(ResolveAsk)
    rig.tap(Button.SAW_ENVELOPE)
    rig.see(CardWanted, what="resolve-envelope")
    rig.take_card()
    rig.with_pin(rig.committee)
    rig.see(Notice, what="voided")
    rig.tap(Button.CONFIRM)


@pytest.mark.parametrize("ending", [gone, refused_twice, declared_a_test, voided])
def test_however_a_session_ends_the_next_voter_starts_with_the_default(rig, ending):
    rig.open()
    liked(rig)
    ending(rig)
    rig.see(WaitingForCard)
    rig.take_card()
    rig.unlock()
    assert rig.frame.comfort == Comfort("id")


def test_a_language_that_the_election_has_not_is_not_taken(rig):
    rig.open()
    rig.unlock()
    rig.touch(ComfortTouched(Comfort("su", TextSize.HUGE)))
    rig.touch(ComfortTouched(Comfort("en")))
    rig.until(lambda: rig.frame.comfort.language == "en")
    assert rig.frame.comfort == Comfort("en")


def test_damage_in_a_session_leaves_nothing_of_the_vote_in_memory(rig):
    def broken(*_):
        raise DamageError("a slot does not verify", id="satu petak rusak")

    rig.open()
    rig.unlock()
    rig.choose(1)
    rig.runner._day.booth.store._slot = broken
    rig.tap(Button.RIGHT)
    rig.see(Quarantined)
    assert rig.runner._casting is None
    assert rig.runner._facts.choice is None


def test_no_print_job_outlives_its_voter_after_a_fault(rig):
    rig.open()
    rig.printer.load_roll(60)
    rig.unlock()
    rig.touch(Chosen(Choice(2)))
    rig.see(Confirming)
    gc.collect()
    gc.disable()
    try:
        rig.tap(Button.YES)
        rig.see(PrintTrouble)
        rig.tap(Button.GIVE_UP)
        rig.see(CardWanted, what="called-after")
        rig.with_pin(rig.officer)
        rig.see(ResolveAsk)
        # Without the garbage collector's help: no cycle keeps the slip's bytes.
        rig.until(lambda: not any(isinstance(thing, Job) for thing in gc.get_objects()))
    finally:
        gc.enable()


def test_something_that_is_no_card_disturbs_no_voter(rig):
    rig.open()
    rig.unlock()
    strange = rig.desk / "strange"
    strange.write_bytes(b"not a card")
    (rig.desk / "card").symlink_to(strange)
    time.sleep(0.5)
    number = rig.frame.number
    rig.touch(Chosen(Choice(1)))
    rig.see(Confirming)
    assert rig.frame.number == number + 1
    rig.see(StillThere)


def test_something_that_is_no_card_is_told_where_a_card_is_wanted(rig):
    rig.see(CardWanted, what="ready")
    strange = rig.desk / "strange"
    strange.write_bytes(b"not a card")
    (rig.desk / "card").symlink_to(strange)
    rig.until(lambda: rig.frame.view.refused)
    assert "cannot be read" in rig.frame.view.refused[1]
    number = rig.frame.number
    time.sleep(0.5)
    assert rig.frame.number == number


def test_the_last_credential_is_refused_and_the_session_ends(rig):
    rig.open()
    rig.unlock()
    store = rig.runner._day.booth.store
    for slot in range(1, len(store._states)):
        store._states[slot] = SlotState.CAST
    rig.choose(1)
    rig.tap(Button.WRONG)
    rig.see(IntoEnvelope, last=True)
    rig.put_in(rig.officer)
    rig.until(lambda: not isinstance(rig.frame.view, IntoEnvelope))
    rig.take_card()
    rig.put_in(rig.officer)
    rig.until(lambda: getattr(rig.frame.view, "refused", None) and "credentials" in rig.frame.view.refused[1])
    rig.take_card()


def test_a_store_without_its_package_is_evidence_and_never_a_new_day(rig):
    rig.open()
    rig.vote(1)
    rig.stop()
    shutil.rmtree(rig.device.package_folder)
    rig.start()
    rig.see(Quarantined)
    assert rig.device.store_file.exists()


def test_evidence_wants_a_stick_and_says_so(rig):
    damaged(rig)
    rig.pull_stick()
    rig.tap(Button.EXPORT)
    rig.until(lambda: "stick" in rig.frame.view.problem[1])
    rig.put_in_stick()
    rig.tap(Button.EXPORT)
    rig.see(Quarantined, exported=True)


def test_evidence_leaves_out_what_the_disk_does_not_give_and_says_so(rig, monkeypatch):
    damaged(rig)
    real = Path.read_bytes

    def broken(path):
        if path.name == "store.db":
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", broken)
    rig.tap(Button.EXPORT)
    rig.until(lambda: "store.db" in rig.frame.view.problem[1])
    assert rig.frame.view.exported
    taken = {path.name for path in (rig.stick / "bilik" / "evidence").rglob("*") if path.is_file()}
    assert "store.keys.json" in taken
    assert "store.db" not in taken


def test_a_disk_that_fails_while_the_slip_prints_locks_and_asks_what_became_of_it(rig):
    def full():
        raise StoreFault("No space left on device")

    rig.open()
    rig.unlock()
    rig.touch(Chosen(Choice(2)))
    rig.see(Confirming)
    rig.tap(Button.YES)
    rig.runner._inbox.put(Finished(full))
    rig.until(lambda: isinstance(rig.frame.view, CardWanted) and rig.frame.view.what == "locked")
    rig.with_pin(rig.officer)
    rig.see(ResolveAsk)


def test_a_full_disk_at_the_beginning_is_a_sentence(election, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(provision, "write_package", full)
    rig = Rig(election, tmp_path / "desk")
    try:
        rig.until(lambda: isinstance(rig.frame.view, NotProvisioned) and rig.frame.view.problem)
        assert "cannot be stored" in rig.frame.view.problem[1]
    finally:
        rig.close()


@pytest.mark.parametrize("pulled", ["before the PIN", "after the PIN"])
def test_a_card_that_is_pulled_while_its_pin_is_asked_changes_nothing(rig, pulled):
    rig.see(CardWanted, what="ready")
    rig.put_in(rig.officer)
    rig.see(PinWanted)
    if pulled == "after the PIN":
        (rig.desk / "card").unlink()
        rig.touch(PinTyped(Pin(rig.pins[rig.officer])))
    else:
        rig.take_card()
    rig.see(CardWanted, what="ready")
    assert not rig.device.store_folder.exists()


def test_hammering_keeps_nobody_waiting(rig):
    """Touches without end, and the booth still sees a card and the time."""
    rig.open()
    rig.unlock()
    stop = time.monotonic() + 3
    while time.monotonic() < stop:
        rig.runner.post(1, Chosen(Choice(1)))
    rig.see(StillThere)
    assert rig.thread.is_alive()
    assert not isinstance(rig.frame.view, ReadSlip)


def test_a_disk_that_fails_beside_the_store_leaves_it_shut_for_the_next_card(rig):
    rig.open()
    rig.vote(1)
    rig.stop()
    beside = rig.device.store_folder / CERTIFICATE_FILE
    beside.unlink()
    beside.mkdir()
    rig.start()
    rig.see(CardWanted, what="locked")
    rig.put_in(rig.officer)
    rig.see(PinWanted)
    rig.touch(PinTyped(Pin(rig.pins[rig.officer])))
    rig.until(lambda: getattr(rig.frame.view, "refused", None))
    assert "disk" in rig.see(CardWanted, what="locked").refused[1]
    rig.take_card()
    beside.rmdir()
    rig.with_pin(rig.officer)
    rig.see(WaitingForCard)
    rig.vote(2)
    rig.close_polls(attended=2)
    assert [votes for _, votes in rig.see(Closed).result] == [0, 1, 1, 0]
