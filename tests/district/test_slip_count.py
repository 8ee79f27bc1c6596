"""A hand count with a scanner, as a process of its own, on slips that were printed and read back by another program."""

import base64
import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from config.errors import InputError
from config.secret import Choice, Key
from sync.district.scanning import Scan, SlipCount, Verdict, origin_of, other_origins
from sync.district.workspace import Workspace
from sync.mark import new_mark, read_mark
from tests.district.election import BOOTHS, Made, Ran, district, done
from tests.district.printed_slips import TRACKER, Booth, scanned

BOOTH = BOOTHS[0]


class Desk:
    """A folder of one count: pictures beside it, and everything that the command could write into within it."""

    def __init__(self, made: Made, folder: Path) -> None:
        self.made = made
        self.folder = folder
        self.pictures = folder.parent / f"{folder.name}-pictures"
        for name in ("tmp", "home"):
            (folder / name).mkdir(parents=True)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("BILIK")}
        self.environment |= {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home"), "TERM": "xterm"}

    def command(self, *arguments: object) -> list[str]:
        words = ("slips", "scan", self.made.workspace, "--booth", BOOTH, *arguments)
        return [sys.executable, "-m", "sync.district", *map(str, words)]

    def count(self, lines: Iterable[str], *arguments: object) -> Ran:
        """Scans ``lines`` as a process without a terminal."""
        ran = subprocess.run(
            self.command(*arguments),
            input="".join(f"{line}\n" for line in lines),
            env=self.environment | {"PYTHONPATH": str(Path.cwd())},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def left_behind(self, marks: Iterable[str], said: bytes) -> list[str]:
        """Where a mark or its nonce stands after a count, in any spelling: files that it could reach, its output."""
        needles = {}
        for number, mark in enumerate(marks):
            raw = base64.b32decode(mark + "=" * (-len(mark) % 8))
            for part, data in (("mark", raw), ("nonce", raw[1:9]), ("signature", raw[9:25])):
                needles |= {
                    f"{part} {number}": data,
                    f"{part} {number} in hex": data.hex().encode(),
                    f"{part} {number} in Base64": base64.b64encode(data)[: len(data) * 4 // 3],
                }
            needles[f"text {number}"] = mark[8:40].encode()
        places = {"output": said}
        for root in (self.folder, self.made.folder):
            places |= {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        assert len(places) > 10
        return [f"{what} in {where}" for where, data in places.items() for what, it in needles.items() if it in data]


@pytest.fixture
def desk(election: Made, tmp_path: Path) -> Desk:
    return Desk(election.copy(tmp_path / "made"), tmp_path / "desk")


@pytest.fixture
def booth(desk: Desk) -> Booth:
    return Booth(desk.made, BOOTH)


def marks_of(booth: Booth, folder: Path, *choices: int) -> list[str]:
    return [scanned(booth.slip(folder, choice)) for choice in choices]


def said_in_order(output: str, *sentences: str) -> None:
    """Each sentence stands in the output, after the one before."""
    at = 0
    for sentence in sentences:
        found = output.find(sentence, at)
        assert found >= 0, f"{sentence!r} does not come after {output[:at][-200:]!r} in:\n{output}"
        at = found + len(sentence)


def test_a_box_whose_slips_are_the_result(desk: Desk, booth: Booth, tmp_path: Path) -> None:
    batch = tmp_path / "booth.batch"
    batch.write_bytes(desk.made.day().batch())
    done("import", desk.made.workspace, batch)
    one, two, also_two, blank, three = marks_of(booth, desk.pictures, 1, 2, 2, 0, 3)
    ran = desk.count(
        ["1", one, "2", two, also_two.lower(), "-", blank, "3", three, "?", "selesai"], "--out", "counts.json"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said_in_order(
        ran.stdout,
        "Desa Balecatur, TPS 1, bilik 1",
        "Tumpukan 1 Suryadi Wirapraja",
        "1. Sah: 1 Suryadi Wirapraja. Jumlahnya 1.",
        "3. Sah: 2 Nur Hasanah Lestariningtyas. Jumlahnya 2.",
        "Genuine: 2 Nur Hasanah Lestariningtyas. That makes 2 of 3.",
        "Sah: - Suara kosong",
        "5. Sah: 3 Bagus Adinugraha. Jumlahnya 1.",
        "Sejauh ini",
        "Struk dan hasil sama.",
        "Tanda-tanda sudah dilupakan",
    )
    written = json.loads((desk.folder / "counts.json").read_bytes())
    assert written["genuine"] == written["result"] == [1, 1, 2, 1]
    assert written["aside"] == {}
    assert desk.left_behind((one, two, also_two, blank, three), (ran.stdout + ran.stderr).encode()) == []


def test_every_wrong_slip_is_told_from_every_other(desk: Desk, booth: Booth, other_election: Made) -> None:
    folder = desk.pictures
    good, strange_print = marks_of(booth, folder, 2, 3)
    neighbour = scanned(Booth(desk.made, BOOTHS[1]).slip(folder, 2))
    elsewhere = scanned(Booth(other_election, BOOTH).slip(folder, 2))
    forged = scanned(booth.slip(folder, 2, seed=Key(bytes(range(32)))))
    copied_nonce = f"{good[:14]}{forged[14:]}"
    stub = scanned(booth.stub(folder))
    assert stub == TRACKER
    lines = ["2", good, good, strange_print, neighbour, elsewhere, forged, forged, copied_nonce, stub, good[:80], ""]
    ran = desk.count(
        [*lines, "3", strange_print, "2", good, "7"], "--also", other_election.workspace, "--out", "c.json"
    )
    assert ran.returncode == 1
    said_in_order(
        ran.stdout,
        "✓ 1. Sah: 2 Nur Hasanah",
        "✗ Tanda ini sudah terhitung sebagai struk ke-1 (2 Nur Hasanah",
        "✗ Tandanya untuk 3 Bagus Adinugraha, tumpukan ini 2 Nur Hasanah",
        f"✗ Struk bilik {BOOTHS[1]}, bukan bilik ini",
        "✗ Struk GLADI (Gladi Pilk",
        "✗ Tanda ini bukan dari bilik mana pun",
        "✗ Tanda ini bukan dari bilik mana pun",
        "✗ Tanda ini bukan dari bilik mana pun",
        "✗ Kertas pemilih",
        "✗ Yang terbaca bukan tanda",
        "Tumpukan 3 Bagus",
        "✓ 2. Sah: 3 Bagus Adinugraha",
        "✗ Tanda ini sudah terhitung sebagai struk ke-1",
    )
    assert "Tidak ada pilihan bernomor 7" in ran.stderr
    written = json.loads((desk.folder / "c.json").read_bytes())
    assert written["genuine"] == [0, 0, 1, 1]
    assert written["doubled"] == 2
    assert written["unreadable"] == 1
    # The forged slip scanned twice is one slip; the one from the wrong heap was put right.
    assert written["aside"] == {"other booth": 1, "rehearsal": 1, "stub": 1, "unknown": 2}
    assert written["result"] is None
    assert "belum dibandingkan" in ran.stderr
    marks = (good, strange_print, neighbour, elsewhere, forged)
    assert desk.left_behind(marks, (ran.stdout + ran.stderr).encode()) == []


def test_a_rehearsal_slip_in_an_official_box(official: Made, election: Made, tmp_path: Path) -> None:
    desk = Desk(official.copy(tmp_path / "made"), tmp_path / "desk")
    rehearsed = scanned(Booth(election, BOOTH).slip(desk.pictures, 1))
    (voted,) = marks_of(Booth(official, BOOTH), desk.pictures, 1)
    without = desk.count([rehearsed, voted], "--choice", "1")
    assert without.returncode == 1
    said_in_order(without.stdout, "✗ Tanda ini bukan dari bilik mana pun yang dikenal", "✓ 1. Sah: 1 Suryadi")
    knowing = desk.count([rehearsed, voted], "--choice", "1", "--also", election.workspace)
    said_in_order(knowing.stdout, f"✗ Struk GLADI (Gladi Pilkades Balecatur 2026, bilik {BOOTH})", "✓ 1. Sah")
    assert desk.left_behind((rehearsed, voted), (without.stdout + knowing.stdout).encode()) == []


def test_an_official_slip_in_a_rehearsal_box(desk: Desk, official: Made) -> None:
    voted = scanned(Booth(official, BOOTH).slip(desk.pictures, 1))
    ran = desk.count([voted], "--also", official.workspace)
    assert "✗ Struk pemilihan lain" in ran.stdout
    assert ran.returncode == 1


def test_a_slip_of_a_package_that_was_replaced(desk: Desk, booth: Booth) -> None:
    (old,) = marks_of(booth, desk.pictures, 1)
    done("package", desk.made.workspace, "--renew", BOOTH)
    ran = desk.count([old], "--choice", "1")
    assert ran.returncode == 1
    assert f"✗ Struk bilik {BOOTH} dari paket yang sudah diganti" in ran.stdout


def cells(line: str) -> list[str]:
    """A table's row: two blanks or more stand between its cells."""
    return re.split(r"\s{2,}", line.strip())


def test_as_many_slips_as_ballots_but_other_choices(desk: Desk, booth: Booth, tmp_path: Path) -> None:
    batch = tmp_path / "booth.batch"
    batch.write_bytes(desk.made.day(choices=(1, 1, 2)).batch())
    done("import", desk.made.workspace, batch)
    ran = desk.count(marks_of(booth, desk.pictures, 1, 2, 2))
    assert ran.returncode == 1
    assert "Struk dan hasil BERBEDA" in ran.stderr
    assert "Cocokkan dengan yang tercetak" in ran.stdout
    row = ["1 Suryadi Wirapraja", "1", "2", "-1"]
    assert row in [cells(line) for line in ran.stdout.splitlines()]


def told(ran: Ran) -> tuple[int, str, str]:
    """Exit code, what was said, and the last table's total beside the result."""
    (total,) = (line for line in ran.stdout.splitlines() if "Jumlah / total" in line)
    return ran.returncode, " ".join((ran.stdout + ran.stderr).split()), cells(total)[2]


@pytest.mark.parametrize("with_batch", [False, True], ids=["no batch", "a batch that paper overruled"])
def test_a_booth_that_was_decided_by_paper(desk: Desk, booth: Booth, tmp_path: Path, with_batch: bool) -> None:
    """Its slips are held against what was decided, whatever a batch says."""
    if with_batch:
        (tmp_path / "booth.batch").write_bytes(desk.made.day(choices=(1, 1, 1)).batch())
        done("import", desk.made.workspace, tmp_path / "booth.batch")
    paper = ("--paper", "0,1,1,0", "--by", "Sri Rahayu", "--reason", "hitung struk 22 November")
    done("decide", desk.made.workspace, BOOTH, *paper)
    slips = marks_of(booth, desk.pictures, 1, 2)
    code, said, total = told(desk.count(slips, "--out", "c.json"))
    assert (code, total) == (0, "2")
    assert "diputuskan dari kertas, dan struknya sama" in said
    assert "belum ada" not in said
    assert "BERBEDA" not in said
    written = json.loads((desk.folder / "c.json").read_bytes())
    assert (written["state"], written["result"]) == ("decided by paper", [0, 1, 1, 0])
    code, said, total = told(desk.count(slips[:1]))
    assert (code, total) == (1, "2")
    assert "BERBEDA" in said
    assert "decide anew: decide --paper" in said


def test_a_booth_with_two_batches_is_compared_with_neither(desk: Desk, booth: Booth, tmp_path: Path) -> None:
    for number, choices in enumerate(((1, 2), (2, 2, 2))):
        (tmp_path / f"{number}.batch").write_bytes(desk.made.day(choices=choices).batch())
    done("import", desk.made.workspace, tmp_path / "0.batch")
    assert district("import", desk.made.workspace, tmp_path / "1.batch").returncode == 1
    code, said, total = told(desk.count(marks_of(booth, desk.pictures, 1, 2), "--out", "c.json"))
    assert (code, total) == (1, "–")
    assert "BENTROK" in said
    assert "result tapes, decide, then count again" in said
    assert "sama dengan banyaknya" not in said
    written = json.loads((desk.folder / "c.json").read_bytes())
    assert (written["state"], written["result"], written["cast"]) == ("conflict", None, None)


def test_a_batch_without_result_is_compared_by_its_number_of_ballots(desk: Desk, booth: Booth, tmp_path: Path) -> None:
    (tmp_path / "booth.batch").write_bytes(desk.made.day(choices=(1, 2), with_committee=False).batch())
    done("import", desk.made.workspace, tmp_path / "booth.batch")
    slips = marks_of(booth, desk.pictures, 1, 2)
    code, said, total = told(desk.count(slips))
    assert (code, total) == (0, "2")
    assert "Banyaknya struk sama dengan banyaknya suara" in said
    # A scan that gave no mark: nobody but those at the table knows that the slip was scanned again.
    assert told(desk.count(["X", *slips]))[0] == 1


def test_a_count_that_was_compared_with_nothing_is_no_good_one(desk: Desk, booth: Booth) -> None:
    code, said, total = told(desk.count(marks_of(booth, desk.pictures, 1, 2)))
    assert (code, total) == (1, "–")
    assert "Impor berkasnya, lalu hitung lagi" in said


def test_slips_on_photographs(desk: Desk, booth: Booth) -> None:
    pictures = desk.pictures
    first, second = booth.slip(pictures, 1), booth.slip(pictures, 3)
    marks = [scanned(first), scanned(second)]
    with Image.open(first) as left, Image.open(second) as right:
        table = Image.new("L", (left.width + right.width + 900, left.height + 800), 90)
        table.paste(left.convert("L"), (300, 400))
        table.paste(right.convert("L"), (left.width + 600, 400))
    table.rotate(7, Image.Resampling.BICUBIC, fillcolor=90).save(pictures / "photo.jpg", quality=60)
    first.unlink()
    (pictures / "no-picture.png").write_bytes(b"\x89PNG\r\n\x1a\nand then nothing")
    Image.new("L", (400, 400), 255).save(pictures / "table.jpeg")
    ran = desk.count([], "--pictures", pictures)
    said_in_order(
        ran.stdout, "001.png: 1. Sah: 3 Bagus", "photo.jpg: ", "photo.jpg: ", "Hitungan struk", "Tanda-tanda sudah"
    )
    assert "photo.jpg: 2. Sah: 1 Suryadi" in ran.stdout
    assert "photo.jpg: Tanda ini sudah terhitung sebagai struk ke-1" in ran.stdout
    assert "no-picture.png tidak terbaca sebagai gambar" in ran.stderr
    assert "table.jpeg: tidak ada kode yang terbaca" in ran.stderr
    assert ran.returncode == 1
    assert desk.left_behind(marks, (ran.stdout + ran.stderr).encode()) == []


class Screen:
    """The command on a terminal of its own; what stands on it, and what a scanner types."""

    def __init__(self, desk: Desk) -> None:
        self.shown = b""
        self.child, self.line = pty.fork()
        if self.child == 0:
            os.chdir(desk.folder)
            # As a terminal's shell does: tests that were started in the background ignore interrupts, and pass that on.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(sys.executable, desk.command(), desk.environment | {"PYTHONPATH": PASS_ON})  # noqa: S606

    def type(self, text: str) -> None:
        os.write(self.line, text.encode())

    def wait(self, for_: str) -> None:
        deadline = time.monotonic() + 60
        while for_.encode() not in self.shown:
            assert time.monotonic() < deadline, self.shown.decode(errors="replace")
            if select.select([self.line], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self.line, 65536)
                except OSError:
                    assert for_.encode() in self.shown, self.shown.decode(errors="replace")

    def end(self) -> int:
        with contextlib.suppress(OSError):
            while data := os.read(self.line, 65536):
                self.shown += data
        status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        os.close(self.line)
        self.child = 0
        return status


PASS_ON = str(Path.cwd())


@pytest.fixture
def screen(desk: Desk) -> Iterator[Screen]:
    screen = Screen(desk)
    yield screen
    if screen.child:
        os.kill(screen.child, signal.SIGKILL)
        screen.end()


def test_a_terminal_shows_no_mark_and_rings_for_what_is_wrong(desk: Desk, booth: Booth, screen: Screen) -> None:
    one, two = marks_of(booth, desk.pictures, 1, 2)
    screen.wait("scan its slips one by one")
    screen.type("1\n")
    screen.wait("heap of 1 Suryadi")
    screen.type(f"{one}\n")
    screen.wait("That makes 1 of 1")
    assert b"\a" not in screen.shown
    screen.type(f"{two}\n")
    screen.wait("note it.")
    screen.type(f"{one}\nselesai\n{two}")
    screen.wait("only the numbers above remain")
    assert screen.end() == 1
    assert screen.shown.count(b"\a") == 2
    assert desk.left_behind((one, two), screen.shown) == []


def test_an_interrupted_count_says_that_it_is_lost(desk: Desk, booth: Booth, screen: Screen) -> None:
    (one,) = marks_of(booth, desk.pictures, 1)
    before = {path: path.read_bytes() for path in desk.made.folder.rglob("*") if path.is_file()}
    screen.wait("scan its slips one by one")
    screen.type(f"{one}\n")
    screen.wait("That makes 1 of 1")
    screen.type("\x03")
    screen.wait("doubles are only seen within one count.")
    assert screen.end() == 130
    assert "Hitung lagi dari struk pertama" in screen.shown.decode()
    assert {path: path.read_bytes() for path in desk.made.folder.rglob("*") if path.is_file()} == before
    assert desk.left_behind((one,), screen.shown) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--choice", "8"), "1 Suryadi Wirapraja"),
        (("--booth", "34.04.01.2001-009-1"), "no booth 34.04.01.2001-009-1"),
        (("--pictures", "tmp"), "no picture"),
    ],
)
def test_a_count_that_cannot_begin(desk: Desk, arguments: tuple[str, ...], sentence: str) -> None:
    ran = desk.count([], *arguments)
    assert ran.returncode in (1, 2)
    assert sentence in ran.stderr


def test_a_count_keeps_no_nonce_and_tells_no_mark(desk: Desk, booth: Booth) -> None:
    manifest = booth.package.manifest
    workspace = Workspace(desk.made.workspace)
    count = SlipCount(origin_of(workspace, BOOTH), other_origins(workspace, BOOTH, ()))
    text = new_mark(booth.seed, manifest.ballot.uuid, BOOTH, Choice(1))
    judgement = count.judge(Scan(text))
    assert judgement.verdict is Verdict.GENUINE
    assert count.judge(Scan(f" {text.lower()} ")).verdict is Verdict.DOUBLED
    mark = read_mark(text)
    everything = repr(vars(count)) + repr(judgement)
    assert text not in everything
    assert repr(mark.nonce)[2:-1] not in everything
    assert repr((Scan(text), mark)) == "(<Scan>, <Mark>)"
    for secret in (Scan(text), mark):
        with pytest.raises(TypeError):
            str(secret)
    second = SlipCount(count.own)
    assert second.judge(Scan(text)).verdict is Verdict.GENUINE


@pytest.mark.parametrize("length", [0, 1, 8, 43, 116, 117, 118, 128, 4096])
@pytest.mark.parametrize("letter", ["A", "7", "1", "=", "é", "\x00", " "])
def test_no_text_ends_a_count(length: int, letter: str) -> None:
    with pytest.raises(InputError) as refused:
        read_mark(letter * length)
    assert letter * max(length, 2) not in str(refused.value)
