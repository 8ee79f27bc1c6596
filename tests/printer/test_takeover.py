"""What a takeover's tape says: everything that it was told, and a difference that nobody can overlook."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from config.mode import Mode
from printer.blocks import Machine
from printer.layout import Text
from printer.takeover import TakeoverTape, takeover_tape
from tests.printer import papers
from tests.printer.papers import takeover, texts

CALM = "Tidak ada selisih"
EXPLAINED = "Selisih 1 ini sesuai dengan satu suara yang sedang berjalan"
AMONG = "Satu di antaranya adalah suara yang sedang berjalan"
ASKED = "Layar berikutnya menanyakan nasib suara itu"
SEALED = "Simpan perangkat lama tersegel"
SHARED = "milik semua bilik di TPS"
RECOUNT = "Hitung ulang daftar di meja"
INSIDE = "Selisih 1 ini sesuai dengan satu pemilih yang sedang di bilik"
INSIDE_AMONG = "Satu di antaranya sedang di bilik"
ANEW = "pemilih itu dibukakan lagi"
SENTENCES = {CALM, EXPLAINED, AMONG, ASKED, SEALED, SHARED, RECOUNT, INSIDE, INSIDE_AMONG, ANEW}

CASES = {
    "the stick knew every vote": (takeover(), {CALM}, None),
    "and a voter whom the list lacks was voting": (takeover(pending=1), {CALM, ASKED}, None),
    "one ballot was under way": (takeover(attended=215, pending=1), {EXPLAINED, ASKED}, None),
    "one voter was in the booth": (takeover(attended=215, unlocked=1), {INSIDE}, None),
    "many, and one of them was in the booth": (
        takeover(attended=226, unlocked=1),
        {SEALED, INSIDE_AMONG, ANEW},
        "SELISIH 12",
    ),
    "a voter whom the list lacks was in the booth": (takeover(unlocked=1), {CALM, ANEW}, None),
    "one vote is missing": (takeover(attended=215), {SEALED}, "SELISIH 1"),
    "many are missing": (takeover(attended=226), {SEALED}, "SELISIH 12"),
    "many, and one of them was under way": (takeover(attended=226, pending=1), {SEALED, AMONG, ASKED}, "SELISIH 12"),
    "more votes than voters": (takeover(attended=212), {RECOUNT}, "SUARA LEBIH 2"),
    "more, and a ballot was under way": (takeover(attended=212, pending=1), {RECOUNT, ASKED}, "SUARA LEBIH 2"),
    "the list is shared": (takeover(attended=655, shared=True), {SHARED, SEALED}, None),
    "shared, and one was under way": (takeover(attended=655, pending=1, shared=True), {SHARED, SEALED, ASKED}, None),
}


def shouted(tape: TakeoverTape) -> list[str]:
    blocks = takeover_tape(tape, papers.ID).reveal()
    return [block.text for block in blocks if isinstance(block, Text) and block.inverse]


@pytest.mark.parametrize("name", CASES)
def test_the_difference_is_explained_and_shouted_when_votes_are_missing(name: str) -> None:
    tape, said, loud = CASES[name]
    text = texts(takeover_tape(tape, papers.ID))
    assert {sentence for sentence in SENTENCES if sentence in text} == said
    assert shouted(tape) == ([loud] if loud else [])


def test_the_sum_stands_there_to_be_done_again() -> None:
    assert "Hadir - pergi - suara\n226 - 3 - 211 = 12" in texts(takeover_tape(takeover(attended=226), papers.ID))
    assert " = " not in texts(takeover_tape(takeover(attended=655, shared=True), papers.ID))


OTHER = {
    "masthead": papers.masthead(Mode.REHEARSAL),
    "time": takeover().time + timedelta(minutes=1),
    "last": takeover().last - timedelta(minutes=1),
    "difference": None,
    "machine": Machine("bilik 0.2.0", "a" * 64, None),
}


def another(name: str) -> object:
    if name in OTHER:
        return OTHER[name]
    value = getattr(takeover(), name)
    return value[::-1] if isinstance(value, str) else value + 77


@pytest.mark.parametrize("name", [field.name for field in fields(TakeoverTape)])
def test_whatever_the_tape_is_told_stands_on_it(name: str) -> None:
    before = texts(takeover_tape(takeover(), papers.ID))
    assert texts(takeover_tape(replace(takeover(), **{name: another(name)}), papers.ID)) != before


def test_it_tells_no_second() -> None:
    said = texts(takeover_tape(takeover(), papers.ID))
    assert "22-11-2026 10:58" in said
    assert "22-11-2026 10:30" in said
    assert "10:58:" not in said
    assert ":59" not in said
