"""A data set as the network simulators see it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Dataset:
    """Inputs (samples, height, width, channels), float32 between 0 and 1; labels (samples,), from 0."""

    name: str
    train_inputs: np.ndarray
    train_labels: np.ndarray
    test_inputs: np.ndarray
    test_labels: np.ndarray
    classes: tuple[str, ...]
    split: str  # in words: what keeps training and test apart
    source: str  # and licence
