"""The polling day: all booths at once, each with its people; one mistake anywhere ends all of it at once."""

import threading
from collections.abc import Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack

from tests.demo.plan import Deed, Visit, expect
from tests.demo.station import Station
from tests.demo.teller import Teller

CLOSING_WAIT_S = 280.0
"""How long a booth waits for the last voter of its TPS's other booths."""


class Day:
    """The stations of all booths and what their people will do."""

    def __init__(self, stations: list[Station], visits: dict[str, list[Visit]], teller: Teller) -> None:
        self.stations = stations
        self._visits = visits
        self._teller = teller
        self._last_voters = {
            tps: threading.Barrier(sum(station.place.tps == tps for station in self.stations))
            for tps in {station.place.tps for station in self.stations}
        }

    def hold(self) -> None:
        """From opening to closing; raises what went wrong first, when everything has ended."""
        pool = ThreadPoolExecutor(len(self.stations))
        totals = {station.name: len(self._visits[station.name]) for station in self.stations}
        with self._teller.booths(totals), ExitStack() as ending:
            ending.callback(pool.shutdown, cancel_futures=True)
            runs: list[Future[None]] = []
            ending.callback(self._stop, runs)
            # An interrupt may come at any moment: whatever was started by then is known to ``_stop``.
            for station in self.stations:
                runs.append(pool.submit(self._hold, station))
            done, _ = wait(runs, return_when=FIRST_EXCEPTION)
            for run in done:
                run.result()

    def _stop(self, runs: Iterable[Future[None]]) -> None:
        """Returns when nothing runs any more; who still works is stopped, again and again if it must be."""
        _, working = wait(runs, timeout=0)
        while working:
            self._end()
            _, working = wait(working, timeout=0.5)

    def _end(self) -> None:
        """Kills every process of the day; whoever waits for one of them hears of it."""
        for barrier in self._last_voters.values():
            barrier.abort()
        for station in self.stations:
            station.kill()

    def _hold(self, station: Station) -> None:
        name, tell = station.name, self._teller.say

        def told(deed: Deed) -> None:
            self._teller.session(name, deed.value, special=deed is not Deed.VOTES)

        with station:
            station.opens(cable_out=station is self.stations[0])
            tell(f"{name}  open: zero report signed")
            station.votes(self._visits[name], told)
            self._last_voters[station.place.tps].wait(CLOSING_WAIT_S)
            attended, left = self._list_of(station.place.tps)
            station.closes(attended, left)
            tell(f"{name}  closed: batch on the stick, stick pulled")
            if station is self.stations[0]:
                station.shows_damage()
                tell(f"{name}  one bit of its stored batch was turned: it shows that and refuses to go on")

    def _list_of(self, tps: int) -> tuple[int, int]:
        """The desk's list of a TPS: who attended, who left without voting."""
        sums = [expect(self._visits[station.name], 1) for station in self.stations if station.place.tps == tps]
        return sum(one.attended for one in sums), sum(one.left for one in sums)
