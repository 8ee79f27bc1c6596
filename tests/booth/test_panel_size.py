"""A panel's own word for its size; ``edid-decode``, which others wrote, reads the same bytes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from booth.events import Button
from booth.panel import connected, density, dots_per_mm, long_side_mm
from booth.views import CardWanted, Check, OpenChecks
from tests.booth.rig import Rig


def edid(dots=(1280, 800), mm=(217, 136), cm=(22, 14), clock=7100) -> bytes:
    """A whole EDID 1.4 block of a digital panel; ``clock`` in 10 kHz."""
    block = bytearray(128)
    block[:8] = bytes.fromhex("00ffffffffffff00")
    # Maker "BLK", product and serial number, week and year, version 1.4, digital input of 8 bits over HDMI.
    block[8:21] = bytes([0x09, 0x8B, 1, 0, 1, 0, 0, 0, 1, 36, 1, 4, 0xA2])
    block[21:23] = bytes(cm)
    block[23:25] = bytes([120, 0x06])
    block[25:35] = bytes.fromhex("ee91a3544c99260f5054")
    block[38:54] = bytes([1]) * 16
    blank = (160, 23)
    timing = bytearray(18)
    timing[0:2] = clock.to_bytes(2, "little")
    timing[2], timing[3] = dots[0] & 255, blank[0] & 255
    timing[4] = dots[0] >> 8 << 4 | blank[0] >> 8
    timing[5], timing[6] = dots[1] & 255, blank[1] & 255
    timing[7] = dots[1] >> 8 << 4 | blank[1] >> 8
    timing[8:12] = bytes([48, 32, 0x36, 0])
    timing[12], timing[13] = mm[0] & 255, mm[1] & 255
    timing[14] = mm[0] >> 8 << 4 | mm[1] >> 8
    timing[17] = 0x1E
    block[54:72] = timing
    for at in (72, 90, 108):
        block[at : at + 18] = bytes([0, 0, 0, 0x10, 0]) + bytes(13)
    return sealed(block)


def sealed(block: bytearray) -> bytes:
    block[127] = 0
    block[127] = -sum(block) % 256
    return bytes(block)


def spoiled(at: int, value: int) -> bytes:
    block = bytearray(edid())
    block[at] = value
    return sealed(block)


GOOD = {
    "10 inches, 1280 by 800": (edid(), 5.9),
    "7 inches, 800 by 480": (edid((800, 480), (154, 86), (15, 9), 3000), 5.2),
    "10 inches, 1920 by 1080": (edid((1920, 1080), (222, 125), (22, 13), 14850), 8.6),
    "with a second block": (edid() + bytes(128), 5.9),
    "the shape where the size should be": (edid(mm=(16, 10)), 5.8),
    "the shape in tens where the size should be": (edid((1920, 1080), (160, 90), (22, 13), 14850), 8.7),
    "centimetres only": (edid(mm=(0, 0)), 5.8),
}
BAD = {
    "empty": b"",
    "cut": edid()[:127],
    "another header": spoiled(0, 1),
    "a wrong sum": edid()[:126] + bytes([0, edid()[127] ^ 1]),
    "no size at all (a projector)": edid(mm=(0, 0), cm=(0, 0)),
    "a shape in tens in both places": edid(mm=(160, 100), cm=(16, 10)),
    "a shape in both places": edid(mm=(16, 10), cm=(16, 0)),
    "no timing": spoiled(54, 0) if edid()[55] == 0 else sealed(bytearray(edid()[:54] + bytes(18) + edid()[72:])),
    "dots that are not square": edid(mm=(217, 217), cm=(22, 22)),
    "a wall": edid(mm=(4000, 2500), cm=(0, 0)),
    "a speck": edid(mm=(20, 12), cm=(2, 1)),
}


@pytest.mark.parametrize("what", GOOD)
def test_a_panel_says_how_large_it_is(what: str) -> None:
    data, dots = GOOD[what]
    assert density(data) == pytest.approx(dots, abs=0.06)


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_credible_is_not_believed(what: str) -> None:
    assert density(BAD[what]) is None


@pytest.mark.parametrize("what", ["10 inches, 1280 by 800", "7 inches, 800 by 480", "10 inches, 1920 by 1080"])
def test_another_reader_reads_the_same(what: str, tmp_path: Path) -> None:
    tool = shutil.which("edid-decode")
    assert tool, "install edid-decode (deploy/prepare.sh test does)"
    data, dots = GOOD[what]
    (tmp_path / "edid").write_bytes(data)
    said = subprocess.run([tool, tmp_path / "edid"], check=False, capture_output=True, text=True).stdout
    across = re.search(r"DTD 1: +(\d+)x\d+.*?\((\d+) mm x \d+ mm\)", said, re.DOTALL)
    assert across, said
    assert int(across[1]) / int(across[2]) == pytest.approx(dots, abs=0.06)


def test_only_a_single_panel_is_believed(tmp_path: Path) -> None:
    assert dots_per_mm(connected(tmp_path)) is None
    for name, data in (("card0-HDMI-A-1", edid()), ("card0-HDMI-A-2", b"")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "edid").write_bytes(data)
    assert dots_per_mm(connected(tmp_path)) == pytest.approx(5.9, abs=0.06)
    (tmp_path / "card0-HDMI-A-2" / "edid").write_bytes(edid((800, 480), (154, 86), (15, 9), 3000))
    assert dots_per_mm(connected(tmp_path)) is None


@pytest.mark.parametrize("what", GOOD)
def test_its_longer_side_is_the_same_in_every_mode(what: str) -> None:
    data, dots = GOOD[what]
    across, down = data[56] | (data[58] & 0xF0) << 4, data[59] | (data[61] & 0xF0) << 4
    assert long_side_mm([data]) == pytest.approx(max(across, down) / dots, rel=0.015)
    assert long_side_mm([data, data]) is None


@pytest.mark.parametrize("what", BAD)
def test_no_side_is_guessed(what: str) -> None:
    assert long_side_mm([BAD[what]]) is None


class Unmeasured(Rig):
    measured = False


@pytest.mark.parametrize("kind", [Unmeasured, Rig])
def test_an_officer_is_told_of_a_screen_of_unknown_size_and_may_open(kind: type[Rig], election, tmp_path: Path) -> None:
    rig = kind(election, tmp_path / "desk")
    try:
        rig.see(CardWanted, what="ready")
        rig.with_pin(rig.officer)
        rig.ready_checks()
        told = [check for check in rig.see(OpenChecks).checks if check.name == "panel"]
        assert told == ([] if kind.measured else [Check("panel", ok=False, needed=False)])
        rig.tap(Button.CONFIRM)
        rig.see(CardWanted, what="committee-present")
    finally:
        rig.close()
