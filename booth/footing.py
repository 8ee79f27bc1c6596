"""What the image's services tell of the ground, in sentences: why a device cannot be a booth, and what to do."""

import os

from booth.device import Device
from booth.ground.told import DataWord, told
from config.errors import DeviceError


class Unfit(DeviceError):
    """This device can keep nothing: it becomes no booth before somebody has done what is said."""


_SMALL = Unfit(
    "The memory card is too small for the booth's data. Switch off, and write the image to a larger card (4 GB or "
    "more).",
    id="Kartu memori terlalu kecil untuk data bilik. Matikan, lalu tulis citra ke kartu yang lebih besar (4 GB atau "
    "lebih).",
)
_BROKEN = Unfit(
    "The booth's data on the memory card cannot be read; nothing was changed there. If this device has served today: "
    "switch it off, keep it as evidence, and go on with another device and the stick. If not: write the image to its "
    "card anew.",
    id="Data bilik di kartu memori tidak terbaca; tidak ada yang diubah. Bila perangkat ini sudah melayani hari ini: "
    "matikan, simpan sebagai bukti, lanjutkan dengan perangkat lain dan stiknya. Bila belum: tulis ulang citra ke "
    "kartunya.",
)
_FAILING = Unfit(
    "The memory card does not store what it is given. Switch off and use another card; if this device has served "
    "today, keep it as evidence and go on with another device and the stick.",
    id="Kartu memori tidak menyimpan data. Matikan dan pakai kartu lain; bila perangkat ini sudah melayani hari ini, "
    "simpan sebagai bukti dan lanjutkan dengan perangkat lain dan stiknya.",
)
_SENTENCES = {DataWord.SMALL: _SMALL, DataWord.BROKEN: _BROKEN, DataWord.FAILING: _FAILING}


def why_unfit(device: Device) -> Unfit | None:
    """Why nothing can be kept on this device; None where it can."""
    word = told(device.told, DataWord)
    if word in _SENTENCES:
        return _SENTENCES[word]
    return None if os.access(device.data, os.W_OK | os.X_OK) else _FAILING


def was_repaired(device: Device) -> bool:
    """The data partition's file system was damaged and is mended."""
    return told(device.told, DataWord) is DataWord.REPAIRED
