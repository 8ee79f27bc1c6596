"""Power and temperature: what Linux shows is read from real files, shown coarsely, told once, and stops nobody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booth import vitals as module
from booth.drawing import NEAR_END, Facts, view_of
from booth.events import Heard
from booth.opening import _device
from booth.polls import Polls
from booth.session import Session
from booth.views import CardWanted, Check, OpenChecks, WaitingForCard
from booth.vitals import Concern, Reading, Sensors, Supply, Vitals, VitalsWatch, settled
from printer.faults import Fault
from printer.status import Status
from sync import batch as batches
from sync.log import Kind, check
from tests.booth.hand import HandClock
from tests.booth.rig import BOOTH
from tests.booth.sysfs import PI, battery, mains, write

ALARM = "class/hwmon/hwmon1/in0_lcrit_alarm"
ZONE = "class/thermal/thermal_zone0/"
THROTTLED = "devices/platform/soc/soc:firmware/get_throttled"
LAPTOP = {
    "class/thermal/thermal_zone0/type": "acpitz",
    "class/thermal/thermal_zone0/temp": "27800",
    "class/thermal/thermal_zone1/type": "x86_pkg_temp",
    "class/thermal/thermal_zone1/temp": "61000",
    "class/thermal/thermal_zone2/type": "iwlwifi_1",
    "class/thermal/thermal_zone2/temp": "82000",
}
TREES = {
    "a Raspberry Pi on its power supply": (PI, Reading(None, None, False, 48)),
    "one with too thin a cable": (PI | {ALARM: "1"}, Reading(None, None, True, 48)),
    "one with a battery below it, mains out": (PI | battery(), Reading(False, 64, False, 48)),
    "one with a battery that is charged": (PI | battery("Charging"), Reading(True, 64, False, 48)),
    "one with a full battery": (PI | battery("Full", 100), Reading(True, 100, False, 48)),
    "a power supply of type UPS": (PI | battery(type="UPS"), Reading(False, 64, False, 48)),
    "an older kernel, under-voltage now": ({THROTTLED: "50005"}, Reading(weak=True)),
    "an older kernel, under-voltage long ago": ({THROTTLED: "50000"}, Reading(weak=False)),
    "the newer driver is believed before the older file": (PI | {THROTTLED: "1"}, Reading(None, None, False, 48)),
    "a laptop on mains": (LAPTOP | mains(1) | battery("Full", 97, "BAT0"), Reading(True, 97, None, 61)),
    "a laptop without": (LAPTOP | mains(0) | battery("Discharging", 41, "BAT0"), Reading(False, 41, None, 61)),
    "a laptop whose charger is too small": (mains(1) | battery("Discharging", 41), Reading(False, 41)),
    "two batteries": (battery("Discharging", 80, "BAT0") | battery("Unknown", 21, "BAT1"), Reading(False, 50)),
    "a gauge without direction, outlet dead": (mains(0) | battery("Unknown", 30), Reading(False, 30)),
    "a gauge without direction, outlet alive": (mains(1) | battery("Unknown", 30), Reading(True, 30)),
    "a gauge without direction and no outlet": (battery("Unknown", 30), Reading(None, 30)),
    "power over USB": (mains(1, "usb", "USB"), Reading(True)),
    "a dead outlet alone says nothing: the device is alive": (mains(0, "rpi-poe"), Reading()),
    "the mouse's battery is not ours": (battery(scope="Device"), Reading()),
    "a place for a battery, empty": (battery(present="0"), Reading()),
    "no thermal zone, but a chip": ({name: PI[name] for name in PI if "hwmon0" in name}, Reading(celsius=48)),
    "a machine that tells nothing": ({}, Reading()),
}  # fmt: skip
NONSENSE = {
    "empty files": dict.fromkeys([ALARM, ZONE + "temp", THROTTLED], ""),
    "words for numbers": {ALARM: "yes", ZONE + "temp": "warm"},
    "a sensor that is off": {ALARM: "x", ZONE + "temp": "-273150"},
    "a sensor gone mad": {ALARM: "", ZONE + "temp": "99999999999"},
    "a charge of 700 percent": {ALARM: "", ZONE + "temp": "", **battery("Whatever", 700)},
    "bytes": {ALARM: "\u00ff\u0000", ZONE + "temp": "48\u00e9"},
}


@pytest.mark.parametrize(("tree", "told"), TREES.values(), ids=TREES)
def test_what_a_machine_tells_of_itself(tmp_path, tree, told):
    assert Sensors(write(tmp_path, tree)).look() == told


@pytest.mark.parametrize("tree", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_unknown_and_neither_good_nor_an_alarm(tmp_path, tree):
    kind = {"class/hwmon/hwmon1/name": "rpi_volt", ZONE + "type": "cpu-thermal"}
    seen = Sensors(write(tmp_path, kind | tree)).look()
    assert seen == Reading()
    shown = settled(Vitals(), seen, weak=False)
    assert (shown.supply, shown.celsius, shown.concern) == (Supply.UNKNOWN, None, None)
    assert list(_device(shown)) == []


def test_folders_in_place_of_files_and_no_tree_at_all(tmp_path):
    for name in (ALARM, ZONE + "temp", "class/power_supply/battery/type"):
        (tmp_path / name).mkdir(parents=True)
    assert Sensors(tmp_path).look() == Reading()
    assert Sensors(tmp_path / "nothing").look() == Reading()
    (tmp_path / "file").write_text("x")
    assert Sensors(tmp_path / "file").look() == Reading()


SHOWN = {
    "no battery, voltage right": (Reading(weak=False), Supply.FINE, None),
    "mains": (Reading(True, 90), Supply.FINE, None),
    "battery": (Reading(False, 64), Supply.BATTERY, Concern.BATTERY),
    "battery of unknown charge": (Reading(False), Supply.BATTERY, Concern.BATTERY),
    "battery, little left": (Reading(False, 24), Supply.LOW, Concern.LOW),
    "a gauge without direction": (Reading(None, 64, False), Supply.UNKNOWN, None),
    "such a one, little left": (Reading(None, 7, False), Supply.LOW, Concern.LOW),
    "on mains, little charged": (Reading(True, 7), Supply.FINE, None),
    "nothing": (Reading(), Supply.UNKNOWN, None),
    "warm": (Reading(True, celsius=72), Supply.FINE, None),
    "hot": (Reading(True, celsius=74), Supply.FINE, Concern.HOT),
    "hot, on battery": (Reading(False, 64, celsius=80), Supply.BATTERY, Concern.HOT),
    "hot, little left": (Reading(False, 10, celsius=80), Supply.LOW, Concern.LOW),
}


@pytest.mark.parametrize(("seen", "supply", "concern"), SHOWN.values(), ids=SHOWN)
def test_what_is_shown_of_a_reading(seen, supply, concern):
    shown = settled(Vitals(), seen, weak=False)
    assert (shown.supply, shown.concern) == (supply, concern)
    assert settled(Vitals(), replace(seen, weak=True), weak=True).concern is Concern.WEAK


@given(st.lists(st.integers(-40, 150), min_size=1), st.lists(st.integers(0, 100), min_size=1))
def test_what_is_shown_is_never_far_from_the_truth(warm, charge):
    shown = Vitals()
    for celsius in warm:
        shown = settled(shown, Reading(celsius=celsius), weak=False)
        assert shown.celsius % 5 == 0
        assert abs(shown.celsius - celsius) < module.STAY_C
    for percent in charge:
        shown = settled(shown, Reading(percent=percent), weak=False)
        assert shown.percent % 5 == 0
        assert -1 <= percent - shown.percent <= 5


def test_a_temperature_that_trembles_is_drawn_once():
    shown, drawn = Vitals(), set()
    for tenth in range(600):
        shown = settled(shown, Reading(weak=False, celsius=60 + (tenth * 7) % 4), weak=False)
        drawn.add(shown)
    assert len(drawn) == 1


def test_a_sag_is_told_for_a_minute_and_sensors_are_left_alone_for_two_seconds(tmp_path, monkeypatch):
    clock, looks = HandClock(), []
    sensors = Sensors(write(tmp_path, PI))
    monkeypatch.setattr(sensors, "_weak", lambda: looks.append(clock.passed_s) or clock.passed_s == 2)
    watch = VitalsWatch(sensors, clock)
    supplies = []
    for _ in range(700):
        supplies.append(watch.look().supply)
        clock.passed_s = round(clock.passed_s + 0.1, 1)
    assert looks == [float(second) for second in range(0, 70, 2)]
    assert supplies[:20] == [Supply.FINE] * 20
    assert supplies[20:620] == [Supply.WEAK] * 600
    assert set(supplies[620:]) == {Supply.FINE}


# At the booth


def test_power_and_heat_are_told_between_voters_and_stop_nobody(rig):
    rig.open()
    sys = rig.desk / "sys"
    assert rig.frame.status.vitals == Vitals()
    write(sys, PI)
    rig.until(lambda: rig.frame.status.vitals == Vitals(Supply.FINE, None, 50))
    assert rig.see(WaitingForCard).concern is None
    write(sys, battery(percent=66))
    rig.see(WaitingForCard, concern=Concern.BATTERY, percent=65)
    rig.vote(1)
    write(sys, battery(percent=12))
    rig.see(WaitingForCard, concern=Concern.LOW, percent=10)
    rig.vote(2)
    write(sys, battery("Charging", 12) | {ZONE + "temp": "81000"})
    rig.see(WaitingForCard, concern=Concern.HOT)
    rig.vote(1)
    write(sys, {ALARM: "1"})
    rig.see(WaitingForCard, concern=Concern.WEAK)
    rig.vote(2)
    rig.close_polls(attended=4)
    batch = batches.read((rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())
    acts = {Kind.PROVISIONED, Kind.OPENED, Kind.COUNTERS, Kind.PAUSED, Kind.CLOSING, Kind.ATTENDANCE, Kind.CLOSED}
    assert {entry.kind for entry in check(list(batch.log))} <= acts, "no word of power or heat: they are near a voter"


def test_a_voters_touch_is_not_lost_over_power(rig):
    rig.open()
    write(rig.desk / "sys", PI)
    rig.until(lambda: rig.frame.status.vitals.supply is Supply.FINE)
    rig.unlock()
    number = rig.frame.number
    write(rig.desk / "sys", {ALARM: "1"})

    def weak() -> bool:
        rig.touch(Heard())  # else the warning of two seconds' silence is what draws the next screen
        return rig.frame.status.vitals.supply is Supply.WEAK

    rig.until(weak)
    assert rig.frame.number == number
    rig.choose(1)


OPENING = {
    "good": ({}, [("power", True), ("temperature", True)]),
    "weak": ({ALARM: "1"}, [("power-weak", False), ("temperature", True)]),
    "battery": (battery(), [("power-battery", False), ("temperature", True)]),
    "hot": ({ZONE + "temp": "90000"}, [("power", True), ("temperature", False)]),
}


@pytest.mark.parametrize(("tree", "lines"), OPENING.values(), ids=OPENING)
def test_opening_tells_of_power_and_heat_and_opens_all_the_same(rig, tree, lines):
    write(rig.desk / "sys", PI | tree)
    expected = tuple(Check(name, ok=ok, needed=False) for name, ok in lines)

    def told() -> bool:
        view = rig.frame.view
        return isinstance(view, OpenChecks) and view.checks[-2:] == expected

    rig.until(lambda: rig.frame.status.vitals != Vitals())
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.until(told)
    rig.finish_opening()


def test_what_presses_most_is_told_first():
    def told(vitals: Vitals, paper: Status) -> WaitingForCard:
        return view_of(Polls.OPEN, Session.IDLE, Facts(vitals=vitals, paper=paper))

    battery_, weak = Vitals(Supply.BATTERY, 60), Vitals(Supply.WEAK, 60)
    good, low, broken = Status(None), Status(None, near_end=True), Status(Fault.NO_PAPER)
    assert told(weak, broken) == WaitingForCard(None, Fault.NO_PAPER.sentences())
    assert told(weak, low) == WaitingForCard(None, None, Concern.WEAK, 60)
    assert told(battery_, low) == WaitingForCard(None, NEAR_END)
    assert told(battery_, good) == WaitingForCard(None, None, Concern.BATTERY, 60)
    assert told(Vitals(Supply.FINE, 60), good) == WaitingForCard(None)
