"""Resistances of the model in SPICE: nominal, their slopes in each parameter, and those of drawn devices.

A cycle is SET, RESET, SET, as a memory is cycled: the RESET gives the high resistance, the second SET the low one, and
each starts from what the pulse before of the same condition left.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.errors import SimulatorError
from spicekit.fit.measured import STATES, Setting
from spicekit.models.rram import ALTER, RramModel, SpreadLaw
from spicekit.studies.devices import Devices

_STEP = (
    0.02  # of a slope, over the SET barrier or i0: far above the simulator's noise, small against curvature
)


@dataclass(frozen=True)
class Testbench:
    """The decks of one setting; parameters of the memory are altered in them."""

    setting: Setting
    set_deck: ProgramDeck
    reset_deck: ProgramDeck


@dataclass(frozen=True)
class Slopes:
    """d ln R, per parameter in its own unit, and per standard deviation of each mismatch coordinate."""

    parameters: dict[str, float]
    access: np.ndarray


def build_testbench(technology: Technology, setting: Setting) -> Testbench:
    """Return the bench of a setting; finds the word line that makes the compliance by simulation.

    Raises:
        InputError: the circuit cannot do this setting.
    """
    design, rram = replace(technology.design, verify_voltage=setting.read_voltage), technology.rram
    own = replace(technology, design=design)
    word_line = compliance_word_line(own, setting.set_compliance)
    set_pulse = Pulse("set", design.set_voltage, word_line, setting.pulse_width)
    reset_pulse = Pulse("reset", setting.reset_voltage, design.reset_word_line, setting.pulse_width)
    return Testbench(
        setting,
        program_deck(own, set_pulse, rram.initial.hrs.value),
        program_deck(own, reset_pulse, rram.initial.lrs.value),
    )


def with_values(rram: RramModel, values: Mapping[str, float]) -> RramModel:
    """Return the model with other values of parameters."""
    changed = {p: rram.quantities[p].model_copy(update={"value": float(v)}) for p, v in values.items()}
    return replace(rram, quantities=rram.quantities | changed)


def with_spreads(rram: RramModel, sigmas: Mapping[tuple[str, str], float]) -> RramModel:
    """Return the model with other standard deviations, in the parameter's unit, by (parameter, part)."""
    laws = dict(rram.laws)
    for (p, of), sigma in sigmas.items():
        scale = rram.value(p) if laws[p].kind == "relative" else 1.0
        laws[p] = laws[p].model_copy(update={of: float(sigma / scale)})
    return replace(rram, laws=laws)


def nominal(bench: Testbench, rram: RramModel) -> dict[str, float]:
    """Return ln R of the nominal device by state.

    Raises:
        SimulatorError: ngspice finds no answer.
    """
    found = _ln_resistances(
        bench, rram, np.zeros((1, device_size(bench.set_deck))), *2 * [np.zeros((1, 2 * len(ALTER)))]
    )
    return {state: _sure(found[state], bench)[0] for state in STATES}


def slopes(bench: Testbench, rram: RramModel, only: Sequence[str] | None = None) -> dict[str, Slopes]:
    """Return the slopes of ln R by state, by central differences in SPICE; all pulses have the changed value.

    `only` names the parameters to look at; all other slopes are then zero.
    """
    names = list(ALTER)
    steps = {p: _STEP * (rram.value(p) if p == "i0" else rram.value("e_set")) for p in names}
    probe = {p: SpreadLaw(device=steps[p], kind="absolute", status="assumed", source="step") for p in names}
    size = device_size(bench.set_deck)
    looked_at = [k for k in range(size) if only is None or (k < len(names) and names[k] in only)]
    one = np.eye(size)[looked_at]
    still = np.zeros((2 * len(one), 2 * len(ALTER)))
    found = _ln_resistances(bench, replace(rram, laws=probe), np.concatenate([one, -one]), still, still)
    result = {}
    for state in STATES:
        up, down = _sure(found[state], bench).reshape(2, len(one))
        slope = np.zeros(size)
        slope[looked_at] = (up - down) / 2
        per_unit = {p: float(slope[k] / steps[p]) for k, p in enumerate(names)}
        result[state] = Slopes(per_unit, slope[len(ALTER) :])
    return result


def device_size(program: ProgramDeck) -> int:
    """Return how many standard normals a device takes, its access transistor included."""
    return len(ALTER) + len(program.spread)


def drawn_size(bench: Testbench) -> int:
    """Return how many standard normals `drawn` takes per device."""
    return device_size(bench.set_deck) + 8 * len(ALTER)


def drawn(bench: Testbench, rram: RramModel, normals: np.ndarray) -> dict[str, np.ndarray]:
    """Return ln R (devices, 2) by state: two cycles of each device that do not remember each other; NaN if lost.

    `normals` is (devices, `drawn_size`).
    """
    size = device_size(bench.set_deck)
    points, cycles = normals[:, :size], normals[:, size:].reshape(len(normals), 2, 2, -1)
    found: dict[str, list[np.ndarray]] = {state: [] for state in STATES}
    for k in range(2):
        # the autoregression read backwards in time is the same one
        before = rram.population().next_cycle(cycles[:, k, 0], cycles[:, k, 1])
        one = _ln_resistances(bench, rram, points, before, cycles[:, k, 0])
        for state in STATES:
            found[state].append(one[state])
    return {state: np.column_stack(found[state]) for state in STATES}


def _ln_resistances(
    bench: Testbench, rram: RramModel, points: np.ndarray, before: np.ndarray, cycle: np.ndarray
) -> dict[str, np.ndarray]:
    devices = Devices(rram.population(), points)
    start = devices.pulse(bench.set_deck, devices.filled(rram.initial.hrs.value), before, "first SET")
    high = devices.pulse(bench.reset_deck, start["gap"].to_numpy(), cycle, "RESET")
    low = devices.pulse(bench.set_deck, high["gap"].to_numpy(), cycle, "SET")
    lost = ~devices.good
    return {
        state: np.where(lost, math.nan, -np.log(pulse["conductance"].to_numpy()))
        for state, pulse in (("lrs", low), ("hrs", high))
    }


def _sure(values: np.ndarray, bench: Testbench) -> np.ndarray:
    if not np.isfinite(values).all():
        raise SimulatorError(f"ngspice finds no state of the nominal device at {bench.setting}")
    return values
