"""What must hold of a device that goes on no more, and of what it gave to the stick: all of it, byte for byte."""

from collections.abc import Iterator
from pathlib import Path

from booth.copies import read_certificate
from booth.reserve import NAME as RESERVE
from booth.store.keys import SESSION_KEY_FILE
from config.errors import BilikError
from sync.district.intake import batch_files
from sync.media import EVIDENCE_FOLDER
from tests.torture.powercut.promises import Bounds
from tests.torture.powercut.recording import FIRST, STICK, Recorded, files_in

NOTE = "replaced.json"
"""The later device's certificate, as the first one keeps it."""


def judge(folder: Path, bounds: Bounds, recorded: Recorded) -> Iterator[str]:
    """What is wrong with the first device's disk and its evidence."""
    device, stick = files_in(folder / FIRST), files_in(folder / STICK / EVIDENCE_FOLDER / "1")
    if (folder / STICK / EVIDENCE_FOLDER / "2").exists():
        yield "the evidence: what had begun was not finished, but begun anew"
    for name, data in recorded.first.items():
        if device.get(name) != data:
            yield f"the first device: {name} is not as it was when the device was lost"
    if NOTE in device or bounds.of("replaced")[0]:
        yield from _note(device.get(NOTE, b""), recorded)
    # What is being written has a hidden name: nobody takes it for whole.
    given = {name: data for name, data in stick.items() if not Path(name).name.startswith(".")}
    for name, data in given.items():
        if device.get(name) != data:
            yield f"the evidence: {name} is not what lies on the device"
    if bounds.of("evidence")[0]:
        missing = {name for name in device if not Path(name).name.startswith(".")} - set(given)
        if {Path(name).name for name in missing} - {RESERVE} != {SESSION_KEY_FILE}:
            yield f"the evidence is exported without {sorted(missing)}"
    for file in batch_files(folder / STICK):
        if isinstance(file, BilikError) or file.read_bytes() != recorded.batch:
            yield f"the district would take {file}, which is not the batch that was made"


def begun(folder: Path) -> bool:
    """Something of the first device's evidence is on the stick."""
    return (folder / STICK / EVIDENCE_FOLDER).exists()


def _note(data: bytes, recorded: Recorded) -> Iterator[str]:
    try:
        read_certificate(data, recorded.ground.package, recorded.epoch)
    except BilikError as fault:
        yield f"the first device does not know any more that it was replaced: {fault}"
