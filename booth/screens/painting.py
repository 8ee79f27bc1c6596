"""Text as pictures, painted with Pillow and raqm: Kivy's own text shapes neither Arabic nor Javanese script."""

from enum import Enum

from PIL import Image, ImageDraw

from booth.screens.theme import Colour
from config.fonts import length, runs
from config.lines import OVERHANG, Block, Rough, lay_out

__all__ = ["OVERHANG", "Align", "Block", "Rough", "lay_out", "paint"]


class Align(Enum):
    """Where lines stand in their block."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


def paint(block: Block, colour: Colour, align: Align) -> Image.Image:
    """The block as RGBA on nothing, ``block.width`` by ``block.height`` dots."""
    mask = Image.new("L", (max(block.width, 1), max(block.height, 1)), 0)
    draw = ImageDraw.Draw(mask)
    for i, line in enumerate(block.lines):
        x = OVERHANG + (block.width - 2 * OVERHANG - length(line, block.size, bold=block.bold)) * align.value
        for run, font in runs(line, block.size, bold=block.bold):
            draw.text((x, block.ascent + i * block.step), run, font=font, fill=255, anchor="ls")
            x += font.getlength(run)
    picture = Image.new("RGBA", mask.size, (*colour, 0))
    picture.putalpha(mask)
    return picture
