"""The superparamagnetic junction: two states, and rates between them that depend on the bias."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pydantic

from spicekit.constants import Boltzmann, elementary_charge
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.quantity import (
    STATUS,
    Meta,
    Quantity,
    check_names,
    check_signs,
    find_card,
    read_card,
)

SUBCIRCUIT = "superparamagnetic.sub"
DRAWN = ("barrier", "offset")
"""Parameters that each device has its own of."""

_UNITS = {
    "attempt_time": "s", "barrier": "eV", "critical_voltage": "V", "offset": "V", "r_p": "Ohm", "tmr": "1",
    "v_half": "V",
}  # fmt: skip
_ABOVE_ZERO = ("attempt_time", "barrier", "critical_voltage", "r_p", "v_half")
_NOT_NEGATIVE = ("tmr",)
_REACH = 6  # standard deviations that a card must bear
_MARK = "*PARAMETERS*"


class DeviceSpread(pydantic.BaseModel, extra="forbid", frozen=True):
    """One-sigma spread of a parameter between devices, in the parameter's unit."""

    device: float = pydantic.Field(ge=0, strict=True, allow_inf_nan=False)
    status: str = pydantic.Field(pattern=STATUS)
    source: str = pydantic.Field(min_length=1)


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    parameters: dict[str, Quantity]
    spread: dict[str, DeviceSpread]


@dataclass(frozen=True)
class Superparamagnetic:
    """A parameter set with both statements of its equations."""

    name: str
    quantities: dict[str, Quantity]
    laws: dict[str, DeviceSpread]
    template: str = field(repr=False)  # subcircuit text with a mark in the place of the values
    verilog_a: str = field(repr=False)

    def value(self, parameter: str) -> float:
        """Return a parameter in the unit of its TOML entry."""
        return self.quantities[parameter].value

    def drawn(self, z: np.ndarray) -> np.ndarray:
        """Return the parameters `DRAWN` of devices from standard normals, both (devices, parameters)."""
        return np.array([self.value(p) for p in DRAWN]) + z * np.array([self.laws[p].device for p in DRAWN])

    def rates(
        self,
        voltage: np.ndarray,
        temperature: float,
        barrier: float | None = None,
        offset: float | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (parallel -> antiparallel, back) [1/s] at voltages [V] and a temperature [K].

        Neel-Brown with a barrier that spin torque tilts: Li and Zhang, Phys. Rev. B 69, 134416 (2004).
        """
        height = (self.value("barrier") if barrier is None else barrier) / thermal_energy(temperature)
        shift = self.value("offset") if offset is None else offset
        x = (np.asarray(voltage, dtype=float) - shift) / self.value("critical_voltage")
        away, back = (np.exp(-height * np.maximum(1 + sign * x, 0)) for sign in (1, -1))
        return away / self.value("attempt_time"), back / self.value("attempt_time")

    def resistances(self, voltage: float) -> tuple[float, float]:
        """Return (parallel, antiparallel) resistance [Ohm] at a voltage [V]."""
        ratio = 1 + self.value("tmr") / (1 + (voltage / self.value("v_half")) ** 2)
        return self.value("r_p"), self.value("r_p") * ratio

    def subcircuit(self, temperature: float) -> str:
        """Return the subcircuit with all values filled in, at a temperature [K].

        Its own parameters: ``rate_bound`` [1/s] of the candidates, ``pace`` [1/s] at which a pulse of the clock
        settles, ``initial`` state.
        """
        lines = [f".param {k}={q.value!r}  $ {q.unit}, {q.status}" for k, q in self.quantities.items()]
        lines.append(f".param kt={thermal_energy(temperature)!r}  $ eV")
        return self.template.replace(_MARK, "\n".join(lines))


def thermal_energy(temperature: float) -> float:
    """Return kT in eV at a temperature [K]."""
    return Boltzmann / elementary_charge * temperature


def load_superparamagnetic(source: str | Path = "superparamagnetic_inplane") -> Superparamagnetic:
    """Load a parameter set by its bundled name or by the path of a TOML file.

    Raises:
        InputError: file missing or unreadable, of another model, unknown or missing parameter, a value that is not
            physical, or a spread that reaches barriers below zero.
    """
    path = find_card(source, "mtj")
    card = read_card(path, _Card)
    if card.meta.subcircuit != SUBCIRCUIT:
        raise InputError(f"{path}: `meta.subcircuit`: got {card.meta.subcircuit!r}, expected {SUBCIRCUIT!r}")
    check_signs(path, card.parameters, _UNITS, _ABOVE_ZERO, _NOT_NEGATIVE)
    check_names(path, "spread", card.spread, DRAWN)
    barrier, sigma = card.parameters["barrier"].value, card.spread["barrier"].device
    if barrier <= _REACH * sigma:
        raise InputError(
            f"{path}: `spread.barrier`: {sigma:g} eV is too wide for {barrier:g} eV: within {_REACH} sigma the barrier "
            f"is gone; expected below {barrier / _REACH:.3g}"
        )
    folder = data_path("device_models", "mtj")
    texts = [(folder / SUBCIRCUIT).with_suffix(s).read_text(encoding="utf-8") for s in (".sub", ".va")]
    return Superparamagnetic(card.meta.name, card.parameters, card.spread, *texts)
