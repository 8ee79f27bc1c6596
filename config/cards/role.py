"""What a card is for and what it is made of."""

from enum import StrEnum


class Role(StrEnum):
    """A card has one role; no person holds cards of two."""

    OFFICERS = "officers"
    """KPPS: open, unlock, pause, resolve, test and close the booths of one TPS."""
    COMMITTEE = "committee"
    """Panitia: present at opening, second key at closing, for all booths of one village."""
    TECHNICIAN = "technician"
    """Sets devices up and mends them, for a whole district; opens no booth, no session and no result."""


class CardKind(StrEnum):
    """What a card is made of."""

    PIV = "piv"
    """A smart card (NIST SP 800-73) whose keys never leave it."""
    SOFT = "soft"
    """A file, for rehearsals: whoever copies it has the card."""
