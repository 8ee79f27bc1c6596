"""``bilik-booth check``: the command itself, at a virtual printer of every kind."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from printer.port import SerialPrinter
from printer.profiles import PROFILES
from printer.sample import QR_TEXT
from printer.virtual.models import MODELS, ModelPrinter

LETTER = {576: "C", 512: "B", 384: "A"}
TIMEOUT_S = 120


@contextmanager
def connected(name: str, folder: Path) -> Iterator[tuple[ModelPrinter, list[Image.Image]]]:
    pieces: list[Image.Image] = []
    with ModelPrinter(MODELS[name], folder / "tty", pieces.append, speed_mm_s=250) as printer:
        yield printer, pieces


def check(folder: Path, *more: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "booth", "check", "--printer", folder / "tty", *more]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


@pytest.mark.parametrize("name", ["epson-80", "epson-88", "common-58", "common-9600"])
def test_a_printer_that_confirms_gets_its_profile_and_prints_a_sample(name: str, tmp_path: Path) -> None:
    model = MODELS[name]
    with connected(name, tmp_path) as (_, pieces):
        done = check(tmp_path, typed=f"{LETTER[model.width_dots].lower()}\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    profile = {"epson-80": "epson-tm-80", "epson-88": "epson-tm-88", "common-9600": "common-80"}.get(name, name)
    assert f"--printer {tmp_path / 'tty'} --baud {model.baud or 115200} --profile {profile}\n" in done.stdout
    for sentence in ("dapat dipakai dalam pemilihan resmi", "Official elections can use this printer"):
        assert sentence in done.stdout
    # The ruler, the sample, slip and stub; nothing that a question left behind.
    assert len(pieces) == 4
    picture = tmp_path / "sample.png"
    pieces[1].save(picture)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == QR_TEXT


REFUSED = {
    "plain-80": ("does not say when the paper is out", "tidak menyatakan kapan kertas sudah keluar"),
    "hasty-80": ("before the paper has moved", "sebelum kertas bergerak"),
    "keeps-all-80": ("drops an interrupted print", "cetakan yang terputus sudah dibuang"),
    "half-80": ("DLE EOT 2, 3 unanswered", "DLE EOT 2, 3 tidak dijawab"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_printer_that_cannot_confirm_is_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    with connected(name, tmp_path) as (_, pieces):
        done = check(tmp_path, "--ruler", "C")
    assert done.returncode == 1, done.stdout + done.stderr
    for sentence in (*REFUSED[name], "REFUSED for official elections", "DITOLAK untuk pemilihan resmi"):
        assert sentence in done.stdout
    assert "Official elections can use" not in done.stdout
    if name == "half-80":
        assert "--profile" not in done.stdout
        assert pieces == []
    else:
        assert "--profile plain-80\n" in done.stdout
        assert "the printer does not say whether it was printed" in done.stdout
        assert len(pieces) == 3


def test_a_printer_that_answers_nothing_is_a_sentence(tmp_path: Path) -> None:
    with connected("deaf-80", tmp_path):
        done = check(tmp_path)
    assert done.returncode == 3
    assert "does not answer" in done.stdout
    assert "tidak menjawab" in done.stdout
    assert "Traceback" not in done.stderr


def test_without_paper_or_cable_nothing_is_found_out_and_the_next_step_is_said(tmp_path: Path) -> None:
    with connected("epson-80", tmp_path) as (printer, _):
        printer.load_roll(0)
        done = check(tmp_path)
    assert done.returncode == 3
    assert "paper" in done.stdout
    assert "Look" not in done.stdout
    assert check(tmp_path).returncode == 3


def test_while_the_booth_runs_its_line_is_left_alone(tmp_path: Path) -> None:
    with connected("epson-80", tmp_path) as (_, pieces):
        booth = SerialPrinter(tmp_path / "tty", PROFILES["epson-tm-80"])
        assert booth.status().ready
        done = check(tmp_path)
        assert booth.proved().confirms
        booth.close()
    assert done.returncode == 2
    assert "Close the booth first" in done.stdout
    assert "Tutup bilik dulu" in done.stdout
    assert pieces == []


def test_nobody_says_what_the_ruler_shows(tmp_path: Path) -> None:
    with connected("epson-80", tmp_path) as (_, pieces):
        done = check(tmp_path, typed="48\nX\n\n")
    assert done.returncode == 2
    assert done.stdout.count("A, B or C?") == 3
    assert "--ruler" in done.stdout
    assert len(pieces) == 1


@pytest.mark.parametrize("arguments", [[], ["--printer", "--ruler", "D"], ["--printer", "--data", "x"]])
def test_wrong_use_is_told(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "booth", "check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 2
    assert "usage: bilik-booth check" in done.stderr
