"""A clip of the audio ballot: what is taken is the sound alone, in one form; all else is refused with what to do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clips import MAX_BYTES, RATE_HZ, WrongClip, clip_of, read_clip, read_wave
from tests.sounds import heard, tone, wav

GOOD = tone()


def with_part(name: bytes, part: bytes) -> bytes:
    """The good clip with one more part at its end, as recorders add theirs."""
    whole = GOOD + name + len(part).to_bytes(4, "little") + part
    return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]


def claiming(at: int, size: int) -> bytes:
    return GOOD[:at] + size.to_bytes(4, "little") + GOOD[at + 4 :]


def of_kind(kind: int) -> bytes:
    return GOOD[:20] + kind.to_bytes(2, "little") + GOOD[22:]


HALF_A_SAMPLE = claiming(4, len(GOOD) - 9)[:40] + (len(GOOD) - 45).to_bytes(4, "little") + GOOD[44:-1]

BAD: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "empty", "Kosong"),
    "not RIFF": (b"ID3\x04" + bytes(400), "no WAV file", "Bukan berkas WAV"),
    "RIFF of another kind": (GOOD[:8] + b"AVI " + GOOD[12:], "no WAV file", "Bukan berkas WAV"),
    "cut short": (GOOD[:-100], "cut short", "Terpotong"),
    "cut in its head": (GOOD[:30], "cut short", "Terpotong"),
    "claims 1 GB in all": (claiming(4, 1 << 30), "cut short", "Terpotong"),
    "claims 1 GB of sound": (claiming(40, 1 << 30), "cut short", "Terpotong"),
    "claims to be endless": (claiming(4, 0xFFFFFFFF), "cut short", "Terpotong"),
    "no frames": (wav(b""), "no sound at all", "Tidak berisi suara"),
    "no part with sound": (GOOD[:36] + b"junk" + GOOD[40:], "damaged", "Rusak"),
    "half a sample": (HALF_A_SAMPLE, "damaged", "Rusak"),
    "compressed": (of_kind(85), "WAV format 85", "dimampatkan"),
    "floating point": (of_kind(3), "WAV format 3", "dimampatkan"),
    "8 bit": (tone(bits=8), "8 bit", "--recorded"),
    "24 bit": (tone(bits=24), "24 bit", "--recorded"),
    "stereo": (tone(channels=2), "2 channels", "2 kanal"),
    "six channels": (tone(channels=6), "6 channels", "6 kanal"),
    "48 kHz": (tone(rate_hz=48_000), "48,000 Hz", "--recorded"),
    "too long": (tone(60.1), "lasts 60.10 seconds", "60.10 detik"),
    "too short": (tone(0.05), "lasts 0.05 seconds", "0.05 detik"),
    "too many bytes": (GOOD + bytes(MAX_BYTES), "more than 3 MB", "Lebih dari 3 MB"),
    "silent": (wav(bytes(RATE_HZ)), "silent", "Tidak bersuara"),
    "a click in silence": (wav(bytes(9000) + b"\xff\x7f" + bytes(9000)), "silent", "Tidak bersuara"),
    "too soft": (tone(loud=0.02), "too soft", "terlalu pelan"),
    "clipped": (tone(loud=1.5), "cut off", "terpotong"),
    "holds where it was recorded": (
        with_part(b"LIST", b"INFOIPLC\x08\x00\x00\x00Balecatu"),
        "more than its sound",
        "tempat",
    ),
    "something after its end": (GOOD + b"\x00\x00", "more than its sound", "bukan suara saja"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_wav_is_refused_with_a_sentence_in_both_languages(what: str) -> None:
    data, en, id_ = BAD[what]
    with pytest.raises(WrongClip) as refused:
        read_clip(data)
    assert en in refused.value.en
    assert id_ in refused.value.id


@pytest.mark.parametrize("length_s", [0.1, 0.5, 60])
@pytest.mark.parametrize("loud", [0.1, 0.9])
def test_a_clip_gives_its_samples(length_s: float, loud: float) -> None:
    clip = tone(length_s, loud=loud)
    assert read_clip(clip) == heard(clip).tobytes()
    assert clip_of(read_clip(clip)) == clip


def test_a_whole_voice_at_full_scale_is_not_called_clipped() -> None:
    """A recording that was made as loud as possible touches full scale; only flat tops are cut-off peaks."""
    assert len(read_clip(tone(loud=1.0))) == len(GOOD) - 44


def test_extensible_wavs_are_read_as_what_they_hold() -> None:
    samples = heard(GOOD).tobytes()
    form = GOOD[20:36]
    guid = bytes.fromhex("000000001000800000aa00389b71")
    longer = b"\xfe\xff" + form[2:] + b"\x16\x00\x10\x00\x04\x00\x00\x00" + b"\x01\x00" + guid
    body = (
        b"WAVEfmt "
        + len(longer).to_bytes(4, "little")
        + longer
        + b"data"
        + len(samples).to_bytes(4, "little")
        + samples
    )
    wave = read_wave(b"RIFF" + len(body).to_bytes(4, "little") + body)
    assert (wave.rate_hz, wave.channels, wave.bits, wave.frames) == (RATE_HZ, 1, 16, samples)
    assert math.isclose(wave.length_s, 0.5)
    assert not wave.bare


@given(st.binary(max_size=200), st.integers(0, 60))
def test_any_bytes_are_a_clip_or_refused(noise: bytes, at: int) -> None:
    damaged = GOOD[:at] + noise + GOOD[at + len(noise) :]
    try:
        pcm = read_clip(damaged)
    except WrongClip as refused:
        pcm = b""
        sentences = (refused.en, refused.id)
    else:
        sentences = ("", "")
    assert (clip_of(pcm) == damaged) if pcm else all(sentences)
