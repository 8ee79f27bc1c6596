"""A booth with its people and an eye on its memory; what of a session would tell a choice, a PIN or a key."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nacl.secret import SecretBox

from booth.store.keys import open_keys
from config.memory import _WIPING
from config.package import SecretContents
from config.record import decode
from config.trustees import secrets_context
from config.wrap import unwrap
from printer.virtual.commands import Interpreter
from sync.mark import LENGTH
from tests.district.a_booth import card
from tests.robot.people import Site
from tests.robot.reading import codes_in
from tests.secrecy import image
from tests.torture.ground import Ground
from tests.torture.scene import Scene, Staff

SCALAR_BYTES = 32
SOUGHT = 7
"""Of the scalars of a ballot: those of its four ciphertexts, and of the first proof."""
SIZE = b"\x1d!"
"""GS !, with which each line of a slip begins."""
PEEPED = "tests.secrecy.peeped"


class Inside:
    """One booth from its opening on."""

    def __init__(self, scene: Scene, peep: Path, line: bytearray, before: tuple[str, ...]) -> None:
        self.scene = scene
        self.site: Site = scene.start(before=before)
        self.staff: Staff = scene.staff
        self._peep = peep
        self._line = line
        self._seen = 0

    @property
    def process(self) -> int:
        """Its number."""
        running = self.scene._process
        assert running is not None
        return running.pid if hasattr(running, "pid") else 0

    def found(self, needles: dict[str, bytes]) -> dict[str, int]:
        """What of it stands in the booth's memory now."""
        return image.found_in(self.process, needles)

    def drawn(self) -> dict[str, bytes]:
        """The randomness drawn since the last time: of the encryption first, in the order of the ciphertexts."""
        self._line.clear()
        told = self._peep.read_bytes()
        new, self._seen = told[self._seen :], len(told)
        scalars = [new[at : at + SCALAR_BYTES] for at in range(0, len(new), SCALAR_BYTES)]
        return {f"randomness {n}": scalar for n, scalar in enumerate(scalars[:SOUGHT])}

    def mark(self) -> dict[str, bytes]:
        """Of the slip that hangs at the printer."""
        pictures = sorted((self.scene.desk / "paper" / "printer").glob("*.png"))
        codes = [code for picture in pictures for code in codes_in(picture.read_bytes())]
        (mark,) = (code for code in codes if len(code) == LENGTH)
        return {"mark": mark.encode()}

    def lines(self, choice: int) -> dict[str, bytes]:
        """The commands that printed the chosen name since the last ``drawn``, as they came over the line."""
        found = set()
        above = self._line.index(self.site.reader._words("paper.slip.choice").encode())
        for word in self.site.reader.label(choice).name.split():
            at = self._line.index(word.encode(), above)
            found.add(bytes(self._line[self._line.rindex(SIZE, 0, at) : self._line.index(b"\n", at) + 1]))
        return {f"line {n} of choice {choice}": line for n, line in enumerate(sorted(found))}

    def pins(self) -> dict[str, bytes]:
        """Of those who type one."""
        return {f"PIN of the {role}": getattr(self.staff, role).card.pin.encode() for role in ("officer", "committee")}

    def keys(self, ground: Ground) -> dict[str, bytes]:
        """What an officer's card unwraps, as the booth holds it while it is open."""
        package = ground.package
        name = self.staff.officer.card.name
        officer = card(ground.made.cards / f"{name}.card", self.staff.officer.card.pin)
        uuid = package.manifest.ballot.uuid
        _, keys = open_keys(self.scene.data / "store", officer, uuid)
        box_key = unwrap(package.manifest.secrets.keys, officer, secrets_context(uuid)).reveal()
        opened = SecretBox(box_key).decrypt(package.files[package.manifest.secrets.file])
        contents = decode(opened, SecretContents, "secrets")
        return {
            "store key": keys.store_key.reveal(),
            "store key in digits": keys.store_key.reveal().hex().encode(),
            "session key": keys.session.seed.reveal(),
            "mark key": contents.mark_seed,
            "credential": contents.lanes[0][:32],
            "key of the package's secrets": box_key,
        }


@contextmanager
def inside(
    ground: Ground, folder: Path, launcher: str, planted: str = "", *, before: tuple[str, ...] = ()
) -> Iterator[Inside]:
    """A booth that waits for its stick; ``before`` stands before its command line."""
    peep, line = folder / "peep", bytearray()
    feed = Interpreter.feed

    def fed(interpreter: Interpreter, data: bytes) -> None:
        line.extend(data)
        feed(interpreter, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BILIK_PEEP", str(peep))
        patch.setenv("BILIK_PEEPED", launcher)
        patch.setenv("BILIK_PLANTED", planted)
        patch.setattr(Interpreter, "feed", fed)
        for name, value in _WIPING.items():
            # What the booth would do at its start; this saves it the second one.
            patch.setenv(name, value)
        with Scene(ground, folder / "scene", None, module=PEEPED, stick_in=False) as scene:
            yield Inside(scene, peep, line, before)
