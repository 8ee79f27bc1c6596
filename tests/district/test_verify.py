"""``verify``: for anybody, with or without a root key, whatever the bytes."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.district.inspection import inspect_file
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, Made, district, done, process


@pytest.fixture(scope="module")
def folder(election: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a district hands on: packages, batches, archives."""
    made = tmp_path_factory.mktemp("published")
    shutil.copytree(election.sticks, made / "sticks")
    for booth in BOOTHS[:2]:
        day = election.day(booth)
        (made / f"{booth}.batch").write_bytes(day.batch())
        (made / f"{booth}.bel").write_bytes(day.archive)
    return made


def test_up_to_the_root_that_was_named(election: Made, other_election: Made, folder: Path) -> None:
    root = Workspace(election.workspace).root
    ran = process("verify", "--root", root.text, folder)
    assert ran.returncode == 0, ran.stdout
    assert f"7 were checked up to the root key {root.fingerprint} that you named" in ran.stdout
    wrong = district("verify", "--root", other_election.workspace / "root.pub", folder)
    assert wrong.returncode == 1
    assert wrong.stdout.count("signed by another root key") == 3
    assert wrong.stdout.count("✓") == 0
    assert "no package of the booth signed by that root key is here" in " ".join(wrong.stdout.split())
    for nonsense in ("nonsense", folder / "not-there.pub"):
        ran = district("verify", "--root", nonsense, folder)
        assert ran.returncode == 2
        assert "--root" in ran.stderr


def test_without_a_root_it_says_so(folder: Path) -> None:
    assert "came with the package itself" in done("verify", folder)
    alone = done("verify", folder / f"{BOOTHS[0]}.batch", folder / f"{BOOTHS[0]}.bel")
    assert "2 (○) could only be checked in themselves" in alone
    told = json.loads(done("verify", "--json", folder / f"{BOOTHS[0]}.bel"))
    assert told[0]["result"] == [1, 1, 2, 1]
    assert (told[0]["checked_to"], told[0]["valid"]) == ("itself", True)


def test_a_package_without_its_signature_is_refused_by_name(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "published")
    (tmp_path / "published/sticks" / BOOTHS[0] / "bilik/package/manifest.json.minisig").unlink()
    ran = district("verify", tmp_path / "published")
    assert ran.returncode == 1
    assert "manifest.json.minisig cannot be read" in ran.stdout


def test_an_archive_is_no_batch_and_a_batch_without_result_says_so(
    folder: Path, election: Made, tmp_path: Path
) -> None:
    ran = district("import", election.workspace, folder / f"{BOOTHS[0]}.bel")
    assert ran.returncode == 1
    assert "This is an archive (.bel) and no batch" in " ".join(ran.stdout.split())
    (tmp_path / "x.batch").write_bytes(election.day(BOOTHS[1], with_committee=False).batch())
    assert "tanpa hasil / without result" in done("verify", tmp_path / "x.batch")


def test_a_stick_after_closing_has_no_secrets_and_is_still_valid(folder: Path, election: Made, tmp_path: Path) -> None:
    shutil.copytree(folder / "sticks", tmp_path / "sticks")
    package = tmp_path / "sticks" / BOOTHS[0] / "bilik" / "package"
    secrets = election.package(BOOTHS[0]).manifest.secrets.file
    (package / "files" / secrets).write_bytes(b"changed")
    assert district("verify", tmp_path).returncode == 1
    (package / "files" / secrets).unlink()
    done("verify", tmp_path)


def test_each_reason_names_the_file_and_the_record(folder: Path, tmp_path: Path) -> None:
    data = bytearray((folder / f"{BOOTHS[0]}.bel").read_bytes())
    data[6000] ^= 1
    (tmp_path / "changed.bel").write_bytes(data)
    ran = district("verify", tmp_path)
    assert ran.returncode == 1
    lines = [line for line in ran.stdout.splitlines() if line.startswith("✗ ")]
    assert lines
    assert all(f"{tmp_path}/changed.bel: " in line for line in lines)
    assert district("verify", tmp_path / "nothing").returncode == 2
    (tmp_path / "changed.bel").unlink()
    assert district("verify", tmp_path).returncode == 2, "nothing verified is not a success"


def test_a_signed_batch_with_a_lie_is_refused_even_without_its_package(election: Made, tmp_path: Path) -> None:
    day = election.day()
    day.change(result=(5, 0, 0, 0))
    (tmp_path / "x.batch").write_bytes(day.batch())
    ran = district("verify", tmp_path)
    assert ran.returncode == 1
    assert "not that of the archive" in ran.stdout


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_bytes_it_answers(folder: Path, tmp_path: Path, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from((".batch", ".bel")))
    good = (folder / f"{BOOTHS[0]}{kind}").read_bytes()
    place = data.draw(st.integers(0, len(good) - 1))
    patch = data.draw(st.binary(min_size=1, max_size=12))
    cut = data.draw(st.sampled_from((0, 1, 512, len(patch))))
    changed = good[:place] + patch + good[place + cut :]
    file = tmp_path / f"x{data.draw(st.sampled_from((kind, '', '.bin')))}"
    file.write_bytes(changed)
    inspected = inspect_file(file, [])
    assert inspected.valid == (changed == good)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=2000), suffix=st.sampled_from((".bel", ".batch", "")))
def test_junk_is_refused(tmp_path: Path, junk: bytes, suffix: str) -> None:
    file = tmp_path / f"junk{suffix}"
    file.write_bytes(junk)
    inspected = inspect_file(file, [])
    assert not inspected.valid
    assert all(reason.en and reason.id for reason in inspected.reasons)


def test_folders_without_end_and_pipes_are_refused(folder: Path, tmp_path: Path) -> None:
    deep = tmp_path / "deep"
    deep.mkdir()
    place = os.open(deep, os.O_RDONLY)
    for _ in range(1500):  # deeper than any path can say
        os.mkdir("d", dir_fd=place)
        inner = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)
    shutil.copy(folder / f"{BOOTHS[0]}.bel", deep)
    ran = process("verify", deep)
    assert ran.returncode == 1
    assert "more than 24 deep" in ran.stdout
    assert f"{BOOTHS[0]}.bel" in ran.stdout
    assert "Traceback" not in ran.stderr
    os.mkfifo(tmp_path / "x.bel")
    ran = process("verify", tmp_path / "x.bel")
    assert (ran.returncode, "no plain file" in ran.stdout) == (1, True)
    subprocess.run(["rm", "-rf", deep], check=True)
