"""Cards are issued on a real pcscd, cut off at any point, and judged by other people's tools."""

import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from config.cards.piv.admin import PivAdmin
from config.cards.port import CardGone, Slot
from config.cards.registry import prove
from config.cards.role import CardKind, Role
from config.cards.virtual.card import Profile
from config.cards.virtual.faults import Contactless, Fault, Garbage, OldSignature, Pulled, TooLong, Unproven, WrongPoint
from config.errors import BilikError, InputError
from config.minisign import SecretKey
from config.secret import Key, Pin
from config.wrap import unwrap, wrap
from printer.layout import Document, Text
from printer.virtual import VirtualPrinter
from sync.district.cardkeys import recall
from sync.district.cards import label
from sync.district.commands.reading import again, open_reader
from sync.district.holders import Holder
from sync.district.issuing import ForeignCard, Order, issue
from sync.district.slips import PaintedSlips
from tests.district.election import changed_sample, district, done
from tests.district.piv import OTHER_PIN, PIN, VILLAGE, PivDesk, Power, Terminal, holds, judge, member, officer

HOLDER = Holder(Role.OFFICERS, "Sri Wahyuni", VILLAGE, 1)


@pytest.fixture
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a card is pulled hundreds of times, the disk under it need not be waited for."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def slips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The PINs that slips said, as their holders read them."""
    pins: list[str] = []
    paint = PaintedSlips.put

    def reads(self: PaintedSlips, name: str, document: Document) -> None:
        said = [block.text for block in document.reveal() if isinstance(block, Text)]
        pins.extend(text.replace(" ", "") for text in said if text.replace(" ", "").isdecimal())
        paint(self, name, document)

    monkeypatch.setattr(PaintedSlips, "put", reads)
    return pins


def test_a_card_s_life_begins(desk: PivDesk, slips: list[str]) -> None:
    desk.put_in(desk.card("sri"))
    said = desk.done("issue", *officer(), "--slips", desk.folder / "slips")
    (known,) = desk.workspace.cards
    assert (known.kind, known.role, known.holder, known.village_code, known.tps) == (
        CardKind.PIV, Role.OFFICERS, "Sri Wahyuni", VILLAGE, 1,
    )  # fmt: skip
    assert f"Write {label(known.id)} on this card" in said
    picture = desk.folder / "slips" / f"{label(known.id)}.png"
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600
    shown = json.loads(desk.done("show", "--json"))
    assert shown["label"] == label(known.id)
    assert shown["standing"] == "registered"
    assert shown["proved"] is True
    assert shown["signed"] is True
    assert (shown["pin_tries"], shown["puk_tries"]) == (8, 8)
    assert shown["factory"] == {"pin": False, "puk": False, "management_key": False}
    listed = json.loads(done("cards", "list", desk.path, "--json"))
    assert [(card["label"], card["kind"], card["state"]) for card in listed] == [(label(known.id), "piv", "valid")]
    table = done("cards", "list", desk.path)
    assert all(words in table for words in (label(known.id), "piv", "officers", "TPS 1", "Sri", "valid"))
    assert max(map(len, table.splitlines())) <= 80
    (pin,) = slips
    (desk.folder / "from-slip").write_text(pin)
    assert "The PIN is right" in desk.done("show", "--pin-file", desk.folder / "from-slip")
    assert "tries are left" in desk.refused("show", "--pin-file", desk.pin_file("111222"))


def test_other_people_s_tools_find_what_was_written(desk: PivDesk) -> None:
    desk.issue("sri")
    (known,) = desk.workspace.cards
    listed = judge("pkcs15-tool", "--reader", "0", "--list-certificates").stdout
    assert "Certificate for PIV Authentication" in listed
    for certificate, slot in (("01", Slot.SIGN), ("03", Slot.UNWRAP), ("04", Slot.UNLOCK)):
        pem = judge("pkcs15-tool", "--reader", "0", "--read-certificate", certificate).stdout
        said = judge("openssl", "x509", "-noout", "-subject", "-ext", "subjectAltName,keyUsage", text=pem).stdout
        assert "CN=Sri Wahyuni" in said.replace(" = ", "=")
        assert f"urn:uuid:{known.id[:8]}" in said
        assert f"/officers/{VILLAGE}/1" in said
        assert ("Key Agreement" in said) == (slot is Slot.UNWRAP)
        public = judge("openssl", "x509", "-noout", "-pubkey", text=pem).stdout
        point = judge("openssl", "ec", "-pubin", "-text", "-noout", text=public).stdout
        assert known.point(slot).hex() in "".join(point.split()).replace(":", "")
    status = judge("yubico-piv-tool", "--reader", "Bilik", "-a", "status").stdout
    assert known.id in status.replace(" ", "")
    assert "PIN tries left:\t8" in status


def test_what_the_factory_set_is_refused_and_what_we_set_is_taken(desk: PivDesk) -> None:
    desk.issue("sri")
    tool = ("yubico-piv-tool", "--reader", "Bilik")
    assert judge(*tool, "-a", "set-ccc").returncode != 0, "the factory's management key still writes"
    assert judge(*tool, "-a", "verify-pin", "-P", "123456").returncode != 0
    assert judge(*tool, "-a", "unblock-pin", "-P", "12345678", "-N", "246802").returncode != 0
    assert judge(*tool, "-a", "verify-pin", "-P", PIN).returncode == 0
    assert judge(*tool, "-a", "verify-pin", "-P", "123456").returncode != 0


def test_no_secret_is_in_any_file_or_output(desk: PivDesk, slips: list[str]) -> None:
    desk.put_in(desk.card("sri"))
    desk.done("issue", *officer(), "--slips", desk.folder / "slips")
    card = desk.workspace.cards[0].id
    keys = desk.path / "card-keys" / card
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.parent.stat().st_mode) == 0o700
    desk.done("unblock", "--slips", desk.folder / "slips")
    desk.done("show")
    kept = recall(desk.workspace, desk.root, card)
    assert kept is not None
    puk, management = kept.puk.reveal(), kept.management.reveal()
    assert len(set(slips)) == 2
    found = [path.read_bytes() for path in desk.path.rglob("*") if path.is_file()]
    found += [path.read_bytes() for path in (desk.folder / "slips").iterdir()]
    found += [said.encode() for said in desk.said]
    assert len(found) > 10
    for data in found:
        assert not any(holds(data, pin) for pin in (*slips, puk))
        assert management not in data
        assert management.hex().encode() not in data


def test_sealed_card_keys_open_for_their_card_and_passphrase_only(desk: PivDesk) -> None:
    desk.issue("sri")
    card = desk.workspace.cards[0].id
    sealed = desk.path / "card-keys" / card
    other = sealed.with_name("0" * 31 + "1")
    other.write_bytes(sealed.read_bytes().replace(card.encode(), other.name.encode()))
    for root, name in ((desk.root, other.name), (SecretKey.new(), card)):
        with pytest.raises(InputError, match="was changed"):
            recall(desk.workspace, root, name)


def attempt(
    desk: PivDesk,
    card: Path,
    pulled_after: int | None = None,
    *,
    pin: str = PIN,
    overwrite: bool = False,
    tells: bool = True,
) -> int:
    """Issues without a reader, the card pulled after so many commands; how many were sent."""
    power = Power(card, pulled_after, tells=tells)
    order = Order(HOLDER, Pin(pin), overwrite)
    issue(desk.workspace, desk.root, power.again(), order, power.again)
    return power.sent


def check_whole(desk: PivDesk, card: Path, pin: str = PIN) -> None:
    """The one registered card is this one, and each of its keys works."""
    (known,) = desk.workspace.cards
    lying = Power(card).again()
    prove(lying, known, Slot.UNLOCK)
    lying.verify_pin(Pin(pin))
    prove(lying, known, Slot.SIGN)
    assert unwrap((wrap(Key(b"x" * 32), known, "test"),), lying, "test").reveal() == b"x" * 32
    assert not PivAdmin(lying).authenticate_factory()


@pytest.mark.usefixtures("_quick_disk")
@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize("tells", [True, False], ids=["new card", "old card"])
def test_a_card_pulled_at_any_command_is_issued_by_the_next_try(desk: PivDesk, part: int, tells: bool) -> None:
    blank = desk.card("blank").read_bytes()
    empty = (desk.path / "cards.json").read_bytes()
    card = desk.folder / "again.piv"
    card.write_bytes(blank)
    whole = attempt(desk, card, tells=tells)
    assert whole > 50
    for pulled_after in range(part, whole, 3 if tells else 9):
        (desk.path / "cards.json").write_bytes(empty)
        card.write_bytes(blank)
        with pytest.raises(CardGone):
            attempt(desk, card, pulled_after, tells=tells)
        assert desk.workspace.cards == (), pulled_after
        attempt(desk, card, pin=OTHER_PIN, tells=tells)
        check_whole(desk, card, OTHER_PIN)


@pytest.mark.usefixtures("_quick_disk")
@pytest.mark.parametrize("tells", [True, False], ids=["new card", "old card"])
def test_issuing_the_same_card_anew_may_be_cut_off_too(desk: PivDesk, tells: bool) -> None:
    card = desk.card("sri")
    attempt(desk, card, tells=tells)
    (first,) = desk.workspace.cards
    issued, register = card.read_bytes(), (desk.path / "cards.json").read_bytes()
    whole = attempt(desk, card, pin=OTHER_PIN, overwrite=True, tells=tells)
    for pulled_after in range(2, whole, 4):
        (desk.path / "cards.json").write_bytes(register)
        card.write_bytes(issued)
        with pytest.raises(CardGone):
            attempt(desk, card, pulled_after, pin=OTHER_PIN, overwrite=True, tells=tells)
        listed = desk.workspace.cards
        assert listed in ((), (first,)), pulled_after
        if listed:
            check_whole(desk, card)  # what is on the list can be relied on
        attempt(desk, card, pin=OTHER_PIN, overwrite=True, tells=tells)
        check_whole(desk, card, OTHER_PIN)
        assert [old.card.id for old in desk.workspace.withdrawn] == [first.id]


def issue_in_reader(desk: PivDesk) -> None:
    """The same in the real reader."""
    with open_reader(None) as reader:
        card = reader.card()
        assert card is not None
        issue(desk.workspace, desk.root, card, Order(HOLDER, Pin(PIN), overwrite=False), lambda: again(reader))


def test_a_card_pulled_again_and_again_in_a_real_reader(desk: PivDesk) -> None:
    card = desk.put_in(desk.card("sri"))
    for pulled_after in (9, 18, 27, 36):
        desk.reader.fault(Pulled(after=pulled_after))
        with pytest.raises(CardGone):
            issue_in_reader(desk)
        assert desk.workspace.cards == ()
        desk.reader.fault(None)
        desk.put_in(card)
    desk.done("issue", *officer(), "--pin-file", desk.pin_file())
    check_whole(desk, card)


FAULTS: dict[str, Fault] = {
    "garbage": Garbage(),
    "too long": TooLong(),
    "points off the curve": WrongPoint(),
    "signatures of old": OldSignature(),
    "another card's key": Unproven(),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_card_that_lies_is_not_registered(desk: PivDesk, name: str) -> None:
    card = desk.put_in(desk.card("liar"))
    desk.reader.fault(FAULTS[name])
    with pytest.raises(BilikError) as refused:
        issue_in_reader(desk)
    assert not isinstance(refused.value, CardGone)
    assert desk.workspace.cards == ()
    attempt(desk, card)
    check_whole(desk, card)


def test_a_card_that_is_spoken_to_by_radio_gets_no_keys(desk: PivDesk) -> None:
    desk.reader.fault(Contactless())
    desk.put_in(desk.card("radio"))
    assert "by radio" in desk.refused("issue", *officer(), "--pin-file", desk.pin_file(), "--overwrite")
    assert not (desk.path / "card-keys").exists()


def test_a_card_whose_management_key_stays_the_factory_s_is_refused(desk: PivDesk) -> None:
    desk.put_in(desk.card("plain", Profile.PLAIN))
    assert "cannot change its management key" in desk.refused("issue", *officer(), "--pin-file", desk.pin_file())
    assert desk.workspace.cards == ()


def test_a_card_with_keys_of_its_own_is_not_overwritten_unasked(desk: PivDesk) -> None:
    card = desk.put_in(desk.card("strange"))
    admin = ("yubico-piv-tool", "--reader", "Bilik")
    assert judge(*admin, "-a", "generate", "-s", "9d", "-A", "ECCP256").returncode == 0
    before = card.read_bytes()
    issue_it = ("issue", *officer(), "--pin-file", desk.pin_file())
    assert "does not know (keys without certificates)" in desk.refused(*issue_it)
    assert card.read_bytes() == before
    arguments = ("issue", desk.path, *officer(), "--typed-pin", "--wait", "3")
    with Terminal(arguments) as terminal:
        terminal.until("TIMPA?")
        terminal.types("ya")
        assert terminal.ends() == 1
    assert card.read_bytes() == before
    with Terminal(arguments) as terminal:
        for word, answer in (
            ("TIMPA?", "TIMPA"),
            ("PIN Sri Wahyuni", "123456"),
            ("Sekali lagi", "123456"),
            ("too easy to guess", ""),
            ("PIN Sri Wahyuni", PIN),
            ("Sekali lagi", PIN),
        ):
            terminal.until(word)
            if answer:
                terminal.types(answer)
        assert terminal.ends() == 0, terminal.seen
        assert not holds(terminal.seen.encode(), PIN)
    check_whole(desk, card)


def test_a_key_that_a_card_tells_of_only_after_the_pin_is_not_overwritten_unasked(desk: PivDesk) -> None:
    card = desk.card("secretive")
    admin = PivAdmin(Power(card).again())
    assert admin.authenticate_factory()
    admin.generate(Slot.UNWRAP)
    before = card.read_bytes()
    power = Power(card, tells=False)
    assert PivAdmin(power.again()).holds_key(Slot.UNWRAP) is None
    order = Order(HOLDER, Pin(PIN), overwrite=False)
    with pytest.raises(ForeignCard, match="keys without certificates"):
        issue(desk.workspace, desk.root, power.again(), order, power.again)
    assert card.read_bytes() == before
    issue(desk.workspace, desk.root, power.again(), replace(order, overwrite=True), power.again)
    check_whole(desk, card)


def test_a_card_of_another_election_is_told_by_name(desk: PivDesk, tmp_path: Path) -> None:
    card = desk.issue("sri")
    shutil.copytree(desk.path, tmp_path / "mine")
    shutil.rmtree(desk.path)
    done("new", changed_sample(tmp_path / "other", mode="official"), desk.path)
    refused = desk.refused("issue", *member("Budi"), "--pin-file", desk.pin_file())
    assert "it says: Sri Wahyuni, officers" in refused
    refused = desk.refused("issue", *member("Budi"), "--pin-file", desk.pin_file(), "--overwrite")
    assert "management key is not the factory's" in refused
    shutil.rmtree(desk.path)
    shutil.copytree(tmp_path / "mine", desk.path)
    check_whole(desk, card)


def test_a_card_that_counts_goes_to_nobody_else(desk: PivDesk) -> None:
    desk.issue("sri")
    (first,) = desk.workspace.cards
    again = ("--pin-file", desk.pin_file(OTHER_PIN))
    assert f"the card {label(first.id)} of Sri Wahyuni" in desk.refused(
        "issue", *officer("Budi"), *again, "--overwrite"
    )
    assert "holds the card" in desk.refused("issue", *officer(), *again)
    assert "no person" in desk.refused("issue", *member("sri  wahyuni"), *again).lower()
    desk.done("issue", *officer(), *again, "--overwrite")
    (second,) = desk.workspace.cards
    assert second.id != first.id
    assert second.unwrap != first.unwrap
    check_whole(desk, desk.folder / "sri.piv", OTHER_PIN)
    states = [(card["label"], card["state"]) for card in json.loads(done("cards", "list", desk.path, "--json"))]
    assert states == [(label(second.id), "valid"), (label(first.id), "replaced")]
    desk.take_out()
    desk.put_in(desk.card("blank"))
    assert "another card" in desk.refused("issue", *officer(), *again, "--overwrite")


def test_an_unknown_pin_and_puk_are_for_the_maker_s_tool(desk: PivDesk) -> None:
    desk.put_in(desk.card("locked"))
    tool = ("yubico-piv-tool", "--reader", "Bilik")
    assert judge(*tool, "-a", "change-puk", "-P", "12345678", "-N", "11335577").returncode == 0
    assert judge(*tool, "-a", "change-pin", "-P", "123456", "-N", "975310").returncode == 0
    assert "ykman piv reset" in desk.refused("issue", *officer(), "--pin-file", desk.pin_file())
    desk.take_out()
    desk.put_in(desk.card("changed pin"))
    assert judge(*tool, "-a", "change-pin", "-P", "123456", "-N", "975310").returncode == 0
    desk.done("issue", *officer(), "--pin-file", desk.pin_file())


def test_the_seller_s_management_key_is_taken_from_a_file(desk: PivDesk) -> None:
    card = desk.put_in(desk.card("sold"))
    ours = "A1" * 24
    tool = ("yubico-piv-tool", "--reader", "Bilik", "-a", "set-mgm-key", "-n", ours)
    assert judge(*tool).returncode == 0
    issue_it = ("issue", *officer(), "--pin-file", desk.pin_file())
    assert "management key is not the factory's" in desk.refused(*issue_it)
    key = desk.folder / "key"
    key.write_text("no key\n")
    assert "hexadecimal digits" in desk.refused(*issue_it, "--management-key-file", key)
    key.write_text(f"{ours}\n")
    desk.done(*issue_it, "--management-key-file", key)
    desk.take_out()
    check_whole(desk, card)


def test_a_printer_that_fails_leaves_a_card_that_is_unblocked(desk: PivDesk, tmp_path: Path) -> None:
    card = desk.put_in(desk.card("sri"))
    pieces: list[Image.Image] = []
    with VirtualPrinter(tmp_path / "tty", pieces.append) as printer:
        printer.after_mm(40, printer.open_cover)
        told = desk.refused("issue", *officer(), "--printer", tmp_path / "tty")
        assert "issued and registered, but its slip did not come out" in told
        assert "cards unblock" in told
        assert len(desk.workspace.cards) == 1
        assert "holds the card" in desk.refused("issue", *officer(), "--printer", tmp_path / "tty")
        assert "cover is open" in desk.refused("unblock", "--printer", tmp_path / "tty")
        printer.close_cover()
        pieces.clear()
        desk.done("unblock", "--printer", tmp_path / "tty")
    assert pieces
    desk.done("unblock", "--pin-file", desk.pin_file(OTHER_PIN))
    check_whole(desk, card, OTHER_PIN)


def test_a_printer_that_is_not_there_is_told_before_the_card_is_touched(desk: PivDesk, tmp_path: Path) -> None:
    card = desk.put_in(desk.card("sri"))
    before = card.read_bytes()
    assert "cable" in desk.refused("issue", *officer(), "--printer", tmp_path / "none")
    assert "--slips FOLDER" in desk.refused("issue", *officer())
    assert "too easy to guess" in desk.refused("issue", *officer(), "--pin-file", desk.pin_file("123456"))
    assert card.read_bytes() == before


def test_nobody_puts_a_card_in(desk: PivDesk) -> None:
    ran = district("cards", "issue", desk.path, *officer(), "--pin-file", desk.pin_file(), "--wait", "0.2")
    assert ran.returncode == 1
    assert "No card was put in" in ran.stderr
    desk.reader.unplug()
    ran = district("cards", "show", desk.path, "--wait", "0.2")
    assert ran.returncode == 1
    assert "No card reader answers" in ran.stderr
