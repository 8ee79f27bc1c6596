"""``verify``: for anybody, with or without a workspace."""

from pathlib import Path

import click
import msgspec

from config.errors import BilikError
from config.minisign import PublicKey
from config.record import fingerprint_of
from sync.ballot.refusal import record_id
from sync.district import console
from sync.district.commands import options
from sync.district.inspection import Inspected, Trust, candidates, inspect_file, inspect_package
from sync.district.misuse import Misuse
from sync.district.workspace import public_key
from sync.running import Running


@click.command()
@click.argument("paths", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@options.root
@options.as_json
def verify(paths: tuple[Path, ...], root: str | None, as_json: bool) -> int:
    """Periksa arsip (.bel), berkas hasil, paket, atau folder. / Verify archives (.bel), batches, packages or folders.

    Keluar 0: semua sah; 1: ada yang ditolak, tiap alasan satu baris; 2: perintah keliru.
    Exit 0: all valid; 1: something is refused, each reason on its own line; 2: wrong use.
    """
    key = _trusted(root)
    folders, files, found = candidates(list(paths))
    if not folders and not files and not found:
        raise Misuse(
            "There is no .bel, .batch or package at these paths.",
            id="Di tempat yang disebutkan tidak ada .bel, .batch, atau paket.",
        )
    packages = []
    with console.progress("Memeriksa / verifying") as bar:
        task = bar.add_task("", total=len(folders) + len(files))
        for folder in folders:
            inspected, package = inspect_package(folder, key)
            found.append(inspected)
            packages += [package] if package else []
            bar.advance(task)
        for file in files:
            bar.update(task, description=file.name)
            found.append(inspect_file(file, packages))
            bar.advance(task)
    if as_json:
        console.machine([_json(inspected, key) for inspected in found])
    else:
        roots = {package.root.text: package.root for package in packages}
        for inspected in found:
            _tell(inspected)
        _tell_trust(found, key, list(roots.values()))
    return 0 if all(inspected.valid for inspected in found) else 1


def _trusted(root: str | None) -> PublicKey | None:
    if root is None:
        return None
    try:
        return public_key(root)
    except BilikError as fault:
        raise Misuse(
            f"--root takes the line of a minisign public key, or a .pub file that is there. {fault.en}",
            id=f"--root memerlukan baris kunci publik minisign, atau berkas .pub yang ada. {fault.id}",
        ) from None


def _tell(inspected: Inspected) -> None:
    for reason in inspected.reasons:
        console.say(
            f"✗ {inspected.path}: {record_id(reason.record)}: {reason.id}",
            f"{inspected.path}: {reason.record}: {reason.en}",
            "bold red",
        )
    if inspected.valid:
        votes = " · ".join(f"{c} {n}" for c, n in zip(inspected.choices, inspected.result or (), strict=False))
        what = f"{inspected.ballots} surat suara / ballots" if inspected.kind != "package" else "paket / package"
        if inspected.kind != "package" and inspected.result is None:
            what += "; tanpa hasil / without result"
        if inspected.running is not None:
            what += f"; {_ran(inspected.running)}"
        followed = inspected.trust is Trust.ROOT
        mark, style = ("✓", "green") if followed else ("○", "yellow")
        console.say(f"{mark} {inspected.path}", f"{inspected.kind}: {what}{f'; {votes}' if votes else ''}", style)


def _ran(running: Running) -> str:
    image = "bukan citra / no image" if running.image is None else f"citra / image {fingerprint_of(running.image)}"
    return f"{running.version} {fingerprint_of(running.software)}, {image}"


def _tell_trust(found: list[Inspected], key: PublicKey | None, roots: list[PublicKey]) -> None:
    alone = sum(inspected.valid and inspected.trust is Trust.ITSELF for inspected in found)
    up_to_root = sum(inspected.valid and inspected.trust is Trust.ROOT for inspected in found)
    if up_to_root and key is not None:
        console.say(
            f"{up_to_root} diperiksa sampai kunci induk {key.fingerprint} yang Anda sebutkan.",
            f"{up_to_root} were checked up to the root key {key.fingerprint} that you named.",
        )
    elif up_to_root:
        prints = ", ".join(root.fingerprint for root in roots)
        console.say(
            f"{up_to_root} diperiksa sampai kunci induk {prints} yang ikut dalam paketnya sendiri. Bandingkan dengan "
            "pita hasil, atau sebutkan dengan --root.",
            f"{up_to_root} were checked up to the root key {prints} that came with the package itself. Compare it with "
            "the tapes, or name it with --root.",
        )
    if alone:
        signed = ("", "") if key is None else (" yang ditandatangani kunci induk itu", " signed by that root key")
        console.say(
            f"{alone} (○) hanya diperiksa pada dirinya sendiri: paket bilik{signed[0]} tidak ada di sini, jadi tidak "
            "ada kunci induk yang dipercaya untuk itu.",
            f"{alone} (○) could only be checked in themselves: no package of the booth{signed[1]} is here, so no root "
            "key was trusted for them.",
        )


def _json(inspected: Inspected, key: PublicKey | None) -> dict[str, object]:
    return {
        "path": str(inspected.path),
        "kind": inspected.kind,
        "valid": inspected.valid,
        "checked_to": inspected.trust.value,
        "root": key.text if key and inspected.trust is Trust.ROOT else None,
        "ballots": inspected.ballots,
        "choices": list(inspected.choices),
        "result": None if inspected.result is None else list(inspected.result),
        "running": None if inspected.running is None else msgspec.to_builtins(inspected.running),
        "reasons": [{"record": reason.record, "en": reason.en, "id": reason.id} for reason in inspected.reasons],
    }


COMMANDS = (verify,)
