"""Sources of random bits in statistics, and which of them is asked for."""

from collections.abc import Callable
from typing import Literal

from spicekit.entropy.trng import asked as junction
from spicekit.entropy.trng import study as of_junction
from spicekit.entropy.trng.result import Found as JunctionFound
from spicekit.entropy.writes import asked as pairs
from spicekit.entropy.writes import study as of_pairs
from spicekit.entropy.writes.result import Found as PairsFound
from spicekit.errors import InputError, did_you_mean
from spicekit.statistics import Statistics

Source = Literal["junction", "pairs"]
Asked = junction.Asked | pairs.Asked
Found = JunctionFound | PairsFound
_KEYS = {"junction": "trng", "pairs": "random_writes"}


def asked_of(
    statistics: Statistics,
    where: str,
    *,
    source: str | None,
    bits: int,
    interval: str | None,
    cells: int,
    seed: int,
    state: str | None,
    bound: float | None,
    tests: int | None,
) -> Asked:
    """Return what is asked of a source; without one that is named, of a junction if there is one, else of pairs.

    Raises:
        InputError: there is none, or an option is not for it.
    """
    if source is not None and source not in _KEYS:
        raise InputError(f"`--source` is `{source}`{did_you_mean(source, _KEYS)}; expected junction or pairs")
    there = [name for name, key in _KEYS.items() if _has(statistics, key)]
    if source is None and not there:
        raise InputError(
            f"{where}: has no `trng` and no `random_writes`: run an experiment with `[studies.trng]` or "
            "`[studies.random_writes]`, such as `spicekit run trng`, and give its folder"
        )
    chosen, between = source or there[0], junction.seconds_of(interval)
    if chosen == "pairs":
        own = {"bound": bound, "tests": tests}
        given = {name: value for name, value in own.items() if value is not None}
        return pairs.Asked(statistics, where, bits, between, cells, seed, state, **given)  # type: ignore[arg-type]
    for name, value in (("state", state), ("bound", bound), ("tests", tests)):
        if value is not None:
            raise InputError(
                f"`--{name}` is for pairs that are written again and again, not for a junction: leave it out"
            )
    return junction.Asked(statistics, where, bits, between, cells, seed)


def _has(statistics: Statistics, key: str) -> bool:
    return key in statistics.studies or any(key in point.studies for point in statistics.grid)


def steps_in(asked: Asked) -> int:
    """Return how many steps `study` has."""
    return of_pairs.steps_in(asked) if isinstance(asked, pairs.Asked) else of_junction.steps_in(asked)


def study(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Found:
    """Return all that is found; `progress` is told how many steps are done."""
    if isinstance(asked, pairs.Asked):
        return of_pairs.study(asked, progress)
    return of_junction.study(asked, progress)
