"""Files on other people's media: which of them are batches, and their bytes; never more than was asked for.

Nothing here follows a link, waits for a pipe, or reads on for ever: a stick may hold anything.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from config.errors import InputError
from sync.batch import MAX_BYTES, STICK_FOLDER, SUFFIX

MAX_DEPTH = 24
MAX_FILES = 20_000
"""Of one folder; a district has some thousand booths."""


class FolderRefused(InputError):
    """A folder that is not read; what was found before it stands."""


def batch_files(path: Path) -> Iterator[Path]:
    """The batches at a path: the file itself, a stick's batch folder, or every batch below a folder, folder by folder.

    Also links with a batch's name, which reading refuses. Raises FolderRefused for what is too deep, too many or
    unreadable.
    """
    if not path.is_dir():
        yield path
        return
    stick = path / STICK_FOLDER
    below = [(stick, MAX_DEPTH)] if stick.is_dir() and stick.resolve() == path.resolve() / STICK_FOLDER else [(path, 0)]
    while below:
        folder, depth = below.pop()
        folders, files = _inside(folder)
        yield from files
        if folders and depth < MAX_DEPTH:
            below += [(inner, depth + 1) for inner in reversed(folders)]
        elif folders and folder != stick:
            raise FolderRefused(
                f"{folder.name}: folders lie more than {MAX_DEPTH} deep. Name the folder that holds the batches.",
                id=f"{folder.name}: folder bersarang lebih dari {MAX_DEPTH} tingkat. Sebutkan folder yang memuat "
                "berkas hasil.",
            )


def _inside(folder: Path) -> tuple[list[Path], list[Path]]:
    """Folders and batches in a folder, sorted; hidden ones are copies under way or a system's own."""
    folders, files = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(folder / entry.name)
                elif entry.name.endswith(SUFFIX):
                    files.append(folder / entry.name)
                if len(folders) + len(files) > MAX_FILES:
                    raise FolderRefused(
                        f"{folder.name} holds more than {MAX_FILES} files. Name a folder of batches of this election.",
                        id=f"{folder.name} memuat lebih dari {MAX_FILES} berkas. Sebutkan folder berkas hasil "
                        "pemilihan ini.",
                    )
    except OSError as fault:
        raise FolderRefused(
            f"{folder.name} cannot be read ({fault.strerror}). Put the stick in again, or copy the folder.",
            id=f"{folder.name} tidak terbaca. Pasang lagi stiknya, atau salin foldernya.",
        ) from None
    return sorted(folders), sorted(files)


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
