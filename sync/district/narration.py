"""Fills an election's ``audio/`` folder: what nobody recorded is synthesized, what a person recorded stays."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.clips import MAX_BYTES, WrongClip, read_clip
from config.errors import OperatorError
from config.faults import Collector, Fault
from config.files import make_folders, write_whole
from config.folder import Folder
from config.names import shown
from config.record import sha256
from config.sounds import (
    FOLDER,
    INDEX,
    Index,
    Origin,
    Wanted,
    check_strays,
    index_bytes,
    read_file,
    read_index,
    sounds_in,
    wanted,
)
from config.source import read_source
from sync.district import recordings
from sync.district.speech import Speech


@dataclass
class Outcome:
    """What became of each clip, by its path in ``audio/``."""

    made: list[str] = field(default_factory=list)
    """Synthesized now."""
    kept: list[str] = field(default_factory=list)
    """Synthesized earlier, and still right."""
    taken: list[str] = field(default_factory=list)
    """Brought as recordings now."""
    recorded: list[str] = field(default_factory=list)
    """Recordings that lay there."""
    removed: list[str] = field(default_factory=list)
    """Synthesized earlier, and asked for no more."""
    drafts: list[str] = field(default_factory=list)
    """Of those that are synthesized: read by a voice of another language."""
    lacking: list[Fault] = field(default_factory=list)
    """What a person must do before the election can be made."""


Told = Callable[[int, int], None]
"""Hears how many clips of how many were looked at."""


def make_clips(source: Path, recorded: Path | None, told: Told) -> Outcome:
    """Makes, takes and checks all clips of an election's folder.

    Raises SourceFaults when the plan, the catalogue or a recording that was brought is at fault (then nothing has
    changed), OperatorError when something must be synthesized and cannot.
    """
    election = read_source(source, audio=False).election
    candidates = {
        village.code: {candidate.number: candidate.name for candidate in village.candidates}
        for village in election.villages
    }
    faults = Collector()
    clips = wanted(Folder(source), election.settings.languages, candidates, faults)
    brought = dict(_recordings(recorded, clips, faults)) if recorded is not None else {}
    faults.raise_if_any()
    return _Narration(source / FOLDER, clips, brought, read_index(source)).run(told)


def _recordings(folder: Path, clips: list[Wanted], faults: Collector) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        raise OperatorError(
            f"{folder} is no folder. Name the folder that holds LANGUAGE/CLIP.wav.",
            id=f"{folder} bukan folder. Sebutkan folder yang berisi BAHASA/KLIP.wav.",
        )
    there = dict(sounds_in(folder))
    check_strays(folder.name, there, clips, faults)
    for one in clips:
        if one.path in there:
            try:
                yield one.path, recordings.converted(read_file(there[one.path], recordings.MAX_BYTES))
            except WrongClip as wrong:
                faults.add(f"{folder.name}/{one.path}", None, None, wrong.en, wrong.id)


class _Narration:
    """One run: decides everything, then changes the folder in an order in which it may be killed at any time."""

    def __init__(self, folder: Path, clips: list[Wanted], brought: Mapping[str, bytes], index: Index) -> None:
        self._folder = folder
        self._clips = clips
        self._brought = brought
        self._index = index
        self._origins: dict[str, Origin] = {}
        self._write: dict[str, bytes] = {}
        self._outcome = Outcome()
        self._speech: Speech | None = None

    def run(self, told: Told) -> Outcome:
        for done, one in enumerate(self._clips):
            told(done, len(self._clips))
            try:
                self._decide(one)
            except WrongClip as wrong:
                self._remember(one.path)
                self._outcome.lacking.append(Fault(one.where, None, None, wrong.en, wrong.id))
        self._strays()
        self._change()
        return self._outcome

    def _decide(self, one: Wanted) -> None:
        data = self._there(one.path)
        origin = self._index.clips.get(one.path)
        recording = self._brought.get(one.path)
        # A copy of audio/ in which some clips were recorded anew: the others are no recordings by that.
        if recording is not None and not (origin and origin.voice and origin.sha256 == sha256(recording)):
            self._put(one, recording, "")
            self._outcome.taken.append(one.path)
            return
        if data is not None and (origin is None or origin.sha256 != sha256(data)):
            read_clip(data)  # a person put it there since, as the text stands now
            self._origins[one.path] = Origin(text=one.text, sha256=sha256(data), voice="")
            self._outcome.recorded.append(one.path)
        elif data is not None and origin is not None and not origin.voice:
            self._remember(one.path)
            self._still_right(one, origin)
            self._outcome.recorded.append(one.path)
        elif data is not None and origin is not None and origin.text == one.text:
            self._remember(one.path)
            self._outcome.kept.append(one.path)
            self._draft(one, origin.voice)
        else:
            speech = self._speech = self._speech or Speech()
            self._put(one, speech.clip(one), speech.voice(one.language))
            self._outcome.made.append(one.path)
            self._draft(one, self._origins[one.path].voice)

    def _there(self, path: str) -> bytes | None:
        file = self._folder / path
        return read_file(file, MAX_BYTES) if file.is_symlink() or file.exists() else None

    def _put(self, one: Wanted, data: bytes, voice: str) -> None:
        self._write[one.path] = data
        self._origins[one.path] = Origin(text=one.text, sha256=sha256(data), voice=voice)

    def _draft(self, one: Wanted, voice: str) -> None:
        if voice != one.language:
            self._outcome.drafts.append(one.path)

    def _still_right(self, one: Wanted, origin: Origin) -> None:
        if origin.text != one.text:
            raise WrongClip(
                f"It was recorded as {shown(origin.text)} and must say {shown(one.text)}. Record it again and bring it "
                "with --recorded, or delete it: then it is synthesized.",
                id=f"Rekaman ini berbunyi {shown(origin.text)}, seharusnya {shown(one.text)}. Rekam ulang dan bawa "
                "dengan --recorded, atau hapus: nanti dibuatkan.",
            )

    def _remember(self, path: str) -> None:
        """What stays must stay known: an old clip that nobody knows would count as a person's new recording."""
        if path in self._index.clips:
            self._origins[path] = self._index.clips[path]

    def _strays(self) -> None:
        """What we made ourselves and nobody asks for any more goes; anything else is for a person to take out."""
        there = dict(sounds_in(self._folder))
        asked_for = {one.path for one in self._clips}
        for path in sorted(self._index.clips.keys() & there.keys() - asked_for):
            origin = self._index.clips[path]
            with contextlib.suppress(WrongClip):
                if origin.voice and sha256(self._there(path) or b"") == origin.sha256:
                    self._outcome.removed.append(path)
                    del there[path]
                    continue
            self._remember(path)
        faults = Collector()
        check_strays(FOLDER, there, self._clips, faults)
        self._outcome.lacking += faults.noted

    def _change(self) -> None:
        """Old clips go, the index comes, new clips come: killed in between, one is missing, none of unknown text."""
        for path in (*self._write, *self._outcome.removed):
            (self._folder / path).unlink(missing_ok=True)
        for path in self._outcome.removed:
            with contextlib.suppress(OSError):
                (self._folder / path).parent.rmdir()
        self._folder.mkdir(exist_ok=True)
        write_whole(self._folder / INDEX, index_bytes(self._origins))
        for path, data in self._write.items():
            write_whole(make_folders(self._folder, path.rpartition("/")[0]) / path.rpartition("/")[2], data)
