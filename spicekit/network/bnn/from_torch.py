"""PyTorch modules to a network of bits: signs are packed, batch norm becomes thresholds (extra `torch`)."""

# pyright: reportMissingImports=false, reportCallIssue=false
# (the checker runs without the extra)

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
from spicekit.network.bnn.network import Network

_ORDER = "Thermometer, then groups of BinaryLinear or BinaryConv2d (and MaxPool2d), BatchNorm, Sign; Flatten between"
_SKIPPED = (nn.Dropout, nn.Identity)  # do nothing when a network is used


def from_torch(model: nn.Sequential, name: str, input_shape: Shape, notes: str = "") -> Network:
    """Return the network of bits that computes what `model.eval()` does.

    Args:
        input_shape: of one sample, channels last: (height, width, channels).

    Raises:
        InputError: a layer that has no counterpart, or one out of order; names it.
    """

    def refused(module: nn.Module, why: str) -> InputError:
        return InputError(
            f"PyTorch network `{name}`: `{type(module).__name__}` {why}; the order is: {_ORDER}"
        )

    modules = [m for m in model if not isinstance(m, _SKIPPED)]
    layers: list[Layer] = []
    shape, flattened = input_shape, None
    while modules:
        module = modules.pop(0)
        if isinstance(module, Thermometer):
            layer: Layer = Encode(module.levels.numpy().astype(float))
        elif isinstance(module, nn.MaxPool2d):
            layer = _pool(module)
        elif isinstance(module, nn.Flatten):
            layer, flattened = Flatten(), shape
        elif isinstance(module, BinaryLinear | BinaryConv2d):
            weights = _weights(module, flattened)
            flattened = None
            pool = _pool(modules.pop(0)) if modules and isinstance(modules[0], nn.MaxPool2d) else None
            if not modules or not isinstance(modules[0], nn.BatchNorm1d | nn.BatchNorm2d):
                raise refused(module, "needs a BatchNorm behind it")
            scale, offset = _affine(modules.pop(0))
            layer = _weighted(module, weights, scale, offset, last=not modules)
            if modules and not isinstance(modules.pop(0), Sign):
                raise refused(module, "needs a Sign behind its BatchNorm")
            if pool is not None:
                if (
                    scale < 0
                ).any():  # the greatest sum is the greatest bit only where the slope is not negative
                    raise refused(
                        module, "with a MaxPool2d before its BatchNorm needs slopes of 0 or more there"
                    )
                modules.insert(0, nn.MaxPool2d(pool.window))
        else:
            raise refused(module, "has no counterpart in bits")
        try:
            shape = layer.shape_after(shape)
        except ValueError as error:
            raise refused(module, str(error)) from None
        layers.append(layer)
    return Network(name, input_shape, tuple(layers), notes)


def _pool(module: nn.MaxPool2d) -> MaxPool:
    window = module.kernel_size if isinstance(module.kernel_size, tuple) else (module.kernel_size,) * 2
    stride = module.stride if isinstance(module.stride, tuple) else (module.stride,) * 2
    if stride != window or module.padding not in (0, (0, 0)):
        raise InputError("PyTorch network: MaxPool2d windows must not overlap and not be padded")
    return MaxPool((int(window[0]), int(window[1])))


def _weights(module: BinaryLinear | BinaryConv2d, flattened: Shape | None) -> np.ndarray:
    """Return the booleans of the weights, inputs in the order of ours: channels last."""
    ones = (module.weight >= 0).detach().numpy()
    if isinstance(module, BinaryConv2d):
        return ones.transpose(0, 2, 3, 1)
    if flattened is None or len(flattened) < 3 or ones.shape[1] != np.prod(flattened):
        return ones  # what does not fit is said later
    high, wide, channels = flattened
    return ones.reshape(-1, channels, high, wide).transpose(0, 2, 3, 1).reshape(len(ones), -1)


def _affine(norm: nn.Module) -> tuple[np.ndarray, np.ndarray]:
    """Return scale and offset of a batch norm in use, in double precision."""
    assert isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    mean, variance = norm.running_mean.double(), norm.running_var.double()
    gamma = norm.weight.double() if norm.weight is not None else torch.ones_like(mean)
    beta = norm.bias.double() if norm.bias is not None else torch.zeros_like(mean)
    scale = gamma / torch.sqrt(variance + norm.eps)
    return scale.detach().numpy(), (beta - mean * scale).detach().numpy()


def _weighted(
    module: BinaryLinear | BinaryConv2d,
    weights: np.ndarray,
    scale: np.ndarray,
    offset: np.ndarray,
    last: bool,
) -> Layer:
    bits = Bits.pack(weights.reshape(len(weights), -1))
    if last:
        return Scores(bits, scale, offset)
    threshold = _threshold(scale, offset, bits.size)
    if isinstance(module, BinaryLinear):
        return Dense(bits, threshold)
    _, high, wide, channels = weights.shape
    return Convolution(bits, threshold, (high, wide), channels, int(module.stride[0]), module.around)


def _threshold(scale: np.ndarray, offset: np.ndarray, fan_in: int) -> Threshold:
    """Return the law sum * scale + offset >= 0 as a comparison of whole numbers."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.nan_to_num(-offset / scale)
    # falling: sum <= root is not (sum >= floor(root) + 1)
    level = np.where(scale < 0, np.floor(root) + 1, np.ceil(root))
    always = np.where(offset >= 0, -fan_in, fan_in + 1)  # without a slope the sign of the offset decides
    level = np.clip(np.where(scale == 0, always, level), -fan_in, fan_in + 1)
    return Threshold(level.astype(np.float32), scale < 0)
