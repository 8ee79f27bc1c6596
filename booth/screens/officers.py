"""The officers' screens: one decision each, a verb and a noun on every button, both languages."""

from collections.abc import Mapping
from typing import Any, ClassVar

from booth.events import Button
from booth.plan import Step
from booth.screens import dayplan
from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.faultpictures import draw_fault
from booth.screens.icons import Icon, draw
from booth.screens.motion import Dots
from booth.screens.painting import OVERHANG, Align, lay_out
from booth.screens.screen import Screen, V
from booth.screens.sheet import Dress, Say
from booth.screens.theme import Capital
from booth.views import (
    CardWanted,
    CloseAsk,
    LeftBeforeAsk,
    Notice,
    NotProvisioned,
    PaperTrouble,
    Paused,
    ResolveAsk,
    SignZeroReport,
    TakeCard,
    TestAsk,
    WaitingForCard,
    Working,
)
from booth.vitals import Concern
from config.record import fingerprint_of

CALLS = {"left-before", "called-after"}
"""Cards that are wanted because a voter is gone: seen from the desk."""


CONCERNS = {
    Concern.WEAK: Icon.WEAK_POWER,
    Concern.LOW: Icon.LOW_BATTERY,
    Concern.BATTERY: Icon.BATTERY,
    Concern.HOT: Icon.HEAT,
}


class OfficerScreen(Screen[V]):
    """Picture and words; the decision below."""

    def heading(self, area: Box, *, strip: bool = True) -> Box:
        """The day's steps, unless they stand elsewhere or have no room; election and place in small print, where there
        is room. Returns what is left."""
        if strip:
            area = self.progress(area)
        stepped = strip and self.step is not None
        if self.low or (stepped and not self.theme.landscape):
            return area
        name = " · ".join(part for part in (self.look.election, self.look.place) if part)
        lines = lay_out(name, area.width - 2 * OVERHANG, self.theme.dots(Capital.SMALL.value), bold=False)
        line, rest = area.cut_top(max(self.theme.dots(6), lines.height), self.theme.dots(1.5))
        self.text(line, Say(name, Capital.SMALL, Capital.SMALL, colour=self.quiet))
        return rest

    def progress(self, area: Box) -> Box:
        """The plan of the day with the present step, outside of sessions; returns what is left."""
        if self.step is None:
            return area
        line, rest = area.cut_top(self.theme.dots(look.STATUS_MM), self.theme.dots(1.4))
        dayplan.strip(self, line, self.step)
        return rest

    def about(self, area: Box) -> Box:
        """Package, program and image, for who wants to compare them; returns what is left."""
        running = self.look.running
        package = self.words("screen.about", setup=self.look.setup or "–", version=running.version)
        program = self.words("screen.about.program", software=fingerprint_of(running.software))
        image = self.words("screen.about.no-image")
        if running.image is not None:
            image = self.words("screen.about.image", image=fingerprint_of(running.image))
        said = (package, f"{program} · {image}") if self.theme.landscape else (package, program, image)
        height_mm = 6 if self.theme.landscape and not self.low else 4
        lines, rest = area.cut_bottom(self.theme.dots(height_mm * len(said)), self.theme.dots(1))
        for line, text in zip(lines.rows(len(said), 0), said, strict=True):
            self.text(line, Say(text, Capital.SMALL, Capital.SMALL, colour=look.QUIET), align=Align.LEFT)
        return rest

    def told_with(self, area: Box, icon: Icon, key: str, share: float = 0.28, **values: Any) -> None:
        """The picture, ``<key>.title`` and ``<key>.text``."""
        part, rest = self.split(area, share)
        self.picture(draw(icon, min(part.width, part.height, self.theme.dots(62))), part)
        self.text(
            rest,
            *self.both(f"{key}.title", Capital.HUGE, Capital.NORMAL, bold=True),
            *self.both(f"{key}.text", Capital.NORMAL, Capital.SMALL, **values),
        )

    def planned(self, area: Box, icon: Icon, key: str) -> None:
        """What is asked for or said now, and beside it the whole day."""
        mm = self.theme.dots
        left, right = self.split(area, (0.32 if self.low else 0.36) if self.theme.landscape else 0.34)
        if self.theme.landscape and not self.low:
            above, left = left.cut_top(min(left.height * 0.42, mm(40)), mm(2))
            self.picture(draw(icon, min(above.width, above.height)), above)
        elif not self.theme.landscape:
            beside, left = left.cut_left(left.width * 0.3, mm(3))
            self.picture(draw(icon, min(beside.width, beside.height)), beside)
        self.text(
            left,
            *self.both(f"{key}.title", Capital.LARGE, Capital.NORMAL, bold=True),
            *self.both(f"{key}.text", Capital.NORMAL, Capital.SMALL),
        )
        if self.step is not None:
            dayplan.whole(self, right, self.step)


class NotProvisionedScreen(OfficerScreen[NotProvisioned]):
    """No package yet."""

    def draw(self, view: NotProvisioned) -> None:
        area = self.about(self.area)
        icon, key = (Icon.WARNING, "screen.unfit") if view.unfit else (Icon.STICK, "screen.not-provisioned")
        self.told_with(self.notice(area, view.problem), icon, key)


class CardWantedScreen(OfficerScreen[CardWanted]):
    """Which card, and why."""

    def draw(self, view: CardWanted) -> None:
        if view.what in CALLS:
            self.ground = look.SUN
            self.paper(self.area.inset(-self.theme.dots(1)), self.ground, corner_mm=look.CORNER_MM)
        # Who has just switched the booth on reads what the day will be.
        planned = self.step is Step.PREPARE and view.refused is None and not view.take_out_first
        area = self.heading(self.area, strip=not planned)
        if view.what in {"ready", "locked"}:
            area = self.about(area)
        if planned:
            self.planned(area, Icon.CARD_IN, f"ask.{view.what}")
            return
        choices = [(button, None, Dress.PLAIN) for button in view.buttons]
        area = self.row(area, *choices, height_mm=17)
        area = self.notice(area, view.refused)
        if view.take_out_first:
            self.told_with(area, Icon.CARD_OUT, "ask.take-out-first")
            return
        icon = Icon.OFFICER if view.what in CALLS else Icon.CARD_IN
        self.told_with(area, icon, f"ask.{view.what}", 0.32 if view.what in CALLS else 0.28)


class WorkingScreen(OfficerScreen[Working]):
    """Please wait, and why."""

    ICONS: ClassVar[Mapping[str, Icon]] = {"tally": Icon.LOCK, "card": Icon.CARD_IN}

    def draw(self, view: Working) -> None:
        area = self.heading(self.area)
        part, rest = self.split(area, 0.3)
        icon = self.ICONS.get(view.what, Icon.PRINTER)
        self.picture(draw(icon, min(part.width, part.height, self.theme.dots(56))), part)
        dots, rest = rest.cut_bottom(self.theme.dots(14))
        says = list(self.both(f"working.{view.what}", Capital.LARGE, Capital.NORMAL, bold=True))
        if view.copies:
            says += self.both("working.copy", Capital.LARGE, copy=view.copy, copies=view.copies)
        self.text(rest, *says)
        self.add_widget(Dots(dots, self.theme))


class PaperTroubleScreen(OfficerScreen[PaperTrouble]):
    """A report or tape did not come out."""

    def draw(self, view: PaperTrouble) -> None:
        mm = self.theme.dots
        choices: list[tuple[Button, str | None, Dress]] = [(Button.AGAIN, "button.again.paper", Dress.GO)]
        if view.other is not None:
            key = "button.cancel.opening" if view.other is Button.CANCEL else None
            choices.insert(0, (view.other, key, Dress.PLAIN))
        area = self.row(self.area if self.low else self.progress(self.area), *choices)
        part, rest = self.split(area, 0.28)
        self.picture(draw_fault(view.fault, min(part.width, part.height, mm(56))), part)
        self.text(
            rest,
            *self.both(view.fault.title, Capital.LARGE, Capital.NORMAL, bold=True),
            *self.both(view.fault.next, Capital.NORMAL, Capital.SMALL),
        )


class SignZeroReportScreen(OfficerScreen[SignZeroReport]):
    """Sign it, then let the first voter in."""

    def draw(self, view: SignZeroReport) -> None:
        area = self.row(
            self.heading(self.area),
            (Button.AGAIN, "button.again.report", Dress.PLAIN),
            (Button.CONFIRM, "button.confirm.start", Dress.GO),
        )
        self.told_with(area, Icon.SIGN, "screen.sign-zero-report")


class PausedScreen(OfficerScreen[Paused]):
    """Voting rests."""

    def draw(self, view: Paused) -> None:
        tight = self.low or self.theme.width_dots < self.theme.dots(dayplan.NARROW_MM)
        area = self.heading(self.area, strip=tight)
        area = self.row(area, (Button.CLOSE, None, Dress.NO), (Button.RESUME, None, Dress.GO))
        if tight:
            self.told_with(area, Icon.PAUSE, "screen.paused")
        else:
            self.planned(area, Icon.PAUSE, "screen.paused")


class CloseAskScreen(OfficerScreen[CloseAsk]):
    """Really close?"""

    def draw(self, view: CloseAsk) -> None:
        area = self.row(
            self.heading(self.area),
            (Button.CONFIRM, "button.confirm.close", Dress.NO),
            (Button.CANCEL, None, Dress.GO),
        )
        self.told_with(area, Icon.LOCK, "screen.close-ask")


class WaitingForCardScreen(OfficerScreen[WaitingForCard]):
    """Between two voters."""

    def draw(self, view: WaitingForCard) -> None:
        mm = self.theme.dots
        told = view.refused or view.paper or view.concern
        area = self.heading(self.area, strip=not (self.low and told))
        low, area = area.cut_bottom(mm(17), mm(2))
        place, _ = low.cut_right(min(mm(84), low.width))
        self.tell(Button.OFFICER, place)
        if view.concern is not None and view.refused is None:
            area = self.notice(area, self._concern(view.concern, view.percent), icon=CONCERNS[view.concern])
        else:
            area = self.notice(area, view.refused or view.paper)
        self.told_with(area, Icon.CARD_IN, "screen.waiting", 0.32)

    def _concern(self, concern: Concern, percent: int | None) -> tuple[str, str]:
        key, charge = f"vitals.{concern.value}", f"{percent}\N{NO-BREAK SPACE}%"
        if concern is Concern.BATTERY and percent is not None:
            key = "vitals.battery.charge"
        return self.words(key, charge=charge), (self.second or self.words)(key, charge=charge)


class TakeCardScreen(OfficerScreen[TakeCard]):
    """The officer takes the card out and goes."""

    def draw(self, view: TakeCard) -> None:
        self.told_with(self.notice(self.area, view.problem), Icon.CARD_OUT, "screen.take-card", 0.36)


class LeftBeforeAskScreen(OfficerScreen[LeftBeforeAsk]):
    """Is the voter back?"""

    def draw(self, view: LeftBeforeAsk) -> None:
        area = self.row(self.heading(self.area), (Button.END, None, Dress.NO), (Button.CONTINUE, None, Dress.GO))
        self.told_with(area, Icon.HAND, "screen.left-before-ask")


class ResolveAskScreen(OfficerScreen[ResolveAsk]):
    """What became of the slip; the envelope comes first because it is the default."""

    def draw(self, view: ResolveAsk) -> None:
        mm = self.theme.dots
        left, right = self.split(self.heading(self.area), 0.42)
        self.text(
            left,
            *self.both("screen.resolve-ask.title", Capital.LARGE, Capital.NORMAL, bold=True),
            *self.both("screen.resolve-ask.text", Capital.NORMAL, Capital.SMALL),
        )
        buttons = (Button.SAW_ENVELOPE, Button.SAW_BOX, Button.SAW_NO_PAPER)
        for button, place in zip(buttons, right.rows(3, mm(look.GAP_MM + 0.6)), strict=True):
            self.tell(button, place, dress=Dress.GO if button is Button.SAW_ENVELOPE else Dress.PLAIN)


class TestAskScreen(OfficerScreen[TestAsk]):
    """Is this ballot a test?"""

    __test__ = False

    def draw(self, view: TestAsk) -> None:
        area = self.row(
            self.heading(self.area),
            (Button.CONFIRM, "button.confirm.test", Dress.NO),
            (Button.CANCEL, "button.cancel.test", Dress.GO),
        )
        self.told_with(area, Icon.LIST, "screen.test-ask")


class NoticeScreen(OfficerScreen[Notice]):
    """One sentence to take note of."""

    ICONS: ClassVar[Mapping[str, Icon]] = {
        "tested": Icon.LIST,
        "voided": Icon.INTO_ENVELOPE,
        "found-unlocked": Icon.CARD_IN,
        "found-cast": Icon.INTO_BOX,
    }  # fmt: skip

    def draw(self, view: Notice) -> None:
        area = self.row(self.heading(self.area), (Button.CONFIRM, "button.confirm.notice", Dress.GO))
        self.told_with(area, self.ICONS[view.what], f"notice.{view.what}")
