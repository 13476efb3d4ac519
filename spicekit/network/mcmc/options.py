"""What is asked of learning in the array, from what people give: names, numbers, text with units."""

import importlib.util
import math
from pathlib import Path

import numpy as np

from spicekit.errors import InputError, install_extra
from spicekit.network.mcmc.asked import Asked, blocks_of, rule_of
from spicekit.network.mcmc.cartpole import FEATURES, Pole
from spicekit.network.mcmc.law import Law, fresh_law, known_law
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.target import Coding, coding
from spicekit.network.mcmc.tasks import load_task, no_file
from spicekit.statistics import Condition, Statistics
from spicekit.units import quantity

STEPS = 3000
"""Sweeps of an array."""
LOW, HIGH = "100 uA", "200 uA"
"""SET compliances of an array that learns."""
_WIDE = 50e-6, 300e-6  # A, of what software programs
_FEWEST = 4  # rows of an array
_POLICIES = 200  # rows of an array for cartpole: more would keep the first, bad ones


def asked_of(
    found: Statistics,
    task: str = "breast_cancer",
    *,
    path: Path | None = None,
    splits: int | None = None,
    steps: int | None = None,
    devices: int = 16384,
    hidden: int | None = None,
    prior: float | None = None,
    blocks: int | None = None,
    low: str | None = None,
    high: str | None = None,
    arrays: int = 8,
    aged: int = 8,
    nuts: int | None = None,
    perceptrons: int | None = None,
    seed: int = 0,
    workers: int = 1,
) -> Asked:
    """Return what a study is asked; the arguments are the options of `spicekit network mcmc`, and so are the defaults.

    Raises:
        InputError: a number out of range, an unknown task, or no conductance law in the statistics.
    """
    law = fresh_law(known_law(found))
    splits, steps = splits or 50, steps or STEPS
    loaded = load_task(task, splits, seed, path)
    model = Model(loaded.features, loaded.hidden if hidden is None else hidden)
    if (blocks or 1) > model.parameters:
        raise InputError(f"`--blocks` is {blocks}, more than the {model.parameters} parameters of the model")
    std = loaded.prior_std if prior is None else prior
    asked = Asked(
        loaded, coding_between(law, low or LOW, high or HIGH, std), wide_coding(law, std), devices, steps,
        blocks or model.parameters, seed, arrays, min(aged, splits), min(_nuts(nuts), splits),
        splits if perceptrons is None else min(perceptrons, splits), model.hidden, workers,
    )  # fmt: skip
    if asked.rule.rows < _FEWEST:
        width = math.prod(blocks_of(model.parameters, asked.blocks))
        raise InputError(
            f"`--devices` is {devices}, which gives {asked.rule.rows} rows of {width} devices, expected at least "
            f"{_FEWEST} rows: give {_FEWEST * width} or more"
        )
    return asked


def pole_of(
    found: Statistics,
    *,
    path: Path | None = None,
    arrays: int | None = None,
    steps: int | None = None,
    devices: int = 16384,
    prior: float | None = None,
    low: str | None = None,
    high: str | None = None,
    seed: int = 0,
) -> Pole:
    """Return what arrays are asked that learn cartpole, with defaults of their own; the command calls them splits.

    Raises:
        InputError: a number out of range, a file, or no conductance law in the statistics.
    """
    no_file("cartpole", path)
    law = fresh_law(known_law(found))
    code = coding_between(law, low or "50 uA", high or "300 uA", 1.0 if prior is None else prior)
    least = 2 * FEATURES * _POLICIES
    if devices < least:
        raise InputError(f"`--devices` is {devices}, too few for cartpole, expected at least {least}")
    return Pole(law, code, rule_of(steps or 600, _POLICIES), arrays or 10, seed)


def wide_coding(law: Law, prior: float) -> Coding:
    """Return how a parameter is coded where software programs it: between 50 and 300 µA, as far as the law goes."""
    low, high = np.interp(_WIDE, law.compliance, law.target)
    return coding(float(low), float(high), prior)


def coding_between(law: Law, low: str, high: str, prior: float) -> Coding:
    """Return how a parameter is coded between the conductances of two SET compliances.

    Raises:
        InputError: they are not of the law, or not in order; a prior that is none.
    """
    if not prior > 0:
        raise InputError(f"`--prior` is {prior:g}, expected a standard deviation above zero, such as 0.25")
    ends = []
    known = float(law.compliance[0]), float(law.compliance[-1])
    for name, text in (("--low", low), ("--high", high)):
        try:
            value = quantity(text, "A")
        except ValueError as error:
            raise InputError(f"`{name}`: {error}") from None
        if not known[0] * (1 - 1e-9) <= value <= known[1] * (1 + 1e-9):
            raise InputError(
                f"`{name}` is {text}, expected a compliance of the conductance law, {known[0]:g} to {known[1]:g} A"
            )
        ends.append(float(np.interp(value, law.compliance, law.target)))
    if ends[0] >= ends[1]:
        raise InputError(f"`--low` is {low}, expected a compliance below `--high`, {high}")
    return coding(ends[0], ends[1], prior)


def reads_of(found: Statistics, name: str | None) -> Condition:
    """Return the condition whose energy of reads is counted; the first that has one if `name` is None.

    Raises:
        InputError: there is none.
    """
    if name is not None:
        return found.condition(name)
    if not found.conditions:
        raise InputError(
            "the statistics have no condition: add one, its reads are a part of what learning costs"
        )
    return next((c for c in found.conditions if c.energy_read), found.conditions[0])


def _nuts(asked: int | None) -> int:
    there = importlib.util.find_spec("numpyro") is not None
    if asked and not there:
        raise InputError(f"`--nuts` is {asked}, which needs NumPyro: {install_extra('bayes')}, or give 0")
    return int(there) if asked is None else asked
