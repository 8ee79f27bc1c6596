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


def issue_soft(workspace: Workspace, root: SecretKey, holder: Holder, pin: Pin, out: Path) -> RegisteredCard:
    """Makes a soft card at ``out`` and registers it; raises OperatorError, and then nothing has changed."""
    if workspace.record.mode is not Mode.REHEARSAL:
        raise OperatorError(
            "Soft cards are for rehearsals: whoever copies the file has the card. An official election needs PIV smart "
            "cards: 'cards issue' without --soft, with a card reader.",
            id="Kartu lunak hanya untuk gladi: siapa pun yang menyalin berkasnya memegang kartu itu. Pemilihan "
            "resmi memerlukan kartu pintar PIV: 'cards issue' tanpa --soft, dengan pembaca kartu.",
        )
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


def write_sheet(path: Path, entries: list[tuple[Holder, str, Pin]]) -> None:
    """``pins.csv``: which file and PIN each holder gets; for rehearsals, readable by its owner only."""
    sheet = io.StringIO()
    table = csv.writer(sheet, lineterminator="\n")
    table.writerow(("file", "role", "village", "tps", "holder", "pin"))
    for holder, file, pin in entries:
        table.writerow((file, holder.role.value, holder.village or "", holder.tps or "", holder.name, pin.reveal()))
    write_whole(path, sheet.getvalue().encode(), 0o600)
