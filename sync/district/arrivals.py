"""Files on other people's media: which of them are batches, and their bytes; never more than was asked for.

Nothing here follows a link, waits for a pipe, or reads on for ever: a stick may hold anything.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from config.errors import InputError
from sync.batch import MAX_BYTES, STICK_FOLDER, SUFFIX

MAX_DEPTH = 24
MAX_FILES = 20_000
"""Of one folder, and folders below one path; a district has some thousand booths."""


class FolderRefused(InputError):
    """A folder that is not read; all others are."""


def batch_files(path: Path) -> Iterator[Path | FolderRefused]:
    """The batches at a path: the file itself, a stick's batch folder, or every batch below a folder, folder by folder.

    Also links with a batch's name, which reading refuses. A folder that is too deep, too full or unreadable stands
    between them as what is wrong with it.
    """
    if not path.is_dir():
        yield path
        return
    stick = path / STICK_FOLDER
    if stick.is_dir() and stick.resolve() == path.resolve() / STICK_FOLDER:
        yield from files_below(stick, is_batch, deep=0)
    else:
        yield from files_below(path, is_batch)


def is_batch(name: str) -> bool:
    """Whether a file's name is a batch's; some systems write capitals only."""
    return name.casefold().endswith(SUFFIX)


def files_below(
    path: Path, wanted: Callable[[str], bool], *, deep: int | None = None
) -> Iterator[Path | FolderRefused]:
    """Every file below a folder whose name is wanted, and each folder that is refused; no link is followed.

    ``deep`` are levels of folders that count, with no word about what lies below them.
    """
    below = [(path, 0)]
    for _ in range(MAX_FILES):
        if not below:
            return
        folder, depth = below.pop()
        try:
            folders, files, links = _inside(folder, wanted)
        except FolderRefused as refused:
            yield refused
            continue
        yield from files
        yield from map(_linked, links)
        if depth < (MAX_DEPTH if deep is None else deep):
            below += [(inner, depth + 1) for inner in reversed(folders)]
        elif folders and deep is None:
            yield FolderRefused(
                f"{folder.name}: folders lie more than {MAX_DEPTH} deep. Name the folder that holds the files.",
                id=f"{folder.name}: folder bersarang lebih dari {MAX_DEPTH} tingkat. Sebutkan folder yang memuat "
                "berkasnya.",
            )
    if below:  # a damaged medium may have folders that hold each other
        yield _too_full(path)


def _inside(folder: Path, wanted: Callable[[str], bool]) -> tuple[list[Path], list[Path], list[Path]]:
    """Folders, wanted files and links to folders in a folder, sorted; hidden ones are copies under way or a system's
    own.
    """
    folders, files, links = [], [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(folder / entry.name)
                elif wanted(entry.name):
                    files.append(folder / entry.name)
                elif entry.is_symlink() and entry.is_dir():
                    links.append(folder / entry.name)
                if len(folders) + len(files) + len(links) > MAX_FILES:
                    raise _too_full(folder)
    except OSError as fault:
        raise FolderRefused(
            f"{folder.name} cannot be read ({fault.strerror}). Put the stick in again, or copy the folder.",
            id=f"{folder.name} tidak terbaca. Pasang lagi stiknya, atau salin foldernya.",
        ) from None
    return sorted(folders), sorted(files), sorted(links)


def _linked(link: Path) -> FolderRefused:
    return FolderRefused(
        f"{link.name} is a link to a folder, and links are not followed. Name that folder itself.",
        id=f"{link.name} adalah tautan ke folder, dan tautan tidak diikuti. Sebutkan folder itu sendiri.",
    )


def _too_full(folder: Path) -> FolderRefused:
    return FolderRefused(
        f"{folder.name} holds more than {MAX_FILES} files or folders. Name one that holds what is meant "
        "and little else.",
        id=f"{folder.name} memuat lebih dari {MAX_FILES} berkas atau folder. Sebutkan folder yang isinya hanya yang "
        "dimaksud.",
    )


def read_file(path: Path) -> bytes:
    """The bytes of a batch's file; raises InputError for what is no plain file of a batch's size, OSError."""
    # Without waiting: opening a pipe would stand still until somebody writes into it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as source:  # noqa: PTH123 -- a descriptor, not a path
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise InputError(
                "This is no plain file. Copy the batch itself from the booth's stick.",
                id="Ini bukan berkas biasa. Salin berkas hasilnya sendiri dari stik bilik.",
            )
        if found.st_size > MAX_BYTES:
            raise _too_large()
        data = source.read(found.st_size + 1)
    if len(data) > found.st_size:
        raise InputError(
            "It is still being copied. Wait until it is there wholly, then import it again.",
            id="Berkas masih disalin. Tunggu sampai selesai, lalu impor lagi.",
        )
    return data


def _too_large() -> InputError:
    return InputError(
        f"It is larger than a batch can be ({MAX_BYTES >> 20} MiB). Lay it aside and ask where it comes from.",
        id=f"Lebih besar dari berkas hasil mana pun ({MAX_BYTES >> 20} MiB). Sisihkan dan tanyakan asalnya.",
    )
