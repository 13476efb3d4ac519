"""A microcontroller: energy per cycle, and cycles of a sum of table entries, from `device_models/digital`."""

from dataclasses import dataclass
from pathlib import Path

import pydantic

from spicekit.models.quantity import Meta, Quantity, check_quantities, find_card, read_card

_UNITS = {
    "charge_per_cycle": "C",
    "supply": "V",
    "clock": "Hz",
    "cycles_per_term": "1",
    "cycles_per_class": "1",
    "cycles_per_decision": "1",
}


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    quantities: dict[str, Quantity]


@dataclass(frozen=True)
class Microcontroller:
    """What a decision costs as a program."""

    energy_per_cycle: float  # J
    clock: float  # Hz
    cycles_per_term: float
    cycles_per_class: float
    cycles_per_decision: float
    source: str

    def cycles(self, features: int, classes: int) -> float:
        """Return the cycles of one decision: a sum over features for each class, and the largest of them."""
        return self.cycles_per_decision + classes * (features * self.cycles_per_term + self.cycles_per_class)


def load_microcontroller(source: str | Path = "stm32l452") -> Microcontroller:
    """Return a bundled card or that of a TOML file.

    Raises:
        InputError: no such card, or not of the form expected.
    """
    path = find_card(source, "digital")
    card = read_card(path, _Card)
    check_quantities(path, "quantities", card.quantities, _UNITS)
    value = {name: quantity.value for name, quantity in card.quantities.items()}
    return Microcontroller(
        value["charge_per_cycle"] * value["supply"],
        value["clock"],
        value["cycles_per_term"],
        value["cycles_per_class"],
        value["cycles_per_decision"],
        f"{card.meta.description}, {card.quantities['charge_per_cycle'].source}",
    )
