"""A whole array as one circuit: every cell, wire, driver and amplifier, written and read in one transient."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from spicekit.circuits.array.column import Programming
from spicekit.circuits.array.measure import Until
from spicekit.circuits.array.parts import SIDES, add_amplifier, add_line_driver, add_logic, add_word_driver
from spicekit.circuits.array.schedule import Schedule, schedule, signals
from spicekit.circuits.cell import ACCURATE, Technology
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.models.array import ArrayDesign
from spicekit.models.transistor import Spread
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.measure import At, Crossing, Difference, Energy, Final, Imbalance, Measurement

_COARSE = "chgtol=1e-12 bypass=1"
"""Options that save most of the time.

`chgtol`: charges of wires and gates (fC) are held to a millivolt or so; those that hold the states (nC) as tightly as
ever. `bypass`: a transistor whose voltages stand still is not computed anew."""
_ASLEEP = "1m"  # V: with less across it a device does not move, see `asleep`
_LINE = re.compile(r"^(b(\w+)\s+\w+\s+0\s+v = )(.*)$", re.MULTILINE)
_SINH = "sinh(min(max(v(v)/{v0},-12),12))"
_AT_REST = {"kt": "{boltzmann}*{t_ambient}", "field": "0", "rate": "0"}
"""What the behavioural sources of hfo2.sub give at no voltage: temperature, work of the field, speed of the state."""


@dataclass(frozen=True)
class WholeArray:
    """The deck with its times, and the mismatch of its transistors."""

    deck: Deck
    spread: tuple[Spread, ...]
    plan: Schedule


def whole_array_deck(
    technology: Technology,
    array: ArrayDesign,
    programming: Programming,
    bits: np.ndarray,
    word: np.ndarray,
    xnor: Sequence[int] = (),
    exact: bool = False,
) -> WholeArray:
    """Return the deck of a whole array: its rows are written one after the other, read back, some taken with a word.

    A row is written as a whole (`spicekit.circuits.array.column`): SET of one device of each cell, RESET of the
    other. Parameters of a device are ``left_ROW_COLUMN.gap``, …, those of its transistor
    ``access_left_ROW_COLUMN.toxe``, …, of an amplifier ``n_left_COLUMN.vth0``, ….

    Args:
        bits: (rows, columns), +1 or -1: what is stored; devices start in the opposite state.
        word: (columns,), +1 or -1: the input of the rows `xnor`.
        exact: also devices without voltage compute the speed of their state (`asleep`).

    Measures: ``decision_ROW_COLUMN`` [V], ``margin_…`` [V] and ``delay_…`` [s] of the read-back, as `read_deck` does;
    ``xnor_ROW_COLUMN`` [V] and ``count_ROW``, the number of columns where word and bit agree, of the rows `xnor`;
    ``left_ROW_COLUMN`` and ``left_written_ROW_COLUMN`` [nm], the state at the very end and right after the row's own
    write; ``energy_…`` [J] of the supplies, over all writes and over all reads.
    """
    design = technology.design
    rows, columns = bits.shape
    plan = schedule(design, array, rows, xnor, programming.width)
    builder = CircuitBuilder(
        f"array {rows} x {columns}", "written row by row, read back, some rows taken with an input word",
        technology.process, technology.temperature,
    )  # fmt: skip
    _sources(builder, technology, array, programming, plan, bits)
    _inputs(builder, technology, array, plan, word)
    for row in range(rows):
        add_word_driver(builder, array, f"row_{row}", f"wl_{row}_end")
        _ladder(builder, array, "word_line", f"wl_{row}", columns)
    for column in range(columns):
        for name in ("bl", "blb", "sl"):
            line = f"{name}_{column}"
            rail, given = ("rail_sl", "source") if name == "sl" else ("rail_bl", "")
            add_line_driver(builder, array, line, rail, f"{line}_end", given)
            _ladder(builder, array, "source_line" if name == "sl" else "bit_line", line, rows)
        ends = (f"bl_{column}_end", f"blb_{column}_end", f"sl_{column}_end")
        add_amplifier(builder, design, array, ends, f"_{column}")
    for row, column in np.ndindex(rows, columns):
        for side, line in SIDES.items():
            low = (bits[row, column] > 0) == (side == "left")  # after the write
            initial = technology.rram.initial.hrs if low else technology.rram.initial.lrs
            at = f"{side}_{row}_{column}"
            builder.memory(at, f"{line}_{column}_{row}", f"be_{at}", technology.rram, initial.value)
            builder.transistor(
                f"access_{at}", f"be_{at}", f"wl_{row}_{column}", f"sl_{column}_{row}", technology.access
            )
    deck = builder.deck(
        _measured(technology, plan, rows, columns),
        programming.width / design.steps_per_pulse,
        plan.stop,
        f"{ACCURATE} {_COARSE}",
    )
    return WholeArray(deck if exact else asleep(deck), tuple(builder.spread), plan)


def asleep(deck: Deck) -> Deck:
    """Return the deck whose devices compute nothing but a resistance while less than 1 mV is across them.

    That saves most of the time, as nearly all devices of an array wait. Such a voltage moves no state: the hopping
    rate is below 1e-5 nm/s there, and over microseconds the state does not relax either; sinh(x) is x within 1e-6.
    Equations from elsewhere are left as they are.
    """
    return replace(deck, netlist=_LINE.sub(_waiting, deck.netlist))


def _waiting(found: re.Match[str]) -> str:
    head, name, full = found.groups()
    rest = full.replace(_SINH, "v(v)/{v0}") if name == "shape" else _AT_REST.get(name, full)
    return head + (full if rest == full else f"abs(v(v))<{_ASLEEP} ? ({rest}) : ({full})")


def _sources(
    builder: CircuitBuilder,
    technology: Technology,
    array: ArrayDesign,
    programming: Programming,
    plan: Schedule,
    bits: np.ndarray,
) -> None:
    design, logic = technology.design, technology.process.supply
    driven = signals(design, array, programming, plan)
    builder.hold("dd", "vdd", design.supply)
    builder.hold("pp", "vpp", programming.reset_word_line)
    builder.drive("rail_wl", "rail_wl", driven.word_rail)
    builder.drive("rail_bl", "rail_bl", driven.bit_rail)
    builder.drive("rail_sl", "rail_sl", driven.source_rail)
    builder.drive("sense_enable", "sen", driven.sense_enable)
    builder.drive("write_enable", "wen", driven.write_enable)
    builder.drive("read_enable", "ren", driven.read_enable)
    builder.drive("discharge", "discharge", driven.discharge)
    add_logic(builder, array, logic, "source", ((0.0, True), (plan.written, False)))
    for row, high in enumerate(driven.rows):
        add_logic(builder, array, logic, f"row_{row}", high)
    for column in range(bits.shape[1]):
        for line, sign in (("bl", 1), ("blb", -1)):
            data = [(begin, bits[row, column] == sign) for row, begin in enumerate(plan.writes)]
            add_logic(builder, array, logic, f"{line}_{column}", [*data, (plan.written, False)])


def _inputs(
    builder: CircuitBuilder, technology: Technology, array: ArrayDesign, plan: Schedule, word: np.ndarray
) -> None:
    """Add the inputs of the amplifiers, +1 in the read-back and low between reads, and the ideal population count."""
    supply, edge = technology.design.supply, array.control_edge
    for column, one in enumerate(word):
        for name, sign in (("x", 1), ("xb", -1)):
            points = [(0.0, 0.0)]
            for number, read in enumerate(plan.reads):
                given = one if number >= len(plan.writes) else 1
                if given == sign:
                    points += [(read.begin, 0.0), (read.begin + edge, supply)]
                    points += [(read.end, supply), (read.end + edge, 0.0)]
            builder.drive(f"{name}_{column}", f"{name}_{column}", tuple(points))
    # linear, as an expression of all outputs would be differentiated by each of them: a latched output is at a rail
    for column in range(len(word)):
        builder.circuit.VCCS(
            f"count_{column}", builder.circuit.gnd, "count", f"q_{column}", builder.circuit.gnd, 1 / supply
        )
    builder.circuit.R("count", "count", builder.circuit.gnd, 1)


def _ladder(builder: CircuitBuilder, array: ArrayDesign, line: str, name: str, cells: int) -> None:
    """Add a line, from its driver's node ``NAME_end``: a piece of wire with its capacitance at every cell."""
    wire = array.wire(line)
    before = f"{name}_end"
    for cell in range(cells):
        node = f"{name}_{cell}"
        builder.circuit.R(node, before, node, wire.resistance * (0.5 if cell == 0 else 1))
        builder.capacitance(node, node, wire.capacitance)
        before = node


def _measured(technology: Technology, plan: Schedule, rows: int, columns: int) -> tuple[Measurement, ...]:
    design = technology.design
    level, found = design.supply / 2, []
    for number, read in enumerate(plan.reads):
        enabled = read.sense + design.logic_edge / 2
        for column in range(columns):
            q, qb, at = f"q_{column}", f"qb_{column}", f"{read.row}_{column}"
            if number >= rows:
                found.append(Difference(f"xnor_{at}", q, qb, read.end))
                continue
            margin = Imbalance(f"margin_{at}", q, qb, level, enabled, design.regeneration_time)
            delay = Crossing(f"delay_{at}", q, qb, level, enabled, magnitude=True, missing=float("inf"))
            found += [
                Difference(f"decision_{at}", q, qb, read.end),
                Until(margin, read.end),
                Until(delay, read.end),
            ]
        if number >= rows:
            found.append(At(f"count_{read.row}", "count", read.end))
    for row, column in np.ndindex(rows, columns):
        after = plan.writes[row] + plan.times.verify + design.settle_time / 2
        for side in SIDES:
            gap = f"x{side}_{row}_{column}.gap"
            found += [
                At(f"{side}_written_{row}_{column}", gap, after),
                Final(f"{side}_{row}_{column}", gap),
            ]
    rails = {"word_rail": "rail_wl", "bit_rail": "rail_bl", "source_rail": "rail_sl", "drivers": "vpp"}
    for name, node in rails.items():
        source = "i(vpp)" if node == "vpp" else f"i(v{node})"
        found.append(Energy(f"energy_write_{name}", node, None, source, 0.0, plan.written, delivered=True))
    supplies = {
        "supply": ("vdd", "i(vdd)"),
        "word_rail": ("rail_wl", "i(vrail_wl)"),
        "drivers": ("vpp", "i(vpp)"),
    }
    found += [
        Energy(f"energy_read_{name}", node, None, source, plan.written, plan.stop, delivered=True)
        for name, (node, source) in supplies.items()
    ]
    return tuple(found)
