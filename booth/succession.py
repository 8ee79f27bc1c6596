"""Which device serves a booth: what a device must find out before it begins, and what it must never forget."""

from pathlib import Path

from booth.copies import is_doubtful, latest, read_certificate
from booth.device import Device
from booth.opening import CERTIFICATE_FILE
from config.errors import InputError, OperatorError
from config.files import write_whole
from config.package import Package
from config.record import encode
from sync import batch as batches


def is_replaced(device: Device, package: Package) -> bool:
    """Another device was seen to serve this booth, and an officers' card had certified it."""
    try:
        read_certificate(device.replaced_file.read_bytes(), package)
    except (InputError, OSError):
        return False
    return True


def note_replaced(device: Device, certificate: bytes) -> None:
    """From now on this device refuses to go on, with or without the stick; raises OSError."""
    write_whole(device.replaced_file, certificate)


def own_epoch(device: Device, package: Package) -> int:
    """By the certificate beside the store. Where that is damaged the store decides, once a card has opened it."""
    try:
        own = read_certificate((device.store_folder / CERTIFICATE_FILE).read_bytes(), package)
    except (InputError, OSError):
        return package.manifest.settings.lanes
    return own.claim.epoch


def refuse_if_served(device: Device, package: Package) -> None:
    """Raises OperatorError when a device served this booth before: a new day would count from nothing beside it."""
    begun = device.store_folder.with_name(device.store_folder.name + ".new") / CERTIFICATE_FILE
    # Without its stick nobody opens anyway: the self-test wants the copy in step.
    stick = device.stick
    served = stick.present() and (latest(stick, package) is not None or is_doubtful(stick, package))
    if not served and not _is_takeover(begun, package):
        return
    raise OperatorError(
        "Another device has opened this booth before. Put in the booth's stick: this device can take over from it.",
        id="Perangkat lain sudah membuka bilik ini. Pasang stik bilik: perangkat ini dapat menggantikannya.",
    )


def _is_takeover(certificate: Path, package: Package) -> bool:
    try:
        return read_certificate(certificate.read_bytes(), package).claim.epoch > 0
    except (InputError, OSError):
        return False


def batch_on_stick(device: Device, package: Package) -> bytes | None:
    """The batch that another device of this booth left on the stick: the booth has closed.

    One that does not verify, or that no officers' card of this booth stands behind, is none.
    """
    data = device.stick.read_batch(batches.file_name(package.manifest.place.booth_id))
    if data is None:
        return None
    try:
        read_certificate(encode(batches.read(data).record.certificate), package)
    except InputError:
        return None
    return data
