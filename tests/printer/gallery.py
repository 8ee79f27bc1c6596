"""Paints every paper on both widths, to be looked at: ``python -m tests.printer.gallery FOLDER``."""

import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from config.mode import Mode
from printer.documents import Label
from printer.escpos import render
from printer.layout import Cut, Document
from printer.port import SerialPrinter
from printer.profiles import COMMON_58, TM_80, Profile
from printer.takeover import takeover_tape
from printer.virtual import VirtualPrinter
from tests.printer import papers

JAVANESE = Label(2, "ꦱꦶꦠꦶ ꦲꦩꦶꦤꦃ")


def painted(document: Document, profile: Profile) -> list[Image.Image]:
    """The pieces that the virtual printer cuts for ``document``."""
    pieces: list[Image.Image] = []
    with tempfile.TemporaryDirectory() as folder:
        line = Path(folder) / "tty"
        with VirtualPrinter(line, pieces.append, width_dots=profile.width_dots):
            printer = SerialPrinter(line, profile)
            printer.print(render(document, profile), timeout_s=5)
            if not profile.official:
                wait_for(pieces, document)
            printer.close()
    return pieces


def wait_for(pieces: list[Image.Image], document: Document) -> None:
    """Of a printer that confirms nothing nobody else can say when its paper is out."""
    blocks = document.reveal()
    expected = sum(isinstance(block, Cut) for block in (*blocks, *([] if isinstance(blocks[-1], Cut) else [Cut()])))
    limit = time.monotonic() + 20
    while len(pieces) < expected:
        assert time.monotonic() < limit, f"{len(pieces)} of {expected} pieces"
        time.sleep(0.01)


def gallery() -> dict[str, Document]:
    """Name and paper."""
    shown = {}
    for mode in Mode:
        for label in (*papers.CANDIDATES, Label(4, "Prof. Dr. H. MUHAMMAD NURHIDAYATULLAH, S.Pd.I."), JAVANESE):
            kind = "javanese" if label is JAVANESE else str(label.number or "blank")
            shown[f"slip-{kind}-{mode.value}"] = papers.sample_slip(label, mode)
        shown[f"stub-{mode.value}"] = papers.sample_stub(mode)
        shown[f"pin-{mode.value}"] = papers.sample_pin_slip(mode)
        shown[f"zero-{mode.value}"] = papers.sample_zero_report(mode)
        shown[f"tape-{mode.value}"] = papers.sample_tape(mode)
        shown[f"takeover-{mode.value}"] = takeover_tape(papers.takeover(mode), papers.ID)
        missing = papers.takeover(mode, attended=226, pending=1)
        shown[f"takeover-missing-{mode.value}"] = takeover_tape(missing, papers.ID)
    shown["tape-without-result"] = papers.sample_tape(result=False)
    shown["tape-mismatch"] = papers.sample_tape(holds=False)
    shown["takeover-pending"] = takeover_tape(papers.takeover(attended=215, pending=1), papers.ID)
    shown["takeover-more"] = takeover_tape(papers.takeover(attended=212), papers.ID)
    shown["takeover-shared"] = takeover_tape(papers.takeover(attended=655, pending=1, shared=True), papers.ID)
    shown["takeover-english"] = takeover_tape(papers.takeover(attended=226), papers.EN)
    shown["tape-english"] = papers.sample_tape(words=papers.EN)
    shown["slip-english"] = papers.sample_slip(papers.CANDIDATES[1], words=papers.EN)
    shown["pin-english"] = papers.sample_pin_slip(words=papers.EN)
    shown["stub-english"] = papers.sample_stub(words=papers.EN)
    return shown


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for profile in (TM_80, COMMON_58):
        for name, document in gallery().items():
            for piece in painted(document, profile):
                piece.save(folder / f"{58 if profile is COMMON_58 else 80}-{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
