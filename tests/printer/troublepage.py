"""The tables of ``docs/paper-troubles.md`` from what the program and its tests hold.

``python -m tests.printer.troublepage`` writes them anew.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from config.words import builtin
from printer.faults import Fault
from tests.printer.test_fault_table import TROUBLES, Trouble

PAGE = Path(__file__).parents[2] / "docs" / "paper-troubles.md"


def faults() -> Iterator[str]:
    """What the officer is told."""
    indonesian, english = builtin("id"), builtin("en")
    yield "| fault | what is wrong | what to do next | picture at the printer |"
    yield "| --- | --- | --- | --- |"
    for fault in Fault:
        wrong, then = (f"{indonesian(key)} (*{english(key)}*)" for key in (fault.title, fault.next))
        yield f"| `{fault.name}` | {wrong} | {then} | {fault.picture.value} |"


def moments() -> Iterator[str]:
    """What the tests do and expect."""
    yield "| what happens | when | a print is | meanwhile the printer is seen as | on paper until then |"
    yield "| --- | --- | --- | --- | --- |"
    for name, trouble in TROUBLES.items():
        seen = _names(trouble.seen, none="well") + (", near its end" if trouble.near_end else "")
        yield f"| {name} | {trouble.when.value} | {_told(trouble)} | {seen} | {trouble.out.value} |"


def _told(trouble: Trouble) -> str:
    return "claimed" if trouble.told == {None} else f"not claimed: {_names(trouble.told, none='')}"


def _names(faults: frozenset[Fault | None], none: str) -> str:
    known = [none] if None in faults else []
    return " or ".join(known + [f"`{fault.name}`" for fault in Fault if fault in faults])


TABLES = {"faults": faults, "moments": moments}


def renewed(page: str) -> str:
    """The page with its tables as they must be."""
    for name, rows in TABLES.items():
        table = "\n".join(rows())
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        page, count = re.subn(f"{start}.*?{end}", lambda _: f"{start}\n{table}\n{end}", page, flags=re.DOTALL)  # noqa: B023
        if count != 1:
            raise ValueError(f"one place for the table {name}, found {count}")
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
