"""The reference networks: what each is trained on, its shape, and how it is trained (extra `torch`)."""

# pyright: reportMissingImports=false, reportCallIssue=false
# (the checker runs without the extra)

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import nn

from spicekit.network.bnn.modules import BinaryConv2d, BinaryLinear, Sign, Thermometer
from spicekit.network.data import Dataset


@dataclass(frozen=True)
class Reference:
    """One reference network."""

    data: str
    model: Callable[[Dataset], nn.Sequential]
    epochs: int
    learning_rate: float = 5e-3
    batch: int = 100
    balanced: bool = False  # classes count alike, however many samples they have


def dense(levels: list[float], hidden: list[int]) -> Callable[[Dataset], nn.Sequential]:
    """Return what builds a dense network with these hidden layers."""

    def build(data: Dataset) -> nn.Sequential:
        sizes = [int(np.prod(data.train_inputs.shape[1:])) * len(levels), *hidden]
        layers: list[nn.Module] = [Thermometer(levels), nn.Flatten()]
        for inputs, outputs in zip(sizes, hidden, strict=False):
            layers += [BinaryLinear(inputs, outputs), nn.BatchNorm1d(outputs), Sign()]
        classes = len(data.classes)
        return nn.Sequential(*layers, BinaryLinear(sizes[-1], classes), nn.BatchNorm1d(classes))

    return build


def convolutional(
    levels: list[float], filters: list[int], hidden: int, kernel: tuple[int, int], pool: tuple[int, int]
) -> Callable[[Dataset], nn.Sequential]:
    """Return what builds a network of convolutions, each with a pool behind it, and one dense layer."""

    def build(data: Dataset) -> nn.Sequential:
        high, wide, channels = data.train_inputs.shape[1:]
        channels *= len(levels)
        layers: list[nn.Module] = [Thermometer(levels)]
        for outputs in filters:
            layers += [
                BinaryConv2d(channels, outputs, kernel, padding=kernel[1] // 2),
                nn.BatchNorm2d(outputs),
                Sign(),
            ]
            layers.append(nn.MaxPool2d(pool))
            high, wide, channels = high // pool[0], wide // pool[1], outputs
        features, classes = high * wide * channels, len(data.classes)
        layers += [nn.Flatten(), BinaryLinear(features, hidden), nn.BatchNorm1d(hidden), Sign()]
        return nn.Sequential(*layers, BinaryLinear(hidden, classes), nn.BatchNorm1d(classes))

    return build


REFERENCES = {
    "digits_dense": Reference("digits", dense([0.2, 0.4, 0.6, 0.8], [128, 64]), epochs=60),
    "mnist_dense": Reference("mnist", dense([0.2, 0.6], [512, 256]), epochs=25),
    "mnist_convolutional": Reference(
        "mnist", convolutional([0.2, 0.6], [32, 64], 256, (3, 3), (2, 2)), epochs=12
    ),
    "fashion_dense": Reference("fashion", dense([0.05, 0.2, 0.4, 0.6, 0.8], [512, 256]), epochs=25),
    "fashion_convolutional": Reference(
        "fashion", convolutional([0.05, 0.2, 0.4, 0.6, 0.8], [32, 64], 256, (3, 3), (2, 2)), epochs=12
    ),
    "ecg_convolutional": Reference(
        "mitbih",
        convolutional([0.35, 0.4, 0.45, 0.48, 0.52, 0.55, 0.6, 0.7], [32, 64], 64, (1, 7), (1, 4)),
        epochs=20,
        balanced=True,
    ),
}
"""All reference networks by name; their files stand in `weights`."""
