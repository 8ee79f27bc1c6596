"""Who counts bytes on the line, on the disk and on the stick, or looks at a watch, learns nothing of the choice.

What may be told is how many lines a printed name takes; here all names take no more than the two that every slip has.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import booth.casting as booth_casting
from booth.events import Button
from booth.stickstate import StickState
from booth.store.slots import PAGE_BYTES
from booth.views import IntoBox, WaitingForCard
from config.package import Package
from config.words import Words
from printer.documents import Label
from printer.escpos import Job
from printer.layout import Document
from printer.line import Line
from printer.profiles import Profile
from tests.booth.rig import BOOTH, Rig
from tests.district.election import Made
from tests.robot.people import Voter
from tests.secrecy import traced
from tests.secrecy.days import in_memory, new_seed
from tests.secrecy.halls import hall
from tests.secrecy.inside import inside
from tests.secrecy.watch import CASTS, CHOICES, shuffled, timed, told_apart
from tests.store.test_kill import needs_strace
from tests.torture.ground import Ground
from tests.torture.scene import HEADLESS

WRITTEN = 2
ASKED = b"\x10\x04"
"""DLE EOT: how are you? Asked by the clock, whatever is printed."""
PLANTED_S, PLANTED_BYTES, LATE = 0.03, 100, 2
NOWHERE = ("/dev/pts/", "/dev/null", "pipe:", "anon_inode:", "socket:")
"""The printer's line and what lies within the process."""
FOLDERS = {"store", "bilik/store", ".", "bilik", "bilik/store/epoch-0"}
"""Synced, not written."""


# The watch


@pytest.mark.timeout(600)
def test_the_time_from_ya_to_the_slip_says_nothing_and_a_delay_would_be_found(
    election: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_memory(tmp_path) as folder, hall(election, folder, 0) as booth:
        found = timed(booth, CASTS)
        zero_report, *slips = booth.rig.device.printer.jobs
        assert len(slips) == CASTS * len(CHOICES)
        assert len(set(slips)) == 1
        assert zero_report not in slips
        assert told_apart(found) == {}

        # Thirty milliseconds, or where a busy machine varies by more, by that.
        all_times = sorted(one for times in found.values() for one in times)
        late_s = PLANTED_S + all_times[-len(CHOICES)] - all_times[len(CHOICES)]
        label_of = booth_casting.label_of

        def slow(package: Package, words: Words, choice: int) -> Label:
            time.sleep(late_s if choice == LATE else 0)
            return label_of(package, words, choice)

        monkeypatch.setattr(booth_casting, "label_of", slow)
        assert LATE in told_apart(timed(booth, CASTS))


# The line


def printed(election: Made, folder: Path) -> dict[int, set[int]]:
    """Bytes that the line took for a slip, by choice: a real serial line with a printer at its end."""
    found: dict[int, set[int]] = {}
    sent: list[bytes] = []
    put = Line.put

    def counting(line: Line, data: bytes, wait_s: float) -> int:
        taken = put(line, data, wait_s)
        sent.append(data[:taken])
        return taken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Line, "put", counting)
        rig = Rig(election, folder / "desk", BOOTH)
        try:
            rig.open()
            for choice in shuffled(WRITTEN, new_seed()):
                rig.unlock()
                sent.clear()
                rig.choose(choice)
                found.setdefault(choice, set()).add(sum(len(one) for one in sent if not one.startswith(ASKED)))
                rig.tap(Button.RIGHT)
                rig.see(IntoBox)
                rig.see(WaitingForCard)
        finally:
            rig.close()
    return found


def test_the_line_takes_as_many_bytes_whatever_was_chosen(election: Made, tmp_path: Path) -> None:
    found = printed(election, tmp_path)
    assert set(found) == set(CHOICES)
    (size,) = set.union(*found.values())
    assert size > 1000


def test_a_name_with_a_letter_that_the_first_code_page_lacks_takes_no_byte_more(
    election: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_of = booth_casting.label_of

    def accented(package: Package, words: Words, choice: int) -> Label:
        label = label_of(package, words, choice)
        return Label(label.number, {1: "JOÃO DA CONCEIÇÃO", 3: "MARIA ÕES"}.get(choice, label.name))

    monkeypatch.setattr(booth_casting, "label_of", accented)
    found = printed(election, tmp_path)
    assert set(found) == set(CHOICES)
    assert len(set.union(*found.values())) == 1


def test_a_hundred_bytes_more_are_found(election: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render = booth_casting.render

    def longer(document: Document, profile: Profile) -> Job:
        job = render(document, profile)
        more = any(getattr(block, "text", "").startswith("Nur Hasanah") for block in document.reveal())
        return Job((*job.segments(), bytes(PLANTED_BYTES))) if more else job

    monkeypatch.setattr(booth_casting, "render", longer)
    found = printed(election, tmp_path)
    (usual,) = found[0] | found[1] | found[3]
    assert min(found[2]) >= usual + PLANTED_BYTES


# Disk and stick


STORES = ("data/store/", "stick/bilik/store/epoch-0/")
STEPS = 4
"""Transactions of a voter who casts: unlocked, pending, cast, idle."""
Shape = tuple[tuple[str, str, int], ...]


def traced_day(ground: Ground, folder: Path, planted: str = "") -> tuple[list[int], list[traced.Called]]:
    """What was chosen, and every call from the first voter's on; with what was tried to be opened since the start."""
    trace = folder / "trace"
    chosen = shuffled(WRITTEN, new_seed())
    with inside(ground, folder, HEADLESS, planted, before=traced.command(trace)) as booth:
        booth.staff.officer.opens(booth.site, booth.staff.committee)
        for choice in chosen:
            booth.staff.officer.unlocks(booth.site)
            voter = Voter(choice)
            voter.chooses(booth.site)
            voter.agrees(booth.site)
            booth.site.robot.wait_for("WaitingForCard")
            booth.site.robot.wait_until(lambda seen: seen.stick == StickState.IN_STEP.value, "the stick in step")
        assert booth.scene.stop() == 0
    with trace.open() as lines:
        return chosen, traced.calls(lines)


def transactions(made: list[traced.Called], store: Path) -> list[Shape]:
    """Calls on the files of a store, from one journal that was cut to the next."""
    found: list[Shape] = []
    now: list[tuple[str, str, int]] = []
    for one in made:
        if Path(one.path).parent == store and one.call not in traced.OPENS:
            now.append((one.call, Path(one.path).name, one.size))
            if one.call == "ftruncate":
                found.append(tuple(now))
                now = []
    return found


def ways(chosen: list[int], made: list[traced.Called], store: Path) -> dict[int, set[tuple[Shape, ...]]]:
    """How a store was written for a voter, by choice."""
    steps = transactions(made, store)[-STEPS * len(chosen) :]
    found: dict[int, set[tuple[Shape, ...]]] = {choice: set() for choice in CHOICES}
    for n, choice in enumerate(chosen):
        found[choice].add(tuple(steps[STEPS * n : STEPS * (n + 1)]))
    return found


def beside(made: list[traced.Called], scene: Path) -> set[str]:
    """What was written on device and stick after opening, and is neither store nor journal."""
    last = max(n for n, one in enumerate(made) if one.call == "rename" and ".new" in one.path)
    given = traced.given(made[last + 1 :], scene / "data") + traced.given(made[last + 1 :], scene / "stick")
    return {path for _, path, _ in given if Path(path).name not in ("store.db", "store.db-journal")} - FOLDERS


@needs_strace
@pytest.mark.timeout(600)
def test_disk_and_stick_get_the_same_whatever_was_chosen_and_nothing_else_gets_anything(
    ground: Ground, tmp_path: Path
) -> None:
    chosen, made = traced_day(ground, tmp_path)
    scene = tmp_path / "scene"
    for store in STORES:
        found = ways(chosen, made, scene / store)
        (way,) = set.union(*found.values())
        assert len(way) == STEPS
        assert sum(size == PAGE_BYTES for step in way for _, _, size in step) >= 2 * STEPS
        written = [n for n, one in enumerate(made) if one.size == PAGE_BYTES and Path(one.path).parent == scene / store]
        spoiled = [*made[: written[-1] + 1], *made[written[-1] :]]
        assert len(set.union(*ways(chosen, spoiled, scene / store).values())) > 1
    assert beside(made, scene) == set()
    # No kernel log, no system log, no crash reporter: whoever wants to write there must come through here.
    assert traced.elsewhere(made, (str(scene), str(tmp_path / "peep"), *NOWHERE)) == set()


@needs_strace
@pytest.mark.timeout(600)
def test_a_note_of_each_choice_is_found(ground: Ground, tmp_path: Path) -> None:
    _, made = traced_day(ground, tmp_path, "notes")
    assert beside(made, tmp_path / "scene") == {"note"}


def test_a_call_that_another_thread_broke_into_is_one_call() -> None:
    lines = (
        '7  pwrite64(3</s/a>, ""..., 8, 0 <unfinished ...>\n',
        "8  fsync(4</s/b>)        = 0\n",
        "7  <... pwrite64 resumed>)   = 8\n",
    )
    assert [(one.call, one.path, one.size) for one in traced.calls(lines)] == [
        ("fsync", "/s/b", 0),
        ("pwrite64", "/s/a", 8),
    ]


CARELESS = """
import os, socket, sys
from pathlib import Path
folder = Path(sys.argv[1])
(folder / "a").write_bytes(bytes(100))
(folder / "a").rename(folder / "b")
note = os.open(folder / "b", os.O_RDWR)
os.pwrite(note, bytes(50), 10)
os.fsync(note)
Path("/proc/self/comm").write_text("a word to the kernel")
try:
    socket.socket(socket.AF_UNIX).connect("/run/system-log-of-this-test")
except OSError:
    pass
"""


@needs_strace
def test_whatever_a_process_writes_is_seen(tmp_path: Path) -> None:
    """A log of the system that is not there, too: it may be elsewhere."""
    trace = tmp_path / "trace"
    subprocess.run([*traced.command(trace), sys.executable, "-c", CARELESS, tmp_path], check=True)
    deadline_s = time.monotonic() + 60
    while "+++ exited" not in trace.read_text() and time.monotonic() < deadline_s:
        time.sleep(0.1)
    made = traced.calls(trace.read_text().splitlines())
    assert set(traced.given(made, tmp_path)) == {
        ("write", "a", 100),
        ("rename", "a", 0),
        ("pwrite64", "b", 50),
        ("fsync", "b", 0),
    }
    outside = traced.elsewhere(made, (str(tmp_path), *NOWHERE))
    assert {"/proc/self/comm", "/run/system-log-of-this-test"} < outside
    assert all(path.endswith("/comm") or "system-log" in path for path in outside)
