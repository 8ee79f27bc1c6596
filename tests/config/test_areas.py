"""Official codes: the form is checked always, code and name against each other where there is a list."""

import shutil
from pathlib import Path

import pytest

from config.areas import CODES, MAX_BYTES
from config.faults import SourceFaults
from config.source import read_source
from tests.config.workbooks import source as with_workbook
from tests.config.workbooks import tables, workbook
from tests.district.election import SAMPLE, district, done

LIST = """kode_wilayah,kabupaten,kecamatan,desa
34.04.01.2001,Kabupaten Sleman,Gamping,Balecatur
34.04.01.2002,Kabupaten Sleman,Gamping,Ambarketawang
34.04.07.2001,Kabupaten Sleman,Depok,Caturtunggal
"""
"""A few lines of the ministry's table (Kepmendagri 300.2.2-2138 of 2025)."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "source")
    (tmp_path / "source" / CODES).write_text(LIST, encoding="utf-8")
    return tmp_path / "source"


def village(folder: Path, line: str) -> None:
    """Another line in place of the sample's village, its code in the other tables too."""
    for name in ("villages.csv", "booths.csv", "candidates.csv"):
        path = folder / name
        text = path.read_text(encoding="utf-8").replace("34.04.01.2001", line.split(",", maxsplit=1)[0])
        path.write_text(text, encoding="utf-8")
    (folder / "villages.csv").write_text(f"kode_wilayah,kecamatan,desa\n{line}\n", encoding="utf-8")


def told(folder: Path, codes: Path | None = None) -> list[tuple[str, str]]:
    with pytest.raises(SourceFaults) as refused:
        read_source(folder, codes=codes)
    return [(fault.where, fault.en) for fault in refused.value.faults]


def test_a_village_that_is_listed_is_taken_and_its_line_kept(folder: Path) -> None:
    read = read_source(folder)
    assert read.election == read_source(SAMPLE).election
    assert read.files[CODES].decode().splitlines() == LIST.splitlines()[:2], "of the country's list only what counts"


def test_a_list_that_a_spreadsheet_saved_with_semicolons(folder: Path) -> None:
    (folder / CODES).write_bytes(b"\xef\xbb\xbf" + LIST.replace(",", ";").replace("\n", "\r\n").encode())
    assert read_source(folder).files[CODES].decode().splitlines() == LIST.splitlines()[:2]


def test_a_name_may_be_in_capitals(folder: Path) -> None:
    village(folder, "34.04.01.2001,GAMPING, BALECATUR")
    read_source(folder)


# name: (the village's line, where it is told, a word)
WRONG = {
    "not listed": (
        "34.04.01.2009,Gamping,Balecatur",
        "villages.csv:2 (kode_wilayah)",
        "has the code 34.04.01.2001 there",
    ),
    "another village's code": ("34.04.01.2002,Gamping,Balecatur", "villages.csv:2 (desa)", "is 'Ambarketawang' in the"),
    "another kecamatan": ("34.04.07.2001,Gamping,Caturtunggal", "villages.csv:2 (kecamatan)", "Write 'Depok'"),
    "a slip of the pen": ("34.04.01.2001,Gamping,Belecatur", "villages.csv:2 (desa)", "Write 'Balecatur'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_code_and_name_must_belong_together(folder: Path, name: str) -> None:
    line, where, word = WRONG[name]
    village(folder, line)
    assert any(place == where and word in en for place, en in told(folder)), told(folder)


def test_the_district_is_called_as_in_the_list(folder: Path) -> None:
    plan = folder / "election.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("Kabupaten Sleman", "Kabupaten Bantul"), encoding="utf-8")
    assert any(where == "election.toml (district)" and '"Kabupaten Sleman"' in en for where, en in told(folder))


# name: (the list, a word)
BAD_LISTS: dict[str, tuple[bytes, str]] = {
    "no list": (b"\x89PNG", "UTF-8"),
    "other columns": (b"code,name\n", "first line must be"),
    "a line too short": (LIST.encode() + b"34.04.07.2002,Depok\n", "no line of the official list"),
    "a code twice": (LIST.encode() + LIST.splitlines()[1].encode(), "stands there twice"),
    "a quote left open": (LIST.encode() + b'34.04.07.2002,"Kabupaten', "quotation"),
    "too large": (bytes(MAX_BYTES + 1), "MiB"),
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_list_that_is_none(folder: Path, name: str) -> None:
    data, word = BAD_LISTS[name]
    (folder / CODES).write_bytes(data)
    assert any(where.startswith(CODES) and word in en for where, en in told(folder))


def test_a_list_that_lies_elsewhere(folder: Path, tmp_path: Path) -> None:
    (folder / CODES).rename(tmp_path / "villages-sleman.csv")
    village(folder, "34.04.01.2009,Gamping,Balecatur")
    assert read_source(folder).election.villages[0].code == "34.04.01.2009", "without a list only the form is checked"
    assert any("(villages-sleman.csv)" in en for _, en in told(folder, tmp_path / "villages-sleman.csv"))
    assert told(folder, tmp_path / "nowhere.csv")[0][0] == "nowhere.csv"


def test_two_districts_and_two_names_of_one_kecamatan(tmp_path: Path) -> None:
    rows = tables()
    rows["villages"] += [["34.02.01.2002", "Srandakan", "Poncosari"], ["34.04.01.2002", "Gampin", "Ambarketawang"]]
    faults = told(with_workbook(tmp_path / "source", workbook(rows=rows)))
    assert any(where.endswith("villages:3 (kode_wilayah)") and "another district" in en for where, en in faults)
    assert any(where.endswith("villages:4 (kecamatan)") and "called 'Gamping' in line 2" in en for where, en in faults)


def test_a_code_with_one_wrong_digit_is_guessed(tmp_path: Path) -> None:
    rows = tables()
    rows["booths"][2][0] = "34.04.01.2011"
    faults = told(with_workbook(tmp_path / "source", workbook(rows=rows)))
    assert any("Did you mean 34.04.01.2001?" in en for _, en in faults)


def test_the_commands_take_a_list(folder: Path, tmp_path: Path) -> None:
    codes = tmp_path / "villages-sleman.csv"
    (folder / CODES).rename(codes)
    done("check", folder, "--codes", codes)
    done("new", folder, tmp_path / "workspace", "--codes", codes)
    assert (tmp_path / "workspace/source" / CODES).read_text(encoding="utf-8").splitlines() == LIST.splitlines()[:2]
    village(folder, "34.04.01.2002,Gamping,Balecatur")
    for verb in (("check", folder), ("new", folder, tmp_path / "other")):
        ran = district(*verb, "--codes", codes)
        assert ran.returncode == 1
        assert "villages.csv:2 (desa)" in ran.stderr
    assert not (tmp_path / "other").exists()
