"""``make bench``: every room's figures, one after another."""

from tests.bench import ballot, card, district, intake, keystrokes, rest, restart, screens, store


def main() -> None:
    """Prints a line a figure; a whole run takes about ten minutes."""
    for room in (ballot, store, screens, keystrokes, card, rest, restart, district, intake):
        for line in room.run():
            print(line, flush=True)


if __name__ == "__main__":
    main()
