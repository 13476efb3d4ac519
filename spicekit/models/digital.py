"""Energies of digital operations from `device_models/digital`."""

from dataclasses import dataclass, replace
from pathlib import Path

import pydantic

from spicekit.models.quantity import Meta, Quantity, find_card, read_card


class _Quantities(pydantic.BaseModel, extra="forbid", frozen=True):
    add_8: Quantity
    add_32: Quantity
    multiply_8: Quantity
    multiply_32: Quantity
    small_memory: Quantity
    large_memory: Quantity
    off_chip_memory: Quantity
    memory_word: Quantity
    node_factor: Quantity
    cpu_power: Quantity


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    quantities: _Quantities


@dataclass(frozen=True)
class Digital:
    """Energies [J] in the node of the memory; those on chip are scaled from the node of their source."""

    add_bit: float  # one full adder
    add_32: float
    multiply_8: float
    multiply_32: float
    small_memory_bit: float  # moved to or from a memory of some kbyte
    large_memory_bit: float  # of a Mbyte
    off_chip_bit: float  # not scaled: a part of its own
    cpu_power: float  # W
    source: str

    def at_gates(self, add_bit: float, source: str) -> "Digital":
        """Return the figures with a full adder of `add_bit` [J]; other logic keeps its cited proportion to it."""
        times = add_bit / self.add_bit
        said = f"{source}; other logic in its cited proportion to it; memories: {self.source}"
        return replace(
            self, add_bit=add_bit, add_32=times * self.add_32, multiply_8=times * self.multiply_8, source=said
        )


def load_digital(source: str | Path = "horowitz_45nm") -> Digital:
    """Return the energies of a bundled card or of a TOML file.

    Raises:
        InputError: no such card, or not of the form expected.
    """
    card = read_card(find_card(source, "digital"), _Card)
    q = card.quantities
    factor, word = q.node_factor.value, q.memory_word.value
    return Digital(
        factor * q.add_8.value / 8,
        factor * q.add_32.value,
        factor * q.multiply_8.value,
        factor * q.multiply_32.value,
        factor * q.small_memory.value / word,
        factor * q.large_memory.value / word,
        q.off_chip_memory.value / word,
        q.cpu_power.value,
        f"{card.meta.description}, times {factor:g} for the node of the memory ({q.node_factor.status})",
    )
