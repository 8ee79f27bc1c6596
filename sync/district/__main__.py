"""``bilik-district``: the staff's commands."""

import io
import sys
from contextlib import suppress
from pathlib import Path

import click

from config.errors import BilikError
from config.memory import keep_out_of_cores
from sync.district import console, misuse
from sync.district.commands import (
    audio,
    cards,
    change,
    count,
    outcome,
    prepare,
    publish,
    receive,
    reconcile,
    safe,
    slips,
    sticks,
    trustee,
    verify,
    words,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="bilik", prog_name="bilik-district")
def cli() -> None:
    """Pemilihan di kabupaten: rencana, kartu, paket, impor, hasil, verifikasi.

    An election at the district: plan, cards, packages, import, results, verification.
    """


GROUPS = (
    prepare,
    change,
    sticks,
    publish,
    words,
    audio,
    cards,
    trustee,
    receive,
    count,
    outcome,
    reconcile,
    slips,
    safe,
    verify,
)

for _group in GROUPS:
    for _command in _group.COMMANDS:
        cli.add_command(_command)


def main() -> None:
    """Runs one command. Exit 0: done; 1: refused or at fault, the reason is on stderr; 2: wrong use."""
    keep_out_of_cores()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign gets a question mark
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit status of one command."""
    if not all(map(_is_text, arguments)):
        console.warn(
            "Perintah dipakai keliru: ada huruf yang bukan UTF-8. Ketik ulang di terminal UTF-8.",
            "Wrong use: something typed is no UTF-8 text. Type it again in a terminal of UTF-8.",
        )
        return 2
    try:
        outcome = cli.main(arguments, prog_name="bilik-district", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as bare:
        click.echo(bare.format_message(), err=True)
        return 2
    except click.UsageError as wrong:
        path = wrong.ctx.command_path if wrong.ctx else "bilik-district"
        indonesian, english = misuse.told(wrong)
        console.warn(
            f"Perintah dipakai keliru: {indonesian} Lihat: {path} --help", f"Wrong use: {english} See: {path} --help"
        )
        return 2
    except click.Abort:
        console.warn("Dihentikan.", "Stopped.")
        return 130
    except BilikError as error:
        console.complain(error)
        return 1
    except OSError as fault:
        where = f" {fault.filename}" if fault.filename else ""
        console.warn(
            f"Berkas atau media{where} bermasalah ({fault.strerror}). Periksa nama, izin, dan ruang kosong."
            " Lalu ulangi.",
            f"The file or medium{where} failed ({fault.strerror}). Check name, permission and space, then try again.",
        )
        return 1
    return outcome if isinstance(outcome, int) else 0


def _is_text(argument: str) -> bool:
    """Whether it can be stored and shown; the name of a file that is there may be anything."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        with suppress(OSError):  # longer than any name
            return Path(argument).exists()
        return False
    return True


if __name__ == "__main__":
    main()
