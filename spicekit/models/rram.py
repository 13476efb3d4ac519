"""The resistive memory: parameters, spread and ageing from a TOML file, equations from an ngspice subcircuit."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pydantic
from scipy.constants import Boltzmann, elementary_charge
from scipy.special import ndtri

from spicekit.errors import InputError
from spicekit.models.quantity import (
    STATUS,
    Meta,
    Quantity,
    check_names,
    check_quantities,
    find_card,
    read_card,
)
from spicekit.models.template import Interface, filled, find_template

ALTER = {
    "i0": "alter @e.{}.ei0[gain]={{}}",
    "e_set": "alter v.{}.ve_set={{}}",
    "e_set_gap": "alter @e.{}.ee_set[gain]={{}}",
    "e_reset": "alter v.{}.ve_reset={{}}",
    "e_reset_gap": "alter @e.{}.ee_reset[gain]={{}}",
}
"""Parameters that each sample and pulse can have its own of; the command, for an instance and then a value."""

_INTERFACE = Interface(
    "hfo2.sub",
    2,
    ("gap_initial",),
    (*(re.split(r"[.\[=]", command.split("{}.")[1])[0] for command in ALTER.values()), "cgap"),
    ("gap", "temp"),
)

_UNITS = {
    "i0": "A", "g0": "nm", "v0": "V", "rate": "nm/s", "alpha": "1", "alpha_reset": "1",
    "e_set": "eV", "e_set_gap": "eV/nm", "g_field": "nm", "e_reset": "eV", "e_reset_gap": "eV/nm",
    "e_rest": "eV", "g_rest": "nm", "c_cell": "F",
    "rth": "K/W", "p_max": "W", "gap_min": "nm", "gap_max": "nm", "gap_edge": "nm",
}  # fmt: skip
_AGEING_UNITS = {
    "cycles": "1", "voltage": "V", "reference_voltage": "V", "reference_width": "s", "width_exponent": "1",
    "exponent": "1", "barrier_shift": "eV", "spread_growth": "1", "limit": "1",
}  # fmt: skip
_TELEGRAPH_UNITS = {"amplitude": "1", "resistance": "Ohm", "occupancy": "1"}
_POSITIVE = ("i0", "e_reset_gap")  # below zero they would turn the sign of the current or of RESET
_REACH = 6  # standard deviations that a card must bear


class SpreadLaw(pydantic.BaseModel, extra="forbid", frozen=True):
    """One-sigma spread of a parameter: between devices, and between pulses on one device."""

    device: float = pydantic.Field(ge=0, strict=True, allow_inf_nan=False)
    cycle: float = pydantic.Field(ge=0, strict=True, allow_inf_nan=False)
    kind: str = pydantic.Field(pattern="^(absolute|relative)$")
    status: str = pydantic.Field(pattern=STATUS)
    source: str = pydantic.Field(min_length=1)


class Initial(pydantic.BaseModel, extra="forbid", frozen=True):
    """Gap [nm] of a device in either state before its first pulse."""

    lrs: Quantity
    hrs: Quantity
    pristine: Quantity  # before forming


class Ageing(pydantic.BaseModel, extra="forbid", frozen=True):
    """How the window closes with cycles; the TOML file states the law, which holds up to a wear of `limit`."""

    cycles: Quantity
    voltage: Quantity
    reference_voltage: Quantity
    reference_width: Quantity
    width_exponent: Quantity
    exponent: Quantity
    barrier_shift: Quantity
    spread_growth: Quantity
    limit: Quantity

    def wear(self, cycles: float, reset_voltage: float, pulse_width: float) -> float:
        """Return the wear (0 = fresh) after `cycles` at a RESET voltage [V] and pulse width [s]."""
        if cycles <= 0:
            return 0.0
        excess = (reset_voltage - self.reference_voltage.value) / self.voltage.value
        life = self.cycles.value * math.exp(-excess)
        life *= (self.reference_width.value / pulse_width) ** self.width_exponent.value
        return (cycles / life) ** self.exponent.value


class Cycling(pydantic.BaseModel, extra="forbid", frozen=True):
    """How long a device remembers: cycle-to-cycle deviations are a first-order autoregression."""

    correlation_cycles: Quantity  # after so many cycles the correlation has fallen to 1/e


class Telegraph(pydantic.BaseModel, extra="forbid", frozen=True):
    """Random telegraph noise of a read: a trap beside the filament, occupied or not while the read lasts."""

    amplitude: Quantity  # share of the conductance that an occupied trap takes, at high resistance
    resistance: Quantity  # Ohm, where that share has fallen to half
    occupancy: Quantity  # share of the time


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    parameters: dict[str, Quantity]
    initial: Initial
    spread: dict[str, SpreadLaw]
    cycling: Cycling
    telegraph: Telegraph
    ageing: Ageing
    fitted_at: dict[
        str, tuple[float, float]
    ] = {}  # SI: lowest and highest condition that was measured, by its name


@dataclass(frozen=True)
class RramModel:
    """A parameter set with the subcircuit that implements it."""

    name: str
    quantities: dict[str, Quantity]  # every physical parameter
    initial: Initial
    laws: dict[str, SpreadLaw]  # spread of the alterable parameters
    cycling: Cycling
    telegraph: Telegraph
    ageing: Ageing
    template: str  # subcircuit text with a mark in the place of the values
    subcircuit_name: str  # as the template's .subckt line has it
    verilog_a: str = field(default="", repr=False)  # reference text of the same equations; "" if none
    # as in the card; empty if not said; no sample depends on it
    fitted_at: Mapping[str, tuple[float, float]] = field(default_factory=dict, repr=False)

    @property
    def alter(self) -> Mapping[str, str]:
        """Return the commands as `ALTER` has them, for the form that this model takes in decks."""
        return ALTER

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the Verilog-A texts that decks with this model need compiled."""
        return ()

    def value(self, parameter: str) -> float:
        """Return the nominal value of a physical parameter in the unit of its TOML entry."""
        return self.quantities[parameter].value

    def sigma(self, parameter: str, of: str) -> float:
        """Return one standard deviation of `parameter` between `of` = "device" or "cycle", in its own unit."""
        law = self.laws[parameter]
        scale = self.value(parameter) if law.kind == "relative" else 1.0
        return getattr(law, of) * scale

    def drawn(
        self, parameter: str, z_device: np.ndarray, z_cycle: np.ndarray, wear: float = 0.0
    ) -> np.ndarray:
        """Return `parameter` of drawn devices from standard normals; wear closes the window and widens every spread."""
        nominal = self.value(parameter)
        if parameter == "e_reset":
            nominal += self.ageing.barrier_shift.value * wear
        growth = 1 + self.ageing.spread_growth.value * wear
        return nominal + growth * (
            self.sigma(parameter, "device") * z_device + self.sigma(parameter, "cycle") * z_cycle
        )

    def next_cycle(self, before: np.ndarray, fresh: np.ndarray) -> np.ndarray:
        """Return the cycle-to-cycle coordinates of the cycle after `before`; `fresh` are new standard normals."""
        correlation = math.exp(-1 / self.cycling.correlation_cycles.value)
        return correlation * before + math.sqrt(1 - correlation**2) * fresh

    def telegraph_share(self, gap: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return the share of the conductance that telegraph noise takes from reads of `gap` [nm]; `z` standard normal.

        The share saturates at high resistance and falls with it at low resistance (Ielmini et al., Appl. Phys. Lett.
        96, 053503, 2010).
        """
        law = self.telegraph
        resistance = self.value("v0") / self.value("i0") * np.exp(gap / self.value("g0"))
        share = law.amplitude.value * resistance / (resistance + law.resistance.value)
        return np.where(z < ndtri(law.occupancy.value), share, 0.0)

    def subcircuit(self, temperature: float) -> str:
        """Return the subcircuit with all values filled in; `temperature` [K] is that of the surroundings.

        Its own parameter ``gap_initial`` [nm] is where the state starts under ``uic``.
        """
        return filled(
            self.template,
            self.quantities,
            f".param boltzmann={Boltzmann / elementary_charge!r}  $ eV/K",
            f".param t_ambient={float(temperature)!r}  $ K",
        )


def load_rram(source: str | Path = "hfo2_130nm") -> RramModel:
    """Load a parameter set by its bundled name or by the path of a TOML file.

    The subcircuit named in ``[meta]`` is looked for beside the TOML file, then among the bundled ones.

    Raises:
        InputError: file missing or unreadable, unknown or missing parameter, control block in the subcircuit.
    """
    path = find_card(source, "rram")
    card = read_card(path, _Card)
    check_quantities(path, "parameters", card.parameters, _UNITS)
    check_quantities(path, "initial", dict(card.initial), {"lrs": "nm", "hrs": "nm", "pristine": "nm"})
    check_quantities(path, "ageing", dict(card.ageing), _AGEING_UNITS)
    check_quantities(path, "cycling", dict(card.cycling), {"correlation_cycles": "1"})
    check_quantities(path, "telegraph", dict(card.telegraph), _TELEGRAPH_UNITS)
    check_names(path, "spread", card.spread, ALTER)
    template = find_template(path, card.meta.subcircuit, "rram", _INTERFACE)
    model = RramModel(
        card.meta.name,
        card.parameters,
        card.initial,
        card.spread,
        card.cycling,
        card.telegraph,
        card.ageing,
        template.text,
        template.subcircuit_name,
        template.verilog_a,
        {str(name): ends for name, ends in card.fitted_at.items()},
    )
    _check_laws(path, model)
    return model


def _check_laws(path: Path, model: RramModel) -> None:
    for name in ("amplitude", "occupancy"):
        if (share := getattr(model.telegraph, name).value) >= 1:
            raise InputError(
                f"{path}: `telegraph.{name}`: got {share:g}, expected a share below 1: reads would have no or a "
                "negative conductance"
            )
    for name in _POSITIVE:
        value, total = model.value(name), math.hypot(model.sigma(name, "device"), model.sigma(name, "cycle"))
        if value <= _REACH * total:
            raise InputError(
                f"{path}: `spread.{name}`: {total:g} in all is too wide for {value:g}: within {_REACH} sigma "
                f"`{name}` turns negative, and with it the conductance law; expected below {value / _REACH:.3g}"
            )
