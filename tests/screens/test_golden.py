"""Golden pictures of the other panels, and whether what compares them sees what a person would."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from booth.screens.theme import INK, PAPER, SUN
from tests.screens.cases import PANELS, WHOLE
from tests.screens.golden import HOME, LEFT, MOST_DOTS, differing, dots_apart, draw, keep, repainted, small
from tests.screens.measured import Told, density_of, laid_out_otherwise, wrong_targets, wrong_texts

pytestmark = pytest.mark.timeout(900)
WIDTH, HEIGHT = 1280, 800


OTHERS = [panel for panel in PANELS if panel not in WHOLE]
LEAST_MM = {"10 inches": (4.6, 2.0), "7 inches": (3.5, 1.6)}
"""Capitals of voters' and of officers' words. The status line and tables are the small ones; of the voters' one, an
officers' sentence about a refused card, is below 4.8 on 10 inches."""


@pytest.fixture(scope="module", params=OTHERS)
def panel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Told, Path]:
    """Every default screen, drawn on one panel."""
    folder = tmp_path_factory.mktemp("small")
    return request.param, draw(request.param, folder), folder


def test_no_picture_differs_from_the_golden_one(panel: tuple[str, Told, Path]) -> None:
    found = list(differing(panel[0], panel[2]))
    assert not found, f"look at {LEFT}, and if it is as it shall be: make golden"


def test_targets_are_large_and_apart(panel: tuple[str, Told, Path]) -> None:
    assert len(panel[1]) > 100
    assert wrong_targets(panel[0], panel[1]) == []


def test_texts_are_large_enough_and_whole(panel: tuple[str, Told, Path]) -> None:
    sides = (int(side) / density_of(panel[0]) for side in panel[0].partition("@")[0].split("x"))
    voter_mm, officer_mm = LEAST_MM["10 inches" if min(sides) > 110 else "7 inches"]
    assert wrong_texts(panel[1], {"normal": voter_mm}, officer_mm) == []


def test_a_ballot_stands_on_the_day_as_it_was_practised(panel: tuple[str, Told, Path]) -> None:
    assert laid_out_otherwise(panel[1]) == []


def test_golden_pictures_are_of_these_panels_only() -> None:
    assert {folder.name for folder in HOME.iterdir()} == set(PANELS)


def drawn() -> Image.Image:
    """A panel with the outline of a button, a word of strokes as thin as letters, and a panel that warns."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    picture.paste(INK, (100, 100, 500, 103))
    picture.paste(INK, (100, 300, 500, 303))
    picture.paste(INK, (100, 100, 103, 303))
    picture.paste(INK, (497, 100, 500, 303))
    for x in range(600, 700, 12):
        picture.paste(INK, (x, 400, x + 5, 428))
    picture.paste(SUN, (0, 700, 300, 760))
    return picture


def without(box: tuple[int, int, int, int]) -> Image.Image:
    picture = drawn()
    picture.paste(PAPER, box)
    return picture


def another_yellow() -> Image.Image:
    picture = drawn()
    picture.paste((255, 255, 165), (0, 700, 300, 760))
    return picture


CHANGED = {
    "moved by two dots": lambda: ImageChops.offset(drawn(), 2, 0),
    "a lost word": lambda: without((600, 400, 700, 430)),
    "a lost letter": lambda: without((600, 400, 612, 430)),
    "a lost line": lambda: without((100, 300, 500, 303)),
    "another colour": another_yellow,
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_a_person_would_see_is_seen(what: str) -> None:
    assert dots_apart(small(CHANGED[what]()), small(drawn())) > MOST_DOTS


@pytest.mark.parametrize(("off", "seen"), [(4, False), (20, True)])
def test_another_shade_of_a_surface_is_seen(off: int, seen: bool) -> None:
    """However little of a shade: no dot of it would be far from what it was."""
    kept = []
    for colour in (SUN, (SUN[0], SUN[1] - off, SUN[2])):
        picture = drawn()
        picture.paste(colour, (0, 600, WIDTH, HEIGHT))
        kept.append(small(picture))
    before, now = kept
    assert dots_apart(now, before) <= MOST_DOTS
    assert repainted(now, before) is seen


def test_edges_that_are_smoothed_a_little_otherwise_are_not() -> None:
    softer = Image.blend(drawn(), ImageChops.offset(drawn(), 1, 0), 0.25)
    assert dots_apart(small(softer), small(drawn())) <= MOST_DOTS
    assert not repainted(small(softer), small(drawn()))


def test_another_size_is_another_picture() -> None:
    assert dots_apart(small(drawn()), small(drawn().resize((800, 480)))) > MOST_DOTS


def test_what_differs_is_left_to_look_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.screens.golden.HOME", tmp_path / "kept")
    monkeypatch.setattr("tests.screens.golden.LEFT", tmp_path / "left")
    for folder, picture in (("kept", drawn()), ("now", CHANGED["moved by two dots"]())):
        (tmp_path / folder / "panel").mkdir(parents=True)
        keep(picture, tmp_path / folder / "panel", "paused")
    keep(drawn(), tmp_path / "kept" / "panel", "closed")
    found = list(differing("panel", tmp_path / "now" / "panel"))
    assert found[0] == "closed.webp: not drawn any more"
    assert found[1].startswith("paused.webp: ")
    assert (tmp_path / "left" / "panel" / "paused.png").exists()
