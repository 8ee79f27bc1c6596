"""The desk's virtual reader: what is done at the desk is what any program sees that speaks PC/SC."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from booth.desk.client import DeskClient
from booth.desk.control import Control
from booth.desk.desk import cards_in
from booth.desk.simulation import Simulation
from booth.desk.verbs import SOCKET, InsertCard, Reader, ReaderAct, ReaderKind, RemoveCard, Request, SpoilCard
from booth.desk.virtual import READER_FOLDER, VARIABLE
from config.cards.virtual.card import new_virtual_card
from config.cards.virtual.faults import Fault, Garbage, OtherCard, Pulled, Silent, Slow
from config.cards.virtual.reader import why_not
from config.errors import OperatorError
from tests.house.tree import ROOT
from tests.robot.processes import mentioning

PIV = "00:A4:04:00:05:A0:00:00:03:08"
"""SELECT of the PIV application by the first bytes of its name."""
NOTICED_S = 3.0


def need_pcscd() -> None:
    """Skips where no pcscd can run, except where it must."""
    why = why_not()
    if why is not None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"NOT TESTED: {why[1]}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClient]:
    """A desk with two virtual cards, and beside them a soft one that does not belong there."""
    need_pcscd()
    folder = tmp_path_factory.mktemp("desk")
    for name in ("officers-1", "committee-1"):
        new_virtual_card(folder / f"{name}.piv")
    (folder / "officers-2.card").touch()
    cards = cards_in(folder, ReaderKind.VIRTUAL)
    with (
        Simulation(folder / "desk", cards, kind=ReaderKind.VIRTUAL) as simulation,
        Control(folder / "desk" / SOCKET, simulation.do),
        DeskClient(folder / "desk") as client,
    ):
        assert simulation.booth_arguments[-2:] == ("--card", "pcsc")
        yield client


@pytest.fixture(autouse=True)
def left_as_found(desk: DeskClient) -> Iterator[None]:
    yield
    desk.spoil_card(None)
    if desk.state().card is not None:
        desk.remove_card()
    if not desk.state().reader.plugged:
        desk.reader(ReaderAct.PLUG)
    assert in_time(lambda: not sees_card(desk))


def witness(desk: DeskClient, *arguments: str) -> str:
    """What opensc-tool says of the first reader; it knows nothing of us."""
    socket = desk.folder / READER_FOLDER / "run" / "pcscd" / "pcscd.comm"
    done = subprocess.run(
        ["opensc-tool", *arguments],
        env={"PATH": os.environ["PATH"], VARIABLE: str(socket)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return done.stdout + done.stderr


def in_time(holds: Callable[[], bool]) -> bool:
    """pcscd looks at a reader every 200 to 400 ms."""
    end_s = time.monotonic() + NOTICED_S
    while not holds():
        if time.monotonic() > end_s:
            return False
        time.sleep(0.05)
    return True


def sees_card(desk: DeskClient) -> bool:
    return "Yes" in witness(desk, "--list-readers")


def answers(desk: DeskClient) -> bool:
    return "SW1=0x90, SW2=0x00" in witness(desk, "--reader", "0", "--send-apdu", PIV)


def test_only_its_own_kind_of_cards_lies_at_hand(desk: DeskClient) -> None:
    state = desk.state()
    assert state.cards == ("committee-1", "officers-1")
    assert (state.reader.kind, state.reader.plugged, state.reader.fault) == (ReaderKind.VIRTUAL, True, None)


def test_a_card_comes_and_goes_as_others_see_it(desk: DeskClient) -> None:
    assert not sees_card(desk)
    assert desk.insert_card("officers-1").card == "officers-1"
    assert in_time(lambda: sees_card(desk))
    assert answers(desk)
    assert (desk.folder / "card").readlink().name == "officers-1.piv"
    with pytest.raises(OperatorError, match="lies in the reader"):
        desk.insert_card("committee-1")
    assert desk.remove_card().card is None
    assert in_time(lambda: not sees_card(desk))


def test_a_reader_without_its_cable_is_no_reader(desk: DeskClient) -> None:
    desk.insert_card("officers-1")
    assert not desk.reader(ReaderAct.UNPLUG).reader.plugged
    assert "Yes" not in witness(desk, "--list-readers")
    with pytest.raises(OperatorError, match="unplugged already"):
        desk.reader(ReaderAct.UNPLUG)
    assert desk.reader(ReaderAct.PLUG).reader.plugged
    assert desk.state().card == "officers-1", "the card was in all the time"
    assert in_time(lambda: answers(desk))


FAULTS: dict[str, Fault] = {"garbage": Garbage(), "no PIV card": OtherCard()}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_card_misbehaves_until_it_is_told_to_stop(desk: DeskClient, fault: Fault) -> None:
    desk.insert_card("officers-1")
    assert in_time(lambda: answers(desk))
    assert desk.spoil_card(fault).reader.fault == fault
    assert not answers(desk)
    assert desk.spoil_card(None).reader.fault is None
    assert answers(desk)


def test_a_slow_card_answers_late(desk: DeskClient) -> None:
    desk.insert_card("officers-1")
    assert in_time(lambda: answers(desk))
    desk.spoil_card(Slow(seconds=0.1))
    began_s = time.monotonic()
    assert answers(desk)
    assert time.monotonic() - began_s > 0.2, "it is asked for its reset, at least, and for PIV"


def test_a_silent_card_is_seen_and_never_heard(desk: DeskClient) -> None:
    desk.spoil_card(Silent())
    desk.insert_card("officers-1")
    assert in_time(lambda: sees_card(desk))
    assert not answers(desk)


def test_a_card_that_was_pulled_is_gone_from_the_desk(desk: DeskClient) -> None:
    desk.insert_card("officers-1")
    assert in_time(lambda: answers(desk))
    desk.spoil_card(Pulled(after=0))
    assert not answers(desk)
    state = desk.state()
    assert (state.card, state.reader.fault) == (None, None), "it is pulled once"
    assert in_time(lambda: not sees_card(desk))
    with pytest.raises(OperatorError, match="reader is empty"):
        desk.remove_card()
    assert desk.insert_card("committee-1").card == "committee-1"
    assert in_time(lambda: answers(desk))


def test_soft_and_real_desks_have_no_reader_to_touch(tmp_path: Path) -> None:
    for kind, sentence in ((ReaderKind.SOFT, "soft cards and no reader"), (ReaderKind.PCSC, "Use your hand")):
        folder = tmp_path / kind
        with (
            Simulation(folder, kind=kind) as simulation,
            Control(folder / SOCKET, simulation.do),
            DeskClient(folder) as client,
        ):
            state = client.state()
            assert (state.reader.kind, state.card) == (kind, None)
            requests: list[Request] = [Reader(act=ReaderAct.UNPLUG), SpoilCard(fault=Garbage())]
            if kind is ReaderKind.PCSC:
                requests += [InsertCard(card="officers-1"), RemoveCard()]
            for request in requests:
                with pytest.raises(OperatorError, match=sentence):
                    client.ask(request)
            assert client.state() == state


def test_the_program_says_how_a_booth_finds_its_reader_and_takes_it_along(tmp_path: Path) -> None:
    new_virtual_card(tmp_path / "officers-1.piv")
    folder = tmp_path / "desk"
    arguments = ["--headless", str(folder), "--cards", str(tmp_path), "--card", "virtual"]
    with subprocess.Popen(
        [sys.executable, "-m", "booth.desk", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        control, line = program.stdout.readline().strip(), program.stdout.readline().strip()
        assert Path(control).is_socket()
        variable, _, booth = line.partition(" ")
        name, _, socket = variable.partition("=")
        assert (name, Path(socket).is_socket()) == (VARIABLE, True)
        assert booth == f"bilik-booth --data DATA --desk {folder} --card pcsc"
        with DeskClient(folder) as client:
            client.insert_card("officers-1")
            assert in_time(lambda: answers(client))
        # The hardest end: nobody says goodbye to the reader.
        program.kill()
        program.wait()
    assert in_time(lambda: not mentioning(folder)), mentioning(folder)
