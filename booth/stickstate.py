"""How the stick stands; words ``stick.<state>`` in the catalogues."""

from enum import StrEnum


class StickState(StrEnum):
    """How the stick stands, for the officer."""

    AWAY = "away"
    THERE = "there"
    """A stick, and nothing to keep on it yet."""
    OTHER = "other"
    """Not a stick of this booth, or one that another device uses."""
    UNFIT = "unfit"
    """Full, write-protected, worn or failing."""
    UNREADABLE = "unreadable"
    """A stick without a file system that a booth reads."""
    TWO = "two"
    """One is in use, and a second one is in that the booth leaves alone."""
    BEHIND = "behind"
    """Its copy lacks the last steps; it is being caught up."""
    IN_STEP = "in-step"
    """Whatever was confirmed is on it."""
