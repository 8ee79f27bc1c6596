"""Painted text and photos: true heights, shaped scripts, pictures of any make."""

import io

import pytest
from PIL import Image

from booth.screens.painting import Align, lay_out, paint
from booth.screens.photos import SHAPE, portrait
from booth.screens.theme import BRICK, DEEP, INK, LEAF, PAPER, QUIET, SUN, TINT, WHITE, Theme, contrast
from config import fonts
from config.errors import DeviceError


@pytest.mark.parametrize("mm", [3.5, 4.8, 6.4, 8.5])
@pytest.mark.parametrize("density", [4.6, 5.2, 5.9, 10.0])
@pytest.mark.parametrize("bold", [True, False])
def test_a_capital_is_as_high_as_it_says(mm: float, density: float, bold: bool) -> None:
    dots = Theme(dots_per_mm=density).dots(mm)
    ink = paint(lay_out("H", 1000, dots, bold=bold), INK, Align.LEFT).getchannel("A").point(lambda a: 255 * (a > 40))
    _, top, _, bottom = ink.getbbox() or (0, 0, 0, 0)
    assert (bottom - top) / density >= mm - 0.5 / density


@pytest.mark.parametrize("text", ["ꦱꦶꦠꦶ ꦲꦩꦶꦤꦃ", "محمد شريف", "ᮞᮤᮒᮤ", "Ɛmilia Đorđe Ñá Ả", "Siti Aminah"])
def test_scripts_are_painted_whole(text: str) -> None:
    block = lay_out(text, 600, 40, bold=True)
    picture = paint(block, INK, Align.LEFT).getchannel("A")
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert left > 0
    assert right < picture.width
    assert top >= 0
    assert bottom <= picture.height
    wider = Image.new("L", (picture.width, picture.height + 80), 0)
    wider.paste(picture, (0, 40))
    assert wider.getbbox()[3] - wider.getbbox()[1] == bottom - top


def test_marks_join_their_letters() -> None:
    """Shaped, the vowel sign does not stand beside the letter: that is what raqm is for."""
    apart = sum(lay_out(char, 999, 40, bold=False).width for char in "ꦱꦶ")
    assert lay_out("ꦱꦶ", 999, 40, bold=False).width < apart


def test_digits_after_a_sign_are_as_bold_as_those_before() -> None:
    painted = fonts.runs("30\N{NO-BREAK SPACE}≤\N{NO-BREAK SPACE}48", 40, bold=True)
    assert [(run.strip(), font.getname()[1]) for run, font in painted] == [
        ("30", "Bold"),
        ("≤", "Regular"),
        ("48", "Bold"),
    ]


def test_a_missing_font_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for cached in (fonts._font, fonts._holds, fonts._font_for):
        cached.cache_clear()
    monkeypatch.setattr(fonts, "REGULAR", ("NotThere.ttf",))
    monkeypatch.setattr(fonts, "BOLD", ("NotThere.ttf",))
    with pytest.raises(DeviceError, match="fonts-noto-core") as told:
        lay_out("A", 100, 20, bold=True)
    assert "fonts-noto-core" in told.value.id
    fonts._font_for.cache_clear()


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (INK, PAPER),
        (INK, SUN),
        (INK, TINT),
        (QUIET, PAPER),
        (QUIET, WHITE),
        (BRICK, WHITE),
        (WHITE, LEAF),
        (WHITE, DEEP),
    ],
)
def test_colours_that_meet_have_contrast(ink: tuple[int, int, int], ground: tuple[int, int, int]) -> None:
    assert contrast(ink, ground) >= 10


@pytest.mark.parametrize("height", [1, 57, 200, 590])
def test_a_photo_fills_its_place(height: int) -> None:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "red").save(out, "JPEG")
    done = portrait(out.getvalue(), height)
    assert done.size == (max(round(height * SHAPE), 1), height)
    assert done.getextrema()[3] == (255, 255)
    assert done.getpixel((0, 0))[0] > 240
