"""One solution: laws and spreads from the rows, with what is known so far of the curvature of the laws."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from spicekit.errors import InputError
from spicekit.fit.curve import BARRIER
from spicekit.fit.estimate import Interval
from spicekit.fit.identify import Choice, fit_what_shows
from spicekit.fit.measured import Setting, describe
from spicekit.fit.response import Slopes, Testbench, slopes, with_spreads
from spicekit.fit.rows import StateRows, StateSpread, spread_of_rows
from spicekit.fit.spreads import LEVELS, UNFITTED, Curvature, Share, SpreadFit, fit_spread
from spicekit.models.rram import RramModel

_SAME = 0.01  # relative change of slopes that does not call for new components
_FLAT = 0.1  # 1/eV; a barrier that acts has thirty times as much

Curvatures = Mapping[tuple[str, int], Curvature]
"""By state and setting."""


@dataclass(frozen=True)
class Solution:
    """A model, and what it was made from."""

    rram: RramModel
    rows: dict[str, StateRows]
    spread: dict[str, StateSpread]  # by state
    memory: Interval | None  # how many cycles a device remembers; None if that cannot be told
    choice: Choice
    slope: list[dict[str, Slopes]]  # by setting, at the values chosen
    fits: dict[tuple[str, str], SpreadFit]  # by (state, level)
    scaled: dict[tuple[str, str], float]  # spreads of the base, by (parameter, "device" or "slow"), put down


def solve(
    base: RramModel,
    settings: Sequence[Setting],
    rows: dict[str, StateRows],
    benches: Sequence[Testbench],
    curvatures: Curvatures,
    before: Solution | None,
) -> Solution:
    """Fit the laws, then the spreads. `before` is where to start from."""
    start = before.slope if before else [slopes(bench, base) for bench in benches]
    spread, memory = _components(base, settings, rows, start, before)
    shift = {s: np.array([curvatures[s, k].shift for k in r.settings]) for s, r in rows.items()}
    means = [replace(m.means, values=m.means.values - shift[s]) for s, m in spread.items()]
    choice = fit_what_shows(benches, base, settings, means)
    rram = _with_memory(choice.rram, memory)
    if before:  # spreads of the other state are counted as they were found
        rram = with_spreads(
            rram, {(p, of): before.rram.sigma(p, of) for p in BARRIER.values() for of in LEVELS["total"]}
        )
    slope = [slopes(bench, rram) for bench in benches]
    shares = {
        s: [Share(slope[k][s], weight, curvatures[s, k].ratios) for k, weight in r.weights().items()]
        for s, r in rows.items()
    }
    rram, fits = _fit_spreads(rram, spread, shares)
    scaled = _scales(fits)
    if scaled:
        rram = with_spreads(rram, {key: base.sigma(*key) * scale for key, scale in scaled.items()})
        rram, fits = _fit_spreads(rram, spread, shares)
    return Solution(rram, rows, spread, memory, choice, slope, fits, scaled)


def _components(
    base: RramModel,
    settings: Sequence[Setting],
    rows: Mapping[str, StateRows],
    slope: Sequence[Mapping[str, Slopes]],
    before: Solution | None,
) -> tuple[dict[str, StateSpread], Interval | None]:
    relative = {}
    for s, r in rows.items():
        main = np.array([slope[k][s].parameters[BARRIER[s]] for k in r.settings])
        if (still := np.abs(main) < _FLAT).any():
            where = describe(settings[r.settings[int(still.argmax())]], settings)
            raise InputError(
                f"`{BARRIER[s]}` of the base card does not move {s.upper()} at {where}: the pulse does not "
                "switch there; check the units and conditions, or start from another card with `--base`"
            )
        relative[s] = main / main[0]
    if before and all(np.allclose(relative[s], before.spread[s].relative, rtol=_SAME) for s in rows):
        return before.spread, before.memory
    return spread_of_rows(rows, relative, base.cycling.correlation_cycles.value)


def _fit_spreads(
    rram: RramModel, spread: Mapping[str, StateSpread], shares: Mapping[str, Sequence[Share]]
) -> tuple[RramModel, dict[tuple[str, str], SpreadFit]]:
    """Fit each state's main spread; what was measured as one is put into the cycle's."""
    fits = {}
    for s, found in spread.items():
        if "total" in found.levels:
            rram = with_spreads(rram, {(BARRIER[s], "device"): 0.0})
    for s, found in spread.items():
        for level, interval in found.levels.items():
            fits[s, level] = fit_spread(rram, s, level, interval, shares[s])
            of = "device" if level == "device" else "slow"
            rram = with_spreads(rram, {(BARRIER[s], of): fits[s, level].sigma.value})
    return rram, fits


def _scales(fits: Mapping[tuple[str, str], SpreadFit]) -> dict[tuple[str, str], float]:
    """Return by how much spreads of the base are put down.

    Chance alone may have put what was measured below them: they are wrong only beyond the interval, that of a level
    or that of all levels of a state together, which is what an error rate comes from.
    """
    scaled: dict[tuple[str, str], float] = {}
    for s in {state for state, _ in fits}:
        own = {level: fit for (state, level), fit in fits.items() if state == s}
        together = sum(f.beyond for f in own.values()) > math.hypot(*(f.chance for f in own.values()))
        for level, found in own.items():
            if found.beyond > found.chance or (together and found.beyond > 0):
                for key in [(p, of) for p in UNFITTED[s] for of in LEVELS[level]]:
                    scaled[key] = min(scaled.get(key, 1.0), found.scale)
    return scaled


def _with_memory(rram: RramModel, memory: Interval | None) -> RramModel:
    if memory is None:
        return rram
    length = rram.cycling.correlation_cycles.model_copy(update={"value": memory.value})
    return replace(rram, cycling=rram.cycling.model_copy(update={"correlation_cycles": length}))
