"""One cell of an array with all that stands around it: its write, and its read.

The other cells are loads on the lines (`spicekit.circuits.array.wires`); drivers, level shifters, switches and
amplifier are transistors. Logic inputs of the level shifters are ideal sources, and so is what pulses the rails.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from spicekit.circuits.array.measure import Drawn
from spicekit.circuits.array.parts import (
    SIDES,
    add_amplifier,
    add_line,
    add_line_driver,
    add_logic,
    add_word_driver,
)
from spicekit.circuits.array.wires import Lines, Section
from spicekit.circuits.cell import ACCURATE, ProgramDeck, Technology
from spicekit.circuits.circuit_builder import CircuitBuilder, Points
from spicekit.circuits.read import ReadDeck, sense_enable
from spicekit.errors import InputError
from spicekit.models.design import Design
from spicekit.ngspice.deck import Parameter
from spicekit.ngspice.measure import Crossing, Difference, Energy, Final, Imbalance, Mean

DEVICES = {"low": "bl", "high": "blb"}
"""Devices of a write by the state that they end in, and the bit lines that they hang on, as +1 is stored."""


@dataclass(frozen=True)
class Programming:
    """The two pulses of a write: SET of one device of each cell of a row, then RESET of the other."""

    set_word_line: float  # V, makes the compliance
    set_voltage: float  # V
    reset_word_line: float  # V
    reset_voltage: float  # V
    width: float  # s, of both pulses


@dataclass(frozen=True)
class WriteTimes:
    """When the phases of a write begin [s], from its own beginning."""

    set_pulse: float
    reset: float  # phase; the word line rises
    reset_pulse: float
    verify: float
    end: float

    @staticmethod
    def of(design: Design, width: float) -> "WriteTimes":
        """Return the times of pulses of a `width` [s] at half height.

        Raises:
            InputError: the pulse is shorter than its edges.
        """
        edge, settle = design.program_edge, design.settle_time
        if width < 2 * edge:
            raise InputError(
                f"`pulse_width` is {width:g} s, expected at least {2 * edge:g} s: twice the edge of a pulse "
                "(`program_edge` of the design)"
            )
        reset = settle + width + edge
        reset_pulse = reset + settle
        verify = reset_pulse + width + edge
        return WriteTimes(settle, reset, reset_pulse, verify, verify + 2 * settle + edge)


def pulse(begin: float, voltage: float, design: Design, width: float) -> Points:
    """Return the corners of a pulse that begins to rise at `begin` [s]."""
    edge = design.program_edge
    return (
        (begin, 0),
        (begin + edge, voltage),
        (begin + width, voltage),
        (begin + width + edge, 0),
    )


def write_deck(
    technology: Technology, lines: Lines, programming: Programming, selected: bool = True
) -> ProgramDeck:
    """Return the deck of a write of one cell, then both resistances at low voltage.

    Devices ``low`` and ``high`` are named by the state that they end in. In the SET phase the source line is low and
    the bit line of ``low`` follows the SET rail; in the RESET phase source line and that bit line follow their rails
    together, so that only ``high`` sees the pulse. The place of the cell is set by the values of `placed`.

    With `selected` false the row stays off while its lines are pulsed for another one: both devices are half-selected,
    ``low`` on a bit line that follows its rail, ``high`` on one that stays at ground.

    Measures: ``low_gap``, ``high_gap`` [nm] at the end; ``low_top``, ``low_bottom`` [V], ``low_current`` [A] at the
    verify voltage, and those of ``high``; ``set_current`` [A] at the end of the SET plateau, ``reset_voltage`` [V]
    over cell and access transistor of ``high`` at the end of its own; ``energy_set`` [J] of the bit-line rail in the
    SET phase, ``energy_reset`` of both rails in the RESET phase; ``energy_word_line`` [J] of the whole row's word
    line and ``energy_drivers`` [J] of the level shifters, over both phases.
    """
    design, array = technology.design, lines.array
    times = WriteTimes.of(design, programming.width)
    builder = CircuitBuilder(
        "array write", f"a cell of {lines.rows} x {lines.columns}, its lines and drivers: SET, RESET, verify",
        technology.process, technology.temperature,
    )  # fmt: skip
    _rails(builder, design, programming, times)
    builder.hold("pp", "vpp", programming.reset_word_line)
    builder.hold("write_enable", "wen", programming.reset_word_line)
    _logic(builder, technology, lines, times, selected)
    add_word_driver(builder, array, "row", "wl_end")
    add_line(builder, "wl", lines.section("word_line", 0, 0))
    for name, rail in (("bl", "rail_bl"), ("blb", "rail_bl"), ("sl", "rail_sl")):
        add_line_driver(builder, array, name, rail, f"{name}_end")
        add_line(builder, name, lines.section("source_line" if name == "sl" else "bit_line", 0, 0))
        # the amplifier is behind a switch that is off
        builder.transistor(f"read_{name}", f"{name}_end", "0", "0", array.read_switch, matched=True)
    initial = {"low": technology.rram.initial.hrs.value, "high": technology.rram.initial.lrs.value}
    for name, line in DEVICES.items():
        builder.circuit.V(name, line, f"te_{name}", 0)  # ammeter
        builder.memory(name, f"te_{name}", f"be_{name}", technology.rram, initial[name])
        builder.transistor(f"access_{name}", f"be_{name}", "wl", "sl", technology.access)
    deck = builder.deck(
        _written(design, programming, times),
        programming.width / design.steps_per_pulse,
        times.end,
        ACCURATE,
        ("bl", "blb", "sl", "wl", "vpp"),
    )
    return ProgramDeck(deck, tuple(builder.spread))


def _rails(builder: CircuitBuilder, design: Design, asked: Programming, times: WriteTimes) -> None:
    """Add what pulses the lines: regulators, ideal."""
    settle = design.settle_time
    word: Points = (
        (0, 0), (settle / 2, asked.set_word_line),
        (times.reset, asked.set_word_line), (times.reset + settle / 2, asked.reset_word_line),
        (times.verify, asked.reset_word_line), (times.verify + settle / 2, design.read_word_line),
    )  # fmt: skip
    first = pulse(times.set_pulse, asked.set_voltage, design, asked.width)
    second = pulse(times.reset_pulse, asked.reset_voltage, design, asked.width)
    read: Points = (
        (times.verify + settle, 0),
        (times.verify + settle + design.program_edge, design.verify_voltage),
    )
    builder.drive("rail_wl", "rail_wl", word)
    builder.drive("rail_bl", "rail_bl", ((0, 0), *first, *second, *read))
    builder.drive("rail_sl", "rail_sl", ((0, 0), *second))


def _logic(
    builder: CircuitBuilder, technology: Technology, lines: Lines, times: WriteTimes, selected: bool
) -> None:
    """Add the inputs of the level shifters: row, data, phase."""

    def logic(name: str, *high: tuple[float, bool]) -> None:
        add_logic(builder, lines.array, technology.process.supply, name, high)

    logic("row", (0.0, selected))
    logic("bl", (0.0, True))
    logic("blb", (0.0, False), (times.verify, True))
    logic("sl", (0.0, True))  # its rail is at ground but for the RESET pulse


def _written(design: Design, asked: Programming, times: WriteTimes) -> tuple:
    late = 0.9 * asked.width
    verify = times.end - design.settle_time
    set_end, reset_end = times.set_pulse + asked.width, times.reset_pulse + asked.width
    devices = [
        one
        for name in DEVICES
        for one in (
            Final(f"{name}_gap", f"x{name}.gap"),
            Final(f"{name}_top", f"te_{name}"),
            Final(f"{name}_bottom", f"be_{name}"),
            Mean(f"{name}_current", f"i(v{name})", verify),
        )
    ]
    return (
        *devices,
        Mean("set_current", "i(vlow)", times.set_pulse + late, set_end),
        Difference("reset_voltage", "sl", "blb", reset_end),
        Energy("energy_set", "rail_bl", None, "i(vrail_bl)", 0.0, times.reset, delivered=True),
        Energy(
            "energy_reset_source", "rail_sl", None, "i(vrail_sl)", times.reset, times.verify, delivered=True
        ),
        Energy("energy_reset_bit", "rail_bl", None, "i(vrail_bl)", times.reset, times.verify, delivered=True),
        Drawn("energy_word_line_set", "i(vrail_wl)", asked.set_word_line, 0.0, times.reset),
        Drawn("energy_word_line_reset", "i(vrail_wl)", asked.reset_word_line, times.reset, times.verify),
        Energy("energy_drivers", "vpp", None, "i(vpp)", 0.0, times.verify, delivered=True),
    )


def column_read_deck(technology: Technology, lines: Lines) -> ReadDeck:
    """Return the deck of one read of a cell by its column's amplifier, which takes the XNOR with an input.

    First the lines are discharged, as between the reads of rows that follow each other. The place of the cell is set
    by the values of `placed`, the input by those of `with_input`.

    Measures, beside ``decision``, ``margin``, ``delay`` as `read_deck` does: ``energy_precharge`` and
    ``energy_sense`` [J] of the amplifier's supply before and after sense-enable; ``energy_word_line`` [J] of the
    whole row's word line; ``energy_control`` [J] of sense-enable and inputs of this column; ``energy_drivers`` [J] of
    the row's level shifter.
    """
    design, array = technology.design, lines.array
    builder = CircuitBuilder(
        "array read", f"a cell of {lines.rows} x {lines.columns}, its lines and its column's amplifier",
        technology.process, technology.temperature,
    )  # fmt: skip
    high, edge, begin = design.reset_word_line, array.control_edge, array.discharge_time
    sense = begin + design.precharge_time
    stop, enabled = sense + design.sense_time, sense + design.logic_edge / 2
    builder.hold("dd", "vdd", design.supply)
    builder.hold("pp", "vpp", high)
    builder.drive("read_enable", "ren", ((0, 0), (edge, high)))  # in a step it would lift the lines for good
    builder.drive(
        "discharge", "discharge",
        ((0, 0), (edge, design.supply), (begin, design.supply), (begin + edge, 0)),
    )  # fmt: skip
    word_line = ((0, 0), (begin, 0), (begin + design.word_line_edge, design.read_word_line))
    builder.drive("rail_wl", "rail_wl", word_line)
    add_logic(builder, array, technology.process.supply, "row", ((0.0, False), (begin, True)))
    builder.drive(
        "sense_enable",
        "sen",
        tuple((time + begin if time else 0, level) for time, level in sense_enable(design)),
    )
    for name, level in (("x", design.supply), ("xb", 0.0)):
        command = f"alter @v{name}[pwl] = [ 0 0 {begin:.9g} 0 {begin + edge:.9g} {{}} ]"
        points = ((0, 0), (begin, 0), (begin + edge, level))
        builder.alterable_drive(Parameter(name, command, level), name, points)
    add_word_driver(builder, array, "row", "wl_end")
    add_line(builder, "wl", lines.section("word_line", 0, 0))
    for name in ("bl", "blb", "sl"):
        add_line(builder, name, lines.section("source_line" if name == "sl" else "bit_line", 0, 0))
        builder.transistor(f"write_{name}", f"{name}_end", "0", "0", array.driver, matched=True)
    add_amplifier(builder, design, array, ("bl_end", "blb_end", "sl_end"))
    lrs, hrs = technology.rram.initial.lrs.value, technology.rram.initial.hrs.value
    for (side, line), gap in zip(SIDES.items(), (lrs, hrs), strict=True):
        builder.memory(side, line, f"be_{side}", technology.rram, gap)
        builder.transistor(f"access_{side}", f"be_{side}", "wl", "sl", technology.access)
    deck = builder.deck(
        (
            Difference("decision", "q", "qb"),
            Imbalance("margin", "q", "qb", design.supply / 2, enabled, design.regeneration_time),
            Crossing("delay", "q", "qb", design.supply / 2, enabled, magnitude=True, missing=float("inf")),
            Energy("energy_precharge", "vdd", None, "i(vdd)", begin, sense, delivered=True),
            Energy("energy_sense", "vdd", None, "i(vdd)", sense, stop, delivered=True),
            Drawn("energy_word_line", "i(vrail_wl)", design.read_word_line),
            Drawn("energy_sense_enable", "i(vsense_enable)", design.supply),
            Drawn("energy_x", "i(vx)", design.supply),
            Drawn("energy_xb", "i(vxb)", design.supply),
            Drawn("energy_discharge", "i(vdischarge)", design.supply),
            Energy("energy_drivers", "vpp", None, "i(vpp)", begin, delivered=True),
        ),
        design.read_step,
        stop,
        also_save=("bl", "blb", "sl", "wl", "sen", "xleft.gap", "xright.gap"),
    )
    return ReadDeck(deck, tuple(builder.spread))


def placed(lines: Lines, row: int, column: int) -> Mapping[str, float]:
    """Return the values of parameters that put the cell of either deck at `row` and `column`."""
    found = {}
    for name, line in (("wl", "word_line"), ("bl", "bit_line"), ("blb", "bit_line"), ("sl", "source_line")):
        section = lines.section(line, row, column)
        found |= _values(name, section)
    return found


def _values(name: str, section: Section) -> dict[str, float]:
    return {
        f"{name}_near_a": section.near_resistance / 2,
        f"{name}_near_b": section.near_resistance / 2,
        f"{name}_far": section.far_resistance / 2,
        f"{name}_near": section.near_capacitance,
        f"{name}_far_load": section.far_capacitance,
    }


def with_input(design: Design, neuron_input: int) -> Mapping[str, float]:
    """Return the values of parameters that give the amplifier an input of +1 or -1."""
    return {"x": design.supply if neuron_input > 0 else 0.0, "xb": 0.0 if neuron_input > 0 else design.supply}
