"""What stands on paper, judged on the painted image and by other people's QR readers."""

import copy
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import config.words
from config.words import placeholders
from printer.documents import ZeroReport
from printer.escpos import render
from printer.layout import Document, Size, Text, leaders, wrapped
from printer.numerals import in_words
from printer.painting import painted_lines
from printer.port import LONGEST_SEGMENT_BYTES
from printer.profiles import PROFILES, TM_80, Profile
from tests.printer import papers
from tests.printer.gallery import gallery, painted
from tests.printer.papers import texts

DOTS_PER_MM = 8
PROFILE = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())


def ink_rows(image: Image.Image) -> list[tuple[int, int]]:
    """First row and number of rows of each run of rows with ink."""
    width = image.width
    data = image.convert("L").tobytes()
    inked = [0 in data[y * width : (y + 1) * width] for y in range(image.height)]
    runs, start = [], None
    for y, ink in enumerate([*inked, False]):
        if ink and start is None:
            start = y
        elif not ink and start is not None:
            runs.append((start, y - start))
            start = None
    return runs


def test_a_fingerprint_is_grouped_once_however_it_arrives() -> None:
    for name, document in gallery().items():
        if "zero" in name or "tape" in name:
            assert "CBAD 6CFA 2C1A D385 16C0" in texts(document), name


def test_the_roll_is_a_bound_and_not_a_sum() -> None:
    assert "535 ≤ 612  OK" in texts(gallery()["tape-official"])


def test_only_hashes_are_printed_small() -> None:
    for name, document in gallery().items():
        for block in document.reveal():
            if isinstance(block, Text) and block.size is Size.FINE:
                assert "slip" not in name
                assert "stub" not in name
                assert set(block.text) <= set("0123456789abcdefABCDEF "), block.text


@PROFILE
def test_a_job_breaks_into_short_segments_of_whole_commands(profile: Profile) -> None:
    for document in gallery().values():
        job = render(document, profile)
        assert b"".join(job.segments()) == job.reveal()
        assert max(map(len, job.segments())) <= LONGEST_SEGMENT_BYTES
        assert job.reveal().endswith(b"\x1dVB\x00")


def test_a_slip_has_its_words_choice_and_mark_and_nothing_else() -> None:
    said = texts(papers.sample_slip(papers.CANDIDATES[1])).split("\n")
    assert said == [
        "Pemilihan Kepala Desa 2026",
        "Desa Sungai Rengit",
        "TPS 3  Bilik 1",
        "PILIHAN",
        "2",
        "SITI AMINAH",
        "Lipat di garis ini, tulisan di dalam",
        papers.MARK,
        "Masuk kotak audit bila layar menyuruh",
    ]
    job = papers.sample_job(papers.CANDIDATES[1])
    before_cut = job.reveal()[: len(papers.sample_slip(papers.CANDIDATES[1]).reveal())]
    assert papers.TRACKER[:4] not in texts(Document(before_cut))


def test_a_stub_has_the_tracker_and_no_choice() -> None:
    said = texts(papers.sample_stub())
    assert papers.TRACKER in said
    assert not any(label.name in said for label in papers.CANDIDATES)
    assert papers.MARK not in said


@pytest.mark.parametrize("name", gallery())
def test_a_rehearsal_says_so_at_top_and_bottom_in_black(name: str) -> None:
    document = gallery()[name]
    (piece,) = painted(document, TM_80)
    rows = ink_rows(piece)
    black = [
        y for y in range(piece.height) if piece.crop((32, y, 608, y + 1)).convert("L").tobytes().count(0) > 0.95 * 576
    ]
    if "rehearsal" in name:
        assert texts(document).count("GLADI - BUKAN SUARA SAH") == 2
        assert black[0] == rows[0][0]
        assert black[-1] == rows[-1][0] + rows[-1][1] - 1
    else:
        assert "GLADI" not in texts(document)
        assert "REHEARSAL" not in texts(document)


def test_a_mismatch_is_printed_and_never_hidden() -> None:
    said = texts(papers.sample_tape(holds=False))
    assert "TIDAK COCOK\n539 / 538" in said
    assert "539 = 538" not in said
    assert said.count("  OK") == 2
    assert texts(papers.sample_tape()).count("  OK") == 3


def test_a_tape_without_result_tells_no_number_of_votes_and_what_happens_next() -> None:
    said = texts(papers.sample_tape(result=False))
    assert "TANPA HASIL" in said
    assert "kartu panitia" in said
    assert not any(label.name in said for label in papers.CANDIDATES)


def test_a_tape_has_the_result_in_numbers_and_words_and_no_second() -> None:
    said = texts(papers.sample_tape())
    assert "211\n  (dua ratus sebelas)" in said
    assert "535" in said
    assert "22-11-2026 13:04" in said
    assert ":59" not in said
    assert "Salinan 2 dari 5" in said


def test_a_zero_report_of_a_full_store_cannot_be_made() -> None:
    empty = ZeroReport(papers.masthead(), datetime(2026, 11, 22, tzinfo=papers.WIB), "", "", "", "", (), 0, 0, (), ())
    with pytest.raises(ValueError, match="not empty"):
        replace(empty, ballots=1)
    with pytest.raises(ValueError, match="not empty"):
        replace(empty, sessions=1)


@pytest.mark.parametrize("kind", ["document", "job"])
def test_what_holds_a_choice_is_not_shown_stored_or_copied(kind: str) -> None:
    document = papers.sample_slip(papers.CANDIDATES[1])
    value = document if kind == "document" else render(document, TM_80)
    assert "SITI" not in repr(value)
    for leak in (str, format, pickle.dumps, copy.copy, copy.deepcopy, vars):
        with pytest.raises(TypeError):
            leak(value)
    if isinstance(value, Document):
        assert not any("SITI" in repr(block) for block in value.reveal())


def test_arabic_and_latin_in_one_name_are_painted_with_their_own_fonts() -> None:
    (line,) = painted_lines("Ahmad احمد", 576, 30)
    (latin,), (arabic,) = (painted_lines(word, 576, 30) for word in ("Ahmad", "احمد"))
    assert line.width == 576
    assert line.height == max(latin.height, arabic.height)
    half = line.convert("L").point(lambda grey: 255 - grey)
    ink = [half.crop((left, 0, right, line.height)).getbbox() for left, right in ((0, 158), (160, 300))]
    assert None not in ink


def test_words_of_paper_fit_every_printer_and_agree_in_both_languages() -> None:
    catalogues = []
    for words in (papers.ID, papers.EN):
        with (Path(config.words.__file__).parent / words.language / "paper.po").open("rb") as source:
            entries = {str(entry.id): str(entry.string) for entry in read_po(source) if entry.id}
        for text in entries.values():
            text.encode("ascii")
        catalogues.append({key: placeholders(text) for key, text in entries.items()})
    assert catalogues[0] == catalogues[1]


@given(st.text(max_size=200), st.integers(1, 48))
def test_no_line_is_longer_than_the_paper(text: str, columns: int) -> None:
    assert all(len(line) <= columns for line in wrapped(text, columns))


@given(
    st.text(alphabet="ab c", max_size=60),
    st.text(alphabet="0123456789 =", min_size=1, max_size=40),
    st.integers(14, 48),
)
def test_a_row_keeps_label_and_value_and_the_width(left: str, right: str, columns: int) -> None:
    lines = leaders(left, right, columns)
    assert all(len(line) <= columns for line in lines)
    joined = "".join(lines)
    letters = [char for char in joined if char not in ". "]
    assert letters == [char for char in left + right if char != " "]


@pytest.mark.parametrize(
    ("number", "indonesian", "english"),
    [
        (0, "nol", "zero"),
        (11, "sebelas", "eleven"),
        (12, "dua belas", "twelve"),
        (20, "dua puluh", "twenty"),
        (21, "dua puluh satu", "twenty-one"),
        (100, "seratus", "one hundred"),
        (111, "seratus sebelas", "one hundred eleven"),
        (215, "dua ratus lima belas", "two hundred fifteen"),
        (1000, "seribu", "one thousand"),
        (1999, "seribu sembilan ratus sembilan puluh sembilan", "one thousand nine hundred ninety-nine"),
        (10374, "sepuluh ribu tiga ratus tujuh puluh empat", "ten thousand three hundred seventy-four"),
        (100000, "seratus ribu", "one hundred thousand"),
    ],
)
def test_numbers_in_words(number: int, indonesian: str, english: str) -> None:
    assert in_words(number, "id") == indonesian
    assert in_words(number, "en") == english


def test_every_number_has_its_own_words_and_none_beyond_the_limit() -> None:
    assert len({in_words(number, "id") for number in range(20_000)}) == 20_000
    for outside in (-1, 1_000_000):
        with pytest.raises(ValueError, match="not"):
            in_words(outside, "id")


def test_printing_leaves_nothing_among_the_temporary_files(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ESCPOS")}
    subprocess.run([sys.executable, "-c", "import printer.escpos"], check=True, env=clean | {"TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
