"""What can befall a device's files while it is off, and what the booth must make of it."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.torture import states

QUARANTINED, LOCKED, READY = "Quarantined", "CardWanted:locked", "CardWanted:ready"
IN_STORE = "store does not verify"
IN_FILES = "What is stored on this device does not verify"


@dataclass(frozen=True)
class Other:
    """What could be mistaken for this device's own: another booth's disk, and this booth's on another day."""

    booth: Path
    day: Path


@dataclass(frozen=True)
class Alteration:
    """``alter`` is done to the device's folder; the booth then shows ``shows`` and says ``says``."""

    alter: Callable[[Path, Other], object]
    says: str
    shows: str = QUARANTINED
    state: str = states.OPEN


def flip(name: str, place: float) -> Callable[[Path, Other], object]:
    """One bit, at a share of the file's length."""

    def alter(data: Path, _: Other) -> None:
        file = one(data, name)
        stored = bytearray(file.read_bytes())
        stored[int(place * (len(stored) - 1))] ^= 0x10
        file.write_bytes(stored)

    return alter


def cut(name: str, share: float) -> Callable[[Path, Other], object]:
    """The file's end is gone."""

    def alter(data: Path, _: Other) -> None:
        file = one(data, name)
        stored = file.read_bytes()
        file.write_bytes(stored[: int(share * len(stored))])

    return alter


def gone(name: str) -> Callable[[Path, Other], object]:
    """A file or folder is not there any more."""

    def alter(data: Path, _: Other) -> None:
        found = one(data, name)
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink()

    return alter


def put(*names: str, of: str) -> Callable[[Path, Other], object]:
    """Files of another disk in place of this one's."""

    def alter(data: Path, other: Other) -> None:
        for name in names:
            shutil.copy(getattr(other, of) / name, data / name)

    return alter


def one(data: Path, name: str) -> Path:
    """The file or folder of that name; ``package/files/*`` is any one of them."""
    return sorted(data.glob(name))[0]


ALTERATIONS: Mapping[str, Alteration] = {
    # One bit
    "a bit in the store's head": Alteration(flip("store/store.db", 0.0), IN_STORE),
    "a bit in the store's first third": Alteration(flip("store/store.db", 0.3), IN_STORE),
    "a bit in the store's slots": Alteration(flip("store/store.db", 0.6), IN_STORE),
    "a bit in the store's last page": Alteration(flip("store/store.db", 1.0), IN_STORE),
    "a bit in the wrapped keys": Alteration(flip("store/store.keys.json", 0.4), IN_STORE),
    "a bit in the session key": Alteration(flip("store/session.key", 0.5), IN_STORE),
    "a bit in the batch": Alteration(flip("batch/*", 0.5), IN_FILES, state=states.CLOSED),
    "a bit in the batch's end": Alteration(flip("batch/*", 0.995), IN_FILES, state=states.CLOSED),
    "a bit in the package's manifest": Alteration(flip("package/manifest.json", 0.5), IN_FILES),
    "a bit in the package's signature": Alteration(flip("package/manifest.json.minisig", 0.6), IN_FILES),
    "a bit in a file of the package": Alteration(flip("package/files/*", 0.5), IN_FILES),
    # Cut off
    "half of the store": Alteration(cut("store/store.db", 0.5), IN_STORE),
    "nothing of the store": Alteration(cut("store/store.db", 0.0), IN_STORE),
    "the store without its last page": Alteration(cut("store/store.db", 0.999), IN_STORE),
    "half of the wrapped keys": Alteration(cut("store/store.keys.json", 0.5), IN_STORE),
    "half of the session key": Alteration(cut("store/session.key", 0.5), IN_STORE),
    "half of the batch": Alteration(cut("batch/*", 0.5), IN_FILES, state=states.CLOSED),
    "nothing of the batch": Alteration(cut("batch/*", 0.0), IN_FILES, state=states.CLOSED),
    "half of the package's manifest": Alteration(cut("package/manifest.json", 0.5), IN_FILES),
    "half of a file of the package": Alteration(cut("package/files/*", 0.5), IN_FILES),
    # Not there
    "no store file": Alteration(gone("store/store.db"), "store (store.db) is not there", LOCKED),
    "no wrapped keys": Alteration(gone("store/store.keys.json"), "store (store.keys.json) is not there", LOCKED),
    "no session key": Alteration(gone("store/session.key"), "store (session.key) is not there", LOCKED),
    "no package": Alteration(gone("package"), IN_FILES),
    # Somebody else's
    "another booth's store and keys": Alteration(
        put("store/store.db", "store/store.keys.json", "store/session.key", of="booth"), IN_STORE
    ),
    "another day's store": Alteration(put("store/store.db", of="day"), IN_STORE),
    "another day's session key": Alteration(put("store/session.key", of="day"), IN_STORE),
    "another day's wrapped keys": Alteration(put("store/store.keys.json", of="day"), IN_STORE),
}
