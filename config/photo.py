"""A candidate's photo: whatever picture staff have becomes the same upright frame, or is refused with what to change.

Every photo of a package is a JPEG of ``WIDTH`` x ``HEIGHT`` dots in sRGB with nothing in it but the picture: no place
where it was taken, no camera, no preview. One rule cuts all of them, so no candidate looks larger than another.
"""

import contextlib
import io
import re
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from config.faults import Collector
from config.folder import Folder
from config.names import shown

WIDTH, HEIGHT = 600, 800
"""Of a photo in a package, in dots: more than the largest that a supported panel shows."""
MAX_BYTES = 16 * 1024 * 1024
MAX_DOTS = 50_000_000
"""More than a telephone's camera gives; unpacked, it takes some 100 MB of the laptop for a moment."""
MIN_WIDTH, MIN_HEIGHT = 300, 400
"""Below, a face is coarse on the confirming screen."""
MAX_CUT = 0.25
"""At most so much of width or height is cut off: from a square its sides, from 9:16 the lower part."""
ABOVE = 0.25
"""So much of what is cut off in height is cut above: heads are in the upper part."""
GROUND = (232, 236, 236)
"""Stands behind what is transparent."""
FOLDER = "photos"

# No folder, no leading dot, nothing that another system reads as a path or a device.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,80}\.(png|jpg|jpeg)", re.IGNORECASE)
_KINDS = {
    "HEIC": re.compile(rb".{4}ftyp(hei|hev|mif|msf)", re.DOTALL),
    "AVIF": re.compile(rb".{4}ftypavi", re.DOTALL),
    "WebP": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "GIF": re.compile(rb"GIF8"),
    "TIFF": re.compile(rb"II\*\0|MM\0\*"),
    "BMP": re.compile(rb"BM"),
    "PDF": re.compile(rb"%PDF"),
}
"""What telephones and scanners leave under any name, by its first bytes."""
_TURNED = (5, 6, 7, 8)
"""EXIF orientations that change width for height."""
_ORIENTATION = 0x0112
_LEAST_RANGE = 24
"""Of grey values, of 255: a picture with less shows nobody."""


class _RefusedError(Exception):
    """What is wrong with a picture and what to do, in English and in Indonesian; the file's name stands before it."""


def read_photo(folder: Folder, name: str, where: tuple[str, int, str], faults: Collector) -> bytes | None:
    """The photo as packages hold it, or None after noting under ``where`` (file, line, column) what is wrong with it.

    What the folder has taken is from then on the photo itself: where it was taken does not travel on.
    """
    if not _NAME.fullmatch(name):
        faults.add(
            *where,
            f"{shown(name)} is not a photo's file name. Write only the name of a .png or .jpg file in {FOLDER}/, "
            "without a folder; save a photo of another kind (.heic, .webp) as .jpg first.",
            f"{shown(name)} bukan nama berkas foto. Tulis nama berkas .png atau .jpg di {FOLDER}/ saja, tanpa folder; "
            "foto jenis lain (.heic, .webp) simpan dulu sebagai .jpg.",
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
    try:
        photo = made_alike(data)
    except _RefusedError as refused:
        en, id_ = refused.args
        faults.add(*where, f"{FOLDER}/{name} {en}", f"{FOLDER}/{name} {id_}")
        return None
    folder.taken[f"{FOLDER}/{name}"] = photo
    return photo


def made_alike(data: bytes) -> bytes:
    """The picture upright, cut to ``WIDTH`` x ``HEIGHT``, in sRGB, as JPEG without metadata.

    What was made alike before stays as it is, byte for byte. Raises what ``read_photo`` notes.
    """
    _check_kind(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                _check_measures(picture)
                if _is_alike(picture, data):
                    picture.load()
                    return data
                picture.draft("RGB", (WIDTH * 2, HEIGHT * 2))
                photo = _framed(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_large() from None
    except _RefusedError:
        raise
    except Exception:  # Pillow raises many kinds for broken pictures
        raise _RefusedError(
            "is damaged, cut short, or no PNG or JPEG picture. Copy it anew, or save the photo again as JPEG.",
            "rusak, terpotong, atau bukan gambar PNG atau JPEG. Salin ulang, atau simpan ulang foto sebagai JPEG.",
        ) from None
    levels = [level for level, count in enumerate(photo.convert("L").histogram()) if count]
    if levels[-1] - levels[0] < _LEAST_RANGE:
        raise _RefusedError(
            "shows nothing: it is of one colour. Choose the right picture.",
            "tidak menampilkan apa-apa: hanya satu warna. Pilih gambar yang benar.",
        )
    photo.info.clear()  # or Pillow would write the comment of the original
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=90, optimize=True)
    return out.getvalue()


def _check_kind(data: bytes) -> None:
    if not data:
        raise _RefusedError("is empty (0 bytes). Copy the photo there again.", "kosong (0 bita). Salin ulang fotonya.")
    if len(data) > MAX_BYTES:
        raise _RefusedError(
            f"is larger than {MAX_BYTES // 1024 // 1024} MiB. Save it smaller.",
            f"lebih besar dari {MAX_BYTES // 1024 // 1024} MiB. Simpan dengan ukuran lebih kecil.",
        )
    kind = next((kind for kind, begins in _KINDS.items() if begins.match(data)), None)
    if kind is not None:
        article = "an" if kind == "AVIF" else "a"
        raise _RefusedError(
            f"is {article} {kind} file, whatever its name says. Open it in a program for pictures and save it as JPEG.",
            f"adalah berkas {kind}, apa pun namanya. Buka dengan program gambar, lalu simpan sebagai JPEG.",
        )


def _check_measures(picture: Image.Image) -> None:
    """Before anything is unpacked."""
    width, height = picture.size
    if width * height > MAX_DOTS:
        raise _too_large()
    if picture.getexif().get(_ORIENTATION) in _TURNED:
        width, height = height, width
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        raise _RefusedError(
            f"measures {width} x {height} dots, fewer than {MIN_WIDTH} x {MIN_HEIGHT}. Take a larger picture, best "
            "900 x 1200.",
            f"berukuran {width} x {height} titik, kurang dari {MIN_WIDTH} x {MIN_HEIGHT}. Pakai gambar yang lebih "
            "besar, paling baik 900 x 1200.",
        )
    share = min(width / height * HEIGHT / WIDTH, height / width * WIDTH / HEIGHT)
    if share < 1 - MAX_CUT:
        shape = ("wide", "lebar") if width > height else ("high", "tinggi")
        raise _RefusedError(
            f"measures {width} x {height} dots, too {shape[0]} to show as the others' photos without cutting much off. "
            "Cut it to head and shoulders, 3 wide and 4 high.",
            f"berukuran {width} x {height} titik, terlalu {shape[1]} untuk ditampilkan seperti foto lain tanpa banyak "
            "terpotong. Potong menjadi kepala dan bahu, lebar 3 banding tinggi 4.",
        )
    if picture.format == "PNG" and getattr(picture, "n_frames", 1) > 1:
        raise _RefusedError(
            "moves: it holds several pictures. Save one of them as JPEG.",
            "bergerak: isinya beberapa gambar. Simpan salah satunya sebagai JPEG.",
        )


def _too_large() -> _RefusedError:
    return _RefusedError(
        f"has more than {MAX_DOTS // 10**6} million dots. Save it smaller, best 900 x 1200.",
        f"lebih dari {MAX_DOTS // 10**6} juta titik. Simpan lebih kecil, paling baik 900 x 1200.",
    )


def _is_alike(picture: Image.Image, data: bytes) -> bool:
    """Whether it was made here: a plain JPEG of the right size, with no other part, and nothing after its end."""
    parts = {name for name, _ in getattr(picture, "applist", ())}
    plain = picture.format == "JPEG" and picture.mode == "RGB" and parts == {"APP0"}
    return (
        plain
        and picture.size == (WIDTH, HEIGHT)
        and data.count(b"\xff\xd8") == data.count(b"\xff\xd9") == 1
        and data.endswith(b"\xff\xd9")
    )


def _framed(picture: Image.Image) -> Image.Image:
    flat = _in_srgb(ImageOps.exif_transpose(picture), picture.info.get("icc_profile"))
    return ImageOps.fit(flat, (WIDTH, HEIGHT), Image.Resampling.LANCZOS, centering=(0.5, ABOVE))


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB on ``GROUND``, its colours as its profile means them; a profile that cannot be read counts as none."""
    if picture.mode == "I;16":
        # Pillow's own conversion would make white of every value above 255.
        picture = Image.frombytes("L", picture.size, picture.tobytes()[1::2])
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layered.size, (*GROUND, 255)), layered).convert("RGB")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            picture = (
                ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or picture
            )
    return picture.convert("RGB")


def _same_but_for_case(path: Path) -> str | None:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return None
    return next((name for name in names if name.lower() == path.name.lower()), None)
