"""A virtual printer on a pty, the port on the other end, and the tray that catches its paper."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from printer.port import SerialPrinter
from printer.profiles import COMMON_80, TM_80, Profile
from printer.virtual import VirtualPrinter


@dataclass
class Bench:
    """Printer and port; ``pieces`` fell after a cut, ``fragments`` were torn off."""

    virtual: VirtualPrinter
    port: SerialPrinter
    profile: Profile
    pieces: list[Image.Image] = field(default_factory=list)
    fragments: list[Image.Image] = field(default_factory=list)


@pytest.fixture(params=[TM_80, COMMON_80], ids=lambda profile: profile.name)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    profile: Profile = request.param
    pieces: list[Image.Image] = []
    fragments: list[Image.Image] = []
    path = tmp_path / "tty-printer"
    with VirtualPrinter(path, pieces.append, width_dots=profile.width_dots, on_fragment=fragments.append) as virtual:
        port = SerialPrinter(path, profile)
        yield Bench(virtual, port, profile, pieces, fragments)
        port.close()
