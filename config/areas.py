"""Official area codes (*kode wilayah*): their form, and whether code and name belong together in the ministry's list.

The list is not carried here: it is revised every year, and whoever prepares an election has the newest one. Given as
``codes.csv`` in the source folder (or with ``--codes``), it has the columns ``kode_wilayah,kabupaten,kecamatan,desa``.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from config.faults import Collector
from config.files import read_plain
from config.folder import Folder
from config.names import shown, tidy
from config.table import Row, delimiter_of

CODES = "codes.csv"
MAX_BYTES = 32 * 1024 * 1024
"""The whole country has some 84,000 lines, about 5 MB."""
COLUMNS = ("kode_wilayah", "kabupaten", "kecamatan", "desa")

CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_DESA = "2"
"""How the fourth group of a desa's code begins; a kelurahan's begins with 1."""
_DISTRICT, _SUBDISTRICT = 5, 8
"""Characters of a code that name the kabupaten, and the kecamatan."""
_LONGEST_LINE = 400


@dataclass(frozen=True)
class Area:
    """One desa of the list."""

    district: str
    subdistrict: str
    name: str


def read_code(row: Row, faults: Collector) -> str | None:
    """The code of a desa in a row's ``kode_wilayah``, or None after noting that it is none."""
    text = row.cells["kode_wilayah"]
    if not CODE.fullmatch(text):
        digits = text.replace(".", "").replace(" ", "")
        like = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}.{digits[6:]}" if _ten(digits) else "34.04.01.2001"
        faults.add(
            row.file,
            row.line,
            "kode_wilayah",
            f"{shown(text)} is not a kode wilayah. Write ten digits in groups, like {like} (format the column "
            "as text, so that the spreadsheet does not change it).",
            f"{shown(text)} bukan kode wilayah. Tulis sepuluh angka berkelompok, seperti {like} (jadikan kolom "
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


def check_together(villages: dict[str, tuple[Row, str, str]], faults: Collector) -> None:
    """Notes codes of two districts in one election, and two names of one kecamatan: a slip of the pen in one of them.

    ``villages`` holds the row, the name and the kecamatan's name by code.
    """
    first: Row | None = None
    own = ""
    names: dict[str, tuple[Row, str]] = {}
    for code, (row, _, subdistrict) in villages.items():
        if first is None:
            first, own = row, code[:_DISTRICT]
        elif code[:_DISTRICT] != own:
            faults.add(
                row.file,
                row.line,
                "kode_wilayah",
                f"{code} lies in another district than the {own} of line {first.line}. Correct the code, or make an "
                "election of its own for each district.",
                f"{code} ada di kabupaten lain dari {own} di baris {first.line}. Perbaiki kodenya, atau buat "
                "pemilihan tersendiri untuk tiap kabupaten.",
            )
        earlier = names.setdefault(code[:_SUBDISTRICT], (row, subdistrict))
        if subdistrict and earlier[1] and plain(earlier[1]) != plain(subdistrict):
            faults.add(
                row.file,
                row.line,
                "kecamatan",
                f"{code[:_SUBDISTRICT]} is called {shown(earlier[1])} in line {earlier[0].line} and "
                f"{shown(subdistrict)} here. Write the same name, or correct the code.",
                f"{code[:_SUBDISTRICT]} disebut {shown(earlier[1])} di baris {earlier[0].line} dan "
                f"{shown(subdistrict)} di sini. Samakan namanya, atau perbaiki kodenya.",
            )


def check_listed(
    folder: Folder,
    codes: Path | None,
    villages: dict[str, tuple[Row, str, str]],
    district: str | None,
    faults: Collector,
) -> None:
    """Notes villages that the list does not know, or knows by another name; nothing where there is no list.

    What the folder keeps of the list are the lines of these villages. ``codes`` is a list that lies elsewhere.
    """
    path = codes or folder.path / CODES
    if codes is None and not path.exists() and not path.is_symlink():
        return
    listed = _read_list(path, set(villages), faults)
    if listed is None:
        return
    areas, by_name = listed
    for code, (row, name, subdistrict) in villages.items():
        area = areas.get(code)
        if area is None:
            near = by_name.get((plain(subdistrict), plain(name)), "")
            hint_en = f" {subdistrict}, {name} has the code {near} there." if near else ""
            hint_id = f" {subdistrict}, {name} berkode {near} di sana." if near else ""
            faults.add(
                row.file,
                row.line,
                "kode_wilayah",
                f"{code} is not in the official list ({path.name}).{hint_en} Correct the code.",
                f"{code} tidak ada dalam daftar resmi ({path.name}).{hint_id} Perbaiki kodenya.",
            )
            continue
        for column, ours, theirs in (("desa", name, area.name), ("kecamatan", subdistrict, area.subdistrict)):
            if ours and plain(ours) != plain(theirs):
                faults.add(
                    row.file,
                    row.line,
                    column,
                    f"{code} is {shown(theirs)} in the official list, and {shown(ours)} here. Write {shown(theirs)} "
                    "or correct the code.",
                    f"{code} adalah {shown(theirs)} dalam daftar resmi, di sini {shown(ours)}. Tulis {shown(theirs)}, "
                    "atau perbaiki kodenya.",
                )
    districts = {plain(area.district): area.district for area in areas.values()}
    if district is not None and len(districts) == 1 and plain(district) not in districts:
        (theirs,) = districts.values()
        faults.add(
            "election.toml",
            None,
            "district",
            f"The villages lie in {shown(theirs)} by the official list, and {shown(district)} is written here. Write "
            f'district = "{theirs}".',
            f"Menurut daftar resmi desanya ada di {shown(theirs)}, di sini tertulis {shown(district)}. Tulis "
            f'district = "{theirs}".',
        )
    folder.keep(CODES, _spelled(areas))


def _read_list(
    path: Path, wanted: set[str], faults: Collector
) -> tuple[dict[str, Area], dict[tuple[str, str], str]] | None:
    """The wanted villages of the list, and the codes of all its villages by kecamatan and name; None after a fault."""
    try:
        data = read_plain(path, MAX_BYTES)
        text = data.decode("utf-8-sig")
    except OSError:
        faults.add(
            path.name,
            None,
            None,
            "The list cannot be read. Name the file.",
            "Daftar tidak terbaca. Sebutkan berkasnya.",
        )
        return None
    except UnicodeDecodeError:
        faults.add(
            path.name,
            None,
            None,
            "The list is not UTF-8. Save it as 'CSV UTF-8'.",
            "Simpan daftar sebagai 'CSV UTF-8'.",
        )
        return None
    if len(data) > MAX_BYTES:
        faults.add(
            path.name,
            None,
            None,
            f"The list is larger than {MAX_BYTES // 1024 // 1024} MiB. Put in the villages of the district only.",
            f"Daftar lebih besar dari {MAX_BYTES // 1024 // 1024} MiB. Isi dengan desa kabupaten ini saja.",
        )
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    areas: dict[str, Area] = {}
    by_name: dict[tuple[str, str], str] = {}
    try:
        if [cell.strip() for cell in next(reader, [])] != list(COLUMNS):
            faults.add(
                path.name,
                1,
                None,
                f"The first line must be {','.join(COLUMNS)}, as in the list that the data come from.",
                f"Baris pertama harus {','.join(COLUMNS)}, seperti daftar asalnya.",
            )
            return None
        for cells in reader:
            if not cells:
                continue
            code, *words = (tidy(cell) for cell in cells)
            if len(words) != 3 or not CODE.fullmatch(code) or sum(map(len, words)) > _LONGEST_LINE or code in areas:
                faults.add(
                    path.name,
                    reader.line_num,
                    None,
                    "This is no line of the official list, or its code stands there twice. Take the list anew.",
                    "Ini bukan baris daftar resmi, atau kodenya tertulis dua kali. Ambil ulang daftarnya.",
                )
                return None
            if code in wanted:
                areas[code] = Area(*words)
            by_name.setdefault((plain(words[1]), plain(words[2])), code)
    except csv.Error:
        faults.add(
            path.name,
            reader.line_num,
            None,
            "The quotation marks of this line do not close. Take the list anew.",
            "Tanda kutip pada baris ini tidak tertutup. Ambil ulang daftarnya.",
        )
        return None
    return areas, by_name


def nearest(code: str, codes: dict[str, tuple[Row, str, str]]) -> str | None:
    """The one code of the election that has one other digit, if there is one."""
    spelled = {
        f"{code[:place]}{digit}{code[place + 1 :]}"
        for place, letter in enumerate(code)
        if letter != "."
        for digit in "0123456789"
    }
    found = [other for other in spelled if other in codes]
    return found[0] if len(found) == 1 else None


def plain(name: str) -> str:
    """A name as it is compared: capitals, blanks and hyphens make no other village."""
    return " ".join(tidy(name).casefold().replace("-", " ").split())


def _ten(digits: str) -> bool:
    return len(digits) == 10 and digits.isascii() and digits.isdecimal()


def _spelled(areas: dict[str, Area]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for code, area in sorted(areas.items()):
        table.writerow((code, area.district, area.subdistrict, area.name))
    return out.getvalue().encode()
