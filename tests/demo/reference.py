"""The reference tool of Belenios, where it can be had: it judges archives that it did not make."""

import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

SETUP = Path(__file__).parents[3] / "shared" / "tools" / "belenios-tool.sh"
SETUP_S, JUDGE_S = 200, 60


def command() -> tuple[str | None, str]:
    """The command to call, or None and why there is none."""
    if not SETUP.exists():
        return None, f"{SETUP.name} is not there"
    try:
        made = subprocess.run([SETUP], capture_output=True, text=True, check=False, timeout=SETUP_S)
    except (OSError, subprocess.TimeoutExpired) as fault:
        return None, f"{SETUP.name} failed: {fault}"
    lines = made.stdout.strip().splitlines()
    if made.returncode or not lines:
        return None, f"{SETUP.name} failed: {made.stderr.strip()[-300:]}"
    return lines[-1], ""


def judge(tool: str, archive: Path, tell: Callable[[str], None]) -> str:
    """Empty when the tool accepts the archive, else its own words. It wants ``<uuid>.bel`` alone in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{_uuid(archive)}.bel"
        copy.write_bytes(archive.read_bytes())
        done = subprocess.run(
            [tool, "election", "verify", "--dir", folder],
            capture_output=True,
            text=True,
            check=False,
            timeout=JUDGE_S,
            env=os.environ | {"TERM": "dumb"},
        )
    said = done.stderr.strip()
    tell(f"belenios-tool election verify: {archive.name}: {said.splitlines()[-1] if said else 'says nothing'}")
    return "" if done.returncode == 0 and "all checks passed" in said else said or f"exit {done.returncode}"


def _uuid(archive: Path) -> str:
    """The election's uuid, from the archive's election record."""
    with tarfile.open(archive) as members:
        for member in members:
            content = members.extractfile(member)
            if content is not None and member.name.endswith(".data.json"):
                record = json.load(content)
                if isinstance(record, dict) and "uuid" in record and "questions" in record:
                    return str(record["uuid"])
    raise AssertionError(f"{archive.name} holds no election")
