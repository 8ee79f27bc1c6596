"""A district as large as is asked for: its source folder, and a workspace that lacks nothing but its packages."""

import csv
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.registry import RegisteredCard
from config.cards.role import CardKind
from config.rootkey import Passphrase
from config.source import read_source
from config.trustees import OWNERS
from sync.district.cards import enter_all
from sync.district.holders import rehearsal_holders
from sync.district.trustees import add_trustee, make_trustee, read_request
from sync.district.workspace import Workspace
from tests.district.election import PASSPHRASE, SAMPLE

SLEMAN_2020 = (49, 1102, 415)
"""Villages, TPS of one booth each, voters a booth."""


def villages(count: int) -> list[tuple[str, str, str]]:
    """Code, kecamatan and desa of that many villages in kecamatan of three, none of which exists."""
    return [
        (f"34.04.{place // 3 + 1:02}.{2001 + place % 3}", f"Kecamatan {place // 3 + 1}", f"Desa Uji {place + 1}")
        for place in range(count)
    ]


def make_source(folder: Path, count: int, stations: int, voters: int, candidates: int = 3) -> Path:
    """The source folder of so many villages and TPS, the TPS spread evenly; every candidate has a name of its own."""
    (folder / "photos").mkdir(parents=True)
    plan = (SAMPLE / "election.toml").read_text(encoding="utf-8")
    (folder / "election.toml").write_text(plan.replace("Balecatur ", ""), encoding="utf-8")
    photos = sorted((SAMPLE / "photos").iterdir())
    for photo in photos:
        (folder / "photos" / photo.name).write_bytes(photo.read_bytes())
    listed = villages(count)
    _table(folder / "villages.csv", ("kode_wilayah", "kecamatan", "desa"), listed)
    booths = [
        (code, tps, 1, voters)
        for place, (code, _, _) in enumerate(listed)
        for tps in range(1, stations // count + (place < stations % count) + 1)
    ]
    _table(folder / "booths.csv", ("kode_wilayah", "tps", "booth", "voters"), booths)
    named = [
        (code, number, f"Calon {number} Desa {place + 1}", photos[number - 1].name)
        for place, (code, _, _) in enumerate(listed)
        for number in range(1, candidates + 1)
    ]
    _table(folder / "candidates.csv", ("kode_wilayah", "number", "name", "photo"), named)
    return folder


def ready_workspace(folder: Path, source: Path) -> Workspace:
    """A workspace with cards that nobody holds and both roles' keys: only its packages are missing."""
    workspace = Workspace.create(folder, read_source(source), Passphrase(PASSPHRASE))
    root = workspace.unlock(Passphrase(PASSPHRASE))
    cards = []
    for number, (holder, _) in enumerate(rehearsal_holders(workspace.election), 1):
        unlock, sign, unwrap = _points()
        cards.append(
            RegisteredCard(
                id=f"{number:032x}",
                kind=CardKind.SOFT,
                role=holder.role,
                holder=holder.name,
                village_code=holder.village,
                tps=holder.tps,
                unlock=unlock,
                sign=sign,
                unwrap=unwrap,
            )
        )
    enter_all(workspace, root, cards)
    request, _ = read_request(folder / "request", workspace.root)
    for role in OWNERS:
        add_trustee(workspace, make_trustee(request, role), replace=False)
    return workspace


def _points() -> list[str]:
    keys = (ec.generate_private_key(ec.SECP256R1()).public_key() for _ in range(3))
    form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return [key.public_bytes(*form).hex() for key in keys]


def _table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(columns)
        table.writerows(rows)
