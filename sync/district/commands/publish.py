"""``publish``: what the public gets, as a folder of plain files."""

from pathlib import Path

import click

from sync.district import console
from sync.district.commands import options
from sync.district.publishing import SUMS, publish_setup
from sync.district.workspace import Workspace


@click.command()
@options.workspace
@click.option(
    "--setup",
    type=options.path,
    required=True,
    metavar="OUT",
    help="Kode persiapan tiap bilik, sebelum hari pemilihan. / Every booth's setup hash, before the day.",
)
@options.passphrase_file
@options.as_json
def publish(workspace: Workspace, setup: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Tulis folder untuk umum. / Write a folder for the public: a page, tables and signed checksums."""
    with workspace.changing():
        root = workspace.unlock(console.ask_passphrase(passphrase_file))
        booths = publish_setup(workspace, root, setup)
    console.say(
        f"{setup}: {booths} bilik, sidik kunci induk {workspace.root.fingerprint}. Umumkan seluruh folder.",
        f"{booths} booths. Publish the whole folder; anybody checks it with: sha256sum -c {SUMS}",
        "bold green",
    )
    if as_json:
        root_key = {"root": workspace.root.text, "root_fingerprint": workspace.root.fingerprint}
        console.machine({"path": str(setup), "booths": booths} | root_key)


COMMANDS = (publish,)
