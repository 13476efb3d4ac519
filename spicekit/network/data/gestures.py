"""Gestures of people who wear a watch: seven exercises of the shoulder, six axes of an inertial sensor."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from spicekit.errors import InputError
from spicekit.readers import Stored, content_of, read_pickled, reading

RATE = 50.0
"""Samples per second."""
WINDOW = 200
"""Samples of one window, 4 s: one or two repetitions of an exercise."""
_MOST_BYTES = 1 << 26
_MOST_SERIES = 10_000
_AXES = ("ax", "ay", "az", "wx", "wy", "wz")
_KEYS = ("X", "y", "subject", "X_labels", "y_labels")
_GET = (
    "`pip install --no-deps seglearn`, or --path watch_dataset.npy from seglearn/data of that package (Burns et al., "
    "arXiv 1802.01489)"
)
SOURCE = "D. Burns, watch_dataset of seglearn (BSD)"


@dataclass(frozen=True)
class Gestures:
    """Features of windows; nothing in them says on which wrist the watch was, but the sign of ay."""

    features: np.ndarray  # (windows, features)
    names: tuple[str, ...]  # of the features
    labels: np.ndarray  # (windows,), from 0
    subjects: np.ndarray  # (windows,)
    classes: tuple[str, ...]
    series: int  # recordings that the windows are cut from


def gestures(path: Path | None) -> Gestures:
    """Return the features of all whole windows of the recordings, one after the other.

    Raises:
        InputError: no file and no package, or not such a file.
    """
    file = path or _of_package()
    series, labels, subjects, classes = _read(file)
    windows, of = [], []
    for number, one in enumerate(series):
        whole = len(one) // WINDOW
        windows.append(one[: whole * WINDOW].reshape(whole, WINDOW, len(_AXES)))
        of += [number] * whole
    if not of:
        raise InputError(f"{file}: no recording is as long as a window of {WINDOW} samples")
    names, features = features_of(np.concatenate(windows))
    return Gestures(features, names, labels[of], subjects[of], classes, len(series))


def features_of(windows: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Return names and values (windows, features) of windows (windows, samples, axes).

    Of each axis the size of the mean, ln of the standard deviation, and how often it passes its mean; the size of the
    correlation of each two axes; and the mean of ay itself, along the forearm, which has one sign on both wrists.
    """
    mean, spread = windows.mean(axis=1), windows.std(axis=1) + 1e-9
    apart = windows - mean[:, None]
    passes = (np.diff(np.sign(apart), axis=1) != 0).sum(axis=1)
    alike = np.einsum("wsa,wsb->wab", apart, apart) / windows.shape[1] / spread[:, :, None] / spread[:, None]
    columns: dict[str, np.ndarray] = {}
    for k, axis in enumerate(_AXES):
        columns[f"|mean {axis}|"] = np.abs(mean[:, k])
        columns[f"ln std {axis}"] = np.log(spread[:, k])
        columns[f"passes of {axis}"] = passes[:, k].astype(float)
    for k, axis in enumerate(_AXES):
        for j in range(k):
            columns[f"|correlation {_AXES[j]} {axis}|"] = np.abs(alike[:, j, k])
    columns["mean ay"] = mean[:, _AXES.index("ay")]
    return tuple(columns), np.column_stack(list(columns.values()))


def _of_package() -> Path:
    found = importlib.util.find_spec("seglearn")  # not imported: it needs packages that its data do not
    file = Path(found.origin).parent / "data" / "watch_dataset.npy" if found and found.origin else None
    if file is None or not file.is_file():
        raise InputError(f"gestures need the data of a package: {_GET}")
    return file


def _read(path: Path) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, tuple[str, ...]]:
    content = content_of(path, _MOST_BYTES)
    with reading(path, f"the recordings of seglearn ({_GET})"):
        if content[:6] != b"\x93NUMPY" or content[6] != 1:
            raise ValueError("it is no .npy file")
        stored = read_pickled(content[10 + int.from_bytes(content[8:10], "little") :])
        found = stored.single() if isinstance(stored, Stored) else None
        if not isinstance(found, dict) or not set(_KEYS) <= set(found):
            raise ValueError(f"it has not the keys {', '.join(_KEYS)}")
        if tuple(found["X_labels"]) != _AXES:
            raise ValueError(f"its axes are {str(found['X_labels'])[:60]}, expected {', '.join(_AXES)}")
        series = [_numbers(one, "X") for one in _few(found["X"])]
        labels, subjects = (_numbers(found[key], key).astype(np.int64) for key in ("y", "subject"))
        classes = tuple(str(name)[:40] for name in _few(found["y_labels"]))
    for number, one in enumerate(series):
        if one.ndim != 2 or one.shape[1] != len(_AXES) or not np.isfinite(one).all():
            raise InputError(
                f"{path}: recording {number} of `X` has shape {one.shape}, expected finite numbers (samples, 6)"
            )
    if not labels.shape == subjects.shape == (len(series),):
        raise InputError(
            f"{path}: {len(series)} recordings, but labels of shape {labels.shape} and subjects {subjects.shape}"
        )
    if len(labels) and not 0 <= labels.min() <= labels.max() < len(classes):
        raise InputError(
            f"{path}: `y` runs from {labels.min()} to {labels.max()}, expected 0 to {len(classes) - 1}"
        )
    return series, labels, subjects, classes


def _few(items: Any) -> list[Any]:
    if not isinstance(items, list) or len(items) > _MOST_SERIES:
        raise ValueError("it has no list of recordings")
    return items


def _numbers(stored: Any, key: str) -> np.ndarray:
    if not isinstance(stored, Stored):
        raise ValueError(f"its `{key}` are no array")
    found = stored.array()
    return found.astype(float) if found.dtype.kind == "f" else found
