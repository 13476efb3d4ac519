"""The schematic of the 2T2R cell with its sense amplifier."""

import importlib.resources
from dataclasses import dataclass


@dataclass(frozen=True)
class Schematic:
    """The drawing of the cell, as a picture of a section; one per page, as its ids are fixed."""

    alt: str = (
        "Schematic: two memory devices in opposite states, one access transistor each, below a latch of two "
        "cross-coupled inverters with pre-charge"
    )

    def inline(self, name: str) -> str:  # noqa: ARG002
        """Return it as an `svg` element."""
        return (
            importlib.resources.files("spicekit.report")
            .joinpath("templates/cell.svg")
            .read_text("utf-8")
            .strip()
        )
