"""What a card refuses, each with a sentence and a next step; and what its status words mean where many verbs ask."""

from config.cards.piv.apdu import Answer, Status, tries
from config.cards.port import CardDamaged, PinBlocked, WrongPin
from config.errors import InputError, OperatorError


class RefusedStep(CardDamaged):
    """The card answered with a status word that has no place here; the word is for whoever mends."""

    def __init__(self, status: int) -> None:
        super().__init__(
            f"The card refuses this step (status {status:04X}). Put it in again; if it stays so, use another card.",
            id=f"Kartu menolak langkah ini (status {status:04X}). Masukkan lagi; bila tetap begitu, pakai kartu lain.",
        )
        self.status = status


class NoKey(CardDamaged):
    """A slot of the card holds no P-256 key, or no certificate that names it."""

    def __init__(self) -> None:
        super().__init__(
            "This card holds no key for this step: it was never issued, or not to the end. Issue the card, or use "
            "another one.",
            id="Kartu ini tidak punya kunci untuk langkah ini: belum diterbitkan, atau belum selesai. Terbitkan "
            "kartunya, atau pakai kartu lain.",
        )


class ForgetfulCard(CardDamaged):
    """What was written to the card cannot be read from it."""

    def __init__(self) -> None:
        super().__init__(
            "The card did not keep what was written to it. Put this card aside and issue another one.",
            id="Kartu tidak menyimpan yang ditulis. Sisihkan kartu ini dan terbitkan kartu lain.",
        )


class FullCard(CardDamaged):
    """The card has no room for another object."""

    def __init__(self) -> None:
        super().__init__(
            "The card has no room left. Remove other certificates from it with its maker's tool, or use another card.",
            id="Memori kartu penuh. Hapus sertifikat lain dengan perangkat lunak pembuatnya, atau pakai kartu lain.",
        )


class CannotGenerate(CardDamaged):
    """The card cannot make a P-256 key in a slot."""

    def __init__(self) -> None:
        super().__init__(
            "The card refuses to make a P-256 key. Use a card of a kind that docs/cards.md names.",
            id="Kartu menolak membuat kunci P-256. Pakai jenis kartu yang disebut di docs/cards.md.",
        )


class FixedManagementKey(CardDamaged):
    """The card cannot change its management key."""

    def __init__(self) -> None:
        super().__init__(
            "This card cannot change its management key, so anybody could rewrite it. Use a card of another kind.",
            id="Kunci pengelola kartu ini tidak dapat diganti, jadi siapa pun bisa menulisinya. Pakai jenis lain.",
        )


class FalseCard(CardDamaged):
    """The card accepts our management key and does not show that it knows it: a program may be playing the card."""

    def __init__(self) -> None:
        super().__init__(
            "This card does not prove that it knows its own management key. Put it aside and use another card.",
            id="Kartu ini tidak dapat membuktikan kunci pengelolanya sendiri. Sisihkan dan pakai kartu lain.",
        )


class WrongManagementKey(OperatorError):
    """The card wants another management key than the one that it was shown."""

    def __init__(self) -> None:
        super().__init__(
            "The card's management key is not the factory's: it belongs to somebody who set the card up before. Use "
            "a fresh card, or have its owner reset it.",
            id="Kunci pengelola kartu bukan bawaan pabrik: kartu ini milik orang yang pernah mengaturnya. Pakai kartu "
            "baru, atau minta pemiliknya mengosongkannya.",
        )


class NewCodeRefused(OperatorError):
    """The card's own rules do not allow this new PIN or PUK."""

    def __init__(self) -> None:
        super().__init__(
            "The card does not allow this new PIN or PUK. Choose another one that is less simple.",
            id="Kartu tidak menerima PIN atau PUK baru ini. Pilih yang lain yang tidak terlalu sederhana.",
        )


class WrongPuk(OperatorError):
    """The PUK was wrong; says how many tries are left."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(
            f"The PUK is wrong; {tries_left} tries are left. Check that it is the PUK of this very card.",
            id=f"PUK salah; sisa {tries_left} kali percobaan. Pastikan itu PUK kartu ini.",
        )
        self.tries_left = tries_left


class PukBlocked(OperatorError):
    """The card allows no PUK any more."""

    def __init__(self) -> None:
        super().__init__(
            "The card's PUK is blocked too: it cannot be unblocked any more. Issue another card to its holder.",
            id="PUK kartu juga terblokir: kartu tidak dapat dibuka lagi. Terbitkan kartu lain untuk pemegangnya.",
        )


class BadPin(InputError):
    """A PIN that is not six digits; nothing was sent to the card."""

    def __init__(self) -> None:
        super().__init__(
            "A PIN has six digits. Type it again.",
            id="PIN terdiri dari enam angka. Ketik lagi.",
        )


class BadPuk(InputError):
    """A PUK that is not eight digits; nothing was sent to the card."""

    def __init__(self) -> None:
        super().__init__(
            "A PUK has eight digits. Type it again.",
            id="PUK terdiri dari delapan angka. Ketik lagi.",
        )


def want_ok(answer: Answer) -> None:
    """Raises RefusedStep unless the card did what it was asked."""
    if answer.status != Status.OK:
        raise RefusedStep(answer.status)


def want_pin(answer: Answer) -> None:
    """Raises WrongPin or PinBlocked where the card says so; a card at its last try says either 63C0 or 6983."""
    left = tries(answer.status)
    if answer.status == Status.BLOCKED or left == 0:
        raise PinBlocked
    if left is not None:
        raise WrongPin(left)


def want_puk(answer: Answer) -> None:
    """Raises WrongPuk or PukBlocked where the card says so."""
    left = tries(answer.status)
    if answer.status == Status.BLOCKED or left == 0:
        raise PukBlocked
    if left is not None:
        raise WrongPuk(left)


def want_new_code(answer: Answer) -> None:
    """Raises NewCodeRefused where the card's rules forbid the new PIN or PUK, RefusedStep for any other refusal."""
    if answer.status in (Status.WRONG_DATA, Status.CONDITIONS_NOT_SATISFIED):
        raise NewCodeRefused
    want_ok(answer)


def want_written(answer: Answer) -> None:
    """Raises unless the card did what only the holder of its management key may ask."""
    if answer.status == Status.SECURITY_NOT_SATISFIED:
        raise WrongManagementKey
    if answer.status == Status.NO_ROOM:
        raise FullCard
    want_ok(answer)
