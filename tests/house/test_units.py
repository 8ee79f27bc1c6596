"""The image's own units: each judged by systemd itself, and what they name is there."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files

OVERLAY = Path("deploy/image/root")
SYSTEM = OVERLAY / "etc" / "systemd" / "system"
WORST = 2.5
"""Exposure, of 10; "OK" in systemd's own words."""
SERVICES = sorted(path for path in files(".service") if path.is_relative_to(SYSTEM) and not path.is_symlink())
BOOTH = SYSTEM / "bilik-booth.service"


def unit(path: Path) -> ConfigParser:
    read = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string((ROOT / path).read_text())
    return read


def exposure(path: Path) -> float:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", ROOT / path],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    return float(found[1])


needs_judge = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not here: NOBODY JUDGED THE IMAGE'S SERVICES"
)


def test_the_units_of_the_image_are_there():
    assert {path.name for path in SERVICES} >= {
        "bilik-booth.service", "bilik-data.service", "bilik-stick@.service", "pcscd.service",
    }  # fmt: skip


@needs_judge
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_each_service_is_locked_in(path):
    assert exposure(path) <= WORST


@needs_judge
def test_the_judge_does_judge(tmp_path):
    bare = tmp_path / "bare.service"
    bare.write_text("[Service]\nExecStart=/bin/true\n")
    assert exposure(bare) > 9


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_no_service_keeps_rights_that_the_others_gave_up(path):
    service = unit(path)["Service"]
    assert service["NoNewPrivileges"] == "yes"
    assert service["LimitCORE"] == "0"
    assert service["ProtectSystem"] == "strict"
    assert service["DevicePolicy"] == "closed"
    root = "User" not in service
    assert service["CapabilityBoundingSet"].split() == ([] if not root else service["CapabilityBoundingSet"].split())
    assert set(service["CapabilityBoundingSet"].split()) <= {
        "CAP_SYS_ADMIN", "CAP_CHOWN", "CAP_DAC_READ_SEARCH",
    }  # fmt: skip


def test_the_booth_is_started_again_whatever_happened_and_watched():
    read = unit(BOOTH)
    assert read["Unit"]["StartLimitIntervalSec"] == "0"
    service = read["Service"]
    assert (service["Type"], service["Restart"], service["User"]) == ("notify", "always", "bilik")
    assert int(service["WatchdogSec"]) >= 60
    assert int(service["TimeoutStopSec"]) <= 5


def test_what_is_freed_is_overwritten_from_the_first_start_on():
    """As config/memory.py wants it, or the booth would start its program twice."""
    from config.memory import _WIPING

    told = re.findall(r"^Environment=(\w+)=(\S+)$", (ROOT / BOOTH).read_text(), re.MULTILINE)
    assert _WIPING.items() <= dict(told).items()


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_no_service_takes_the_folder_in_which_a_socket_lies(path):
    """A RuntimeDirectory is made its user's with all that lies in it: the booth could not open pcscd's socket then."""
    sockets = [Path(unit(file)["Socket"]["ListenStream"]) for file in files(".socket") if file.is_relative_to(SYSTEM)]
    assert sockets
    taken = [Path("/run", name) for name in unit(path)["Service"].get("RuntimeDirectory", "").split()]
    assert [folder for folder in taken if any(socket.is_relative_to(folder) for socket in sockets)] == []


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_what_a_service_of_ours_starts_is_in_the_overlay(path):
    program = unit(path)["Service"]["ExecStart"].split()[0]
    if program.startswith("/usr/lib/bilik/"):
        assert (ROOT / OVERLAY / program.lstrip("/")).stat().st_mode & 0o111
    else:
        assert program in ("/usr/bin/bilik-booth", "/usr/sbin/pcscd")


@pytest.mark.parametrize("folder", ["multi-user.target.wants", "sockets.target.wants"])
def test_what_is_started_is_there(folder):
    links = list((ROOT / SYSTEM / folder).iterdir())
    assert links
    for link in links:
        assert link.is_symlink()
        assert link.resolve(strict=True).parent == ROOT / SYSTEM


def test_the_booth_is_wanted_and_nobody_logs_in():
    wanted = {path.name for path in (ROOT / SYSTEM).glob("*.wants/*")}
    assert "bilik-booth.service" in wanted
    assert not [name for name in wanted if re.search(r"getty|ssh|network|resolved|console", name)]
