"""Results: sums of verified booths by TPS and village, their turnout, ties, and where equations do not hold; pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from config.election import Election, Village
from config.package import Place
from sync.district.ledger import Admitted, Decision
from sync.district.states import Decided, Here, State, of_booth, of_many, signed
from sync.district.ties import Part, Tie, find_tie
from sync.equations import Counts, Equation, attendance_of_tps

__all__ = ["BLANK", "BoothResult", "Figures", "State", "Sum", "VillageResult", "tally_villages"]


@dataclass(frozen=True)
class Figures:
    """How many voted, of how many; they add up."""

    voters: int = 0
    """On the roll."""
    reported: int = 0
    """On the roll of those booths whose votes are known."""
    cast: int = 0
    """Votes, blank ones among them."""
    refused: int = 0
    interrupted: int = 0
    tests: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def void(self) -> int:
        """Ballots that were sealed and not cast, of every kind."""
        return self.refused + self.interrupted + self.tests

    @property
    def turnout_percent(self) -> float | None:
        """Of the roll of those booths that are known, to two places; None while none is."""
        return round(100 * self.cast / self.reported, 2) if self.reported else None


@dataclass(frozen=True)
class BoothResult:
    """One booth: its state, its votes in the order of the ballot, and its equations."""

    place: Place
    state: State
    votes: tuple[int, ...] | None
    counts: Counts | None
    equations: tuple[Equation, ...]
    reason: str = ""
    """Why it was decided by paper or by people."""
    decision: Decision | None = None
    """What people decided, where that made the result."""
    by_paper: bool = False
    """Its votes are those of a count of slips; it stays so when they are final."""

    @property
    def figures(self) -> Figures:
        """Its part of the sums. Of two batches in conflict nobody knows which one counts: nothing of them is told."""
        counts = self.counts if self.state is not State.CONFLICT else None
        if self.votes is None and counts is None:
            return Figures(voters=self.place.voters)
        return Figures(
            voters=self.place.voters,
            reported=self.place.voters,
            cast=counts.cast if self.votes is None and counts else sum(self.votes or ()),
            refused=counts.refused if counts else 0,
            interrupted=counts.interrupted if counts else 0,
            tests=counts.tests if counts else 0,
        )


@dataclass(frozen=True)
class Sum:
    """A TPS or village: the sum of those of its booths that have votes."""

    name: str
    state: State
    booths: int
    counted: int
    votes: tuple[int, ...]
    figures: Figures
    equations: tuple[Equation, ...] = ()


@dataclass(frozen=True)
class VillageResult:
    """Everything that is known about a village."""

    village: Village
    choices: tuple[str, ...]
    """Names of the choices, blank first where there is blank."""
    blank: bool
    booths: tuple[BoothResult, ...]
    stations: tuple[Sum, ...]
    total: Sum

    @property
    def mismatches(self) -> list[tuple[str, Equation]]:
        """Each equation that does not hold, with the booth or TPS that it is about."""
        found = [(booth.place.booth_id, equation) for booth in self.booths for equation in booth.equations]
        found += [(station.name, equation) for station in self.stations for equation in station.equations]
        return [(where, equation) for where, equation in found if not equation.holds]

    @property
    def tie(self) -> Tie | None:
        """Equal votes at the top, once every booth is counted; before that they say nothing."""
        if self.total.counted < self.total.booths:
            return None
        parts = [Part(station.name, station.figures.voters, station.votes) for station in self.stations]
        return find_tie(self.total.votes, parts, blank=self.blank)


BLANK = "Suara kosong / blank"


def tally_villages(
    election: Election,
    admitted: Mapping[str, Admitted],
    conflicts: Mapping[str, tuple[str, ...]],
    decisions: Mapping[str, Decision],
    finals: Collection[str] = (),
) -> tuple[VillageResult, ...]:
    """The result of every village as the ledger stands; ``finals`` are the codes of villages that two people signed."""
    places: dict[str, list[Place]] = {}
    for place in election.places():
        places.setdefault(place.village_code, []).append(place)
    made = []
    for village in election.villages:
        final = village.code in finals
        choices = ((BLANK,) if election.blank else ()) + tuple(c.name for c in village.candidates)
        booths = tuple(
            _booth(
                place, admitted.get(place.booth_id), bool(conflicts.get(place.booth_id)), decisions.get(place.booth_id)
            )
            for place in places[village.code]
        )
        total = _sum(village.name, list(booths), len(choices), attendance=False, final=final)
        final = total.state is State.FINAL
        stations = tuple(
            _sum(
                f"TPS {tps.number}",
                [booth for booth in booths if booth.place.tps == tps.number],
                len(choices),
                attendance=True,
                final=final,
            )
            for tps in village.tps
        )
        if final:
            booths = tuple(_final(booth) for booth in booths)
        made.append(VillageResult(village, choices, election.blank, booths, stations, total))
    return tuple(made)


def _booth(place: Place, here: Admitted | None, in_conflict: bool, decision: Decision | None) -> BoothResult:
    counts = here.record.counts if here else None
    equations = here.record.equations if here else ()
    decided = Decided.NO
    if decision is not None and decision.votes is not None:
        decided = Decided.PAPER
    elif decision is not None and here is not None and decision.batch_sha256 == here.batch_sha256:
        decided = Decided.BATCH
    came = Here.NOTHING if here is None else Here.SEALED if here.result is None else Here.OPENED
    state = of_booth(came, decided, conflict=in_conflict)
    if state is State.CONFLICT:
        equations = ()  # they may be those of the batch that will not count
    if decided is Decided.NO:
        decision = None
    reason = decision.reason if decision is not None else ""
    votes: tuple[int, ...] | None = None
    if state is State.PAPER and decision is not None:
        votes = decision.votes
    elif state is State.COMPLETE and here is not None:
        votes = here.result
    return BoothResult(place, state, votes, counts, equations, reason, decision, by_paper=state is State.PAPER)


def _final(booth: BoothResult) -> BoothResult:
    return replace(booth, state=signed(booth.state, final=True))


def _sum(name: str, booths: list[BoothResult], choices: int, *, attendance: bool, final: bool) -> Sum:
    votes = [0] * choices
    counted = [booth for booth in booths if booth.votes is not None]
    for booth in counted:
        votes = [total + more for total, more in zip(votes, booth.votes or (), strict=True)]
    state = signed(of_many(booth.state for booth in booths), final=final)
    counts = tuple(booth.counts for booth in booths if booth.counts is not None and booth.state is not State.CONFLICT)
    whole = attendance and len(booths) > 1 and len(counts) == len(booths)
    return Sum(
        name,
        state,
        len(booths),
        len(counted),
        tuple(votes),
        _figures(booth.figures for booth in booths),
        (attendance_of_tps(counts),) if whole else (),
    )


def _figures(parts: Iterable[Figures]) -> Figures:
    return sum(parts, Figures())
