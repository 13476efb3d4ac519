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

    def held_out(self, samples: int | None = None) -> "Dataset":
        """Return the training samples alone, some of them in the place of the test samples: to choose by.

        The last ones of each class are held out, in proportion: where samples that follow each other are of one hand
        or one patient, validation samples are then of others, as test samples are.

        Args:
            samples: how many are held out, but for rounding in each class; a tenth and 5,000 at most without it.

        Raises:
            InputError: fewer than one, or none are left for training.
        """
        count = len(self.train_labels)
        samples = min(count // 10, 5000) if samples is None else samples
        if not 0 < samples < count:
            raise InputError(
                f"data `{self.name}`: {samples} validation samples asked for of {count} training samples, expected at "
                "least one, and fewer than there are"
            )
        held = np.zeros(count, bool)
        for label in np.unique(self.train_labels):
            (those,) = np.nonzero(self.train_labels == label)
            held[those[len(those) - round(len(those) * samples / count) :]] = True
        return replace(
            self,
            train_inputs=self.train_inputs[~held],
            train_labels=self.train_labels[~held],
            test_inputs=self.train_inputs[held],
            test_labels=self.train_labels[held],
        )

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
