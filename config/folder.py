"""A folder that is read once: what was taken from it is kept, so that what was checked is what is used."""

from pathlib import Path

from config.files import read_plain


class Folder:
    """Files of one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.taken: dict[str, bytes] = {}
        """Everything that was read, by relative name; a photo as it was made from what was read."""

    def read(self, name: str, max_bytes: int) -> bytes:
        """At most ``max_bytes`` bytes of a file; raises OSError. The same name gives the same bytes again."""
        if name not in self.taken:
            self.taken[name] = read_plain(self.path / name, max_bytes)[:max_bytes]
        return self.taken[name]

    def keep(self, name: str, data: bytes) -> bytes:
        """Notes what was read of a file in another way, and returns it."""
        self.taken[name] = data
        return data
