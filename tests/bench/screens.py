"""How long until the panel shows a change of screen or a finger's press, beside the plainest screen of the same run."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median, quantiles

PANELS = ("1280x800@5.9", "800x480@5.2")
PLAINEST = "notice-voided"
"""An icon, two sentences and a button."""
CHANGE_MS, PRESS_MS = 250, 100
"""What is promised: of 95 changes in 100, and of 99 presses in 100."""
MINUTES = 10


def run() -> Iterator[str]:
    """Medians and percentiles in ms, as a factor over the plainest screen, and what is promised."""
    for panel in PANELS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.drawn", panel],
            check=True,
            capture_output=True,
            timeout=60 * MINUTES,
            env=os.environ | {"LP_NUM_THREADS": "1"},
        )
        told = json.loads(done.stdout)
        changes: dict[str, float] = told["changes_ms"]
        floor, slowest = changes[PLAINEST], max(changes, key=lambda name: changes[name])
        name = f"screen {panel}:"
        yield f"{name} floor: the plainest one {floor:26.1f} ms"
        middle = median(changes.values())
        yield f"{name} median of {len(changes):<4} {middle:35.1f} ms   {middle / floor:4.1f} x floor"
        yield _promised(f"{name} change, 95th percentile", _percentile(list(changes.values()), 95), floor, CHANGE_MS)
        yield f"{name} slowest: {slowest:<28} {changes[slowest]:9.1f} ms   {changes[slowest] / floor:4.1f} x floor"
        yield _promised(
            f"{name} press, 99th of {len(told['presses_ms'])}", _percentile(told["presses_ms"], 99), floor, PRESS_MS
        )


def _percentile(values: list[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _promised(name: str, took_ms: float, floor_ms: float, most_ms: float) -> str:
    kept = "" if took_ms <= most_ms else ": NOT KEPT"
    return f"{name:<54} {took_ms:7.1f} ms   {took_ms / floor_ms:4.1f} x floor   promised {most_ms} ms{kept}"
