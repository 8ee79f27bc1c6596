"""Arguments that several commands share."""

from pathlib import Path

import click

from sync.district.workspace import Workspace


class WorkspaceType(click.ParamType[Workspace]):
    """A folder that ``new`` made."""

    name = "folder"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Workspace:
        return Workspace(Path(str(value)))


workspace = click.argument("workspace", type=WorkspaceType())
passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="Frasa sandi kunci induk, baris pertama. / The root key's passphrase, first line.",
)
pin_file = click.option("--pin-file", type=click.Path(path_type=Path), help="PIN, baris pertama. / PIN, first line.")
as_json = click.option("--json", "as_json", is_flag=True, help="Keluaran untuk program. / Output for programs.")
path = click.Path(path_type=Path)
