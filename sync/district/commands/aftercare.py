"""``cards unblock`` and ``cards retire``: a new PIN, and the end of a card."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from config.cards.pcsc import PcscReader
from config.cards.port import ReaderGone
from config.cards.registry import RegisteredCard
from config.errors import BilikError, OperatorError
from config.minisign import SecretKey
from sync.district import console
from sync.district.aftercare import known_card, release, retire, retired_here, unblock
from sync.district.cards import booths_served, label, named, plain_card, withdraw
from sync.district.commands import options, reading, slipping
from sync.district.commands.consequences import mind_withdrawn
from sync.district.commands.slipping import PinSource
from sync.district.holders import ROLE_WORDS, place_words
from sync.district.ledger import ledger_of
from sync.district.misuse import Misuse
from sync.district.slips import hand_out
from sync.district.workspace import Withdrawal, Workspace

LOSE = "CABUT"
"""Typed by whoever takes a card off the list."""
RETIRE = "PENSIUN"
"""Typed by whoever makes cards useless."""


@dataclass(frozen=True)
class Table:
    """What stands on the staff's table, and what becomes of each card."""

    workspace: Workspace
    root: SecretKey
    reader: PcscReader
    wait_s: float
    free: bool
    put: Callable[[object], None]
    """Tells programs, where one listens."""


@click.command(name="unblock")
@options.workspace
@slipping.pin_options
@reading.reader_option
@reading.wait_option
@options.passphrase_file
@options.as_json
def unblock_card(
    workspace: Workspace,
    pins: PinSource,
    reader: str | None,
    wait_s: float,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """PIN baru untuk kartu di pembaca, dengan PUK dari ruang kerja. / A new PIN for the card in the reader."""
    pins.check()
    root = workspace.unlock(console.ask_passphrase(passphrase_file))
    with reading.open_reader(reader) as opened:
        card = reading.wait_for_card(opened, wait_s, reading.ANY_CARD)
        known = known_card(workspace, card)
        pin = pins.pin_for(known.holder)
        unblock(workspace, root, card, pin, lambda: reading.again(opened))
    if pins.slips is not None:
        hand_out(workspace, pins.slips, known, pin)
    console.say(
        f"Kartu {label(known.id)} milik {known.holder} punya PIN baru; PIN lama tidak berlaku lagi.",
        f"The card {label(known.id)} of {known.holder} has a new PIN; the old one is void.",
        "bold green",
    )
    if as_json:
        console.machine(plain_card(known))


@click.command(name="retire")
@options.workspace
@click.option("--stack", is_flag=True, help="Kartu demi kartu sampai tidak ada lagi. / Card after card.")
@click.option(
    "--release", "free", is_flag=True, help="PIN, PUK, kunci pengelola kembali ke pabrik. / Ready for another election."
)
@click.option("--lost", metavar="LABEL", help="Kartu yang tidak ada di sini. / A card that is not here.")
@click.option("--yes", is_flag=True, help="Tanpa bertanya. / Without asking.")
@reading.reader_option
@reading.wait_option
@options.passphrase_file
@options.database
@options.as_json
def retire_cards(
    workspace: Workspace,
    stack: bool,
    free: bool,
    lost: str | None,
    yes: bool,
    reader: str | None,
    wait_s: float,
    passphrase_file: Path | None,
    as_json: bool,
) -> int:
    """Akhiri kartu: kunci pembukanya diganti di depan saksi. / End a card: its key for opening is made anew.

    Setelah masa keberatan; kartu yang hilang sebelum itu: --lost. After the time for objections; for a card that is
    lost before that: --lost.
    """
    if lost is not None:
        if stack or free:
            raise Misuse(
                "--lost stands alone: that card is not here.", id="--lost dipakai sendiri: kartunya tidak ada di sini."
            )
        card = named(workspace, lost)
        _lose(workspace, card, yes, passphrase_file)
        if as_json:
            console.machine([plain_card(card, Withdrawal.LOST.value)])
        return 0
    _want_consent(workspace, yes)
    root = workspace.unlock(console.ask_passphrase(passphrase_file))
    with reading.open_reader(reader) as opened, console.machine_list(as_json) as put:
        table = Table(workspace, root, opened, wait_s, free, put)
        if stack:
            return _retire_stack(table)
        _retire_next(table)
    return 0


def _want_consent(workspace: Workspace, yes: bool) -> None:
    """Says before witnesses what is about to happen, and has it confirmed."""
    open_booths = _without_result(workspace)
    console.say(
        "Kunci pembuka (9D) di kartu diganti. Setelah itu kartu tidak membuka kunci, kotak data, dan hasil mana pun "
        "dari pemilihan ini, juga bukan dari salinan lama. Ini tidak dapat dibatalkan.",
        "The card's key for opening (9D) is made anew. From then on it opens no key, store or result of this election, "
        "not even from old copies. This cannot be undone.",
        "bold",
    )
    if open_booths:
        names = ", ".join(open_booths[:10]) + (" …" if len(open_booths) > 10 else "")
        console.warn(
            f"Bilik yang belum punya hasil: {names}. Tanpa kartunya hasil hanya dapat dihitung dari kertas.",
            f"Booths without a result: {names}. Without their cards only the paper can decide.",
        )
    if yes:
        return
    if not console.at_terminal():
        raise OperatorError(
            "Nobody can be asked here: there is no terminal. Give --yes.", id="Tidak ada terminal. Beri --yes."
        )
    if not console.typed(RETIRE, f"Ketik {RETIRE} di depan saksi untuk melanjutkan:", f"Type {RETIRE} to go on."):
        raise click.Abort


def _without_result(workspace: Workspace) -> list[str]:
    admitted = ledger_of(workspace).admitted()
    return [
        booth
        for booth in workspace.places
        if workspace.package(booth) is not None and (booth not in admitted or admitted[booth].result is None)
    ]


def _retire_next(table: Table) -> None:
    workspace, root, reader = table.workspace, table.root, table.reader
    card = reading.wait_for_card(reader, table.wait_s, reading.ANY_CARD)
    console.say("Jangan cabut kartu …", "Leave the card in …")
    with workspace.changing():
        if not table.free or not retired_here(workspace, card):
            known = retire(workspace, root, card, lambda: reading.again(reader))
            console.say(
                f"Kartu {label(known.id)} milik {known.holder} dipensiunkan; kunci barunya terbukti, yang lama hilang.",
                f"The card {label(known.id)} of {known.holder} is retired: the new key is proved, the old one gone.",
                "bold green",
            )
        if table.free:
            known = release(workspace, root, reading.again(reader))
            console.say(
                f"Kartu {label(known.id)} bebas: PIN, PUK, dan kunci pengelolanya kembali seperti dari pabrik.",
                f"The card {label(known.id)} is free: PIN, PUK and management key are the factory's again.",
                "bold green",
            )
    table.put(plain_card(known, Withdrawal.RETIRED.value) | {"released": table.free})


def _retire_stack(table: Table) -> int:
    """Until no card comes any more; 1 when one of them was refused."""
    status, done = 0, 0
    while True:
        try:
            _retire_next(table)
            done += 1
        except reading.NoCardCame:
            break
        except ReaderGone as away:
            # A token is its own reader: when the last one was taken out, the stack is simply done.
            if not done:
                console.complain(away)
                return 1
            break
        except BilikError as refused:
            console.complain(refused)
            status = 1
        console.say("Cabut kartu ini. Berikutnya.", "Take this card out. Next one.")
        reading.wait_until_empty(table.reader, table.wait_s)
    left = len(table.workspace.cards)
    console.say(f"Selesai. Kartu yang masih berlaku: {left}.", f"Done. Cards that still count: {left}.", "bold")
    return status


def _lose(workspace: Workspace, card: RegisteredCard, yes: bool, passphrase_file: Path | None) -> None:
    ledger = ledger_of(workspace)
    handed_in = [booth for booth in booths_served(workspace, card) if ledger.entered(booth) is not None]
    if handed_in and not yes:
        raise OperatorError(
            f"Booths of this card have handed in already ({', '.join(handed_in)}): their packages stay as they are. "
            "Write the loss into the minutes; to take the card off the list all the same: --yes.",
            id=f"Bilik kartu ini sudah menyerahkan hasil ({', '.join(handed_in)}): paketnya tidak diganti. Catat "
            "kehilangan dalam berita acara; untuk tetap mencabutnya dari daftar: --yes.",
        )
    en, id_ = ROLE_WORDS[card.role]
    place = place_words(workspace.election, card.village_code, card.tps)
    if not yes and console.at_terminal():
        console.say(
            f"Kartu {label(card.id)} milik {card.holder} ({id_}, {place}) akan dicabut; paket barunya harus dibuat.",
            f"The card {label(card.id)} of {card.holder} ({en}, {place}) will be withdrawn: new packages are needed.",
            "bold",
        )
        if not console.typed(LOSE, f"Ketik {LOSE} untuk melanjutkan:", f"Type {LOSE} to go on."):
            raise click.Abort
    with workspace.changing():
        root = workspace.unlock(console.ask_passphrase(passphrase_file))
        withdraw(workspace, root, card, Withdrawal.LOST)
    console.say(
        f"Kartu {label(card.id)} milik {card.holder} ({id_}, {place}) dicabut dari daftar.",
        f"The card {label(card.id)} of {card.holder} ({en}, {place}) was taken off the list.",
        "bold green",
    )
    mind_withdrawn(workspace, card)
