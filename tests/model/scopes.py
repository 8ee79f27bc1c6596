"""How far the honest world is explored: each scope to its end."""

from functools import cache

from tests.model.explore import Explored, explore
from tests.model.rules import PROGRAM
from tests.model.world import Bounds

SCOPES = {
    "one device, with crashes, reprints, refusals, tests": Bounds(sessions=3, testers=1),
    "the device is replaced, its stick in step, with crashes": Bounds(sessions=2, takeovers=True, pieces=0),
    "the same with reprints": Bounds(sessions=2, credentials=1, takeovers=True),
    "the device is replaced, its stick any number of steps behind": Bounds(
        sessions=2, takeovers=True, lags=True, crashes=False, pieces=0
    ),
    "three voters and two credentials": Bounds(voters=3, sessions=3, credentials=2, pieces=0),
}


@cache
def explored(scope: str) -> Explored:
    """Once a process: several tests look at the same."""
    return explore(PROGRAM, SCOPES[scope], keep_closings=True)
