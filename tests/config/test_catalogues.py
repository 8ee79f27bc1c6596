"""Languages beside the whole ones: what a catalogue lacks is said with file and line, and nothing is taken with it."""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.faults import SourceFaults
from config.source import read_source
from config.words import AUDIO, LANGUAGES, VOTERS, Words, brought, builtin, compiled, heard_in, languages
from config.words.catalogues import draft_of, drafts, gaps, gaps_in, sentences
from tests.district.election import SAMPLE, district

CODE = "ban"
SENTENCES = len(sentences(heard_in("id")))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The sample election, to be changed."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "source"))


def speaks(source: Path, *codes: str, mode: str = "rehearsal") -> None:
    """Puts languages into the plan."""
    plan = source / "election.toml"
    text = re.sub(r'(?m)^mode = ".*"$', f'mode = "{mode}"', plan.read_text(encoding="utf-8"))
    quoted = ", ".join(f'"{code}"' for code in codes)
    plan.write_text(text.replace("[settings]", f"[settings]\nlanguages = [{quoted}]"), encoding="utf-8")


def own(source: Path, change: Callable[[str], str] = lambda text: text, name: str = "voter.po") -> None:
    """Begins Balinese with the Javanese words, one file of it changed."""
    folder = source / "words" / CODE
    folder.mkdir(parents=True)
    for file, data in brought("jv").items():
        text = data.decode()
        (folder / file).write_text(change(text) if file == name else text, encoding="utf-8")


def test_every_language_of_this_release_can_be_voted_in() -> None:
    assert languages() == (*LANGUAGES, "jv", "su")
    for language in languages():
        assert gaps(brought(language)) == []
        assert builtin(language)("language.name")
    assert all(drafts(brought(language)) == 0 for language in LANGUAGES)
    assert {drafts(brought(language)) for language in ("jv", "su")} == {50}


WRONG: dict[str, tuple[str, Callable[[str], str], str]] = {
    "an entry is missing": ("voter.po", lambda text: text.replace('msgid "button.yes"\nmsgstr "Inggih"\n', ""), "Add"),
    "an entry is empty": ("voter.po", lambda text: text.replace('"Inggih"', '""'), "button.yes: empty"),
    "an entry is blank": ("voter.po", lambda text: text.replace('"Inggih"', '"  "'), "button.yes: empty"),
    "a placeholder too many": ("voter.po", lambda text: text.replace('"Inggih"', '"Inggih {name}"'), "braces"),
    "half a placeholder": ("voter.po", lambda text: text.replace('"Inggih"', '"Inggih {"'), "braces"),
    "two lines": ("voter.po", lambda text: text.replace('"Inggih"', r'"Ing\ngih"'), "on one line"),
    "too long": ("faults.po", lambda text: text.replace('"Kertas telas"', f'"{"Kertas telas " * 9}"'), "room for"),
    "a key of nobody": ("voter.po", lambda text: text.replace('"button.yes"', '"button.yess"'), "No screen asks for"),
    "half a quotation mark": ("voter.po", lambda text: text.replace('"Inggih"', '"Inggih'), "not of the form"),
    "no quotation marks": ("voter.po", lambda text: text.replace('"Inggih"', "Inggih"), "not of the form"),
    "a quotation inside": ("voter.po", lambda text: text.replace('"Inggih"', '"Ing "gih""'), "not of the form"),
    "words behind it": ("voter.po", lambda text: text.replace('"Inggih"', '"Inggih" lan'), "not of the form"),
    "an entry twice": (
        "voter.po",
        lambda text: text + '\nmsgid "button.yes"\nmsgstr "Nggih"\n',
        "button.yes stands there",
    ),
    "letters without a font": ("voter.po", lambda text: text.replace('"Inggih"', '"好"'), "cannot be shown"),
    "letters that nobody sees": ("faults.po", lambda text: text.replace('"Kertas t', '"Kertas \u202et'), "invisible"),
    "a file without end": ("faults.po", lambda text: text + "# tambah\n" * 40_000, "More than 262144 bytes"),
    "no .po file": ("faults.po", lambda text: "Halo", "no .po file"),
    "a word of the form itself": (
        "voter.po",
        lambda text: text.replace('msgstr "Inggih"', 'msgst "Inggih"'),
        "no .po file",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_package_is_refused_with_what_to_write(what: str, source: Path) -> None:
    name, change, says = WRONG[what]
    own(source, change, name)
    speaks(source, "id", CODE)
    with pytest.raises(SourceFaults) as refused:
        read_source(source)
    told = [fault for fault in refused.value.faults if says in fault.en]
    assert told, refused.value.faults
    assert {fault.file for fault in refused.value.faults} == {f"words/{CODE}/{name}"}
    assert all(fault.line for fault in told) or what in ("an entry is missing", "no .po file", "a file without end")


def test_letters_of_another_encoding_are_no_words(source: Path) -> None:
    own(source)
    file = source / "words" / CODE / "voter.po"
    file.write_bytes(file.read_text(encoding="utf-8").encode("utf-16"))
    speaks(source, "id", CODE)
    with pytest.raises(SourceFaults, match="UTF-8"):
        read_source(source)


def test_quotations_long_lines_and_a_byte_order_mark_are_of_the_form(source: Path) -> None:
    own(source, lambda text: "\ufeff" + text.replace('"Inggih"', r'"" ' + '\r\n"Ing"\n  "gih \\"\\""'))
    speaks(source, "id", CODE)
    assert Words(read_source(source).election.words[CODE], CODE)("button.yes") == 'Inggih ""'
    assert district("words", source).returncode == 0


def test_the_folders_words_come_before_ours(source: Path) -> None:
    own(source, lambda text: text.replace('"Inggih"', '"Nggih"'))
    speaks(source, CODE, "id", "jv")
    read = read_source(source)
    said = {code: Words(mo, code)("button.yes") for code, mo in read.election.words.items()}
    assert said == {CODE: "Nggih", "id": "Ya", "jv": "Inggih"}
    assert {name for name in read.files if name.startswith("words/")} == {f"words/{CODE}/{name}" for name in VOTERS}
    assert district("new", source, source.parent / "workspace").returncode == 0
    assert read_source(source.parent / "workspace" / "source").election == read.election


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ((CODE,), "officers' screens have no language"),
        (("id", "../../etc"), "no code of a language"),
        (("id", "Bali"), "no code of a language"),
        (("id", "id"), "stands there twice"),
        (("id", "min"), "There are no words for the language"),
    ],
)
def test_languages_of_a_plan(codes: tuple[str, ...], says: str, source: Path) -> None:
    speaks(source, *codes)
    with pytest.raises(SourceFaults, match=says):
        read_source(source)


def test_a_language_that_is_only_asked_for_lacks_everything(source: Path) -> None:
    speaks(source, "id", CODE)
    said = district("words", source)
    assert said.returncode == 1
    assert f"words SOURCE --begin {CODE}" in said.stdout


def test_nobody_votes_in_earnest_with_a_draft(source: Path) -> None:
    speaks(source, "id", "jv", mode="official")
    with pytest.raises(SourceFaults, match="50 entries are drafts"):
        read_source(source)
    shutil.copytree(Path("config/words/jv"), source / "words" / "jv")
    for name in VOTERS:
        file = source / "words" / "jv" / name
        file.write_text(file.read_text(encoding="utf-8").replace("#, fuzzy\n", ""), encoding="utf-8")
    assert "jv" in read_source(source).election.words


def test_a_begun_language_lacks_every_word_until_it_is_written(source: Path) -> None:
    assert district("words", source).returncode == 0
    assert district("words", source, "--begin", "../x").returncode == 2
    assert district("words", source, "--begin", CODE).returncode == 0
    assert district("words", source, "--begin", CODE).returncode == 1
    said = district("words", source)
    assert said.returncode == 1
    assert f"{CODE} (words/{CODE}): kurang 50" in said.stdout
    assert said.stdout.count("empty. Write what") == 50 + SENTENCES
    assert f"suara: kurang {SENTENCES}" in said.stdout
    for name in (*VOTERS, AUDIO):
        file = source / "words" / CODE / name
        assert file.read_bytes() == draft_of(name, CODE)
        text = file.read_text(encoding="utf-8")
        for ours in re.findall(r'(?m)^msgstr "(.+)"$', (Path("config/words/id") / name).read_text(encoding="utf-8")):
            text = re.sub(r'(?m)^(msgid ".+"\nmsgstr) ""$', rf'\1 "{ours}"', text, count=1)
        file.write_text(text, encoding="utf-8")
    said = district("words", source)
    assert said.returncode == 0, said.stdout
    assert "50 entri konsep" in said.stdout
    assert f"{SENTENCES} kalimat konsep" in said.stdout


def test_sentences_for_headphones_are_missed_where_there_is_audio_and_only_there(source: Path) -> None:
    own(source)
    (source / "words" / CODE / AUDIO).write_text(
        heard_in("jv").decode().replace('"Layar peteng."', '"Layar {name}."'), encoding="utf-8"
    )
    said = district("words", source)
    assert said.returncode == 0, said.stdout
    assert "suara: kurang 1" in said.stdout
    assert "dark.on: take the braces { } out." in said.stdout
    (source / "audio" / "id").mkdir(parents=True)
    (source / "audio" / "id" / "dark.on.wav").write_bytes(b"")
    assert district("words", source).returncode == 1


def test_every_language_has_sentences_for_headphones() -> None:
    assert SENTENCES > 60
    for language in languages():
        assert gaps_in(AUDIO, heard_in(language)) == []
        assert drafts({AUDIO: heard_in(language)}) == (0 if language in LANGUAGES else SENTENCES)


def test_a_compiled_catalogue_is_the_same_at_any_time_and_in_any_process() -> None:
    """Booths share it by its hash: a date in it would make each package's another."""
    program = (
        "import datetime, hashlib, sys\n"
        "class Later(datetime.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None): return cls(2031, 5, 6, 7, int(sys.argv[1]), tzinfo=tz)\n"
        "datetime.datetime = Later\n"
        "from config.words import brought, compiled\n"
        "print(hashlib.sha256(compiled(brought('id'))).hexdigest())\n"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program, minute], capture_output=True, text=True, check=True, timeout=60,
            env={"PYTHONHASHSEED": minute}, cwd=Path(__file__).parents[2],
        ).stdout
        for minute in ("1", "2")
    }  # fmt: skip
    assert made == {f"{hashlib.sha256(compiled(brought('id'))).hexdigest()}\n"}
