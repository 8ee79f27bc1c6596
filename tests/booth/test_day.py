"""Days in a booth, told as stories: real store, real card files, a real serial line with a printer behind it."""

import json
import shutil

import pytest

from booth.events import Button, Chosen, PinTyped
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
    ReadSlip,
    ResolveAsk,
    StillThere,
    TakeCard,
    WaitingForCard,
)
from booth.views import (
    TestAsk as AskTest,
)
from config.secret import Choice, Pin
from sync import batch as batches
from sync.ballot.verify import verify_archive
from sync.log import Kind, check
from tests.booth.rig import BOOTH, Rig
from tests.district.election import district

OTHER_BOOTH = "34.04.01.2001-001-1"


def batch_of(rig):
    return batches.read((rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())


def test_a_short_day(rig):
    rig.open()
    for place in (1, 2, 2, 0, 3):
        rig.vote(place)
    counts, closed = rig.close_polls(attended=5)
    assert all(equation.holds for equation in counts.equations)
    assert len(counts.equations) == 4
    assert [votes for _, votes in closed.result] == [1, 1, 2, 1]
    assert closed.exported
    # zero report, five slips with stubs, two tapes
    assert len(rig.pieces) == 1 + 5 * 2 + 2
    batch = batch_of(rig)
    report = verify_archive(batch.archive)
    assert report.valid
    assert report.result == (1, 1, 2, 1)
    assert batch.voids == ()
    kinds = [entry.kind for entry in check(list(batch.log))]
    assert kinds[0] is Kind.PROVISIONED
    assert [kind for kind in kinds if kind not in (Kind.COUNTERS, Kind.PRINTER_FAULT, Kind.PRINTER_BACK)] == [
        Kind.PROVISIONED,
        Kind.OPENED,
        Kind.PAUSED,
        Kind.CLOSING,
        Kind.ATTENDANCE,
        Kind.CLOSED,
    ]


def test_closed_is_closed_after_a_restart_and_exports_the_same_bytes(rig):
    rig.open()
    rig.vote(1)
    rig.pull_stick()
    _, closed = rig.close_polls(attended=1)
    assert not closed.exported
    assert "stick" in closed.problem[1]
    rig.restart()
    rig.see(Closed, exported=False)
    rig.put_in_stick()
    rig.until(lambda: rig.frame.status.stick)
    before = (rig.device.batch_file(BOOTH)).read_bytes()
    rig.see(Closed, exported=False)
    rig.tap(Button.EXPORT)
    rig.see(Closed, exported=True)
    assert (rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes() == before
    rig.tap(Button.AGAIN)
    rig.until(lambda: len(rig.pieces) == 1 + 2 + 2 + 2 and isinstance(rig.frame.view, Closed))
    manifest = json.loads((rig.device.package_folder / "manifest.json").read_bytes())
    assert not (rig.device.package_folder / "files" / manifest["secrets"]["file"]).exists()


def test_a_slip_is_refused_and_the_same_voter_votes_again(rig):
    rig.open()
    rig.unlock()
    rig.choose(1)
    rig.tap(Button.WRONG)
    rig.see(IntoEnvelope, last=False)
    rig.put_in(rig.officer2)
    rig.see(TakeCard)
    rig.take_card()
    rig.see(Choosing)
    rig.choose(2)
    rig.tap(Button.RIGHT)
    rig.see(IntoBox)
    rig.see(WaitingForCard)
    counts, closed = rig.close_polls(attended=1)
    assert (counts.counts.sessions, counts.counts.refused, counts.counts.cast) == (1, 1, 1)
    assert [votes for _, votes in closed.result] == [0, 0, 1, 0]
    (void,) = batch_of(rig).voids
    assert (void.kind.value, void.opening) == ("refused", None)


def test_the_second_refusal_ends_the_session_and_its_voter_gets_a_new_one(rig):
    rig.open()
    rig.unlock()
    rig.choose(1)
    rig.tap(Button.WRONG)
    rig.see(IntoEnvelope, last=False)
    rig.put_in(rig.officer)
    rig.see(TakeCard)
    rig.take_card()
    rig.see(Choosing)
    rig.choose(2)
    rig.tap(Button.WRONG)
    rig.see(IntoEnvelope, last=True)
    rig.put_in(rig.officer)
    rig.see(WaitingForCard)
    rig.take_card()
    rig.vote(3)
    counts, _ = rig.close_polls(attended=1)
    assert (counts.counts.sessions, counts.counts.abandoned, counts.counts.refused) == (2, 1, 2)
    assert all(equation.holds for equation in counts.equations)


def test_a_voter_leaves_before_ya_and_may_come_back(rig):
    rig.open()
    rig.unlock()
    rig.see(StillThere, slip_out=False)
    rig.tap(Button.HERE)
    rig.see(Choosing)
    rig.touch(Chosen(Choice(1)))
    rig.see(Confirming)
    rig.see(CardWanted, what="left-before")
    rig.with_pin(rig.officer)
    rig.see(LeftBeforeAsk)
    rig.tap(Button.CONTINUE)
    rig.see(Choosing)
    rig.see(CardWanted, what="left-before")
    rig.with_pin(rig.officer)
    rig.see(LeftBeforeAsk)
    rig.tap(Button.END)
    rig.see(WaitingForCard)
    counts, _ = rig.close_polls(attended=1, left=1)
    assert (counts.counts.sessions, counts.counts.abandoned, counts.counts.spent) == (1, 1, 0)
    assert all(equation.holds for equation in counts.equations)


@pytest.mark.parametrize(
    ("answer", "what", "cast", "interrupted", "paperless"),
    [
        (Button.SAW_BOX, "resolve-box", 1, 0, 0),
        (Button.SAW_ENVELOPE, "resolve-envelope", 0, 1, 0),
        (Button.SAW_NO_PAPER, "resolve-paperless", 0, 1, 1),
    ],
)
def test_a_voter_leaves_with_the_slip_out_and_two_cards_decide(rig, answer, what, cast, interrupted, paperless):
    rig.open()
    rig.unlock()
    rig.choose(1)
    rig.see(StillThere, slip_out=True)
    rig.see(CardWanted, what="called-after")
    rig.with_pin(rig.officer)
    rig.see(ResolveAsk)
    rig.tap(answer)
    rig.see(CardWanted, what=what)
    rig.put_in(rig.officer)
    rig.until(lambda: rig.frame.view.refused)
    assert "same card" in rig.frame.view.refused[1]
    rig.take_card()
    rig.with_pin(rig.committee)
    if cast:
        rig.see(IntoBox)
    else:
        rig.see(Notice, what="voided")
        rig.tap(Button.CONFIRM)
    rig.see(WaitingForCard)
    counts, _ = rig.close_polls(attended=1, left=1 - cast)
    found = counts.counts
    assert (found.cast, found.interrupted, found.paperless) == (cast, interrupted, paperless)
    assert all(equation.holds for equation in counts.equations)


def test_officers_declare_a_test_and_anyone_can_open_it(rig):
    rig.open()
    rig.unlock()
    rig.choose(3)
    rig.with_pin(rig.officer)
    rig.see(AskTest)
    rig.tap(Button.CANCEL)
    rig.see(ReadSlip)
    rig.with_pin(rig.officer)
    rig.see(AskTest)
    rig.tap(Button.CONFIRM)
    rig.see(Notice, what="tested")
    rig.tap(Button.CONFIRM)
    rig.see(WaitingForCard)
    counts, _ = rig.close_polls(attended=0)
    assert (counts.counts.sessions, counts.counts.tests, counts.counts.cast) == (1, 1, 0)
    (void,) = batch_of(rig).voids
    assert json.loads(void.opening)["choice"] == 3


def test_wrong_cards_and_pins_are_told_apart(rig, election):
    rig.see(CardWanted, what="ready")
    rig.put_in(rig.committee)
    rig.until(lambda: rig.frame.view.refused)
    assert "committee's card" in rig.frame.view.refused[1]
    rig.take_card()
    foreign = next(name for name in rig.pins if name.startswith(f"officers-{OTHER_BOOTH[:17]}"))
    rig.put_in(foreign)
    rig.until(lambda: rig.frame.view.refused)
    assert "belongs to another place" in rig.frame.view.refused[1]
    rig.take_card()
    rig.put_in(rig.officer)
    assert rig.see(PinWanted).tries_left == 5
    wrong = "000000" if rig.pins[rig.officer] != "000000" else "111111"
    rig.touch(PinTyped(Pin(wrong)))
    assert rig.see(PinWanted, wrong=True).tries_left == 4
    rig.touch(PinTyped(Pin(rig.pins[rig.officer])))
    rig.ready_checks()
    rig.take_card()
    rig.tap(Button.CANCEL)
    rig.see(CardWanted, what="locked")
    rig.with_pin(rig.officer)
    rig.ready_checks()


def test_without_the_committee_the_batch_leaves_without_result(rig):
    rig.open()
    rig.vote(1)
    _, closed = rig.close_polls(attended=1, committee=False)
    assert closed.result is None
    batch = batch_of(rig)
    assert batch.record.result is None
    report = verify_archive(batch.archive)
    assert report.valid
    assert (report.num_ballots, report.result) == (1, None)


def test_a_blank_device_waits_for_its_package_and_refuses_one_that_was_changed(election, tmp_path):
    desk = tmp_path / "desk"
    stick = desk / "a-stick"
    shutil.copytree(election.sticks / BOOTH, stick)
    manifest = stick / "bilik" / "package" / "manifest.json"
    honest = manifest.read_bytes()
    manifest.write_bytes(honest.replace(b'"tape_copies":2', b'"tape_copies":3'))
    rig = Rig(election, desk)
    try:
        rig.until(lambda: isinstance(rig.frame.view, NotProvisioned) and rig.frame.view.problem)
        assert "changed after it was signed" in rig.frame.view.problem[1]
        assert not rig.device.package_folder.exists()
        manifest.write_bytes(honest)
        rig.see(CardWanted, what="ready")
    finally:
        rig.close()


def test_an_official_package_is_refused_by_a_booth_that_reads_soft_cards(official, tmp_path):
    rig = Rig(official, tmp_path / "desk")
    try:
        rig.until(lambda: isinstance(rig.frame.view, NotProvisioned) and rig.frame.view.problem)
        assert "official election" in rig.frame.view.problem[1]
        assert "card reader" in rig.frame.view.problem[1]
        assert "pemilihan resmi" in rig.frame.view.problem[0]
        assert not rig.device.package_folder.exists()
    finally:
        rig.close()


def test_a_touch_that_was_meant_for_an_older_screen_is_dropped(rig):
    rig.open()
    rig.unlock()
    older = rig.frame.number
    rig.touch(Chosen(Choice(1)))
    rig.see(Confirming)
    for _ in range(20):
        rig.runner.post(older, Chosen(Choice(2)))
    rig.tap(Button.CHANGE)
    rig.see(Choosing)
    rig.choose(2)
    rig.tap(Button.RIGHT)
    rig.see(WaitingForCard)
    _, closed = rig.close_polls(attended=1)
    assert [votes for _, votes in closed.result] == [0, 0, 1, 0]


def test_a_card_that_still_lies_there_unlocks_nothing(rig):
    rig.open()
    rig.put_in(rig.officer)
    rig.see(TakeCard)
    rig.until(lambda: rig.frame.status.sessions == 1)
    rig.take_card()
    rig.see(Choosing)
    rig.put_in(rig.officer)
    rig.until(lambda: rig.frame.status.card)
    rig.choose_blind(1)
    rig.see(WaitingForCard)
    assert rig.frame.status.sessions == 1
    rig.take_card()


def test_the_district_takes_the_batch(rig, election, tmp_path):
    election = election.copy(tmp_path / "district")
    rig.open()
    for place in (1, 2):
        rig.vote(place)
    rig.close_polls(attended=2)
    done = district("import", election.workspace, rig.stick)
    assert done.returncode == 0, done.stdout + done.stderr
