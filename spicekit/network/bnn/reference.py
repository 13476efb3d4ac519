"""The reference networks: what each is trained on, its shape, and how it is trained (extra `torch`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from torch import nn

from spicekit.network.bnn.augment import AS_THEY_ARE, Augment
from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear, Sign, Stream, Thermometer
from spicekit.network.data import Dataset


@dataclass(frozen=True)
class Kind:
    """What the layers of a network are made of."""

    linear: Callable[[int, int], nn.Module]
    convolution: Callable[
        [int, int, tuple[int, int], int], nn.Module
    ]  # padded: of stride 1 it keeps the size
    activation: Callable[[], nn.Module]
    coded: bool  # inputs as bits of a thermometer code, or as they are


_INITIAL = 0.1  # of hidden weights: from ±1 few of them would change sign in a short training
BINARIZED = Kind(
    lambda inputs, outputs: BinaryLinear(inputs, outputs, _INITIAL),
    lambda inputs, outputs, kernel, stride: BinaryConv2d(
        inputs, outputs, kernel, stride, padding=(kernel[1] - 1) // 2, initial=_INITIAL
    ),
    Sign,
    coded=True,
)
REAL = Kind(
    lambda inputs, outputs: nn.Linear(inputs, outputs, bias=False),
    lambda inputs, outputs, kernel, stride: nn.Conv2d(
        inputs, outputs, kernel, stride, padding=((kernel[0] - 1) // 2, (kernel[1] - 1) // 2), bias=False
    ),
    nn.ReLU,
    coded=False,
)


class Model(Protocol):
    """What builds a network for a data set; `width` scales the number of hidden neurons."""

    def __call__(self, data: Dataset, kind: Kind = BINARIZED, width: float = 1.0) -> nn.Sequential: ...


@dataclass(frozen=True)
class Reference:
    """One reference network."""

    data: str
    model: Model
    epochs: int
    learning_rate: float = 5e-3
    batch: int = 100
    augment: Augment = AS_THEY_ARE  # of training samples


@dataclass(frozen=True)
class Stage:
    """A convolution, and the window of the pool behind it; (1, 1): none."""

    filters: int
    kernel: tuple[int, int] = (3, 3)
    stride: int = 1
    pool: tuple[int, int] = (1, 1)


def dense(levels: list[float], hidden: list[int]) -> Model:
    """Return what builds a dense network with these hidden layers."""

    def build(data: Dataset, kind: Kind = BINARIZED, width: float = 1.0) -> nn.Sequential:
        layers, channels = _encode(data, levels, kind)
        high, wide, _ = data.train_inputs.shape[1:]
        layers.append(nn.Flatten())
        return nn.Sequential(*layers, *_dense(high * wide * channels, _scaled(hidden, width), data, kind))

    return build


def streamed(cycles: int | None, hidden: list[int]) -> Model:
    """Return what builds a dense network whose first layer sees streams of so many bits; None: fixed-point values."""

    def build(data: Dataset, kind: Kind = BINARIZED, width: float = 1.0) -> nn.Sequential:
        inputs = int(np.prod(data.train_inputs.shape[1:]))
        first = [Stream(cycles)] if kind.coded else []
        return nn.Sequential(*first, nn.Flatten(), *_dense(inputs, _scaled(hidden, width), data, kind))

    return build


def convolutional(levels: list[float], stages: list[Stage], hidden: list[int]) -> Model:
    """Return what builds a network of convolutions and, behind them, dense layers."""

    def build(data: Dataset, kind: Kind = BINARIZED, width: float = 1.0) -> nn.Sequential:
        layers, channels = _encode(data, levels, kind)
        high, wide, _ = data.train_inputs.shape[1:]
        for stage, outputs in zip(stages, _scaled([stage.filters for stage in stages], width), strict=True):
            layers.append(kind.convolution(channels, outputs, stage.kernel, stage.stride))
            if stage.pool != (1, 1):  # of sums: of bits it would leave most of the gradient behind
                layers.append(nn.MaxPool2d(stage.pool))
            layers += [nn.BatchNorm2d(outputs), kind.activation()]
            high, wide = (
                ((size + 2 * ((k - 1) // 2) - k) // stage.stride + 1) // window
                for size, k, window in zip((high, wide), stage.kernel, stage.pool, strict=True)
            )
            channels = outputs
        layers.append(nn.Flatten())
        return nn.Sequential(*layers, *_dense(high * wide * channels, _scaled(hidden, width), data, kind))

    return build


def pooled(filters: list[int], kernel: tuple[int, int], pool: tuple[int, int]) -> list[Stage]:
    """Return stages that are alike, each with a pool."""
    return [Stage(outputs, kernel, pool=pool) for outputs in filters]


def _encode(data: Dataset, levels: list[float], kind: Kind) -> tuple[list[nn.Module], int]:
    """Return the first layers, and the channels behind them."""
    channels = data.train_inputs.shape[3]
    return ([Thermometer(levels)], channels * len(levels)) if kind.coded else ([], channels)


def _dense(inputs: int, hidden: list[int], data: Dataset, kind: Kind) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for outputs in hidden:
        layers += [kind.linear(inputs, outputs), nn.BatchNorm1d(outputs), kind.activation()]
        inputs = outputs
    classes = len(data.classes)
    return [*layers, kind.linear(inputs, classes), nn.BatchNorm1d(classes)]


def _scaled(sizes: list[int], width: float) -> list[int]:
    return [max(1, round(width * size)) for size in sizes]


REFERENCES = {
    "digits_dense": Reference(
        "digits", dense([0.1, 0.3, 0.5, 0.7, 0.9], [512, 256]), epochs=60, augment=Augment(part=0.5)
    ),
    "mnist_dense": Reference("mnist", dense([0.2, 0.6], [512, 256]), epochs=25),
    "mnist_convolutional": Reference(
        "mnist", convolutional([0.2, 0.6], pooled([32, 64], (3, 3), (2, 2)), [256]), epochs=10
    ),
    "fashion_dense": Reference("fashion", dense([0.05, 0.2, 0.4, 0.6, 0.8], [512, 256]), epochs=10),
    "fashion_fixed_point": Reference("fashion", streamed(None, [512, 256]), epochs=8),
    "fashion_streams": Reference("fashion", streamed(4, [512, 256]), epochs=8),
    "fashion_convolutional": Reference(
        "fashion",
        convolutional(
            [0.05, 0.2, 0.4, 0.6, 0.8],
            [Stage(64, (4, 4), stride=2), Stage(128, pool=(2, 2)), Stage(256, pool=(2, 2))],
            [],
        ),
        epochs=26,
        learning_rate=4e-3,
        augment=Augment(mirror=True),
    ),
    "cifar10_convolutional": Reference(
        "cifar10",
        convolutional(
            [0.2, 0.35, 0.5, 0.65, 0.8],
            [
                Stage(96, (4, 4), stride=2),
                Stage(128, pool=(2, 2)),
                Stage(256, pool=(2, 2)),
                Stage(512, pool=(2, 2)),
            ],
            [],
        ),
        epochs=16,
        learning_rate=4e-3,
        augment=Augment(shift=4, mirror=True),
    ),
    "ecg_convolutional": Reference(
        "mitbih",
        convolutional([0.35, 0.4, 0.45, 0.48, 0.52, 0.55, 0.6, 0.7], pooled([32, 64], (1, 7), (1, 4)), [64]),
        epochs=8,
    ),
}
"""All reference networks by name; files of the trained ones stand in `weights`."""
