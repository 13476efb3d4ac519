"""What is recognized: gestures, heart beats, samples of a known law, or own features."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.bayes.own import own_task
from spicekit.network.bayes.tables import Tables
from spicekit.network.bayes.task import Task
from spicekit.network.data.ecg import ECG_SOURCE, ecg_records
from spicekit.network.data.gestures import RATE, SOURCE, WINDOW, gestures

_BEATS = 500  # of each record, evenly spaced, are tested; all are trained on
_SYNTHETIC = 6, 8, 4  # features, bins, classes
_SHARPNESS = (
    0.7  # of the Dirichlet law that tables are drawn from: some observations tell much, others little
)
_DRAWS, _OF_DRAW = 10, 500


def gesture_task(path: Path | None, seed: int, use: int, bins: int) -> Task:  # noqa: ARG001
    """Seven exercises of ten people, in windows of 4 s; each person is left out in turn."""
    data = gestures(path)
    people, groups = np.unique(data.subjects, return_inverse=True)
    said = (
        f"{len(data.labels)} windows of {WINDOW / RATE:g} s, cut from {data.series} recordings of {len(people)} "
        f"people; {use} of {len(data.names)} features, chosen among the other people ({SOURCE})"
    )
    return Task(
        "gestures", said, data.features, data.names, data.labels, groups, tuple(map(str, people)), "person",
        data.classes, np.full(len(groups), True), use, bins,
    )  # fmt: skip


def ecg_task(path: Path | None, seed: int, use: int, bins: int) -> Task:  # noqa: ARG001
    """MIT-BIH beats, PVC or not; each record, a patient, is left out in turn."""
    records = ecg_records(path)
    features = np.concatenate([inputs for inputs, _ in records.values()])
    sizes = [len(labels) for _, labels in records.values()]
    tested = np.concatenate([_spaced(n) for n in sizes])
    names = ("interval before", "interval after", "way up and down", "height")
    said = (
        f"{len(features)} beats of {len(records)} records, {tested.sum()} of them tested, evenly spaced; "
        f"{min(use, 4)} of 4 features ({ECG_SOURCE})"
    )
    return Task(
        "ecg", said, features, names, np.concatenate([labels for _, labels in records.values()]),
        np.repeat(np.arange(len(sizes)), sizes), tuple(records), "record", ("other", "PVC"), tested, min(use, 4), bins,
    )  # fmt: skip


def synthetic_task(path: Path | None, seed: int, use: int, bins: int) -> Task:  # noqa: ARG001
    """Observations drawn from known tables: the posterior of each sample is known, and no classifier is better."""
    if path is not None:
        raise InputError(f"`--path` is {path}, but task `synthetic` draws its data: leave `--path` out")
    features, bins, classes = _SYNTHETIC
    generator = np.random.default_rng([seed, 41])
    likelihoods = generator.dirichlet(np.full(bins, _SHARPNESS), (features, classes)).transpose(0, 2, 1)
    edges = np.tile(np.arange(bins - 1) + 0.5, (features, 1))
    known = Tables(likelihoods, np.full(classes, 1 / classes), edges)
    labels = generator.integers(0, classes, _DRAWS * _OF_DRAW)
    ranks = generator.random((len(labels), features))
    reached = np.cumsum(likelihoods, axis=1)[:, :, labels] <= ranks.T[:, None]  # (features, bins, samples)
    observed = np.minimum(reached.sum(axis=1), bins - 1).T
    said = (
        f"{len(labels)} samples of {features} features with {bins} observations each, drawn from known tables"
    )
    return Task(
        "synthetic", said, observed.astype(float), tuple(f"feature {k}" for k in range(features)), labels,
        np.repeat(np.arange(_DRAWS), _OF_DRAW), tuple(map(str, range(_DRAWS))), "draw", tuple("ABCD"),
        np.full(len(labels), True), features, bins, known,
    )  # fmt: skip


TASKS: dict[str, Callable[[Path | None, int, int, int], Task]] = {
    "gestures": gesture_task,
    "synthetic": synthetic_task,
    "ecg": ecg_task,
}


def load_task(name: str, path: Path | None = None, seed: int = 0, use: int = 8, bins: int = 8) -> Task:
    """Return a task by its name, or own features in a file that ends in .npz.

    Args:
        path: where its data are, if it needs any.
        use: features of the machine at most.
        bins: observations that a feature may make.

    Raises:
        InputError: unknown name, or the data are missing; says how to get them.
    """
    if name.endswith(".npz"):
        if path is not None:
            raise InputError(f"`--path` is {path}, but `--task` is a file already: leave `--path` out")
        return own_task(Path(name), use, bins)
    if name not in TASKS:
        raise InputError(
            f"unknown task `{name}`{did_you_mean(name, TASKS)}; known: {', '.join(TASKS)}, or an own FILE.npz"
        )
    return TASKS[name](path, seed, use, bins)


def _spaced(size: int) -> np.ndarray:
    found = np.zeros(size, bool)
    found[np.unique(np.linspace(0, size - 1, min(size, _BEATS)).astype(int))] = True
    return found
