"""What a read does to the devices that it reads: a read with tolerances for states that move."""

from dataclasses import replace

from spicekit.circuits.cell import ACCURATE, Technology
from spicekit.circuits.circuit_builder import tightened
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.ngspice.measure import Final

_OPTIONS = ".options "


def disturb_deck(technology: Technology, left_gap: float, right_gap: float) -> ReadDeck:
    """Return `read_deck` with the states solved tightly, as `disturbed` has it."""
    return disturbed(technology, read_deck(technology, left_gap, right_gap), ("left", "right"))


def disturbed(technology: Technology, read: ReadDeck, devices: tuple[str, ...]) -> ReadDeck:
    """Return a read with the states of its `devices` solved tightly, so that the small change by one read can be told.

    Measures beside those of the read: ``DEVICE_gap`` [nm] at the end, of each.
    """
    deck = read.deck
    options = tightened(ACCURATE, technology.rram.relative_tolerance)
    ends = tuple(Final(f"{device}_gap", f"x{device}.gap") for device in devices)
    return replace(
        read,
        deck=replace(
            deck,
            name=f"{deck.name} disturb",
            netlist=deck.netlist.replace(_OPTIONS, f"{_OPTIONS}{options} ", 1),
            measurements=(*deck.measurements, *ends),
        ),
    )
