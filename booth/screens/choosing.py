"""The screen on which a voter chooses: every candidate and blank at equal size, in the order of the ballot."""

import math
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache, partial

from PIL import Image

from booth.comfort import TextSize
from booth.events import Chosen, ComfortTouched
from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.painting import OVERHANG, Align, lay_out
from booth.screens.photos import SHAPE, portraits
from booth.screens.screen import Screen
from booth.screens.sheet import Dress, Say
from booth.screens.theme import Capital, Theme
from booth.views import Choosing
from config.mode import Mode
from config.secret import Choice

NAME_MM = (8.5, 7.4, 6.4, 5.6, 4.8, 4.4, 3.9, 3.5, 3.0, 2.5, 2.0)
"""Capital heights of names: from the voter's size of text on the first that fits, below the size only for long names
on small panels; and where there is room beside the largest photos, larger, for all alike.
"""
NUMBER_MM = 5.6
"""The least capital height of a number: on the smallest panel names need the room."""
PHOTO_MM = (11, 64)
"""The smallest and the largest photo."""
SMALL_PHOTO_MM, WORTH, LOWERED_MM = 20, 1.5, 4.4
"""Who cannot read has the photo: where it is that small, names are one step lower, but not below the last, if that
makes it so many times as large."""
BROKEN_MM = 6
"""So much larger must the photos be for names to be broken into more than two lines."""


class Filling(Enum):
    """Where photo, number and name stand in a field."""

    UPRIGHT = auto()
    """Photo with the number beside it, the name below."""
    BESIDE = auto()
    """Photo, number, name from left to right."""
    STACKED = auto()
    """Photo on the left, the number above the name on its right."""


@dataclass(frozen=True)
class Card:
    """How a candidate's field is filled; the same for all."""

    columns: int
    filling: Filling
    photo_mm: float
    name_mm: float
    lines: int
    """Of a name, at most."""

    @property
    def number_mm(self) -> float:
        """Capital height of the number."""
        return min(max(self.photo_mm * 0.42, NUMBER_MM), 13)

    def rooms(self, field: Box, theme: Theme) -> tuple[Box, Box, Box]:
        """Where photo, number and name go."""
        mm = theme.dots
        inside = field.inset(mm(1.6))
        photo, number = mm(self.photo_mm), mm(self.number_mm * 1.1)
        if self.filling is Filling.UPRIGHT:
            upper, name = inside.cut_top(photo, mm(1.4))
            left, right = upper.centred(photo * SHAPE + mm(2) + number, photo).cut_left(photo * SHAPE, mm(2))
            return left, right, name
        left, rest = inside.cut_left(photo * SHAPE, mm(1.8))
        if self.filling is Filling.STACKED:
            right, name = rest.cut_top(max(number, rest.height * 0.46), mm(1.2))
            return left, right, name
        right, name = rest.cut_left(number, mm(1.6))
        return left, right, name

    def fits(self, field: Box, names: tuple[str, ...], theme: Theme) -> bool:
        """Whether the photo and all names have room, and the field's shape suits the filling."""
        photo, number, name = self.rooms(field, theme)
        ratio = field.width / max(field.height, 1)
        shapely = ratio <= 2.0 if self.filling is Filling.UPRIGHT else ratio >= 1.1
        whole = theme.dots(self.photo_mm)
        if not shapely or photo.height < whole or photo.width < whole * SHAPE - 1 or min(name.width, name.height) <= 0:
            return False
        if number.width < theme.dots(self.number_mm * 1.1) - 1:
            return False
        blocks = [lay_out(said, name.width - 2 * OVERHANG, theme.dots(self.name_mm), bold=True) for said in names]
        return all(
            block.width <= name.width and block.height <= name.height and len(block.lines) <= self.lines
            for block in blocks
        )


class ChoosingScreen(Screen[Choosing]):
    """Photo, large number, name; blank beside them as large as they."""

    bilingual = False
    shows_status = False

    def draw(self, view: Choosing) -> None:
        mm = self.theme.dots
        head, fields = self.area.cut_top(mm(look.TARGET_MM + 0.6), mm(2.6))
        title = self._wishes(head)
        if not self.theme.landscape:
            title, fields = fields.cut_top(mm(Capital.LARGE.value + 3), mm(2.6))
        self.text(title, Say(self.words("screen.choosing.title"), Capital.LARGE, Capital.NORMAL, bold=True))
        # Standing, there are up to six in a row, and each tenth of a millimetre between them is missed in their names.
        gap = mm(look.GAP_MM + (0.6 if self.theme.landscape else 0))
        names = [face.name for face in self.look.faces]
        if self.look.blank:
            names.append(self.words("screen.choosing.blank"))
        card = arrange(self._rehearsed(fields), tuple(names), self.theme, gap)
        photos = portraits(tuple(face.photo for face in self.look.faces), mm(card.photo_mm))
        for i, (place, name) in enumerate(zip(fields.grid(len(names), card.columns, gap), names, strict=True)):
            if i < len(self.look.faces):
                self._field(place, card, i + 1, name, photos[i])
            else:
                self._field(place, card, 0, name, None)

    def _rehearsed(self, fields: Box) -> Box:
        """What a rehearsal's frame leaves of them: voters find on the day what they have practised."""
        if self.look.mode is Mode.REHEARSAL:
            return fields
        stripe, banner = self.theme.dots(look.STRIPE_MM), self.theme.dots(look.BANNER_MM)
        return Box(fields.x, fields.y, fields.width - 2 * stripe, fields.height - stripe - banner)

    def _wishes(self, head: Box) -> Box:
        """At the right what the voter may like better: colours, size of text, another language; what is left."""
        mm = self.theme.dots
        gap = mm(look.GAP_MM)
        others = self.comfort.wishes(self.look.words)
        scheme, size, *languages = others
        for name, icon in ((scheme, Icon.CONTRAST), (size, Icon.TEXT_SIZE)):
            own, head = head.cut_right(mm(look.TARGET_MM + 2), gap)
            picture = draw(icon, mm(look.TARGET_MM - 4), scheme=self.theme.scheme)
            self.button(name, own, partial(self.post, ComfortTouched(others[name])), icon=picture)
        if not languages:
            return head
        title_mm = 0.0 if not self.theme.landscape else self._least_mm
        title = self._width(self.words("screen.choosing.title"), title_mm, bold=True) if title_mm else 0
        said = {name: self.look.words[others[name].language]("language.name") for name in languages}
        room = head.width - title - mm(4) - gap * (len(said) - 1)
        if sum(self._width(text, self._least_mm) + mm(5) for text in said.values()) > room:
            # No room for all: the next one, and after that touch the one that comes after it.
            said = dict(list(said.items())[:1])
        # As wide as their names: with some languages there is no room for equal ones.
        wants = [self._width(text, self.theme.capital_mm(Capital.NORMAL)) + mm(9) for text in said.values()]
        place, head = head.cut_right(min(max(sum(wants), mm(40)), room) + gap * (len(said) - 1), mm(4))
        share = (place.width - gap * (len(said) - 1)) / sum(wants)
        for (name, text), want in zip(said.items(), wants, strict=True):
            own, place = place.cut_left(want * share, gap)
            touch = ComfortTouched(others[name])
            self.button(name, own, partial(self.post, touch), Say(text, Capital.NORMAL, self._least_mm))
        return head

    @property
    def _least_mm(self) -> float:
        """Below that no word of the screen's head falls: the default size, where there is room the voter's larger one;
        on small panels the least of the four.
        """
        if self.low:
            return float(Capital.SMALL.value)
        return max(Capital.NORMAL.value, min(self.theme.capital_mm(Capital.NORMAL), Capital.LARGE.value))

    def _width(self, text: str, capital_mm: float, *, bold: bool = False) -> float:
        return lay_out(text, math.inf, self.theme.dots(capital_mm), bold=bold).width

    def _field(self, place: Box, card: Card, choice: int, name: str, photo: Image.Image | None) -> None:
        """One candidate; ``choice`` 0 is blank, which has no photo and no number."""
        self.button(f"choice-{choice}", place, lambda: self.post(Chosen(Choice(choice))), dress=Dress.CARD)
        left, right, room = card.rooms(place, self.theme)
        stacked = card.filling is Filling.STACKED
        if photo is None:
            # As large as a photo and in its place; above a name, in the middle.
            side = self.theme.dots(card.photo_mm)
            middle = (left.x + right.right) / 2 if card.filling is Filling.UPRIGHT else left.x + left.width / 2
            self.picture(
                draw(Icon.BLANK, side, scheme=self.theme.scheme), Box(middle - side / 2, left.y, side, left.height)
            )
            if stacked:
                room = Box(room.x, room.y, room.width, right.top - room.y)
        else:
            self.picture(photo, left)
            number = str(self.look.faces[choice - 1].number)
            align = Align.LEFT if stacked else Align.CENTRE
            self.text(right, Say(number, card.number_mm, card.number_mm, bold=True), align=align)
        align = Align.CENTRE if card.filling is Filling.UPRIGHT else Align.LEFT
        self.text(room, Say(name, card.name_mm, card.name_mm, bold=True), align=align)


@lru_cache(maxsize=4)
def arrange(area: Box, names: tuple[str, ...], theme: Theme, gap: float) -> Card:
    """The arrangement with the largest photos among those in which every name stands whole at the same size."""
    wanted_mm = theme.capital_mm(Capital.NORMAL)
    for name_mm in (size for size in NAME_MM if size <= wanted_mm):
        best = _best(area, name_mm, names, theme, gap)
        if best is None:
            continue
        if best.photo_mm < SMALL_PHOTO_MM:
            lower_mm = max(size for size in NAME_MM if size < name_mm)
            lower = _best(area, lower_mm, names, theme, gap) if lower_mm >= LOWERED_MM else None
            best = lower if lower and lower.photo_mm >= best.photo_mm * WORTH else best
        field = area.grid(len(names), best.columns, gap)[0]
        larger = (replace(best, name_mm=larger_mm) for larger_mm in NAME_MM if larger_mm > best.name_mm)
        if theme.size is TextSize.SMALL:
            return best
        return next((card for card in larger if card.fits(field, names, theme)), best)
    return Card(2 if theme.landscape else 1, Filling.BESIDE, PHOTO_MM[0], NAME_MM[-1], 4)


def _best(area: Box, name_mm: float, names: tuple[str, ...], theme: Theme, gap: float) -> Card | None:
    """The largest photos beside names of that size."""
    found = [
        card
        for columns in range(1, len(names) + 1)
        for filling in Filling
        for lines in (2, 4)
        if (card := _largest(area, Card(columns, filling, PHOTO_MM[0], name_mm, lines), names, theme, gap)) is not None
    ]
    return max(found, key=lambda card: card.photo_mm - (BROKEN_MM if card.lines > 2 else 0), default=None)


def _largest(area: Box, card: Card, names: tuple[str, ...], theme: Theme, gap: float) -> Card | None:
    """The same card with the largest photo that fits."""
    field = area.grid(len(names), card.columns, gap)[0]
    if not card.fits(field, names, theme):
        return None
    smallest, largest = PHOTO_MM
    while smallest < largest:
        middle = (smallest + largest + 1) // 2
        if replace(card, photo_mm=middle).fits(field, names, theme):
            smallest = middle
        else:
            largest = middle - 1
    return replace(card, photo_mm=smallest)
