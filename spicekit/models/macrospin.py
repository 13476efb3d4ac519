"""The macrospin junction: parameters from a TOML file, equations from an ngspice subcircuit or Verilog-A text.

It checks the auto-oscillator macromodel and has no spread: Landau-Lifshitz-Gilbert-Slonczewski for one free layer.
"""

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pydantic

from spicekit.constants import elementary_charge, hbar, mu_0
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.quantity import Meta, Quantity, check_signs, find_card, read_card

SUBCIRCUIT = "macrospin.sub"
_UNITS = {
    "mu0_ms": "T", "n_x": "1", "n_y": "1", "n_z": "1", "b_k": "T", "alpha": "1", "gamma": "rad/(s T)",
    "thickness": "m", "area": "m^2", "polarization": "1", "asymmetry": "1", "field_like": "1",
    "polarizer_polar": "deg", "polarizer_azimuth": "deg", "r_p": "Ohm", "tmr": "1", "v_half": "V",
    "line_x": "T/A", "line_y": "T/A", "line_z": "T/A", "line_resistance": "Ohm", "norm_rate": "1/s",
}  # fmt: skip
_ABOVE_ZERO = (
    "mu0_ms",
    "gamma",
    "thickness",
    "area",
    "polarization",
    "asymmetry",
    "r_p",
    "v_half",
    "line_resistance",
)
_NOT_NEGATIVE = ("n_x", "n_y", "n_z", "alpha", "tmr", "norm_rate")
_SUM_TOLERANCE = 1e-3  # of the demagnetizing factors, which are written with three digits
_MARK = "*PARAMETERS*"


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    parameters: dict[str, Quantity]


@dataclass(frozen=True)
class Macrospin:
    """A parameter set with both statements of its equations."""

    name: str
    quantities: dict[str, Quantity]
    template: str = field(repr=False)  # subcircuit text with a mark in the place of the values
    verilog_a: str = field(repr=False)

    def value(self, parameter: str) -> float:
        """Return a parameter in the unit of its TOML entry."""
        return self.quantities[parameter].value

    @property
    def polarizer(self) -> np.ndarray:
        """Unit vector of the polarizer, (3,)."""
        polar, azimuth = (math.radians(self.value(f"polarizer_{angle}")) for angle in ("polar", "azimuth"))
        return np.array(
            [math.sin(polar) * math.cos(azimuth), math.sin(polar) * math.sin(azimuth), math.cos(polar)]
        )

    @property
    def shape_fields(self) -> np.ndarray:
        """Field along each axis per magnetization along it, (3,) T, turned around: demagnetization less anisotropy."""
        factors = np.array([self.value("n_x"), self.value("n_y"), self.value("n_z")])
        return factors * self.value("mu0_ms") - np.array([0, 0, self.value("b_k")])

    def torque_field(self, current: float, along: float) -> float:
        """Return the field [T] that the damping-like torque of `current` [A] amounts to.

        `along` is the magnetization's projection on the polarizer (Slonczewski, J. Magn. Magn. Mater. 159, L1, 1996).
        """
        moment = self.value("mu0_ms") / mu_0 * self.value("thickness") * self.value("area")  # A m^2
        square = self.value("asymmetry") ** 2
        efficiency = self.value("polarization") * square / (square + 1 + (square - 1) * along)
        return hbar / elementary_charge * efficiency * current / moment

    def subcircuit(self) -> str:
        """Return the subcircuit with all values filled in.

        Its own parameters ``mx0``, ``my0``, ``mz0`` are where the state starts under ``uic``.
        """
        lines = [f".param {k}={q.value!r}  $ {q.unit}, {q.status}" for k, q in self.quantities.items()]
        lines += [
            f".param mu0={mu_0!r}  $ T m/A",
            f".param hbar={hbar!r}  $ J s",
            f".param charge={elementary_charge!r}  $ C",
            f".param radian={math.radians(1)!r}  $ per degree",
        ]
        return self.template.replace(_MARK, "\n".join(lines))


def load_macrospin(source: str | Path = "macrospin_perpendicular") -> Macrospin:
    """Load a parameter set by its bundled name or by the path of a TOML file.

    Raises:
        InputError: file missing or unreadable, of another model, unknown or missing parameter, a value that is not
            physical; one line that names file, key, what was got and what was expected.
    """
    path = find_card(source, "mtj")
    card = read_card(path, _Card)
    if card.meta.subcircuit != SUBCIRCUIT:
        raise InputError(f"{path}: `meta.subcircuit`: got {card.meta.subcircuit!r}, expected {SUBCIRCUIT!r}")
    _check(path, card.parameters)
    texts = [
        data_path("device_models", "mtj").joinpath(SUBCIRCUIT).with_suffix(suffix).read_text(encoding="utf-8")
        for suffix in (".sub", ".va")
    ]
    return Macrospin(card.meta.name, card.parameters, *texts)


def _check(path: Path, got: dict[str, Quantity]) -> None:
    check_signs(path, got, _UNITS, _ABOVE_ZERO, _NOT_NEGATIVE)
    if got["polarization"].value > 1:
        raise InputError(
            f"{path}: `parameters.polarization`: got {got['polarization'].value:g}, expected at most 1"
        )
    total = sum(got[n].value for n in ("n_x", "n_y", "n_z"))
    if abs(total - 1) > _SUM_TOLERANCE:
        raise InputError(f"{path}: `parameters.n_x`, `n_y`, `n_z`: add up to {total:g}, expected 1")
