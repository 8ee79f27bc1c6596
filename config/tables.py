"""Where an election's tables are: CSV files, or the sheets of one workbook in their place; never some of each."""

from dataclasses import dataclass

from config.faults import Collector
from config.folder import Folder
from config.table import Row, read_table
from config.workbook import WORKBOOK, Workbook, read_workbook


@dataclass(frozen=True)
class Form:
    """What one table holds."""

    name: str
    """Of the sheet; with ``.csv`` of the file."""
    columns: tuple[str, ...]
    numbers: frozenset[str] = frozenset()
    """Columns that hold numbers: in a workbook they may be numbers for the spreadsheet too."""
    optional: tuple[str, ...] = ()


class Tables:
    """The tables of one folder."""

    def __init__(self, folder: Folder, forms: tuple[Form, ...], faults: Collector) -> None:
        self._folder, self._faults = folder, faults
        self._workbook: Workbook | None = None
        self._from_workbook = (folder.path / WORKBOOK).is_symlink() or (folder.path / WORKBOOK).exists()
        if not self._from_workbook:
            _mind_other_workbooks(folder, forms, faults)
            return
        files = [f"{form.name}.csv" for form in forms if (folder.path / f"{form.name}.csv").exists()]
        if files:
            faults.add(
                WORKBOOK,
                None,
                None,
                f"Beside it lies {', '.join(files)}: which one counts? Take one of them out of the folder.",
                f"Di sampingnya ada {', '.join(files)}: mana yang berlaku? Keluarkan salah satu dari folder.",
            )
            return
        self._workbook = read_workbook(folder, faults)

    def rows(self, form: Form) -> tuple[list[Row], bool]:
        """A table's rows, and whether they are all that it holds; what is wrong is noted and left out."""
        if self._from_workbook and self._workbook is None:
            return [], False  # that was said already
        before = self._faults.count
        if self._workbook is not None:
            rows = self._workbook.rows(form.name, form.columns, form.numbers, self._faults, form.optional)
        else:
            rows = read_table(self._folder, f"{form.name}.csv", form.columns, self._faults, optional=form.optional)
        return rows, self._faults.count == before


def beside(file: str, form: Form) -> str:
    """How another table is named that lies where the table ``file`` does."""
    return f"{WORKBOOK}/{form.name}" if file.startswith(f"{WORKBOOK}/") else f"{form.name}.csv"


def _mind_other_workbooks(folder: Folder, forms: tuple[Form, ...], faults: Collector) -> None:
    """A workbook by another name, where tables are missing, is likely to be what was meant."""
    if all((folder.path / f"{form.name}.csv").exists() for form in forms):
        return
    kinds = (".xlsx", ".xlsm", ".xls", ".ods")
    try:
        names = sorted(entry.name for entry in folder.path.iterdir() if entry.suffix.lower() in kinds)
    except OSError:
        return
    for name in names[:3]:
        if name.startswith("~$"):
            continue  # what Excel leaves beside a file that is open
        faults.add(
            name,
            None,
            None,
            f"A workbook must be named {WORKBOOK} and be of that kind. Save it under that name.",
            f"Buku kerja harus bernama {WORKBOOK} dan berjenis itu. Simpan dengan nama itu.",
        )
