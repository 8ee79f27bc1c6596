"""A roll that nears its end is told early enough: voters can still be served when it is told."""

import pytest

from printer.escpos import Job, render
from printer.faults import Fault, PrintFault
from tests.printer.conftest import Bench
from tests.printer.papers import CANDIDATES, sample_job

ENOUGH = 5
PATIENCE_S = 5.0


def test_from_the_warning_on_so_many_voters_are_served(bench: Bench) -> None:
    job = render(sample_job(CANDIDATES[2]), bench.profile)
    bench.virtual.load_roll(3000)
    bench.port.print(job, PATIENCE_S)
    assert bench.port.status().ready
    assert not bench.port.status().near_end
    served: list[bool] = []
    with pytest.raises(PrintFault) as caught:
        serves_until_it_fails(bench, job, served)
    assert caught.value.fault is Fault.NO_PAPER
    assert sum(served) >= ENOUGH


def serves_until_it_fails(bench: Bench, job: Job, served: list[bool]) -> None:
    """Of each voter, whether the roll was told to near its end before."""
    while True:
        warned = bench.port.status().near_end
        bench.port.print(job, PATIENCE_S)
        served.append(warned)
