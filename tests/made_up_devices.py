"""Resistances of made-up devices as a laboratory would measure them: cycled in ngspice, written as CSV."""

import dataclasses

import numpy as np

from spicekit.circuits.cell import Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.models.spread_law import SpreadLaw
from spicekit.studies.devices import Devices

CONDITION = (200e-6, 2.0, 1e-6)  # A, V, s
HEADER = "device,cycle,state,resistance,set_compliance,reset_voltage,pulse_width"

NORMAL = {  # device, slow
    "i0": (0.03, 0.03, "relative"),
    "e_set": (0.010, 0.012, "absolute"),
    "e_set_gap": (0.010, 0.012, "absolute"),
    "e_reset": (0.0779, 0.0584, "absolute"),
    "e_reset_gap": (0.0483, 0.0, "relative"),
}


def normally_spread(technology: Technology) -> Technology:
    """Return the technology with normal spreads of every parameter, without forms."""
    laws = {
        p: SpreadLaw(device=device, slow=slow, kind=kind, status="assumed", source="a test")
        for p, (device, slow, kind) in NORMAL.items()
    }
    return dataclasses.replace(
        technology, rram=dataclasses.replace(technology.rram, laws=laws, correlations=())
    )


def changed(technology: Technology, values=None, sigmas=None, memory=None) -> Technology:
    """Return the technology with another RRAM; `sigmas` by (parameter, level), in the unit of the law."""
    rram = technology.rram
    quantities = dict(rram.quantities)
    for name, value in (values or {}).items():
        quantities[name] = quantities[name].model_copy(update={"value": value})
    laws = dict(rram.laws)
    for (name, level), sigma in (sigmas or {}).items():
        laws[name] = laws[name].model_copy(update={level: sigma})
    cycling = rram.cycling
    if memory is not None:
        length = cycling.correlation_cycles.model_copy(update={"value": memory})
        cycling = cycling.model_copy(update={"correlation_cycles": length})
    rram = dataclasses.replace(rram, quantities=quantities, laws=laws, cycling=cycling)
    return dataclasses.replace(technology, rram=rram)


def measured_csv(
    technology: Technology, devices: int, cycles: int, step: int, seed: int, conditions=(CONDITION,)
):
    """Return CSV text: every `step`-th cycle of each device, RESET then SET, under each condition in turn."""
    rng = np.random.default_rng(seed)
    rram, design = technology.rram, technology.design
    population = rram.population()
    points, lines = None, [HEADER]
    for compliance, voltage, width in conditions:
        word_line = compliance_word_line(technology, compliance)
        set_deck = program_deck(
            technology, Pulse("set", design.set_voltage, word_line, width), rram.initial.hrs.value
        )
        reset_deck = program_deck(
            technology, Pulse("reset", voltage, design.reset_word_line, width), rram.initial.lrs.value
        )
        if points is None:
            points = rng.standard_normal((devices, population.size + len(set_deck.spread)))
        cells = Devices(population, points)
        gap = cells.filled(rram.initial.lrs.value)
        deviation = rng.standard_normal((devices, population.size))
        for cycle in range(-1, cycles):  # the first one is not measured: its past is not of this condition
            if cycle > 0:
                deviation = population.next_cycle(deviation, rng.standard_normal(deviation.shape), step)
            high = cells.pulse(reset_deck, gap, deviation, "RESET")
            low = cells.pulse(set_deck, high["gap"].to_numpy(), deviation, "SET")
            gap = low["gap"].to_numpy()
            for state, pulse in (("hrs", high), ("lrs", low)) if cycle >= 0 else ():
                lines += [
                    f"d{i},{cycle * step},{state},{1 / g:.6g},{compliance:g},{voltage:g},{width:g}"
                    for i, g in enumerate(pulse["conductance"])
                ]
    return "\n".join(lines) + "\n"
