"""What people decide and software may not: which of two batches counts, or that paper does."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from config.errors import OperatorError
from sync.batch import read
from sync.district.ledger import Decision, Ledger
from sync.district.workspace import Workspace

NUMBER_MAX_DIGITS = 6
REASON_MIN_CHARS = 10
NAME_MIN_CHARS = 3
TAPE_MIN_DIGITS = 20
"""80 bits, as all fingerprints on paper; nobody makes a second batch that begins like the first."""


@dataclass(frozen=True)
class Ground:
    """What a decision rests on, as it was typed."""

    by: str
    reason: str
    tape: str | None
    """The batch's hash on the signed tape, with or without its spaces; at least the first 20 digits."""


def decide_for_batch(workspace: Workspace, ledger: Ledger, booth: str, ground: Ground) -> str:
    """Makes the booth's batch that the signed tape names the one that counts; returns its SHA-256.

    Raises OperatorError when no person, reason or tape is named, or none of the booth's batches is the tape's.
    """
    workspace.place(booth)
    by, reason, tape = _checked(ground)
    if tape is None:
        raise OperatorError(
            "Give --tape: the hash of the batch as the signed tape has it. Which batch counts is read from paper.",
            id="Beri --tape: sidik berkas hasil yang tercetak di rekap bertanda tangan. Kertas yang menentukan.",
        )
    here = ledger.admitted().get(booth)
    known = (*([here.batch_sha256] if here else []), *ledger.conflicts().get(booth, ()))
    chosen = [sha256 for sha256 in known if sha256.startswith(tape)]
    if len(chosen) != 1:
        names = ", ".join(f"{sha256[:12]}…" for sha256 in known) or "–"
        raise OperatorError(
            f"The tape's hash is that of {len(chosen)} batches of booth {booth}. Here are: {names}. Read the tape "
            "again; if its batch is not here, look for the stick, or let the count of slips decide (--paper).",
            id=f"Sidik pada rekap cocok dengan {len(chosen)} berkas hasil bilik {booth}. Yang ada: {names}. Baca lagi "
            "rekapnya; jika berkasnya tidak ada, cari stiknya, atau pakai hitung struk (--paper).",
        )
    batch = read(ledger.keeping.batch(chosen[0]))
    archive = ledger.keeping.put_archive(batch.archive)
    ledger.decide_for(batch.record, archive, Decision(batch.sha256, None, reason, by, tape, _now()))
    return batch.sha256


def decide_by_paper(workspace: Workspace, ledger: Ledger, booth: str, votes: str, ground: Ground) -> None:
    """Takes the votes of a count of slips (``3,120,98``, in the order of the ballot) as the booth's result."""
    place = workspace.place(booth)
    by, reason, tape = _checked(ground)
    village = workspace.election.village(place.village_code)
    wanted = workspace.election.blank + (len(village.candidates) if village else 0)
    numbers = numbers_of(votes)
    if len(numbers) != wanted:
        raise OperatorError(
            f"Write {wanted} numbers joined by commas, in the order of the ballot (blank first where there is blank).",
            id=f"Tulis {wanted} angka dipisahkan koma, menurut urutan surat suara (suara kosong lebih dulu bila ada).",
        )
    total = sum(numbers)
    if total > place.voters:
        raise OperatorError(
            f"{total} votes are more than the {place.voters} voters on the roll. Count again.",
            id=f"{total} suara melebihi {place.voters} pemilih dalam DPT. Hitung ulang.",
        )
    ledger.decide_by_paper(booth, Decision(None, numbers, reason, by, tape, _now()))


def numbers_of(text: str) -> tuple[int, ...]:
    """``3,120,98`` as it is typed; none at all when one of them is no number, or one of a million or more."""
    numbers = [number.strip() for number in text.split(",")]
    whole = all(number.isascii() and number.isdecimal() and len(number) <= NUMBER_MAX_DIGITS for number in numbers)
    return tuple(map(int, numbers)) if whole else ()


def _checked(ground: Ground) -> tuple[str, str, str | None]:
    """Name, reason and the tape's digits, without spaces around them."""
    by, reason = (" ".join(text.split()) for text in (ground.by, ground.reason))
    if len(by) < NAME_MIN_CHARS or not any(letter.isalpha() for letter in by):
        raise OperatorError(
            "Say who decides (--by), by name: a decision without a name is nobody's.",
            id="Sebutkan siapa yang memutuskan (--by), dengan nama.",
        )
    if len(reason) < REASON_MIN_CHARS:
        raise OperatorError(
            f"Write down what the decision rests on, in at least {REASON_MIN_CHARS} characters.",
            id=f"Tulis dasar keputusannya, sedikitnya {REASON_MIN_CHARS} huruf.",
        )
    if ground.tape is None:
        return by, reason, None
    tape = re.sub(r"[\s-]", "", ground.tape).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{TAPE_MIN_DIGITS},64}}", tape):
        raise OperatorError(
            f"Type the hash of the batch from the signed tape: at least its first {TAPE_MIN_DIGITS} digits (0-9, A-F).",
            id=f"Ketik sidik berkas hasil dari rekap bertanda tangan: sedikitnya {TAPE_MIN_DIGITS} angka pertama "
            "(0-9, A-F).",
        )
    return by, reason, tape


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")
