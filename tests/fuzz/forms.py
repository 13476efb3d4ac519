"""Files as trees of tables, lists and values, so that a file stays well formed while what it says does not."""

import copy
import csv
import io
import json
import pickle
import tarfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import tomlkit
from hypothesis import reject
from hypothesis import strategies as st


@dataclass(frozen=True)
class Form:
    """How the bytes of a kind of file become a tree of dict, list and values, and back, and odd values it can hold."""

    load: Callable[[bytes], Any]
    dump: Callable[[Any], bytes]
    odd: st.SearchStrategy[Any]


_NUMBERS = st.one_of(
    st.sampled_from(
        [0, -1, 2**31, 2**63 - 1, -(2**63), 0.0, -0.0, 1e300, 1e-300, 5e-324, float("nan"), float("inf")]
    ),
    st.integers(-(10**6), 10**6),
    st.floats(),
)
_TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "1 V",
            "-1 V",
            "1e9 s",
            "1e-30 s",
            "nan V",
            "1 us 2",
            "../x",
            "/",
            "x" * 3000,
            "µ",
            "a\nb",
            "${HOME}",
            "~",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),  # said as a codec it takes a second
)
_VALUES = st.one_of(_NUMBERS, _TEXTS, st.booleans())
_NESTED = st.recursive(
    _VALUES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=2)),
    max_leaves=6,
)


def _load_npz(data: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(data)) as stored:
        return dict(stored)


def _dump_npz(tree: dict[str, Any]) -> bytes:
    raw = io.BytesIO()
    np.savez_compressed(raw, **{key or "_": value for key, value in tree.items() if key != "file"})
    return raw.getvalue()


@st.composite
def _arrays(draw: st.DrawFn) -> np.ndarray:
    kind = draw(st.sampled_from(["f8", "f4", "i8", "i2", "u1", "u8", "?", "U4", "c16", "S3", "M8[D]"]))
    shape = draw(st.lists(st.sampled_from([0, 1, 2, 3, 10, 64]), max_size=4))
    filled = draw(st.sampled_from([0, 1, 200, -1, 1e30, float("nan"), float("inf")]))
    with np.errstate(all="ignore"):
        try:
            return np.full(shape, filled).astype(kind)
        except (OverflowError, ValueError):  # a date of nan
            return np.zeros(shape, kind)


def _dump_json(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def _load_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode())))


def _dump_csv(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([row if isinstance(row, list) else [row] for row in rows])
    return text.getvalue().encode("utf-8", "surrogatepass")


def _load_parquet(data: bytes) -> dict[str, list]:
    return pd.read_parquet(io.BytesIO(data)).to_dict("list")


def _dump_parquet(tree: dict[str, Any]) -> bytes:
    raw = io.BytesIO()
    most = max((len(column) for column in tree.values() if isinstance(column, list)), default=0)
    columns = {
        key: (column + [None] * most)[:most] if isinstance(column, list) else [column] * most
        for key, column in tree.items()
    }
    pd.DataFrame(columns).to_parquet(raw)
    return raw.getvalue()


def _load_tar(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isreg()}  # type: ignore[union-attr]


def _dump_tar(tree: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as archive:
        for name, content in tree.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return raw.getvalue()


def _lines(data: bytes) -> list[list[str]]:
    return [line.split(" ") for line in data.decode().split("\n")]


TOML = Form(lambda data: tomllib.loads(data.decode()), lambda tree: tomlkit.dumps(tree).encode(), _NESTED)
JSON = Form(lambda data: json.loads(data), _dump_json, _NESTED | st.none())
NPZ = Form(_load_npz, _dump_npz, _arrays())
CSV = Form(_load_csv, _dump_csv, _TEXTS | _NUMBERS.map(str))
PARQUET = Form(_load_parquet, _dump_parquet, _VALUES | st.none())
TAR = Form(_load_tar, _dump_tar, st.binary(max_size=100))
PICKLE = Form(
    lambda data: pickle.loads(data),
    lambda tree: pickle.dumps(tree, 2),
    _NESTED | _arrays() | st.binary(max_size=9),
)  # of a seed of ours
LINES = Form(  # of words: SPICE, and options
    _lines,
    lambda rows: "\n".join(
        " ".join(map(str, row)) if isinstance(row, list) else str(row) for row in rows
    ).encode("utf-8", "replace"),
    st.one_of(
        st.sampled_from(
            [
                ".include",
                ".lib",
                ".if",
                ".endif",
                ".ends",
                ".subckt",
                ".param",
                ".func",
                ".model",
                ".control",
                "+",
                "*",
                "$",
                "{a",
                "}",
                "a=",
                "='b*(1",
                "limit(1,2)",
                "agauss(1,2,3)",
                '"',
                ";",
                "`x`",
            ]
        ),
        _TEXTS,
        _NUMBERS.map(str),
    ),
)
WORDS = Form(  # of a command line, parted as the system parts them
    lambda data: data.decode().split("\0"),
    lambda words: "\0".join(str(word).replace("\0", "") for word in words).encode("utf-8", "surrogatepass"),
    _TEXTS | _NUMBERS.map(str),
)


@st.composite
def changed(draw: st.DrawFn, form: Form, seeds: list[bytes]) -> bytes:
    """Return a file of one to three changes: a value, table or list replaced, lost, doubled or under another name."""
    tree = form.load(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(tree))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        what = draw(st.sampled_from(["replace", "replace", "replace", "lose", "double", "swap", "rename"]))
        if what == "replace":
            holder[key] = draw(form.odd)
        elif what == "lose":
            del holder[key]
        elif what == "double" and isinstance(holder, list):
            holder.insert(key, holder[key])
        elif what == "rename" and isinstance(holder, dict) and isinstance(key, str):
            holder[draw(st.sampled_from([key + "x", key[:-1], key.upper()]) | _TEXTS)] = holder.pop(key)
        else:  # the value of another place of the same file
            other, there = draw(st.sampled_from(places))
            if there in other if isinstance(other, dict) else there < len(other):
                holder[key] = copy.deepcopy(other[there])
    try:
        return form.dump(tree)
    except Exception:  # what the form cannot hold, such as columns of two kinds
        reject()


def _places(tree: Any):
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _places(tree[key])
