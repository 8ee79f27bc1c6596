"""Slips as the virtual printer paints them for a booth of a test's election, and their codes as zbarimg reads them."""

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nacl.secret import SecretBox
from PIL import Image

from config.package import Package, SecretContents
from config.record import decode
from config.secret import Choice, Key
from config.trustees import secrets_context
from config.wrap import unwrap
from printer.documents import stub
from sync.mark import new_mark
from tests.district.election import Made
from tests.robot.reading import SlipReader, painted

TRACKER = "kQ4rXb0PzZ8yT1mWc7sVd2uGe9hJf3oLa5nNi6pRtEw"


def scanned(picture: Path) -> str:
    """What a scanner types: the code of one slip, read by zbarimg."""
    read = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, check=True, timeout=60)
    return read.stdout.decode().removesuffix("\n")


@dataclass(frozen=True)
class Booth:
    """A booth that prints slips with its own mark key; it opens its secrets as a booth does, with an officer's card."""

    made: Made
    booth: str

    @cached_property
    def package(self) -> Package:
        return self.made.package(self.booth)

    @cached_property
    def seed(self) -> Key:
        manifest = self.package.manifest
        context = secrets_context(manifest.ballot.uuid)
        box_key = unwrap(manifest.secrets.keys, self.made.officer(self.booth), context)
        opened = SecretBox(box_key.reveal()).decrypt(self.package.files[manifest.secrets.file])
        return Key(decode(opened, SecretContents, "secrets").mark_seed)

    def slip(self, folder: Path, choice: int, *, printed: int | None = None, seed: Key | None = None) -> Path:
        """The picture of a slip; ``printed`` says another choice than the mark, ``seed`` is a forger's key."""
        manifest = self.package.manifest
        mark = new_mark(seed or self.seed, manifest.ballot.uuid, manifest.place.booth_id, Choice(choice))
        reader = SlipReader(self.package)
        document = reader.document(choice if printed is None else printed, mark)
        (piece,) = painted(document, reader._profile)
        return _kept(piece, folder)

    def stub(self, folder: Path) -> Path:
        reader = SlipReader(self.package)
        (piece,) = painted(stub(reader._masthead, TRACKER, reader._words), reader._profile)
        return _kept(piece, folder)


def _kept(piece: Image.Image, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{len(list(folder.iterdir())):03d}.png"
    piece.save(path)
    return path
