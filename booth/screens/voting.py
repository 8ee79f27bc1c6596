"""The voter's other screens: one thing to see, at most two to touch, in the language that the voter chose."""

from dataclasses import replace

from booth.events import Button
from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.faultpictures import draw_fault
from booth.screens.icons import Icon, draw
from booth.screens.motion import Countdown, Dots
from booth.screens.painting import Align
from booth.screens.photos import SHAPE, portrait
from booth.screens.screen import Screen, V
from booth.screens.sheet import Dress, Say
from booth.screens.theme import Capital
from booth.views import Confirming, IntoBox, IntoEnvelope, Printing, PrintTrouble, ReadSlip, StillThere


class VoterScreen(Screen[V]):
    """In the session's language, without the officers' line."""

    bilingual = False
    shows_status = False

    def say(self, key: str, capital: Capital, least: Capital = Capital.NORMAL, **values: object) -> Say:
        """A sentence for the voter; titles are bold."""
        return Say(self.words(key, **values), capital, least, bold=key.endswith(".title"), colour=self.ink)

    def seen(self, area: Box, icon: Icon, share: float) -> Box:
        """A picture in the part of the area that comes first; returns the other part."""
        part, rest = self.split(area, share)
        self.picture(draw(icon, min(part.width, part.height), scheme=self.theme.scheme), part)
        return rest


class ConfirmingScreen(VoterScreen[Confirming]):
    """Large photo, number and name; *Ya* or *Ulang*."""

    def draw(self, view: Confirming) -> None:
        mm = self.theme.dots
        rest = self.row(self.area, (Button.CHANGE, None, Dress.PLAIN), (Button.YES, None, Dress.YES), height_mm=20)
        title, rest = rest.cut_top(mm(12), mm(2))
        self.text(title, self.say("screen.confirming.title", Capital.LARGE), align=Align.CENTRE)
        self.paper(rest, look.WHITE, look.INK, look.CORNER_MM)
        inside = rest.inset(mm(2.4))
        number = view.choice.reveal()
        height = min(inside.height, inside.width * 0.42 / SHAPE)
        if self.theme.landscape:
            left, right = inside.cut_left(height * SHAPE, mm(4))
            align = Align.LEFT
        else:
            left, right = inside.cut_top(height, mm(3))
            align = Align.CENTRE
        if number == 0:
            place = Box(left.x + (left.width - height) / 2, left.y, height, left.height)
            self.picture(draw(Icon.BLANK, height, scheme=self.theme.scheme), place)
            self.text(right, Say(self.words("screen.choosing.blank"), 13.0, Capital.NORMAL, bold=True), align=align)
            return
        face = self.look.faces[number - 1]
        self.picture(portrait(face.photo, round(height)), left)
        self.text(
            right,
            Say(str(face.number), min(24.0, inside.height / self.theme.dots_per_mm * 0.36), 8.5, bold=True),
            Say(face.name, 11.0, Capital.NORMAL, bold=True, gap_mm=3),
            align=align,
        )


class PrintingScreen(VoterScreen[Printing]):
    """Nothing to touch."""

    def draw(self, view: Printing) -> None:
        rest = self.seen(self.area, Icon.PRINTER, 0.4)
        dots, rest = rest.cut_bottom(self.theme.dots(14))
        self.text(
            rest, self.say("screen.printing.title", Capital.HUGE), self.say("screen.printing.text", Capital.LARGE)
        )
        self.add_widget(Dots(dots, self.theme))


class ReadSlipScreen(VoterScreen[ReadSlip]):
    """A picture of where to look; *Sesuai* large, *Salah* present but not inviting."""

    def draw(self, view: ReadSlip) -> None:
        mm = self.theme.dots
        if self.theme.landscape:
            low, rest = self.area.cut_bottom(mm(20), mm(3))
            right, left = low.cut_right(low.width * 0.64, mm(look.GAP_MM + 3))
        else:
            low, rest = self.area.cut_bottom(mm(40), mm(3))
            right, left = low.cut_top(mm(22), mm(look.GAP_MM + 1))
        self.tell(Button.WRONG, left, dress=Dress.NO)
        self.tell(Button.RIGHT, right, dress=Dress.YES)
        words = self.seen(rest, Icon.READ_SLIP, 0.42)
        self.text(
            words,
            self.say("screen.read-slip.title", Capital.HUGE, Capital.LARGE),
            self.say("screen.read-slip.text", Capital.LARGE),
        )


class StillThereScreen(VoterScreen[StillThere]):
    """A question, how long it is asked, and one large button."""

    def draw(self, view: StillThere) -> None:
        mm = self.theme.dots
        rest = self.row(self.area, (Button.HERE, None, Dress.GO), height_mm=24)
        bar, rest = rest.cut_bottom(mm(12), mm(2))
        self.add_widget(Countdown(bar, self.theme, view.seconds))
        words = self.seen(rest, Icon.READ_SLIP if view.slip_out else Icon.CLOCK, 0.3)
        which = "slip" if view.slip_out else "choice"
        self.text(
            words,
            self.say("screen.still-there.title", Capital.HUGE, Capital.LARGE),
            self.say(f"screen.still-there.{which}", Capital.LARGE),
        )


class IntoBoxScreen(VoterScreen[IntoBox]):
    """The sign that the desk sees from three metres."""

    ground = look.LEAF
    ink = look.WHITE

    def draw(self, view: IntoBox) -> None:
        mm = self.theme.dots
        part, words = self.split(self.area, 0.5)
        size = min(part.width, part.height) - mm(8)
        self.paper(part, look.PAPER, corner_mm=4)
        self.picture(draw(Icon.INTO_BOX, size, scheme=self.theme.scheme), part)
        self.text(
            words,
            Say(self.words("screen.into-box.title"), 15.0, Capital.HUGE, bold=True, colour=self.ink),
            self.say("screen.into-box.text", Capital.LARGE),
        )


class IntoEnvelopeScreen(VoterScreen[IntoEnvelope]):
    """The refused slip's way; an officer's card goes on."""

    def draw(self, view: IntoEnvelope) -> None:
        rest = self.notice(self.area, view.refused)
        words = self.seen(rest, Icon.INTO_ENVELOPE, 0.4)
        which = "last" if view.last else "again"
        self.text(
            words,
            self.say("screen.into-envelope.title", Capital.HUGE, Capital.LARGE),
            self.say(f"screen.into-envelope.{which}", Capital.LARGE),
        )


class PrintTroubleScreen(VoterScreen[PrintTrouble]):
    """What is wrong with the printer, what to do, and the three ways on."""

    shows_status = True

    def draw(self, view: PrintTrouble) -> None:
        mm = self.theme.dots
        left, right = self.split(self.area, 0.45 if self.low else 0.54)
        size = min(mm(32), left.height * 0.34)
        upper, lower = left.cut_top(size, mm(1.5))
        icon, title = upper.cut_left(size, mm(3))
        self.picture(draw_fault(view.fault, size, self.theme.scheme), icon)
        self.text(title, self.say(view.fault.title, Capital.LARGE, Capital.NORMAL))
        self.text(
            lower,
            self.say(view.fault.next, Capital.NORMAL, Capital.SMALL),
            replace(self.say("screen.print-trouble.text", Capital.NORMAL, Capital.SMALL), spare=True),
        )
        buttons = (Button.AGAIN_AFTER_PIECE, Button.AGAIN_AFTER_NOTHING, Button.GIVE_UP)
        for button, place in zip(buttons, right.rows(3, mm(look.GAP_MM + 0.6)), strict=True):
            self.tell(button, place, dress=Dress.NO if button is Button.GIVE_UP else Dress.PLAIN)
