"""Linear readout by ridge regression: each frame votes, the largest mean vote wins."""

from dataclasses import dataclass

import numpy as np

PENALTIES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
"""Ridge penalties tried, over the mean square of a standardized feature."""
_HELD_BACK = 5  # every fifth recording of the training part chooses the penalty


@dataclass(frozen=True)
class Moments:
    """Sums over the frames of each recording: all that a linear readout by votes needs."""

    square: np.ndarray  # (groups, features + 1, features + 1), of the groups of recordings
    mean: np.ndarray  # (recordings, features + 1), mean over frames; the last feature is 1
    frames: np.ndarray  # (recordings,)
    group: np.ndarray  # (recordings,)


def moments(features: list[np.ndarray], group: np.ndarray) -> Moments:
    """Return the sums of `features` (frames, features) per recording, added up over groups (recordings,)."""
    size = features[0].shape[1] + 1
    square = np.zeros((int(group.max()) + 1, size, size))
    mean = np.empty((len(features), size))
    for number in range(len(square)):
        mine = np.flatnonzero(group == number)
        stacked = np.concatenate([features[k] for k in mine]).astype(float)
        stacked = np.column_stack([stacked, np.ones(len(stacked))])
        square[number] = stacked.T @ stacked
    for k, frames in enumerate(features):
        mean[k] = np.append(frames.mean(0, dtype=float), 1.0)
    return Moments(square, mean, np.array([len(frames) for frames in features]), group)


def groups_of(test: np.ndarray, speakers: np.ndarray) -> np.ndarray:
    """Return a group per recording, so that training parts of all splits are unions of groups, (recordings,)."""
    return (speakers * 2 + test) * _HELD_BACK + np.arange(len(test)) % _HELD_BACK


def right(found: Moments, labels: np.ndarray, test: np.ndarray, classes: int = 10) -> np.ndarray:
    """Return which test recordings are right, (tests,) bool, after training on all others.

    The penalty is chosen by recordings held back from the training part. `test` must be a union of groups.
    """
    held = ~test & (found.group % _HELD_BACK == 0)
    scores = [
        (_votes(found, labels, ~test & ~held, penalty, classes)[held] == labels[held]).mean()
        for penalty in PENALTIES
    ]
    best = PENALTIES[int(np.argmax(scores))]
    return _votes(found, labels, ~test, best, classes)[test] == labels[test]


def _votes(found: Moments, labels: np.ndarray, train: np.ndarray, penalty: float, classes: int) -> np.ndarray:
    """Return the class that each recording is given by weights from `train`."""
    square = found.square[np.unique(found.group[train])].sum(0)
    total = found.frames[train].sum()
    targets = np.eye(classes)[labels[train]] * found.frames[train, None]
    against = found.mean[train].T @ targets
    variance = np.maximum(np.diag(square) / total - (square[:, -1] / total) ** 2, 0)
    ridge = penalty * total * np.append(variance[:-1] + 1e-12 * variance.max(), 0.0)
    weights = np.linalg.solve(square + np.diag(ridge), against)
    return (found.mean @ weights).argmax(1)
