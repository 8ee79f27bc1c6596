"""A machine with the image in it: QEMU's ``virt`` board with what a booth has, and a Raspberry Pi 3 board."""

import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.image.qmp import Qmp
from tests.image.sdcard import Boot

PROGRAM = "qemu-system-aarch64"
MEMORY_MIB = 1024
"""What the smallest Pi has that is meant to do."""
PANEL_DOTS = (1280, 800)
PANEL_MM = 325
"""QEMU's virtual panel has a hundred dots an inch, and says so in whole millimetres (EDID)."""
PANEL = f"{PANEL_DOTS[0]}x{PANEL_DOTS[1]}@{PANEL_DOTS[0] / PANEL_MM}"
OFF_S = 180.0


@dataclass(frozen=True)
class Wiring:
    """What is plugged into a machine beside its card."""

    printer: Path | None = None
    """A serial line (a pty)."""
    agent: Path | None = None
    """Where the socket of a second serial line shall be, for looking inside."""
    log: Path | None = None
    """What is written to the card is also written here; the card is a raw file then."""


@dataclass
class Emulator:
    """One power-on. Entered it runs, left it has lost its power."""

    folder: Path
    """For sockets and logs."""
    card: Path
    """The disk, an overlay over the image."""
    boot: Boot
    name: str
    wiring: Wiring = field(default_factory=Wiring)

    BUS = "usb.0"

    def __post_init__(self) -> None:
        self._things = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self.qmp: Qmp
        self.began_s = 0.0

    @property
    def console(self) -> Path:
        """What the kernel and everybody else said on the serial console, where no printer stands at its end."""
        return self.folder / f"{self.name}.console"

    @property
    def reader(self) -> Path:
        """The card reader's socket."""
        return self.folder / f"{self.name}.card"

    def alive(self) -> bool:
        """Whether it has power."""
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        """The console's text so far."""
        return self.console.read_text(errors="replace") if self.console.exists() else ""

    def goes_off(self, within_s: float = OFF_S) -> bool:
        """Whether it powers itself off in that time."""
        assert self._process is not None
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def __enter__(self) -> Self:
        with ExitStack() as things:
            log = things.enter_context((self.folder / f"{self.name}.qemu").open("wb"))
            self.began_s = time.monotonic()
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
            things.callback(self._cut)
            self.qmp = things.enter_context(Qmp(self._qmp, self.alive))
            self._things = things.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._things.close()

    def replug_reader(self, out_s: float) -> None:
        """Pulls the card reader, with no card in it, and puts it back after so long."""
        self.qmp.do("device_del", id="reader")
        time.sleep(out_s)
        self.qmp.do("device_add", driver="usb-ccid", id="reader", bus=self.BUS)
        self.qmp.do("device_add", driver="ccid-card-passthru", bus="reader.0", chardev="card")

    def _cut(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @property
    def _qmp(self) -> Path:
        return self.folder / f"{self.name}.qmp"

    def _command(self) -> list[str]:
        width, height = PANEL_DOTS
        command = [
            PROGRAM, "-M", "virt", "-cpu", "cortex-a72", "-smp", "2", "-m", str(MEMORY_MIB),
            "-accel", "tcg,thread=multi", "-nodefaults", "-display", "none", "-no-reboot",
            "-qmp", f"unix:{self._qmp},server=on,wait=off",
            "-kernel", str(self.boot.kernel), "-initrd", str(self.boot.initrd), "-append", self.boot.line,
            *self._disk(), "-device", "virtio-blk-pci,drive=sd",
            "-device", "virtio-rng-pci",
            "-device", f"virtio-gpu-pci,xres={width},yres={height}", "-device", "virtio-tablet-pci",
            "-device", "qemu-xhci,id=usb",
            "-device", "usb-ccid,bus=usb.0,id=reader", "-device", "ccid-card-passthru,bus=reader.0,chardev=card",
            "-chardev", f"socket,id=card,path={self.reader},server=on,wait=off",
        ]  # fmt: skip
        # The board's own serial line is a PL011, as the Pi's on its header is: the booth takes it for the printer's,
        # unless the kernel speaks there.
        if self.wiring.printer is not None:
            command += ["-chardev", f"serial,id=printer,path={self.wiring.printer}", "-serial", "chardev:printer"]
        else:
            command += ["-serial", f"file:{self.console}"]
        if self.wiring.agent is not None:
            command += ["-chardev", f"socket,id=agent,path={self.wiring.agent},server=on,wait=off"]
            command += ["-device", "pci-serial,chardev=agent"]
        return command

    def _disk(self) -> list[str]:
        """The card as the node ``sd``."""
        log = self.wiring.log
        if log is None:
            return ["-blockdev", f"driver=qcow2,node-name=sd,file.driver=file,file.filename={self.card}"]
        log.touch()
        return [
            "-blockdev", f"driver=file,node-name=card,filename={self.card}",
            "-blockdev", f"driver=file,node-name=log,filename={log}",
            "-blockdev", "driver=blklogwrites,node-name=sd,file=card,log=log",
        ]  # fmt: skip
