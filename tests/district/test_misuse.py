"""Wrong use of a command is told in both languages, and nothing of one inside the other."""

from pathlib import Path

import pytest

from sync.district.__main__ import run
from tests.district.election import Made

WRONG = {
    "unknown command": ("resluts", "Perintah 'resluts' tidak ada. Maksudnya 'results'?"),
    "unknown option": ("cards list W --jzon", "Pilihan '--jzon' tidak ada. Maksudnya '--json'?"),
    "unknown option, nothing like it": ("results W --zzz", "Pilihan '--zzz' tidak ada."),
    "several like it": ("package W --al", "(Maksudnya salah satu dari: '--all', '--help'?)"),
    "no argument": ("import", "'WORKSPACE' belum disebutkan."),
    "no option": ("decide W BOOTH --tape AAAA --reason R", "Pilihan '--by' belum disebutkan."),
    "too many arguments": ("new a b c", "Ada yang berlebih: c."),
    "option without its value": ("package W --all", "Pilihan '--all' memerlukan nilai sesudahnya."),
    "flag with a value": ("import W P --watch=3", "Pilihan '--watch' tidak memakai nilai."),
    "not one of": ("cards issue W --role king", "Nilai untuk '--role' keliru: 'king' tidak termasuk 'officers',"),
    "no such path": ("verify nowhere", "Nilai untuk 'PATHS...' keliru: 'nowhere' tidak ada."),
    "no number": ("slips keep W --booth B --votes 1 --envelope x --by A", "'x' bukan bilangan bulat."),
    "number out of range": ("slips keep W --booth B --votes 1 --envelope -1 --by A", "-1 di luar batas 0<=x<=1000000."),
    "no source": ("words nowhere", "nowhere bukan folder. Sebutkan folder sumber pemilihan."),
    "no language": ("words . --begin JV", "--begin memerlukan dua atau tiga huruf kecil"),
    "two forms": ("results W --json --csv", "Pilih satu saja: --json, --csv, --xlsx, atau --nist."),
    "neither tape nor paper": ("decide W B --by A --reason R", "Sebutkan --tape atau --paper."),
    "no root key": ("verify . --root nokey", "--root memerlukan baris kunci publik minisign"),
}


@pytest.mark.parametrize(("typed", "told"), WRONG.values(), ids=WRONG.keys())
def test_it_is_told_in_both_languages(
    typed: str,
    told: str,
    election: Made,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    (tmp_path / "W").symlink_to(election.workspace)
    assert run(typed.split()) == 2
    indonesian, english = capsys.readouterr().err.strip().splitlines()
    assert indonesian.startswith("Perintah dipakai keliru: ")
    assert told in indonesian
    assert english.strip().startswith("Wrong use: ")
    assert not ENGLISH & set(indonesian.replace("'", " ").split())


ENGLISH = {"No", "Missing", "Invalid", "Option", "Got", "Did", "is", "not", "does", "the", "of", "or", "with"}
