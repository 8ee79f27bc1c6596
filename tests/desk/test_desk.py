"""The desk's folder and its verbs, asked through the control socket as window, tests and trainers ask them."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from booth.desk.client import DeskClient
from booth.desk.control import Control
from booth.desk.desk import cards_in
from booth.desk.simulation import Simulation
from booth.desk.verbs import SOCKET, Act, Place, Power
from booth.vitals import Reading, Sensors
from config.cards.port import CardGone, Slot
from config.cards.soft import SoftReader, new_soft_card
from config.errors import DeviceError, InputError, OperatorError
from config.secret import Pin
from config.sockets import connect
from printer.escpos import Job, render
from printer.faults import Fault, PrintFault
from printer.layout import Cut, Document, Feed, Text
from printer.port import SerialPrinter
from printer.profiles import TM_80


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    folder.mkdir()
    for name, pin in (("officers-1", "271828"), ("committee-1", "314159")):
        new_soft_card(folder / f"{name}.card", f"Holder of {name}", Pin(pin))
    (folder / "pins.csv").write_text(
        "file,role,village,tps,holder,pin\nofficers-1.card,officers,34.04.01.2001,1,Petugas 1,271828\n"
    )
    return folder


@pytest.fixture
def desk(tmp_path: Path, cards: Path) -> Iterator[DeskClient]:
    stick = tmp_path / "stick"
    (stick / "bilik").mkdir(parents=True)
    folder = tmp_path / "desk"
    with (
        Simulation(folder, cards_in(cards), stick) as simulation,
        Control(folder / SOCKET, simulation.do),
        DeskClient(folder) as client,
    ):
        yield client


@pytest.fixture
def port(desk: DeskClient) -> Iterator[SerialPrinter]:
    printer = SerialPrinter(desk.folder / "printer", TM_80)
    yield printer
    printer.close()


def job(*words: str) -> Job:
    blocks = [block for word in words for block in (Text(word), Feed(), Cut())]
    return render(Document(tuple(blocks)), TM_80)


# Cards


def test_a_card_comes_and_goes_as_the_booth_sees_it(desk: DeskClient) -> None:
    reader = SoftReader(desk.folder / "card")
    assert reader.card() is None
    assert desk.insert_card("officers-1").card == "officers-1"
    card = reader.card()
    assert card is not None
    card.verify_pin(Pin("271828"))
    assert card.sign(Slot.SIGN, b"opening")
    assert desk.remove_card().card is None
    assert reader.card() is None
    with pytest.raises(CardGone):
        card.sign(Slot.SIGN, b"closing")


def test_another_card_in_the_same_place_is_another_insertion(desk: DeskClient) -> None:
    reader = SoftReader(desk.folder / "card")
    desk.insert_card("officers-1")
    first = reader.card()
    desk.remove_card()
    desk.insert_card("committee-1")
    second = reader.card()
    assert first is not None
    assert second is not None
    assert first.id != second.id
    with pytest.raises(CardGone):
        first.tries_left()


def test_the_sheet_names_holder_role_and_pin(cards: Path) -> None:
    by_name = {card.name: card for card in cards_in(cards)}
    assert (by_name["officers-1"].role, by_name["officers-1"].holder, by_name["officers-1"].pin) == (
        "officers",
        "Petugas 1",
        "271828",
    )
    assert by_name["committee-1"].holder == ""


@pytest.mark.parametrize("content", [b"", b"nothing of the kind\n", b"\xff\xfe\x00"])
def test_a_sheet_that_is_none_is_refused(cards: Path, content: bytes) -> None:
    (cards / "pins.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"pins\.csv"):
        cards_in(cards)


# Stick and clock


def test_the_stick_is_a_link_that_vanishes(desk: DeskClient) -> None:
    place = desk.folder / "stick"
    assert not place.exists()
    desk.insert_stick()
    assert (place / "bilik").is_dir()
    desk.remove_stick()
    assert not place.exists()


def test_the_clock_is_a_number_of_seconds(desk: DeskClient) -> None:
    desk.set_clock(-3600)
    assert float((desk.folder / "clock").read_text()) == -3600


# Printer and paper


def test_power_and_temperature_are_files_as_linux_shows_them(desk: DeskClient) -> None:
    sensors = Sensors(desk.folder / "sys")
    assert sensors.look() == Reading(None, None, False, 45), "a desk begins with nothing to worry about"
    desk.set_power(Power.BATTERY, 41)
    desk.set_temperature(78.4)
    assert sensors.look() == Reading(False, 41, False, 78)
    desk.set_power(Power.WEAK, 41)
    assert sensors.look() == Reading(True, 41, True, 78)
    desk.set_power(Power.MAINS)
    assert sensors.look() == Reading(None, None, False, 78)


def test_pieces_hang_until_somebody_takes_them(desk: DeskClient, port: SerialPrinter) -> None:
    port.print(job("slip", "stub"), timeout_s=5)
    slip, stub = desk.state().hanging
    assert slip.whole
    state = desk.take_paper(Place.VOTER, stub.id)
    assert state.hanging == (slip,)
    state = desk.take_paper(Place.BOX)
    assert state.hanging == ()
    assert state.taken == {Place.BOX: 1, Place.ENVELOPE: 0, Place.VOTER: 1, Place.DESK: 0}
    with Image.open(desk.folder / "paper" / "box" / f"{slip.id}.png") as picture:
        assert picture.width == 640


def test_the_box_knows_no_order(desk: DeskClient, port: SerialPrinter) -> None:
    port.print(job("1", "2", "3", "4", "5", "6", "7", "8"), timeout_s=5)
    order = [piece.id for piece in desk.state().hanging]
    for _ in order:
        desk.take_paper(Place.BOX)
    files = sorted((desk.folder / "paper" / "box").glob("*.png"))
    assert {file.stem for file in files} == set(order)
    assert {file.stat().st_mtime_ns for file in files} == {0}
    assert order != sorted(order)  # one in 40320 falls into order by chance


@pytest.mark.parametrize(
    ("act", "undo", "fault"),
    [
        (Act.UNPLUG, Act.PLUG, Fault.CABLE),
        (Act.OPEN_COVER, Act.CLOSE_COVER, Fault.COVER_OPEN),
        (Act.POWER_OFF, Act.POWER_ON, Fault.NO_ANSWER),
        (Act.SILENCE, Act.ANSWER, Fault.NO_ANSWER),
        (Act.STALL, Act.GO_ON, Fault.NO_ANSWER),
        (Act.JAM_CUTTER, Act.FREE_CUTTER, Fault.CUTTER),
        (Act.OVERHEAT, Act.COOL, Fault.OVERHEATED),
    ],
)
def test_what_is_done_to_the_printer_is_what_the_port_sees(
    desk: DeskClient, port: SerialPrinter, act: Act, undo: Act, fault: Fault
) -> None:
    assert port.status().ready
    before = desk.state().printer
    assert desk.printer(act).printer != before
    assert port.status().fault is fault
    assert desk.printer(undo).printer == before
    port.print(job("again"), timeout_s=5)
    assert len(desk.state().hanging) == 1


def test_a_roll_that_ends_leaves_a_fragment(desk: DeskClient, port: SerialPrinter) -> None:
    desk.printer(Act.LOAD_ROLL, length_mm=40)
    assert desk.state().printer.roll_mm == 40
    with pytest.raises(PrintFault) as stopped:
        port.print(job("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn"), timeout_s=5)
    assert stopped.value.fault is Fault.NO_PAPER
    assert desk.state().printer.roll_mm == 0
    assert desk.state().hanging == ()
    state = desk.printer(Act.LOAD_ROLL)
    assert [piece.whole for piece in state.hanging] == [False]
    assert state.printer.roll_mm == 60_000


def test_a_fault_can_wait_for_its_millimetre(desk: DeskClient, port: SerialPrinter) -> None:
    desk.printer(Act.UNPLUG, after_mm=20)
    assert desk.state().printer.plugged
    with pytest.raises(PrintFault) as stopped:
        port.print(job("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn"), timeout_s=5)
    assert stopped.value.fault is Fault.CABLE
    assert not desk.state().printer.plugged


# What is refused


def test_refusals_change_nothing_and_say_what_to_do(desk: DeskClient) -> None:
    refused = (
        (lambda: desk.insert_card("nobody"), "There is no card nobody"),
        (lambda: desk.insert_card("../cards/officers-1"), "There is no card"),
        (desk.remove_card, "reader is empty"),
        (desk.remove_stick, "no stick to pull"),
        (lambda: desk.take_paper(Place.BOX), "No such paper"),
        (lambda: desk.take_paper(Place.BOX, "0" * 16), "No such paper"),
        (lambda: desk.printer(Act.UNPLUG, length_mm=3), "takes no length"),
    )
    before = desk.state()
    for ask, sentence in refused:
        with pytest.raises(OperatorError, match=sentence) as fault:
            ask()
        assert fault.value.id
        assert fault.value.id != fault.value.en
    assert desk.state() == before


def test_a_full_reader_takes_no_second_card(desk: DeskClient) -> None:
    desk.insert_card("officers-1")
    with pytest.raises(OperatorError, match="lies in the reader"):
        desk.insert_card("committee-1")
    desk.insert_stick()
    with pytest.raises(OperatorError, match="in already"):
        desk.insert_stick()


BAD_LINES = {
    "no JSON": b"insert-card\n",
    "no verb": b'{"card":"officers-1"}\n',
    "unknown verb": b'{"do":"vote"}\n',
    "unknown field": b'{"do":"remove-card","card":"officers-1"}\n',
    "missing field": b'{"do":"insert-card"}\n',
    "unknown act": b'{"do":"printer","act":"explode"}\n',
    "unknown place": b'{"do":"take-paper","to":"pocket"}\n',
    "a path for a piece": b'{"do":"take-paper","to":"box","piece":"../../x"}\n',
    "negative roll": b'{"do":"printer","act":"load-roll","length_mm":-1}\n',
    "endless roll": b'{"do":"printer","act":"load-roll","length_mm":1e300}\n',
    "power from nowhere": b'{"do":"set-power","power":"sun"}\n',
    "more than full": b'{"do":"set-power","power":"battery","percent":101}\n',
    "melted": b'{"do":"set-temperature","celsius":900}\n',
    "broken text": b"\xff\xfe\n",
    "deep nesting": b"[" * 2000 + b"\n",
}


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_gets_a_sentence_and_the_next_one_is_heard(desk: DeskClient, line: bytes) -> None:
    with connect(desk.folder / SOCKET, 5) as raw, raw.makefile("rb") as answers:
        raw.sendall(line + b'{"do":"state"}\n')
        refused, heard = json.loads(answers.readline()), json.loads(answers.readline())
    assert refused["ok"] is None
    assert refused["error"].startswith("The desk does not know this request")
    assert heard["ok"]["card"] is None


def test_a_line_without_end_is_not_read_for_ever(desk: DeskClient) -> None:
    with connect(desk.folder / SOCKET, 5) as raw:
        raw.sendall(b" " * 10_000)
        raw.shutdown(socket.SHUT_WR)
        try:
            answer = raw.recv(100)
        except ConnectionResetError:
            answer = b""
    assert answer == b""
    assert desk.state().card is None


def test_a_folder_without_desk_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="bilik-sim --headless"):
        DeskClient(tmp_path)


def test_a_deep_folder_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 100) / ("e" * 100)
    with Simulation(folder) as simulation, Control(folder / SOCKET, simulation.do), DeskClient(folder) as client:
        assert client.state().cards == ()
