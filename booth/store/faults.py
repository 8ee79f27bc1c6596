"""The store's errors: what an officer is told when the disk fails, and when what it holds does not verify."""

from config.errors import DamageError, DeviceError


def damaged(what: str, *, id: str) -> DamageError:  # noqa: A002 -- the language's own code
    """What we stored does not verify: the sentence names it and says what to do."""
    return DamageError(
        f"The booth's store does not verify: {what}. Let nobody vote here; export the evidence and call the district.",
        id=f"Penyimpanan bilik tidak sah: {id}. Hentikan pemungutan di bilik ini; ekspor bukti dan hubungi kabupaten.",
    )


class StoreFault(DeviceError):
    """The disk did not take or give what was asked; whether the step is stored, only the file knows."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The disk did not do its part ({reason}); the last step may not be stored. "
            "Restart the booth; if it happens again, go on with another device and the stick.",
            id=f"Disk gagal ({reason}); langkah terakhir mungkin tidak tersimpan. "
            "Nyalakan ulang bilik; bila terulang, lanjutkan dengan perangkat lain dan flashdisk.",
        )


class StoreBusy(DeviceError):
    """Another process has the store open."""

    def __init__(self) -> None:
        super().__init__(
            "The booth's store is open in another program. Close that one, then start the booth again.",
            id="Penyimpanan bilik sedang dibuka program lain. Tutup program itu, lalu nyalakan bilik lagi.",
        )


class StoreAway(DeviceError):
    """There is no store at this place."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The booth's store ({name}) is not there. Check the disk; this device cannot go on without it.",
            id=f"Penyimpanan bilik ({name}) tidak ada. Periksa disk; perangkat ini tidak dapat lanjut tanpanya.",
        )


class StoreThere(DeviceError):
    """A store is there already, and none is ever overwritten."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A store ({name}) is there already. Nothing was changed: start the booth again to go on with it.",
            id=f"Penyimpanan ({name}) sudah ada. Tidak ada yang diubah: nyalakan ulang bilik untuk melanjutkan.",
        )


class NoFreeSlot(DeviceError):
    """Every credential of this device is spent."""

    def __init__(self) -> None:
        super().__init__(
            "Every credential of this booth is used. No more votes fit here: close the booth, vote at another one.",
            id="Semua kredensial bilik ini sudah terpakai. Tutup bilik ini; pemilih memakai bilik lain.",
        )
