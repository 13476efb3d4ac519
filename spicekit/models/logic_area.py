"""Area of logic from a standard cell of the process, from `device_models/digital`."""

from dataclasses import dataclass
from pathlib import Path

import pydantic

from spicekit.models.quantity import Meta, Quantity, check_quantities, find_card, read_card

_UNITS = {"full_adder_area": "m2", "full_adder_transistors": "1"}


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    quantities: dict[str, Quantity]


@dataclass(frozen=True)
class LogicArea:
    """Area of logic, by the number of its transistors; wires between cells are not in it."""

    transistor: float  # m2, of a full adder over its transistors
    source: str


def load_logic_area(source: str | Path = "sky130_fd_sc_hd") -> LogicArea:
    """Return a bundled card or that of a TOML file.

    Raises:
        InputError: no such card, or not of the form expected.
    """
    path = find_card(source, "digital")
    card = read_card(path, _Card)
    check_quantities(path, "quantities", card.quantities, _UNITS)
    area, transistors = (card.quantities[name].value for name in _UNITS)
    return LogicArea(
        area / transistors, f"{card.meta.description}, {card.quantities['full_adder_area'].source}"
    )
