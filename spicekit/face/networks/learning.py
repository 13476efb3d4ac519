"""Learning inside the simulated array: classifiers, and a pole that is balanced."""

from pathlib import Path
from typing import get_type_hints

from spicekit.cli import network_mcmc
from spicekit.cli.progress import steps_of
from spicekit.errors import InputError
from spicekit.face.networks.arguments import amperes, arguments, checked, path_of, within
from spicekit.models.digital import load_digital
from spicekit.network.mcmc.cartpole import Balanced
from spicekit.network.mcmc.cartpole import cartpole as balance
from spicekit.network.mcmc.options import asked_of, pole_of, reads_of
from spicekit.network.mcmc.study import Found, study, total_arrays
from spicekit.statistics import Statistics


def mcmc(
    statistics: Statistics,
    task: str = "breast_cancer",
    *,
    path: str | Path | None = None,
    splits: int = 50,
    steps: int = 3000,
    devices: int = 16384,
    blocks: int | None = None,
    hidden: int | None = None,
    prior: float | None = None,
    low: float | str = 100e-6,
    high: float | str = 200e-6,
    arrays: int = 8,
    aged: int = 8,
    nuts: int | None = None,
    perceptrons: int | None = None,
    condition: str | None = None,
    seed: int = 0,
    workers: int = 1,
    progress: bool = True,
) -> Found:
    """Train a model inside the simulated array, as `spicekit network mcmc` does.

    Args:
        statistics: with a conductance law, such as those that come along as "learning".
        task: "breast_cancer", "moons", or "mitbih", whose file is `path`; not "cartpole".
        splits: into training and test samples, at least 2; an array learns each.
        steps: programming cycles of a row in each array, at least 10.
        devices: of an array.
        blocks: of the model that are proposed one after the other; None: one for each parameter.
        hidden, prior: of the model; None: what the task asks for.
        low, high: SET compliances in use, A.
        arrays: that all learn the first split.
        aged, nuts, perceptrons: splits that are learned at each age, by NUTS, and by a perceptron.
        condition: whose energy of reads is counted; None: the first that has one.
        workers: as of `bnn`.

    Returns:
        `table`: a DataFrame, one row for each way to learn; `diagnoses`, `aged`, `budget`.

    Raises:
        InputError: no conductance law, no such task, or a number out of range.
    """
    with arguments(network_mcmc.mcmc):
        checked(
            network_mcmc.mcmc, splits=splits, steps=steps, devices=devices, blocks=blocks, hidden=hidden, prior=prior,
            arrays=arrays, aged=aged, nuts=nuts, perceptrons=perceptrons, seed=seed, workers=workers,
        )  # fmt: skip
        if task == "cartpole":
            raise InputError("`task` is cartpole, which has a function of its own: `networks.cartpole`")
        asked = asked_of(
            statistics, task, path=path_of(path), splits=splits, steps=steps,
            devices=devices, blocks=blocks, hidden=hidden, prior=prior, low=amperes(low), high=amperes(high),
            arrays=arrays, aged=aged, nuts=nuts, perceptrons=perceptrons, seed=seed, workers=workers,
        )  # fmt: skip
        reads = reads_of(statistics, condition)
    with steps_of(not progress, total_arrays(asked, statistics), "arrays") as show:
        return study(asked, statistics, reads, load_digital(), show)


def cartpole(
    statistics: Statistics,
    *,
    arrays: int = 10,
    steps: int = 600,
    devices: int = 16384,
    prior: float = 1.0,
    low: float | str = 50e-6,
    high: float | str = 300e-6,
    seed: int = 0,
    progress: bool = True,
) -> Balanced:
    """Learn to balance a pole inside the simulated array, as `spicekit network mcmc --task cartpole` does.

    Args:
        statistics: as of `mcmc`.
        arrays: that learn it, each by itself, at least 2; the command calls them splits.
        steps, devices, prior: as of `mcmc`.
        low, high: SET compliances in use, A.

    Returns:
        `table`: a DataFrame, one row for each array; `solved`, how many balance it; `learned`.

    Raises:
        InputError: no conductance law, no Gymnasium (the extra `bayes`), or a number out of range.
    """
    command = network_mcmc.mcmc
    with arguments(command):
        checked(command, steps=steps, devices=devices, prior=prior, seed=seed)
        within("arrays", arrays, get_type_hints(command, include_extras=True)["splits"])
        asked = pole_of(
            statistics, arrays=arrays, steps=steps, devices=devices, prior=prior, low=amperes(low),
            high=amperes(high), seed=seed,
        )  # fmt: skip
        with steps_of(not progress, asked.rule.steps, "proposals") as show:
            return balance(asked, show)
