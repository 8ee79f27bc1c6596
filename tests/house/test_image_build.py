"""How the image is built, as far as seconds allow: lists, lock, and the small programs of deploy/image."""

import gzip
import hashlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, read

IMAGE = Path("deploy/image")
SCRIPT = ROOT / "deploy/raspi-image.sh"


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=60
    )


def program(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, ROOT / IMAGE / name, *arguments)


def sections() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for line in read(Path("deploy/packages.lock")).splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = []
        elif line and not line.startswith("#"):
            found[list(found)[-1]].append(line.split(" "))
    return found


def listed(name: str) -> list[str]:
    return [words for line in read(IMAGE / name).splitlines() if (words := line.partition("#")[0].strip())]


def test_the_lock_names_each_package_with_its_bytes_and_no_host():
    lock = sections()
    assert list(lock) == ["root", "kernel", "tools-amd64", "tools-arm64"]
    assert len(lock["root"]) > 80
    for name, version, architecture, sha256, path in (line for lines in lock.values() for line in lines):
        assert re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", name)
        assert version
        assert architecture in {"all", "amd64", "arm64"}
        assert re.fullmatch(r"[0-9a-f]{64}", sha256)
        assert re.fullmatch(r"debian(-security)?/pool/\S+\.deb", path)


def test_what_is_wished_for_is_locked_and_what_is_left_out_is_not():
    lock = {part: {line[0] for line in lines} for part, lines in sections().items()}
    wished = [line for line in listed("packages.in") if not line.startswith("without ")]
    assert set(wished) <= lock["root"]
    without = {name for line in listed("packages.in") if line.startswith("without ") for name in line.split()[1:]}
    assert without
    assert not without & lock["root"]
    assert set(listed("tools.in")) <= lock["tools-amd64"] & lock["tools-arm64"]
    assert "raspi-firmware" in lock["kernel"]


def test_every_wheel_of_the_image_is_a_locked_requirement():
    done = program("wheels.py", "missing", "requirements.txt", IMAGE / "wheels.in", "/nonexistent")
    assert done.returncode == 0, done.stderr
    names = re.findall(r"^([a-z0-9-]+)==", done.stdout, re.MULTILINE)
    assert names == listed("wheels.in")
    assert done.stdout.count("--hash=sha256:") >= len(names)


def test_a_wheel_is_unpacked_only_when_its_hash_is_locked(tmp_path):
    wheel = tmp_path / "six-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("six.py", "six-1.0.dist-info/METADATA", "six-1.0.dist-info/RECORD", "six-1.0.data/scripts/six"):
            archive.writestr(name, name)
    names, requirements = tmp_path / "names", tmp_path / "requirements.txt"
    names.write_text("six # a comment\n")
    for sha256, code in ((hashlib.sha256(wheel.read_bytes()).hexdigest(), 0), ("0" * 64, 1)):
        requirements.write_text(f"six==1.0 \\\n    --hash=sha256:{sha256}\n    # via us\n")
        place = tmp_path / sha256
        assert program("wheels.py", "unpack", requirements, names, tmp_path, place).returncode == code
        found = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
        assert found == (["six-1.0.dist-info/METADATA", "six.py"] if code == 0 else [])


def test_what_is_not_named_goes_and_a_name_that_is_not_there_is_told(tmp_path):
    root, names = tmp_path / "root", tmp_path / "keep"
    for path in ("usr/bin/python3", "usr/bin/su", "usr/lib/x/y", "etc/a"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    (root / "usr/bin/link").symlink_to("/etc/passwd")
    names.write_text("only usr/bin python3 # and no shell\ngone usr/lib/x\n")
    assert program("keep.py", names, root).returncode == 0
    left = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    assert left == ["etc/a", "usr/bin/python3"]
    names.write_text("only usr/bin python3 perl\n")
    done = program("keep.py", names, root)
    assert done.returncode == 1
    assert "usr/bin/perl" in done.stderr


def test_nothing_that_logs_in_or_serves_a_shell_is_kept():
    kept = {name for line in listed("keep.in") if line.startswith("only ") for name in line.split()[2:]}
    assert "dash" in kept
    for name in ("bash", "su", "sudo", "login", "agetty", "sulogin", "sshd", "getty@.service", "debug-shell.service"):
        assert name not in kept
    for part in ("getty", "emergency", "rescue", "network", "resolve", "logind", "ssh", "debug"):
        assert not [name for name in kept if part in name]


def tree(*compatible: str) -> bytes:
    """A device tree with one node for each value."""
    nodes = b""
    for value in compatible:
        data = value.encode() + b"\0"
        nodes += struct.pack(">I", 1) + b"node\0\0\0\0" + struct.pack(">3I", 3, len(data), 0)
        nodes += data + b"\0" * (-len(data) % 4) + struct.pack(">I", 2)
    body = struct.pack(">2I", 1, 0) + nodes + struct.pack(">2I", 2, 9)
    head = struct.pack(">4I", 0xD00DFEED, 0, 40, 40 + len(body))
    return head.ljust(40, b"\0") + body + b"compatible\0"


@pytest.fixture
def kernel(tmp_path):
    folder = tmp_path / "modules"
    for path in ("fs/a.ko", "drivers/mmc/card-slot.ko", "drivers/net/lan.ko", "drivers/media/cam.ko", "lib/b.ko"):
        (folder / "kernel" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "kernel" / path).write_text(path)
    (folder / "modules.dep").write_text(
        "kernel/fs/a.ko: kernel/lib/b.ko\nkernel/lib/b.ko:\nkernel/drivers/mmc/card-slot.ko: kernel/lib/b.ko\n"
        "kernel/drivers/net/lan.ko:\nkernel/drivers/media/cam.ko: kernel/drivers/net/lan.ko\n"
    )
    aliases = {"pi,slot": "card_slot", "pi,lan": "lan", "pi,cam": "cam"}
    (folder / "modules.alias").write_text(
        "".join(f"alias of:N*T*C{name}{end} {module}\n" for name, module in aliases.items() for end in ("", "C*"))
    )
    for table in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        (folder / table).write_text("kernel/fs/fast.ko\n" if table == "modules.builtin" else "")
    (tmp_path / "pi.dtb").write_bytes(tree("pi,slot", "pi,lan", "pi,cam", "pi,unknown"))
    return tmp_path


def chosen(kernel: Path, text: str) -> subprocess.CompletedProcess[str]:
    (kernel / "list").write_text(text)
    return program("modules.py", kernel / "list", kernel / "modules", kernel, kernel / "place", kernel / "early")


def test_a_device_tree_asks_for_modules_and_never_gets_a_network(kernel):
    done = chosen(kernel, "tree pi.dtb\nusual a fast\nnever kernel/drivers/net\nunasked kernel/drivers/media\n")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (kernel / "place").rglob("*.ko")) == ["a.ko", "b.ko", "card-slot.ko"]
    assert (kernel / "early").read_text().split() == ["kernel/lib/b.ko", "kernel/drivers/mmc/card-slot.ko"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("early nonsense\n", "no nonsense"), ("usual lan\n", "lan.ko"), ("usual cam\n", "lan.ko")],
)
def test_a_module_that_is_not_there_or_never_wanted_stops_the_build(kernel, text, said):
    done = chosen(kernel, f"{text}never kernel/drivers/net\n")
    assert done.returncode == 1
    assert said in done.stderr


def test_the_kernels_list_refuses_networks():
    never = {word for line in listed("modules.in") if line.startswith("never ") for word in line.split()[1:]}
    assert {"kernel/drivers/net", "kernel/net", "kernel/drivers/bluetooth"} <= never


def test_an_initrd_is_the_same_whoever_made_its_folder(tmp_path):
    made = []
    for number, name in enumerate(("one", "another")):
        folder = tmp_path / name
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/tool").write_text("#!\n")
        (folder / "bin/tool").chmod(0o755 if number else 0o700)
        (folder / "bin/sh").symlink_to("tool")
        os.utime(folder / "bin/tool", (number, number))
        assert program("initrd.py", folder, tmp_path / f"{name}.img").returncode == 0
        made.append((tmp_path / f"{name}.img").read_bytes())
    assert made[0] == made[1]
    assert [(name, oct(mode), owner) for name, mode, owner in members(gzip.decompress(made[0]))] == [
        ("bin", "0o40755", 0),
        ("bin/sh", "0o120777", 0),
        ("bin/tool", "0o100755", 0),
        ("dev/console", "0o20600", 0),
        ("dev/null", "0o20600", 0),
        ("TRAILER!!!", "0o0", 0),
    ]


def members(archive: bytes) -> Iterator[tuple[str, int, int]]:
    """Name, mode, and user and group together, of each entry of a cpio archive (newc)."""
    at = 0
    while at < len(archive):
        assert archive[at : at + 6] == b"070701"
        fields = [int(archive[at + 6 + 8 * number : at + 14 + 8 * number], 16) for number in range(13)]
        _, mode, user, group, _, _, size, *_, length, _ = fields
        yield archive[at + 110 : at + 109 + length].decode(), mode, user + group
        at = (at + 110 + length + 3) // 4 * 4
        at = (at + size + 3) // 4 * 4


def test_help_and_wrong_words():
    done = run(SCRIPT, "--help")
    assert done.returncode == 0
    assert "verify HASH" in done.stdout
    for words, said in ((("bake",), "Not understood: bake"), (("verify",), "Which hash?"), (("verify", "12"), "64")):
        done = run(SCRIPT, *words)
        assert done.returncode == 2
        assert said in done.stderr


def test_without_an_archive_it_says_what_to_name(tmp_path):
    """A machine whose apt knows no Debian (Ubuntu) and that has nothing of the lock yet."""
    stand_in = tmp_path / "bin/apt-get"
    stand_in.parent.mkdir()
    stand_in.write_text("#!/bin/sh\nexit 0\n")
    stand_in.chmod(0o755)
    done = run(SCRIPT, BUILD=str(tmp_path / "build"), PATH=f"{stand_in.parent}:{os.environ['PATH']}")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].strip() == "make image MIRROR=…"
    assert not list((tmp_path / "build").glob("work.*"))


def test_without_an_administrator_it_prints_the_line_that_installs_what_is_missing(tmp_path):
    """An ordinary user on a machine without git and xz."""
    path = tmp_path / "bin"
    path.mkdir()
    tools = ("bash", "chmod", "cut", "date", "dirname", "dpkg-deb", "mkdir", "mktemp", "nproc", "rm", "sed", "apt-get")
    for name in tools:
        (path / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is missing here"))
    (path / "id").write_text("#!/bin/sh\necho 1000\n")
    (path / "id").chmod(0o755)
    done = run(shutil.which("bash") or "", SCRIPT, BUILD=str(tmp_path / "build"), PATH=str(path))
    assert done.returncode == 2
    assert "missing here: git xz-utils" in done.stderr
    assert done.stderr.splitlines()[-1].strip() == (
        "su -c 'apt-get update && apt-get install --yes --no-install-recommends git xz-utils'"
    )
    assert not list((tmp_path / "build").glob("work.*"))


def test_what_is_interrupted_leaves_nothing_half_made(tmp_path):
    """apt's loader hangs, and somebody presses Ctrl+C."""
    build = tmp_path / "build"
    # It takes the call and says nothing.
    silent = socket.create_server(("127.0.0.1", 0))
    mirror = f"http://127.0.0.1:{silent.getsockname()[1]}/debian"
    process = subprocess.Popen(
        [SCRIPT],
        cwd=ROOT,
        env=os.environ | {"BUILD": str(build), "MIRROR": mirror, "no_proxy": "127.0.0.1"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # As a terminal's shell does: what a shell without one starts behind its back hears no Ctrl+C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    with silent, process:
        assert process.stderr
        for line in process.stderr:
            if "not here yet" in line:
                break
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) == 130
    assert not list(build.glob("work.*"))
    assert not (build / "out").exists()
