"""The root of every screen: what can be put on it, and the rules of touch."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from kivy.graphics import Color, Line, Rectangle, RoundedRectangle
from kivy.graphics.texture import Texture
from kivy.input.motionevent import MotionEvent
from kivy.uix.widget import Widget
from PIL import Image

from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.painting import OVERHANG, Align, Block, Rough, lay_out, paint
from booth.screens.theme import Capital, Colour, Theme


@dataclass(frozen=True)
class Say:
    """A sentence and how large it wants to be; it shrinks step by step down to ``least`` when there is no room."""

    text: str
    capital: Capital | float = Capital.NORMAL
    least: Capital | float = Capital.NORMAL
    bold: bool = False
    colour: Colour = look.INK
    gap_mm: float = 2.2
    """Distance to the sentence above."""
    spare: bool = False
    """Left out where it does not fit at its least size: the second language on a small panel."""

    def capital_mm(self, share: float, theme: Theme) -> float:
        """Its height when everything on the panel shrinks to ``share``.

        Named heights follow the voter's size of text; their least does not grow with it, so that nothing is cut.
        """
        wish = _mm(self.capital, theme)
        least = min(_mm(self.least, theme), _mm(self.least, Theme()))
        return max(wish * share, min(least, wish))


def _mm(capital: Capital | float, theme: Theme) -> float:
    return theme.capital_mm(capital) if isinstance(capital, Capital) else capital


NEARLY = 0.8
"""So much of their least size words may give up for a picture beside them."""


class Dress(Enum):
    """How a button looks: (fill, ink, border)."""

    GO = (look.DEEP, look.WHITE, look.DEEP)
    YES = (look.LEAF, look.WHITE, look.LEAF)
    PLAIN = (look.WHITE, look.INK, look.INK)
    NO = (look.WHITE, look.BRICK, look.BRICK)
    CARD = (look.WHITE, look.INK, look.LINE)


@dataclass(frozen=True)
class Target:
    """Something to touch, in window coordinates (dots, origin at the bottom left)."""

    name: str
    x: float
    y: float
    width: float
    height: float


class Picture(Widget):
    """A painted picture at whole dots, neither stretched nor smoothed."""

    def __init__(self, image: Image.Image, x: float, y: float) -> None:
        super().__init__(size_hint=(None, None), size=image.size, pos=(round(x), round(y)))
        texture = Texture.create(size=image.size, colorfmt="rgba")
        texture.mag_filter = texture.min_filter = "nearest"
        texture.blit_buffer(image.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
        texture.flip_vertical()
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(texture=texture, pos=self.pos, size=self.size)


class Text(Picture):
    """Painted text; what it says and how large stays readable for tests."""

    def __init__(self, block: Block, colour: Colour, align: Align, x: float, y: float, text: str, room: Box) -> None:
        super().__init__(paint(block, colour, align), x, y)
        self.text = text
        self.capital_dots = block.capital_dots
        self.colour = colour
        self.room = room


class Field(Widget):
    """A place to touch; drawn pressed while the finger that pressed it stays inside."""

    def __init__(self, event_name: str, box: Box, dress: Dress, act: Callable[[], None], theme: Theme) -> None:
        super().__init__(size_hint=(None, None), size=(box.width, box.height), pos=(box.x, box.y))
        self.event_name = event_name
        self.box = box
        self.act = act
        self.dress = dress
        self.enabled = True
        corner, border = theme.dots(look.CORNER_MM), theme.dots(look.BORDER_MM)
        fill, _, line = dress.value
        self._see = theme.see
        self._thin, self._thick = border, theme.dots(look.PRESSED_BORDER_MM)
        with self.canvas:
            Color(*_unit(theme.see(fill)))
            RoundedRectangle(pos=self.pos, size=self.size, radius=[corner])
            self._edge = Color(*_unit(theme.see(line)))
            self._line = Line(rounded_rectangle=_inner(box, border, corner), width=border / 2)
        self._corner = corner

    def press(self, down: bool) -> None:
        """Shows that the finger is (not) on it: a thick rim in the colour that stands out, not colour alone."""
        fill, _, line = self.dress.value
        width = self._thick if down else self._thin
        edge = look.SUN if down and fill != look.WHITE else look.DEEP if down else line
        self._edge.rgba = _unit(self._see(edge))
        self._line.width = width / 2
        self._line.rounded_rectangle = _inner(self.box, width, self._corner)


class Sheet(Widget):
    """One picture on the panel and its buttons.

    Rules of touch: the first finger on a button owns the sheet until it leaves; it counts only when it starts and
    ends inside the same button; nothing repeats; after one answer the sheet is inert.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(size_hint=(None, None), size=(theme.width_dots, theme.height_dots))
        self.theme = theme
        self.buttons: list[Field] = []
        self.spent = False
        """It has answered."""
        self._finger: object = None
        self._held: Field | None = None
        self._drawn_at: float | None = None

    # What can be put on it

    def paper(self, box: Box, colour: Colour, border: Colour | None = None, corner_mm: float = 0) -> None:
        """A coloured panel."""
        corner = self.theme.dots(corner_mm)
        with self.canvas:
            Color(*_unit(self.theme.see(colour)))
            RoundedRectangle(pos=(box.x, box.y), size=(box.width, box.height), radius=[corner])
            if border is not None:
                thin = self.theme.dots(look.BORDER_MM)
                Color(*_unit(self.theme.see(border)))
                Line(rounded_rectangle=_inner(box, thin, corner), width=thin / 2)

    def picture(self, image: Image.Image, box: Box) -> None:
        """``image`` in the middle of ``box``, at its own size."""
        place = box.centred(*image.size)
        self.add_widget(Picture(image, place.x, place.y))

    def text(self, box: Box, *says: Say, align: Align = Align.LEFT, middle: bool = True) -> float:
        """The sentences below one another, as large as they wish or as there is room for; returns their height.

        Nothing is ever cut: when even the least sizes are too large, everything shrinks further.
        """
        says, blocks = self._fitted(box, tuple(say for say in says if say.text))
        if not says:
            return 0
        gaps = [0.0] + [self.theme.dots(say.gap_mm) for say in says[1:]]
        height = sum(block.height for block in blocks) + sum(gaps)
        top = box.top - (max(box.height - height, 0) / 2 if middle else 0)
        for say, block, gap in zip(says, blocks, gaps, strict=True):
            top -= gap + block.height
            x = box.x + (box.width - block.width) * align.value
            self.add_widget(Text(block, self.theme.see(say.colour), align, x, top, say.text, box))
        return height

    def texts(self, rows: Sequence[tuple[Box, Say]], align: Align = Align.LEFT) -> None:
        """Each in its box, and all in the size of that which has the least room: no name of a list is larger."""
        fitted = [self._fitted(box, (say,))[1][0].capital_dots for box, say in rows]
        size_mm = min(fitted) / self.theme.dots(1)
        for box, say in rows:
            self.text(box, replace(say, capital=size_mm, least=size_mm), align=align)

    def roomy(self, box: Box, *says: Say) -> bool:
        """Whether the sentences stand in the box not far below their least sizes."""
        said, blocks = self._fitted(box, says)
        least = (self.theme.dots(say.capital_mm(0, self.theme)) for say in said)
        return all(block.capital_dots >= NEARLY * low for block, low in zip(blocks, least, strict=True))

    def _fitted(self, box: Box, says: tuple[Say, ...]) -> tuple[tuple[Say, ...], list[Block]]:
        """Steps down to the least sizes, then without what can be spared, then further down."""
        spared = tuple(say for say in says if not say.spare)
        for chosen in (says, spared) if len(spared) < len(says) else (says,):
            blocks = self._largest(box, chosen, [step / 20 for step in range(20, 5, -1)], floor=True)
            if blocks is not None:
                return chosen, blocks
        smaller = self._largest(box, chosen, [step / 20 for step in range(19, 1, -1)], floor=False)
        return chosen, smaller or [self._block(say, box.width, 1) for say in chosen]

    def _largest(self, box: Box, says: tuple[Say, ...], shares: list[float], *, floor: bool) -> list[Block] | None:
        """The blocks at the largest share that fits, by halving; ``floor``: no sentence below its least size."""
        found: list[Block] | None = None
        rough: list[Rough] = []
        low, high = 0, len(shares) - 1
        while low <= high:
            at = (low + high) // 2 if found is not None or low > 0 else low
            shrunk, further = (shares[at], 1.0) if floor else (0.0, shares[at])
            sizes = [say.capital_mm(shrunk, self.theme) * further for say in says]
            if rough and self._is_too_much(rough, sizes, says, box):
                low = at + 1
                continue
            blocks = [self._block(say, box.width, size) for say, size in zip(says, sizes, strict=True)]
            if self._fits(blocks, says, box):
                found, high = blocks, at - 1
            else:
                low = at + 1
                rough = rough or [Rough.of(say.text, bold=say.bold) for say in says]
        return found

    def _is_too_much(self, rough: list[Rough], sizes: list[float], says: tuple[Say, ...], box: Box) -> bool:
        """Whether it need not be laid out: it surely does not fit."""
        width, gaps = box.width - 2 * OVERHANG, sum(self.theme.dots(say.gap_mm) for say in says[1:])
        least = (one.least_height(width, self.theme.dots(size)) for one, size in zip(rough, sizes, strict=True))
        return sum(least) + gaps > box.height

    def _fits(self, blocks: list[Block], says: tuple[Say, ...], box: Box) -> bool:
        gaps = sum(self.theme.dots(say.gap_mm) for say in says[1:])
        return sum(b.height for b in blocks) + gaps <= box.height and all(b.width <= box.width for b in blocks)

    def _block(self, say: Say, width: float, capital_mm: float) -> Block:
        return lay_out(say.text, width - 2 * OVERHANG, self.theme.dots(capital_mm), bold=say.bold)

    def button(
        self,
        name: str,
        box: Box,
        act: Callable[[], None],
        *says: Say,
        dress: Dress = Dress.PLAIN,
        icon: Image.Image | None = None,
    ) -> Field:
        """A button with words, and an icon on their left."""
        button = Field(name, box, dress, act, self.theme)
        self.add_widget(button)
        self.buttons.append(button)
        inside = box.inset(self.theme.dots(2.2), self.theme.dots(1.2))
        if icon is not None and says:
            # Icon and words stand in the middle together.
            gap = self.theme.dots(2.4)
            room = Box(0, 0, inside.width - icon.width - gap, inside.height)
            wide = max(block.width for block in self._fitted(room, says)[1]) + icon.width + gap + 2
            place, inside = inside.centred(wide, inside.height).cut_left(icon.width, gap)
            self.picture(icon, place)
        elif icon is not None:
            self.picture(icon, inside)
        self.text(inside, *says, align=Align.LEFT if icon is not None else Align.CENTRE)
        return button

    # The rules of touch

    @property
    def awake(self) -> bool:
        """Whether a touch counts now."""
        settled = self._drawn_at is not None and time.monotonic() - self._drawn_at >= look.SETTLE_S
        return settled and not self.spent

    @property
    def visible(self) -> bool:
        """Whether it has been on the panel for a tick."""
        return self._drawn_at is not None

    def shown(self) -> None:
        """The panel shows it: from now on it settles."""
        self._drawn_at = time.monotonic()

    def targets(self) -> list[Target]:
        """What can be touched now; empty while the sheet takes nothing."""
        if not self.awake:
            return []
        return [Target(b.event_name, b.x, b.y, b.width, b.height) for b in self.buttons if b.enabled]

    def on_touch_down(self, touch: MotionEvent) -> bool:
        if self._finger is None and self.awake and _is_finger(touch):
            self._held = next((b for b in self.buttons if b.enabled and b.box.holds(*touch.pos)), None)
            if self._held is not None:
                self._finger = touch.uid
                self._held.press(True)
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        if self._held is not None and touch.uid == self._finger:
            self._held.press(self._held.box.holds(*touch.pos))
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        if self._held is not None and touch.uid == self._finger:
            held, self._held, self._finger = self._held, None, None
            held.press(False)
            if held.box.holds(*touch.pos) and held.enabled and not self.spent:
                held.act()
        return True

    def forget(self) -> None:
        """Lets go of everything drawn and of every act."""
        self.spent = True
        self._held = self._finger = None
        for button in self.buttons:
            button.act = _nothing
        self.buttons.clear()
        for child in list(self.children):
            child.canvas.clear()
            if isinstance(child, Text):
                child.text = ""
        self.clear_widgets()
        self.canvas.clear()


def _nothing() -> None:
    """What a button of a forgotten sheet does."""


def _is_finger(touch: MotionEvent) -> bool:
    """A finger or the left mouse button; no wheel and no other button."""
    return touch.button in {None, "left"}


def _unit(colour: Colour) -> tuple[float, float, float, float]:
    return (colour[0] / 255, colour[1] / 255, colour[2] / 255, 1)


def _inner(box: Box, width: float, corner: float) -> tuple[float, float, float, float, float]:
    """A line of that width that does not leave the box."""
    return (box.x + width / 2, box.y + width / 2, box.width - width, box.height - width, max(corner - width / 2, 1))
