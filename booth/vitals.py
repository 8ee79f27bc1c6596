"""How the device itself is, as Linux tells it: power, battery and temperature, coarse enough to stand still.

Sources of what is read: the kernel's ABI pages ``sysfs-class-power`` and ``sysfs-class-thermal`` and its page
``hwmon/raspberrypi-hwmon`` (``in0_lcrit_alarm``: under-voltage, looked at by the kernel every two seconds). The
firmware's ``get_throttled`` (hexadecimal, bit 0: under-voltage now) is asked only where that driver is missing, for
newer kernels complain in their log about who reads it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from booth.clock import Clock

SYS = Path("/sys")
LOOK_S = 2.0
"""As often as the kernel asks the firmware for under-voltage."""
WEAK_HOLD_S = 60.0
"""Voltage sags for a moment with every print: it is told for so long after it was last seen, and does not flicker."""
STEP_C, STAY_C = 5, 4
"""A shown temperature is a multiple of 5 degrees, and stays while the true one is less than 4 away from it."""
HOT_C = 75
"""Raspberry Pi's cores are throttled between 80 and 85 degrees (its documentation, "frequency management"). Told one
step before: from 73 or 74 degrees on, until 71. The soft limit of a 3B+ at 60 costs a seventh of its speed, and is no
reason for anybody to do anything."""
STEP_PERCENT = 5
LOW_PERCENT = 20
"""Of a battery: time to do something before the device goes off."""

_PROCESSOR = ("cpu", "soc", "pkg", "bcm2")
"""Part of the type of a thermal zone that is the processor's: ``cpu-thermal`` on all Raspberry Pi."""
_PROCESSOR_CHIPS = frozenset({"cpu_thermal", "coretemp", "k10temp"})
_CREDIBLE_C = range(-40, 151)
"""A sensor that is switched off says -273 or 0 kelvin's worth of something else."""


class Supply(StrEnum):
    """What the device lives from; words ``status.power.<supply>``."""

    UNKNOWN = "unknown"
    """Nothing says so: neither good nor an alarm."""
    FINE = "fine"
    BATTERY = "battery"
    LOW = "low"
    """Battery, and little of it."""
    WEAK = "weak"
    """Under-voltage: the power supply or its cable is not enough."""


class Concern(StrEnum):
    """What an officer is told in a sentence between voters; words ``vitals.<concern>``. It stops nobody."""

    WEAK = "weak"
    LOW = "low"
    HOT = "hot"
    BATTERY = "battery"

    @property
    def pressing(self) -> bool:
        """Comes before a paper roll that nears its end."""
        return self is not Concern.BATTERY


@dataclass(frozen=True)
class Reading:
    """What was read at one moment; None for what nothing tells."""

    mains: bool | None = None
    """True: lives from outside, False: from a battery."""
    percent: int | None = None
    """Charge of the battery."""
    weak: bool | None = None
    celsius: int | None = None


@dataclass(frozen=True)
class Vitals:
    """What is shown: it changes only when somebody should look."""

    supply: Supply = Supply.UNKNOWN
    percent: int | None = None
    """Charge in steps of 5, rounded down."""
    celsius: int | None = None
    """In steps of 5."""

    @property
    def hot(self) -> bool:
        """Nearly so warm that the processor is slowed down."""
        return self.celsius is not None and self.celsius >= HOT_C

    @property
    def concern(self) -> Concern | None:
        """The one that presses most."""
        if self.supply in (Supply.WEAK, Supply.LOW):
            return Concern(self.supply.value)
        if self.hot:
            return Concern.HOT
        return Concern.BATTERY if self.supply is Supply.BATTERY else None


class Sensors:
    """The narrow port: a few small files below ``root``, which is ``/sys`` or the simulated desk's tree."""

    def __init__(self, root: Path = SYS) -> None:
        self._root = root

    def look(self) -> Reading:
        """Reads everything once; what is missing, unreadable or nonsense is None."""
        mains, percent = self._supplies()
        return Reading(mains, percent, self._weak(), self._celsius())

    def _supplies(self) -> tuple[bool | None, int | None]:
        states, charges, outlets = [], [], []
        for folder in self._folders("class/power_supply"):
            # The battery of a keyboard or mouse, or a place without its battery, says nothing of this device.
            if _text(folder / "scope") == "Device" or _text(folder / "present") == "0":
                continue
            kind = _text(folder / "type")
            if kind in ("Battery", "UPS"):
                states.append(_text(folder / "status"))
                charges.append(_number(folder / "capacity"))
            elif kind in ("Mains", "USB", "Wireless"):
                outlets.append(_number(folder / "online"))
        known = [charge for charge in charges if charge is not None and 0 <= charge <= 100]
        percent = sum(known) // len(known) if known else None
        fed = any(outlets) or bool({"Charging", "Full", "Not charging"} & set(states))
        if "Discharging" in states:
            return False, percent
        if fed:
            return True, percent
        # A battery's gauge that knows no direction, beside an outlet that is dead.
        return (False if states and 0 in outlets else None), percent

    def _weak(self) -> bool | None:
        alarms = [
            _number(folder / "in0_lcrit_alarm")
            for folder in self._folders("class/hwmon")
            if _text(folder / "name") == "rpi_volt"
        ]
        if not alarms:
            bits = _number(self._root / "devices/platform/soc/soc:firmware/get_throttled", base=16)
            return None if bits is None else bool(bits & 1)
        return None if None in alarms else any(alarms)

    def _celsius(self) -> int | None:
        zones = [
            _number(folder / "temp")
            for folder in self._folders("class/thermal")
            if any(part in _text(folder / "type") for part in _PROCESSOR)
        ]
        chips = (folder for folder in self._folders("class/hwmon") if _text(folder / "name") in _PROCESSOR_CHIPS)
        # Thousandths of a degree, both.
        found = zones or [_number(file) for folder in chips for file in folder.glob("temp*_input")]
        known = [round(each / 1000) for each in found if each is not None]
        return max((each for each in known if each in _CREDIBLE_C), default=None)

    def _folders(self, place: str) -> Iterator[Path]:
        try:
            yield from sorted((self._root / place).iterdir())
        except OSError:
            return


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _number(file: Path, base: int = 10) -> int | None:
    try:
        return int(_text(file), base)
    except ValueError:
        return None


def settled(shown: Vitals, seen: Reading, *, weak: bool) -> Vitals:
    """What is shown after ``seen``; ``weak`` holds longer than a moment. Small steps change nothing."""
    vitals = Vitals(_supply(seen, weak=weak), _charge(shown.percent, seen.percent), _heat(shown.celsius, seen.celsius))
    low = vitals.percent is not None and vitals.percent <= LOW_PERCENT
    # A gauge that knows no direction may still say that there is little left.
    if low and not seen.mains and vitals.supply is not Supply.WEAK:
        return replace(vitals, supply=Supply.LOW)
    return vitals


def _supply(seen: Reading, *, weak: bool) -> Supply:
    if weak:
        return Supply.WEAK
    if seen.mains is False:
        return Supply.BATTERY
    # Of a device without battery all that can be known is that its voltage is right, and that is enough.
    fine = seen.mains or (seen.weak is False and seen.percent is None)
    return Supply.FINE if fine else Supply.UNKNOWN


def _heat(shown: int | None, seen: int | None) -> int | None:
    if seen is None:
        return None
    if shown is not None and abs(seen - shown) < STAY_C:
        return shown
    return STEP_C * ((2 * seen + STEP_C) // (2 * STEP_C))


def _charge(shown: int | None, seen: int | None) -> int | None:
    if seen is None:
        return None
    if shown is not None and shown - 1 <= seen <= shown + STEP_PERCENT:
        return shown
    return STEP_PERCENT * (seen // STEP_PERCENT)


class VitalsWatch:
    """Looks at most every two seconds. For one thread: a sensor may take its time, and the worker may wait."""

    def __init__(self, sensors: Sensors, clock: Clock) -> None:
        self._sensors = sensors
        self._clock = clock
        self._look_at = self._weak_until = clock.monotonic_s()
        self._shown = Vitals()

    def look(self) -> Vitals:
        """How the device is."""
        now_s = self._clock.monotonic_s()
        if now_s >= self._look_at:
            self._look_at = now_s + LOOK_S
            seen = self._sensors.look()
            if seen.weak:
                self._weak_until = now_s + WEAK_HOLD_S
            self._shown = settled(self._shown, seen, weak=now_s < self._weak_until)
        return self._shown
