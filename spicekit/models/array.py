"""What stands around the cells of an array: wires, drivers, switches, from `device_models/arrays`."""

from dataclasses import dataclass
from pathlib import Path

from spicekit.models.quantity import find_card, in_unit, read_quantities
from spicekit.models.transistor import Transistor

# beyond these stands a slip of the prefix
_RANGES = {
    "m": (1e-8, 1e-3),
    "Ohm": (1e-4, 1e4),
    "F/m2": (1e-8, 1e-2),
    "F/m": (1e-14, 1e-8),
    "s": (1e-11, 1e-6),
}
LINES = ("word_line", "bit_line", "source_line")


@dataclass(frozen=True)
class Wire:
    """One cell's piece of a line, the devices on it not included."""

    resistance: float  # Ohm
    capacitance: float  # F, to ground


@dataclass(frozen=True)
class ArrayDesign:
    """Numbers of the wires and drivers of an array of 2T2R cells, SI units; the TOML file says the source of each."""

    cell_width: float = in_unit("m")
    cell_height: float = in_unit("m")
    word_line_width: float = in_unit("m")
    word_line_sheet_resistance: float = in_unit("Ohm")
    word_line_area_capacitance: float = in_unit("F/m2")
    word_line_fringe_capacitance: float = in_unit("F/m")
    bit_line_width: float = in_unit("m")
    bit_line_sheet_resistance: float = in_unit("Ohm")
    bit_line_area_capacitance: float = in_unit("F/m2")
    bit_line_fringe_capacitance: float = in_unit("F/m")
    source_line_width: float = in_unit("m")
    source_line_sheet_resistance: float = in_unit("Ohm")
    source_line_area_capacitance: float = in_unit("F/m2")
    source_line_fringe_capacitance: float = in_unit("F/m")
    thick_length: float = in_unit("m")
    driver_width: float = in_unit("m")
    read_switch_width: float = in_unit("m")
    shifter_width: float = in_unit("m")
    shifter_load_width: float = in_unit("m")
    shifter_load_length: float = in_unit("m")
    discharge_width: float = in_unit("m")
    discharge_time: float = in_unit("s")
    control_edge: float = in_unit("s")

    def wire(self, line: str) -> Wire:
        """Return a cell's piece of `word_line`, `bit_line` or `source_line`.

        Resistance = sheet resistance * length / width; capacitance = length * (width * area + 2 * fringe).
        """
        length = self.cell_width if line == "word_line" else self.cell_height
        width, sheet, area, fringe = (
            getattr(self, f"{line}_{what}")
            for what in ("width", "sheet_resistance", "area_capacitance", "fringe_capacitance")
        )
        return Wire(sheet * length / width, length * (width * area + 2 * fringe))

    @property
    def driver(self) -> Transistor:
        """Pulls a line up or down, and lets programming currents through to it."""
        return Transistor("access", self.driver_width, self.thick_length)

    @property
    def driver_pmos(self) -> Transistor:
        """Lifts word lines to the highest voltage."""
        return Transistor("thick_pmos", self.driver_width, self.thick_length)

    @property
    def read_switch(self) -> Transistor:
        """Stands between a line and the sense amplifier."""
        return Transistor("access", self.read_switch_width, self.thick_length)

    @property
    def shifter(self) -> Transistor:
        """Pulls an output of a level shifter down."""
        return Transistor("access", self.shifter_width, self.thick_length)

    @property
    def shifter_load(self) -> Transistor:
        """Holds an output of a level shifter up."""
        return Transistor("thick_pmos", self.shifter_load_width, self.shifter_load_length)


def load_array(source: str | Path = "2t2r_reram") -> ArrayDesign:
    """Load wires and drivers by their bundled name or by the path of a TOML file.

    Raises:
        InputError: file missing or unreadable, unknown or missing quantity, another unit, or a value out of range.
    """
    path = find_card(source, "arrays")
    return read_quantities(path, ArrayDesign, _RANGES)
