"""The file of a binarized network: `.npz`, documented in docs/networks.md, nothing executable in it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pydantic

from spicekit.errors import InputError, did_you_mean
from spicekit.network.bnn.bits import Bits
from spicekit.network.bnn.header import FORMAT, KINDS, Described, Header, first_error
from spicekit.network.bnn.layers import Convolution, Dense, Encode, Flatten, Layer, MaxPool, Scores, Threshold
from spicekit.network.bnn.network import Network, Reference
from spicekit.readers import parse_json, read_npz, reading

_WHAT = "a network file"
_MOST_BYTES = 1 << 29


def save_network(network: Network, path: Path | str) -> None:
    """Write the network with its input range and its reference samples; equal networks give equal arrays."""
    layers, arrays = [], {}
    for place, layer in enumerate(network.layers):
        described, own = _described(layer)
        layers.append(described)
        arrays |= {f"{place}.{key}": value for key, value in own.items()}
    header: dict[str, Any] = {
        "format": FORMAT,
        "name": network.name,
        "input_shape": list(network.input_shape),
        "notes": network.notes,
        "layers": layers,
    }
    if network.input_range is not None:
        header["input_range"] = list(network.input_range)
    if network.reference is not None:
        arrays |= {"reference.inputs": network.reference.inputs, "reference.scores": network.reference.scores}
    with Path(path).open("wb") as file:
        np.savez_compressed(file, header=np.array(json.dumps(header)), **arrays)


def load_network(path: Path | str) -> Network:
    """Read a network, and check that it gives the scores of the reference samples in its file, if there are any.

    Raises:
        InputError: no such file, another format, an unknown layer, arrays that do not fit, or other scores.
    """
    path = Path(path)
    arrays = read_npz(path, _WHAT, most=_MOST_BYTES)
    header = _header(path, arrays)
    with reading(path, _WHAT):
        try:
            layers = tuple(_layer(place, one, arrays) for place, one in enumerate(header.layers))
            reference = _reference(header, arrays)
        except KeyError as error:
            raise InputError(f"{path}: array {error} is missing") from None
        except ValueError as error:
            raise InputError(f"{path}: {error}") from None
        try:
            network = Network(
                header.name, header.input_shape, layers, header.notes, header.input_range, reference
            )
            network.check_reference()
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
    return network


def _header(path: Path, arrays: dict[str, np.ndarray]) -> Header:
    found = arrays.get("header")
    if found is None or found.shape != () or found.dtype.kind != "U":
        raise InputError(f"{path}: has no array `header` with JSON text: it is not {_WHAT}")
    with reading(path, f"{_WHAT}: `header` is no JSON"):
        tree = parse_json(str(found))
    if not isinstance(tree, dict) or "format" not in tree:
        raise InputError(f"{path}: has no array `header` with JSON text: it is not {_WHAT}")
    if tree["format"] != FORMAT:
        raise InputError(f"{path}: `format` is {str(tree['format'])[:40]!r}, expected {FORMAT!r}")
    for place, layer in enumerate(tree.get("layers") or ()):
        kind = layer.get("kind") if isinstance(layer, dict) else None
        if kind is not None and kind not in KINDS:
            close = did_you_mean(str(kind), KINDS)
            raise InputError(
                f"{path}: layer {place}: unknown kind {str(kind)[:40]!r}{close}; known: {', '.join(KINDS)}"
            )
    try:
        header = Header.model_validate(tree)
    except pydantic.ValidationError as error:
        raise InputError(f"{path}: {first_error(error)}") from None
    for place, one in enumerate(header.layers):
        if missing := one.missing():
            raise InputError(f"{path}: layer {place}, `{one.kind}`: '{missing}' is missing")
    return header


def _reference(header: Header, arrays: dict[str, np.ndarray]) -> Reference | None:
    if not {"reference.inputs", "reference.scores"} & arrays.keys():
        return None
    inputs, scores = arrays["reference.inputs"], arrays["reference.scores"]
    for key, array in (("reference.inputs", inputs), ("reference.scores", scores)):
        if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
            raise ValueError(f"array `{key}` is not of finite numbers")
    _fits(
        inputs.shape[1:] == header.input_shape,
        "reference.inputs",
        inputs,
        f"(samples, *{header.input_shape})",
    )
    _fits(scores.ndim == 2 and len(scores) == len(inputs), "reference.scores", scores, "(samples, classes)")
    return Reference(inputs, scores)


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


def _layer(place: int, described: Described, arrays: dict[str, np.ndarray]) -> Layer:
    if described.kind == "encode":
        return Encode(_rising(f"{place}.levels", arrays[f"{place}.levels"]))
    if described.kind == "max_pool":
        assert described.window is not None
        return MaxPool(described.window)
    if described.kind == "flatten":
        return Flatten()
    inputs = described.inputs
    assert inputs is not None
    packed = arrays[f"{place}.weights"]
    if packed.dtype != np.uint8:
        raise ValueError(
            f"array `{place}.weights` is of type {packed.dtype}, expected uint8, eight weights each"
        )
    _fits(
        packed.ndim == 2 and len(packed) > 0 and packed.shape[1] == -(-inputs // 8),
        f"{place}.weights",
        packed,
        f"(outputs, {-(-inputs // 8)}), as {inputs} inputs are",
    )
    weights = Bits.pack(np.unpackbits(packed, axis=-1, count=inputs).astype(bool))
    if described.kind == "scores":
        own = [_per_output(f"{place}.{key}", arrays, len(packed)) for key in ("scale", "offset")]
        return Scores(weights, *own)
    level, inverted = (_per_output(f"{place}.{key}", arrays, len(packed)) for key in ("level", "inverted"))
    threshold = Threshold(level, inverted.astype(bool))
    if described.kind == "dense":
        return Dense(weights, threshold)
    kernel, channels, padding = described.kernel, described.channels, described.padding
    assert kernel is not None
    assert channels is not None
    assert padding is not None
    high, wide = kernel
    if high * wide * channels != inputs:
        raise ValueError(
            f"layer {place}: {high} x {wide} x {channels} weights per neuron do not make {inputs}"
        )
    if padding >= max(kernel):
        raise ValueError(
            f"layer {place}: `padding` is {padding}, expected less than the kernel, {high} x {wide}"
        )
    return Convolution(weights, threshold, kernel, channels, described.stride or 1, padding)


def _rising(key: str, levels: np.ndarray) -> np.ndarray:
    _fits(levels.ndim == 1 and len(levels) > 0, key, levels, "(levels,)")
    if levels.dtype.kind not in "fiu" or not np.isfinite(levels).all():
        raise ValueError(f"array `{key}` is not of finite numbers")
    return levels.astype(float)


def _per_output(key: str, arrays: dict[str, np.ndarray], outputs: int) -> np.ndarray:
    _fits(arrays[key].shape == (outputs,), key, arrays[key], f"({outputs},)")
    if arrays[key].dtype.kind not in "biuf":
        raise ValueError(f"array `{key}` is of type {arrays[key].dtype}, expected numbers")
    wrong = np.flatnonzero(~np.isfinite(arrays[key]))
    if len(wrong):
        raise ValueError(f"array `{key}` has numbers that are not finite: {len(wrong)} of {outputs}")
    return arrays[key]


def _fits(holds: bool, key: str, array: np.ndarray, expected: str) -> None:
    if not holds:
        raise ValueError(f"array `{key}` has shape {array.shape}, expected {expected}")
