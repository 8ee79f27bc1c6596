"""The search for what must not stand in clear finds it: in files, in their middle, in logs and beside them."""

from pathlib import Path

import pytest
from PIL import Image

from config.secret import Choice, Key
from printer.escpos import render
from printer.profiles import TM_80
from sync.mark import new_mark
from tests.robot.reading import SlipReader, painted
from tests.torture.clear import needles, search
from tests.torture.ground import NAMES, Ground
from tests.torture.scene import Scene

SECRET = bytes(range(32))
PLACES = ("data/store/store.db-journal", "stick/bilik/evidence/1/store/x", "stick/.trash", "tmp/pip/core", "log")


@pytest.fixture
def scene(ground: Ground, tmp_path: Path) -> Scene:
    scene = Scene(ground, tmp_path / "scene", None)
    scene.log.write_bytes(b"")
    return scene


@pytest.fixture
def printed(ground: Ground, scene: Scene) -> bytes:
    """A slip as it goes over the line; its paper hangs at the printer."""
    reader = SlipReader(ground.package)
    manifest = ground.package.manifest
    mark = new_mark(Key(SECRET), manifest.ballot.uuid, manifest.place.booth_id, Choice(1))
    document = reader.document(1, mark)
    paper = scene.desk / "paper" / "box"
    paper.mkdir(parents=True)
    picture: Image.Image = painted(document, TM_80)[0]
    picture.save(paper / "one.png")
    return render(document, TM_80).reveal()


def test_a_scene_as_the_district_made_it_is_clean(ground: Ground, scene: Scene) -> None:
    assert search(scene, needles(ground, keys=(SECRET,))) == []


@pytest.mark.parametrize("place", PLACES)
def test_whatever_is_planted_is_found(ground: Ground, scene: Scene, printed: bytes, place: str) -> None:
    what = needles(ground, papers=scene.desk / "paper", keys=(SECRET,))
    assert any(name.startswith("mark") for name in what)
    file = scene.folder / place
    file.parent.mkdir(parents=True, exist_ok=True)
    for name, needle in what.items():
        file.write_bytes(b"\0" * 4093 + needle + b"\xff" * 9)
        assert any(sentence.startswith(f"{name} stands in clear in {place}") for sentence in search(scene, what))
    file.write_bytes(printed)
    assert f"the name {NAMES[0].split()[1]} stands in clear in {place}" in search(scene, what)
    file.write_bytes(b"\0" * 9000)
    assert search(scene, what) == []


def test_a_batch_may_hold_names_and_openings_but_no_mark_and_no_key(
    ground: Ground, scene: Scene, printed: bytes
) -> None:
    what = needles(ground, papers=scene.desk / "paper", keys=(SECRET,))
    file = scene.data / "batch" / "x.batch"
    file.parent.mkdir()
    file.write_bytes(b"".join(needle for name, needle in what.items() if not name.startswith(("mark", "key"))))
    assert search(scene, what) == []
    file.write_bytes(b"".join(what.values()))
    assert {sentence.split(" ")[0] for sentence in search(scene, what)} == {"mark", "key"}
