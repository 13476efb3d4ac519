"""A look at a circuit before its samples: has it a result, and does every number that is set change anything?

ngspice ignores some parameters without a word.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from spicekit.errors import InputError, SimulatorError
from spicekit.ngspice import SimulatorLost, evaluate, ngspice_version, waveforms
from spicekit.ngspice.deck import SET_TEMPERATURE
from spicekit.studies.circuit.content import Content, Spread

_FAR = 3.0  # standard deviations
_STEP = 0.01  # of a value that does not spread, relative
_LONE = 3  # nodes that are named
_NONE: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=64)
def idle_coordinates(content: Content, file: str) -> frozenset[str]:
    """Return those coordinates of a library's statistics that change nothing measured, to the last bit.

    They are of switched-off statistics, of other bins of a model, or of devices that the circuit does not have.

    Raises:
        InputError: the circuit has no result when they are moved.
        SimulatorError: there is no ngspice.
    """
    deck = content.deck
    drawn = [one for one in content.spreads if deck.parameters[one.parameter].of_text]
    if not drawn:
        return frozenset()
    still = _waves(content, (), file)

    def idle(some: list[Spread]) -> list[Spread]:
        moved = _waves(content, tuple(one.parameter for one in some), file)
        if all(name in moved and np.array_equal(wave, moved[name]) for name, wave in still.items()):
            return some
        half = len(some) // 2
        return [*idle(some[:half]), *idle(some[half:])] if half else []

    return frozenset(one.coordinate for one in idle(drawn))


def _waves(content: Content, moved: tuple[int, ...], file: str) -> dict[str, np.ndarray]:
    z = np.array([[float(one.parameter in moved) for one in content.spreads]])
    try:
        return waveforms(content.deck, content.values(z)[0])
    except SimulatorError as error:
        raise InputError(f"{file}: {error}") from None


def probe(content: Content, file: str, lone: Mapping[str, str] = _NONE) -> None:
    """Simulate the nominal circuit, and each parameter moved alone.

    Raises:
        InputError: the nominal circuit has no result, ngspice refuses or ignores a parameter, or nothing that spreads
            changes what the limit is of.
        SimulatorError: there is no ngspice.
    """
    ngspice_version()
    try:
        why = _probed(content)
    except SimulatorLost as error:
        raise InputError(f"{file}: ngspice ends its process on this circuit: {error}") from None
    except SimulatorError as error:
        raise InputError(f"{file}: {error}") from None
    if why:
        named = ", ".join(f"`{node}` (of `{element}`)" for node, element in list(lone.items())[:_LONE])
        hint = f"; connected to one terminal alone, perhaps misspelt: {named}" if lone else ""
        raise InputError(f"{file}: {why}{hint}")


@lru_cache(maxsize=64)
def _probed(content: Content) -> str:
    """Return what is wrong, or nothing."""
    deck, nominal = content.deck, np.array(content.deck.row())
    measured, (outcome,) = evaluate(deck, nominal[None])
    if not outcome.ok:
        return f"at its nominal values the circuit has no result: {outcome}"
    still = waveforms(deck, nominal)
    moved = {
        one.parameter: content.values(_FAR * _unit(content, one.parameter))[0] for one in content.spreads
    }
    limit = content.limit
    free = limit is not None and bool(content.spreads)
    own = [place for place, parameter in enumerate(deck.parameters) if not parameter.in_netlist]
    for place, parameter in ((place, deck.parameters[place]) for place in own):
        row = nominal.copy()
        step = max(abs(parameter.nominal) * _STEP, 1e-3 if parameter.nominal == 0 else 0.0)
        row[place] = moved[place][place] if place in moved else parameter.nominal + step
        waves = waveforms(deck, row)
        ignored = all(name in waves and np.array_equal(wave, waves[name]) for name, wave in still.items())
        if (
            ignored and parameter.command != SET_TEMPERATURE
        ):  # which is known to act, if not on ideal elements
            return (
                f"parameter `{parameter.name}`: set from {parameter.nominal:g} to {row[place]:g} it changes "
                "nothing that is "
                "measured: ngspice ignores it, or nothing measured depends on it; remove it, or name another one"
            )
        if free and place in moved and limit is not None:
            there, _ = evaluate(deck, row[None])
            free = there[0, limit.measurement] == measured[0, limit.measurement]
    mismatch = [place for place in moved if place not in own]
    if mismatch:  # of all transistors at once, each to another side than the one before
        row = content.values(_FAR * np.array([[(-1.0) ** k for k in range(len(content.spreads))]]))[0]
        row[own] = nominal[own]
        there, _ = evaluate(deck, row[None])
        if np.array_equal(there, measured):
            return 'mismatch of its transistors changes nothing that is measured: `mismatch = "none"` leaves it out'
        free = free and limit is not None and there[0, limit.measurement] == measured[0, limit.measurement]
    if free and limit is not None:
        name, value = deck.measurements[limit.measurement].name, measured[0, limit.measurement]
        failed = limit.margin(measured[:, limit.measurement])[0] < 0
        return (
            f"`limit`: {'every sample violates it' if failed else 'no sample can violate it'}: `{name}` is "
            f"{value:g} whatever "
            "spreads"
        )
    return ""


def _unit(content: Content, parameter: int) -> np.ndarray:
    return np.array([[float(one.parameter == parameter) for one in content.spreads]])
