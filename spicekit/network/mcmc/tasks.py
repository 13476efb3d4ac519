"""What is learned: splits of a data set into training and test, standardized, with a constant as last feature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedShuffleSplit

from spicekit.errors import InputError, did_you_mean
from spicekit.network.data import Dataset, load_data
from spicekit.network.data.ecg import ecg_features

_SHARE = 0.2  # of the samples, for test
_BEATS = 400, 2000  # ECG beats of a split, for training and test
# of a weight of standardized features: of 1/8, 1/4, 1/2 and 1 the one under which arrays that learn three quarters of
# the training samples of breast cancer lose least on the last quarter
_PRIOR_STD = 1.0
_PRIOR_STD_HIDDEN = 2.0  # of a weight of a network, whose neurons are linear with small ones


@dataclass(frozen=True)
class Task:
    """Splits of one data set; every split has as many samples."""

    name: str
    said: str  # data, split and source, in words
    train_inputs: np.ndarray  # (splits, samples, features), the last one constant
    train_labels: np.ndarray  # (splits, samples), 0 or 1
    test_inputs: np.ndarray
    test_labels: np.ndarray
    classes: tuple[str, ...]
    hidden: int  # neurons of the model that the task asks for; 0: logistic regression
    prior_std: float  # of a parameter, that the task asks for
    overlap: (
        float  # test over training samples, where tests are drawn from one pool; 0: the test set is apart
    )

    @property
    def features(self) -> int:
        """How many features, the constant among them."""
        return self.train_inputs.shape[-1]

    @property
    def splits(self) -> int:
        """How many splits."""
        return len(self.train_inputs)

    @property
    def majority(self) -> float:
        """Share of the more frequent class among the test samples."""
        share = float(self.test_labels.mean())
        return max(share, 1 - share)

    def first(self, splits: int) -> "Task":
        """Return the task with its first splits alone."""
        few = slice(splits)
        return replace(
            self,
            train_inputs=self.train_inputs[few],
            train_labels=self.train_labels[few],
            test_inputs=self.test_inputs[few],
            test_labels=self.test_labels[few],
        )

    def out_of_distribution(self, seed: int) -> np.ndarray:
        """Return test inputs that belong to no class: each feature is drawn from another sample of the same split."""
        found = self.test_inputs.copy()
        rng = np.random.default_rng([seed, 7])
        for split in found:
            for feature in range(self.features - 1):
                split[:, feature] = rng.permutation(split[:, feature])
        return found


def breast_cancer(splits: int, seed: int, path: Path | None) -> Task:
    """Wisconsin breast cancer: repeated stratified splits, 20 % for test."""
    no_file("breast_cancer", path)
    return shuffled(load_data("breast_cancer"), splits, seed, 0, _PRIOR_STD)


def moons(splits: int, seed: int, path: Path | None) -> Task:
    """Two half moons in a plane, 150 noisy points, for a network with four hidden neurons: an illustration."""
    no_file("moons", path)
    from sklearn.datasets import make_moons

    drawn: Any = make_moons(150, noise=0.25, random_state=seed)
    inputs, labels = drawn
    data = Dataset(
        "moons",
        inputs[:100],
        labels[:100],
        inputs[100:],
        labels[100:],
        ("upper", "lower"),
        "",
        "drawn, scikit-learn",
    )
    return shuffled(data, splits, seed, 4, _PRIOR_STD_HIDDEN)


def mitbih(splits: int, seed: int, path: Path | None) -> Task:
    """MIT-BIH beats: PVC or not; no patient is in both parts; each split takes other beats of the same records.

    Rhythm and width of a beat tell; the means of pieces of its wave do not: leaving one of the training records out,
    logistic regression gets 97 % of its beats with the former, mean over records, and 92 % with any of the latter.
    """
    data = ecg_features(path)
    rng = np.random.default_rng(seed)
    parts = []
    for inputs, labels, size in (
        (data.train_inputs, data.train_labels, _BEATS[0]),
        (data.test_inputs, data.test_labels, _BEATS[1]),
    ):
        features = inputs.reshape(len(inputs), -1)
        size = min(size, len(labels))
        parts.append([_picked(features, labels, size, rng) for _ in range(splits)])
    train, test = (len(part[0][1]) for part in parts)
    said = f"{data.name} ({data.split}; {train} and {test} beats of a split; {data.source})"
    return _task("mitbih", said, parts[0], parts[1], data.classes, 0, _PRIOR_STD, 0.0)


def _picked(
    inputs: np.ndarray, labels: np.ndarray, size: int, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    chosen = rng.choice(len(labels), size, replace=False)
    return inputs[chosen], labels[chosen]


def shuffled(data: Dataset, splits: int, seed: int, hidden: int, prior_std: float) -> Task:
    """Return stratified random splits of a data set, 20 % for test."""
    inputs = np.concatenate([data.train_inputs, data.test_inputs]).astype(float)
    inputs = inputs.reshape(len(inputs), -1)
    labels = np.concatenate([data.train_labels, data.test_labels])
    found = list(StratifiedShuffleSplit(splits, test_size=_SHARE, random_state=seed).split(inputs, labels))
    train = [(inputs[a], labels[a]) for a, _ in found]
    test = [(inputs[b], labels[b]) for _, b in found]
    sizes = f"{len(train[0][1])} and {len(test[0][1])} samples"
    said = f"{data.name} ({splits} stratified random splits, {sizes}; {data.source})"
    return _task(
        data.name, said, train, test, data.classes, hidden, prior_std, len(test[0][1]) / len(train[0][1])
    )


def _task(
    name: str,
    said: str,
    train: Sequence[tuple[np.ndarray, ...]],
    test: Sequence[tuple[np.ndarray, ...]],
    classes: tuple[str, ...],
    hidden: int,
    prior_std: float,
    overlap: float,
) -> Task:
    scaled = []
    for (inputs, _), (others, _) in zip(train, test, strict=True):
        mean, std = inputs.mean(axis=0), inputs.std(axis=0)
        std = np.where(std > 0, std, 1)
        scaled.append(
            [np.column_stack([(part - mean) / std, np.ones(len(part))]) for part in (inputs, others)]
        )
    return Task(
        name,
        said,
        np.array([a for a, _ in scaled]),
        np.array([labels for _, labels in train]),
        np.array([b for _, b in scaled]),
        np.array([labels for _, labels in test]),
        classes,
        hidden,
        prior_std,
        overlap,
    )


TASKS: dict[str, Callable[[int, int, Path | None], Task]] = {
    "breast_cancer": breast_cancer,
    "mitbih": mitbih,
    "moons": moons,
}


def no_file(name: str, path: Path | None) -> None:
    """Refuse a file for a task that reads none.

    Raises:
        InputError: a path is given.
    """
    if path is not None:
        raise InputError(f"`--path` is {path}, but task `{name}` comes with its data: leave `--path` out")


def load_task(name: str, splits: int, seed: int, path: Path | None = None) -> Task:
    """Return a task with so many splits.

    Raises:
        InputError: unknown name, or its data are missing; says how to get them.
    """
    if name not in TASKS:
        raise InputError(
            f"unknown task `{name}`{did_you_mean(name, TASKS)}; known: {', '.join(TASKS)}, cartpole"
        )
    return TASKS[name](splits, seed, path)
