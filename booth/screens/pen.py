"""What pictures are drawn with: strokes and shapes on a square of 100 by 100 (origin at the top left)."""

from PIL import Image, ImageDraw

from booth.comfort import Scheme
from booth.screens.theme import WHITE, Colour, seen

FINER = 4
"""Drawn so many times larger and then made smaller: smooth edges."""

Point = tuple[float, float]
GROUND: Colour = (-1, -1, -1)
"""In a drawing: the colour of what it is drawn on, so that it is as clear in white on a dark button."""


class Pen:
    """Strokes and shapes on the square of 100."""

    def __init__(self, size: int, ink: Colour, scheme: Scheme, ground: Colour = WHITE) -> None:
        self.ink = ink
        self._ground = ground
        self._scheme = scheme
        self._scale = size * FINER / 100
        self._image = Image.new("RGBA", (size * FINER, size * FINER), (*seen(ink, scheme), 0))
        self._draw = ImageDraw.Draw(self._image)
        self._size = size

    def line(self, *points: Point, width: float = 6, ink: Colour | None = None) -> None:
        """A stroke with round ends and joints."""
        colour = ink or self.ink
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._draw.line(scaled, fill=self._seen(colour), width=round(width * self._scale), joint="curve")
        for x, y in points:
            self.disc(x, y, width / 2, colour)

    def shape(self, *points: Point, fill: Colour = GROUND, width: float = 5, ink: Colour | None = None) -> None:
        """A filled outline."""
        self._draw.polygon([(x * self._scale, y * self._scale) for x, y in points], fill=self._seen(fill))
        if width:
            self.line(*points, points[0], width=width, ink=ink)

    def block(
        self,
        x: float,
        y: float,
        right: float,
        bottom: float,
        *,
        fill: Colour | None = GROUND,
        corner: float = 4,
        width: float = 5,
        ink: Colour | None = None,
    ) -> None:
        """A rectangle with round corners."""
        self._draw.rounded_rectangle(
            [part * self._scale for part in (x, y, right, bottom)],
            radius=corner * self._scale,
            fill=self._seen(fill) if fill else None,
            outline=self._seen(ink or self.ink) if width else None,
            width=round(width * self._scale),
        )

    def disc(self, x: float, y: float, radius: float, fill: Colour | None = None) -> None:
        """A filled circle."""
        box = [(x - radius) * self._scale, (y - radius) * self._scale]
        box += [(x + radius) * self._scale, (y + radius) * self._scale]
        self._draw.ellipse(box, fill=self._seen(fill or self.ink))

    def ring(self, x: float, y: float, radius: float, *, fill: Colour | None = GROUND, width: float = 6) -> None:
        """A circle."""
        box = [(x - radius) * self._scale, (y - radius) * self._scale]
        box += [(x + radius) * self._scale, (y + radius) * self._scale]
        inside = self._seen(fill) if fill else None
        self._draw.ellipse(box, fill=inside, outline=self._seen(self.ink), width=round(width * self._scale))

    def arrow(self, start: Point, end: Point, *, width: float = 8, head: float = 15, ink: Colour | None = None) -> None:
        """A straight arrow."""
        (x0, y0), (x1, y1) = start, end
        length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-6)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        neck = (x1 - ux * head, y1 - uy * head)
        left = (neck[0] - uy * head * 0.72, neck[1] + ux * head * 0.72)
        right = (neck[0] + uy * head * 0.72, neck[1] - ux * head * 0.72)
        colour = ink or self.ink
        self.line(start, (neck[0] + ux, neck[1] + uy), width=width, ink=colour)
        self.shape(left, (x1, y1), right, fill=colour, width=2, ink=colour)

    def _seen(self, colour: Colour) -> tuple[int, int, int, int]:
        return (*seen(self._ground if colour == GROUND else colour, self._scheme), 255)

    def done(self) -> Image.Image:
        """The picture at its size."""
        return self._image.convert("RGBa").resize((self._size, self._size), Image.Resampling.BOX).convert("RGBA")
