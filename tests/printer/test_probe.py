"""A connected printer is asked what it can do: every model that the virtual printer can be, over its line."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from config.words import builtin
from printer.escpos import render
from printer.faults import Fault, PrintFault
from printer.findings import RULER, RULER_LINE, Answered, Findings, Reason, judge
from printer.line import Line
from printer.port import SerialPrinter
from printer.probe import ANSWER_S, BAUDS, probing
from printer.profiles import PROFILES, Profile
from printer.sample import ruler, sample
from printer.status import Drained, Event, Status
from printer.virtual.models import MODELS, Answer, ModelPrinter
from tests.printer.gallery import wait_for

SPEED_MM_S = 250.0
GOOD = Findings(
    115_200, frozenset({1, 2, 3, 4}), Status(), clears=True, status_back=True, maker="EPSON", model="TM-T20II",
    drained=Answered.IN_TURN, process_id=Answered.IN_TURN, columns=48,
)  # fmt: skip
COMMON = replace(GOOD, status_back=False, maker="", model="", process_id=Answered.NEVER)


@contextmanager
def connected(name: str, folder: Path) -> Iterator[tuple[ModelPrinter, list[Image.Image]]]:
    pieces: list[Image.Image] = []
    with ModelPrinter(MODELS[name], folder / "tty", pieces.append, speed_mm_s=SPEED_MM_S) as printer:
        yield printer, pieces


def columns_of(name: str) -> int:
    return MODELS[name].width_dots // 12


EXPECTED: dict[str, tuple[str | None, tuple[Reason, ...]]] = {
    "epson-80": ("epson-tm-80", ()),
    "epson-88": ("epson-tm-88", ()),
    "epson-58": ("epson-tm-58", ()),
    "epson-19200": ("epson-tm-80", ()),
    "common-80": ("common-80", ()),
    "common-58": ("common-58", ()),
    "common-9600": ("common-80", ()),
    "common-named": ("common-80", ()),
    "blind-80": ("common-80", ()),
    "hasty-80": ("plain-80", (Reason.HASTY,)),
    "soon-80": ("plain-80", (Reason.HASTY,)),
    "keeps-all-80": ("plain-80", (Reason.KEEPS,)),
    "plain-80": ("plain-80", (Reason.MUTE, Reason.KEEPS)),
    "plain-58": ("plain-58", (Reason.MUTE, Reason.KEEPS)),
    "half-80": (None, (Reason.HALF,)),
}


def test_every_model_that_answers_has_an_expectation() -> None:
    assert EXPECTED.keys() == MODELS.keys() - {"deaf-80"}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_profile_that_fits_is_proposed_or_the_reason_said(name: str, tmp_path: Path) -> None:
    model = MODELS[name]
    with connected(name, tmp_path) as (_, _), probing(tmp_path / "tty", BAUDS[0]) as probe:
        found = probe.ask()
    assert found.baud == (model.baud or BAUDS[0])
    assert found.real_time == model.real_time
    if found.status is not None:
        assert (found.clears, found.status_back) == (model.clears, model.status_back)
        early = model.status in (Answer.AT_ONCE, Answer.SOON)
        assert found.drained.name == ("AT_ONCE" if early else model.status.name)
        # An id that was not asked for is no answer.
        blind = model.process_id is Answer.BLINDLY
        assert found.process_id.name == ("NEVER" if blind else model.process_id.name)
        assert (found.maker, found.model) == ((model.maker, model.model) if model.maker else ("", ""))
    verdict = judge(replace(found, columns=columns_of(name)))
    proposed, reasons = EXPECTED[name]
    assert (verdict.profile.name if verdict.profile else None, verdict.reasons) == (proposed, reasons)
    assert verdict.official == (not reasons)


def test_a_printer_that_answers_nothing_is_said_to_do_so_within_seconds(tmp_path: Path) -> None:
    started = time.monotonic()
    with connected("deaf-80", tmp_path), pytest.raises(PrintFault) as caught, probing(tmp_path / "tty", 115_200):
        pass
    assert caught.value.fault is Fault.NO_ANSWER
    assert time.monotonic() - started < 15


def test_a_device_that_only_babbles_is_no_printer(tmp_path: Path) -> None:
    with connected("deaf-80", tmp_path) as (printer, _):
        printer.babble(b"\xfe\xff")
        with pytest.raises(PrintFault) as caught, probing(tmp_path / "tty", 115_200):
            pass
    assert caught.value.fault is Fault.NONSENSE


def test_the_speed_that_is_set_is_tried_first(tmp_path: Path) -> None:
    started = time.monotonic()
    with connected("common-9600", tmp_path), probing(tmp_path / "tty", 9_600) as probe:
        assert probe.baud == 9_600
        assert time.monotonic() - started < 3 * ANSWER_S, "another speed was tried before"


def test_the_line_of_a_booth_that_runs_is_not_taken(tmp_path: Path) -> None:
    with connected("epson-80", tmp_path):
        booth = SerialPrinter(tmp_path / "tty", PROFILES["epson-tm-80"])
        assert booth.status().ready
        with pytest.raises(PrintFault) as caught, probing(tmp_path / "tty", 115_200):
            pass
        assert caught.value.fault is Fault.IN_USE
        assert booth.status().ready
        booth.close()
        with probing(tmp_path / "tty", 115_200) as probe:
            assert probe.baud == 115_200


def test_without_paper_nothing_more_is_asked(tmp_path: Path) -> None:
    with connected("epson-80", tmp_path) as (printer, _):
        printer.load_roll(0)
        with probing(tmp_path / "tty", 115_200) as probe:
            found = probe.ask()
    assert found.status is not None
    assert found.status.fault is Fault.NO_PAPER
    assert (found.clears, found.maker) == (False, "")


def black_rows(image: Image.Image) -> list[bool]:
    """For each row of dots whether anything is printed on it."""
    step = -(-image.width // 8)
    data = image.tobytes("raw", "1;I")
    return [any(data[at : at + step]) for at in range(0, len(data), step)]


@pytest.mark.parametrize("name", ["epson-80", "epson-88", "epson-58", "plain-58", "common-80"])
def test_the_ruler_wraps_after_the_letter_of_the_width_and_no_letter_of_a_question_is_printed(
    name: str, tmp_path: Path
) -> None:
    with connected(name, tmp_path) as (_, pieces), probing(tmp_path / "tty", 115_200) as probe:
        probe.ask()
        probe.print_ruler()
        limit = time.monotonic() + 10
        while not pieces:
            assert time.monotonic() < limit
            time.sleep(0.01)
    (piece,) = pieces
    rows = black_rows(piece)
    lines = sum(black and not before for before, black in zip([False, *rows], rows, strict=False))
    columns = columns_of(name)
    wrapped = [RULER_LINE[at : at + columns] for at in range(0, len(RULER_LINE), columns)]
    assert lines == len(wrapped), "nothing but the ruler stands on the paper"
    assert RULER[[char for char in wrapped[0].decode() if char.isalpha()][-1]] == columns


def test_the_ruler_is_read_as_the_columns_of_its_last_letter() -> None:
    for letter, columns in RULER.items():
        assert RULER_LINE[columns - 1 : columns] == letter.encode()
    assert len(RULER_LINE) == max(RULER.values())
    # An Epson with 58 mm paper has 35 columns: its first line still ends with A as the last letter.
    assert [char for char in RULER_LINE[:35].decode() if char.isalpha()] == ["A"]


JUDGED = {
    "an Epson": (GOOD, "epson-tm-80", ()),
    "an Epson that does not report by itself": (replace(GOOD, status_back=False), "common-80", ()),
    "an Epson whose process id comes too early": (replace(GOOD, process_id=Answered.AT_ONCE), "common-80", ()),
    "an Epson of 42 columns": (replace(GOOD, columns=42), "epson-tm-88", ()),
    "another maker's with 42 columns": (replace(COMMON, columns=42), None, (Reason.COLUMNS,)),
    "another maker's with a process id alone": (
        replace(COMMON, process_id=Answered.IN_TURN, drained=Answered.NEVER), "plain-80", (Reason.UNFIT,)
    ),
    "another maker's with both": (replace(COMMON, process_id=Answered.IN_TURN), "common-80", ()),
    "one that keeps an interrupted print": (replace(GOOD, clears=False), "plain-80", (Reason.KEEPS,)),
    "one that does both too early": (
        replace(GOOD, process_id=Answered.AT_ONCE, drained=Answered.AT_ONCE), "plain-80", (Reason.HASTY,)
    ),
    "one that answers half of DLE EOT": (
        replace(GOOD, status=None, real_time=frozenset({1, 4})), None, (Reason.HALF,)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", JUDGED)
def test_judged(name: str) -> None:
    found, profile, reasons = JUDGED[name]
    verdict = judge(found)
    assert (verdict.profile.name if verdict.profile else None, verdict.reasons) == (profile, reasons)


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_refusal_says_why_and_what_to_do(reason: Reason, language: str) -> None:
    values = {"missing": "2, 3"} if reason is Reason.HALF else {}
    sentence = builtin(language)(f"printer-check.refused.{reason.value}", **values)
    assert sentence.count(".") >= 2


def test_when_a_confirmation_came_tells_whether_it_waited_for_the_paper() -> None:
    assert Answered.after(0.01, 0.25) is Answered.IN_TURN
    assert Answered.after(0.01, 0.03) is Answered.AT_ONCE
    assert Answered.after(0.2, 0.35) is Answered.AT_ONCE
    assert Answered.after(None, 0.25) is Answered.NEVER
    assert Answered.after(0.01, None) is Answered.NEVER


@pytest.mark.parametrize("speed_mm_s", [100, 250, 500])
def test_a_printer_that_waits_for_the_paper_is_known_at_every_speed(speed_mm_s: float, tmp_path: Path) -> None:
    with connected("common-80", tmp_path) as (printer, _), probing(tmp_path / "tty", BAUDS[0]) as probe:
        printer.speed_mm_s = speed_mm_s
        assert probe.ask().drained is Answered.IN_TURN


def test_what_a_busy_machine_adds_at_rest_does_not_hide_that_the_paper_was_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, late = Line.events, [ANSWER_S / 2]

    def once_late(line: Line, wait_s: float) -> list[Event]:
        heard = events(line, wait_s)
        if late and any(isinstance(event, Drained) for event in heard):
            time.sleep(late.pop())
        return heard

    with connected("common-80", tmp_path), probing(tmp_path / "tty", BAUDS[0]) as probe:
        monkeypatch.setattr(Line, "events", once_late)
        found = probe.ask()
    assert not late
    assert found.drained is Answered.IN_TURN


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_the_sample_comes_out_in_three_pieces_and_its_ruler_fills_the_line(profile: Profile, tmp_path: Path) -> None:
    model = replace(MODELS["epson-80"], width_dots=profile.width_dots)
    pieces: list[Image.Image] = []
    document = sample(profile, builtin("id"))
    with ModelPrinter(model, tmp_path / "tty", pieces.append) as printer:
        port = SerialPrinter(printer.path, profile)
        port.print(render(document, profile), timeout_s=5)
        wait_for(pieces, document)
        port.close()
    assert len(pieces) == 3
    assert len(ruler(profile)) == profile.width_dots // 12
