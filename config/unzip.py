"""The parts of a zip that came from elsewhere, in memory and within bounds; nothing is ever written where it says."""

import io
import zlib
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

MAX_PARTS = 1000
MAX_PART_BYTES = 32 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
_ENCRYPTED = 0x1
_CHUNK_BYTES = 1024 * 1024


class BadZip(Exception):
    """The bytes are no zip, or one that was made to do harm."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__("zip")
        self.too_large = too_large


def parts_of(data: bytes) -> dict[str, bytes]:
    """Every XML part by its name; pictures and the like are left packed.

    Raises BadZip for what is damaged, locked, doubled, or unpacks to more than the bounds, whatever its directory says.
    """
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            wanted = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
            # The directory is believed only where it incriminates: what is unpacked is counted again below.
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in wanted) > MAX_UNPACKED_BYTES:
                raise BadZip(too_large=True)
            if len({entry.filename for entry in wanted}) < len(wanted):
                raise BadZip
            parts = {}
            left = MAX_UNPACKED_BYTES
            for entry in wanted:
                if entry.flag_bits & _ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                    raise BadZip
                with packed.open(entry) as part:
                    parts[entry.filename] = _bounded(part, min(left, MAX_PART_BYTES))
                left -= len(parts[entry.filename])
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, OverflowError):
        raise BadZip from None
    return parts


def _bounded(part: IO[bytes], most: int) -> bytes:
    """What a part unpacks to; its checksum is compared when its end is reached."""
    out = bytearray()
    while chunk := part.read(_CHUNK_BYTES):
        out += chunk
        if len(out) > most:
            raise BadZip(too_large=True)
    return bytes(out)
