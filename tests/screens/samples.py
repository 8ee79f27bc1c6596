"""One look, and at least one sample of every view: what the gallery shows and the tests walk through."""

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from booth import views
from booth.comfort import Comfort
from booth.drawing import NEAR_END
from booth.events import Button
from booth.stickstate import StickState
from booth.views import Face, Frame, Look, Status, View
from booth.vitals import Concern, Supply, Vitals
from config.mode import Mode
from config.secret import Choice
from config.words import LANGUAGES, builtin
from printer.faults import Fault
from sync.equations import Counts, equations
from sync.running import Running

RUNNING = Running(version="bilik 0.1.0", software="4f2a91c077de0b13" * 4, image="b71c0d55e2f4a963" * 4)
NAMES = ("Siti Aminah", "H. Muhammad Syafruddin", "Ketut Wirawan, S.Sos.", "Dewi Lestari Handayani", "Yohanes Bria")
PHOTOS = Path(__file__).parents[2] / "config" / "sample" / "photos"


def photo(number: int) -> bytes:
    """The sample's drawn portrait, or a simple one."""
    files = sorted(path for path in PHOTOS.glob("*") if path.suffix in {".png", ".jpg"})
    if len(files) >= number:
        return files[number - 1].read_bytes()
    picture = Image.new("RGB", (600, 800), ((40 * number + 90) % 256, 150, 160))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((180, 160, 420, 460), fill=(196, 150, 112))
    draw.pieslice((60, 500, 540, 1100), 180, 360, fill=(250, 250, 250))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def look_of(
    candidates: int = 3,
    *,
    blank: bool = True,
    mode: Mode | None = Mode.REHEARSAL,
    languages: tuple[str, ...] = LANGUAGES,
) -> Look:
    """A village with that many candidates."""
    faces = tuple(Face(i + 1, NAMES[i], photo(i + 1)) for i in range(candidates))
    return Look(
        mode=mode,
        election="Pemilihan Kepala Desa Sungai Rengit 2026",
        place="Desa Sungai Rengit · TPS 3 · Bilik 1",
        faces=faces,
        blank=blank,
        words={language: builtin(language) for language in languages},
        setup="4F2A-91C0-77DE-0B13",
        running=RUNNING,
    )


STATUS = Status(
    sessions=127, paper=None, near_end=False, stick=StickState.IN_STEP, clock="10:42", clock_doubtful=False, card=False,
    vitals=Vitals(Supply.FINE, None, 50),
)  # fmt: skip
TROUBLE = Status(
    sessions=127, paper=Fault.NO_PAPER, near_end=False, stick=StickState.AWAY, clock="10:42", clock_doubtful=True,
    card=True, vitals=Vitals(Supply.LOW, 15, 75),
)  # fmt: skip
WORST = Status(
    sessions=1127, paper=None, near_end=True, stick=StickState.UNFIT, clock="10:42", clock_doubtful=True, card=True,
    vitals=Vitals(Supply.WEAK, None, 80),
)  # fmt: skip
UNTOLD = replace(STATUS, vitals=Vitals())
COUNTS = Counts(
    voters=412, sessions=389, cast=381, abandoned=5, tests=3, refused=2, interrupted=1, spent=387,
    paperless=0, fragments=1, attended=384, left=2,
)  # fmt: skip
REFUSED = (
    "Kartu ini bukan kartu petugas TPS ini. Pakai kartu petugas TPS 3.",
    "This is not a card of this TPS. Use the officers' card of TPS 3.",
)
NOT_SEEN = (
    "Tidak terlihat apakah kartu sudah dicabut. Pastikan pembaca kartu tersambung dan kosong.",
    "Nobody can see whether the card has left. Make sure that the card reader is connected and empty.",
)
DAMAGED = (
    "Catatan bilik ini tidak cocok dengan tanda tangannya. Pakai bilik cadangan.",
    "The log of this booth does not match its signature. Use the spare booth.",
)
ALTERED = (
    "Salinan di stik berubah atau tidak utuh. Biarkan stik di perangkat ini saja dan ulangi.",
    "The stick's copy changed or is not whole. Leave the stick in this device alone and begin again.",
)
CARDS = (
    "ready", "locked", "takeover-committee", "takeover-officer", "committee-present", "pause", "resume",
    "close-officers", "close-committee", "left-before", "called-after", "resolve-box", "resolve-envelope",
    "resolve-paperless",
)  # fmt: skip
CARD_BUTTONS = {
    "close-committee": (Button.WITHOUT_COMMITTEE,),
    **dict.fromkeys(
        (
            "takeover-committee", "takeover-officer", "committee-present", "pause", "resume", "resolve-box",
            "resolve-envelope", "resolve-paperless",
        ),
        (Button.CANCEL,),
    ),
}  # fmt: skip
NEEDED = ("empty", "printer", "confirms", "paper", "stick")
TOLD = ("clock", "power", "temperature")
CHECKS = (
    *(views.Check(name, ok=True) for name in NEEDED),
    *(views.Check(name, ok=True, needed=False) for name in TOLD),
)
CONCERNED = {
    Concern.WEAK: Vitals(Supply.WEAK, None, 50),
    Concern.LOW: Vitals(Supply.LOW, 15, 50),
    Concern.HOT: Vitals(Supply.FINE, None, 80),
    Concern.BATTERY: Vitals(Supply.BATTERY, 65, 50),
}
RESULT = (
    ("1. Siti Aminah", 158),
    ("2. H. Muhammad Syafruddin", 121),
    ("3. Ketut Wirawan, S.Sos.", 96),
    ("Suara kosong", 6),
)
LONG_RESULT = (*RESULT[:3], ("4. Dewi Lestari Handayani", 40), ("5. Yohanes Bria", 12), RESULT[3])


@dataclass(frozen=True)
class Sample:
    """A named view to draw."""

    name: str
    view: View
    status: Status = STATUS


def samples() -> list[Sample]:
    """Every view, and its variants that look different."""
    cards = [Sample(f"card-{what}", views.CardWanted(what, None, False, CARD_BUTTONS.get(what, ()))) for what in CARDS]
    troubles = [Sample(f"print-trouble-{fault.name.lower()}", views.PrintTrouble(fault), TROUBLE) for fault in Fault]
    troubles += [
        Sample(f"paper-trouble-{fault.name.lower()}", views.PaperTrouble(fault, Button.LATER), TROUBLE)
        for fault in Fault
    ]
    notices = [
        Sample(f"notice-{what}", views.Notice(what)) for what in ("tested", "voided", "found-unlocked", "found-cast")
    ]
    names = {"power": "power-battery"}
    bad = (CHECKS[0], *(replace(each, name=names.get(each.name, each.name), ok=False) for each in CHECKS[1:]))
    doubtful = tuple(replace(check, ok=check.name != "clock") for check in CHECKS)
    unmeasured = (*CHECKS, views.Check("panel", ok=False, needed=False))
    card = (*CHECKS, views.Check("room", ok=False), views.Check("disk", ok=False, needed=False))
    strained = (
        *CHECKS[:-2], views.Check("power-weak", ok=False, needed=False),
        views.Check("temperature", ok=False, needed=False),
    )  # fmt: skip
    on_battery = (*CHECKS[:-2], views.Check("power-battery", ok=False, needed=False), CHECKS[-1])
    plain = tuple(replace(check, ok=False, needed=False) if check.name == "confirms" else check for check in CHECKS)
    unproved = tuple(views.Check("proving", ok=False) if check.name == "confirms" else check for check in CHECKS)
    broken = Counts(
        voters=412, sessions=389, cast=381, abandoned=5, tests=3, refused=2, interrupted=1, spent=386,
        paperless=0, fragments=1, attended=380, left=2,
    )  # fmt: skip
    before = replace(STATUS, sessions=None, near_end=True, stick=StickState.THERE, clock="06:12")
    sticks = [
        Sample(f"waiting-stick-{state}", views.WaitingForCard(None), replace(STATUS, stick=state))
        for state in StickState
    ]
    concerns = [
        Sample(
            f"waiting-{concern.value}",
            views.WaitingForCard(None, None, concern, vitals.percent),
            replace(STATUS, vitals=vitals),
        )
        for concern, vitals in CONCERNED.items()
    ]
    wrong = replace(before, clock="00:14", clock_doubtful=True)
    replaced = replace(STATUS, sessions=None, stick=StickState.OTHER)
    return [
        Sample("not-provisioned", views.NotProvisioned(None), before),
        Sample("not-provisioned-refused", views.NotProvisioned(DAMAGED), before),
        Sample("unfit", views.NotProvisioned(DAMAGED, unfit=True), replace(before, stick=StickState.AWAY)),
        Sample("takeover-ready", views.TakeoverReady(None), before),
        Sample("takeover-ready-problem", views.TakeoverReady(ALTERED), before),
        Sample("takeover-attendance", views.Attendance(takeover=True), before),
        Sample("takeover-working", views.Working("takeover-tape")),
        Sample("takeover-paper-trouble", views.PaperTrouble(Fault.NO_PAPER, None), TROUBLE),
        Sample("takeover-sign", views.SignTakeover()),
        Sample("replaced", views.Replaced(None, exported=False), replaced),
        Sample("replaced-problem", views.Replaced(ALTERED, exported=False), replaced),
        Sample("replaced-exported", views.Replaced(None, exported=True), replaced),
        *cards,
        Sample("card-refused", views.CardWanted("pause", REFUSED, False, (Button.CANCEL,)), TROUBLE),
        Sample("card-take-out-first", views.CardWanted("resolve-box", None, True, (Button.CANCEL,))),
        Sample("pin", views.PinWanted("Rahmat Hidayat", "officers", 3, False)),
        Sample("pin-wrong", views.PinWanted("Rahmat Hidayat", "committee", 2, True)),
        Sample("pin-wait", views.PinWait("Rahmat Hidayat", "officers", 2, 960)),
        Sample("pin-last-try", views.PinRefused("last-try")),
        Sample("pin-blocked", views.PinRefused("blocked")),
        Sample("open-checks", views.OpenChecks(CHECKS, "Minggu, 22-11-2026", "06:14"), before),
        Sample("open-checks-bad", views.OpenChecks(bad, "Minggu, 22-11-2026", "06:14"), TROUBLE),
        Sample("open-checks-plain", views.OpenChecks(plain, "Minggu, 22-11-2026", "06:14"), before),
        Sample("open-checks-proving", views.OpenChecks(unproved, "Minggu, 22-11-2026", "06:14"), before),
        Sample("open-checks-clock", views.OpenChecks(doubtful, "Kamis, 01-01-1970", "00:14"), wrong),
        Sample("open-checks-panel", views.OpenChecks(unmeasured, "Minggu, 22-11-2026", "06:14"), before),
        Sample("open-checks-card", views.OpenChecks(card, "Minggu, 22-11-2026", "06:14"), before),
        Sample("open-checks-strained", views.OpenChecks(strained, "Minggu, 22-11-2026", "06:14"), WORST),
        Sample("open-checks-battery", views.OpenChecks(on_battery, "Minggu, 22-11-2026", "06:14"), before),
        Sample("open-checks-untold", views.OpenChecks(CHECKS[:-2], "Minggu, 22-11-2026", "06:14"), UNTOLD),
        Sample("working-card", views.Working("card")),
        Sample("working-zero-report", views.Working("zero-report")),
        Sample("working-tally", views.Working("tally")),
        Sample("working-tape", views.Working("tape", 2, 5)),
        Sample("paper-trouble-opening", views.PaperTrouble(Fault.COVER_OPEN, Button.CANCEL), TROUBLE),
        Sample("sign-zero-report", views.SignZeroReport()),
        Sample("paused", views.Paused()),
        Sample("close-ask", views.CloseAsk()),
        Sample("attendance", views.Attendance()),
        Sample("counts", views.ShowCounts(COUNTS, equations(COUNTS, booths_in_tps=2), False)),
        Sample("counts-broken", views.ShowCounts(broken, equations(broken, booths_in_tps=1), True)),
        Sample("closed", views.Closed(RESULT, True, "9C41-77A0-D2F8-5E03", None)),
        Sample("closed-long", views.Closed(LONG_RESULT, True, "9C41-77A0-D2F8-5E03", None)),
        Sample("closed-packing-without-result", views.Closed(None, True, "9C41-77A0-D2F8-5E03", None)),
        Sample("closed-problem", views.Closed(LONG_RESULT, False, "9C41-77A0-D2F8-5E03", DAMAGED)),
        Sample("closed-without-result", views.Closed(None, False, "9C41-77A0-D2F8-5E03", None)),
        Sample("quarantined", views.Quarantined(DAMAGED, False)),
        Sample("quarantined-exported", views.Quarantined(DAMAGED, True)),
        Sample("waiting", views.WaitingForCard(None)),
        Sample(
            "waiting-fault", views.WaitingForCard(None, Fault.CUTTER.sentences()), replace(STATUS, paper=Fault.CUTTER)
        ),
        Sample("waiting-near-end", views.WaitingForCard(None, NEAR_END), replace(STATUS, near_end=True)),
        Sample("waiting-refused", views.WaitingForCard(REFUSED), TROUBLE),
        Sample("waiting-worst", views.WaitingForCard(None, NEAR_END), WORST),
        Sample("waiting-untold", views.WaitingForCard(None), UNTOLD),
        *sticks,
        *concerns,
        Sample("take-card", views.TakeCard(None)),
        Sample("take-card-not-seen", views.TakeCard(NOT_SEEN), TROUBLE),
        Sample("choosing", views.Choosing()),
        Sample("confirming", views.Confirming(Choice(2))),
        Sample("confirming-blank", views.Confirming(Choice(0))),
        Sample("printing", views.Printing()),
        Sample("read-slip", views.ReadSlip()),
        Sample("still-there", views.StillThere(30, False)),
        Sample("still-there-slip", views.StillThere(30, True)),
        Sample("into-box", views.IntoBox()),
        Sample("into-envelope", views.IntoEnvelope(False, None)),
        Sample("into-envelope-last", views.IntoEnvelope(True, REFUSED)),
        *troubles,
        Sample("left-before-ask", views.LeftBeforeAsk()),
        Sample("resolve-ask", views.ResolveAsk()),
        Sample("test-ask", views.TestAsk()),
        *notices,
    ]


def frame_of(
    view: View, look: Look, *, status: Status = STATUS, language: str = "id", number: int = 1, **likes: Any
) -> Frame:
    """A frame for a view; ``likes`` are the voter's size and scheme."""
    return Frame(number, look, view, status, Comfort(language, **likes))
