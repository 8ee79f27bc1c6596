"""Every screen as a PNG: python -m tests.screens.gallery FOLDER [--size 1280x800@5.9] [--only NAME]."""

import argparse
import sys
from pathlib import Path

from booth.screens.environment import Surroundings, Video, prepare
from config.words import LANGUAGES, languages
from tests.screens.samples import frame_of, look_of, samples


def main() -> None:
    """Draws all samples, and the choosing screen for two to five candidates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1280x800@5.9")
    parser.add_argument("--only", default="")
    parser.add_argument("--language", default="id")
    parser.add_argument("--all-languages", action="store_true", help="a button for every language of this release")
    wanted = parser.parse_args()
    size, _, density = wanted.size.partition("@")
    width, height = (int(part) for part in size.split("x"))
    prepare(Surroundings(width, height, video=Video.OFFSCREEN))
    from kivy.clock import Clock

    from booth.app import BoothApp

    wanted.folder.mkdir(parents=True, exist_ok=True)
    spoken = tuple(dict.fromkeys((*LANGUAGES, wanted.language)))
    look = look_of(languages=languages() if wanted.all_languages else spoken)
    frames = [
        (f"{sample.name}", frame_of(sample.view, look, status=sample.status, language=wanted.language))
        for sample in samples()
    ]
    choosing = next(sample.view for sample in samples() if sample.name == "choosing")
    for count in (2, 3, 4, 5):
        for blank in (True, False):
            name = f"choosing-{count}{'-blank' if blank else ''}"
            frames.append((name, frame_of(choosing, look_of(count, blank=blank), language="en" if blank else "id")))
    frames = [(name, frame) for name, frame in frames if wanted.only in name]
    app = BoothApp(lambda number, touch: None, float(density))
    queue = iter(frames)

    def draw(_: float) -> None:
        try:
            name, frame = next(queue)
        except StopIteration:
            app.stop()
            return
        app.show(frame)

        def shoot(_: float) -> None:
            app.root.export_to_png(str(wanted.folder / f"{name}.png"))
            Clock.schedule_once(draw, 0)

        Clock.schedule_once(shoot, 0.05)

    Clock.schedule_once(draw, 0)
    app.run()
    print(f"{len(frames)} pictures in {wanted.folder}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
