"""What a process uses, as the system tells it."""

import time
from dataclasses import dataclass
from pathlib import Path

NS = 1_000_000_000
LOOKS, BETWEEN_LOOKS_S = 5, 0.05
"""A journal that is open for a moment is no leak: the least of some looks counts."""


@dataclass(frozen=True)
class Sample:
    """A process between two voters."""

    life: int
    """Which process it is, counted from the day's beginning."""
    visit: int
    """How many visits there were since the day's beginning."""
    served: int
    """How many of them this process served."""
    rss_kib: int
    """With the pages of libraries, of which the system maps more or fewer as other programs use them."""
    pss_kib: int
    """The same with each shared page counted in parts."""
    anon_kib: int
    """What the process itself holds: heap, stacks, mappings without a file."""
    descriptors: int
    threads: int


def sample(pid: int, life: int, visit: int, served: int) -> Sample:
    """Looks at the process for a fraction of a second."""
    process = Path(f"/proc/{pid}")
    descriptors, threads = [], []
    for _ in range(LOOKS):
        descriptors.append(len(list((process / "fd").iterdir())))
        threads.append(len(list((process / "task").iterdir())))
        time.sleep(BETWEEN_LOOKS_S)
    rss_kib = _kib(process / "status", "VmRSS:")
    pss_kib = _kib(process / "smaps_rollup", "Pss:")
    anon_kib = _kib(process / "status", "RssAnon:")
    return Sample(life, visit, served, rss_kib, pss_kib, anon_kib, min(descriptors), min(threads))


def cpu_s(pid: int) -> tuple[float, float]:
    """Processor time so far: of the thread that draws, and of all the others that live."""
    drawing = others = 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        used_s = int((task / "schedstat").read_text().split()[0]) / NS
        if task.name == str(pid):
            drawing += used_s
        else:
            others += used_s
    return drawing, others


def _kib(file: Path, name: str) -> int:
    return next(int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith(name))
