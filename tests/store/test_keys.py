"""The keys beside the store: an officer's card opens them, and nothing else does."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from booth.store import files
from booth.store.faults import StoreAway, StoreFault, StoreThere
from booth.store.keys import SESSION_KEY_FILE, STORE_FILE, STORE_KEYS_FILE, DeviceKeys, create_keys, open_keys
from config.cards.port import Card, PinNeeded
from config.cards.registry import RegisteredCard, register
from config.cards.role import CardKind, Role
from config.cards.soft import new_soft_card
from config.errors import BilikError, DamageError, OperatorError
from config.minisign import verify
from config.secret import Pin

UUID = "tt4NjLUjLyQmDu"
PIN = Pin("135790")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> list[Card]:
    """Two officers' cards and a foreign one, with their PIN shown."""
    folder = tmp_path_factory.mktemp("cards")
    made: list[Card] = [new_soft_card(folder / f"{name}.card", name, PIN) for name in ("siti", "budi", "foreign")]
    for card in made:
        card.verify_pin(PIN)
    return made


def registered(cards: list[Card]) -> tuple[RegisteredCard, ...]:
    return tuple(
        register(card, kind=CardKind.SOFT, role=Role.OFFICERS, holder="Siti", village_code="34.04.01.2001", tps=1)
        for card in cards[:2]
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, cards: list[Card]) -> tuple[Path, DeviceKeys]:
    folder = tmp_path_factory.mktemp("device")
    return folder, create_keys(folder, registered(cards), UUID, 0)


@pytest.fixture
def folder(made: tuple[Path, DeviceKeys], tmp_path: Path) -> Path:
    return shutil.copytree(made[0], tmp_path / "device")


@pytest.mark.parametrize("officer", [0, 1])
def test_either_officer_opens_both(officer: int, made: tuple[Path, DeviceKeys], cards: list[Card]) -> None:
    folder, keys = made
    epoch, again = open_keys(folder, cards[officer], UUID)
    assert epoch == 0
    assert again.store_key.reveal() == keys.store_key.reveal()
    assert len(again.store_key.reveal()) == 32
    assert verify(b"batch", again.session.sign(b"batch", "x"), keys.session.public) == "x"


def test_no_key_lies_in_clear(made: tuple[Path, DeviceKeys]) -> None:
    folder, keys = made
    assert {path.name for path in folder.iterdir()} == {STORE_KEYS_FILE, SESSION_KEY_FILE}
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        for secret in (keys.store_key.reveal(), keys.session.seed.reveal()):
            assert secret not in path.read_bytes()
            assert secret.hex().encode() not in path.read_bytes()


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "store keys: a bit": lambda folder: flip(folder / STORE_KEYS_FILE, -60),
    "store keys: cut": lambda folder: (folder / STORE_KEYS_FILE).write_bytes(b"{"),
    "store keys: empty": lambda folder: (folder / STORE_KEYS_FILE).write_bytes(b""),
    "store keys: huge": lambda folder: (folder / STORE_KEYS_FILE).write_bytes(b" " * 1_000_000),
    "store keys: wide spelling": lambda folder: (folder / STORE_KEYS_FILE).write_bytes(
        (folder / STORE_KEYS_FILE).read_bytes() + b"\n"
    ),
    "session key: a bit": lambda folder: flip(folder / SESSION_KEY_FILE, 50),
    "session key: cut": lambda folder: (folder / SESSION_KEY_FILE).write_bytes(b"12345"),
    "session key: empty": lambda folder: (folder / SESSION_KEY_FILE).write_bytes(b""),
    "session key: another device's": lambda folder: (folder / SESSION_KEY_FILE).write_bytes(bytes(80)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_key_file(damage: str, folder: Path, cards: list[Card]) -> None:
    DAMAGE[damage](folder)
    with pytest.raises(DamageError, match=r"(store\.keys\.json|session\.key) was changed.*export the evidence"):
        open_keys(folder, cards[1], UUID)


def refused(kind: type[BilikError], folder: Path, card: Card, uuid: str = UUID) -> None:
    with pytest.raises(kind):
        open_keys(folder, card, uuid)


def test_who_may_not(folder: Path, cards: list[Card], tmp_path: Path) -> None:
    refused(OperatorError, folder, cards[2])
    refused(DamageError, folder, cards[0], uuid="another1electionX")
    keys = folder / STORE_KEYS_FILE
    keys.write_bytes(keys.read_bytes().replace(b'"epoch":0', b'"epoch":1'))
    refused(DamageError, folder, cards[0])
    fresh = new_soft_card(tmp_path / "new.card", "new", PIN)
    only = tmp_path / "only"
    only.mkdir()
    create_keys(only, registered([fresh]), UUID, 0)
    refused(PinNeeded, only, fresh)


def test_files_that_are_not_there(folder: Path, cards: list[Card]) -> None:
    (folder / SESSION_KEY_FILE).unlink()
    refused(StoreAway, folder, cards[0])
    (folder / STORE_KEYS_FILE).unlink()
    refused(StoreAway, folder, cards[0])


def test_keys_of_a_store_are_never_replaced(folder: Path, cards: list[Card]) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    # No store was made with them: the first opening broke off, and begins again.
    create_keys(folder, registered(cards), UUID, 0)
    renewed = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert renewed.keys() == before.keys()
    assert renewed != before
    (folder / STORE_FILE).write_bytes(b"a store")
    with pytest.raises(StoreThere):
        create_keys(folder, registered(cards), UUID, 0)
    assert {name: (folder / name).read_bytes() for name in renewed} == renewed


def test_a_file_is_durable_before_its_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of syncs and rename is what a power cut asks about; each still does its work."""
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def recorded_fsync(descriptor: int) -> None:
        steps.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        fsync(descriptor)

    def recorded_rename(path: Path, target: Path) -> Path:
        assert path.read_bytes() == b"key"
        assert path.name.endswith(".new")
        fresh.append(path.name)
        steps.append(f"rename to {target.name}")
        return replace(path, target)

    fresh: list[str] = []
    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(Path, "replace", recorded_rename)
    files.write_file(tmp_path / "x.key", b"key")
    assert steps == [f"sync {fresh[0]}", "rename to x.key", f"sync {tmp_path.name}"]
    assert stat.S_IMODE((tmp_path / "x.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["x.key"]


def test_a_disk_that_does_not_take_a_file(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="Restart the booth"):
        files.write_file(tmp_path / "no folder" / "x.key", b"key")
