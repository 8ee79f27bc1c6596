"""The election's source folder: tables and photos that staff fill in, checked as a whole before anything is made.

The form is in ``docs/formats/election-source.md``. All faults are found at once; with any fault nothing is taken.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.areas import check_listed, check_together, nearest, read_code
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
from config.table import Row
from config.tables import Form, Tables, beside

VILLAGES = Form("villages", ("kode_wilayah", "kecamatan", "desa"))
BOOTHS = Form(
    "booths", ("kode_wilayah", "tps", "booth", "voters"), frozenset({"tps", "booth", "voters"}), optional=("reason",)
)
CANDIDATES = Form("candidates", ("kode_wilayah", "number", "name", "photo"), frozenset({"number"}))
REASON_MIN_CHARS, REASON_MAX_CHARS = 10, 200


@dataclass(frozen=True)
class Source:
    """A source that was read without fault."""

    election: Election
    files: Mapping[str, bytes]
    """Exactly the files that it was read from, by relative name; nothing else in the folder counts."""


def read_source(path: Path, *, audio: bool = True, codes: Path | None = None) -> Source:
    """Reads and checks an election's folder; raises SourceFaults with everything that is wrong with it.

    Without ``audio`` its clips are not looked at: that is how they are made. ``codes`` is a list of official codes
    that counts in place of the folder's own.
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
    tables = Tables(folder, (VILLAGES, BOOTHS, CANDIDATES), faults)
    village_rows, all_villages = tables.rows(VILLAGES)
    villages = _villages(village_rows, faults)
    check_together(villages, faults)
    check_listed(folder, codes, villages, plan.district if plan else None, faults)
    known = villages if all_villages else None
    booth_rows, all_booths = tables.rows(BOOTHS)
    booths = _booths(booth_rows, known, faults)
    candidate_rows, all_candidates = tables.rows(CANDIDATES)
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


def _villages(rows: list[Row], faults: Collector) -> dict[str, tuple[Row, str, str]]:
    villages: dict[str, tuple[Row, str, str]] = {}
    for row in rows:
        subdistrict = row.words("kecamatan", PLACE_MAX_CHARS, faults)
        name = row.words("desa", PLACE_MAX_CHARS, faults)
        code = read_code(row, faults)
        if code in villages:
            _doubled(row, "kode_wilayah", code, villages[code][0], faults)
        elif code:
            villages[code] = (row, name or "", subdistrict or "")
    return villages


def _known_village(row: Row, villages: dict[str, tuple[Row, str, str]] | None, faults: Collector) -> str | None:
    code = read_code(row, faults)
    if code and villages is not None and code not in villages:
        table, near = beside(row.file, VILLAGES), nearest(code, villages)
        hint_en = f" Did you mean {near}?" if near else ""
        hint_id = f" Maksudnya {near}?" if near else ""
        faults.add(
            row.file,
            row.line,
            "kode_wilayah",
            f"{code} is not in {table}.{hint_en} Add the village there or correct the code.",
            f"{code} tidak ada di {table}.{hint_id} Tambahkan desanya di sana atau perbaiki kodenya.",
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
        count, table = len(candidates.get(code, ())), beside(row.file, CANDIDATES)
        if not MIN_CANDIDATES <= count <= MAX_CANDIDATES:
            faults.add(
                row.file,
                row.line,
                None,
                f"{code} {name} has {count} candidate{'s' if count != 1 else ''} in {table}; it must have "
                f"{MIN_CANDIDATES} to {MAX_CANDIDATES}. Correct the list there.",
                f"{code} {name} punya {count} calon di {table}; harus {MIN_CANDIDATES} sampai "
                f"{MAX_CANDIDATES}. Perbaiki daftarnya di sana.",
            )


def _booths_complete(
    villages: dict[str, tuple[Row, str, str]],
    booths: dict[str, dict[int, dict[int, tuple[Row, PlannedBooth]]]],
    faults: Collector,
) -> None:
    for code, (row, name, _) in villages.items():
        if code not in booths:
            table = beside(row.file, BOOTHS)
            faults.add(
                row.file,
                row.line,
                None,
                f"{code} {name} has no booth in {table}. Add its booths there or leave the village out.",
                f"{code} {name} tidak punya bilik di {table}. Tambahkan biliknya di sana atau hapus desanya.",
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
