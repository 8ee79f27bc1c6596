"""A booth's package: its own Belenios election, its secrets sealed to the officers' cards, one signed manifest."""

import secrets
import time
from pathlib import Path

import msgspec
from nacl.secret import SecretBox

from config.cards.registry import RegisteredCard
from config.cards.role import Role
from config.errors import InputError, OperatorError
from config.files import sync_folder
from config.minisign import SecretKey
from config.mode import Mode
from config.package import (
    BallotFiles,
    Candidate,
    ElectionName,
    Manifest,
    Package,
    Place,
    SecretContents,
    Secrets,
    Sha256,
    TrusteeSeal,
    manifest_bytes,
    read_package,
    write_package,
)
from config.record import Record, encode, sha256
from config.secret import Key
from config.settings import Settings
from config.trustees import OWNERS, BoothTrustee, cards_for, secrets_context
from config.wrap import wrap_for_all
from sync.ballot.election import make_setup, new_credential, new_uuid
from sync.district.holders import ROLE_WORDS
from sync.district.trustees import public_of
from sync.district.workspace import Workspace
from sync.mark import public_mark_key

STICK_FOLDER = Path("bilik") / "package"
"""Where a booth looks on its stick."""


class PlainPart(Record, frozen=True):
    """The manifest's fields that follow from plan, cards and trustees alone."""

    mode: Mode
    election: ElectionName
    place: Place
    blank: bool
    candidates: tuple[Candidate, ...]
    cards: tuple[RegisteredCard, ...]
    trustees: tuple[TrusteeSeal, ...]
    audio: dict[str, dict[str, Sha256]]
    settings: Settings


def plain_part(workspace: Workspace, place: Place) -> PlainPart:
    """Those fields as they stand today; raises OperatorError while a role's key is missing."""
    plan = workspace.election
    village = plan.village(place.village_code)
    assert village is not None  # noqa: S101 -- a place comes from a village of the plan
    entries = {role: _entry(workspace, role, place.booth_id) for role in OWNERS}
    return PlainPart(
        mode=workspace.record.mode,
        election=workspace.election_name,
        place=place,
        blank=plan.blank,
        candidates=tuple(Candidate(number=c.number, name=c.name, photo=c.photo) for c in village.candidates),
        cards=tuple(card for role in Role for card in cards_for(workspace.cards, role, place.booth_id)),
        trustees=tuple(
            TrusteeSeal(role=role, public_key=public_of(entry).public_key, keys=entry.keys)
            for role, entry in entries.items()
        ),
        audio={language: dict(clips) for language, clips in village.audio.items()},
        settings=plan.settings,
    )


def make_package(workspace: Workspace, place: Place, root: SecretKey) -> Package:
    """Makes a booth's keys and manifest, once, and stores them; what is secret is sealed before it is written."""
    plan = workspace.election
    part = plain_part(workspace, place)
    lane_size = plan.settings.credentials_per_lane(place.voters)
    lanes = [[new_credential() for _ in range(lane_size)] for _ in range(plan.settings.lanes)]
    setup = make_setup(
        uuid=new_uuid(),
        name=plan.name,
        description=f"{plan.district}, {place.subdistrict}, {place.village} ({place.village_code}), "
        f"TPS {place.tps}, bilik {place.booth}, {plan.date}, {plan.mode.value}",
        question=plan.question,
        answers=[candidate.name for candidate in part.candidates],
        blank=plan.blank,
        trustees=[public_of(_entry(workspace, role, place.booth_id)) for role in OWNERS],
        credentials=[credential for lane in lanes for credential in lane],
        administrator=plan.district,
        credential_authority=plan.district,
    )
    mark_seed = Key(secrets.token_bytes(32))
    box, sealed = _seal_secrets(workspace, place, setup.uuid, lanes, mark_seed)
    words = plan.words
    photos = [plan.photos[candidate.photo] for candidate in part.candidates]
    clips = [plan.clips[name] for name in {name for said in part.audio.values() for name in said.values()}]
    files = {
        workspace.keep_asset(data): data
        for data in (setup.election, setup.trustees, setup.credentials, box, *photos, *words.values(), *clips)
    }
    data = manifest_bytes(
        Manifest(
            **msgspec.structs.asdict(part),
            timestamp=int(time.time()),
            ballot=BallotFiles(
                uuid=setup.uuid,
                election=sha256(setup.election),
                trustees=sha256(setup.trustees),
                credentials=sha256(setup.credentials),
            ),
            mark_key=public_mark_key(mark_seed),
            secrets=sealed,
            words={language: sha256(compiled) for language, compiled in words.items()},
            files={name: len(files[name]) for name in sorted(files)},
        )
    )
    comment = f"bilik-package/1 {place.booth_id} {workspace.record.mode.value}"
    workspace.keep_manifest(place.booth_id, data, root.sign(data, comment))
    made = workspace.package(place.booth_id)
    assert made is not None  # noqa: S101 -- it was stored on the line above
    return made


def _seal_secrets(
    workspace: Workspace, place: Place, uuid: str, lanes: list[list[Key]], mark_seed: Key
) -> tuple[bytes, Secrets]:
    contents = SecretContents(
        lanes=tuple(b"".join(credential.reveal() for credential in lane) for lane in lanes),
        mark_seed=mark_seed.reveal(),
    )
    key = Key(secrets.token_bytes(SecretBox.KEY_SIZE))
    box = bytes(SecretBox(key.reveal()).encrypt(encode(contents)))
    officers = cards_for(workspace.cards, Role.OFFICERS, place.booth_id)
    return box, Secrets(file=sha256(box), keys=wrap_for_all(key, officers, secrets_context(uuid)))


def _entry(workspace: Workspace, role: Role, booth: str) -> BoothTrustee:
    file = workspace.trustee(role)
    entry = next((entry for entry in file.booths if entry.booth == booth), None) if file else None
    if entry is None:
        raise OperatorError(
            f"The key of the {role.value} is missing for booth {booth}. Make it with 'trustee new' and hand it in with "
            "'trustee add'.",
            id=f"Kunci {ROLE_WORDS[role][1]} untuk bilik {booth} belum ada. Buat dengan 'trustee new' dan "
            "serahkan dengan 'trustee add'.",
        )
    return entry


def changes_since(workspace: Workspace, package: Package) -> list[str]:
    """Fields of a made manifest that plan, cards or trustees would fill in another way today."""
    booth = package.manifest.place.booth_id
    if booth not in workspace.places:
        return ["place"]
    today = msgspec.structs.asdict(plain_part(workspace, workspace.places[booth]))
    technicians = tuple(card for card in package.manifest.cards if card.role not in OWNERS)
    if set(technicians) <= set(workspace.cards):
        # A technician's card opens nothing: one that was made later is no reason for new keys in every booth.
        today["cards"] = (*(card for card in today["cards"] if card.role in OWNERS), *technicians)
    return [name for name, value in today.items() if getattr(package.manifest, name) != value]


def refuse_if_changed(workspace: Workspace, package: Package) -> None:
    """A package is made once. Raises OperatorError when what it was made from has changed since."""
    changed = changes_since(workspace, package)
    if changed:
        booth = package.manifest.place.booth_id
        raise OperatorError(
            f"The package of booth {booth} was made before this changed: {', '.join(changed)}. Undo the change, or "
            f"make a new package with new keys (--renew {booth}); sticks with the old one are then worthless.",
            id=f"Paket bilik {booth} dibuat sebelum ini berubah: {', '.join(changed)}. Batalkan perubahannya, atau "
            f"buat paket baru dengan kunci baru (--renew {booth}); stik dengan paket lama tidak berlaku lagi.",
        )


def refuse_to_renew(workspace: Workspace, booth: str, *, has_batch: bool) -> None:
    """Raises OperatorError when a booth has no package, or has voted with it: its batch would become worthless."""
    workspace.place(booth)
    if workspace.package(booth) is None:
        raise OperatorError(
            f"Booth {booth} has no package yet. Make it without --renew.",
            id=f"Bilik {booth} belum punya paket. Buat tanpa --renew.",
        )
    if has_batch:
        raise OperatorError(
            f"Booth {booth} has handed in its batch already. Its package stays as it is.",
            id=f"Bilik {booth} sudah menyerahkan hasil. Paketnya tidak diganti.",
        )


def put_on_stick(package: Package, stick: Path) -> bool:
    """Writes the package to a stick's folder; False when the very same one lies there already.

    Raises OperatorError when another package lies there; InputError when the copy does not read back.
    """
    folder = stick / STICK_FOLDER
    if folder.exists():
        try:
            there = read_package(folder, root=package.root).manifest_bytes
        except InputError:
            there = b""
        if there != package.manifest_bytes:
            raise OperatorError(
                f"{folder} holds another package, or one whose booth has closed. Take another stick, or remove that "
                "folder if nobody needs it.",
                id=f"{folder} berisi paket lain, atau paket bilik yang sudah ditutup. Pakai stik lain, "
                "atau hapus folder itu bila tidak diperlukan lagi.",
            )
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_package(folder, package)
    for written in (folder / "files", folder, folder.parent):
        sync_folder(written)
    read_package(folder, root=package.root)
    return True
