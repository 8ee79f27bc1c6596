"""A stack of cards for a whole TPS, and what happens to cards later: new PIN, loss, retirement. On a real pcscd."""

import json
import shutil
from pathlib import Path

import pytest

from config.cards.piv.admin import PivAdmin
from config.cards.piv.commands import Reference
from config.cards.port import CardGone, Slot, WrongPin
from config.cards.registry import RetiredCard, Withdrawn, recognise
from config.cards.role import Role
from config.cards.virtual.card import new_virtual_card
from config.cards.virtual.faults import Pulled
from config.cards.virtual.reader import VirtualReader
from config.errors import InputError, OperatorError
from config.minisign import SecretKey
from config.rootkey import Passphrase
from config.secret import Pin
from config.trustees import seal_context
from config.wrap import unwrap
from sync.district.aftercare import release, retire
from sync.district.cardkeys import recall
from sync.district.cards import card_list, label
from sync.district.holders import Holder, rehearsal_holders
from sync.district.issuing import Order, issue
from sync.district.workspace import Workspace
from tests.district.a_booth import Day
from tests.district.election import BOOTHS, PASSPHRASE, Made, changed_sample, district, done, keyed
from tests.district.piv import (
    OTHER_PIN,
    PIN,
    VILLAGE,
    PivDesk,
    Power,
    Terminal,
    judge,
    member,
    officer,
    wait_for,
)

TABLE = f"""role,village,tps,holder
officers,{VILLAGE},1,Ani
officers,{VILLAGE},1,Bayu
technician,,,Dedi
"""


def stack(desk: PivDesk, *options: object) -> Terminal:
    (desk.folder / "holders.csv").write_text(TABLE)
    slips = ("--slips", desk.folder / "slips")
    return Terminal(("issue", desk.path, "--holders", desk.folder / "holders.csv", *slips, *options))


def test_a_stack_of_cards_with_wrong_ones_in_between(desk: PivDesk) -> None:
    first, second, third, strange = (desk.card(name) for name in ("1", "2", "3", "strange"))
    desk.put_in(strange)
    made = judge("yubico-piv-tool", "--reader", "Bilik", "-a", "generate", "-s", "9a", "-A", "ECCP256")
    assert made.returncode == 0
    desk.take_out()
    with stack(desk) as staff:
        staff.until("Put in the card for Ani (officers, Balecatur TPS 1)")
        desk.put_in(first)
        staff.until(f"Write {label(registered(desk, 'Ani'))} on this card")
        desk.take_out()
        staff.until("Put in the card for Bayu")
        desk.put_in(first)
        staff.until("of Ani (officers, Balecatur TPS 1)")
        staff.until("Take this card out")
        desk.take_out()
        staff.until("Put in the card for Bayu")
        desk.put_in(strange)
        staff.until("TIMPA?")
        staff.types("tidak")
        staff.until("Take this card out")
        desk.take_out()
        staff.until("Put in the card for Bayu")
        desk.reader.fault(Pulled(after=30))
        desk.reader.insert(second)
        staff.until("taken out too early")
        desk.reader.fault(None)
        staff.until("Put in the card for Bayu")
        desk.put_in(second)
        staff.until(f"Write {label(registered(desk, 'Bayu'))} on this card")
        desk.take_out()
        staff.until("Put in the card for Dedi (technician, ")
        staff.types("\x03")
        assert staff.ends() == 130
    with stack(desk) as staff:
        staff.until("1/3 Ani: sudah punya kartu")
        staff.until("2/3 Bayu: sudah punya kartu")
        staff.until("Put in the card for Dedi")
        desk.put_in(third)
        staff.until("Write")
        desk.take_out()
        staff.until("Everybody in the table has a card")
        assert staff.ends() == 0
    cards = desk.workspace.cards
    assert [(card.holder, card.role.value, card.village_code, card.tps) for card in cards] == [
        ("Ani", "officers", VILLAGE, 1),
        ("Bayu", "officers", VILLAGE, 1),
        ("Dedi", "technician", None, None),
    ]
    assert {path.stem for path in (desk.folder / "slips").iterdir()} == {label(card.id) for card in cards}


def registered(desk: PivDesk, name: str) -> str:
    """The card's id, as soon as it is there."""
    wait_for(lambda: any(card.holder == name for card in desk.workspace.cards))
    return next(card.id for card in desk.workspace.cards if card.holder == name)


def test_all_rows_are_checked_before_the_first_card(desk: PivDesk) -> None:
    (desk.folder / "holders.csv").write_text(
        "role,village,tps,holder\n"
        f"officers,{VILLAGE},1,Ani\n"
        f"officers,{VILLAGE},9,Bayu\n"
        f"witness,{VILLAGE},1,Citra\n"
        f"committee,{VILLAGE},1,Dedi\n"
        f"committee,{VILLAGE},,ANI\n"
        f"officers,{VILLAGE},1, Ani\n"
        f"technician,{VILLAGE},,Eka\n"
        f"officers,{VILLAGE},x,Fajar\n"
    )
    card = desk.put_in(desk.card("1"))
    before = card.read_bytes()
    told = desk.refused("issue", "--holders", desk.folder / "holders.csv", "--slips", desk.folder / "slips")
    assert card.read_bytes() == before
    english = [line.strip() for line in told.splitlines() if line.startswith("  ")]
    for line, words in zip(
        (3, 4, 5, 6, 7, 8, 9),
        (
            "no TPS 9",
            "Write one of",
            "whole village",
            "two roles",
            "stands here twice",
            "whole district",
            "not a whole",
        ),
        strict=True,
    ):
        assert any(f"holders.csv:{line}" in said and words in said for said in english), (line, words, told)


@pytest.mark.parametrize(
    "options",
    [
        ("--holder", "Ani"),
        ("--role", "officers", "--holder", "Ani", "--holders", "x.csv"),
        ("--role", "officers", "--holder", "Ani", "--out", "x.card"),
        ("--role", "officers", "--holder", "Ani", "--typed-pin", "--slips", "x"),
        ("--holders", "x.csv", "--pin-file", "x"),
        ("--soft", "--holders", "x.csv", "--out", "x.card"),
    ],
    ids=" ".join,
)
def test_wrong_use(official_plan: Path, options: tuple[str, ...]) -> None:
    assert district("cards", "issue", official_plan, *options).returncode == 2


def test_a_forgotten_pin(desk: PivDesk) -> None:
    card = desk.issue("sri")
    desk.take_out()
    for _ in range(7):
        with pytest.raises(WrongPin):
            Power(card).again().verify_pin(Pin("111222"))
    desk.put_in(card)
    assert "blocked" in desk.refused("show", "--pin-file", desk.pin_file("111222"))
    assert "blocked" in desk.refused("show", "--pin-file", desk.pin_file())
    assert json.loads(desk.done("show", "--json"))["pin_tries"] == 0
    desk.done("unblock", "--pin-file", desk.pin_file(OTHER_PIN))
    desk.done("show", "--pin-file", desk.pin_file(OTHER_PIN))
    assert "too easy" in desk.refused("unblock", "--pin-file", desk.pin_file("123123"))
    desk.take_out()
    desk.put_in(desk.card("blank"))
    assert "did not issue this card" in desk.refused("unblock", "--pin-file", desk.pin_file())


def test_show_tells_a_factory_card_and_a_stranger_s(desk: PivDesk) -> None:
    desk.put_in(desk.card("blank"))
    shown = json.loads(desk.done("show", "--json"))
    assert (shown["id"], shown["standing"], shown["proved"]) == (None, "blank", False)
    assert shown["factory"] == {"pin": True, "puk": True, "management_key": True}
    assert "kosong / blank" in desk.done("show")
    assert desk.said[-1].count("which everybody knows") == 3
    desk.take_out()
    desk.issue("sri")
    alone = district("cards", "show", "--json", "--wait", "3")
    shown = json.loads(alone.stdout)
    assert (shown["holder"], shown["role"], shown["tps"], shown["standing"]) == ("Sri Wahyuni", "officers", 1, None)


@pytest.fixture(scope="session")
def piv_election(official_plan: Path, official_root: SecretKey, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An official election with virtual PIV cards (each with the PIN ``PIN``) and its packages; not to be changed."""
    made = Made(tmp_path_factory.mktemp("piv"))
    shutil.copytree(official_plan, made.workspace)
    made.cards.mkdir()
    workspace = Workspace(made.workspace)
    wanted = [(holder, file.replace(".card", ".piv")) for holder, file in rehearsal_holders(workspace.election)]
    for holder, file in [*wanted, (Holder(Role.TECHNICIAN, "Dedi", None, None), "technician.piv")]:
        new_virtual_card(made.cards / file)
        power = Power(made.cards / file)
        issue(workspace, official_root, power.again(), Order(holder, Pin(PIN), overwrite=False), power.again)
    return keyed(made)


@pytest.fixture
def town(piv_election: Made, official_root: SecretKey, tmp_path: Path, virtual_reader: VirtualReader) -> PivDesk:
    """The desk of that election."""
    piv_election.copy(tmp_path / "town")
    return PivDesk(tmp_path / "town", virtual_reader, official_root)


def piv(desk: PivDesk, file: str) -> Path:
    return desk.folder / "cards" / file


OFFICER_FILE, MEMBER_FILE = f"officers-{BOOTHS[0][:17]}-1.piv", f"committee-{VILLAGE}-1.piv"


def test_an_official_election_by_piv_cards_only(town: PivDesk) -> None:
    made = Made(town.folder)
    package = made.package(BOOTHS[0])
    assert [card.role.value for card in package.manifest.cards] == ["officers"] * 2 + ["committee"] * 2 + ["technician"]
    assert {card.kind.value for card in package.manifest.cards} == {"piv"}
    assert all(len(seal.keys) == 2 for seal in package.manifest.trustees)
    done("check", made.workspace)


def closed_without_committee(town: PivDesk) -> None:
    """A booth's batch comes in without its result."""
    package = Made(town.folder).package(BOOTHS[0])
    lying = Power(piv(town, OFFICER_FILE)).again()
    lying.verify_pin(Pin(PIN))
    day = Day(package, lying, None, (1, 2, 2, 0))  # type: ignore[arg-type]
    (town.folder / "a.batch").write_bytes(day.batch())
    done("import", town.path, town.folder / "a.batch")


def decrypt(town: PivDesk, pin: str = PIN) -> tuple[int, str]:
    ran = district("decrypt", town.path, BOOTHS[0], "--pin-file", town.pin_file(pin), "--wait", "3")
    return ran.returncode, ran.stdout + ran.stderr


def test_a_result_is_opened_at_the_district_with_the_committee_s_card(town: PivDesk) -> None:
    closed_without_committee(town)
    town.put_in(piv(town, OFFICER_FILE))
    assert "have opened this booth's sum already" in decrypt(town)[1]
    town.take_out()
    town.put_in(piv(town, "technician.piv"))
    assert "opens no result" in decrypt(town)[1]
    town.take_out()
    town.put_in(piv(town, MEMBER_FILE))
    assert "7 tries are left" in decrypt(town, OTHER_PIN)[1]
    assert decrypt(town)[0] == 0
    votes = json.loads(done("results", town.path, "--json"))["villages"][0]["votes"]
    assert votes == [1, 1, 2, 0]


def test_a_retired_card_opens_no_old_package(town: PivDesk) -> None:
    package = Made(town.folder).package(BOOTHS[0])
    card = town.put_in(piv(town, MEMBER_FILE))
    known = next(entry for entry in town.workspace.cards if entry.holder.startswith("Panitia 1"))
    assert "Give --yes" in town.refused("retire")
    told = town.done("retire", "--yes")
    assert "cannot be undone" in told
    assert f"card {label(known.id)} of {known.holder} is retired" in told
    assert "is retired" in town.done("show") or "retired" in town.said[-1]
    assert "was retired" in town.refused("retire", "--yes")
    assert known.id not in {entry.id for entry in town.workspace.cards}
    pem = judge("pkcs15-tool", "--reader", "0", "--read-certificate", "04").stdout
    assert "/retired" in judge("openssl", "x509", "-noout", "-ext", "subjectAltName", text=pem).stdout
    lying = Power(card).again()
    with pytest.raises(RetiredCard):
        recognise(lying, package.card_list)
    # Even who would not ask for that gets no key: the card's old one is gone. Its PIN is, too, so a new one is set.
    kept = recall(town.workspace, town.root, known.id)
    assert kept is not None
    PivAdmin(lying).unblock(kept.puk, Pin(PIN))
    lying.verify_pin(Pin(PIN))
    seal = package.manifest.trustees[1]
    context = seal_context(package.manifest.election.id, BOOTHS[0], Role.COMMITTEE)
    with pytest.raises(InputError, match="does not open"):
        unwrap(seal.keys, lying, context)


def test_retiring_may_be_cut_off_at_any_command(town: PivDesk) -> None:
    card = piv(town, MEMBER_FILE)
    register = (town.path / "cards.json").read_bytes()
    whole = card.read_bytes()
    power = Power(card)
    known = retire(town.workspace, town.root, power.again(), power.again)
    commands = power.sent
    for pulled_after in range(3, commands, 3):
        card.write_bytes(whole)
        (town.path / "cards.json").write_bytes(register)
        power = Power(card, pulled_after)
        with pytest.raises(CardGone):
            retire(town.workspace, town.root, power.again(), power.again)
        assert (town.path / "cards.json").read_bytes() == register
        power = Power(card)
        retire(town.workspace, town.root, power.again(), power.again)
        assert power.again().public_key(Slot.UNWRAP) != known.point(Slot.UNWRAP)


def test_a_retired_card_is_set_free_for_another_election(town: PivDesk) -> None:
    card = town.put_in(piv(town, MEMBER_FILE))
    told = town.done("retire", "--yes", "--release")
    assert "is retired: the new key is proved" in told
    assert "is free: PIN, PUK and management key are the factory's again" in told
    shown = json.loads(town.done("show", "--json"))
    assert shown["factory"] == {"pin": True, "puk": True, "management_key": True}
    assert "is free" in town.done("retire", "--yes", "--release"), "it may be run again"
    other = PivDesk(town.folder / "other", town.reader, SecretKey.new())
    other.folder.mkdir()
    done("new", changed_sample(other.folder / "source", mode="official"), other.path)
    other.root = other.workspace.unlock(Passphrase(PASSPHRASE))
    assert "it says: Panitia 1" in other.refused("issue", *officer("Sri"), "--pin-file", other.pin_file())
    other.done("issue", *officer("Sri"), "--pin-file", other.pin_file(), "--overwrite")
    power = Power(card)
    assert recognise(power.again(), card_list(other.workspace)).holder == "Sri"


def test_a_card_that_counts_is_not_set_free(town: PivDesk) -> None:
    power = Power(piv(town, MEMBER_FILE))
    before = piv(town, MEMBER_FILE).read_bytes()
    with pytest.raises(OperatorError, match="Retire it first"):
        release(town.workspace, town.root, power.again())
    assert piv(town, MEMBER_FILE).read_bytes() == before


def test_setting_free_may_be_cut_off_at_any_command(town: PivDesk) -> None:
    card = piv(town, MEMBER_FILE)
    power = Power(card)
    retire(town.workspace, town.root, power.again(), power.again)
    whole = card.read_bytes()
    power = Power(card)
    release(town.workspace, town.root, power.again())
    for pulled_after in range(2, power.sent):
        card.write_bytes(whole)
        cut = Power(card, pulled_after)
        with pytest.raises(CardGone):
            release(town.workspace, town.root, cut.again())
        release(town.workspace, town.root, Power(card).again())
        assert PivAdmin(Power(card).again()).is_default(Reference.MANAGEMENT)


def test_a_stack_is_retired_before_witnesses(town: PivDesk) -> None:
    blank = town.card("blank")
    with Terminal(("retire", town.path, "--stack", "--wait", "2")) as staff:
        staff.until("Bilik yang belum punya hasil: " + ", ".join(BOOTHS))
        staff.until("PENSIUN?")
        staff.types("pensiun")
        for card, words in (
            (piv(town, MEMBER_FILE), "is retired: the new key is proved"),
            (blank, "did not issue this card"),
            (piv(town, OFFICER_FILE), "is retired: the new key is proved"),
        ):
            staff.until("Put the card in")
            town.put_in(card)
            staff.until(words)
            staff.until("Next one")
            town.take_out()
        staff.until("Cards that still count: 5")
        assert staff.ends() == 1, "one card was refused"


def test_a_lost_card_is_on_no_new_package(town: PivDesk) -> None:
    lost = next(entry for entry in town.workspace.cards if entry.holder.startswith("Panitia 1"))
    told = town.done("retire", "--lost", label(lost.id).lower())
    assert "taken off the list" in told
    for booth in BOOTHS:
        assert f"--renew {booth}" in told
    assert "trustee add --replace" in told.replace("\n", " ")
    assert "No single card" in town.refused("retire", "--lost", label(lost.id))
    checked = district("check", town.path).stdout
    assert "1 of 2 cards of the committee" in checked
    listed = json.loads(done("cards", "list", town.path, "--json"))
    assert [card["state"] for card in listed if card["id"] == lost.id] == ["lost"]
    town.put_in(town.card("new"))
    town.done("issue", *member("Panitia 3"), "--pin-file", town.pin_file())
    town.take_out()
    file = town.folder / "new.json"
    done("trustee", "new", town.path / "request", "--role", "committee", "--out", file)
    done("trustee", "add", town.path, file, "--replace")
    done("package", town.path, "--renew", BOOTHS[0])
    package = town.workspace.package(BOOTHS[0])
    assert package is not None
    lying = Power(piv(town, MEMBER_FILE)).again()
    with pytest.raises(Withdrawn):
        recognise(lying, package.card_list)
    town.put_in(piv(town, MEMBER_FILE))
    assert "withdrawn: lost" in town.done("show")
    again = ("issue", *member("Panitia 4"), "--pin-file", town.pin_file())
    assert "withdrawn as lost (Panitia 1" in town.refused(*again)
    town.done(*again, "--overwrite")


def test_a_card_of_booths_that_have_handed_in_is_withdrawn_only_when_it_is_said_twice(town: PivDesk) -> None:
    closed_without_committee(town)
    lost = next(entry for entry in town.workspace.cards if entry.holder.startswith("Panitia 1"))
    assert f"handed in already ({BOOTHS[0]})" in town.refused("retire", "--lost", label(lost.id))
    assert lost in town.workspace.cards
    town.done("retire", "--lost", label(lost.id), "--yes")
    assert lost not in town.workspace.cards


def test_a_technician_s_card_needs_no_new_packages_until_it_is_lost(town: PivDesk) -> None:
    town.put_in(town.card("late"))
    town.done("issue", "--role", "technician", "--holder", "Eka", "--pin-file", town.pin_file())
    done("check", town.path)
    assert "New packages: 0" in done("package", town.path, "--all", town.folder / "sticks")
    dedi = next(entry for entry in town.workspace.cards if entry.holder == "Dedi")
    told = town.done("retire", "--lost", label(dedi.id))
    assert "trustee" not in told
    assert f"--renew {BOOTHS[2]}" in told
    assert "was made before this changed: cards" in district("check", town.path).stdout
