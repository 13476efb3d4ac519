"""Waveforms of many samples on one uniform time grid, with sources that follow sampled inputs.

ngspice asks for the inputs while it runs, through its interface for external sources: no file, no breakpoint (which
would throw the integrator back to first order at every input sample), and every number arrives bit for bit.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from spicekit.errors import InputError
from spicekit.ngspice import watchdog
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.host import in_worker
from spicekit.ngspice.measure import vector_name
from spicekit.ngspice.noted import note
from spicekit.ngspice.outcome import OK, Outcome, Reason
from spicekit.ngspice.session import in_session


class Recording(NamedTuple):
    """What `record` returns."""

    times: np.ndarray  # (times,), s, uniform
    waves: np.ndarray  # (samples, signals, times), SI; NaN where a sample has no answer
    outcomes: tuple[Outcome, ...]  # one per sample


def record(
    deck: Deck,
    values: np.ndarray,
    *,
    signals: Sequence[str],
    step: float,
    start: float = 0.0,
    inputs: Mapping[str, np.ndarray] | None = None,
    input_step: float = 0.0,
    hold: bool = False,
) -> Recording:
    """Simulate every row of `values` and return its waveforms, on a uniform grid from `start` to the deck's end.

    Between ngspice's own time points, which the deck's maximum step sets, waves are cubic splines. A sample's result
    depends on its row and its inputs alone, bit for bit.

    Args:
        deck: what is simulated; its `also_save` holds the signals.
        values: (samples, parameters), SI, in the order of `deck.parameters`.
        signals: names as in `also_save`, such as "te" or "xosc.x".
        step: s, between points of the result.
        start: s, of the first point.
        inputs: name of a constant source at the top of the netlist -> (samples, n) values [V or A], the first at
            time zero. The source follows them instead of its constant; after the last it stays there.
        input_step: s, between input values.
        hold: keep each input value until the next one comes; else inputs are piecewise linear.

    Raises:
        InputError: shapes, names or steps do not fit.
        SimulatorError, SimulatorLost: as `evaluate`.
    """
    rows = np.asarray(values, dtype=float)
    given = {name: np.asarray(array, dtype=float) for name, array in (inputs or {}).items()}
    _check(deck, rows, given, input_step, step, start)
    vectors = [vector_name(signal) for signal in signals]
    for signal, vector in zip(signals, vectors, strict=True):
        if vector not in deck.vectors:
            raise InputError(f"deck `{deck.name}` does not save `{signal}`: put it into `also_save`")
    times = start + step * np.arange(int((deck.stop_time - start) / step * (1 + 1e-12)) + 1)
    run = partial(_recorded, deck, vectors, times, input_step, hold)
    note(deck, rows, driven=bool(given))
    return in_worker(run, (rows, given), f"deck `{deck.name}`")


def _recorded(
    deck: Deck,
    vectors: Sequence[str],
    times: np.ndarray,
    input_step: float,
    hold: bool,
    values: tuple[np.ndarray, Mapping[str, np.ndarray]],
) -> Recording:
    from scipy.interpolate import CubicSpline  # half a second, which the other users of ngspice need not wait

    rows, given = values
    waves = np.full((len(rows), len(vectors), len(times)), np.nan)
    outcomes = []
    with in_session() as session:
        for i, row in enumerate(rows):
            watchdog.alive()
            values_in = np.concatenate([row, *(array[i] for array in given.values())])
            if not np.isfinite(values_in).all():
                outcomes.append(Outcome(Reason.BAD_VALUE, "a parameter or an input is not finite"))
                continue
            functions = {name: _function(array[i], input_step, hold) for name, array in given.items()}
            found, outcome = session.run(deck, row.tolist(), functions)
            if outcome.ok:
                at = np.clip(times, found["time"][0], found["time"][-1])
                for j, vector in enumerate(vectors):
                    waves[i, j] = CubicSpline(found["time"], found[vector])(at)
            outcomes.append(OK if outcome.ok else outcome)
    return Recording(times, waves, tuple(outcomes))


def _function(array: np.ndarray, step: float, hold: bool) -> Callable[[float], float]:
    """Return the input as a function of the time [s]; plain Python floats, as it is called millions of times."""
    points, last, per_second = [*array.tolist(), array[-1].item()], len(array) - 1, 1 / step

    def linear(time: float) -> float:
        position = time * per_second
        k = int(position)
        if k >= last:
            return points[last]
        return points[k] + (points[k + 1] - points[k]) * (position - k)

    def held(time: float) -> float:
        return points[min(int(time * per_second * (1 + 1e-12)), last)]

    return held if hold else linear


def _check(
    deck: Deck,
    rows: np.ndarray,
    inputs: Mapping[str, np.ndarray],
    input_step: float,
    step: float,
    start: float,
) -> None:
    if rows.ndim != 2 or rows.shape[1] != len(deck.parameters):
        raise InputError(f"`values` has shape {rows.shape}, expected (samples, {len(deck.parameters)})")
    if not 0 < step <= deck.stop_time:
        raise InputError(
            f"`step` is {step:g} s, expected above 0 and up to the deck's end at {deck.stop_time:g} s"
        )
    if not 0 <= start < deck.stop_time:
        raise InputError(
            f"`start` is {start:g} s, expected from 0 to before the deck's end at {deck.stop_time:g} s"
        )
    if inputs and not input_step > 0:
        raise InputError(f"`input_step` is {input_step:g} s, expected above 0")
    for name, array in inputs.items():
        if array.ndim != 2 or len(array) != len(rows) or array.shape[1] < 1:
            raise InputError(
                f"input `{name}` has shape {array.shape}, expected ({len(rows)} samples, n values)"
            )
