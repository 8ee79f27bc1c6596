"""Arguments that several commands share."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from config.election import Village
from config.errors import BilikError
from config.plan import PLAN_FILE
from sync.district.databaseurl import parse
from sync.district.workspace import Workspace

_DATABASE = "bilik.database"


class WorkspaceType(click.ParamType[Workspace]):
    """A folder that ``new`` made."""

    name = "folder"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Workspace:
        return Workspace(Path(str(value)), ctx.meta.get(_DATABASE) if ctx else None)


def _note_database(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[_DATABASE] = parse(value)


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
database = click.option(
    "--db",
    metavar="URL",
    envvar="BILIK_DB",
    is_eager=True,  # the workspace is opened with it
    expose_value=False,
    callback=_note_database,
    help="Basis data kabupaten, postgresql://NAMA@HOST/BASISDATA. / The district's database, for several desks.",
)
"""For commands that open the ledger; they find the URL in the workspace's ``database``."""
as_json = click.option("--json", "as_json", is_flag=True, help="Keluaran untuk program. / Output for programs.")
path = click.Path(path_type=Path)
codes = click.option(
    "--codes",
    type=path,
    metavar="FILE",
    help="Daftar resmi kode wilayah (CSV). / The official list of area codes.",
)


def complete_village(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes of villages, with their names, once the workspace is typed; nothing while it cannot be read."""
    return [
        CompletionItem(village.code, help=village.name)
        for village in _election_villages(ctx)
        if incomplete in village.code or village.name.casefold().startswith(incomplete.casefold())
    ]


def complete_booth(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Booths by their id, once the workspace is typed."""
    return [
        CompletionItem(f"{village.code}-{tps.number:03}-{booth.number}", help=village.name)
        for village in _election_villages(ctx)
        for tps in village.tps
        for booth in tps.booths
        if f"{village.code}-{tps.number:03}-{booth.number}".startswith(incomplete)
    ]


def _election_villages(ctx: click.Context) -> tuple[Village, ...]:
    # Behind an option that still wants its value click has not told the arguments apart yet.
    typed = ctx.params.get("workspace") or next(iter(ctx.args), None)
    try:
        if isinstance(typed, Workspace):
            return typed.election.villages
        return Workspace(Path(str(typed))).election.villages if typed else ()
    except (BilikError, OSError):
        return ()
