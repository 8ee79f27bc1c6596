"""Whatever is taken when a package is made stands whole on every panel, no smaller than its least size."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests import named

pytestmark = pytest.mark.timeout(600)
VOTER_MM = {
    "800x480@5.2": 3.5,
    "1024x600@5.2": 4.8,
    "1280x800@5.9": 4.8,
    "1920x1080@8.9": 4.8,
    "600x1024@5.2": 4.8,
    "800x1280@5.9": 4.8,
}
"""The least capital of a candidate's name on each panel; on 7 inches the smallest of the four sizes."""
ABOUT = ("Paket ", "Program ", "Citra ")
"""Hashes and version, small: what the booth runs, and no words of an election, though letters are alike."""
PLACE_MM = 2.5
"""Of places, titles and holders on officers' screens, on 7 inches; elsewhere 3.5 holds for the heading."""


@dataclass
class Panel:
    """A process that draws; it stays for all examples."""

    size: str
    process: subprocess.Popen[str]

    def drawn(self, **told: Any) -> list[dict[str, Any]]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(told), file=self.process.stdin, flush=True)
        found: list[dict[str, Any]] = json.loads(self.process.stdout.readline())
        return found


@pytest.fixture(scope="module", params=VOTER_MM)
def panel(request: pytest.FixtureRequest) -> Iterator[Panel]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.screens.whole", request.param, "whole"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield Panel(request.param, process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


@settings(
    max_examples=5,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each example is seconds of drawing: none to make it smaller
    deadline=None,
    suppress_health_check=[
        HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.function_scoped_fixture,
    ],
)  # fmt: skip
@given(
    names=st.lists(named.names(), min_size=2, max_size=5, unique_by=str.casefold),
    village=named.places(),
    election=named.titles(),
    holder=named.texts(32, 60),
)
@example(
    names=["ꦤꦥꦿ", "MUHAMMAD SYAFRUDDIN", "rRŴ"],
    village="Tjrfgpzre Uqopkfaks Nslqwtwiwwwg Qiz F S",
    election="Impucjoerzlimhwbnhqwbzmvq Gybfeprtotpwvsjjqpiewep Df Eg Eufw",
    holder="Q Qz Wkhglsdnwky",
)
def test_whatever_is_taken_is_drawn_whole(
    panel: Panel, names: list[str], village: str, election: str, holder: str
) -> None:
    stand(panel, names, village, election, holder)


def test_the_widest_and_the_highest_are_drawn_whole(panel: Panel) -> None:
    assert all(named.taken(name) for name in named.EDGES)
    for count in (2, 3, 4, 5):
        stand(panel, list(named.EDGES[1 : count + 1]), "K" * 32, "M" * 25 + " " + "W" * 25, "W" * 32 + " " + "W" * 27)


def stand(panel: Panel, names: list[str], village: str, election: str, holder: str) -> None:
    place = f"Desa {village} · TPS 999 · Bilik 99"
    told = panel.drawn(names=names, place=place, election=election, holder=holder)
    cut = [f"{text['screen']}: {text['text']}" for text in told if not text["inside"]]
    assert not cut
    for screen in ("choosing", "confirming"):
        said = {text["text"]: text["capital_mm"] for text in told if text["screen"] == screen}
        seen = {name: said[name] for name in names if name in said}
        assert len(seen) == (len(names) if screen == "choosing" else 1)
        assert min(seen.values()) >= VOTER_MM[panel.size] - 0.01, (screen, seen)
    small = [
        (text["screen"], text["text"], round(text["capital_mm"], 1))
        for text in told
        if any(part in text["text"] for part in (village, election, holder))
        and not text["text"].startswith(ABOUT)
        and text["capital_mm"] < PLACE_MM
    ]
    assert not small
