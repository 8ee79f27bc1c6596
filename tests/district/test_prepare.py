"""From the plan to the packages, by the commands that staff run."""

import csv
import io
import json
import stat
from pathlib import Path

import click
import msgspec
import pytest

from config.cards.pins import is_weak, new_pin
from config.cards.registry import RegisteredCard
from config.cards.role import Role
from config.mode import Mode
from config.package import Manifest, read_package
from config.record import decode, encode
from config.secret import Pin
from config.trustees import TrusteeFile, TrusteeRequest
from sync.ballot.election import Setup
from sync.district.softcards import issue_soft
from sync.district.workspace import Workspace, WorkspaceRecord
from tests.district.a_booth import card
from tests.district.election import BOOTHS, SAMPLE, Made, district, done, prepared, process


def test_each_booth_gets_a_package_of_its_own(election: Made) -> None:
    packages = [election.package(booth) for booth in BOOTHS]
    manifests = [package.manifest for package in packages]
    assert [manifest.place.booth_id for manifest in manifests] == list(BOOTHS)
    for secret in ("ballot", "mark_key", "trustees", "secrets"):
        assert len({repr(getattr(manifest, secret)) for manifest in manifests}) == len(BOOTHS), secret
    for package in packages:
        manifest, files = package.manifest, package.files
        ballot = manifest.ballot
        setup = Setup.load(files[ballot.election], files[ballot.trustees], files[ballot.credentials])
        assert setup.uuid == ballot.uuid
        assert setup.answers == tuple(candidate.name for candidate in manifest.candidates)
        assert len(setup.pool) == manifest.settings.lanes * manifest.settings.credentials_per_lane(48)
        assert [seal.role for seal in manifest.trustees] == [Role.OFFICERS, Role.COMMITTEE]
        assert manifest.mode is Mode.REHEARSAL


def test_no_secret_is_in_clear_anywhere(election: Made) -> None:
    """The credentials and the mark seed of a booth, looked for in every file that the district wrote."""
    day = election.day()
    secrets = [credential.reveal() for credential in day.credentials]
    assert len(secrets) > 20
    for file in election.folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(secret in data or secret.hex().encode() in data for secret in secrets), file
    assert stat.S_IMODE((election.cards / "pins.csv").stat().st_mode) == 0o600
    assert stat.S_IMODE((election.workspace / "root.key").stat().st_mode) == 0o600


def test_making_packages_again_keeps_them(mine: Made) -> None:
    before = {booth: mine.package(booth).manifest_bytes for booth in BOOTHS}
    assert "New packages: 0; made before and kept as they are: 3." in done(
        "package", mine.workspace, "--all", mine.folder / "again"
    )
    for booth in BOOTHS:
        assert read_package(mine.folder / "again" / booth / "bilik/package").manifest_bytes == before[booth]
    assert "there already" in done("package", mine.workspace, "--booth", BOOTHS[0], "--stick", mine.sticks / BOOTHS[0])
    assert district("package", mine.workspace, "--booth", BOOTHS[1], "--stick", mine.sticks / BOOTHS[0]).returncode == 1


def test_a_package_with_a_changed_file_is_not_taken_for_the_same(mine: Made) -> None:
    folder = mine.sticks / BOOTHS[0] / "bilik" / "package" / "files"
    next(folder.iterdir()).write_bytes(b"x")
    assert district("package", mine.workspace, "--all", mine.sticks).returncode == 1


def test_a_late_card_is_noticed_and_only_renewal_makes_new_keys(mine: Made) -> None:
    pin = mine.folder / "pin"
    pin.write_text("427516\n")
    issue = ("cards", "issue", mine.workspace, "--soft", "--role", "committee", "--village", BOOTHS[0][:13])
    done(*issue, "--holder", "Panitia 3", "--pin-file", pin, "--out", mine.folder / "late.card")
    checked = district("check", mine.workspace)
    assert checked.returncode == 1
    assert "not sealed to exactly the cards" in checked.stdout
    assert district("package", mine.workspace, "--all", mine.sticks).returncode == 1
    done("trustee", "new", mine.workspace / "request", "--role", "committee", "--out", mine.folder / "new.json")
    assert district("trustee", "add", mine.workspace, mine.folder / "new.json").returncode == 1
    done("trustee", "add", mine.workspace, mine.folder / "new.json", "--replace")
    assert "was made before this changed: cards, trustees" in district("check", mine.workspace).stdout
    before = mine.package(BOOTHS[0])
    done("package", mine.workspace, "--renew", BOOTHS[0])
    nowhere = district("package", mine.workspace, "--booth", BOOTHS[0], "--stick", mine.folder / "fresh")
    assert (nowhere.returncode, "There is no stick" in nowhere.stderr) == (1, True)
    (mine.folder / "fresh").mkdir()
    done("package", mine.workspace, "--booth", BOOTHS[0], "--stick", mine.folder / "fresh")
    after = read_package(mine.folder / "fresh" / "bilik/package")
    assert after.manifest.ballot.uuid != before.manifest.ballot.uuid
    assert len(after.manifest.cards) == len(before.manifest.cards) + 1


def test_check_says_everything_that_is_lacking(tmp_path: Path) -> None:
    done("new", SAMPLE, tmp_path / "ws")
    ran = district("check", tmp_path / "ws")
    assert ran.returncode == 1
    for word in ("TPS 1: 0 of 2", "TPS 2: 0 of 2", "Balecatur: 0 of 2", "key of the officers", "key of the committee"):
        assert word in ran.stdout
    packages = district("package", tmp_path / "ws", "--all", tmp_path / "out")
    assert packages.returncode == 1
    assert not (tmp_path / "out").exists()


def test_new_leaves_nothing_when_the_plan_is_wrong(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("election.toml", "villages.csv", "booths.csv", "candidates.csv"):
        (source / name).write_bytes((SAMPLE / name).read_bytes())
    ran = district("new", source, tmp_path / "ws")
    assert ran.returncode == 1
    assert ran.stderr.count("candidates.csv:") == 6, "three photos, in two languages"
    assert "Traceback" not in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


@pytest.mark.parametrize(
    ("passphrase", "word"), [("short", "at least 12"), (None, "BILIK_PASSPHRASE")], ids=["short", "nobody to ask"]
)
def test_a_workspace_wants_a_passphrase(tmp_path: Path, passphrase: str | None, word: str) -> None:
    ran = district("new", SAMPLE, tmp_path / "ws", passphrase=passphrase)
    assert ran.returncode == 1
    assert word in ran.stderr
    assert not (tmp_path / "ws").exists()


def test_a_wrong_passphrase_changes_nothing(mine: Made) -> None:
    before = (mine.workspace / "cards.json").read_bytes()
    ran = district("cards", "rehearsal", mine.workspace, mine.folder / "more", passphrase="not this one, no")
    assert ran.returncode == 1
    assert "does not open the root key" in ran.stderr
    assert (mine.workspace / "cards.json").read_bytes() == before


@pytest.mark.parametrize("group", [(), ("cards",), ("slips",), ("trustee",)])
def test_a_command_alone_shows_what_there_is(group: tuple[str, ...]) -> None:
    ran = district(*group)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[0].startswith("Usage: bilik-district")
    assert "\n  -h, --help  " in ran.stderr


def test_a_folder_without_its_plan_is_told_what_it_lacks(tmp_path: Path) -> None:
    assert "election.toml: This file is missing" in district("check", tmp_path).stderr
    ran = district("check", tmp_path / "nowhere")
    assert (ran.returncode, "There is no such folder" in ran.stderr) == (1, True)


def test_a_rehearsals_cards_are_made_once(mine: Made) -> None:
    sheet, register = mine.cards / "pins.csv", mine.workspace / "cards.json"
    before = sheet.read_bytes(), register.read_bytes()
    assert "All holders have their cards" in done("cards", "rehearsal", mine.workspace, mine.cards)
    assert "All holders have their cards" in done("cards", "rehearsal", mine.workspace, mine.folder / "more")
    assert (sheet.read_bytes(), register.read_bytes()) == before
    assert not (mine.folder / "more" / "pins.csv").exists()


def test_a_rehearsals_cards_go_on_where_they_were_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done("new", SAMPLE, tmp_path / "ws")
    cards, made = tmp_path / "cards", Workspace(tmp_path / "ws")

    def cut(*arguments: object) -> RegisteredCard:
        if len(Workspace(made.path).cards) == 3:
            raise click.Abort
        return issue_soft(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("sync.district.commands.cards.issue_soft", cut)
        assert district("cards", "rehearsal", made.path, cards).returncode == 130
    pins, begun = (cards / "pins.csv").read_text(), Workspace(made.path).cards
    done("cards", "rehearsal", made.path, cards)
    assert (cards / "pins.csv").read_text() == pins
    now = Workspace(made.path).cards
    assert (now[:3], len(now)) == (begun, 6)
    for line in csv.DictReader(io.StringIO(pins)):
        card(cards / line["file"], line["pin"])  # opens with the PIN that the sheet has


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "file,role,village,tps,holder,pin\nx.card\n"])
def test_a_file_that_is_no_sheet_of_pins_stays(tmp_path: Path, text: str) -> None:
    done("new", SAMPLE, tmp_path / "ws")
    (tmp_path / "pins.csv").write_text(text)
    ran = district("cards", "rehearsal", tmp_path / "ws", tmp_path)
    assert (ran.returncode, (tmp_path / "pins.csv").read_text()) == (1, text)
    assert "no sheet of a rehearsal's PINs" in ran.stderr


VILLAGE = BOOTHS[0][:13]
# name: (options, PIN, a word of the sentence, exit status)
CARDS: dict[str, tuple[tuple[str, ...], str, str, int]] = {
    "holder of the other role": (
        ("--role", "officers", "--tps", "1", "--holder", "PANITIA  1 Balecatur"), "427516", "other role", 1
    ),
    "weak PIN": (("--role", "committee", "--holder", "Baru"), "123456", "too easy", 1),
    "short PIN": (("--role", "committee", "--holder", "Baru"), "4275", "six digits", 1),
    "officers without TPS": (("--role", "officers", "--holder", "Baru"), "427516", "belong to one TPS", 1),
    "committee with TPS": (("--role", "committee", "--tps", "1", "--holder", "Baru"), "427516", "whole village", 1),
    "no such TPS": (("--role", "officers", "--tps", "7", "--holder", "Baru"), "427516", "no TPS 7", 1),
    "no name": (("--role", "committee", "--holder", " "), "427516", "This is empty", 1),
    "unknown role": (("--role", "witness", "--holder", "Baru"), "427516", "witness", 2),
}  # fmt: skip


@pytest.mark.parametrize("name", CARDS)
def test_cards_that_are_refused(election: Made, tmp_path: Path, name: str) -> None:
    options, pin, word, status = CARDS[name]
    (tmp_path / "pin").write_text(pin)
    ran = district(
        "cards", "issue", election.workspace, "--soft", "--village", VILLAGE, *options,
        "--pin-file", tmp_path / "pin", "--out", tmp_path / "x.card",
    )  # fmt: skip
    assert (ran.returncode, word in ran.stderr) == (status, True), ran.stderr
    assert not (tmp_path / "x.card").exists()


def test_an_official_election_takes_no_soft_card(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "photos").mkdir(parents=True)
    for file in SAMPLE.rglob("*"):
        if file.suffix in (".csv", ".png", ".toml"):
            (source / file.relative_to(SAMPLE)).write_bytes(file.read_bytes())
    plan = (source / "election.toml").read_text()
    (source / "election.toml").write_text(plan.replace('"rehearsal"', '"official"'))
    done("new", source, tmp_path / "ws")
    ran = district("cards", "rehearsal", tmp_path / "ws", tmp_path / "cards")
    assert ran.returncode == 1
    assert "Soft cards are for rehearsals" in ran.stderr
    assert "PIV: cards issue" in district("package", tmp_path / "ws", "--all", tmp_path / "out").stderr
    # Turning a rehearsal into an official election by editing the plan is refused, too.
    done("new", SAMPLE, tmp_path / "rehearsal")
    (tmp_path / "rehearsal/source/election.toml").write_bytes((source / "election.toml").read_bytes())
    assert "keys of the two never mix" in district("check", tmp_path / "rehearsal").stderr


def test_the_formats_hold_an_official_package(official: Made) -> None:
    """The mode is inside of every format."""
    package = official.package(BOOTHS[0])
    assert package.manifest.mode is Mode.OFFICIAL
    assert decode(package.manifest_bytes, Manifest, "manifest.json") == package.manifest
    request = decode((official.workspace / "request/request.json").read_bytes(), TrusteeRequest, "request")
    assert request.mode is Mode.OFFICIAL


def _other_challenge(public: str) -> str:
    record = json.loads(public)
    record["pok"]["challenge"] = str(int(record["pok"]["challenge"]) // 2)
    return json.dumps(record, separators=(",", ":"))


def _request(made: Made, tmp_path: Path) -> Path:
    folder = tmp_path / "request"
    folder.mkdir()
    for file in (made.workspace / "request").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_a_trustee_believes_the_root_only(election: Made, other_election: Made, tmp_path: Path) -> None:
    request = _request(election, tmp_path)
    command = ("trustee", "new", request, "--role", "officers", "--out", tmp_path / "o.json")
    root = Workspace(election.workspace).root.text
    assert district(*command, "--root", other_election.workspace / "root.pub").returncode == 1
    data = (request / "request.json").read_bytes()
    (request / "request.json").write_bytes(data.replace(b"Petugas 1", b"Petugas X"))
    assert "changed after it was signed" in district(*command).stderr
    (request / "request.json").write_bytes(data)
    assert not (tmp_path / "o.json").exists()
    done(*command, "--root", root)
    assert "there already" in district(*command).stderr


def test_what_a_trustee_hands_in_is_checked(election: Made, other_election: Made, tmp_path: Path) -> None:
    def refused(change: dict[str, object] | None = None, **entry: object) -> str:
        file = decode((election.folder / "officers.json").read_bytes(), TrusteeFile, "file")
        if entry:
            first = msgspec.structs.replace(file.booths[0], **entry)
            file = msgspec.structs.replace(file, booths=(first, *file.booths[1:]))
        file = msgspec.structs.replace(file, **(change or {}))
        (tmp_path / "x.json").write_bytes(encode(file))
        ran = district("trustee", "add", election.workspace, tmp_path / "x.json")
        assert ran.returncode == 1
        assert "Traceback" not in ran.stderr
        return ran.stderr

    good = decode((election.folder / "officers.json").read_bytes(), TrusteeFile, "file")
    theirs = decode((other_election.folder / "officers.json").read_bytes(), TrusteeFile, "file")
    assert "another election" in refused({"election_id": theirs.election_id})
    assert "another election" in refused({"mode": Mode.OFFICIAL})
    assert "exactly the booths" in refused({"booths": good.booths[:2]})
    assert "proof" in refused(public=_other_challenge(good.booths[0].public))
    assert "two booths" in refused(public=good.booths[1].public)
    assert "not sealed to exactly" in refused(keys=good.booths[0].keys[:1])
    assert "not sealed to exactly" in refused(keys=theirs.booths[0].keys)
    (tmp_path / "x.json").write_bytes(b"{}")
    assert district("trustee", "add", election.workspace, tmp_path / "x.json").returncode == 1


def test_weak_pins_are_known() -> None:
    weak = (
        "000000",
        "121212",
        "123456",
        "654321",
        "890123",
        "123123",
        "112211",
        "246802",
        "123321",
        "111222",
        "250899",
        "990825",
        "081975",
    )
    assert all(is_weak(Pin(digits)) for digits in weak)
    assert not any(is_weak(Pin(digits)) for digits in ("427516", "908172", "314159"))
    assert len({new_pin().reveal() for _ in range(50)}) > 45


def test_cards_are_listed_for_programs(election: Made) -> None:
    listed = json.loads(done("cards", "list", election.workspace, "--json"))
    assert [card["role"] for card in listed] == ["officers"] * 4 + ["committee"] * 2
    assert all("keys" not in card for card in listed)


@pytest.mark.parametrize(
    "arguments",
    [("nothing",), ("new",), ("verify",), ("cards", "issue"), ("verify", "nowhere.bel")],
    ids=" ".join,
)
def test_wrong_use(arguments: tuple[str, ...]) -> None:
    ran = process(*arguments)
    assert ran.returncode == 2
    assert "Perintah dipakai keliru" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_no_workspace_is_told(tmp_path: Path) -> None:
    ran = district("results", tmp_path)
    assert ran.returncode == 1
    assert "bukan ruang kerja" in ran.stderr
    record = WorkspaceRecord(mode=Mode.REHEARSAL, election_id="0" * 32)
    (tmp_path / "workspace.json").write_bytes(encode(record).replace(b"workspace/1", b"workspace/2"))
    assert "version 2" in district("check", tmp_path).stderr


def test_two_villages_have_separate_committees(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "photos").mkdir(parents=True)
    for file in SAMPLE.rglob("*"):
        if file.suffix in (".csv", ".png", ".toml"):
            (source / file.relative_to(SAMPLE)).write_bytes(file.read_bytes())
    with (source / "villages.csv").open("a") as table:
        table.write("34.04.01.2002,Gamping,Ambarketawang\n")
    with (source / "booths.csv").open("a") as table:
        table.write("34.04.01.2002,1,1,300,\n")
    with (source / "candidates.csv").open("a") as table:
        table.write(
            "34.04.01.2002,1,Ahmad Contoh,1-suryadi-wirapraja.png\n34.04.01.2002,4,Sri Contoh,3-bagus-adinugraha.png\n"
        )
    made = prepared(tmp_path / "made", source)
    neighbour = "34.04.01.2002-001-1"
    cards = {booth: {card.id for card in made.package(booth).manifest.cards} for booth in (*BOOTHS, neighbour)}
    assert not cards[neighbour] & (cards[BOOTHS[0]] | cards[BOOTHS[2]])
    assert len(cards[BOOTHS[0]] & cards[BOOTHS[2]]) == 2, "the committee's two cards serve the whole village"
    assert [c.number for c in made.package(neighbour).manifest.candidates] == [1, 4]
