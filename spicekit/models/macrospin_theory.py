"""Closed forms of the macrospin junction in linear order: resonance and critical current."""

import math

import numpy as np

from spicekit.errors import InputError
from spicekit.models.macrospin import Macrospin

_ALIGNED = 1e-6  # of direction cosines


def resonance_frequency(model: Macrospin, field: float, axis: str) -> float:
    """Return the frequency [Hz] of small precession around `axis` ("x", "y" or "z") in a `field` [T] along it.

    Kittel, Phys. Rev. 73, 155 (1948), eq. 6: gamma/2pi sqrt((B + Bj - Bi)(B + Bk - Bi)), with the shape and anisotropy
    fields B of the three axes. Without damping and torque.

    Raises:
        InputError: the magnetization does not stay along `axis` in this field.
    """
    first, second = _stiffness(model, field, axis)
    return model.value("gamma") / (2 * math.pi) * math.sqrt(first * second)


def critical_current(model: Macrospin, field: float, axis: str) -> float:
    """Return the current [A] at which precession around `axis` in a `field` [T] along it grows.

    Negative currents flow from the bottom to the top electrode. Both forms follow from the trace of the linearized
    equation, in first order of the damping:

    * polarizer along `axis`: Sun, Phys. Rev. B 62, 570 (2000), eq. 8, in its form for tunnel junctions
      I = 2e/hbar alpha/eta Ms V (B + Bk + Beff/2), both signs of m.p and the field-like torque included;
    * polarizer across, torque asymmetric: Taniguchi et al., Appl. Phys. Express 6, 123003 (2013), eq. 1,
      I = 4 alpha e M V/(hbar eta lambda) B; the tilt of the equilibrium by the torque is left out, which is of second
      order in alpha/lambda.

    Raises:
        InputError: the magnetization does not stay along `axis`; or the torque grows no precession there.
    """
    damped = model.value("alpha") * sum(_stiffness(model, field, axis)) / 2
    along = float(model.polarizer["xyz".index(axis)]) * (1 if field >= 0 else -1)
    helps = 1 - model.value("alpha") * model.value("field_like")
    if abs(abs(along) - 1) < _ALIGNED:
        return -damped / (math.copysign(model.torque_field(1.0, round(along)), along) * helps)
    square = model.value("asymmetry") ** 2
    asymmetry = (square - 1) / (square + 1)
    if abs(along) > _ALIGNED or asymmetry == 0:
        raise InputError(
            f"macrospin `{model.name}`: no closed form of the critical current around {axis}: expected a polarizer "
            "along it, or across with an `asymmetry` other than 1"
        )
    return -2 * damped / (asymmetry * model.torque_field(1.0, 0.0) * helps)


def _stiffness(model: Macrospin, field: float, axis: str) -> tuple[float, float]:
    """Return the two fields [T] against which the magnetization turns away from `axis`."""
    fields, along = model.shape_fields, "xyz".index(axis)
    first, second = abs(field) + np.delete(fields, along) - fields[along]
    if min(first, second) <= 0:
        raise InputError(
            f"macrospin `{model.name}`: {field:g} T along {axis} does not hold the magnetization there, expected more "
            f"than {-min(np.delete(fields, along) - fields[along]):.4g} T"
        )
    return float(first), float(second)
