"""Why a record is refused: a closed list of kinds, each with a sentence in both languages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from config.errors import InputError


class RefusalKind(Enum):
    """What is wrong; the value is (short code, English sentence, Indonesian sentence)."""

    TOO_LARGE = (
        "too-large",
        "is larger than this format allows",
        "lebih besar daripada yang diizinkan format ini",
    )
    TRUNCATED = ("truncated", "is cut short: the file ends too early", "terpotong: berkas berakhir terlalu awal")
    STRAY_BYTES = (
        "stray-bytes",
        "holds bytes that the format does not put there",
        "memuat bita yang tidak seharusnya ada menurut format",
    )
    TIMESTAMP = (
        "timestamp",
        "carries another time than the archive's header",
        "memuat waktu yang berbeda dari kepala arsip",
    )
    NAME = ("name", "is not named after the hash of its contents", "namanya bukan hash dari isinya")
    EXTRA = ("extra", "does not belong in an archive", "bukan bagian dari arsip")
    REPEATED = ("repeated", "is there more than once", "ada lebih dari satu kali")
    MISSING = ("missing", "is missing from the archive", "tidak ada di dalam arsip")
    UNREFERENCED = ("unreferenced", "is referred to by no event", "tidak dirujuk oleh peristiwa mana pun")
    ORDER = ("order", "is not at its place in the order of records", "tidak berada pada urutannya")
    PARENT = ("parent", "does not name the event before it as its parent", "tidak merujuk peristiwa sebelumnya")
    HEIGHT = ("height", "has a wrong height in the chain of events", "tingginya salah dalam rantai peristiwa")
    FORM = (
        "form",
        "is not written in the one form that the format has for it",
        "tidak ditulis dalam satu-satunya bentuk yang sah",
    )
    SCALAR = (
        "scalar",
        "holds a number that is not a reduced scalar in plain decimal",
        "memuat bilangan yang bukan skalar tereduksi dalam desimal biasa",
    )
    ELEMENT = (
        "element",
        "holds a group element that is not canonical or not in the prime-order group",
        "memuat elemen grup yang tidak kanonik atau di luar grup berorde prima",
    )
    PUBLIC_KEY = (
        "public-key",
        "has a public key that is not the product of the trustees' keys",
        "kunci publiknya bukan hasil kali kunci para pemegang kunci",
    )
    TRUSTEE = ("trustee", "holds a trustee's key without a valid proof", "memuat kunci tanpa bukti yang sah")
    CREDENTIAL_LIST = (
        "credential-list",
        "holds a credential that is doubled or has a weight other than 1",
        "memuat kredensial ganda atau berbobot selain 1",
    )
    FOREIGN = ("foreign", "is of another election", "berasal dari pemilihan lain")
    CREDENTIAL_UNKNOWN = (
        "credential-unknown",
        "uses a credential that is not in the election's pool",
        "memakai kredensial yang tidak ada dalam daftar pemilihan",
    )
    CREDENTIAL_REUSED = (
        "credential-reused",
        "uses a credential that another ballot has used already",
        "memakai kredensial yang sudah dipakai surat suara lain",
    )
    TRACKER_REPEATED = (
        "tracker-repeated",
        "has the tracker of another ballot",
        "pelacaknya sama dengan surat suara lain",
    )
    CIPHERTEXT_REPEATED = (
        "ciphertext-repeated",
        "holds a ciphertext that is there already",
        "memuat sandi yang sudah ada",
    )
    SHAPE = (
        "shape",
        "does not have one ciphertext and one proof for each choice",
        "tidak memuat satu sandi dan satu bukti untuk setiap pilihan",
    )
    INDIVIDUAL_PROOF = (
        "individual-proof",
        "does not prove that a choice holds 0 or 1",
        "tidak membuktikan bahwa suatu pilihan berisi 0 atau 1",
    )
    OVERALL_PROOF = (
        "overall-proof",
        "does not prove that it holds exactly one vote",
        "tidak membuktikan bahwa isinya tepat satu suara",
    )
    BLANK_PROOF = (
        "blank-proof",
        "does not prove that it is not both blank and for a candidate",
        "tidak membuktikan bahwa isinya tidak kosong sekaligus memilih calon",
    )
    SIGNATURE = (
        "signature",
        "is not signed by its credential",
        "tidak ditandatangani dengan kredensialnya",
    )
    COUNT = (
        "count",
        "does not count the ballots that are in the archive",
        "jumlahnya tidak sama dengan surat suara di dalam arsip",
    )
    TALLY = (
        "tally",
        "is not the product of the ballots in the archive",
        "bukan hasil kali surat suara di dalam arsip",
    )
    OWNER = (
        "owner",
        "is by no trustee of this election, or by one who has decrypted already",
        "bukan dari pemegang kunci pemilihan ini, atau pemegangnya sudah mendekripsi",
    )
    DECRYPTION_PROOF = (
        "decryption-proof",
        "does not prove its decryption factors",
        "tidak membuktikan faktor dekripsinya",
    )
    DECRYPTIONS_MISSING = (
        "decryptions-missing",
        "is there before every trustee has decrypted",
        "sudah ada sebelum semua pemegang kunci mendekripsi",
    )
    RESULT = (
        "result",
        "does not match the decryption of the tally",
        "tidak cocok dengan hasil dekripsi penghitungan",
    )

    def __init__(self, code: str, en: str, id: str) -> None:  # noqa: A002 -- the language's own code
        self.code = code
        self.en = en
        self.id = id


class Refused(InputError):
    """One record is refused; ``kind`` says why, ``detail`` where in the record. Raised by every strict check."""

    def __init__(self, kind: RefusalKind, detail: str = "", *, record: str = "record") -> None:
        refusal = Refusal(record, kind, detail)
        super().__init__(f"{refusal.sentence}; do not use it, ask its sender for the original.", id=refusal.id)
        self.kind = kind
        self.detail = detail
        self.record = record

    def __reduce__(self) -> tuple[object, ...]:
        """Verification may run in other processes; a refusal comes back whole."""
        return _refused, (self.kind, self.detail, self.record)

    def at(self, record: str) -> "Refusal":
        """The same refusal as a line of a report about ``record``."""
        return Refusal(record, self.kind, self.detail)


def _refused(kind: RefusalKind, detail: str, record: str) -> Refused:
    return Refused(kind, detail, record=record)


@contextmanager
def naming(record: str) -> Iterator[None]:
    """What is refused inside is refused as a fault of ``record``."""
    try:
        yield
    except Refused as fault:
        raise Refused(fault.kind, fault.detail, record=record) from None


_INDONESIAN = (
    (re.compile(r"^the file\b"), "berkas"),
    (re.compile(r"^record (\d+) at byte (\d+)"), r"rekaman \1 pada bita \2"),
    (re.compile(r"^record (\d+)"), r"rekaman \1"),
    (re.compile(r" of trustee (\d+)"), r" pemegang kunci \1"),
)


def record_id(record: str) -> str:
    """A record's name in an Indonesian sentence; names of the format itself stay as they are."""
    for english, indonesian in _INDONESIAN:
        record = english.sub(indonesian, record)
    return record


@dataclass(frozen=True)
class Refusal:
    """One line of a report: which record, what kind of fault, and where in it."""

    record: str
    kind: RefusalKind
    detail: str = ""

    @property
    def sentence(self) -> str:
        """English: the record and what is wrong with it."""
        return f"{self.record} {self.kind.en}{f' ({self.detail})' if self.detail else ''}"

    @property
    def id(self) -> str:
        """Indonesian: the record and what is wrong with it."""
        return f"{record_id(self.record)} {self.kind.id}{f' ({self.detail})' if self.detail else ''}"
