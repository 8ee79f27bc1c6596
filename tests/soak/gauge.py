"""What a process uses, as the system tells it."""

import time
from dataclasses import dataclass
from pathlib import Path

NS = 1_000_000_000
LOOKS, BETWEEN_LOOKS_S = 16, 0.1
"""A journal that is open for a moment is no leak, nor is a picture that was just let go: the least of the looks counts.
Together they take longer than it takes the booth to look around."""


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
    """Looks at the process for 1.6 seconds."""
    process = Path(f"/proc/{pid}")
    looks = []
    for _ in range(LOOKS):
        looks.append(
            (
                _kib(process / "status", "VmRSS:"),
                _kib(process / "smaps_rollup", "Pss:"),
                own_kib(pid),
                len(list((process / "fd").iterdir())),
                len(list((process / "task").iterdir())),
            )
        )
        time.sleep(BETWEEN_LOOKS_S)
    return Sample(life, visit, served, *(min(one) for one in zip(*looks, strict=True)))


def own_kib(pid: int | str) -> int:
    """What a process itself holds now, in KiB: heap, stacks, mappings without a file."""
    return _kib(Path(f"/proc/{pid}/status"), "RssAnon:")


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
