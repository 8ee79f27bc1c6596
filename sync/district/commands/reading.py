"""The card reader on the staff's table: waiting for a card, and for the card of before to leave."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from config.cards.pcsc import PcscReader, ReaderBusy
from config.cards.piv.card import PivCard
from config.cards.port import CardGone, ReaderGone
from config.errors import OperatorError
from sync.district import console

LOOK_S = 0.1
RESET_S = 1.0
"""For a card to be there again after its reset."""
BUSY_S = 2.0
"""For another program to let go of the reader."""
ANY_CARD = ("Masukkan kartu.", "Put the card in.")
reader_option = click.option(
    "--reader", metavar="NAME", help="Bagian nama pembaca kartu. / A part of the card reader's name."
)
wait_option = click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(0, 3600),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="Lama menunggu kartu. / How long to wait for a card.",
)


class NoCardCame(OperatorError):
    """Nobody put a card in."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(
            f"No card was put in for {wait_s:.0f} seconds. Put it in, chip first and facing up, and try again.",
            id=f"Tidak ada kartu selama {wait_s:.0f} detik. Masukkan dengan chip di depan menghadap ke atas, lalu "
            "ulangi.",
        )


@contextmanager
def open_reader(name: str | None) -> Iterator[PcscReader]:
    """The readers of this machine; the card is let go of at the end."""
    reader = PcscReader(name)
    try:
        yield reader
    finally:
        reader.close()


def wait_for_card(reader: PcscReader, wait_s: float, what: tuple[str, str] | None) -> PivCard:
    """The card that lies in the reader, or the next one that is put in.

    ``what`` is said when there is none yet. Raises NoCardCame, and what the reader raises.
    """
    with suppress(ReaderGone):
        card = _patiently(reader, 0)
        if card is not None:
            return card
    if what is not None:
        console.say(*what)
    card = _patiently(reader, wait_s)
    if card is None:
        raise NoCardCame(wait_s)
    return card


def wait_until_empty(reader: PcscReader, wait_s: float) -> None:
    """Returns once no card lies in the reader, readable or not; raises OperatorError when it stays."""
    end_s = time.monotonic() + wait_s
    while _holds_something(reader):
        if time.monotonic() >= end_s:
            raise OperatorError(
                "The card was left in the reader. Take it out, then run the command again: it goes on.",
                id="Kartu masih di pembaca. Cabut, lalu jalankan lagi perintahnya: pekerjaan diteruskan.",
            )
        time.sleep(LOOK_S)


def again(reader: PcscReader) -> PivCard:
    """The card in the reader after a reset, as at its next insertion; raises CardGone when it is not there."""
    reader.close()
    card = _patiently(reader, RESET_S)
    if card is None:
        raise CardGone
    return card


def _patiently(reader: PcscReader, wait_s: float) -> PivCard | None:
    """The card, looked for as long as that; a reader that another program holds is given a moment more.

    A token is reader and card in one: while it is out there is no reader either, which is said once and waited for.
    """
    start_s = time.monotonic()
    told = False
    while True:
        waited_s = time.monotonic() - start_s
        try:
            card = reader.card()
            if card is not None or waited_s >= wait_s:
                return card
        except ReaderBusy:
            # pcscd lets go of a card some milliseconds after the program that held it has ended.
            if waited_s >= max(wait_s, BUSY_S):
                raise
        except ReaderGone as away:
            if waited_s >= wait_s:
                raise
            if not told:
                console.complain(away)
            told = True
        time.sleep(LOOK_S)


def _holds_something(reader: PcscReader) -> bool:
    try:
        return reader.lies()
    except ReaderGone:
        return False
