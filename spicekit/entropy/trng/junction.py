"""Bits of a superparamagnetic junction: a two-state Markov chain, looked at when its amplifier decides.

Between two decisions the junction ends its read, rests, and sits through the beginning of the next read. Each part is
a two-state chain with rates integrated over it, so that bits of one cell are a two-state chain as well, and its bias
and its correlation are known in closed form. Bit 1 is the parallel state.
"""

import numpy as np

from spicekit.entropy.bits.chain import Chains
from spicekit.sampling.normals import named_normals
from spicekit.studies.trng.result import Trng, chances

LITTLE = 1e-3
"""Correlation of neighbouring bits that the chosen interval leaves, for the median cell."""
_NAMES = ("rate", "tilt", "deciding", "after")


def drawn(cells: int, seed: int) -> dict[str, np.ndarray]:
    """Return normals (cells,) of each cell: number i is a function of (seed, i) alone."""
    return dict(
        zip(_NAMES, named_normals(seed, [f"trng {name}" for name in _NAMES], 0, cells).T, strict=True)
    )


def chains(found: Trng, interval: float, z: dict[str, np.ndarray]) -> Chains:
    """Return cells that are read every `interval` [s]; z are normals of `drawn`, zeros are the median cell."""
    rate = np.exp(found.rest_rate.mean + found.rest_rate.std * z["rate"])
    tilt = np.exp((found.rest_tilt.mean + found.rest_tilt.std * z["tilt"]) / 2)
    rest = max(interval - found.read_time, 0.0)

    def part(name: str) -> tuple[np.ndarray, np.ndarray]:
        both = []
        for flips in (found.flips_parallel, found.flips_antiparallel):
            moments = getattr(flips, name)
            both.append(np.maximum(moments.mean + moments.std * z[name], 0.0))
        return chances(*both)

    # chances to be in the antiparallel state at the end, from (parallel, antiparallel)
    parallel, antiparallel = np.zeros_like(rate), np.ones_like(rate)
    for away, back in (part("after"), chances(rate / tilt * rest, rate * tilt * rest), part("deciding")):
        parallel, antiparallel = (p * (1 - back) + (1 - p) * away for p in (parallel, antiparallel))
    return Chains(1 - antiparallel, parallel)


def median(found: Trng, interval: float) -> Chains:
    """Return the median cell."""
    return chains(found, interval, {name: np.zeros(1) for name in _NAMES})


def quiet_interval(found: Trng) -> float:
    """Return the shortest interval [s] at which the median cell's bits are correlated by `LITTLE` at most.

    In two digits, and at least pre-charge and read.
    """
    least = found.precharge_time + found.read_time
    at_least = float(median(found, least).correlation[0])
    if at_least <= LITTLE:
        return least
    # the correlation falls as exp(-(sum of both rates) t) from there
    total = 2 * np.exp(found.rest_rate.mean) * np.cosh(found.rest_tilt.mean / 2)
    interval = least + np.log(at_least / LITTLE) / total
    step = 10.0 ** (np.floor(np.log10(interval)) - 1)
    return float(f"{np.ceil(interval / step - 1e-9) * step:.2g}")
