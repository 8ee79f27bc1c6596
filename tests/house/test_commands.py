"""Commands that pages, screens and sentences tell people to run exist, with the options that they name."""

import re

import click
import pytest

from sync.district.__main__ import cli
from tests.house.tree import files, product_code, read

TOLD = re.compile(r"(?:bilik-district |[`'“])((?:cards|slips|trustee) [a-z]+)([^`'”“\n]*)")
"""After the program's name or a quotation mark: group, verb, and what stands behind them."""
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def commands() -> dict[str, click.Command]:
    """Every command with its whole name: ``cards issue``, ``verify``."""
    found: dict[str, click.Command] = {}
    for name, command in cli.commands.items():
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {verb}": below for verb, below in command.commands.items()}
    return found


def leaves() -> dict[str, click.Command]:
    """Every command that does something."""
    return {name: command for name, command in commands().items() if not isinstance(command, click.Group)}


def unknown(text: str) -> list[str]:
    """What a text tells people to run and does not exist."""
    known = commands()
    wrong = [
        f"{name} {option}".strip()
        for name, rest in TOLD.findall(text)
        for option in ("", *OPTION.findall(rest))
        if name not in known or (option and option not in {o for p in known[name].params for o in p.opts})
    ]
    return wrong + [name for name in re.findall(r"^bilik-district ([a-z]+)", text, re.MULTILINE) if name not in known]


def test_what_people_are_told_to_run_exists() -> None:
    pages = [path for suffix in (".md", ".po") for path in files(suffix)]
    assert len(pages) > 20
    assert [f"{path}: {what}" for path in (*pages, *product_code()) for what in unknown(read(path))] == []


def test_every_command_for_cards_is_explained_to_staff() -> None:
    page = read(next(path for path in files(".md") if path.name == "cards.md"))
    assert [name for name in commands() if name.startswith("cards ") and f"`{name}" not in page] == []


def test_every_command_for_slips_is_explained_to_who_counts() -> None:
    page = read(next(path for path in files(".md") if path.name == "mark.md"))
    verbs = [name for name in commands() if name.startswith("slips ")]
    assert verbs
    assert [name for name in verbs if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    "text", ["`cards melt`", "'cards issue --gold'", "bilik-district cards melt W", "“cards melt”"]
)
def test_the_reader_of_texts_sees(text: str) -> None:
    assert unknown(text)


@pytest.mark.parametrize("text", ["`cards issue --soft`", "'cards retire --lost 1A2B'", "cards are plastic", "`cards`"])
def test_the_reader_of_texts_lets_pass(text: str) -> None:
    assert unknown(text) == []


EVERYWHERE = ("--json", "--db", "--passphrase-file", "--pin-file", "--reader", "--codes", "--root")
"""Options that mean one thing in every command that has them."""
OF_ITS_OWN = {("restore", "--db")}
"""What says more where it stands: an empty one."""


def options() -> dict[str, dict[str, click.Option]]:
    """By the option's name, and the command's."""
    found: dict[str, dict[str, click.Option]] = {}
    for name, command in leaves().items():
        for param in command.params:
            if isinstance(param, click.Option):
                found.setdefault(param.opts[0], {})[name] = param
    return found


def test_every_command_answers_programs() -> None:
    assert sorted(options()["--json"]) == sorted(leaves())


def test_one_name_is_one_option() -> None:
    for name in EVERYWHERE:
        kinds = {
            (option.help, option.metavar, repr(option.type), option.is_flag)
            for command, option in options()[name].items()
            if (command, name) not in OF_ITS_OWN
        }
        assert len(kinds) == 1, (name, kinds)


def test_every_command_and_option_is_explained_in_both_languages() -> None:
    for name, command in leaves().items():
        assert " / " in (command.help or ""), name
        for param in command.params:
            assert not isinstance(param, click.Option) or " / " in (param.help or ""), f"{name} {param.opts}"


def test_the_page_of_commands_has_every_one() -> None:
    page = read(next(path for path in files(".md") if path.name == "commands.md"))
    assert [name for name in leaves() if f"| `{name}` |" not in page] == []
