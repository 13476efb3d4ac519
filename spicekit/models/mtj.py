"""The magnetic tunnel junction as an oscillator: parameters from a TOML file, equations from a subcircuit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pydantic

from spicekit.constants import Boltzmann
from spicekit.errors import InputError
from spicekit.models.auto_oscillator import TAU, AutoOscillator
from spicekit.models.quantity import STATUS, Meta, Quantity, check_names, find_card, read_card
from spicekit.models.template import Interface, filled, find_template

ALTERABLE = ("resistance", "tmr", "frequency", "frequency_shift", "damping", "spin_torque")
"""Parameters that each device can have its own of."""

_INTERFACE = Interface(
    "stno.sub",
    6,
    ("frame", "u_initial", "w_initial", "i_initial", "b_initial"),
    (*(f"i{name}" for name in ALTERABLE), "cu", "cw"),
)

_UNITS = {
    "resistance": "Ohm", "tmr": "1", "v_half": "V", "c_junction": "F", "m_offset": "1", "m_gain": "1",
    "frequency": "Hz", "frequency_shift": "Hz", "damping": "Hz", "damping_growth": "1", "spin_torque": "Hz/A",
    "injection": "Hz/A", "injection_phase": "deg", "field_injection": "Hz/T", "parametric": "Hz/A", "rest_time": "s",
    "field_low": "T", "field_high": "T", "line_field": "T/A", "line_resistance": "Ohm",
}  # fmt: skip
_RANGES = {
    "m_offset": (-1.0, 1.0), "m_gain": (0.0, 1.0), "frequency_shift": (-math.inf, math.inf),
    "injection_phase": (0.0, 360.0),
}  # fmt: skip
_MAY_BE_ZERO = ("m_offset", "frequency_shift", "damping_growth", "c_junction", "injection", "injection_phase",
                "field_injection", "parametric")  # fmt: skip
_HIGHEST_TMR = 10.0  # beyond any junction: such a number is in per cent
_REACH = 6  # standard deviations that a card must bear


class DeviceSpread(pydantic.BaseModel, extra="forbid", frozen=True):
    """One-sigma spread of a parameter between devices."""

    device: float = pydantic.Field(ge=0, strict=True, allow_inf_nan=False)
    kind: str = pydantic.Field(pattern="^(absolute|relative)$")
    status: str = pydantic.Field(pattern=STATUS)
    source: str = pydantic.Field(min_length=1)


class Thermal(pydantic.BaseModel, extra="forbid", frozen=True):
    """What sets the thermal noise."""

    action: Quantity  # J s: energy of p = 1 over the angular frequency


class Limits(pydantic.BaseModel, extra="forbid", frozen=True):
    """What a bias is checked against."""

    voltage: Quantity  # V, where the barrier breaks down


class Output(pydantic.BaseModel, extra="forbid", frozen=True):
    """Where the emitted voltage goes."""

    load: Quantity  # Ohm
    capacitor: Quantity  # F, of the bias tee


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    parameters: dict[str, Quantity]
    thermal: Thermal
    limits: Limits
    output: Output
    spread: dict[str, DeviceSpread]


@dataclass(frozen=True)
class MtjModel:
    """A parameter set with the subcircuit that implements it."""

    name: str
    quantities: dict[str, Quantity]  # every parameter of the subcircuit
    thermal: Thermal
    limits: Limits
    output: Output
    laws: dict[str, DeviceSpread]  # spread of the alterable parameters
    template: str  # subcircuit text with a mark in the place of the values
    subcircuit_name: str
    verilog_a: str = field(default="", repr=False)  # reference text of the same equations; "" if none

    @property
    def alter(self) -> Mapping[str, str]:
        """Return the command that sets each alterable parameter, for an instance and then a value."""
        return {name: f"alter i.{{}}.i{name}={{{{}}}}" for name in ALTERABLE}

    def value(self, parameter: str) -> float:
        """Return the nominal value of a parameter in the unit of its TOML entry."""
        return self.quantities[parameter].value

    def sigma(self, parameter: str) -> float:
        """Return one standard deviation of `parameter` between devices, in its own unit."""
        law = self.laws[parameter]
        return law.device * (abs(self.value(parameter)) if law.kind == "relative" else 1.0)

    def drawn(self, z: np.ndarray) -> np.ndarray:
        """Return the alterable parameters (devices, len(ALTERABLE)) drawn from standard normals `z` alike."""
        nominal = np.array([self.value(name) for name in ALTERABLE])
        return nominal + np.array([self.sigma(name) for name in ALTERABLE]) * z

    def oscillator(
        self, temperature: float, flux_density: float = 0.0, values: Mapping[str, float] | None = None
    ) -> AutoOscillator:
        """Return the closed forms at a `temperature` [K] and a `flux_density` [T] of the field line.

        `values` replace nominal values of parameters, such as those of a drawn device.
        """
        p = {name: quantity.value for name, quantity in self.quantities.items()} | dict(values or {})
        low, high = 1 + flux_density / p["field_low"], 1 + flux_density / p["field_high"]
        frequency = p["frequency"] * math.sqrt(max(low * high, 0.0))
        energy = TAU * p["frequency"] * self.thermal.action.value
        return AutoOscillator(
            frequency,
            p["frequency_shift"],
            p["damping"],
            p["damping_growth"],
            p["spin_torque"],
            Boltzmann * temperature / energy,
            p["injection"],
            p["parametric"],
        )

    def voltage(self, current: float, m: float, values: Mapping[str, float] | None = None) -> float:
        """Return the voltage [V] over the junction at a `current` [A] and a cosine `m` between the magnetizations."""
        from scipy.optimize import root_scalar

        p = {name: quantity.value for name, quantity in self.quantities.items()} | dict(values or {})

        def excess(v: float) -> float:
            antiparallel = 1 + p["tmr"] / (1 + (v / p["v_half"]) ** 2)
            return v / p["resistance"] * ((1 + m) / 2 + (1 - m) / 2 / antiparallel) - current

        most = abs(current) * p["resistance"] * (1 + p["tmr"])
        return float(root_scalar(excess, bracket=(-most, most), xtol=1e-15).root) if current else 0.0

    def emitted_amplitude(
        self, current: float, power: float, values: Mapping[str, float] | None = None
    ) -> float:
        """Return the amplitude [V] of the voltage's first harmonic under a constant `current` [A], at a `power` p."""
        turns = TAU * (np.arange(64) + 0.5) / 64
        m = self.value("m_offset") + self.value("m_gain") * math.sqrt(power) * np.cos(turns)
        v = np.array([self.voltage(current, float(np.clip(x, -1, 1)), values) for x in m])
        return float(2 * abs(np.mean(v * np.cos(turns))))

    def subcircuit(self) -> str:
        """Return the subcircuit with all values filled in; its pins are te be fa fb u w."""
        return filled(self.template, self.quantities)


def load_mtj(source: str | Path = "vortex") -> MtjModel:
    """Load a parameter set by its bundled name or by the path of a TOML file.

    The subcircuit named in ``[meta]`` is looked for beside the TOML file, then among the bundled ones.

    Raises:
        InputError: file missing or unreadable, unknown or missing parameter, a value that no junction has, a threshold
            beyond the breakdown of the barrier, control block in the subcircuit.
    """
    path = find_card(source, "mtj")
    card = read_card(path, _Card)
    check_names(path, "parameters", card.parameters, _UNITS)
    check_names(path, "spread", card.spread, ALTERABLE)
    for name, quantity in card.parameters.items():
        _check(path, f"parameters.{name}", quantity, _UNITS[name], _RANGES.get(name, (0.0, math.inf)),
               name in _MAY_BE_ZERO)  # fmt: skip
    _check(path, "thermal.action", card.thermal.action, "J s", (0.0, math.inf), False)
    _check(path, "limits.voltage", card.limits.voltage, "V", (0.0, math.inf), False)
    _check(path, "output.load", card.output.load, "Ohm", (0.0, math.inf), False)
    _check(path, "output.capacitor", card.output.capacitor, "F", (0.0, math.inf), False)
    if (tmr := card.parameters["tmr"].value) > _HIGHEST_TMR:
        raise InputError(f"{path}: `parameters.tmr`: got {tmr:g}, expected a ratio: 100 % is 1.0")
    template = find_template(path, card.meta.subcircuit, "mtj", _INTERFACE)
    model = MtjModel(
        card.meta.name, card.parameters, card.thermal, card.limits, card.output, card.spread,
        template.text, template.subcircuit_name, template.verilog_a,
    )  # fmt: skip
    _check_laws(path, model)
    return model


def _check(path: Path, key: str, got: Quantity, unit: str, between: tuple[float, float], zero: bool) -> None:
    if got.unit != unit:
        raise InputError(f"{path}: `{key}`: unit `{got.unit}`, expected `{unit}`: convert the value")
    low, high = between
    if not low <= got.value <= high or (got.value == 0 and not zero):
        above = f"from {low:g}" if zero else f"above {low:g}"
        limit = "" if math.isinf(high) else f" up to {high:g}"
        raise InputError(f"{path}: `{key}`: got {got.value:g}, expected a number {above}{limit}")


def _check_laws(path: Path, model: MtjModel) -> None:
    for name in ALTERABLE:
        value, sigma = model.value(name), model.sigma(name)
        if name != "frequency_shift" and value <= _REACH * sigma:
            raise InputError(
                f"{path}: `spread.{name}`: {sigma:g} is too wide for {value:g}: within {_REACH} sigma `{name}` turns "
                f"negative; expected below {value / _REACH:.3g}"
            )
    if (slowest := model.value("frequency") + model.value("frequency_shift")) <= 0:
        raise InputError(
            f"{path}: `parameters.frequency_shift`: the frequency falls to {slowest:g} Hz at p = 1, expected above 0"
        )
    threshold = model.value("damping") / model.value("spin_torque")
    if (voltage := model.voltage(threshold, model.value("m_offset"))) >= model.limits.voltage.value:
        raise InputError(
            f"{path}: `parameters.spin_torque`: the threshold of {threshold:g} A (damping over spin_torque) takes "
            f"{voltage:.3g} V, and the barrier breaks down at {model.limits.voltage.value:g} V (`limits.voltage`): the "
            "device never oscillates"
        )
