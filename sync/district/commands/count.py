"""From batches to results: ``decrypt``, ``decide``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from config.cards.port import Card
from config.cards.registry import RegisteredCard
from config.cards.soft import SoftCard
from config.errors import OperatorError
from config.secret import Pin
from sync.district import console
from sync.district.cards import label
from sync.district.commands import options, reading
from sync.district.commands.undone import tell_undone
from sync.district.deciding import Ground, decide_by_paper, decide_for_batch
from sync.district.decryption import decrypt as decrypt_booth
from sync.district.holders import ROLE_WORDS
from sync.district.ledger import ledger_of
from sync.district.misuse import Misuse
from sync.district.workspace import Workspace


@click.command()
@options.workspace
@click.argument("booth", shell_complete=options.complete_booth)
@click.option("--card", type=options.path, help="Kartu lunak (berkas), bukan pembaca. / A soft card's file.")
@options.pin_file
@reading.reader_option
@reading.wait_option
@options.as_json
@options.database
def decrypt(
    workspace: Workspace,
    booth: str,
    card: Path | None,
    pin_file: Path | None,
    reader: str | None,
    wait_s: float,
    as_json: bool,
) -> None:
    """Buka hasil bilik yang dikirim tanpa hasil. / Finish a batch that came without result, with a card and its PIN."""
    if card is not None and not card.is_file():
        raise OperatorError(
            f"There is no card {card}. Name the card's file.", id=f"Kartu {card} tidak ada. Sebutkan berkas kartunya."
        )

    def ask_pin(known: RegisteredCard) -> Pin:
        return console.ask_pin(pin_file, f"{known.holder} ({label(known.id)})")

    ledger, role = ledger_of(workspace), None
    here = ledger.admitted().get(booth)
    votes = here.result if here is not None else None
    if votes is None:
        with _lying(card, reader, wait_s) as lying:
            role, votes = decrypt_booth(workspace, ledger, booth, lying, ask_pin)
    if votes is not None:
        console.say(f"Bilik {booth} sudah punya hasil.", f"Booth {booth} has its result.", "bold green")
    elif role is not None:
        console.say(
            f"Bagian {ROLE_WORDS[role][1]} untuk bilik {booth} selesai; masih perlu kartu peran lain.",
            f"The part of the {role.value} is done; a card of the other role is still needed.",
        )
    if as_json:
        console.machine({"booth": booth, "role": role and role.value, "votes": votes})


@contextmanager
def _lying(file: Path | None, reader: str | None, wait_s: float) -> Iterator[Card]:
    """The soft card of that file, else the card in the reader."""
    if file is not None:
        yield SoftCard(file)
        return
    with reading.open_reader(reader) as opened:
        yield reading.wait_for_card(opened, wait_s, reading.ANY_CARD)


@click.command()
@options.workspace
@click.argument("booth", shell_complete=options.complete_booth)
@click.option(
    "--tape", metavar="HASH", help="Sidik berkas hasil di rekap bertanda tangan. / The batch's hash on the signed tape."
)
@click.option("--paper", metavar="VOTES", help="Hasil hitung struk, mis. 3,120,98. / Votes counted by hand.")
@click.option("--by", required=True, metavar="NAME", help="Siapa yang memutuskan. / Who decides.")
@click.option("--reason", required=True, help="Dasar keputusan. / What the decision rests on.")
@options.as_json
@options.database
def decide(
    workspace: Workspace, booth: str, tape: str | None, paper: str | None, by: str, reason: str, as_json: bool
) -> None:
    """Catat keputusan orang: bentrok, atau hitung kertas. / Note what people decided: a conflict, or a paper count.

    Dengan --tape saja berlaku berkas yang disebut rekap itu; semua berkas disimpan. / With --tape alone the batch that
    the tape names counts; every batch is kept.
    """
    if tape is None and paper is None:
        raise Misuse("Give --tape or --paper.", id="Sebutkan --tape atau --paper.")
    ledger, ground = ledger_of(workspace), Ground(by, reason, tape)
    if paper is None:
        decide_for_batch(workspace, ledger, booth, ground)
    else:
        decide_by_paper(workspace, ledger, booth, paper, ground)
    if as_json:
        # The last one, not the one that stands: another desk's batch may have overtaken it meanwhile.
        noted, _ = ledger.all_decisions(booth)[-1]
        told = {"batch": noted.batch_sha256, "votes": noted.votes, "by": noted.by, "at": noted.at}
        console.machine({"booth": booth} | told | {"tape": noted.tape, "reason": noted.reason})
    else:
        console.say(
            f"Keputusan untuk bilik {booth} dicatat.", f"The decision for booth {booth} was noted.", "bold green"
        )
    tell_undone(workspace, ledger)


COMMANDS = (decrypt, decide)
