""".ci/run says no when anything failed, and when nothing was tested."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT


def run(folder: Path, check: str, test: str) -> subprocess.CompletedProcess[str]:
    """.ci/run over a Makefile whose two verbs are these shell lines."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", folder / ".ci")
    (folder / "Makefile").write_text(f".PHONY: check test\ncheck:\n\t@{check}\ntest:\n\t@{test}\n")
    environment = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    }
    return subprocess.run(
        [folder / ".ci/run"],
        cwd="/",
        env=environment | {"DISPLAY": ":9"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_last_line_is_what_pytest_counted(tmp_path: Path) -> None:
    result = run(tmp_path, "true", "echo '12 passed, 1 warning in 3.21s'")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "12 passed, 1 warning in 3.21s"


def test_there_is_no_screen_and_nobody_to_ask(tmp_path: Path) -> None:
    result = run(tmp_path, '[ -z "$$DISPLAY" ] && [ "$$CI" = true ] && ! read line', "echo '1 passed in 0.01s'")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("check", "test"),
    [
        pytest.param("false", "echo '12 passed in 3.21s'", id="check fails"),
        pytest.param("true", "echo '1 failed, 11 passed in 3.21s'; exit 1", id="a test fails"),
        pytest.param("true", "echo 'no tests ran in 0.01s'; exit 5", id="nothing was collected"),
        pytest.param("true", "echo '9 skipped in 0.01s'", id="all tests were skipped"),
        pytest.param("true", "echo '12 passed in 3.21s'; exit 137", id="killed after its last line"),
        pytest.param("true", "true", id="pytest never ran"),
    ],
)
def test_anything_else_is_a_refusal(tmp_path: Path, check: str, test: str) -> None:
    assert run(tmp_path, check, test).returncode != 0
