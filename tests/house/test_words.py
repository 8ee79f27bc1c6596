"""The catalogues say the same things in both languages, and everything that the code asks for."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.house.tree import ROOT, files, product_code, read

WORDS = Path("config/words")
LANGUAGES = sorted({path.parent.name for path in files(".po")})
KEY = re.compile(r"[a-z][\w-]*(\.[\w-]+)+")
NAMES = sorted({path.name for path in files(".po")})
WHOLE = ("id", "en")
AUDIO = "audio.po"
"""What is heard and not read; only its template has a name without a dot."""
VOTERS = {"voter.po", "faults.po", AUDIO}
"""What every other language has, and no more."""
TEMPLATE = "candidate"


def messages(path: Path) -> list[Message]:
    with (ROOT / path).open("rb") as source:
        return [message for message in read_po(source, abort_invalid=True) if message.id]


def catalogue(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in files(".po"):
        if path.parent.name == language:
            for message in messages(path):
                assert message.id not in found, f"{path}: {message.id} stands twice in '{language}'"
                found[str(message.id)] = str(message.string)
    return found


def placeholders(text: str) -> set[str]:
    """Named placeholders; a bare or numbered one is a mistake, because word order differs by language."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    assert all(name.isidentifier() for name in names), f"placeholders need names: {text!r}"
    return names


def test_both_languages_are_there() -> None:
    assert set(WHOLE) <= set(LANGUAGES)
    assert all(path.parent.parent == WORDS for path in files(".po"))
    for language in set(LANGUAGES) - set(WHOLE):
        assert {path.name for path in files(".po") if path.parent.name == language} == VOTERS


@pytest.mark.parametrize("name", NAMES)
def test_every_key_of_one_language_is_in_the_other(name: str) -> None:
    having = LANGUAGES if name in VOTERS else WHOLE
    keys = {language: {message.id for message in messages(WORDS / language / name)} for language in having}
    for language in having:
        assert keys[language] == keys["id"], f"{language}/{name} differs from id/{name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_finished(language: str) -> None:
    for path in files(".po"):
        if path.parent.name == language:
            for message in messages(path):
                where = f"{path}:{message.lineno} {message.id}"
                dotted = KEY.fullmatch(message.id) or (path.name, message.id) == (AUDIO, TEMPLATE)
                assert dotted, f"{where}: keys are words with dots"
                assert isinstance(message.string, str), f"{where}: plurals are not used"
                assert message.string.strip(), f"{where} has no words"
                assert message.fuzzy is (language not in WHOLE), f"{where}: whole languages only are no drafts"
                assert message.string != message.id, f"{where} says its own key"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "id"])
def test_placeholders_are_the_same(language: str) -> None:
    base, other = catalogue("id"), catalogue(language)
    differing = {
        key: (placeholders(base[key]), placeholders(other[key]))
        for key in base.keys() & other.keys()
        if placeholders(base[key]) != placeholders(other[key])
    }
    assert differing == {}


def asked_for(source: str) -> set[str]:
    """Keys that the code writes out: ``words("screen.ready.title")``, however the catalogue is named there."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and KEY.fullmatch(node.args[0].value)
        and (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")) in {"words", "_words"}
    }


def test_every_key_that_the_code_writes_out_has_words() -> None:
    known = catalogue("id").keys() - {message.id for message in messages(WORDS / "id" / AUDIO)}
    lacking = {(path.as_posix(), key) for path in product_code() for key in asked_for(read(path)) - known}
    assert lacking == set()
