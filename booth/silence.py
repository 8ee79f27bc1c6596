"""How long each state of a voter's session waits for a touch before the booth says something."""

from booth.session import Session
from config.settings import Settings

PRINT_TROUBLE_S = 600
"""A roll is changed in this time; after it nobody may print again what a voter who has gone chose."""


def silence_s(session: Session, settings: Settings) -> int | None:
    """In seconds; None waits for ever."""
    return {
        Session.CHOOSING: settings.idle_warning_s,
        Session.CONFIRMING: settings.idle_warning_s,
        Session.STILL_THERE: settings.countdown_s,
        Session.CHECKING: settings.check_warning_s,
        Session.STILL_CHECKING: settings.countdown_s,
        Session.PRINT_TROUBLE: PRINT_TROUBLE_S,
        Session.DONE: settings.box_sign_s,
    }.get(session)
