"""What all screens share: the words, the rehearsal's frame, the officers' status line."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil
from typing import Any, ClassVar, Generic, TypeVar

from kivy.graphics import Color, Mesh

from booth.events import Button, Touch, Touched
from booth.plan import step_of
from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.painting import Align, lay_out
from booth.screens.sheet import Dress, Say, Sheet
from booth.screens.status import StatusLine, height_mm
from booth.screens.theme import Capital, Theme
from booth.views import Frame
from config.mode import Mode
from config.words import LANGUAGES, Words

V = TypeVar("V")
Post = Callable[[int, Touch], None]

BUTTON_ICONS = {
    Button.CONFIRM: Icon.CHECK,
    Button.YES: Icon.CHECK,
    Button.RIGHT: Icon.CHECK,
    Button.HERE: Icon.HAND,
    Button.CANCEL: Icon.BACK,
    Button.CHANGE: Icon.BACK,
    Button.WRONG: Icon.CROSS,
    Button.OFFICER: Icon.OFFICER,
    Button.EXPORT: Icon.STICK,
    Button.AGAIN: Icon.PRINTER,
    Button.AGAIN_AFTER_PIECE: Icon.PRINTER,
    Button.AGAIN_AFTER_NOTHING: Icon.PRINTER,
    Button.GIVE_UP: Icon.OFFICER,
    Button.CLOSE: Icon.LOCK,
    Button.RESUME: Icon.CHECK,
    Button.CONTINUE: Icon.HAND,
    Button.END: Icon.CROSS,
    Button.SAW_BOX: Icon.INTO_BOX,
    Button.SAW_ENVELOPE: Icon.INTO_ENVELOPE,
    Button.SAW_NO_PAPER: Icon.CROSS,
    Button.LATER: Icon.CLOCK,
    Button.WITHOUT_COMMITTEE: Icon.CLOCK,
}


class Screen(Sheet, Generic[V]):
    """One view, drawn. A subclass fills ``self.area`` in ``draw``; it decides nothing."""

    bilingual: ClassVar[bool] = True
    """Sentences in the first two whole languages (officers), or in the session's language (voters)."""
    shows_status: ClassVar[bool] = True
    ground: look.Colour = look.PAPER
    ink: look.Colour = look.INK

    def __init__(self, frame: Frame, theme: Theme, post: Post) -> None:
        super().__init__(theme)
        self.number = frame.number
        self.look = frame.look
        self.step = step_of(frame.view)
        self._post = post
        self._status: StatusLine | None = None
        said = frame.look.words
        whole = [language for language in said if language in LANGUAGES]
        first = LANGUAGES[0] if LANGUAGES[0] in said else whole[0]
        second = next((language for language in whole if language != first), None)
        self.officers: Words = said[first]
        self.words: Words = self.officers if self.bilingual else said[frame.comfort.language or next(iter(said))]
        self.second: Words | None = said[second] if self.bilingual and second else None
        self.comfort = frame.comfort
        self.area = self._surround(frame)

    def draw(self, view: V) -> None:
        """Puts the view on the sheet."""
        raise NotImplementedError

    def renew(self, frame: Frame) -> None:
        """A newer frame with the same picture: only its number and the status line change."""
        self.number = frame.number
        if self._status is not None:
            self._status.show(frame.status)

    def post(self, touch: Touch) -> None:
        """Answers once; then the sheet is inert."""
        if not self.spent:
            self.spent = True
            self._post(self.number, touch)

    @property
    def quiet(self) -> look.Colour:
        """For second languages: softer only where the contrast allows it."""
        return look.QUIET if self.ground == look.PAPER else self.ink

    @property
    def low(self) -> bool:
        """A panel with little height (7 inches): what is nice to have is left out."""
        return self.theme.height_dots < self.theme.dots(105)

    @property
    def narrow(self) -> bool:
        """A standing panel of 7 inches: what is touched is no larger than it must be, to leave room for words."""
        return not self.theme.landscape and self.theme.height_dots < self.theme.dots(180)

    # Frame

    def _surround(self, frame: Frame) -> Box:
        area = self.theme.window
        self.paper(area, self.ground)
        if frame.look.mode is Mode.REHEARSAL:
            area = self._rehearsal(area)
        margin = self.theme.dots(look.MARGIN_MM)
        if self.shows_status:
            line, area = area.cut_bottom(self.theme.dots(height_mm(self.theme)))
            self._status = StatusLine(line, self.theme, self.officers, frame.look.mode)
            self.add_widget(self._status)
            self._status.show(frame.status)
        return area.inset(margin, margin * 0.7)

    def _rehearsal(self, area: Box) -> Box:
        """Stripes on four sides and a sentence: unmistakable in black and white, and for those who do not read."""
        band, inside = area.cut_top(self.theme.dots(look.BANNER_MM))
        stripe = self.theme.dots(look.STRIPE_MM)
        left, inside = inside.cut_left(stripe)
        right, inside = inside.cut_right(stripe)
        below, inside = inside.cut_bottom(stripe)
        self._stripes(band, left, right, below)
        # The same for everybody, whatever size of text a voter likes.
        words = Say(self.words("screen.rehearsal"), Capital.NORMAL.value, Capital.SMALL.value, bold=True)
        wide = lay_out(words.text, band.width, self.theme.dots(Capital.NORMAL.value), bold=True).width
        title = band.centred(wide + self.theme.dots(8), band.height)
        self.paper(title, look.SUN)
        self.text(title, words, align=Align.CENTRE)
        return inside

    def _stripes(self, *sides: Box) -> None:
        """Black stripes on yellow, leaning to the right, cut off at the boxes' edges.

        All of them are one mesh: for each thing to draw, a renderer in software keeps some 100 KB.
        """
        for side in sides:
            self.paper(side, look.SUN)
        step = self.theme.dots(look.BANNER_MM)
        vertices: list[float] = []
        indices: list[int] = []
        for box in sides:
            for at in range(ceil((box.width + box.height) / step)):
                corners = _stripe(box, at * step - box.height, step / 2)
                first = len(vertices) // 4
                indices += [first + corner for i in range(2, len(corners)) for corner in (0, i - 1, i)]
                vertices += [part for x, y in corners for part in (x, y, 0, 0)]
        with self.canvas:
            Color(*[part / 255 for part in self.theme.see(look.INK)])
            Mesh(vertices=vertices, indices=indices, mode="triangles")

    # Words

    def both(
        self,
        key: str,
        capital: Capital | float = Capital.NORMAL,
        least: Capital | float = Capital.NORMAL,
        *,
        bold: bool = False,
        colour: look.Colour | None = None,
        **values: Any,
    ) -> tuple[Say, ...]:
        """The sentence, and below it the same in the second language, smaller."""
        quiet = colour or self.quiet
        colour = colour or self.ink
        said = [Say(self.words(key, **values), capital, least, bold=bold, colour=colour)]
        if self.second is not None:
            said.append(
                Say(self.second(key, **values), Capital.SMALL, Capital.SMALL, colour=quiet, gap_mm=1.3, spare=True)
            )
        return tuple(said)

    def told(self, sentence: tuple[str, str], *, bold: bool = True, colour: look.Colour = look.INK) -> tuple[Say, ...]:
        """A bilingual sentence that did not come from the catalogues: (Indonesian, English)."""
        chosen = sentence if self.words.language != "en" else sentence[::-1]
        said = [Say(chosen[0], Capital.NORMAL, Capital.SMALL, bold=bold, colour=colour)]
        if self.second is not None:
            said.append(Say(chosen[1], Capital.SMALL, Capital.SMALL, colour=look.QUIET, gap_mm=1.3, spare=True))
        return tuple(said)

    def notice(
        self, area: Box, sentence: tuple[str, str] | None, *, whole: bool = False, icon: Icon = Icon.WARNING
    ) -> Box:
        """A yellow panel with a warning at the area's bottom, or all over it; returns what is left."""
        if sentence is None:
            return area
        mm = self.theme.dots
        height = area.height if whole else max(mm(16), min(mm(26), area.height * 0.42))
        panel, rest = area.cut_bottom(height, mm(2.4))
        self.paper(panel, look.SUN, look.INK, look.CORNER_MM)
        inside = panel.inset(mm(2.6), mm(1.2))
        size = min(inside.height, mm(12))
        place, inside = inside.cut_left(size, mm(2.6))
        self.picture(draw(icon, size, scheme=self.theme.scheme), place)
        # The first language keeps its size: the second one leaves before the first shrinks.
        first, *second = (replace(say, colour=look.INK) for say in self.told(sentence))
        self.text(inside, replace(first, least=first.capital), *second)
        return rest

    # Buttons

    def tell(self, button: Button, box: Box, *, key: str | None = None, dress: Dress = Dress.PLAIN) -> None:
        """A button with its words and icon, which answers with itself."""
        mm = self.theme.dots
        fill, colour, _ = dress.value
        says = self.both(key or f"button.{button.value}", Capital.NORMAL, Capital.NORMAL, bold=True, colour=colour)
        if not self.bilingual:
            says = (Say(says[0].text, self.button_capital(box), Capital.NORMAL, bold=True, colour=colour),)
        size = min(box.height - mm(4), mm(13 if box.width > mm(60) else 8))
        icon = BUTTON_ICONS.get(button)
        self.button(
            button.value,
            box,
            lambda: self.post(Touched(button)),
            *says,
            dress=dress,
            icon=draw(icon, size, colour, self.theme.scheme, fill) if icon is not None else None,
        )

    def button_capital(self, box: Box) -> Capital:
        """How large the words of a voter's button are."""
        return Capital.HUGE if box.height >= self.theme.dots(17) and box.width > self.theme.dots(50) else Capital.LARGE

    def row(self, area: Box, *choices: tuple[Button, str | None, Dress], height_mm: float = 18) -> Box:
        """Buttons side by side at the area's bottom (one below the other in portrait); returns what is left."""
        if not choices:
            return area
        mm = self.theme.dots
        gap = mm(look.GAP_MM + 1)
        if self.theme.landscape:
            low, rest = area.cut_bottom(mm(height_mm), mm(3))
            # A lone way back is not spread over the whole width.
            lone = len(choices) == 1 and choices[0][2] is Dress.PLAIN
            places = low.columns(2 if lone else len(choices), gap)[: len(choices)]
        else:
            low, rest = area.cut_bottom(len(choices) * (mm(height_mm) + gap) - gap, mm(3))
            places = low.rows(len(choices), gap)
        for (button, key, dress), place in zip(choices, places, strict=True):
            self.tell(button, place, key=key, dress=dress)
        return rest

    def split(self, area: Box, share: float = 0.5) -> tuple[Box, Box]:
        """The part that tells and the part that is touched: beside one another, or one above the other."""
        gap = self.theme.dots(look.MARGIN_MM)
        if self.theme.landscape:
            return area.cut_left(area.width * share, gap)
        return area.cut_top(area.height * share, gap)


def _stripe(box: Box, start: float, width: float) -> list[tuple[float, float]]:
    """The corners of one leaning stripe inside the box."""
    corners = []
    for offset, y in ((start, box.y), (start + width, box.y)):
        corners.append((box.x + offset, y))
    corners += [(box.x + start + width + box.height, box.top), (box.x + start + box.height, box.top)]
    return _clip(corners, box.x, box.right)


def _clip(corners: list[tuple[float, float]], low: float, high: float) -> list[tuple[float, float]]:
    """A convex shape cut at two upright lines."""
    for edge, sign in ((low, 1), (high, -1)):
        kept: list[tuple[float, float]] = []
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
            inside0, inside1 = sign * (x0 - edge) >= 0, sign * (x1 - edge) >= 0
            if inside0:
                kept.append((x0, y0))
            if inside0 != inside1:
                kept.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
        corners = kept
    return corners
