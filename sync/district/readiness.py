"""What an election still lacks before its packages can be made: everything at once."""

from dataclasses import dataclass

from config.cards.role import Role
from config.errors import BilikError
from config.mode import Mode
from config.trustees import OWNERS
from sync.district.holders import CARDS_FOR_EACH, ROLE_WORDS
from sync.district.packaging import changes_since
from sync.district.trustees import check_fits
from sync.district.workspace import Workspace


@dataclass(frozen=True)
class Lack:
    """One thing to do, in both languages."""

    en: str
    id: str


def lacking(workspace: Workspace) -> list[Lack]:
    """Missing or misfitting cards and trustees; raises SourceFaults when the plan is at fault."""
    lacks = _cards(workspace)
    for role in OWNERS:
        en, id_ = ROLE_WORDS[role]
        file = workspace.trustee(role)
        if file is None:
            lacks.append(
                Lack(
                    f"The key of the {en} is missing. On that role's machine: bilik-district trustee new REQUEST "
                    f"--role {role.value} --out FILE; here: bilik-district trustee add.",
                    f"Kunci {id_} belum ada. Di komputer peran itu: bilik-district trustee new PERMINTAAN --role "
                    f"{role.value} --out BERKAS; di sini: bilik-district trustee add.",
                )
            )
            continue
        try:
            check_fits(workspace, file)
        except BilikError as misfit:
            lacks.append(Lack(f"Key of the {en}: {misfit.en}", f"Kunci {id_}: {misfit.id}"))
    return lacks


def _cards(workspace: Workspace) -> list[Lack]:
    how = "PIV: cards issue" if workspace.record.mode is Mode.OFFICIAL else "cards issue, cards issue --soft"
    lacks = []
    seen = set()
    for booth, place in workspace.places.items():
        for role in OWNERS:
            where = f"{place.village} TPS {place.tps}" if role is Role.OFFICERS else place.village
            count = len(workspace.cards_for(role, booth))
            if count < CARDS_FOR_EACH and (role, where, place.village_code) not in seen:
                seen.add((role, where, place.village_code))
                en, id_ = ROLE_WORDS[role]
                lacks.append(
                    Lack(
                        f"{where}: {count} of {CARDS_FOR_EACH} cards of the {en} ({how}).",
                        f"{where}: {count} dari {CARDS_FOR_EACH} kartu {id_} ({how}).",
                    )
                )
    return lacks


def stale(workspace: Workspace) -> list[Lack]:
    """Packages that were made from what has changed since; to be asked when nothing is lacking."""
    lacks = []
    for booth in workspace.places:
        package = workspace.package(booth)
        changed = changes_since(workspace, package.manifest) if package else []
        if changed:
            lacks.append(
                Lack(
                    f"The package of booth {booth} was made before this changed: {', '.join(changed)}. Undo it, or "
                    f"make a new package: package --renew {booth}.",
                    f"Paket bilik {booth} dibuat sebelum ini berubah: {', '.join(changed)}. Batalkan, atau buat paket "
                    f"baru: package --renew {booth}.",
                )
            )
    return lacks
