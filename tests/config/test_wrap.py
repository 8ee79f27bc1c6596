"""Wrapped keys that do not open: whose fault it is, the file's or the card's, is another word to the booth."""

import base64

import pytest

from config.cards.port import CardDamaged, CardGone
from config.cards.registry import register
from config.cards.role import CardKind, Role
from config.cards.soft import new_soft_card
from config.errors import InputError
from config.secret import Key, Pin
from config.wrap import unwrap, wrap

PIN = Pin("271828")
SECRET = bytes(range(32))


class Line:
    """A wire to a card on which a bit falls over in the answers of those numbers; or the card is pulled after some."""

    def __init__(self, card, flipped=(), answers=99):
        self._card = card
        self._flipped = flipped
        self._answers = answers
        self.id = card.id
        self.asked = 0

    def public_key(self, slot):
        return self._card.public_key(slot)

    def agree(self, slot, point):
        self.asked += 1
        if self.asked > self._answers:
            raise CardGone
        said = self._card.agree(slot, point).reveal()
        return Key(bytes([said[0] ^ 1]) + said[1:] if self.asked in self._flipped else said)


@pytest.fixture
def card(tmp_path):
    card = new_soft_card(tmp_path / "a.card", "Siti", PIN)
    card.verify_pin(PIN)
    return card


@pytest.fixture
def wrapped(card):
    listed = register(card, kind=CardKind.SOFT, role=Role.OFFICERS, holder="Siti", village_code="34.04.01.2001", tps=1)
    return wrap(Key(SECRET), listed, "test")


def changed(wrapped):
    box = bytearray(base64.b64decode(wrapped.box))
    box[-1] ^= 1
    return type(wrapped)(card=wrapped.card, ephemeral=wrapped.ephemeral, box=base64.b64encode(box).decode())


def test_what_opens_is_asked_once(card, wrapped):
    line = Line(card)
    assert unwrap((wrapped,), line, "test").reveal() == SECRET
    assert line.asked == 1


@pytest.mark.parametrize("flipped", [(1,), (1, 3), (1, 2, 3)], ids=["once", "twice", "always"])
def test_a_card_that_computes_wrongly_is_no_changed_file(card, wrapped, flipped):
    with pytest.raises(CardDamaged, match="computed wrongly"):
        unwrap((wrapped,), Line(card, flipped), "test")


def test_a_changed_file_is_the_files_fault(card, wrapped):
    with pytest.raises(InputError, match="does not open"):
        unwrap((changed(wrapped),), Line(card), "test")


@pytest.mark.parametrize("answers", [0, 1, 2])
def test_a_card_pulled_meanwhile_is_only_gone(card, wrapped, answers):
    with pytest.raises(CardGone):
        unwrap((changed(wrapped),), Line(card, answers=answers), "test")
