"""What is too small, too close or cut, of what ``stage`` measured on a panel: one sentence each."""

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import Any

from tests.screens.samples import NAMES

Told = Mapping[str, Mapping[str, Any]]
"""Of each case its targets and texts."""
TARGET_MM, GAP_MM = 12.7, 2.54
NEAR_MM = 0.01
LINE_DOTS = 4


def density_of(panel: str) -> float:
    """Dots per millimetre."""
    return float(panel.partition("@")[2])


def wrong_targets(panel: str, told: Told) -> list[str]:
    """Targets that are too small, and pairs that are too close."""
    density, found = density_of(panel), []
    for name, case in told.items():
        for field in case["fields"]:
            side = min(field["right"] - field["x"], field["top"] - field["y"]) / density
            if side < TARGET_MM - NEAR_MM:
                found.append(f"{name}: {field['name']} is {side:.1f} mm")
        for one, other in combinations(case["fields"], 2):
            gap = max(
                one["x"] - other["right"], other["x"] - one["right"], one["y"] - other["top"], other["y"] - one["top"]
            )
            if gap / density < GAP_MM - NEAR_MM:
                found.append(f"{name}: {one['name']} and {other['name']} are {gap / density:.2f} mm apart")
    return found


def wrong_texts(told: Told, voter_mm: Mapping[str, float], officer_mm: float) -> list[str]:
    """Texts that are cut, or whose capitals are smaller than said: for voters by their size of text, for officers."""
    found = []
    for name, case in told.items():
        for text in case["texts"]:
            least = voter_mm[case["size"]] if text["voter"] else officer_mm
            if text["capital_mm"] < least - NEAR_MM:
                found.append(f"{name}: {text['capital_mm']:.2f} mm: {text['text']}")
            if not (text["inside"] and text["on_panel"]):
                found.append(f"{name}: leaves its room: {text['text']}")
    return found


def laid_out_otherwise(told: Told) -> list[str]:
    """Ballots that do not stand on the day as they were practised: rows, columns, size of names."""
    found = []
    for count in (2, 3, 4, 5):
        rehearsed, official = told[f"choosing-{count}-True"], told[f"choosing-{count}-official"]
        if _arrangement(rehearsed) != _arrangement(official):
            found.append(f"{count}: {_arrangement(rehearsed)} and on the day {_arrangement(official)}")
    return found


def _arrangement(case: Mapping[str, Any]) -> tuple[int, int, list[float]]:
    """Columns, rows, and how large the candidates' names are."""
    choices = [field for field in case["fields"] if field["name"].startswith("choice-")]
    sizes = sorted(round(text["capital_mm"], 2) for text in case["texts"] if text["text"] in NAMES)
    return _lines(choices, "x"), _lines(choices, "y"), sizes


def _lines(fields: list[Mapping[str, Any]], side: str) -> int:
    """How many lines they stand in; a dot more or less is none of its own."""
    places = sorted(field[side] for field in fields)
    return 1 + sum(after - before > LINE_DOTS for before, after in pairwise(places))
