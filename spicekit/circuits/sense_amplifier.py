"""The pre-charge sense amplifier (PCSA), plain and with the XNOR inside.

Two cross-coupled inverters stand on two bit lines. While `sen` is low, both outputs are pre-charged; when it
rises, both bit lines discharge through their memory devices, and the output on the lower resistance falls first
and holds the other up (Zhao et al., IEEE TCAS-I 61, 443, 2014). With the XNOR, four transistors let the neuron's
input swap the two bit lines below the latch, at no cost in reads.
"""

from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.models.design import Design
from spicekit.models.transistor import Transistor


def add_latch(builder: CircuitBuilder, design: Design, left: str, right: str) -> None:
    """Add the latch with outputs `q` and `qb`, its pre-charge and its supply `vdd`.

    `left` and `right` are the nodes below the latch; `q` rises when `left` has the lower resistance.
    """
    n = Transistor("nmos", design.latch_width, design.logic_length)
    p = Transistor("pmos", design.latch_width, design.logic_length)
    precharge = Transistor("pmos", design.precharge_width, design.logic_length)
    builder.transistor("n_left", "qb", "q", left, n)
    builder.transistor("n_right", "q", "qb", right, n)
    builder.transistor("p_left", "qb", "q", "vdd", p)
    builder.transistor("p_right", "q", "qb", "vdd", p)
    builder.transistor("precharge_left", "qb", "sen", "vdd", precharge)
    builder.transistor("precharge_right", "q", "sen", "vdd", precharge)
    builder.capacitance("output_left", "qb", design.output_capacitance)
    builder.capacitance("output_right", "q", design.output_capacitance)


def add_xnor(builder: CircuitBuilder, design: Design) -> None:
    """Add the four transistors between the latch (`low_left`, `low_right`) and the bit lines (`bl`, `blb`).

    Input `x` high connects straight, `xb` high crosses: `q` becomes XNOR(x, weight).
    """
    switch = Transistor("nmos", design.xnor_width, design.logic_length)
    builder.transistor("x_left", "low_left", "x", "bl", switch)
    builder.transistor("x_right", "low_right", "x", "blb", switch)
    builder.transistor("xb_left", "low_left", "xb", "blb", switch)
    builder.transistor("xb_right", "low_right", "xb", "bl", switch)


def add_foot(builder: CircuitBuilder, design: Design, source_line: str) -> None:
    """Add the transistor that opens the discharge path from `source_line` to ground when `sen` is high."""
    foot = Transistor("nmos", design.foot_width, design.logic_length)
    builder.transistor("foot", source_line, "sen", "0", foot)
