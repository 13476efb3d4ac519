"""Spoken digits as sound: the free spoken digit dataset, or own recordings; a folder or an archive."""

import hashlib
import io
import re
import tarfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from spicekit.errors import InputError, did_you_mean
from spicekit.readers import content_of, reading

TEST_INDICES = 5
"""Recordings 0 … 4 of each digit and speaker are for the test, as the data set's authors ask."""
_KNOWN = {
    "george": "c710852adfaa85150c014165fc02d95b20ba63da36848557621cfcbe54fa4435",
    "jackson": "a816e441043b2b79829b3691529610d16ac698bd59c446d0139eed64aaa50f9c",
    "lucas": "093a4268f36f8147abf6155cf10260954aede5315ea8d95d552deb069ca26cda",
    "nicolas": "4ea5ef788be275888eea50d49dc7754514242d186253fd1436df2868a1f7160a",
    "theo": "ee7d63baa828748271a3500754acf772c093488a14f8f3cd28cb436d71f62851",
    "yweweler": "26d106e7b9135f193cba91b479d028023a4ba3259a1a4477b4923bc813276a9d",
}
"""SHA-256 of the test recordings of each speaker of the free spoken digit dataset, as `_source` finds them."""
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
    def chance(self) -> float:
        """Share that is right by guessing."""
        return 1 / len(np.unique(self.labels))

    @property
    def test(self) -> np.ndarray:
        """Recordings for the test when speakers are in both parts, (recordings,) bool."""
        return self.index < TEST_INDICES


def spoken_digits(path: Path | None, most: int, speakers: Sequence[str] | None = None) -> Recordings:
    """Return recordings of each digit and speaker, those with an index below `most`, of all speakers or of `speakers`.

    Raises:
        InputError: nothing there, or not such recordings, none of a speaker asked for, or all of one speaker.
    """
    if path is None:
        raise InputError(f"spoken digits need --path: {_GET}")
    found, digests, heard = [], [], set()
    for name, content in _files(path):
        if not _NAME.fullmatch(name):
            raise InputError(f"{path}: `{name[:80]}.wav` is not named DIGIT_SPEAKER_INDEX.wav; {_GET}")
        parts = name.split("_")
        heard.add(parts[1])
        if int(parts[2]) < most and (speakers is None or parts[1] in speakers):
            if int(parts[2]) < TEST_INDICES:
                digests.append((name, parts[1], hashlib.sha256(content).hexdigest()))
            found.append((int(parts[0]), parts[1], int(parts[2]), *_sound(path, name, content)))
    _asked_for(path, speakers, heard)
    if not found:
        late = f"its takes are numbered from {most} on, which `--recordings` {most} leaves out"
        raise InputError(f"{path}: {late if heard else f'holds no recordings; {_GET}'}")
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
    if not (index < TEST_INDICES).any():
        raise InputError(f"{path}: no takes numbered 0 ... {TEST_INDICES - 1}, which are for the test")
    return Recordings(
        tuple(one[4] for one in found), rates.pop(), np.array([one[0] for one in found]),
        np.array([names.index(one[1]) for one in found]), names, index,
        _source(path, digests),
    )  # fmt: skip


def _asked_for(path: Path, speakers: Sequence[str] | None, heard: set[str]) -> None:
    """Raise InputError if there is nothing of one of the `speakers`, or if they are too few."""
    for name in speakers or ():
        if name not in heard:
            said = ", ".join(sorted(heard)[:20]) or "none"
            raise InputError(
                f"{path}: no recordings of `--speakers` `{name}`{did_you_mean(name, heard)}; there are {said}"
            )
    if speakers is not None and len(speakers) < 2:
        raise InputError(f"`--speakers` is `{','.join(speakers)}`, expected two or more, parted by commas")


def _source(path: Path, digests: list[tuple[str, str, str]]) -> str:
    """Return whose recordings they are, by the SHA-256 of each speaker's test recordings."""
    by_speaker: dict[str, list[str]] = {}
    for name, speaker, digest in sorted(digests):
        by_speaker.setdefault(speaker, []).append(f"{name} {digest}")
    of = {speaker: hashlib.sha256("\n".join(one).encode()).hexdigest() for speaker, one in by_speaker.items()}
    if of and all(_KNOWN.get(speaker) == digest for speaker, digest in of.items()):
        return "Free spoken digit dataset, Jackson et al. (CC BY-SA 4.0)"
    return f"{path.name}, whose recordings are not those of the free spoken digit dataset"


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
