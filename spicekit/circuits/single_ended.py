"""Reading one 1T1R cell alone: the pre-charge sense amplifier compares it with a reference resistor."""

from spicekit.circuits.cell import Technology
from spicekit.circuits.read import ReadDeck, finish_read, start_read
from spicekit.circuits.sense_amplifier import add_latch


def single_ended_deck(technology: Technology, gap: float, reference: float) -> ReadDeck:
    """Return the deck of one read of a 1T1R cell with the given gap [nm] against `reference` [Ohm].

    All is as in `read_deck`: amplifier, timing, lines. In the place of the right device stands an ideal linear resistor
    with the capacitance of a device, behind an access transistor of its own, so that both branches match: without that
    capacitance the read would flip a fifth too low. The device is not linear: the read flips where its current under
    the read's bias is that of the resistor, a few percent below its resistance at the verify voltage.

    Measures as `read_deck` does; ``decision`` and ``margin`` are positive for the lower resistance: stored +1.
    """
    design = technology.design
    builder = start_read(
        technology,
        "1t1r read",
        "a 1T1R cell against a resistor, pre-charge sense amplifier, pre-charge included",
    )
    add_latch(builder, design, "bl", "blb")
    builder.capacitance("bit_line", "bl", design.bit_line_capacitance)
    builder.memory("cell", "bl", "be", technology.rram, gap)
    builder.transistor("access", "be", "wl", "sl", technology.access)
    builder.capacitance("bit_line_reference", "blb", design.bit_line_capacitance)
    builder.resistance("reference", "blb", "be_reference", reference)
    builder.circuit.C("reference", "blb", "be_reference", technology.rram.capacitance)
    builder.transistor("access_reference", "be_reference", "wl", "sl", technology.access)
    return finish_read(builder, technology, ("xcell.gap",))
