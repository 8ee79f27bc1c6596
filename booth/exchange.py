"""A device that was prepared and never opened takes the package of another stick; one that was opened never does."""

from booth.device import Device
from booth.provision import provision
from booth.views import Look
from config.errors import BilikError
from config.package import Package

_ANEW_ID = "Untuk pemilihan lain, minta kabupaten menulis ulang kartu memorinya."
_ANEW_EN = "For another election, have the district write its memory card anew."


class Exchange:
    """Looks at the stick's package, and at one that is refused only once."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._seen = b""

    def take(self, package: Package) -> Package | None:
        """The stick's package in place of ``package``, verified like the first one; None when there is no other.

        Raises BilikError for one that is refused. What was opened once, or is being taken over, stays what it is.
        """
        try:
            there = (self._device.stick.package_folder / "manifest.json").read_bytes()
        except (BilikError, OSError):
            return None
        if there in (package.manifest_bytes, self._seen) or any(self._device.data.glob("store*")):
            return None
        self._seen = there
        return provision(self._device)


def foreign(look: Look) -> tuple[str, str]:
    """What an officer is told whose stick is not that of the booth which this device has served; ``look`` is its."""
    here = f"{look.place} ({look.election})"
    return (
        f"Stik ini bukan milik bilik ini. Perangkat ini memuat {here}: pasang stik bilik itu. {_ANEW_ID}",
        f"This stick is not this booth's. This device holds {here}: put in that booth's stick. {_ANEW_EN}",
    )
