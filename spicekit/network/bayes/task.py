"""Samples in groups (people, records), each group left out of the training in its turn."""

from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.network.bayes.choose import choose_features
from spicekit.network.bayes.tables import Tables, learn_tables, log_posterior


@dataclass(frozen=True)
class Task:
    """Samples, in which groups they come, and what may be known of them."""

    name: str
    said: str  # data and source, in words
    features: np.ndarray  # (samples, features)
    names: tuple[str, ...]  # of the features
    labels: np.ndarray  # (samples,), from 0
    groups: np.ndarray  # (samples,), from 0
    group_names: tuple[str, ...]
    grouped_by: str  # "subject", "record"
    classes: tuple[str, ...]
    tested: np.ndarray  # (samples,) bool
    use: int  # features of the machine; as many are chosen in the training samples
    bins: int
    known: Tables | None = None  # the law that samples were drawn from, where it is known

    def __post_init__(self) -> None:
        """Check that every class can be learned.

        Raises:
            InputError: a class that no sample has, or that one group alone has, or one group alone.
        """
        counts = np.bincount(self.labels, minlength=len(self.classes))
        if not counts.all():
            raise InputError(
                f"task `{self.name}`: no sample is of class `{self.classes[int(np.argmin(counts))]}`; expected some of "
                "each class: leave it out, or add samples"
            )
        if len(self.group_names) < 2:
            raise InputError(
                f"task `{self.name}`: has one {self.grouped_by}, expected 2 at least, as each is left out of the "
                "training in its turn"
            )
        if self.known is None:
            for one, name in enumerate(self.classes):
                of = np.unique(self.groups[self.labels == one])
                if len(of) < 2:
                    raise InputError(
                        f"task `{self.name}`: class `{name}` is in {self.grouped_by} `{self.group_names[of[0]]}` "
                        "alone, so that it cannot be learned from the others; expected it in two at least"
                    )

    @property
    def majority(self) -> float:
        """Share of the most frequent class among the tested samples."""
        return float(np.bincount(self.labels[self.tested]).max() / self.tested.sum())

    @property
    def words(self) -> int:
        """How many likelihood words a machine holds."""
        return self.use * self.bins * len(self.classes)


@dataclass(frozen=True)
class Fold:
    """One group left out: the tables that the others teach, and what is observed of the group's samples."""

    samples: np.ndarray  # (n,), indices of the tested ones
    columns: tuple[int, ...]  # features in use
    tables: Tables
    observed: np.ndarray  # (n, features in use), bins


def folds_of(task: Task) -> tuple[Fold, ...]:
    """Return a fold for each group."""
    found, all_columns = [], tuple(range(task.features.shape[1]))
    for group in range(len(task.group_names)):
        train = task.groups != group
        samples = np.flatnonzero(~train & task.tested)
        if task.known is not None:
            columns, tables = all_columns, task.known
        else:
            columns = all_columns
            if task.use < len(all_columns):
                columns = choose_features(
                    task.features[train],
                    task.labels[train],
                    task.groups[train],
                    len(task.classes),
                    task.bins,
                    task.use,
                )
            used = task.features[train][:, columns]
            tables = learn_tables(used, task.labels[train], len(task.classes), task.bins)
        observed = tables.observe(task.features[samples][:, columns])
        found.append(Fold(samples, columns, tables, observed))
    return tuple(found)


def true_posterior(task: Task) -> np.ndarray | None:
    """Return the posterior by the law that samples were drawn from, (samples, classes); None if it is not known."""
    if task.known is None:
        return None
    return np.exp(log_posterior(task.known, task.known.observe(task.features)))
