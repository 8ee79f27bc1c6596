"""Every command answers programs: JSON on stdout and nothing else, what people are told beside it, as the page says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.district.election import BOOTHS, SAMPLE, Made, changed_sample, district
from tests.district.printed_slips import Booth, scanned

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
GROUND = ("--by", "Sri Rahayu", "--reason", "rekap TPS 1 bilik 1 di depan saksi")


def promised(command: str) -> set[str]:
    """What docs/commands.md says that a command's answer holds."""
    (cell,) = re.findall(rf"^\| `{command}` \| .* \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return set(re.findall(r"`([a-z_]+)`", cell))


class Life:
    """An election from its source on, by commands that all answer programs."""

    def __init__(self, folder: Path) -> None:
        self.made = Made(folder)
        self.told: list[str] = []

    def ask(self, command: str, *arguments: object, status: int = 0) -> object:
        """The answer, its form held against the page."""
        ran = district(*command.split(), *arguments, "--json")
        assert ran.returncode == status, ran.stdout + ran.stderr
        answer = json.loads(ran.stdout)
        first = answer[0] if isinstance(answer, list) and answer else answer
        assert not isinstance(first, dict) or promised(command) <= first.keys(), (command, first)
        self.told.append(ran.stderr)
        return answer


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Up to the packages."""
    made = Life(tmp_path_factory.mktemp("life"))
    folder, workspace, ask = made.made.folder, made.made.workspace, made.ask
    assert ask("check", SAMPLE) == {"faults": [], "lacking": []}
    assert {entry["language"] for entry in ask("words", changed_sample(folder / "source"), status=0)} >= {"id", "en"}  # type: ignore[attr-defined, index]
    assert ask("new", SAMPLE, workspace)["booths"] == 3  # type: ignore[index]
    cards = ask("cards rehearsal", workspace, made.made.cards)
    assert len(cards) == 6  # type: ignore[arg-type]
    pins = (made.made.cards / "pins.csv").read_text()
    for pin in re.findall(r"\b[0-9]{6}\b", pins):
        assert f'"{pin}"' not in json.dumps(cards)
    for role in ("officers", "committee"):
        new = ask("trustee new", workspace / "request", "--role", role, "--out", folder / role)
        added = ask("trustee add", workspace, folder / role)
        assert new["fingerprint"] == added["fingerprint"]  # type: ignore[index]
    made_now = ask("package", workspace, "--all", made.made.sticks)
    assert [one["booth"] for one in made_now] == list(BOOTHS)  # type: ignore[attr-defined]
    assert all(one["made"] and one["written"] for one in made_now)  # type: ignore[attr-defined]
    return made


def test_before_the_day(life: Life, tmp_path: Path) -> None:
    workspace = life.made.workspace
    assert len(life.ask("cards list", workspace)) == 6  # type: ignore[arg-type]
    assert life.ask("publish", workspace, "--setup", tmp_path / "public")["booths"] == 3  # type: ignore[index]
    (tmp_path / "stick").mkdir()
    written = life.ask("sticks", workspace, "--stick", tmp_path / "stick", "--only", BOOTHS[0])
    assert [one["booth"] for one in written] == [BOOTHS[0]]  # type: ignore[attr-defined]
    assert life.ask("sticks", workspace, "--stick", tmp_path / "stick", "--only", BOOTHS[0]) == []
    same = life.ask("change", workspace, SAMPLE, "--village", BOOTHS[0][:13])
    assert same == {"changed": [], "added": [], "removed": [], "packages": []}
    late = life.ask("package", workspace, "--booth", BOOTHS[0], "--stick", tmp_path / "stick")
    assert [(one["made"], one["written"]) for one in late] == [(False, False)]  # type: ignore[attr-defined]
    (tmp_path / "pin").write_text("427516\n")
    whose = ("--role", "technician", "--holder", "Siti", "--soft", "--out", tmp_path / "card")
    (card,) = life.ask("cards issue", workspace, *whose, "--pin-file", tmp_path / "pin")  # type: ignore[misc]
    (lost,) = life.ask("cards retire", workspace, "--lost", card["label"], "--yes")  # type: ignore[misc]
    assert (card["state"], lost["state"]) == ("valid", "lost")
    assert any("Kartu" in told for told in life.told)


def test_the_evening(life: Life, tmp_path: Path) -> None:
    made = life.made.copy(tmp_path / "evening")
    workspace = made.workspace
    arrived = tmp_path / "in"
    arrived.mkdir()
    (arrived / "a.batch").write_bytes(made.day(choices=(1, 2)).batch())
    (arrived / "b.batch").write_bytes(made.day(BOOTHS[1], with_committee=False).batch())
    verdicts = life.ask("import", workspace, arrived)
    assert {one["verdict"] for one in verdicts} == {"accepted"}  # type: ignore[attr-defined]
    (tmp_path / "pin").write_text(made.pin(f"committee-{BOOTHS[0][:13]}-1.card"))
    card = ("--card", made.cards / f"committee-{BOOTHS[0][:13]}-1.card", "--pin-file", tmp_path / "pin")
    opened = life.ask("decrypt", workspace, BOOTHS[1], *card)
    assert opened == {"booth": BOOTHS[1], "role": "committee", "votes": [1, 1, 2, 1]}
    life.ask("decide", workspace, BOOTHS[2], "--paper", "1,0,0,0", *GROUND)
    booth = Booth(made, BOOTHS[0])
    marks = [scanned(booth.slip(tmp_path / "slips", choice)) for choice in (1, 2)]
    ran = subprocess.run(
        [sys.executable, "-m", "sync.district", "slips", "scan", workspace, "--booth", BOOTHS[0], "--json"],
        input="\n".join([*marks, "selesai", ""]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    count = json.loads(ran.stdout)
    assert (ran.returncode, count["clean"], count["genuine"]) == (0, True, [0, 1, 1, 0])
    assert promised("slips scan") <= count.keys()
    assert "Sah: 1 Suryadi" in ran.stderr
    assert not any(mark[8:40] in ran.stdout + ran.stderr for mark in marks)
    kept = life.ask("slips keep", workspace, "--booth", BOOTHS[0], "--votes", "0,1,1,0", "--by", "Sri Rahayu")
    assert kept["fits"] is True  # type: ignore[index]
    life.ask("final", workspace, "Balecatur", "--by", "Sri Rahayu", "--with", "Budi", "--reason", "berita acara 7")
    life.ask("results", workspace, "balecatur")
    life.ask("reconcile", workspace, status=1)
    saved = life.ask("backup", workspace, tmp_path / "a.bilik")
    restored = life.ask("restore", tmp_path / "a.bilik", tmp_path / "back")
    assert saved["sha256"] == restored["sha256"]  # type: ignore[index]
    assert life.ask("verify", made.sticks / BOOTHS[0])
