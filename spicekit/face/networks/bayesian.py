"""The memristor Bayesian machine on the simulated memory."""

from pathlib import Path

from spicekit import statistics as files
from spicekit.cli import network_bayes
from spicekit.cli.inputs import statistics_file
from spicekit.cli.progress import steps_of
from spicekit.face.networks.arguments import arguments, checked, path_of
from spicekit.network.bayes.asked import Asked, has_gates
from spicekit.network.bayes.machine import Machine
from spicekit.network.bayes.random_numbers import Source
from spicekit.network.bayes.result import Found
from spicekit.network.bayes.study import chips_in, study
from spicekit.network.bayes.task import Task
from spicekit.network.bayes.tasks import load_task
from spicekit.statistics import Statistics


def bayes(
    statistics: Statistics,
    task: str | Task = "gestures",
    *,
    path: str | Path | None = None,
    beside: Statistics | None = None,
    circuit: Statistics | None = None,
    chips: int = 100,
    features: int = 6,
    bins: int = 8,
    bits: int = 8,
    logarithmic_bits: int = 4,
    cycles: int = 1023,
    stop: int = 4,
    random: str = "lfsr",
    shared: str = "classes",
    register: int = 16,
    scaling: str = "observation",
    seed: int = 0,
    progress: bool = True,
) -> Found:
    """Judge a Bayesian machine whose likelihoods stand in the simulated memory, as `spicekit network bayes` does.

    Args:
        statistics: with conditions and their bit error rates.
        task: "gestures", "ecg", "synthetic", an own file, or a `Task`.
        path: of the data, where the task needs any.
        beside: further statistics, whose conditions are set beside.
        circuit: with `bayes_column`, a likelihood at the gates; None: the first ones if they have it, else those that
            come along.
        chips: of each condition, at least 2.
        features, bins: of the machine at most, and observations that each may make.
        bits, logarithmic_bits: of a word of either machine.
        cycles, stop: of the stochastic machine at most, and ones in a counter at which it may stop.
        random, shared, register: "lfsr" or "ideal" numbers, who sees the same ("classes", "own", "all"), bits.
        scaling: "observation" or "table": what is full scale.

    Returns:
        `table`: a DataFrame, one row for each classifier, and each machine in each condition; `exact`, `conditions`,
        `sweep`, `bits`, `sources`, `supplies`, `budgets`, `ratios`.

    Raises:
        InputError: no condition or error rate, no such data, a class that cannot be learned, or a number out of range.
    """
    with arguments(network_bayes.bayes):
        checked(
            network_bayes.bayes, chips=chips, features=features, bins=bins, bits=bits,
            logarithmic_bits=logarithmic_bits, cycles=cycles, stop=stop, register=register, seed=seed,
        )  # fmt: skip
        machine = Machine(bits, logarithmic_bits, cycles, Source(random, shared, register), scaling)  # type: ignore[arg-type]
        gates, source = circuit or statistics, "`circuit`" if circuit else "the statistics"
        if circuit is None and not has_gates(statistics):
            source = network_bayes.CIRCUIT
            gates = files.load(statistics_file(source))
        known = task if isinstance(task, Task) else load_task(task, path_of(path), seed, features, bins)
        both = (statistics,) if beside is None else (statistics, beside)
        asked = Asked(both, gates, source, known, machine, chips, stop=stop, seed=seed)
        with steps_of(not progress, chips_in(asked), "chips") as show:
            return study(asked, show)
