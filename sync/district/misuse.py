"""Wrong use of a command, told in Indonesian and English: the command line's library speaks English only."""

import re
from pathlib import Path

import click


class Misuse(click.UsageError):
    """What a command itself finds wrong with how it was called: a whole sentence in each language."""

    def __init__(self, message: str, *, id: str) -> None:  # noqa: A002 -- as config.errors names it
        super().__init__(message)
        self.id = id


def no_folder(source: Path) -> Misuse:
    """SOURCE must be the folder of an election's source."""
    return Misuse(
        f"{source} is no folder. Name the folder of the election's source.",
        id=f"{source} bukan folder. Sebutkan folder sumber pemilihan.",
    )


_VALUE = r"(?P<value>'.*?'|\S+)"
_SENTENCES = tuple(
    (re.compile(english, re.DOTALL), indonesian)
    for english, indonesian in (
        (r"Missing argument (?P<what>.+?)\.(?P<rest> .*)?", "{what} belum disebutkan.{rest}"),
        (r"Missing option (?P<what>.+?)\.(?P<rest> .*)?", "Pilihan {what} belum disebutkan.{rest}"),
        (r"Missing command\.", "Perintahnya belum disebutkan."),
        (r"No such option (?P<what>'.*?')\.(?P<rest> .*)?", "Pilihan {what} tidak ada.{rest}"),
        (r"No such command (?P<what>'.*?')\.(?P<rest> .*)?", "Perintah {what} tidak ada.{rest}"),
        (r"Did you mean (?P<what>.+)\?", "Maksudnya {what}?"),
        (r"\(Did you mean one of: (?P<what>.+)\?\)", "(Maksudnya salah satu dari: {what}?)"),
        (r"Choose from:\s+(?P<what>.+)", "Pilih dari: {what}"),
        (r"Option (?P<what>'.*?') requires an argument\.", "Pilihan {what} memerlukan nilai sesudahnya."),
        (r"Option (?P<what>'.*?') requires (?P<n>\d+) arguments\.", "Pilihan {what} memerlukan {n} nilai sesudahnya."),
        (r"Option (?P<what>'.*?') does not take a value\.", "Pilihan {what} tidak memakai nilai."),
        (r"Got unexpected extra arguments? \((?P<what>.*)\)", "Ada yang berlebih: {what}."),
        (r"Invalid value for (?P<what>.+?): (?P<rest>.*)", "Nilai untuk {what} keliru: {rest}"),
        (r"Argument (?P<what>'.*?') takes (?P<n>\d+) values\.", "{what} memerlukan {n} nilai."),
        (r"Takes (?P<n>\d+) values but (?P<given>\d+) (?:was|were) given\.", "perlu {n} nilai, diberi {given}."),
        (r"File (?P<what>'.*?') does not exist\.", "berkas {what} tidak ada."),
        (r"Directory (?P<what>'.*?') does not exist\.", "folder {what} tidak ada."),
        (r"Path (?P<what>'.*?') does not exist\.", "{what} tidak ada."),
        (r"\w+ (?P<what>'.*?') is a file\.", "{what} adalah berkas, bukan folder."),
        (r"\w+ (?P<what>'.*?') is a directory\.", "{what} adalah folder, bukan berkas."),
        (r"\w+ (?P<what>'.*?') is not readable\.", "{what} tidak boleh dibaca."),
        (r"\w+ (?P<what>'.*?') is not writable\.", "{what} tidak boleh ditulis."),
        (rf"{_VALUE} is not a valid integer(?: range)?\.", "{value} bukan bilangan bulat."),
        (rf"{_VALUE} is not a valid float(?: range)?\.", "{value} bukan bilangan."),
        (rf"{_VALUE} is not one of (?P<what>.+)\.", "{value} tidak termasuk {what}."),
        (rf"{_VALUE} is not in the range (?P<what>.+)\.", "{value} di luar batas {what}."),
        (rf"{_VALUE} does not match the formats? (?P<what>.+)\.", "{value} tidak berbentuk {what}."),
    )
)


def told(wrong: click.UsageError) -> tuple[str, str]:
    """What was wrong, in Indonesian and in English."""
    english = " ".join(wrong.format_message().split())
    return (wrong.id if isinstance(wrong, Misuse) else indonesian(english)), english


def indonesian(english: str) -> str:
    """The library's sentence in Indonesian; one that is not known here stays as it is, which is better than none."""
    for pattern, sentence in _SENTENCES:
        found = pattern.fullmatch(english)
        if found is not None:
            parts = found.groupdict(default="")
            rest = parts.pop("rest", "")
            after = f"{rest[: len(rest) - len(rest.lstrip())]}{indonesian(rest.strip())}" if rest.strip() else ""
            return sentence.format(**parts, rest=after)
    return english
