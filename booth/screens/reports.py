"""The officers' screens that list something: self-test, counts, result, evidence."""

from booth.events import Button
from booth.plan import Step
from booth.screens import dayplan
from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.officers import OfficerScreen
from booth.screens.painting import Align
from booth.screens.sheet import Dress, Say
from booth.screens.theme import Capital
from booth.views import Closed, OpenChecks, Quarantined, ShowCounts
from sync.equations import Equation

MOST_IN_A_COLUMN = 6
"""Checks below one another; lines of a result beside the packing list."""
COUNTED = ("sessions", "cast", "abandoned", "refused", "interrupted", "tests", "spent", "fragments", "attended", "left")
"""Fields of ``Counts`` in the order shown; words ``count.<name>``."""


class OpenChecksScreen(OfficerScreen[OpenChecks]):
    """What the booth found about itself, and the clock for a person to confirm."""

    def draw(self, view: OpenChecks) -> None:
        mm = self.theme.dots
        doubtful = any(check.name == "clock" and not check.ok for check in view.checks)
        buttons = [(Button.CANCEL, "button.cancel.opening", Dress.PLAIN)]
        if view.ready:
            # Nobody may be made to say that a clock is right which the booth itself doubts.
            key = "button.confirm.noted" if doubtful else "button.confirm.checks"
            buttons.append((Button.CONFIRM, key, Dress.GO))
        area = self.row(self.heading(self.area, strip=not self.low), *buttons, height_mm=13 if self.narrow else 17)
        left, right = self.split(area, 0.68 if self.theme.landscape else 0.58)
        columns = 2 if len(view.checks) > MOST_IN_A_COLUMN else 1
        cells = left.grid(max(len(view.checks), 4), columns, mm(1))
        for check, line in zip(view.checks, cells, strict=False):
            self.paper(line, look.WHITE if check.ok else look.SUN, look.LINE if check.ok else look.INK, 1.4)
            inside = line.inset(mm(2), mm(0.6))
            size = min(inside.height, mm(7))
            place, inside = inside.cut_left(size, mm(2.4))
            if check.ok:
                sign = draw(Icon.CHECK, size, look.LEAF)
            else:
                # What stops the opening looks different from what only has to be known.
                sign = draw(Icon.CROSS, size, look.BRICK) if check.needed else draw(Icon.WARNING, size)
            self.picture(sign, place)
            colour = None if check.ok else look.INK
            key = f"check.{check.name}.{'ok' if check.ok else 'bad'}"
            capital = Capital.SMALL if self.low else Capital.NORMAL
            self.text(inside, *self.both(key, capital, Capital.SMALL, bold=not check.ok, colour=colour))
        self.paper(right, look.SUN if doubtful else look.WHITE, look.INK if doubtful else look.LINE, look.CORNER_MM)
        key = "screen.open-checks.clock-doubtful" if doubtful else "screen.open-checks.clock"
        self.text(
            right.inset(mm(3)),
            *self.both(key, Capital.NORMAL, Capital.SMALL, bold=True, colour=look.INK if doubtful else None),
            Say(view.clock, 13.0, Capital.HUGE, bold=True, gap_mm=3),
            Say(view.date, Capital.LARGE, Capital.NORMAL),
            align=Align.CENTRE,
        )


class ShowCountsScreen(OfficerScreen[ShowCounts]):
    """What was counted, and whether it agrees."""

    def draw(self, view: ShowCounts) -> None:
        mm = self.theme.dots
        height = look.TARGET_MM if self.low else 17
        area = self.row(self.area, (Button.CONFIRM, "button.confirm.counts", Dress.GO), height_mm=height)
        if not self.low:
            area = self.progress(area)
            title, area = area.cut_top(mm(8), mm(1))
            self.text(title, self.both("screen.counts.title", Capital.LARGE, Capital.NORMAL, bold=True)[0])
        left, right = self.split(area, 0.4)
        lines = left.rows(len(COUNTED), 0)
        for line in lines[::2]:
            self.paper(line, look.TINT)
        rooms = [line.inset(mm(1.5), 0).cut_right(mm(20)) for line in lines]
        labels = [Say(self.words(f"count.{name}"), Capital.SMALL, Capital.SMALL) for name in COUNTED]
        numbers = [Say(str(getattr(view.counts, name)), Capital.NORMAL, Capital.SMALL, bold=True) for name in COUNTED]
        self.texts([(room, label) for (_, room), label in zip(rooms, labels, strict=True)])
        self.texts([(room, number) for (room, _), number in zip(rooms, numbers, strict=True)], Align.RIGHT)
        rows = right.rows(max(len(view.equations) + (0 if view.whole_tps else 1), 3), mm(1.4))
        for equation, place in zip(view.equations, rows, strict=False):
            self._equation(place, equation)
        if not view.whole_tps:
            place = rows[len(view.equations)]
            self.text(place, *self.both("screen.counts.other-booths", Capital.NORMAL, Capital.SMALL))

    def _equation(self, place: Box, equation: Equation) -> None:
        mm = self.theme.dots
        self.paper(place, look.WHITE if equation.holds else look.SUN, look.LINE if equation.holds else look.INK, 1.4)
        inside = place.inset(mm(2), mm(0.5))
        size = min(inside.height, mm(8))
        icon, inside = inside.cut_left(size, mm(2.4))
        good = equation.holds
        self.picture(draw(Icon.CHECK if good else Icon.WARNING, size, look.LEAF if good else look.INK), icon)
        figures, inside = inside.cut_right(mm(36), mm(1))
        colour = None if good else look.INK
        key = f"equation.{equation.name.value}"
        self.text(inside, *self.both(key, Capital.NORMAL, Capital.SMALL, bold=True, colour=colour))
        self.text(
            figures,
            Say(
                f"{equation.left}\N{NO-BREAK SPACE}{equation.relation}\N{NO-BREAK SPACE}{equation.right}",
                Capital.LARGE,
                Capital.SMALL,
                bold=True,
            ),
            align=Align.RIGHT,
        )


class ClosedScreen(OfficerScreen[Closed]):
    """The result, or why there is none yet; and where the batch stands, or what is left to be done by hand."""

    def draw(self, view: Closed) -> None:
        packing = self.step is Step.PACK and view.problem is None
        # Result and list need the room.
        area = self.progress(self.area) if packing and not self.low else self.heading(self.area, strip=not self.low)
        area = self.row(
            area,
            (Button.AGAIN, "button.again.tape", Dress.PLAIN),
            (
                Button.EXPORT,
                "button.export.again" if view.exported else None,
                Dress.PLAIN if view.exported else Dress.GO,
            ),
            height_mm=look.TARGET_MM if packing else 17,
        )
        # A long ballot with long names needs its room as well.
        wide = self.low or (view.result is not None and len(view.result) >= MOST_IN_A_COLUMN)
        left, right = self.split(area, (0.5 if wide else 0.42) if packing else 0.54 if self.theme.landscape else 0.42)
        batch = Say(self.words("screen.closed.fingerprint", fingerprint=view.fingerprint), Capital.SMALL, Capital.SMALL)
        if packing:
            dayplan.packing(self, right)
            if not self.low:
                line, left = left.cut_bottom(self.theme.dots(look.STATUS_MM), self.theme.dots(1))
                self.text(line, batch)
        if view.result is None:
            self.text(
                left,
                *self.both("screen.closed.without-result.title", Capital.LARGE, Capital.NORMAL, bold=True),
                *self.both("screen.closed.without-result.text", Capital.NORMAL, Capital.SMALL),
            )
        else:
            self._result(left, view.result)
        if packing:
            return
        if view.problem is not None and (self.low or not self.theme.landscape):
            self.notice(right, view.problem, whole=True)
            return
        self.text(
            self.notice(right, view.problem),
            *self.both("screen.closed.title", Capital.LARGE, Capital.NORMAL, bold=True),
            *self.both("screen.closed.not-exported", Capital.NORMAL, Capital.SMALL),
            batch,
        )

    def _result(self, area: Box, result: tuple[tuple[str, int], ...]) -> None:
        mm = self.theme.dots
        self.paper(area, look.WHITE, look.LINE, look.CORNER_MM)
        lines = area.inset(mm(2)).rows(len(result) + 1, mm(0.6))
        self.paper(lines[-1], look.TINT)
        tight = self.low or len(result) >= MOST_IN_A_COLUMN
        rooms = [line.inset(mm(1.5), 0).cut_right(mm(18 if tight else 24)) for line in lines]
        said = (*result, (self.words("screen.closed.total"), sum(votes for _, votes in result)))
        labels = [Say(label, Capital.NORMAL, Capital.SMALL, bold=i == len(result)) for i, (label, _) in enumerate(said)]
        votes = [Say(str(votes), Capital.LARGE, Capital.NORMAL, bold=True) for _, votes in said]
        self.texts([(room, label) for (_, room), label in zip(rooms, labels, strict=True)])
        self.texts([(room, number) for (room, _), number in zip(rooms, votes, strict=True)], Align.RIGHT)


class QuarantinedScreen(OfficerScreen[Quarantined]):
    """This device goes on no more; its evidence can be taken."""

    def draw(self, view: Quarantined) -> None:
        done = view.exported
        area = self.row(
            self.heading(self.area),
            (Button.EXPORT, "button.export.evidence", Dress.PLAIN if done else Dress.GO),
        )
        area = self.notice(area, view.problem)
        self.told_with(area, Icon.WARNING, "screen.quarantined.exported" if done else "screen.quarantined")
