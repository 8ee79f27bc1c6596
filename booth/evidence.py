"""What a device holds that goes on no more, copied to the stick byte for byte: for people to look at."""

from booth import reserve
from booth.device import Device
from booth.store.keys import SESSION_KEY_FILE
from config.errors import DeviceError

_STAYS = {SESSION_KEY_FILE, reserve.NAME}
"""The session key leaves no device, and zeros say nothing."""


def export_evidence(device: Device) -> tuple[str, ...]:
    """Copies everything that can be read; the store stays encrypted. Returns what could not be.

    Raises StickGone or StickFull.
    """
    found, unread = {}, []
    for source in sorted(device.data.rglob("*")):
        if source.is_file() and source.name not in _STAYS:
            try:
                found[source.relative_to(device.data).as_posix()] = source.read_bytes()
            except OSError:
                unread.append(source.name)
    device.stick.write_evidence(found)
    return tuple(unread)


def is_incomplete(unread: tuple[str, ...]) -> DeviceError:
    """What the officer is told when not everything could be read."""
    names = ", ".join(unread)
    return DeviceError(
        f"Everything is on the stick but {names}, which this device cannot read. Keep the device as well.",
        id=f"Semua ada di stik kecuali {names}, yang tidak terbaca di perangkat ini. Simpan perangkatnya juga.",
    )
