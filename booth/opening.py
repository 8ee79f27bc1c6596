"""Opening: what an officer's card unwraps, the store of the day, and the zero report."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from booth.asking import Shown
from booth.clock import minute
from booth.device import SOFTWARE, Device
from booth.polls import Durable
from booth.provision import label_of, masthead_of, words_of
from booth.store.keys import create_keys, open_keys
from booth.store.rows import Identity
from booth.store.slots import slot_bytes
from booth.store.store import Store
from booth.views import Check
from config.cards.port import Slot
from config.cards.registry import UnprovenCard, check_signature
from config.cards.role import Role
from config.errors import DamageError, InputError
from config.files import put_in_place
from config.minisign import SecretKey
from config.package import Package, SecretContents
from config.record import encode
from config.secret import Key
from config.trustees import secrets_context
from config.wrap import unwrap
from printer.documents import ZeroReport, zero_report
from printer.layout import Document
from printer.status import Status as PaperStatus
from sync.ballot.election import Setup
from sync.batch import SessionCertificate, SessionClaim, claim_bytes
from sync.coherence import credentials_of, setup_of
from sync.log import Kind

FIRST_EPOCH = 0


@dataclass(frozen=True)
class OpenBooth:
    """What is in memory while the store is open, and nowhere in clear outside of it."""

    store: Store
    session: SecretKey
    setup: Setup
    credentials: tuple[Key, ...]
    """This lane's, by slot."""
    mark_seed: Key

    def close(self) -> None:
        """Shuts the store; the keys go with this object."""
        self.store.close()


def open_first(device: Device, package: Package, officer: Shown) -> OpenBooth:
    """Makes the day's keys and its empty store; the officer's card lies in the reader, its PIN verified.

    A store that was begun and never finished (power cut, or the card pulled in between) is thrown away: it holds
    nothing yet.
    """
    fresh = device.store_folder.with_name(device.store_folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        return _open_first(device, package, officer, fresh)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _open_first(device: Device, package: Package, officer: Shown, fresh: Path) -> OpenBooth:
    manifest, setup = package.manifest, setup_of(package)
    secrets = _unwrap_secrets(package, officer)
    credentials = credentials_of(package, setup, secrets, FIRST_EPOCH)
    fresh.mkdir(parents=True)
    officers = tuple(card for card in manifest.cards if card.role is Role.OFFICERS)
    keys = create_keys(fresh, officers, manifest.ballot.uuid, FIRST_EPOCH)
    claim = SessionClaim(
        mode=manifest.mode,
        ballot_uuid=manifest.ballot.uuid,
        booth=manifest.place.booth_id,
        setup=package.setup_hash,
        epoch=FIRST_EPOCH,
        key=keys.session.public.text,
    )
    signature = officer.card.sign(Slot.SIGN, claim_bytes(claim))
    try:
        # Whoever reads the batch checks this; a day that began with a wrong one would be worth nothing.
        check_signature(officer.known.point(Slot.SIGN), claim_bytes(claim), signature)
    except InputError:
        raise UnprovenCard from None
    certificate = SessionCertificate(claim=claim, card=officer.known.id, signature=signature.hex())
    identity = Identity(
        booth=manifest.place.booth_id,
        ballot_uuid=manifest.ballot.uuid,
        setup=package.setup_hash,
        epoch=FIRST_EPOCH,
        lane=FIRST_EPOCH,
        session_key=keys.session.public.text,
        certificate=encode(certificate),
    )
    store = Store.create(
        fresh / device.store_file.name,
        keys.store_key,
        identity=identity,
        slots=len(credentials),
        slot_bytes=slot_bytes(setup.num_choices),
    )
    store.log(minute(device.clock.now()), Kind.PROVISIONED, {"setup": package.setup_hash})
    store.close()
    put_in_place(fresh, device.store_folder)
    store = Store.open(device.store_file, keys.store_key)
    return OpenBooth(store, keys.session, setup, credentials, Key(secrets.mark_seed))


def open_again(device: Device, package: Package, officer: Shown) -> OpenBooth:
    """Opens the store that is there; raises DamageError when it does not verify or is another booth's."""
    manifest, setup = package.manifest, setup_of(package)
    secrets = _unwrap_secrets(package, officer)
    credentials = credentials_of(package, setup, secrets, FIRST_EPOCH)
    keys = open_keys(device.store_folder, officer.card, manifest.ballot.uuid, FIRST_EPOCH)
    store = Store.open(device.store_file, keys.store_key)
    identity = store.identity
    found = (identity.ballot_uuid, identity.setup, identity.epoch, identity.session_key)
    if found != (manifest.ballot.uuid, package.setup_hash, FIRST_EPOCH, keys.session.public.text):
        store.close()
        raise DamageError(
            "The store on this device belongs to another package. Keep the device as evidence and call the district.",
            id="Penyimpanan di perangkat ini milik paket lain. Simpan perangkat sebagai bukti dan hubungi kabupaten.",
        )
    return OpenBooth(store, keys.session, setup, credentials, Key(secrets.mark_seed))


def checks(booth: OpenBooth, paper: PaperStatus, *, stick: bool) -> tuple[Check, ...]:
    """What opening wants besides people: an empty store, a printer that answers, paper, and the stick."""
    tally = booth.store.tally
    return (
        Check("empty", ok=tally.sessions == 0 and tally.spent == 0 and booth.store.polls.state == Durable.READY),
        Check("printer", ok=paper.fault is None),
        Check("paper", ok=paper.fault is None and not paper.near_end),
        Check("stick", ok=stick),
    )


def zero_report_of(package: Package, booth: OpenBooth, cards: tuple[Shown, ...], now: datetime) -> Document:
    """What those present sign before the first voter."""
    words = words_of(package)[package.manifest.settings.paper_language]
    tally = booth.store.tally
    places = range(0 if package.manifest.blank else 1, len(package.manifest.candidates) + 1)

    def shown(role: Role) -> tuple[str, ...]:
        return tuple(f"{card.known.holder} ({card.known.id[:8]})" for card in cards if card.known.role is role)

    return zero_report(
        ZeroReport(
            masthead=masthead_of(package),
            time=now.astimezone(),
            setup_hash=package.setup_hash,
            root_fingerprint=package.root.fingerprint,
            session_fingerprint=booth.session.public.fingerprint,
            software=SOFTWARE,
            candidates=tuple(label_of(package, words, place) for place in places),
            ballots=tally.spent,
            sessions=tally.sessions,
            officer_cards=shown(Role.OFFICERS),
            committee_cards=shown(Role.COMMITTEE),
        ),
        words,
    )


def _unwrap_secrets(package: Package, officer: Shown) -> SecretContents:
    sealed = package.manifest.secrets
    key = unwrap(sealed.keys, officer.card, secrets_context(package.manifest.ballot.uuid))
    try:
        plain = SecretBox(key.reveal()).decrypt(package.files[sealed.file])
        return msgspec.json.decode(plain, type=SecretContents)
    except (CryptoError, msgspec.MsgspecError):
        # The cause is left out: it could quote what it failed to read.
        raise InputError(
            "The package's secrets do not open with this card. Make the package again.",
            id="Rahasia paket tidak terbuka dengan kartu ini. Buat ulang paketnya.",
        ) from None
