"""The image as a card: what its firmware would start, read out of it, and cards of any size made from it."""

import gzip
import re
import shutil
import struct
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

SECTOR = 512
HASH = re.compile(r"\bbilik\.root=([0-9a-f]{64})\b")
"""The root hash on the kernel's command line."""


@dataclass(frozen=True)
class Boot:
    """What the firmware hands to the kernel."""

    kernel: Path
    initrd: Path
    line: str

    def also(self, *words: str) -> "Boot":
        """The same with more words on the kernel's command line."""
        return replace(self, line=" ".join((self.line, *words)))


@dataclass(frozen=True)
class Part:
    """One entry of the partition table, in bytes."""

    start: int
    size: int


def parts(image: Path) -> list[Part]:
    """The partitions of an image (MBR); empty entries are left out."""
    with image.open("rb") as source:
        table = source.read(SECTOR)
    if table[510:] != b"\x55\xaa":
        raise AssertionError(f"{image.name} has no partition table")
    entries = (struct.unpack_from("<8xII", table, 446 + 16 * n) for n in range(4))
    return [Part(start * SECTOR, count * SECTOR) for start, count in entries if count]


def boot_of(image: Path, folder: Path) -> Boot:
    """Kernel, initrd and command line out of the firmware's partition, as ``config.txt`` names them."""
    folder.mkdir(parents=True)
    at = f"{image}@@{parts(image)[0].start}"
    _run("mcopy", "-i", at, "-s", "-Q", "-n", "-m", "::/*", f"{folder}/")
    told = (folder / "config.txt").read_text(encoding="utf-8")
    kernel = folder / _one(r"^kernel=(\S+)", told)
    line = (folder / "cmdline.txt").read_text(encoding="utf-8").strip()
    return Boot(_unpacked(kernel), folder / _one(r"^initramfs[ =](\S+)", told), line)


def _one(pattern: str, text: str) -> str:
    found = set(re.findall(pattern, text, re.MULTILINE))
    if len(found) != 1:
        raise AssertionError(f"config.txt names {found or 'nothing'} where {pattern} should be one thing")
    return found.pop()


def _unpacked(kernel: Path) -> Path:
    """The Pi's firmware unpacks a kernel by itself; QEMU takes it either way, a raw one without a surprise."""
    data = kernel.read_bytes()
    if data[:2] != b"\x1f\x8b":
        return kernel
    raw = kernel.with_suffix(".raw")
    raw.write_bytes(gzip.decompress(data))
    return raw


def root_hash(boot: Boot) -> str:
    """What the command line wants the root's hash to be."""
    found = HASH.search(boot.line)
    if found is None:
        raise AssertionError(f"no root hash on the command line: {boot.line}")
    return found[1]


def with_wrong_hash(boot: Boot) -> Boot:
    """The same with another last digit of the root hash."""
    good = root_hash(boot)
    return replace(boot, line=boot.line.replace(good, good[:-1] + f"{int(good[-1], 16) ^ 1:x}"))


def card(image: Path, file: Path, size_gib: int) -> Path:
    """A card with the image on it: writes go to ``file``, the image stays as it is."""
    _run("qemu-img", "create", "-q", "-f", "qcow2", "-b", str(image.absolute()), "-F", "raw", str(file), f"{size_gib}G")
    return file


def altered(image: Path, file: Path, at: int) -> Path:
    """A copy of the image in which one bit of the byte ``at`` is turned."""
    shutil.copyfile(image, file)
    with file.open("r+b") as copy:
        copy.seek(at)
        byte = copy.read(1)[0]
        copy.seek(at)
        copy.write(bytes([byte ^ 1]))
    return file


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise AssertionError(f"{command[0]}: {done.stderr.strip()}")
