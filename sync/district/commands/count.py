"""From batches to results: ``import``, ``decrypt``, ``decide``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from config.cards.port import Card
from config.cards.registry import RegisteredCard
from config.cards.soft import SoftCard
from config.errors import OperatorError
from config.secret import Pin
from sync.ballot.refusal import record_id
from sync.district import console
from sync.district.cards import label
from sync.district.commands import options, reading
from sync.district.deciding import decide_by_paper, decide_for_batch
from sync.district.decryption import decrypt as decrypt_booth
from sync.district.holders import ROLE_WORDS
from sync.district.intake import Outcome, Verdict, take_all
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace

VERDICT_WORDS = {
    Verdict.ACCEPTED: ("diterima", "accepted", "green"),
    Verdict.ALREADY: ("sudah ada", "already here", "green"),
    Verdict.REFUSED: ("DITOLAK", "refused", "bold red"),
    Verdict.CONFLICT: ("BENTROK: putuskan", "conflict: decide", "bold yellow"),
}


@click.command(name="import")
@options.workspace
@click.argument("paths", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@options.as_json
def import_batches(workspace: Workspace, paths: tuple[Path, ...], as_json: bool) -> int:
    """Terima berkas hasil dari berkas, folder, atau stik. / Take in batches from files, folders or sticks.

    Semua diperiksa sebelum diterima; boleh diulang kapan saja. 0: tidak ada yang ditolak atau bentrok.
    Everything is verified before it is admitted; may be repeated at any time. Exit 1: something was refused or is in
    conflict.
    """
    outcomes = []
    for outcome in take_all(workspace, ledger_of(workspace), list(paths)):
        outcomes.append(outcome)
        if not as_json:
            _tell(outcome)
    if as_json:
        console.machine([_outcome_json(outcome) for outcome in outcomes])
    return 0 if all(outcome.good for outcome in outcomes) else 1


def _tell(outcome: Outcome) -> None:
    id_, en, style = VERDICT_WORDS[outcome.verdict]
    console.say(f"{outcome.path}: {id_}", f"{en}{f' ({outcome.booth})' if outcome.booth else ''}", style)
    for reason in outcome.reasons:
        console.say(f"    {record_id(reason.record)}: {reason.id}", f"    {reason.record}: {reason.en}")


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    return {
        "path": str(outcome.path),
        "verdict": outcome.verdict.value,
        "booth": outcome.booth,
        "reasons": [{"record": reason.record, "en": reason.en, "id": reason.id} for reason in outcome.reasons],
    }


@click.command()
@options.workspace
@click.argument("booth")
@click.option("--card", type=options.path, help="Kartu lunak (berkas), bukan pembaca. / A soft card's file.")
@options.pin_file
@reading.reader_option
@reading.wait_option
def decrypt(
    workspace: Workspace, booth: str, card: Path | None, pin_file: Path | None, reader: str | None, wait_s: float
) -> None:
    """Buka hasil bilik yang dikirim tanpa hasil. / Finish a batch that came without result, with a card and its PIN."""
    if card is not None and not card.is_file():
        raise OperatorError(
            f"There is no card {card}. Name the card's file.", id=f"Kartu {card} tidak ada. Sebutkan berkas kartunya."
        )

    def ask_pin(known: RegisteredCard) -> Pin:
        return console.ask_pin(pin_file, f"{known.holder} ({label(known.id)})")

    with _lying(card, reader, wait_s) as lying:
        role, votes = decrypt_booth(workspace, ledger_of(workspace), booth, lying, ask_pin)
    if votes is None:
        console.say(
            f"Bagian {ROLE_WORDS[role][1]} untuk bilik {booth} selesai; masih perlu kartu peran lain.",
            f"The part of the {role.value} is done; a card of the other role is still needed.",
        )
    else:
        console.say(f"Bilik {booth} sudah punya hasil.", f"Booth {booth} has its result.", "bold green")


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
@click.argument("booth")
@click.option("--batch", metavar="SHA256", help="Berkas yang berlaku. / The batch that counts (first characters do).")
@click.option("--paper", metavar="VOTES", help="Hasil hitung struk, mis. 3,120,98. / Votes counted by hand.")
@click.option("--reason", required=True, help="Dasar keputusan. / What the decision rests on.")
def decide(workspace: Workspace, booth: str, batch: str | None, paper: str | None, reason: str) -> None:
    """Catat keputusan orang: bentrok, atau hitung kertas. / Note what people decided: a conflict, or a paper count."""
    if (batch is None) == (paper is None):
        raise click.UsageError("give --batch or --paper")
    ledger = ledger_of(workspace)
    if batch is not None:
        decide_for_batch(workspace, ledger, booth, batch, reason)
    elif paper is not None:
        decide_by_paper(workspace, ledger, booth, paper, reason)
    console.say(f"Keputusan untuk bilik {booth} dicatat.", f"The decision for booth {booth} was noted.", "bold green")


COMMANDS = (import_batches, decrypt, decide)
