"""The numbers that guard a card: random, and never one that is tried first."""

import secrets
from itertools import pairwise

from config.errors import OperatorError
from config.secret import Pin, Puk

PIN_DIGITS = 6
PUK_DIGITS = 8


def new_pin() -> Pin:
    """Six random digits, weak ones excluded."""
    while True:
        pin = Pin(_digits(PIN_DIGITS))
        if not is_weak(pin):
            return pin


def new_puk() -> Puk:
    """Eight random digits; nobody types them, so none of them is weak."""
    return Puk(_digits(PUK_DIGITS))


def check_chosen(pin: Pin) -> None:
    """Raises OperatorError for a PIN of somebody's choice that is not six digits, or is weak."""
    digits = pin.reveal()
    if len(digits) != PIN_DIGITS or not digits.isdecimal() or not digits.isascii():
        raise OperatorError(
            "A PIN has six digits. Choose another PIN.", id="PIN terdiri dari enam angka. Pilih PIN lain."
        )
    if is_weak(pin):
        raise OperatorError(
            "This PIN is too easy to guess. Take six digits without a pattern.",
            id="PIN ini terlalu mudah ditebak. Pakai enam angka tanpa pola.",
        )


def is_weak(pin: Pin) -> bool:
    """Whether a PIN is among those that are tried first: repeats, runs, and short patterns said twice or thrice."""
    digits = pin.reveal()
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(digits)}
    return len(set(digits)) <= 2 or len(steps) == 1 or digits[:3] == digits[3:] or digits[:3] == digits[:2:-1]


def _digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}d}"
