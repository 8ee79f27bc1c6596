"""PIV cards that this booth does not take, each told apart with its own sentence before a PIN is asked."""

import secrets
import shutil
from dataclasses import replace

import pytest

from booth.asking import Here, PinFor, Refused, put_in
from booth.asks import COMMITTEE, OFFICERS, Ask
from booth.views import CardWanted, PinWanted
from config.cards.registry import register
from config.cards.role import CardKind, Role
from config.minisign import SecretKey
from config.rootkey import Passphrase
from config.secret import Pin
from sync.district.cards import claims_of
from sync.district.holders import Holder
from sync.district.workspace import Workspace
from tests.booth.rig import BOOTH
from tests.cards.made import direct as one_insertion
from tests.cards.made import issue_piv
from tests.district.election import PASSPHRASE

VILLAGE, TPS = BOOTH[:13], 2
SENTENCES = {
    "made later": "does not count in this booth's package",
    "technician": "opens no booth",
    "other election": "belongs to another election (Pilkades B)",
    "retired": "was retired",
    "copy": "cannot prove that it is the registered one",
}


@pytest.fixture(scope="module")
def issue(piv_official):
    """Issues a card for this election that no package lists."""
    workspace = Workspace(piv_official.workspace)
    root = workspace.unlock(Passphrase(PASSPHRASE))

    def make(file, role, village, tps, *, signed_by=root, retired=False, card=None, election=None):
        holder = Holder(role, "Sari Wulandari", village, tps)
        claims = claims_of(workspace, card or secrets.token_hex(16), holder, retired=retired)
        issue_piv(file, signed_by, replace(claims, election=election or claims.election), Pin("271828"))

    return make


@pytest.fixture(scope="module")
def strangers(piv_official, issue, tmp_path_factory):
    """Card files by what is the matter with them."""
    folder = tmp_path_factory.mktemp("strangers")
    package = piv_official.package(BOOTH)
    officer = next(card for card in package.manifest.cards if card.role is Role.OFFICERS)
    files = {name: folder / f"{name.replace(' ', '-')}.piv" for name in SENTENCES}
    issue(files["made later"], Role.OFFICERS, VILLAGE, TPS)
    issue(files["technician"], Role.TECHNICIAN, None, None)
    issue(files["other election"], Role.OFFICERS, VILLAGE, TPS, signed_by=SecretKey.new(), election="Pilkades B")
    issue(files["retired"], Role.OFFICERS, VILLAGE, TPS, retired=True)
    issue(files["copy"], Role.OFFICERS, VILLAGE, TPS, card=officer.id)
    return files


@pytest.mark.parametrize("name", SENTENCES)
def test_a_stranger_is_told_apart_and_the_next_good_card_works(direct, strangers, name):
    direct.see(CardWanted, what="ready")
    shutil.copy(strangers[name], direct.cards / "stranger.piv")
    direct.put_in("stranger.piv")
    direct.told(SENTENCES[name])
    assert isinstance(direct.frame.view, CardWanted)
    direct.take_card()
    direct.put_in(direct.officer)
    direct.see(PinWanted)
    assert one_insertion(direct.cards / "stranger.piv").tries_left() == 3


def test_cards_of_this_election_are_told_apart_by_role_and_place(direct):
    direct.see(CardWanted, what="ready")
    elsewhere = next(name for name in direct.pins if name.startswith("officers-") and BOOTH[:17] not in name)
    for card, sentence in ((direct.committee, "committee's card"), (elsewhere, "another place")):
        direct.put_in(card)
        direct.told(sentence)
        direct.take_card()
    direct.with_pin(direct.officer)
    direct.ready_checks()


@pytest.mark.parametrize(("allowed", "answer"), [(False, Refused), (True, PinFor)])
def test_a_card_read_by_radio_is_taken_only_where_the_settings_say_so(piv_official, allowed, answer):
    package = piv_official.package(BOOTH)
    card = one_insertion(piv_official.cards / f"officers-{BOOTH[:17]}-1.piv")
    card._contactless = True
    asked = put_in(card, Ask(OFFICERS, pin=True), Here(package.card_list, allowed), None)
    assert isinstance(asked, answer)
    assert allowed or "radio" in asked.why[1]


def test_a_listed_technicians_card_opens_no_booth(piv_official, issue, tmp_path):
    """Packages may list technicians: that gives them no role here."""
    package = piv_official.package(BOOTH)
    issue(tmp_path / "t.piv", Role.TECHNICIAN, None, None)
    card = one_insertion(tmp_path / "t.piv")
    listed = register(card, kind=CardKind.PIV, role=Role.TECHNICIAN, holder="T", village_code=None, tps=None)
    here = Here(replace(package.card_list, cards=(*package.card_list.cards, listed)), contactless=False)
    for ask in (Ask(OFFICERS, pin=False), Ask(COMMITTEE, pin=True), Ask(OFFICERS | COMMITTEE, pin=True, second=True)):
        answer = put_in(card, ask, here, None)
        assert isinstance(answer, Refused)
        assert "opens no booth" in answer.why[1]
