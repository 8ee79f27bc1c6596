"""What happens at one booth while it may die: the process, the voter who is in it, and what these people know."""

from dataclasses import dataclass
from pathlib import Path

from booth.desk.verbs import Act as PrinterAct
from booth.desk.verbs import Piece, Place
from tests.robot.people import Site, Voter
from tests.robot.reading import Slip, Stub, Unreadable
from tests.torture.scene import Scene, Staff
from tests.torture.shim import Shim


@dataclass(frozen=True)
class Visitor(Voter):
    """Who is in the booth when it dies."""

    wish: int = 1
    wants: bool = True
    """Wants to vote, and votes again when told that nothing is stored; one who has left does not."""
    came: bool = True
    """Stands on the desk's list."""


class Play:
    """One booth at its desk with its people. ``site`` is the booth as it runs now."""

    def __init__(self, scene: Scene, visitor: Visitor, earlier: tuple[int, ...] = ()) -> None:
        """``earlier`` is what those chose who voted before."""
        self.scene = scene
        self.visitor = visitor
        self._earlier = earlier
        self.voted = False
        """The visitor's vote is stored: the screen or an officer said so."""
        self.folded = False
        """A paper of the interrupted print has been put away: what comes out of it later is folded to it."""
        self.piece_in_envelope = False
        """The visitor has put a piece of a slip there, and the booth was told or was not."""
        self.waited = False
        """At a takeover the visitor was on the list, had not gone, and no screen had said that the vote is stored."""

    @property
    def site(self) -> Site:
        """Robot, desk and paper."""
        return self.scene.site

    @property
    def staff(self) -> Staff:
        """Who works there."""
        return self.scene.staff

    def start(self, shim: Shim | None = None) -> None:
        """Switches the booth on."""
        self.scene.start(shim)

    def power_cut(self) -> None:
        """The booth dies in this instant."""
        self.scene.kill()

    # Paper, as honest people handle it

    def papers(self) -> tuple[list[Piece], list[Piece], list[Piece]]:
        """What hangs at the printer, or in it: whole slips, stubs, and pieces of either."""
        self.site.desk.printer(PrinterAct.TEAR)
        slips, stubs, pieces = [], [], []
        for piece in self.site.desk.state().hanging:
            try:
                what = self.site.reader.read(self._picture(piece))
            except Unreadable:
                what = None
            if piece.whole and isinstance(what, Slip):
                slips.append(piece)
            elif piece.whole and isinstance(what, Stub):
                stubs.append(piece)
            else:
                pieces.append(piece)
        return slips, stubs, pieces

    def _picture(self, piece: Piece) -> Path:
        return self.site.desk.folder / "paper" / "printer" / f"{piece.id}.png"

    def put_away(self, slip_to: Place) -> None:
        """Slip to box or envelope, stub into the pocket.

        The pieces of one print are one paper, however often it was torn, and are folded together. What was printed of a
        stub is no paper of a slip: next to a whole slip a piece goes home with the voter.
        """
        slips, stubs, pieces = self.papers()
        for stub in stubs:
            self.site.desk.take_paper(Place.VOTER, stub.id)
        for slip in slips:
            self.site.desk.take_paper(slip_to, slip.id)
        for piece in pieces:
            apart = slip_to is Place.BOX or slips or self.folded
            self.site.desk.take_paper(Place.VOTER if apart else Place.ENVELOPE, piece.id)
            self.folded = True
        self.folded |= bool(slips)

    # What is true of the paper

    def in_place(self, place: Place) -> list[Path]:
        """The papers of a heap."""
        return sorted((self.scene.desk / "paper" / place).glob("*.png"))

    @property
    def slip_in_box(self) -> bool:
        """The visitor's own was seen going there."""
        return len(self.in_place(Place.BOX)) > len(self._earlier)

    @property
    def desk_list(self) -> tuple[int, int]:
        """Who attended, and who of them left without voting."""
        here = self.visitor.came
        return len(self._earlier) + here, int(here and not self.voted)

    def list_so_far(self) -> tuple[int, int]:
        """What a takeover asks for: who is in the booth has come and not left, nor has one whose slip is in the box."""
        gone = self.visitor.came and not self.visitor.wants and not self.voted and not self.slip_in_box
        self.waited = self.visitor.came and not self.voted and not gone
        return len(self._earlier) + self.visitor.came, int(gone)

    def missing(self, attended: int, left: int, cast: int) -> int:
        """Slips in the box without a vote, by a takeover's numbers; who waits has no slip there, unless it is cast."""
        return attended - left - cast - int(self.waited and cast <= len(self._earlier))

    @property
    def wishes(self) -> list[int]:
        """What must lie in the box: the choices of all who have voted."""
        return sorted((*self._earlier, *((self.visitor.wish,) if self.voted else ())))
