"""How long a change of screen takes to be laid out and drawn, beside the plainest screen of the same run."""

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

PANEL = "1280x800@5.9"
PLAINEST = "not-provisioned-en"
"""Two sentences; its second showing, when fonts are loaded."""


def run() -> Iterator[str]:
    """The median and the slowest screen, in ms and as a factor over the plainest."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.screens.stage", PANEL, "look"], check=True, capture_output=True, timeout=200
    )
    took = {name: told["took_s"] * 1000 for name, told in json.loads(done.stdout).items()}
    floor, slowest = took[PLAINEST], max(took, key=lambda name: took[name])
    yield f"screen floor: the plainest one                {floor:8.2f} ms"
    middle = median(took.values())
    yield f"screen median of {len(took):<28} {middle:8.2f} ms   {middle / floor:5.1f} x floor"
    yield f"screen slowest: {slowest:<29} {took[slowest]:8.2f} ms   {took[slowest] / floor:5.1f} x floor"
