"""The word-line voltage that limits SET to a current."""

from functools import lru_cache

import numpy as np

from spicekit.circuits.cell import Technology, compliance_deck, limit_deck
from spicekit.errors import InputError, SimulatorError
from spicekit.ngspice import Deck, Outcome, Reason, evaluate


def compliance_word_line(technology: Technology, current: float) -> float:
    """Return the word-line voltage [V] at which the nominal access transistor gives `current` [A]."""
    found, outcome = _simulated(compliance_deck(technology, current))
    if outcome.reason is Reason.MEASUREMENT:  # it ran, and the current was never reached
        raise InputError(
            f"`set_compliance`: the access transistor does not give {current * 1e6:g} uA at half the SET voltage "
            f"and a word line of {technology.process.access_supply:g} V: lower it or draw a wider transistor"
        )
    if not outcome.ok:
        raise SimulatorError(f"`set_compliance`: the access transistor does not simulate: {outcome.detail}")
    return round(found * 1e6, 6)  # the gate rises by 1 V/us; a microvolt is enough


def compliance_current(technology: Technology, word_line: float) -> float:
    """Return the current [A] that the nominal access transistor gives at a word line [V]: the other way round."""
    found, outcome = _simulated(limit_deck(technology, word_line))
    if not outcome.ok or not -found > 0:
        raise SimulatorError(
            f"`set_word_line`: the access transistor does not simulate at {word_line:g} V: {outcome.detail}"
        )
    return float(f"{-found:.6g}")


@lru_cache(maxsize=64)  # all ages of a condition, and all studies of a compliance, ask for the same one
def _simulated(deck: Deck) -> tuple[float, Outcome]:
    """Return the one measurement of a nominal deck, and how it ended."""
    measured, (outcome,) = evaluate(deck, np.array([deck.row()]))
    return float(measured[0, 0]), outcome
