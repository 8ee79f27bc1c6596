"""PINs of cards: six digits at random, and never some that are tried first."""

import secrets
from itertools import pairwise

from config.secret import Pin

PIN_DIGITS = 6


def new_pin() -> Pin:
    """Six random digits, weak ones excluded."""
    while True:
        pin = Pin(f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}")
        if not is_weak(pin):
            return pin


def is_weak(pin: Pin) -> bool:
    """Whether a PIN is among those that are tried first: repeats, runs, short patterns said twice or thrice, dates.

    Dates are day, month and year with two digits in the order of Indonesia or of lists, and month and year of a life.
    """
    digits = pin.reveal()
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(digits)}
    pattern = len(set(digits)) <= 2 or len(steps) == 1 or digits[:3] == digits[3:] or digits[:3] == digits[:2:-1]
    first, second, third = (int(digits[at : at + 2]) for at in (0, 2, 4))
    day_first, year_first = _is_day(first, second), _is_day(third, second)
    return pattern or day_first or year_first or (1 <= first <= 12 and second in (19, 20))


def _is_day(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12
