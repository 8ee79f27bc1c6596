"""The stick: there, gone, full, write-protected, or a liar."""

import errno
import os
from pathlib import Path

import pytest

from sync import media
from sync.media import NoPackage, Stick, StickDamaged, StickFull, StickGone

NAME = "34.04.01.2001-001-1.batch"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where sticks are mounted: a link that the twin sets and removes."""
    (tmp_path / "stick").mkdir()
    (tmp_path / "place").symlink_to(tmp_path / "stick")
    return tmp_path / "place"


def test_a_batch_is_written_whole_and_again(place: Path) -> None:
    stick = Stick(place)
    assert stick.present()
    for _ in range(2):
        file = stick.write_batch(NAME, b"batch")
    assert file.read_bytes() == b"batch"
    assert [path.name for path in file.parent.iterdir()] == [NAME]


def test_a_pulled_stick(place: Path) -> None:
    stick = Stick(place)
    place.unlink()
    assert not stick.present()
    for deed in (lambda: stick.write_batch(NAME, b""), lambda: stick.package_folder):
        with pytest.raises(StickGone):
            deed()
    assert not place.exists(), "nothing was written where the stick should be"


def test_pulled_while_writing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pulled(_: int) -> None:
        place.unlink()
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", pulled)
    with pytest.raises(StickGone):
        Stick(place).write_batch(NAME, b"batch")


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_stick_that_takes_no_more(place: Path, monkeypatch: pytest.MonkeyPatch, fault: int) -> None:
    stick = Stick(place)
    stick.write_batch(NAME, b"before")

    def fails(_: int) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(StickFull, match=os.strerror(fault)):
        stick.write_batch(NAME, b"after")
    monkeypatch.undo()
    folder = place / "bilik" / "batch"
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [(NAME, b"before")]


def test_a_stick_that_does_not_give_back(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "_read_from_medium", lambda _: b"rubbish")
    with pytest.raises(StickDamaged):
        Stick(place).write_batch(NAME, b"batch")


def test_evidence_of_two_devices_lies_side_by_side_and_what_was_cut_is_finished(place: Path) -> None:
    stick = Stick(place)
    one, other = ({"store/store.db": name, "certificate.json": b"both"} for name in (b"one", b"other"))
    cut = place / "bilik" / "evidence" / "1" / "certificate.json"
    cut.parent.mkdir(parents=True)
    cut.write_bytes(b"both")
    for files in (one, other, one, other):
        stick.write_evidence(files)
    folders = {folder.name: folder for folder in (place / "bilik" / "evidence").iterdir()}
    assert sorted(folders) == ["1", "2"]
    for number, files in (("1", one), ("2", other)):
        found = {path: path.read_bytes() for path in folders[number].rglob("*") if path.is_file()}
        assert found == {folders[number] / name: data for name, data in files.items()}
    place.unlink()
    with pytest.raises(StickGone):
        stick.write_evidence(one)


def test_what_is_destroyed_does_not_come_back_with_a_power_cut(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = place / "bilik" / "package" / "files"
    files.mkdir(parents=True)
    (files.parent / "manifest.json").touch()
    (files / "secrets").touch()
    synced = []

    def noted(file: int) -> None:
        folder = Path(f"/proc/self/fd/{file}").resolve()
        synced.append((folder, list(folder.iterdir())))

    monkeypatch.setattr(os, "fsync", noted)
    Stick(place).destroy("secrets")
    assert synced == [(files.resolve(), [])]


def test_the_package_is_found(place: Path) -> None:
    with pytest.raises(NoPackage):
        _ = Stick(place).package_folder
    folder = place / "bilik" / "package"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes(b"{}")
    assert Stick(place).package_folder == folder


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a\nb"])
def test_names_are_plain(place: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        Stick(place).write_batch(name, b"")
