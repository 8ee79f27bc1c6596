"""``trustee``: a role's keys, made on its own machine and handed in as a file."""

from collections import Counter
from pathlib import Path

import click
from rich.text import Text

from config.cards.role import Role
from config.errors import OperatorError
from config.files import read_plain, write_whole
from config.record import fingerprint
from config.trustees import OWNERS
from sync.district import console
from sync.district.cards import label, plain_card
from sync.district.commands import options
from sync.district.holders import ROLE_WORDS
from sync.district.trustees import MAX_BYTES, add_trustee, make_trustee, read_request, read_trustee
from sync.district.workspace import Workspace, public_key


@click.group()
def trustee() -> None:
    """Kunci petugas dan kunci panitia. / The officers' and the committee's keys."""


@trustee.command(name="new")
@click.argument("request", type=options.path)
@click.option(
    "--role", type=click.Choice([role.value for role in OWNERS]), required=True, help="Peran siapa. / Whose role."
)
@click.option("--out", type=options.path, required=True, help="Berkas untuk kabupaten. / The file for the district.")
@options.root
@options.as_json
def new_trustee(request: Path, role: str, out: Path, root: str | None, as_json: bool) -> None:
    """Buat kunci satu peran di komputernya sendiri. / Make a role's keys on its own machine; needs the request only."""
    if out.exists():
        raise OperatorError(f"{out} is there already. Choose another name.", id=f"{out} sudah ada. Pilih nama lain.")
    asked, key = read_request(request, public_key(root) if root else None)
    data = make_trustee(asked, Role(role))
    # The role's own check that no card was slipped in: these, and no others, will open its keys.
    console.table(
        "Kunci ini hanya terbuka dengan kartu / these keys open with these cards only",
        ("kartu / card", "pemegang / holder", "desa / village", "TPS"),
        [
            (
                Text(label(card.id), no_wrap=True, style="bold"),
                card.holder,
                card.village_code or "–",
                str(card.tps or "–"),
            )
            for card in asked.cards
            if card.role is Role(role)
        ],
    )
    # Counted in the file itself, beside the table: a row that nobody saw is a card all the same.
    for cards, booths in sorted(Counter(len(entry.keys) for entry in read_trustee(data).booths).items()):
        console.say(
            f"Kunci {booths} bilik masing-masing disegel untuk {cards} kartu.",
            f"The key of each of {booths} booths is sealed to {cards} cards.",
            "bold",
        )
    write_whole(out, data)
    what = f"{len(asked.booths)} bilik ({asked.election.name}, {asked.mode.value})"
    console.say(
        f"Kunci {ROLE_WORDS[Role(role)][1]} untuk {what} ditulis ke {out}.",
        f"Keys of the {role} for {len(asked.booths)} booths were written; they open with the role's cards only.",
        "bold green",
    )
    console.say(
        "Bandingkan dengan kartu yang benar-benar dipegang peran ini; ada kartu asing: jangan serahkan berkasnya.",
        "Compare with the cards that this role really holds; hand nothing in if one of them is not yours.",
    )
    if root is None:
        console.say(
            f"Permintaan ditandatangani kunci {key.fingerprint}. Bandingkan dengan catatan kabupaten.",
            "The request is signed by that key. Compare it with what the district wrote down.",
        )
    console.say(
        f"Sidik berkas: {fingerprint(data)}. Kabupaten harus melihat sidik yang sama.",
        "The file's fingerprint: the district must see the same one.",
    )
    if as_json:
        cards_of_role = [plain_card(card) for card in asked.cards if card.role is Role(role)]
        keys = {"root": key.text, "fingerprint": fingerprint(data)}
        console.machine({"path": str(out), "role": role, "booths": len(asked.booths), "cards": cards_of_role} | keys)


@trustee.command(name="add")
@options.workspace
@click.argument("file", type=options.path)
@click.option("--replace", is_flag=True, help="Ganti kunci yang sudah diserahkan. / Replace the key handed in before.")
@click.option("--missing", is_flag=True, help="Hanya bilik yang belum punya. / Only booths that have no fitting key.")
@options.as_json
def add(workspace: Workspace, file: Path, replace: bool, missing: bool, as_json: bool) -> None:
    """Terima berkas kunci dari satu peran. / Take in a role's file after checking all of it."""
    data = read_plain(file, MAX_BYTES)
    with workspace.changing():
        taken = add_trustee(workspace, data, replace=replace, missing=missing)
    console.say(
        f"Kunci {ROLE_WORDS[taken.role][1]} diterima untuk {len(taken.booths)} bilik. "
        f"Sidik berkas: {fingerprint(data)}.",
        f"The keys of the {taken.role.value} were taken for {len(taken.booths)} booths. Compare the fingerprint.",
        "bold green",
    )
    if as_json:
        told = {"role": taken.role.value, "booths": len(taken.booths), "fingerprint": fingerprint(data)}
        console.machine(told)


COMMANDS = (trustee,)
