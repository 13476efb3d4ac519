"""A programming condition: what the user of a memory chooses, and what of it lies beyond the data of a card."""

from dataclasses import dataclass

from spicekit.models.memory import MemoryModel
from spicekit.units import engineering

_UNITS = {"set_compliance": "A", "reset_voltage": "V", "pulse_width": "s"}
_NEAR = 1.02  # times: a condition that is meant to be the same


@dataclass(frozen=True)
class Condition:
    """SET compliance, RESET voltage and pulse width, the same width for both pulses."""

    name: str
    set_compliance: float  # A
    reset_voltage: float  # V
    pulse_width: float  # s


def beyond_card(rram: MemoryModel, condition: Condition) -> tuple[str, ...]:
    """Return what of a condition lies outside of the conditions that the card was fitted at, in words."""
    found = []
    for name, (low, high) in rram.fitted_at.items():
        value, unit = getattr(condition, name), _UNITS[name]
        if not low / _NEAR <= value <= high * _NEAR:
            ends = dict.fromkeys(engineering(end, unit) for end in (low, high))
            found.append(
                f"`{name}` is {engineering(value, unit)}, the card was fitted at {' to '.join(ends)}"
            )
    return tuple(found)
