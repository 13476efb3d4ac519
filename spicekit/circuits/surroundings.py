"""Global variation, which all devices of a sample share: the sense amplifier's supply and the ambient temperature.

Both are set on the loaded deck: ngspice takes sources, the temperature of its devices and `temper` in expressions anew
at every run.
"""

import re
from dataclasses import dataclass, replace
from typing import TypeVar

from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.read import ReadDeck, sense_enable
from spicekit.errors import InputError
from spicekit.limits import COLDEST, HOTTEST
from spicekit.ngspice.deck import SET_TEMPERATURE, Parameter

Drawn = TypeVar("Drawn", ProgramDeck, ReadDeck)

_REACH = 6  # standard deviations that must make sense
_AMBIENT = re.compile(r"^\.param t_ambient=\S+", re.MULTILINE)  # as `RramModel.subcircuit` writes it


@dataclass(frozen=True)
class GlobalVariation:
    """One coordinate of a whole sample: ``value = nominal + sigma * z`` with z standard normal."""

    name: str  # "supply" or "temperature"
    nominal: float  # V; C, as ngspice takes it
    sigma: float  # in the same unit
    parameters: tuple[Parameter, ...]  # all of them take the value


def global_variation(technology: Technology) -> tuple[GlobalVariation, ...]:
    """Return both spreads, as far as they are on: what a read takes. Raises as each of them does."""
    return (*supply_variation(technology), *temperature_variation(technology))


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
    parameters = (*drawn.deck.parameters, *(p for s in spread for p in s.parameters))
    return replace(drawn, deck=replace(drawn.deck, netlist=netlist, parameters=parameters))
