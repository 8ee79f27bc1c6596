"""Elections that speak: their folders, the command's answer to a program, and what is wrong with a folder."""

import json
from pathlib import Path

import pytest

from config.faults import SourceFaults
from config.source import read_source
from config.words import heard_in
from config.words.catalogues import sentences
from tests.district.election import changed_sample, district

VILLAGE = "34.04.01.2001"
OTHER = "34.04.01.2002"
TITLE = "id/choosing.title.wav"
FIRST = f"id/{VILLAGE}/candidate.1.wav"
COMMON = len(sentences(heard_in("id"))) - 1
"""Clips of one language that name no candidate."""
ALL = 2 * (COMMON + 3)
"""Of the sample."""


def two_villages(folder: Path) -> Path:
    """The sample with a second village, whose candidates have the same numbers and other names."""
    source = changed_sample(folder)
    photos = sorted(path.name for path in (source / "photos").iterdir())
    for name, lines in {
        "villages.csv": (f"{OTHER},Gamping,Ambarketawang",),
        "booths.csv": (f"{OTHER},1,1,120,",),
        "candidates.csv": (f"{OTHER},1,Siti Aminah,{photos[0]}", f"{OTHER},2,Joko Purnomo,{photos[1]}"),
    }.items():
        with (source / name).open("a", encoding="utf-8") as table:
            table.writelines(f"{line}\n" for line in lines)
    return source


def audio(source: Path, *arguments: object, status: int = 0) -> dict[str, list[str]]:
    """What became of each clip, as the command tells programs."""
    ran = district("audio", source, *arguments, "--json")
    assert ran.returncode == status, ran.stdout + ran.stderr
    return json.loads(ran.stdout)


def refusals(source: Path) -> dict[str, str]:
    """Where something is wrong, and the English sentence."""
    with pytest.raises(SourceFaults) as refused:
        read_source(source)
    assert all(fault.id and fault.id != fault.en for fault in refused.value.faults)
    return {fault.where: fault.en for fault in refused.value.faults}


def bytes_of(source: Path) -> dict[str, bytes]:
    folder = source / "audio"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(source: Path, name: str, old: str, new: str) -> None:
    text = (source / name).read_text(encoding="utf-8")
    assert old in text
    (source / name).write_text(text.replace(old, new), encoding="utf-8")
