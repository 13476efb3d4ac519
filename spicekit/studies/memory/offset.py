"""The sense amplifier's own errors: reads of nearly equal resistances, and the offset that they show.

An offset of the amplifier acts like a factor on the ratio of the two resistances. Reads whose ratio is spread around
one tell its standard deviation in ln R: the decision is a probit law of the ratio.
"""

import numpy as np
import pandas as pd

from spicekit.ngspice import evaluate
from spicekit.sampling.normals import named_normals
from spicekit.statistics import SenseOffset
from spicekit.studies.memory.chain import Chain

SAMPLES = 600  # of each fresh condition: the offset is then known within 7 %
_SPREAD = 0.4  # standard deviation of the ratio asked for, in ln R: about twice the offset
_LEAST = 50  # reads; fewer say too little
_EVEN = 0.5  # chance of having seen no read against its ratio


def offset_reads(chain: Chain, seed: int, numbers: np.ndarray, lrs_gap: np.ndarray) -> pd.DataFrame:
    """Read two devices that differ by a drawn ratio around one, with a drawn amplifier.

    Args:
        numbers: sample numbers; only those below `SAMPLES` are read, and only fresh devices.
        lrs_gap: (samples,), nm: both devices are near the low resistance state of their sample.

    Returns:
        Columns ``offset_shift`` (ln of right over left resistance) and ``offset_decision`` (V); NaN where not read.
    """
    result = np.full((len(numbers), 2), np.nan)
    rows = (
        np.flatnonzero((numbers < SAMPLES) & np.isfinite(lrs_gap)) if chain.cycles == 0 else np.array([], int)
    )
    deck, spread = chain.read.deck, chain.read.spread
    names = [f"offset.{name}" for name in (*(s.name for s in spread), "shift")]
    for row in rows:
        number = int(numbers[row])
        z = named_normals(seed, names, number, number + 1)[0]
        shift = _SPREAD * z[-1]
        values = _shifted(chain, lrs_gap[row], shift)
        values |= {s.name: float(s.value(z[k])) for k, s in enumerate(spread)}
        measured, outcomes = evaluate(deck, np.array([deck.row(values)]))
        if outcomes[0].ok:
            result[row] = shift, measured[0, 0]
    return pd.DataFrame(result, columns=["offset_shift", "offset_decision"])


def _shifted(chain: Chain, gap: float, shift: float) -> dict[str, float]:
    """Return the values of two devices near the state `gap` whose ln R differ by `shift`, the right one's higher."""
    if chain.offset_gap is not None:
        step = shift * chain.offset_gap / 2
        return {"left.gap": gap - step, "right.gap": gap + step}
    conducts, factor = chain.population.conductance, np.exp(shift / 2)
    return {
        "left.gap": gap, "right.gap": gap, f"left.{conducts}": factor, f"right.{conducts}": 1 / factor,
    }  # fmt: skip


def sense_offset(samples: pd.DataFrame) -> SenseOffset | None:
    """Return the offset's standard deviation in ln R by maximum likelihood; None with too few reads.

    Without a read against its ratio the likelihood is highest at no offset at all: said is then the offset at which
    that has even odds, uncertain by as much. A read errs with atan(offset / spread) / π, as both are normal.
    """
    if "offset_shift" not in samples:
        return None
    from scipy.special import log_ndtr  # here, as reads are simulated without it

    reads = samples[["offset_shift", "offset_decision"]].dropna()
    if len(reads) < _LEAST:
        return None
    toward = (reads["offset_shift"] * np.sign(reads["offset_decision"])).to_numpy()
    if (toward > 0).all():
        small = float(_SPREAD * np.tan(np.pi * (1 - _EVEN ** (1 / len(reads)))))
        return SenseOffset(sigma_ln=small, standard_error=small, samples=len(reads))

    def surprise(ln_sigma: float) -> float:
        return -float(log_ndtr(toward / np.exp(ln_sigma)).sum())

    grid = np.linspace(np.log(1e-3), np.log(10), 2001)  # half a percent: far below the standard error
    height = np.array([surprise(ln_sigma) for ln_sigma in grid])
    at = int(np.clip(np.argmin(height), 10, len(grid) - 11))
    curvature = (height[at + 10] - 2 * height[at] + height[at - 10]) / (10 * (grid[1] - grid[0])) ** 2
    sigma = float(np.exp(grid[at]))
    return SenseOffset(sigma_ln=sigma, standard_error=sigma / float(np.sqrt(curvature)), samples=len(reads))
