"""What a device runs is said by screens, papers, log and batch alike, and anybody can make the same hash."""

import subprocess

import pytest

from booth import day
from booth.running import running, software_hash
from booth.views import CardWanted
from config.record import fingerprint_of
from sync import batch as batches
from sync.log import Kind, check
from tests.booth.rig import BOOTH
from tests.house.tree import ROOT
from tests.printer.papers import texts

ROOT_HASH = "b71c0d55e2f4a963" * 4
BY_HAND = r"""
find booth config printer sync -type f ! -path '*/__pycache__/*' | grep -vE \
    '^(booth/desk|config/cards/virtual|config/sample|printer/virtual|sync/district)/' |
    LC_ALL=C sort | xargs sha256sum | sha256sum
"""


def test_the_hash_of_the_software_is_what_anybody_can_make():
    """The very words of docs/formats/batch.md."""
    page = (ROOT / "docs" / "formats" / "batch.md").read_text()
    assert BY_HAND.strip() in page
    made = subprocess.run(["sh", "-c", BY_HAND], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert made.split() == [software_hash(), "-"]


def test_one_changed_byte_of_the_software_is_another_hash(tmp_path):
    for room in ("booth", "sync"):
        (tmp_path / room / "district").mkdir(parents=True)
    program = tmp_path / "booth" / "casting.py"
    program.write_bytes(b"cast = 1")
    before = software_hash(tmp_path)
    (tmp_path / "sync" / "district" / "ledger.py").write_bytes(b"what no appliance runs")
    (tmp_path / "booth" / "__pycache__").mkdir()
    (tmp_path / "booth" / "__pycache__" / "casting.pyc").write_bytes(b"made from what is counted")
    software_hash.cache_clear()
    assert software_hash(tmp_path) == before
    program.write_bytes(b"cast = 2")
    software_hash.cache_clear()
    assert software_hash(tmp_path) != before


@pytest.mark.parametrize(
    ("told", "image"),
    [
        (ROOT_HASH.encode(), ROOT_HASH),
        (ROOT_HASH.encode() + b"\n", ROOT_HASH),
        (b"", None),
        (ROOT_HASH[:-1].encode(), None),
        (ROOT_HASH.upper().encode(), None),
        (b"\xff" * 64, None),
        (f"{ROOT_HASH} {ROOT_HASH}".encode(), None),
    ],
)
def test_only_a_root_hash_counts_as_an_image(tmp_path, told, image):
    (tmp_path / "image").write_bytes(told)
    assert running(tmp_path / "image").image == image


def test_without_the_first_stages_word_it_is_no_image(tmp_path):
    assert running(tmp_path / "image").image is None
    assert running(tmp_path).image is None


def said(document) -> str:
    """A paper's text without blanks: hashes are broken into groups."""
    return "".join(texts(document).split())


def test_screen_papers_log_and_batch_say_the_same(rig, monkeypatch):
    papers, render = [], day.render
    monkeypatch.setattr(day, "render", lambda document, profile: papers.append(document) or render(document, profile))
    (rig.desk / "image").write_text(f"{ROOT_HASH}\n")
    rig.restart()
    rig.see(CardWanted, what="ready")
    assert rig.frame.look.running == running(rig.desk / "image")
    rig.open()
    rig.vote(1)
    rig.restart()
    rig.with_pin(rig.officer)
    rig.close_polls(attended=1)
    assert len(papers) == 1 + 2
    for paper in papers:
        assert ROOT_HASH in said(paper)
        assert software_hash() in said(paper)
    batch = batches.read((rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())
    assert batch.record.running == running(rig.desk / "image")
    told = [entry for entry in check(list(batch.log)) if entry.kind in (Kind.PROVISIONED, Kind.RESTARTED)]
    assert [entry.kind for entry in told] == [Kind.PROVISIONED, Kind.RESTARTED]
    assert all(entry.facts["image"] == ROOT_HASH for entry in told)
    assert fingerprint_of(ROOT_HASH) == "B71C 0D55 E2F4 A963 B71C"
