"""What stands on the panel, measured in millimetres from the widgets and in contrast from the pixels."""

import json
import subprocess
import sys
from itertools import combinations
from typing import Any, get_args

import pytest

from booth.drawing import NEAR_END
from booth.screens.theme import SUN
from booth.stickstate import StickState
from booth.views import View
from config.words import builtin, languages
from printer.faults import Fault
from tests.screens.samples import samples

TARGET_MM, GAP_MM, VOTER_MM, LEAST_MM, CONTRAST = 12.7, 2.54, 4.8, 3.5, 10.0
pytestmark = pytest.mark.timeout(900)
"""All samples are drawn before the first test: a minute of one core on a machine that does nothing else."""
PANELS = ("1280x800@5.9", "800x480@5.2")
MOST_STROKES = 100
SMALL_PANEL_MM = {True: 3.5, False: 2.0}
"""On 7 inches the full sizes do not hold for five long names, nor for the officers' tables: nothing is cut, and
voters' text keeps the smallest of the four sizes."""


@pytest.fixture(scope="module", params=PANELS)
def panel(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """All samples, drawn on one panel."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.screens.stage", request.param, "look"],
        check=False,
        capture_output=True,
        timeout=800,
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    return request.param, json.loads(run.stdout)


def test_every_view_has_a_sample() -> None:
    assert {type(sample.view) for sample in samples()} == set(get_args(View))


def test_every_view_is_drawn(panel: tuple[str, dict[str, Any]]) -> None:
    assert {told["view"] for told in panel[1].values()} == {view.__name__ for view in get_args(View)}
    assert all(told["texts"] for told in panel[1].values())


def test_targets_are_large_and_apart(panel: tuple[str, dict[str, Any]]) -> None:
    density = float(panel[0].partition("@")[2])
    found = []
    for name, told in panel[1].items():
        for field in told["fields"]:
            side = min(field["right"] - field["x"], field["top"] - field["y"]) / density
            if side < TARGET_MM - 0.01:
                found.append(f"{name}: {field['name']} is {side:.1f} mm")
        for one, other in combinations(told["fields"], 2):
            gap = max(
                one["x"] - other["right"], other["x"] - one["right"], one["y"] - other["top"], other["y"] - one["top"]
            )
            if gap / density < GAP_MM - 0.01:
                found.append(f"{name}: {one['name']} and {other['name']} are {gap / density:.2f} mm apart")
    assert not found


def test_texts_are_large_enough_and_whole(panel: tuple[str, dict[str, Any]]) -> None:
    found = []
    for name, told in panel[1].items():
        for text in told["texts"]:
            full = VOTER_MM if text["voter"] else LEAST_MM
            least = full if panel[0] == PANELS[0] else SMALL_PANEL_MM[text["voter"]]
            if text["capital_mm"] < least - 0.01:
                found.append(f"{name}: {text['capital_mm']:.2f} mm: {text['text']}")
            if not (text["inside"] and text["on_panel"]):
                found.append(f"{name}: leaves its room: {text['text']}")
    assert not found


def test_contrast_of_the_pixels(panel: tuple[str, dict[str, Any]]) -> None:
    found = [
        f"{name}: {text['contrast']:.1f}: {text['text']}"
        for name, told in panel[1].items()
        for text in told["texts"]
        if text["contrast"] < CONTRAST
    ]
    assert not found


def test_rehearsal_stands_on_every_screen(panel: tuple[str, dict[str, Any]]) -> None:
    for name, told in panel[1].items():
        said = {text["text"] for text in told["texts"]}
        assert said & {builtin(language)("screen.rehearsal") for language in languages()}, name


def on_yellow(told: dict[str, Any], said: str) -> bool:
    """Whether the one text that says so stands on yellow."""
    (ground,) = (text["ground"] for text in told["texts"] if text["text"] == said)
    return tuple(ground) == SUN


@pytest.mark.parametrize("state", StickState)
def test_a_stick_that_is_not_in_step_stands_on_yellow(panel: tuple[str, dict[str, Any]], state: StickState) -> None:
    told = panel[1][f"waiting-stick-{state.value}"]
    bad = state not in {StickState.THERE, StickState.IN_STEP}
    assert on_yellow(told, builtin("id")(f"status.stick.{state.value}")) is bad


def test_a_doubtful_clock_is_told_and_stops_nobody(panel: tuple[str, dict[str, Any]]) -> None:
    told = panel[1]["open-checks-clock"]
    assert on_yellow(told, "Jam 00:14?")
    assert on_yellow(told, "Jam meragukan: catat di kertas")
    assert {field["name"] for field in told["fields"]} == {"cancel", "confirm"}
    assert {field["name"] for field in panel[1]["open-checks-bad"]["fields"]} == {"cancel"}
    said = {name: {text["text"] for text in panel[1][name]["texts"]} for name in ("open-checks", "open-checks-clock")}
    assert "Jam benar, lanjutkan" in said["open-checks"]
    assert "Jam benar, lanjutkan" not in said["open-checks-clock"]


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_is_told_with_its_next_step_wherever_it_stops_somebody(
    panel: tuple[str, dict[str, Any]], fault: Fault
) -> None:
    """The table of ``printer/faults.py``, read from the panels of voter and officer."""
    name = fault.name.lower()
    # Officers read Indonesian first, whatever language a voter chose.
    for sample, language in (
        (f"print-trouble-{name}", "id"),
        (f"print-trouble-{name}-en", "en"),
        (f"print-trouble-{name}-jv", "jv"),
        (f"print-trouble-{name}-su", "su"),
        (f"paper-trouble-{name}", "id"),
    ):
        words = builtin(language)
        assert {words(fault.title), words(fault.next)} <= {text["text"] for text in panel[1][sample]["texts"]}, sample


@pytest.mark.parametrize("kind", ["print-trouble", "paper-trouble"])
def test_every_fault_has_a_picture_of_its_own(panel: tuple[str, dict[str, Any]], kind: str) -> None:
    pictures = {fault: frozenset(panel[1][f"{kind}-{fault.name.lower()}"]["pictures"]) for fault in Fault}
    shared = frozenset.intersection(*pictures.values())
    own = {fault: seen - shared for fault, seen in pictures.items()}
    assert all(len(seen) == 1 for seen in own.values()), own
    assert len({*own.values()}) == len(Fault)


@pytest.mark.parametrize(("sample", "said"), [("near-end", NEAR_END[0]), ("fault", Fault.CUTTER.sentences()[0])])
def test_between_voters_the_printer_is_told_of_in_words(
    panel: tuple[str, dict[str, Any]], sample: str, said: str
) -> None:
    told = panel[1][f"waiting-{sample}"]
    assert on_yellow(told, said)
    assert [field["name"] for field in told["fields"]] == ["officer"], "it stops nobody"
    assert said not in {text["text"] for text in panel[1]["waiting"]["texts"]}


def test_a_takeover_names_its_booth_and_ends_in_a_tape(panel: tuple[str, dict[str, Any]]) -> None:
    for name in ("takeover-ready", "takeover-ready-problem"):
        assert "Desa Sungai Rengit · TPS 3 · Bilik 1" in {text["text"] for text in panel[1][name]["texts"]}
    assert [field["name"] for field in panel[1]["takeover-paper-trouble"]["fields"]] == ["again"]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("blank", [True, False])
def test_candidates_are_equal(panel: tuple[str, dict[str, Any]], count: int, blank: bool) -> None:
    told = panel[1][f"choosing-{count}-{blank}"]
    fields = [field for field in told["fields"] if field["name"].startswith("choice-")]
    order = [f"choice-{number}" for number in (*range(1, count + 1), *((0,) if blank else ()))]
    assert [field["name"] for field in fields] == order
    sizes = {(round(f["right"] - f["x"]), round(f["top"] - f["y"])) for f in fields}
    assert len(sizes) == 1
    names = {"Siti Aminah", "H. Muhammad Syafruddin", "Blank vote", "Suara kosong"}
    assert len({text["capital_mm"] for text in told["texts"] if text["text"] in names}) == 1


@pytest.fixture(scope="module")
def memory() -> dict[str, Any]:
    """All samples drawn three times over in one process, and what it held after each round."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.screens.stage", PANELS[0], "memory"],
        check=False,
        capture_output=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def test_a_screen_is_drawn_with_few_strokes(memory: dict[str, Any]) -> None:
    """A renderer in software keeps some 100 KB for each; 64 stripes once took more than all the rest of the booth."""
    assert set(memory["drawn"]) == {sample.name for sample in samples()}
    assert {name: count for name, count in memory["drawn"].items() if count > MOST_STROKES} == {}


def test_drawing_all_day_takes_no_more_memory(memory: dict[str, Any]) -> None:
    first, *_, last = memory["held_kib"]
    assert last <= first * 1.05, memory["held_kib"]
