"""True random bits of the simulated devices."""

from spicekit.cli import entropy_trng
from spicekit.cli.progress import steps_of
from spicekit.entropy.trng.asked import Asked, seconds_of
from spicekit.entropy.trng.result import Found
from spicekit.entropy.trng.study import steps_in, study
from spicekit.face.networks.arguments import arguments, checked
from spicekit.statistics import Statistics


def trng(
    statistics: Statistics,
    *,
    bits: int = 1_000_000,
    interval: str | None = None,
    cells: int = 1000,
    seed: int = 0,
    progress: bool = True,
) -> Found:
    """Judge random bits of a superparamagnetic junction, as `spicekit entropy trng` does.

    Args:
        statistics: with `trng`, of `[studies.trng]`.
        bits: of each stream that is tested, at least 100,000.
        interval: between two reads, such as "50 ns"; None: the shortest that leaves little correlation.
        cells: whose bias and correlation are looked at.

    Returns:
        `table`: a DataFrame, one row for each stream; `streams`, `settings`, `sweep`, `interval`.

    Raises:
        InputError: no `trng` in the statistics, or a number out of range.
    """
    with arguments(entropy_trng.trng):
        checked(entropy_trng.trng, bits=bits, cells=cells, seed=seed)
        asked = Asked(statistics, "the statistics", bits, seconds_of(interval), cells, seed)
        with steps_of(not progress, steps_in(asked), "steps") as show:
            return study(asked, show)
