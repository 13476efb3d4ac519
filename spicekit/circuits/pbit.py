"""A p-bit: a superparamagnetic junction between the supply and a transistor, and an inverter that makes a bit of it.

The input is the gate of the transistor. More current through the junction makes its antiparallel state more likely, and
takes the node below it down: both turn the inverter's output up. The cell is that of Camsari, Salahuddin and Datta,
IEEE Electron Device Lett. 38, 1767 (2017), with a junction of two states, as in Borders et al., Nature 573, 390 (2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.circuits.superparamagnetic import candidate_drives, pace_of
from spicekit.models.superparamagnetic import Superparamagnetic
from spicekit.models.transistor import Process, Spread, Transistor
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.measure import Final


@dataclass(frozen=True)
class Pbit:
    """What a p-bit is made of."""

    process: Process
    model: Superparamagnetic
    temperature: float  # K
    supply: float  # V, of junction and inverter
    drive: tuple[float, float]  # m, width and length of the transistor below the junction
    inverter: tuple[float, float]  # m, of both of its transistors
    load: float  # F, at the output


@dataclass(frozen=True)
class PbitDeck:
    """The deck of one p-bit, with the mismatch of its transistors."""

    deck: Deck
    spread: tuple[Spread, ...]


def pbit_deck(
    pbit: Pbit,
    voltage: float,
    bound: float,
    duration: float,
    times: Sequence[float] | np.ndarray = (),
    marks: Sequence[float] | np.ndarray = (),
    initial: int = 0,
) -> PbitDeck:
    """Return the deck of a p-bit under a constant input `voltage` [V].

    Measures: ``node`` and ``output`` [V] at the end. Waves: ``node``, ``out`` [V]; ``xj.state`` (0 parallel, 1
    antiparallel), ``xj.share`` (rate of the present state over `bound`) and ``clock``, which is above 0 while a
    candidate is decided; ``vdd#branch``, the supply's current [A].

    Args:
        bound: 1/s, rate of the candidates, as in `telegraph_deck`.
        duration: s.
        times, marks: (n,), of the candidates.
        initial: state at time zero; all voltages start at zero.

    Raises:
        InputError: too many candidates for one run, or no such transistor in the process.
    """
    builder = CircuitBuilder(
        "pbit", f"{voltage:g} V at the gate below {pbit.model.name}", pbit.process, pbit.temperature
    )
    clock, mark = candidate_drives(bound, times, marks)
    builder.hold("dd", "vdd", pbit.supply)
    builder.hold("input", "gate", voltage)
    builder.drive("clock", "clock", tuple(clock))
    builder.drive("mark", "mark", tuple(mark))
    builder.telegraph_junction("j", "node", "vdd", pbit.model, bound, pace_of(bound), initial)
    builder.transistor("drive", "node", "gate", "0", Transistor("nmos", *pbit.drive))
    builder.transistor("inverter_n", "out", "node", "0", Transistor("nmos", *pbit.inverter))
    builder.transistor("inverter_p", "out", "node", "vdd", Transistor("pmos", *pbit.inverter))
    builder.capacitance("out", "out", pbit.load)
    stop = max(duration, clock[-1][0])
    deck = builder.deck(
        (Final("node", "node"), Final("output", "out")),
        stop / 50,
        stop,
        "method=trap",
        ("node", "out", "xj.state", "xj.share", "clock", "i(vdd)"),
    )
    return PbitDeck(deck, tuple(builder.spread))
