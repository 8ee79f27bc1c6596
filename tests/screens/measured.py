"""What is too small, too close or cut, of what ``stage`` measured on a panel: one sentence each."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

Told = Mapping[str, Mapping[str, Any]]
"""Of each case its targets and texts."""
TARGET_MM, GAP_MM = 12.7, 2.54
NEAR_MM = 0.01


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
