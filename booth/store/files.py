"""Files beside the store, written wholly or not at all; what the disk refuses becomes the store's own fault."""

from pathlib import Path

from booth.store.faults import StoreFault
from config.files import write_whole


def write_file(path: Path, data: bytes) -> None:
    """Puts ``data`` at ``path`` (mode 0600) in one step, replacing what was there; durable when it returns.

    Raises StoreFault.
    """
    try:
        write_whole(path, data, mode=0o600)
    except OSError as fault:
        raise StoreFault(fault.strerror or type(fault).__name__) from None
