"""The service manager hears of a booth only while drawing thread and runner both live."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from booth.notify import Part, Pulse, notifier
from tests.house.tree import ROOT


@pytest.fixture
def manager(tmp_path):
    """Where a service manager listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        os.chdir(tmp_path)
        ear.bind("notify")
        ear.settimeout(0.2)
        yield ear
        os.chdir(ROOT)


def heard(ear: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(ear.recv(4096))
        except TimeoutError:
            return found


def test_one_part_alone_is_no_sign_of_life(manager):
    pulse = Pulse(notifier({"NOTIFY_SOCKET": "notify"}))
    for _ in range(50):
        pulse.beat(Part.RUNNER)
    assert heard(manager) == []
    pulse.beat(Part.SCREEN)
    assert heard(manager) == [b"READY=1\nWATCHDOG=1"]
    for _ in range(50):
        pulse.beat(Part.SCREEN)
    assert heard(manager) == []
    pulse.beat(Part.RUNNER)
    pulse.stopping()
    assert heard(manager) == [b"WATCHDOG=1", b"STOPPING=1"]


def test_an_abstract_name_is_a_name(tmp_path):
    name = f"bilik-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"\0{name}")
        ear.settimeout(0.2)
        notifier({"NOTIFY_SOCKET": f"@{name}"})(b"READY=1")
        assert heard(ear) == [b"READY=1"]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_without_a_manager_nothing_happens(environment):
    pulse = Pulse(notifier(environment))
    pulse.beat(Part.RUNNER)
    pulse.beat(Part.SCREEN)
    pulse.stopping()


def test_a_manager_that_does_not_read_holds_nobody_up(manager):
    tell = notifier({"NOTIFY_SOCKET": "notify"})
    began_s = time.monotonic()
    for _ in range(5000):
        tell(b"WATCHDOG=1" * 100)
    assert time.monotonic() - began_s < 60
    assert heard(manager)


def beats(ear: socket.socket, seconds: float) -> int:
    """How many came in that time."""
    end_s, found = time.monotonic() + seconds, 0
    while time.monotonic() < end_s:
        found += heard(ear).count(b"WATCHDOG=1")
    return found


@pytest.fixture
def booth(manager, tmp_path):
    """The very program, on a screen that nobody sees."""
    command = [sys.executable, "-m", "booth", "--video", "offscreen", "--data", str(tmp_path / "data")]
    command += ["--desk", str(tmp_path)]
    process = subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "NOTIFY_SOCKET": "notify", "PYTHONPATH": str(ROOT)}
    )
    yield process
    process.kill()
    process.wait()


def test_the_booth_says_when_it_is_ready_beats_and_says_when_it_stops(booth, manager):
    manager.settimeout(60)
    assert manager.recv(4096) == b"READY=1\nWATCHDOG=1"
    manager.settimeout(0.2)
    assert beats(manager, 9) >= 2
    booth.send_signal(signal.SIGSTOP)
    heard(manager)
    assert beats(manager, 5) == 0
    booth.send_signal(signal.SIGCONT)
    assert beats(manager, 9) >= 1
    booth.send_signal(signal.SIGTERM)
    assert booth.wait(20) == 0
    assert heard(manager)[-1] == b"STOPPING=1"
