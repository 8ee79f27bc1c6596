"""Every word that a screen may ask for is there, in both languages, with the same placeholders."""

import ast
import re
from pathlib import Path
from typing import TypeVar

import pytest

import booth.screens
from booth.asking import NoPin
from booth.events import Button
from booth.stickstate import StickState
from booth.views import Notice, Working
from booth.vitals import Concern, Supply
from config.words import LANGUAGES, builtin, placeholders
from printer.faults import Fault
from sync.equations import Name
from tests.screens.samples import CARDS, CHECKS, samples

V = TypeVar("V")
FOLDER = Path(booth.screens.__file__).parent
HEADS = {"screen", "button", "status", "ask", "notice", "check", "working", "count", "fault", "language", "vitals"}


def written_keys() -> set[str]:
    """The keys that stand in the code as they are."""
    found = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if re.fullmatch(r"[a-z]+(\.[a-z-]+)+", text) and text.split(".")[0] in HEADS:
                found.add(text)
    return found


def sampled(kind: type[V]) -> list[V]:
    return [sample.view for sample in samples() if isinstance(sample.view, kind)]


def asked_keys() -> set[str]:
    """The keys that are put together from a value."""
    keys = {key for fault in Fault for key in (fault.title, fault.next)}
    keys |= {f"ask.{what}.{part}" for what in CARDS for part in ("title", "text")}
    keys |= {f"check.{check.name}.{state}" for check in CHECKS for state in ("ok", "bad")} | {"check.proving.bad"}
    keys -= {"check.power.bad"}  # what is wrong with it has a name of its own
    keys |= {"check.power-weak.bad", "check.power-battery.bad", "check.panel.bad"}
    keys |= {f"vitals.{concern.value}" for concern in Concern}
    keys |= {f"status.power.{supply.value}" for supply in Supply if supply is not Supply.LOW}
    keys |= {f"screen.pin.{why.value}.{part}" for why in NoPin for part in ("title", "text")}
    keys |= {f"status.stick.{state.value}" for state in StickState}
    keys |= {f"working.{view.what}" for view in sampled(Working)} | {
        f"notice.{view.what}.{part}" for view in sampled(Notice) for part in ("title", "text")
    }
    keys |= {f"equation.{name.value}" for name in Name}
    bare = {Button.CONFIRM, Button.AGAIN}  # these always say what they confirm or do again
    return keys | {f"button.{button.value}" for button in Button if button not in bare}


def catalogue(language: str) -> dict[str, str]:
    return {key: text for key, text in builtin(language)._catalogue._catalog.items() if key}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_words(language: str) -> None:
    known = catalogue(language)
    prefixes = {key for key in written_keys() if any(other.startswith(f"{key}.") for other in known)}
    assert not {key for key in written_keys() - prefixes | asked_keys() if key not in known}


def test_languages_agree_on_placeholders() -> None:
    first, second = (catalogue(language) for language in LANGUAGES[:2])
    assert first.keys() == second.keys()
    assert {key for key in first if placeholders(first[key]) != placeholders(second[key])} == set()


def test_no_key_is_left_over() -> None:
    """Words of screens that no screen asks for are deleted."""
    source = "".join(path.read_text() for path in FOLDER.glob("*.py"))
    heads = {"vitals", "count", "working", "notice", "check", "ask", "status", "fault", "equation"}
    left = {
        key
        for key in catalogue("id")
        if key.split(".")[0] in HEADS - heads and key not in source and key not in asked_keys()
    }
    assembled = tuple(f"{start}." for start in re.findall(r'"([a-z-]+(?:\.[a-z-]+)+)"', source))
    assert not {key for key in left if not key.startswith(assembled) and key.rpartition(".")[0] + ".{" not in source}
