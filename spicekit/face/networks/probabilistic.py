"""Networks of simulated p-bits."""

from collections.abc import Sequence
from pathlib import Path

from spicekit.cli import network_pbits
from spicekit.cli.progress import steps_of
from spicekit.face.networks.arguments import arguments, checked, path_of
from spicekit.network.pbits.asked import Asked
from spicekit.network.pbits.problem import Problem
from spicekit.network.pbits.problems import load_problems, parse_times
from spicekit.network.pbits.result import Found
from spicekit.network.pbits.study import steps_in, study
from spicekit.statistics import Statistics


def pbits(
    statistics: Statistics,
    problems: str | Sequence[str] | Problem = "factor_945,factor_4033,maxcut_20,partition_12,full_adder",
    *,
    file: str | Path | None = None,
    times: str | Sequence[float] = "10,30,100,300",
    copies: int = 200,
    samples: int = 1000,
    chips: int = 5,
    seed: int = 0,
    progress: bool = True,
) -> Found:
    """Solve problems with networks of p-bits that have the law and spread of simulated ones, as `spicekit network
    pbits`.

    Args:
        statistics: with `pbit` and its law, such as `sk.load("pbit")`.
        problems: names, or a `Problem`; "own" is that of `file`.
        file: J and h as JSON, or a graph as in the G-set.
        times: lengths of runs, in mean correlation times of a p-bit.
        copies: runs of each kind, at least 2.
        samples, chips: that are compared with Boltzmann's law, for up to 12 bits.

    Returns:
        `table`: a DataFrame, one row for each problem, solver and length of runs; `solved`, `products`.

    Raises:
        InputError: no law of a p-bit, no such problem, or a number out of range.
    """
    with arguments(network_pbits.pbits):
        checked(network_pbits.pbits, copies=copies, samples=samples, chips=chips, seed=seed)
        text = times if isinstance(times, str) else ",".join(map(str, times))
        given = (problems,) if isinstance(problems, Problem) else load_problems(problems, path_of(file), seed)
        asked = Asked(statistics, "the statistics", given, parse_times(text), copies, samples, chips, seed)
        with steps_of(not progress, steps_in(asked), "runs") as show:
            return study(asked, show)
