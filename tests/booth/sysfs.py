"""A tree as Linux shows it below ``/sys``, made from a table of small files."""

from collections.abc import Mapping
from pathlib import Path

PI = {
    "class/hwmon/hwmon0/name": "cpu_thermal",
    "class/hwmon/hwmon0/temp1_input": "48312",
    "class/hwmon/hwmon1/name": "rpi_volt",
    "class/hwmon/hwmon1/in0_lcrit_alarm": "0",
    "class/thermal/thermal_zone0/type": "cpu-thermal",
    "class/thermal/thermal_zone0/temp": "48312",
    "class/thermal/cooling_device0/type": "gpio-fan",
}
"""What a Raspberry Pi with Linux 6 shows of itself; it has no battery."""


def battery(status: str = "Discharging", percent: int = 64, name: str = "battery", **more: str) -> dict[str, str]:
    """A battery that knows its direction and charge."""
    facts = {"type": "Battery", "present": "1", "status": status, "capacity": str(percent), **more}
    return {f"class/power_supply/{name}/{key}": value for key, value in facts.items()}


def mains(online: int, name: str = "AC", kind: str = "Mains") -> dict[str, str]:
    """An outlet, alive or dead."""
    return {f"class/power_supply/{name}/type": kind, f"class/power_supply/{name}/online": str(online)}


def write(root: Path, told: Mapping[str, str]) -> Path:
    """Puts the files there, one rename each."""
    for name, value in told.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_text(f"{value}\n")
        fresh.replace(file)
    return root
