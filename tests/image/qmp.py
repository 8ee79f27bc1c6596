"""The emulator's own control line: what is on the guest's screen, a finger on it, sticks put in and pulled.

Source: QEMU Machine Protocol specification (one JSON object a line), and QEMU's QAPI reference for each command.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from config.sockets import connect

START_S = 30.0
ANSWER_S = 60.0
AXIS = 0x7FFF
"""An absolute pointer's range across the whole screen."""
FINGER_S = 0.12
"""How long a finger stays down."""


class QemuRefuses(AssertionError):
    """The emulator did not do what it was asked."""


class Qmp:
    """One connection; not for several threads."""

    def __init__(self, socket: Path, alive: Callable[[], bool]) -> None:
        """Waits until the emulator listens."""
        end_s = time.monotonic() + START_S
        while True:
            try:
                self._socket = connect(socket, ANSWER_S)
                break
            except OSError:
                if not alive() or time.monotonic() > end_s:
                    raise QemuRefuses(f"no emulator listens at {socket.name}") from None
                time.sleep(0.05)
        self._lines = self._socket.makefile("rb")
        self._read()  # its greeting
        self.do("qmp_capabilities")

    def close(self) -> None:
        """Lets go; the emulator runs on."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def do(self, command: str, **arguments: Any) -> Any:
        """What a command returns; an underscore in a name of ``arguments`` stands for a hyphen."""
        told = {name.replace("_", "-"): value for name, value in arguments.items()}
        try:
            self._socket.sendall(json.dumps({"execute": command, "arguments": told}).encode() + b"\n")
        except ConnectionError:
            raise QemuRefuses("the emulator has ended") from None
        while True:
            said = self._read()
            if "error" in said:
                raise QemuRefuses(f"{command}: {said['error']['desc']}")
            if "return" in said:
                return said["return"]

    def _read(self) -> dict[str, Any]:
        try:
            line = self._lines.readline()
        except ConnectionError:
            line = b""
        if not line:
            raise QemuRefuses("the emulator has ended")
        return json.loads(line)

    # A screen and a finger

    def picture(self, file: Path) -> None:
        """What the guest shows, as PPM: QEMU writes that much faster than PNG."""
        self.do("screendump", filename=str(file.absolute()))

    def tap(self, across: float, down: float) -> None:
        """A finger at a place of the unit square (origin at the top left)."""
        there = [
            {"type": "abs", "data": {"axis": axis, "value": round(share * AXIS)}}
            for axis, share in (("x", across), ("y", down))
        ]
        self.do("input-send-event", events=there)
        for is_down in (True, False):
            self.do("input-send-event", events=[{"type": "btn", "data": {"button": "left", "down": is_down}}])
            time.sleep(FINGER_S)

    # A stick

    def plug(self, name: str, file: Path, bus: str) -> None:
        """Puts a stick (a raw image) into the guest's USB."""
        self.do("blockdev-add", driver="raw", node_name=name, file={"driver": "file", "filename": str(file.absolute())})
        self.do("device_add", driver="usb-storage", id=name, drive=name, bus=bus, removable=True)

    def pull(self, name: str) -> None:
        """Pulls it, whatever the guest is doing to it; what it wrote is in the file when this returns."""
        self.do("device_del", id=name)
        end_s = time.monotonic() + ANSWER_S
        while True:
            try:
                self.do("blockdev-del", node_name=name)
            except QemuRefuses:
                # The device is taken away a moment later.
                if time.monotonic() > end_s:
                    raise
                time.sleep(0.1)
            else:
                return
