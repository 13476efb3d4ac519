"""What a read does to the devices that it reads: the read of a 2T2R cell with tolerances for a state that moves."""

from dataclasses import replace

from spicekit.circuits.cell import ACCURATE, Technology
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.ngspice.measure import Final

_OPTIONS = ".options "


def disturb_deck(technology: Technology, left_gap: float, right_gap: float) -> ReadDeck:
    """Return `read_deck` with the states solved tightly, so that the small change by one read can be told.

    Measures beside those of `read_deck`: ``left_gap`` and ``right_gap`` [nm] at the end.
    """
    read = read_deck(technology, left_gap, right_gap)
    deck = read.deck
    return replace(
        read,
        deck=replace(
            deck,
            name="2t2r read disturb",
            netlist=deck.netlist.replace(_OPTIONS, f"{_OPTIONS}{ACCURATE} ", 1),
            measurements=(
                *deck.measurements,
                Final("left_gap", "xleft.gap"),
                Final("right_gap", "xright.gap"),
            ),
        ),
    )
