"""deploy/prepare.sh on machines that lack something, with stand-ins for apt-get, sudo, id and python3."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

TOOLS = (
    *("bash", "cat", "cp", "dirname", "dpkg-deb", "env", "find", "flock", "grep", "head", "mkdir", "mktemp", "mv"),
    *("rm", "sha256sum", "tail", "tar"),
)
DRIVER = ".venv/lib/vpcd/libifdvpcd.so"


class Machine:
    """A checkout and a PATH that holds nothing but what a test put there; what was called is in ``calls``."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "bilik"
        self.path = folder / "bin"
        self.include = folder / "include"
        self.postgresql = folder / "postgresql"
        self._log = folder / "calls"
        self.path.mkdir()
        (self.postgresql / "15/bin").mkdir(parents=True)
        (self.postgresql / "15/bin/initdb").touch()
        for name in TOOLS:
            (self.path / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is missing here"))
        (self.checkout / "deploy").mkdir(parents=True)
        shutil.copy(ROOT / "deploy/prepare.sh", self.checkout / "deploy")
        shutil.copy(ROOT / "requirements.txt", self.checkout)
        shutil.copy(ROOT / "requirements-source.txt", self.checkout)
        shutil.copy(ROOT / "pyproject.toml", self.checkout)

    def command(self, name: str, body: str = "exit 0") -> None:
        """Puts a stand-in on the PATH that records its call and then does ``body``."""
        self._write(self.path / name, body)

    def _write(self, place: Path, body: str) -> None:
        place.write_text(f'#!/bin/bash\nprintf "%s\\n" "{place.name} $*" >>{self._log}\n{body}\n')
        place.chmod(0o755)

    def user(self, number: int) -> None:
        self.command("id", f"echo {number}")

    def python(self, version: tuple[int, int], name: str = "python3") -> None:
        """An interpreter that says it is ``version`` and is this one in all else, and what builds for it."""
        self.command(name, self._python_body(version))
        self.command("gcc")
        self.include.mkdir(exist_ok=True)
        (self.include / "Python.h").touch()

    def _python_body(self, version: tuple[int, int]) -> str:
        return (
            f'case "$*" in *version_info*) echo {version[0]}.{version[1]};; *base_prefix*) echo "$0";; '
            f'*get_path*) echo {self.include};; *CDLL*|*ensurepip*|*"-m venv"*) exit 0;; '
            f'*"-m pip"*) exit 0;; *) exec {sys.executable} "$@";; esac'
        )

    def venv(self, version: tuple[int, int]) -> None:
        (self.checkout / ".venv/bin").mkdir(parents=True)
        self._write(self.checkout / ".venv/bin/python", self._python_body(version))
        (self.checkout / ".venv/bin/pip").write_text(f"#!{self.checkout}/.venv/bin/python\n")

    @property
    def driver(self) -> Path:
        return self.checkout / DRIVER

    def prepare(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self._log.write_text("")
        return subprocess.run(
            ["bash", "deploy/prepare.sh", *arguments],
            cwd=self.checkout,
            env={
                "PATH": os.fspath(self.path),
                "HOME": os.fspath(self.checkout),
                "POSTGRESQL": os.fspath(self.postgresql),
            }
            | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        return self._log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Python 3.12, its environment and the driver stand; minisign and zbarimg are missing; an ordinary user."""
    machine = Machine(tmp_path)
    machine.python((3, 12))
    machine.venv((3, 12))
    machine.user(1000)
    machine.command("apt-get")
    judges = ("strace", "pkcs15-tool", "yubico-piv-tool", "openssl", "edid-decode", "hb-view")
    for there in ("espeak-ng", "pcscd", "fusermount3", "ip", "Xvfb", "soxi", *judges):
        machine.command(there)
    machine.driver.parent.mkdir(parents=True)
    machine.driver.touch()
    return machine


def test_without_an_administrator_it_prints_the_one_line_and_exits_2(machine: Machine) -> None:
    result = machine.prepare("test", "test")
    assert result.returncode == 2
    assert "minisign (judges our signatures independently)" in result.stderr
    last = result.stderr.splitlines()[-1].strip()
    assert last == "su -c 'apt-get update && apt-get install --yes --no-install-recommends minisign zbar-tools'"
    assert not any(call.startswith("apt-get") for call in machine.calls)


def test_sudo_that_wants_a_password_without_a_terminal_prints_the_line(machine: Machine) -> None:
    machine.command("sudo", "exit 1")
    result = machine.prepare("test", "test")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].strip().startswith("sudo sh -c 'apt-get update && apt-get install")
    assert [call for call in machine.calls if call.startswith("sudo")] == ["sudo -n true"]


INSTALLS = """case "$*" in *install*)
    for command in minisign zbarimg; do printf '#!/bin/sh\\n' >{bin}/$command; /bin/chmod +x {bin}/$command; done;;
esac"""


def test_root_installs_what_is_missing_and_nothing_else(machine: Machine) -> None:
    machine.user(0)
    machine.command("apt-get", INSTALLS.format(bin=machine.path) + '\n[ "$DEBIAN_FRONTEND" = noninteractive ]')
    result = machine.prepare("test", "test")
    assert result.returncode == 0, result.stderr
    update, install = [call for call in machine.calls if call.startswith("apt-get")]
    assert update.endswith("update")
    assert install.endswith("install --yes --no-install-recommends minisign zbar-tools")


def test_sudo_without_password_installs(machine: Machine) -> None:
    machine.command("sudo", '[ "$1" = -n ] || exec "$@"')
    machine.command("apt-get", INSTALLS.format(bin=machine.path))
    assert machine.prepare("test", "test").returncode == 0
    assert (machine.path / "zbarimg").exists()


def test_a_failed_installation_shows_its_words_and_exits_2(machine: Machine) -> None:
    machine.user(0)
    machine.command("apt-get", 'echo "E: no space left"; case "$*" in *install*) exit 100;; esac')
    result = machine.prepare("test", "test")
    assert result.returncode == 2
    assert "E: no space left" in result.stderr


def test_an_installation_that_brings_nothing_is_not_believed(machine: Machine) -> None:
    machine.user(0)
    result = machine.prepare("test", "test")
    assert result.returncode == 2
    assert "still not found: minisign zbar-tools" in result.stderr


def test_a_machine_without_apt(machine: Machine) -> None:
    (machine.path / "apt-get").unlink()
    result = machine.prepare("test", "test")
    assert result.returncode == 2
    assert "no apt-get" in result.stderr
    assert "missing: minisign" in result.stderr


def test_the_server_of_the_database_is_asked_for_by_its_package(machine: Machine) -> None:
    (machine.postgresql / "15/bin/initdb").unlink()
    result = machine.prepare("test", "test")
    assert "postgresql (the database of several desks, in tests)" in result.stderr
    assert "postgresql" not in machine.prepare("run", "demo").stderr


def test_the_demo_does_not_ask_for_what_only_tests_need(machine: Machine) -> None:
    assert machine.prepare("check", "check").returncode == 0
    assert "minisign" not in machine.prepare("run", "demo").stderr


def test_the_second_time_is_silent_and_installs_nothing(machine: Machine) -> None:
    first = machine.prepare("check", "check")
    assert first.returncode == 0
    assert sum("-m pip install" in call for call in machine.calls) == 3
    second = machine.prepare("check", "check")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert not any("pip" in call or "apt-get" in call for call in machine.calls)


@pytest.mark.parametrize(
    ("name", "installs"), [("requirements.txt", 3), ("requirements-source.txt", 3), ("pyproject.toml", 1)]
)
def test_a_changed_file_is_installed_again(machine: Machine, name: str, installs: int) -> None:
    machine.prepare("check", "check")
    with (machine.checkout / name).open("a") as changed:
        changed.write("# changed\n")
    assert machine.prepare("check", "check").returncode == 0
    assert sum("-m pip install" in call for call in machine.calls) == installs


def test_an_environment_that_was_moved_is_made_anew(machine: Machine) -> None:
    machine.prepare("check", "check")
    machine.checkout = machine.checkout.rename(machine.checkout.with_name("moved"))
    result = machine.prepare("check", "check")
    assert "making .venv with Python 3.12" in result.stderr
    assert any(call.endswith("-m venv --clear .venv") for call in machine.calls)


def test_an_installation_that_was_cut_short_is_done_again(machine: Machine) -> None:
    python = machine.checkout / ".venv/bin/python"
    whole = python.read_text()
    python.write_text(whole.replace('*"-m pip"*) exit 0', '*"-m pip"*) exit 1'))
    assert machine.prepare("check", "check").returncode == 1
    python.write_text(whole)
    assert machine.prepare("check", "check").returncode == 0
    assert sum("-m pip install" in call for call in machine.calls) == 3


def test_a_package_that_cannot_be_built_is_tried_again(machine: Machine) -> None:
    python = machine.checkout / ".venv/bin/python"
    whole = python.read_text()
    python.write_text(whole.replace('*"-m pip"*) exit 0', '*requirements-source.txt*) exit 1;; *"-m pip"*) exit 0'))
    result = machine.prepare("check", "check")
    assert result.returncode == 1
    assert "could not be built" in result.stderr
    python.write_text(whole)
    assert machine.prepare("check", "check").returncode == 0


def test_hashes_are_required_and_what_comes_as_source_fetches_nothing_else(machine: Machine) -> None:
    machine.prepare("check", "check")
    wheels, source, project = [call for call in machine.calls if "-m pip install" in call]
    assert wheels.endswith("--require-hashes --only-binary :all: -r requirements.txt")
    assert source.endswith(
        "--no-cache-dir --require-hashes --no-deps --no-build-isolation --no-binary :all: -r requirements-source.txt"
    )
    assert project.endswith("--no-deps --no-build-isolation --no-index -e .")


def test_the_build_finds_the_program_that_its_wheel_brought(machine: Machine) -> None:
    python = machine.checkout / ".venv/bin/python"
    found = machine.checkout / "found"
    python.write_text(
        python.read_text().replace(
            'case "$*"', f'case "$*" in *source.txt*) type -p swig >{found};; esac; case "$*"', 1
        )
    )
    machine._write(machine.checkout / ".venv/bin/swig", "exit 0")
    assert machine.prepare("check", "check").returncode == 0
    assert found.read_text().strip() == f"{machine.checkout}/.venv/bin/swig"


def test_what_builds_is_named_while_something_must_be_built_and_not_after(machine: Machine) -> None:
    (machine.path / "gcc").unlink()
    (machine.include / "Python.h").unlink()
    result = machine.prepare("check", "check")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].strip() == (
        "su -c 'apt-get update && apt-get install --yes --no-install-recommends "
        "gcc libc6-dev libpcsclite-dev python3.12-dev'"
    )
    machine.python((3, 12))
    assert machine.prepare("check", "check").returncode == 0
    (machine.path / "gcc").unlink()
    again = machine.prepare("check", "check")
    assert (again.returncode, again.stderr) == (0, "")


def test_the_compiler_that_tests_need_too_is_named_once(machine: Machine) -> None:
    (machine.path / "gcc").unlink()
    last = machine.prepare("test", "test").stderr.splitlines()[-1]
    assert last.split("recommends ")[1].startswith("gcc libc6-dev libpcsclite-dev minisign")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that holds a driver as Debian's does: a link beside the file of that version."""
    drivers = tmp_path / "package/usr/lib/pcsc/drivers/serial"
    drivers.mkdir(parents=True)
    (drivers / "libifdvpcd.so.0.8").write_bytes(b"\x7fELF driver")
    (drivers / "libifdvpcd.so").symlink_to("libifdvpcd.so.0.8")
    control = tmp_path / "package/DEBIAN/control"
    control.parent.mkdir()
    control.write_text(
        "Package: vsmartcard-vpcd\nVersion: 1\nArchitecture: all\nMaintainer: a test <t@example.org>\nDescription: x\n"
    )
    built = tmp_path / "vsmartcard-vpcd_1_all.deb"
    subprocess.run(["dpkg-deb", "--build", tmp_path / "package", built], check=True, capture_output=True)
    return built


def test_the_readers_driver_is_unpacked_and_never_installed(machine: Machine, package: Path) -> None:
    machine.driver.unlink()
    machine.command("apt-get", f'case "$*" in *"download vsmartcard-vpcd") cp {package} .;; esac')
    result = machine.prepare("run", "demo")
    assert result.returncode == 0, result.stderr
    assert machine.driver.read_bytes() == b"\x7fELF driver"
    assert not machine.driver.is_symlink()
    assert not any(" install " in call for call in machine.calls if call.startswith("apt-get"))
    again = machine.prepare("run", "demo")
    assert (again.returncode, again.stderr) == (0, "")


def test_a_fresh_machine_renews_its_lists_for_the_driver_as_root(machine: Machine, package: Path) -> None:
    machine.driver.unlink()
    machine.user(0)
    lists = machine.checkout / "lists"
    machine.command(
        "apt-get", f'case "$*" in *update) >{lists};; *download*) [ -e {lists} ] || exit 100; cp {package} .;; esac'
    )
    assert machine.prepare("run", "demo").returncode == 0
    assert machine.driver.exists()


def test_a_driver_that_cannot_be_fetched_leaves_nothing_and_says_what_to_do(machine: Machine) -> None:
    machine.driver.unlink()
    machine.command("apt-get", 'echo "E: Unable to locate package vsmartcard-vpcd" >&2; exit 100')
    result = machine.prepare("run", "demo")
    assert result.returncode == 2
    assert "E: Unable to locate package" in result.stderr
    assert result.stderr.splitlines()[-1].strip() == "su -c 'apt-get update'"
    assert not machine.driver.exists()
    assert not any(call.endswith(" update") for call in machine.calls), "only root may renew the lists"


def test_a_machine_without_apt_is_told_where_the_driver_goes(machine: Machine) -> None:
    machine.driver.unlink()
    (machine.path / "apt-get").unlink()
    result = machine.prepare("run", "demo")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].strip() == os.fspath(machine.driver)


def test_lint_and_types_need_no_reader(machine: Machine) -> None:
    machine.driver.unlink()
    (machine.path / "pcscd").unlink()
    assert machine.prepare("check", "check").returncode == 0
    assert not machine.driver.exists()


@pytest.mark.parametrize("version", [(3, 9), (3, 10), (3, 14)])
def test_another_python_is_refused_with_a_sentence(tmp_path: Path, version: tuple[int, int]) -> None:
    machine = Machine(tmp_path)
    machine.python(version)
    result = machine.prepare("run", "demo")
    assert result.returncode == 2
    assert f"needs Python 3.11, 3.12 or 3.13, and python3 is {version[0]}.{version[1]}" in result.stderr
    assert result.stderr.splitlines()[-1].strip().startswith("make demo PYTHON=")


def test_another_name_is_tried_when_python3_does_not_fit(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.python((3, 14))
    machine.python((3, 12), "python3.12")
    machine.venv((3, 14))
    machine.user(1000)
    result = machine.prepare("check", "check")
    assert "making .venv with Python 3.12" in result.stderr


def test_a_python_that_does_not_run(tmp_path: Path) -> None:
    result = Machine(tmp_path).prepare("check", "check", PYTHON="/nowhere/python3.12")
    assert result.returncode == 2
    assert "/nowhere/python3.12 does not run here" in result.stderr


def test_wrong_use(tmp_path: Path) -> None:
    result = Machine(tmp_path).prepare("everything")
    assert result.returncode == 2
    assert "usage" in result.stderr
