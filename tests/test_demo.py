"""The deed itself: a small election day on all three booths, and that its proof can fail."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from booth import views
from config.cards.virtual.reader import why_not
from config.package import read_package
from sync.batch import read as read_batch
from sync.district.cards import label
from sync.district.workspace import Workspace
from sync.media import PACKAGE_FOLDER
from tests.demo import evidence, proof
from tests.demo.__main__ import main
from tests.demo.folder import MARKER, NotOurs, make_anew
from tests.demo.official import PEOPLE, open_envelope
from tests.demo.plan import CASTS, INCIDENTS, OFFICIAL_INCIDENTS, Deed, Expected, draw, expect
from tests.desk.test_reader import need_pcscd
from tests.house.tree import ROOT
from tests.robot.processes import mentioning
from tests.robot.reading import Slip, SlipReader, Unreadable

SEED, VOTERS, CHOICES = 20_211_108, 4, 4
BOOTHS = 3 if why_not() is None else 2
TIMEOUT_S = 900


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A finished demo."""
    home = tmp_path_factory.mktemp("election") / "demo"
    command = [sys.executable, "-m", "tests.demo", "--quick", "--voters", str(VOTERS), "--seed", str(SEED)]
    done = subprocess.run(
        [*command, "--out", home], cwd=ROOT, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    assert "claims hold" in done.stdout
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def names(demo: Path) -> list[str]:
    return sorted(path.name for path in (demo / "packages").iterdir())


@pytest.fixture(scope="module")
def booth(demo: Path, names: list[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[evidence.Booth, Expected]:
    name = names[0]
    package = read_package(demo / "packages" / name / PACKAGE_FOLDER)
    archive = tmp_path_factory.mktemp("archive") / "a.bel"
    seen = evidence.look(package, demo / "batches" / f"{name}.batch", archive, demo / "paper" / name)
    return seen, expect(draw(names, VOTERS, CHOICES, SEED)[name], CHOICES)


@pytest.mark.timeout(TIMEOUT_S + 60)
def test_the_results_are_what_the_voters_wished(demo: Path, names: list[str]) -> None:
    results = json.loads((demo / "results.json").read_text())
    wishes = [expect(visits, CHOICES).votes for visits in draw(names, VOTERS, CHOICES, SEED).values()]
    (village,) = results["villages"]
    assert village["votes"] == [sum(column) for column in zip(*wishes, strict=True)]
    assert sum(village["votes"]) >= 2 * VOTERS
    assert village["state"] == "complete"


@pytest.fixture(scope="module")
def official(demo: Path) -> Path:
    """Where the official election's things lie."""
    need_pcscd()
    return demo / "official"


def test_the_official_results_are_what_its_voters_wished(official: Path) -> None:
    (name,) = (path.name for path in (official / "packages").iterdir())
    wished = expect(draw([name], VOTERS, CHOICES, SEED + 1, OFFICIAL_INCIDENTS)[name], CHOICES)
    (village,) = json.loads((official / "results.json").read_text())["villages"]
    assert village["votes"] == list(wished.votes)
    batch = read_batch((official / "batches" / f"{name}.batch").read_bytes())
    assert batch.record.mode == "official"
    assert batch.record.counts.tests == 1
    boxed = [SlipReader(read_package(official / "packages" / name / PACKAGE_FOLDER)).read(path)
             for path in (official / "paper" / name / "box").glob("*.png")]  # fmt: skip
    assert sorted(slip.choice for slip in boxed if isinstance(slip, Slip)) == sorted(
        choice for choice, votes in enumerate(wished.votes) for _ in range(votes)
    )


def test_an_envelope_is_read_by_its_holder_only(official: Path) -> None:
    labels = {card.holder: label(card.id) for card in Workspace(official / "district").cards}
    holders = {person.name: person for person in PEOPLE}
    # The officers' cards are retired, and count no more.
    assert set(labels) == {person.name for person in PEOPLE if person.role == "committee"}
    (first, slip), (second, _) = ((holders[name], official / "slips" / f"{of}.png") for name, of in labels.items())
    assert len(open_envelope(first, slip)) == 6
    with pytest.raises(Unreadable):
        open_envelope(second, slip)


def test_the_screens_of_every_view_were_seen(demo: Path) -> None:
    seen = {path.stem.partition("-")[0] for path in (demo / "screens").glob("*/*.png")}
    every = {view.__name__ for view in views.View.__args__}
    # No device dies in the demo: takeovers are told in tests/booth/test_takeover.py and drawn in tests/screens.
    every -= {"TakeoverReady", "SignTakeover", "Replaced"}
    if why_not() is not None:
        every -= {"PinWait", "PinRefused"}  # these are for cards with few tries
    assert every - seen == set()
    with Image.open(next((demo / "screens").glob("*/Choosing.png"))) as picture:
        assert picture.size == (1280, 800)
        assert len(picture.getcolors(1 << 20) or ()) > 100


def test_papers_lie_where_people_put_them(demo: Path, names: list[str]) -> None:
    visits = draw(names, VOTERS, CHOICES, SEED)
    for name in names:
        expected = expect(visits[name], CHOICES)
        heaps = {heap.name: len(list(heap.glob("*.png"))) for heap in (demo / "paper" / name).iterdir()}
        assert heaps["box"] == expected.cast
        assert heaps["envelope"] == expected.envelope
        assert heaps["printer"] == 0


def test_nothing_secret_is_in_the_logs(demo: Path) -> None:
    said = "".join(path.read_text(errors="replace") for path in (demo / "logs").glob("*.log"))
    pins = [line.split(",")[-1] for line in (demo / "cards" / "pins.csv").read_text().splitlines()[1:]]
    assert len(pins) == 4
    if (demo / "official").exists():
        pins += envelopes(demo / "official")
        assert len(set(pins)) == 4 + 5
    assert not any(pin in said for pin in pins)


def envelopes(official: Path) -> Iterator[str]:
    """All PINs that were ever printed."""
    slips = [*(official / "slips").iterdir(), *(official / "slips-again").iterdir()]
    for slip in slips:
        for person in PEOPLE:
            with suppress(Unreadable):
                yield open_envelope(person, slip)


def test_a_demo_without_pcscd_says_so_and_fails_where_it_must_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The machine's reason is made up; the rest of the day is another test's."""
    monkeypatch.setattr("tests.demo.__main__.why_not", lambda: ("tidak ada pcscd", "there is no pcscd"))
    monkeypatch.setattr("tests.demo.__main__.Demo._hold", lambda _: False)
    for environment, status in ((None, 0), ("true", 1)):
        monkeypatch.setattr(sys, "argv", ["demo", "--out", str(tmp_path / "demo")])
        if environment is None:
            monkeypatch.delenv("CI", raising=False)
        else:
            monkeypatch.setenv("CI", environment)
        assert main() == status
        assert "NOT SHOWN: THE OFFICIAL ELECTION" in capsys.readouterr().out


def test_every_process_has_ended(demo: Path) -> None:
    assert mentioning(demo) == []


def test_the_proof_holds_as_it_is(booth: tuple[evidence.Booth, Expected]) -> None:
    assert [claim for claim in proof.of_booth(*booth) if not claim.holds] == []


LIES = {
    "a voter wished something else": lambda e: replace(e, votes=(e.votes[0] + 1, *e.votes[1:])),
    "two candidates exchanged": lambda e: replace(e, votes=(e.votes[1] + 1, e.votes[0], *e.votes[2:])),
    "one more session": lambda e: replace(e, sessions=e.sessions + 1),
    "one vote less": lambda e: replace(e, cast=e.cast - 1),
    "nobody left": lambda e: replace(e, abandoned=e.abandoned + 1),
    "no refusal": lambda e: replace(e, refused=e.refused + 1),
    "no fragment": lambda e: replace(e, fragments=e.fragments + 1),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_the_proof_fails_when_people_did_something_else(
    booth: tuple[evidence.Booth, Expected], lie: Callable[[Expected], Expected]
) -> None:
    seen, expected = booth
    assert [claim for claim in proof.of_booth(seen, lie(expected)) if not claim.holds]


PAPER_CRIMES = {
    "a slip vanished": lambda p: replace(p, box=p.box[1:]),
    "a slip copied": lambda p: replace(p, box=(*p.box, p.box[0])),
    "a slip exchanged for a copy of another": lambda p: replace(p, box=(p.box[1], *p.box[1:])),
    "a stub forged": lambda p: replace(p, stubs=("A" * 43, *p.stubs[1:])),
    "the envelope emptied": lambda p: replace(p, envelope=()),
    "a tape gone": lambda p: replace(p, on_desk=p.on_desk - 1),
}


@pytest.mark.parametrize("crime", PAPER_CRIMES.values(), ids=PAPER_CRIMES)
def test_the_proof_fails_when_paper_is_tampered_with(
    booth: tuple[evidence.Booth, Expected], crime: Callable[[evidence.Papers], evidence.Papers]
) -> None:
    seen, expected = booth
    tampered = replace(seen, papers=crime(seen.papers))
    assert [claim for claim in proof.of_booth(tampered, expected) if not claim.holds]


def test_every_incident_falls_to_some_booth() -> None:
    for booths in (1, 2, 3):
        names = [f"booth {number}" for number in range(booths)]
        visits = draw(names, 30, CHOICES, SEED)
        assert sorted(v.deed for all_ in visits.values() for v in all_ if v.deed is not Deed.VOTES) == sorted(INCIDENTS)
        assert all(sum(visit.deed in CASTS for visit in all_) == 30 for all_ in visits.values())
    assert draw(names, 30, CHOICES, SEED) == draw(names, 30, CHOICES, SEED)
    assert draw(names, 30, CHOICES, SEED) != draw(names, 30, CHOICES, SEED + 1)


def test_a_folder_that_is_not_ours_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thesis.txt").write_text("four years of work")
    with pytest.raises(NotOurs):
        make_anew(tmp_path)
    monkeypatch.setattr(sys, "argv", ["demo", "--out", str(tmp_path)])
    assert main() == 2
    assert (tmp_path / "thesis.txt").exists()
    ours = tmp_path / "demo"
    make_anew(ours)
    (ours / "old").touch()
    make_anew(ours)
    assert [path.name for path in ours.iterdir()] == [MARKER]


@pytest.mark.timeout(300)
def test_an_interrupted_demo_leaves_no_process(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.demo", "--quick", "--out", home],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        end_s = time.monotonic() + 150
        while sum("tests.robot.launch" in line for line in mentioning(home)) < BOOTHS:
            assert demo.poll() is None, demo.communicate()
            assert time.monotonic() < end_s, "no booth was started"
            time.sleep(0.1)
        demo.send_signal(signal.SIGINT)
        said, _ = demo.communicate(timeout=150)
    assert demo.returncode == 130, said
    assert "every process of the demo has ended" in said
    assert mentioning(home) == []
