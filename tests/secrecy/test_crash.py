"""A booth that stops itself says where and nothing else: a mistake is planted whose message holds all that it could."""

from pathlib import Path

import pytest

from booth.crash import account
from booth.store.faults import StoreFault
from tests.secrecy.inside import Inside, inside
from tests.torture.clear import needles, search
from tests.torture.ground import NAMES, Ground
from tests.torture.scene import HEADLESS, KIVY

CRASHED = 70
CANARIES = (b"quoted-by-a-library", b"cannot seal 2", *(word.encode() for name in NAMES for word in name.split()))


def crashes(booth: Inside, choice: int) -> bytes:
    """A voter's *Ya* is the end; what stands in the log of the process."""
    booth.staff.officer.opens(booth.site, booth.staff.committee)
    booth.staff.officer.unlocks(booth.site)
    booth.site.robot.tap_away(f"choice-{choice}", in_view="Choosing")
    booth.site.robot.tap("yes", in_view="Confirming")
    assert booth.scene.ended() == CRASHED
    return booth.scene.log.read_bytes()


@pytest.mark.parametrize(
    ("planted", "launcher", "kind"),
    [
        ("seal", HEADLESS, "builtins.ValueError"),
        ("verify", HEADLESS, "builtins.KeyError"),
        ("print", HEADLESS, "builtins.RuntimeError"),
        ("print", KIVY, "builtins.RuntimeError"),
    ],
)
def test_a_crash_report_says_where_and_not_what(
    ground: Ground, tmp_path: Path, planted: str, launcher: str, kind: str
) -> None:
    with inside(ground, tmp_path, launcher, planted) as booth:
        said = crashes(booth, 2)
        assert kind in said.decode()
        assert "booth/casting.py" in said.decode() or "booth/printing.py" in said.decode()
        assert [canary for canary in CANARIES if canary in said] == []
        # Nor in any file on device, stick or among the temporary ones.
        what = needles(ground, keys=tuple(booth.drawn().values())) | {
            f"canary {n}": it for n, it in enumerate(CANARIES)
        }
        assert search(booth.scene, what) == []
        for name in ("crash", "tmp/core"):
            (booth.scene.folder / name).write_bytes(said)
        with booth.scene.log.open("ab") as log:
            log.write(b"ValueError: cannot seal 2 quoted-by-a-library " + NAMES[1].encode())
        assert len(search(booth.scene, what)) >= 4


def test_what_a_person_must_know_is_said() -> None:
    fault = StoreFault("no space left")
    fault.__cause__ = LookupError("a number 271828")
    said = account(type(fault), fault, None)
    assert said.startswith("builtins.LookupError\nand then:\n")
    assert "no space left" in said
    assert "271828" not in said
