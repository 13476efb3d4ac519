"""NumPy's .npz of others: sizes are checked before memory is asked for, and nothing in it is ever run."""

import math
import zipfile
from collections.abc import Collection
from pathlib import Path

import numpy as np

from spicekit.errors import InputError
from spicekit.readers.guard import MOST_BYTES, data_size, reading

_MOST_MEMBERS = 10_000
_MOST_AXES = 8
_KINDS = {"b": "bool", "i": "integer", "u": "integer", "f": "number", "U": "text"}
_REFUSED = {
    "O": "Python objects, which could run anything: save plain numbers",
    "c": "complex numbers: save their real parts",
    "M": "dates: save plain numbers",
    "m": "times: save plain numbers",
    "S": "bytes: save plain numbers or text",
    "V": "records: save each field as an array of its own",
}
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npz(
    path: Path, what: str, only: Collection[str] | None = None, most: int = MOST_BYTES
) -> dict[str, np.ndarray]:
    """Return the arrays of an .npz file by name: booleans, whole numbers, real numbers and text.

    Args:
        only: names of the arrays to read; the others are left where they are.
        most: bytes of all arrays read, together.

    Raises:
        InputError: unreadable, not such a file, encrypted, too large, or an array of another kind; names the array.
    """
    with reading(path, f"{what} (.npz)"):
        with path.open("rb") as file:
            single = file.read(6) == b"\x93NUMPY"
        if single:
            raise InputError(f"{path}: is a single array (.npy), expected {what}: write it with numpy.savez")
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise InputError(f"{path}: holds {len(members)} arrays, expected at most {_MOST_MEMBERS}")
            chosen = {m.filename.removesuffix(".npy"): m for m in members}
            if only is not None:
                chosen = {name: member for name, member in chosen.items() if name in only}
            total = sum(member.file_size for member in chosen.values())
            if total > most:
                raise InputError(f"{path}: unpacks to {data_size(total)}, expected at most {data_size(most)}")
            return {name: _array(path, archive, member, name) for name, member in chosen.items()}


def names_in(path: Path, what: str) -> tuple[str, ...]:
    """Return the names of the arrays of an .npz file.

    Raises:
        InputError: it is none.
    """
    with reading(path, f"{what} (.npz)"), zipfile.ZipFile(path) as archive:
        return tuple(name.removesuffix(".npy") for name in archive.namelist()[:_MOST_MEMBERS])


def _array(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> np.ndarray:
    if member.flag_bits & 1:
        raise InputError(f"{path}: array `{name}` is encrypted: write the file without a password")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(f"{path}: array `{name}` is packed in a way that numpy.savez does not use")
    with reading(path, f"a whole .npz (array `{name}`)"), archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version not in _HEADERS:
            raise InputError(f"{path}: array `{name}` is of an unknown form, {version}")
        shape, by_columns, dtype = _HEADERS[version](file)
        if dtype.kind not in _KINDS or dtype.hasobject:
            held = _REFUSED.get(dtype.kind, f"values of type {dtype}")
            raise InputError(f"{path}: array `{name}` holds {held}")
        size = math.prod(shape) * dtype.itemsize
        left = member.file_size - file.tell()
        if len(shape) > _MOST_AXES or min(shape, default=0) < 0 or size != left:
            raise InputError(f"{path}: array `{name}` claims shape {_said(shape)}, but has {left} bytes")
        raw = bytearray(file.read(size))
        if len(raw) != size:
            raise InputError(f"{path}: array `{name}` is cut short")
        return np.frombuffer(raw, dtype).reshape(shape, order="F" if by_columns else "C")


def _said(shape: tuple[int, ...]) -> str:
    return str(shape) if len(shape) <= _MOST_AXES else f"of {len(shape)} axes"
