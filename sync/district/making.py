"""Many packages at once, on all cores: made, signed, stored, and laid into a folder for each booth.

Booths are worked on in small batches. What a process makes is durable before this one signs it, and signed before it is
delivered; so whoever is cut off anywhere runs the same command again, which keeps what is whole and makes the rest.
The root key never leaves this process, and a booth's secrets never leave the one that made them unsealed.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from config.election import Election
from config.minisign import SecretKey
from sync.district.delivery import SHARED, deliver_all
from sync.district.packaging import Draft, draft_package, signed
from sync.district.workers import Alone, Crew
from sync.district.workspace import Workspace

BATCH = 12
"""Booths that share their syncs; and as many are made anew when the power goes."""
FEW = 8
"""Up to so many booths are made in this process: others would take longer to begin."""


@dataclass(frozen=True)
class Done:
    """One booth's package as it is now."""

    booth: str
    setup_hash: str
    made: bool
    """It was made just now."""
    written: bool
    """It was laid into the folder just now; False when it lay there already, or no folder was asked for."""


def make_all(
    workspace: Workspace, missing: Sequence[str], present: Sequence[str], root: SecretKey | None, out: Path | None
) -> Iterator[Done]:
    """Makes the packages of the booths in ``missing``, and lays these and the ``present`` ones into ``out``.

    Yields each booth as it is done. ``root`` may be None where nothing is missing. Raises a BilikError as soon as one
    booth fails; what was yielded before is kept.
    """
    _clear(workspace)
    _keep_shared(workspace)
    with _workers(workspace, len(missing) + len(present)) as workers:
        making = {workers.submit(_draft, batch, _part(workspace, batch)) for batch in _batches(missing)}
        delivering = {workers.submit(_deliver, batch, out): False for batch in _batches(present)}
        while making or delivering:
            ticket, answer = workers.next()
            if ticket in making:
                making.remove(ticket)
                assert root is not None  # noqa: S101 -- asked for by whoever wants something made
                drafts: list[Draft] = answer
                workspace.keep_manifests([signed(workspace, draft, root) for draft in drafts])
                delivering[workers.submit(_deliver, [draft.booth for draft in drafts], out)] = True
                continue
            fresh = delivering.pop(ticket)
            for booth, setup_hash, written in answer:
                yield Done(booth, setup_hash, fresh, written)
    if out is not None:
        # Its files live on under their names in the booths' folders; in ``out`` lies a folder for each booth.
        shutil.rmtree(out / SHARED, ignore_errors=True)


_told: list[Workspace] = []
"""In a process that works for another: the workspace that it works for."""


def _begin(path: Path) -> None:
    _told.append(Workspace(path))


def _part(workspace: Workspace, booths: list[str]) -> Election:
    """The checked plan as far as these booths need it; pictures and clips are read from what is stored."""
    codes = {workspace.place(booth).village_code for booth in booths}
    plan = workspace.election
    return replace(
        plan, villages=tuple(village for village in plan.villages if village.code in codes), photos={}, clips={}
    )


class _Stored(Mapping[str, bytes]):
    """Files of packages that were stored, by their hash."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, name: str) -> bytes:
        return self._workspace.shared_asset(name)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("they are only asked for by name")

    def __len__(self) -> int:
        raise TypeError("they are only asked for by name")


@contextmanager
def _workers(workspace: Workspace, booths: int) -> Iterator[Crew | Alone]:
    if booths <= FEW:
        _told.append(workspace)
        try:
            yield Alone()
        finally:
            _told.pop()
        return
    with Crew(os.cpu_count() or 1, _begin, workspace.path) as crew:
        yield crew


def _draft(booths: list[str], part: Election) -> list[Draft]:
    """Makes and stores all of these booths' files; their manifests go back to be signed."""
    workspace = _told[-1]
    plan = replace(part, photos=_Stored(workspace), clips=_Stored(workspace))
    places = {place.booth_id: place for place in plan.places()}
    drafts = [draft_package(workspace, plan, places[booth]) for booth in booths]
    workspace.keep_assets(data for draft in drafts for data in draft.files)
    return [replace(draft, files=()) for draft in drafts]


def _deliver(booths: list[str], out: Path | None) -> list[tuple[str, str, bool]]:
    """Reads these booths' packages back from the workspace, and lays them into ``out``."""
    packages = []
    for booth in booths:
        package = _told[-1].package(booth)
        assert package is not None  # noqa: S101 -- it was stored before
        packages.append(package)
    written = deliver_all(_told[-1], packages, out) if out is not None else [False] * len(packages)
    return [(booth, package.setup_hash, new) for booth, package, new in zip(booths, packages, written, strict=True)]


def _keep_shared(workspace: Workspace) -> None:
    """Photos, words and clips, once, before several processes would."""
    plan = workspace.election
    workspace.keep_assets([*plan.photos.values(), *plan.words.values(), *plan.clips.values()])


def _clear(workspace: Workspace) -> None:
    """What a run that was cut off left half written."""
    for left_over in (workspace.path / "assets").glob(".*.new"):
        left_over.unlink()


def _batches(booths: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(booths), BATCH):
        yield list(booths[at : at + BATCH])
