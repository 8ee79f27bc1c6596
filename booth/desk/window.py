"""The desk in a window: cards, stick, printer and heaps of paper, to be touched; drawn on the booth's own sheets.

``booth.desk.showing`` opens it. Everything that is touched here is one of the desk's verbs; the window decides nothing.
"""

from collections.abc import Callable
from functools import partial

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import Color, Line, Rectangle
from kivy.graphics.texture import Texture
from kivy.input.motionevent import MotionEvent
from kivy.uix.widget import Widget
from PIL import Image

from booth.desk.desk import DeskCard
from booth.desk.simulation import Simulation
from booth.desk.strip import Strip
from booth.desk.verbs import (
    Act,
    DeskState,
    InsertCard,
    InsertStick,
    Piece,
    Place,
    Printer,
    PrinterState,
    Reader,
    ReaderAct,
    ReaderKind,
    ReaderState,
    RemoveCard,
    RemoveStick,
    Request,
    TakePaper,
)
from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.painting import Align
from booth.screens.sheet import Dress, Say, Sheet, Target
from booth.screens.theme import Colour, Theme
from config.errors import BilikError
from config.words import LANGUAGES, builtin

DOTS_PER_MM = 4.4
LOOK_EVERY_S = 0.1
FEED_MM_S = 140.0
"""How fast a strip rises out of the slot."""
THIN_ROLL_MM = 100.0
"""Less than a slip: it runs out in the middle of one."""
TITLE_MM, BODY_MM, SMALL_MM = 3.6, 2.9, 2.2
"""Heights of capital letters; the desk is looked at from nearer than the booth."""
TABLE: Colour = (226, 221, 210)
MACHINE: Colour = (52, 59, 66)
GOOD: Colour = (96, 196, 120)

PLACES = {Place.BOX: Icon.INTO_BOX, Place.ENVELOPE: Icon.INTO_ENVELOPE, Place.VOTER: Icon.HAND, Place.DESK: Icon.LIST}


class DeskApp(App):
    """One window; looks at the desk ten times a second and draws it anew when it has changed."""

    use_kivy_settings = False

    def __init__(
        self, simulation: Simulation, until: Callable[[], bool], left_top: tuple[int, int] | None = None
    ) -> None:
        super().__init__()
        self.title = "Bilik: meja / desk"
        self._simulation = simulation
        self._until = until
        self._left_top = left_top
        self._drawn: object = None
        self._board: Board | None = None
        self._paper: Paper | None = None

    def build(self) -> Widget:
        """The empty table; what lies on it follows at once."""
        Window.clearcolor = (*[part / 255 for part in TABLE], 1)
        if self._left_top is not None:
            Window.left, Window.top = self._left_top
        Clock.schedule_interval(self._look, LOOK_EVERY_S)
        return Widget()

    def open_settings(self, *_: object) -> bool:
        """There are no settings behind F1."""
        return False

    def targets(self) -> list[Target]:
        """What can be touched now, in window coordinates."""
        return self._board.targets() if self._board is not None else []

    def do(self, request: Request) -> None:
        """One touch; what the desk refuses (somebody was quicker) shows in its next picture."""
        try:
            self._simulation.do(request)
        except BilikError:
            return
        finally:
            self._look(0)

    def _look(self, _: float) -> None:
        if self._until():
            self.stop()
            return
        state = self._simulation.state
        printer = (_Light.of(state.printer), _metres(state.printer))
        shown = (state.card, state.reader, state.stick, state.hanging, state.taken, printer)
        if shown == self._drawn or (self._board is not None and self._board.held):
            return
        self._drawn = shown
        if self._board is not None:
            self.root.remove_widget(self._board)
            self._board.forget()
        theme = Theme(round(Window.width), round(Window.height), DOTS_PER_MM)
        self._board = Board(theme, self._simulation, state, self.do)
        self.root.add_widget(self._board)
        self._board.shown()
        self._show_paper(state, self._board.paper_place)

    def _show_paper(self, state: DeskState, place: Box) -> None:
        piece = state.hanging[0] if state.hanging else None
        if self._paper is not None:
            self.root.remove_widget(self._paper)
            if piece != self._paper.piece:
                self._paper.stop()
                self._paper = None
        if piece is not None:
            if self._paper is None:
                self._paper = Paper(piece, self._simulation, place)
            self.root.add_widget(self._paper)


class _Light:
    """What the printer's lamp says: the words ``desk.printer.<name>``."""

    @staticmethod
    def of(printer: PrinterState) -> str:
        for name, lit in (
            ("off", not printer.powered),
            ("unplugged", not printer.plugged),
            ("cover", printer.cover_open),
            ("empty", printer.roll_mm <= 0),
            ("trouble", printer.silent or printer.stalled or printer.hot or printer.jammed),
        ):
            if lit:
                return name
        return "good"


def _reader(state: DeskState) -> str:
    """What is said below the reader: the words ``desk.reader.<name>``."""
    if state.reader.kind is ReaderKind.PCSC:
        return "real"
    if not state.reader.plugged:
        return "unplugged"
    return "holds" if state.card else "empty"


def _metres(printer: PrinterState) -> str:
    """Roll left, in tenths of a metre: Indonesian writes a comma."""
    return f"{printer.roll_mm / 1000:.1f}".replace(".", ",")


class Board(Sheet):
    """Everything on the table but the paper that hangs at the printer."""

    def __init__(self, theme: Theme, simulation: Simulation, state: DeskState, do: Callable[[Request], None]) -> None:
        super().__init__(theme)
        self._do = do
        self._desk = simulation.desk
        self._words = {language: builtin(language) for language in LANGUAGES}
        mm = theme.dots
        self.paper(theme.window, TABLE)
        head, table = theme.window.cut_top(mm(10))
        self.paper(head, look.INK)
        self.text(head.inset(mm(3), mm(1)), self._title())
        left, right = table.inset(mm(3)).cut_left(mm(52), mm(4))
        self._cards(left, state)
        self.paper_place = self._printer(right, state)

    @property
    def held(self) -> bool:
        """A finger is on a button: what is under it must not move away."""
        return self._held is not None

    # Cards and stick

    def _cards(self, area: Box, state: DeskState) -> None:
        mm, cards = self.theme.dots, self._desk.cards
        stick, area = area.cut_bottom(mm(17), mm(3))
        if self._desk.has_stick:
            self._stick(stick, state)
        else:
            self.text(stick, *self._both("desk.stick.none", BODY_MM, colour=look.QUIET), align=Align.CENTRE)
        reader, area = area.cut_top(mm(34), mm(3))
        self.paper(reader, look.TINT, look.LINE, 2)
        lying = next((card for card in cards if card.name == state.card), None)
        note, slot = reader.inset(mm(2)).cut_bottom(mm(9), mm(1))
        if state.reader.kind is ReaderKind.VIRTUAL:
            cable, note = note.cut_right(mm(17), mm(1))
            self._reader_cable(cable, state.reader)
        self.text(note, *self._both(f"desk.reader.{_reader(state)}", SMALL_MM), align=Align.CENTRE)
        if lying is not None:
            self._card(slot, lying, RemoveCard())
        else:
            self.paper(slot, TABLE, look.LINE, 2)
            size = min(slot.height * 0.8, mm(16))
            self.picture(draw(Icon.CARD_IN, size), slot)
        gap = mm(2.4)
        rows = area.rows(max(len(cards), 4), gap)
        # The officers' cards are the ones that are used all day.
        for card, row in zip(sorted(cards, key=lambda card: card.role != "officers"), rows, strict=False):
            if card is lying:
                self.paper(row, TABLE, look.LINE, 2)
            else:
                self._card(row, card, InsertCard(card=card.name) if lying is None else None)

    def _reader_cable(self, box: Box, reader: ReaderState) -> None:
        """Pulls a virtual reader's cable, or puts it back."""
        act = ReaderAct.UNPLUG if reader.plugged else ReaderAct.PLUG
        ink, dress = (look.INK, Dress.PLAIN) if reader.plugged else (look.WHITE, Dress.GO)
        says = self._both(f"desk.do.{act}", SMALL_MM, colour=ink, gap_mm=0.5)
        self.button(f"reader-{act}", box, partial(self._ask, Reader(act=act)), *says, dress=dress)

    def _card(self, box: Box, card: DeskCard, request: Request | None) -> None:
        """A card as it looks: a stripe in its role's colour, its holder, and the PIN on a note."""
        mm = self.theme.dots
        known = card.role if card.role in {"officers", "committee"} else "other"
        colour = {"officers": look.LEAF, "committee": look.DEEP}.get(known, look.LINE)
        button = self.button(f"card-{card.name}", box, partial(self._ask, request), dress=Dress.CARD)
        button.enabled = request is not None
        stripe, rest = box.inset(mm(1.2)).cut_left(mm(2.2), mm(1.6))
        self.paper(stripe, colour, None, 0.6)
        self.text(
            rest,
            Say(
                " · ".join(words(f"desk.card.{known}") for words in self._words.values()),
                SMALL_MM,
                SMALL_MM,
                colour=colour,
            ),
            Say(card.holder or card.name, BODY_MM, SMALL_MM, bold=True, gap_mm=0.7),
            Say(self._words["id"]("desk.card.pin", pin=card.pin) if card.pin else "", BODY_MM, SMALL_MM, gap_mm=0.8),
        )

    def _stick(self, box: Box, state: DeskState) -> None:
        mm = self.theme.dots
        key = "desk.stick.in" if state.stick else "desk.stick.out"
        request: Request = RemoveStick() if state.stick else InsertStick()
        dress = Dress.YES if state.stick else Dress.CARD
        ink = look.WHITE if state.stick else look.INK
        self.button(
            "stick", box, partial(self._ask, request), *self._both(key, BODY_MM, colour=ink),
            dress=dress, icon=draw(Icon.STICK, mm(10), ink),
        )  # fmt: skip

    # Printer and paper

    def _printer(self, area: Box, state: DeskState) -> Box:
        """The machine, its switches, the heaps; returns the place in which the paper rises."""
        mm = self.theme.dots
        switches, area = area.cut_bottom(mm(33), mm(3))
        machine, area = area.cut_bottom(mm(20))
        heaps, area = area.cut_top(mm(31), mm(2))
        self._machine(machine, state.printer)
        self._switches(switches, state.printer)
        self._heaps(heaps, state)
        place = Box(area.x + mm(5), area.y, area.width - mm(10), area.height)
        if not state.hanging:
            self.text(place, *self._both("desk.paper.none", BODY_MM, colour=look.QUIET), align=Align.CENTRE)
        return place

    def _machine(self, box: Box, printer: PrinterState) -> None:
        mm = self.theme.dots
        light = _Light.of(printer)
        self.paper(box, MACHINE, None, 3)
        slot, body = box.inset(mm(3), mm(2)).cut_top(mm(2.4), mm(2))
        self.paper(slot, look.INK, None, 1)
        lamp, body = body.cut_left(mm(4), mm(2.5))
        self.paper(lamp.centred(mm(4), mm(4)), GOOD if light == "good" else look.SUN, look.INK, 2)
        roll, body = body.cut_right(mm(26), mm(2))
        ink = look.WHITE if light == "good" else look.SUN
        self.text(body, *self._both(f"desk.printer.{light}", BODY_MM, colour=ink))
        left = _metres(printer)
        self.text(
            roll,
            Say(self._words["id"]("desk.roll", metres=left), BODY_MM, SMALL_MM, colour=look.WHITE),
            align=Align.RIGHT,
        )

    def _switches(self, area: Box, printer: PrinterState) -> None:
        mm = self.theme.dots
        switches = (
            Printer(act=Act.UNPLUG if printer.plugged else Act.PLUG),
            Printer(act=Act.POWER_OFF if printer.powered else Act.POWER_ON),
            Printer(act=Act.CLOSE_COVER if printer.cover_open else Act.OPEN_COVER),
            Printer(act=Act.TEAR),
            Printer(act=Act.LOAD_ROLL),
            Printer(act=Act.LOAD_ROLL, length_mm=THIN_ROLL_MM),
        )
        for request, cell in zip(switches, area.grid(len(switches), 2, mm(1.6)), strict=True):
            name = "thin-roll" if request.length_mm else request.act.value
            undo = request.act in {Act.PLUG, Act.POWER_ON, Act.CLOSE_COVER}
            ink = look.WHITE if undo else look.INK
            says = self._both(f"desk.do.{name}", BODY_MM, colour=ink)
            self.button(name, cell, partial(self._ask, request), *says, dress=Dress.GO if undo else Dress.PLAIN)

    def _heaps(self, area: Box, state: DeskState) -> None:
        """Where paper goes, with how much lies there; a touch takes the strip that hangs in front."""
        mm = self.theme.dots
        note, area = area.cut_top(mm(8), mm(1.4))
        if state.hanging:
            count = len(state.hanging)
            self.text(note, *self._both("desk.paper.more", SMALL_MM, gap_mm=0.6, count=count), align=Align.CENTRE)
        for (place, icon), cell in zip(PLACES.items(), area.columns(len(PLACES), mm(2)), strict=True):
            button = self.button(f"take-{place}", cell, partial(self._ask, TakePaper(to=place)), dress=Dress.CARD)
            button.enabled = bool(state.hanging)
            inside = cell.inset(mm(0.8), mm(1))
            words, inside = inside.cut_bottom(mm(8), mm(0.6))
            self.text(words, *self._both(f"desk.place.{place}", SMALL_MM, gap_mm=0.5), align=Align.CENTRE)
            size = min(inside.height, inside.width * 0.55)
            picture, number = inside.cut_left(inside.width * 0.55, mm(0.5))
            self.picture(draw(icon, size), picture)
            self.text(number, Say(str(state.taken[place]), BODY_MM, SMALL_MM, bold=True), align=Align.CENTRE)

    # Words

    def _title(self) -> Say:
        both = "  ·  ".join(words("desk.title") for words in self._words.values())
        return Say(both, TITLE_MM, SMALL_MM, bold=True, colour=look.WHITE)

    def _both(
        self, key: str, capital_mm: float, *, colour: Colour = look.INK, gap_mm: float = 0.9, **values: object
    ) -> tuple[Say, ...]:
        """Indonesian, and English smaller below it."""
        first, second = (self._words[language](key, **values) for language in ("id", "en"))
        return (
            Say(first, capital_mm, SMALL_MM * 0.8, bold=True, colour=colour),
            Say(second, SMALL_MM, SMALL_MM * 0.8, colour=colour, gap_mm=gap_mm),
        )

    def _ask(self, request: Request | None) -> None:
        if request is not None:
            self._do(request)


class Paper(Widget):
    """The strip that hangs in front: it rises out of the slot, and is dragged to be read."""

    def __init__(self, piece: Piece, simulation: Simulation, place: Box) -> None:
        super().__init__(size_hint=(None, None), size=(place.width, place.height), pos=(place.x, place.y))
        self.piece = piece
        with Image.open(simulation.papers.picture(piece)) as picture:
            image = picture.convert("L").resize(
                (round(place.width), round(picture.height * place.width / picture.width)), Image.Resampling.LANCZOS
            )
        self._strip = Strip(image.height, place.height)
        self._finger: object = None
        texture = Texture.create(size=image.size, colorfmt="luminance")
        texture.blit_buffer(image.tobytes(), colorfmt="luminance", bufferfmt="ubyte")
        with self.canvas:
            Color(1, 1, 1, 1)
            self._sheet = Rectangle(texture=texture)
            Color(*[part / 255 for part in look.LINE], 1)
            self._edge = Line(width=1)
        self._feeding = Clock.schedule_interval(self._feed, 0)
        self._put()

    def stop(self) -> None:
        """It was taken."""
        self._feeding.cancel()

    def _feed(self, seconds: float) -> bool:
        self._strip.feed(FEED_MM_S * seconds * self.width / 80)
        self._put()
        return not self._strip.whole

    def _put(self) -> None:
        """Only what stands between the slot and the upper edge of the place is drawn."""
        strip = self._strip
        first, last = strip.shown
        left, bottom, height = round(self.x), round(self.y), round(last - first)
        self._sheet.pos, self._sheet.size = (left, bottom), (self.width, height)
        low, high = last / strip.length, first / strip.length
        self._sheet.tex_coords = (0, low, 1, low, 1, high, 0, high)
        self._edge.rectangle = (left, bottom, self.width, height)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """The first finger on the paper holds it."""
        if self._finger is not None or not self.collide_point(*touch.pos):
            return False
        self._finger = touch.uid
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        """Follows that finger."""
        if touch.uid != self._finger:
            return False
        self._strip.drag(-touch.dy)
        self._put()
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Lets go."""
        if touch.uid != self._finger:
            return False
        self._finger = None
        return True
