"""What a technician sets on an appliance: from the kernel's command line to the booth, nonsense told and left out."""

import os
import time

import pytest

from booth.ground.wishes import pass_on
from booth.views import CardWanted, OpenChecks
from booth.wishes import ZONE, Wishes, read, set_zone
from tests.booth.rig import Rig
from tests.house.tree import ROOT

LINE = (
    "bilik.root=" + "a" * 64 + " console=tty1 quiet bilik.printer=epson-tm-58 bilik.baud=9600 "
    "bilik.dots-per-mm=5.9 bilik.zone=Asia/Makassar init=/bin/sh bilik.x;y=1 bilik.zone2=a"
)


def test_from_the_command_line_to_the_booth(tmp_path):
    (tmp_path / "wishes").write_text(pass_on(LINE))
    assert read(tmp_path / "wishes") == Wishes("epson-tm-58", 9600, 5.9, "Asia/Makassar", refused=())


def test_the_image_itself_sets_nothing(tmp_path):
    line = (ROOT / "deploy" / "image" / "firmware" / "cmdline.txt").read_text().replace("@ROOT@", "a" * 64)
    assert pass_on(line) == ""
    (tmp_path / "wishes").write_text("")
    assert read(tmp_path / "wishes") == read(tmp_path / "nowhere") == Wishes()


@pytest.mark.parametrize(
    "line",
    [
        "printer=epson-tm-99", "printer=", "baud=fast", "baud=12", "baud=99999999", "dots-per-mm=0", "dots-per-mm=nan",
        "zone=Asia/Atlantis", "zone=../../etc/passwd", "zone=/etc/localtime",
        "card=soft", "data=/tmp", "=", "profile=x",
    ],
)  # fmt: skip
def test_nonsense_is_left_out_and_told(tmp_path, line):
    (tmp_path / "wishes").write_text(f"{line}\nbaud=19200\n")
    found = read(tmp_path / "wishes")
    assert found == Wishes(baud=19200, refused=(line,))


def test_nobody_can_set_what_the_unit_decides():
    """Card, stick, data and the screen's driver are the image's, whoever edits the first partition."""
    names = set(Wishes.__dataclass_fields__)
    assert names == {"profile", "baud", "dots_per_mm", "zone", "refused"}


def test_papers_and_screens_have_the_villages_hour():
    before = os.environ.get("TZ")
    try:
        hours = []
        for zone in (ZONE, "Asia/Makassar", "Asia/Jayapura"):
            set_zone(zone)
            hours.append(time.localtime(0).tm_hour)
        assert hours == [7, 8, 9]
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


class Misread(Rig):
    """A booth whose technician wrote something that means nothing."""

    understood = False


def test_the_opening_tells_and_stops_nobody(election, tmp_path):
    rig = Misread(election, tmp_path / "desk")
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.ready_checks()
    (found,) = [check for check in rig.see(OpenChecks).checks if check.name == "wishes"]
    assert (found.ok, found.needed) == (False, False)
    rig.finish_opening()
    rig.close()
