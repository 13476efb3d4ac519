"""Physically unclonable functions of the simulated devices."""

from spicekit.cli import entropy_puf
from spicekit.cli.progress import steps_of
from spicekit.entropy.puf.asked import Asked
from spicekit.entropy.puf.result import Found
from spicekit.entropy.puf.study import steps_in, study
from spicekit.face.networks.arguments import arguments, checked
from spicekit.statistics import Statistics


def puf(
    statistics: Statistics,
    *,
    state: str | None = None,
    chips: int = 1000,
    rows: int = 32,
    columns: int = 32,
    failure: float = 1e-6,
    seed: int = 0,
    progress: bool = True,
) -> Found:
    """Judge chips whose 2T2R pairs are written equally, as `spicekit entropy puf` does.

    Args:
        statistics: with `puf`, of `[studies.puf]`.
        state: "lrs" or "hrs"; None: that in which devices decide most, and amplifiers least.
        chips: that are drawn, at least 20.
        rows, columns: pairs behind one amplifier, and amplifiers.
        failure: chance that a key is not found again, at most.

    Returns:
        `table`: a DataFrame, one row for each state and read; `states`, `chosen`, `entropy`, `keys`.

    Raises:
        InputError: no `puf` in the statistics, no such state, or a number out of range.
    """
    with arguments(entropy_puf.puf):
        checked(entropy_puf.puf, chips=chips, rows=rows, columns=columns, failure=failure, seed=seed)
        asked = Asked(statistics, "the statistics", state, chips, rows, columns, failure, seed)
        with steps_of(not progress, steps_in(asked), "chips") as show:
            return study(asked, show)
