"""A stick's label: whose it is, in large letters, and its setup's hash, for who compares and for a camera."""

import io

import segno
from PIL import Image

from config.mode import Mode
from config.package import Manifest
from printer.blocks import grouped
from printer.painting import painted_lines

WIDTH_DOTS, QR_DOTS, MARGIN_DOTS = 1000, 330, 30
"""At 300 dpi a label of 85 mm, as wide as the usual sheets have them."""


def label_text(booth: str, setup_hash: str) -> str:
    """What the label's code says."""
    return f"BILIK-STICK/1 {booth} {setup_hash}"


def stick_label(manifest: Manifest, setup_hash: str) -> bytes:
    """The label as a picture (PNG, 300 dpi)."""
    place = manifest.place
    lines = [
        (place.village, 44),
        (f"TPS {place.tps} · Bilik {place.booth}/{place.booths_in_tps}", 44),
        (place.booth_id, 28),
        (f"{place.subdistrict}, {manifest.election.district}", 20),
        (f"{manifest.election.name}, {manifest.election.date}", 20),
    ]
    if manifest.mode is Mode.REHEARSAL:
        lines.insert(0, ("GLADI / REHEARSAL", 36))
    width = WIDTH_DOTS - QR_DOTS - 3 * MARGIN_DOTS
    beside = [line for text, capital in lines for line in painted_lines(text, width, capital)]
    below = painted_lines(f"Setup {grouped(setup_hash)}", WIDTH_DOTS - 2 * MARGIN_DOTS, 18)
    top = max(QR_DOTS, sum(line.height for line in beside)) + 2 * MARGIN_DOTS
    label = Image.new("1", (WIDTH_DOTS, top + sum(line.height for line in below) + MARGIN_DOTS), 1)
    label.paste(_code(label_text(place.booth_id, setup_hash)), (MARGIN_DOTS, MARGIN_DOTS))
    _stack(label, beside, QR_DOTS + 2 * MARGIN_DOTS, MARGIN_DOTS)
    _stack(label, below, MARGIN_DOTS, top)
    out = io.BytesIO()
    label.save(out, "PNG", dpi=(300, 300))
    return out.getvalue()


def _stack(label: Image.Image, lines: list[Image.Image], left: int, top: int) -> None:
    for line in lines:
        label.paste(line, (left, top))
        top += line.height


def _code(text: str) -> Image.Image:
    matrix = segno.make(text, error="m", micro=False).matrix
    side = len(matrix)
    modules = Image.frombytes("L", (side, side), bytes(0 if dark else 255 for row in matrix for dark in row))
    # Whole dots for each module: a scaled one would have edges that a camera stumbles over.
    factor = QR_DOTS // side
    return modules.resize((side * factor, side * factor), Image.Resampling.NEAREST).convert("1")
