"""Speech by espeak-ng, a program of its own that makes a sentence into sound while an election is prepared.

Nothing of it is at a booth. It gets each sentence through its standard input and its voice from our own table, never
through a shell, and the same sentence always gives the same bytes.
"""

import shutil
import subprocess
import tempfile
import unicodedata
from functools import cache
from pathlib import Path

from config.clips import BITS, RATE_HZ, WrongClip, check_sound, clip_of, read_clip
from config.errors import DeviceError, OperatorError
from config.sounds import Wanted

PROGRAM = "espeak-ng"
WORDS_A_MINUTE = 122
"""A booth plays faster or slower, from this."""
INDONESIAN = "id"
"""The voice for names in every language, and for languages that have none."""
BREATH_S = 0.3
"""Between what two voices say of one sentence."""
TIMEOUT_S = 60
_KNOWN = ("LATIN ", "MODIFIER LETTER ")
"""How Unicode names the letters that the Indonesian voice reads; the second are apostrophes, as in Ma’ruf."""


class Unspeakable(WrongClip):
    """A text that no voice here can read."""


class Speech:
    """The program, found once."""

    def __init__(self) -> None:
        """Raises OperatorError where it is not installed."""
        found = shutil.which(PROGRAM)
        if found is None:
            raise OperatorError(
                f"{PROGRAM} is not installed, and clips are to be made. Install it (apt-get install {PROGRAM}), or "
                "bring recordings of all clips with --recorded.",
                id=f"{PROGRAM} belum terpasang, padahal ada klip yang harus dibuat. Pasang (apt-get install "
                f"{PROGRAM}), atau bawa rekaman semua klip dengan --recorded.",
            )
        self._program = found
        self.voice = cache(self._voice)

    def _voice(self, language: str) -> str:
        """The voice that reads a language: its own, or the Indonesian one."""
        listed = self._run(f"--voices={language}").stdout.decode(errors="replace").splitlines()
        return language if len(listed) > 1 else INDONESIAN  # the first line is the table's head

    def clip(self, one: Wanted) -> bytes:
        """The clip that says it.

        A candidate's name is read by the Indonesian voice in every language: an English one would say another name.
        Raises Unspeakable for letters that the voice does not know, of which it says nothing or their names.
        """
        voice = self.voice(one.language)
        if voice == INDONESIAN:
            pcm = self._say(_readable(one.text), voice)
        else:
            parts = []
            for place, said in enumerate(one.template.split("{name}")):
                parts += [self._say(_readable(one.name), INDONESIAN)] if place else []
                parts += [self._say(said, voice)] if any(map(str.isalnum, said)) else []
            pcm = bytes(BITS // 8 * round(RATE_HZ * BREATH_S)).join(parts)
        check_sound(pcm)
        return clip_of(pcm)

    def _say(self, text: str, voice: str) -> bytes:
        # Two opening brackets would begin its own notation of sounds.
        plain = text.replace("[", " ").replace("]", " ")
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "said.wav"
            speed = str(WORDS_A_MINUTE)
            # -z: no pause after the end, for the booth makes its own between clips, recorded ones as well.
            self._run("-v", voice, "-s", speed, "-b", "1", "-z", "--stdin", "-w", str(out), text=plain)
            return read_clip(out.read_bytes())

    def _run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[bytes]:
        try:
            # Its surroundings are the same for everybody: variables of a person's own could name other voices.
            return subprocess.run(  # noqa: S603 -- found by name, with arguments of our own
                (self._program, *arguments),
                input=text.encode(),
                env={"LC_ALL": "C.UTF-8"},
                capture_output=True,
                timeout=TIMEOUT_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as fault:
            raise DeviceError(
                f"{PROGRAM} failed ({type(fault).__name__}). Install it anew with its data, then try again.",
                id=f"{PROGRAM} gagal ({type(fault).__name__}). Pasang ulang beserta datanya, lalu coba lagi.",
            ) from None


def _readable(text: str) -> str:
    """The text itself, where the Indonesian voice knows every letter of it."""
    foreign = [letter for letter in text if letter.isalpha() and not unicodedata.name(letter, "").startswith(_KNOWN)]
    if foreign:
        raise Unspeakable(
            f"No voice reads the letter {foreign[0]}. Record this clip and bring it with --recorded.",
            id=f"Tidak ada suara yang membaca huruf {foreign[0]}. Rekam klip ini dan bawa dengan --recorded.",
        )
    return text
