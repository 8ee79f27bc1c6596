"""From packages to the morning of the day: sticks and labels, one village changed, and what the public gets."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from config.package import read_package
from config.record import sha256
from sync.district.delivery import STICK_FOLDER
from sync.district.labels import label_text
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, PASSPHRASE, Made, changed_sample, district, done

NEIGHBOUR = "34.04.01.2002"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An election in two villages with its packages; not to be changed."""
    folder = tmp_path_factory.mktemp("two")
    source = changed_sample(folder / "source")
    for table, lines in {
        "villages": f"{NEIGHBOUR},Gamping,Ambarketawang\n",
        "booths": f"{NEIGHBOUR},1,1,110,\n",
        "candidates": f"{NEIGHBOUR},1,Ahmad Contoh,1-suryadi-wirapraja.png\n"
        f"{NEIGHBOUR},2,Sri Contoh,3-bagus-adinugraha.png\n",
    }.items():
        with (source / f"{table}.csv").open("a", encoding="utf-8") as out:
            out.write(lines)
    made = Made(folder)
    done("new", source, made.workspace)
    done("cards", "rehearsal", made.workspace, made.cards)
    trustees(made, "first")
    done("package", made.workspace, "--all", made.sticks)
    return made


@pytest.fixture
def changing(two: Made, tmp_path: Path) -> Made:
    return two.copy(tmp_path / "mine")


def trustees(made: Made, name: str, *options: str) -> None:
    for role in ("officers", "committee"):
        file = made.folder / f"{role}-{name}.json"
        done("trustee", "new", made.workspace / "request", "--role", role, "--out", file)
        done("trustee", "add", made.workspace, file, *options)


def stored(made: Made) -> dict[str, bytes]:
    """Everything that is kept for each booth, byte by byte."""
    return {
        path.relative_to(made.workspace).as_posix(): path.read_bytes()
        for path in (made.workspace / "booths").glob("[0-9]*/*")
    }


def rename_candidate(made: Made) -> None:
    table = made.folder / "source" / "candidates.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Sri Contoh", "Sri Contohwati"), encoding="utf-8")


def test_one_village_is_changed_and_the_others_packages_stay_to_the_byte(changing: Made, tmp_path: Path) -> None:
    before = stored(changing)
    rename_candidate(changing)
    assert "no batch" not in done("change", changing.workspace, changing.folder / "source", "--village", NEIGHBOUR)
    assert f"New packages: 1; made before and kept as they are: {len(BOOTHS)}." in done(
        "package", changing.workspace, "--all", changing.sticks
    )
    after = stored(changing)
    assert set(after) == set(before)
    assert {name for name in before if before[name] != after[name]} == {
        f"booths/{NEIGHBOUR}-001-1/manifest",
        f"booths/{NEIGHBOUR}-001-1/signature",
    }
    laid = read_package(changing.sticks / f"{NEIGHBOUR}-001-1" / STICK_FOLDER)
    assert [candidate.name for candidate in laid.manifest.candidates] == ["Ahmad Contoh", "Sri Contohwati"]
    assert "Nothing is lacking." in done("check", changing.workspace)


def test_a_booth_more_takes_new_keys_for_itself_alone(changing: Made) -> None:
    before = stored(changing)
    with (changing.folder / "source" / "booths.csv").open("a", encoding="utf-8") as out:
        out.write(f"{NEIGHBOUR},2,1,120,\n")
    done("change", changing.workspace, changing.folder / "source", "--village", NEIGHBOUR)
    pin = changing.folder / "pin"
    pin.write_text("427516\n")
    for number in (1, 2):
        done(
            "cards", "issue", changing.workspace, "--soft", "--role", "officers", "--village", NEIGHBOUR, "--tps", "2",
            "--holder", f"Petugas baru {number}", "--pin-file", pin, "--out", changing.folder / f"new{number}.card",
        )  # fmt: skip
    trustees(changing, "second", "--missing")
    done("package", changing.workspace, "--all", changing.folder / "again")
    after = stored(changing)
    assert {name for name in before if before[name] != after.get(name)} == {
        f"booths/{NEIGHBOUR}-001-1/{part}" for part in ("manifest", "signature")
    }
    assert f"booths/{NEIGHBOUR}-002-1/manifest" in after


def test_only_what_is_named_is_changed(changing: Made) -> None:
    before = stored(changing)
    rename_candidate(changing)
    ran = district("change", changing.workspace, changing.folder / "source", "--village", BOOTHS[0][:13])
    assert ran.returncode == 1
    assert f"also changes {NEIGHBOUR}" in ran.stderr
    plan = changing.folder / "source" / "election.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("tape_copies = 2", "tape_copies = 3"), encoding="utf-8")
    ran = district("change", changing.workspace, changing.folder / "source", "--village", NEIGHBOUR)
    assert ran.returncode == 1
    assert "every booth's package: settings" in ran.stderr
    assert stored(changing) == before


def test_a_village_is_named_by_its_name_too(changing: Made) -> None:
    rename_candidate(changing)
    source = changing.folder / "source"
    ran = district("change", changing.workspace, source, "--village", "Nirwana")
    assert (ran.returncode, "Nirwana names 0 villages" in ran.stderr) == (1, True)
    name = next(
        village.name for village in Workspace(changing.workspace).election.villages if village.code == NEIGHBOUR
    )
    assert NEIGHBOUR in done("change", changing.workspace, source, "--village", name.upper())


def test_a_second_file_of_keys_names_the_way_that_keeps_packages(changing: Made) -> None:
    file = changing.folder / "again.json"
    done("trustee", "new", changing.workspace / "request", "--role", "officers", "--out", file)
    ran = district("trustee", "add", changing.workspace, file)
    assert ran.returncode == 1
    assert ran.stderr.index("--missing") < ran.stderr.index("--replace")


def test_a_change_that_was_cut_off_between_its_renames(changing: Made) -> None:
    (changing.workspace / "source").rename(changing.workspace / "source.old")
    shutil.copytree(changing.folder / "source", changing.workspace / "source.next")
    assert "Nothing is lacking." in done("check", changing.workspace)
    assert (changing.workspace / "source").is_dir()


CUTS = ["before forget_package", "after forget_package", "before keep_source", "after keep_source", "after rename"]
CUT = """
import os, pathlib, signal, sys
from sync.district.__main__ import run
from sync.district.workspace import Workspace
when, name = sys.argv[1].split()
owner = pathlib.Path if name == "rename" else Workspace
real = getattr(owner, name)
def cut(*given):
    if when == "before": os.kill(os.getpid(), signal.SIGKILL)
    real(*given)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, cut)
run(sys.argv[2:])
"""


@pytest.mark.parametrize("at", CUTS)
def test_a_change_that_is_killed_is_run_again_with_the_same_end(changing: Made, tmp_path: Path, at: str) -> None:
    with (changing.folder / "source" / "booths.csv").open("a", encoding="utf-8") as out:
        out.write(f"{NEIGHBOUR},2,1,120,\n")
    command = ("change", changing.workspace, changing.folder / "source", "--village", NEIGHBOUR)
    ran = subprocess.run(
        [sys.executable, "-c", CUT, at, *map(str, command)],
        env=os.environ | {"BILIK_PASSPHRASE": PASSPHRASE},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    done(*command)
    workspace = Workspace(changing.workspace)
    assert workspace.setup_hash(f"{NEIGHBOUR}-001-1") is None
    request = json.loads((changing.workspace / "request" / "request.json").read_bytes())
    assert request["booths"] == list(workspace.places)
    assert f"{NEIGHBOUR}-002-1" in workspace.places


def test_another_command_that_changes_the_workspace_is_waited_for_with_a_word(changing: Made, tmp_path: Path) -> None:
    with Workspace(changing.workspace).changing():
        running = subprocess.Popen(
            [sys.executable, "-m", "sync.district", "publish", changing.workspace, "--setup", tmp_path / "public"],
            env=os.environ | {"BILIK_PASSPHRASE": PASSPHRASE},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert running.stderr is not None
        assert "sedang mengubah ruang kerja ini" in running.stderr.readline()
        assert running.poll() is None
    assert running.wait(60) == 0
    running.stderr.close()


class Port:
    """Where sticks are put in: a folder that comes and goes, as a mounted stick does."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def put_in(self, stick: Path) -> None:
        stick.mkdir(exist_ok=True)
        stick.rename(self.place)

    def take_out(self, to: Path) -> None:
        self.place.rename(to)


def wait_for(condition: object, what: str) -> None:
    end_s = time.monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end_s, what
        time.sleep(0.02)


def test_sticks_are_written_one_after_another(two: Made, tmp_path: Path) -> None:
    """Blank sticks come one by one; in between somebody puts in one that is done, and one of another election."""
    made = two.copy(tmp_path / "mine")
    port, heap = Port(tmp_path / "port"), tmp_path / "heap"
    heap.mkdir()
    said: list[str] = []
    running = subprocess.Popen(
        [
            sys.executable, "-u", "-m", "sync.district", "sticks", made.workspace, "--stick", port.place,
            "--labels", tmp_path / "labels", "--wait", "90",
        ],
        env=os.environ | {"BILIK_PASSPHRASE": PASSPHRASE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    assert running.stdout is not None
    reader = threading.Thread(target=lambda: said.extend(iter(running.stdout.readline, "")))  # type: ignore[union-attr]
    reader.start()
    workspace = Workspace(made.workspace)
    booths = list(workspace.places)
    try:
        for number, booth in enumerate(booths):
            if number == 2:
                port.put_in(heap / booths[0])  # it was done before
                wait_for(lambda: f"  This stick is booth {booths[0]}'s.\n" in said, "the owner is named")
                port.take_out(heap / booths[0])
                foreign = heap / "foreign"
                (foreign / STICK_FOLDER).mkdir(parents=True)
                (foreign / STICK_FOLDER / "manifest.json").write_bytes(b"{}")
                port.put_in(foreign)
                wait_for(lambda: any("holds another package" in line for line in said), "a stranger is refused")
                port.take_out(foreign)
            port.put_in(heap / f"blank{number}")
            wait_for(lambda booth=booth: workspace.stick_written(booth) is not None, f"stick {booth}")
            port.take_out(heap / booth)
        assert running.wait(60) == 0, said
    finally:
        running.kill()
        running.wait()
        reader.join()
        running.stdout.close()
    for booth in booths:
        package = read_package(heap / booth / STICK_FOLDER, root=workspace.root)
        assert package.manifest.place.booth_id == booth
        with Image.open(tmp_path / "labels" / f"{booth}.png") as label:
            codes = zxingcpp.read_barcodes(label.convert("L"))
        assert [code.text for code in codes] == [label_text(booth, package.setup_hash)]
    (tmp_path / "labels" / f"{booths[1]}.png").unlink()
    again = done("sticks", made.workspace, "--stick", port.place, "--labels", tmp_path / "labels", "--wait", "0")
    assert sorted(path.stem for path in (tmp_path / "labels").iterdir()) == booths
    assert f"0 sticks to be written, {len(booths)} were written before." in again


def test_sticks_that_nobody_puts_in(two: Made, tmp_path: Path) -> None:
    ran = district("sticks", two.workspace, "--stick", tmp_path / "port", "--only", NEIGHBOUR, "--wait", "0")
    assert ran.returncode == 1
    assert f"No stick came for booth {NEIGHBOUR}-001-1" in ran.stderr


def test_what_the_public_gets_is_checked_by_others_programs(two: Made, tmp_path: Path) -> None:
    out = tmp_path / "public"
    done("publish", two.workspace, "--setup", out)
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=out, check=True, capture_output=True)
    subprocess.run(["minisign", "-V", "-p", "root.pub", "-m", "SHA256SUMS"], cwd=out, check=True, capture_output=True)
    listed = {line.split()[1] for line in (out / "SHA256SUMS").read_text().splitlines()}
    assert listed | {"SHA256SUMS", "SHA256SUMS.minisig"} == {path.name for path in out.iterdir()}
    record = json.loads((out / "setup.json").read_bytes())
    workspace = Workspace(two.workspace)
    assert record["booths"] == {
        booth: sha256((two.sticks / booth / STICK_FOLDER / "manifest.json").read_bytes()) for booth in workspace.places
    }
    page = (out / "index.html").read_text(encoding="utf-8")
    assert workspace.root.fingerprint in page
    for setup_hash in record["booths"].values():
        assert setup_hash in page.replace(" ", "").replace("<br>", "")
    holders = {card.holder for card in workspace.cards}
    assert not any(holder in path.read_text() for path in out.iterdir() for holder in holders), "nobody's name"
    assert district("publish", two.workspace, "--setup", out).returncode == 1, "what was published is not overwritten"


def test_nothing_is_published_while_a_package_is_missing(changing: Made, tmp_path: Path) -> None:
    rename_candidate(changing)
    done("change", changing.workspace, changing.folder / "source", "--village", NEIGHBOUR)
    ran = district("publish", changing.workspace, "--setup", tmp_path / "public")
    assert ran.returncode == 1
    assert f"{NEIGHBOUR}-001-1" in ran.stderr
    assert not (tmp_path / "public").exists()
