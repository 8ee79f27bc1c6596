"""Arguments that several commands share."""

from pathlib import Path

import click

from config.plan import PLAN_FILE
from sync.district.workspace import Workspace


class WorkspaceType(click.ParamType[Workspace]):
    """A folder that ``new`` made."""

    name = "folder"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Workspace:
        return Workspace(Path(str(value)))


class PreparedType(click.ParamType[Workspace | Path]):
    """A workspace, or the source folder that one is made from."""

    name = "folder"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Workspace | Path:
        path = Path(str(value))
        return path if (path / PLAN_FILE).exists() else Workspace(path)


prepared = click.argument("prepared", type=PreparedType(), metavar="WORKSPACE|SOURCE")
workspace = click.argument("workspace", type=WorkspaceType())
passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="Frasa sandi kunci induk, baris pertama. / The root key's passphrase, first line.",
)
pin_file = click.option("--pin-file", type=click.Path(path_type=Path), help="PIN, baris pertama. / PIN, first line.")
as_json = click.option("--json", "as_json", is_flag=True, help="Keluaran untuk program. / Output for programs.")
path = click.Path(path_type=Path)
codes = click.option(
    "--codes",
    type=path,
    metavar="FILE",
    help="Daftar resmi kode wilayah (CSV). / The official list of area codes.",
)
