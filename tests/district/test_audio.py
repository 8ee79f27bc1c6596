"""What voters hear, made before the election: by a real espeak-ng, judged by the standard library and by soxi."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from config.errors import InputError
from config.package import read_package
from config.record import encode, sha256
from config.rootkey import Passphrase
from config.source import read_source
from config.words import AUDIO, heard_in
from sync.district.workspace import Workspace
from tests.district.election import PASSPHRASE, Made, changed_sample, district, done, prepared, with_audio
from tests.district.voices import (
    ALL,
    COMMON,
    FIRST,
    TITLE,
    VILLAGE,
    audio,
    bytes_of,
    edit,
    refusals,
    two_villages,
)
from tests.sounds import heard, wav


def test_every_clip_is_sound_that_others_read_alike(voiced: Path) -> None:
    clips = sorted((voiced / "audio").rglob("*.wav"))
    assert len(clips) == ALL
    for flag, said in {"-r": "22050", "-c": "1", "-b": "16", "-e": "Signed Integer PCM"}.items():
        judged = subprocess.run(["soxi", flag, *clips], check=True, capture_output=True, text=True)
        assert set(judged.stdout.split("\n")) == {said, ""}, flag
    for clip in clips:
        samples = heard(clip.read_bytes())
        assert 0.5 < len(samples) / 22_050 < 25, clip
        assert 5_000 < max(map(abs, samples)) < 32_767, clip
    # Nothing but sound: a head of 44 bytes and the samples.
    assert all(clip.stat().st_size == 44 + 2 * len(heard(clip.read_bytes())) for clip in clips[:5])


def test_the_same_election_sounds_the_same(voiced: Path, tmp_path: Path) -> None:
    again = with_audio(changed_sample(tmp_path / "again"))
    assert bytes_of(again) == bytes_of(voiced)


def test_two_sentences_sound_different_and_two_languages_too(voiced: Path) -> None:
    clips = [path.read_bytes() for path in (voiced / "audio").rglob("*.wav")]
    assert len({sha256(clip) for clip in clips}) == len(clips)


def test_a_name_is_spoken_by_the_indonesian_voice_in_english_too(voiced: Path, tmp_path: Path) -> None:
    """An English voice would say another name; the judge is the program itself, asked for the name alone."""
    alone = tmp_path / "name.wav"
    subprocess.run(
        ["espeak-ng", "-v", "id", "-s", "122", "-b", "1", "-z", "-w", alone, "Suryadi Wirapraja"],
        check=True,
        timeout=30,
    )
    name = heard(alone.read_bytes()).tobytes()
    clip = heard((voiced / "audio" / "en" / VILLAGE / "candidate.1.wav").read_bytes()).tobytes()
    assert clip.endswith(name)
    assert len(clip) > len(name) + 22_050


def test_a_second_run_leaves_all_as_it_is(source: Path) -> None:
    before = bytes_of(source)
    told = audio(source)
    assert (len(told["kept"]), told["made"], told["recorded"]) == (ALL, [], [])
    assert bytes_of(source) == before


def test_a_changed_name_is_found_and_made_anew_and_nothing_else(source: Path) -> None:
    before = bytes_of(source)
    edit(source, "candidates.csv", "Suryadi Wirapraja", "Suryadi Wiraguna")
    wrong = refusals(source)
    assert wrong.keys() == {f"audio/{FIRST}", f"audio/en/{VILLAGE}/candidate.1.wav"}
    assert "says 'Nomor 1. Suryadi Wirapraja.' and must say 'Nomor 1. Suryadi Wiraguna.'" in wrong[f"audio/{FIRST}"]
    assert sorted(audio(source)["made"]) == [f"en/{VILLAGE}/candidate.1.wav", FIRST]
    after = bytes_of(source)
    assert {path for path in after if after[path] != before[path]} == {
        FIRST,
        f"en/{VILLAGE}/candidate.1.wav",
        "index.json",
    }
    read_source(source)


def test_a_lost_clip_is_told_and_made_again(source: Path) -> None:
    before = bytes_of(source)
    (source / "audio" / TITLE).unlink()
    assert "This clip is missing; it says 'Tentukan pilihan Anda.'" in refusals(source)[f"audio/{TITLE}"]
    assert audio(source)["made"] == [TITLE]
    assert bytes_of(source) == before


def test_a_candidate_who_left_takes_the_clip_along(source: Path) -> None:
    edit(source, "candidates.csv", "34.04.01.2001,3,Bagus Adinugraha,3-bagus-adinugraha.png\n", "")
    assert refusals(source).keys() == {f"audio/{code}/{VILLAGE}/candidate.3.wav" for code in ("id", "en")}
    assert audio(source)["removed"] == [f"{code}/{VILLAGE}/candidate.3.wav" for code in ("en", "id")]
    read_source(source)


@pytest.mark.parametrize("name", ["محمد رشيد", "ꦲꦤꦕꦫꦏ"])
def test_a_name_that_no_voice_reads_is_never_left_out_of_its_clip(name: str, source: Path) -> None:
    """The synthesizer says nothing of Javanese letters and spells Arabic ones: the clip would name nobody."""
    edit(source, "candidates.csv", "Suryadi Wirapraja", name)
    lacking = audio(source, status=1)["lacking"]
    assert [fault["file"] for fault in lacking] == [
        f"audio/{FIRST}",
        f"audio/en/{VILLAGE}/candidate.1.wav",
    ]
    assert all("--recorded" in fault["en"] and "--recorded" in fault["id"] for fault in lacking)
    # What said the earlier name is still known as such, and still refused.
    assert refusals(source).keys() == {fault["file"] for fault in lacking}


def test_text_is_never_an_option_a_command_or_the_programs_own_notation(source: Path, tmp_path: Path) -> None:
    own = source / "words" / "id"
    own.mkdir(parents=True)
    said = "$(touch stolen) `id` --path=/ [[a_]] ; Layar gelap."
    text = heard_in("id").decode().replace('"Layar gelap."', f'"{said}"')
    (own / AUDIO).write_text(text, encoding="utf-8")
    here = Path.cwd()
    assert audio(source)["made"] == ["id/dark.on.wav"]
    assert not (here / "stolen").exists()
    alone = tmp_path / "said.wav"
    plain = said.replace("[", " ").replace("]", " ")
    subprocess.run(
        ["espeak-ng", "-v", "id", "-s", "122", "-b", "1", "-z", "-w", alone, "--", plain], check=True, timeout=30
    )
    assert heard((source / "audio/id/dark.on.wav").read_bytes()) == heard(alone.read_bytes())


def test_without_the_synthesizer_the_sentence_says_what_to_install(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert audio(source)["made"] == []
    before = bytes_of(source)
    (source / "audio" / TITLE).unlink()
    ran = district("audio", source)
    assert ran.returncode == 1
    assert "apt-get install espeak-ng" in ran.stderr
    del before[TITLE]
    assert bytes_of(source) == before


def test_a_language_without_a_voice_is_a_draft_and_no_official_election_takes_it(tmp_path: Path) -> None:
    source = changed_sample(tmp_path / "source", languages=["id", "jv"])
    ran = district("audio", source)
    assert ran.returncode == 0, ran.stderr
    assert f"jv: {COMMON + 3} klip dibacakan suara bahasa lain" in ran.stdout
    assert "let speakers record them" in ran.stdout
    read_source(source)
    edit(source, "election.toml", 'mode = "rehearsal"', 'mode = "official"')
    for name in ("voter.po", "faults.po"):
        (source / "words" / "jv").mkdir(parents=True, exist_ok=True)
        reviewed = Path("config/words/jv", name).read_text(encoding="utf-8").replace("#, fuzzy\n", "")
        (source / "words" / "jv" / name).write_text(reviewed, encoding="utf-8")
    wrong = refusals(source)
    assert wrong.keys() == {"words/jv/audio.po", "audio/jv"}
    assert f"{COMMON + 3} clips are drafts" in wrong["audio/jv"]
    (source / "words/jv" / AUDIO).write_text(heard_in("jv").decode().replace("#, fuzzy\n", ""), encoding="utf-8")
    studio = Path(shutil.copytree(source / "audio" / "jv", tmp_path / "studio" / "jv")).parent
    again = audio(source, "--recorded", studio)
    assert (again["taken"], len(again["drafts"])) == ([], COMMON + 3), "a copy is no recording"
    for clip in studio.rglob("*.wav"):
        clip.write_bytes(wav(heard(clip.read_bytes()).tobytes() + bytes(2_000)))
    assert len(audio(source, "--recorded", studio)["taken"]) == COMMON + 3
    assert len(read_source(source).election.villages[0].audio["jv"]) == COMMON + 3


def test_an_official_election_with_both_whole_languages_takes_synthesized_clips(tmp_path: Path) -> None:
    source = with_audio(changed_sample(tmp_path / "source", mode="official"))
    assert len(read_source(source).election.clips) == ALL


# In packages


@pytest.fixture(scope="module")
def speaking(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An election of two villages with audio, up to its packages; not to be changed."""
    folder = tmp_path_factory.mktemp("speaking")
    return prepared(folder / "made", with_audio(two_villages(folder / "source")))


def booths(made: Made) -> dict[str, Path]:
    return {path.name: path / "bilik" / "package" for path in sorted(made.sticks.glob("[0-9]*"))}


def test_two_villages_names_do_not_mix(speaking: Made) -> None:
    folder = speaking.folder.parent / "source" / "audio"
    for booth, path in booths(speaking).items():
        manifest, files = (package := read_package(path)).manifest, package.files
        village = booth[:13]
        for language in ("id", "en"):
            said = {clip: files[name] for clip, name in manifest.audio[language].items()}
            own = {clip: data for clip, data in said.items() if clip.startswith("candidate.")}
            assert own == {path.stem: path.read_bytes() for path in (folder / language / village).iterdir()}, booth
            assert {clip: data for clip, data in said.items() if clip not in own} == {
                path.stem: path.read_bytes() for path in (folder / language).glob("*.wav")
            }
            other = {path.read_bytes() for path in (folder / language).glob("34.*/*") if path.parent.name != village}
            assert len(other) in (2, 3)
            assert not other & set(files.values())


def test_clips_are_stored_once_in_workspace_and_package(speaking: Made) -> None:
    clips = {sha256(path.read_bytes()) for path in (speaking.folder.parent / "source" / "audio").rglob("*.wav")}
    assert len(clips) == 2 * (COMMON + 3 + 2)
    assets = sorted(path.name for path in (speaking.workspace / "assets").iterdir())
    assert clips <= set(assets)
    for path in booths(speaking).values():
        package = read_package(path)
        named = [name for said in package.manifest.audio.values() for name in said.values()]
        assert len(named) == len(set(named))
        assert set(named) <= clips
        assert sorted(package.manifest.files) == sorted(file.name for file in (path / "files").iterdir())


def test_packages_are_kept_when_they_are_asked_for_again(speaking: Made, tmp_path: Path) -> None:
    done("package", speaking.workspace, "--all", tmp_path / "again")
    for booth, path in booths(speaking).items():
        again = read_package(tmp_path / "again" / booth / "bilik" / "package")
        assert again.manifest_bytes == read_package(path).manifest_bytes


def test_a_clip_that_was_tampered_with_is_noticed(speaking: Made, tmp_path: Path) -> None:
    """Another candidate's clip in the place of the first one's: on a stick, and in the workspace."""
    made = speaking.copy(tmp_path / "made")
    path = booths(made)[f"{VILLAGE}-001-1"]
    said = read_package(path).manifest.audio["id"]
    first, second = said["candidate.1"], said["candidate.2"]
    shutil.copy(path / "files" / second, path / "files" / first)
    ran = district("verify", path)
    with pytest.raises(InputError, match=f"files/{first[:12]}… was changed"):
        read_package(path)
    assert ran.returncode != 0
    shutil.copy(made.workspace / "assets" / second, made.workspace / "assets" / first)
    ran = district("package", made.workspace, "--all", tmp_path / "again")
    assert ran.returncode == 1
    assert f"assets/{first[:12]}…" in ran.stderr
    assert "berubah" in ran.stderr


Audio = dict[str, dict[str, str]]

MISFITS: dict[str, Callable[[Audio], object]] = {
    "a candidate without a name": lambda audio: [said.pop("candidate.2") for said in audio.values()],
    "a name without a candidate": lambda audio: [
        said.update({"candidate.9": said["dark.on"]}) for said in audio.values()
    ],
    "a language without a sentence": lambda audio: audio["en"].pop("dark.on"),
    "a language without any": lambda audio: audio.pop("en"),
}


@pytest.mark.parametrize("what", MISFITS)
def test_a_package_that_would_lead_a_voter_half_of_the_way_is_refused(
    what: str, speaking: Made, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(booths(speaking)[f"{VILLAGE}-001-1"], tmp_path / "package"))
    package = read_package(folder)
    audio = {language: dict(said) for language, said in package.manifest.audio.items()}
    MISFITS[what](audio)
    manifest = msgspec.structs.replace(package.manifest, audio=audio)
    ballot, named = manifest.ballot, {name for said in audio.values() for name in said.values()}
    named |= {ballot.election, ballot.trustees, ballot.credentials, manifest.secrets.file, *manifest.words.values()}
    named |= {candidate.photo for candidate in manifest.candidates}
    files = {name: size for name, size in manifest.files.items() if name in named}
    data = encode(msgspec.structs.replace(manifest, files=files))
    (folder / "manifest.json").write_bytes(data)
    root = Workspace(speaking.workspace).unlock(Passphrase(PASSPHRASE))
    (folder / "manifest.json.minisig").write_bytes(root.sign(data, "a test"))
    with pytest.raises(InputError, match="do not belong together"):
        read_package(folder)


def test_the_workspaces_own_copy_is_checked_too(speaking: Made, tmp_path: Path) -> None:
    made = speaking.copy(tmp_path / "made")
    folder = made.workspace / "source" / "audio" / "id" / VILLAGE
    (folder / "candidate.1.wav").write_bytes((folder / "candidate.2.wav").read_bytes())
    checked = district("check", made.workspace)
    assert checked.returncode == 1
    assert "made before this changed: audio" in checked.stdout


def test_an_election_without_audio_is_spelled_as_it_always_was(election: Made) -> None:
    for path in booths(election).values():
        package = read_package(path)
        assert package.manifest.audio == {}
        assert b'"audio"' not in package.manifest_bytes
