"""Spoken digits as sound: the free spoken digit dataset, a folder or an archive of it."""

import io
import re
import tarfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from spicekit.errors import InputError
from spicekit.readers import content_of, reading

TEST_INDICES = 5
"""Recordings 0 … 4 of each digit and speaker are for the test, as the data set's authors ask."""
_NAME = re.compile(r"[0-9]_[^_]+_[0-9]{1,6}")
_MOST_BYTES = 1 << 24  # of a recording: minutes
_MOST_BYTES_IN_ALL = 1 << 30
_GET = (
    "expected a folder or a .tar.gz with files such as recordings/7_jackson_32.wav, from "
    "github.com/Jakobovski/free-spoken-digit-dataset"
)


@dataclass(frozen=True)
class Recordings:
    """Spoken digits, one per recording."""

    signals: tuple[np.ndarray, ...]  # each (samples,), between -1 and 1
    rate: int  # Hz
    labels: np.ndarray  # (recordings,), 0 … 9
    speakers: np.ndarray  # (recordings,), from 0
    names: tuple[str, ...]  # of the speakers
    index: np.ndarray  # (recordings,), of the recording among those of its digit and speaker
    source: str

    @property
    def test(self) -> np.ndarray:
        """Recordings for the test when speakers are in both parts, (recordings,) bool."""
        return self.index < TEST_INDICES


def spoken_digits(path: Path | None, most: int) -> Recordings:
    """Return up to `most` recordings of each digit and speaker, those with the lowest indices.

    Raises:
        InputError: nothing there, or not such recordings, or all of one speaker.
    """
    if path is None:
        raise InputError(f"spoken digits need --path: {_GET}")
    found = []
    for name, content in _files(path):
        if not _NAME.fullmatch(name):
            raise InputError(f"{path}: `{name[:80]}.wav` is not named DIGIT_SPEAKER_INDEX.wav; {_GET}")
        parts = name.split("_")
        if int(parts[2]) < most:
            found.append((int(parts[0]), parts[1], int(parts[2]), *_sound(path, name, content)))
    if not found:
        raise InputError(f"{path}: holds no recordings; {_GET}")
    found.sort(key=lambda one: one[:3])
    names = tuple(sorted({one[1] for one in found}))
    rates = {one[3] for one in found}
    if len(names) < 2 or len(rates) != 1:
        raise InputError(
            f"{path}: {len(names)} speakers at rates {sorted(rates)} Hz, expected several at one rate"
        )
    index = np.array([one[2] for one in found])
    if (index < TEST_INDICES).all():
        raise InputError(f"`--recordings` is {most}: all are for the test, expected more than {TEST_INDICES}")
    return Recordings(
        tuple(one[4] for one in found), rates.pop(), np.array([one[0] for one in found]),
        np.array([names.index(one[1]) for one in found]), names, index,
        "Free spoken digit dataset, Jackson et al. (CC BY-SA 4.0)",
    )  # fmt: skip


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Return (name without .wav, content) of every recording."""
    if path.is_dir():
        for file in sorted(path.rglob("*.wav")):
            yield file.stem, content_of(file, _MOST_BYTES)
        return
    left = _MOST_BYTES_IN_ALL
    with reading(path, f"an archive of recordings ({_GET})"), tarfile.open(path) as archive:
        for member in archive:
            if not (member.isreg() and member.name.endswith(".wav")):
                continue
            left -= member.size
            if member.size > _MOST_BYTES or left < 0:
                raise InputError(f"{path}: `{member.name[:80]}` is too large for recordings of spoken digits")
            held = archive.extractfile(member)
            if held is not None:
                yield Path(member.name).stem, held.read()


def _sound(path: Path, name: str, content: bytes) -> tuple[int, np.ndarray]:
    with reading(path, f"of sounds: `{name}.wav` is not a wav file"), warnings.catch_warnings():
        warnings.simplefilter("ignore", wavfile.WavFileWarning)  # chunks that are not sound
        rate, signal = wavfile.read(io.BytesIO(content))
    if signal.ndim != 1 or signal.dtype != np.int16 or not signal.any():
        raise InputError(f"{path}: `{name}.wav` is not one channel of 16 bits with sound in it")
    return int(rate), (signal / 2.0**15).astype(np.float32)
