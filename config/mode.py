"""Official or rehearsal: the mode is inside every signed thing and on every screen and paper."""

from enum import StrEnum


class Mode(StrEnum):
    """What an election is for; keys of the two never mix."""

    OFFICIAL = "official"
    REHEARSAL = "rehearsal"
