"""The election as the district plans it: villages, stations, booths, candidates; a value without files or keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.mode import Mode
from config.package import Place, Sha256
from config.settings import Settings

PLACE_MAX_CHARS = 40
"""Of a village, subdistrict or district."""
TITLE_MAX_CHARS = 60
"""Of the election's name; and of its question twice as many."""
SMALL_BOOTH_VOTERS = 100
"""Below so many voters on the roll a booth's result tells too much: the plan needs a written reason."""
MAX_CREDENTIALS = 10_000
"""Of one booth, all lanes together: what the strict verifier of archives takes on."""
MIN_CANDIDATES, MAX_CANDIDATES = 2, 5


@dataclass(frozen=True)
class PlannedBooth:
    """One booth of a TPS."""

    number: int
    voters: int
    """Voters on its part of the roll."""
    reason: str
    """Why it may have fewer than ``SMALL_BOOTH_VOTERS`` voters; empty where that needs no reason."""


@dataclass(frozen=True)
class PlannedTps:
    """One polling station, its booths by number."""

    number: int
    booths: tuple[PlannedBooth, ...]


@dataclass(frozen=True)
class PlannedCandidate:
    """One candidate of a village."""

    number: int
    name: str
    photo: Sha256
    """Names the picture in ``Election.photos``."""


@dataclass(frozen=True)
class Village:
    """One village with its stations and its candidates, both by number."""

    code: str
    name: str
    subdistrict: str
    tps: tuple[PlannedTps, ...]
    candidates: tuple[PlannedCandidate, ...]
    audio: Mapping[str, Mapping[str, Sha256]]
    """What its booths can say, by language and clip; names sounds in ``Election.clips``. Empty without audio."""


@dataclass(frozen=True)
class Election:
    """A checked plan; whoever holds one may rely on every limit of ``config.source``."""

    name: str
    district: str
    date: str
    """YYYY-MM-DD."""
    mode: Mode
    blank: bool
    question: str
    settings: Settings
    villages: tuple[Village, ...]
    """By code."""
    photos: Mapping[Sha256, bytes]
    """By their hash, as ``config.photo`` made them."""
    words: Mapping[str, bytes]
    """Compiled catalogues (.mo) by language: those that a voter can choose, and the paper's."""
    clips: Mapping[Sha256, bytes]
    """WAVs by their hash, in the form of ``config.clips``; empty without audio."""

    def village(self, code: str) -> Village | None:
        """The village of that code, or None."""
        return next((village for village in self.villages if village.code == code), None)

    def places(self) -> Iterator[Place]:
        """Every booth, by village, TPS and number."""
        for village in self.villages:
            for tps in village.tps:
                for booth in tps.booths:
                    yield Place(
                        village_code=village.code,
                        village=village.name,
                        subdistrict=village.subdistrict,
                        tps=tps.number,
                        booth=booth.number,
                        booths_in_tps=len(tps.booths),
                        voters=booth.voters,
                    )
