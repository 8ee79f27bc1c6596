"""The two parts of docs/reliability.md that the model writes: its size, and what each dishonest act comes to."""

import re
from collections.abc import Iterable
from pathlib import Path

from tests.model.acts import CARELESS, DISHONEST, Act
from tests.model.scopes import SCOPES, explored
from tests.model.shown import row

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


def sizes() -> str:
    """How much was explored."""
    lines = ["| explored to its end | states | transitions | ends of the day |", "| --- | --: | --: | --: |"]
    totals = [0, 0, 0]
    for scope in SCOPES:
        found = explored(scope)
        numbers = (found.states, found.transitions, len(found.closings))
        totals = [total + number for total, number in zip(totals, numbers, strict=True)]
        lines.append(f"| {scope} | {' | '.join(f'{number:,}' for number in numbers)} |")
    lines.append(f"| together | {' | '.join(f'{number:,}' for number in totals)} |")
    return "\n".join(lines)


def acts() -> str:
    """What an officer can do, and what shows it."""
    return _table("an officer …", DISHONEST)


def carelessness() -> str:
    """What people can do without meaning it."""
    return _table("carelessly …", CARELESS)


def _table(head: str, them: Iterable[Act]) -> str:
    lines = [
        f"| {head} | what is wrong then | shown by | and when the list is made to fit |",
        "| --- | --- | --- | --- |",
    ]
    for act in them:
        honest, fitted = row(act)
        lines.append(f"| {act.name} | {', '.join(honest.wrong)} | {honest.by} | {fitted.by} |")
    return "\n".join(lines)


PARTS = {"sizes": sizes, "acts": acts, "carelessness": carelessness}


def written(part: str) -> str:
    """What stands on the page now."""
    found = re.search(_between(part), PAGE.read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise LookupError(f"docs/reliability.md has no part {part!r}")
    return found[2].strip("\n")


def renew() -> None:
    """Writes every part anew."""
    page = PAGE.read_text(encoding="utf-8")
    for part, make in PARTS.items():
        text = make()
        page = re.sub(_between(part), lambda found, text=text: f"{found[1]}{text}\n{found[3]}", page, flags=re.DOTALL)
    PAGE.write_text(page, encoding="utf-8")


def _between(part: str) -> str:
    return rf"(<!-- model: {part} -->\n)(.*?)(<!-- /model -->)"
