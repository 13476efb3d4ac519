"""Binarized layers in PyTorch: hidden real weights, of which the sign is used (extra `torch`)."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional


class _SignThrough(torch.autograd.Function):
    """Sign forward, +1 at zero; backward the gradient passes where the input lies within ±1 (Hubara et al., 2016)."""

    @staticmethod
    def forward(ctx: Any, values: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(values)
        return torch.copysign(values.new_ones(()), values + 0.0)  # of -0.0 + 0.0, which is +0.0

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> torch.Tensor:
        (values,) = ctx.saved_tensors
        above = 1 + torch.finfo(values.dtype).eps  # it leaves out its ends, and ±1 belong to what passes
        return torch.ops.aten.hardtanh_backward(gradients[0], values, -above, above)


def sign(values: torch.Tensor) -> torch.Tensor:
    """Return +1 and -1, with the straight-through gradient."""
    return _SignThrough.apply(values)  # type: ignore[return-value]


class Sign(nn.Module):
    """Activation: +1 or -1."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return sign(values)


class Thermometer(nn.Module):
    """Real inputs (samples, channels, height, width) to +1 and -1, one channel for each channel and level.

    Flat inputs (samples, features) become (samples, features · levels), all levels of a feature side by side.
    """

    levels: torch.Tensor

    def __init__(self, levels: list[float]) -> None:
        super().__init__()
        self.register_buffer("levels", torch.tensor(levels, dtype=torch.float32))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        levels = self.levels.reshape(-1, *[1] * (values.dim() - 2))
        above = values[:, :, None] > levels
        return torch.where(above.flatten(1, 2), 1.0, -1.0)


class Stream(Thermometer):
    """Inputs from 0 to 1 to the means of random bits, +1 as often as the value says; for a first layer on streams.

    Without `cycles` the values themselves, in fixed point, are seen. Both hold in training; where the model is used,
    it gives one bit, +1 above a half, as the network file does that it becomes.
    """

    def __init__(self, cycles: int | None) -> None:
        super().__init__([0.5])
        self.cycles = cycles

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return super().forward(values)
        if self.cycles is None:
            return 2 * values - 1
        ones = sum((torch.rand_like(values) < values).float() for _ in range(self.cycles))
        return 2 * ones / self.cycles - 1


class _Erring:
    """Weights that are read wrong with a given rate, anew at each forward pass of the training."""

    error_rate: float = 0.0
    weight: torch.Tensor
    training: bool

    def binarized(self) -> torch.Tensor:
        values = sign(self.weight)
        if self.training and self.error_rate:
            values = torch.where(torch.rand_like(values) < self.error_rate, -values, values)
        return values


class BinaryLinear(_Erring, nn.Linear):
    """A dense layer without bias; hidden weights begin between minus `initial` and `initial`."""

    def __init__(self, inputs: int, outputs: int, initial: float = 1.0) -> None:
        super().__init__(inputs, outputs, bias=False)
        nn.init.uniform_(self.weight, -initial, initial)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return functional.linear(input, self.binarized())


class BinaryConv2d(_Erring, nn.Conv2d):
    """A convolution without bias; it pads with -1, as bits have no zero. `initial` as of `BinaryLinear`."""

    def __init__(
        self, channels: int, outputs: int, kernel: tuple[int, int], stride: int = 1, padding: int = 0,
        initial: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(channels, outputs, kernel, stride, bias=False)
        self.around = padding
        nn.init.uniform_(self.weight, -initial, initial)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        high, wide = (self.around if k > 1 else 0 for k in self.kernel_size)
        padded = functional.pad(input, (wide, wide, high, high), value=-1.0)
        return functional.conv2d(padded, self.binarized(), stride=self.stride)
