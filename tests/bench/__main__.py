"""``make bench``: every room's figures, one after another."""

from tests.bench import ballot, store


def main() -> None:
    """Prints a line a figure; a whole run takes about half a minute."""
    for room in (ballot, store):
        for line in room.run():
            print(line, flush=True)


if __name__ == "__main__":
    main()
