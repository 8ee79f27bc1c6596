"""The reader as a process: nobody outside reaches it, and nothing of it outlives who started it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.cards.virtual import reader as reader_module
from config.cards.virtual.card import new_virtual_card
from config.cards.virtual.daemon import READER_NAME
from config.cards.virtual.reader import MAX_SOCKET_BYTES, VirtualReader, why_not
from config.cards.virtual.vicc import FIRST_PORT
from config.errors import DeviceError, OperatorError
from tests.cards.virtual.tools import Bench, bench

PORTS = (FIRST_PORT, FIRST_PORT + 1)
LISTENING = "0A"


@pytest.fixture
def own(virtual_reader, tmp_path):
    """A reader of the test's own, beside the one that all tests share (and skipped where that one is)."""
    made = VirtualReader(tmp_path / "reader")
    made.start()
    yield made
    made.close()


# Who lives in the reader's namespaces


def processes() -> dict[int, tuple[str, str]]:
    """Network namespace and command line of every process."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            where = str((folder / "ns/net").readlink())
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it ended while we looked, or is another user's
        found[int(folder.name)] = (where, command)
    return found


def inside(folder: Path) -> tuple[int, str]:
    """The process that plays the reader of ``folder``, and its network namespace."""
    for pid, (where, command) in processes().items():
        if f"-m config.cards.virtual {folder} " in command and "unshare" not in command:
            return pid, where
    raise AssertionError("no process plays this reader")


def living(namespace: str) -> list[str]:
    return [command for where, command in processes().values() if where == namespace]


def ended(namespace: str, timeout_s: float = 5.0) -> bool:
    deadline = time.monotonic() + timeout_s
    while living(namespace):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_nothing_lives_on_after_close(own):
    _, namespace = inside(own.folder)
    assert any("pcscd" in command for command in living(namespace))
    own.close()
    assert not living(namespace)
    assert not own.socket.exists()


def test_close_twice_and_start_again(own, tmp_path):
    own.close()
    own.close()
    own.start()
    assert READER_NAME in Bench(own, tmp_path).run("opensc-tool", "--list-readers")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_it_ends_with_the_process_that_started_it(virtual_reader, tmp_path, how):
    program = (
        "import sys, time; from pathlib import Path; from config.cards.virtual.reader import VirtualReader;"
        "VirtualReader(Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    folder = tmp_path / "reader"
    with subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"up\n"
        _, namespace = inside(folder)
        parent.send_signal(how)
        parent.wait(5)
    assert ended(namespace), living(namespace)


def test_pcscd_ends_with_the_process_that_plays_the_reader(own):
    pid, namespace = inside(own.folder)
    os.kill(pid, signal.SIGKILL)
    assert ended(namespace), living(namespace)
    with pytest.raises(DeviceError, match="No virtual card reader answers"):
        own.state  # noqa: B018


# Who can reach it


def own_addresses() -> set[str]:
    """Every address of this machine, as the kernel lists them."""
    local = re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", Path("/proc/net/fib_trie").read_text(encoding="ascii"))
    six = Path("/proc/net/if_inet6")
    rows = six.read_text(encoding="ascii").splitlines() if six.exists() else []
    return {*local, "127.0.0.1", *(":".join(re.findall("....", row.split()[0])) for row in rows)}


def test_no_address_of_this_machine_reaches_the_reader(own):
    addresses = own_addresses()
    assert "127.0.0.1" in addresses
    for address in addresses:
        for port in PORTS:
            with pytest.raises(OSError), socket.create_connection((address, port), 2):  # noqa: PT011 -- any refusal
                pass


def test_in_its_own_namespace_the_driver_does_listen(own):
    pid, _ = inside(own.folder)
    rows = [row.split() for row in Path(f"/proc/{pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    assert {f"{port:04X}" for port in PORTS} <= {row[1][-4:] for row in rows if row[3] == LISTENING}


def test_the_sockets_are_for_this_user_only(own):
    assert own.socket.parent.parent.stat().st_mode & 0o077 == 0
    assert (own.folder / "control.sock").stat().st_mode & 0o077 == 0


def test_two_readers_know_nothing_of_each_other(own, virtual_reader, tmp_path):
    first = bench(virtual_reader, tmp_path)
    said = Bench(own, tmp_path).run("opensc-tool", "--list-readers")
    assert "Yes" not in said
    assert "Yes" in first.run("opensc-tool", "--list-readers")


def test_it_runs_for_people_who_are_not_root(virtual_reader, tmp_path, monkeypatch):
    monkeypatch.setattr(reader_module.os, "geteuid", lambda: 1000)
    with VirtualReader(tmp_path / "reader") as reader:
        judged = bench(reader, tmp_path)
        assert "Personal Identity Verification Card" in judged.run("opensc-tool", "--name")


def test_a_long_path_gets_a_short_socket(virtual_reader, tmp_path):
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 6)
    with VirtualReader(deep / "reader") as reader:
        assert len(os.fsencode(reader.socket)) <= MAX_SOCKET_BYTES
        assert reader.socket.is_socket()
        assert reader.state.cards == (None, None)
        run = reader.socket.parent.parent
    assert not run.exists()


# Cable and cards


def test_an_unplugged_reader_comes_back_with_the_card_in_it(own, tmp_path):
    judged = bench(own, tmp_path)
    own.unplug()
    assert not own.socket.exists()
    assert "No smart card readers found." in judged.run("opensc-tool", "--list-readers")
    assert own.state.cards == (str(judged.card), None)
    own.plug()
    own.settle()
    assert "Personal Identity Verification Card" in judged.run("opensc-tool", "--name")


def test_a_card_is_put_in_while_the_reader_is_away(own, tmp_path):
    own.unplug()
    new_virtual_card(tmp_path / "late.piv")
    own.insert(tmp_path / "late.piv")
    own.plug()
    own.settle()
    assert re.search(r"^0\s+Yes", Bench(own, tmp_path).run("opensc-tool", "--list-readers"), re.MULTILINE)


def test_cards_swapped_by_a_quick_hand_are_told_apart(own, tmp_path):
    serials = []
    for name in ("a.piv", "b.piv"):
        new_virtual_card(tmp_path / name)
        own.insert(tmp_path / name)
        own.settle()
        serials += re.findall(r"Serial Number:\t(\d+)", Bench(own, tmp_path).yubico("--action=status"))
        own.remove()
    assert len(set(serials)) == 2


def test_both_slots_hold_a_card(own, tmp_path):
    for slot, name in enumerate(("a.piv", "b.piv")):
        new_virtual_card(tmp_path / name)
        own.insert(tmp_path / name, slot)
    own.settle()
    said = Bench(own, tmp_path).run("opensc-tool", "--list-readers")
    assert re.findall(r"^(\d)\s+Yes", said, re.MULTILINE) == ["0", "1"]
    own.clear()
    assert "Yes" not in Bench(own, tmp_path).run("opensc-tool", "--list-readers")


def insert_twice(own: VirtualReader, card: Path) -> None:
    own.insert(card)
    own.insert(card)


def insert_into_both(own: VirtualReader, card: Path) -> None:
    own.insert(card)
    own.insert(card, 1)


def insert_another(own: VirtualReader, card: Path) -> None:
    new_virtual_card(card.with_name("other.piv"))
    own.insert(card)
    own.insert(card.with_name("other.piv"))


def insert_no_card(own: VirtualReader, card: Path) -> None:
    card.write_bytes(b"{}")
    own.insert(card)


REFUSED = {
    "the same card twice": (insert_twice, "lies in the reader already"),
    "one card in two slots": (insert_into_both, "lies in the reader already"),
    "a second card": (insert_another, "Take it out first"),
    "a file that is no card": (insert_no_card, "cannot be read"),
    "no file": (lambda own, card: own.insert(card.with_name("none.piv")), "cannot be read"),
    "nothing to remove": (lambda own, card: own.remove(), "The reader is empty"),
    "no such slot": (lambda own, card: own.remove(2), "does not know this request"),
    "plugged in twice": (lambda own, card: own.plug(), "plugged in already"),
    "unplugged twice": (lambda own, card: (own.unplug(), own.unplug()), "unplugged already"),
}


@pytest.mark.parametrize(("act", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_hands_cannot_do_is_refused(own, tmp_path, act, sentence):
    card = tmp_path / "a.piv"
    new_virtual_card(card)
    with pytest.raises(OperatorError, match=sentence) as refused:
        act(own, card)
    assert refused.value.id != refused.value.en


def test_a_folder_has_one_reader(own):
    with pytest.raises(DeviceError, match="already"):
        VirtualReader(own.folder).start()
    assert own.state.plugged
    assert own.socket.is_socket()


# Why it cannot run


MISSING = {
    "pcscd": ("find", lambda program: None, "pcscd is not installed"),
    "driver": ("driver", lambda: None, "libifdvpcd.so"),
    "namespaces": ("_unshare", lambda: ["false"], "allows no mount and network namespaces"),
    "unshare": ("_unshare", lambda: ["/nonexistent/unshare"], "allows no mount and network namespaces"),
}


def test_a_driver_that_is_none_says_where_to_look(tmp_path, virtual_reader, monkeypatch):
    (tmp_path / "driver.so").write_bytes(b"no library")
    monkeypatch.setattr(reader_module, "driver", lambda: tmp_path / "driver.so")
    monkeypatch.setattr(reader_module, "READY_S", 0.3)
    with pytest.raises(DeviceError, match=r"did not start; .*pcscd\.log"):
        VirtualReader(tmp_path / "reader").start()
    assert "driver.so" in (tmp_path / "reader" / "pcscd.log").read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize(("name", "value", "sentence"), MISSING.values(), ids=MISSING)
def test_a_machine_that_cannot_says_why_and_what_to_do(tmp_path, monkeypatch, name, value, sentence):
    monkeypatch.setattr(reader_module, name, value)
    why_not.cache_clear()
    try:
        indonesian, english = why_not()
        assert sentence in english
        assert indonesian != english
        with pytest.raises(DeviceError, match=re.escape(english)):
            VirtualReader(tmp_path / "reader").start()
    finally:
        why_not.cache_clear()
