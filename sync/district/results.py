"""Results: sums of verified booths by TPS and village, and where the equations do not hold; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from config.election import Election, Village
from config.package import Place
from sync.district.ledger import Admitted, Decision
from sync.equations import Counts, Equation, attendance_of_tps


class State(StrEnum):
    """How much of a result is known."""

    NOTHING = "nothing yet"
    SEALED = "without result"
    """The batch is here and the committee's key has not opened it."""
    CONFLICT = "conflict"
    """Two batches of one booth: people decide by the tapes."""
    PRELIMINARY = "preliminary"
    COMPLETE = "complete"
    PAPER = "decided by paper"


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


@dataclass(frozen=True)
class Sum:
    """A TPS or village: the sum of those of its booths that have votes."""

    name: str
    state: State
    booths: int
    counted: int
    votes: tuple[int, ...]
    equations: tuple[Equation, ...] = ()


@dataclass(frozen=True)
class VillageResult:
    """Everything that is known about a village."""

    village: Village
    choices: tuple[str, ...]
    """Names of the choices, blank first where there is blank."""
    booths: tuple[BoothResult, ...]
    stations: tuple[Sum, ...]
    total: Sum

    @property
    def mismatches(self) -> list[tuple[str, Equation]]:
        """Each equation that does not hold, with the booth or TPS that it is about."""
        found = [(booth.place.booth_id, equation) for booth in self.booths for equation in booth.equations]
        found += [(station.name, equation) for station in self.stations for equation in station.equations]
        return [(where, equation) for where, equation in found if not equation.holds]


BLANK = "Suara kosong / blank"


def tally_villages(
    election: Election,
    admitted: Mapping[str, Admitted],
    conflicts: Mapping[str, tuple[str, ...]],
    decisions: Mapping[str, Decision],
) -> tuple[VillageResult, ...]:
    """The result of every village as the ledger stands."""
    places = list(election.places())
    made = []
    for village in election.villages:
        choices = ((BLANK,) if election.blank else ()) + tuple(c.name for c in village.candidates)
        booths = tuple(
            _booth(
                place, admitted.get(place.booth_id), bool(conflicts.get(place.booth_id)), decisions.get(place.booth_id)
            )
            for place in places
            if place.village_code == village.code
        )
        stations = tuple(
            _sum(
                f"TPS {tps.number}",
                [booth for booth in booths if booth.place.tps == tps.number],
                len(choices),
                attendance=True,
            )
            for tps in village.tps
        )
        total = _sum(village.name, list(booths), len(choices), attendance=False)
        made.append(VillageResult(village, choices, booths, stations, total))
    return tuple(made)


def _booth(place: Place, here: Admitted | None, in_conflict: bool, decision: Decision | None) -> BoothResult:
    counts = here.record.counts if here else None
    equations = here.record.equations if here else ()
    if decision is not None and decision.votes is not None:
        return BoothResult(place, State.PAPER, decision.votes, counts, equations, decision.reason)
    if here is None:
        return BoothResult(place, State.NOTHING, None, None, ())
    if in_conflict and (decision is None or decision.batch_sha256 != here.batch_sha256):
        return BoothResult(place, State.CONFLICT, None, counts, equations)
    state = State.SEALED if here.result is None else State.COMPLETE
    return BoothResult(place, state, here.result, counts, equations, decision.reason if decision else "")


def _sum(name: str, booths: list[BoothResult], choices: int, *, attendance: bool) -> Sum:
    votes = [0] * choices
    counted = [booth for booth in booths if booth.votes is not None]
    for booth in counted:
        votes = [total + more for total, more in zip(votes, booth.votes or (), strict=True)]
    if not any(booth.counts or booth.votes for booth in booths):
        state = State.NOTHING
    elif len(counted) < len(booths):
        state = State.PRELIMINARY
    else:
        state = State.PAPER if any(booth.state is State.PAPER for booth in booths) else State.COMPLETE
    counts = tuple(booth.counts for booth in booths if booth.counts is not None)
    whole = attendance and len(booths) > 1 and len(counts) == len(booths)
    return Sum(name, state, len(booths), len(counted), tuple(votes), (attendance_of_tps(counts),) if whole else ())
