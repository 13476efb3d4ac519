"""Global variation, which all devices of a sample share: supply, ambient temperature, process parts of a library.

The first two are set on the loaded deck: ngspice takes sources, the temperature of its devices and `temper` in
expressions anew at every run.
"""

import re
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.read import ReadDeck, sense_enable
from spicekit.errors import InputError
from spicekit.limits import COLDEST, HOTTEST
from spicekit.ngspice.deck import SET_TEMPERATURE, Parameter
from spicekit.ngspice.draws import of_law

Drawn = TypeVar("Drawn", ProgramDeck, ReadDeck)

_REACH = 6  # standard deviations that must make sense
_AMBIENT = re.compile(r"^\.param t_ambient=\S+", re.MULTILINE)  # as `RramModel.subcircuit` writes it


@dataclass(frozen=True)
class GlobalVariation:
    """One coordinate of a whole sample: ``value = nominal + sigma * z``, z standard normal or by its law."""

    name: str  # "supply", "temperature", or "process.mc_toxe"
    nominal: float  # V; C, as ngspice takes it; 1
    sigma: float  # in the same unit
    parameters: tuple[Parameter, ...]  # all of them take the value
    law: str = "normal"  # or "uniform", "sign"

    def value(self, z: np.ndarray) -> np.ndarray:
        """Return the values (n,) at standard normal coordinates (n,)."""
        return self.nominal + self.sigma * of_law(self.law, z)


def global_variation(technology: Technology) -> tuple[GlobalVariation, ...]:
    """Return all spreads, as far as they are on: what a read takes. Raises as each of them does."""
    return (*supply_variation(technology), *pulse_variation(technology))


def pulse_variation(technology: Technology) -> tuple[GlobalVariation, ...]:
    """Return the spreads that programming takes: temperature and process."""
    return (*temperature_variation(technology), *process_variation(technology))


def process_variation(technology: Technology) -> tuple[GlobalVariation, ...]:
    """Return what the user's own library draws once for all transistors; none from a library without such numbers."""
    return tuple(
        GlobalVariation(one.name, 0.0, 1.0, (Parameter(one.name, one.set_by, 0.0),), one.law)
        for one in technology.process.drawn
    )


def supply_variation(technology: Technology) -> tuple[GlobalVariation, ...]:
    """Return the spread of the sense amplifier's supply, the high level of sense-enable included; none if it is off.

    Word lines and programming voltages stay as they are: they come from regulators of their own.

    Raises:
        InputError: within 6 sigma half of the supply would be gone, which is where a read counts as decided.
    """
    sigma, supply = technology.supply_sigma, technology.design.supply
    if _REACH * sigma > supply / 2:
        raise InputError(
            f"`supply_sigma` is {sigma:g} V, expected {supply / 2 / _REACH:.3g} V at most: half of the "
            f"supply of {supply:g} V must be left within {_REACH} sigma"
        )
    *before, (end, _) = sense_enable(technology.design)
    points = " ".join(f"{time:.9g} {level:.9g}" for time, level in before)
    parameters = (
        Parameter("supply.rail", "alter vdd={}", supply),
        Parameter("supply.sense_enable", f"alter @vsense_enable[pwl] = [ {points} {end:.9g} {{}} ]", supply),
    )
    return (GlobalVariation("supply", supply, sigma, parameters),) if sigma else ()


def temperature_variation(technology: Technology) -> tuple[GlobalVariation, ...]:
    """Return the spread of the ambient temperature, that of transistors and memory devices alike; none if it is off.

    Raises:
        InputError: within 6 sigma the temperature would leave the range of an experiment's own.
    """
    sigma, celsius = technology.temperature_sigma, round(technology.temperature - ZERO_CELSIUS, 9)
    room = min(celsius - COLDEST, HOTTEST - celsius)
    if _REACH * sigma > room:
        raise InputError(
            f"`temperature_sigma` is {sigma:g} C, expected {room / _REACH:.3g} C at most: {_REACH} sigma around "
            f"{celsius:g} C must stay within {COLDEST:g} and {HOTTEST:g} C"
        )
    parameter = Parameter("temperature", SET_TEMPERATURE, celsius)
    return (GlobalVariation("temperature", celsius, sigma, (parameter,)),) if sigma else ()


def shared_by(drawn: Drawn, spread: tuple[GlobalVariation, ...]) -> Drawn:
    """Return what was drawn with the parameters of `spread` at the end of its deck's; without any, it is the same."""
    netlist = drawn.deck.netlist
    if any(s.name == "temperature" for s in spread):
        # memory devices then follow the temperature of the circuit
        netlist = _AMBIENT.sub(f".param t_ambient={{temper+{ZERO_CELSIUS}}}", netlist)
    # the text of a deck has those of the process that its transistors take
    there = [p for s in spread for p in s.parameters if not p.of_text or f".param {p.of_text}=" in netlist]
    parameters = (*drawn.deck.parameters, *there)
    return replace(drawn, deck=replace(drawn.deck, netlist=netlist, parameters=parameters))
