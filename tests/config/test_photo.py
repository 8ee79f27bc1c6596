"""Photos of any make become one frame, upright and without metadata, or are refused with what to change."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, PngImagePlugin

from config.faults import Collector, SourceFaults
from config.folder import Folder
from config.photo import HEIGHT, MAX_BYTES, WIDTH, made_alike, read_photo

PLACE = b"Jalan Rahasia 7"
"""What must not travel: stands in each kind of metadata."""
SAMPLE = Path(__file__).parents[2] / "config" / "sample" / "photos"
NAMES = {"PNG": "photo.png", "JPEG": "photo.jpg"}


def person(width: int = 600, height: int = 800, mode: str = "RGB") -> Image.Image:
    """A head in the upper middle; the ground is red on the left, blue on the right, green above, dark below."""
    picture = Image.new("RGB", (width, height), (210, 205, 200))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width * 0.08, height), fill=(220, 30, 30))
    draw.rectangle((width * 0.92, 0, width, height), fill=(30, 30, 220))
    draw.rectangle((0, height * 0.9, width, height), fill=(20, 20, 20))
    draw.rectangle((0, 0, width, height * 0.04), fill=(30, 190, 30))
    draw.ellipse((width * 0.35, height * 0.2, width * 0.65, height * 0.55), fill=(150, 100, 70))
    if mode == "I;16":
        grey = picture.convert("L").tobytes()
        return Image.frombytes(mode, picture.size, b"".join(struct.pack("<H", value * 257) for value in grey))
    return picture.convert(mode)


def saved(picture: Image.Image, form: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def turned(orientation: int, form: str = "JPEG") -> bytes:
    """The person as a camera held in that way stores it, and the flag that says so."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = person()
    exif = Image.Exif()
    exif[0x0112] = orientation
    lying = picture.transpose(back[orientation]) if orientation in back else picture
    return saved(lying, form, exif=exif)


def with_everything(form: str) -> bytes:
    """GPS, camera, XMP, comment, a preview and a profile that names a place."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = PLACE.decode()
    gps = exif.get_ifd(0x8825)
    gps.update({1: "S", 2: (7.0, 47.0, 12.0), 3: "E", 4: (110.0, 19.0, 3.0), 0x1B: PLACE})
    how: dict[str, object] = {"exif": exif, "dpi": (300, 300)}
    if form == "JPEG":
        return saved(person(), form, comment=PLACE, xmp=b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>", **how) + PLACE
    text = PngImagePlugin.PngInfo()
    text.add_text("Location", PLACE.decode())
    text.add_itxt("XML:com.adobe.xmp", PLACE.decode())
    return saved(person(), form, pnginfo=text, **how) + PLACE


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says that it is huge."""
    data = zlib.compress(bytes(1000))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def looks_right(photo: Image.Image) -> bool:
    """Red left, blue right, head in the upper middle, dark below."""
    red, blue = photo.getpixel((4, 300)), photo.getpixel((WIDTH - 5, 300))
    head, below = photo.getpixel((300, 300)), photo.getpixel((300, HEIGHT - 20))
    return red[0] > red[2] + 90 and blue[2] > blue[0] + 90 and head[0] in range(110, 190) and max(below) < 70


GREYED = ("1", "L", "LA", "I;16")
GOOD: dict[str, Callable[[], bytes]] = {
    **{f"PNG of mode {mode}": (lambda mode=mode: saved(person(mode=mode))) for mode in ("RGB", "RGBA", "P", *GREYED)},
    **{f"JPEG of mode {m}": (lambda m=m: saved(person(mode=m), "JPEG")) for m in ("RGB", "L", "CMYK", "YCbCr")},
    **{f"JPEG with orientation {n}": (lambda n=n: turned(n)) for n in range(10)},
    **{f"PNG with orientation {n}": (lambda n=n: turned(n, "PNG")) for n in (3, 6, 8)},
    "progressive": lambda: saved(person(), "JPEG", progressive=True),
    "the largest": lambda: saved(person(6000, 8000), "JPEG", quality=30),
    "the smallest": lambda: saved(person(300, 400)),
    "metadata in a JPEG": lambda: with_everything("JPEG"),
    "metadata in a PNG": lambda: with_everything("PNG"),
    "a profile that is broken": lambda: saved(person(), "JPEG", icc_profile=b"not a profile" * 20),
    "two pictures in one JPEG": lambda: saved(person(), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))]),
    "interlaced": lambda: SAMPLE.joinpath("1-suryadi-wirapraja.png").read_bytes(),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_photo_is_made_alike(name: str) -> None:
    photo = made_alike(GOOD[name]())
    with Image.open(io.BytesIO(photo)) as seen:
        assert (seen.format, seen.mode, seen.size) == ("JPEG", "RGB", (WIDTH, HEIGHT))
        assert not seen.getexif()
        assert {part for part, _ in seen.applist} == {"APP0"}
        assert not {"icc_profile", "comment", "exif", "xmp"} & set(seen.info)
        grey = any(name.endswith(f" {mode}") for mode in GREYED)
        if grey:
            assert seen.getpixel((300, 300))[0] < seen.getpixel((300, 600))[0] - 20
            assert max(seen.getpixel((300, HEIGHT - 20))) < 70
        elif "interlaced" not in name:
            assert looks_right(seen)
    assert PLACE not in photo
    assert len(photo) < 400_000
    assert made_alike(photo) == photo, "what was made alike stays as it is"


def test_a_photo_with_something_added_is_made_anew() -> None:
    photo = made_alike(saved(person()))
    assert PLACE not in made_alike(photo + PLACE)
    assert PLACE not in made_alike(photo + PLACE + b"\xff\xd9")
    assert PLACE not in made_alike(photo + with_everything("JPEG"))
    with Image.open(io.BytesIO(photo)) as seen:
        assert PLACE not in made_alike(saved(seen, "JPEG", comment=PLACE, quality=90))


def test_the_flag_and_the_picture_decide_together() -> None:
    """All eight ways of holding a camera give the same picture."""
    photos = [Image.open(io.BytesIO(made_alike(turned(n, "PNG")))) for n in range(1, 9)]
    for photo in photos[1:]:
        assert max(high for _, high in ImageChops.difference(photo, photos[0]).getextrema()) < 12


def test_transparency_stands_on_the_ground_of_all() -> None:
    layered = person(mode="RGBA")
    layered.paste((0, 0, 0, 0), (0, 0, 600, 30))
    palette = person().quantize(8)
    palette.info["transparency"] = palette.getpixel((300, 5))
    for data in (saved(layered), saved(palette, transparency=palette.getpixel((300, 5)))):
        with Image.open(io.BytesIO(made_alike(data))) as seen:
            assert all(abs(a - b) < 12 for a, b in zip(seen.getpixel((300, 5)), (232, 236, 236), strict=True))


def test_colours_are_those_that_the_profile_means() -> None:
    """In a profile that has red and blue changed for each other, what is stored as red is blue."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    changed = plain.replace(b"rXYZ", b"?", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"?", b"bXYZ", 1)
    for profile, strong in ((plain, 0), (changed, 2)):
        with Image.open(io.BytesIO(made_alike(saved(person(), icc_profile=profile)))) as seen:
            left = seen.getpixel((4, 300))
            assert max(left) == left[strong] > 150


@pytest.mark.parametrize(("width", "height"), [(600, 600), (450, 800), (900, 1200), (2000, 3000), (1000, 1010)])
def test_whatever_its_shape_the_face_stays_whole_and_round(width: int, height: int) -> None:
    """At most a quarter is cut off, nothing is stretched, and hair is not cut."""
    drawn = Image.new("RGB", (width, height), (230, 230, 230))
    across, middle = min(width, height * 3 / 4) * 0.5, height * 0.4
    half, high = across / 2, across * 0.6
    place = (width / 2 - half, middle - high, width / 2 + half, middle + high)
    ImageDraw.Draw(drawn).ellipse(place, fill=(90, 60, 40))
    with Image.open(io.BytesIO(made_alike(saved(drawn)))) as seen:
        left, top, right, bottom = seen.convert("L").point(lambda grey: 255 * (grey < 140)).getbbox()
    assert left > 50
    assert right < WIDTH - 50
    assert top > 30
    assert abs((right - left) / (bottom - top) - 1 / 1.2) < 0.02
    assert abs((left + right) / 2 - WIDTH / 2) < 3


def turned_small() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(person(320, 300), "JPEG", exif=exif)


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "0 bytes"),
    "text": (lambda: b"not a picture", "damaged"),
    "truncated JPEG": (lambda: saved(person(), "JPEG")[:-2000], "damaged"),
    "truncated PNG": (lambda: saved(person())[:-200], "damaged"),
    "JPEG that ends after its header": (lambda: saved(person(), "JPEG")[:700], "damaged"),
    "a PNG with a flipped byte": (lambda: saved(person())[:200] + b"\0\xff" + saved(person())[202:], "damaged"),
    "declared 60000 x 60000": (lambda: bomb(60_000, 60_000), "50 million dots"),
    "declared 9000 x 9000": (lambda: bomb(9000, 9000), "50 million dots"),
    "declared 2 x 2000000000": (lambda: bomb(2, 2_000_000_000), "50 million dots"),
    "declared 600 x 800, and much less there": (lambda: bomb(600, 800), "damaged"),
    "too many bytes": (lambda: bytes(MAX_BYTES + 1), "16 MiB"),
    "too small": (lambda: saved(person(299, 400)), "299 x 400"),
    "too small once it is upright": (turned_small, "300 x 320"),
    "one dot": (lambda: saved(Image.new("RGB", (1, 1))), "1 x 1"),
    "a panorama": (lambda: saved(person(2000, 500)), "too wide"),
    "lying": (lambda: saved(person(800, 600)), "too wide"),
    "a tower": (lambda: saved(person(400, 2000)), "too high"),
    "a screenshot of a telephone": (lambda: saved(person(1080, 2400), "JPEG"), "too high"),
    "black": (lambda: saved(Image.new("RGB", (600, 800))), "one colour"),
    "all transparent": (lambda: saved(Image.new("RGBA", (600, 800), (0, 0, 0, 0))), "one colour"),
    "a moving PNG": (lambda: saved(person(), save_all=True, append_images=[Image.new("RGB", (600, 800))]), "moves"),
    "a GIF": (lambda: saved(person(), "GIF"), "a GIF file"),
    "a WebP": (lambda: saved(person(), "WEBP"), "a WebP file"),
    "a TIFF of floats": (lambda: saved(person(mode="F"), "TIFF"), "a TIFF file"),
    "a BMP": (lambda: saved(person(), "BMP"), "a BMP file"),
    "a HEIC": (lambda: b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(99), "a HEIC file"),
    "an AVIF": (lambda: b"\0\0\0\x20ftypavif\0\0\0\0avifmif1" + bytes(99), "an AVIF file"),
    "a PDF": (lambda: b"%PDF-1.7\n" + bytes(99), "a PDF file"),
}  # fmt: skip


def told(folder: Path, name: str) -> SourceFaults | bytes | None:
    faults = Collector()
    photo = read_photo(Folder(folder), name, ("candidates.csv", 2, "photo"), faults)
    try:
        faults.raise_if_any()
    except SourceFaults as refused:
        assert photo is None
        return refused
    return photo


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("file", ["photo.jpg", "photo.png"])
def test_a_bad_photo_is_refused_with_what_to_change(tmp_path: Path, name: str, file: str) -> None:
    make, word = BAD[name]
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / file).write_bytes(make())
    refused = told(tmp_path, file)
    assert isinstance(refused, SourceFaults)
    (fault,) = refused.faults
    assert fault.where == "candidates.csv:2 (photo)"
    assert word in fault.en
    for sentence in (fault.en, fault.id):
        assert sentence.startswith(f"photos/{file} ")
        assert sentence.count(". ") == 1, "what is wrong, and what to do"
    assert fault.en != fault.id


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_the_content_decides_and_not_the_name(tmp_path: Path, form: str) -> None:
    (tmp_path / "photos").mkdir()
    for name in NAMES.values():
        (tmp_path / "photos" / name).write_bytes(saved(person(), form))
        assert isinstance(told(tmp_path, name), bytes)


def test_whatever_the_damage_it_is_a_photo_or_refused(tmp_path: Path) -> None:
    """Bytes changed by chance, always in the same way: no other end than the two."""
    chance = random.Random(7)
    (tmp_path / "photos").mkdir()
    whole = [with_everything("JPEG"), saved(person(mode="P")), turned(6)]
    ends = set()
    for i in range(60):
        data = bytearray(whole[i % 3])
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(min(len(data), 400 if i % 2 else len(data)))] = chance.randrange(256)
        (tmp_path / "photos" / "a.jpg").write_bytes(data)
        ends.add(type(told(tmp_path, "a.jpg")))
    assert ends == {bytes, SourceFaults}
