"""The reference networks: what each is trained on, its shape, and how it is trained (extra `torch`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from torch import nn

from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear, Sign, Stream, Thermometer
from spicekit.network.data import Dataset


@dataclass(frozen=True)
class Kind:
    """What the layers of a network are made of."""

    linear: Callable[[int, int], nn.Module]
    convolution: Callable[[int, int, tuple[int, int]], nn.Module]  # pads so that the size stays
    activation: Callable[[], nn.Module]
    coded: bool  # inputs as bits of a thermometer code, or as they are


BINARIZED = Kind(
    BinaryLinear,
    lambda inputs, outputs, kernel: BinaryConv2d(inputs, outputs, kernel, padding=kernel[1] // 2),
    Sign,
    coded=True,
)
REAL = Kind(
    lambda inputs, outputs: nn.Linear(inputs, outputs, bias=False),
    lambda inputs, outputs, kernel: nn.Conv2d(
        inputs, outputs, kernel, padding=(kernel[0] // 2, kernel[1] // 2), bias=False
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


def convolutional(
    levels: list[float], filters: list[int], hidden: int, kernel: tuple[int, int], pool: tuple[int, int]
) -> Model:
    """Return what builds a network of convolutions, each with a pool behind it, and one dense layer."""

    def build(data: Dataset, kind: Kind = BINARIZED, width: float = 1.0) -> nn.Sequential:
        layers, channels = _encode(data, levels, kind)
        high, wide, _ = data.train_inputs.shape[1:]
        for outputs in _scaled(filters, width):
            layers += [
                kind.convolution(channels, outputs, kernel),
                nn.MaxPool2d(pool),  # of sums: of bits it would leave most of the gradient behind
                nn.BatchNorm2d(outputs),
                kind.activation(),
            ]
            high, wide, channels = high // pool[0], wide // pool[1], outputs
        layers.append(nn.Flatten())
        return nn.Sequential(*layers, *_dense(high * wide * channels, _scaled([hidden], width), data, kind))

    return build


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
        "digits", dense([0.1, 0.3, 0.5, 0.7, 0.9], [256, 128]), epochs=120, learning_rate=2e-2
    ),
    "mnist_dense": Reference("mnist", dense([0.2, 0.6], [512, 256]), epochs=25),
    "mnist_convolutional": Reference(
        "mnist", convolutional([0.2, 0.6], [32, 64], 256, (3, 3), (2, 2)), epochs=10
    ),
    "fashion_dense": Reference("fashion", dense([0.05, 0.2, 0.4, 0.6, 0.8], [512, 256]), epochs=10),
    "fashion_fixed_point": Reference("fashion", streamed(None, [512, 256]), epochs=8),
    "fashion_streams": Reference("fashion", streamed(4, [512, 256]), epochs=8),
    "fashion_convolutional": Reference(
        "fashion", convolutional([0.05, 0.2, 0.4, 0.6, 0.8], [32, 64], 256, (3, 3), (2, 2)), epochs=8
    ),
    "cifar10_convolutional": Reference(
        "cifar10", convolutional([0.2, 0.35, 0.5, 0.65, 0.8], [64, 128, 256], 256, (3, 3), (2, 2)), epochs=50
    ),
    "ecg_convolutional": Reference(
        "mitbih",
        convolutional([0.35, 0.4, 0.45, 0.48, 0.52, 0.55, 0.6, 0.7], [32, 64], 64, (1, 7), (1, 4)),
        epochs=8,
    ),
}
"""All reference networks by name; files of the trained ones stand in `weights`."""
