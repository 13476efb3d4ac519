"""Own features: an .npz with the arrays `x`, `y` and `group`."""

from pathlib import Path

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.bayes.task import Task
from spicekit.readers import names_in, read_npz

_MOST_CLASSES = 100


def own_task(path: Path, use: int, bins: int) -> Task:
    """Return the task in a file of arrays `x` (samples, features), `y` (samples,) from 0 and `group` (samples,).

    Raises:
        InputError: an array is missing or of another kind, or a class cannot be learned.
    """
    what = "a file of features with arrays x, y, group"
    arrays = read_npz(path, what, only=("x", "y", "group"))
    for key in ("x", "y", "group"):
        if key not in arrays:
            found = names_in(path, what)
            said = ", ".join(name[:40] for name in found[:8])
            raise InputError(
                f"{path}: has no array `{key}`{did_you_mean(key, found)}; it holds {said or 'nothing'}"
            )
    x, y, group = arrays["x"], arrays["y"], arrays["group"]
    if x.ndim != 2 or x.dtype.kind not in "fiu" or not x.size or not np.isfinite(x).all():
        raise InputError(
            f"{path}: `x` has shape {x.shape} and type {x.dtype}, expected finite numbers (samples, features)"
        )
    for key, array in (("y", y), ("group", group)):
        if array.shape != (len(x),) or array.dtype.kind not in "iu":
            raise InputError(
                f"{path}: `{key}` has shape {array.shape} and type {array.dtype}, expected {len(x)} whole numbers, "
                "one per sample"
            )
    if not 0 <= int(y.min()) <= int(y.max()) < _MOST_CLASSES or y.max() < 1:
        raise InputError(
            f"{path}: `y` runs from {y.min()} to {y.max()}, expected two to {_MOST_CLASSES} classes from 0"
        )
    names, groups = np.unique(group, return_inverse=True)
    use = min(use, x.shape[1])
    said = f"{len(x)} samples of {path.name}; {use} of {x.shape[1]} features, chosen among the other groups"
    try:
        return Task(
            path.stem, said, x.astype(float), tuple(f"x{k}" for k in range(x.shape[1])), y.astype(np.int64), groups,
            tuple(map(str, names)), "group", tuple(map(str, range(int(y.max()) + 1))), np.full(len(x), True), use, bins,
        )  # fmt: skip
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
