"""Pieces of an array: level shifter, drivers of the lines, switches of a column, sense amplifier with its switches.

All that is thick-oxide stands the programming voltages. High gates are at `vpp`, the word line of RESET; the lines
get their voltages from rails (`rail_bl`, `rail_sl`, `rail_wl`) that a regulator pulses, through nmos whose gates are
at `vpp`.
"""

from collections.abc import Sequence

from spicekit.circuits.array.wires import Section
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.circuits.sense_amplifier import add_foot, add_latch, add_xnor
from spicekit.models.array import ArrayDesign
from spicekit.models.design import Design
from spicekit.models.transistor import Transistor

SIDES = {"left": "bl", "right": "blb"}
"""Devices of a cell, and the bit lines that they hang on."""


def add_level_shifter(builder: CircuitBuilder, array: ArrayDesign, name: str, given: str = "") -> None:
    """Lift the logic level of ``given_in`` (complement ``given_inb``) to `vpp`: nodes ``name_up`` and ``name_down``.

    `given` is `name` where nothing else is said.
    """
    up, down, given = f"{name}_up", f"{name}_down", given or name
    builder.transistor(f"{name}_pull_down", down, f"{given}_in", "0", array.shifter, matched=True)
    builder.transistor(f"{name}_pull_up", up, f"{given}_inb", "0", array.shifter, matched=True)
    builder.transistor(f"{name}_load_down", down, up, "vpp", array.shifter_load, matched=True)
    builder.transistor(f"{name}_load_up", up, down, "vpp", array.shifter_load, matched=True)


def add_line_driver(
    builder: CircuitBuilder, array: ArrayDesign, name: str, rail: str, line: str, given: str = ""
) -> None:
    """Add the write driver of a bit or source line: to its `rail` or to ground, behind a write switch (gate `wen`)."""
    add_level_shifter(builder, array, name, given)
    builder.transistor(f"{name}_to_rail", rail, f"{name}_up", f"{name}_out", array.driver, matched=True)
    builder.transistor(f"{name}_to_ground", f"{name}_out", f"{name}_down", "0", array.driver, matched=True)
    builder.transistor(f"{name}_write", f"{name}_out", "wen", line, array.driver, matched=True)


def add_word_driver(builder: CircuitBuilder, array: ArrayDesign, name: str, line: str) -> None:
    """Add the driver of a word line: a transmission gate to `rail_wl`, or ground."""
    add_level_shifter(builder, array, name)
    builder.transistor(f"{name}_nmos", "rail_wl", f"{name}_up", line, array.driver, matched=True)
    builder.transistor(f"{name}_pmos", "rail_wl", f"{name}_down", line, array.driver_pmos, matched=True)
    builder.transistor(f"{name}_to_ground", line, f"{name}_down", "0", array.driver, matched=True)


def add_amplifier(
    builder: CircuitBuilder, design: Design, array: ArrayDesign, lines: tuple[str, str, str], of: str = ""
) -> None:
    """Add a column's amplifier with XNOR behind read switches (gate `ren`) on its `lines`: `bl`, `blb`, `sl`.

    Between reads, while `discharge` is high, core transistors pull the lines to ground.
    """
    inner = tuple(f"{line}_read{of}" for line in ("bl", "blb", "sl"))
    for name, line, node in zip(("left", "right", "source"), lines, inner, strict=True):
        builder.transistor(f"read_{name}{of}", line, "ren", node, array.read_switch, matched=True)
        pull = Transistor("nmos", array.discharge_width, design.logic_length)
        builder.transistor(f"discharge_{name}{of}", node, "discharge", "0", pull, matched=True)
    add_latch(builder, design, f"low_left{of}", f"low_right{of}", of)
    add_xnor(builder, design, inner[0], inner[1], of)
    add_foot(builder, design, inner[2], of)


def add_logic(
    builder: CircuitBuilder, array: ArrayDesign, supply: float, name: str, high: Sequence[tuple[float, bool]]
) -> None:
    """Drive ``name_in`` and its complement ``name_inb`` by ideal sources: `high` says (from when on [s], whether)."""
    for end, flip in (("in", False), ("inb", True)):
        points: list[tuple[float, float]] = [(0.0, 0.0)]
        for time, on in high:
            level = supply if on != flip else 0.0
            if level != points[-1][1] or not time:
                points += [(time, points[-1][1])] * (time > 0) + [(time + array.control_edge, level)]
        builder.drive(f"{name}_{end}", f"{name}_{end}", tuple(points))


def add_line(builder: CircuitBuilder, name: str, section: Section) -> None:
    """Add a line seen from one cell, from its driver (node ``NAME_end``) to the cell (`NAME`) and beyond.

    What lies before and behind the cell are a T section and an L section; all their values may be altered.
    """
    half = section.near_resistance / 2
    builder.resistance(f"{name}_near_a", f"{name}_end", f"{name}_middle", half)
    builder.load(f"{name}_near", f"{name}_middle", section.near_capacitance)
    builder.resistance(f"{name}_near_b", f"{name}_middle", name, half)
    builder.resistance(f"{name}_far", name, f"{name}_beyond", section.far_resistance / 2)
    builder.load(f"{name}_far_load", f"{name}_beyond", section.far_capacitance)
