"""Resistances of the model in SPICE: nominal, their slopes in each parameter, and those of drawn devices.

A cycle is SET, RESET, SET, as a memory is cycled: the RESET gives the high resistance, the second SET the low one, and
each starts from what the pulse before of the same condition left.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_current, compliance_word_line
from spicekit.errors import InputError, SimulatorError
from spicekit.fit.columns import LINES
from spicekit.fit.measured import STATES, Setting
from spicekit.models.rram import ALTER, RramModel
from spicekit.models.spread_law import SpreadLaw
from spicekit.studies.devices import Devices, draw_cycle, draw_devices
from spicekit.units import engineering

FLAT = 0.1  # 1/eV, of ln R; a barrier that acts has thirty times as much
_OF_DESIGN = ("set_voltage", "reset_word_line", "read_word_line")
_STEP = (
    0.02  # of a slope, over the SET barrier or i0: far above the simulator's noise, small against curvature
)


@dataclass(frozen=True)
class Testbench:
    """The decks of one setting; parameters of the memory are altered in them."""

    setting: Setting  # its compliance stands also where the word line was stated
    set_deck: ProgramDeck
    reset_deck: ProgramDeck


@dataclass(frozen=True)
class Slopes:
    """d ln R, per parameter in its own unit, and per standard deviation of each mismatch coordinate."""

    parameters: dict[str, float]
    access: np.ndarray


def build_testbench(technology: Technology, setting: Setting) -> Testbench:
    """Return the bench of a setting; the word line that makes a compliance is found by simulation, or the other.

    Raises:
        InputError: the circuit cannot do this setting.
    """
    stated = {name: value for name in _OF_DESIGN if (value := getattr(setting, name)) is not None}
    _check_lines(technology, setting)
    design = replace(technology.design, verify_voltage=setting.read_voltage, **stated)
    own, rram = replace(technology, design=design), technology.rram
    if setting.set_word_line is None:
        assert setting.set_compliance is not None
        word_line = compliance_word_line(own, setting.set_compliance)
    else:
        word_line = setting.set_word_line - (setting.set_word_line_loss or 0.0)
        if word_line <= 0:
            raise InputError(
                f"`set_word_line_loss` is {setting.set_word_line_loss:g} V, expected less than `set_word_line`, which "
                f"is {setting.set_word_line:g} V"
            )
        setting = replace(setting, set_compliance=compliance_current(own, word_line))
    set_pulse = Pulse("set", design.set_voltage, word_line, setting.pulse_width)
    reset_pulse = Pulse("reset", setting.reset_voltage, design.reset_word_line, setting.pulse_width)
    return Testbench(
        setting,
        program_deck(own, set_pulse, rram.initial.hrs.value, setting.line_resistance or 0.0),
        program_deck(own, reset_pulse, rram.initial.lrs.value, setting.line_resistance or 0.0),
    )


def _check_lines(technology: Technology, setting: Setting) -> None:
    """Refuse what the access transistor's model would simulate without a word, and what the foundry does not state."""
    highest = technology.process.access_supply
    if setting.reset_voltage == 0 or setting.set_word_line == 0:
        name = "reset_voltage" if setting.reset_voltage == 0 else "set_word_line"
        raise InputError(f"`{name}` is 0 V, which is no pulse: choose others, as by `--only {name}=1:2`")
    for name in LINES:
        value = getattr(setting, name)
        if value is not None and value > highest:
            raise InputError(
                f"`{name}` is {value:g} V, expected at most {highest:g} V, the supply of the access transistor of "
                f"{technology.process.name}, beyond which its model is not stated to hold"
            )


def check_word_line(bench: Testbench, rram: RramModel) -> None:
    """Refuse a stated word line that lets so much current flow that SET ends at the model's smallest gap.

    Raises:
        InputError: it does.
    """
    stated = bench.setting
    if stated.set_word_line is None or abs(slopes(bench, rram, ["e_set"])["lrs"].parameters["e_set"]) >= FLAT:
        return
    ln = nominal(bench, rram)
    if ln["lrs"] > ln["hrs"] - 1:  # it does not switch at all, which is another matter
        return
    ohm = engineering(float(np.exp(ln["lrs"])), "Ω")
    raise InputError(
        f"`set_word_line` is {stated.set_word_line:g} V, at which the access transistor of the design gives "
        f"{engineering(stated.set_compliance or 0.0, 'A')}: SET closes the gap of the model wholly, so that LRS is "
        f"{ohm} whatever its barrier; give what gates lack in the pulse (`--set-word-line-loss`), the compliance "
        "measured (`--set-compliance`) in place of the word line, or the `--design` of the transistor measured"
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


def without_forms(rram: RramModel, parameters: Collection[str]) -> RramModel:
    """Return the model with normal spreads of parameters: their parts alone, the fresh one in the slow one."""
    laws = dict(rram.laws)
    for p in parameters:
        law = laws[p]
        parts = {"slow": math.hypot(law.slow, law.fresh), "fresh": 0.0}
        laws[p] = law.model_copy(update={**parts, "shape": None, "uneven": 0.0, "marginal": None})
    correlations = tuple(c for c in rram.correlations if not set(c.of) & set(parameters))
    return replace(rram, laws=laws, correlations=correlations)


def nominal(bench: Testbench, rram: RramModel) -> dict[str, float]:
    """Return ln R of the nominal device by state.

    Raises:
        SimulatorError: ngspice finds no answer.
    """
    found = ln_resistances(
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
    looked_at = [k for k, name in enumerate(names) if only is None or name in only]
    looked_at += range(2 * len(names), size) if only is None else []
    one = np.eye(size)[looked_at]
    still = np.zeros((2 * len(one), 2 * len(ALTER)))
    found = ln_resistances(
        bench, replace(rram, laws=probe, correlations=()), np.concatenate([one, -one]), still, still
    )
    result = {}
    for state in STATES:
        up, down = _sure(found[state], bench).reshape(2, len(one))
        slope = np.zeros(size)
        slope[looked_at] = (up - down) / 2
        per_unit = {p: float(slope[k] / steps[p]) for k, p in enumerate(names)}
        result[state] = Slopes(per_unit, slope[2 * len(ALTER) :])
    return result


def device_size(program: ProgramDeck) -> int:
    """Return how many standard normals a device takes, its access transistor included."""
    return 2 * len(ALTER) + len(program.spread)


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
        one = ln_resistances(bench, rram, points, before, cycles[:, k, 0])
        for state in STATES:
            found[state].append(one[state])
    return {state: np.column_stack(found[state]) for state in STATES}


def in_a_row(
    bench: Testbench, rram: RramModel, seed: int, devices: int, cycles: int, step: float = 1
) -> dict[str, np.ndarray]:
    """Return ln R (devices, cycles) by state: each cycle comes `step` cycles after the one before; NaN if lost.

    The first cycle follows one that is not returned. A cycle after a lost one starts from the card's initial gap.
    """
    population, initial = rram.population(), rram.initial.lrs.value
    points = draw_devices(population, bench.set_deck, seed, 0, devices).points
    deviation = draw_cycle(population, seed, 0, devices, 0)
    gap = Devices(population, points).pulse(bench.set_deck, np.full(devices, initial), deviation, "SET")[
        "gap"
    ]
    found: dict[str, list[np.ndarray]] = {state: [] for state in STATES}
    for cycle in range(1, cycles + 1):
        deviation = population.next_cycle(deviation, draw_cycle(population, seed, 0, devices, cycle), step)
        alive = Devices(population, points)
        high = alive.pulse(bench.reset_deck, gap.fillna(initial).to_numpy(), deviation, "RESET")
        low = alive.pulse(bench.set_deck, high["gap"].to_numpy(), deviation, "SET")
        gap = low["gap"]
        for state, pulse in (("lrs", low), ("hrs", high)):
            found[state].append(-np.log(_conductance(bench.setting, pulse)))
    return {state: np.column_stack(values) for state, values in found.items()}


def ln_resistances(
    bench: Testbench, rram: RramModel, points: np.ndarray, before: np.ndarray, cycle: np.ndarray
) -> dict[str, np.ndarray]:
    devices = Devices(rram.population(), points)
    start = devices.pulse(bench.set_deck, devices.filled(rram.initial.hrs.value), before, "first SET")
    high = devices.pulse(bench.reset_deck, start["gap"].to_numpy(), cycle, "RESET")
    low = devices.pulse(bench.set_deck, high["gap"].to_numpy(), cycle, "SET")
    lost = ~devices.good
    read = {state: _conductance(bench.setting, pulse) for state, pulse in (("lrs", low), ("hrs", high))}
    return {state: np.where(lost, math.nan, -np.log(conductance)) for state, conductance in read.items()}


def _conductance(setting: Setting, pulse: pd.DataFrame) -> np.ndarray:
    """Return what is read [S]: of the cell between its terminals, or of cell and access transistor in series."""
    if setting.with_access:
        return pulse["verify_current"].to_numpy() / setting.read_voltage
    return pulse["conductance"].to_numpy()


def _sure(values: np.ndarray, bench: Testbench) -> np.ndarray:
    if not np.isfinite(values).all():
        raise SimulatorError(f"ngspice finds no state of the nominal device at {bench.setting}")
    return values
