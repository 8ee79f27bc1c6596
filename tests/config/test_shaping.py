"""How names in any script are shaped and directed, judged by HarfBuzz's own tools, which are not Pillow's copy."""

import io
import json
import subprocess

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from config import fonts

SIZE = 160
NAMES = {
    "Latin with marks": "Ḥāʾil Ñuñặ Ģọ̈fi",
    "Javanese": "ꦱꦶꦠꦶꦲꦩꦶꦤꦃ",
    "Javanese with letters below letters": "ꦏ꧀ꦭꦶꦮꦺꦴꦤ꧀",
    "Javanese with a vowel on both sides": "ꦥꦿꦗꦺꦴꦏꦸꦱꦸꦩꦺꦴ",
    "Arabic": "محمد شريف",
    "Arabic with ligatures and vowels": "عَبْدُ اللّٰه الحاج",
    "Jawi": "سيتي أمينه بنت چيك ڤوان",
    "Sundanese": "ᮞᮤᮒᮤ ᮃᮙᮤᮔᮂ",
    "Balinese": "ᬓᬢᬸᬢ᭄ᬯᬶᬭᬵᬯᬦ᭄",
    "Buginese": "ᨅᨔᨕᨘᨁᨗ",
    "Batak": "ᯔᯒᯒᯀᯮᯞᯉ᯲",
    "Rejang": "ꤽꥍꤺꥏ",
}


def run_of(text: str, size: int) -> tuple[str, ImageFont.FreeTypeFont]:
    (run,) = fonts.runs(text, size, bold=True)
    return run


def judged(text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """The ink as hb-view paints it."""
    told = subprocess.run(
        ["hb-view", f"--font-file={font.path}", f"--font-size={SIZE}", "--margin=300", "--output-format=png", text],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return inked(Image.open(io.BytesIO(told.stdout)).convert("L").point(lambda grey: 255 - grey))


def painted(text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    picture = Image.new("L", (SIZE * 16, SIZE * 6))
    ImageDraw.Draw(picture).text((SIZE * 2, SIZE * 3), text, font=font, fill=255, anchor="ls")
    return inked(picture)


def inked(picture: Image.Image) -> Image.Image:
    return picture.crop(picture.getbbox())


def likeness(one: Image.Image, other: Image.Image) -> float:
    """The share of ink that both have; 0 when one is larger."""
    if any(abs(a - b) > 4 for a, b in zip(one.size, other.size, strict=True)):
        return 0
    other = other.resize(one.size)
    both, either = ImageChops.darker(one, other), ImageChops.lighter(one, other)
    return sum(both.tobytes()) / sum(either.tobytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shaped_as_harfbuzz_shapes_it(name: str) -> None:
    text, font = run_of(NAMES[name], SIZE)
    judge = judged(text, font)
    assert likeness(painted(text, font), judge) > 0.9
    units = 1000
    _, large = run_of(NAMES[name], units)
    told = subprocess.run(
        ["hb-shape", f"--font-file={font.path}", "--output-format=json", text], check=True, capture_output=True
    )
    glyphs = json.loads(told.stdout)
    assert ".notdef" not in {glyph["g"] for glyph in glyphs}
    assert "uni25CC" not in {glyph["g"] for glyph in glyphs}, "a sign without its letter"
    assert large.getlength(text) == pytest.approx(sum(glyph["ax"] for glyph in glyphs), abs=2 * len(glyphs))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"Buginese", "Rejang", "Latin with marks"}])
def test_the_judge_sees_what_is_not_shaped(name: str) -> None:
    text, font = run_of(NAMES[name], SIZE)
    plain = ImageFont.truetype(font.path, SIZE, layout_engine=ImageFont.Layout.BASIC)
    assert likeness(painted(text, plain), judged(text, font)) < 0.9


ORDERS = {
    "a place": ("Desa محمد · TPS 3", ["Desa ", "محمد", " · TPS 3"]),
    "two words": ("Desa محمد شريف · TPS 3", ["Desa ", "محمد شريف", " · TPS 3"]),
    "a number before": ("2. محمد الحاج", ["2. ", "محمد الحاج"]),
    "digits behind": ("محمد 2", ["محمد 2"]),
    "a point at the end": ("محمد.", ["محمد."]),
}


@pytest.mark.parametrize("name", ORDERS)
def test_runs_stand_from_left_to_right(name: str) -> None:
    """What is written from right to left is one run, and what belongs to the other letters is not in it."""
    text, order = ORDERS[name]
    assert [run for run, _ in fonts.runs(text, 40, bold=True)] == order
