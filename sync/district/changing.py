"""What another plan would change in a workspace that has keys and packages, village by village."""

from dataclasses import dataclass, fields

from config.election import Election, Village
from config.errors import OperatorError

BY_VILLAGE = ("villages", "photos", "clips")
"""What a village brings along; all else is the same for every booth."""


@dataclass(frozen=True)
class Change:
    """Villages by code; nothing else changes."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def touched(self) -> tuple[str, ...]:
        """Villages whose booths need another package, or none any more."""
        return tuple(sorted((*self.changed, *self.added, *self.removed)))


def compare(old: Election, new: Election) -> Change:
    """Raises OperatorError for what every booth's package holds: that is another election."""
    everywhere = [
        field.name
        for field in fields(Election)
        if field.name not in BY_VILLAGE and getattr(old, field.name) != getattr(new, field.name)
    ]
    if everywhere:
        raise OperatorError(
            f"This changes every booth's package: {', '.join(everywhere)}. Put it back as it was, or make a new "
            "workspace.",
            id=f"Perubahan ini mengubah paket semua bilik: {', '.join(everywhere)}. Kembalikan seperti semula, atau "
            "buat ruang kerja baru.",
        )
    before, after = _by_code(old), _by_code(new)
    return Change(
        changed=tuple(code for code in before if code in after and before[code] != after[code]),
        added=tuple(code for code in after if code not in before),
        removed=tuple(code for code in before if code not in after),
    )


def _by_code(plan: Election) -> dict[str, Village]:
    return {village.code: village for village in plan.villages}
