"""The real pcscd, behind a view of the file system in which /run is our own folder."""

import shutil
import subprocess
import time
from pathlib import Path

from config.cards.virtual.vicc import FIRST_PORT
from config.errors import DeviceError

PLACES = 2
READER_NAME = "Bilik Twin"
LOG = "pcscd.log"
"""In the reader's folder: what pcscd and our own process have to complain of."""
READY_S = 10.0
_STOP_S = 5.0
_LOOK_S = 0.005
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""pcscd lies in sbin, which people's PATH leaves out."""
_MOUNT_AND_RUN = 'mount --bind "$0" /run && exec "$@"'


def find(program: str) -> str | None:
    """Path of a system program."""
    return shutil.which(program, path=_SYSTEM_PATH)


def socket_in(run: Path) -> Path:
    """pcscd's socket as it is seen from outside."""
    return run / "pcscd" / "pcscd.comm"


class Pcscd:
    """pcscd with one virtual reader of two slots; it lives and dies with its PID namespace."""

    def __init__(self, run: Path, driver: Path, log: Path) -> None:
        self._run = run
        self._log = log
        for name in ("reader.conf.d", "drivers"):
            (run / name).mkdir(exist_ok=True)
        (run / "reader.conf.d" / "twin").write_text(
            f'FRIENDLYNAME "{READER_NAME}"\nDEVICENAME /dev/null:{FIRST_PORT:#x}\n'
            f"LIBPATH {driver}\nCHANNELID {FIRST_PORT:#x}\n",
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the reader is plugged in."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Clients can connect when it returns; raises DeviceError after ``READY_S``."""
        pcscd = find("pcscd") or "pcscd"
        # A view of its own for pcscd alone: it keeps its socket under /run, which is somebody else's outside.
        command = ["unshare", "--mount", "sh", "-c", _MOUNT_AND_RUN, str(self._run)]
        command += [pcscd, "--foreground", "--config", "/run/reader.conf.d", *_polkit(pcscd)]
        # An empty folder of drivers keeps the real USB readers of this machine with its real pcscd.
        environment = {"PATH": _SYSTEM_PATH, "PCSCLITE_HP_DROPDIR": "/run/drivers", "LC_ALL": "C.UTF-8"}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- our own words only
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + READY_S
        while not (socket_in(self._run).exists() and _listening()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise DeviceError(
                    f"The virtual card reader did not start; {self._log} says why. Start it again.",
                    id=f"Pembaca kartu virtual gagal dimulai; alasannya ada di {self._log}. Mulai lagi.",
                )
            time.sleep(_LOOK_S)

    def stop(self) -> None:
        """Gone, with its socket, when it returns."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        socket_in(self._run).unlink(missing_ok=True)


def _polkit(pcscd: str) -> list[str]:
    """pcscd 2 asks polkit who may use a card, and no polkit runs in here; its folder is the user's alone."""
    known = subprocess.run([pcscd, "--help"], check=False, capture_output=True, text=True).stdout  # noqa: S603
    return ["--disable-polkit"] if "--disable-polkit" in known else []


def _listening() -> bool:
    """Whether the driver waits for cards on all its ports. Looked up, not tried: it would take a try for a card."""
    wanted = {f":{FIRST_PORT + place:04X}" for place in range(PLACES)}
    for table in ("/proc/self/net/tcp", "/proc/self/net/tcp6"):
        rows = [row.split() for row in Path(table).read_text(encoding="ascii").splitlines()[1:]]
        wanted -= {row[1][-5:] for row in rows if row[3] == "0A"}
    return not wanted
