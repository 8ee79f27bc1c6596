"""Troubles in a booth, told as stories: paper, power, printer and disk fail while real parts are at work."""

from booth.events import Button, Chosen, NumbersTyped
from booth.views import (
    Attendance,
    CardWanted,
    Closed,
    Confirming,
    IntoBox,
    Notice,
    PaperTrouble,
    Paused,
    PrintTrouble,
    Quarantined,
    ReadSlip,
    ResolveAsk,
    ShowCounts,
    WaitingForCard,
)
from config.secret import Choice
from printer.faults import Fault
from tests.booth.rig import BOOTH


def test_the_roll_runs_out_in_the_middle_of_a_slip(rig):
    rig.open()
    rig.printer.load_roll(60)
    rig.unlock()
    rig.touch(Chosen(Choice(2)))
    rig.see(Confirming)
    rig.tap(Button.YES)
    rig.see(PrintTrouble)
    assert rig.frame.view.fault is Fault.NO_PAPER
    rig.printer.load_roll()
    rig.printer.tear()
    assert len(rig.fragments) == 1
    rig.tap(Button.AGAIN_AFTER_PIECE)
    rig.see(ReadSlip)
    rig.tap(Button.RIGHT)
    rig.see(WaitingForCard)
    counts, closed = rig.close_polls(attended=1)
    assert (counts.counts.cast, counts.counts.fragments) == (1, 1)
    assert [votes for _, votes in closed.result] == [0, 0, 1, 0]


def test_the_printer_is_dead_and_the_ballot_is_given_up(rig):
    rig.open()
    rig.unlock()
    rig.touch(Chosen(Choice(2)))
    rig.see(Confirming)
    rig.printer.unplug()
    rig.tap(Button.YES)
    rig.see(PrintTrouble)
    first = rig.frame.number
    rig.tap(Button.AGAIN_AFTER_NOTHING)
    rig.until(lambda: rig.frame.number > first + 1)
    rig.see(PrintTrouble)
    rig.tap(Button.GIVE_UP)
    rig.see(CardWanted, what="called-after")
    rig.with_pin(rig.officer)
    rig.see(ResolveAsk)
    rig.tap(Button.SAW_NO_PAPER)
    rig.with_pin(rig.officer2)
    rig.see(Notice, what="voided")
    rig.tap(Button.CONFIRM)
    rig.printer.plug()
    rig.vote(2)
    counts, _ = rig.close_polls(attended=1)
    assert (counts.counts.cast, counts.counts.interrupted, counts.counts.paperless) == (1, 1, 1)
    assert all(equation.holds for equation in counts.equations)


def test_power_fails_at_every_stage_of_a_session(rig):
    rig.open()

    def back(kind, **facts):
        rig.restart()
        rig.see(CardWanted, what="locked")
        rig.with_pin(rig.officer2)
        return rig.see(kind, **facts)

    back(WaitingForCard)
    rig.unlock()
    back(Notice, what="found-unlocked")
    rig.tap(Button.CONFIRM)
    rig.unlock()
    rig.touch(Chosen(Choice(1)))
    rig.see(Confirming)
    back(Notice, what="found-unlocked")
    rig.tap(Button.CONFIRM)
    rig.unlock()
    rig.choose(1)
    back(ResolveAsk)
    rig.tap(Button.SAW_BOX)
    rig.see(CardWanted, what="resolve-box")
    rig.put_in(rig.officer2)
    rig.until(lambda: rig.frame.view.refused)
    rig.take_card()
    rig.with_pin(rig.officer)
    rig.see(IntoBox)
    back(Notice, what="found-cast")
    rig.tap(Button.CONFIRM)
    rig.see(WaitingForCard)
    rig.pause()
    back(Paused)
    rig.tap(Button.CLOSE)
    rig.tap_when(Button.CONFIRM, "CloseAsk")
    rig.see(Attendance)
    back(Attendance)
    rig.touch(NumbersTyped(3, 2))
    rig.see(ShowCounts)
    counts = back(ShowCounts)
    assert (counts.counts.sessions, counts.counts.cast, counts.counts.abandoned) == (3, 1, 2)
    assert all(equation.holds for equation in counts.equations)
    rig.tap(Button.CONFIRM)
    rig.see(CardWanted, what="close-officers")
    rig.with_pin(rig.officer)
    rig.see(CardWanted, what="close-committee")
    rig.with_pin(rig.committee2)
    assert [votes for _, votes in rig.see(Closed).result] == [0, 1, 0, 0]


def test_a_tape_that_does_not_come_out_never_blocks_closing(rig):
    rig.open()
    rig.vote(1)
    rig.close_up_to_the_committee(attended=1)
    rig.printer.unplug()
    rig.with_pin(rig.committee)
    rig.see(PaperTrouble)
    assert (rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").exists()
    rig.printer.plug()
    rig.tap(Button.AGAIN)
    rig.see(Closed)
    assert len(rig.pieces) == 1 + 2 + 2


def test_a_damaged_store_quarantines_and_the_evidence_leaves_without_the_session_key(rig):
    rig.open()
    rig.vote(1)
    rig.stop()
    store = rig.device.store_file
    data = bytearray(store.read_bytes())
    data[len(data) // 2] ^= 1
    store.write_bytes(data)
    (rig.desk / "card").unlink(missing_ok=True)
    rig.start()
    rig.see(CardWanted, what="locked")
    rig.with_pin(rig.officer)
    rig.see(Quarantined, exported=False)
    rig.tap(Button.EXPORT)
    rig.see(Quarantined, exported=True)
    taken = {path.name for path in (rig.stick / "bilik" / "evidence").rglob("*") if path.is_file()}
    assert "store.db" in taken
    assert "session.key" not in taken


def test_a_package_that_rots_before_the_opening_is_taken_from_the_stick_again(rig):
    rig.see(CardWanted, what="ready")
    rig.stop()
    manifest = rig.device.package_folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:-10])
    rig.start()
    rig.see(CardWanted, what="ready")


def test_a_package_that_rots_after_the_opening_quarantines(rig):
    rig.open()
    rig.stop()
    manifest = rig.device.package_folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:-10])
    rig.start()
    assert "does not verify" in rig.see(Quarantined).problem[1]
