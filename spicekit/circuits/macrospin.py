"""The macrospin junction under a constant current, in a constant field: a deck with a step that keeps its energy."""

import numpy as np

from spicekit.models.macrospin import Macrospin
from spicekit.ngspice.deck import Deck, Parameter

STEADY = "trtol=1000 reltol=1e-6 abstol=1e-9 method=trap"
"""Options under which `.tran`'s step is the step taken, and Newton's iterations end tight: the trapezoidal rule then
keeps the energy of a precession without damping."""

STEPS_PER_PERIOD = 64
"""The frequency comes out too low by (2 pi/64)^2/12 = 0.08 %, the error of the trapezoidal rule."""


def macrospin_deck(
    model: Macrospin,
    start: np.ndarray,
    frequency: float,
    stop_time: float,
    steps: int = STEPS_PER_PERIOD,
    current: float = 0.0,
    field: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Deck:
    """Return the deck of a junction between a current source and ground.

    Parameters: ``current`` [A] from the top electrode through the junction, ``bx``, ``by``, ``bz`` [T], ``line`` [A]
    through the field line. The sources of these, ``iin``, ``vhx``, ``vhy``, ``vhz``, ``iline``, stand at the top of the
    netlist, so that they can be sampled inputs too. Waves: ``xj.mx``, ``xj.my``, ``xj.mz``; ``te`` [V].

    Args:
        start: (3,), unit vector of the magnetization at time zero.
        frequency: Hz, highest that is expected; sets the step with `steps`.
        stop_time: s.
        steps: per period.
        current, field: nominal values of the parameters.
    """
    step = 1 / (steps * frequency)
    initial = " ".join(f"m{a}0={float(m)!r}" for a, m in zip("xyz", start, strict=True))
    text = "\n".join(
        [
            f"* macrospin junction {model.name} under a constant current",
            f"iin 0 te dc {current!r}",
            "iline 0 line dc 0",
            *(f"vh{a} h{a} 0 dc {b!r}" for a, b in zip("xyz", field, strict=True)),
            f"xj te 0 line 0 hx hy hz macrospin {initial}",
            model.subcircuit(),
            f".options {STEADY}",
            f".tran {step:.10g} {stop_time:.10g} 0 {step:.10g} uic",
            ".end",
            "",
        ]
    )
    parameters = (
        Parameter("current", "alter iin={}", current),
        Parameter("line", "alter iline={}", 0.0),
        *(Parameter(f"b{a}", f"alter vh{a}={{}}", b) for a, b in zip("xyz", field, strict=True)),
    )
    return Deck("macrospin", text, parameters, (), stop_time, ("xj.mx", "xj.my", "xj.mz", "te"))
