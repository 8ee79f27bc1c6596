"""``python -m booth.ground data | stick NAME | unstick NAME``: what the image's units call; see the two modules."""

import sys
from collections.abc import Sequence

from booth.ground import data, stick, wishes


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 whatever was found: it is told to the booth. 2 for wrong use."""
    match arguments:
        case ["data"]:
            wishes.serve()
            data.serve()
        case ["stick", name] if stick.is_name(name):
            stick.came(name)
        case ["unstick", name] if stick.is_name(name):
            stick.went(name)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
