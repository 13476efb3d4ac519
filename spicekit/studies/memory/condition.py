"""A programming condition: what the user of a memory chooses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """SET compliance, RESET voltage and pulse width, the same width for both pulses."""

    name: str
    set_compliance: float  # A
    reset_voltage: float  # V
    pulse_width: float  # s
