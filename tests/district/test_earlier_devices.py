"""A batch after a takeover: each earlier device is certified, in its order, and signed its part of the log."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from config.errors import InputError
from config.minisign import SecretKey
from config.record import sha256
from sync.batch import read
from sync.district.intake import Verdict
from sync.sessions import Handover, sign_head
from tests.district.a_booth import Day
from tests.district.election import Made
from tests.district.test_import import BOOTHS, admit, contents


def taken_over(made: Made, **lie: object) -> Day:
    """The second device of a booth; the first one had signed the log's first entry."""
    day = made.day()
    first = SecretKey.new()
    claim = day.record.certificate.claim
    uuid = claim.ballot_uuid
    entries = lie.get("entries", 1)
    before = msgspec.structs.replace(claim, epoch=lie.get("epoch", 0), key=first.public.text, **lie.get("claim", {}))
    signer = SecretKey.new() if lie.get("another_key") else first
    handover = Handover(
        certificate=day.certify(before, lie.get("card") or day.officer),
        entries=entries,
        signature=sign_head(signer, uuid, before.epoch, entries, lie.get("head") or sha256(day.log[0])),
    )
    now = day.certify(msgspec.structs.replace(claim, epoch=1), day.officer)
    day.change(certificate=now, earlier=(handover,))
    return day


def test_a_batch_after_a_takeover_is_accepted(mine: Made, tmp_path: Path) -> None:
    outcome = admit(mine, taken_over(mine).batch(), tmp_path)
    assert outcome.verdict is Verdict.ACCEPTED, outcome.reasons


LIES: dict[str, tuple[Callable[[Made], Day], str]] = {
    "an earlier device is left out": (lambda made: _changed(made, earlier=()), "something else"),
    "one device too many": (
        lambda made: _changed(made, earlier=taken_over(made).record.earlier * 2),
        "something else",
    ),
    "its number is another": (lambda made: taken_over(made, epoch=1), "something else"),
    "it served another booth": (lambda made: taken_over(made, claim={"booth": BOOTHS[1]}), "something else"),
    "its package was another": (lambda made: taken_over(made, claim={"setup": "0" * 64}), "something else"),
    "the committee certified it": (lambda made: taken_over(made, card=made.committee(BOOTHS[0])), "No officers' card"),
    "another key signed the log": (lambda made: taken_over(made, another_key=True), "signature"),
    "it signed another log": (lambda made: taken_over(made, head="0" * 64), "signature"),
    "it signed more than there is": (lambda made: taken_over(made, entries=99), "earlier device signed"),
}


def _changed(made: Made, **fields: object) -> Day:
    day = taken_over(made)
    day.change(**fields)
    return day


@pytest.mark.parametrize("name", LIES)
def test_a_lie_about_earlier_devices_is_refused(election: Made, tmp_path: Path, name: str) -> None:
    lie, word = LIES[name]
    before = contents(election)
    outcome = admit(election, lie(election).batch(), tmp_path)
    assert outcome.verdict is Verdict.REFUSED
    told = [f"{reason.record}: {reason.en}" for reason in outcome.reasons]
    assert any(word in line for line in told), told
    assert contents(election) == before


def test_the_logs_beginning_cannot_be_rewritten(election: Made) -> None:
    day = taken_over(election)
    day.log.clear()
    day.log.extend(made_anew(election))
    with pytest.raises(InputError, match=r"signature|earlier device signed"):
        read(day.batch())


def made_anew(made: Made) -> list[bytes]:
    """A log whose chain holds, and whose first entry is another."""
    other = made.day()
    other.log[0] = other.log[0].replace(b"00:30Z", b"00:31Z")
    return [other.log[0]]
