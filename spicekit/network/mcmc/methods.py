"""Other ways to learn the splits, scored as the arrays are, and the processor time each takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from spicekit.network.mcmc.asked import Asked
from spicekit.network.mcmc.copies import copied, laplace, programmed
from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.nuts import nuts
from spicekit.network.mcmc.predict import Score, score, vote
from spicekit.network.mcmc.references import gradient, logistic, perceptron

COPIES, DRAWS = "logistic regression, programmed into all rows", "Laplace draws, programmed into the rows"
"""The controls: software's model in every row, and another draw of software's posterior in each."""
_T = TypeVar("_T")
_DRAWS = 250  # of each of two NUTS chains, after as many of warm-up


@dataclass(frozen=True)
class Method:
    """One way to learn the task."""

    name: str
    score: Score
    note: str = ""


@dataclass(frozen=True)
class Software:
    """What software learned of the splits."""

    methods: tuple[Method, ...]
    parameters: np.ndarray  # (splits, n), of logistic regression
    steps: float  # of its solver, mean over splits
    models: dict[str, np.ndarray]  # (splits, rows, n): what is programmed into the rows, by method
    rows: dict[str, np.ndarray]  # the same: what then stands in as many rows as the array holds models
    cpu: dict[str, float]  # s of one training on this processor


def by_nuts(asked: Asked) -> tuple[np.ndarray, Method, float]:
    """Return NUTS draws (splits, draws, n) of as many splits as asked for, their score, and CPU seconds of one.

    Raises:
        InputError: NumPyro is not installed.
    """
    task, splits = asked.task, slice(asked.nuts)
    begun = time.process_time()
    draws = nuts(
        asked.model, asked.code, task.train_inputs[splits], task.train_labels[splits], _DRAWS, 2, asked.seed
    )
    draws = draws.reshape(len(draws), -1, draws.shape[-1])
    seconds = (time.process_time() - begun) / len(draws)
    votes = vote(asked.model, draws, task.test_inputs[splits])
    found = score(votes.probability, task.test_labels[splits], task.overlap)
    return draws, Method("NUTS", found, _some(len(draws), asked)), seconds


def by_software(asked: Asked, law: Law) -> Software:
    """Return what logistic regression, gradients on the devices and a perceptron learn."""
    task, code, seed = asked.task, asked.code, asked.seed
    methods: list[Method] = []
    cpu: dict[str, float] = {}

    def said(models: np.ndarray) -> np.ndarray:
        return vote(Model(task.features), models, task.test_inputs).probability

    def add(name: str, found: np.ndarray, note: str = "") -> None:
        methods.append(Method(name, score(found, task.test_labels[: len(found)], task.overlap), note))

    with threadpool_limits(1):  # small matrices
        (probability, parameters, steps), cpu["logistic regression"] = _timed(
            lambda: logistic(task, code.prior_std), task.splits
        )
        add("logistic regression", probability)
        models = models_for_rows(asked, parameters)
        rows = {name: programmed(law, asked.wide, each, seed) for name, each in models.items()}
        for programs in ({"logistic regression, programmed once": rows[COPIES][:, :1]}, rows):
            for name, each in programs.items():
                add(name, said(each), f"{each.shape[1]} rows vote" if each.shape[1] > 1 else "")
        probability, rates = gradient(task, law, asked.wide, seed)
        add("gradients on the devices", probability, f"rate {_span(rates)}")
        if asked.perceptrons:
            few = task.first(asked.perceptrons)
            (probability, hidden), cpu["perceptron"] = _timed(
                lambda: perceptron(few, asked.devices, seed), few.splits
            )
            note = _some(few.splits, asked)
            add("perceptron", probability, f"{hidden} hidden neurons" + (f", {note}" if note else ""))
    return Software(tuple(methods), parameters, steps, models, rows, cpu)


def models_for_rows(asked: Asked, parameters: np.ndarray) -> dict[str, np.ndarray]:
    """Return what software's models are, (splits, rows, n), for as many rows as the array holds models.

    They are for the first rows of the array that learns, with the same devices.
    """
    rows = asked.rule.held
    return {
        COPIES: copied(parameters, rows),
        DRAWS: laplace(asked.task, asked.wide.prior_std, parameters, rows, asked.seed),
    }


def _timed(work: Callable[[], _T], splits: int) -> tuple[_T, float]:
    begun = time.process_time()
    return work(), (time.process_time() - begun) / splits


def _some(splits: int, asked: Asked) -> str:
    return f"{splits} of the splits" if splits < asked.task.splits else ""


def _span(chosen: np.ndarray) -> str:
    low, high = chosen.min(), chosen.max()
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
