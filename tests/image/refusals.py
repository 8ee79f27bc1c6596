"""What must not start: an image whose root is not the one that its command line names, in one byte or in all."""

from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from tests.demo.proof import Claim
from tests.image import sdcard
from tests.image.agent import HOME, Agent
from tests.image.emulator import Emulator, Wiring
from tests.image.sdcard import Boot

CARD_GIB = 8
NOTICED_S = 600.0
"""Until the image's own reading of its whole root has come to the changed byte."""
BLOCK = 4096
LENGTH_AT = 40
"""Where a squashfs says how long it is; its hash tree comes behind it."""
DD = f"$b dd if={HOME}/dev/dm-0 bs={BLOCK} count=1"
WHERE = "image"
ROOT = 1
"""Place of the root's partition behind the firmware's."""
SAYS = ("TIDAK sama dengan sidik", "does NOT have the hash", "tulis ulang kartunya", "write the card anew")
SHELLS = ("/ #", "sh-5", "(initramfs)", "BusyBox v", "login:", "Press Enter for maintenance", "emergency mode")


def claims(image: Path, boot: Boot, watched: Boot, home: Path, tell: Callable[[str], None]) -> Iterator[Claim]:
    """Each refusal is a power-on of its own; ``watched`` has the agent in it."""
    good = sdcard.card(image, home / "good.qcow2", CARD_GIB)
    yield from _refused("wrong-hash", good, sdcard.with_wrong_hash(boot), home, tell)
    start = sdcard.parts(image)[ROOT].start
    changed = sdcard.altered(image, home / "changed.img", start + 64)
    bad = sdcard.card(changed, home / "changed.qcow2", CARD_GIB)
    yield from _refused("changed-byte", bad, boot, home, tell)
    bad.unlink()
    yield from _changed_deep_inside(image, changed, home, watched, tell)
    changed.unlink()


def _changed_deep_inside(
    image: Path, changed: Path, home: Path, watched: Boot, tell: Callable[[str], None]
) -> Iterator[Claim]:
    """A byte that nobody reads at the start: it is noticed when it is read."""
    root = sdcard.parts(image)[ROOT]
    with image.open("rb") as source:
        source.seek(root.start + LENGTH_AT)
        length = int.from_bytes(source.read(8), "little")
    block = length // BLOCK // 2
    sdcard.altered(image, changed, root.start + block * BLOCK + 1000)
    card = sdcard.card(changed, home / "changed.qcow2", CARD_GIB)
    line = home / "logs" / "changed.socket"
    with Emulator(home / "logs", card, watched, "changed-inside", Wiring(agent=line)) as guest, Agent(line) as agent:
        agent.ask(f"until [ -b {HOME}/dev/dm-0 ]; do $b sleep 1; done")
        read = f"{DD} skip={{}} of=$nothing && echo read"
        beside, hit = (agent.ask(read.format(at)) for at in (block + 1, block))
        alive = guest.alive()
        off = guest.goes_off(NOTICED_S)
    tell(f"changed-inside: reading the block said: {hit.strip().splitlines()[-1:]}")
    yield Claim(WHERE, "changed-inside: the block beside it reads well", "read" in beside.split(), True)
    yield Claim(WHERE, "changed-inside: the changed block is not given out", "read" in hit.split() and alive, False)
    yield Claim(WHERE, "changed-inside: found by reading the whole root, and powered off", off, True)


def _refused(name: str, card: Path, boot: Boot, home: Path, tell: Callable[[str], None]) -> Iterator[Claim]:
    with Emulator(home / "logs", card, boot.also("console=ttyAMA0"), name) as guest:
        pictures = _watch(guest, home, name)
        off = guest.goes_off(1) or not guest.alive()
        said = guest.said()
    tell(f"{name}: {'powered itself off' if off else 'STILL ON'}; the screen's last words are in screens/{name}.png")
    yield Claim(WHERE, f"{name}: powers itself off", off, True)
    yield Claim(WHERE, f"{name}: says why, and what to do", all(words in said for words in SAYS), True)
    yield Claim(WHERE, f"{name}: a message stood on the screen", pictures > 0, True)
    yield Claim(WHERE, f"{name}: no shell on the console", [shell for shell in SHELLS if shell in said], [])


def _watch(guest: Emulator, home: Path, name: str) -> int:
    """Keeps the panel's last picture that was not black while the guest has power; how many there were."""
    kept, dump = 0, home / "panel.ppm"
    for _ in range(400):
        if not guest.alive() or guest.goes_off(0.3):
            break
        try:
            guest.qmp.picture(dump)
        except AssertionError:
            break
        with Image.open(dump) as picture:
            if picture.convert("L").getextrema()[1] > 128:
                picture.save(home / "screens" / f"{name}.png")
                kept += 1
    return kept
