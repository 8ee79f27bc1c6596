"""How a blank device becomes a booth: the package on the stick is verified, then copied, then believed."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from booth.clips import ClipFiles
from booth.device import Device
from booth.ground.told import StickWord, told
from booth.views import Face, Look
from config.clips import CANDIDATE, WrongClip, read_clip
from config.errors import DeviceError, InputError, OperatorError
from config.files import put_in_place
from config.mode import Mode
from config.package import Package, read_package, write_package
from config.record import fingerprint
from config.words import LANGUAGES, Words, builtin, heard_in
from config.words.catalogues import sentences
from printer.blocks import Machine, Masthead
from printer.documents import Label
from sync.batch import file_name
from sync.coherence import setup_of
from sync.media import StickUnreadable
from sync.running import Running


def provision(device: Device) -> Package:
    """Copies the stick's package to this device and returns it without its clips, which are read from there when they
    are said; raises BilikError and leaves nothing behind.

    Of a booth that has closed it is only read: its secrets are destroyed, and this device can print its tape.
    """
    if told(device.told, StickWord) is StickWord.UNREADABLE and not device.stick.present():
        raise StickUnreadable
    device.stick.want_one_package()
    folder = device.stick.package_folder
    try:
        package = read_package(folder)
    except InputError:
        package = read_package(folder, after_closing=True, clips=False)
        if device.stick.read_batch(file_name(package.manifest.place.booth_id)) is None:
            raise
        return package
    refuse_official(package, device)
    refuse_half_spoken(package)
    setup_of(package)
    try:
        _keep(device, package)
    except OSError as fault:
        raise DeviceError(
            f"The package cannot be stored on this device ({fault.strerror}). Make room or use another device.",
            id="Paket tidak dapat disimpan di perangkat ini. Kosongkan ruang atau pakai perangkat lain.",
        ) from None
    return package.without_clips()


def _keep(device: Device, package: Package) -> None:
    """In place of one that was never opened; power that fails in between leaves a blank device. Raises OSError."""
    folder = device.package_folder
    if not folder.exists():
        write_package(folder, package)
        return
    fresh = folder.with_name(f"{folder.name}.next")
    shutil.rmtree(fresh, ignore_errors=True)
    write_package(fresh, package)
    shutil.rmtree(folder)
    put_in_place(fresh, folder)


def refuse_official(package: Package, device: Device) -> None:
    """Raises OperatorError for an official election on a device that looks for soft cards, which can be copied, or
    that was started for a printer that cannot say that a slip is out."""
    if package.manifest.mode is not Mode.OFFICIAL:
        return
    if not device.profile.official:
        name = device.profile.name
        raise OperatorError(
            f"This package is for an official election, and this booth was started for a printer that cannot confirm "
            f"what it prints (--profile {name}). Connect one that confirms, find its profile with "
            "'bilik-booth check --printer', and start the booth with that.",
            id="Paket ini untuk pemilihan resmi, sedangkan bilik ini dijalankan untuk printer yang tidak dapat "
            f"mengonfirmasi cetakannya (--profile {name}). Sambungkan printer yang memberi konfirmasi, cari profilnya "
            "dengan 'bilik-booth check --printer', lalu jalankan bilik dengan profil itu.",
        )
    if device.reader.soft:
        raise OperatorError(
            "This package is for an official election, and this booth reads soft cards, which anybody can copy. "
            "Start it with a card reader (--card pcsc), or use a rehearsal's package.",
            id="Paket ini untuk pemilihan resmi, sedangkan bilik ini membaca kartu lunak, yang dapat disalin. "
            "Jalankan dengan pembaca kartu (--card pcsc), atau pakai paket gladi.",
        )


def refuse_half_spoken(package: Package) -> None:
    """Raises InputError for a package that speaks and lacks a clip which this release says, or has one that is none:
    whoever cannot see would stand in silence in the middle of a vote.
    """
    said = sentences(heard_in(LANGUAGES[0])).keys() - {CANDIDATE}
    for language, clips in package.manifest.audio.items():
        lacking = sorted(said - clips.keys())
        if lacking:
            raise InputError(
                f"The package has no clip {lacking[0]} in the language {language}. Run 'bilik-district audio' of this "
                "release and make the package again.",
                id=f"Paket tidak punya klip {lacking[0]} dalam bahasa {language}. Jalankan 'bilik-district audio' dari "
                "rilis ini, lalu buat ulang paketnya.",
            )
        for clip, name in clips.items():
            try:
                read_clip(package.files[name])
            except WrongClip as wrong:
                raise InputError(
                    f"The package's clip {clip} ({language}) cannot be played. {wrong.en}",
                    id=f"Klip {clip} ({language}) di paket tidak dapat diputar. {wrong.id}",
                ) from None


def look_of(package: Package | None, running: Running, folder: Path | None = None) -> Look:
    """What the screens need of the package; the built-in words before there is one.

    ``folder``: where the package lies on this device, from which its clips are read; without it the booth is silent.
    """
    if package is None:
        return Look(
            mode=None,
            election="",
            place="",
            faces=(),
            blank=False,
            words={language: builtin(language) for language in LANGUAGES},
            setup="",
            running=running,
        )
    manifest, words = package.manifest, words_of(package)
    place = manifest.place
    return Look(
        mode=manifest.mode,
        election=manifest.election.name,
        place=f"{place.village} · TPS {place.tps} · Bilik {place.booth}",
        faces=tuple(Face(c.number, c.name, package.files[c.photo]) for c in manifest.candidates),
        blank=manifest.blank,
        words={language: words[language] for language in manifest.settings.languages},
        setup=fingerprint(package.manifest_bytes),
        running=running,
        clips={}
        if folder is None
        else {language: ClipFiles(folder / "files", clips) for language, clips in manifest.audio.items()},
    )


def words_of(package: Package) -> Mapping[str, Words]:
    """The package's catalogues by language."""
    return {language: Words(package.files[name], language) for language, name in package.manifest.words.items()}


def masthead_of(package: Package) -> Masthead:
    """The head of every paper of this booth."""
    manifest = package.manifest
    return Masthead(
        election=manifest.election.name,
        district=manifest.election.district,
        village=manifest.place.village,
        village_code=manifest.place.village_code,
        tps=manifest.place.tps,
        booth=manifest.place.booth,
        mode=manifest.mode,
    )


def machine_of(running: Running) -> Machine:
    """What runs on the device, as every paper of those present names it."""
    return Machine(running.version, running.software, running.image)


def label_of(package: Package, words: Words, choice: int) -> Label:
    """A choice as paper names it: 0 is blank, i the candidate at place i."""
    if choice == 0:
        return Label(None, words("paper.blank"))
    candidate = package.manifest.candidates[choice - 1]
    return Label(candidate.number, candidate.name)
