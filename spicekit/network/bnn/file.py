"""The file of a binarized network: `.npz`, documented in docs/networks.md, nothing executable in it."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.bnn.bits import Bits
from spicekit.network.bnn.layers import Convolution, Dense, Encode, Flatten, Layer, MaxPool, Scores, Threshold
from spicekit.network.bnn.network import Network

FORMAT = "spicekit.bnn/1"
_KINDS = ("encode", "dense", "convolution", "max_pool", "flatten", "scores")


def save_network(network: Network, path: Path) -> None:
    """Write the network; equal networks give equal arrays."""
    layers, arrays = [], {}
    for place, layer in enumerate(network.layers):
        described, own = _described(layer)
        layers.append(described)
        arrays |= {f"{place}.{key}": value for key, value in own.items()}
    header = {
        "format": FORMAT,
        "name": network.name,
        "input_shape": list(network.input_shape),
        "notes": network.notes,
        "layers": layers,
    }
    with path.open("wb") as file:
        np.savez_compressed(file, header=np.array(json.dumps(header)), **arrays)


def load_network(path: Path) -> Network:
    """Read a network.

    Raises:
        InputError: no such file, another format, an unknown layer, or arrays that do not fit.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
    except FileNotFoundError:
        raise InputError(f"{path}: no such network file") from None
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: is not a network file (.npz): {error}") from None
    try:
        header = json.loads(str(arrays["header"]))
        found = header["format"]
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{path}: has no array `header` with JSON text: it is not a network file") from None
    if found != FORMAT:
        raise InputError(f"{path}: `format` is {found!r}, expected {FORMAT!r}")
    try:
        layers = tuple(_layer(place, described, arrays) for place, described in enumerate(header["layers"]))
        return Network(header["name"], tuple(header["input_shape"]), layers, header.get("notes", ""))
    except KeyError as error:
        raise InputError(f"{path}: {error} is missing") from None
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: {error}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _described(layer: Layer) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what the header says of a layer, and its arrays."""
    if isinstance(layer, Encode):
        return {"kind": "encode"}, {"levels": layer.levels}
    if isinstance(layer, MaxPool):
        return {"kind": "max_pool", "window": list(layer.window)}, {}
    if isinstance(layer, Flatten):
        return {"kind": "flatten"}, {}
    packed = {"weights": np.packbits(layer.weights.unpack(), axis=-1)}
    described: dict[str, Any] = {"inputs": layer.weights.size}
    if isinstance(layer, Scores):
        return {"kind": "scores", **described}, {**packed, "scale": layer.scale, "offset": layer.offset}
    packed |= {"level": layer.threshold.level, "inverted": layer.threshold.inverted}
    if isinstance(layer, Dense):
        return {"kind": "dense", **described}, packed
    described |= {"kernel": list(layer.kernel), "channels": layer.channels}
    return {"kind": "convolution", **described, "stride": layer.stride, "padding": layer.padding}, packed


def _layer(place: int, described: dict[str, Any], arrays: dict[str, np.ndarray]) -> Layer:
    kind = described["kind"]
    if kind == "encode":
        return Encode(arrays[f"{place}.levels"])
    if kind == "max_pool":
        high, wide = described["window"]
        return MaxPool((high, wide))
    if kind == "flatten":
        return Flatten()
    if kind not in _KINDS:
        raise ValueError(
            f"layer {place}: unknown kind {kind!r}{did_you_mean(kind, _KINDS)}; known: {', '.join(_KINDS)}"
        )
    inputs = described["inputs"]
    packed = arrays[f"{place}.weights"]
    _fits(
        packed.ndim == 2 and packed.shape[1] == -(-inputs // 8),
        f"{place}.weights",
        packed,
        "(outputs, inputs / 8)",
    )
    weights = Bits.pack(np.unpackbits(packed, axis=-1, count=inputs).astype(bool))
    if kind == "scores":
        own = [_per_output(f"{place}.{key}", arrays, len(packed)) for key in ("scale", "offset")]
        return Scores(weights, *own)
    level, inverted = (_per_output(f"{place}.{key}", arrays, len(packed)) for key in ("level", "inverted"))
    threshold = Threshold(level, inverted.astype(bool))
    if kind == "dense":
        return Dense(weights, threshold)
    (high, wide), channels = described["kernel"], described["channels"]
    if high * wide * channels != inputs:
        raise ValueError(
            f"layer {place}: {high} x {wide} x {channels} weights per neuron do not make {inputs}"
        )
    return Convolution(weights, threshold, (high, wide), channels, described["stride"], described["padding"])


def _per_output(key: str, arrays: dict[str, np.ndarray], outputs: int) -> np.ndarray:
    _fits(arrays[key].shape == (outputs,), key, arrays[key], f"({outputs},)")
    if not np.isfinite(arrays[key]).all():
        raise ValueError(f"array `{key}` has numbers that are not finite")
    return arrays[key]


def _fits(holds: bool, key: str, array: np.ndarray, expected: str) -> None:
    if not holds:
        raise ValueError(f"array `{key}` has shape {array.shape}, expected {expected}")
