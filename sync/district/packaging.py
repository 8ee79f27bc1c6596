"""A booth's package: its own Belenios election, its secrets sealed to the officers' cards, one signed manifest."""

import secrets
import time
from dataclasses import dataclass

import msgspec
from nacl.secret import SecretBox

from config.cards.registry import RegisteredCard
from config.cards.role import Role
from config.election import Election
from config.errors import OperatorError
from config.minisign import SecretKey
from config.mode import Mode
from config.package import (
    BallotFiles,
    Candidate,
    ElectionName,
    Manifest,
    Place,
    SecretContents,
    Secrets,
    Sha256,
    TrusteeSeal,
    manifest_bytes,
)
from config.record import Record, encode, sha256
from config.secret import Key
from config.settings import Settings
from config.trustees import OWNERS, BoothTrustee, secrets_context
from config.wrap import wrap_for_all
from sync.ballot.election import new_credential, new_uuid, setup_records
from sync.district.holders import ROLE_WORDS
from sync.district.trustees import public_of
from sync.district.workspace import Workspace
from sync.mark import public_mark_key


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


def plain_part(workspace: Workspace, plan: Election, place: Place) -> PlainPart:
    """Those fields as they stand today; raises OperatorError while a role's key is missing."""
    village = plan.village(place.village_code)
    assert village is not None  # noqa: S101 -- a place comes from a village of the plan
    entries = {role: _entry(workspace, role, place.booth_id) for role in OWNERS}
    return PlainPart(
        mode=workspace.record.mode,
        election=workspace.named(plan),
        place=place,
        blank=plan.blank,
        candidates=tuple(Candidate(number=c.number, name=c.name, photo=c.photo) for c in village.candidates),
        cards=tuple(card for role in Role for card in workspace.cards_for(role, place.booth_id)),
        trustees=tuple(
            TrusteeSeal(role=role, public_key=public_of(entry).public_key, keys=entry.keys)
            for role, entry in entries.items()
        ),
        audio={language: dict(clips) for language, clips in village.audio.items()},
        settings=plan.settings,
    )


@dataclass(frozen=True)
class Draft:
    """A package before it is signed: nothing in it is secret and open."""

    booth: str
    manifest: bytes
    files: tuple[bytes, ...]


def signed(workspace: Workspace, draft: Draft, root: SecretKey) -> tuple[str, bytes, bytes]:
    """Booth, manifest and signature, as ``Workspace.keep_manifests`` takes them."""
    comment = f"bilik-package/1 {draft.booth} {workspace.record.mode.value}"
    return draft.booth, draft.manifest, root.sign(draft.manifest, comment)


def draft_package(workspace: Workspace, plan: Election, place: Place) -> Draft:
    """Makes a booth's keys and the files of its package; nothing is stored, and what is secret is sealed."""
    part = plain_part(workspace, plan, place)
    lane_size = plan.settings.credentials_per_lane(place.voters)
    lanes = [[new_credential() for _ in range(lane_size)] for _ in range(plan.settings.lanes)]
    setup = setup_records(
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
        sha256(data): data
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
    return Draft(place.booth_id, data, tuple(files.values()))


def _seal_secrets(
    workspace: Workspace, place: Place, uuid: str, lanes: list[list[Key]], mark_seed: Key
) -> tuple[bytes, Secrets]:
    contents = SecretContents(
        lanes=tuple(b"".join(credential.reveal() for credential in lane) for lane in lanes),
        mark_seed=mark_seed.reveal(),
    )
    key = Key(secrets.token_bytes(SecretBox.KEY_SIZE))
    box = bytes(SecretBox(key.reveal()).encrypt(encode(contents)))
    officers = workspace.cards_for(Role.OFFICERS, place.booth_id)
    return box, Secrets(file=sha256(box), keys=wrap_for_all(key, officers, secrets_context(uuid)))


def _entry(workspace: Workspace, role: Role, booth: str) -> BoothTrustee:
    entry = workspace.trustee_entry(role, booth)
    if entry is None:
        raise OperatorError(
            f"The key of the {role.value} is missing for booth {booth}. Make it with 'trustee new' and hand it in with "
            "'trustee add'.",
            id=f"Kunci {ROLE_WORDS[role][1]} untuk bilik {booth} belum ada. Buat dengan 'trustee new' dan "
            "serahkan dengan 'trustee add'.",
        )
    return entry


def changes_since(workspace: Workspace, made: Manifest) -> list[str]:
    """Fields of a made manifest that plan, cards or trustees would fill in another way today."""
    booth = made.place.booth_id
    if booth not in workspace.places:
        return ["place"]
    today = msgspec.structs.asdict(plain_part(workspace, workspace.election, workspace.places[booth]))
    technicians = tuple(card for card in made.cards if card.role not in OWNERS)
    if set(technicians) <= set(workspace.cards):
        # A technician's card opens nothing: one that was made later is no reason for new keys in every booth.
        today["cards"] = (*(card for card in today["cards"] if card.role in OWNERS), *technicians)
    return [name for name, value in today.items() if getattr(made, name) != value]


def refuse_if_changed(workspace: Workspace, made: Manifest) -> None:
    """A package is made once. Raises OperatorError when what it was made from has changed since."""
    changed = changes_since(workspace, made)
    if changed:
        booth = made.place.booth_id
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
