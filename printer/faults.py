"""What can be wrong with a printer: one table of what the officer is told for each fault, in words and as a picture."""

from enum import Enum
from functools import cache

from config.errors import DeviceError
from config.words import Words, builtin


class Picture(Enum):
    """What a screen shows at the printer; ``booth/screens/faultpictures.py`` draws it."""

    PLUG = "a plug beside its socket"
    LOCK = "a lock: somebody else has it"
    SWITCH = "the sign of a power switch"
    QUESTION = "a question mark"
    ROLL = "a roll, crossed out"
    COVER = "a lid to push down"
    SCISSORS = "scissors"
    HEAT = "a thermometer"
    CROSS = "a cross"
    STANDBY = "two bars: it waits"
    HOURGLASS = "an hourglass"
    STACK = "one sheet above another"


class Fault(Enum):
    """Why a printer cannot print, or why a print is not known to be out.

    Each row: the words in the catalogues (``fault.<words>.title`` says what is wrong, ``fault.<words>.next`` what to do
    next) and the picture.
    """

    CABLE = "cable", Picture.PLUG
    IN_USE = "in-use", Picture.LOCK
    NO_ANSWER = "no-answer", Picture.SWITCH
    NONSENSE = "nonsense", Picture.QUESTION
    NO_PAPER = "no-paper", Picture.ROLL
    COVER_OPEN = "cover-open", Picture.COVER
    CUTTER = "cutter", Picture.SCISSORS
    OVERHEATED = "overheated", Picture.HEAT
    BROKEN = "broken", Picture.CROSS
    OFFLINE = "offline", Picture.STANDBY
    TIMEOUT = "timeout", Picture.HOURGLASS
    NOT_CLEARED = "not-cleared", Picture.STACK

    def __init__(self, words: str, picture: Picture) -> None:
        self.title = f"fault.{words}.title"
        """The catalogues' key of what is wrong."""
        self.next = f"fault.{words}.next"
        """The catalogues' key of what to do next."""
        self.picture = picture

    def sentences(self) -> tuple[str, str]:
        """What is wrong and what to do next, in Indonesian and in English."""
        return self._said("id"), self._said("en")

    def _said(self, language: str) -> str:
        words = _catalogue(language)
        return f"{words(self.title)}. {words(self.next)}"


@cache
def _catalogue(language: str) -> Words:
    return builtin(language)


class PrintFault(DeviceError):
    """A job is not known to be out on paper; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        indonesian, english = fault.sentences()
        super().__init__(english, id=indonesian)
        self.fault = fault
