"""What people decide and software may not: which of two batches counts, or that paper does."""

from config.errors import OperatorError
from sync.batch import SUFFIX, read
from sync.district.intake import keep_archive
from sync.district.ledger import Ledger
from sync.district.workspace import Workspace

REASON_MIN_CHARS = 10


def decide_for_batch(workspace: Workspace, ledger: Ledger, booth: str, start: str, reason: str) -> str:
    """Makes the booth's batch whose SHA-256 begins with ``start`` the one that counts; returns the SHA-256."""
    workspace.place(booth)
    _want_reason(reason)
    here = ledger.admitted().get(booth)
    known = (*([here.batch_sha256] if here else []), *ledger.conflicts().get(booth, ()))
    chosen = [sha256 for sha256 in known if sha256.startswith(start.lower())]
    if len(chosen) != 1:
        names = ", ".join(f"{sha256[:12]}…" for sha256 in known) or "–"
        raise OperatorError(
            f"{start} names {len(chosen)} batches of booth {booth}. They are: {names}.",
            id=f"{start} menunjuk {len(chosen)} berkas hasil bilik {booth}. Yang ada: {names}.",
        )
    batch = read((workspace.path / "batches" / f"{chosen[0]}{SUFFIX}").read_bytes())
    ledger.decide_for(batch.record, batch.sha256, keep_archive(workspace, batch.archive), reason)
    return batch.sha256


def decide_by_paper(workspace: Workspace, ledger: Ledger, booth: str, votes: str, reason: str) -> None:
    """Takes the votes of a count of slips (``3,120,98``, in the order of the ballot) as the booth's result."""
    place = workspace.place(booth)
    _want_reason(reason)
    village = workspace.election.village(place.village_code)
    wanted = workspace.election.blank + (len(village.candidates) if village else 0)
    numbers = [number.strip() for number in votes.split(",")]
    if len(numbers) != wanted or not all(number.isascii() and number.isdecimal() for number in numbers):
        raise OperatorError(
            f"Write {wanted} numbers joined by commas, in the order of the ballot (blank first where there is blank).",
            id=f"Tulis {wanted} angka dipisahkan koma, menurut urutan surat suara (suara kosong lebih dulu bila ada).",
        )
    total = sum(map(int, numbers))
    if total > place.voters:
        raise OperatorError(
            f"{total} votes are more than the {place.voters} voters on the roll. Count again.",
            id=f"{total} suara melebihi {place.voters} pemilih dalam DPT. Hitung ulang.",
        )
    ledger.decide_by_paper(booth, tuple(map(int, numbers)), reason)


def _want_reason(reason: str) -> None:
    if len(reason.strip()) < REASON_MIN_CHARS:
        raise OperatorError(
            f"Write down what the decision rests on, in at least {REASON_MIN_CHARS} characters.",
            id=f"Tulis dasar keputusannya, sedikitnya {REASON_MIN_CHARS} huruf.",
        )
