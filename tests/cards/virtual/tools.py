"""The judges: other people's programs, run as they are against the virtual reader, and a card to judge."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.cards.virtual.card import Profile, new_virtual_card
from config.cards.virtual.reader import VirtualReader

SLOTS = ("9a", "9c", "9d", "9e")
PIN = "123456"
PUK = "12345678"
KEY = "010203040506070801020304050607080102030405060708"


@dataclass(frozen=True)
class Bench:
    """A reader with a card in it, and a folder to work in."""

    reader: VirtualReader
    folder: Path

    @property
    def card(self) -> Path:
        return self.folder / "judged.piv"

    def run(self, *command: str, status: int = 0) -> str:
        """What the program said, on either channel; fails when it ended otherwise than with ``status``."""
        environment = os.environ | {"PCSCLITE_CSOCK_NAME": str(self.reader.socket), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=30,
            check=False,
        )
        said = done.stdout.decode(errors="replace")
        assert done.returncode == status, f"{' '.join(command)} ended with {done.returncode}:\n{said}"
        return said

    def yubico(self, *arguments: str, status: int = 0) -> str:
        return self.run("yubico-piv-tool", "--reader=Bilik", *arguments, status=status)

    def pkcs11(self, *arguments: str, status: int = 0) -> str:
        return self.run("pkcs11-tool", "--login", f"--pin={PIN}", *arguments, status=status)

    def issue(self, slot: str) -> None:
        """A key and a certificate for a slot, by yubico-piv-tool and openssl; leaves SLOT.crt and SLOT.pem."""
        self.yubico("--action=generate", f"--slot={slot}", "--algorithm=ECCP256", f"--output={slot}.pem")
        if not (self.folder / "ca.key").exists():
            name = ("-subj", "/CN=Judges", "-keyout", "ca.key", "-out", "ca.crt", "-nodes")
            self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", *name)
        subject = ("-subj", f"/CN=Slot {slot}", "-force_pubkey", f"{slot}.pem")
        self.run("openssl", "x509", "-new", *subject, "-CA", "ca.crt", "-CAkey", "ca.key", "-out", f"{slot}.crt")
        self.yubico("--action=import-certificate", f"--slot={slot}", f"--input={slot}.crt")


def bench(reader: VirtualReader, folder: Path, profile: Profile = Profile.YUBICO) -> Bench:
    """A factory-fresh card in a reader that was empty, seen by pcscd."""
    made = Bench(reader, folder)
    new_virtual_card(made.card, profile)
    reader.insert(made.card)
    reader.settle()
    return made


def issued_bench(reader: VirtualReader, folder: Path) -> Bench:
    """The same with keys, certificates and identity, made by the tools themselves."""
    made = bench(reader, folder)
    for slot in SLOTS:
        made.issue(slot)
    made.yubico("--action=set-chuid", "--action=set-ccc")
    return made


def swapped(reader: VirtualReader, folder: Path, profile: Profile = Profile.YUBICO) -> Bench:
    """A fresh card in the place of the one that lay there, in half the time: a new pcscd knows no old card."""
    reader.unplug()
    if reader.state.cards[0] is not None:
        reader.remove()
    reader.plug()
    return bench(reader, folder, profile)
