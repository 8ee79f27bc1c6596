"""What a shell offers: commands, options, villages and booths, as bash asks for them; and nothing where nothing is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.district.election import BOOTHS, Made
from tests.house.test_commands import leaves


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


BASH = """
source completion.bash
complete -p bilik-district
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_bilik_district_completion "$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def in_bash(folder: Path, *words: object) -> list[str]:
    """What a real bash offers for the last word, once the line of docs/commands.md is in its start file."""
    program = f"{Path(sys.executable).parent}/bilik-district"
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    line = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if "bash_source" in line)
    assert Path(program).is_file()
    subprocess.run(["bash", "-ec", line], env=environment | {"HOME": str(folder)}, check=True, timeout=60)
    script = next(path for path in folder.rglob("*") if path.is_file())
    ran = subprocess.run(
        [
            "bash",
            "--norc",
            "-ec",
            BASH.replace("completion.bash", str(script)),
            "bash",
            "bilik-district",
            *map(str, words),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    first, *offers = ran.stdout.splitlines()
    assert first.endswith("-F _bilik_district_completion bilik-district")
    return [offer for offer in offers if offer]


PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_a_real_bash_completes_after_the_line_that_the_page_gives(election: Made, tmp_path: Path) -> None:
    assert in_bash(tmp_path, "reco") == ["reconcile"]
    assert set(in_bash(tmp_path, "slips", "")) == {"scan", "keep"}
    assert in_bash(tmp_path, "decrypt", election.workspace, BOOTHS[2][:17]) == [BOOTHS[2]]
    assert in_bash(tmp_path, "sticks", election.workspace, "--only", BOOTHS[0]) == [BOOTHS[0]]
    assert "--json" in in_bash(tmp_path, "decrypt", election.workspace, "--")
    assert in_bash(tmp_path, "results", tmp_path / "nowhere", "34") == []


def test_every_booth_and_village_is_offered() -> None:
    """Whatever takes a booth or a village by name completes it."""
    names = {"booth", "village", "villages", "renew", "only"}
    lacking = [
        f"{name} {param.name}"
        for name, command in leaves().items()
        for param in command.params
        if param.name in names and param._custom_shell_complete is None
    ]
    assert lacking == []
