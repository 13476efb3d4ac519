"""Images in idx files, the format of MNIST, plain or compressed by gzip."""

import math
import struct
from pathlib import Path

import numpy as np

from spicekit.errors import InputError
from spicekit.readers import content_of, reading

_UNSIGNED_BYTE = 8


def read_idx(path: Path, axes: int) -> np.ndarray:
    """Return the array of unsigned bytes in an idx file with so many axes.

    Raises:
        InputError: it is not one, or it is cut short.
    """
    raw = content_of(path)
    with reading(path, "an idx file"):
        zero, kind, found = struct.unpack_from(">HBB", raw)
        if zero or kind != _UNSIGNED_BYTE or found != axes:
            raise InputError(
                f"{path}: is not an idx file of unsigned bytes with {axes} axes (it begins with {raw[:4].hex()})"
            )
        shape = struct.unpack_from(f">{axes}I", raw, 4)
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * axes)
    if len(values) != math.prod(shape) or not len(values):
        raise InputError(f"{path}: is cut short: {len(values)} bytes, expected {math.prod(shape)}")
    return values.reshape(shape)


def read_images(folder: Path, how_to_get: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return inputs and labels for training, then for test, of a folder with the four files of MNIST.

    Raises:
        InputError: one of them is missing; `how_to_get` says where they come from.
    """
    found = []
    for part in ("train", "t10k"):
        images = read_idx(_file(folder, f"{part}-images-idx3-ubyte", how_to_get), 3)
        labels = read_idx(_file(folder, f"{part}-labels-idx1-ubyte", how_to_get), 1)
        if len(images) != len(labels):
            raise InputError(f"{folder}: {len(images)} images of `{part}`, but {len(labels)} labels")
        scaled = images[..., None].astype(np.float32)
        scaled /= 255  # in place: a copy would double the peak of memory
        found += [scaled, labels.astype(np.int64)]
    return tuple(found)  # type: ignore[return-value]


def _file(folder: Path, name: str, how_to_get: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise InputError(f"{folder}: has no file {name} or {name}.gz; {how_to_get}")
