"""Who gets a card and for what: one person at a time, or a table of them; and whether that may be."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.cards.registry import HOLDER_MAX_CHARS, RegisteredCard
from config.cards.role import Role
from config.election import Election
from config.errors import BilikError, OperatorError
from config.faults import Collector
from config.folder import Folder
from config.names import wrong_with
from config.table import read_table

ROLE_WORDS = {
    Role.OFFICERS: ("officers", "petugas (KPPS)"),
    Role.COMMITTEE: ("committee", "panitia"),
    Role.TECHNICIAN: ("technician", "teknisi"),
}
"""The roles in sentences, English and Indonesian."""
CARDS_FOR_EACH = 2
"""Of each role and place, so that one lost card loses nothing."""
COLUMNS = ("role", "village", "tps", "holder")
"""Of the table that ``cards issue --holders`` takes."""


@dataclass(frozen=True)
class Holder:
    """Who gets a card and for what."""

    role: Role
    name: str
    village: str | None
    """Code of the village; None for a technician, who serves the whole district."""
    tps: int | None
    """Number of the TPS, for officers; None for all others."""

    def holds(self, card: RegisteredCard) -> bool:
        """Whether that card is this person's, for this work."""
        mine = (self.role, self.village, self.tps, plain(self.name))
        return mine == (card.role, card.village_code, card.tps, plain(card.holder))


def check_holder(election: Election, cards: tuple[RegisteredCard, ...], holder: Holder) -> None:
    """Raises OperatorError unless the plan has the place and the person holds no card of another role."""
    if holder.role is Role.TECHNICIAN:
        if holder.village is not None or holder.tps is not None:
            raise OperatorError(
                "A technician's card serves the whole district: no --village and no --tps.",
                id="Kartu teknisi berlaku untuk seluruh kabupaten: tanpa --village dan tanpa --tps.",
            )
    else:
        _check_place(election, holder)
    name = plain(holder.name)
    wrong = wrong_with(holder.name, HOLDER_MAX_CHARS)
    if wrong is not None:
        raise OperatorError(f"The card holder's name: {wrong[0]}", id=f"Nama pemegang kartu: {wrong[1]}")
    if any(card.role is not holder.role and plain(card.holder) == name for card in cards):
        raise OperatorError(
            f"{holder.name} holds a card of the other role already. No person may hold both keys: choose another "
            "holder.",
            id=f"{holder.name} sudah memegang kartu dengan peran lain. Tidak seorang pun boleh memegang kedua kunci: "
            "pilih pemegang lain.",
        )


def _check_place(election: Election, holder: Holder) -> None:
    codes = ", ".join(village.code for village in election.villages)
    if holder.village is None:
        raise OperatorError(
            f"Say for which village the card is (--village). The election's villages: {codes}.",
            id=f"Sebutkan desa kartu ini (--village). Desa pemilihan ini: {codes}.",
        )
    village = election.village(holder.village)
    if village is None:
        raise OperatorError(
            f"The election has no village {holder.village}. Its villages: {codes}.",
            id=f"Pemilihan ini tidak punya desa {holder.village}. Desanya: {codes}.",
        )
    if (holder.role is Role.OFFICERS) != (holder.tps is not None):
        raise OperatorError(
            "Officers' cards belong to one TPS (--tps), the committee's to a whole village (no --tps).",
            id="Kartu petugas milik satu TPS (--tps), kartu panitia milik seluruh desa (tanpa --tps).",
        )
    if holder.tps is not None and holder.tps not in {tps.number for tps in village.tps}:
        raise OperatorError(
            f"{village.name} has no TPS {holder.tps}. Look into booths.csv.",
            id=f"{village.name} tidak punya TPS {holder.tps}. Periksa booths.csv.",
        )


def read_holders(path: Path, election: Election, cards: tuple[RegisteredCard, ...]) -> list[Holder]:
    """The people of a table (CSV: role, village, tps, holder), all of it checked before any card is touched.

    Raises SourceFaults with everything that is wrong, line by line; OperatorError when there is no such file.
    """
    if not path.is_file():
        raise OperatorError(
            f"There is no table {path}. Name a CSV with the columns {', '.join(COLUMNS)}.",
            id=f"Tabel {path} tidak ada. Sebutkan CSV dengan kolom {', '.join(COLUMNS)}.",
        )
    faults = Collector()
    holders: list[Holder] = []
    roles: dict[str, Role] = {}
    for row in read_table(Folder(path.parent), path.name, COLUMNS, faults):
        before = faults.count
        role = next((role for role in Role if role.value == row.cells["role"].lower()), None)
        if role is None:
            names = ", ".join(role.value for role in Role)
            faults.add(row.file, row.line, "role", f"Write one of: {names}.", f"Tulis salah satu dari: {names}.")
        tps = row.whole_number("tps", 1, 999, faults) if row.cells["tps"] else None
        if role is None or faults.count > before:
            continue
        holder = Holder(role, row.cells["holder"], row.cells["village"] or None, tps)
        try:
            check_holder(election, cards, holder)
        except BilikError as wrong:
            faults.add(row.file, row.line, None, wrong.en, wrong.id)
            continue
        if roles.setdefault(plain(holder.name), role) is not role:
            faults.add(
                row.file,
                row.line,
                "holder",
                f"{holder.name} stands here with two roles. No person may hold both keys: choose another holder.",
                f"{holder.name} tertulis dengan dua peran. Tidak seorang pun boleh memegang kedua kunci: pilih orang "
                "lain.",
            )
        elif any(_same(holder, other) for other in holders):
            faults.add(
                row.file,
                row.line,
                "holder",
                f"{holder.name} stands here twice for the same work. One card for each person: delete one line.",
                f"{holder.name} tertulis dua kali untuk tugas yang sama. Satu kartu untuk tiap orang: hapus satu "
                "baris.",
            )
        holders.append(holder)
    faults.raise_if_any()
    return holders


def rehearsal_holders(election: Election) -> Iterator[tuple[Holder, str]]:
    """Two officers for each TPS and two of the committee for each village, each with the name of a card file."""
    for village in election.villages:
        for tps in village.tps:
            for n in range(1, CARDS_FOR_EACH + 1):
                name = f"Petugas {n} TPS {tps.number} {village.name}"
                yield (
                    Holder(Role.OFFICERS, name, village.code, tps.number),
                    f"officers-{village.code}-{tps.number:03d}-{n}.card",
                )
        for n in range(1, CARDS_FOR_EACH + 1):
            yield (
                Holder(Role.COMMITTEE, f"Panitia {n} {village.name}", village.code, None),
                f"committee-{village.code}-{n}.card",
            )


def place_words(election: Election, village_code: str | None, tps: int | None) -> str:
    """``Balecatur TPS 2``, ``Balecatur``, or the district's name for a card that serves all of it."""
    if village_code is None:
        return election.district
    village = election.village(village_code)
    name = village.name if village else village_code
    return name if tps is None else f"{name} TPS {tps}"


def plain(name: str) -> str:
    """A name as it is compared: capitals, blanks and another spelling of a letter make no other person."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _same(one: Holder, other: Holder) -> bool:
    return (one.role, one.village, one.tps, plain(one.name)) == (
        other.role,
        other.village,
        other.tps,
        plain(other.name),
    )
