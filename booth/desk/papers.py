"""Where the paper goes: what hangs at the printer, and the heaps in box, envelope, pocket and on the table."""

import os
import secrets
import threading
from pathlib import Path

from PIL import Image

from booth.desk.verbs import Piece, Place
from config.errors import OperatorError

PRINTER = "printer"
"""Folder of what still hangs at the printer."""


class Papers:
    """Every piece that came out, as a PNG below ``folder``. Methods may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in (PRINTER, *Place):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._hanging: list[Piece] = []

    def come_out(self, image: Image.Image, *, whole: bool) -> None:
        """A piece leaves the printer and hangs there until somebody takes it."""
        piece = Piece(id=secrets.token_hex(8), whole=whole)
        path = self._path(PRINTER, piece.id)
        image.save(path, dpi=(203.2, 203.2))
        # All papers are equally old, as in a box: neither names nor times tell in which order they came.
        os.utime(path, (0, 0))
        with self._lock:
            self._hanging.append(piece)

    @property
    def hanging(self) -> tuple[Piece, ...]:
        """What hangs at the printer, the oldest first."""
        with self._lock:
            return tuple(self._hanging)

    def take(self, to: Place, piece: str | None = None) -> None:
        """Moves a piece, the oldest one without ``piece``; raises OperatorError when it does not hang there."""
        with self._lock:
            found = next((hangs for hangs in self._hanging if piece in (None, hangs.id)), None)
            if found is None:
                raise OperatorError(
                    "No such paper hangs at the printer. Look again at what came out.",
                    id="Kertas itu tidak ada di printer. Lihat lagi yang sudah keluar.",
                )
            self._path(PRINTER, found.id).rename(self._path(to, found.id))
            self._hanging.remove(found)

    def in_place(self, place: Place) -> tuple[Path, ...]:
        """The pictures of a heap, by their random names."""
        return tuple(sorted((self._folder / place).glob("*.png")))

    def picture(self, piece: Piece) -> Path:
        """The picture of a piece that hangs at the printer."""
        return self._path(PRINTER, piece.id)

    def counts(self) -> dict[Place, int]:
        """How many pieces lie in each place."""
        return {place: len(self.in_place(place)) for place in Place}

    def _path(self, place: str, piece: str) -> Path:
        return self._folder / place / f"{piece}.png"
