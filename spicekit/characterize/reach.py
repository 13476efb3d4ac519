"""Conditions beyond what is known: of the card, and of the transistors."""

from spicekit.characterize.condition import Condition
from spicekit.models.rram import RramModel
from spicekit.units import engineering

_UNITS = {"set_compliance": "A", "reset_voltage": "V", "pulse_width": "s"}
_NEAR = 1.02  # times: a condition that is meant to be the same


def beyond_card(rram: RramModel, conditions: tuple[Condition, ...]) -> list[str]:
    """Return a line for each condition that lies outside of the conditions that the card was fitted at."""
    found = []
    for condition in conditions:
        for name, (low, high) in rram.fitted_at.items():
            value = getattr(condition, name)
            if not low / _NEAR <= value <= high * _NEAR:
                unit = _UNITS[name]
                ends = [engineering(low, unit)] + ([engineering(high, unit)] if high != low else [])
                found.append(
                    f"condition `{condition.name}`: `{name}` is {engineering(value, unit)}, but the card `{rram.name}` "
                    f"was fitted at {' to '.join(ends)}: its results there are not backed by measurements"
                )
    return found
