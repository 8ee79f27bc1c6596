"""The device that the booth runs on: its data folder and the ports to card, stick, printer, clock and sensors."""

from dataclasses import dataclass, field
from pathlib import Path

from booth.clock import Clock
from booth.ground.told import FOLDER
from booth.running import running
from booth.vitals import Sensors
from config.cards.port import Reader
from config.errors import DeviceError
from printer.port import PrinterPort
from printer.profiles import Profile
from sync.batch import file_name
from sync.media import Stick
from sync.running import Running


@dataclass(frozen=True)
class Device:
    """Everything outside of the program, each behind its narrow port."""

    data: Path
    reader: Reader
    stick: Stick
    printer: PrinterPort
    profile: Profile
    """How the connected printer prints."""
    clock: Clock
    sensors: Sensors
    """Power and temperature."""
    measured: bool = True
    """Somebody knows how large the screen is: a person, or the panel itself."""
    understood: bool = True
    """Everything that a technician has set means something."""
    running: Running = field(default_factory=running)
    """Software and image, as papers, batch and the about line show them."""
    told: Path = FOLDER
    """What the image's services say of data partition and stick."""

    @property
    def package_folder(self) -> Path:
        """The booth's own copy of its package."""
        return self.data / "package"

    @property
    def store_folder(self) -> Path:
        """Store, wrapped store key and session key."""
        return self.data / "store"

    @property
    def store_file(self) -> Path:
        """The SQLCipher database."""
        return self.store_folder / "store.db"

    @property
    def replaced_file(self) -> Path:
        """The certificate of the device that replaced this one, once it was seen."""
        return self.data / "replaced.json"

    @property
    def apart_file(self) -> Path:
        """That device and stick were found to contradict each other."""
        return self.data / "apart.json"

    def batch_file(self, booth_id: str) -> Path:
        """The batch, once it is made; that it is there means that the booth is closed for good."""
        return self.data / "batch" / file_name(booth_id)


def disk_failed(fault: OSError) -> DeviceError:
    """What an officer is told when a disk does not do its part outside of the store."""
    return DeviceError(
        f"The device's disk or a medium failed ({fault.strerror}). Try again; if it stays so, use another device.",
        id="Penyimpanan perangkat atau media gagal. Coba lagi; bila tetap gagal, pakai perangkat lain.",
    )
