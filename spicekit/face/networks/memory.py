"""What the simulated devices are worth to a network, as functions; nothing is written, no simulator runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from spicekit.cli.progress import steps_of
from spicekit.errors import InputError
from spicekit.models.digital import load_digital
from spicekit.network.bnn import Network
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.judge import Asked, data_name, judge
from spicekit.network.bnn.result import Result
from spicekit.network.bnn.sweep import RATES
from spicekit.network.data import load_data
from spicekit.network.data.dataset import Dataset
from spicekit.network.mcmc.options import asked_of, reads_of
from spicekit.network.mcmc.study import Found, study, total_arrays
from spicekit.statistics import Statistics
from spicekit.units import text_of

__all__ = ["bnn", "mcmc"]


def bnn(
    statistics: Statistics,
    network: str | Network = "digits_dense",
    *,
    data: str | Dataset | None = None,
    path: str | Path | None = None,
    chips: int = 100,
    samples: int | None = None,
    rates: Sequence[float] = RATES,
    transient: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    progress: bool = True,
) -> Result:
    """Judge a binarized network whose weights stand in the simulated memory, as `spicekit network bnn` does.

    Args:
        network: one that comes along, the path of an own one (.npz), or a `Network`.
        data: test data, by name, path (.npz) or as a `Dataset`; None: those that the network was trained for.
        path: where the data of that name lie, if they do not come along.
        chips: programmed at each error rate, each with its own errors.
        samples: of the test set, the first ones; None: all.
        rates: bit error rates of the sweep, above 0 and up to 0.5.
        transient: share of single reads that give the wrong value.
        workers: processes; with more than one, a script needs `if __name__ == "__main__":` where Python starts them
            afresh (macOS; Linux from Python 3.14 on).

    Returns:
        `table`: a DataFrame, one row for each condition and way to store a weight; `sweep`, `conditions`, `budgets`.

    Raises:
        InputError: no such network or data, they do not fit each other, or a number out of range.
    """
    with _arguments():
        if isinstance(network, Network):
            chosen, name = network, network.name
        else:
            chosen, name = find_network(network), network
        if not isinstance(data, Dataset):
            data = load_data(data_name(name, data), Path(path) if path is not None else None)
        _within("chips", chips, 2, 100_000)
        _within("transient", transient, 0, 0.5)
        if samples is not None:
            _within("samples", samples, 10, len(data.test_labels))
        for rate in rates:
            if not 0 < rate <= 0.5:
                raise InputError(f"`rates` holds {rate!r}, expected rates above 0 and up to 0.5")
        asked = Asked(
            statistics, chosen, data, samples, chips, tuple(sorted(rates)), transient, seed, workers
        )
    with steps_of(not progress, asked.all_chips, "chips") as show:
        return judge(asked, show)


def mcmc(
    statistics: Statistics,
    task: str = "breast_cancer",
    *,
    path: str | Path | None = None,
    splits: int = 50,
    steps: int = 3000,
    devices: int = 16384,
    hidden: int | None = None,
    prior: float | None = None,
    low: float | str = 50e-6,
    high: float | str = 300e-6,
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
        steps: proposals of each array, at least 10.
        devices: of an array.
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
    with _arguments():
        _within("splits", splits, 2, 10_000)
        _within("steps", steps, 10, 10**7)
        for name, number in (
            ("arrays", arrays),
            ("aged", aged),
            ("nuts", nuts or 0),
            ("hidden", hidden or 0),
        ):
            _within(name, number, 0, 10_000)
        reads = reads_of(statistics, condition)
        asked = asked_of(
            statistics, task, path=Path(path) if path is not None else None, splits=splits, steps=steps,
            devices=devices, hidden=hidden, prior=prior, low=_amperes(low), high=_amperes(high), arrays=arrays,
            aged=aged, nuts=nuts, perceptrons=perceptrons, seed=seed, workers=workers,
        )  # fmt: skip
    with steps_of(not progress, total_arrays(asked, statistics), "arrays") as show:
        return study(asked, statistics, reads, load_digital(), show)


@contextmanager
def _arguments() -> Iterator[None]:
    """Name arguments as Python does where messages name the options of the command."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error).replace("`--", "`")) from None


def _within(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise InputError(f"`{name}` is {value!r}, expected {least:g} to {most:g}")


def _amperes(current: float | str) -> str:
    return current if isinstance(current, str) else text_of(float(current), "A")
