"""Profiles are data: read strictly, and held against what python-escpos knows of the same models."""

import itertools
import json
from collections.abc import Callable
from importlib.resources import files

import msgspec
import pytest

from printer.layout import Size
from printer.profiles import DATA_FILE, PROFILES, Confirm, Profile, QrBy, read_profiles
from tests.house.tree import ROOT

MODELS = json.loads((files("escpos") / "capabilities.json").read_bytes())
"""python-escpos's own list, which the booth does without."""
DATA = DATA_FILE.read_bytes()
PAGE = ROOT / "docs" / "printers.md"
KNOWN = [(profile, known) for profile in PROFILES.values() for known in profile.known if known.escpos]
INTENDED = {
    ("NT-80-V-UL", "columns"): "theirs says 12 columns of font A on 576 dots, which are 48",
    ("RP-F10-58mm", "width"): "432 dots, of which common-58 uses the 384 that every 58 mm printer has",
    ("RP-F10-58mm", "columns"): "follows from the width",
}


def differences(profile: Profile, name: str) -> set[str]:
    theirs = MODELS["profiles"][name]
    found = set()
    if theirs["media"]["width"]["pixels"] != profile.width_dots:
        found.add("width")
    if theirs["fonts"]["0"]["columns"] != profile.columns(Size.FINE):
        found.add("columns")
    for number, codec in profile.code_pages.items():
        if theirs["codePages"].get(str(number), "").lower() != codec:
            found.add(f"code page {number}")
    if profile.qr_by is QrBy.PRINTER and not theirs["features"]["qrCode"]:
        found.add("QR")
    if not (theirs["features"]["paperFullCut"] or theirs["features"]["paperPartCut"]):
        found.add("cutter")
    return found


def test_models_are_as_python_escpos_has_them_but_for_what_is_named() -> None:
    assert {known.escpos for _, known in KNOWN} >= {"TM-T20II", "TM-T88IV", "TM-T88V", "KR-306"}
    found = {(known.escpos, what) for profile, known in KNOWN for what in differences(profile, known.escpos or "")}
    assert found == INTENDED.keys()


def test_the_t88_is_not_taken_for_a_t20() -> None:
    """512 dots at 180 dpi: the 576 of its sisters would be cut off at the right."""
    assert differences(PROFILES["epson-tm-80"], "TM-T88V") == {"width", "columns"}
    assert differences(PROFILES["epson-tm-88"], "TM-T20II") == {"width", "columns"}


def test_58_mm_printers_without_a_cutter_are_in_no_profile() -> None:
    without = {"POS-5890", "ZJ-5870", "NT-5890K"}
    assert all(differences(PROFILES["common-58"], name) == {"cutter"} for name in without)
    assert without.isdisjoint({known.escpos for _, known in KNOWN})


def test_only_what_confirms_is_for_official_elections() -> None:
    assert {name for name, profile in PROFILES.items() if not profile.official} == {"plain-80", "plain-58"}
    assert {PROFILES[name].confirm for name in ("plain-80", "plain-58")} == {Confirm.NOTHING}
    assert next(iter(PROFILES)) == "epson-tm-80", "it is the default of the commands"


def changed(old: bytes, new: bytes) -> bytes:
    assert old in DATA
    return DATA.replace(old, new, 1)


BAD: dict[str, Callable[[], bytes]] = {
    "no TOML": lambda: DATA[: len(DATA) // 2 + 7] + b"=[",
    "an unknown field": lambda: changed(b'maker = "EPSON"', b'maker = "EPSON"\nspeed = 250'),
    "a missing field": lambda: changed(b"width_dots = 576\n", b""),
    "an unknown way to confirm": lambda: changed(b'"process id"', b'"hope"'),
    "a width that is no whole bytes": lambda: changed(b"width_dots = 576", b"width_dots = 575"),
    "a width of nothing": lambda: changed(b"width_dots = 576", b"width_dots = 0"),
    "a codec that Python lacks": lambda: changed(b'2 = "cp850"', b'2 = "cp8500"'),
    "a code page that is no number": lambda: changed(b'2 = "cp850"', b'two = "cp850"'),
    "a name that stands twice": lambda: changed(b'"epson-tm-88"', b'"epson-tm-80"'),
    "a model with an unknown field": lambda: changed(b'model = "TM-T88V"', b'model = "TM-T88V", year = 2011'),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_data_are_refused(name: str) -> None:
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        read_profiles(BAD[name]())


def test_the_data_as_they_are_shipped_are_good() -> None:
    assert read_profiles(DATA) == PROFILES


def page_rows(head: str) -> list[tuple[str, ...]]:
    """The cells of the table of docs/printers.md that begins with ``head``."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith(head))
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[at + 2 :])
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]


def test_the_page_says_what_the_data_say() -> None:
    said = [
        (
            f"`{profile.name}`", profile.about, str(profile.width_dots), str(profile.dots_per_inch),
            profile.confirm.value, profile.qr_by.value, "yes" if profile.status_back else "no", profile.near_end,
            ", ".join(f"{number} {codec}" for number, codec in profile.code_pages.items()), str(profile.buffer_bytes),
        )
        for profile in PROFILES.values()
    ]  # fmt: skip
    assert page_rows("| `--profile`") == said
    models = [
        (known.model, f"`{profile.name}`", known.source) for profile in PROFILES.values() for known in profile.known
    ]
    assert page_rows("| model |") == models


def test_the_encodings_that_the_booth_gives_python_escpos_are_those_of_its_profiles() -> None:
    ours = json.loads((ROOT / "printer" / "capabilities.json").read_bytes())["encodings"]
    assert set(ours) == {codec.upper() for profile in PROFILES.values() for codec in profile.code_pages.values()}
    assert all(MODELS["encodings"][name].items() >= known.items() for name, known in ours.items())
