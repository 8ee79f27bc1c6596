"""A card's PUK, and what a PIN must be that its holder chooses."""

import secrets

from config.cards.pins import PIN_DIGITS, is_weak
from config.errors import OperatorError
from config.secret import Pin, Puk

PUK_DIGITS = 8


def new_puk() -> Puk:
    """Eight random digits; nobody types them, so none of them is weak."""
    return Puk(f"{secrets.randbelow(10**PUK_DIGITS):0{PUK_DIGITS}d}")


def check_chosen(pin: Pin) -> None:
    """Raises OperatorError for a PIN of somebody's choice that is not six digits, or is weak."""
    digits = pin.reveal()
    if len(digits) != PIN_DIGITS or not digits.isdecimal() or not digits.isascii():
        raise OperatorError(
            "A PIN has six digits. Choose another PIN.", id="PIN terdiri dari enam angka. Pilih PIN lain."
        )
    if is_weak(pin):
        raise OperatorError(
            "This PIN is too easy to guess. Take six digits that are no pattern and no date.",
            id="PIN ini terlalu mudah ditebak. Pakai enam angka tanpa pola dan bukan tanggal.",
        )
