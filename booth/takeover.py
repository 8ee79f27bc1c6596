"""Takeover: a blank device goes on as a booth whose device died, from the copy on its stick.

First the new device's store is whole on its own disk, under another name. Then the stick says who serves the booth now:
from that moment the old device refuses to go on. Last the store gets its name. Wherever the power fails in between, the
next start finishes what the stick already says; what no stick says yet is thrown away by the next takeover.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec

from booth.asking import Shown
from booth.clock import from_minute, minute
from booth.copies import Beside, Found, is_doubtful, latest, place_copy
from booth.device import Device
from booth.opening import CERTIFICATE_FILE, Unwrapped, begin
from booth.polls import Durable
from booth.provision import machine_of, masthead_of, words_of
from booth.store.faults import StoreAway, StoreFault
from booth.store.keys import STORE_FILE, open_store_key
from booth.store.rows import CurrentState, PollsRow, Rows
from booth.store.store import Store
from booth.succession import batch_on_stick
from config.errors import DamageError, DeviceError, InputError, OperatorError
from config.files import put_in_place, sync_folder, write_whole
from config.minisign import PublicKey
from config.package import Package
from config.record import Record, decode, encode
from printer.layout import Document
from printer.takeover import TakeoverTape, takeover_tape
from sync.batch import Minute
from sync.log import Kind, check
from sync.media import StickGone
from sync.running import Running
from sync.sessions import Handover, check_handover

Number = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Takeover(Record, tag_field="format", tag="bilik-takeover/1", frozen=True):
    """What stands on the tape of a takeover: what the stick knew, and what the desk says."""

    at: Minute
    last: Minute
    """The last entry of the log that the stick knew."""
    epoch: Number
    """The new device's."""
    before: str
    """The old device's session key (minisign)."""
    key: str
    """The new one's."""
    officer: str
    """Holder of the card and the beginning of its id."""
    committee: str
    sessions: Number
    cast: Number
    abandoned: Number
    void: Number
    pending: Number
    """1 when a ballot was under way: what became of it is asked next."""
    unlocked: Number
    """1 when a voter was in the booth and had no ballot yet."""
    attended: Number
    left: Number

    @property
    def difference(self) -> int:
        """Voters of the desk's list of whom this device knows no cast ballot, whatever became of them."""
        return self.attended - self.left - self.cast


@dataclass(frozen=True)
class Numbers:
    """The desk's list."""

    attended: int
    left: int


def take_over(device: Device, package: Package, officer: Shown, committee: Shown, numbers: Numbers) -> None:
    """Makes this device the booth's; the officer's card lies in the reader, its PIN verified.

    Raises OperatorError when no lane is left, InputError for a copy that does not verify, and what card, stick and
    disk raise. Nothing has changed then, except perhaps that ``finish`` is needed.
    """
    if finish(device, package):
        return
    _refuse_if_closed(device, package)
    found = latest(device.stick, package)
    if is_doubtful(device.stick, package):
        raise InputError(
            "The stick has a copy of this booth that does not verify. Do not open the booth here: keep stick and "
            "devices as evidence and call the district; the slips decide.",
            id="Stik memuat salinan bilik ini yang tidak lolos verifikasi. Jangan buka bilik di sini: simpan stik dan "
            "perangkat sebagai bukti dan hubungi kabupaten; struk yang menentukan.",
        )
    if found is None:
        raise StickGone
    epoch = found.epoch + 1
    if epoch >= package.manifest.settings.lanes:
        raise OperatorError(
            f"This booth was taken over {found.epoch} times already, and no device is left. Keep stick and devices; "
            "the slips decide. Call the district.",
            id=f"Bilik ini sudah {found.epoch} kali diganti perangkatnya; tidak ada jatah lagi. Simpan stik dan "
            "perangkat; struk yang menentukan. Hubungi kabupaten.",
        )
    unwrapped = Unwrapped.of(package, officer)
    old, data = _read_copy(found, package, officer)
    fresh = _fresh(device)
    shutil.rmtree(fresh, ignore_errors=True)
    store, _ = begin(
        fresh,
        package,
        officer,
        unwrapped,
        epoch,
        contents=old.rows,
        handovers=(*old.handovers, (found.epoch, encode(old.handover))),
    )
    _note(device, store, old, officer, committee, numbers)
    store.close()
    if (found.folder / STORE_FILE).read_bytes() != data:
        # The stick served another device while this one was at work.
        shutil.rmtree(fresh, ignore_errors=True)
        raise _changed()
    # Synced files in a folder whose own name is not synced may be nowhere: the stick would name a device that is blank.
    sync_folder(fresh.parent)
    _raise(device, epoch, fresh)
    put_in_place(fresh, device.store_folder)


def finish(device: Device, package: Package) -> bool:
    """Completes a takeover that was cut: True when this device has its store, or the stick says that it serves.

    A store under its own name is complete, whatever was cut after it got that name. One without it stays as it is while
    the stick does not name it: another stick of the booth may, and until then no day is opened here. Raises StickGone
    when there is a takeover to complete and no stick.
    """
    if device.store_folder.exists():
        return True
    fresh = _fresh(device)
    if not (fresh / CERTIFICATE_FILE).exists():
        return False
    found = latest(device.stick, package)
    if found is not None and found.certificate_bytes == (fresh / CERTIFICATE_FILE).read_bytes():
        put_in_place(fresh, device.store_folder)
        return True
    return False


def _refuse_if_closed(device: Device, package: Package) -> None:
    """Raises OperatorError when the batch came to the stick after this device had looked."""
    if batch_on_stick(device, package) is not None:
        raise OperatorError(
            "This booth has closed: its batch is on the stick, and nothing is left to take over. Go back; this device "
            "can print the tape again.",
            id="Bilik ini sudah ditutup: berkas hasilnya ada di stik, jadi tidak digantikan. Kembali; perangkat ini "
            "dapat mencetak pita hasil lagi.",
        )


def _fresh(device: Device) -> Path:
    return device.store_folder.with_name(device.store_folder.name + ".new")


@dataclass(frozen=True)
class _Old:
    """What the stick knew."""

    rows: Rows
    handovers: tuple[tuple[int, bytes], ...]
    handover: Handover
    cast: int
    void: int


def _read_copy(found: Found, package: Package, officer: Shown) -> tuple[_Old, bytes]:
    """The copy, verified like a store of one's own, and the file's bytes."""
    uuid = package.manifest.ballot.uuid
    try:
        epoch, key = open_store_key(found.folder, officer.card, uuid)
        store = Store.open(found.folder / STORE_FILE, key)
        rows, shape, tally = store.snapshot(), store.shape, store.tally
        store.close()
        identity = shape.identity
        if (epoch, identity.epoch, identity.certificate) != (found.epoch, found.epoch, found.certificate_bytes):
            raise _changed()
        log = [entry for _, entry in rows.log]
        handover = Handover(certificate=found.certificate, entries=len(log), signature=rows.signature or "")
        check_handover(handover, log)
    except DamageError as fault:
        # A stick that is damaged says nothing against this device.
        raise InputError(fault.en, id=fault.id) from None
    except (StoreAway, StoreFault):
        raise DeviceError(
            "The stick's copy is not whole, or cannot be read or written. Remove the stick's write protection, or try "
            "it in another device; do not throw it away.",
            id="Salinan di stik tidak utuh, atau tidak dapat dibaca atau ditulisi. Buka kunci tulis stik, atau coba di "
            "perangkat lain; jangan dibuang.",
        ) from None
    void = tally.refused + tally.interrupted + tally.tests
    return _Old(rows, shape.handovers, handover, tally.cast, void), (found.folder / STORE_FILE).read_bytes()


def _note(device: Device, store: Store, old: _Old, officer: Shown, committee: Shown, numbers: Numbers) -> None:
    """The takeover in log and day, so that its tape is printed even if the power fails before."""
    now, rows = minute(device.clock.now()), old.rows
    entries = check([entry for _, entry in rows.log])
    assert rows.counters is not None  # noqa: S101 -- a snapshot has every row
    assert rows.polls is not None  # noqa: S101
    assert rows.current is not None  # noqa: S101
    taken = Takeover(
        at=now,
        last=entries[-1].at if entries else now,
        epoch=store.identity.epoch,
        before=old.handover.certificate.claim.key,
        key=store.identity.session_key,
        officer=f"{officer.known.holder} ({officer.known.id[:8]})",
        committee=f"{committee.known.holder} ({committee.known.id[:8]})",
        sessions=rows.counters.sessions,
        cast=old.cast,
        abandoned=rows.counters.abandoned,
        void=old.void,
        pending=int(rows.current.state is CurrentState.PENDING),
        unlocked=int(rows.current.state is CurrentState.UNLOCKED),
        attended=numbers.attended,
        left=numbers.left,
    )
    polls = replace(rows.polls, state=_goes_on(rows.polls), takeover=encode(taken).decode())
    store.set_polls(
        polls,
        (
            now,
            Kind.TAKEN_OVER,
            {
                "epoch": taken.epoch,
                "card": officer.known.id,
                "committee": committee.known.id,
                "cast": taken.cast,
                "sessions": taken.sessions,
                "attended": taken.attended,
                "left": taken.left,
                **device.running.facts,
            },
        ),
    )


def _goes_on(polls: PollsRow) -> str:
    """A device that had closed, but whose batch never came out, closes once more."""
    return Durable.CLOSING.value if polls.state == Durable.CLOSED else polls.state


def _raise(device: Device, epoch: int, store: Path) -> None:
    """From here on the stick says that this device serves the booth."""
    fresh = device.stick.new_store_folder(epoch)
    write_whole(fresh / STORE_FILE, (store / STORE_FILE).read_bytes())
    Beside.of(store).write(fresh)
    place_copy(device.stick, epoch, fresh)


def read_takeover(text: str) -> Takeover:
    """What the store keeps until the tape is signed; raises InputError."""
    return decode(text.encode(), Takeover, "takeover", max_bytes=4096)


def tape_of(package: Package, taken: Takeover, running: Running) -> Document:
    """What those present sign before the new device goes on."""
    words = words_of(package)[package.manifest.settings.paper_language]
    return takeover_tape(
        TakeoverTape(
            masthead=masthead_of(package),
            time=from_minute(taken.at),
            last=from_minute(taken.last),
            device=taken.epoch + 1,
            devices=package.manifest.settings.lanes,
            sessions=taken.sessions,
            cast=taken.cast,
            abandoned=taken.abandoned,
            void=taken.void,
            pending=taken.pending,
            unlocked=taken.unlocked,
            attended=taken.attended,
            left=taken.left,
            difference=taken.difference if package.manifest.place.booths_in_tps == 1 else None,
            officer=taken.officer,
            committee=taken.committee,
            setup_hash=package.setup_hash,
            root_fingerprint=package.root.fingerprint,
            before_fingerprint=PublicKey.parse(taken.before).fingerprint,
            session_fingerprint=PublicKey.parse(taken.key).fingerprint,
            machine=machine_of(running),
        ),
        words,
    )


def _changed() -> InputError:
    return InputError(
        "The stick's copy changed or is not whole. Leave the stick in this device alone and begin again.",
        id="Salinan di stik berubah atau tidak utuh. Biarkan stik di perangkat ini saja dan ulangi.",
    )
