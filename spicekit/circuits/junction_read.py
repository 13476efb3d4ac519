"""A superparamagnetic junction read by a pre-charge sense amplifier against a resistor: a cell that gives random bits.

The cell stands alone: both branches are below the latch, without access transistors and bit lines (Vodenicarevic et
al., Phys. Rev. Applied 8, 054045, 2017).
"""

from collections.abc import Sequence

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.circuits.read import ReadDeck, measured_read, sense_enable
from spicekit.circuits.sense_amplifier import add_foot, add_latch
from spicekit.circuits.superparamagnetic import candidate_drives, pace_of

Events = tuple[Sequence[float] | np.ndarray, Sequence[float] | np.ndarray]
"""Times [s] and marks of candidate events."""


def junction_read_deck(
    technology: Technology, reference: float, state: int, bound: float, events: Events = ((), ())
) -> ReadDeck:
    """Return the deck of one read of the junction of the technology against a `reference` [Ohm].

    Measures as `read_deck` does; ``decision`` and ``margin`` are positive where the junction has the lower resistance.
    Waves ``bl`` and ``sl`` are those of its ends, ``xj.state`` is its state: 0 parallel, 1 antiparallel. Parameter
    ``reference`` and those of the junction, ``j.barrier`` and ``j.offset``.

    Args:
        technology: with a superparamagnetic junction.
        reference: Ohm.
        state: of the junction at the start.
        bound: 1/s, rate of the candidate events.
        events: candidates in times of the read; without any the junction keeps its state.
    """
    model, design = technology.superparamagnetic, technology.design
    assert model is not None
    builder = CircuitBuilder(
        "junction read",
        "a superparamagnetic junction against a resistor, pre-charge sense amplifier, pre-charge included",
        technology.process,
        technology.temperature,
    )
    builder.hold("dd", "vdd", design.supply)
    builder.drive("sense_enable", "sen", sense_enable(design))
    add_latch(builder, design, "bl", "blb")
    clock, mark = candidate_drives(bound, *events)
    builder.drive("clock", "clock", tuple(clock))
    builder.drive("mark", "mark", tuple(mark))
    builder.telegraph_junction("j", "bl", "sl", model, bound, pace_of(bound), state)
    builder.resistance("reference", "blb", "sl", reference)
    for node in ("bl", "blb", "sl"):
        builder.capacitance(node, node, design.output_capacitance)
    add_foot(builder, design, "sl")
    return measured_read(builder, design, ("bl", "blb", "sl", "sen", "xj.state"))
