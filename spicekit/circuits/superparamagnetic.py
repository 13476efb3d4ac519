"""A superparamagnetic junction behind a resistor, with the candidate events of one sample."""

from collections.abc import Sequence

import numpy as np

from spicekit.circuits.circuit_builder import ZERO_CELSIUS, Points
from spicekit.errors import InputError
from spicekit.models.superparamagnetic import Superparamagnetic, thermal_energy
from spicekit.ngspice.deck import Deck, Parameter

PULSE = 2e-3
"""Length of one pulse of the clock, in mean times between candidates: how long a flip takes."""

DEAD_TIME = 5 * PULSE
"""Least time between two candidates, in the same unit: both pulses with their edges."""

MOST_CANDIDATES = 400
"""ngspice searches a piecewise-linear source from its start: the cost of a sample grows with the square."""

_EDGE, _SETTLED = 0.2, 10  # of a pulse: the edges' share, and time constants within it
_PER_LINE = 6
_ITERATIONS = 60


def telegraph_deck(
    model: Superparamagnetic,
    temperature: float,
    series: float,
    drive: Points,
    bound: float,
    times: Sequence[float] | np.ndarray,
    marks: Sequence[float] | np.ndarray,
    duration: float,
    initial: int = 0,
) -> Deck:
    """Return the deck of a junction in series with a resistor under the voltage `drive`.

    Parameters: ``barrier`` [eV over kT, a pure number] and ``offset`` [V] of the device. Waves: ``te`` [V] over the
    junction; ``xj.state`` (0 parallel, 1 antiparallel); ``xj.share``, the rate of the present state over `bound`: where
    it exceeds 1 the sample is not the process that was asked for.

    Args:
        temperature: K.
        series: Ohm.
        drive: (time [s], voltage [V]) of the source.
        bound: 1/s, rate of the candidates; no rate may exceed it.
        times, marks: (n,), of the candidates; `DEAD_TIME`/bound apart at least.
        duration: s.
        initial: state at time zero.

    Raises:
        InputError: too many candidates for one run.
    """
    width = PULSE / bound
    clock, mark = candidate_drives(bound, times, marks)
    stop = max(duration, clock[-1][0] + _EDGE * width)
    text = "\n".join(
        [
            f"* superparamagnetic junction {model.name} behind {series:g} Ohm",
            f"vdrive drive 0 {_pwl(drive)}",
            f"rseries drive te {series!r}",
            f"vclock clock 0 {_pwl(clock)}",
            f"vmark mark 0 {_pwl(mark)}",
            f"xj te 0 clock mark superparamagnetic rate_bound={bound!r} pace={pace_of(bound)!r} initial={initial}",
            model.subcircuit(temperature),
            f".options temp={temperature - ZERO_CELSIUS:.10g} method=trap",
            f".tran {stop / 50:.10g} {stop:.12g} 0 {stop / 50:.10g} uic",
            ".end",
            "",
        ]
    )
    parameters = (
        Parameter("barrier", "alter v.xj.vkt={}", model.value("barrier") / thermal_energy(temperature)),
        Parameter("offset", "alter v.xj.voff={}", model.value("offset")),
    )
    return Deck("telegraph", text, parameters, (), stop, ("te", "xj.state", "xj.share"))


def candidate_drives(
    bound: float, times: Sequence[float] | np.ndarray, marks: Sequence[float] | np.ndarray
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the (time [s], voltage [V]) points of the junction's clock and of its mark, for candidates as in a deck.

    Raises:
        InputError: too many candidates for one run.
    """
    if len(times) > MOST_CANDIDATES:
        raise InputError(
            f"{len(times)} candidate events in one run, expected at most {MOST_CANDIDATES}: make the record shorter"
        )
    width = PULSE / bound
    edge = _EDGE * width
    clock, mark = [(0.0, 0.0)], [(0.0, 0.5)]
    for time, height in zip(times, marks, strict=True):
        decided, taken = time + width, time + width + 2 * edge
        clock += [
            (time, 0), (time + edge, 1), (decided, 1), (taken, -1), (taken + width - edge, -1), (taken + width, 0),
        ]  # fmt: skip
        mark += [(time, height), (taken, height)]
    return clock, mark


def pace_of(bound: float) -> float:
    """Return the rate [1/s] at which the pulses of candidates at the rate `bound` [1/s] settle the state."""
    return _SETTLED / (PULSE / bound)


def junction_voltages(model: Superparamagnetic, drive: float, series: float) -> tuple[float, float]:
    """Return the voltage [V] on the junction while it is (parallel, antiparallel), behind `series` [Ohm]."""
    found = []
    for state in (0, 1):
        voltage = drive
        for _ in range(_ITERATIONS):  # contracts: the resistance depends weakly on the voltage
            resistance = model.resistances(voltage)[state]
            voltage = drive * resistance / (resistance + series)
        found.append(voltage)
    return found[0], found[1]


def _pwl(points: Sequence[tuple[float, float]]) -> str:
    words = [f"{time:.12g} {value:.12g}" for time, value in points]
    rows = [" ".join(words[k : k + _PER_LINE]) for k in range(0, len(words), _PER_LINE)]
    return "pwl(" + "\n+ ".join(rows) + ")"
