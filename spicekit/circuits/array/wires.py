"""Lines as one cell sees them, and what the cells that are not selected load them with."""

from dataclasses import dataclass

from spicekit.circuits.array.measure import Per
from spicekit.circuits.cell import ACCURATE, Technology
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.models.array import ArrayDesign
from spicekit.ngspice import Deck
from spicekit.ngspice.measure import Charge

_RAMP = 10e-9  # s: slow against the time constants within a cell, so that all its charge is counted


@dataclass(frozen=True)
class Loads:
    """Capacitance [F] by which an unselected cell loads its lines, without the wire."""

    word_line: float  # of both gates, of a cell in the selected row
    bit_line: float  # of one device, to each of both bit lines
    source_line: float  # of both devices


@dataclass(frozen=True)
class Section:
    """A line seen from one of its cells: what lies between it and the driver, and beyond it."""

    near_resistance: float  # Ohm
    near_capacitance: float  # F
    far_resistance: float
    far_capacitance: float


@dataclass(frozen=True)
class Lines:
    """All lines of an array with their loads: what a cell at any place sees of the others."""

    array: ArrayDesign
    loads: Loads
    rows: int
    columns: int

    def section(self, line: str, row: int, column: int) -> Section:
        """Return a `word_line`, `bit_line` or `source_line` as the cell at `row` and `column` sees it.

        Drivers stand before row 0 and column 0; the half of a pitch on either side of the cell is wire without a load.
        """
        place, count = (column, self.columns) if line == "word_line" else (row, self.rows)
        wire, load = self.array.wire(line), getattr(self.loads, line)
        before, after = place, count - 1 - place
        return Section(
            (before + 0.5) * wire.resistance,
            before * (wire.capacitance + load) + wire.capacitance / 2,
            (after + 0.5) * wire.resistance,
            after * (wire.capacitance + load) + wire.capacitance / 2,
        )


def load_deck(technology: Technology) -> Deck:
    """Return the deck that finds what unselected cells load their lines with: charges over a ramp, nominal devices.

    Measures ``word_line``, ``bit_line``, ``source_line`` [F] as `Loads` has them: the gates up to the word line of
    reads, lines of cells whose word line is low up to half of the supply, one device in each state.
    """
    design, rram = technology.design, technology.rram
    builder = CircuitBuilder(
        "array load", "what cells that are not selected load their lines with", technology.process,
        technology.temperature,
    )  # fmt: skip
    half = design.supply / 2
    levels = {"word_line": design.read_word_line, "bit_line": half, "source_line": half}
    for line, level in levels.items():
        for side, state in (("left", rram.initial.lrs), ("right", rram.initial.hrs)):
            nodes = [line if line == own else "0" for own in ("bit_line", "word_line", "source_line")]
            inner = f"be_{line}_{side}"
            builder.memory(f"{line}_{side}", nodes[0], inner, rram, state.value)
            builder.transistor(
                f"access_{line}_{side}", inner, nodes[1], nodes[2], technology.access, matched=True
            )
        builder.drive(line, line, ((0, 0), (_RAMP, level)))
    per_device = {"word_line": 1, "bit_line": 2, "source_line": 1}
    measured = tuple(
        Per(Charge(line, f"i(v{line})"), -level * per_device[line]) for line, level in levels.items()
    )
    return builder.deck(measured, _RAMP / 100, 1.5 * _RAMP, ACCURATE)


def cell_loads(technology: Technology) -> Loads:
    """Return what unselected cells load their lines with, by simulation.

    Raises:
        SimulatorError: ngspice is missing or refuses the deck.
    """
    return Loads(**load_deck(technology).measure())
