"""All faults of a folder at once: each one sentence in both languages, with file, line and column."""

from dataclasses import dataclass

from config.errors import InputError


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong and what to write instead."""

    file: str
    line: int | None
    """From 1; None when the whole file or folder is meant."""
    column: str | None
    """The column's name in a table, or the key's in a settings file."""
    en: str
    id: str

    @property
    def where(self) -> str:
        """``candidates.csv:3 (photo)``."""
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}{f' ({self.column})' if self.column else ''}"


class SourceFaults(InputError):
    """Everything that is wrong with an election's folder; nothing of it was taken."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            "\n".join(f"{fault.where}: {fault.en}" for fault in faults),
            id="\n".join(f"{fault.where}: {fault.id}" for fault in faults),
        )
        self.faults = faults


class Collector:
    """Gathers faults while reading goes on."""

    def __init__(self) -> None:
        self._faults: dict[Fault, None] = {}  # in order; a table may have many thousand

    def add(self, file: str, line: int | None, column: str | None, en: str, id: str) -> None:  # noqa: A002
        """Notes one fault; the same one twice is noted once."""
        self._faults.setdefault(Fault(file, line, column, en, id))

    @property
    def any(self) -> bool:
        """Whether something was wrong so far."""
        return bool(self._faults)

    @property
    def count(self) -> int:
        """How many were noted so far."""
        return len(self._faults)

    @property
    def noted(self) -> tuple[Fault, ...]:
        """All of them so far."""
        return tuple(self._faults)

    def raise_if_any(self) -> None:
        """Raises SourceFaults, sorted by file and line."""
        if self._faults:
            raise SourceFaults(tuple(sorted(self._faults, key=lambda fault: (fault.file, fault.line or 0))))
