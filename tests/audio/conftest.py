"""A rehearsal that is spoken: every clip its own noise, taken into the packages by the district's own commands."""

import csv
from pathlib import Path

import pytest

from config.clips import candidate_clip
from config.words import LANGUAGES
from tests.audio.scripts import sentences
from tests.audio.sounds import noises
from tests.district.election import Made, changed_sample, prepared


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("spoken")
    waits = {"idle_warning_s": 120, "check_warning_s": 120, "countdown_s": 30, "print_timeout_s": 20}
    source = changed_sample(folder / "source", **waits, box_sign_s=2)
    with (source / "candidates.csv").open(encoding="utf-8") as rows:
        candidates = [(row["kode_wilayah"], int(row["number"])) for row in csv.DictReader(rows)]
    for language in LANGUAGES:
        names = sentences(language).keys() - {"candidate"}
        clips = {Path(name): data for name, data in noises(names, language).items()}
        for village, number in candidates:
            name = candidate_clip(number)
            clips[Path(village, name)] = noises([name], language)[name]
        for name, data in clips.items():
            file = source / "audio" / language / f"{name}.wav"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return prepared(folder / "made", source)
