"""What staff see in the terminal: Indonesian first, English beside it; errors as sentences, never as tracebacks."""

import io
import json
import os
import re
import sys
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Literal

import click
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from config.errors import BilikError, OperatorError
from config.rootkey import MIN_PASSPHRASE_CHARS, Passphrase
from config.secret import Pin
from sync.district.sentences import for_staff

PASSPHRASE_VARIABLE = "BILIK_PASSPHRASE"  # noqa: S105 -- a name, no secret

FRAME = box.SIMPLE
"""Of every table: a line below its heads, and blanks between its columns, so that it can be copied into a letter."""
_LOCAL_MODES = 3
"""Place of the terminal's local modes in what termios gives."""
_LONGEST_LINE = 4096
"""Characters; a code on a slip or stub has 117 at most."""

_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)
_aside = ContextVar("aside", default=False)
_ALONE = re.compile("[\ud800-\udfff]")
"""Bytes of a file's name that are no UTF-8, as Python holds them."""


def say(id: str, en: str, style: str = "") -> None:  # noqa: A002 -- the language's own code
    """One message: the Indonesian line, and below it the English one."""
    _people().print(Text(_harmless(id), style=style))
    _people().print(Text(_harmless(f"  {en}"), style="dim"))


def warn(id: str, en: str) -> None:  # noqa: A002
    """The same on stderr, for what needs attention."""
    _err.print(Text(_harmless(id), style="bold yellow"))
    _err.print(Text(_harmless(f"  {en}"), style="dim"))


def note(id: str, en: str) -> None:  # noqa: A002
    """The same on stderr, for what is only good to know while programs read stdout."""
    _err.print(Text(_harmless(id)))
    _err.print(Text(_harmless(f"  {en}"), style="dim"))


def complain(error: BilikError) -> None:
    """An error's two sentences on stderr; faults of a folder pairwise, a line each."""
    error = for_staff(error)
    for id_, en in zip(error.id.split("\n"), error.en.split("\n"), strict=False):
        _err.print(Text(_harmless(id_), style="bold red"))
        _err.print(Text(_harmless(f"  {en}")))


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str | Text]], numbers: Sequence[int] = ()
) -> None:
    """A table; the columns whose places stand in ``numbers`` are set to the right.

    Nothing of a cell is cut: wide columns make room for the words of narrow ones, and a line ends between words.
    """
    made = Table(title=inert(title), title_justify="left", title_style="bold", box=FRAME)
    cells = [[inert(cell) for cell in (column, *(row[n] for row in rows))] for n, column in enumerate(columns)]
    whole = [any(cell.no_wrap for cell in column) for column in cells]
    room = _people().width - 3 * len(columns) - 1  # blanks of FRAME and around each cell
    for place, width in enumerate(_widths(cells, whole, room)):
        justify: Literal["left", "right"] = "right" if place in numbers else "left"
        keep = whole[place]
        made.add_column(
            cells[place][0],
            justify=justify,
            width=None if keep else width,
            min_width=width,
            no_wrap=keep,
            overflow="fold",
        )
    for row in zip(*(column[1:] for column in cells), strict=True):
        made.add_row(*row)
    _people().print(made)


def _widths(cells: Sequence[Sequence[Text]], whole: Sequence[bool], room: int) -> list[int]:
    """How wide each column is: as its cells are, but down to its longest word where there is no room for all."""
    widths = [max(cell_len(cell.plain) for cell in column) for column in cells]
    words = [max((cell_len(word) for cell in column for word in cell.plain.split()), default=0) for column in cells]
    least = [width if keep else word for width, keep, word in zip(widths, whole, words, strict=True)]
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda place: (widths[place] > least[place], widths[place]))
        if widths[widest] <= least[widest]:
            break  # a terminal that is narrower than the words: they are folded
        widths[widest] -= 1
    return widths


def plain(text: Text) -> None:
    """Text that was laid out before; its lines are not broken."""
    _people().print(text, end="")


@contextmanager
def aside() -> Iterator[None]:
    """What is said to people goes to stderr meanwhile: a program reads stdout."""
    before = _aside.set(True)
    try:
        yield
    finally:
        _aside.reset(before)


def _people() -> Console:
    return _err if _aside.get() else _out


def tell_waiting() -> None:
    """Another command holds the workspace; it may be waiting for somebody to type a passphrase."""
    note(
        "Perintah lain sedang mengubah ruang kerja ini; menunggu sampai selesai. Ctrl-C: batal.",
        "Another command is changing this workspace; waiting for its end. Ctrl-C gives up.",
    )


def machine(value: object) -> None:
    """JSON for programs, on stdout and nothing else there."""
    data(f"{_json(value, indent=2)}\n")


def data(text: str) -> None:
    """Text for programs on stdout: UTF-8, whatever the terminal's character set is."""
    whole = getattr(sys.stdout, "buffer", None)
    if whole is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    whole.write(text.encode())
    whole.flush()


def _json(value: object, indent: int | None = None) -> str:
    """As text that any terminal and file takes: a name that is no UTF-8 is escaped, and reads back as it was."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ALONE.sub(lambda byte: f"\\u{ord(byte[0]):04x}", text)


@contextmanager
def machine_list(wanted: bool) -> Iterator[Callable[[object], None]]:
    """JSON for programs, an array whose elements go out as they come; nothing at all unless it is ``wanted``."""
    number = 0

    def put(value: object) -> None:
        nonlocal number
        if not wanted:
            return
        data(f"{',' if number else ''}{_json(value)}\n")
        number += 1

    if wanted:
        data("[\n")
    try:
        yield put
    finally:
        if wanted:
            data("]\n")


def progress(what: str, *, timed: bool = False) -> Progress:
    """A bar for anything that takes longer than a second; it goes to stderr. ``timed`` adds rate and time left."""
    rate = (_Rate(), TimeRemainingColumn()) if timed else ()
    return Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        *rate,
        _Current(),
        console=_err,
        transient=True,
        disable=not _err.is_terminal,  # a file or a program gets no blank lines of it
    )


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "–/s", style="progress.data.speed")


class _Current(ProgressColumn):
    """What a bar is at, often the name of a file."""

    def render(self, task: Task) -> Text:
        return inert(task.description)


def inert(said: str | Text) -> Text:
    """One line as it stands, a Text with its style: nothing in it is markup, and nothing steers the terminal."""
    if isinstance(said, str):
        return Text(_harmless(said))
    text = said.copy()
    text.plain = _harmless(text.plain)  # one letter for one: styles stay where they are
    return text


def ask_passphrase(file: Path | None, *, new: bool = False) -> Passphrase:
    """From the file, else the environment, else the terminal (twice for a new one)."""
    if file is not None:
        return Passphrase(first_line(file))
    if PASSPHRASE_VARIABLE in os.environ:
        return Passphrase(os.environ[PASSPHRASE_VARIABLE])
    _want_terminal(
        f"Set {PASSPHRASE_VARIABLE} or give --passphrase-file.",
        f"Isi {PASSPHRASE_VARIABLE} atau beri --passphrase-file.",
    )
    hint = f" (≥ {MIN_PASSPHRASE_CHARS})" if new else ""
    typed = click.prompt(
        f"Frasa sandi kunci induk / passphrase of the root key{hint}",
        hide_input=True,
        err=True,
        confirmation_prompt="Sekali lagi / once more" if new else False,
    )
    return Passphrase(typed)


def ask_pin(file: Path | None, holder: str, *, new: bool = False) -> Pin:
    """A card's PIN, from the file or the terminal."""
    if file is not None:
        return Pin(first_line(file))
    _want_terminal("Give --pin-file.", "Beri --pin-file.")
    typed = click.prompt(
        _harmless(f"PIN {holder}"),
        hide_input=True,
        err=True,
        confirmation_prompt="Sekali lagi / once more" if new else False,
    )
    return Pin(typed)


def ring() -> None:
    """The terminal's bell: whoever scans looks at paper, not at the screen."""
    if _err.is_terminal:
        _err.bell()


@contextmanager
def hidden_lines() -> Iterator[Iterator[str]]:
    """Lines from stdin until it ends; a terminal shows nothing of what a scanner types into it."""
    if not at_terminal():
        yield _lines()
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    hidden = termios.tcgetattr(descriptor)
    hidden[_LOCAL_MODES] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSADRAIN, hidden)
    try:
        yield _lines()
    finally:
        # What was typed and not read is thrown away: the shell would show it, and keep it in its history.
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


def _lines() -> Iterator[str]:
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while line := sys.stdin.readline(_LONGEST_LINE):
        yield line.strip()


def at_terminal() -> bool:
    """Whether there is somebody who can be asked."""
    return sys.stdin.isatty()


def typed(word: str, id: str, en: str) -> bool:  # noqa: A002
    """Asks for a word to be typed, for what cannot be undone; anything else is a no."""
    warn(id, en)
    answer: str = click.prompt(f"{word}?", default="", show_default=False, err=True)
    return answer.strip().upper() == word


def _harmless(line: str) -> str:
    """One line: names of files on other people's sticks, and of card holders, must not steer this terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def first_line(file: Path) -> str:
    """A secret that stands on a file's first line; raises OperatorError."""
    try:
        with file.open(encoding="utf-8") as source:
            return source.readline(1000).rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise OperatorError(
            f"{file} cannot be read. Name a text file whose first line is the secret.",
            id=f"{file} tidak terbaca. Sebutkan berkas teks yang baris pertamanya berisi rahasia itu.",
        ) from None


def _want_terminal(en: str, id: str) -> None:  # noqa: A002
    if not at_terminal():
        raise OperatorError(f"Nobody can be asked here: there is no terminal. {en}", id=f"Tidak ada terminal. {id}")
