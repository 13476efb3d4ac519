"""What a check rests on: the texts of the device and of the design, and the versions."""

import hashlib
from importlib.metadata import version

from spicekit.circuits.cell import Technology
from spicekit.data import MEMORY_CARDS
from spicekit.models.quantity import find_card
from spicekit.ngspice import ngspice_version


def provenance_of(source: str, technology: Technology) -> dict[str, str]:
    """Return the provenance of a check of the card `source`."""
    file = find_card(source, *MEMORY_CARDS)
    text = technology.rram.subcircuit(technology.temperature)
    return {
        "card": file.name,
        "card_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "netlist_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "transistors": technology.process.name,
        "temperature": f"{technology.temperature:g} K",
        "ngspice": ngspice_version(),
        "spicekit": version("spicekit"),
    }
