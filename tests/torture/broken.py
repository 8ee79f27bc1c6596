"""As headless, with a mistake planted that the harness must find; BILIK_BROKEN names it."""

import os
import sys
import tempfile
from pathlib import Path

from booth.casting import Casting
from booth.store import database
from config.secret import Choice
from tests.torture import headless


def no_journal() -> None:
    """A page that was half written stays so."""
    database._SAFE = tuple(
        setting.replace("journal_mode = TRUNCATE", "journal_mode = OFF") for setting in database._SAFE
    )


def no_rollback() -> None:
    """The journal of a write that was cut is thrown away, as if the write had ended."""
    connect = database._connect

    def careless(path: Path, key):
        Path(f"{path}-journal").unlink(missing_ok=True)
        return connect(path, key)

    database._connect = careless


def choice_kept() -> None:
    """What was chosen lies in a temporary file."""
    choose = Casting.choose

    def noted(self: Casting, choice: Choice) -> None:
        name = self._package.manifest.candidates[choice.reveal() - 1].name
        (Path(tempfile.gettempdir()) / "chosen").write_text(name)
        choose(self, choice)

    Casting.choose = noted  # type: ignore[method-assign]


MISTAKES = {"no-journal": no_journal, "no-rollback": no_rollback, "choice-kept": choice_kept}

if __name__ == "__main__":
    MISTAKES[os.environ["BILIK_BROKEN"]]()
    sys.exit(headless.main())
