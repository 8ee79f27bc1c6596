"""Recordings by people: they stay, they are converted or refused with a sentence, and bad ones are told all at once."""

import array
import math
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from config.source import read_source
from sync.district import narration
from tests.district.election import changed_sample, district, done
from tests.district.voices import ALL, FIRST, OTHER, TITLE, VILLAGE, audio, bytes_of, edit, refusals
from tests.sounds import heard, tone, wav


def test_a_recording_in_place_stays_and_is_listed(source: Path) -> None:
    spoken = tone(1.5)
    (source / "audio" / TITLE).write_bytes(spoken)
    for _ in range(2):
        told = audio(source)
        assert (told["recorded"], told["made"], told["lacking"]) == ([TITLE], [], [])
        assert (source / "audio" / TITLE).read_bytes() == spoken
    assert f"rekaman: {TITLE}" in done("audio", source)
    assert spoken in read_source(source).election.clips.values()


def test_a_recording_is_asked_about_when_its_text_changes(source: Path, tmp_path: Path) -> None:
    spoken = tone(1.5)
    (source / "audio" / FIRST).write_bytes(spoken)
    audio(source)
    edit(source, "candidates.csv", "Suryadi Wirapraja", "Suryadi Wiraguna")
    told = audio(source, status=1)
    assert [fault["file"] for fault in told["lacking"]] == [f"audio/{FIRST}"]
    assert "It was recorded as 'Nomor 1. Suryadi Wirapraja.'" in told["lacking"][0]["en"]
    assert (source / "audio" / FIRST).read_bytes() == spoken
    assert refusals(source).keys() == {f"audio/{FIRST}"}
    studio = tmp_path / "studio"
    (studio / "id" / VILLAGE).mkdir(parents=True)
    (studio / FIRST).write_bytes(tone(1.6))
    assert audio(source, "--recorded", studio)["taken"] == [FIRST]
    read_source(source)


def test_a_deleted_recording_is_synthesized(source: Path) -> None:
    before = bytes_of(source)
    (source / "audio" / TITLE).write_bytes(tone(1.5))
    audio(source)
    (source / "audio" / TITLE).unlink()
    assert audio(source)["made"] == [TITLE]
    assert bytes_of(source) == before


FORMS: dict[str, dict[str, int]] = {
    "as it must be": {},
    "8 bit": {"bits": 8},
    "24 bit": {"bits": 24},
    "32 bit": {"bits": 32},
    "stereo": {"channels": 2},
    "8 kHz": {"rate_hz": 8_000},
    "16 kHz": {"rate_hz": 16_000},
    "44.1 kHz stereo": {"rate_hz": 44_100, "channels": 2},
    "48 kHz 24 bit stereo": {"rate_hz": 48_000, "channels": 2, "bits": 24},
    "96 kHz": {"rate_hz": 96_000},
    "22,051 Hz": {"rate_hz": 22_051},
}


@pytest.mark.parametrize("form", FORMS)
def test_recordings_of_any_form_become_clips_that_sound_the_same(form: str, source: Path, tmp_path: Path) -> None:
    studio = tmp_path / "studio"
    (studio / "id").mkdir(parents=True)
    (studio / TITLE).write_bytes(tone(0.8, **FORMS[form]))
    assert audio(source, "--recorded", studio)["taken"] == [TITLE]
    made, ideal = (heard(data) for data in ((source / "audio" / TITLE).read_bytes(), tone(0.8)))
    assert abs(len(made) - len(ideal)) <= 1
    inner = range(2_000, len(ideal) - 2_000)  # the filter rings at both ends, where a tone begins at once
    assert max(abs(made[n] - ideal[n]) for n in inner) < 0.02 * 32_767
    judged = subprocess.run(["soxi", source / "audio" / TITLE], check=True, capture_output=True, text=True).stdout
    assert "16-bit Signed Integer PCM" in judged
    assert "22050" in judged
    read_source(source)


def strength(samples: "array.array[int]", hz: int) -> float:
    """How much of one tone there is, as an amplitude."""
    angle = 2 * math.pi * hz / 22_050
    turns = [(math.cos(angle * n), math.sin(angle * n)) for n in range(len(samples))]
    parts = (sum(value * turn[axis] for value, turn in zip(samples, turns, strict=True)) for axis in (0, 1))
    return 2 * math.hypot(*parts) / len(samples)


def test_what_lies_above_the_clips_band_is_filtered_and_not_folded_back(source: Path, tmp_path: Path) -> None:
    """A whistle of 15 kHz would be heard at 7,050 Hz if samples were only left out."""
    studio = tmp_path / "studio"
    (studio / "id").mkdir(parents=True)
    both = [
        round(9_000 * (math.sin(2 * math.pi * 440 * n / 48_000) + math.sin(2 * math.pi * 15_000 * n / 48_000)))
        for n in range(48_000)
    ]
    (studio / TITLE).write_bytes(wav(array.array("h", both).tobytes(), rate_hz=48_000))
    assert audio(source, "--recorded", studio)["taken"] == [TITLE]
    made = heard((source / "audio" / TITLE).read_bytes())[2_000:-2_000]
    assert 8_900 < strength(made, 440) < 9_100
    assert strength(made, 7_050) < 9


Change = Callable[[Path], object]


def put(name: str, data: bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return change


def endless(folder: Path) -> None:
    """A gigabyte without a byte on the disk, with a head that is right."""
    with (folder / TITLE).open("wb") as out:
        out.write(tone()[:44])
        out.truncate(1 << 30)


def linked(folder: Path) -> None:
    (folder / "elsewhere").write_bytes(tone())
    (folder / TITLE).unlink(missing_ok=True)
    (folder / TITLE).symlink_to(folder / "elsewhere")


def linked_folder(folder: Path) -> None:
    (folder / "id").rename(folder / "elsewhere")
    (folder / "id").symlink_to(folder / "elsewhere")


def pipe(folder: Path) -> None:
    (folder / TITLE).unlink(missing_ok=True)
    os.mkfifo(folder / TITLE)


# What lies in audio/: (change, where it is told, a word of the English sentence)
BAD: dict[str, tuple[Change, str, str]] = {
    "not RIFF": (put(TITLE, b"OggS" + bytes(5000)), TITLE, "no WAV file"),
    "truncated": (put(TITLE, tone()[:5000]), TITLE, "cut short"),
    "0 frames": (put(TITLE, wav(b"")), TITLE, "no sound at all"),
    "24 bit": (put(TITLE, tone(bits=24)), TITLE, "--recorded FOLDER, which converts it"),
    "stereo": (put(TITLE, tone(channels=2)), TITLE, "--recorded FOLDER, which converts it"),
    "48 kHz": (put(TITLE, tone(rate_hz=48_000)), TITLE, "--recorded FOLDER, which converts it"),
    "too long": (put(TITLE, tone(61)), TITLE, "lasts 61.00 seconds"),
    "silent": (put(TITLE, wav(bytes(40_000))), TITLE, "silent"),
    "clipped": (put(TITLE, tone(loud=2)), TITLE, "cut off"),
    "a gigabyte": (endless, TITLE, "more than 3 MB"),
    "claims a gigabyte": (put(TITLE, tone()[:40] + (1 << 30).to_bytes(4, "little") + tone()[44:]), TITLE, "cut short"),
    "a link": (linked, TITLE, "is a link"),
    "a folder that is a link": (linked_folder, "id", "is a link"),
    "a pipe": (pipe, TITLE, "is no file"),
    "unknown clip": (put("id/choosing.tittle.wav", tone()), "id/choosing.tittle.wav", f"Did you mean {TITLE}?"),
    "unknown village": (put(f"id/{OTHER}/candidate.1.wav", tone()), f"id/{OTHER}/candidate.1.wav", "Did you mean"),
    "unknown candidate": (put(f"id/{VILLAGE}/candidate.9.wav", tone()), f"id/{VILLAGE}/candidate.9.wav", "Did you"),
    "unknown language": (put("su/choosing.title.wav", tone()), "su/choosing.title.wav", "languages: en, id"),
    "in capitals": (put("id/Choosing.Title.WAV", tone()), "id/Choosing.Title.WAV", "No clip of this election"),
    "an MP3": (put("id/choosing.title.mp3", b"ID3"), "id/choosing.title.mp3", "Only WAV files"),
    "missing clip": (lambda folder: (folder / TITLE).unlink(), TITLE, "is missing"),
    "missing language": (lambda folder: shutil.rmtree(folder / "en"), "en", "has no clip, and others have"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_with_a_clip_is_told_with_its_file(what: str, source: Path) -> None:
    change, where, says = BAD[what]
    change(source / "audio")
    wrong = refusals(source)
    assert says in wrong[f"audio/{where}"], wrong
    if what != "a folder that is a link":
        assert len(wrong) == 1
    workspace = source.parent / "workspace"
    assert district("new", source, workspace).returncode == 1
    assert not workspace.exists()


def test_all_faults_are_told_at_once_with_those_of_the_tables(source: Path) -> None:
    put(TITLE, b"")(source / "audio")
    put("en/dark.on.wav", tone(bits=8))(source / "audio")
    put("id/nobody.wav", tone())(source / "audio")
    (source / "audio" / "id" / "dark.off.wav").unlink()
    edit(source, "booths.csv", "34.04.01.2001,1,2,48", "34.04.01.2001,1,2,no")
    places = {"id/choosing.title.wav", "en/dark.on.wav", "id/nobody.wav", "id/dark.off.wav"}
    assert refusals(source).keys() == {"booths.csv:3 (voters)", *(f"audio/{place}" for place in places)}


# Which of these the command itself mends by making the clip, and what else it says.
MENDED = {"missing clip", "missing language"}


@pytest.mark.parametrize("what", BAD)
def test_the_command_tells_the_same_and_overwrites_nothing(what: str, source: Path) -> None:
    change, where, says = BAD[what]
    change(source / "audio")
    file = source / "audio" / where
    before = file.read_bytes() if file.is_file() and what != "a gigabyte" else None
    told = audio(source, status=0 if what in MENDED else 1)
    if what not in MENDED:
        assert says in {fault["file"]: fault["en"] for fault in told["lacking"]}[f"audio/{where}"]
        assert before is None or file.read_bytes() == before
    assert told["made"] == ([TITLE] if what == "missing clip" else told["made"])


@pytest.mark.parametrize("what", sorted(BAD.keys() - MENDED - {"24 bit", "stereo", "48 kHz"}))
def test_with_one_bad_recording_nothing_is_taken(what: str, source: Path, tmp_path: Path) -> None:
    change, where, says = BAD[what]
    studio = tmp_path / "studio"
    put(TITLE, tone(1.1))(studio)
    put("en/choosing.title.wav", tone(1.2))(studio)
    change(studio)
    before = bytes_of(source)
    ran = district("audio", source, "--recorded", studio)
    assert ran.returncode == 1
    heard_of = "more than 64 MiB" if what == "a gigabyte" else says
    assert f"studio/{where}: " in ran.stderr
    assert heard_of in ran.stderr
    assert bytes_of(source) == before


def test_a_folder_of_recordings_that_is_not_there(source: Path) -> None:
    ran = district("audio", source, "--recorded", source / "nowhere")
    assert ran.returncode == 1
    assert "is no folder" in ran.stderr


def test_recordings_of_everything_need_no_synthesizer(
    voiced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = changed_sample(tmp_path / "source")
    studio = Path(shutil.copytree(voiced / "audio", tmp_path / "studio"))
    (studio / "index.json").unlink()
    monkeypatch.setenv("PATH", "")
    assert len(audio(source, "--recorded", studio)["taken"]) == ALL
    assert len(read_source(source).election.clips) == ALL


def test_an_index_that_nobody_can_read_is_told(source: Path) -> None:
    (source / "audio" / "index.json").write_text("{}", encoding="utf-8")
    assert refusals(source).keys() == {"audio/index.json"}
    assert district("audio", source).returncode == 1


class Killed(BaseException):
    """The process ended there."""


def killed_after(calls: int, folder: Path) -> bool:
    """Runs the command's work until it has changed so many things; whether it was killed."""
    left = calls

    def counted(change: Callable[..., None]) -> Callable[..., None]:
        def call(path: Path, *arguments: object, **options: object) -> None:
            nonlocal left
            if folder in path.parents:
                left -= 1
                if left < 0:
                    raise Killed
            change(path, *arguments, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narration, "write_whole", counted(narration.write_whole))
        patch.setattr(Path, "unlink", counted(Path.unlink))
        try:
            narration.make_clips(folder, None, lambda *_: None)
        except Killed:
            return True
    return False


def test_a_run_that_was_killed_leaves_no_clip_of_unknown_text(source: Path, tmp_path: Path) -> None:
    """Killed at each of its changes: whatever lies there then is right, missing, or known to be wrong."""
    names = {FIRST, f"en/{VILLAGE}/candidate.1.wav"}
    edit(source, "candidates.csv", "Suryadi Wirapraja", "Suryadi Wiraguna")
    right = Path(shutil.copytree(source, tmp_path / "right"))
    audio(right)
    whole = bytes_of(right)
    points = 0
    while killed_after(points, folder := Path(shutil.copytree(source, tmp_path / f"killed-{points}"))):
        there = bytes_of(folder)
        wrong = {path for path in names if there.get(path) != whole[path]}
        assert refusals(folder).keys() == {f"audio/{path}" for path in wrong}
        audio(folder)
        assert bytes_of(folder) == whole
        points += 1
    assert points == 2 + 1 + 2
