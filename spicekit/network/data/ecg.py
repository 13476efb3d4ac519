"""Heart beats of MIT-BIH: is a beat a premature ventricular contraction (PVC) or not?"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from spicekit.errors import InputError
from spicekit.network.data.dataset import Dataset
from spicekit.readers import read_npz

# samples at 360 Hz around the R peak: 0.76 s before, which shows how premature this beat is, 0.36 s after
_BEFORE, _AFTER = 272, 128
_EVERY = 4  # 90 Hz is enough for the shape of a beat
_RANGE = 3.0  # mV on either side of the middle, to 0 ... 1
_UNITS = 200.0  # steps per mV
_TEST_RECORDS = 4
_RATE = 360.0  # samples per second
_AROUND = 36  # samples: within 0.1 s of its R peak a beat is wide or narrow
_LOCAL = 10  # intervals that make the heart's own rhythm (de Chazal et al., IEEE Trans. Biomed. Eng. 51, 1196, 2004)

ECG_SOURCE = "MIT-BIH arrhythmia database, Moody and Mark (ODC-BY 1.0)"

_OfRecord = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def ecg_beats(path: Path | None) -> Dataset:
    """Return beats (samples, 1, 100, 1) from one lead, split by record: no patient is in both parts.

    Raises:
        InputError: no file, or not one with arrays `ecg_REC`, `r_REC` (R peaks) and `v_REC` (those that are PVC).
    """
    return _by_record(path, _beats)


def ecg_features(path: Path | None) -> Dataset:
    """Return four features of each beat, (samples, 1, 1, 4), of the same records as `ecg_beats`.

    ln of the interval before the beat, and of that after it, over the mean of the last ten; the way that the lead goes
    up and down within 0.1 s of the R peak, and its mean distance from the base line there [mV].

    Raises:
        InputError: as `ecg_beats`.
    """
    return _by_record(path, _features)


def ecg_records(path: Path | None) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return features (beats, 4) as of `ecg_features` and labels (beats,), 1 for PVC, of each record by its name.

    Raises:
        InputError: as `ecg_beats`.
    """
    return {
        record: (inputs[:, 0, 0], labels) for record, (inputs, labels) in _records(path, _features).items()
    }


def _by_record(path: Path | None, of_record: _OfRecord) -> Dataset:
    beats = _records(path, of_record)
    records = list(beats)
    # every third record: test records of few and of many PVC
    test = records[1::3][:_TEST_RECORDS]
    train = [record for record in records if record not in test]
    inputs, labels = ({record: beats[record][part] for record in records} for part in (0, 1))
    return Dataset(
        "mitbih",
        _joined(inputs, train),
        _joined(labels, train),
        _joined(inputs, test),
        _joined(labels, test),
        ("other", "PVC"),
        f"by record; test: {', '.join(test)}",
        ECG_SOURCE,
    )


def _records(path: Path | None, of_record: _OfRecord) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    if path is None:
        raise InputError(
            "`mitbih` needs --path FILE.npz with arrays ecg_REC (int16, 200 steps per mV, 360 Hz), r_REC (samples of "
            "the R peaks), v_REC (those of PVC), made from the records of physionet.org/content/mitdb"
        )
    arrays = read_npz(path, "a file of ECG records with arrays ecg_REC, r_REC, v_REC")
    records = sorted(key[4:] for key in arrays if key.startswith("ecg_"))
    for record in records:
        _check(path, record, arrays)
    beats = {
        # of 64 bits without a sign they would be real numbers in a sum with others
        record: of_record(
            arrays[f"ecg_{record}"], *(arrays[f"{kind}_{record}"].astype(np.int64) for kind in "rv")
        )
        for record in records
    }
    for record in records:
        if not len(beats[record][1]):
            raise InputError(f"{path}: record `{record}` has no beat with its whole window inside the signal")
    if len(records) <= _TEST_RECORDS:
        raise InputError(f"{path}: has {len(records)} records, expected more than {_TEST_RECORDS}")
    return beats


def _check(path: Path, record: str, arrays: dict[str, np.ndarray]) -> None:
    """Refuse a record whose arrays are of another kind, by name."""
    for kind, what in (("ecg", "numbers"), ("r", "whole numbers"), ("v", "whole numbers")):
        key = f"{kind}_{record}"
        if key not in arrays:
            raise InputError(f"{path}: has no array `{key}`; a record has ecg_REC, r_REC and v_REC")
        array = arrays[key]
        if array.ndim != 1 or array.dtype.kind not in ("fiu" if kind == "ecg" else "iu"):
            raise InputError(
                f"{path}: array `{key}` has shape {array.shape} and type {array.dtype}, expected {what} in one row"
            )
        if not np.isfinite(array).all():
            raise InputError(f"{path}: array `{key}` holds numbers that are not finite")
    peaks = arrays[f"r_{record}"]
    if len(peaks) > 1 and not (np.diff(peaks.astype(np.int64)) > 0).all():
        raise InputError(
            f"{path}: array `r_{record}` does not rise: it holds the samples of R peaks, in order"
        )


def _joined(of_records: dict[str, np.ndarray], chosen: list[str]) -> np.ndarray:
    return np.concatenate([of_records[record] for record in chosen])


def _beats(ecg: np.ndarray, peaks: np.ndarray, ventricular: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    peaks = peaks[(peaks >= _BEFORE) & (peaks < len(ecg) - _AFTER)]
    windows = ecg[peaks[:, None] + np.arange(-_BEFORE, _AFTER, _EVERY)] / _UNITS
    windows = windows - np.median(windows, axis=1, keepdims=True)  # the base line wanders
    inputs = np.clip(0.5 + windows / (2 * _RANGE), 0, 1).astype(np.float32)
    return inputs[:, None, :, None], np.isin(peaks, ventricular).astype(np.int64)


def _features(ecg: np.ndarray, peaks: np.ndarray, ventricular: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(peaks) < 3:
        return np.empty((0, 1, 1, 4)), np.empty(0, np.int64)
    interval = np.diff(peaks) / _RATE
    sums = np.concatenate([[0.0], np.cumsum(interval)])
    ends = np.arange(1, len(interval))  # beats with a beat before and one after
    local = (sums[ends] - sums[np.maximum(ends - _LOCAL, 0)]) / np.minimum(ends, _LOCAL)
    rhythm = np.log(np.column_stack([interval[:-1], interval[1:]]) / local[:, None])
    beats = peaks[1:-1]
    inside = (beats >= _BEFORE) & (beats < len(ecg) - _AFTER)
    beats, rhythm = beats[inside], rhythm[inside]
    windows = ecg[beats[:, None] + np.arange(-_BEFORE, _AFTER, _EVERY)] / _UNITS
    base = np.median(windows, axis=1, keepdims=True)
    around = windows[:, (_BEFORE - _AROUND) // _EVERY : (_BEFORE + _AROUND) // _EVERY + 1]
    width = np.column_stack([np.abs(np.diff(around)).sum(axis=1), np.abs(around - base).mean(axis=1)])
    found = np.column_stack([rhythm, width])
    return found[:, None, None, :], np.isin(beats, ventricular).astype(np.int64)
