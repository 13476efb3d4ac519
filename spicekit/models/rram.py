"""The resistive memory: parameters, spread and ageing from a TOML file, equations from an ngspice subcircuit."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pydantic

from spicekit.constants import Boltzmann, elementary_charge
from spicekit.errors import InputError, did_you_mean
from spicekit.models.population import Correlation, Population, mixing
from spicekit.models.quantity import (
    Meta,
    Quantity,
    check_names,
    check_quantities,
    find_card,
    read_card,
)
from spicekit.models.spread_law import CorrelationLaw, SpreadLaw
from spicekit.models.telegraph_noise import Telegraph, TelegraphNoise, TrapTime, check_telegraph
from spicekit.models.template import Interface, filled, find_template

ALTER = {
    "i0": "alter @e.{}.ei0[gain]={{}}",
    "e_set": "alter v.{}.ve_set={{}}",
    "e_set_gap": "alter @e.{}.ee_set[gain]={{}}",
    "e_reset": "alter v.{}.ve_reset={{}}",
    "e_reset_gap": "alter @e.{}.ee_reset[gain]={{}}",
}
"""Parameters that each sample and pulse can have its own of; the command, for an instance and then a value."""
_AT_REST = {"e_rest": "alter v.{}.ve_rest={{}}"}
"""The same, of what acts without voltage alone: a card need not spread it, and only what waits draws it."""

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
_OPTIONAL = {"g_ohmic": "nm", "v_ohmic": "V", "rate_rest": "nm/s"}
"""Parameters with their units that a card may leave out: they are then 0, which the equations take for none."""
_AGEING_UNITS = {
    "cycles": "1", "voltage": "V", "reference_voltage": "V", "reference_width": "s", "width_exponent": "1",
    "exponent": "1", "barrier_shift": "eV", "spread_growth": "1", "limit": "1",
}  # fmt: skip
_POSITIVE = ("i0", "e_reset_gap")  # below zero they would turn the sign of the current or of RESET
_REACH = 6  # standard deviations that a card must bear


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
    """How long a device remembers: the slow parts of its deviations are a first-order autoregression."""

    correlation_cycles: Quantity  # after so many cycles the correlation has fallen to 1/e


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    parameters: dict[str, Quantity]
    initial: Initial
    spread: dict[str, SpreadLaw]
    cycling: Cycling
    telegraph: Telegraph
    ageing: Ageing
    correlation: tuple[CorrelationLaw, ...] = ()  # between devices
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
    correlations: tuple[CorrelationLaw, ...] = ()  # between devices
    # as in the card; empty if not said; no sample depends on it
    fitted_at: Mapping[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    rest_drawn: bool = False  # each sample has its own of what acts without voltage

    started = False
    """Its state starts by itself."""

    high_is_wide = True
    """The state variable, the gap, is larger in the high resistance state."""

    state_command = "alter @c.{}.cgap[ic]={{}}"
    """The command that sets where the state starts, for an instance and then a value."""

    @property
    def state_per_ln(self) -> float:
        """Gap [nm] by which ln R rises by 1."""
        return self.value("g0")

    relative_tolerance = None
    """The tolerances of decks are made for it."""

    @property
    def capacitance(self) -> float:
        """Of the electrodes [F]."""
        return self.value("c_cell")

    @property
    def alter(self) -> Mapping[str, str]:
        """Return the commands as `ALTER` has them, for the form that this model takes in decks."""
        return ALTER | {p: c for p, c in _AT_REST.items() if self.rest_drawn and p in self.laws}

    def resting(self) -> "RramModel":
        """Return the model for waits without voltage: what acts there is drawn too, if the card spreads it."""
        return replace(self, rest_drawn=True)

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the Verilog-A texts that decks with this model need compiled."""
        return ()

    def value(self, parameter: str) -> float:
        """Return the nominal value of a physical parameter in the unit of its TOML entry."""
        if parameter in _OPTIONAL and parameter not in self.quantities:
            return 0.0
        return self.quantities[parameter].value

    def with_value(self, parameter: str, value: float) -> "RramModel":
        """Return the model with another value of a parameter that its card has.

        Raises:
            InputError: the value is not above zero.
        """
        quantity = self.quantities[parameter].model_copy(update={"value": value})
        if value < 0 or (value == 0 and not parameter.endswith("_min")):
            raise InputError(f"got {value:g} {quantity.unit}, expected a number above 0")
        return replace(self, quantities=self.quantities | {parameter: quantity})

    def resistance(self, gap: np.ndarray) -> np.ndarray:
        """Return the resistance [Ohm] of the nominal device at low field; `gap` [nm]. Its ln rises by 1 per `g0`."""
        return self.value("v0") / self.value("i0") * np.exp(gap / self.value("g0"))

    def sinh_voltage(self, gap: np.ndarray, voltage: np.ndarray | float = 0.0) -> np.ndarray:
        """Return the voltage [V] of the sinh of the conduction: `v0` across a wide gap, more where it turns ohmic."""
        wide = np.ones(np.shape(gap))
        if turns := self.value("g_ohmic"):
            wide = wide + np.exp(2 * (turns - gap) / self.value("g0"))
        if top := self.value("v_ohmic"):
            wide = wide * np.sqrt(1 + (voltage / top) ** 2)
        return self.value("v0") * wide

    def sigma(self, parameter: str, of: str) -> float:
        """Return one standard deviation of a part ("device", "slow" or "fresh") of `parameter`, in its own unit."""
        law = self.laws[parameter]
        scale = self.value(parameter) if law.kind == "relative" else 1.0
        return getattr(law, of) * scale

    def population(self, wear: float = 0.0) -> Population:
        """Return how devices are drawn; wear closes the window and widens every spread."""
        growth = 1 + self.ageing.spread_growth.value * wear
        shift = {"e_reset": self.ageing.barrier_shift.value * wear}
        drawn = {p: law.drawn(self.value(p), growth, shift.get(p, 0.0)) for p, law in self.laws.items()}
        return Population(
            {p: drawn[p] for p in self.alter},
            self.cycling.correlation_cycles.value,
            {name: quantity.value for name, quantity in dict(self.initial).items()},
            (self.value("gap_min"), self.value("gap_max")),
            tuple(
                Correlation(*c.of, c.value) for c in self.correlations if all(p in self.alter for p in c.of)
            ),
        )

    @property
    def telegraph_noise(self) -> TelegraphNoise:
        """Return the noise of reads."""
        return self.telegraph.noise(float(self.resistance(np.array(0.0))), self.value("g0"))

    @property
    def trap_time(self) -> TrapTime | None:
        """Return how fast the traps of that noise are; None where the card does not say it."""
        return self.telegraph.trap_time

    def subcircuit(self, temperature: float) -> str:
        """Return the subcircuit with all values filled in; `temperature` [K] is that of the surroundings.

        Its own parameter ``gap_initial`` [nm] is where the state starts under ``uic``.
        """
        return filled(
            self.template,
            self.quantities,
            *(
                f".param {name}=0  $ {_OPTIONAL[name]}, not in the card"
                for name in _OPTIONAL
                if name not in self.quantities
            ),
            f".param rest_drawn={int('e_rest' in self.alter)}  $ 1: each sample has its own e_rest",
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
    stated = {name: unit for name, unit in _OPTIONAL.items() if name in card.parameters}
    check_quantities(path, "parameters", card.parameters, _UNITS | stated)
    check_quantities(path, "initial", dict(card.initial), {"lrs": "nm", "hrs": "nm", "pristine": "nm"})
    check_quantities(path, "ageing", dict(card.ageing), _AGEING_UNITS)
    check_quantities(path, "cycling", dict(card.cycling), {"correlation_cycles": "1"})
    spread_at_rest = [name for name in _AT_REST if name in card.spread]
    check_names(path, "spread", card.spread, [*ALTER, *spread_at_rest])
    template = find_template(path, card.meta.subcircuit, "rram", _INTERFACE)
    needed = {f"parameters.{name}": name for name in stated} | {
        f"spread.{name}": f"ve_{name.removeprefix('e_')}" for name in spread_at_rest
    }
    for key, word in needed.items():
        if word not in template.text:
            raise InputError(
                f"{path}: `{key}`: the subcircuit `{card.meta.subcircuit}` has no such law: remove the key"
            )
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
        card.correlation,
        {str(name): ends for name, ends in card.fitted_at.items()},
    )
    _check_laws(path, model)
    return model


def _check_laws(path: Path, model: RramModel) -> None:
    check_telegraph(path, model.telegraph)
    for name in _POSITIVE:
        drawn = model.population().parameters[name]
        if float(drawn.at(np.array(-float(_REACH)))) <= 0:
            raise InputError(
                f"{path}: `spread.{name}`: {drawn.sigma:g} in all is too wide for {drawn.nominal:g}: within {_REACH} "
                f"sigma `{name}` turns negative, and with it the conductance law; expected below "
                f"{drawn.nominal / _REACH:.3g}"
            )
    for k, c in enumerate(model.correlations):
        for name in c.of:
            if name not in model.laws:
                raise InputError(
                    f"{path}: `correlation.{k}.of`: got `{name}`, expected one of {', '.join(model.laws)}"
                    + did_you_mean(name, model.laws)
                )
    resting = model.resting()
    try:
        mixing(tuple(resting.alter), resting.population().correlations)
    except np.linalg.LinAlgError:
        raise InputError(
            f"{path}: `correlation`: no devices can have these correlations together: lower the largest of them"
        ) from None
