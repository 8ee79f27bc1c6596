"""Rectangles that are cut into pieces: how a screen is laid out. Dots, origin at the bottom left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle in dots."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y + self.height

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.top

    def inset(self, dx: float, dy: float | None = None) -> Box:
        """Smaller by ``dx`` on the left and right, ``dy`` (or the same) above and below."""
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, max(self.width - 2 * dx, 0), max(self.height - 2 * dy, 0))

    def cut_top(self, height: float, gap: float = 0) -> tuple[Box, Box]:
        """The upper piece, and what is left below the gap."""
        height = min(height, self.height)
        rest = max(self.height - height - gap, 0)
        return Box(self.x, self.top - height, self.width, height), Box(self.x, self.y, self.width, rest)

    def cut_bottom(self, height: float, gap: float = 0) -> tuple[Box, Box]:
        """The lower piece, and what is left above the gap."""
        height = min(height, self.height)
        rest = max(self.height - height - gap, 0)
        return Box(self.x, self.y, self.width, height), Box(self.x, self.top - rest, self.width, rest)

    def cut_left(self, width: float, gap: float = 0) -> tuple[Box, Box]:
        """The left piece, and what is left beside the gap."""
        width = min(width, self.width)
        rest = max(self.width - width - gap, 0)
        return Box(self.x, self.y, width, self.height), Box(self.right - rest, self.y, rest, self.height)

    def cut_right(self, width: float, gap: float = 0) -> tuple[Box, Box]:
        """The right piece, and what is left beside the gap."""
        width = min(width, self.width)
        rest = max(self.width - width - gap, 0)
        return Box(self.right - width, self.y, width, self.height), Box(self.x, self.y, rest, self.height)

    def columns(self, count: int, gap: float) -> list[Box]:
        """Equal columns from left to right."""
        width = (self.width - gap * (count - 1)) / count
        return [Box(self.x + i * (width + gap), self.y, width, self.height) for i in range(count)]

    def rows(self, count: int, gap: float) -> list[Box]:
        """Equal rows from top to bottom."""
        height = (self.height - gap * (count - 1)) / count
        return [Box(self.x, self.top - height - i * (height + gap), self.width, height) for i in range(count)]

    def grid(self, count: int, columns: int, gap: float) -> list[Box]:
        """Equal cells row by row; a last row that is not full stands in the middle."""
        full = self.rows(-(-count // columns), gap)
        cells = []
        for i, row in enumerate(full):
            in_row = min(columns, count - i * columns)
            width = (self.width - gap * (columns - 1)) / columns
            indent = (self.width - in_row * width - (in_row - 1) * gap) / 2
            cells += [Box(row.x + indent + j * (width + gap), row.y, width, row.height) for j in range(in_row)]
        return cells

    def centred(self, width: float, height: float) -> Box:
        """A box of that size (at most this one's) in the middle."""
        width, height = min(width, self.width), min(height, self.height)
        return Box(self.x + (self.width - width) / 2, self.y + (self.height - height) / 2, width, height)
