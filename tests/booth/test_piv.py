"""Days with real cards: PIV cards behind a real pcscd, which are pulled, worn out, exchanged and lied about."""

import pytest

from booth.events import Button
from booth.views import (
    CardWanted,
    Choosing,
    Notice,
    PinRefused,
    PinWanted,
    ResolveAsk,
    TakeCard,
    WaitingForCard,
)
from booth.views import (
    TestAsk as AskTest,
)
from config.cards.virtual.faults import (
    Contactless,
    Garbage,
    OldSignature,
    OtherCard,
    Pulled,
    Silent,
    Slow,
    TooLong,
    Unproven,
    WrongPoint,
)
from config.mode import Mode
from sync import batch as batches
from sync.ballot.verify import verify_archive
from tests.booth.rig import BOOTH
from tests.cards.made import direct as one_insertion


def test_an_official_day_with_piv_cards_and_a_reader_that_is_unplugged_at_every_time_of_it(piv, virtual_reader):
    piv.open()
    virtual_reader.unplug()
    piv.told("does not answer")
    virtual_reader.plug()
    piv.until(lambda: piv.frame.view.refused is None)
    # With the card in it, before the voter: nobody saw the card leave.
    piv.put_in(piv.officer)
    piv.see(TakeCard, problem=None)
    virtual_reader.unplug()
    piv.told("has left")
    virtual_reader.plug()
    piv.see(TakeCard, problem=None)
    piv.take_card()
    piv.see(Choosing)
    # In the middle of the session: no word of it.
    virtual_reader.unplug()
    piv.choose(1)
    virtual_reader.plug()
    number = piv.frame.number
    piv.until(lambda: not piv.runner._asker.reader_away)
    assert piv.frame.number == number
    piv.tap(Button.RIGHT)
    piv.see(WaitingForCard)
    # A test: an officer's card with PIN while the slip is out.
    piv.unlock()
    piv.choose(3)
    piv.with_pin(piv.officer2)
    piv.see(AskTest)
    piv.tap(Button.CONFIRM)
    piv.see(Notice, what="tested")
    piv.tap(Button.CONFIRM)
    # A voter who left: two cards decide.
    piv.unlock()
    piv.choose(2)
    piv.see(CardWanted, what="called-after")
    piv.with_pin(piv.officer)
    piv.see(ResolveAsk)
    piv.tap(Button.SAW_BOX)
    piv.see(CardWanted, what="resolve-box")
    piv.with_pin(piv.committee)
    piv.see(WaitingForCard)
    # While a PIN is asked.
    piv.tap(Button.OFFICER)
    piv.see(CardWanted, what="pause")
    piv.put_in(piv.officer)
    piv.see(PinWanted)
    virtual_reader.unplug()
    piv.told("does not answer")
    virtual_reader.plug()
    piv.see(CardWanted, what="pause", take_out_first=True)
    piv.take_card()
    piv.tap(Button.CANCEL)
    piv.see(WaitingForCard)
    counts, closed = piv.close_polls(attended=2)
    assert all(equation.holds for equation in counts.equations)
    assert (counts.counts.sessions, counts.counts.cast, counts.counts.tests) == (3, 2, 1)
    assert [votes for _, votes in closed.result] == [0, 1, 1, 0]
    batch = batches.read((piv.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())
    assert batch.record.mode is Mode.OFFICIAL
    assert verify_archive(batch.archive).result == (0, 1, 1, 0)


BAD = {
    "garbage": (Garbage(), "not a PIV card"),
    "too long": (TooLong(), "cannot be read"),
    "silent": (Silent(), "does not answer"),
    "slow": (Slow(seconds=4), "did not answer in time"),
    "not a PIV card": (OtherCard(), "not a PIV card"),
    "points off the curve": (WrongPoint(), "not of our kind"),
    "an old signature": (OldSignature(), "cannot prove"),
    "another key": (Unproven(), "cannot prove"),
    "by radio": (Contactless(), "by radio"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_card_is_a_sentence_and_the_next_good_card_works(piv, virtual_reader, name):
    fault, sentence = BAD[name]
    piv.see(CardWanted, what="ready")
    virtual_reader.fault(fault)
    piv.put_in(piv.officer2)
    piv.told(sentence)
    assert isinstance(piv.frame.view, CardWanted)
    piv.pull_card()
    virtual_reader.fault(None)
    piv.until(lambda: piv.frame.view.refused is None)
    piv.put_in(piv.officer)
    piv.see(PinWanted, tries_left=3)


def test_the_last_try_of_a_real_card_stays_with_its_holder(piv):
    wrong = "135790" if piv.pins[piv.officer] != "135790" else "097531"
    piv.see(CardWanted, what="ready")
    piv.put_in(piv.officer)
    piv.see(PinWanted, tries_left=3)
    piv.type_pin(piv.officer, wrong)
    piv.see(PinWanted, tries_left=2, wrong=True)
    piv.type_pin(piv.officer, wrong)
    piv.see(PinRefused, why="last-try")
    piv.take_card()
    assert one_insertion(piv.cards / piv.officer).tries_left() == 1
    # The other officer, with three wrong ones more: five altogether.
    piv.put_in(piv.officer2)
    piv.see(PinWanted, tries_left=3)
    piv.type_pin(piv.officer2, wrong)
    piv.type_pin(piv.officer2, wrong)
    piv.see(PinRefused, why="last-try")
    piv.take_card()
    assert one_insertion(piv.cards / piv.officer2).tries_left() == 1


@pytest.mark.parametrize("commands", [2, 8, 11])
def test_a_real_card_pulled_at_the_opening_leaves_an_opening_that_works(piv, virtual_reader, commands):
    piv.see(CardWanted, what="ready")
    virtual_reader.fault(Pulled(after=commands))
    piv.put_in(piv.officer)
    piv.until(lambda: not piv.virtual.state.cards[0] or isinstance(piv.frame.view, PinWanted))
    if isinstance(piv.frame.view, PinWanted):
        piv.type_pin(piv.officer)
        piv.told("taken out too early")
    piv.until(lambda: not piv.frame.status.card)
    assert isinstance(piv.frame.view, CardWanted)
    assert not list(piv.device.data.glob("store*"))
    virtual_reader.fault(None)
    piv.with_pin(piv.officer)
    piv.ready_checks()
