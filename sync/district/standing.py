"""How the election stands: the ledger, counts of slips and signatures read together, and the results that they make."""

from dataclasses import dataclass
from datetime import UTC, datetime

from config.areas import plain
from config.election import Village
from config.errors import OperatorError
from sync.district.finals import Basis, Finals, Signed, basis_of, look, sign
from sync.district.ledger import Admitted, Ledger
from sync.district.results import BoothResult, VillageResult, tally_villages
from sync.district.slipcounts import SlipsKept, kept
from sync.district.states import SIGNED
from sync.district.workspace import Workspace

MIN_NAME_CHARS = 3
MIN_REASON_CHARS = 10


@dataclass(frozen=True)
class Standing:
    """Everything that results, exports and reconciliation are made of."""

    villages: tuple[VillageResult, ...]
    admitted: dict[str, Admitted]
    slips: dict[str, SlipsKept]
    finals: Finals
    bases: dict[str, Basis]

    def village(self, code: str) -> VillageResult:
        """That village's result; the code must be the plan's."""
        return next(village for village in self.villages if village.village.code == code)


def now() -> str:
    """UTC, to the minute, as records have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")


def stand(workspace: Workspace, ledger: Ledger, at: str) -> Standing:
    """As the ledger stands at ``at``; signatures that rest on something that changed are undone on the way."""
    election = workspace.election
    admitted, conflicts, decisions = ledger.admitted(), ledger.conflicts(), ledger.decisions()
    slips = kept(ledger.database)
    bases = {v.code: basis_of(v, admitted, conflicts, decisions, slips) for v in election.villages}
    finals = look(ledger.database, bases, at)
    villages = tally_villages(election, admitted, conflicts, decisions, finals.standing.keys())
    return Standing(villages, admitted, slips, finals, bases)


def named(workspace: Workspace, name: str) -> Village:
    """The village with that code or, where only one has it, that name; raises OperatorError."""
    villages = workspace.election.villages
    found = [village for village in villages if name == village.code or plain(name) == plain(village.name)]
    if len(found) != 1:
        known = ", ".join(f"{village.code} {village.name}" for village in (found or villages)[:10])
        raise OperatorError(
            f"{name} names {len(found)} villages of this election. Write a code: {known}.",
            id=f"{name} menunjuk {len(found)} desa dalam pemilihan ini. Tulis kodenya: {known}.",
        )
    return found[0]


def make_final(workspace: Workspace, ledger: Ledger, standing: Standing, village: Village, signed: Signed) -> None:
    """Two people sign a village's result; raises OperatorError that says what is missing and what to do."""
    _want_people(signed)
    result = standing.village(village.code)
    if village.code in standing.finals.standing:
        raise OperatorError(
            f"{village.name} is final already. It is undone by itself when something that it rests on changes.",
            id=f"{village.name} sudah final. Status itu batal sendiri bila ada dasarnya yang berubah.",
        )
    if result.total.state not in SIGNED:
        open_ = [booth for booth in result.booths if booth.votes is None]
        told = ", ".join(f"{booth.place.booth_id} ({booth.state.value})" for booth in open_[:10])
        raise OperatorError(
            f"{len(open_)} booths of {village.name} have no result yet: {told}. Import their batches, 'decrypt' or "
            "'decide' them first.",
            id=f"{len(open_)} bilik {village.name} belum punya hasil: {told}. Lebih dulu impor berkasnya, 'decrypt', "
            "atau 'decide'.",
        )
    if workspace.election.settings.final_wants_slips:
        _want_slips(result, standing.slips)
    sign(ledger.database, village.code, signed, standing.bases[village.code])


def _want_people(signed: Signed) -> None:
    names = {" ".join(name.split()).casefold() for name in (signed.by, signed.with_)}
    if len(names) != 2 or min(map(len, names)) < MIN_NAME_CHARS:
        raise OperatorError(
            f"Two different people sign a final result: --by NAME --with NAME, each of {MIN_NAME_CHARS} letters or "
            "more.",
            id=f"Hasil final ditandatangani dua orang yang berbeda: --by NAMA --with NAMA, masing-masing sedikitnya "
            f"{MIN_NAME_CHARS} huruf.",
        )
    if len(signed.reason.strip()) < MIN_REASON_CHARS:
        raise OperatorError(
            f"Write down what it rests on (minutes, date, number), in at least {MIN_REASON_CHARS} characters.",
            id=f"Tulis dasarnya (berita acara, tanggal, nomor), sedikitnya {MIN_REASON_CHARS} huruf.",
        )


def _want_slips(result: VillageResult, slips: dict[str, SlipsKept]) -> None:
    lacking = [booth.place.booth_id for booth in result.booths if booth.place.booth_id not in slips]
    if lacking:
        told = ", ".join(lacking[:10])
        raise OperatorError(
            f"This election wants slips counted before a result is final, and {len(lacking)} booths lack a count: "
            f"{told}. Count with 'slips scan --out', then 'slips keep'.",
            id=f"Pemilihan ini mensyaratkan hitungan struk sebelum hasil final, dan {len(lacking)} bilik belum punya: "
            f"{told}. Hitung dengan 'slips scan --out', lalu 'slips keep'.",
        )
    differing = [booth.place.booth_id for booth in result.booths if _differs(booth, slips)]
    if differing:
        told = ", ".join(differing[:10])
        raise OperatorError(
            f"Slips and result differ at {told}. Count again; if it stays so, paper decides: 'decide --paper'.",
            id=f"Struk dan hasil berbeda di {told}. Hitung ulang; jika tetap, kertas menentukan: 'decide --paper'.",
        )


def _differs(booth: BoothResult, slips: dict[str, SlipsKept]) -> bool:
    return slips[booth.place.booth_id].votes != booth.votes
