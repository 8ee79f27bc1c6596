"""``bilik-booth``: first the memory of this process is made to forget, then the appliance is read and begins."""

from config.memory import wipe_what_is_freed


def main() -> int:
    """See ``booth.appliance.main``."""
    # It may start the program anew: before anything is imported that takes long.
    wipe_what_is_freed()
    from booth.appliance import main as serve  # noqa: PLC0415

    return serve()


if __name__ == "__main__":
    raise SystemExit(main())
