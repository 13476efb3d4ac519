"""How a state of the nominal device answers to its barrier: measured ln R as deviations of that barrier, and back.

The whole curve is simulated in SPICE, to where a pulse does not switch any more: there ln R ends at that of the other
state. So what a distribution of resistances looks like is a matter of the barrier's distribution and of this curve.
"""

from dataclasses import dataclass, replace

import numpy as np

from spicekit.fit.response import Testbench, device_size, ln_resistances
from spicekit.models.rram import ALTER, RramModel
from spicekit.models.spread_law import SpreadLaw

BARRIER = {"lrs": "e_set", "hrs": "e_reset"}
"""The barrier that a state is told by."""
_REACH = {
    "lrs": (-0.45, 0.6),
    "hrs": (-1.4, 1.0),
}  # eV, beyond which nothing changes any more, or nothing is measured
_POINTS = 101
_FLAT, _STEEP = 0.02, 0.95  # of this quantile of slopes; below it a resistance does not tell the barrier


@dataclass(frozen=True)
class Curve:
    """ln R of the nominal device of one state at one setting against a deviation of its barrier."""

    deviation: np.ndarray  # eV, rising
    ln: np.ndarray  # rising or falling with it

    def deviations(self, ln: np.ndarray) -> np.ndarray:
        """Return the deviations [eV] that give ln R; what the curve does not reach is at its end."""
        rising = self.ln if self.ln[-1] > self.ln[0] else self.ln[::-1]
        deviation = self.deviation if rising is self.ln else self.deviation[::-1]
        return np.interp(ln, rising, deviation)

    def beyond(self, ln: np.ndarray) -> np.ndarray:
        """Return which values the curve does not reach."""
        return (ln < self.ln.min()) | (ln > self.ln.max())


def curve(bench: Testbench, rram: RramModel, state: str) -> Curve:
    """Return the curve of a state, as far as the resistance tells the barrier."""
    low, high = _REACH[state]
    deviation = np.linspace(low, high, _POINTS)
    still = SpreadLaw(device=0.0, kind="absolute", status="assumed", source="step")
    laws = dict.fromkeys(ALTER, still) | {BARRIER[state]: still.model_copy(update={"device": 1.0})}
    points = np.zeros((_POINTS, device_size(bench.set_deck)))
    points[:, list(ALTER).index(BARRIER[state])] = deviation
    cycles = np.zeros((_POINTS, 2 * len(ALTER)))
    alone = replace(rram, laws=laws, correlations=())
    ln = ln_resistances(bench, alone, points, cycles, cycles)[state]
    there = np.isfinite(ln)
    deviation, ln = deviation[there], ln[there]
    slope = np.gradient(ln, deviation)
    middle = int(np.argmin(np.abs(deviation)))
    sign = np.sign(slope[middle])
    # the steepest step of all may be a jump far out, as where a state does not last
    tells = sign * slope > _FLAT * np.quantile(np.abs(slope), _STEEP)
    # the stretch around the nominal device
    first, last = middle, middle
    while first > 0 and tells[first - 1]:
        first -= 1
    while last < len(ln) - 1 and tells[last + 1]:
        last += 1
    kept = slice(first, last + 1)
    rising = np.maximum.accumulate(sign * ln[kept]) + 1e-12 * np.arange(last + 1 - first)
    return Curve(deviation[kept], sign * rising)
