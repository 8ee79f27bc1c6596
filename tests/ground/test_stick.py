"""Which medium becomes the booth's stick, as media come and go; that they are really mounted is tried in the image."""

import os
import pwd
import re
from pathlib import Path

import pytest

from booth.ground import stick
from booth.ground.told import StickWord, told
from booth.ground.tools import Ran
from tests.house.tree import ROOT


class System:
    """The system's programs, as far as they are asked here."""

    def __init__(self, devices) -> None:
        self.devices = devices
        self.kinds = {}
        """File system by device's name; one that is ``damaged`` cannot be mounted."""
        self.mounted = None
        self.options = ""

    def run(self, arguments, timeout_s):
        assert timeout_s > 0
        match arguments:
            case ["blkid", *_, device]:
                return Ran(0, self.kinds[Path(device).name].removeprefix("damaged ") + "\n")
            case ["systemd-mount", *options, device, place]:
                assert place == str(stick.PLACE)
                assert self.mounted is None
                if not self.kinds[Path(device).name].startswith("damaged"):
                    self.mounted = Path(device).name
                    self.options = options[options.index("--options") + 1]
                return Ran(0, "")
            case ["systemctl", "stop", "run-bilik-stick.mount"]:
                self.mounted = None
                return Ran(0, "")
            case [("fsck.fat" | "fsck.exfat" | "e2fsck"), *_]:
                return Ran(0, "")
        raise AssertionError(arguments)

    def put_in(self, name, kind) -> None:
        self.kinds[name] = kind
        (self.devices / name).touch()
        stick.came(name)

    def pull(self, name) -> None:
        (self.devices / name).unlink()
        if self.mounted == name:
            self.mounted = None  # PID 1 takes it away with its device


@pytest.fixture
def system(tmp_path, monkeypatch):
    made = System(tmp_path / "devices")
    for name in ("DEVICES", "PLACE", "PRESENT", "FOLDER"):
        monkeypatch.setattr(stick, name, tmp_path / name.lower())
    (tmp_path / "folder").mkdir()
    (tmp_path / "place").mkdir()
    (tmp_path / "devices").mkdir()
    monkeypatch.setattr(stick, "OWNER", pwd.getpwuid(os.getuid()).pw_name)
    monkeypatch.setattr(stick, "run", made.run)
    monkeypatch.setattr(stick.os.path, "ismount", lambda place: made.mounted is not None)
    return made


def word():
    return told(stick.FOLDER, StickWord)


def test_one_stick_comes_and_goes(system):
    system.put_in("sda1", "vfat")
    assert (system.mounted, word()) == ("sda1", None)
    assert {"nodev", "nosuid", "noexec"} <= set(system.options.split(","))
    assert f"uid={os.getuid()}" in system.options.split(",")
    system.pull("sda1")
    stick.went("sda1")
    assert (system.mounted, word()) == (None, None)


def test_a_second_stick_is_told_and_takes_over_when_the_first_one_is_gone(system):
    system.put_in("sda1", "vfat")
    system.put_in("sdb1", "exfat")
    assert (system.mounted, word()) == ("sda1", StickWord.TWO)
    system.pull("sdb1")
    stick.went("sdb1")
    assert (system.mounted, word()) == ("sda1", None)
    system.put_in("sdb1", "exfat")
    system.pull("sda1")
    stick.went("sda1")
    assert (system.mounted, word()) == ("sdb1", None)


def test_a_note_that_was_cut_leaves_no_ghost(system):
    """The service that notes a stick's going was killed."""
    system.put_in("sda1", "vfat")
    system.pull("sda1")
    system.put_in("sdb1", "vfat")
    assert (system.mounted, word()) == ("sdb1", None)


def test_a_second_partition_of_the_same_stick_is_no_second_stick(system):
    system.put_in("sda1", "vfat")
    system.put_in("sda2", "ext4")
    assert (system.mounted, word()) == ("sda1", None)


@pytest.mark.parametrize("kind", ["", "ntfs", "crypto_LUKS", "damaged vfat"])
def test_what_cannot_be_read_is_told_until_a_readable_one_comes(system, kind):
    system.put_in("sda1", kind)
    assert (system.mounted, word()) == (None, StickWord.UNREADABLE)
    system.put_in("sdb", "ext4")
    assert (system.mounted, word()) == ("sdb", StickWord.TWO)
    system.pull("sda1")
    stick.went("sda1")
    assert (system.mounted, word()) == ("sdb", None)
    system.pull("sdb")
    stick.went("sdb")
    assert word() is None


def test_an_unreadable_first_partition_hides_no_second_one(system):
    system.put_in("sda1", "swap")
    system.put_in("sda2", "vfat")
    assert (system.mounted, word()) == ("sda2", None)


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away: nobody tried the owners of an ext4")
def test_an_ext4_becomes_the_booths_and_no_link_leads_out_of_it(system, tmp_path, monkeypatch):
    monkeypatch.setattr(stick, "OWNER", "nobody")
    outside = tmp_path / "outside"
    outside.write_text("")
    inside = stick.PLACE / "bilik" / "package"
    inside.mkdir(parents=True)
    (inside / "link").symlink_to(outside)
    system.put_in("sda1", "ext4")
    nobody = pwd.getpwnam("nobody").pw_uid
    assert "uid=" not in system.options
    assert {stick.PLACE.stat().st_uid, inside.stat().st_uid, (inside / "link").lstat().st_uid} == {nobody}
    assert outside.stat().st_uid == 0


@pytest.mark.parametrize(
    ("name", "good"),
    [("sda", True), ("sdab12", True), ("mmcblk0p4", False), ("sda1/../x", False), ("", False), ("sda 1", False)],
)
def test_only_a_disk_on_usb_is_a_name(name, good):
    assert stick.is_name(name) is good


def test_what_is_mounted_is_what_the_unit_and_the_booth_look_at():
    unit = (ROOT / "deploy/image/root/etc/systemd/system/bilik-booth.service").read_text()
    assert re.search(r"--stick (\S+)", unit)[1] == "/run/bilik/stick"
