"""Images in idx files, the format of MNIST, plain or compressed by gzip."""

import gzip
import struct
from pathlib import Path

import numpy as np

from spicekit.errors import InputError

_UNSIGNED_BYTE = 8


def read_idx(path: Path) -> np.ndarray:
    """Return the array of unsigned bytes in an idx file.

    Raises:
        InputError: it is not one, or it is cut short.
    """
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        zero, kind, axes = struct.unpack_from(">HBB", raw)
        shape = struct.unpack_from(f">{axes}I", raw, 4)
    except (OSError, EOFError, struct.error) as error:
        raise InputError(f"{path}: is not an idx file: {error}") from None
    if zero or kind != _UNSIGNED_BYTE:
        raise InputError(f"{path}: is not an idx file of unsigned bytes (it begins with {raw[:4].hex()})")
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * axes)
    if len(values) != np.prod(shape, dtype=int):
        raise InputError(f"{path}: is cut short: {len(values)} bytes, expected {np.prod(shape, dtype=int)}")
    return values.reshape(shape)


def read_images(folder: Path, how_to_get: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return inputs and labels for training, then for test, of a folder with the four files of MNIST.

    Raises:
        InputError: one of them is missing; `how_to_get` says where they come from.
    """
    found = []
    for part in ("train", "t10k"):
        images = read_idx(_file(folder, f"{part}-images-idx3-ubyte", how_to_get))
        labels = read_idx(_file(folder, f"{part}-labels-idx1-ubyte", how_to_get))
        if len(images) != len(labels):
            raise InputError(f"{folder}: {len(images)} images of `{part}`, but {len(labels)} labels")
        found += [images[..., None].astype(np.float32) / 255, labels.astype(np.int64)]
    return tuple(found)  # type: ignore[return-value]


def _file(folder: Path, name: str, how_to_get: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise InputError(f"{folder}: has no file {name} or {name}.gz; {how_to_get}")
