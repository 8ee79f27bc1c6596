"""QR codes in pictures of slips, as a camera or a document scanner leaves them."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import zxingcpp
from PIL import Image

from config.errors import InputError
from sync.district.arrivals import FolderRefused, files_below
from sync.district.scanning import Scan

SUFFIXES = (".png", ".jpg", ".jpeg")
MAX_DOTS = 120_000_000
"""A page at 600 dpi has 35 million, a large camera's picture 100 million; more is no picture of slips."""


def pictures_in(paths: tuple[Path, ...]) -> list[Path]:
    """The named files, and every picture in the named folders, by name; raises FolderRefused."""
    found = []
    for path in paths:
        if path.is_dir():
            for file in files_below(path, lambda name: name.casefold().endswith(SUFFIXES)):
                if isinstance(file, FolderRefused):
                    raise file
                found += [file] if file.is_file() else []
        else:
            found.append(path)
    return found


def scans_in(path: Path) -> Iterator[Scan]:
    """What the codes of one picture hold, in the order in which they are found; none when there is none.

    Raises InputError for a file that is no picture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height > MAX_DOTS:
                    raise InputError(
                        f"{path.name} is larger than {MAX_DOTS // 10**6} million dots. Take a smaller picture.",
                        id=f"{path.name} lebih besar dari {MAX_DOTS // 10**6} juta titik. Ambil gambar lebih kecil.",
                    )
                grey = picture.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise InputError(
            f"{path.name} cannot be read as a picture. Save it as PNG or JPEG, or scan its slips by hand.",
            id=f"{path.name} tidak terbaca sebagai gambar. Simpan sebagai PNG atau JPEG, atau pindai langsung.",
        ) from None
    for code in zxingcpp.read_barcodes(grey, zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])):
        yield Scan(code.text)
