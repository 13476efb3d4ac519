"""Curves of the device for the page: loops, resistance against state, SET and RESET in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from spicekit.circuits.device import hold_deck, loop_deck
from spicekit.circuits.loop import half_loop_deck
from spicekit.device_check.bench import Bench, resistance_of
from spicekit.device_check.guarded import run
from spicekit.device_check.ladder import Hold
from spicekit.device_check.switching import lowest_voltage
from spicekit.ngspice import Deck, waveforms

_RAMP = 1e-6  # s, from zero to the peak
_MORE, _MOST = 1.4, 3.0  # peak over what switches in 1 µs, and V at most
_READS = 61  # states
GLANCE = 1e-10  # s, of a read that moves hardly any state
_POINTS = 400  # of a curve: a page should stay small


@dataclass(frozen=True)
class Traced:
    """What is seen over time, (points,) each: s, V over the device or cell, A, the unit of the state."""

    time: np.ndarray
    voltage: np.ndarray
    current: np.ndarray
    state: np.ndarray


@dataclass(frozen=True)
class Curves:
    """All that is drawn; what failed is missing."""

    loops: Mapping[str, Sequence[Traced]]  # "alone" and "cell": pieces of a loop
    states: np.ndarray
    resistances: np.ndarray  # Ohm, at the verify voltage
    pulses: Mapping[str, Traced]  # "SET", "RESET" in the cell


def trace_curves(bench: Bench, holds: Sequence[Hold], in_cell: bool) -> Curves:
    """Simulate what the page draws; the cell's only if its device switches."""
    low, high = bench.device.population().gap_range
    volts = bench.technology.design.verify_voltage
    deck = hold_deck(bench.technology, volts, GLANCE, bench.middle, bench.middle)
    ran = [
        one for one in run(deck, [{"cell.gap": at} for at in np.linspace(low, high, _READS)]) if not one.why
    ]
    # a fast device has moved on its way: what belongs together is where it is, and what flows there
    seen = sorted((one["gap"], resistance_of(volts, one["current"])) for one in ran)
    states, resistances = np.array(seen).reshape(-1, 2).T
    rise, fall = (_peak(lowest_voltage(holds, start, _RAMP)) for start in ("hrs", "lrs"))
    alone = loop_deck(bench.technology, rise, fall, _RAMP, bench.start("hrs"))
    loops: dict[str, Sequence[Traced]] = {"alone": _traced(alone, bench.start("hrs"), "te")}
    if not in_cell:
        return Curves(loops, states, resistances, {})
    pulses = bench.pulses
    written = {
        "SET": _traced(pulses.set_deck.deck, bench.start("hrs"), "bl", "sl"),
        "RESET": _traced(pulses.reset_deck.deck, bench.start("lrs"), "bl", "sl"),
    }
    loops["cell"] = _cell_loop(bench)
    return Curves(loops, states, resistances, {way: traced[0] for way, traced in written.items() if traced})


def _peak(switches: float | None) -> float:
    return _MOST if switches is None else min(_MOST, round(_MORE * switches, 3))


def _cell_loop(bench: Bench) -> list[Traced]:
    """Return both halves of the loop through the transistor: SET under the first compliance, then RESET."""
    technology, design = bench.technology, bench.technology.design
    word_line = bench.pulses.word_line
    rise = half_loop_deck(
        technology,
        bench.set_voltage or design.set_voltage,
        _RAMP,
        word_line,
        bench.start("hrs"),
        bench.middle,
    ).deck
    up = _traced(rise, bench.start("hrs"), "bl", "sl")
    if not up:
        return []
    state = float(up[0].state[-1])
    fall = half_loop_deck(
        technology, -bench.reset_voltage, _RAMP, design.reset_word_line, state, bench.middle
    ).deck
    return [*up, *_traced(fall, state, "bl", "sl")]


def _traced(deck: Deck, start: float, plus: str, minus: str | None = None) -> list[Traced]:
    """Return what a deck's device goes through, in a list, which is empty if it fails."""
    row = {"cell.gap": start}
    (ran,) = run(deck, [row])
    if ran.why:
        return []
    waves = waveforms(replace(deck, also_save=(*deck.also_save, "vcell#branch", "xcell.gap")), row)
    time = waves["time"]
    kept = np.unique(np.linspace(0, len(time) - 1, _POINTS).astype(int))
    voltage = waves[plus] - (waves[minus] if minus else 0.0)
    return [Traced(*(wave[kept] for wave in (time, voltage, waves["vcell#branch"], waves["xcell.gap"])))]
