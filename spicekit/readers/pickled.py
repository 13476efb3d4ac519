"""Pickles that hold arrays of NumPy and plain values: read without making anything that they ask for.

A pickle may otherwise run anything.
"""

import io
import math
import pickle
from typing import Any

import numpy as np

_KINDS = {"u1", "i1", "i2", "i4", "i8", "f4", "f8"}


class Stored:
    """Stands in for an array, or its type, while a pickle is read: keeps what NumPy would be given, makes nothing."""

    def __init__(self, *given: Any) -> None:
        self.given = given
        self.state: Any = ()

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def array(self) -> np.ndarray:
        """Return the array; raises ValueError if it is none of plain numbers."""
        _, shape, kind, by_columns, raw = self.state
        if not isinstance(kind, Stored):
            raise ValueError("it holds an array without a type")
        code, order = _text(kind.given[0]), _text(kind.state[1])
        if code not in _KINDS or order not in ("<", ">", "|") or not isinstance(raw, bytes):
            raise ValueError(f"it holds an array of type {code[:20]}, expected plain numbers")
        sizes = tuple(shape)
        plain = all(type(n) is int and n >= 0 for n in sizes)
        if not plain or len(sizes) > 4 or math.prod(sizes) * int(code[1]) != len(raw):
            raise ValueError(f"it holds an array of shape {str(shape)[:40]} in {len(raw)} bytes")
        return np.frombuffer(raw, np.dtype(order + code)).reshape(sizes, order="F" if by_columns else "C")

    def single(self) -> Any:
        """Return the one object that an array without axes holds; raises ValueError if it holds none."""
        _, shape, kind, _, items = self.state
        objects = isinstance(kind, Stored) and _text(kind.given[0]).startswith("O")
        if not objects or tuple(shape) or not isinstance(items, list) or len(items) != 1:
            raise ValueError("it is no single object in an array")
        return items[0]


class _Plain(pickle._Unpickler):  # type: ignore[name-defined]  # in Python, as the one in C can be made to take memory
    _ARRAYS = frozenset(
        (module, name)
        for module in ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")
        for name in ("ndarray", "dtype", "_reconstruct")
    )

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._ARRAYS:
            return Stored
        if (module, name) == ("_codecs", "encode"):  # bytes, as Python 3 writes them for Python 2
            return lambda text, _="latin1": str.encode(text, "latin1")
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is no array")


def read_pickled(content: bytes, encoding: str = "ASCII") -> Any:
    """Return what a pickle holds, each array as `Stored`; to be called within `reading`, as errors are of all kinds.

    Args:
        encoding: of text that Python 2 has written; "bytes" leaves it as bytes.
    """
    return _Plain(io.BytesIO(content), encoding=encoding).load()


def _text(value: Any) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else str(value)
