"""What can be wrong with a printer, and the sentence that the officer reads for each."""

from collections.abc import Mapping
from enum import Enum

from config.errors import DeviceError


class Fault(Enum):
    """Why a printer cannot print, or why a print is not known to be out."""

    CABLE = "cable"
    IN_USE = "in use"
    NO_ANSWER = "no answer"
    NONSENSE = "nonsense"
    NO_PAPER = "no paper"
    COVER_OPEN = "cover open"
    CUTTER = "cutter"
    OVERHEATED = "overheated"
    BROKEN = "broken"
    OFFLINE = "offline"
    TIMEOUT = "timeout"
    NOT_CLEARED = "not cleared"


SENTENCES: Mapping[Fault, tuple[str, str]] = {
    Fault.CABLE: (
        "The printer's cable is not connected. Push it in at both ends.",
        "Kabel printer tidak tersambung. Pasang erat di kedua ujungnya.",
    ),
    Fault.IN_USE: (
        "Another program uses the printer. Close it, or restart this machine.",
        "Program lain sedang memakai printer. Tutup program itu, atau nyalakan ulang mesin ini.",
    ),
    Fault.NO_ANSWER: (
        "The printer does not answer. Check that it is switched on and its cable is in.",
        "Printer tidak menjawab. Periksa apakah printer menyala dan kabelnya terpasang.",
    ),
    Fault.NONSENSE: (
        (
            "What is connected does not answer like the printer of this booth. "
            "Check that it is the right printer and its speed is set right."
        ),
        (
            "Alat yang tersambung tidak menjawab seperti printer bilik ini. "
            "Periksa apakah printernya benar dan kecepatannya sesuai."
        ),
    ),
    Fault.NO_PAPER: (
        "The printer has no paper. Put in a new roll and close the cover.",
        "Kertas printer habis. Pasang rol baru lalu tutup penutupnya.",
    ),
    Fault.COVER_OPEN: (
        "The printer's cover is open. Check the paper and close the cover until it clicks.",
        "Penutup printer terbuka. Periksa kertasnya lalu tutup sampai berbunyi klik.",
    ),
    Fault.CUTTER: (
        (
            "The printer's cutter is stuck. Open the cover, take the jammed paper out, "
            "close it and switch the printer off and on."
        ),
        (
            "Pemotong kertas macet. Buka penutup, keluarkan kertas yang tersangkut, "
            "tutup lagi, lalu matikan dan nyalakan printer."
        ),
    ),
    Fault.OVERHEATED: (
        "The printer is too hot. Leave it on, wait two minutes and try again.",
        "Printer terlalu panas. Biarkan menyala, tunggu dua menit, lalu coba lagi.",
    ),
    Fault.BROKEN: (
        (
            "The printer reports a fault that it cannot mend. Switch it off and on; "
            "if the fault stays, use the spare printer."
        ),
        "Printer melaporkan kerusakan. Matikan dan nyalakan lagi; jika tetap rusak, pakai printer cadangan.",
    ),
    Fault.OFFLINE: (
        "The printer is on but not ready. Press no button on it; close the cover and wait for its green light.",
        "Printer menyala tetapi belum siap. Jangan tekan tombolnya; tutup penutupnya dan tunggu lampu hijau.",
    ),
    Fault.TIMEOUT: (
        "The printer did not say that the paper is out. Look whether paper hangs in it, then print again.",
        "Printer tidak menyatakan bahwa kertas sudah keluar. Lihat apakah ada kertas tersangkut, lalu cetak ulang.",
    ),
    Fault.NOT_CLEARED: (
        (
            "The printer still holds an old print and does not drop it. "
            "Switch it off, wait five seconds, switch it on and print again."
        ),
        "Printer masih menyimpan cetakan lama. Matikan, tunggu lima detik, nyalakan, lalu cetak ulang.",
    ),
}
"""English and Indonesian: what is wrong and what to do next."""


class PrintFault(DeviceError):
    """A job is not known to be out on paper; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        en, indonesian = SENTENCES[fault]
        super().__init__(en, id=indonesian)
        self.fault = fault
