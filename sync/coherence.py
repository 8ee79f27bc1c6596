"""What must hold together in a package before anyone believes it: a fault found at closing would cost a whole day.

The root's signature says who made the package, not that it was made well.
"""

from config.cards.port import Slot
from config.cards.role import CardKind, Role
from config.errors import InputError
from config.mode import Mode
from config.package import Package, SecretContents
from config.secret import Key
from config.trustees import OWNERS
from sync.ballot.election import Setup, credential_public
from sync.ballot.group import encode_element
from sync.mark import public_mark_key

SCALAR_BYTES = 32


def setup_of(package: Package) -> Setup:
    """The booth's Belenios election; raises InputError unless it is the one that the manifest describes."""
    manifest, files = package.manifest, package.files
    ballot = manifest.ballot
    setup = Setup.load(files[ballot.election], files[ballot.trustees], files[ballot.credentials])
    described = (
        ballot.uuid,
        tuple(candidate.name for candidate in manifest.candidates),
        manifest.blank,
        tuple(trustee.public_key for trustee in manifest.trustees),
    )
    found = (setup.uuid, setup.answers, setup.blank, tuple(encode_element(key) for key in setup.trustee_keys))
    if found != described or tuple(trustee.role for trustee in manifest.trustees) != OWNERS:
        raise _incoherent("its ballot is not that of its candidates and trustees", "surat suaranya tidak sesuai")
    numbers = [candidate.number for candidate in manifest.candidates]
    if len(set(numbers)) != len(numbers):
        raise _incoherent("two candidates have one number", "dua calon bernomor sama")
    _check_cards(package)
    return setup


def _check_cards(package: Package) -> None:
    """Every card that will be asked for can open what it is asked for; none is two, and none of an official election
    is a file.
    """
    manifest = package.manifest
    points = [card.point(slot) for card in manifest.cards for slot in Slot]
    if len({card.id for card in manifest.cards}) != len(manifest.cards) or len(set(points)) != len(points):
        raise _incoherent("one card or key is listed twice", "ada kartu atau kunci yang tercantum dua kali")
    if manifest.mode is Mode.OFFICIAL and any(card.kind is CardKind.SOFT for card in manifest.cards):
        raise _incoherent(
            "it is official and lists a soft card, which anybody can copy",
            "paket resmi, tetapi memuat kartu lunak, yang dapat disalin",
        )
    by_role = {role: {card.id for card in manifest.cards if card.role is role} for role in OWNERS}
    sealed = {trustee.role: {wrapped.card for wrapped in trustee.keys} for trustee in manifest.trustees}
    sealed_secrets = {wrapped.card for wrapped in manifest.secrets.keys}
    if not all(by_role.values()) or sealed != by_role or sealed_secrets != by_role[Role.OFFICERS]:
        raise _incoherent("its keys are not wrapped for its cards", "kuncinya tidak dibungkus untuk kartunya")


def credentials_of(package: Package, setup: Setup, contents: SecretContents, lane: int) -> tuple[Key, ...]:
    """One lane's secret credentials; raises InputError unless they and the mark key are those of the package."""
    settings, voters = package.manifest.settings, package.manifest.place.voters
    if public_mark_key(Key(contents.mark_seed)) != package.manifest.mark_key:
        raise _incoherent("its mark key is another", "kunci tandanya lain")
    scalars = contents.lanes[lane] if lane < len(contents.lanes) else b""
    found = tuple(Key(scalars[at : at + SCALAR_BYTES]) for at in range(0, len(scalars), SCALAR_BYTES))
    if len(scalars) != SCALAR_BYTES * settings.credentials_per_lane(voters):
        raise _incoherent("it has too few credentials", "kredensialnya kurang")
    if not {credential_public(credential) for credential in found} <= setup.pool:
        raise _incoherent("its credentials are not in its pool", "kredensialnya tidak terdaftar")
    return found


def _incoherent(what: str, indonesian: str) -> InputError:
    return InputError(
        f"The package does not hold together: {what}. Ask the district for a new package.",
        id=f"Isi paket tidak saling cocok: {indonesian}. Minta paket baru ke kabupaten.",
    )
