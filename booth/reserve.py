"""Room on the device's disk that is kept free from the first opening on, so that a full disk cannot stop the closing.

A file of zeros stands for it. When the disk refuses a write, the file goes, and the next try has its room: the batch,
the rollback journal and the last entries of the log are what is still to be written.
"""

import os
from contextlib import suppress
from pathlib import Path

from booth.device import Device

NAME = "reserve"
BASE_BYTES = 1024 * 1024
"""Beside twice the store's size, which is more than the batch that is made of it."""


def keep(device: Device) -> bool:
    """Sees to it that the room is taken; False when the disk has not so much."""
    place = _place(device)
    try:
        wanted = 2 * device.store_file.stat().st_size + BASE_BYTES
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(descriptor).st_size < wanted:
                os.posix_fallocate(descriptor, 0, wanted)
        finally:
            os.close(descriptor)
    except OSError:
        give_up(device)
        return False
    return True


def give_up(device: Device) -> None:
    """The room is needed now, or not any more."""
    with suppress(OSError):
        _place(device).unlink(missing_ok=True)


def _place(device: Device) -> Path:
    return device.data / NAME
