"""What closing leaves for good: the booth's one batch, read, kept, exported, and printed copy by copy."""

from booth import closing
from booth.device import Device
from booth.drawing import Facts
from booth.provision import label_of, words_of
from config.errors import BilikError, DamageError, InputError
from config.files import sync_folder
from config.package import Package
from config.record import fingerprint
from printer.layout import Document
from sync import batch as batches
from sync.batch import Batch


class Outcome:
    """The batch on this device, or the one that a blank device found on its stick. It is made once."""

    def __init__(self, device: Device, facts: Facts) -> None:
        self._device = device
        self._facts = facts
        self._batch: Batch | None = None
        self._bytes = b""
        self._copy = 0

    def read(self, package: Package) -> None:
        """The batch that lies on this device; raises InputError or OSError."""
        self.take(package, self._device.batch_file(package.manifest.place.booth_id).read_bytes())

    def take(self, package: Package, data: bytes) -> None:
        """A batch that is stored somewhere; raises InputError."""
        self._batch, self._bytes = batches.read(data), data
        record = self._batch.record
        self._facts.fingerprint = fingerprint(data)
        if record.result is not None:
            words = words_of(package)[package.manifest.settings.paper_language]
            labels = [label_of(package, words, place).name for place in closing.places(package)]
            self._facts.result = tuple(zip(labels, record.result, strict=True))

    def keep(self, package: Package, data: bytes) -> None:
        """Stores the batch for good, unless one is stored already: then that one is the booth's."""
        self.take(package, closing.keep_batch(self._device, package, data))

    def is_kept(self, package: Package) -> bool:
        """A batch was made, and will be there after a power failure; raises DamageError when it cannot be read."""
        if self._batch is not None:
            return True
        file = self._device.batch_file(package.manifest.place.booth_id)
        if not file.exists():
            return False
        try:
            sync_folder(file.parent)
        except OSError:
            # Nobody knows whether it stays: closing is done once more, and finds it.
            return False
        try:
            self.read(package)
        except (InputError, OSError) as fault:
            raise unverified(fault) from None
        return True

    def export(self, package: Package) -> bool:
        """To the stick, when it takes it; the screen is told either way."""
        try:
            self._device.stick.write_batch(batches.file_name(package.manifest.place.booth_id), self._bytes)
        except BilikError as fault:
            self._facts.problem = (fault.id, fault.en)
            return False
        # Only now: should this device die before, another one can still go on and close.
        closing.destroy_on_stick(self._device, package)
        self._facts.problem, self._facts.exported = None, True
        return True

    def next_tape(self, package: Package) -> Document:
        """The copy that is printed now; an interrupted copy is printed again with its own number."""
        if self._batch is None:
            raise ValueError("no batch yet")
        wanted = package.manifest.settings.tape_copies
        self._facts.copy, self._facts.copies = self._copy + 1, max(wanted, self._copy + 1)
        return closing.tape_of(package, self._batch, self._facts.copy, self._facts.copies)

    def tape_is_out(self, package: Package) -> bool:
        """Notes a copy as printed; True when it was the last one."""
        self._copy += 1
        return self._copy >= package.manifest.settings.tape_copies


def unverified(fault: InputError | OSError) -> DamageError:
    """The package or batch of a device that was used is not what it must be."""
    return DamageError(
        f"What is stored on this device does not verify ({fault}). Keep it as evidence; use another device.",
        id="Data di perangkat ini tidak lolos verifikasi. Simpan sebagai bukti; pakai perangkat lain.",
    )
