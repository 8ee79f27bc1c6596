"""What stands on the panel, measured in millimetres from the widgets and in contrast from the pixels."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from booth.comfort import Scheme
from booth.drawing import NEAR_END
from booth.screens.theme import SUN
from booth.stickstate import StickState
from booth.views import View
from booth.vitals import Concern
from config.words import builtin, languages
from printer.faults import Fault
from tests.screens.cases import VOTERS, WHOLE
from tests.screens.golden import LEFT, differing
from tests.screens.measured import laid_out_otherwise, wrong_targets, wrong_texts
from tests.screens.samples import samples

PANELS = WHOLE
Panel = tuple[str, dict[str, Any], Path]
"""Its name, what was told of each case, and the folder of the small pictures."""
LEAST_MM = 3.5
VOTER_MM = {"small": 3.5, "normal": 4.8, "large": 6.1, "huge": 6.1}
"""On 10 inches, whatever is said and however long the names are: where a step up has no room, all shrink alike."""
CONTRAST = {"calm": (10, 21), "black-on-white": (20, 21), "white-on-black": (20, 21), "soft": (4.5, 8)}
"""VVSG 2.0, 7.1-C and 7.1-D."""
pytestmark = pytest.mark.timeout(900)
"""All samples are drawn before the first test: a minute of one core on a machine that does nothing else."""
MOST_STROKES = 100
LEAST_GROWN = {PANELS[0]: {"normal": 20, "large": 20, "huge": 4}, PANELS[1]: {"normal": 18, "large": 5, "huge": 1}}
"""Of 22 voters' screens, how many have room for the step."""
SEEN_MM = 0.01
"""A sum of heights that differs by less is the same: it depends on the order in which they are added."""
SMALL_PANEL_MM = {True: 3.5, False: 2.0}
"""On 7 inches the full sizes do not hold for five long names, nor for the officers' tables: nothing is cut, and
voters' text keeps the smallest of the four sizes."""


@pytest.fixture(scope="module", params=PANELS)
def panel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """All samples, drawn on one panel."""
    folder = tmp_path_factory.mktemp("small")
    run = subprocess.run(
        [sys.executable, "-m", "tests.screens.stage", request.param, "look", str(folder)],
        check=False,
        capture_output=True,
        timeout=800,
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    return request.param, json.loads(run.stdout), folder


def test_no_picture_differs_from_the_golden_one(panel: Panel) -> None:
    found = list(differing(panel[0], panel[2]))
    assert not found, f"look at {LEFT}, and if it is as it shall be: make golden"


def test_every_view_has_a_sample() -> None:
    assert {type(sample.view) for sample in samples()} == set(get_args(View))


def test_every_view_is_drawn(panel: Panel) -> None:
    assert {told["view"] for told in panel[1].values()} == {view.__name__ for view in get_args(View)}
    assert {told["view"] for told in panel[1].values() if told["voter"]} == {view.__name__ for view in VOTERS}
    assert all(told["texts"] for told in panel[1].values())


def test_targets_are_large_and_apart(panel: Panel) -> None:
    assert wrong_targets(panel[0], panel[1]) == []


def test_texts_are_large_enough_and_whole(panel: Panel) -> None:
    if panel[0] == PANELS[0]:
        assert wrong_texts(panel[1], VOTER_MM, LEAST_MM) == []
    else:
        assert wrong_texts(panel[1], dict.fromkeys(VOTER_MM, SMALL_PANEL_MM[True]), SMALL_PANEL_MM[False]) == []


@pytest.mark.parametrize("scheme", Scheme)
def test_contrast_of_the_pixels(panel: Panel, scheme: Scheme) -> None:
    low, high = CONTRAST[scheme]
    told = {name: told["texts"] for name, told in panel[1].items() if told["scheme"] == scheme}
    assert told
    assert [
        f"{name}: {text['contrast']:.1f}: {text['text']}"
        for name, texts in told.items()
        for text in texts
        if not low <= text["contrast"] <= high
    ] == []


def test_each_step_makes_a_voters_text_larger(panel: Panel) -> None:
    """A step leaves nothing out, and on at least as many screens as are known to have the room for it, words grow.

    A number or title may give up height for the sentence that somebody wants to read.
    """
    steps = ["small", "normal", "large", "huge"]
    grown = Counter[str]()
    for name in (sample.name for sample in samples()):
        if f"{name}-large" not in panel[1]:
            continue
        heights = [_heights(panel[1][name if size == "normal" else f"{name}-{size}"]) for size in steps]
        for before, after, size in zip(heights, heights[1:], steps[1:], strict=False):
            assert after.keys() == before.keys() or name.startswith("print-trouble"), name
            grown[size] += sum(after.values()) > sum(before.values()) + SEEN_MM
    assert all(grown[size] >= LEAST_GROWN[panel[0]][size] for size in steps[1:]), grown


def _heights(told: dict[str, Any]) -> dict[str, float]:
    # A countdown may have gone on by a second.
    return {
        "seconds" if text["text"].isdecimal() else text["text"]: text["capital_mm"]
        for text in told["texts"]
        if text["voter"]
    }


def test_a_ballot_stands_on_the_day_as_it_was_practised(panel: Panel) -> None:
    assert laid_out_otherwise(panel[1]) == []


def test_rehearsal_stands_on_every_screen_of_one_and_on_no_other(panel: Panel) -> None:
    for name, told in panel[1].items():
        said = {text["text"] for text in told["texts"]}
        rehearsal = bool(said & {builtin(language)("screen.rehearsal") for language in languages()})
        assert rehearsal is not name.endswith("-official"), name


def on_yellow(told: dict[str, Any], said: str) -> bool:
    """Whether the one text that says so stands on yellow."""
    (ground,) = (text["ground"] for text in told["texts"] if text["text"] == said)
    return tuple(ground) == SUN


def status_on_yellow(told: dict[str, Any], key: str, **values: Any) -> bool:
    """The same of a cell of the status line, which has a short word where there is little room."""
    words = builtin("id")
    long, short = words(key, **values), values["clock"] + "?" if values else words(f"{key}.short")
    # What is well may say the same of several things.
    grounds = {tuple(text["ground"]) for text in told["texts"] if text["text"] in (long, short)}
    assert len(grounds) == 1, key
    return SUN in grounds


@pytest.mark.parametrize("state", StickState)
def test_a_stick_that_is_not_in_step_stands_on_yellow(panel: Panel, state: StickState) -> None:
    told = panel[1][f"waiting-stick-{state.value}"]
    bad = state not in {StickState.THERE, StickState.IN_STEP}
    assert status_on_yellow(told, f"status.stick.{state.value}") is bad


def test_a_doubtful_clock_is_told_and_stops_nobody(panel: Panel) -> None:
    told = panel[1]["open-checks-clock"]
    assert status_on_yellow(told, "status.clock.doubtful", clock="00:14")
    assert on_yellow(told, "Jam meragukan: catat di kertas")
    assert {field["name"] for field in told["fields"]} == {"cancel", "confirm"}
    assert {field["name"] for field in panel[1]["open-checks-bad"]["fields"]} == {"cancel"}
    said = {name: {text["text"] for text in panel[1][name]["texts"]} for name in ("open-checks", "open-checks-clock")}
    assert "Jam benar, lanjutkan" in said["open-checks"]
    assert "Jam benar, lanjutkan" not in said["open-checks-clock"]


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_is_told_with_its_next_step_wherever_it_stops_somebody(panel: Panel, fault: Fault) -> None:
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
def test_every_fault_has_a_picture_of_its_own(panel: Panel, kind: str) -> None:
    pictures = {fault: frozenset(panel[1][f"{kind}-{fault.name.lower()}"]["pictures"]) for fault in Fault}
    shared = frozenset.intersection(*pictures.values())
    own = {fault: seen - shared for fault, seen in pictures.items()}
    assert all(len(seen) == 1 for seen in own.values()), own
    assert len({*own.values()}) == len(Fault)


@pytest.mark.parametrize(("sample", "said"), [("near-end", NEAR_END[0]), ("fault", Fault.CUTTER.sentences()[0])])
def test_between_voters_the_printer_is_told_of_in_words(panel: Panel, sample: str, said: str) -> None:
    told = panel[1][f"waiting-{sample}"]
    assert on_yellow(told, said)
    assert [field["name"] for field in told["fields"]] == ["officer"], "it stops nobody"
    assert said not in {text["text"] for text in panel[1]["waiting"]["texts"]}


SAID = {
    Concern.WEAK: ({"Daya lemah", "lemah!"}, "Daya listrik lemah"),
    Concern.LOW: ({"Baterai 15 %", "15 %"}, "Baterai tinggal 15"),
    Concern.HOT: ({"Panas 80 °C", "80 °C!"}, "Bilik kepanasan"),
    Concern.BATTERY: ({"Baterai 65 %", "65 %"}, "Listrik padam"),
}


@pytest.mark.parametrize("concern", Concern)
def test_power_and_heat_are_told_on_the_status_line_and_in_a_sentence(panel: Panel, concern: Concern) -> None:
    told = panel[1][f"waiting-{concern.value}"]
    status, sentence = SAID[concern]
    yellow = [text["text"].replace("\N{NO-BREAK SPACE}", " ") for text in told["texts"] if tuple(text["ground"]) == SUN]
    assert len(status & set(yellow)) == 1
    assert len([text for text in yellow if text.startswith(sentence)]) == 1
    assert [field["name"] for field in told["fields"]] == ["officer"], "it stops nobody"


def test_what_nothing_tells_is_neither_good_nor_an_alarm(panel: Panel) -> None:
    texts = {text["text"]: tuple(text["ground"]) for text in panel[1]["waiting-untold"]["texts"]}
    power = {"Daya ?", "?"} & texts.keys()
    (degrees,) = {text for text in texts if text.startswith("?\N{NO-BREAK SPACE}")}
    assert power
    assert SUN not in {texts[said] for said in (*power, degrees)}


def test_power_and_heat_stop_no_opening(panel: Panel) -> None:
    for name in ("open-checks-strained", "open-checks-battery", "open-checks-untold"):
        assert [field["name"] for field in panel[1][name]["fields"]] == ["cancel", "confirm"], name
    assert on_yellow(panel[1]["open-checks-strained"], "Daya lemah: pakai adaptor bilik")


def test_the_present_step_of_the_day_differs_by_more_than_its_colour(panel: Panel) -> None:
    """Its name and number are light on dark and bold, where steps before it have a check in place of a number."""
    texts = {
        text["text"]: text for text in panel[1]["paused" if panel[0] == PANELS[1] else "sign-zero-report"]["texts"]
    }
    names = [name for name in ("Siap", "Buka", "Pungut", "Tutup", "Kemas") if name in texts]
    assert len(names) == 5
    dark = [name for name in names if sum(texts[name]["ground"]) < 3 * 128]
    assert dark == ["Pungut" if panel[0] == PANELS[1] else "Buka"]
    now = names.index(dark[0]) + 1
    assert {str(number) for number in range(1, 6)} & texts.keys() == {str(number) for number in range(now, 6)}


def test_packing_lists_what_is_left_with_a_picture_each(panel: Panel) -> None:
    told = panel[1]["closed"]
    words, said = builtin("id"), {text["text"] for text in told["texts"]}
    assert {words(f"pack.{item}") for item in ("tapes", "stick", "seal", "cards", "off")} <= said
    assert len(set(told["pictures"])) >= 5
    assert not {words(f"pack.{item}") for item in ("tapes", "stick")} & {
        text["text"] for text in panel[1]["closed-problem"]["texts"]
    }


def test_a_takeover_names_its_booth_and_ends_in_a_tape(panel: Panel) -> None:
    for name in ("takeover-ready", "takeover-ready-problem"):
        assert "Desa Sungai Rengit · TPS 3 · Bilik 1" in {text["text"] for text in panel[1][name]["texts"]}
    assert [field["name"] for field in panel[1]["takeover-paper-trouble"]["fields"]] == ["again"]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("blank", [True, False])
def test_candidates_are_equal(panel: Panel, count: int, blank: bool) -> None:
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
