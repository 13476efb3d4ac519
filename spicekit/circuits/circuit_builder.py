"""A PySpice circuit under construction, which remembers what samples may alter in it."""

import math
import re

from PySpice.Spice.Netlist import Circuit

from spicekit.circuits.foreign.bins import without_other_bins
from spicekit.circuits.foreign.source import Source
from spicekit.models.memory import MemoryModel
from spicekit.models.mtj import MtjModel
from spicekit.models.superparamagnetic import Superparamagnetic, thermal_energy
from spicekit.models.transistor import Process, Spread, Transistor
from spicekit.ngspice.deck import Deck, Parameter
from spicekit.ngspice.draws import PREFIX
from spicekit.ngspice.lines import logical_lines
from spicekit.ngspice.measure import Measurement
from spicekit.ngspice.wiring import wired, without_unused

ZERO_CELSIUS = 273.15  # K

Points = tuple[tuple[float, float], ...]
"""A piecewise-linear voltage: (time [s], voltage [V]) pairs; the last voltage is held."""


class CircuitBuilder:
    """Wraps a PySpice `Circuit`: adds transistors of a process and memory devices with their alterable values.

    Attributes:
        circuit: the PySpice circuit, open for any further element.
        spread: mismatch coordinates of the transistors added so far; with what a library draws, once there is a deck.
    """

    def __init__(self, name: str, purpose: str, process: Process | None, temperature: float) -> None:
        """Start an empty circuit at an ambient `temperature` [K]; `purpose` goes into its title.

        Without a `process` it has no transistors.
        """
        self.name, self._purpose = name, purpose
        self.circuit = Circuit(name)
        self.spread: list[Spread] = []
        self._process = process
        self._temperature = temperature
        self._parameters: list[Parameter] = []
        self._text: list[str] = list(process.header) if process else []
        self._subcircuits: dict[str, str] = {}
        self._sources: dict[str, None] = {}
        self._started = False
        self._relative_tolerance: float | None = None  # that the memory devices need
        self._nodes: dict[str, None] = {}  # of transistors
        self._cards: dict[str, None] = {}

    def transistor(
        self, name: str, drain: str, gate: str, source: str, transistor: Transistor, matched: bool = False
    ) -> None:
        """Add a transistor; the bulk is ground, `vdd` for a pmos, `vpp` for a thick one; `matched` has no mismatch."""
        assert self._process is not None
        bulk = {"pmos": "vdd", "thick_pmos": "vpp"}.get(transistor.kind, "0")
        instance = self._process.instance(name, drain, gate, source, bulk, transistor, matched)
        cards = [card for card in instance.cards if card not in self._cards]
        self._cards |= dict.fromkeys(cards)
        self._text += [*cards, *instance.lines]
        self._nodes |= dict.fromkeys(node for node in (drain, gate, source, bulk) if node != "0")
        self.spread += instance.spread
        self._parameters += [Parameter(s.name, s.command, s.nominal) for s in instance.spread]

    def memory(self, name: str, top: str, bottom: str, model: MemoryModel, gap: float) -> None:
        """Add a memory device `name` that starts with the `gap`, its state; parameters `name.gap`, `name.e_set`, …"""
        self._subcircuits[model.name] = model.subcircuit(self._temperature)
        self._sources |= dict.fromkeys(model.sources)
        self._started |= model.started
        needed = [one for one in (self._relative_tolerance, model.relative_tolerance) if one is not None]
        self._relative_tolerance = min(needed, default=None)
        cell = self.circuit.X(name, model.subcircuit_name, top, bottom, gap_initial=float(gap))
        element = cell.name.lower()
        self._parameters.append(Parameter(f"{name}.gap", model.state_command.format(element), float(gap)))
        for key, command in model.alter.items():
            self._parameters.append(Parameter(f"{name}.{key}", command.format(element), model.value(key)))

    def resistance(self, name: str, top: str, bottom: str, value: float) -> None:
        """Add a resistor [Ohm], which samples may alter under its `name`."""
        element = self.circuit.R(name, top, bottom, float(value)).name.lower()
        self._parameters.append(Parameter(name, f"alter {element}={{}}", float(value)))

    def oscillator(
        self,
        name: str,
        top: str,
        bottom: str,
        line: tuple[str, str],
        model: MtjModel,
        frame: float,
        start: float,
        current: float,
        flux_density: float = 0.0,
    ) -> None:
        """Add a tunnel junction as an oscillator, below a field line between two nodes; nodes ``name_u``, ``name_w``.

        It starts with the amplitude u = `start`, w = 0 in a frame that turns `frame` times a second, rested under a
        `current` [A] and a `flux_density` [T] of the line. Parameters:
        ``name.u``, ``name.w``, and the model's alterable ones as ``name.frequency``, … Constant sources ``iname_u`` and
        ``iname_w``, whose amperes are 1e9/s, take the thermal noise.
        """
        self._subcircuits[model.name] = model.subcircuit()
        nodes = (top, bottom, *line, f"{name}_u", f"{name}_w")
        cell = self.circuit.X(
            name,
            model.subcircuit_name,
            *nodes,
            frame=float(frame),
            u_initial=float(start),
            w_initial=0.0,
            i_initial=float(current),
            b_initial=float(flux_density),
        )
        element = cell.name.lower()
        for state, initial in (("u", start), ("w", 0.0)):
            self.circuit.I(f"{name}_{state}", self.circuit.gnd, f"{name}_{state}", 0.0)
            self._parameters.append(
                Parameter(f"{name}.{state}", f"alter @c.{element}.c{state}[ic]={{}}", float(initial))
            )
        for key, command in model.alter.items():
            self._parameters.append(Parameter(f"{name}.{key}", command.format(element), model.value(key)))

    def telegraph_junction(
        self,
        name: str,
        top: str,
        bottom: str,
        model: Superparamagnetic,
        bound: float,
        pace: float,
        initial: int,
    ) -> None:
        """Add a superparamagnetic junction that starts in the state `initial`; nodes ``clock`` and ``mark`` drive it.

        Its candidate events come at the rate `bound` [1/s]; its state settles at the rate `pace` [1/s]. Parameters
        ``name.barrier`` [eV over kT, a pure number] and ``name.offset`` [V].
        """
        self._subcircuits[model.name] = model.subcircuit(self._temperature)
        cell = self.circuit.X(
            name, "superparamagnetic", top, bottom, "clock", "mark",
            rate_bound=float(bound), pace=float(pace), initial=initial,
        )  # fmt: skip
        element = cell.name.lower()
        barrier = model.value("barrier") / thermal_energy(self._temperature)
        for key, source, value in (("barrier", "vkt", barrier), ("offset", "voff", model.value("offset"))):
            self._parameters.append(Parameter(f"{name}.{key}", f"alter v.{element}.{source}={{}}", value))

    def current(self, name: str, source: str, sink: str, value: float) -> None:
        """Add a constant current source [A] that drives current into the node `sink`; parameter `name`."""
        element = self.circuit.I(name, source, sink, value)
        self._parameters.append(Parameter(name, f"alter {element.name.lower()}={{}}", float(value)))

    def tone(self, name: str, sink: str, amplitude: float, frequency: float) -> None:
        """Add a sine current from ground into `sink`.

        Parameters ``name.amplitude`` [A, peak], ``name.frequency`` [Hz], ``name.phase`` [rad]: each has a node of its
        own, as plain sine sources take all their numbers in one command.
        """
        for what, value in (("amplitude", amplitude), ("frequency", frequency), ("phase", 0.0)):
            node = f"{name}_{what}"
            element = self.circuit.I(node, self.circuit.gnd, node, value)
            self.circuit.R(node, node, self.circuit.gnd, 1)
            self._parameters.append(
                Parameter(f"{name}.{what}", f"alter {element.name.lower()}={{}}", float(value))
            )
        wave = f"v({name}_amplitude)*sin({2 * math.pi!r}*v({name}_frequency)*time+v({name}_phase))"
        self.circuit.BehavioralSource(name, self.circuit.gnd, sink, current_expression=wave)

    def drive(self, name: str, node: str, points: Points) -> None:
        """Add a voltage source from ground to `node` that follows `points`."""
        tidy = [(float(f"{time:.9g}"), float(f"{voltage:.9g}")) for time, voltage in points]
        self.circuit.PieceWiseLinearVoltageSource(name, node, self.circuit.gnd, values=tidy)

    def alterable_drive(self, parameter: Parameter, node: str, points: Points) -> None:
        """Add a voltage source as `drive` does, named as the `parameter`, which alters it."""
        self.drive(parameter.name, node, points)
        self._parameters.append(parameter)

    def hold(self, name: str, node: str, voltage: float) -> None:
        """Add a constant voltage source [V] from ground to `node`."""
        self.circuit.V(name, node, self.circuit.gnd, voltage)

    def capacitance(self, name: str, node: str, value: float) -> None:
        """Add a capacitance [F] from `node` to ground."""
        self.circuit.C(name, node, self.circuit.gnd, value)

    def load(self, name: str, node: str, value: float) -> None:
        """Add a capacitance [F] from `node` to ground, which samples may alter under its `name`."""
        element = self.circuit.C(name, node, self.circuit.gnd, float(value)).name.lower()
        self._parameters.append(Parameter(name, f"alter {element}={{}}", float(value)))

    def _read_statistics(self, stop_time: float) -> None:
        """Let each instance draw what the library draws for it, from the bins of models that are in use."""
        if not any(PREFIX in line for line in self._text):
            return
        text = "\n".join([*self._text, *(f"r_of_sizes_{k} {n} 0 1" for k, n in enumerate(self._nodes))])
        source = without_other_bins(Source(self.name, tuple(logical_lines(text, self.name)), stop_time))
        lines, coordinates = wired(without_unused(source.lines))
        self._text = [line.written() for line in lines if not line.word.startswith("r_of_sizes_")]
        for one in coordinates:
            if not one.shared:  # their elements are called by an X before the name of the transistor
                spread = Spread(one.name[1:], one.set_by, 0.0, 1.0, "1", one.law)
                self.spread.append(spread)
                self._parameters.append(Parameter(spread.name, spread.command, 0.0))

    def deck(
        self,
        measurements: tuple[Measurement, ...],
        step: float,
        stop_time: float,
        options: str = "",
        also_save: tuple[str, ...] = (),
    ) -> Deck:
        """Return the finished deck: a transient from zero (``uic``) to `stop_time` [s] with `step` [s] at most.

        Where `options` have a relative tolerance it becomes that of the memory devices, if they need a smaller one.
        """
        self._read_statistics(stop_time)
        own = tightened(options, self._relative_tolerance)
        settings = f".options temp={self._temperature - ZERO_CELSIUS:.10g} {own}".rstrip()
        elements = str(self.circuit).strip().splitlines()[1:]  # PySpice puts a .title line first
        text = "\n".join(
            [
                f"* {self.name}: {self._purpose}" + (f" ({self._process.name})" if self._process else ""),
                *elements,
                *self._subcircuits.values(),
                *self._text,
                *(_start(step) if self._started else ()),
                settings,
                f".tran {step:.10g} {stop_time:.10g} 0 {step:.10g} uic",
                ".end",
                "",
            ]
        )
        return Deck(
            self.name,
            text,
            tuple(self._parameters),
            measurements,
            stop_time,
            also_save,
            tuple(self._sources),
            self._process.osdi if self._process else (),
        )


def tightened(options: str, relative_tolerance: float | None) -> str:
    """Return options with a `relative_tolerance` in the place of a larger one; None: as they are."""
    found = re.search(r"\breltol=(\S+)", options)
    if relative_tolerance is None or found is None or float(found[1]) <= relative_tolerance:
        return options
    return f"{options[: found.start(1)]}{relative_tolerance:g}{options[found.end(1) :]}"


def _start(step: float) -> tuple[str, ...]:
    """Return the source that holds states where they start, for a small part of the longest step."""
    end = step / 20
    return (
        ".global sk_start",
        f"vsk_start sk_start 0 pwl(0 1 {end:.10g} 1 {1.01 * end:.10g} 0)",
    )
