"""``cards show``: what lies in the reader."""

from pathlib import Path

import click
from rich.text import Text

from config.cards.certificate import Claims
from config.cards.registry import UnknownCard
from config.errors import BilikError
from config.mode import Mode
from sync.district import console
from sync.district.commands import options, reading
from sync.district.facts import Facts, read_facts
from sync.district.found import Standing
from sync.district.holders import ROLE_WORDS, place_words
from sync.district.issuing import refuse_contactless
from sync.district.workspace import Withdrawal, Workspace

STANDING_WORDS = {
    Standing.BLANK: ("kosong", "blank"),
    Standing.BEGUN: ("penerbitannya terputus; terbitkan lagi", "issuing was cut off; issue it again"),
    Standing.REGISTERED: ("terdaftar dan berlaku", "registered, counts"),
    Standing.WITHDRAWN: ("dicabut", "withdrawn"),
    Standing.FOREIGN: ("tidak dikenal ruang kerja ini", "not known to this workspace"),
}
WITHDRAWAL_WORDS = {
    Withdrawal.LOST: ("dicabut: hilang", "withdrawn: lost"),
    Withdrawal.REPLACED: ("dicabut: diterbitkan ulang", "withdrawn: issued anew"),
    Withdrawal.RETIRED: ("pensiun", "retired"),
}
FACTORY_WORDS = {
    "pin": ("PIN bawaan pabrik", "factory PIN"),
    "puk": ("PUK bawaan pabrik", "factory PUK"),
    "management_key": ("kunci pengelola bawaan pabrik", "factory management key"),
}


@click.command(name="show")
@click.argument("workspace", type=options.WorkspaceType(), required=False)
@click.option("--pin", "with_pin", is_flag=True, help="Coba PIN; penghitungnya pulih. / Try the PIN; tries come back.")
@options.pin_file
@reading.reader_option
@reading.wait_option
@options.as_json
def show_card(
    workspace: Workspace | None,
    with_pin: bool,
    pin_file: Path | None,
    reader: str | None,
    wait_s: float,
    as_json: bool,
) -> int:
    """Kartu di pembaca: milik siapa, berlakukah. / The card in the reader: whose it is and whether it counts.

    Keluar 1: kartu bernomor terdaftar tetapi tidak dapat membuktikannya. Exit 1: a registered card that cannot prove
    itself.
    """
    tried = with_pin or pin_file is not None
    with reading.open_reader(reader) as opened:
        card = reading.wait_for_card(opened, wait_s, None if as_json else reading.ANY_CARD)
        facts = read_facts(workspace, card)
        if tried:
            refuse_contactless(card)
            if workspace is None and not as_json:
                _show(workspace, facts)
            _mind_pin(workspace, facts)
            # Without a workspace the holder's name is only what the card says: it could be anybody's.
            card.verify_pin(console.ask_pin(pin_file, facts.label or "?"))
            facts = read_facts(workspace, card)
    if as_json:
        console.machine(_json(facts))
    else:
        _show(workspace, facts)
        if tried:
            console.say("PIN benar.", "The PIN is right.", "bold green")
    return 1 if facts.standing is Standing.REGISTERED and not facts.proved else 0


def _mind_pin(workspace: Workspace | None, facts: Facts) -> None:
    """Before the PIN is asked: a card that waits for it may be a copy, or anybody's; raises UnknownCard."""
    if workspace is None:
        console.warn(
            "Tanpa ruang kerja tidak ada yang dapat memeriksa kartu ini. Ketik PIN hanya bila yakin ini kartu Anda: "
            "cocokkan labelnya.",
            "Without a workspace nobody can check this card. Type the PIN only if you are sure that it is yours: "
            "compare its label.",
        )
    elif not facts.proved:
        raise facts.doubt or UnknownCard


def _show(workspace: Workspace | None, facts: Facts) -> None:
    console.table("Kartu di pembaca / card in the reader", ("hal / what", "isi / it says"), _rows(workspace, facts))
    _warn(facts)


def _rows(workspace: Workspace | None, facts: Facts) -> list[tuple[str | Text, str | Text]]:
    rows: list[tuple[str | Text, str | Text]] = [("kartu / card", Text(facts.label or "–", style="bold"))]
    if facts.claims is not None:
        rows += _claims(workspace, facts.claims)
    if facts.standing is not None:
        id_, en = WITHDRAWAL_WORDS[facts.withdrawn] if facts.withdrawn else STANDING_WORDS[facts.standing]
        rows.append(("di ruang kerja ini / in this workspace", f"{id_} / {en}"))
    if facts.standing is Standing.REGISTERED:
        proved = ("terbukti", "proved") if facts.proved else ("TIDAK TERBUKTI", "NOT PROVED")
        rows.append(("kunci / keys (9E)", Text(f"{proved[0]} / {proved[1]}", style="green" if facts.proved else "red")))
    rows.append(("sisa percobaan PIN / PIN tries left", str(facts.pin_tries)))
    if facts.puk_tries is not None:
        rows.append(("sisa percobaan PUK / PUK tries left", str(facts.puk_tries)))
    if facts.version is not None:
        rows.append(("versi, nomor seri / version, serial", f"{facts.version}, {facts.serial or '–'}"))
    return rows


def _claims(workspace: Workspace | None, claims: Claims) -> list[tuple[str | Text, str | Text]]:
    en, id_ = ROLE_WORDS[claims.role]
    if workspace is not None and claims.election_id == workspace.record.election_id:
        place = place_words(workspace.election, claims.village_code, claims.tps)
    else:
        place = " TPS ".join(str(part) for part in (claims.village_code, claims.tps) if part is not None) or "–"
    mode = "GLADI / REHEARSAL" if claims.mode is Mode.REHEARSAL else "RESMI / OFFICIAL"
    rows: list[tuple[str | Text, str | Text]] = [
        ("pemegang / holder", claims.holder),
        ("peran / role", f"{id_} / {en}"),
        ("tempat / place", place),
        ("pemilihan / election", f"{claims.election} ({mode})"),
    ]
    if claims.retired:
        rows.append(("dipensiunkan / retired", "ya / yes"))
    return rows


def _warn(facts: Facts) -> None:
    if facts.claims is not None and facts.signed is not True and facts.standing is not Standing.REGISTERED:
        console.warn(
            "Nama dan tempat di atas hanya tulisan di kartu; ruang kerja ini tidak menjaminnya.",
            "Name and place above are what the card says of itself; nobody here answers for them.",
        )
    if facts.doubt is not None:
        console.complain(facts.doubt)
    for name, factory in facts.factory.items():
        if factory:
            id_, en = FACTORY_WORDS[name]
            console.warn(
                f"Kartu masih memakai {id_}: siapa pun mengetahuinya.",
                f"The card still has the {en}, which everybody knows.",
            )
    if facts.contactless:
        console.warn(
            "Kartu ini dibaca lewat radio; bilik menolaknya kecuali pengaturan mengizinkan.",
            "This card is spoken to by radio; booths refuse it unless the settings allow it.",
        )


def _json(facts: Facts) -> dict[str, object]:
    claims = facts.claims
    return {
        "id": facts.id,
        "label": facts.label,
        "holder": claims.holder if claims else None,
        "role": claims.role.value if claims else None,
        "village_code": claims.village_code if claims else None,
        "tps": claims.tps if claims else None,
        "election": claims.election if claims else None,
        "election_id": claims.election_id if claims else None,
        "mode": claims.mode.value if claims else None,
        "retired": claims.retired if claims else None,
        "signed": facts.signed,
        "standing": facts.standing.value if facts.standing else None,
        "withdrawn": facts.withdrawn.value if facts.withdrawn else None,
        "proved": facts.proved if facts.standing else None,
        "doubt": _sentences(facts.doubt),
        "contactless": facts.contactless,
        "pin_tries": facts.pin_tries,
        "puk_tries": facts.puk_tries,
        "factory": facts.factory,
        "version": facts.version,
        "serial": facts.serial,
    }


def _sentences(error: BilikError | None) -> dict[str, str] | None:
    return {"en": error.en, "id": error.id} if error else None
