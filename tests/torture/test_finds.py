"""The harness finds mistakes that are planted in the booth, at the points where they matter."""

from pathlib import Path

import pytest

from tests.torture.ground import Ground
from tests.torture.points import Point, Result, Torture
from tests.torture.shim import Call, Noted, Watched


@pytest.fixture
def torture(library: Path, ground: Ground, kept: Path, tmp_path: Path) -> Torture:
    return Torture(ground, library, kept, tmp_path / "work", tmp_path / "violations", module="tests.torture.broken")


def killed_at(torture: Torture, deed: str, call: Call, kill: str, wish: int = 1) -> Result:
    """The deed killed at the last such call on the device's store."""
    noted: tuple[Noted, ...] = torture.trace(deed)
    at = max(
        n for n, it in enumerate(noted, 1) if (it.call, it.watched) == (call, Watched.DISK) and "store.db" in it.name
    )
    return torture.run(Point(deed, at, kill, wish))


@pytest.mark.parametrize("mistake", ["no-journal", "no-rollback"])
def test_a_store_that_is_half_written(torture: Torture, mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILIK_BROKEN", mistake)
    result = killed_at(torture, "unlock", Call.PWRITE, "torn")
    (violation,) = result.violations
    assert "nobody knows what to do at Quarantined" in violation


def test_a_choice_that_lies_in_a_file(torture: Torture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILIK_BROKEN", "choice-kept")
    result = killed_at(torture, "seal", Call.FSYNC, "before")
    assert any("stands in clear in tmp/chosen" in violation for violation in result.violations)
    assert (tmp_path / "violations" / str(result.point).replace(":", "-") / "tmp" / "chosen").is_file()
