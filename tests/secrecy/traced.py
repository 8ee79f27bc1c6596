"""What a process gives to the kernel, as strace sees it from outside: to which file, by which call, how many bytes."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

WRITES = ("write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "sendto", "sendmsg")
NAMES = ("rename", "renameat", "renameat2", "unlink", "unlinkat", "link", "linkat", "symlink", "mkdir", "rmdir")
CHANGES = (*NAMES, "ftruncate", "truncate", "fallocate", "fsync", "fdatasync")
OPENS = ("openat", "open", "creat", "connect")
PLACE = re.compile(r"sun_path=@?\"([^\"]*)\"")
BEGUN = re.compile(r"^(\d+) +(\w+)\((?:\d+<([^>]*)>|AT_FDCWD(?:<[^>]*>)?, \"([^\"]*)\"|\"([^\"]*)\")?")
ENDED = re.compile(r".*\) += (-?\d+)")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>")


def command(out: Path) -> tuple[str, ...]:
    """Stands before what is to be traced. No data is written into the trace: it would hold secrets."""
    return (
        "strace",
        "-D",
        "-f",
        "--seccomp-bpf",
        "-y",
        "-s0",
        "-e",
        f"trace={','.join((*WRITES, *CHANGES, *OPENS))}",
        "-o",
        str(out),
    )


@dataclass(frozen=True)
class Called:
    """One call that was made."""

    call: str
    path: str
    size: int
    """Bytes that were taken, where it takes any."""
    line: str


def calls(lines: Iterable[str]) -> list[Called]:
    """Those that succeeded, and what was tried to be opened, in the order of their end."""
    found: list[Called] = []
    begun: dict[tuple[str, str], tuple[str, str, str]] = {}
    for told in map(str.rstrip, lines):
        line = told
        resumed = RESUMED.match(line)
        if resumed:
            call, path, first = begun.pop((resumed[1], resumed[2]), (resumed[2], "", ""))
            line = first + told
        elif start := BEGUN.match(line):
            call, path = start[2], start[3] or start[4] or start[5] or ""
            if line.endswith("<unfinished ...>"):
                begun[start[1], call] = (call, path, line)
                continue
        else:
            continue
        ended = ENDED.match(line)
        if call == "connect":
            address = PLACE.search(line)
            path = address[1] if address else line.strip()
        if ended and (int(ended[1]) >= 0 or call in OPENS):
            found.append(Called(call, path, int(ended[1]) if call in WRITES else 0, line))
    return found


def given(made: Iterable[Called], below: Path) -> Counter[tuple[str, str, int]]:
    """How often each call with so many bytes went to each file below a folder."""
    return Counter(
        (one.call, str(Path(one.path).relative_to(below)), one.size)
        for one in made
        if Path(one.path).is_relative_to(below) and one.call not in OPENS
    )


def elsewhere(made: Iterable[Called], allowed: tuple[str, ...]) -> set[str]:
    """Files, devices and sockets that were written to, opened for writing or connected to, but those allowed."""
    writing = {
        one.path or one.line.strip()
        for one in made
        if one.call not in OPENS or one.call == "connect" or re.search(r"O_WRONLY|O_RDWR", one.line)
    }
    return {path for path in writing if not path.startswith(allowed)}
