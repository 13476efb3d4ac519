"""The layers of a binarized network: what each does to bits, and the shapes that it takes and gives.

Activations are bits in rows: (samples, features) or (samples, height, width, channels); a signal in time has height 1.
"""

from dataclasses import dataclass

import numpy as np

from spicekit.network.bnn.bits import Bits

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Encode:
    """Real inputs to bits: a thermometer code, one bit per level and value, one if the value is above the level."""

    levels: np.ndarray  # (levels,), rising

    def shape_after(self, shape: Shape) -> Shape:
        """Return the shape of the bits of one sample; levels become channels."""
        return (*shape[:-1], shape[-1] * len(self.levels))

    def ones(self, values: np.ndarray) -> np.ndarray:
        """Return booleans of real values (samples, ...), compared in their own precision."""
        above = np.empty((*values.shape, len(self.levels)), bool)
        for place, level in enumerate(self.levels.astype(np.result_type(values, np.float32))):
            np.greater(values, level, out=above[..., place])
        return above.reshape(*values.shape[:-1], -1)

    def __call__(self, values: np.ndarray) -> Bits:
        """Return the bits of real values (samples, ...)."""
        return Bits.pack(self.ones(values))


@dataclass(frozen=True)
class Threshold:
    """Sums to bits: one where the sum reaches the threshold, or does not, for inverted neurons (batch norm folded)."""

    level: np.ndarray  # (outputs,), float
    inverted: np.ndarray  # (outputs,), bool

    def __call__(self, sums: np.ndarray) -> np.ndarray:
        """Return booleans of sums (..., outputs)."""
        return (sums >= self.level) ^ self.inverted


@dataclass(frozen=True)
class _FullyConnected:
    """Every neuron sees every input."""

    weights: Bits  # (outputs, inputs)

    def shape_after(self, shape: Shape) -> Shape:
        """Return the shape of the bits of one sample.

        Raises:
            ValueError: the inputs do not fit.
        """
        _require(shape == (self.weights.size,), f"takes {self.weights.size} inputs, gets {_said(shape)}")
        return (len(self.weights.words),)

    def inputs_of(self, bits: Bits) -> Bits:
        """Return the rows that the weights meet."""
        return bits


@dataclass(frozen=True)
class Dense(_FullyConnected):
    """Every neuron sees every input and gives one bit."""

    threshold: Threshold

    def outputs_of(self, sums: np.ndarray, shape: Shape) -> Bits:  # noqa: ARG002
        """Return the bits that follow from sums (rows, outputs)."""
        return Bits.pack(self.threshold(sums))


@dataclass(frozen=True)
class Scores(_FullyConnected):
    """The last layer: sums to one score per class; the highest wins."""

    scale: np.ndarray  # (classes,)
    offset: np.ndarray  # (classes,)

    def scores(self, sums: np.ndarray) -> np.ndarray:
        """Return scores of sums (samples, classes)."""
        return sums * self.scale + self.offset


@dataclass(frozen=True)
class Convolution:
    """The same neurons at every place of an image or, with a kernel of height 1, of a signal."""

    weights: Bits  # (outputs, kernel height * kernel width * channels), in this order
    threshold: Threshold
    kernel: tuple[int, int]
    channels: int  # of the input
    stride: int = 1
    padding: int = 0  # places added on each side that the kernel extends to, all -1

    @property
    def padded(self) -> tuple[int, int]:
        """Places added above and below, left and right."""
        return tuple(self.padding if k > 1 else 0 for k in self.kernel)  # type: ignore[return-value]

    def shape_after(self, shape: Shape) -> Shape:
        """Return the shape of the bits of one sample.

        Raises:
            ValueError: the inputs do not fit.
        """
        _require(
            len(shape) == 3 and shape[2] == self.channels,
            f"takes (height, width, {self.channels}), gets {_said(shape)}",
        )
        places = tuple(
            (size + 2 * pad - k) // self.stride + 1
            for size, pad, k in zip(shape[:2], self.padded, self.kernel, strict=True)
        )
        _require(min(places) > 0, f"has a kernel of {self.kernel}, larger than its input {_said(shape)}")
        return (*places, len(self.weights.words))

    def inputs_of(self, bits: Bits) -> Bits:
        """Return one row per place, (samples * places, kernel and channels)."""
        above, beside = self.padded
        values = np.pad(bits.unpack(), ((0, 0), (above, above), (beside, beside), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(values, self.kernel, axis=(1, 2))
        windows = windows[:, :: self.stride, :: self.stride].transpose(0, 1, 2, 4, 5, 3)
        return Bits.pack(windows.reshape(-1, self.weights.size))

    def outputs_of(self, sums: np.ndarray, shape: Shape) -> Bits:
        """Return the bits (samples, *shape) that follow from sums (samples * places, outputs)."""
        return Bits.pack(self.threshold(sums).reshape(-1, *shape))


@dataclass(frozen=True)
class MaxPool:
    """The greatest of each window, which for bits is OR; windows do not overlap."""

    window: tuple[int, int]

    def shape_after(self, shape: Shape) -> Shape:
        """Return the shape of the bits of one sample; what does not fill a window is left out."""
        _require(len(shape) == 3, f"takes (height, width, channels), gets {_said(shape)}")
        places = (shape[0] // self.window[0], shape[1] // self.window[1])
        _require(min(places) > 0, f"has a window of {self.window}, larger than its input {_said(shape)}")
        return (*places, shape[2])

    def __call__(self, bits: Bits) -> Bits:
        """Return the pooled bits."""
        high, wide = self.window
        rows, columns = bits.words.shape[1] // high, bits.words.shape[2] // wide
        cut = bits.words[:, : rows * high, : columns * wide]
        parts = cut.reshape(len(cut), rows, high, columns, wide, -1)
        return Bits(np.bitwise_or.reduce(np.bitwise_or.reduce(parts, axis=4), axis=2), bits.size)


@dataclass(frozen=True)
class Flatten:
    """(height, width, channels) to one row of features."""

    def shape_after(self, shape: Shape) -> Shape:
        """Return the shape of the bits of one sample."""
        return (int(np.prod(shape)),)

    def __call__(self, bits: Bits) -> Bits:
        """Return the bits in one row per sample."""
        return Bits.pack(bits.unpack().reshape(len(bits.words), -1))


Weighted = Dense | Convolution | Scores
"""Layers whose weights stand in the memory."""
Layer = Encode | Weighted | MaxPool | Flatten


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _said(shape: Shape) -> str:
    return " x ".join(map(str, shape))
