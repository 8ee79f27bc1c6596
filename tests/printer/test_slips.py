"""Slip and stub, measured on the painted dots: how high letters are, what lies inside when folded, what a reader reads.

Ballots are what ``bilik-district new`` takes and more: names of two lines of 16 characters, however wide they are.
"""

import random
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from config.mode import Mode
from config.secret import Secret
from config.words import Words
from printer.documents import Label, slip
from printer.escpos import _Encoder, render
from printer.layout import Document, Qr, Rule, Size, Text
from printer.painting import painted_lines
from printer.profiles import PROFILES, TM_80, Profile
from printer.virtual.commands import Interpreter, Print
from printer.virtual.paper import HEAD_TO_CUTTER_DOTS
from tests.printer import papers
from tests.robot.reading import painted

LEAST_MM = 3.5
FOLDED_ASKEW_MM = 5
BLANK = papers.CANDIDATES[-1]
JAVANESE = Label(2, "ꦱꦶꦠꦶ ꦲꦩꦶꦤꦃ")
BALLOTS = {
    "usual": papers.CANDIDATES,
    "numbers": (Label(1, "X"), Label(9, "MUHAMMAD NUR AB"), Label(10, "ABCDEFGHIJKLMNOP"), Label(99, "I"), BLANK),
    "longest": (Label(1, "A. B"), Label(99, "ABDURRAHMANSYAHP MUHAMMADSYAHPUTR"), Label(98, "W" * 16), BLANK),
    "two code pages": (Label(1, "JOÃO DA CONCEIÇÃO"), Label(2, "SITI AMINAH"), Label(3, "MARIA ÕES"), BLANK),
    "javanese": (Label(1, "H. AHMAD"), JAVANESE, BLANK),
    "javanese, longest": (Label(7, "ꦱꦶꦠꦶꦲꦩꦶꦤꦃꦱꦸꦗꦠ ꦧꦩ꧀ꦧꦁꦱꦸꦒꦶꦪꦂꦠ"), Label(8, "ꦏ" * 16 + " " + "ꦗ" * 15), BLANK),
    "arabic": (Label(3, "أحمد شريف الدين بن عبد الرحمن"), Label(4, "SITI"), BLANK),
    "balinese and batak": (Label(3, "ᬦᬶᬮᬸᬄ ᬧᬸᬢᬸ ᬲᬭᬶ"), Label(4, "ᯀᯂᯔᯖ᯲ ᯂᯞᯤ"), BLANK),
    "widest": (Label(98, "W" * 15 + "Ŵ " + "M" * 15), Label(99, "Ŵ" * 16), BLANK),
}
PROFILE = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
BALLOT = pytest.mark.parametrize("ballot", BALLOTS.values(), ids=BALLOTS.keys())
MODE = pytest.mark.parametrize("mode", Mode)
WORDS = pytest.mark.parametrize("words", [papers.ID, papers.EN], ids=("id", "en"))


def dots(mm: float) -> float:
    return mm * 203 / 25.4


def ink_of(image: Image.Image) -> Image.Image:
    """What of it is printed, without the paper around."""
    return image.crop(image.convert("L").point(lambda grey: 255 - grey).getbbox())


def lines_of(image: Image.Image) -> list[Image.Image]:
    """Each run of rows with ink, without the paper around."""
    grey, width = image.convert("L").tobytes(), image.width
    inked = [0 in grey[y * width : (y + 1) * width] for y in range(image.height)]
    starts = [y for y, ink in enumerate(inked) if ink and not (y and inked[y - 1])]
    ends = [y for y, ink in enumerate(inked, 1) if ink and not (y < len(inked) and inked[y])]
    return [ink_of(image.crop((0, *pair[:1], width, *pair[1:]))) for pair in zip(starts, ends, strict=True)]


def ink_heights(image: Image.Image) -> list[int]:
    """Rows of each run of rows with ink."""
    return [line.height for line in lines_of(image)]


def capitals(block: Text, profile: Profile) -> list[int]:
    """Dots of the capitals of each line of a block, measured on the same block with an I for every character."""
    block = replace(block, text=re.sub(r"\S", "I", block.text))
    (piece,) = painted(Document((replace(block, inverse=False),)), profile)
    return ink_heights(piece)


def rows_before(document: Document, place: int, profile: Profile) -> int:
    """Rows of paper from its upper edge to where the block at ``place`` begins."""
    encoder, interpreter = _Encoder(profile), Interpreter(profile.width_dots)
    interpreter.feed(b"\x1b@\x1b2")
    for block in document.reveal()[:place]:
        interpreter.feed(b"".join(encoder.block(block)))
    rows = HEAD_TO_CUTTER_DOTS
    while (action := interpreter.take()) is not None:
        rows += len(action.rows) if isinstance(action, Print) else 0
    return rows


def place_of(document: Document, wanted: object) -> int:
    """Which block it is: one that is ``wanted``, or the first of that size."""
    blocks = document.reveal()
    return next(n for n, block in enumerate(blocks) if block is wanted or getattr(block, "size", None) is wanted)


def differing(pictures: list[Image.Image]) -> tuple[int, int]:
    """First row and row after the last in which pictures of one size differ from the first of them."""
    boxes = [
        box
        for picture in pictures[1:]
        if (box := ImageChops.difference(pictures[0].convert("L"), picture.convert("L")).getbbox())
    ]
    return min(top for _, top, _, _ in boxes), max(bottom for _, _, _, bottom in boxes)


@PROFILE
@MODE
@WORDS
@pytest.mark.parametrize("by", ["code page", "painting"])
def test_no_text_of_slip_and_stub_is_lower_than_its_least(profile: Profile, mode: Mode, words: Words, by: str) -> None:
    if by == "painting":
        profile = replace(profile, code_pages={})
    blocks = [
        block
        for document in (papers.sample_slip(papers.CANDIDATES[0], mode, words), papers.sample_stub(mode, words))
        for block in document.reveal()
        if isinstance(block, Text) and block.text.strip()
    ]
    assert len(blocks) >= 13
    for block in blocks:
        heights = capitals(block, profile)
        assert heights, block.size
        assert min(heights) >= dots(LEAST_MM), (block.size, heights)
    if by == "code page":  # digits are in every code page
        assert min(next(capitals(block, profile) for block in blocks if block.size is Size.NUMBER)) >= dots(14)
        assert min(next(capitals(block, profile) for block in blocks if block.size is Size.NAME)) >= dots(7)


@PROFILE
@BALLOT
def test_number_and_name_are_the_largest_of_the_slip_and_never_low(profile: Profile, ballot: tuple[Label, ...]) -> None:
    for label in ballot:
        blocks = papers.sample_slip(label, ballot=ballot).reveal()
        (name,) = (block for block in blocks if isinstance(block, Text) and block.size is Size.NAME)
        (number,) = (block for block in blocks if isinstance(block, Text) and block.size is Size.NUMBER)
        assert min(capitals(name, profile)) >= dots(LEAST_MM)
        assert min(capitals(number, profile)) >= dots(14)


@PROFILE
@BALLOT
def test_a_painted_name_stands_on_the_paper_whole(profile: Profile, ballot: tuple[Label, ...]) -> None:
    for label in ballot:
        for line in painted_lines(label.name, profile.width_dots, 60, centre=True):
            ink = line.convert("L").point(lambda grey: 255 - grey).getbbox()
            assert ink is not None
            left, top, right, bottom = ink
            assert top > 0, label.name
            assert bottom < line.height, label.name
            assert line.width == profile.width_dots
            assert left > 0 or right <= line.width


@PROFILE
@BALLOT
@MODE
def test_slips_of_all_choices_differ_in_nothing_but_number_and_name(
    profile: Profile, ballot: tuple[Label, ...], mode: Mode
) -> None:
    documents = [papers.sample_slip(label, mode, ballot=ballot) for label in ballot]
    assert len({tuple(map(len, render(document, profile).segments())) for document in documents}) == 1
    pictures = [painted(document, profile)[0] for document in documents]
    assert len({picture.size for picture in pictures}) == 1
    top, bottom = differing(pictures)
    assert top >= rows_before(documents[0], place_of(documents[0], Size.NUMBER), profile)
    assert bottom <= rows_before(documents[0], place_of(documents[0], Rule.FOLD), profile)


@PROFILE
@BALLOT
@MODE
@WORDS
def test_folded_at_the_line_the_choice_lies_inside(
    profile: Profile, ballot: tuple[Label, ...], mode: Mode, words: Words
) -> None:
    """With the print inside, what is above the line lies on what is below it, mirrored; also when folded askew."""
    document = papers.sample_slip(ballot[0], mode, words, ballot)
    (piece,) = painted(document, profile)
    choice = rows_before(document, place_of(document, Size.NUMBER), profile)
    fold = rows_before(document, place_of(document, Rule.FOLD), profile)
    after = rows_before(document, place_of(document, Rule.FOLD) + 1, profile)
    dashes = piece.crop((0, fold, piece.width, after))
    assert 0 < len(ink_heights(dashes)) <= 1, "there are no dashes where the fold should be"
    box = dashes.convert("L").point(lambda grey: 255 - grey).getbbox()
    assert box is not None
    line = fold + (box[1] + box[3]) / 2
    assert choice < line
    assert line + (line - choice) + dots(FOLDED_ASKEW_MM) <= piece.height


@given(name=st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=16))
@settings(max_examples=40, deadline=None)
def test_a_name_of_one_line_adds_no_byte(name: str) -> None:
    label = Label(33, name)
    ballot = (papers.CANDIDATES[1], label)
    segments = [tuple(map(len, render(papers.sample_slip(one, ballot=ballot), TM_80).segments())) for one in ballot]
    assert segments[0] == segments[1]


@PROFILE
def test_a_village_in_its_own_script_keeps_its_lines_and_its_height(profile: Profile) -> None:
    """40 letters without a space, the longest that a source may name: broken into lines, never made smaller."""
    head = replace(papers.masthead(), village="ꦱꦸꦔꦻꦫꦼꦔꦶꦠ꧀" * 3 + "ꦱ" * 10)
    document = slip(head, papers.CANDIDATES, Secret(BLANK), papers.MARK, papers.ID)
    (place,) = (block for block in document.reveal() if isinstance(block, Text) and "TPS 3" in block.text)
    assert min(capitals(place, profile)) >= dots(LEAST_MM)
    two_lines, one = (painted(Document((replace(place, text=text),)), profile)[0] for text in ("ꦱ\nTPS 3", "ꦱ TPS 3"))
    assert two_lines.height > one.height


def test_every_number_of_a_ballot_makes_as_many_bytes() -> None:
    ballot = tuple(Label(number, "NAMA") for number in range(1, 100))
    sizes = {len(render(papers.sample_slip(label, ballot=ballot), TM_80).reveal()) for label in ballot}
    assert len(sizes) == 1


def test_a_choice_that_is_not_on_the_ballot_has_no_slip() -> None:
    with pytest.raises(ValueError, match="not on the ballot") as refused:
        papers.sample_slip(JAVANESE, ballot=papers.CANDIDATES)
    assert JAVANESE.name not in str(refused.value)


@PROFILE
def test_a_name_that_no_code_page_holds_is_painted_dot_by_dot(profile: Profile) -> None:
    label = Label(2, "ꦱꦸꦠꦶ")
    document = papers.sample_slip(label)
    assert b"?" not in render(document, profile).reveal().split(b"\x1dv0")[0]
    (piece,) = painted(document, profile)
    top = rows_before(document, place_of(document, Size.NAME), profile)
    bottom = rows_before(document, place_of(document, Rule.FOLD), profile)
    on_paper = ink_of(piece.crop((0, top, piece.width, bottom)))
    sizes = [ink_of(painted_lines(label.name, profile.width_dots, capital)[0]) for capital in range(28, 61, 4)]
    assert [size.size for size in sizes if size.size == on_paper.size and size.tobytes() == on_paper.tobytes()]


def zbar(picture: Image.Image, folder: Path) -> str:
    """What zbarimg reads from a picture at 203 dpi."""
    path = folder / "picture.png"
    picture.save(path, dpi=(203, 203))
    read = subprocess.run(["zbarimg", "--quiet", "--raw", path], capture_output=True, check=False, timeout=60)
    return read.stdout.decode().removesuffix("\n")


def as_scanned(paper: Image.Image, seed: int) -> Image.Image:
    """Grey print on yellowed paper, laid on the scanner 2 degrees askew, a little out of focus, 2 % of dots wrong."""
    grey = paper.convert("L").point(lambda dot: 205 if dot else 95)
    grey = grey.rotate(2, Image.Resampling.BICUBIC, expand=True, fillcolor=160).filter(ImageFilter.GaussianBlur(1.2))
    dots_ = bytearray(grey.tobytes())
    drawn = random.Random(seed)
    for place in drawn.sample(range(len(dots_)), len(dots_) // 50):
        dots_[place] = drawn.choice((95, 205))
    return Image.frombytes("L", grey.size, bytes(dots_))


@PROFILE
@MODE
@pytest.mark.parametrize("what", ["mark", "tracker"])
@pytest.mark.parametrize("state", ["as printed", "as scanned"])
def test_other_peoples_readers_read_the_code(
    profile: Profile, mode: Mode, what: str, state: str, tmp_path: Path
) -> None:
    document = papers.sample_slip(JAVANESE, mode) if what == "mark" else papers.sample_stub(mode)
    (piece,) = painted(document, profile)
    (code,) = (block.text for block in document.reveal() if isinstance(block, Qr))
    assert code == (papers.MARK if what == "mark" else papers.TRACKER)
    for seed in range(2 if state == "as scanned" else 1):
        picture = as_scanned(piece, seed) if state == "as scanned" else piece
        assert zbar(picture, tmp_path) == code
        assert [read.text for read in zxingcpp.read_barcodes(picture.convert("L"))] == [code]
