"""A reader of ours at the virtual reader, another program beside it, and issued cards."""

from collections.abc import Iterator

import pytest
from smartcard import scard

from config.cards.pcsc import PcscReader
from config.cards.piv.card import PivCard
from config.cards.virtual.reader import VirtualReader
from tests.cards.pcsc.watching import Bystander, Deck, wait_card


@pytest.fixture(scope="module")
def deck(tmp_path_factory) -> Deck:
    return Deck(tmp_path_factory.mktemp("cards"))


@pytest.fixture
def bystander(virtual_reader: VirtualReader) -> Iterator[Bystander]:
    """Once pcscd has noticed that the test before took its cards out."""
    made = Bystander()
    for slot in (0, 1):
        made.sees(False, slot)
    yield made
    scard.SCardReleaseContext(made.context)


@pytest.fixture
def reader(bystander: Bystander) -> Iterator[PcscReader]:
    made = PcscReader()
    yield made
    made.close()


@pytest.fixture
def card(reader: PcscReader, virtual_reader: VirtualReader, deck: Deck) -> PivCard:
    """A good card that was just put in."""
    virtual_reader.insert(deck.card()[0])
    return wait_card(reader)
