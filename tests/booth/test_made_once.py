"""A batch is made once: whatever the disk does behind it, the booth is closed, and with that one."""

import pytest

from booth import closing, outcome
from booth.events import Button
from booth.store import rows as table
from booth.store.faults import StoreFault
from booth.views import CardWanted, Closed, ShowCounts
from tests.booth.rig import BOOTH

FAILS = {
    "the day's last state": lambda rows: rows.polls is not None and rows.polls.state == "closed",
    "the log line of the export": lambda rows: any(b'"exported"' in entry for _, entry in rows.log),
}


def kept(rig):
    """The batch on the device, which is all that the stick has as well."""
    data = rig.device.batch_file(BOOTH).read_bytes()
    assert [file.read_bytes() for file in (rig.stick / "bilik" / "batch").iterdir()] == [data]
    return data


@pytest.mark.parametrize("what", FAILS)
def test_a_disk_that_fails_behind_the_batch_leaves_the_booth_closed_with_it(what, rig, monkeypatch):
    failed = []
    apply = table.apply

    def full(connection, rows, slot_bytes):
        if not failed and FAILS[what](rows):
            failed.append(rows)
            raise StoreFault("No space left on device")
        apply(connection, rows, slot_bytes)

    rig.open()
    rig.vote(1)
    rig.close_up_to_the_committee(attended=1)
    monkeypatch.setattr(table, "apply", full)
    rig.with_pin(rig.committee)
    rig.until(lambda: failed)
    rig.see(Closed, exported=True)
    batch = kept(rig)
    rig.put_in(rig.officer)
    rig.until(lambda: rig.frame.status.card)
    rig.take_card()
    rig.tap(Button.AGAIN)
    rig.until(lambda: rig.pieces and isinstance(rig.frame.view, Closed))
    rig.restart()
    assert [votes for _, votes in rig.see(Closed, exported=True).result] == [0, 1, 0, 0]
    assert kept(rig) == batch


@pytest.mark.parametrize("sure", [True, False])
def test_a_batch_of_which_the_disk_would_not_say_that_it_is_stored_is_the_booths(sure, rig, monkeypatch):
    write_file, made = closing.write_file, []

    def unsure(path, data):
        write_file(path, data)
        made.append(data)
        if len(made) == 1:
            raise StoreFault("Input/output error")

    def syncs(folder):
        raise OSError(5, "Input/output error")

    rig.open()
    rig.vote(1)
    rig.close_up_to_the_committee(attended=1)
    monkeypatch.setattr(closing, "write_file", unsure)
    if not sure:
        monkeypatch.setattr(outcome, "sync_folder", syncs)
    rig.with_pin(rig.committee)
    if not sure:
        rig.see(CardWanted, what="locked")
        rig.with_pin(rig.officer)
        rig.see(ShowCounts)
        rig.tap(Button.CONFIRM)
        rig.see(CardWanted, what="close-officers")
        rig.with_pin(rig.officer)
        rig.see(CardWanted, what="close-committee")
        rig.tap(Button.WITHOUT_COMMITTEE)
    assert [votes for _, votes in rig.see(Closed, exported=True).result] == [0, 1, 0, 0]
    assert kept(rig) == made[0]
