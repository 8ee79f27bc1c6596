"""Officers' and committee's cards: made (soft ones, for rehearsals), registered, and asked for by trustees."""

import csv
import io
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from config.cards.certificate import Claims, make_certificate
from config.cards.port import Slot
from config.cards.registry import RegisteredCard, register
from config.cards.role import CardKind, Role
from config.cards.soft import SoftCard, new_soft_card
from config.errors import OperatorError
from config.files import write_whole
from config.minisign import SecretKey
from config.mode import Mode
from config.record import encode
from config.secret import Pin
from config.trustees import TrusteeRequest
from sync.district.workspace import Workspace

ROLE_WORDS = {
    Role.OFFICERS: ("officers", "petugas (KPPS)"),
    Role.COMMITTEE: ("committee", "panitia"),
    Role.TECHNICIAN: ("technician", "teknisi"),
}
"""The roles in sentences, English and Indonesian."""
CARDS_FOR_EACH = 2
"""Of each role and place, so that one lost card loses nothing."""


@dataclass(frozen=True)
class Holder:
    """Who gets a card and for what."""

    role: Role
    name: str
    village: str
    tps: int | None


def issue_soft(workspace: Workspace, root: SecretKey, holder: Holder, pin: Pin, out: Path) -> RegisteredCard:
    """Makes a soft card at ``out`` and registers it; raises OperatorError, and then nothing has changed."""
    if workspace.record.mode is not Mode.REHEARSAL:
        raise OperatorError(
            "Soft cards are for rehearsals: whoever copies the file has the card. An official election needs smart "
            "cards, which this release does not issue yet.",
            id="Kartu lunak hanya untuk gladi: siapa pun yang menyalin berkasnya memegang kartu itu. Pemilihan "
            "resmi memerlukan kartu pintar, yang belum didukung rilis ini.",
        )
    _fits(workspace, holder)
    if is_weak(pin):
        raise OperatorError(
            "This PIN is too easy to guess. Take six digits without a pattern.",
            id="PIN ini terlalu mudah ditebak. Pakai enam angka tanpa pola.",
        )
    made = new_soft_card(out, holder.name, pin)
    certify(workspace, root, made, holder)
    card = register(
        made,
        kind=CardKind.SOFT,
        role=holder.role,
        holder=holder.name,
        village_code=holder.village,
        tps=holder.tps,
    )
    workspace.keep_cards((*workspace.cards, card))
    renew_request(workspace, root)
    return card


def certify(workspace: Workspace, root: SecretKey, card: SoftCard, holder: Holder) -> None:
    """Writes onto a soft card whose it is."""
    plan = workspace.election
    claims = Claims(
        card=card.id,
        mode=workspace.record.mode,
        election_id=workspace.record.election_id,
        election=plan.name,
        role=holder.role,
        holder=holder.name,
        village_code=holder.village,
        tps=holder.tps,
    )
    for slot in Slot:
        card.keep_certificate(slot, make_certificate(root, card.public_key(slot), slot, claims))


def rehearsal_holders(workspace: Workspace) -> Iterator[tuple[Holder, str]]:
    """Two officers for each TPS and two of the committee for each village, each with the name of a card file."""
    for village in workspace.election.villages:
        for tps in village.tps:
            for n in range(1, CARDS_FOR_EACH + 1):
                name = f"Petugas {n} TPS {tps.number} {village.name}"
                yield (
                    Holder(Role.OFFICERS, name, village.code, tps.number),
                    f"officers-{village.code}-{tps.number:03d}-{n}.card",
                )
        for n in range(1, CARDS_FOR_EACH + 1):
            yield (
                Holder(Role.COMMITTEE, f"Panitia {n} {village.name}", village.code, None),
                f"committee-{village.code}-{n}.card",
            )


def write_sheet(path: Path, entries: list[tuple[Holder, str, Pin]]) -> None:
    """``pins.csv``: which file and PIN each holder gets; for rehearsals, readable by its owner only."""
    sheet = io.StringIO()
    table = csv.writer(sheet, lineterminator="\n")
    table.writerow(("file", "role", "village", "tps", "holder", "pin"))
    for holder, file, pin in entries:
        table.writerow((file, holder.role.value, holder.village, holder.tps or "", holder.name, pin.reveal()))
    write_whole(path, sheet.getvalue().encode(), 0o600)


def new_pin() -> Pin:
    """Six random digits, weak ones excluded."""
    while True:
        pin = Pin(f"{secrets.randbelow(10**6):06d}")
        if not is_weak(pin):
            return pin


def is_weak(pin: Pin) -> bool:
    """Whether a PIN is among those that are tried first: repeats, runs, and short patterns said twice or thrice."""
    digits = pin.reveal()
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(digits)}
    return len(set(digits)) <= 2 or len(steps) == 1 or digits[:3] == digits[3:] or digits[:3] == digits[:2:-1]


def renew_request(workspace: Workspace, root: SecretKey) -> None:
    """Writes the trustees' request anew: which booths need a key, and which cards may open it."""
    request = encode(
        TrusteeRequest(
            mode=workspace.record.mode,
            election=workspace.election_name,
            booths=tuple(workspace.places),
            cards=workspace.cards,
        )
    )
    comment = f"bilik-trustee-request/1 {workspace.record.election_id} {workspace.record.mode.value}"
    workspace.write("request/root.pub", workspace.root.file)
    workspace.write("request/request.json", request)
    workspace.write("request/request.json.minisig", root.sign(request, comment))


def _fits(workspace: Workspace, holder: Holder) -> None:
    village = workspace.election.village(holder.village)
    if village is None:
        codes = ", ".join(village.code for village in workspace.election.villages)
        raise OperatorError(
            f"The election has no village {holder.village}. Its villages: {codes}.",
            id=f"Pemilihan ini tidak punya desa {holder.village}. Desanya: {codes}.",
        )
    if (holder.role is Role.OFFICERS) != (holder.tps is not None):
        raise OperatorError(
            "Officers' cards belong to one TPS (--tps), the committee's to a whole village (no --tps).",
            id="Kartu petugas milik satu TPS (--tps), kartu panitia milik seluruh desa (tanpa --tps).",
        )
    if holder.tps is not None and holder.tps not in {tps.number for tps in village.tps}:
        raise OperatorError(
            f"{village.name} has no TPS {holder.tps}. Look into booths.csv.",
            id=f"{village.name} tidak punya TPS {holder.tps}. Periksa booths.csv.",
        )
    name = _plain(holder.name)
    if not name or len(holder.name) > 60:
        raise OperatorError(
            "Write the holder's name, at most 60 characters.", id="Tulis nama pemegang kartu, paling banyak 60 huruf."
        )
    if any(card.role is not holder.role and _plain(card.holder) == name for card in workspace.cards):
        raise OperatorError(
            f"{holder.name} holds a card of the other role already. No person may hold both keys: choose another "
            "holder.",
            id=f"{holder.name} sudah memegang kartu dengan peran lain. Tidak seorang pun boleh memegang kedua kunci: "
            "pilih pemegang lain.",
        )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
