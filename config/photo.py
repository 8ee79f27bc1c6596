"""A candidate's photo: which pictures a booth can show, checked before they are signed into a package."""

import io
import re
import warnings
from pathlib import Path

from PIL import Image

from config.faults import Collector
from config.folder import Folder
from config.table import shown

MAX_BYTES = 4 * 1024 * 1024
MIN_SIDE_DOTS, MAX_SIDE_DOTS = 300, 4000
"""Below, a face is coarse on the confirming screen; above, one photo takes the booth's memory."""
FOLDER = "photos"

# No folder, no leading dot, nothing that another system reads as a path or a device.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,80}\.(png|jpg|jpeg)", re.IGNORECASE)


def read_photo(folder: Folder, name: str, where: tuple[str, int, str], faults: Collector) -> bytes | None:
    """The picture's bytes, or None after noting under ``where`` (file, line, column) what is wrong with it."""
    if not _NAME.fullmatch(name):
        faults.add(
            *where,
            f"{shown(name)} is not a photo's file name. Write only the name of a .png or .jpg file in {FOLDER}/, "
            "without a folder.",
            f"{shown(name)} bukan nama berkas foto. Tulis nama berkas .png atau .jpg di {FOLDER}/ saja, tanpa folder.",
        )
        return None
    path = folder.path / FOLDER / name
    if path.is_symlink():
        faults.add(
            *where,
            f"{FOLDER}/{name} is a link. Copy the photo itself there.",
            f"{FOLDER}/{name} berupa tautan. Salin fotonya ke sana.",
        )
        return None
    try:
        data = folder.read(f"{FOLDER}/{name}", MAX_BYTES + 1)
    except OSError:
        near = _same_but_for_case(path)
        hint_en = f" There is {FOLDER}/{near}: write it with the same capitals." if near else ""
        hint_id = f" Yang ada {FOLDER}/{near}: samakan huruf besar-kecilnya." if near else ""
        faults.add(
            *where,
            f"The photo {FOLDER}/{name} is missing.{hint_en or ' Put it there, or correct the name.'}",
            f"Foto {FOLDER}/{name} tidak ada.{hint_id or ' Letakkan di sana, atau perbaiki namanya.'}",
        )
        return None
    if len(data) > MAX_BYTES:
        faults.add(
            *where,
            f"{FOLDER}/{name} is larger than {MAX_BYTES // 1024 // 1024} MiB. Save it smaller.",
            f"{FOLDER}/{name} lebih besar dari {MAX_BYTES // 1024 // 1024} MiB. Simpan dengan ukuran lebih kecil.",
        )
        return None
    return data if _is_picture(data, name, where, faults) else None


def _is_picture(data: bytes, name: str, where: tuple[str, int, str], faults: Collector) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a picture that unpacks to gigabytes
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                width, height = picture.size
                fits = all(MIN_SIDE_DOTS <= side <= MAX_SIDE_DOTS for side in (width, height))
                if fits:
                    picture.load()
    except Exception:  # Pillow raises many kinds for broken pictures
        faults.add(
            *where,
            f"{FOLDER}/{name} is damaged or no PNG or JPEG picture. Save the photo again as PNG or JPEG.",
            f"{FOLDER}/{name} rusak atau bukan gambar PNG atau JPEG. Simpan ulang foto sebagai PNG atau JPEG.",
        )
        return False
    if not fits:
        faults.add(
            *where,
            f"{FOLDER}/{name} measures {width} x {height} dots; each side must have {MIN_SIDE_DOTS} to "
            f"{MAX_SIDE_DOTS}. Save it at about 900 x 1200.",
            f"{FOLDER}/{name} berukuran {width} x {height} titik; tiap sisi harus {MIN_SIDE_DOTS} sampai "
            f"{MAX_SIDE_DOTS}. Simpan kira-kira 900 x 1200.",
        )
    return fits


def _same_but_for_case(path: Path) -> str | None:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return None
    return next((name for name in names if name.lower() == path.name.lower()), None)
