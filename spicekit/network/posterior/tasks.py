"""What is learned: splits of a data set into training and test, and samples of no class."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.data import load_data
from spicekit.network.mcmc.tasks import Task, load_task, shuffled

_SIDE = 8  # pixels


def digits(splits: int, seed: int) -> Task:
    """8 x 8 digits: repeated stratified splits, 20 % for test."""
    return shuffled(load_data("digits"), splits, seed, _HIDDEN["digits"], 1.0)


_HIDDEN = {"breast_cancer": 16, "digits": 32, "moons": 16}
_TASKS: dict[str, Callable[[int, int], Task]] = {
    "breast_cancer": lambda splits, seed: load_task("breast_cancer", splits, seed),
    "digits": digits,
    "moons": lambda splits, seed: load_task("moons", splits, seed),
}
TASKS = tuple(_TASKS)
"""Names of tasks."""


def task_of(name: str, splits: int, seed: int, samples: int | None = None) -> Task:
    """Return a task whose splits have their first `samples` for training, all of them by default.

    Raises:
        InputError: unknown name, or more samples than a split has.
    """
    if name not in _TASKS:
        raise InputError(f"unknown task `{name}`{did_you_mean(name, TASKS)}; known: {', '.join(TASKS)}")
    task = replace(_TASKS[name](splits, seed), hidden=_HIDDEN[name])
    there = task.train_labels.shape[1]
    if samples is None:
        return task
    if samples > there:
        raise InputError(
            f"`--samples` is {samples}, expected at most {there}, the training samples of a split"
        )
    return replace(
        task,
        said=f"{task.said}, the first {samples} training samples of a split",
        train_inputs=task.train_inputs[:, :samples],
        train_labels=task.train_labels[:, :samples],
        overlap=task.test_labels.shape[1] / samples,
    )


def strange_samples(task: Task, seed: int) -> dict[str, np.ndarray]:
    """Return inputs (splits, samples, features) of no class, by what they are."""
    found = {"features of different samples": task.out_of_distribution(seed)}
    if task.name == "digits":
        images = task.test_inputs[..., :-1].reshape(*task.test_inputs.shape[:2], _SIDE, _SIDE)
        turned = np.rot90(images, axes=(2, 3)).reshape(*images.shape[:2], -1)
        found["turned by a quarter"] = np.concatenate([turned, task.test_inputs[..., -1:]], axis=-1)
    return found
