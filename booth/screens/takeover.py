"""The screens of a takeover: a new device that goes on, and the old one that must not."""

from booth.events import Button
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.officers import OfficerScreen
from booth.screens.screen import V
from booth.screens.sheet import Dress, Say
from booth.screens.theme import Capital
from booth.views import Replaced, SignTakeover, TakeoverReady


class HandoverScreen(OfficerScreen[V]):
    """One device gives way to another: more to read than elsewhere, so the picture leaves before the words shrink."""

    def handover(self, area: Box, problem: tuple[str, str] | None, *says: Say) -> None:
        """The picture and the words, above what went wrong."""
        area = self.notice(area, problem)
        part, beside = self.split(area, 0.28)
        if not self.low or self.roomy(beside, *says):
            self.picture(draw(Icon.REPLACE, min(part.width, part.height, self.theme.dots(62))), part)
            area = beside
        self.text(area, *says)


class TakeoverReadyScreen(HandoverScreen[TakeoverReady]):
    """What it means to replace a device, and as which booth this one would go on."""

    def draw(self, view: TakeoverReady) -> None:
        area = self.row(self.heading(self.area), (Button.CONFIRM, "button.confirm.takeover", Dress.NO))
        # After a try that failed, the cards and the list are at hand.
        bring = () if view.problem else self.both("screen.takeover-ready.bring", Capital.NORMAL, Capital.SMALL)
        self.handover(
            area,
            view.problem,
            *self.both("screen.takeover-ready.title", Capital.LARGE, Capital.NORMAL, bold=True),
            Say(self.look.place, Capital.NORMAL, Capital.SMALL, bold=True),
            *self.both("screen.takeover-ready.text", Capital.NORMAL, Capital.SMALL),
            *bring,
        )


class SignTakeoverScreen(OfficerScreen[SignTakeover]):
    """Read the difference together, sign it, then go on."""

    def draw(self, view: SignTakeover) -> None:
        area = self.row(
            self.heading(self.area),
            (Button.AGAIN, "button.again.tape", Dress.PLAIN),
            (Button.CONFIRM, "button.confirm.takeover-signed", Dress.GO),
        )
        self.told_with(area, Icon.SIGN, "screen.sign-takeover")


class ReplacedScreen(HandoverScreen[Replaced]):
    """The old device: whatever hangs here ends in the envelope, and the stick goes back to where the voting is."""

    def draw(self, view: Replaced) -> None:
        done = view.exported
        area = self.row(
            self.heading(self.area),
            (Button.EXPORT, "button.export.evidence", Dress.PLAIN if done else Dress.GO),
        )
        key = "screen.replaced.exported" if done else "screen.replaced"
        self.handover(
            area,
            view.problem,
            *self.both(f"{key}.title", Capital.HUGE, Capital.NORMAL, bold=True),
            *self.both(f"{key}.text", Capital.NORMAL, Capital.SMALL),
        )
