""".ci/run says no when anything failed, and when nothing was tested."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.house.tree import ROOT


def run(folder: Path, check: str, test: str, image: str = "true", **more: str) -> subprocess.CompletedProcess[str]:
    """.ci/run over a Makefile whose verbs are these shell lines; ``image`` is what follows the image's building."""
    (folder / ".ci").mkdir(exist_ok=True)
    shutil.copy(ROOT / ".ci/run", folder / ".ci")
    verbs = {"check": check, "image": "echo built", "image-test": image, "test": test}
    lines = "".join(f"{verb}:\n\t@{does}\n" for verb, does in verbs.items())
    (folder / "Makefile").write_text(f".PHONY: {' '.join(verbs)}\n{lines}")
    environment = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    }
    return subprocess.run(
        [folder / ".ci/run"],
        cwd="/",
        env=environment | {"DISPLAY": ":9"} | more,
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


def commit(folder: Path, name: str, days_ago: int) -> str:
    """A file changed in the repository that the folder is; the commit's name."""
    when = f"{int(time.time()) - days_ago * 86_400} +0000"
    told = os.environ | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"{name} {days_ago}\n")
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", folder)
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", name], check=True)
    subprocess.run([*git, "commit", "-q", "-m", name], check=True, env=told)
    return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


PASSED = "echo '1 passed in 0.01s'"


def test_the_image_is_built_and_booted_when_what_it_is_made_of_changed(tmp_path: Path) -> None:
    commit(tmp_path, "README.md", 40)
    commit(tmp_path, "deploy/image/root.sh", 1)
    result = run(tmp_path, "true", PASSED, "echo booted")
    assert (result.returncode, result.stdout.split()[:2]) == (0, ["built", "booted"])
    assert run(tmp_path, "true", PASSED, "false").returncode != 0


def test_and_not_when_it_is_as_it_was(tmp_path: Path) -> None:
    before = commit(tmp_path, "deploy/image/root.sh", 40)
    commit(tmp_path, "requirements.txt", 30)
    commit(tmp_path, "README.md", 1)
    result = run(tmp_path, "true", PASSED, "false")
    assert (result.returncode, "built" in result.stdout.splitlines()) == (0, False)
    assert "not built" in result.stdout
    since = run(tmp_path, "true", PASSED, CI_BASE=before)
    assert "built" in since.stdout.splitlines()


def test_nor_is_it_left_out_where_nobody_knows(tmp_path: Path) -> None:
    """No repository, or one whose history begins today."""
    assert "built" in run(tmp_path, "true", PASSED).stdout.splitlines()
    commit(tmp_path, "README.md", 0)
    assert "built" in run(tmp_path, "true", PASSED).stdout.splitlines()
