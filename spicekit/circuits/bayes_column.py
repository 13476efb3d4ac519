"""A likelihood of the Bayesian machine at the gates: its word is read, then compared with a number in each cycle.

Each bit of the word is a 2T2R cell with a sense amplifier of its own, which holds what it has read. A comparator, the
carry chain of word + not number + 1, tells in each cycle whether the number does not exceed the word; that bit meets
the one of the likelihood before it in an AND gate and goes on to the next. Amplifiers give both polarities, so that
stages of the chain can alternate and need no inverters. One flip-flop, as of the register and counters, is beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import CircuitBuilder, Points
from spicekit.circuits.logic import Gates
from spicekit.circuits.read import start_read
from spicekit.circuits.sense_amplifier import add_foot, add_latch
from spicekit.errors import InputError
from spicekit.models.transistor import Spread
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.measure import At, Difference, Energy

PARTS = ("read", "compare", "and", "flip_flop")
"""Parts whose supply currents are measured apart."""
_BEFORE = 0.95  # of a cycle: when its output is taken


@dataclass(frozen=True)
class ColumnDeck:
    """The deck of one likelihood, with the mismatch of all its transistors."""

    deck: Deck
    spread: tuple[Spread, ...]
    bits: int
    numbers: tuple[int, ...]  # compared with, one per cycle
    before: tuple[int, ...]  # bits of the likelihood before it

    def right(self, word: int) -> tuple[int, ...]:
        """Return the bits that should come out of the AND gate, one per cycle."""
        return tuple(
            int(number <= word and one) for number, one in zip(self.numbers, self.before, strict=True)
        )


def column_deck(
    technology: Technology,
    gaps: tuple[float, float],
    numbers: Sequence[int],
    before: Sequence[int],
    bits: int = 8,
    period: float = 2e-9,
    word: int | None = None,
) -> ColumnDeck:
    """Return the deck of one likelihood, with a `word` of `bits` bits stored, by default all ones.

    `gaps` [nm] are of the left and the right device of a cell that holds a one.

    Measures: ``bit0`` … [V], V(q) - V(qb) of each amplifier when the cycles begin, above zero for a one; ``out0`` …
    [V], behind the AND gate at the end of each cycle; ``held`` [V], V(q) - V(qb) of bit 0 at the end; ``energy_read``
    [J], from the amplifiers' supply until the cycles begin, pre-charge included; ``energy_hold``, ``energy_compare``,
    ``energy_and``, ``energy_flip_flop`` [J], of all cycles together; a comparator's includes what drives the number
    into it.

    Raises:
        InputError: an odd number of bits, or a period that is shorter than four edges.
    """
    design = technology.design
    if bits < 2 or bits % 2:
        raise InputError(f"`bits` is {bits}, expected an even number: stages of the comparator alternate")
    if period < 4 * design.logic_edge:
        raise InputError(
            f"`period` is {period:g} s, expected at least {4 * design.logic_edge:g} s, four edges"
        )
    builder = start_read(
        technology,
        "bayes column",
        f"a likelihood of {bits} bits in 2T2R cells, compared with {len(numbers)} random numbers",
    )
    for part in PARTS:
        builder.circuit.V(part, "vdd", f"vdd_{part}", 0)  # ammeter
    begin = design.precharge_time + design.sense_time
    stored = (1 << bits) - 1 if word is None else word
    _read(builder, technology, [gaps if stored >> bit & 1 else gaps[::-1] for bit in range(bits)])
    _compare(builder, technology, bits)
    gates = Gates(builder, design, "vdd_and")
    gates.nand("and", "before", f"carry{bits}", "nand")
    gates.inverter("and_out", "nand", "after")
    Gates(builder, design, "vdd_flip_flop").flip_flop("flip_flop", "number0", "clock", "taken")
    for node in ("after", "taken"):
        builder.capacitance(node, node, design.output_capacitance)
    edge, supply = design.logic_edge, design.supply
    for bit in range(bits):
        levels = [number >> bit & 1 for number in numbers]
        builder.drive(f"number{bit}", f"number{bit}", _steps(levels, begin, period, edge, supply))
    builder.drive("before", "before", _steps(before, begin, period, edge, supply))
    builder.drive("clock", "clock", _clock(len(numbers), begin, period, edge, supply))

    stop = begin + len(numbers) * period
    ends = [begin + (k + _BEFORE) * period for k in range(len(numbers))]
    cycles = [Energy(f"energy_{part}", "vdd", None, f"i(v{part})", begin, stop) for part in PARTS[1:]]
    deck = builder.deck(
        (
            *(Difference(f"bit{k}", f"q{k}", f"qb{k}", begin) for k in range(bits)),
            *(At(f"out{k}", "after", time) for k, time in enumerate(ends)),
            Difference("held", "q0", "qb0"),
            Energy("energy_read", "vdd", None, "i(vread)", 0.0, begin),
            Energy("energy_hold", "vdd", None, "i(vread)", begin, stop),
            *cycles,
        ),
        design.read_step,
        stop,
        also_save=("sen", f"carry{bits}", "q0", "qb0", "number0", "before", "clock", "taken"),
    )
    return ColumnDeck(deck, tuple(builder.spread), bits, tuple(numbers), tuple(before))


def _read(
    builder: CircuitBuilder, technology: Technology, gaps_of_bits: Sequence[tuple[float, float]]
) -> None:
    """Add the cells and amplifiers, each as in `read_deck`."""
    design = technology.design
    for bit, gaps in ((str(k), gaps) for k, gaps in enumerate(gaps_of_bits)):
        lines = f"bl{bit}", f"blb{bit}"
        add_latch(builder, design, *lines, number=bit, supply="vdd_read")
        for side, line, gap in zip(("left", "right"), lines, gaps, strict=True):
            builder.capacitance(f"bit_line_{side}{bit}", line, design.bit_line_capacitance)
            builder.memory(f"{side}{bit}", line, f"be_{side}{bit}", technology.rram, gap)
            builder.transistor(f"access_{side}{bit}", f"be_{side}{bit}", "wl", f"sl{bit}", technology.access)
        builder.capacitance(f"source_line{bit}", f"sl{bit}", design.source_line_capacitance)
        add_foot(builder, design, f"sl{bit}", bit)


def _compare(builder: CircuitBuilder, technology: Technology, bits: int) -> None:
    """Add the comparator, and what drives a number and its complement into it."""
    gates = Gates(builder, technology.design, "vdd_compare")
    carry = "vdd_compare"
    for bit in range(bits):
        gates.inverter(f"drive{bit}", f"number{bit}", f"not{bit}")
        gates.inverter(f"again{bit}", f"not{bit}", f"true{bit}")
        word, number = (f"q{bit}", f"not{bit}") if bit % 2 == 0 else (f"qb{bit}", f"true{bit}")
        gates.minority(f"carry{bit}", word, number, carry, f"carry{bit + 1}")
        carry = f"carry{bit + 1}"


def _steps(levels: Sequence[int], begin: float, period: float, edge: float, supply: float) -> Points:
    """Return a signal that is 0 before, and changes at the beginning of each cycle."""
    points, now = [(0.0, 0.0)], 0
    for cycle, level in enumerate(levels):
        if level != now:
            start = begin + cycle * period
            points += [(start, now * supply), (start + edge, level * supply)]
            now = level
    return tuple(points)


def _clock(cycles: int, begin: float, period: float, edge: float, supply: float) -> Points:
    """Return a clock that rises in the middle of each cycle and falls at its end."""
    points = [(0.0, 0.0)]
    for cycle in range(cycles):
        up, down = begin + (cycle + 0.5) * period, begin + (cycle + 1) * period - edge
        points += [(up, 0.0), (up + edge, supply), (down, supply), (down + edge, 0.0)]
    return tuple(points)
