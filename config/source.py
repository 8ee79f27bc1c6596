"""The election's source folder: tables and photos that staff fill in, checked as a whole before anything is made.

The form is in ``docs/formats/election-source.md``. All faults are found at once; with any fault nothing is taken.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.election import (
    MAX_CANDIDATES,
    MAX_CREDENTIALS,
    MIN_CANDIDATES,
    PLACE_MAX_CHARS,
    SMALL_BOOTH_VOTERS,
    Election,
    PlannedBooth,
    PlannedCandidate,
    PlannedTps,
    Village,
)
from config.faults import Collector
from config.folder import Folder
from config.names import NAME_MAX_CHARS, shown, tidy, wrong_with_name
from config.photo import read_photo
from config.plan import Plan, read_plan
from config.record import sha256
from config.sounds import Sounds, read_sounds
from config.spoken import read_words
from config.table import Row, read_table

VILLAGES = ("villages.csv", ("kode_wilayah", "kecamatan", "desa"))
BOOTHS = ("booths.csv", ("kode_wilayah", "tps", "booth", "voters"))
CANDIDATES = ("candidates.csv", ("kode_wilayah", "number", "name", "photo"))
REASON_MIN_CHARS, REASON_MAX_CHARS = 10, 200

_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_DESA = "2"
"""How the fourth group of a desa's code begins; a kelurahan's begins with 1."""


@dataclass(frozen=True)
class Source:
    """A source that was read without fault."""

    election: Election
    files: Mapping[str, bytes]
    """Exactly the files that it was read from, by relative name; nothing else in the folder counts."""


def read_source(path: Path, *, audio: bool = True) -> Source:
    """Reads and checks an election's folder; raises SourceFaults with everything that is wrong with it.

    Without ``audio`` its clips are not looked at: that is how they are made.
    """
    faults = Collector()
    folder = Folder(path)
    if not path.is_dir():
        faults.add(
            path.name,
            None,
            None,
            "There is no such folder. Name the folder that holds election.toml.",
            "Folder ini tidak ada. Sebutkan folder yang berisi election.toml.",
        )
        faults.raise_if_any()
    plan = read_plan(folder, faults)
    village_rows, all_villages = _read(folder, VILLAGES, faults)
    villages = _villages(village_rows, faults)
    known = villages if all_villages else None
    booth_rows, all_booths = _read(folder, BOOTHS, faults, optional=("reason",))
    booths = _booths(booth_rows, known, faults)
    candidate_rows, all_candidates = _read(folder, CANDIDATES, faults)
    photos: dict[str, bytes] = {}
    candidates = _candidates(candidate_rows, known, folder, photos, faults)
    # What a table lacks is only said of one that could be read whole.
    if all_candidates:
        _candidates_complete(villages, candidates, faults)
    if all_booths:
        _booths_complete(villages, booths, faults)
    catalogues: dict[str, bytes] = {}
    sounds = Sounds({}, {})
    if plan is not None:
        _credentials(plan, booths, faults)
        catalogues = read_words(folder, plan, faults)
        if audio:
            sounds = read_sounds(folder, plan, _names(candidates), faults)
    faults.raise_if_any()
    assert plan is not None  # noqa: S101 -- read_plan notes a fault whenever it gives none
    return Source(_election(plan, villages, booths, candidates, photos, catalogues, sounds), folder.taken)


def _read(
    folder: Folder, table: tuple[str, tuple[str, ...]], faults: Collector, optional: tuple[str, ...] = ()
) -> tuple[list[Row], bool]:
    """A table's rows, and whether they are all that it holds."""
    before = faults.count
    rows = read_table(folder, *table, faults, optional=optional)
    return rows, faults.count == before


def _villages(rows: list[Row], faults: Collector) -> dict[str, tuple[Row, str, str]]:
    villages: dict[str, tuple[Row, str, str]] = {}
    for row in rows:
        subdistrict = row.words("kecamatan", PLACE_MAX_CHARS, faults)
        name = row.words("desa", PLACE_MAX_CHARS, faults)
        code = _code(row, faults)
        if code in villages:
            _doubled(row, "kode_wilayah", code, villages[code][0], faults)
        elif code:
            villages[code] = (row, name or "", subdistrict or "")
    return villages


def _code(row: Row, faults: Collector) -> str | None:
    text = row.cells["kode_wilayah"]
    if not _CODE.fullmatch(text):
        faults.add(
            row.file,
            row.line,
            "kode_wilayah",
            f"{shown(text)} is not a kode wilayah. Write ten digits in groups, like 34.04.01.2001 (format the column "
            "as text, so that the spreadsheet does not change it).",
            f"{shown(text)} bukan kode wilayah. Tulis sepuluh angka berkelompok, seperti 34.04.01.2001 (jadikan kolom "
            "berformat teks agar tidak diubah lembar kerja).",
        )
        return None
    if text.split(".")[3][0] != _DESA:
        faults.add(
            row.file,
            row.line,
            "kode_wilayah",
            f"{text} is not a desa: its last group does not begin with 2 (with 1 it is a kelurahan, which elects no "
            "village head). Correct the code or leave the line out.",
            f"{text} bukan desa: kelompok terakhirnya tidak diawali 2 (bila 1, itu kelurahan dan tidak memilih kepala "
            "desa). Perbaiki kodenya atau hapus barisnya.",
        )
        return None
    return text


def _known_village(row: Row, villages: dict[str, tuple[Row, str, str]] | None, faults: Collector) -> str | None:
    code = _code(row, faults)
    if code and villages is not None and code not in villages:
        faults.add(
            row.file,
            row.line,
            "kode_wilayah",
            f"{code} is not in {VILLAGES[0]}. Add the village there or correct the code.",
            f"{code} tidak ada di {VILLAGES[0]}. Tambahkan desanya di sana atau perbaiki kodenya.",
        )
        return None
    return code


def _booths(
    rows: list[Row], villages: dict[str, tuple[Row, str, str]] | None, faults: Collector
) -> dict[str, dict[int, dict[int, tuple[Row, PlannedBooth]]]]:
    planned: dict[str, dict[int, dict[int, tuple[Row, PlannedBooth]]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        code = _known_village(row, villages, faults)
        tps = row.whole_number("tps", 1, 999, faults)
        number = row.whole_number("booth", 1, 99, faults)
        voters = row.whole_number("voters", 1, 5000, faults)
        reason = _reason(row, voters, faults)
        if code is None or tps is None or number is None or voters is None:
            continue
        if number in planned[code][tps]:
            _doubled(row, "booth", f"{code} TPS {tps} bilik {number}", planned[code][tps][number][0], faults)
        else:
            planned[code][tps][number] = (row, PlannedBooth(number, voters, reason))
    for stations in planned.values():
        for tps, booths in stations.items():
            for expected, (number, (row, _)) in enumerate(sorted(booths.items()), 1):
                if number != expected:
                    faults.add(
                        row.file,
                        row.line,
                        "booth",
                        f"TPS {tps} has a booth {number} and no booth {expected}. Number the booths of each TPS "
                        "from 1 on.",
                        f"TPS {tps} punya bilik {number} tetapi tidak punya bilik {expected}. Nomori bilik tiap TPS "
                        "mulai dari 1.",
                    )
                    break
    return planned


def _reason(row: Row, voters: int | None, faults: Collector) -> str:
    text = row.cells["reason"]
    if text and row.words("reason", REASON_MAX_CHARS, faults) is None:
        return ""
    if voters is not None and voters < SMALL_BOOTH_VOTERS and len(text) < REASON_MIN_CHARS:
        faults.add(
            row.file,
            row.line,
            "reason",
            f"A booth with {voters} voters tells too much about each of them. Join it with another booth, or write "
            f"down in 'reason' why it must be (at least {REASON_MIN_CHARS} characters).",
            f"Bilik dengan {voters} pemilih terlalu mengungkap pilihan tiap orang. Gabungkan dengan bilik lain, atau "
            f"tulis alasannya di kolom 'reason' (sedikitnya {REASON_MIN_CHARS} huruf).",
        )
    return text


def _candidates(
    rows: list[Row],
    villages: dict[str, tuple[Row, str, str]] | None,
    folder: Folder,
    photos: dict[str, bytes],
    faults: Collector,
) -> dict[str, dict[int, PlannedCandidate]]:
    planned: dict[str, dict[int, PlannedCandidate]] = defaultdict(dict)
    seen: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        code = _known_village(row, villages, faults)
        number = row.whole_number("number", 1, 99, faults)
        name = _candidate_name(row, faults)
        data = read_photo(folder, row.cells["photo"], (row.file, row.line, "photo"), faults)
        if code is None:
            continue
        for column in ("number", "name", "photo"):
            value = tidy(row.cells[column]).casefold()
            if column == "photo" and data is not None:
                value = sha256(data)  # the same picture under another name is the same photo
            first = seen.setdefault((code, column, value), row)
            if first is not row and value:
                _doubled(row, column, row.cells[column], first, faults)
        if data is not None:
            photos[sha256(data)] = data
        # A line with a fault of its own still counts as a candidate, so that it does not make "only one" too.
        place = number if number is not None else -row.line
        planned[code][place] = PlannedCandidate(place, name or "", sha256(data or b""))
    return planned


def _candidate_name(row: Row, faults: Collector) -> str | None:
    name = row.words("name", NAME_MAX_CHARS, faults)
    wrong = wrong_with_name(name) if name else None
    if wrong is not None:
        faults.add(row.file, row.line, "name", *wrong)
    return None if wrong else name


def _names(candidates: dict[str, dict[int, PlannedCandidate]]) -> dict[str, dict[int, str]]:
    """What clips say; a line with a fault of its own has told it already."""
    return {
        code: {place: one.name for place, one in listed.items() if place > 0 and one.name}
        for code, listed in candidates.items()
    }


def _candidates_complete(
    villages: dict[str, tuple[Row, str, str]], candidates: dict[str, dict[int, PlannedCandidate]], faults: Collector
) -> None:
    for code, (row, name, _) in villages.items():
        count = len(candidates.get(code, ()))
        if not MIN_CANDIDATES <= count <= MAX_CANDIDATES:
            faults.add(
                row.file,
                row.line,
                None,
                f"{code} {name} has {count} candidate{'s' if count != 1 else ''} in {CANDIDATES[0]}; it must have "
                f"{MIN_CANDIDATES} to {MAX_CANDIDATES}. Correct the list there.",
                f"{code} {name} punya {count} calon di {CANDIDATES[0]}; harus {MIN_CANDIDATES} sampai "
                f"{MAX_CANDIDATES}. Perbaiki daftarnya di sana.",
            )


def _booths_complete(
    villages: dict[str, tuple[Row, str, str]],
    booths: dict[str, dict[int, dict[int, tuple[Row, PlannedBooth]]]],
    faults: Collector,
) -> None:
    for code, (row, name, _) in villages.items():
        if code not in booths:
            faults.add(
                row.file,
                row.line,
                None,
                f"{code} {name} has no booth in {BOOTHS[0]}. Add its booths there or leave the village out.",
                f"{code} {name} tidak punya bilik di {BOOTHS[0]}. Tambahkan biliknya di sana atau hapus desanya.",
            )


def _credentials(
    plan: Plan, booths: dict[str, dict[int, dict[int, tuple[Row, PlannedBooth]]]], faults: Collector
) -> None:
    for stations in booths.values():
        for row, booth in (entry for station in stations.values() for entry in station.values()):
            count = plan.settings.lanes * plan.settings.credentials_per_lane(booth.voters)
            if count > MAX_CREDENTIALS:
                faults.add(
                    row.file,
                    row.line,
                    "voters",
                    f"{booth.voters} voters need {count} credentials with these settings; a booth holds at most "
                    f"{MAX_CREDENTIALS}. Spread the voters over more booths.",
                    f"{booth.voters} pemilih memerlukan {count} kredensial dengan setelan ini; satu bilik memuat "
                    f"paling banyak {MAX_CREDENTIALS}. Bagi pemilih ke lebih banyak bilik.",
                )


def _doubled(row: Row, column: str, value: str, first: Row, faults: Collector) -> None:
    faults.add(
        row.file,
        row.line,
        column,
        f"{shown(value)} stands in line {first.line} already. Change one of them or leave one out.",
        f"{shown(value)} sudah ada di baris {first.line}. Ubah atau hapus salah satunya.",
    )


def _election(
    plan: Plan,
    villages: dict[str, tuple[Row, str, str]],
    booths: dict[str, dict[int, dict[int, tuple[Row, PlannedBooth]]]],
    candidates: dict[str, dict[int, PlannedCandidate]],
    photos: dict[str, bytes],
    catalogues: dict[str, bytes],
    sounds: Sounds,
) -> Election:
    return Election(
        name=plan.name,
        district=plan.district,
        date=plan.date,
        mode=plan.mode,
        blank=plan.blank,
        question=plan.question,
        settings=plan.settings,
        villages=tuple(
            Village(
                code=code,
                name=villages[code][1],
                subdistrict=villages[code][2],
                tps=tuple(
                    PlannedTps(tps, tuple(stations[tps][number][1] for number in sorted(stations[tps])))
                    for stations in (booths[code],)
                    for tps in sorted(stations)
                ),
                candidates=tuple(candidates[code][number] for number in sorted(candidates[code])),
                audio=sounds.by_village.get(code, {}),
            )
            for code in sorted(villages)
        ),
        photos=photos,
        words=catalogues,
        clips=sounds.clips,
    )
