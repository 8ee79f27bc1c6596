"""Opening: what an officer's card unwraps, the store of the day, and the zero report."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from booth.asking import Shown
from booth.clock import minute
from booth.device import Device
from booth.polls import Durable
from booth.provision import label_of, machine_of, masthead_of, words_of
from booth.store.files import write_file
from booth.store.keys import STORE_FILE, DeviceKeys, create_keys, open_keys
from booth.store.rows import Identity, Rows, Shape
from booth.store.slots import slot_bytes
from booth.store.store import Sign, Store
from booth.views import Check
from booth.vitals import Supply, Vitals
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
from sync.coherence import credentials_of, setup_of
from sync.log import Kind
from sync.sessions import SessionCertificate, SessionClaim, claim_bytes, sign_head

FIRST_EPOCH = 0
CERTIFICATE_FILE = "certificate.json"
"""JSON of ``sync.sessions.SessionCertificate``, beside every copy of the store: says without a key whose it is."""


@dataclass(frozen=True)
class OpenBooth:
    """What is in memory while the store is open, and nowhere in clear outside of it."""

    store: Store
    keys: DeviceKeys
    setup: Setup
    credentials: tuple[Key, ...]
    """By slot: those of this device's lane, after those of the lanes before."""
    mark_seed: Key

    @property
    def session(self) -> SecretKey:
        """Signs log and batch."""
        return self.keys.session

    def close(self) -> None:
        """Shuts the store; the keys go with this object."""
        self.store.close()


def open_first(device: Device, package: Package, officer: Shown, mirror: Callable[[Rows], None]) -> OpenBooth:
    """Makes the day's keys and its empty store; the officer's card lies in the reader, its PIN verified.

    A store that was begun and never finished (power cut, or the card pulled in between) is thrown away: it holds
    nothing yet.
    """
    fresh = device.store_folder.with_name(device.store_folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        return _open_first(device, package, officer, fresh, mirror)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _open_first(
    device: Device, package: Package, officer: Shown, fresh: Path, mirror: Callable[[Rows], None]
) -> OpenBooth:
    unwrapped = Unwrapped.of(package, officer)
    store, keys = begin(fresh, package, officer, unwrapped, FIRST_EPOCH)
    store.log(minute(device.clock.now()), Kind.PROVISIONED, {"setup": package.setup_hash, **device.running.facts})
    store.close()
    put_in_place(fresh, device.store_folder)
    return _open(device, unwrapped, keys, FIRST_EPOCH, mirror)


@dataclass(frozen=True)
class Unwrapped:
    """What an officer's card opened of a package."""

    package: Package
    setup: Setup
    secrets: SecretContents

    @classmethod
    def of(cls, package: Package, officer: Shown) -> "Unwrapped":
        """With the card in the reader, its PIN verified; raises InputError for a package that does not open."""
        return cls(package, setup_of(package), _unwrap_secrets(package, officer))

    def credentials(self, epoch: int) -> tuple[Key, ...]:
        """Those of all lanes up to this epoch's, by slot; raises InputError for a lane that the package lacks."""
        lanes = (credentials_of(self.package, self.setup, self.secrets, lane) for lane in range(epoch + 1))
        return tuple(credential for lane in lanes for credential in lane)


def begin(
    fresh: Path,
    package: Package,
    officer: Shown,
    unwrapped: Unwrapped,
    epoch: int,
    *,
    contents: Rows | None = None,
    handovers: tuple[tuple[int, bytes], ...] = (),
) -> tuple[Store, DeviceKeys]:
    """Makes keys, certificate and store of a device in the folder ``fresh``, which is not there yet.

    The officer's card lies in the reader, its PIN verified. Raises BilikError.
    """
    manifest = package.manifest
    slots = len(unwrapped.credentials(epoch))
    fresh.mkdir(parents=True)
    officers = tuple(card for card in manifest.cards if card.role is Role.OFFICERS)
    keys = create_keys(fresh, officers, manifest.ballot.uuid, epoch)
    claim = SessionClaim(
        mode=manifest.mode,
        ballot_uuid=manifest.ballot.uuid,
        booth=manifest.place.booth_id,
        setup=package.setup_hash,
        epoch=epoch,
        key=keys.session.public.text,
    )
    signature = officer.card.sign(Slot.SIGN, claim_bytes(claim))
    try:
        # Whoever reads the batch checks this; a day that began with a wrong one would be worth nothing.
        check_signature(officer.known.point(Slot.SIGN), claim_bytes(claim), signature)
    except InputError:
        raise UnprovenCard from None
    certificate = encode(SessionCertificate(claim=claim, card=officer.known.id, signature=signature.hex()))
    write_file(fresh / CERTIFICATE_FILE, certificate)
    identity = Identity(
        booth=manifest.place.booth_id,
        ballot_uuid=manifest.ballot.uuid,
        setup=package.setup_hash,
        epoch=epoch,
        lane=epoch,
        session_key=keys.session.public.text,
        certificate=certificate,
    )
    shape = Shape(identity, slots, slot_bytes(unwrapped.setup.num_choices), handovers)
    sign = signer(keys.session, manifest.ballot.uuid, epoch)
    return Store.create(fresh / STORE_FILE, keys.store_key, shape, contents=contents, sign=sign), keys


def signer(key: SecretKey, ballot_uuid: str, epoch: int) -> Sign:
    """How this device signs the head of its log."""
    return lambda entries, last: sign_head(key, ballot_uuid, epoch, entries, last)


def open_again(device: Device, package: Package, officer: Shown, mirror: Callable[[Rows], None]) -> OpenBooth:
    """Opens the store that is there; raises DamageError when it does not verify or is another booth's."""
    unwrapped = Unwrapped.of(package, officer)
    epoch, keys = open_keys(device.store_folder, officer.card, package.manifest.ballot.uuid)
    return _open(device, unwrapped, keys, epoch, mirror)


def _open(
    device: Device, unwrapped: Unwrapped, keys: DeviceKeys, epoch: int, mirror: Callable[[Rows], None]
) -> OpenBooth:
    package, uuid = unwrapped.package, unwrapped.package.manifest.ballot.uuid
    store = Store.open(device.store_file, keys.store_key, mirror=mirror, sign=signer(keys.session, uuid, epoch))
    identity = store.identity
    found = (identity.ballot_uuid, identity.setup, identity.epoch, identity.session_key)
    if found != (uuid, package.setup_hash, epoch, keys.session.public.text):
        store.close()
        raise DamageError(
            "The store on this device belongs to another package. Keep the device as evidence and call the district.",
            id="Penyimpanan di perangkat ini milik paket lain. Simpan perangkat sebagai bukti dan hubungi kabupaten.",
        )
    credentials = unwrapped.credentials(epoch)
    return OpenBooth(store, keys, unwrapped.setup, credentials, Key(unwrapped.secrets.mark_seed))


@dataclass(frozen=True)
class Known:
    """What the booth has found out for its self-test."""

    official: bool
    """The election is one."""
    stick: bool
    """Its copy has everything."""
    clock: bool
    """It contradicts nothing that is known."""
    panel: bool
    """Somebody knows how large it is."""
    room: bool
    """So much of the disk is free, and kept free, that the closing cannot fail for lack of it."""
    sound_disk: bool
    """No damage was mended at this start."""
    understood: bool
    """What a technician has set means something."""


def checks(booth: OpenBooth, paper: PaperStatus, vitals: Vitals, known: Known) -> tuple[Check, ...]:
    """What opening wants besides people: an empty store, a printer that answers and confirms, paper, and the stick's
    copy.

    A doubtful clock is told, and stops nobody; in a rehearsal neither does a printer that cannot confirm. Neither do
    power and heat: whatever they may do to the booth in the middle of a vote, it survives, and a village whose mains
    are bad votes all the same. What nothing tells of is no line: it would look good. A screen of unknown size is drawn
    as one of 10 inches: on a smaller one text and buttons are smaller than promised. Disk and screen are lines only
    where something is the matter with them.
    """
    tally = booth.store.tally
    return (
        Check("empty", ok=tally.sessions == 0 and tally.spent == 0 and booth.store.polls.state == Durable.READY),
        Check("printer", ok=paper.fault is None),
        *_confirms(paper, official=known.official),
        Check("paper", ok=paper.fault is None and not paper.near_end),
        Check("stick", ok=known.stick),
        *(() if known.room else (Check("room", ok=False),)),
        Check("clock", ok=known.clock, needed=False),
        *_device(vitals),
        *(() if known.sound_disk else (Check("disk", ok=False, needed=False),)),
        *(() if known.understood else (Check("wishes", ok=False, needed=False),)),
        *(() if known.panel else (Check("panel", ok=False, needed=False),)),
    )


def _device(vitals: Vitals) -> Iterator[Check]:
    """Power and temperature, where they are known."""
    if vitals.supply is Supply.FINE:
        yield Check("power", ok=True, needed=False)
    elif vitals.supply is not Supply.UNKNOWN:
        yield Check("power-weak" if vitals.supply is Supply.WEAK else "power-battery", ok=False, needed=False)
    if vitals.celsius is not None:
        yield Check("temperature", ok=not vitals.hot, needed=False)


def _confirms(paper: PaperStatus, *, official: bool) -> tuple[Check, ...]:
    """Until the printer was asked nobody opens officially; one with a fault is another line's matter."""
    if paper.fault is not None:
        return ()
    name = "proving" if paper.confirms is None else "confirms"
    return (Check(name, ok=bool(paper.confirms), needed=official),)


def zero_report_of(device: Device, package: Package, booth: OpenBooth, cards: tuple[Shown, ...]) -> Document:
    """What those present sign before the first voter."""
    words = words_of(package)[package.manifest.settings.paper_language]
    tally = booth.store.tally
    places = range(0 if package.manifest.blank else 1, len(package.manifest.candidates) + 1)

    def shown(role: Role) -> tuple[str, ...]:
        return tuple(f"{card.known.holder} ({card.known.id[:8]})" for card in cards if card.known.role is role)

    return zero_report(
        ZeroReport(
            masthead=masthead_of(package),
            time=device.clock.now().astimezone(),
            setup_hash=package.setup_hash,
            root_fingerprint=package.root.fingerprint,
            session_fingerprint=booth.session.public.fingerprint,
            machine=machine_of(device.running),
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
    if sealed.file not in package.files:
        raise InputError(
            "The secrets of this booth are destroyed: it has closed. Take its stick to the district.",
            id="Rahasia bilik ini sudah dihapus: bilik sudah ditutup. Bawa stiknya ke kabupaten.",
        )
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
