"""Device and stick contradict each other: what people are told, and what no power switch makes the device forget."""

from contextlib import suppress
from typing import Annotated

import msgspec

from booth.device import Device
from booth.mirror import Apart
from config.errors import DamageError, InputError
from config.files import write_whole
from config.record import Record, decode, encode

_MAX_BYTES = 1024


class Noted(Record, tag_field="format", tag="bilik-apart/1", frozen=True):
    """What lies on the device from then on."""

    slots: Annotated[int, msgspec.Meta(ge=0)]


def note_apart(device: Device, news: Apart) -> DamageError:
    """Writes it down, and gives what stops the booth; a disk that takes no note is no reason to go on."""
    with suppress(OSError):
        write_whole(device.apart_file, encode(Noted(slots=news.slots)))
    return _apart(news.slots)


def noted_apart(device: Device) -> DamageError | None:
    """What was noted on an earlier day of this device; a note that cannot be read says the same, without a number."""
    if not device.apart_file.exists():
        return None
    try:
        noted = decode(device.apart_file.read_bytes(), Noted, device.apart_file.name, max_bytes=_MAX_BYTES)
    except (InputError, OSError):
        return _apart(0)
    return _apart(noted.slots)


def _apart(slots: int) -> DamageError:
    """Neither copy may be believed by software: the paper decides."""
    # Two logs may contradict each other while every ballot has one end.
    en, id_ = (f" ({slots} ballots with two ends)", f" ({slots} suara berakhir dua)") if slots else ("", "")
    return DamageError(
        f"This device and the stick contradict each other{en}. Let nobody vote here; export the evidence and call the "
        "district: the slips decide.",
        id=f"Perangkat dan stik saling bertentangan{id_}. Hentikan pemungutan di bilik ini; ekspor bukti dan hubungi "
        "kabupaten: struk yang menentukan.",
    )
