"""Settings of an election, each declared once with its limits; they travel in the signed package."""

from typing import Annotated

import msgspec

from config.record import Record

Seconds = Annotated[int, msgspec.Meta(ge=1, le=600)]


class Settings(Record, kw_only=True, frozen=True):
    """What a district may choose; the defaults are those of an official election."""

    stub: bool = True
    """Every voter gets a stub with the tracker, or nobody does; tests (Benaloh) need it."""
    tape_copies: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    """Copies of the result tape."""
    print_timeout_s: Seconds = 30
    """Without any sign of progress from the printer for so long, the officer is called."""
    idle_warning_s: Seconds = 120
    """Silence before *Ya* until the screen asks whether the voter is still there."""
    check_warning_s: Seconds = 120
    """Silence after the slip is out until the screen asks again."""
    countdown_s: Seconds = 30
    """From that warning until the officer is called."""
    box_sign_s: Seconds = 7
    """How long the sign "put the slip in the box" stays."""
    reserve_percent: Annotated[int, msgspec.Meta(ge=5, le=200)] = 20
    """Credentials beyond the voters on the roll, in percent, at least ten."""
    lanes: Annotated[int, msgspec.Meta(ge=1, le=5)] = 3
    """Credential lanes: one for the first device, one for each takeover."""
    contactless_cards: bool = False
    """Cards may be shown by radio. Off: a relay carries such a card's answers from a pocket outside the door."""
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=6)] = ("id", "en")
    """Languages that a voter can choose, the default first."""
    paper_language: str = "id"
    """The one language of all paper."""
    slips_before_final: bool | msgspec.UnsetType = msgspec.UNSET
    """A result becomes final only after the slips of every booth were counted. Unset is no, and is not written down,
    so that a package of an election that does not ask for it is spelled as it always was.
    """

    @property
    def final_wants_slips(self) -> bool:
        """Whether slips are counted before a result is final."""
        return self.slips_before_final is True

    def credentials_per_lane(self, voters: int) -> int:
        """How many ballots one device can seal, cast and void together."""
        return voters + max(10, -(-voters * self.reserve_percent // 100))
