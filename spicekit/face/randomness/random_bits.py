"""True random bits of the simulated devices."""

from spicekit.cli import entropy_trng
from spicekit.cli.progress import steps_of
from spicekit.entropy.sources import Found, asked_of, steps_in, study
from spicekit.face.networks.arguments import arguments, checked
from spicekit.statistics import Statistics


def trng(
    statistics: Statistics,
    *,
    source: str | None = None,
    bits: int = 1_000_000,
    interval: str | None = None,
    cells: int = 1000,
    state: str | None = None,
    bound: float | None = None,
    tests: int | None = None,
    seed: int = 0,
    progress: bool = True,
) -> Found:
    """Judge random bits of a superparamagnetic junction or of written pairs, as `spicekit entropy trng` does.

    Args:
        statistics: with `trng`, of `[studies.trng]`, or `random_writes`, of `[studies.random_writes]`.
        source: "junction" or "pairs"; None: the junction where the statistics have both.
        bits: of each stream that is tested, at least 100,000.
        interval: between two reads of a cell, or of a pair that is written once, such as "50 ns"; None: the shortest
            that leaves little correlation.
        cells: cells or pairs whose bias is looked at.
        state: of pairs, "lrs" or "hrs"; None: that of which least stays with the pair.
        bound: of pairs, of the share of ones of chosen ones, to either side of one half; None: 0.05.
        tests: of pairs, writes by which they are chosen; None: 64.

    Returns:
        `table`: a DataFrame, one row for each stream; `streams`, `settings`, `sweep`, `interval`; of pairs `choices`.

    Raises:
        InputError: neither in the statistics, a number out of range, or an argument that is not for this source.
    """
    with arguments(entropy_trng.trng):
        checked(entropy_trng.trng, bits=bits, cells=cells, seed=seed, bound=bound, tests=tests)
        asked = asked_of(
            statistics, "the statistics", source=source, bits=bits, interval=interval, cells=cells, seed=seed,
            state=state, bound=bound, tests=tests,
        )  # fmt: skip
        with steps_of(not progress, steps_in(asked), "steps") as show:
            return study(asked, show)
