"""A device dies, and another one goes on with its stick: told as stories."""

import json
import os
import shutil
from pathlib import Path

import pytest

from booth import takeover
from booth.events import Button, Chosen, PinTyped
from booth.stickstate import StickState
from booth.store.keys import SESSION_KEY_FILE
from booth.views import (
    CardWanted,
    Closed,
    Confirming,
    IntoBox,
    PaperTrouble,
    Paused,
    PinWanted,
    Replaced,
    ResolveAsk,
    ShowCounts,
    SignTakeover,
    SignZeroReport,
    WaitingForCard,
)
from config.cards.role import Role
from config.secret import Choice, Pin
from sync import batch as batches
from sync.ballot.verify import verify_archive
from sync.log import Kind, check
from sync.sessions import check_handover
from tests.booth.rig import BOOTH, Rig
from tests.district.election import district


class PowerCutError(BaseException):
    """Stands for the power: nothing in the booth catches it."""


def batch_of(rig):
    return batches.read((rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())


def test_a_booth_goes_on_with_the_same_count(rig, second, election, tmp_path):
    election = election.copy(tmp_path / "district")
    rig.open()
    for place in (1, 2):
        rig.vote(place)
    rig.in_step()
    other = second()
    other.take_over(attended=2)
    other.see(WaitingForCard)
    assert other.frame.status.sessions == 2
    other.vote(2)
    counts, closed = other.close_polls(attended=3)
    assert all(equation.holds for equation in counts.equations)
    assert [votes for _, votes in closed.result] == [0, 1, 2, 0]
    batch = batch_of(other)
    assert verify_archive(batch.archive).valid
    assert batch.record.certificate.claim.epoch == 1
    (handover,) = batch.record.earlier
    assert handover.certificate.claim.epoch == 0
    check_handover(handover, batch.log)
    kinds = [entry.kind for entry in check(list(batch.log))]
    assert kinds[handover.entries] is Kind.TAKEN_OVER
    done = district("import", election.workspace, other.stick)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_new_store_is_on_the_disk_under_its_first_name_before_the_stick_says_so(rig, second, monkeypatch):
    done = []
    fsync, begin, place_copy = os.fsync, takeover.begin, takeover.place_copy

    def noting(what, act):
        def noted(*args, **more):
            done.append(what(*args))
            return act(*args, **more)

        return noted

    rig.open()
    rig.in_step()
    other = second()
    monkeypatch.setattr(os, "fsync", noting(lambda file: Path(f"/proc/self/fd/{file}").readlink(), fsync))
    monkeypatch.setattr(takeover, "begin", noting(lambda *_: "begin", begin))
    monkeypatch.setattr(takeover, "place_copy", noting(lambda *_: "the stick says so", place_copy))
    other.take_over(attended=0)
    between = done[done.index("begin") : done.index("the stick says so")]
    data = other.device.data
    assert data in between[between.index(data / "store.new") :]


def test_the_old_device_refuses_to_go_on_and_remembers_it(rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    rig.pull_stick()
    rig.until(lambda: rig.frame.status.stick is StickState.AWAY)
    other = second()
    other.take_over(attended=1)
    other.see(WaitingForCard)
    other.stop()
    rig.start()
    rig.see(CardWanted, what="locked")
    rig.put_in_stick()
    rig.see(Replaced)
    rig.pull_stick()
    rig.restart()
    rig.see(Replaced)
    other.start()


def test_the_old_device_stops_in_the_middle_of_a_session(rig, election, tmp_path):
    rig.open()
    rig.vote(1)
    rig.in_step()
    rig.pull_stick()
    rig.until(lambda: rig.frame.status.stick is StickState.AWAY)
    other = Rig(election, tmp_path / "other", stick=rig.stick)
    try:
        other.take_over(attended=1)
        other.see(WaitingForCard)
    finally:
        other.close()
    rig.unlock()
    rig.touch(Chosen(Choice(1)))
    rig.see(Confirming)
    rig.put_in_stick()
    rig.see(Replaced)


def test_a_ballot_under_way_is_asked_about_on_the_new_device(rig, second):
    rig.open()
    rig.vote(3)
    rig.unlock()
    rig.choose(1)
    rig.in_step()
    other = second()
    other.take_over(attended=2)
    other.see(ResolveAsk)
    other.tap(Button.SAW_BOX)
    other.see(CardWanted, what="resolve-box")
    other.with_pin(other.officer2)
    other.see(IntoBox)
    other.see(WaitingForCard)
    counts, closed = other.close_polls(attended=2)
    assert all(equation.holds for equation in counts.equations)
    assert [votes for _, votes in closed.result] == [0, 1, 0, 1]


def test_a_stick_that_lags_leaves_a_difference_on_the_tape(rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    rig.pull_stick()
    for place in (2, 3):
        rig.vote(place)
    other = second()
    other.take_over(attended=3)
    other.see(WaitingForCard)
    counts, _ = other.close_polls(attended=3)
    taken = next(entry for entry in check(list(batch_of(other).log)) if entry.kind is Kind.TAKEN_OVER)
    assert (taken.facts["attended"], taken.facts["cast"]) == (3, 1)
    broken = [equation.name.value for equation in counts.equations if not equation.holds]
    assert broken == ["attendance"]


@pytest.mark.parametrize("paused", [True, False])
def test_taken_over_before_the_first_voter_or_in_a_pause(paused, rig, second):
    if paused:
        rig.open()
        rig.vote(1)
        rig.pause()
    else:
        rig.see(CardWanted, what="ready")
        rig.with_pin(rig.officer)
        rig.ready_checks()
    rig.in_step()
    other = second()
    other.take_over(attended=int(paused))
    if paused:
        other.see(Paused)
    else:
        other.ready_checks()


def test_who_opened_after_a_takeover_is_the_officer(rig, second):
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.ready_checks()
    rig.in_step()
    other = second()
    other.take_over(attended=0)
    other.ready_checks()
    other.tap(Button.CONFIRM)
    other.see(CardWanted, what="committee-present")
    other.put_in(other.committee)
    other.see(SignZeroReport)
    other.take_card()
    other.tap(Button.CONFIRM)
    other.see(WaitingForCard)
    other.close_polls(attended=0)
    opened = next(entry for entry in check(list(batch_of(other).log)) if entry.kind is Kind.OPENED)
    roles = {card.id: card.role for card in other.runner._day.package.manifest.cards}
    assert roles[opened.facts["card"]] is Role.OFFICERS
    assert roles[opened.facts["committee"]] is Role.COMMITTEE


def test_taken_over_while_it_closes(rig, second):
    rig.open()
    rig.vote(1)
    rig.close_up_to_the_committee(attended=1)
    rig.in_step()
    other = second()
    other.take_over(attended=1)
    other.see(ShowCounts)
    other.tap(Button.CONFIRM)
    other.see(CardWanted, what="close-officers")
    other.with_pin(other.officer)
    other.see(CardWanted, what="close-committee")
    other.with_pin(other.committee)
    assert [votes for _, votes in other.see(Closed).result] == [0, 1, 0, 0]


def test_a_booth_that_has_closed_is_not_taken_over_and_its_tape_is_printed(rig, second):
    rig.open()
    rig.vote(1)
    rig.close_polls(attended=1)
    other = second()
    assert [votes for _, votes in other.see(Closed, exported=True).result] == [0, 1, 0, 0]
    other.tap(Button.AGAIN)
    other.until(lambda: len(other.pieces) == 2 and isinstance(other.frame.view, Closed))
    assert not other.device.store_folder.exists()


def test_a_booth_whose_batch_comes_to_the_stick_meanwhile_is_not_taken_over(rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    rig.pull_stick()
    image = shutil.copytree(rig.stick, rig.desk / "image")
    rig.put_in_stick()
    rig.close_polls(attended=1)
    rig.stop()
    done, rig.stick = rig.stick, image
    other = second()
    other.take_over_up_to_the_officer(attended=1)
    shutil.copytree(done / "bilik" / "batch", image / "bilik" / "batch")
    other.put_in(other.officer)
    other.type_pin_when_asked(other.officer)
    other.told("This booth has closed")
    assert not other.device.store_folder.exists()
    other.take_card()
    other.tap(Button.CANCEL)
    assert [votes for _, votes in other.see(Closed, exported=True).result] == [0, 1, 0, 0]


def test_a_takeover_that_was_cut_waits_for_the_stick_that_knows_it(rig, second, election, monkeypatch):
    def cut(*_):
        raise PowerCutError

    rig.open()
    rig.vote(1)
    rig.in_step()
    other = second()
    other.take_over_up_to_the_officer(attended=1)
    monkeypatch.setattr(takeover, "put_in_place", cut)
    other.put_in(other.officer)
    other.see(PinWanted)
    other.touch(PinTyped(Pin(other.pins[other.officer])))
    other.thread.join(10)
    assert isinstance(other.crash, PowerCutError)
    monkeypatch.undo()
    other.device.printer.close()
    other.pull_card()
    other.pull_stick()
    own, other.stick = other.stick, shutil.copytree(election.sticks / BOOTH, other.desk / "spare")
    other.put_in_stick()
    other.start()
    other.see(CardWanted, what="ready")
    other.put_in(other.officer)
    other.type_pin_when_asked(other.officer)
    other.told("Another device has opened this booth before")
    other.take_card()
    other.pull_stick()
    other.stick = own
    other.put_in_stick()
    other.see(CardWanted, what="locked")
    other.with_pin(other.officer)
    other.see(SignTakeover)


def test_lanes_run_out(rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    for attended in (1, 1):
        other = second()
        other.take_over(attended=attended)
        other.see(WaitingForCard)
        other.in_step()
        other.stop()
        other.pull_stick()
    last = second()
    last.takes_over_in_vain("no device is left", attended=1)
    for made in (other,):
        made.start()


def test_the_session_key_stays_on_its_device_and_ballots_stay_sealed(rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    names = {path.name for path in rig.stick.rglob("*") if path.is_file()}
    assert "store.db" in names
    assert SESSION_KEY_FILE not in names
    other = second()
    other.take_over(attended=1)
    other.see(WaitingForCard)
    mine = (other.device.store_folder / SESSION_KEY_FILE).read_bytes()
    assert mine != (rig.device.store_folder / SESSION_KEY_FILE).read_bytes()
    keys = json.loads((other.device.store_folder / "store.keys.json").read_bytes())
    assert keys["epoch"] == 1


def test_the_tape_that_did_not_come_out_is_printed_after_a_restart(rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    other = second()
    other.take_over_up_to_the_officer(attended=1)
    other.printer.unplug()
    other.with_pin(other.officer)
    other.see(PaperTrouble)
    other.restart()
    other.printer.plug()
    other.see(CardWanted, what="locked")
    other.with_pin(other.officer)
    other.see(SignTakeover)
    other.tap(Button.CONFIRM)
    other.see(WaitingForCard)
