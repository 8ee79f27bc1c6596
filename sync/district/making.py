"""Many packages at once, on all cores: made, signed, stored, and laid into a folder for each booth.

Booths are worked on in small batches. What a process makes is durable before this one signs it, and signed before it is
delivered; so whoever is cut off anywhere runs the same command again, which keeps what is whole and makes the rest.
The root key never leaves this process, and a booth's secrets never leave the one that made them unsealed.
"""

import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from config.election import Election
from config.errors import BilikError, InputError, OperatorError
from config.memory import keep_out_of_cores
from config.minisign import SecretKey
from sync.district.delivery import SHARED, deliver_all
from sync.district.packaging import Draft, draft_package, signed
from sync.district.workspace import Workspace

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

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
        delivering: dict[Future[list[tuple[str, str, bool]] | _Refusal], bool] = {}
        making = [workers.submit(_draft, batch, _part(workspace, batch)) for batch in _batches(missing)]
        for batch in _batches(present):
            delivering[workers.submit(_deliver, batch, out)] = False
        try:
            while making or delivering:
                wait([*_any(making), *_any(delivering)], return_when=FIRST_COMPLETED)
                for drafted in [future for future in making if future.done()]:
                    making.remove(drafted)
                    assert root is not None  # noqa: S101 -- asked for by whoever wants something made
                    drafts = _accepted(drafted.result())
                    workspace.keep_manifests([signed(workspace, draft, root) for draft in drafts])
                    delivering[workers.submit(_deliver, [draft.booth for draft in drafts], out)] = True
                for delivered in [future for future in delivering if future.done()]:
                    fresh = delivering.pop(delivered)
                    for booth, setup_hash, written in _accepted(delivered.result()):
                        yield Done(booth, setup_hash, fresh, written)
            if out is not None:
                # Its files live on under their names in the booths' folders; in ``out`` lies a folder for each booth.
                shutil.rmtree(out / SHARED, ignore_errors=True)
        except BrokenProcessPool:
            raise OperatorError(
                "A part of this program was ended from outside (not enough memory?). Run the same command again: what "
                "is whole is kept.",
                id="Sebagian program ini dihentikan dari luar (memori kurang?). Jalankan lagi perintah yang sama: yang "
                "sudah utuh dipertahankan.",
            ) from None


@dataclass(frozen=True)
class _Refusal:
    """An error of ours on its way out of another process."""

    en: str
    id: str


def _accepted(result: list[T] | _Refusal) -> list[T]:
    if isinstance(result, _Refusal):
        raise InputError(result.en, id=result.id)
    return result


class _Here:
    """Does at once what it is given, in this process."""

    def submit(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        future.set_result(work(*arguments, **named))
        return future


_told: list[Workspace] = []
"""In a process that works for another: the workspace that it works for."""


def _begin(path: Path) -> None:
    keep_out_of_cores()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _told.append(Workspace(path))


def _end_with_parent() -> None:
    """Else a command that is killed leaves processes that wait for ever, with secrets in their memory."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


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


def _any(futures: Iterable[Future[R]]) -> list[Future[Any]]:
    """For waiting it makes no difference what they are of."""
    return list(futures)


@contextmanager
def _workers(workspace: Workspace, booths: int) -> Iterator[ProcessPoolExecutor | _Here]:
    if booths <= FEW:
        _told.append(workspace)
        try:
            yield _Here()
        finally:
            _told.pop()
        return
    pool = ProcessPoolExecutor(
        os.cpu_count(),
        multiprocessing.get_context("spawn"),
        _begin,
        (workspace.path,),  # little: what is told at the beginning waits for ever when the other process has died
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _draft(booths: list[str], part: Election) -> list[Draft] | _Refusal:
    """Makes and stores all of these booths' files; their manifests go back to be signed."""
    workspace = _told[-1]
    plan = replace(part, photos=_Stored(workspace), clips=_Stored(workspace))
    places = {place.booth_id: place for place in plan.places()}
    try:
        drafts = [draft_package(workspace, plan, places[booth]) for booth in booths]
        workspace.keep_assets(data for draft in drafts for data in draft.files)
    except BilikError as error:
        return _Refusal(error.en, error.id)
    return [replace(draft, files=()) for draft in drafts]


def _deliver(booths: list[str], out: Path | None) -> list[tuple[str, str, bool]] | _Refusal:
    """Reads these booths' packages back from the workspace, and lays them into ``out``."""
    try:
        packages = []
        for booth in booths:
            package = _told[-1].package(booth)
            assert package is not None  # noqa: S101 -- it was stored before
            packages.append(package)
        written = deliver_all(_told[-1], packages, out) if out is not None else [False] * len(packages)
    except BilikError as error:
        return _Refusal(error.en, error.id)
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
