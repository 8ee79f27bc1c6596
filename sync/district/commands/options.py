"""Arguments that several commands share."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from config.faults import Collector
from config.folder import Folder
from config.plan import PLAN_FILE
from config.source import BOOTHS, VILLAGES
from config.table import Row
from config.tables import Form, Tables
from sync.district import console
from sync.district.databaseurl import parse
from sync.district.workspace import Workspace

_DATABASE = "bilik.database"


class WorkspaceType(click.ParamType[Workspace]):
    """A folder that ``new`` made."""

    name = "folder"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Workspace:
        return opened(Path(str(value)), ctx)


def opened(path: Path, ctx: click.Context | None) -> Workspace:
    """The workspace of that folder, with the database that ``--db`` named."""
    made = Workspace(path, ctx.meta.get(_DATABASE) if ctx else None)
    made.waits = console.tell_waiting
    return made


def _note_database(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[_DATABASE] = parse(value)


def _speak_aside(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    if value:
        ctx.with_resource(console.aside())
    return value


class PreparedType(click.ParamType[Workspace | Path]):
    """A workspace, or the source folder that one is made from."""

    name = "folder"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Workspace | Path:
        path = Path(str(value))
        if (path / PLAN_FILE).exists() or not (path / "workspace.json").exists():
            return path  # a folder that lacks its plan is told as what it lacks
        return opened(path, ctx)


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
as_json = click.option(
    "--json",
    "as_json",
    is_flag=True,
    is_eager=True,  # before anybody is told anything
    callback=_speak_aside,
    help="Keluaran untuk program. / Output for programs.",
)
"""For every command: its answer goes to stdout as JSON, and what is said to people to stderr."""
path = click.Path(path_type=Path)
root = click.option(
    "--root", metavar="KEY", help="Kunci induk yang dipercaya (baris atau .pub). / The root key to trust."
)
codes = click.option(
    "--codes",
    type=path,
    metavar="FILE",
    help="Daftar resmi kode wilayah (CSV). / The official list of area codes.",
)


def complete_village(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes of villages, with their names, once the workspace is typed; nothing while it cannot be read."""
    return [
        CompletionItem(row.cells["kode_wilayah"], help=row.cells["desa"])
        for row in _rows(ctx, VILLAGES)
        if incomplete in row.cells["kode_wilayah"] or row.cells["desa"].casefold().startswith(incomplete.casefold())
    ]


def complete_booth(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Booths by their id, once the workspace is typed."""
    cells = (row.cells for row in _rows(ctx, BOOTHS))
    names = sorted(
        f"{cell['kode_wilayah']}-{cell['tps'].lstrip('0').zfill(3)}-{cell['booth'].lstrip('0')}" for cell in cells
    )
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_place(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Villages, then booths."""
    return [*complete_village(ctx, param, incomplete), *complete_booth(ctx, param, incomplete)]


def _rows(ctx: click.Context, form: Form) -> list[Row]:
    """Of one table of the workspace's plan, and of nothing else: photos take seconds, and the shell waits."""
    # Behind an option that still wants its value click has not told the arguments apart yet.
    typed = ctx.params.get("workspace") or next(iter(ctx.args), None)
    if typed is None:
        return []
    path = typed.path if isinstance(typed, Workspace) else Path(str(typed))
    try:
        return Tables(Folder(path / "source"), (form,), Collector()).rows(form)[0]
    except OSError:
        return []
