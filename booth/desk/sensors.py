"""The twin of the booth's sensors: a tree of small files as Linux shows them below ``/sys``."""

from pathlib import Path

from booth.desk.verbs import Power

ROOM_C = 45.0
"""A booth that does little, in the shade."""


class DeskSensors:
    """One desk's tree; it begins with good power, no battery and a cool processor."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.power(Power.MAINS, None)
        self.temperature(ROOM_C)

    def power(self, power: Power, percent: int | None) -> None:
        """What the booth lives from; a battery only with its charge."""
        self._say("class/hwmon/hwmon0/name", "rpi_volt")
        self._say("class/hwmon/hwmon0/in0_lcrit_alarm", str(int(power is Power.WEAK)))
        supply, battery = "class/power_supply/battery/", percent is not None or power is Power.BATTERY
        self._say(f"{supply}type", "Battery" if battery else None)
        self._say(f"{supply}status", ("Discharging" if power is Power.BATTERY else "Charging") if battery else None)
        self._say(f"{supply}capacity", None if percent is None else str(percent))

    def temperature(self, celsius: float) -> None:
        """How warm the processor is."""
        self._say("class/thermal/thermal_zone0/type", "cpu-thermal")
        self._say("class/thermal/thermal_zone0/temp", str(round(celsius * 1000)))

    def _say(self, name: str, value: str | None) -> None:
        """One file, whole or not at all; None takes it away."""
        file = self._root / name
        if value is None:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_text(f"{value}\n", encoding="ascii")
        fresh.replace(file)
