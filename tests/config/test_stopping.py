"""A wish to end is heard at whatever point it comes, also in the middle of waiting for it."""

import signal
import threading
import time
from collections.abc import Iterator

import pytest

from config.stopping import Stop

EACH_S = 0.0002
"""Between two signals: many come while a wait begins or ends."""
ROUNDS = 3_000


@pytest.fixture
def stop() -> Iterator[Stop]:
    made = Stop()
    yield made
    made.close()


@pytest.mark.timeout(60)
def test_a_signal_at_any_point_of_a_wait_is_heard(stop: Stop) -> None:
    before = signal.signal(signal.SIGALRM, lambda *_: stop.set())
    pending = signal.setitimer(signal.ITIMER_REAL, EACH_S, EACH_S)
    try:
        for _ in range(ROUNDS):
            stop._asked = False
            stop.wait(0.001)
            stop.is_set()
    finally:
        signal.setitimer(signal.ITIMER_REAL, *pending)
        signal.signal(signal.SIGALRM, before)


def test_it_ends_a_wait_at_once_and_every_later_one(stop: Stop) -> None:
    threading.Timer(0.1, stop.set).start()
    began_s = time.monotonic()
    assert not stop.is_set()
    assert stop.wait(30)
    assert stop.wait(30)
    assert time.monotonic() - began_s < 10
    assert stop.is_set()


def test_a_wait_in_vain_ends_in_its_time(stop: Stop) -> None:
    assert stop.wait(0.01) is False


def test_who_asks_very_often_is_not_made_to_wait(stop: Stop) -> None:
    for _ in range(100_000):
        stop.set()
    assert stop.wait()
