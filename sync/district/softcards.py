"""Soft cards: the files that stand for cards in a rehearsal, one of them or the whole set."""

import csv
import io
from pathlib import Path

from config.cards.certificate import make_certificate
from config.cards.port import Slot
from config.cards.registry import RegisteredCard, register
from config.cards.role import CardKind
from config.cards.soft import new_soft_card
from config.errors import OperatorError
from config.files import write_whole
from config.minisign import SecretKey
from config.mode import Mode
from config.secret import Pin
from sync.district.cards import claims_of, enter
from sync.district.holders import Holder, check_holder
from sync.district.pins import check_chosen
from sync.district.workspace import Workspace

SHEET_COLUMNS = ("file", "role", "village", "tps", "holder", "pin")


def mind_rehearsal(workspace: Workspace) -> None:
    """Raises OperatorError in an official election."""
    if workspace.record.mode is not Mode.REHEARSAL:
        raise OperatorError(
            "Soft cards are for rehearsals: whoever copies the file has the card. An official election needs PIV smart "
            "cards: 'cards issue' without --soft, with a card reader.",
            id="Kartu lunak hanya untuk gladi: siapa pun yang menyalin berkasnya memegang kartu itu. Pemilihan "
            "resmi memerlukan kartu pintar PIV: 'cards issue' tanpa --soft, dengan pembaca kartu.",
        )


def issue_soft(workspace: Workspace, root: SecretKey, holder: Holder, pin: Pin, out: Path) -> RegisteredCard:
    """Makes a soft card at ``out`` and registers it; raises OperatorError, and then nothing has changed."""
    mind_rehearsal(workspace)
    check_holder(workspace.election, workspace.cards, holder)
    check_chosen(pin)
    made = new_soft_card(out, holder.name, pin)
    claims = claims_of(workspace, made.id, holder)
    for slot in Slot:
        made.keep_certificate(slot, make_certificate(root, made.public_key(slot), slot, claims))
    card = register(
        made,
        kind=CardKind.SOFT,
        role=holder.role,
        holder=holder.name,
        village_code=holder.village,
        tps=holder.tps,
    )
    enter(workspace, root, card)
    return card


def read_sheet(path: Path) -> dict[str, dict[str, str]]:
    """The lines of a sheet of PINs by card file, none where there is none; raises OperatorError for another file."""
    try:
        with path.open(encoding="utf-8", newline="") as sheet:
            table = csv.DictReader(sheet, strict=True)
            lines = {line.get("file", ""): line for line in table}
    except FileNotFoundError:
        return {}
    except (UnicodeDecodeError, csv.Error):
        lines = {"": {}}
    if any(set(line) != set(SHEET_COLUMNS) or None in line.values() for line in lines.values()):
        raise OperatorError(
            f"{path} is no sheet of a rehearsal's PINs. Choose another folder.",
            id=f"{path} bukan lembar PIN sebuah gladi. Pilih folder lain.",
        )
    return lines


def write_sheet(path: Path, entries: list[tuple[Holder, str, Pin]]) -> None:
    """``pins.csv``: which file and PIN each holder gets; for rehearsals, readable by its owner only.

    The lines of other cards stay in it: without them nobody could use what was handed out before.
    """
    lines = read_sheet(path)
    for holder, file, pin in entries:
        cells = (file, holder.role.value, holder.village or "", str(holder.tps or ""), holder.name, pin.reveal())
        lines[file] = dict(zip(SHEET_COLUMNS, cells, strict=True))
    sheet = io.StringIO()
    table = csv.DictWriter(sheet, SHEET_COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(lines.values())
    write_whole(path, sheet.getvalue().encode(), 0o600)
