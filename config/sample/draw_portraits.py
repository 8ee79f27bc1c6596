"""Draws the portraits of the sample's three candidates, who do not exist: ``python -m config.sample.draw_portraits``.

Flat figures made of smooth closed curves on a canvas of 600 x 800; the same input gives the same picture. The PNGs
are committed, so nothing but this file needs this file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 600, 800
FINE = 3
"""Dots drawn for one dot kept, so that edges come out smooth."""
AXIS = 300
"""The face's middle line."""

Point = tuple[float, float]
Curve = Sequence[Point]


@dataclass(frozen=True)
class Look:
    """What makes a face this one."""

    file: str
    backdrop: tuple[str, str, str]
    """Above, below, and the disc behind the head."""
    skin: str
    shade: str
    lip: str
    brow: str
    iris: str
    jaw: float
    """Half the width of the jaw."""
    age: float
    """0 to 1: how deep the lines at the eyes and the mouth are."""
    brow_lift: float
    mouth_smile: float
    dress: Callable[["Canvas", "Look"], None]
    crown: Callable[["Canvas", "Look"], None]
    behind: Callable[["Canvas", "Look"], None] | None = None
    ears: bool = True
    brow_width: float = 9.0
    moustache: str = ""
    glasses: str = ""
    face: list[Point] = field(default_factory=list)


class Canvas:
    """A picture under construction; all measures in dots of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE))

    def fill(
        self, curve: Curve, colour: str, *, blur: float = 0, opacity: float = 1, inside: Curve | None = None
    ) -> None:
        """Fills a smooth closed curve, softly where ``blur`` says so, and only ``inside`` another curve."""
        mask = self._mask(curve)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * FINE))
        if inside is not None:
            mask = ImageChops.multiply(mask, self._mask(inside))
        if opacity < 1:
            mask = mask.point([round(value * opacity) for value in range(256)])
        self.image.paste(colour, (0, 0, *self.image.size), mask)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: str, **how: object) -> None:
        """An ellipse by its middle and half axes."""
        k = 0.7071
        curve = [
            (x + rx, y), (x + k * rx, y + k * ry), (x, y + ry), (x - k * rx, y + k * ry),
            (x - rx, y), (x - k * rx, y - k * ry), (x, y - ry), (x + k * rx, y - k * ry),
        ]  # fmt: skip
        self.fill(curve, colour, **how)  # type: ignore[arg-type]

    def stroke(self, points: Curve, colour: str, width: float, *, opacity: float = 1, taper: bool = True) -> None:
        """A line along a smooth open curve, thin at both ends unless told otherwise."""
        path = _smooth([points[0], *points, points[-1]], closed=False)
        mask = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(mask)
        for n, (x, y) in enumerate(path):
            along = n / (len(path) - 1)
            r = width / 2 * ((1 - (2 * along - 1) ** 2) ** 0.5 if taper else 1) * FINE
            if r > 0.2:
                draw.ellipse((x * FINE - r, y * FINE - r, x * FINE + r, y * FINE + r), fill=round(255 * opacity))
        self.image.paste(colour, (0, 0, *self.image.size), mask)

    def gradient(self, above: str, below: str) -> None:
        """The backdrop, from top to bottom."""
        ramp = Image.linear_gradient("L").resize(self.image.size)
        self.image.paste(above, (0, 0, *self.image.size))
        self.image.paste(below, (0, 0, *self.image.size), ramp)

    def finished(self) -> Image.Image:
        """The picture at its final size."""
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)

    def _mask(self, curve: Curve) -> Image.Image:
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon([(x * FINE, y * FINE) for x, y in _smooth(curve)], fill=255)
        return mask


def _smooth(points: Curve, *, closed: bool = True) -> list[Point]:
    """Catmull-Rom: a smooth curve through all points. A point that stands twice is a corner."""
    count = len(points)
    path: list[Point] = []
    last = count if closed else count - 3
    for n in range(last):
        p = [points[(n + k - 1) % count] for k in range(4)] if closed else [points[n + k] for k in range(4)]
        steps = 8 + int(abs(p[2][0] - p[1][0]) + abs(p[2][1] - p[1][1]))
        for step in range(steps):
            t = step / steps
            path.append(tuple(_spline(t, *(q[axis] for q in p)) for axis in (0, 1)))  # type: ignore[arg-type]
    return path


def _spline(t: float, a: float, b: float, c: float, d: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def both(points: Curve) -> list[Point]:
    """A left half, from top to bottom, closed by its mirror image."""
    return [*points, *((2 * AXIS - x, y) for x, y in reversed(points))]


def mirrored(points: Curve) -> list[Point]:
    """The same on the other side of the face."""
    return [(2 * AXIS - x, y) for x, y in points]


def face_curve(jaw: float) -> list[Point]:
    """Forehead, temples, cheeks, jaw, chin."""
    return both([(262, 196), (212, 232), (197, 300), (202, 360), (AXIS - jaw, 414), (262, 458), (AXIS - 22, 472)])


def draw(look: Look) -> Image.Image:
    """One portrait."""
    canvas = Canvas()
    above, below, disc = look.backdrop
    canvas.gradient(above, below)
    canvas.ellipse(AXIS, 340, 238, 238, disc, opacity=0.55)
    if look.behind:
        look.behind(canvas, look)
    look.dress(canvas, look)
    face = face_curve(look.jaw)
    if look.ears:
        for side in (1, -1):
            canvas.ellipse(AXIS + side * 106, 340, 17, 31, look.skin)
            canvas.ellipse(AXIS + side * 107, 342, 8, 18, look.shade, opacity=0.55)
    canvas.fill(face, look.skin)
    _shading(canvas, look, face)
    _features(canvas, look)
    look.crown(canvas, look)
    return canvas.finished()


def _shading(canvas: Canvas, look: Look, face: Curve) -> None:
    side = [(404, 200), (420, 330), (400, 430), (330, 490), (346, 440), (376, 380), (384, 300), (372, 230)]
    canvas.fill(side, look.shade, blur=9, opacity=0.55, inside=face)
    canvas.fill(both([(270, 462), (240, 478), (290, 486)]), look.shade, blur=8, opacity=0.5, inside=face)
    for x in (236, 364):
        canvas.ellipse(x, 384, 27, 18, look.lip, blur=10, opacity=0.28, inside=face)
    canvas.ellipse(286, 244, 46, 22, "#ffffff", blur=16, opacity=0.16, inside=face)


def _features(canvas: Canvas, look: Look) -> None:
    for flip in (list, mirrored):
        _eye(canvas, look, flip)
    nose = [(299, 322), (293, 362), (279, 384), (288, 397), (300, 401), (303, 390), (302, 350)]
    canvas.fill(nose, look.shade, blur=3.5, opacity=0.30)
    canvas.stroke([(277, 389), (285, 397), (300, 402), (315, 397), (323, 389)], look.shade, 5)
    smile = look.mouth_smile
    upper = [
        (262, 426 - smile),
        (283, 421),
        (300, 424),
        (317, 421),
        (338, 426 - smile),
        (318, 432),
        (300, 434),
        (282, 432),
    ]
    lower = [
        (264, 427 - smile),
        (282, 432),
        (300, 434),
        (318, 432),
        (336, 427 - smile),
        (320, 445),
        (300, 449),
        (280, 445),
    ]
    canvas.fill(lower, look.lip)
    canvas.fill(upper, look.lip)
    canvas.fill(upper, look.brow, opacity=0.22)
    canvas.stroke(
        [(258, 424 - smile), (280, 432), (300, 434), (320, 432), (342, 424 - smile)], look.brow, 4, opacity=0.75
    )
    if look.moustache:
        half = [(300, 408), (276, 409), (252, 424), (250, 430), (276, 421), (300, 419)]
        canvas.fill(half, look.moustache)
        canvas.fill(mirrored(half), look.moustache)
    if look.age:
        for flip in (list, mirrored):
            canvas.stroke(flip([(263, 392), (249, 408), (243, 430)]), look.shade, 4.5, opacity=0.95 * look.age)
            canvas.stroke(flip([(231, 352), (248, 359), (268, 356)]), look.shade, 3.5, opacity=0.9 * look.age)
    if look.age > 0.5:
        for y in (250, 266):
            canvas.stroke([(262, y), (300, y - 4), (338, y)], look.shade, 3.5, opacity=0.6 * look.age)
    if look.glasses:
        _glasses(canvas, look.glasses)


def _eye(canvas: Canvas, look: Look, flip: Callable[[Curve], list[Point]]) -> None:
    almond = flip(
        [(228, 332), (228, 332), (240, 322), (256, 320), (270, 327), (276, 335), (276, 335), (256, 342), (240, 340)]
    )
    canvas.fill(almond, "#fbf7f1")
    x = flip([(253, 331)])[0][0]
    canvas.ellipse(x, 331, 10.5, 10.5, look.iris, inside=almond)
    canvas.ellipse(x, 331, 5, 5, "#120c0a", inside=almond)
    canvas.ellipse(x + 3.5, 327, 2.4, 2.4, "#ffffff", inside=almond)
    canvas.fill(flip([(226, 328), (256, 316), (278, 330), (256, 325)]), look.shade, blur=2, opacity=0.6, inside=almond)
    canvas.stroke(flip([(224, 333), (238, 322), (256, 319), (270, 326), (278, 336)]), "#22150f", 5.5)
    canvas.stroke(flip([(234, 313), (254, 308), (272, 315)]), look.shade, 3, opacity=0.8)
    lift = look.brow_lift
    brow = flip([(218, 300 - lift), (238, 289 - lift), (260, 289 - lift / 2), (280, 297)])
    canvas.stroke(brow, look.brow, look.brow_width)


def _glasses(canvas: Canvas, colour: str) -> None:
    for flip in (list, mirrored):
        ring = flip(
            [(216, 316), (222, 309), (252, 306), (280, 311), (286, 322), (281, 346), (260, 358), (232, 356), (217, 342)]
        )
        canvas.stroke([*ring, ring[0]], colour, 5, taper=False)
        canvas.fill(ring, "#ffffff", opacity=0.07)
        canvas.stroke(flip([(216, 320), (204, 318), (196, 322)]), colour, 5, taper=False)
    canvas.stroke([(285, 324), (300, 319), (315, 324)], colour, 5, taper=False)


def _neck(canvas: Canvas, look: Look, depth: float) -> None:
    """The neck, down to the point of the collar at ``depth``; drawn over the shirt and under its collar."""
    neck = both([(250, 420), (249, 500), (243, 540), (294, depth)])
    canvas.fill(neck, look.skin)
    canvas.fill(both([(244, 440), (248, 490), (276, 520), (292, 526)]), look.shade, blur=7, opacity=0.8, inside=neck)


_SHOULDERS = both([(262, 530), (200, 566), (112, 604), (62, 690), (46, 800), (46, 860), (200, 860)])


def dress_koko(canvas: Canvas, look: Look) -> None:
    """A white shirt with a standing collar."""
    canvas.fill(_SHOULDERS, "#f4f1ea")
    canvas.fill([(360, 560), (480, 604), (560, 720), (560, 860), (470, 860), (470, 700), (420, 620)], "#cfc9bd",
                blur=14, opacity=0.8, inside=_SHOULDERS)  # fmt: skip
    _neck(canvas, look, 582)
    for flip in (list, mirrored):
        canvas.stroke(flip([(150, 700), (158, 760), (156, 830)]), "#cfc9bd", 5)
        collar = flip(
            [(240, 522), (240, 522), (246, 556), (297, 586), (297, 586), (297, 618), (297, 618), (232, 572), (222, 536)]
        )
        canvas.fill(collar, "#fdfbf6")
        canvas.stroke(flip([(223, 537), (236, 572), (297, 614)]), "#c9c1b2", 3, taper=False)
    canvas.stroke([(300, 612), (300, 700), (300, 830)], "#cfc9bd", 4, taper=False)
    for x in (278, 322):
        canvas.stroke([(x, 628), (x, 720), (x, 830)], "#a9843f", 3, taper=False)
    for y in (640, 696, 752):
        canvas.ellipse(300, y, 5.5, 5.5, "#a9843f")


def crown_peci(canvas: Canvas, look: Look) -> None:
    """Grey temples under a black velvet cap."""
    for flip in (list, mirrored):
        canvas.fill(flip([(202, 240), (197, 300), (199, 344), (208, 340), (211, 300), (220, 262)]), "#5d5955")
    half = [(250, 231), (200, 246), (194, 236), (193, 200), (203, 150), (212, 136), (250, 124)]
    cap = [(300, 225), *half, (300, 121), *reversed(mirrored(half))]
    canvas.fill(both([(198, 258), (250, 240)]), look.shade, blur=7, opacity=0.5, inside=face_curve(look.jaw))
    canvas.fill(cap, "#1c1b20")
    canvas.fill(
        [(340, 110), (400, 130), (412, 250), (376, 238), (362, 160)], "#0d0c10", blur=10, opacity=0.9, inside=cap
    )
    canvas.fill(
        [(214, 150), (246, 134), (236, 190), (218, 228), (206, 210)], "#4a4852", blur=9, opacity=0.8, inside=cap
    )
    canvas.stroke([(201, 243), (250, 228), (300, 222), (350, 228), (399, 243)], "#35333b", 4, taper=False)


def behind_hijab(canvas: Canvas, look: Look) -> None:
    """What of the headscarf is behind the head."""
    canvas.fill(both([(270, 122), (196, 158), (166, 260), (170, 380), (150, 520), (118, 610), (200, 660)]), "#1d5a57")


def dress_blazer(canvas: Canvas, look: Look) -> None:
    """A dark jacket; the scarf covers the neck later."""
    canvas.fill(_SHOULDERS, "#2c3550")
    canvas.fill([(400, 600), (480, 610), (560, 720), (560, 860), (470, 860), (480, 720)], "#1d2439",
                blur=14, opacity=0.9, inside=_SHOULDERS)  # fmt: skip
    for flip in (list, mirrored):
        lapel = flip(
            [
                (196, 580),
                (196, 580),
                (214, 690),
                (297, 810),
                (297, 810),
                (230, 810),
                (150, 668),
                (150, 668),
                (168, 640),
                (150, 622),
            ]
        )
        canvas.fill(lapel, "#39456a")
        canvas.stroke(flip([(150, 668), (190, 740), (236, 812)]), "#1d2439", 3.5, taper=False)


def crown_hijab(canvas: Canvas, look: Look) -> None:
    """A teal headscarf that frames the face and falls over the shoulders."""
    outer = [
        (300, 118), (214, 142), (174, 230), (172, 340), (184, 440), (170, 540), (150, 640), (206, 706), (300, 744),
        (394, 706), (450, 640), (430, 540), (416, 440), (428, 340), (426, 230), (386, 142),
    ]  # fmt: skip
    opening = both([(268, 206), (222, 236), (206, 300), (209, 360), (226, 412), (258, 452), (284, 466)])
    scarf = Canvas()
    scarf.image.paste(canvas.image)
    scarf.fill(outer, "#2a7a74")
    shadow = [
        (372, 128), (426, 230), (430, 340), (418, 440), (452, 640), (390, 712), (372, 600), (392, 440), (398, 300)
    ]  # fmt: skip
    scarf.fill(shadow, "#1d5a57", blur=12, opacity=0.85, inside=outer)
    scarf.fill([(216, 150), (262, 134), (214, 220), (198, 320), (184, 300), (184, 220)], "#4aa39b",
                blur=12, opacity=0.7, inside=outer)  # fmt: skip
    for fold in (
        [(214, 420), (232, 500), (300, 556), (372, 606), (404, 676)],
        [(386, 420), (366, 492), (312, 540), (246, 598), (196, 664)],
        [(300, 560), (262, 640), (258, 712)],
        [(320, 566), (350, 640), (352, 708)],
    ):
        scarf.stroke(fold, "#1b5450", 7, opacity=0.8)
    band = both([(266, 192), (214, 228), (198, 300), (201, 362), (220, 418), (254, 460), (284, 478)])
    scarf.fill(band, "#215f5b")
    keep = ImageChops.invert(canvas._mask(opening))
    canvas.image.paste(scarf.image, (0, 0), keep)
    canvas.fill(
        both([(262, 200), (222, 236), (240, 232), (284, 218)]), look.shade, blur=6, opacity=0.55, inside=opening
    )
    canvas.ellipse(300, 560, 8, 8, "#e0c069")
    canvas.ellipse(298, 558, 2.6, 2.6, "#fff6da")


def dress_batik(canvas: Canvas, look: Look) -> None:
    """A brown batik shirt with an open collar; its pattern is kawung, four petals in a diamond."""
    canvas.fill(_SHOULDERS, "#6d3f22")
    inside = Image.new("L", canvas.image.size)
    inside.paste(canvas._mask(_SHOULDERS))
    before = canvas.image.copy()
    for row in range(9):
        for column in range(15):
            x, y = 20 + column * 42 + (row % 2) * 21, 556 + row * 36
            for dx, dy, rx, ry in ((-10, 0, 8, 5), (10, 0, 8, 5), (0, -9, 5, 7), (0, 9, 5, 7)):
                canvas.ellipse(x + dx, y + dy, rx, ry, "#d9a860")
            canvas.ellipse(x, y, 2.6, 2.6, "#f1d9a6")
    canvas.image.paste(before, (0, 0), ImageChops.invert(inside))
    canvas.fill([(400, 590), (480, 604), (560, 720), (560, 860), (450, 860), (462, 720)], "#3b1f10",
                blur=16, opacity=0.75, inside=_SHOULDERS)  # fmt: skip
    _neck(canvas, look, 652)
    for flip in (list, mirrored):
        collar = flip(
            [(244, 520), (244, 520), (262, 572), (299, 640), (299, 640), (244, 664), (244, 664), (206, 600), (214, 548)]
        )
        canvas.fill(collar, "#80502c")
        canvas.stroke(flip([(212, 552), (210, 604), (244, 662)]), "#42240f", 3.5, taper=False)
        canvas.stroke(flip([(245, 662), (272, 654), (299, 640)]), "#42240f", 3.5, taper=False)
    canvas.stroke([(300, 640), (303, 740), (302, 850)], "#42240f", 4, taper=False)
    for y in (690, 760):
        canvas.ellipse(311, y, 5.5, 5.5, "#f1d9a6")


def crown_hair(canvas: Canvas, look: Look) -> None:
    """Short black hair, parted at one side."""
    hair = [
        (200, 322), (190, 282), (188, 222), (214, 162), (262, 132), (322, 128), (376, 152), (406, 204), (411, 270),
        (400, 322), (396, 286), (386, 250), (364, 224), (318, 214), (262, 222), (228, 238), (210, 262), (203, 292),
    ]  # fmt: skip
    canvas.fill(both([(206, 250), (250, 232)]), look.shade, blur=8, opacity=0.35, inside=face_curve(look.jaw))
    canvas.fill(hair, "#1a1513")
    canvas.fill(
        [(232, 160), (290, 140), (350, 152), (300, 166), (244, 188)], "#4b4039", blur=9, opacity=0.8, inside=hair
    )
    for lock in (
        [(244, 226), (256, 180), (300, 152)],
        [(262, 222), (290, 176), (346, 160)],
        [(318, 214), (352, 190), (388, 196)],
    ):
        canvas.stroke(lock, "#3a302b", 4, opacity=0.8)


LOOKS = (
    Look(
        file="1-suryadi-wirapraja.png",
        backdrop=("#dfe7ea", "#b9c9d1", "#f3f6f7"),
        skin="#b98058", shade="#8a5736", lip="#96604a", brow="#3d3632", iris="#3a2316",
        jaw=84, age=1.0, brow_lift=0, mouth_smile=3, brow_width=10, moustache="#4b4643",
        dress=dress_koko, crown=crown_peci,
    ),
    Look(
        file="2-nur-hasanah-lestariningtyas.png",
        backdrop=("#f3e7da", "#dfc6ad", "#fbf4ec"),
        skin="#d9a67e", shade="#ad7650", lip="#b96560", brow="#3a2721", iris="#3b2418",
        jaw=72, age=0.12, brow_lift=4, mouth_smile=7, brow_width=7, ears=False,
        dress=dress_blazer, crown=crown_hijab, behind=behind_hijab,
    ),
    Look(
        file="3-bagus-adinugraha.png",
        backdrop=("#e4ebdd", "#bccbaf", "#f5f8f0"),
        skin="#c8946a", shade="#966341", lip="#ad6f58", brow="#1f1815", iris="#2f1c12",
        jaw=80, age=0.0, brow_lift=2, mouth_smile=6, brow_width=11, glasses="#2b2622",
        dress=dress_batik, crown=crown_hair,
    ),
)  # fmt: skip


def main() -> None:
    """Draws all three into ``photos/`` beside this file."""
    folder = Path(__file__).parent / "photos"
    folder.mkdir(exist_ok=True)
    for look in LOOKS:
        draw(look).save(folder / look.file, optimize=True)


if __name__ == "__main__":
    main()
