"""Where the slip with a card's PIN comes out: a thermal printer, or a picture that one prints and burns."""

import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from PIL import Image

from config.cards.registry import RegisteredCard
from config.errors import DeviceError, OperatorError
from config.files import write_whole
from config.secret import Pin
from config.words import builtin
from printer.envelope import PinSlip, pin_slip
from printer.escpos import render
from printer.faults import PrintFault
from printer.layout import Document
from printer.port import SerialPrinter
from printer.profiles import TM_80, Profile
from printer.virtual import VirtualPrinter
from sync.district.cards import label
from sync.district.holders import place_words
from sync.district.workspace import Workspace

PRINT_TIMEOUT_S = 10.0
"""Without any progress of the paper."""


class Slips(Protocol):
    """What puts a slip on paper."""

    def check(self) -> None:
        """Raises a BilikError when no slip could come out; asked before a card is touched."""

    def put(self, name: str, document: Document) -> None:
        """Returns once the slip is out; raises a BilikError or OSError."""


class PrintedSlips:
    """A thermal printer on a serial line."""

    def __init__(self, device: Path, profile: Profile, baud: int = 115_200) -> None:
        self._device = device
        self._profile = profile
        self._baud = baud

    def check(self) -> None:
        with self._line() as printer:
            fault = printer.status().fault
        if fault is not None:
            raise PrintFault(fault)

    def put(self, name: str, document: Document) -> None:
        with self._line() as printer:
            printer.print(render(document, self._profile), PRINT_TIMEOUT_S)

    @contextmanager
    def _line(self) -> Iterator[SerialPrinter]:
        printer = SerialPrinter(self._device, self._profile, self._baud)
        try:
            yield printer
        finally:
            printer.close()


class PaintedSlips:
    """A folder of pictures, each as the thermal printer would have printed it (PNG, 203 dpi), for their owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = self._folder.stat()
        if there.st_uid != os.geteuid() or there.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            # Whoever may rename files there could take a slip away and hand out another one.
            raise OperatorError(
                f"Others may write into {self._folder}. Name a new folder, or 'chmod 700' one of your own.",
                id=f"Orang lain dapat menulis ke {self._folder}. Sebutkan folder baru, atau 'chmod 700' milik sendiri.",
            )

    def put(self, name: str, document: Document) -> None:
        self.check()
        pieces: list[Image.Image] = []
        with tempfile.TemporaryDirectory() as place:
            line = Path(place) / "line"
            with VirtualPrinter(line, pieces.append, width_dots=TM_80.width_dots):
                PrintedSlips(line, TM_80).put(name, document)
        for piece in pieces:
            picture = io.BytesIO()
            piece.save(picture, "PNG")
            # Under a fresh name of its own first: a file or link that lies at this one is replaced, never written to.
            write_whole(self._folder / f"{name}.png", picture.getvalue(), 0o600)


def hand_out(workspace: Workspace, slips: Slips, card: RegisteredCard, pin: Pin) -> None:
    """Prints a card's PIN for its holder; raises DeviceError that says how a new PIN is made when that fails."""
    plan = workspace.election
    slip = PinSlip(
        election=plan.name,
        district=plan.district,
        mode=workspace.record.mode,
        holder=card.holder,
        role=card.role,
        place=place_words(plan, card.village_code, card.tps),
        label=label(card.id),
        pin=pin,
    )
    try:
        slips.put(label(card.id), pin_slip(slip, builtin(plan.settings.paper_language)))
    except (DeviceError, OSError) as fault:
        en, id_ = (fault.en, fault.id) if isinstance(fault, DeviceError) else (str(fault.strerror), str(fault.strerror))
        raise DeviceError(
            f"The card {label(card.id)} is issued and registered, but its slip did not come out: {en} Then give it a "
            "new PIN and slip with 'cards unblock'.",
            id=f"Kartu {label(card.id)} sudah terbit dan terdaftar, tetapi kertas PIN-nya tidak keluar: {id_} Setelah "
            "itu beri PIN dan kertas baru dengan 'cards unblock'.",
        ) from None
