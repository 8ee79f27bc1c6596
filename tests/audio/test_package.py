"""A booth takes a package that speaks only whole: all of its sentences, each of them sound."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from booth.provision import look_of, refuse_half_spoken
from config.errors import InputError
from config.package import Manifest, Package
from config.record import sha256
from sync.media import PACKAGE_FOLDER
from tests.audio.sounds import noise
from tests.booth.rig import BOOTH
from tests.district.a_booth import RUNNING
from tests.district.election import Made


def changed(package: Package, change: Callable[[dict[str, dict[str, str]], dict[str, bytes]], None]) -> Package:
    """The package with other clips, as a district's other release might have made it."""
    audio = {language: dict(clips) for language, clips in package.manifest.audio.items()}
    files = dict(package.files)
    change(audio, files)
    return replace(package, manifest=msgspec.structs.replace(package.manifest, audio=audio), files=files)


def without(audio: dict[str, dict[str, str]], files: dict[str, bytes]) -> None:
    for clips in audio.values():
        del clips["into-box.text"]


def cut(audio: dict[str, dict[str, str]], files: dict[str, bytes]) -> None:
    data = noise("cut")[:-1000]
    files[sha256(data)] = data
    audio["en"]["candidate.2"] = sha256(data)


def silent(audio: dict[str, dict[str, str]], files: dict[str, bytes]) -> None:
    data = noise("silent")[:44] + bytes(len(noise("silent")) - 44)
    files[sha256(data)] = data
    audio["id"]["keys.move"] = sha256(data)


WRONG: dict[str, tuple[Callable[[dict[str, dict[str, str]], dict[str, bytes]], None], str]] = {
    "a sentence is missing": (without, "no clip into-box.text in the language id"),
    "a clip is cut short": (cut, r"clip candidate.2 \(en\) cannot be played"),
    "a clip is silent": (silent, r"clip keys.move \(id\) cannot be played"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_before_the_booth_takes_it(spoken: Made, what: str) -> None:
    change, said = WRONG[what]
    with pytest.raises(InputError, match=said) as fault:
        refuse_half_spoken(changed(spoken.package(BOOTH), change))
    assert fault.value.id


def test_a_whole_one_is_taken_and_a_silent_election_too(spoken: Made) -> None:
    package = spoken.package(BOOTH)
    refuse_half_spoken(package)
    folder = spoken.sticks / BOOTH / PACKAGE_FOLDER
    assert set(look_of(package, RUNNING, folder).clips) == {"id", "en"}
    without_audio = changed(package, lambda audio, files: audio.clear())
    refuse_half_spoken(without_audio)
    assert look_of(without_audio, RUNNING, folder).clips == {}


def test_a_manifest_without_audio_is_spelled_as_before(spoken: Made) -> None:
    manifest = spoken.package(BOOTH).manifest
    bare = msgspec.json.encode(msgspec.structs.replace(manifest, audio={}))
    assert b'"audio"' not in bare
    assert msgspec.json.decode(bare, type=Manifest).audio == {}
    assert b'"audio"' in msgspec.json.encode(manifest)
