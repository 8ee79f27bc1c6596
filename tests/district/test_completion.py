"""What a shell offers: commands, options, villages and booths, as bash asks for them; and nothing where nothing is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.district.election import BOOTHS, Made


def offered(*words: object) -> list[str]:
    """What bash is told for the last word."""
    typed = ["bilik-district", *map(str, words)]
    ran = subprocess.run(
        [sys.executable, "-m", "sync.district"],
        env=os.environ
        | {
            "_BILIK_DISTRICT_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(typed),
            "COMP_CWORD": str(len(typed) - 1),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stderr == ""
    return [line.partition(",")[2] for line in ran.stdout.splitlines() if line]


def test_commands_and_options(election: Made) -> None:
    assert {"results", "reconcile"} <= set(offered("re"))
    assert {"--json", "--csv", "--xlsx", "--nist"} <= set(offered("results", election.workspace, "--"))


@pytest.mark.parametrize("command", ["results", "final", "reconcile"])
def test_villages_by_code_and_by_name(election: Made, command: str) -> None:
    assert offered(command, election.workspace, "34.04") == [BOOTHS[0][:13]]
    assert offered(command, election.workspace, "bale") == [BOOTHS[0][:13]]
    assert offered(command, election.workspace, "99") == []


@pytest.mark.parametrize("verb", ["scan", "keep"])
def test_booths(election: Made, verb: str) -> None:
    assert offered("slips", verb, election.workspace, "--booth", BOOTHS[0][:17]) == list(BOOTHS[:2])


def test_a_folder_that_is_no_workspace_is_no_reason_to_fail(tmp_path: Path) -> None:
    assert offered("final", tmp_path, "34") == []
