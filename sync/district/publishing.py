"""What the public gets before the day: every booth's setup hash, as files that anyone can check and keep."""

import csv
import html
import io
import json
import shutil
from pathlib import Path

from config.errors import OperatorError
from config.files import put_in_place, sync_all
from config.minisign import SecretKey
from config.mode import Mode
from config.package import Place
from config.record import sha256
from printer.blocks import grouped
from sync.district.packaging import refuse_if_changed
from sync.district.workspace import Workspace

SUMS = "SHA256SUMS"
HEADS = ("Kode wilayah", "Kecamatan", "Desa", "TPS", "Bilik", "Setup (SHA-256)")
GROUPS_A_LINE = 8
COLUMNS = ("booth", "kode_wilayah", "kecamatan", "desa", "tps", "bilik", "voters", "setup_sha256")


def publish_setup(workspace: Workspace, root: SecretKey, out: Path) -> int:
    """Writes the folder ``out``, which must not be there; how many booths it lists.

    Raises OperatorError unless every booth of the plan has its package, made from the plan of today.
    """
    if out.exists():
        raise OperatorError(
            f"{out} is there already. What was published stays as it is: choose another name.",
            id=f"{out} sudah ada. Yang sudah diumumkan tidak ditimpa: pilih nama lain.",
        )
    hashes = {booth: workspace.setup_hash(booth) for booth in workspace.places}
    without = [booth for booth, found in hashes.items() if found is None]
    if without:
        raise OperatorError(
            f"{len(without)} booths have no package yet ({', '.join(without[:5])}). Make them first: package --all.",
            id=f"{len(without)} bilik belum punya paket ({', '.join(without[:5])}). Buat dulu: package --all.",
        )
    for booth in hashes:
        made = workspace.manifest(booth)
        assert made is not None  # noqa: S101 -- it has a hash
        refuse_if_changed(workspace, made)
    booths = [(place, hashes[booth] or "") for booth, place in workspace.places.items()]
    files = {
        "index.html": _page(workspace, booths).encode(),
        "setup.csv": _table(booths).encode(),
        "setup.json": _records(workspace, booths).encode(),
        "root.pub": workspace.root.file,
    }
    sums = "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(files.items())).encode()
    files[SUMS] = sums
    comment = f"bilik-setup/1 {workspace.record.election_id} {workspace.record.mode.value}"
    files[f"{SUMS}.minisig"] = root.sign(sums, comment)
    fresh = out.with_name(f".{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, data in files.items():
        (fresh / name).write_bytes(data)
    sync_all([*fresh.iterdir(), fresh])
    put_in_place(fresh, out)
    return len(booths)


def _cell(head: str, cell: object) -> str:
    """On a narrow screen a booth's cells stand below each other, each with its head."""
    return f'<td data-of="{head}">{html.escape(str(cell))}</td>'


def _lines(setup_hash: str) -> str:
    """Eight groups a line, on every screen: so a finger finds its place again."""
    groups = grouped(setup_hash).split(" ")
    return "<br>".join(" ".join(groups[at : at + GROUPS_A_LINE]) for at in range(0, len(groups), GROUPS_A_LINE))


def _table(booths: list[tuple[Place, str]]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for place, setup_hash in booths:
        table.writerow((place.booth_id, *_place(place), place.voters, setup_hash))
    return out.getvalue()


def _place(place: Place) -> tuple[str, str, str, int, int]:
    return place.village_code, place.subdistrict, place.village, place.tps, place.booth


def _records(workspace: Workspace, booths: list[tuple[Place, str]]) -> str:
    plan = workspace.election
    record = {
        "format": "bilik-setup/1",
        "mode": workspace.record.mode.value,
        "election_id": workspace.record.election_id,
        "election": plan.name,
        "district": plan.district,
        "date": plan.date,
        "root": workspace.root.text,
        "root_fingerprint": workspace.root.fingerprint,
        "booths": {place.booth_id: setup_hash for place, setup_hash in booths},
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _page(workspace: Workspace, booths: list[tuple[Place, str]]) -> str:
    plan = workspace.election
    title = html.escape(f"{plan.name}, {plan.district}, {plan.date}")
    rehearsal = "<p><strong>GLADI / REHEARSAL</strong></p>" if workspace.record.mode is Mode.REHEARSAL else ""
    rows = "\n".join(
        f"<tr>{''.join(map(_cell, HEADS, _place(place)))}"
        f'<td data-of="{HEADS[-1]}"><code id="{place.booth_id}">{_lines(setup_hash)}</code></td></tr>'
        for place, setup_hash in booths
    )
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    return f"""<!DOCTYPE html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px sans-serif;max-width:70em;margin:1em auto;padding:0 1em}}table{{border-collapse:collapse}}
td,th{{border:1px solid #888;padding:.2em .4em;text-align:left;vertical-align:top}}
code{{font-size:14px;white-space:nowrap}}
@media(max-width:52em){{tr,td{{display:block;border:0}}
tr:first-child{{display:none}}tr{{border-top:1px solid #888;padding:.4em 0}}
td{{padding:0}}td::before{{content:attr(data-of) ": ";color:#555}}td code{{display:block}}}}</style>
</head><body>
<h1>{title}</h1>{rehearsal}
<h2>Bandingkan dengan laporan nol</h2>
<ol><li>Saat bilik dibuka, laporan nol dicetak di depan saksi. Cari baris bilik itu di tabel di bawah.</li>
<li>Kode persiapan (<em>setup</em>) di laporan nol harus sama dengan kode di tabel, kelompok demi kelompok. Sidik kunci
induk di laporan nol harus <code>{workspace.root.fingerprint}</code>.</li>
<li>Ada yang berbeda? Catat di berita acara, foto laporan nol, dan tanyakan ke panitia kabupaten sebelum bilik
dipakai.</li></ol>
<p>Periksa folder ini: <code>sha256sum -c {SUMS}</code>, dan tanda tangannya:
<code>minisign -V -p root.pub -m {SUMS}</code>. Tabel yang sama: <a href="setup.csv">setup.csv</a>,
<a href="setup.json">setup.json</a>.</p>
<div lang="en"><h2>Compare with the zero report</h2>
<ol><li>When a booth opens, its zero report is printed before the witnesses. Look for the booth in the table below.</li>
<li>The setup's hash on the report must be the one in the table, group by group. The root key's fingerprint on the
report must be <code>{workspace.root.fingerprint}</code>.</li>
<li>Something differs? Note it in the record, take a photo of the report, and ask the district before the booth is
used.</li></ol>
<p>Check this folder: <code>sha256sum -c {SUMS}</code>, and its signature:
<code>minisign -V -p root.pub -m {SUMS}</code>. The same table: <a href="setup.csv">setup.csv</a>,
<a href="setup.json">setup.json</a>.</p></div>
<table><tr>{heads}</tr>
{rows}
</table></body></html>
"""
