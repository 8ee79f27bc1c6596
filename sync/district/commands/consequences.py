"""What a changed register of cards means for keys and packages, said after every change."""

from config.cards.registry import RegisteredCard
from config.cards.role import Role
from sync.district import console
from sync.district.cards import packages_listing
from sync.district.holders import ROLE_WORDS
from sync.district.workspace import Workspace


def mind_trustees(workspace: Workspace) -> None:
    """A card more: the trustees' machines must know."""
    console.say(
        f"Permintaan kunci diperbarui: {workspace.path / 'request'}. Salin folder itu ke komputer tiap peran.",
        "The trustees' request was renewed. Copy that folder to each role's own machine.",
    )


def mind_withdrawn(workspace: Workspace, card: RegisteredCard) -> None:
    """A card less: what was made for it must be made again."""
    if card.role is not Role.TECHNICIAN and workspace.trustee(card.role) is not None:
        en, id_ = ROLE_WORDS[card.role]
        console.say(
            f"Buat ulang kunci {id_} dengan permintaan baru ({workspace.path / 'request'}), lalu 'trustee add "
            "--replace'.",
            f"Make the key of the {en} again from the new request, then 'trustee add --replace'.",
        )
    for booth in packages_listing(workspace, card):
        console.say(
            f"Paket bilik {booth} masih memuat kartu itu: package --renew {booth}, dan stik baru.",
            f"The package of {booth} still lists the card: it needs a new one, and a new stick.",
        )
