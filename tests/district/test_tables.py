"""Tables in a terminal of 80 columns: nothing of them is cut, and no word is broken that fits."""

from pathlib import Path

import pytest
from rich.text import Text

from sync.district import console
from tests.district.election import changed_sample, done

LONG = "Ambarketawangan"


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def words_of(text: str) -> set[str]:
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    return set(text.split())


def test_wide_columns_make_room_for_the_words_of_narrow_ones(capsys: pytest.CaptureFixture[str]) -> None:
    wide = " ".join(["kata"] * 30)
    console.table("", ("sidik / hash", "apa / what", "nama"), [(Text("2294-0519 A16E", no_wrap=True), wide, LONG * 2)])
    shown = capsys.readouterr().out
    assert {"hash", "kata", LONG * 2} <= words_of(shown)
    assert "2294-0519 A16E" in shown


def test_a_word_longer_than_the_terminal_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    console.table("", ("nama", "apa"), [("x" * 100, "y" * 30)])
    shown = capsys.readouterr().out
    words_of(shown)
    assert (shown.count("x"), shown.count("y")) == (100, 30)


def test_a_village_of_a_long_name_stands_whole_in_every_table(tmp_path: Path) -> None:
    source = changed_sample(tmp_path / "source")
    name = f"{LONG} {LONG} Kidul"
    for table, line in {
        "villages": f"34.04.01.2002,Gamping,{name}\n",
        "booths": "34.04.01.2002,1,1,400,\n",
        "candidates": "34.04.01.2002,1,Ahmad,1-suryadi-wirapraja.png\n34.04.01.2002,2,Sri,3-bagus-adinugraha.png\n",
    }.items():
        with (source / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.write(line)
    done("new", source, tmp_path / "ws")
    done("cards", "rehearsal", tmp_path / "ws", tmp_path / "cards")
    assert set(name.split()) <= words_of(done("cards", "list", tmp_path / "ws"))
    overview = done("results", tmp_path / "ws").split("Balecatur, Gamping")[0]
    assert set(name.split()) <= words_of(overview)
