"""The word-line voltage that limits SET to a current."""

import numpy as np

from spicekit.circuits.cell import Technology, compliance_deck, limit_deck
from spicekit.errors import InputError, SimulatorError
from spicekit.ngspice import Reason, evaluate


def compliance_word_line(technology: Technology, current: float) -> float:
    """Return the word-line voltage [V] at which the nominal access transistor gives `current` [A]."""
    deck = compliance_deck(technology, current)
    measured, outcomes = evaluate(deck, np.array([deck.row()]))
    if outcomes[0].reason is Reason.MEASUREMENT:  # it ran, and the current was never reached
        raise InputError(
            f"`set_compliance`: the access transistor does not give {current * 1e6:g} uA at half the SET voltage "
            f"and a word line of {technology.process.access_supply:g} V: lower it or draw a wider transistor"
        )
    if not outcomes[0].ok:
        raise SimulatorError(
            f"`set_compliance`: the access transistor does not simulate: {outcomes[0].detail}"
        )
    return round(float(measured[0, 0]) * 1e6, 6)  # the gate rises by 1 V/us; a microvolt is enough


def compliance_current(technology: Technology, word_line: float) -> float:
    """Return the current [A] that the nominal access transistor gives at a word line [V]: the other way round."""
    deck = limit_deck(technology, word_line)
    measured, outcomes = evaluate(deck, np.array([deck.row()]))
    if not outcomes[0].ok or not -measured[0, 0] > 0:
        raise SimulatorError(
            f"`set_word_line`: the access transistor does not simulate at {word_line:g} V: {outcomes[0].detail}"
        )
    return float(f"{-measured[0, 0]:.6g}")
