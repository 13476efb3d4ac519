"""Own data: an .npz with the arrays `x_test`, `y_test` and perhaps `x_train`, as Keras and many scripts name them."""

from pathlib import Path

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.data.dataset import Dataset
from spicekit.readers import names_in, read_npz

_WHAT = "a file of test data with arrays x_test and y_test"
_MOST_CLASSES = 10_000


def own_data(path: Path) -> Dataset:
    """Return the samples and labels of an own file, unscaled: `x_test` (samples, ...), `y_test` (samples,), from 0.

    Inputs are (samples, features), (samples, height, width) or (samples, height, width, channels). Networks are trained
    elsewhere: of training samples the inputs are taken, if there are any, to set thresholds again, and no labels.

    Raises:
        InputError: an array is missing, of another shape or kind, or labels are not whole numbers from 0.
    """
    arrays = read_npz(path, _WHAT, only=("x_test", "y_test", "x_train"))
    for key in ("x_test", "y_test"):
        if key not in arrays:
            found = names_in(path, _WHAT)
            said = ", ".join(f"`{name[:40]}`" for name in found[:8]) or "nothing"
            raise InputError(f"{path}: has no array `{key}`{did_you_mean(key, found)}; it holds {said}")
    inputs, labels = arrays["x_test"], arrays["y_test"]
    if inputs.dtype.kind not in "fiu" or not 2 <= inputs.ndim <= 4 or not inputs.size:
        raise InputError(
            f"{path}: `x_test` has shape {inputs.shape} and type {inputs.dtype}, expected numbers (samples, features), "
            "(samples, height, width) or (samples, height, width, channels)"
        )
    train = arrays.get("x_train", np.empty((0, *inputs.shape[1:]), np.float32))
    if train.dtype.kind not in "fiu" or train.shape[1:] != inputs.shape[1:]:
        raise InputError(
            f"{path}: `x_train` has shape {train.shape} and type {train.dtype}, expected numbers of the shape of "
            f"`x_test`, (samples, {', '.join(map(str, inputs.shape[1:]))})"
        )
    labels = _labels(path, labels, len(inputs))
    classes = tuple(str(label) for label in range(int(labels.max()) + 1))
    return Dataset(
        path.name, train.astype(np.float32), np.empty(0, np.int64), inputs.astype(np.float32), labels, classes,
        f"{len(inputs):,} test samples", f"own file {path.name}",
    )  # fmt: skip


def _labels(path: Path, labels: np.ndarray, samples: int) -> np.ndarray:
    if labels.ndim == 2 and labels.shape == (samples, 1):
        labels = labels[:, 0]
    if labels.ndim == 2 and len(labels) == samples:
        raise InputError(
            f"{path}: `y_test` has shape {labels.shape}, expected one class per sample: y_test.argmax(axis=1)"
        )
    if labels.shape != (samples,):
        raise InputError(
            f"{path}: `y_test` has shape {labels.shape}, expected ({samples},) as `x_test` has samples"
        )
    if labels.dtype.kind not in "iu":
        raise InputError(
            f"{path}: `y_test` is of type {labels.dtype}, expected whole numbers: y_test.astype(int)"
        )
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= _MOST_CLASSES:
        raise InputError(f"{path}: `y_test` runs from {low} to {high}, expected classes from 0")
    return labels.astype(np.int64)
