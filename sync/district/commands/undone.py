"""What a command says at once when what it did undid a signature."""

from sync.district import console
from sync.district.finals import any_standing
from sync.district.ledger import Ledger
from sync.district.standing import now, stand
from sync.district.workspace import Workspace


def tell_undone(workspace: Workspace, ledger: Ledger) -> None:
    """A sentence, on stderr, for each village that is final no more; nearly free where none was final."""
    if not any_standing(ledger.database):
        return
    standing = stand(workspace, ledger, now())
    names = {one.village.code: one.village.name for one in standing.villages}
    for code in standing.finals.fresh:
        undone, name = standing.finals.undone[code], names.get(code, code)
        console.warn(
            f"{name} tidak lagi final: {undone.id}. Periksa, lalu tetapkan lagi dengan 'bilik-district final'.",
            f"{name} is final no more: {undone.en}. Look into it, then sign again with 'bilik-district final'.",
        )
