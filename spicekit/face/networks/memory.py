"""Binarized networks whose weights stand in the simulated memory."""

from collections.abc import Sequence
from pathlib import Path

from spicekit.cli import network as command
from spicekit.cli.progress import steps_of
from spicekit.errors import InputError
from spicekit.face.networks.arguments import arguments, checked, path_of
from spicekit.network.bnn import Network
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.in_array import figures_of
from spicekit.network.bnn.judge import Asked, data_name, judge
from spicekit.network.bnn.result import Result
from spicekit.network.bnn.sweep import RATES
from spicekit.network.data import load_data
from spicekit.network.data.dataset import Dataset
from spicekit.statistics import Statistics


def bnn(
    statistics: Statistics,
    network: str | Network = "digits_dense",
    *,
    data: str | Dataset | None = None,
    path: str | Path | None = None,
    chips: int = 30,
    samples: int | None = None,
    rates: Sequence[float] = RATES,
    transient: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    programmings: int = 2,
    adapt: int = 0,
    beside: str | Network | None = None,
    by_layer: Sequence[float] | None = None,
    array: Statistics | None = None,
    streams: Sequence[int] | None = None,
    verify: int = 0,
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
        programmings: of each chip, where the statistics have `error_correlation_2t2r`.
        adapt: training samples from which each chip sets its thresholds again, shown beside chips as they are; 0: none.
        beside: another network for the same data, whose accuracy against error rate is found, too.
        by_layer: bit error rates at which each layer alone has errors; None: left out.
        array: statistics with `array` and `adders`: the energy of an inference in the array, and the accuracy with the
            errors of its bits, are found, too.
        streams: lengths in cycles of streams of random bits in the first layer; None: left out.
        verify: times that a pair which reads wrong is programmed again, at most; 0: pairs are not read.

    Returns:
        `table`: a DataFrame, one row for each condition and way to store a weight; `sweep`, `conditions`, `budgets`,
            and what was asked for of `adapted`, `beside`, `by_layer`, `in_array`, `streams`.

    Raises:
        InputError: no such network or data, they do not fit each other, or a number out of range.
    """
    with arguments(command.bnn):
        checked(
            command.bnn, chips=chips, samples=samples, transient=transient, seed=seed, workers=workers,
            programmings=programmings, adapt=adapt, verify=verify,
        )  # fmt: skip
        if isinstance(network, Network):
            chosen, name = network, network.name
        else:
            chosen, name = find_network(network), network
        if not isinstance(data, Dataset):
            data = load_data(data_name(name, data), path_of(path))
        if samples is not None and samples > len(data.test_labels):
            raise InputError(
                f"`samples` is {samples}, expected at most {len(data.test_labels)}: there are no more"
            )
        other = find_network(beside) if isinstance(beside, str) else beside
        for name, of_name in (("rates", rates), ("by_layer", by_layer or ())):
            for rate in of_name:
                if not 0 < rate <= 0.5:
                    raise InputError(f"`{name}` holds {rate!r}, expected rates above 0 and up to 0.5")
        figures = None if array is None else figures_of(array, "`array`")
        asked = Asked(
            statistics,
            chosen,
            data,
            samples,
            chips,
            tuple(sorted(rates)),
            transient,
            seed,
            workers,
            programmings,
            adapt,
            other,
            tuple(sorted(by_layer or ())),
            figures,
            None if streams is None else command.streams_asked(tuple(sorted(set(streams))), figures),
            verify,
        )
    with steps_of(not progress, asked.all_chips, "chips") as show:
        return judge(asked, show)
