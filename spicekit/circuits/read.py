"""Reading: two complementary 1T1R cells on a bit-line pair with the sense amplifier, precharge included."""

from dataclasses import dataclass

from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import CircuitBuilder, Points
from spicekit.circuits.sense_amplifier import add_foot, add_latch, add_xnor
from spicekit.models.design import Design
from spicekit.models.transistor import Spread
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.measure import Crossing, Difference, Energy, Imbalance


@dataclass(frozen=True)
class ReadDeck:
    """A read with the mismatch of all its transistors."""

    deck: Deck
    spread: tuple[Spread, ...]


def read_deck(
    technology: Technology, left_gap: float, right_gap: float, neuron_input: int | None = None
) -> ReadDeck:
    """Return the deck of one read of a 2T2R cell with the given gaps [nm].

    With `neuron_input` (+1 or -1) the amplifier takes the XNOR with it. The transient starts from zero and
    simulates the pre-charge: in a DC operating point the bit lines would float on gmin, which shifts the offset
    of the amplifier fourfold.

    Measures: ``decision`` [V], V(q) - V(qb) at the end, positive for weight (times input) +1; ``margin`` [V], the
    imbalance that the latch started from, seen through its regeneration: its sign is the decision, and it is smooth
    through the metastable point; ``delay`` [s] from sense-enable until
    the outputs differ by half the supply, infinite if they never do; ``energy`` [J] from the supply, from
    discharged bit lines, pre-charge included.
    """
    design = technology.design
    builder = start_read(
        technology,
        "2t2r read" if neuron_input is None else "2t2r xnor read",
        "two complementary 1T1R cells, pre-charge sense amplifier, pre-charge included",
    )
    if neuron_input is None:
        add_latch(builder, design, "bl", "blb")
    else:
        add_latch(builder, design, "low_left", "low_right")
        add_xnor(builder, design)
        builder.hold("x", "x", design.supply if neuron_input > 0 else 0.0)
        builder.hold("xb", "xb", 0.0 if neuron_input > 0 else design.supply)
    for side, line, gap in (("left", "bl", left_gap), ("right", "blb", right_gap)):
        builder.capacitance(f"bit_line_{side}", line, design.bit_line_capacitance)
        builder.memory(side, line, f"be_{side}", technology.rram, gap)
        builder.transistor(f"access_{side}", f"be_{side}", "wl", "sl", technology.access)
    return finish_read(builder, technology, ("xleft.gap", "xright.gap"))


def start_read(technology: Technology, name: str, purpose: str) -> CircuitBuilder:
    """Return the circuit builder of a read with its sources: supply, word line and sense-enable."""
    design = technology.design
    builder = CircuitBuilder(name, purpose, technology.process, technology.temperature)
    builder.hold("dd", "vdd", design.supply)
    # in a step, the word line would push the floating source line up and RESET the devices
    builder.drive("word_line", "wl", ((0, 0), (design.word_line_edge, design.read_word_line)))
    builder.drive("sense_enable", "sen", sense_enable(design))
    return builder


def sense_enable(design: Design) -> Points:
    """Return the sense-enable signal; its last level is the supply."""
    rise = design.precharge_time
    return ((0, 0), (rise, 0), (rise + design.logic_edge, design.supply))


def finish_read(builder: CircuitBuilder, technology: Technology, states: tuple[str, ...]) -> ReadDeck:
    """Add the source line with its foot and return the read, measured as `read_deck` says; `states` are saved too."""
    design = technology.design
    builder.capacitance("source_line", "sl", design.source_line_capacitance)
    add_foot(builder, design, "sl")
    return measured_read(builder, design, ("bl", "blb", "sl", "sen", "wl", *states))


def measured_read(builder: CircuitBuilder, design: Design, saved: tuple[str, ...]) -> ReadDeck:
    """Return the read of a finished circuit, measured as `read_deck` says; waves of `saved` are kept too."""
    sense = design.precharge_time
    enabled = sense + design.logic_edge / 2
    deck = builder.deck(
        (
            Difference("decision", "q", "qb"),
            Imbalance("margin", "q", "qb", design.supply / 2, enabled, design.regeneration_time),
            Crossing("delay", "q", "qb", design.supply / 2, enabled, magnitude=True, missing=float("inf")),
            Energy("energy", "vdd", None, "i(vdd)", delivered=True),
        ),
        design.read_step,
        sense + design.sense_time,
        also_save=saved,
    )
    return ReadDeck(deck, tuple(builder.spread))
