"""What is said when the booth stops itself: where, and what kind of mistake. Never with which words or values."""

import sys
import threading
import traceback
from types import TracebackType

from config.errors import BilikError


def tell_no_values() -> None:
    """From now on no exception that nobody caught writes its message: a library's may quote what it was given."""
    sys.excepthook = _told
    threading.excepthook = lambda it: _told(it.exc_type, it.exc_value, it.exc_traceback)
    sys.unraisablehook = lambda it: _told(it.exc_type, it.exc_value, it.exc_traceback)


def _told(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> None:
    sys.stderr.write(account(kind, fault, trace))
    sys.stderr.flush()


def account(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> str:
    """The lines of our source that led there and the exception's type, for it and for those that it came from.

    Only our own sentences are quoted: they hold no values that must not be told.
    """
    before = ""
    if fault is not None:
        came_from = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
        if came_from is not None:
            before = account(type(came_from), came_from, came_from.__traceback__) + "and then:\n"
    sentence = f": {fault.en}" if isinstance(fault, BilikError) else ""
    return f"{before}{''.join(traceback.format_tb(trace))}{kind.__module__}.{kind.__qualname__}{sentence}\n"
