"""A folder that is looked at again and again: which batches have arrived in it wholly, each time they change."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sync.district.arrivals import FolderRefused, batch_files

LOOK_S = 1.0
STEADY_S = 3.0
"""How long a file stays as it is before it counts as copied; a stick's slowest pause is shorter."""

State = tuple[int, int, int]


class Watch:
    """Looks at folders; ``clock`` gives seconds that only go forward."""

    def __init__(self, folders: Iterable[Path], clock: Callable[[], float] = time.monotonic) -> None:
        self._folders = list(folders)
        self._clock = clock
        self._since: dict[Path, tuple[State, float]] = {}
        self._given: dict[Path, State] = {}
        self.refused: dict[str, FolderRefused] = {}
        """Folders that were not read at one look or another, each sentence once."""

    def ready(self) -> list[Path]:
        """Batches that are steady and were not given out as they are now, sorted by folder and name.

        A file that changes later is given out again; what is gone is forgotten, so a stick may come twice.
        """
        now_s, seen = self._clock(), dict(self._look())
        self._since = {
            path: (state, self._since[path][1] if path in self._since and self._since[path][0] == state else now_s)
            for path, state in seen.items()
        }
        self._given = {path: state for path, state in self._given.items() if seen.get(path) == state}
        steady = [path for path, (_, since_s) in self._since.items() if now_s - since_s >= STEADY_S]
        fresh = [path for path in steady if path not in self._given]
        self._given |= {path: seen[path] for path in fresh}
        return fresh

    def again(self, path: Path) -> None:
        """Has a file given out once more, as when the database did not answer."""
        self._given.pop(path, None)

    def _look(self) -> Iterator[tuple[Path, State]]:
        for folder in self._folders:
            if not folder.is_dir():  # a stick that was pulled
                continue
            for path in batch_files(folder):
                if isinstance(path, FolderRefused):
                    self.refused.setdefault(path.en, path)
                    continue
                try:
                    found = os.lstat(path)
                except OSError:
                    continue
                yield path, (found.st_size, found.st_mtime_ns, found.st_ino)
