"""PyTorch modules to a network of bits: signs are packed, batch norm becomes thresholds (extra `torch`)."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from spicekit.errors import InputError
from spicekit.network.bnn.bits import Bits
from spicekit.network.bnn.layers import (
    Convolution,
    Dense,
    Encode,
    Flatten,
    Layer,
    MaxPool,
    Scores,
    Shape,
    Threshold,
)
from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear, Sign, Thermometer
from spicekit.network.bnn.network import Network, Reference

_ORDER = "Thermometer, then groups of BinaryLinear or BinaryConv2d (and MaxPool2d), BatchNorm, Sign; Flatten between"
_SKIPPED = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Identity)  # do nothing when a network is used
_MONOTONE = (nn.Hardtanh, nn.Tanh, nn.Softsign)  # before a Sign they change no sign
_REFERENCES = 16  # samples stored with their scores


def from_torch(
    model: nn.Sequential,
    name: str,
    input_shape: Shape,
    notes: str = "",
    samples: "torch.Tensor | np.ndarray | None" = None,
) -> Network:
    """Return the network of bits that computes what `model.eval()` does.

    Args:
        input_shape: of one sample, channels last: (height, width, channels), or (features,).
        samples: real inputs as `model` takes them, channels first, all of them or some hundred. Their range is kept
            with the network, and a few of them with the scores that PyTorch gives, which must be those of the bits.

    Raises:
        InputError: a layer that has no counterpart, or one out of order, or one with numbers that are not finite; names
            it. With `samples` also: other scores than PyTorch's.
    """
    if not isinstance(model, nn.Sequential):
        raise InputError(
            f"PyTorch network `{name}`: `{type(model).__name__}` is no nn.Sequential, so that the order of its layers "
            f"is not known: put its layers into one nn.Sequential (and give that); the order is: {_ORDER}"
        )
    modules = list(_flattened(model, ""))
    layers: list[Layer] = []
    shape, flattened = input_shape, None
    while modules:
        place, module = modules.pop(0)

        def refused(why: str, place: str = place, module: nn.Module = module) -> InputError:
            return InputError(
                f"PyTorch network `{name}`: `{type(module).__name__}` {place} {why}; the order is: {_ORDER}"
            )

        if isinstance(module, Thermometer):
            layer: Layer = Encode(_numbers(module.levels, refused, "levels"))
        elif isinstance(module, nn.MaxPool2d):
            layer = _pool(module, refused)
        elif isinstance(module, nn.Flatten):
            if module.start_dim != 1 or module.end_dim != -1:
                raise refused("flattens other axes than all those of one sample")
            layer, flattened = Flatten(), shape
        elif isinstance(module, BinaryLinear | BinaryConv2d):
            weights = _weights(module, flattened, refused)
            flattened = None
            pool = (
                _pool(modules.pop(0)[1], refused)
                if modules and isinstance(modules[0][1], nn.MaxPool2d)
                else None
            )
            if not modules or not isinstance(modules[0][1], nn.BatchNorm1d | nn.BatchNorm2d):
                raise refused(f"needs a BatchNorm behind it, got {_next(modules)}")
            scale, offset = _affine(*modules.pop(0), name, len(weights))
            while modules and isinstance(modules[0][1], _MONOTONE) and _sign_follows(modules):
                modules.pop(0)
            layer = _weighted(module, weights, scale, offset, last=not modules, refused=refused)
            if modules and not isinstance(modules[0][1], Sign):
                raise refused(f"needs a Sign behind its BatchNorm, got {_next(modules)}")
            del modules[:1]
            if pool is not None:
                if (
                    scale < 0
                ).any():  # the greatest sum is the greatest bit only where the slope is not negative
                    raise refused("with a MaxPool2d before its BatchNorm needs slopes of 0 or more there")
                modules.insert(0, (place, nn.MaxPool2d(pool.window)))
        else:
            raise refused("has no counterpart in bits")
        try:
            shape = layer.shape_after(shape)
        except ValueError as error:
            raise refused(str(error)) from None
        layers.append(layer)
    network = Network(name, input_shape, tuple(layers), notes)
    return network if samples is None else _with_samples(network, model, samples)


Refused = Callable[[str], InputError]
Placed = tuple[str, nn.Module]


def _flattened(model: nn.Sequential, before: str) -> Iterator[Placed]:
    """Return the modules that do something, with their places, those of inner Sequentials in turn."""
    for key, module in model.named_children():
        place = f"{before}{key}"
        if isinstance(module, nn.Sequential):
            yield from _flattened(module, f"{place}.")
        elif not isinstance(module, _SKIPPED):
            yield place, module


def _next(modules: list[Placed]) -> str:
    return f"`{type(modules[0][1]).__name__}` {modules[0][0]}" if modules else "nothing"


def _sign_follows(modules: list[Placed]) -> bool:
    """Return whether a Sign stands behind functions that change no sign; a Hardtanh must have zero inside its range."""
    for _, module in modules:
        if isinstance(module, Sign):
            return True
        if not isinstance(module, _MONOTONE):
            return False
        if isinstance(module, nn.Hardtanh) and not module.min_val < 0 < module.max_val:
            return False
    return False


def _with_samples(network: Network, model: nn.Sequential, samples: "torch.Tensor | np.ndarray") -> Network:
    """Return the network with the range of `samples`, and a few of them with the scores that PyTorch gives."""
    values = torch.as_tensor(samples).detach().cpu().float()
    expected = (network.input_shape[-1], *network.input_shape[:-1])
    if values.dim() < 2 or tuple(values.shape[1:]) != expected or not len(values):
        raise InputError(
            f"`samples` have shape {tuple(values.shape)}, expected (samples, {', '.join(map(str, expected))}): as the "
            "PyTorch network takes them"
        )
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite([low, high]).all() and low < high):
        raise InputError(f"`samples` run from {low:g} to {high:g}, expected finite numbers that differ")
    few = values[:: max(1, len(values) // _REFERENCES)][:_REFERENCES]
    with torch.no_grad():  # in single precision, whatever it was trained in: sums of bits are exact
        scores = copy.deepcopy(model).cpu().float().eval()(few).numpy()
    inputs = few.movedim(1, -1).numpy().copy()
    found = replace(network, input_range=(low, high), reference=Reference(inputs, scores))
    found.check_reference()
    return found


def _pool(module: nn.Module, refused: Refused) -> MaxPool:
    assert isinstance(module, nn.MaxPool2d)
    window, stride, padding, dilation = (
        value if isinstance(value, tuple) else (value, value)
        for value in (module.kernel_size, module.stride, module.padding, module.dilation)
    )
    if stride != window or padding != (0, 0) or dilation != (1, 1) or module.ceil_mode:
        raise refused("has windows of MaxPool2d that overlap, are padded, spread or incomplete")
    return MaxPool((int(window[0]), int(window[1])))


def _numbers(values: torch.Tensor, refused: Refused, what: str) -> np.ndarray:
    """Return them in double precision, whatever type they have; refuse any that is not finite."""
    found = values.detach().cpu().double().numpy()
    if wrong := int((~np.isfinite(found)).sum()):
        raise refused(f"has {wrong} of {found.size} {what} that are not finite: training diverged")
    return found


def _weights(module: BinaryLinear | BinaryConv2d, flattened: Shape | None, refused: Refused) -> np.ndarray:
    """Return the booleans of the weights, inputs in the order of ours: channels last."""
    ones = _numbers(module.weight, refused, "weights") >= 0
    if isinstance(module, BinaryConv2d):
        return ones.transpose(0, 2, 3, 1)
    if flattened is None or len(flattened) < 3 or ones.shape[1] != np.prod(flattened):
        return ones  # what does not fit is said later
    high, wide, channels = flattened
    return ones.reshape(-1, channels, high, wide).transpose(0, 2, 3, 1).reshape(len(ones), -1)


def _affine(place: str, norm: nn.Module, name: str, outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return scale and offset of a batch norm in use, in double precision."""
    assert isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d)

    def refused(why: str) -> InputError:
        return InputError(f"PyTorch network `{name}`: `{type(norm).__name__}` {place} {why}")

    if norm.running_mean is None or norm.running_var is None:
        raise refused(
            "keeps no running mean and variance (track_running_stats=False): thresholds are made of them"
        )
    if norm.num_features != outputs:
        raise refused(f"is for {norm.num_features} outputs, the layer before it has {outputs}")
    mean, variance = (
        _numbers(v, refused, w) for v, w in ((norm.running_mean, "means"), (norm.running_var, "variances"))
    )
    gamma = np.ones_like(mean) if norm.weight is None else _numbers(norm.weight, refused, "slopes")
    beta = np.zeros_like(mean) if norm.bias is None else _numbers(norm.bias, refused, "offsets")
    if (variance + norm.eps <= 0).any():
        raise refused("has variances that are not above zero")
    scale = gamma / np.sqrt(variance + norm.eps)
    return scale, beta - mean * scale


def _weighted(
    module: BinaryLinear | BinaryConv2d,
    weights: np.ndarray,
    scale: np.ndarray,
    offset: np.ndarray,
    last: bool,
    refused: Refused,
) -> Layer:
    bits = Bits.pack(weights.reshape(len(weights), -1))
    if last:
        return Scores(bits, scale, offset)
    threshold = _threshold(scale, offset, bits.size)
    if isinstance(module, BinaryLinear):
        return Dense(bits, threshold)
    _, high, wide, channels = weights.shape
    if module.stride[0] != module.stride[1]:
        raise refused(f"has the stride {module.stride}, expected the same in height and width")
    return Convolution(bits, threshold, (high, wide), channels, int(module.stride[0]), module.around)


def _threshold(scale: np.ndarray, offset: np.ndarray, fan_in: int) -> Threshold:
    """Return the law sum * scale + offset >= 0 as a comparison of whole numbers."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = -offset / scale  # of a slope of zero it is not used
    # falling: sum <= root is not (sum >= floor(root) + 1)
    level = np.where(scale < 0, np.floor(root) + 1, np.ceil(root))
    always = np.where(offset >= 0, -fan_in, fan_in + 1)  # without a slope the sign of the offset decides
    level = np.clip(np.where(scale == 0, always, level), -fan_in, fan_in + 1)
    return Threshold(level.astype(np.float32), scale < 0)
