"""What a device runs, by its own word: the software's version and hash, and the hash of the image that it started from.

A device whose software was replaced says what it likes. What is said here tells an honest mistake (a booth with last
year's card), and it is what witnesses compare with the image that they rebuilt.
"""

from typing import Annotated

import msgspec

from config.package import Sha256
from config.record import Record

NO_IMAGE = "none"
"""In the log, for a device that did not start from an image."""


class Running(Record, frozen=True):
    """As the batch and the papers name it."""

    version: Annotated[str, msgspec.Meta(pattern=r"^bilik [0-9A-Za-z.+-]{1,40}\Z")]
    software: Sha256
    """Over the files of this program (``booth.running``)."""
    image: Sha256 | None
    """Root hash of the dm-verity tree that the device started from; None when it was no image."""

    @property
    def facts(self) -> dict[str, str | int]:
        """For the log."""
        return {"software": self.software, "image": self.image or NO_IMAGE}
