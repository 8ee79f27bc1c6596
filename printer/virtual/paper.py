"""The paper path: roll, head, cutter, sensors. It moves a row of dots at a time; what was printed stays printed."""

from PIL import Image

DOTS_PER_MM = 8
HEAD_TO_CUTTER_DOTS = 112
"""14 mm: what was just printed is still inside, and each piece begins with as much empty paper."""
NEAR_END_MM = 2000
"""The roll's sensor sees its end so long before; about a dozen slips."""


class Paper:
    """One strip from the last cut to the head, and the roll behind it."""

    def __init__(self, width_dots: int, roll_mm: float) -> None:
        self.width_dots = width_dots
        self.row_bytes = width_dots // 8
        self.painted_rows = 0
        self._strip: list[bytes] = []
        self._roll_dots = 0
        self.load(roll_mm)

    @property
    def out(self) -> bool:
        """No paper at the head."""
        return self._roll_dots <= 0

    @property
    def near_end(self) -> bool:
        """The roll is thin."""
        return self._roll_dots < NEAR_END_MM * DOTS_PER_MM

    def load(self, length_mm: float, width_mm: int | None = None) -> None:
        """A new roll, pulled out as far as the cutter; ``width_mm`` when it is not the one that the printer is for."""
        self._roll_dots = round(length_mm * DOTS_PER_MM)
        self._roll_width_dots = paper_width_dots(self.width_dots) if width_mm is None else width_mm * DOTS_PER_MM
        self._strip = [self.blank] * HEAD_TO_CUTTER_DOTS

    @property
    def blank(self) -> bytes:
        """A row without dots."""
        return bytes(self.row_bytes)

    def print_row(self, row: bytes) -> None:
        """Burns one row and moves on; the caller has looked whether there is paper."""
        self._strip.append(row)
        self._roll_dots -= 1
        self.painted_rows += 1

    def cut(self) -> Image.Image | None:
        """The piece that falls, or None when nothing is printed on it."""
        piece, self._strip = self._strip[:-HEAD_TO_CUTTER_DOTS], self._strip[-HEAD_TO_CUTTER_DOTS:]
        return self._image(piece)

    def pull_out(self) -> Image.Image | None:
        """All that hangs in the path, as a hand takes it out of an open printer; None when nothing is on it."""
        piece, self._strip = self._strip, [self.blank] * HEAD_TO_CUTTER_DOTS
        return self._image(piece)

    def _image(self, rows: list[bytes]) -> Image.Image | None:
        """The paper with the edges that the head does not reach."""
        if not any(any(row) for row in rows):
            return None
        image = Image.new("1", (self._roll_width_dots, len(rows)), 1)
        printed = Image.frombytes("1", (self.width_dots, len(rows)), b"".join(rows), "raw", "1;I")
        image.paste(printed, ((paper_width_dots(self.width_dots) - self.width_dots) // 2, 0))
        return image


def paper_width_dots(head_dots: int) -> int:
    """The paper is wider than the head: 80 mm for 576 dots, 58 mm for 384."""
    return {576: 80, 384: 58}.get(head_dots, head_dots // DOTS_PER_MM + 8) * DOTS_PER_MM
