"""A data set as the network simulators see it."""

from dataclasses import dataclass, replace

import numpy as np

from spicekit.errors import InputError


@dataclass(frozen=True)
class Dataset:
    """Inputs (samples, height, width, channels), in own data also (samples, features); labels (samples,), from 0.

    Training samples may be without labels: then they are good for setting thresholds again.
    """

    name: str
    train_inputs: np.ndarray
    train_labels: np.ndarray
    test_inputs: np.ndarray
    test_labels: np.ndarray
    classes: tuple[str, ...]
    split: str  # in words: what keeps training and test apart
    source: str  # and licence

    def without_training(self) -> "Dataset":
        """Return the test samples alone: of MNIST the others take 188 MB."""
        none = np.empty((0, *self.test_inputs.shape[1:]), np.float32)
        return replace(self, train_inputs=none, train_labels=np.empty(0, np.int64))

    def __post_init__(self) -> None:
        """Check that inputs and labels fit each other, whatever file they came from.

        Raises:
            InputError: no samples, another number of labels, labels beyond the classes, or numbers that are not finite.
        """
        for part, inputs, labels in (
            ("training", self.train_inputs, self.train_labels),
            ("test", self.test_inputs, self.test_labels),
        ):
            unlabelled = part == "training" and labels.shape == (0,)
            if labels.ndim != 1 or (len(inputs) != len(labels) and not unlabelled):
                raise InputError(
                    f"data `{self.name}`: {len(inputs)} {part} samples, but labels of shape {labels.shape}"
                )
            if not inputs.size:
                if part == "test" or len(inputs):
                    raise InputError(f"data `{self.name}`: has no {part} samples (shape {inputs.shape})")
                continue
            if not np.isfinite(inputs).all():
                raise InputError(f"data `{self.name}`: {part} samples hold numbers that are not finite")
            if unlabelled:
                continue
            low, high = int(labels.min()), int(labels.max())
            if low < 0 or high >= len(self.classes):
                raise InputError(
                    f"data `{self.name}`: {part} labels run from {low} to {high}, expected 0 to {len(self.classes) - 1}"
                )
