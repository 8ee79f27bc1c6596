"""A card reader that is not there: a real pcscd with a virtual reader, in namespaces that nobody else can enter."""

import functools
import importlib.util
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

from config.cards.virtual.control import ask
from config.cards.virtual.daemon import LOG, READY_S, find, socket_in
from config.cards.virtual.faults import Fault
from config.cards.virtual.verbs import SOCKET, AskState, Insert, Plug, ReaderState, Remove, SetFault, Unplug
from config.errors import DeviceError

MAX_SOCKET_BYTES = 107
"""Longest path that libpcsclite and the kernel take for a Unix socket."""
DRIVERS = (
    Path(sys.prefix) / "lib" / "vpcd" / "libifdvpcd.so",
    Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so"),
)
_END_S = 5.0
_SETTLE_S = 5.0
_LOOK_S = 0.005
_ALLOW = "sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0"
"""The two settings with which Debian and Ubuntu keep them from people."""


class VirtualReader:
    """A reader of two slots whose clients find it by ``PCSCLITE_CSOCK_NAME=str(reader.socket)``.

    It ends with ``close``, or with the process that started it however that ends.
    """

    def __init__(self, folder: Path) -> None:
        """``folder`` is the reader's alone; it is made when it is not there."""
        self.folder = folder.absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self._run = self.folder / "run"
        self._short: Path | None = None

    @property
    def socket(self) -> Path:
        """pcscd's socket, at most ``MAX_SOCKET_BYTES`` long."""
        return socket_in(self._run)

    def start(self) -> None:
        """Clients can connect when it returns; raises DeviceError with a sentence where pcscd cannot run."""
        if self._process is not None:
            return
        if (why := why_not()) is not None:
            raise DeviceError(why[1], id=why[0])
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._want_folder_free()
        self._choose_run()
        log = self.folder / LOG
        with log.open("wb") as errors:
            # A program of ours in fresh namespaces, out of reach of the terminal's Ctrl-C; that the pipe to its
            # standard input stays open tells it that we live.
            self._process = subprocess.Popen(  # noqa: S603 -- our own words only
                [*_unshare(), sys.executable, "-m", "config.cards.virtual", self.folder, self._run, str(driver())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        if not _says_ready(self._process):
            self.close()
            raise DeviceError(
                f"The virtual card reader did not start; {log} says why. Start it again.",
                id=f"Pembaca kartu virtual gagal dimulai; alasannya ada di {log}. Mulai lagi.",
            )

    def close(self) -> None:
        """Everything has ended when it returns."""
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()  # unshare takes its child along, and the child its PID namespace
                process.wait()
            for left in (self.socket, self.folder / SOCKET):
                left.unlink(missing_ok=True)
        if self._short is not None:
            shutil.rmtree(self._short, ignore_errors=True)
            self._short = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def state(self) -> ReaderState:
        """What lies in which slot, and which fault is asked for."""
        return ask(self.folder, AskState())

    def insert(self, file: Path, slot: int = 0) -> None:
        """Puts a card in; pcscd notices within 0.5 s. Raises OperatorError when a card lies there or is no card."""
        ask(self.folder, Insert(card=str(file.resolve()), slot=slot))

    def remove(self, slot: int = 0) -> None:
        """Takes the card out; raises OperatorError when nothing lies there."""
        ask(self.folder, Remove(slot=slot))

    def unplug(self) -> None:
        """Reader and pcscd are gone when it returns; cards stay in."""
        ask(self.folder, Unplug())

    def plug(self) -> None:
        """Reader and pcscd are back at the same socket when it returns."""
        ask(self.folder, Plug())

    def fault(self, fault: Fault | None, slot: int = 0) -> None:
        """From now on the cards in a slot have this fault, or none."""
        ask(self.folder, SetFault(fault=fault, slot=slot))

    def settle(self) -> None:
        """Waits until pcscd has noticed what was put in and taken out, 0.4 s mostly; raises DeviceError after 5 s."""
        deadline = time.monotonic() + _SETTLE_S
        while not self.state.noticed:
            if time.monotonic() > deadline:
                raise DeviceError(
                    "The virtual card reader does not look at its cards any more. Start it again.",
                    id="Pembaca kartu virtual tidak lagi memeriksa kartunya. Mulai lagi.",
                )
            time.sleep(_LOOK_S)

    def clear(self) -> None:
        """Plugged in, empty and faultless, as it was at the start; pcscd has noticed when it returns."""
        state = self.state
        for slot, (card, fault) in enumerate(zip(state.cards, state.faults, strict=True)):
            if fault is not None:
                self.fault(None, slot)
            if card is not None:
                self.remove(slot)
        if not state.plugged:
            self.plug()
        self.settle()

    def _choose_run(self) -> None:
        """pcscd's folder; a short one of its own where the socket's path would be too long."""
        self._run = self.folder / "run"
        if len(os.fsencode(self.socket)) > MAX_SOCKET_BYTES:
            self._short = self._run = Path(tempfile.mkdtemp(prefix="bilik-", dir="/tmp"))
        shutil.rmtree(self._run, ignore_errors=True)
        self._run.mkdir(mode=0o700)

    def _want_folder_free(self) -> None:
        try:
            ask(self.folder, AskState())
        except DeviceError:
            return
        raise DeviceError(
            f"A virtual card reader runs in {self.folder} already. Close it first, or name another folder.",
            id=f"Pembaca kartu virtual sudah berjalan di {self.folder}. Tutup dulu, atau pilih folder lain.",
        )


def _says_ready(process: "subprocess.Popen[bytes]") -> bool:
    out = process.stdout
    return out is not None and bool(select.select([out], [], [], READY_S + 1)[0]) and out.readline() == b"ready\n"


def driver() -> Path | None:
    """vpcd, the driver of the virtual reader."""
    return next((path for path in DRIVERS if path.is_file()), None)


@functools.cache
def why_not() -> tuple[str, str] | None:
    """Why no virtual reader can run on this machine, in Indonesian and English with the next step; None when it can."""
    if find("pcscd") is None:
        return (
            "pcscd tidak terpasang. Pasang paket pcscd (sudo apt-get install pcscd).",
            "pcscd is not installed. Install the package pcscd (sudo apt-get install pcscd).",
        )
    if driver() is None:
        return (
            "Pengandar pembaca virtual (libifdvpcd.so) tidak ada. Jalankan: deploy/prepare.sh test.",
            "The virtual reader's driver (libifdvpcd.so) is missing. Run: deploy/prepare.sh test.",
        )
    if importlib.util.find_spec("smartcard") is None:
        return (
            "pyscard tidak terpasang. Jalankan: deploy/prepare.sh test.",
            "pyscard is not installed. Run: deploy/prepare.sh test.",
        )
    if (refusal := _refused_namespaces()) is not None:
        return (
            f"Sistem ini melarang ruang nama jaringan dan mount ({refusal}). Jalankan sebagai root, atau {_ALLOW}",
            f"This system allows no mount and network namespaces ({refusal}). Run as root, or {_ALLOW}",
        )
    return None


def _refused_namespaces() -> str | None:
    """Tries a mount in namespaces like ours; what the system said to it, or None when it worked."""
    with tempfile.TemporaryDirectory(prefix="bilik-") as folder:
        command = [*_unshare(), "sh", "-c", 'unshare --mount mount --bind "$0" /run', folder]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=10)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as fault:
            return str(fault)
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["unshare"])[-1]


def _unshare() -> list[str]:
    """No port of the reader is seen outside, and nothing in here outlives the first process."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return [find("unshare") or "unshare", *user, "--net", "--mount", "--pid", "--fork", "--kill-child"]
