"""The fit: from measured resistances to a model that gives the same ones in SPICE.

ln R is straight in the barriers only near the nominal device. So the fit goes in rounds: take the laws for straight,
fit, simulate devices of the fitted model, see by how much their mean and variances differ from those of straight laws,
and fit again with that counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.fit.curvature import curvature
from spicekit.fit.curve import BARRIER
from spicekit.fit.estimate import Estimate
from spicekit.fit.form import Forms, forms, tell_forms
from spicekit.fit.goodness import switched
from spicekit.fit.laws import LawFit
from spicekit.fit.measured import STATES, Measured, Setting
from spicekit.fit.response import (
    Testbench,
    build_testbench,
    check_word_line,
    drawn,
    drawn_size,
    nominal,
    without_forms,
)
from spicekit.fit.rows import StateRows, state_rows
from spicekit.fit.say import estimates, notes
from spicekit.fit.solve import Curvatures, Solution, solve
from spicekit.fit.spreads import STRAIGHT
from spicekit.models.rram import RramModel
from spicekit.sampling.normals import standard_normals
from spicekit.units import engineering


@dataclass(frozen=True)
class Simulated:
    """ln R of drawn devices of the fitted model at one setting and state."""

    ln: np.ndarray  # (devices, 2 cycles that do not remember each other); NaN if lost or not switched
    lost: int  # discards, and pulses that did not switch


@dataclass(frozen=True)
class Fit:
    """The fitted model with all that is said of it."""

    rram: RramModel
    settings: tuple[Setting, ...]  # that were measured; each with its compliance
    rows: dict[str, StateRows]  # by state
    laws: LawFit
    estimates: tuple[Estimate, ...]
    scaled: dict[
        tuple[str, str], float
    ]  # (parameter, "device" or "slow"): spreads of the base that were put down
    simulated: dict[tuple[str, int], Simulated]  # by (state, setting), other devices than those of the fit
    notes: tuple[str, ...]
    forms: Forms | None = (
        None  # of the distributions, where the resistances tell more than standard deviations
    )


def fit_devices(
    measured: Measured,
    technology: Technology,
    samples: int = 128,
    rounds: int = 2,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> Fit:
    """Fit the model of `technology` to measured resistances.

    Args:
        samples: devices simulated per setting and round, two cycles each.
        rounds: of correction for the curvature of the laws.
        tell: is given a line before each step that takes long.

    Raises:
        InputError: the model cannot reach the resistances, or the circuit not a setting.
        SimulatorError: ngspice is missing or finds no nominal state.
    """
    rows = {s: found for s in STATES if (found := state_rows(measured, s))}
    told = tell_forms(rows)
    if told:
        rows = {s: found for s in rows if (found := state_rows(measured, s, with_tails=True))}
    # few resistances tell standard deviations alone; what many tell takes the place of what the base card has
    assert isinstance(technology.rram, RramModel)  # what the barriers of a card are fitted in
    base = without_forms(technology.rram, [BARRIER[s] for s in rows])
    tell(f"word lines, slopes and variance components ({len(measured.settings)} x conditions)")
    benches = [build_testbench(technology, setting) for setting in measured.settings]
    settings = tuple(bench.setting for bench in benches)
    for k in rows["lrs"].settings if "lrs" in rows else ():
        check_word_line(benches[k], base)
    curvatures = {(s, k): STRAIGHT for s, r in rows.items() for k in r.settings}
    solution = solve(base, settings, rows, benches, curvatures, None)
    for count in range(1, 0 if told else rounds + 1):
        tell(f"round {count} of {rounds}: {samples} devices at each condition")
        curvatures = _curvatures(solution, benches, seed, samples)
        solution = solve(base, settings, rows, benches, curvatures, solution)
    found = None
    if told:
        tell(f"forms of the distributions: {samples} devices at each condition, {rounds} times")
        # how long cycles are remembered is told by the scores, or left as it was
        laws = replace(solution.rram, cycling=base.cycling)
        found = forms(laws, rows, benches, samples, rounds, seed)
        solution = replace(solution, rram=found.rram)
    tell(f"{samples} other devices at each condition, to compare")
    return Fit(
        solution.rram,
        settings,
        rows,
        solution.choice.laws,
        estimates(base, solution, found),
        solution.scaled,
        _compare(solution, benches, seed, samples, with_tails=told),
        (
            *measured.notes,
            *_of_access(technology, settings),
            *solution.choice.notes,
            *notes(base, solution, found),
        ),
        found,
    )


def _of_access(technology: Technology, settings: Sequence[Setting]) -> list[str]:
    """Return a note on the access transistor if measured numbers rest on it more than by a compliance."""
    lines = [s for s in settings if s.set_word_line is not None]
    if not lines and not any(s.with_access for s in settings):
        return []
    drawn = technology.access
    found = [
        f"the access transistor is that of the design, {drawn.width * 1e6:g} µm wide and {drawn.length * 1e6:g} µm "
        f"long ({technology.process.name}): if the measured one is another, give its `--design`"
    ]
    if lines:
        shown = [
            f"{s.set_word_line:g} V {engineering(s.set_compliance or 0.0, 'A')}"
            for s in (lines[0], lines[-1])
        ]
        found.append(f"it limits SET, by word line, to {' ... '.join(dict.fromkeys(shown))}")
    return found


def _curvatures(solution: Solution, benches: Sequence[Testbench], seed: int, samples: int) -> Curvatures:
    """Simulate devices of the model as it is, and compare with straight laws."""
    found = {}
    for k, bench in enumerate(benches):
        normals = _normals(bench, "fit", seed, samples)
        slope, middle = solution.slope[k], nominal(bench, solution.rram)
        ln = drawn(bench, solution.rram, normals)
        for s, rows in solution.rows.items():
            if k in rows.settings:
                found[s, k] = curvature(_kept(ln[s]) - middle[s], normals, slope[s], solution.rram)
    return found


def _compare(
    solution: Solution, benches: Sequence[Testbench], seed: int, samples: int, with_tails: bool
) -> dict[tuple[str, int], Simulated]:
    found = {}
    for k, bench in enumerate(benches):
        ln = drawn(bench, solution.rram, _normals(bench, "compare", seed, samples))
        for s, rows in solution.rows.items():
            if k in rows.settings:
                kept = ln[s] if with_tails else _kept(ln[s])
                found[s, k] = Simulated(kept, int(np.isnan(kept).sum()))
    return found


def _normals(bench: Testbench, purpose: str, seed: int, samples: int) -> np.ndarray:
    # not of the card: the same draws in all rounds let them settle
    return standard_normals(seed, f"{purpose}, {bench.setting}", 0, samples, drawn_size(bench))


def _kept(ln_resistance: np.ndarray) -> np.ndarray:
    return np.where(switched(ln_resistance), ln_resistance, np.nan)
