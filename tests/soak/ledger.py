"""What the people of the day did and saw, counted by themselves; the booth's own counts are held against it."""

from collections import Counter
from dataclasses import dataclass, field

from tests.demo.plan import Expected


@dataclass
class Ledger:
    """As the desk keeps it: who was unlocked, what became of it, what paper went where."""

    sessions: int = 0
    cast: int = 0
    abandoned: int = 0
    refused: int = 0
    interrupted: int = 0
    paperless: int = 0
    tests: int = 0
    fragments: int = 0
    left: int = 0
    envelope: int = 0
    """Pieces of paper that people put into the envelope."""
    together: int = 0
    """Of these, pieces that came out with another one that was counted: a slip and its stub, say."""
    unasked: int = 0
    """Of these, pieces that nobody was asked about: they hung there when the next voter came."""
    wishes: Counter[int] = field(default_factory=Counter)

    def votes(self, wish: int) -> None:
        """A session whose vote was cast."""
        self.sessions += 1
        self.casts(wish)

    def casts(self, wish: int) -> None:
        """The vote of a session that was counted before."""
        self.cast += 1
        self.wishes[wish] += 1

    def gives_up(self) -> None:
        """A session that ended without a vote, and whose voter gets another one."""
        self.sessions += 1
        self.abandoned += 1

    def leaves(self) -> None:
        """A session that ended without a vote, and whose voter went home."""
        self.gives_up()
        self.left += 1

    def into_envelope(self, pieces: int, counted: int) -> None:
        """So many pieces, which the booth counts as so many."""
        self.envelope += pieces
        self.together += pieces - counted

    def expected(self, choices: int) -> Expected:
        """In the terms of the demo's claims."""
        return Expected(
            sessions=self.sessions,
            cast=self.cast,
            abandoned=self.abandoned,
            refused=self.refused,
            interrupted=self.interrupted,
            tests=self.tests,
            fragments=self.fragments,
            votes=tuple(self.wishes[choice] for choice in range(choices)),
            left=self.left,
        )
