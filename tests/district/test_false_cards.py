"""Cards that are not what they show: copies, programs between reader and chip, keys that want no PIN."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from config.cards.certificate import Claims
from config.cards.piv.admin import DEFAULT_MANAGEMENT_KEY, DEFAULT_PIN, PivAdmin
from config.cards.piv.apdu import Apdu
from config.cards.piv.refusals import FalseCard
from config.cards.port import CardDamaged, CardGone, PinBlocked, Slot, WrongPin
from config.cards.registry import RegisteredCard, UnprovenCard, prove
from config.cards.role import Role
from config.cards.virtual import keys
from config.cards.virtual.applet import Applet
from config.cards.virtual.card import PinPolicy, new_virtual_card
from config.errors import BilikError, OperatorError
from config.minisign import SecretKey
from config.mode import Mode
from config.secret import Pin
from sync.district.aftercare import release, retire, unblock
from sync.district.cardkeys import recall
from sync.district.cards import enter, withdraw
from sync.district.holders import Holder
from sync.district.issuing import Order, issue
from sync.district.workspace import Withdrawal, Workspace
from tests.cards.made import direct, issue_piv
from tests.district.piv import OTHER_PIN, PIN, VILLAGE, PivDesk, Power, Terminal, officer

HOLDER = Holder(Role.OFFICERS, "Sri Wahyuni", VILLAGE, 1)
ORDER = Order(HOLDER, Pin(PIN), overwrite=True)
ASK_WITNESS = bytes.fromhex("7c028000")
AUTHENTICATE, UNBLOCK, MANAGEMENT = 0x87, 0x2C, 0x9B


class Table:
    """A workspace, and one card of it without a reader."""

    def __init__(self, folder: Path, root: SecretKey) -> None:
        self.folder, self.root = folder, root
        self.card = folder / "sri.piv"
        new_virtual_card(self.card)

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder / "workspace")

    def issue(self, power: Power | None = None, order: Order = ORDER) -> RegisteredCard:
        power = power or Power(self.card)
        return issue(self.workspace, self.root, power.again(), order, power.again)

    def puk(self, card_id: str) -> bytes:
        kept = recall(self.workspace, self.root, card_id)
        assert kept is not None
        return kept.puk.reveal().encode()

    def fake(self, card_id: str) -> Path:
        """A card from the factory that shows another one's id."""
        path = self.folder / "fake.piv"
        new_virtual_card(path)
        admin = PivAdmin(direct(path))
        assert admin.authenticate(DEFAULT_MANAGEMENT_KEY)
        admin.write_identity(card_id)
        return path


@pytest.fixture
def table(official_plan: Path, official_root: SecretKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    shutil.copytree(official_plan, tmp_path / "workspace")
    return Table(tmp_path, official_root)


class Shim(Power):
    """What lies between card and reader, and remembers what went through."""

    def __init__(self, path: Path, pulled_after: int | None = None, *, tells: bool = True) -> None:
        super().__init__(path, pulled_after, tells=tells)
        self.heard: list[bytes] = []

    def transmit(self, apdu: Apdu) -> bytes:
        self.heard.append(apdu.reveal())
        return self.says(apdu.reveal()) or super().transmit(apdu)

    def says(self, command: bytes) -> bytes | None:
        """What it answers in the card's place."""
        return None


class OneSided(Shim):
    """The card, or a program around it, shows no witness; whether the key is right is still the chip's word."""

    def says(self, command: bytes) -> bytes | None:
        return b"\x6a\x80" if is_for_management(command) and ASK_WITNESS in command else None


class Credulous(OneSided):
    """It takes any management key."""

    def says(self, command: bytes) -> bytes | None:
        if is_for_management(command) and bytes.fromhex("7c028100") not in command:
            return super().says(command) or b"\x90\x00"
        return None


class FactoryKeyed(Shim):
    """Another chip, which has the factory's management key, answers for that key."""

    def __init__(self, path: Path, other: Path) -> None:
        super().__init__(path)
        self._other = Applet(other)
        self._other.process(bytes.fromhex("00A4040009A0000003080000100000"))

    def says(self, command: bytes) -> bytes | None:
        return self._other.process(command) if is_for_management(command) or command[1] == 0xF7 else None


def is_for_management(command: bytes) -> bool:
    return command[1] == AUTHENTICATE and command[3] == MANAGEMENT


@pytest.mark.parametrize("lax", [0x9A, 0x9D], ids=["9A", "9D"])
def test_a_card_that_uses_its_keys_without_the_pin_is_not_registered(
    table: Table, monkeypatch: pytest.MonkeyPatch, lax: int
) -> None:
    usual = keys.default_policy
    with monkeypatch.context() as patch:
        patch.setattr(keys, "default_policy", lambda slot: PinPolicy.NEVER if slot == lax else usual(slot))
        with pytest.raises(CardDamaged, match="without the PIN"):
            table.issue()
    assert table.workspace.cards == ()
    table.issue()
    assert len(table.workspace.cards) == 1


@pytest.mark.parametrize("why", [None, Withdrawal.LOST], ids=["counts", "lost"])
def test_a_copy_of_a_card_s_number_gets_neither_puk_nor_withdrawal(table: Table, why: Withdrawal | None) -> None:
    known = table.issue()
    if why is not None:
        withdraw(table.workspace, table.root, known, why)
    register = (table.folder / "workspace" / "cards.json").read_bytes()
    shim = Credulous(table.fake(known.id))
    with pytest.raises(OperatorError, match="cards retire --lost"):
        table.issue(shim)
    assert (table.folder / "workspace" / "cards.json").read_bytes() == register
    assert not any(is_for_management(command) or command[1] in (0x24, UNBLOCK) for command in shim.heard)


def test_a_copy_of_a_card_that_was_cut_off_does_not_hear_the_puk_of_before(table: Table) -> None:
    known = table.issue()
    puk = table.puk(known.id)
    shim = Shim(table.card)
    begun = ""
    for pulled_after in range(10, 40):
        shim = Shim(table.card, pulled_after)
        with pytest.raises(CardGone):
            table.issue(shim)
        begun = Power(table.card).again().id
        if begun != known.id:
            break
    fake = Shim(table.fake(begun), tells=False)  # so that it is not known to have the factory's PUK
    with pytest.raises(BilikError):
        table.issue(Credulous(table.fake(begun)))
    table.issue(fake)
    assert any(command[1] == UNBLOCK for command in fake.heard)
    assert not any(puk in command for command in fake.heard)


def test_a_copy_of_a_retired_card_does_not_hear_its_puk(table: Table) -> None:
    known = table.issue()
    power = Power(table.card)
    retire(table.workspace, table.root, power.again(), power.again)
    fake = Shim(table.fake(known.id), tells=False)
    again = table.issue(fake)
    assert again.id != known.id
    assert not any(table.puk(known.id) in command for command in fake.heard)


def test_a_released_card_is_issued_again(table: Table) -> None:
    known = table.issue()
    power = Power(table.card)
    retire(table.workspace, table.root, power.again(), power.again)
    release(table.workspace, table.root, power.again())
    assert table.issue().id != known.id


def unblock_it(table: Table, power: Power) -> None:
    unblock(table.workspace, table.root, power.again(), Pin(OTHER_PIN), power.again)


def retire_it(table: Table, power: Power) -> None:
    retire(table.workspace, table.root, power.again(), power.again)


def release_it(table: Table, power: Power) -> None:
    release(table.workspace, table.root, power.again())


def issue_anew(table: Table, power: Power) -> None:
    table.issue(power)


VERBS: dict[str, Callable[[Table, Power], None]] = {
    "unblock": unblock_it,
    "retire": retire_it,
    "release": release_it,
    "issue anew": issue_anew,
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_card_that_showed_its_management_key_once_must_show_it_ever_after(table: Table, verb: str) -> None:
    known = table.issue()
    kept = recall(table.workspace, table.root, known.id)
    assert kept is not None
    assert kept.mutual
    if verb == "release":
        retire_it(table, Power(table.card))
    register = (table.folder / "workspace" / "cards.json").read_bytes()
    shim = Credulous(table.card)
    with pytest.raises(FalseCard):
        VERBS[verb](table, shim)
    assert (table.folder / "workspace" / "cards.json").read_bytes() == register
    assert not any(table.puk(known.id) in command for command in shim.heard)


@pytest.mark.parametrize("verb", VERBS)
def test_a_kind_of_card_that_shows_none_serves_all_the_same(table: Table, verb: str) -> None:
    known = table.issue(OneSided(table.card))
    kept = recall(table.workspace, table.root, known.id)
    assert kept is not None
    assert not kept.mutual
    if verb == "release":
        retire_it(table, OneSided(table.card))
    VERBS[verb](table, OneSided(table.card))


@pytest.mark.parametrize("verb", ["unblock", "retire"])
def test_the_factory_s_management_key_opens_no_issued_card(table: Table, verb: str) -> None:
    known = table.issue()
    other = table.folder / "other.piv"
    new_virtual_card(other)
    shim = FactoryKeyed(table.card, other)
    with pytest.raises(FalseCard):
        VERBS[verb](table, shim)
    assert not any(table.puk(known.id) in command for command in shim.heard)


def test_no_key_of_a_released_card_is_the_old_holder_s_however_it_is_cut_off(table: Table) -> None:
    known = table.issue()
    retire_it(table, Power(table.card))
    whole = table.card.read_bytes()
    power = Power(table.card)
    release_it(table, power)
    for pulled_after in (*range(4, power.sent), None):
        table.card.write_bytes(whole)
        if pulled_after is not None:
            with pytest.raises(CardGone):
                release_it(table, Power(table.card, pulled_after))
        lying = Power(table.card).again()
        try:
            lying.verify_pin(DEFAULT_PIN)
        except (WrongPin, PinBlocked):
            pass
        else:
            for slot in (Slot.SIGN, Slot.UNLOCK):
                with pytest.raises(UnprovenCard):
                    prove(lying, known, slot)
        release_it(table, Power(table.card))
        free = Power(table.card).again()
        free.verify_pin(DEFAULT_PIN)
        with pytest.raises(UnprovenCard):
            prove(free, known, Slot.SIGN)


def test_no_two_cards_have_one_number_or_key(table: Table) -> None:
    known = table.issue()
    other = table.folder / "other.piv"
    new_virtual_card(other)
    power = Power(other)
    second = Order(Holder(Role.OFFICERS, "Budi", VILLAGE, 1), Pin(PIN), overwrite=False)
    listed = issue(table.workspace, table.root, power.again(), second, power.again)
    withdraw(table.workspace, table.root, listed, Withdrawal.LOST)
    for twin in (
        known,
        listed,
        msgspec.structs.replace(known, id="0" * 32),
        msgspec.structs.replace(known, id="0" * 32, unlock="04" + "1" * 128, sign=listed.unwrap),
        msgspec.structs.replace(known, id="0" * 32, **dict.fromkeys(("unlock", "sign", "unwrap"), "04" + "1" * 128)),
    ):
        with pytest.raises(CardDamaged, match="another card has"):
            enter(table.workspace, table.root, twin)
    assert table.workspace.cards == (known,)


CLAIMS = Claims(
    card="5a" * 16,
    mode=Mode.OFFICIAL,
    election_id="0" * 32,
    election="Pilkades",
    role=Role.OFFICERS,
    holder="Siti (KPPS TPS 1, terdaftar)",
    village_code=VILLAGE,
    tps=1,
)


def test_a_card_that_nobody_registered_never_sees_a_pin(desk: PivDesk) -> None:
    fake = desk.folder / "fake.piv"
    issue_piv(fake, SecretKey.new(), CLAIMS, Pin(PIN))
    desk.put_in(fake)
    assert "another election" in desk.refused("show", "--pin-file", desk.pin_file(OTHER_PIN))
    desk.take_out()
    blank = desk.put_in(desk.card("blank"))
    desk.refused("show", "--pin-file", desk.pin_file(OTHER_PIN))
    desk.take_out()
    lost = desk.issue("lost", *officer())
    withdraw(desk.workspace, desk.root, desk.workspace.cards[0], Withdrawal.LOST)
    assert "belongs to another place" in desk.refused("show", "--pin-file", desk.pin_file(OTHER_PIN))
    assert [direct(card).tries_left() for card in (fake, blank, lost)] == [3, 3, 8]


def test_without_a_workspace_the_warning_comes_before_the_prompt_which_names_the_label(desk: PivDesk) -> None:
    fake = desk.folder / "fake.piv"
    issue_piv(fake, SecretKey.new(), CLAIMS, Pin(PIN))
    desk.put_in(fake)
    with Terminal(("show", "--pin")) as terminal:
        said = terminal.until("PIN 5A5A-5A5A")
        assert "nobody can check this card" in said
        assert "card in the reader" in said
        assert "PIN Siti" not in said
        terminal.types(PIN)
        terminal.until("PIN is right")
        assert terminal.ends() == 0
