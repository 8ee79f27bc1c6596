"""Names that would steer a terminal or a table, and folders that others may write into."""

import io
import json
import os
import stat
from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from rich.text import Text

from config.cards.registry import RegisteredCard
from config.cards.role import Role
from config.errors import InputError, OperatorError
from config.minisign import SecretKey
from config.mode import Mode
from config.record import decode, encode
from config.secret import Pin
from config.trustees import TrusteeRequest
from config.words import builtin
from printer.envelope import PinSlip, pin_slip
from printer.layout import Document
from sync.district import console
from sync.district.holders import plain
from sync.district.slips import PaintedSlips
from tests.district.election import BOOTHS, Made, changed_sample, district, done, process

HOSTILE = {
    "closing tag": "Budi [/x]",
    "color": "[red]Budi[/red]",
    "link": "[link=http://example.org]Budi[/link]",
    "cursor": "\x1b[1ABudi\x1b[6C",
    "title": "\x1b]0;Budi\x07",
    "new row": "Budi\r\n│ Siti │",
    "direction": "\u202eBudi",
    "C1": "\x9b1ABudi",
}


def harmless(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_table_says_names_as_they_are(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    terminal = Console(file=out, force_terminal=True, width=200, soft_wrap=True, highlight=False)
    monkeypatch.setattr(console, "_out", terminal)
    console.table(name, (name, "b"), [(name, Text(name, style="bold", no_wrap=True))])
    lines = Text.from_ansi(out.getvalue()).plain.splitlines()
    assert sum(line.count(harmless(name)) for line in lines) >= 3  # a Text has lost some of them before
    assert "\x1b[1A" not in out.getvalue()
    assert "\x1b]" not in out.getvalue()
    assert len(lines) == 6


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_bar_says_names_of_files_as_they_are(name: str) -> None:
    out = io.StringIO()
    with console.progress("Memeriksa / verifying") as bar:
        bar.update(bar.add_task("", total=1), description=name)
        Console(file=out, width=200).print(bar.get_renderable())
    assert harmless(name) in out.getvalue()


def test_a_card_whose_holder_s_name_has_brackets_is_listed(tmp_path: Path) -> None:
    made = Made(tmp_path)
    done("new", changed_sample(tmp_path / "source"), made.workspace)
    (tmp_path / "pin").write_text("427516\n")
    whose = ("--role", "officers", "--village", BOOTHS[0][:13], "--tps", 1, "--holder", "Siti [/kpps]")
    done("cards", "issue", made.workspace, *whose, "--soft", "--out", tmp_path / "a", "--pin-file", tmp_path / "pin")
    assert "[/kpps]" in done("cards", "list", made.workspace)


def test_a_candidate_whose_name_has_brackets_has_a_result(tmp_path: Path) -> None:
    source = changed_sample(tmp_path / "source")
    people = (source / "candidates.csv").read_text(encoding="utf-8")
    (source / "candidates.csv").write_text(people.replace("Bagus Adinugraha", "Bagus [/x]"), encoding="utf-8")
    done("new", source, tmp_path / "workspace")
    assert "Bagus [/x]" in done("results", tmp_path / "workspace")


CARD = {
    "id": "0" * 32, "kind": "piv", "role": "officers", "holder": "Sri Wahyuni", "village_code": BOOTHS[0][:13],
    "tps": 1, "unlock": "04" + "0" * 128, "sign": "04" + "0" * 128, "unwrap": "04" + "0" * 128,
}  # fmt: skip
BAD_CARDS: dict[str, dict[str, object]] = {
    "no name": {"holder": ""},
    "long name": {"holder": "S" * 61},
    "escape": {"holder": "\x1b[1ABudi"},
    "line": {"holder": "Sri\nBudi"},
    "last line": {"holder": "Sri\n"},
    "C1": {"holder": "\x9b1ABudi"},
    "direction": {"holder": "\u202eSri"},
    "place": {"village_code": "\x1b[1A"},
    "short place": {"village_code": "34.04"},
    "place and line": {"village_code": BOOTHS[0][:13] + "\n"},
    "TPS 0": {"tps": 0},
    "TPS 1000": {"tps": 1000},
}


@pytest.mark.parametrize("change", BAD_CARDS.values(), ids=BAD_CARDS)
def test_an_entry_of_the_register_has_limits(change: dict[str, object]) -> None:
    good = decode(msgspec.json.encode(CARD), RegisteredCard, "card")
    assert good.holder == "Sri Wahyuni"
    decode(msgspec.json.encode(CARD | {"holder": "Ngatinah binti Ḥasan, S.Pd. ꦱꦸꦥꦂꦝꦶ"}), RegisteredCard, "card")
    with pytest.raises(InputError):
        decode(msgspec.json.encode(CARD | change), RegisteredCard, "card")


def asked(election: Made, folder: Path, *, added: str | None = None) -> Path:
    """A request that a laptop signed with what it likes in it."""
    root = SecretKey.new()
    request = decode((election.workspace / "request" / "request.json").read_bytes(), TrusteeRequest, "request.json")
    if added is not None:
        first = next(card for card in request.cards if card.role is Role.OFFICERS)
        mallory = msgspec.structs.replace(first, id="0" * 32, holder=added)
        request = msgspec.structs.replace(request, cards=(*request.cards, mallory))
    folder.mkdir()
    data = encode(request)
    (folder / "request.json").write_bytes(data)
    (folder / "request.json.minisig").write_bytes(root.sign(data, "test"))
    (folder / "root.pub").write_bytes(root.public.file)
    return folder


def test_a_role_sees_its_cards_and_their_number_before_the_file_is_there(
    election: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "officers.json"
    tables: list[bool] = []
    shown = console.table

    def notes(*arguments: object) -> None:
        tables.append(out.exists())
        shown(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(console, "table", notes)
    command = ("trustee", "new", "--role", "officers", "--out", out)
    said = done(*command, asked(election, tmp_path / "plain"))
    assert tables == [False]
    assert said.index("these keys open with these cards only") < said.index("sealed to 2 cards") < said.index("written")
    assert "each of 3 booths is sealed to 2 cards" in said
    out.unlink()
    said = done(*command, asked(election, tmp_path / "third", added="Mallory [/x]"))
    assert "Mallory [/x]" in said
    assert "sealed to 3 cards" in said
    out.unlink()
    ran = district(*command, asked(election, tmp_path / "hidden", added="\x1b[1ABudi\x1b[6C"))
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siti Nurhasanéh", "Siti Nurhasane\u0301h"),
        ("Siti", "Ｓｉｔｉ"),
        ("Siti  Aminah", "SITI\u3000AMINAH"),
    ],
    ids=["composed", "wide", "blanks"],
)
def test_one_person_is_one_however_the_name_is_spelled(one: str, other: str) -> None:
    assert plain(one) == plain(other)
    assert plain(one) != plain(f"{other} B")


@pytest.fixture
def slip() -> Document:
    said = PinSlip(
        "Pilkades", "Sleman", Mode.OFFICIAL, "Siti", Role.OFFICERS, "Balecatur TPS 1", "1A2B-3C4D", Pin("427516")
    )
    return pin_slip(said, builtin("id"))


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702], ids=oct)
def test_no_slip_goes_where_others_may_write(tmp_path: Path, slip: Document, mode: int) -> None:
    folder = tmp_path / "slips"
    folder.mkdir()
    folder.chmod(mode)
    slips = PaintedSlips(folder)
    for asking in (slips.check, lambda: slips.put("1A2B-3C4D", slip)):
        with pytest.raises(OperatorError, match="Others may write"):
            asking()
    assert list(folder.iterdir()) == []


def test_no_slip_goes_into_somebody_else_s_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slips = PaintedSlips(tmp_path / "slips")
    slips.check()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(OperatorError, match="chmod 700"):
        slips.check()


def test_a_slip_is_written_through_no_link_and_into_no_file_of_before(tmp_path: Path, slip: Document) -> None:
    slips = PaintedSlips(tmp_path / "slips")
    slips.check()
    taken = tmp_path / "taken.png"
    (tmp_path / "slips" / "link.png").symlink_to(taken)
    before = tmp_path / "slips" / "file.png"
    before.write_bytes(b"")
    before.chmod(0o666)
    with before.open("rb") as watching:
        for name in ("link", "file"):
            slips.put(name, slip)
        assert watching.read() == b""
    assert not taken.exists()
    for name in ("link", "file"):
        made = (tmp_path / "slips" / f"{name}.png").lstat()
        assert stat.S_ISREG(made.st_mode)
        assert stat.S_IMODE(made.st_mode) == 0o600
    assert {path.name for path in (tmp_path / "slips").iterdir()} == {"link.png", "file.png"}


def test_a_file_whose_name_is_no_text_is_told_to_programs_and_people(election: Made, tmp_path: Path) -> None:
    """As a stick from another system has it; the name reads back from the JSON as it was."""
    strange = tmp_path / os.fsdecode(b"TPS \xff\xe9.batch")
    strange.write_bytes(b"broken")
    ran = process("import", election.workspace, tmp_path, "--json")
    assert (ran.returncode, ran.stderr) == (1, "")
    (outcome,) = json.loads(ran.stdout)
    assert Path(outcome["path"]) == strange
    assert "TPS ??.batch: DITOLAK" in process("import", election.workspace, strange).stdout
    assert json.loads(process("verify", strange, "--json").stdout)[0]["valid"] is False


def test_what_is_typed_and_no_text_is_told(election: Made) -> None:
    """A terminal of another character set: nobody's name is stored as rubbish."""
    name = os.fsdecode("Désa".encode("latin-1"))
    ground = ("--by", f"Sri {name}", "--reason", "rekap TPS 1 bilik 1")
    ran = process("decide", election.workspace, BOOTHS[0], "--paper", "1,1,1,1", *ground)
    assert ran.returncode == 2
    assert "UTF-8" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_terminal_that_lacks_our_signs_gets_others(
    election: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    ran = process("verify", election.sticks / BOOTHS[0])
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("? ")
    (tmp_path / "é.batch").write_bytes(b"broken")
    (told,) = json.loads(process("import", election.workspace, tmp_path, "--json").stdout)
    assert Path(told["path"]) == tmp_path / "é.batch", "programs get UTF-8"
