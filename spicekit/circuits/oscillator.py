"""Decks of spin-torque nano-oscillators: one under bias and injection, and several coupled through a common load."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.errors import InputError
from spicekit.limits import MOST_OSCILLATORS
from spicekit.models.mtj import MtjModel
from spicekit.ngspice.deck import Deck

STEPS = 12
"""Time steps per period of the frame. With 10, frequency and power are off by less than 1e-5 (docs/oscillators.md)."""

FIXED_STEP = "method=trap trtol=1e6 reltol=1e-4 abstol=1e-9 vntol=1e-7"
"""Options for a step that the maximum alone sets: then noise and spectra have one bandwidth all along."""

WIRINGS = ("series", "parallel")


@dataclass(frozen=True)
class Injection:
    """A sine current, into the junction or through the field line."""

    amplitude: float  # A, peak
    frequency: float  # Hz
    through: str = "junction"  # or "line"


def oscillator_deck(
    model: MtjModel,
    current: float,
    duration: float,
    temperature: float,
    *,
    flux_density: float = 0.0,
    injection: Injection | None = None,
    steps: float = STEPS,
    frame: float | None = None,
) -> Deck:
    """Return the deck of one junction that a constant `current` [A] drives for `duration` [s], without a load.

    Parameters: ``bias`` [A], ``line`` (dc current in the field line [A], nominal for `flux_density` [T]),
    ``rf.amplitude`` and ``rf.frequency`` if there is an `injection`, and those of the oscillator, ``osc.NAME``.
    Waves: ``te`` [V], ``osc_u``, ``osc_w`` (amplitude in the rotating frame), ``xosc.x``, ``xosc.y`` (in the
    laboratory), ``xosc.j`` (current in mA). It starts with the closed form's stationary power at these nominal values.
    Sources for noise: ``iosc_u``, ``iosc_w``.

    Args:
        temperature: K.
        steps: time steps per period of the frame.
        frame: Hz; the closed form's frequency by default. More than a fifth off, frequencies lose accuracy.

    Raises:
        InputError: as `check_bias`; an injection through something else than the junction or the line.
    """
    check_bias(model, current)
    frame = frame or model.oscillator(temperature, flux_density).oscillation_frequency(current)
    builder = CircuitBuilder(
        "oscillator", f"{current:g} A through a junction ({model.name})", None, temperature
    )
    builder.current("bias", "0", "te", current)
    builder.current("line", "0", "line", flux_density / model.value("line_field"))
    if injection is not None:
        nodes = {"junction": "te", "line": "line"}
        if injection.through not in nodes:
            raise InputError(f"`through` is {injection.through!r}, expected one of {', '.join(nodes)}")
        builder.tone("rf", nodes[injection.through], injection.amplitude, injection.frequency)
    _junction(builder, "osc", "te", "0", ("line", "0"), model, current, temperature, flux_density, frame)
    return _finished(builder, ("te", *_waves("osc")), duration, frame, steps)


def coupled_deck(
    model: MtjModel,
    currents: Sequence[float],
    duration: float,
    temperature: float,
    *,
    wiring: str = "series",
    load: float | None = None,
    turn: float | None = None,
    injections: Sequence[Injection] = (),
    steps: float = STEPS,
    frame: float | None = None,
) -> Deck:
    """Return the deck of junctions that emit into one load and so drive rf current through each other.

    Each has its own constant current (`currents` [A]). For alternating current they stand in `wiring` = "series" with
    the `load` [Ohm], or each in "parallel" to it, behind the capacitors of bias tees. Currents are taken to be switched
    on long ago: capacitors start at the voltage of the junction at rest.

    Seen from a junction, the voltage of another one drives current the one way in series and the other way in parallel.
    So `turn` [deg], the phase that lines between junctions and load add, is 180 in parallel and 0 in series if it is
    not given: then both wirings attract.

    Parameters: ``bias0``, ``bias1``, … [A], ``line`` [A] (one field line above all), ``rfK.amplitude`` and
    ``rfK.frequency`` of each injection (through "junction": into the load), and ``oscK.NAME``. Waves: ``out`` [V] on
    the load, and those of `oscillator_deck` for each, ``oscK_u``, …, ``xoscK.x``, …. Sources for noise: ``ioscK_u``,
    ``ioscK_w``.

    Raises:
        InputError: as `oscillator_deck`; unknown wiring; no oscillator, or too many.
    """
    if wiring not in WIRINGS:
        raise InputError(f"`wiring` is {wiring!r}, expected one of {', '.join(WIRINGS)}")
    if not 1 <= len(currents) <= MOST_OSCILLATORS:
        raise InputError(f"`currents` has {len(currents)} entries, expected 1 to {MOST_OSCILLATORS}")
    for current in currents:
        check_bias(model, current)
    model = _turned(model, (180.0 if wiring == "parallel" else 0.0) if turn is None else turn)
    oscillator = model.oscillator(temperature)
    frame = frame or sum(map(oscillator.oscillation_frequency, currents)) / len(currents)
    builder = CircuitBuilder(
        f"{wiring} oscillators", f"{len(currents)} junctions ({model.name}) on one load", None, temperature
    )
    rest = [model.voltage(current, model.value("m_offset")) for current in currents]
    tee = model.output.capacitor.value
    lines = [*(f"line{k}" for k in range(len(currents))), "0"]
    builder.current("line", "0", lines[0], 0.0)
    for k, current in enumerate(currents):
        top, bottom = (f"n{k}", f"n{k + 1}") if wiring == "series" else (f"te{k}", "0")
        bottom = "0" if k == len(currents) - 1 else bottom
        builder.current(f"bias{k}", bottom, top, current)
        _junction(
            builder, f"osc{k}", top, bottom, (lines[k], lines[k + 1]), model, current, temperature, 0.0, frame
        )
        if wiring == "parallel":
            builder.circuit.C(f"tee{k}", top, "out", tee, initial_condition=rest[k])
    if wiring == "series":
        builder.circuit.C("tee", "n0", "out", tee, initial_condition=sum(rest))
    builder.circuit.R("load", "out", builder.circuit.gnd, load or model.output.load.value)
    for k, injection in enumerate(injections):
        sink = {"junction": "out", "line": lines[0]}.get(injection.through)
        if sink is None:
            raise InputError(f"`through` is {injection.through!r}, expected one of junction, line")
        builder.tone(f"rf{k}", sink, injection.amplitude, injection.frequency)
    waves = [wave for k in range(len(currents)) for wave in _waves(f"osc{k}")]
    return _finished(builder, ("out", *waves), duration, frame, steps)


def check_bias(model: MtjModel, current: float) -> None:
    """Raise InputError if a `current` [A] would break the barrier, or is none at all."""
    most = model.limits.voltage.value
    voltage = abs(model.voltage(current, model.value("m_offset")))
    if not voltage < most:
        raise InputError(
            f"`{model.name}`: a current of {current:g} A takes {voltage:.3g} V, expected below {most:g} V, where the "
            "barrier breaks down"
        )


def _turned(model: MtjModel, turn: float) -> MtjModel:
    phase = model.quantities["injection_phase"]
    turned = phase.model_copy(update={"value": (phase.value + turn) % 360})
    return replace(model, quantities={**model.quantities, "injection_phase": turned})


def _junction(
    builder: CircuitBuilder, name: str, top: str, bottom: str, line: tuple[str, str], model: MtjModel, current: float,
    temperature: float, flux_density: float, frame: float,
) -> None:  # fmt: skip
    oscillator = model.oscillator(temperature, flux_density)
    start = max(oscillator.power(current), oscillator.thermal_power) ** 0.5
    builder.oscillator(name, top, bottom, line, model, frame, start, current, flux_density)


def _waves(name: str) -> tuple[str, ...]:
    return (f"{name}_u", f"{name}_w", f"x{name}.x", f"x{name}.y", f"x{name}.j")


def _finished(
    builder: CircuitBuilder, waves: tuple[str, ...], duration: float, frame: float, steps: float
) -> Deck:
    return builder.deck((), 1 / (steps * frame), duration, FIXED_STEP, waves)
