"""The pre-charge sense amplifier (PCSA), plain and with the XNOR inside.

Two cross-coupled inverters stand on two bit lines. While `sen` is low, both outputs are pre-charged; when it
rises, both bit lines discharge through their memory devices, and the output on the lower resistance falls first
and holds the other up (Zhao et al., IEEE TCAS-I 61, 443, 2014). With the XNOR, four transistors let the neuron's
input swap the two bit lines below the latch, at no cost in reads.
"""

from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.models.design import Design
from spicekit.models.transistor import Transistor


def add_latch(
    builder: CircuitBuilder, design: Design, left: str, right: str, number: str = "", supply: str = "vdd"
) -> None:
    """Add the latch with outputs `q` and `qb`, its pre-charge and its supply `vdd`.

    `left` and `right` are the nodes below the latch; `q` rises when `left` has the lower resistance. A `number` stands
    behind the names of one of several latches, its outputs included.
    """
    q, qb = f"q{number}", f"qb{number}"
    n = Transistor("nmos", design.latch_width, design.logic_length)
    p = Transistor("pmos", design.latch_width, design.logic_length)
    precharge = Transistor("pmos", design.precharge_width, design.logic_length)
    builder.transistor(f"n_left{number}", qb, q, left, n)
    builder.transistor(f"n_right{number}", q, qb, right, n)
    builder.transistor(f"p_left{number}", qb, q, supply, p)
    builder.transistor(f"p_right{number}", q, qb, supply, p)
    builder.transistor(f"precharge_left{number}", qb, "sen", supply, precharge)
    builder.transistor(f"precharge_right{number}", q, "sen", supply, precharge)
    builder.capacitance(f"output_left{number}", qb, design.output_capacitance)
    builder.capacitance(f"output_right{number}", q, design.output_capacitance)


def add_xnor(
    builder: CircuitBuilder, design: Design, left: str = "bl", right: str = "blb", number: str = ""
) -> None:
    """Add the four transistors between the latch (`low_left`, `low_right`) and the bit lines, `left` and `right`.

    Input `x` high connects straight, `xb` high crosses: `q` becomes XNOR(x, weight). `number` as for the latch.
    """
    switch = Transistor("nmos", design.xnor_width, design.logic_length)
    builder.transistor(f"x_left{number}", f"low_left{number}", f"x{number}", left, switch)
    builder.transistor(f"x_right{number}", f"low_right{number}", f"x{number}", right, switch)
    builder.transistor(f"xb_left{number}", f"low_left{number}", f"xb{number}", right, switch)
    builder.transistor(f"xb_right{number}", f"low_right{number}", f"xb{number}", left, switch)


def add_foot(builder: CircuitBuilder, design: Design, source_line: str, number: str = "") -> None:
    """Add the transistor that opens the discharge path from `source_line` to ground when `sen` is high."""
    foot = Transistor("nmos", design.foot_width, design.logic_length)
    builder.transistor(f"foot{number}", source_line, "sen", "0", foot)
