"""A clip: one sentence of the audio ballot as a WAV in the one form that packages carry, read strictly.

District and booth share it. A clip is mono, 16 bit, 22,050 Hz, uncompressed, and holds its sound and nothing else:
where and when something was recorded does not travel with it.
"""

import math
import struct
from array import array
from dataclasses import dataclass

from config.errors import InputError

CANDIDATE = "candidate"
"""The catalogue's template of a candidate's clip, with ``{number}`` and ``{name}``."""

RATE_HZ = 22_050
BITS = 16
MIN_S, MAX_S = 0.1, 60
MAX_BYTES = 3_000_000
FULL = 32_767
"""The largest value of a sample."""
LEAST_LEVEL = 1_000
"""Of the loudest tenth of a second, root mean square: 30 dB below full. Speech at an even level has five times that."""
MOST_AT_FULL = 0.005
"""Share of samples at full scale; more of them is speech whose peaks were cut off, which is hard to follow."""

_AT_FULL = (FULL, -FULL, -FULL - 1)
_AT_FULL_BYTES = [value.to_bytes(2, "little", signed=True) for value in _AT_FULL]
_PCM, _EXTENSIBLE = 1, 0xFFFE
_PCM_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
"""What stands after the format's number in WAVE_FORMAT_EXTENSIBLE."""
_HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")
_RATES_HZ = range(8_000, 192_001)
_RECORD = ("Record or save it as uncompressed WAV (PCM).", "Rekam atau simpan sebagai WAV tanpa kompresi (PCM).")
_AGAIN = ("Copy or record it again.", "Salin atau rekam ulang.")


class WrongClip(InputError):
    """What is wrong with a sound, and what to do; whoever knows the file's name puts it before."""


@dataclass(frozen=True)
class Wave:
    """An uncompressed WAV of any make."""

    rate_hz: int
    channels: int
    bits: int
    frames: bytes
    """One sample of each channel after another, little endian; of 8 bits without sign, else with one."""
    bare: bool
    """Whether the file held nothing else."""

    @property
    def length_s(self) -> float:
        """How long it sounds."""
        return len(self.frames) / (self.rate_hz * self.channels * self.bits // 8)


def candidate_clip(number: int) -> str:
    """The name of the clip of a village's candidate."""
    return f"{CANDIDATE}.{number}"


def names_candidate(clip: str) -> bool:
    """Whether a clip of that name is a candidate's."""
    return clip.startswith(f"{CANDIDATE}.")


def clip_of(pcm: bytes) -> bytes:
    """The WAV of samples that are mono, 16 bit, 22,050 Hz; the same bytes for the same samples."""
    width = BITS // 8
    head = _HEAD.pack(
        b"RIFF", _HEAD.size - 8 + len(pcm), b"WAVE", b"fmt ", 16, _PCM, 1, RATE_HZ, RATE_HZ * width, width, BITS,
        b"data", len(pcm),
    )  # fmt: skip
    return head + pcm


def read_clip(data: bytes) -> bytes:
    """The samples (mono, 16 bit, 22,050 Hz, little endian) of a clip; raises WrongClip with one sentence or two."""
    if len(data) > MAX_BYTES:
        raise WrongClip(
            f"It has more than {MAX_BYTES // 10**6} MB. Record a shorter one, of {MAX_S} seconds at most.",
            id=f"Lebih dari {MAX_BYTES // 10**6} MB. Rekam yang lebih pendek, paling lama {MAX_S} detik.",
        )
    wave = read_wave(data)
    if (wave.rate_hz, wave.channels, wave.bits) != (RATE_HZ, 1, BITS):
        raise WrongClip(
            f"It has {_form(wave, 'channels')}, and a clip {RATE_HZ:,} Hz, 1 channel, {BITS} bit. Take it with "
            "bilik-district audio SOURCE --recorded FOLDER, which converts it.",
            id=f"Isinya {_form(wave, 'kanal')}, sedangkan klip {RATE_HZ:,} Hz, 1 kanal, {BITS} bit. Ambil dengan "
            "bilik-district audio SOURCE --recorded FOLDER, yang mengubahnya.",
        )
    check_sound(wave.frames)
    if not wave.bare:
        raise WrongClip(
            "It holds more than its sound, perhaps where or when it was recorded. Take it with bilik-district audio "
            "SOURCE --recorded FOLDER, which leaves that out.",
            id="Isinya bukan suara saja, mungkin juga tempat atau waktu rekaman. Ambil dengan bilik-district audio "
            "SOURCE --recorded FOLDER, yang membuangnya.",
        )
    return wave.frames


def check_sound(pcm: bytes) -> None:
    """Raises WrongClip for samples (mono, 16 bit, 22,050 Hz) that nobody could listen to."""
    samples = array("h", pcm)  # every machine that this runs on is little-endian, as WAV is
    check_length(len(samples) / RATE_HZ)
    step = RATE_HZ // 10
    windows = (samples[at : at + step] for at in range(0, len(samples) - step + 1, step))
    if not any(math.hypot(*window) >= LEAST_LEVEL * step**0.5 for window in windows):
        raise WrongClip(
            "It is silent or too soft to be heard. Record it closer to the microphone.",
            id="Tidak bersuara atau terlalu pelan. Rekam lebih dekat ke mikrofon.",
        )
    # Bytes are counted much faster than samples, and never fewer of them than samples at full scale.
    most = MOST_AT_FULL * len(samples)
    if sum(map(pcm.count, _AT_FULL_BYTES)) > most and sum(map(samples.count, _AT_FULL)) > most:
        raise WrongClip(
            "It is too loud: its peaks are cut off. Record it softer, or farther from the microphone.",
            id="Terlalu keras: puncak suaranya terpotong. Rekam lebih pelan, atau lebih jauh dari mikrofon.",
        )


def check_length(length_s: float) -> None:
    """Raises WrongClip for what is too short or too long."""
    if not MIN_S <= length_s <= MAX_S:
        raise WrongClip(
            f"It lasts {length_s:.2f} seconds; {MIN_S} to {MAX_S} are allowed. Record it again.",
            id=f"Lamanya {length_s:.2f} detik; yang boleh {MIN_S} sampai {MAX_S}. Rekam ulang.",
        )


def read_wave(data: bytes) -> Wave:
    """Any uncompressed WAV of one or two channels; raises WrongClip."""
    if not data:
        raise WrongClip(f"It is empty (0 bytes). {_AGAIN[0]}", id=f"Kosong (0 bita). {_AGAIN[1]}")
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise WrongClip(
            f"It is no WAV file, whatever its name says. {_RECORD[0]}",
            id=f"Bukan berkas WAV, apa pun namanya. {_RECORD[1]}",
        )
    parts = _parts(data)
    form = next((part for name, part in parts if name == b"fmt "), b"")
    sounds = [part for name, part in parts if name == b"data"]
    if len(form) < 16 or len(sounds) != 1:
        raise _damaged()
    kind, channels, rate_hz, _, block, bits = struct.unpack("<HHIIHH", form[:16])
    if kind == _EXTENSIBLE and len(form) == 40 and form[26:] == _PCM_GUID_TAIL:
        kind = int.from_bytes(form[24:26], "little")
    if kind != _PCM:
        raise WrongClip(
            f"Its sound is compressed or of another kind (WAV format {kind}). {_RECORD[0]}",
            id=f"Suaranya dimampatkan atau jenis lain (format WAV {kind}). {_RECORD[1]}",
        )
    if channels not in (1, 2) or bits not in (8, 16, 24, 32) or rate_hz not in _RATES_HZ:
        raise WrongClip(
            f"It has {channels} channels, {bits} bit, {rate_hz} Hz. Record one or two channels of 16 bit.",
            id=f"Isinya {channels} kanal, {bits} bit, {rate_hz} Hz. Rekam satu atau dua kanal 16 bit.",
        )
    if block != channels * bits // 8 or len(sounds[0]) % block:
        raise _damaged()
    if not sounds[0]:
        raise WrongClip("It holds no sound at all. Record it again.", id="Tidak berisi suara. Rekam ulang.")
    return Wave(rate_hz, channels, bits, sounds[0], bare=data == clip_of(sounds[0]))


def _parts(data: bytes) -> list[tuple[bytes, bytes]]:
    """The parts of a RIFF file, every one of them whole."""
    claimed = int.from_bytes(data[4:8], "little") + 8
    if claimed > len(data):
        raise WrongClip(
            f"It is cut short: it says that it has {claimed} bytes, and has {len(data)}. {_AGAIN[0]}",
            id=f"Terpotong: katanya {claimed} bita, isinya {len(data)}. {_AGAIN[1]}",
        )
    parts, at = [], 12
    while at + 8 <= claimed:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > claimed:
            raise WrongClip(
                f"It is cut short: a part of {size} bytes is not all there. {_AGAIN[0]}",
                id=f"Terpotong: bagian sebesar {size} bita tidak lengkap. {_AGAIN[1]}",
            )
        parts.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return parts


def _damaged() -> WrongClip:
    return WrongClip(f"It is damaged. {_AGAIN[0]}", id=f"Rusak. {_AGAIN[1]}")


def _form(wave: Wave, channels: str) -> str:
    return f"{wave.rate_hz:,} Hz, {wave.channels} {channels}, {wave.bits} bit"
