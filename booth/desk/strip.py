"""Where a strip of paper stands above the printer's slot: how far it has risen, how far it was dragged."""

from dataclasses import dataclass


@dataclass
class Strip:
    """One piece that hangs at the printer; lengths in the window's dots. Its head comes out first, as in real ones."""

    length: float
    window: float
    """Height of the place above the slot."""
    out: float = 0.0
    dragged: float = 0.0
    """How far it is pulled down again, to read what has risen out of sight."""

    @property
    def whole(self) -> bool:
        """All of it has come out."""
        return self.out >= self.length

    def feed(self, dots: float) -> None:
        """It rises by so much more; once it is out its head is shown."""
        if self.whole:
            return
        self.out = min(self.out + dots, self.length)
        if self.whole:
            self.dragged = self._most

    def drag(self, dots: float) -> None:
        """Pulled down (positive) or pushed up again, never beyond its ends."""
        self.dragged = min(max(self.dragged + dots, 0.0), self._most)

    @property
    def _most(self) -> float:
        return max(self.out - self.window, 0.0)

    @property
    def shown(self) -> tuple[float, float]:
        """The part that one sees, from its head: what has risen beyond the place or is still inside is hidden."""
        head = self.out - self.dragged
        return max(head - self.window, 0.0), head
