"""An election's folder: what is wrong with it is said at once, with file and line; with any fault nothing is taken."""

import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from config.faults import SourceFaults
from config.mode import Mode
from config.names import NAME_LINE_CHARS, NAME_LINES
from config.source import read_source
from printer import documents
from printer.layout import Size
from printer.profiles import PROFILES, Profile

SAMPLE = Path(__file__).parents[2] / "config" / "sample"
FILES = ("election.toml", "villages.csv", "booths.csv", "candidates.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "source"
    (made / "photos").mkdir(parents=True)
    for name in FILES:
        shutil.copy(SAMPLE / name, made)
    for photo in (SAMPLE / "photos").iterdir():
        shutil.copy(photo, made / "photos")
    return made


Change = Callable[[Path], object]


def edit(name: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def append(name: str, line: str) -> Change:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + line.encode() + b"\n")


def replace(name: str, data: bytes) -> Change:
    return lambda folder: (folder / name).write_bytes(data)


def picture(width: int, height: int, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, form)
    return out.getvalue()


FIRST = "1-suryadi-wirapraja.png"
ROW = "34.04.01.2001,{},{},{}"
FIVE_MORE = "\n".join(ROW.format(n, f"Calon {n}", FIRST) for n in (4, 5, 6))

# name of the fault: (change, where it is reported, a word of the English sentence)
FAULTS: dict[str, tuple[Change, str, str]] = {
    "no such file": (lambda f: (f / "booths.csv").unlink(), "booths.csv", "missing"),
    "photo missing": (lambda f: (f / "photos" / FIRST).unlink(), "candidates.csv:2 (photo)", "missing"),
    "photo in other capitals": (
        edit("candidates.csv", FIRST, "1-Suryadi-Wirapraja.png"),
        "candidates.csv:2 (photo)",
        "same capitals",
    ),
    "photo is text": (replace(f"photos/{FIRST}", b"not a picture"), "candidates.csv:2 (photo)", "damaged"),
    "photo cut short": (
        lambda f: (f / "photos" / FIRST).write_bytes((SAMPLE / "photos" / FIRST).read_bytes()[:9000]),
        "candidates.csv:2 (photo)",
        "damaged",
    ),
    "photo is a GIF": (replace(f"photos/{FIRST}", picture(600, 800, "GIF")), "candidates.csv:2 (photo)", "a GIF file"),
    "photo too small": (replace(f"photos/{FIRST}", picture(200, 800)), "candidates.csv:2 (photo)", "200 x 800"),
    "photo too wide": (replace(f"photos/{FIRST}", picture(5000, 400)), "candidates.csv:2 (photo)", "5000 x 400"),
    "photo too many bytes": (replace(f"photos/{FIRST}", bytes(17 << 20)), "candidates.csv:2 (photo)", "16 MiB"),
    "photo name climbs out": (
        edit("candidates.csv", FIRST, "../../etc/secret.png"),
        "candidates.csv:2 (photo)",
        "without a folder",
    ),
    "photo name is absolute": (edit("candidates.csv", FIRST, "/etc/x.png"), "candidates.csv:2 (photo)", "folder"),
    "photo is hidden": (edit("candidates.csv", FIRST, ".x.png"), "candidates.csv:2 (photo)", "file name"),
    "photo is another kind": (edit("candidates.csv", FIRST, "x.svg"), "candidates.csv:2 (photo)", "file name"),
    "doubled number": (edit("candidates.csv", "2001,2,", "2001,1,"), "candidates.csv:3 (number)", "line 2"),
    "doubled name": (
        edit("candidates.csv", "Nur Hasanah Lestariningtyas", "SURYADI wirapraja"),
        "candidates.csv:3 (name)",
        "line 2",
    ),
    "doubled photo": (
        edit("candidates.csv", "2-nur-hasanah-lestariningtyas.png", FIRST),
        "candidates.csv:3 (photo)",
        "line 2",
    ),
    "one candidate": (
        replace("candidates.csv", f"kode_wilayah,number,name,photo\n{ROW.format(1, 'A', FIRST)}\n".encode()),
        "villages.csv:2",
        "has 1 candidate ",
    ),
    "six candidates": (append("candidates.csv", FIVE_MORE), "villages.csv:2", "has 6 candidates"),
    "name too long": (
        edit("candidates.csv", "Bagus Adinugraha", "Bagus " * 8),
        "candidates.csv:4 (name)",
        "at most 33",
    ),
    "word too long": (
        edit("candidates.csv", "Bagus Adinugraha", "Bagusadinugrahasetiawan"),
        "candidates.csv:4 (name)",
        "23 characters",
    ),
    "name takes three lines": (
        edit("candidates.csv", "Bagus Adinugraha", "Raden Mas Adinugraha Wirapraja"),
        "candidates.csv:4 (name)",
        "takes 3 lines",
    ),
    "name empty": (edit("candidates.csv", "Bagus Adinugraha", " "), "candidates.csv:4 (name)", "empty"),
    "control character": (edit("candidates.csv", "Bagus", "Ba\x07gus"), "candidates.csv:4 (name)", "control"),
    "invisible direction mark": (
        edit("candidates.csv", "Bagus", "Ba\u202egus"),
        "candidates.csv:4 (name)",
        "invisible",
    ),
    "line break in a name": (edit("candidates.csv", "Bagus Adinugraha", '"Bagus\nAdi"'), "candidates.csv:4", "control"),
    "Latin-1": (
        replace("villages.csv", "kode_wilayah,kecamatan,desa\n34.04.01.2001,Gamping,Bal\u00e9\n".encode("latin-1")),
        "villages.csv:2",
        "UTF-8",
    ),
    "UTF-16": (
        replace("villages.csv", "kode_wilayah,kecamatan,desa\n".encode("utf-16")),
        "villages.csv:1",
        "UTF-8",
    ),
    "unknown column": (edit("booths.csv", "voters,", "pemilih,"), "booths.csv:1", "'pemilih' is unknown"),
    "missing column": (edit("booths.csv", "voters,", "pemilih,"), "booths.csv:1", "'voters' is missing"),
    "column twice": (edit("booths.csv", "tps,booth", "tps,tps"), "booths.csv:1", "twice"),
    "cells too few": (append("booths.csv", "34.04.01.2001,3"), "booths.csv:5", "2 cells"),
    "quote left open": (append("villages.csv", '34.04.01.2002,"Gamping,X'), "villages.csv:3", "quotation"),
    "table without lines": (replace("villages.csv", b"kode_wilayah,kecamatan,desa\n"), "villages.csv", "empty"),
    "code as the spreadsheet spoils it": (
        edit("villages.csv", "34.04.01.2001", "3404012001"),
        "villages.csv:2 (kode_wilayah)",
        "ten digits in groups",
    ),
    "code as a number with a comma and an E": (
        edit("villages.csv", "34.04.01.2001", '"3,40401E+09"'),
        "villages.csv:2 (kode_wilayah)",
        "ten digits in groups",
    ),
    "code as a number with a fraction": (
        edit("villages.csv", "34.04.01.2001", "3404012001.0"),
        "villages.csv:2 (kode_wilayah)",
        "as text",
    ),
    "voters as a number with a fraction": (edit("booths.csv", ",48,", ",48.0,"), "booths.csv:2 (voters)", "digits"),
    "more cells than columns": (append("villages.csv", "34.04.01.2002,Gamping,,,lama"), "villages.csv:3", "5 cells"),
    "kelurahan": (
        edit("villages.csv", "34.04.01.2001", "34.04.01.1001"),
        "villages.csv:2 (kode_wilayah)",
        "kelurahan",
    ),
    "village twice": (append("villages.csv", "34.04.01.2001,Gamping,Lagi"), "villages.csv:3 (kode_wilayah)", "line 2"),
    "booth of no village": (
        append("booths.csv", "34.04.01.2002,1,1,300,"),
        "booths.csv:5 (kode_wilayah)",
        "not in villages.csv",
    ),
    "village without booth": (append("villages.csv", "34.04.01.2002,Gamping,X"), "villages.csv:3", "no booth"),
    "doubled booth": (append("booths.csv", "34.04.01.2001,2,1,300,"), "booths.csv:5 (booth)", "line 4"),
    "gap in the booths": (append("booths.csv", "34.04.01.2001,2,3,300,"), "booths.csv:5 (booth)", "no booth 2"),
    "voters are words": (edit("booths.csv", ",48,", ",banyak,"), "booths.csv:2 (voters)", "whole number"),
    "voters with a point": (edit("booths.csv", ",48,", ",1.000,"), "booths.csv:2 (voters)", "whole number"),
    "voters none": (edit("booths.csv", ",48,", ",0,"), "booths.csv:2 (voters)", "from 1"),
    "voters past the credentials": (edit("booths.csv", ",48,", ",4000,"), "booths.csv:2 (voters)", "credentials"),
    "small booth without reason": (
        edit("booths.csv", "Simulasi: tidak ada pemilih sungguhan", ""),
        "booths.csv:2 (reason)",
        "48 voters",
    ),
    "small booth, reason in a word": (
        edit("booths.csv", "Simulasi: tidak ada pemilih sungguhan", "kecil"),
        "booths.csv:2 (reason)",
        "48 voters",
    ),
    "no TOML": (append("election.toml", "= x"), "election.toml:16", "TOML"),
    "unknown key": (edit("election.toml", "district =", "kabupaten ="), "election.toml:5 (kabupaten)", "not known"),
    "key missing": (edit("election.toml", "district =", "kabupaten ="), "election.toml (district)", "missing"),
    "unknown mode": (edit("election.toml", '"rehearsal"', '"test"'), "election.toml:3 (mode)", "official"),
    "no such day": (edit("election.toml", "2026-11-21", '"2026-13-21"'), "election.toml:4 (date)", "2026-11-21"),
    "blank in words": (
        edit("election.toml", "blank = true", 'blank = "ya"'),
        "election.toml:6 (blank)",
        "true or false",
    ),
    "title too long": (
        edit("election.toml", "Gladi Pilkades", "Gladi " * 12),
        "election.toml:2 (name)",
        "at most 60",
    ),
    "a character that cannot be painted": (
        edit("candidates.csv", "Suryadi", "Suryadi 😀"),
        "candidates.csv:2 (name)",
        "cannot be shown or printed",
    ),
    "unknown setting": (
        edit("election.toml", "tape_copies", "tape_copy"),
        "election.toml:10 (tape_copy)",
        "tape_copies",
    ),
    "setting out of bounds": (
        edit("election.toml", "tape_copies = 2", "tape_copies = 200"),
        "election.toml:10 (tape_copies)",
        "from 1 to 20",
    ),
    "setting of another kind": (
        edit("election.toml", "tape_copies = 2", "stub = 1"),
        "election.toml:10 (stub)",
        "true or false",
    ),
    "language without words": (
        edit("election.toml", "tape_copies = 2", 'languages = ["id", "xx"]'),
        "words/xx",
        "'xx'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_place(folder: Path, name: str) -> None:
    change, where, word = FAULTS[name]
    change(folder)
    with pytest.raises(SourceFaults) as told:
        read_source(folder)
    fits = [fault for fault in told.value.faults if fault.where.startswith(where) and word in fault.en]
    assert fits, "\n".join(f"{fault.where}: {fault.en}" for fault in told.value.faults)
    for fault in told.value.faults:
        assert fault.en.endswith((".", "?"))
        assert fault.id.endswith((".", "?"))
        assert fault.id != fault.en


def test_all_faults_are_told_at_once(folder: Path) -> None:
    for name in ("photo missing", "doubled name", "kelurahan", "setting out of bounds", "small booth without reason"):
        FAULTS[name][0](folder)
    with pytest.raises(SourceFaults) as told:
        read_source(folder)
    assert {fault.file for fault in told.value.faults} == set(FILES)
    assert told.value.en.count("\n") == told.value.id.count("\n") == len(told.value.faults) - 1


def test_a_linked_photo_is_refused(folder: Path, tmp_path: Path) -> None:
    photo = folder / "photos" / FIRST
    photo.rename(tmp_path / "elsewhere.png")
    photo.symlink_to(tmp_path / "elsewhere.png")
    with pytest.raises(SourceFaults, match="is a link"):
        read_source(folder)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_tables_as_spreadsheets_save_them(folder: Path, bom: bytes, delimiter: str, newline: str) -> None:
    for name in FILES[1:]:
        text = (folder / name).read_text(encoding="utf-8").replace(",", delimiter).replace("\n", newline)
        (folder / name).write_bytes(bom + text.encode() + newline.encode())
    assert read_source(folder).election == read_source(SAMPLE).election


SPREADSHEETS: dict[str, Change] = {
    "empty columns to the right": lambda f: _every_line(f, lambda line: f"{line},,,"),
    "an empty column in the first line only": edit("booths.csv", "voters,reason", "voters,reason,"),
    "empty lines below": lambda f: [append(name, ",,\n,,")(f) for name in FILES[1:]],
    "blanks of a web page": edit("villages.csv", "34.04.01.2001", "\u00a034.04.01.2001\u00a0"),
}
"""What spreadsheets save where somebody once typed or pasted something."""


def _every_line(folder: Path, change: Callable[[str], str]) -> None:
    for name in FILES[1:]:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text("\n".join(map(change, lines)), encoding="utf-8")


@pytest.mark.parametrize("name", SPREADSHEETS)
def test_what_spreadsheets_leave_behind_makes_no_difference(folder: Path, name: str) -> None:
    SPREADSHEETS[name](folder)
    assert read_source(folder).election == read_source(SAMPLE).election


def test_the_sample() -> None:
    source = read_source(SAMPLE)
    election = source.election
    assert election.mode is Mode.REHEARSAL
    assert [place.booth_id for place in election.places()] == [
        "34.04.01.2001-001-1",
        "34.04.01.2001-001-2",
        "34.04.01.2001-002-1",
    ]
    assert [candidate.number for candidate in election.villages[0].candidates] == [1, 2, 3]
    assert len(election.photos) == 3
    assert election.settings.box_sign_s == 1
    assert set(source.files) == {*FILES, *(f"photos/{p.name}" for p in (SAMPLE / "photos").iterdir())}
    photos = {data for name, data in source.files.items() if name.startswith("photos/")}
    assert photos == set(election.photos.values()), "what a workspace keeps is what packages hold"


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_name_that_is_let_pass_fits_the_slip(profile: Profile) -> None:
    assert profile.columns(Size.NAME) >= NAME_LINE_CHARS
    assert documents.NAME_LINES == NAME_LINES


def test_candidates_and_booths_come_in_the_order_of_their_numbers(folder: Path) -> None:
    for name in ("candidates.csv", "booths.csv"):
        header, *lines = (folder / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text("\n".join([header, *reversed(lines)]), encoding="utf-8")
    assert read_source(folder).election == read_source(SAMPLE).election


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(FILES), data=st.binary(max_size=300))
def test_whatever_the_bytes_only_faults_are_raised(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "photos").mkdir()
        for other in FILES:
            shutil.copy(SAMPLE / other, folder)
        (folder / name).write_bytes(data)
        with pytest.raises(SourceFaults) as told:
            read_source(folder)
        assert all(line.isprintable() for line in told.value.en.split("\n"))
