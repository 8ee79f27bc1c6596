"""The cable to the district's database is pulled: an import ends with a sentence, and run again it has lost nothing."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.district.database import SILENCE_S
from tests.district import cable as cables
from tests.district.cable import Cable, laid
from tests.district.election import BOOTHS, Made
from tests.district.offering import offered
from tests.district.postgres import Server

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bilik-district' AND wait_event_type = 'Lock'"
PATIENCE_S = 100


@pytest.fixture
def cable(postgres: Server) -> Iterator[Cable]:
    why = cables.why_not()
    if why is not None:
        pytest.skip(f"NO CABLE COULD BE PULLED: {why}")
    with laid(postgres.folder) as made:
        yield made


def test_an_import_whose_cable_is_pulled_ends_and_goes_on_when_it_is_put_back(
    mine: Made, tmp_path: Path, postgres: Server, cable: Cable
) -> None:
    offered(mine, tmp_path / "in")
    local = postgres.database()
    base = local.partition("@/")[2].partition("?")[0]
    url = cable.url(local)
    run = [sys.executable, "-m", "sync.district", "import", str(mine.workspace), str(tmp_path / "in")]
    with postgres.connect(base) as other, postgres.connect(base) as looking:
        # Another desk is busy with the same booth, so that the import stands within an entry.
        other.execute("BEGIN")
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [BOOTHS[0]])
        first = subprocess.Popen(
            cable.desk([*run, "--db", url]), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        _until(lambda: looking.execute(WAITING).fetchone() == (1,))
        cable.pull()
        pulled_s = time.monotonic()
        _, said = first.communicate(timeout=PATIENCE_S)
        took_s = time.monotonic() - pulled_s
        assert first.returncode == 1
        assert "Basis data kabupaten tidak menjawab. Periksa kabel" in said
        assert "Traceback" not in said
        # It waited for the server, and not for the lock that the server would have given up by itself.
        assert SILENCE_S * 0.9 < took_s < SILENCE_S * 1.9
        # With the cable still out: told at once or after the time that a connection may take.
        again = subprocess.run(cable.desk(run), capture_output=True, text=True, check=False, timeout=PATIENCE_S)
        assert again.returncode == 1
        assert "Basis data kabupaten tidak menjawab" in again.stderr
        other.execute("ROLLBACK")
    cable.put_back()
    for _ in range(2):
        ran = subprocess.run(
            cable.desk([*run, "--json"]), capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
        assert ran.returncode == 0, ran.stderr
    assert {(told["booth"], told["verdict"]) for told in json.loads(ran.stdout)} == {
        (booth, "already here") for booth in BOOTHS
    }


def _until(holds: Callable[[], bool]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, "the import never came to its entry"
        time.sleep(0.05)
