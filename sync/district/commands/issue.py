"""``cards issue``: one card, or a stack of them one after another."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from config.cards.pcsc import PcscReader
from config.cards.piv.card import PivCard
from config.cards.piv.management import ManagementAlgorithm, ManagementKey
from config.cards.port import ReaderGone
from config.cards.registry import RegisteredCard
from config.cards.role import Role
from config.errors import BilikError, OperatorError
from config.minisign import SecretKey
from config.secret import Pin
from sync.district import console
from sync.district.cards import card_of, label, plain_card
from sync.district.commands import options, reading, slipping
from sync.district.commands.consequences import mind_trustees, mind_withdrawn
from sync.district.commands.slipping import PinSource
from sync.district.holders import ROLE_WORDS, Holder, place_words, read_holders
from sync.district.issuing import ForeignCard, Order, issue, refuse_card, refuse_without_card
from sync.district.misuse import Misuse
from sync.district.slips import hand_out
from sync.district.softcards import issue_soft
from sync.district.workspace import Workspace

OVERWRITE = "TIMPA"
"""Typed by whoever wants what lies on a card destroyed."""


@dataclass(frozen=True)
class Table:
    """What stands on the staff's table: the workspace, its key, the reader, and where PINs come from and go to."""

    workspace: Workspace
    root: SecretKey
    reader: PcscReader
    wait_s: float
    pins: PinSource
    overwrite: bool
    management: tuple[ManagementKey, ...]
    put: Callable[[object], None]
    """Tells programs of each card that was issued, where one listens."""


@click.command(name="issue")
@options.workspace
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Peran pemegang. / The holder's role.")
@click.option(
    "--village",
    metavar="CODE",
    shell_complete=options.complete_village,
    help="Kode wilayah desa. / The village's code.",
)
@click.option("--tps", type=int, help="Nomor TPS, untuk petugas. / Number of the TPS, for officers.")
@click.option("--holder", metavar="NAME", help="Nama pemegang. / Who holds it.")
@click.option(
    "--holders",
    type=options.path,
    metavar="CSV",
    help="Tumpukan kartu: tabel role,village,tps,holder. / A stack of cards: a table of holders.",
)
@click.option("--soft", is_flag=True, help="Kartu lunak (berkas), hanya gladi. / A file, rehearsals only.")
@click.option("--out", type=options.path, help="Berkas kartu lunak. / The soft card's file.")
@click.option("--overwrite", is_flag=True, help="Timpa kunci di kartu. / Destroy the keys that lie on the card.")
@click.option(
    "--management-key-file",
    type=options.path,
    help="Kunci pengelola dari penjual kartu, heksadesimal. / The seller's management key, in hexadecimal.",
)
@slipping.pin_options
@reading.reader_option
@reading.wait_option
@options.passphrase_file
@options.as_json
def issue_cards(
    workspace: Workspace,
    role: str | None,
    village: str | None,
    tps: int | None,
    holder: str | None,
    holders: Path | None,
    soft: bool,
    out: Path | None,
    overwrite: bool,
    management_key_file: Path | None,
    pins: PinSource,
    reader: str | None,
    wait_s: float,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Terbitkan kartu PIV di pembaca kartu. / Issue PIV cards in the card reader, one or a stack.

    Boleh dihentikan kapan saja: jalankan lagi dengan kartu yang sama dan pekerjaan diteruskan.
    May be cut off at any moment: the same command with the same card goes on.
    """
    one = Holder(Role(role), holder, village, tps) if role is not None and holder is not None else None
    if (one is None) == (holders is None) or soft != (out is not None) or (soft and one is None):
        raise Misuse(
            "Give --role and --holder, or --holders CSV; --out goes with --soft.",
            id="Sebutkan --role dan --holder, atau --holders CSV; --out hanya bersama --soft.",
        )
    if one is not None and soft and out is not None:
        made = _issue_soft(workspace, one, pins, out, passphrase_file)
        if as_json:
            console.machine([plain_card(made)])
        return
    if one is None and pins.file is not None:
        raise Misuse(
            "One --pin-file cannot serve several holders.", id="Satu --pin-file tidak dapat dipakai beberapa pemegang."
        )
    wanted = read_holders(holders, workspace.election, workspace.cards) if holders is not None else []
    if one is not None:
        refuse_without_card(workspace, one, overwrite=overwrite)
    pins.check()
    management = _seller_keys(management_key_file) if management_key_file is not None else ()
    root = workspace.unlock(console.ask_passphrase(passphrase_file))
    with reading.open_reader(reader) as opened, console.machine_list(as_json) as put:
        table = Table(workspace, root, opened, wait_s, pins, overwrite, management, put)
        if one is not None:
            _issue_one(table, one)
        else:
            _issue_stack(table, wanted)
    mind_trustees(workspace)


def _seller_keys(file: Path) -> tuple[ManagementKey, ...]:
    """The key in a file, in each cipher that it may be of; raises OperatorError."""
    try:
        value = bytes.fromhex(console.first_line(file))
    except ValueError:
        value = b""
    keys = tuple(ManagementKey(value, kind) for kind in ManagementAlgorithm if kind.key_bytes == len(value))
    if not keys:
        raise OperatorError(
            f"{file} holds no management key. Write it as 32, 48 or 64 hexadecimal digits on the first line.",
            id=f"{file} tidak berisi kunci pengelola. Tulis 32, 48, atau 64 angka heksadesimal di baris pertama.",
        )
    return keys


def _issue_soft(
    workspace: Workspace, holder: Holder, pins: PinSource, out: Path, passphrase_file: Path | None
) -> RegisteredCard:
    if pins.slips is not None:
        pins.slips.check()
    pin = pins.pin_for(holder.name) if pins.slips else console.ask_pin(pins.file, holder.name, new=True)
    with workspace.changing():
        root = workspace.unlock(console.ask_passphrase(passphrase_file))
        card = issue_soft(workspace, root, holder, pin, out)
    if pins.slips is not None:
        hand_out(workspace, pins.slips, card, pin)
    console.say(
        f"Kartu {label(card.id)} untuk {holder.name} terdaftar.", f"The card was registered: {out}.", "bold green"
    )
    mind_trustees(workspace)
    return card


def _issue_one(table: Table, holder: Holder) -> None:
    card = reading.wait_for_card(table.reader, table.wait_s, _please(table.workspace, holder))
    _hand_over(table, _make(table, holder, card))


def _issue_stack(table: Table, wanted: list[Holder]) -> None:
    """One holder after another; a card that will not do is told, taken out, and another one tried."""
    for place, holder in enumerate(wanted, 1):
        held = card_of(table.workspace, holder)
        if held is not None:
            console.say(
                f"{place}/{len(wanted)} {holder.name}: sudah punya kartu {label(held.id)}, dilewati.",
                "has a card already, passed over.",
            )
            continue
        console.say(f"{place}/{len(wanted)} {holder.name}", _who(table.workspace, holder)[1], "bold")
        made = None
        while made is None:
            made = _try(table, holder)
        _hand_over(table, made)
        reading.wait_until_empty(table.reader, table.wait_s)
    console.say("Semua pemegang dalam tabel punya kartu.", "Everybody in the table has a card.", "bold green")


def _try(table: Table, holder: Holder) -> tuple[RegisteredCard, Pin] | None:
    """One card for a holder; None when this one will not do, and has left the reader."""
    try:
        card = reading.wait_for_card(table.reader, table.wait_s, _please(table.workspace, holder))
        return _make(table, holder, card)
    except (reading.NoCardCame, ReaderGone):
        raise
    except BilikError as refused:
        console.complain(refused)
        console.say("Cabut kartu ini.", "Take this card out.", "bold yellow")
        reading.wait_until_empty(table.reader, table.wait_s)
        return None


def _make(table: Table, holder: Holder, card: PivCard) -> tuple[RegisteredCard, Pin]:
    """The registered card and its PIN; a card that will not do is told before anybody thinks of a PIN."""
    overwrite = table.overwrite or _asked_to_overwrite(table.workspace, holder, card)
    refuse_card(table.workspace, card, holder, overwrite=overwrite)
    order = Order(holder, table.pins.pin_for(holder.name), overwrite, table.management)
    console.say("Jangan cabut kartu …", "Leave the card in …")
    with table.workspace.changing():
        replaced = next((entry for entry in table.workspace.cards if entry.id == card.id), None)
        made = issue(table.workspace, table.root, card, order, lambda: reading.again(table.reader))
    if replaced is not None:
        mind_withdrawn(table.workspace, replaced)
    return made, order.pin


def _asked_to_overwrite(workspace: Workspace, holder: Holder, card: PivCard) -> bool:
    """Whether somebody typed that the keys of a stranger's card may be destroyed; False where nothing is to be asked.

    Raises ForeignCard when the answer is another, or nobody can be asked.
    """
    try:
        refuse_card(workspace, card, holder, overwrite=False)
    except ForeignCard as foreign:
        if not console.at_terminal():
            raise
        if not console.typed(OVERWRITE, f"{foreign.question_id} Ketik {OVERWRITE}:", foreign.question_en):
            raise
        return True
    return False


def _hand_over(table: Table, made: tuple[RegisteredCard, Pin]) -> None:
    card, pin = made
    table.put(plain_card(card))
    if table.pins.slips is not None:
        hand_out(table.workspace, table.pins.slips, card, pin)
    console.say(
        f"Kartu untuk {card.holder} terbit dan terbukti. Tulis {label(card.id)} pada kartu ini, lalu cabut.",
        f"The card of {card.holder} is issued and proved. Write {label(card.id)} on this card and take it out.",
        "bold green",
    )


def _please(workspace: Workspace, holder: Holder) -> tuple[str, str]:
    who = _who(workspace, holder)
    return f"Masukkan kartu untuk {who[0]}.", f"Put in the card for {who[1]}."


def _who(workspace: Workspace, holder: Holder) -> tuple[str, str]:
    """Name, role and place in a sentence, Indonesian and English."""
    en, id_ = ROLE_WORDS[holder.role]
    place = place_words(workspace.election, holder.village, holder.tps)
    return f"{holder.name} ({id_}, {place})", f"{holder.name} ({en}, {place})"
