"""A PySpice circuit under construction, which remembers what samples may alter in it."""

from PySpice.Spice.Netlist import Circuit

from spicekit.models.rram import RramModel
from spicekit.models.transistor import Process, Spread, Transistor
from spicekit.ngspice.deck import Deck, Parameter
from spicekit.ngspice.measure import Measurement

ZERO_CELSIUS = 273.15  # K

Points = tuple[tuple[float, float], ...]
"""A piecewise-linear voltage: (time [s], voltage [V]) pairs; the last voltage is held."""


class Drawing:
    """Wraps a PySpice `Circuit`: adds transistors of a process and memory devices with their alterable values.

    Attributes:
        circuit: the PySpice circuit, open for any further element.
        spread: mismatch coordinates of the transistors added so far.
    """

    def __init__(self, name: str, purpose: str, process: Process, temperature: float) -> None:
        """Start an empty circuit of `process` at an ambient `temperature` [K]; `purpose` goes into its title."""
        self.name, self._purpose = name, purpose
        self.circuit = Circuit(name)
        self.spread: list[Spread] = []
        self._process = process
        self._temperature = temperature
        self._parameters: list[Parameter] = []
        self._text: list[str] = list(process.header)
        self._subcircuits: dict[str, str] = {}
        self._sources: dict[str, None] = {}

    def transistor(self, name: str, drain: str, gate: str, source: str, transistor: Transistor) -> None:
        """Add a transistor; the bulk is ground, or the node `vdd` for a pmos."""
        bulk = "vdd" if transistor.kind == "pmos" else "0"
        instance = self._process.instance(name, drain, gate, source, bulk, transistor)
        self._text += [*instance.cards, *instance.lines]
        self.spread += instance.spread
        self._parameters += [Parameter(s.name, s.command, s.nominal) for s in instance.spread]

    def memory(self, name: str, top: str, bottom: str, model: RramModel, gap: float) -> None:
        """Add a memory device `name` that starts with the `gap` [nm]; parameters `name.gap`, `name.e_set`, …"""
        self._subcircuits[model.name] = model.subcircuit(self._temperature)
        self._sources |= dict.fromkeys(model.sources)
        cell = self.circuit.X(name, model.subcircuit_name, top, bottom, gap_initial=float(gap))
        element = cell.name.lower()
        self._parameters.append(Parameter(f"{name}.gap", f"alter @c.{element}.cgap[ic]={{}}", float(gap)))
        for key, command in model.alter.items():
            self._parameters.append(Parameter(f"{name}.{key}", command.format(element), model.value(key)))

    def resistance(self, name: str, top: str, bottom: str, value: float) -> None:
        """Add a resistor [Ohm], which samples may alter under its `name`."""
        element = self.circuit.R(name, top, bottom, float(value)).name.lower()
        self._parameters.append(Parameter(name, f"alter {element}={{}}", float(value)))

    def drive(self, name: str, node: str, points: Points) -> None:
        """Add a voltage source from ground to `node` that follows `points`."""
        tidy = [(float(f"{time:.9g}"), float(f"{voltage:.9g}")) for time, voltage in points]
        self.circuit.PieceWiseLinearVoltageSource(name, node, self.circuit.gnd, values=tidy)

    def hold(self, name: str, node: str, voltage: float) -> None:
        """Add a constant voltage source [V] from ground to `node`."""
        self.circuit.V(name, node, self.circuit.gnd, voltage)

    def capacitance(self, name: str, node: str, value: float) -> None:
        """Add a capacitance [F] from `node` to ground."""
        self.circuit.C(name, node, self.circuit.gnd, value)

    def deck(
        self,
        measurements: tuple[Measurement, ...],
        step: float,
        stop_time: float,
        options: str = "",
        also_save: tuple[str, ...] = (),
    ) -> Deck:
        """Return the finished deck: a transient from zero (``uic``) to `stop_time` [s] with `step` [s] at most."""
        settings = f".options temp={self._temperature - ZERO_CELSIUS:.10g} {options}".rstrip()
        elements = str(self.circuit).strip().splitlines()[1:]  # PySpice puts a .title line first
        text = "\n".join(
            [
                f"* {self.name}: {self._purpose} ({self._process.name})",
                *elements,
                *self._subcircuits.values(),
                *self._text,
                settings,
                f".tran {step:.10g} {stop_time:.10g} 0 {step:.10g} uic",
                ".end",
                "",
            ]
        )
        return Deck(
            self.name, text, tuple(self._parameters), measurements, stop_time, also_save, tuple(self._sources)
        )
