"""Changes of real bytes, files and records, drawn by Hypothesis: what a bad medium or somebody makes of them."""

import os
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

JSON = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["", "\0", "../../x", "/etc/passwd", "9" * 5000, "\x1b[2J", "0" * 64, "="]),
    st.lists(st.integers(0, 9), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=3),
)
Value = object


def changed_bytes(data: st.DataObject, good: bytes, changes: int = 4) -> bytes:
    """Bytes set, bits flipped, parts cut out, doubled and put in; perhaps the same as before."""
    out = bytearray(good)
    for _ in range(data.draw(st.integers(1, changes))):
        if not out:
            break
        at, to = (data.draw(st.integers(0, len(out) - 1)) for _ in range(2))
        match data.draw(st.sampled_from(["set", "flip", "cut", "double", "insert", "end"])):
            case "set":
                out[at] = data.draw(st.integers(0, 255))
            case "flip":
                out[at] ^= 1 << data.draw(st.integers(0, 7))
            case "cut":
                del out[min(at, to) : max(at, to)]
            case "double":
                out[at:at] = out[min(at, to) : max(at, to)]
            case "insert":
                out[at:at] = data.draw(st.binary(min_size=1, max_size=600))
            case "end":
                del out[at:]
    return bytes(out)


def changed_record(data: st.DataObject, value: Value) -> Value:
    """A JSON value with one of its parts exchanged, left out, doubled or renamed."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 4)):
        key = data.draw(st.sampled_from(sorted(value)))
        match data.draw(st.sampled_from(["within", "within", "within", "without", "renamed", "other"])):
            case "within":
                return value | {key: changed_record(data, value[key])}
            case "without":
                return {name: part for name, part in value.items() if name != key}
            case "renamed":
                return {(data.draw(st.text(max_size=6)) if n == key else n): part for n, part in value.items()}
            case _:
                return value | {key: value[data.draw(st.sampled_from(sorted(value)))]}
    if isinstance(value, list) and value and data.draw(st.integers(0, 4)):
        at = data.draw(st.integers(0, len(value) - 1))
        match data.draw(st.sampled_from(["within", "within", "without", "double"])):
            case "within":
                return [*value[:at], changed_record(data, value[at]), *value[at + 1 :]]
            case "without":
                return [*value[:at], *value[at + 1 :]]
            case _:
                return [*value[: at + 1], value[at], *value[at + 1 :]]
    return data.draw(JSON)


def _sparse(file: Path) -> None:
    with file.open("wb") as out:
        out.truncate(10 << 30)


def _again(file: Path, lay: Callable[[], object]) -> None:
    file.unlink()
    lay()


LAID: dict[str, Callable[[Path], object]] = {
    "gone": lambda file: file.unlink(),
    "renamed": lambda file: file.rename(file.with_name(f"{file.name}x")),
    "10 GB": _sparse,
    "a link to somewhere else": lambda file: _again(file, lambda: file.symlink_to("/etc/passwd")),
    "a link to what never ends": lambda file: _again(file, lambda: file.symlink_to("/dev/zero")),
    "a link that leads to itself": lambda file: _again(file, lambda: file.symlink_to(file.name)),
    "a pipe that nobody writes into": lambda file: _again(file, lambda: os.mkfifo(file)),
    "a folder": lambda file: _again(file, file.mkdir),
}
"""What may lie in a file's place."""


def changed_folder(data: st.DataObject, folder: Path) -> None:
    """Files changed inside, exchanged, or with something else in their place."""
    for _ in range(data.draw(st.integers(1, 3))):
        files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        if not files:
            return
        one, other = (data.draw(st.sampled_from(files)) for _ in range(2))
        deed = data.draw(st.sampled_from(["bytes", "bytes", "exchanged", *LAID]))
        if deed == "bytes":
            one.write_bytes(changed_bytes(data, one.read_bytes()[: 1 << 20]))
        elif deed == "exchanged":
            other.replace(one)
        else:
            LAID[deed](one)
