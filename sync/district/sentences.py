"""What the staff's desk says where a card's own sentence speaks to an officer at the booth."""

from config.cards.port import CardGone, NoPivCard, PinBlocked, ReaderGone
from config.cards.registry import UnknownCard
from config.errors import BilikError

_AT_THE_DESK: dict[type[BilikError], tuple[str, str]] = {
    CardGone: (
        "The card was taken out too early. Put it in and run the same command again: it goes on.",
        "Kartu dicabut terlalu cepat. Masukkan lagi, lalu jalankan perintah yang sama: pekerjaan diteruskan.",
    ),
    PinBlocked: (
        "The card is blocked after too many wrong PINs. 'bilik-district cards unblock' gives it a new PIN.",
        "Kartu terblokir karena PIN salah terlalu sering. 'bilik-district cards unblock' memberinya PIN baru.",
    ),
    NoPivCard: (
        "This is not a PIV card (a bank or identity card, perhaps). Take a PIV card; docs/cards.md says which.",
        "Ini bukan kartu PIV (mungkin kartu bank atau KTP). Pakai kartu PIV; lihat docs/cards.md.",
    ),
    ReaderGone: (
        "No card reader answers. Check its cable, and that pcscd runs ('systemctl status pcscd').",
        "Tidak ada pembaca kartu yang menjawab. Periksa kabelnya, dan bahwa pcscd berjalan ('systemctl status pcscd').",
    ),
    UnknownCard: (
        "This workspace did not issue this card. Look at it with 'bilik-district cards show', or take another one.",
        "Kartu ini bukan terbitan ruang kerja ini. Periksa dengan 'bilik-district cards show', atau pakai kartu lain.",
    ),
}


def for_staff(error: BilikError) -> BilikError:
    """The same error with a next step that leads somewhere at the district; others as they are."""
    said = _AT_THE_DESK.get(type(error))
    return error if said is None else BilikError(said[0], id=said[1])
