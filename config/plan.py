"""``election.toml``: name, date, mode and settings of an election, read strictly."""

import contextlib
import datetime as dt
import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import inspect

from config.election import PLACE_MAX_CHARS, TITLE_MAX_CHARS
from config.faults import Collector
from config.folder import Folder
from config.mode import Mode
from config.names import shown, tidy, wrong_with
from config.settings import Settings
from config.table import read_text
from config.words import LANGUAGES

CODE = re.compile(r"[a-z]{2,3}")
"""ISO 639-1 or 639-3."""

PLAN_FILE = "election.toml"
QUESTION = "Siapa kepala desa pilihan Anda?"
"""Asked where the plan names no question of its own."""

_TEXTS = {"name": TITLE_MAX_CHARS, "district": PLACE_MAX_CHARS, "question": 2 * TITLE_MAX_CHARS}
_KEYS = ("name", "mode", "date", "district", "blank", "question", "settings")
_OPTIONAL = ("question", "settings")


@dataclass(frozen=True)
class Plan:
    """What ``election.toml`` says."""

    name: str
    district: str
    date: str
    mode: Mode
    blank: bool
    question: str
    settings: Settings


class _Reading:
    """One pass over the file, with a place to note faults by key."""

    def __init__(self, text: str, faults: Collector) -> None:
        self._lines = text.split("\n")
        self._faults = faults

    def fault(self, key: str, en: str, id: str) -> None:  # noqa: A002
        line = next(
            (n for n, line in enumerate(self._lines, 1) if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line)), None
        )
        self._faults.add(PLAN_FILE, line, key, en, id)

    def unknown(self, key: str, known: tuple[str, ...]) -> None:
        near = difflib.get_close_matches(key, known, 1)
        hint_en = f"Did you mean '{near[0]}'?" if near else f"Known are: {', '.join(known)}."
        hint_id = f"Maksudnya '{near[0]}'?" if near else f"Yang dikenal: {', '.join(known)}."
        self.fault(key, f"{shown(key)} is not known here. {hint_en}", f"{shown(key)} tidak dikenal di sini. {hint_id}")


def read_plan(folder: Folder, faults: Collector) -> Plan | None:
    """The plan, or None after noting what is wrong with it."""
    text = read_text(folder, PLAN_FILE, faults)
    if text is None:
        return None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        place = re.search(r"at line (\d+)", str(broken))
        faults.add(
            PLAN_FILE,
            int(place[1]) if place else text.count("\n") + 1,
            None,
            'This is not TOML. Write lines like: name = "Pilkades Gamping 2026", date = 2026-11-21.',
            'Ini bukan TOML. Tulis baris seperti: name = "Pilkades Gamping 2026", date = 2026-11-21.',
        )
        return None
    reading = _Reading(text, faults)
    for key in table:
        if key not in _KEYS:
            reading.unknown(key, _KEYS)
    for key in _KEYS:
        if key not in table and key not in _OPTIONAL:
            reading.fault(key, f"'{key}' is missing. Add it.", f"'{key}' tidak ada. Tambahkan.")
    plan = Plan(
        name=_text(table, "name", reading),
        district=_text(table, "district", reading),
        date=_date(table, reading),
        mode=_mode(table, reading),
        blank=_flag(table, "blank", reading),
        question=_text({"question": QUESTION} | table, "question", reading),
        settings=_settings(table.get("settings", {}), reading),
    )
    return None if faults.any else plan


def _text(table: dict[str, Any], key: str, reading: _Reading) -> str:
    value = table.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        reading.fault(key, "Write it in double quotes.", "Tulis dalam tanda kutip ganda.")
        return ""
    value = tidy(value)
    wrong = wrong_with(value, _TEXTS[key])
    if wrong is not None:
        reading.fault(key, *wrong)
    return value


def _date(table: dict[str, Any], reading: _Reading) -> str:
    value = table.get("date")
    if isinstance(value, str) and len(value) == 10:
        with contextlib.suppress(ValueError):
            value = dt.date.fromisoformat(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if value is not None:
        reading.fault(
            "date",
            f"{shown(str(value))} is not a day. Write it like 2026-11-21.",
            f"{shown(str(value))} bukan tanggal. Tulis seperti 2026-11-21.",
        )
    return ""


def _mode(table: dict[str, Any], reading: _Reading) -> Mode:
    value = table.get("mode", Mode.REHEARSAL.value)
    if value not in {mode.value for mode in Mode}:
        reading.fault(
            "mode",
            f'{shown(str(value))} is not a mode. Write "official" or "rehearsal".',
            f'{shown(str(value))} bukan mode. Tulis "official" (resmi) atau "rehearsal" (gladi).',
        )
        return Mode.REHEARSAL
    return Mode(value)


def _flag(table: dict[str, Any], key: str, reading: _Reading) -> bool:
    value = table.get(key, True)
    if not isinstance(value, bool):
        reading.fault(key, "Write true or false, without quotes.", "Tulis true atau false, tanpa tanda kutip.")
    return value is True


def _settings(table: Any, reading: _Reading) -> Settings:
    if not isinstance(table, dict):
        reading.fault("settings", "Write [settings] as a part of its own.", "Tulis [settings] sebagai bagian sendiri.")
        return Settings()
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    good: dict[str, Any] = {}
    for key, value in table.items():
        if key not in fields:
            reading.unknown(key, tuple(fields))
            continue
        try:
            msgspec.convert({key: value}, Settings)
            good[key] = value
        except msgspec.ValidationError:
            en, id_ = _range(inspect.type_info(fields[key].type))
            quoted = isinstance(value, str) and not isinstance(inspect.type_info(fields[key].type), inspect.StrType)
            reading.fault(
                key,
                f"{shown(str(value))} is not allowed. Write {en}{', without quotes' if quoted else ''}.",
                f"{shown(str(value))} tidak diperbolehkan. Tulis {id_}{', tanpa tanda kutip' if quoted else ''}.",
            )
    settings = msgspec.convert(good, Settings)
    if settings.paper_language not in LANGUAGES:
        reading.fault(
            "paper_language",
            f"Paper cannot be printed in {shown(settings.paper_language)}. Known are: {', '.join(LANGUAGES)}.",
            f"Kertas tidak dapat dicetak dalam {shown(settings.paper_language)}. Yang ada: {', '.join(LANGUAGES)}.",
        )
    for language in settings.languages:
        if not CODE.fullmatch(language):
            reading.fault(
                "languages",
                f'{shown(language)} is no code of a language. Write two or three small letters, as "id" or "jv".',
                f'{shown(language)} bukan kode bahasa. Tulis dua atau tiga huruf kecil, misalnya "id" atau "jv".',
            )
    if not set(settings.languages) & set(LANGUAGES):
        reading.fault(
            "languages",
            f"The officers' screens have no language. Add one of {', '.join(LANGUAGES)}.",
            f"Layar petugas tidak punya bahasa. Tambahkan salah satu dari {', '.join(LANGUAGES)}.",
        )
    if len(set(settings.languages)) != len(settings.languages):
        reading.fault("languages", "A language stands there twice.", "Ada bahasa yang tertulis dua kali.")
    return settings


def _range(kind: inspect.Type) -> tuple[str, str]:
    """What a setting takes, in words of both languages."""
    if isinstance(kind, inspect.IntType):
        return f"a whole number from {kind.ge} to {kind.le}", f"bilangan bulat {kind.ge} sampai {kind.le}"
    if isinstance(kind, inspect.BoolType):
        return "true or false", "true atau false"
    if isinstance(kind, inspect.StrType):
        return "a text in double quotes", "teks dalam tanda kutip ganda"
    return 'a list of texts like ["id", "en"]', 'daftar teks seperti ["id", "en"]'
