"""A binarized network: layers that fit each other, run on batches of samples."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from spicekit.errors import InputError
from spicekit.network.bnn.bits import Bits, sums
from spicekit.network.bnn.layers import Encode, Flatten, Layer, Scores, Shape, Weighted
from spicekit.network.bnn.trainings import Trainings

_BATCH = 1000  # samples at once, so that the windows of a convolution stay small
_ROUNDING = 1e-3  # of scores in float32, relative to the largest
Sums = Callable[[int, Bits, Bits], np.ndarray]
"""(place of the layer, input rows, weights) -> sums (rows, outputs), int32; another one than the exact may err."""


def exact(layer: int, inputs: Bits, weights: Bits) -> np.ndarray:  # noqa: ARG001
    """Return the sums that a memory without errors gives."""
    return sums(inputs, weights)


@dataclass(frozen=True)
class Reference:
    """A few samples with the scores that the network must give them, so that its file can be checked."""

    inputs: np.ndarray  # (samples, *input_shape)
    scores: np.ndarray  # (samples, classes)


@dataclass(frozen=True)
class Network:
    """Layers in order: `Encode` first, `Scores` last."""

    name: str
    input_shape: Shape  # of one sample: (features,) or (height, width, channels)
    layers: tuple[Layer, ...]
    notes: str = ""  # data, training, accuracy: where it came from
    input_range: tuple[float, float] | None = None  # lowest and highest value that it was trained on
    reference: Reference | None = None
    trainings: Trainings | None = None  # of other seeds; None: not known

    def __post_init__(self) -> None:
        """Check that the layers fit each other.

        Raises:
            InputError: they do not.
        """
        if not self.layers or not isinstance(self.layers[0], Encode):
            raise InputError(f"network `{self.name}`: its first layer must be `encode`: real inputs to bits")
        if not isinstance(self.layers[-1], Scores):
            raise InputError(f"network `{self.name}`: its last layer must be `scores`: one per class")
        for place, layer in enumerate(self.layers[1:-1], 1):
            if isinstance(layer, Encode | Scores):
                kind = type(layer).__name__.lower()
                raise InputError(
                    f"network `{self.name}`: layer {place} is `{kind}`, which may stand at an end only"
                )
        _ = self.shapes

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """Shape of one sample behind each layer."""
        found, shape = [], self.input_shape
        for place, layer in enumerate(self.layers):
            try:
                shape = layer.shape_after(shape)
            except ValueError as error:
                kind = type(layer).__name__.lower()
                raise InputError(f"network `{self.name}`: layer {place}, `{kind}`, {error}") from None
            found.append(shape)
        return tuple(found)

    @property
    def weighted(self) -> tuple[tuple[int, Weighted], ...]:
        """The layers with weights, and their places."""
        return tuple((place, layer) for place, layer in enumerate(self.layers) if isinstance(layer, Weighted))

    @property
    def weights(self) -> int:
        """Number of weights, which is the number of 2T2R cells."""
        return sum(int(np.prod(layer.weights.shape)) for _, layer in self.weighted)

    def encoded(self, values: np.ndarray) -> Bits:
        """Return the bits that the first layer with weights takes; no memory is read for them.

        Raises:
            InputError: the inputs are not (samples, *input_shape).
        """
        if values.shape[1:] != self.input_shape:
            raise InputError(
                f"network `{self.name}` takes samples of shape {self.input_shape}, got {values.shape[1:]}"
            )
        first, second, *_ = self.layers
        assert isinstance(first, Encode)
        if isinstance(second, Flatten):  # in one go, as few bits per pixel would fill few of a word
            return Bits.pack(first.ones(values).reshape(len(values), -1))
        bits = first(values)
        for layer in self.layers[1 : self.weighted[0][0]]:
            bits = layer(bits)  # type: ignore[arg-type,operator,assignment]
        return bits

    def scores_of(
        self, encoded: Bits, summed: Sums = exact, first_sums: np.ndarray | None = None
    ) -> np.ndarray:
        """Return scores (samples, classes) of bits from `encoded`.

        Args:
            first_sums: those of the first layer with weights, if it is dense and they are known: (samples, outputs).
        """
        scores = []
        for i in range(0, max(len(encoded.words), 1), _BATCH):
            known = None if first_sums is None else first_sums[i : i + _BATCH]
            scores.append(self._run(Bits(encoded.words[i : i + _BATCH], encoded.size), summed, known))
        return np.concatenate(scores)

    def scores(self, values: np.ndarray, summed: Sums = exact) -> np.ndarray:
        """Return scores (samples, classes) of real inputs (samples, *input_shape); raises as `encoded`."""
        return self.scores_of(self.encoded(values), summed)

    def classes(self, values: np.ndarray, summed: Sums = exact) -> np.ndarray:
        """Return the class (samples,) with the highest score; the first of equal ones."""
        return self.scores(values, summed).argmax(axis=1)

    def accuracy(self, values: np.ndarray, labels: np.ndarray, summed: Sums = exact) -> float:
        """Return the share of samples whose class is their label."""
        return float((self.classes(values, summed) == labels).mean())

    def check_reference(self) -> None:
        """Compare scores of the reference samples, if there are any, with those that came along.

        Raises:
            InputError: they differ by more than rounding.
        """
        if self.reference is None:
            return
        expected = self.reference.scores
        found = self.scores(self.reference.inputs)
        if found.shape != expected.shape:
            raise InputError(
                f"network `{self.name}` gives {found.shape[1]} scores, its reference has {expected.shape[1]}"
            )
        off = np.abs(found - expected).max(axis=1)
        scale = 1 + np.abs(expected).max()
        if (off > _ROUNDING * scale).any():
            worst = int(off.argmax())
            raise InputError(
                f"network `{self.name}` gives other scores than were stored: of reference sample {worst} "
                f"class {found[worst].argmax()} wins instead of {expected[worst].argmax()} (off by {off[worst]:.3g}): "
                "weights, thresholds or the layout of its inputs were changed"
            )

    def _run(self, bits: Bits, summed: Sums, first_sums: np.ndarray | None) -> np.ndarray:
        first = self.weighted[0][0]
        for place, layer in enumerate(self.layers[first:-1], first):
            if isinstance(layer, Weighted):
                known = first_sums if place == first else None
                found = summed(place, layer.inputs_of(bits), layer.weights) if known is None else known
                bits = layer.outputs_of(found, self.shapes[place])  # type: ignore[union-attr]  # not `Scores`
            else:
                bits = layer(bits)  # type: ignore[arg-type,assignment]
        last = self.layers[-1]
        assert isinstance(last, Scores)
        return last.scores(summed(len(self.layers) - 1, last.inputs_of(bits), last.weights))
