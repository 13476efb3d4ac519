"""The 1T1R cell under a programming pulse, and the gate voltage that makes a compliance."""

from dataclasses import KW_ONLY, dataclass

from spicekit.circuits.circuit_builder import CircuitBuilder, Points
from spicekit.errors import InputError
from spicekit.models.design import Design
from spicekit.models.memory import MemoryModel
from spicekit.models.mtj import MtjModel
from spicekit.models.superparamagnetic import Superparamagnetic
from spicekit.models.transistor import Process, Spread, Transistor
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.measure import Crossing, Energy, Final, Mean

ACCURATE = "trtol=1 reltol=1e-4 method=trap"
"""Options for decks in which a state moves; the defaults end steep pulses in a wrong state without a word."""


@dataclass(frozen=True)
class Technology:
    """What every circuit is made of."""

    process: Process
    rram: MemoryModel
    design: Design
    _: KW_ONLY
    temperature: float = 300.15  # K, of the surroundings
    telegraph_noise: bool = False  # in reads
    supply_sigma: float = 0.0  # V, of the sense amplifier's supply
    temperature_sigma: float = 0.0  # K, of the surroundings
    mtj: MtjModel | None = None  # the tunnel junction of oscillators
    superparamagnetic: Superparamagnetic | None = None

    @property
    def access(self) -> Transistor:
        """The transistor in series with each memory device."""
        return Transistor("access", self.design.access_width, self.design.access_length)


@dataclass(frozen=True)
class Pulse:
    """One programming pulse on a 1T1R cell; the width is taken at half height."""

    kind: str  # "set": positive on the bit line; "reset": positive on the source line
    voltage: float  # V across cell and access transistor
    word_line: float  # V
    width: float  # s


@dataclass(frozen=True)
class ProgramDeck:
    """A deck with the mismatch of its access transistor."""

    deck: Deck
    spread: tuple[Spread, ...]


def program_deck(
    technology: Technology, pulse: Pulse, gap: float, line_resistance: float = 0.0
) -> ProgramDeck:
    """Return the deck of one pulse on a 1T1R cell that starts with `gap` [nm], followed by a low-voltage read.

    The source line and what drives it may have a `line_resistance` [Ohm].

    Measures: ``gap`` [nm] at the end; ``resistance`` [Ohm] at the verify voltage; ``energy_path`` [J], delivered
    by the lines to cell and transistor; ``energy_cell`` [J], absorbed between the cell's terminals; ``current``
    [A], mean over the last tenth of the plateau, positive from top to bottom electrode.
    """
    design = technology.design
    edge, settle = design.program_edge, design.settle_time
    if pulse.width < 2 * edge:
        raise InputError(
            f"`pulse_width` is {pulse.width:g} s, expected at least {2 * edge:g} s: twice the edge of a pulse "
            "(`program_edge` of the design)"
        )
    highest = technology.process.access_supply
    if pulse.voltage > highest:  # which the transistor's model would simulate without a word
        raise InputError(
            f"`{pulse.kind}_voltage` is {pulse.voltage:g} V, expected at most {highest:g} V, the supply of the access "
            "transistor"
        )
    begin, end = settle, settle + pulse.width  # of the rise, and of the fall
    released = end + edge + settle
    verify = released + settle + edge
    stop = verify + 2 * settle
    pulsed: Points = (
        (0, 0),
        (begin, 0),
        (begin + edge, pulse.voltage),
        (end, pulse.voltage),
        (end + edge, 0),
    )
    read: Points = ((released + settle, 0), (verify, design.verify_voltage))
    word: Points = (
        (0, 0), (settle / 2, pulse.word_line), (released, pulse.word_line), (released + settle, design.read_word_line),
    )  # fmt: skip

    builder = CircuitBuilder(
        f"1t1r {pulse.kind}",
        f"{pulse.voltage:g} V for {pulse.width:g} s on a 1T1R cell, then a read at low voltage",
        technology.process,
        technology.temperature,
    )
    builder.drive("bit_line", "bl", (*pulsed, *read) if pulse.kind == "set" else ((0, 0), *read))
    builder.drive("source_line", "sl", pulsed if pulse.kind == "reset" else ((0, 0), (stop, 0)))
    builder.drive("word_line", "wl", word)
    builder.capacitance("bit_line", "bl", design.bit_line_capacitance)
    builder.circuit.V("cell", "bl", "te", 0)  # ammeter
    builder.memory("cell", "te", "be", technology.rram, gap)
    if line_resistance:
        builder.circuit.R("line", "near", "sl", line_resistance)
    builder.transistor("access", "be", "wl", "near" if line_resistance else "sl", technology.access)

    line = "bl" if pulse.kind == "set" else "sl"
    source = "vbit_line" if pulse.kind == "set" else "vsource_line"
    deck = builder.deck(
        (
            Final("gap", "xcell.gap"),
            Final("verify_top", "te"),
            Final("verify_bottom", "be"),
            Mean(
                "verify_current", "i(vcell)", verify + settle
            ),  # the trapezoidal rule rings on the cell's capacitance
            Energy("energy_path", line, None, f"i({source})", 0.0, released, delivered=True),
            Energy("energy_cell", "te", "be", "i(vcell)", 0.0, released),
            Mean("current", "i(vcell)", begin + 0.9 * pulse.width, end),
        ),
        pulse.width / design.steps_per_pulse,
        stop,
        ACCURATE,
        ("bl", "sl", "wl", "xcell.temp"),
    )
    return ProgramDeck(deck, tuple(builder.spread))


def compliance_deck(technology: Technology, current: float) -> Deck:
    """Return the deck that finds the word-line voltage at which the access transistor gives `current` [A].

    The gate rises by 1 V/µs at a drain voltage of half the SET voltage, which is near what the cell leaves to the
    transistor when SET ends; the measurement ``time`` [s] times 1 V/µs is the word-line voltage.
    """
    crossing = Crossing("time", "i(vdrain)", None, -current, rising=False)
    what = f"the gate rises by 1 V/us until the drain current is {current:g} A"
    return _rising_gate(technology, technology.process.access_supply, crossing, what)


def limit_deck(technology: Technology, word_line: float) -> Deck:
    """Return the deck that finds the current of the access transistor at a word line, as `compliance_deck` has it.

    Measures ``current`` [A], negative, as it flows out of the source that holds the drain.
    """
    what = f"the gate rises by 1 V/us to {word_line:g} V"
    return _rising_gate(technology, word_line, Final("current", "i(vdrain)"), what)


def _rising_gate(technology: Technology, top: float, measurement: Crossing | Final, what: str) -> Deck:
    slope = 1e6  # V/s
    builder = CircuitBuilder("access transistor", what, technology.process, technology.temperature)
    builder.hold("drain", "d", technology.design.set_voltage / 2)
    builder.drive("word_line", "wl", ((0, 0), (top / slope, top)))
    builder.transistor("access", "d", "wl", "0", technology.access)
    return builder.deck((measurement,), 5e-9, top / slope, also_save=("wl",))
