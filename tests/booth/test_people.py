"""What people do wrong or cannot help: other sticks, keys that fail, silence at a broken printer, wrong PINs."""

import shutil

from booth import closing, silence
from booth.events import Button, Chosen, PinTyped
from booth.views import CardWanted, Confirming, OpenChecks, PinWanted, PrintTrouble, ResolveAsk, WaitingForCard
from config.cards.role import Role
from config.errors import InputError
from config.secret import Choice, Pin
from sync import batch as batches
from sync.log import Kind, check
from tests.booth.rig import BOOTH

OTHER_BOOTH = "34.04.01.2001-001-1"


def bad(rig) -> list[str]:
    return [line.name for line in rig.frame.view.checks if not line.ok]


def test_opening_wants_this_booths_own_stick(rig, election):
    rig.see(CardWanted, what="ready")
    rig.pull_stick()
    mine, rig.stick = rig.stick, rig.desk / "another-stick"
    shutil.copytree(election.sticks / OTHER_BOOTH, rig.stick)
    rig.put_in_stick()
    rig.with_pin(rig.officer)
    # All that ends by itself has ended by then: the card's test, and the printer's proof behind it.
    rig.until(lambda: isinstance(rig.frame.view, OpenChecks) and bad(rig) == ["stick"])
    rig.tap(Button.CONFIRM)
    rig.pull_stick()
    rig.stick = mine
    rig.put_in_stick()
    rig.ready_checks()


def test_an_officers_key_that_was_wrapped_badly_does_not_block_closing(rig, monkeypatch):
    real = closing.decrypt

    def broken(package, booth, shown):
        if shown.known.role is Role.OFFICERS:
            raise InputError("A wrapped key does not open.", id="Kunci tidak terbuka.")
        return real(package, booth, shown)

    rig.open()
    rig.vote(1)
    monkeypatch.setattr(closing, "decrypt", broken)
    counts, closed = rig.close_polls(attended=1)
    assert counts.counts.cast == 1
    assert closed.result is None
    assert closed.exported


def test_nobody_may_print_again_what_a_voter_who_has_gone_chose(rig, monkeypatch):
    monkeypatch.setattr(silence, "PRINT_TROUBLE_S", 1)
    rig.open()
    rig.unlock()
    rig.touch(Chosen(Choice(2)))
    rig.see(Confirming)
    rig.printer.unplug()
    rig.tap(Button.YES)
    rig.see(PrintTrouble)
    rig.see(CardWanted, what="called-after")
    assert rig.runner._casting.choice is None
    rig.with_pin(rig.officer)
    rig.see(ResolveAsk)


def test_the_log_does_not_tell_when_a_session_went_wrong(rig):
    """A wrong PIN between voters is an officer's affair; within a session it would say when something was void."""
    rig.open()
    wrong = Pin("000000" if rig.pins[rig.officer] != "000000" else "111111")
    rig.tap(Button.OFFICER)
    rig.see(CardWanted, what="pause")
    rig.put_in(rig.officer)
    rig.see(PinWanted)
    rig.touch(PinTyped(wrong))
    rig.see(PinWanted, wrong=True)
    rig.tap(Button.CANCEL)
    rig.take_card()
    rig.tap(Button.CANCEL)
    rig.unlock()
    rig.choose(1)
    rig.see(CardWanted, what="called-after")
    rig.put_in(rig.committee)
    rig.until(lambda: rig.frame.view.refused)
    rig.take_card()
    rig.put_in(rig.officer)
    rig.see(PinWanted)
    rig.touch(PinTyped(wrong))
    rig.see(PinWanted, wrong=True)
    rig.take_card()
    rig.with_pin(rig.officer)
    rig.see(ResolveAsk)
    rig.tap(Button.SAW_BOX)
    rig.see(CardWanted, what="resolve-box")
    rig.with_pin(rig.committee)
    rig.see(WaitingForCard)
    rig.close_polls(attended=1)
    batch = batches.read((rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())
    entries = check(list(batch.log))
    kinds = [entry.kind for entry in entries]
    assert kinds.count(Kind.WRONG_PIN) == 1
    assert Kind.CARD_REFUSED not in kinds


def test_the_batch_is_named_after_its_booth(rig):
    rig.open()
    rig.close_polls(attended=0)
    assert [path.name for path in (rig.stick / "bilik" / "batch").iterdir()] == [f"{BOOTH}.batch"]
