"""I-V loops of the 1T1R cell: a triangle on the bit line under a compliance, then one on the source line."""

from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.circuit_builder import CircuitBuilder, Points
from spicekit.circuits.device import STIFF
from spicekit.ngspice.measure import Crossing, Final, Peak

_STEPS = 500  # of each half: a snap of the state must not be stepped over


def half_loop_deck(
    technology: Technology, peak: float, ramp: float, word_line: float, gap: float, threshold: float
) -> ProgramDeck:
    """Return the deck of half a loop: the voltage goes to `peak` [V] and back to zero, each way within `ramp` [s].

    A positive `peak` stands on the bit line (SET, or forming if `gap` [nm] is that of a pristine device), a negative
    one is applied as its magnitude on the source line (RESET). `word_line` [V] makes the compliance of a SET.

    Measures: ``gap`` [nm] at the end; ``time`` [s] at which the gap crosses `threshold` [nm], infinite if it does not:
    up to `ramp` the voltage over the cell is then `peak` times ``time`` over `ramp`; ``current`` [A], the largest
    magnitude. Waves: ``bl`` and ``sl`` [V], the current ``vcell#branch`` [A], ``xcell.gap`` [nm].
    """
    builder = CircuitBuilder(
        "1t1r loop",
        f"to {peak:g} V and back within {ramp:g} s each on a 1T1R cell",
        technology.process,
        technology.temperature,
    )
    triangle: Points = ((0, 0), (ramp, abs(peak)), (2 * ramp, 0))
    flat: Points = ((0, 0), (2 * ramp, 0))
    builder.drive("bit_line", "bl", triangle if peak > 0 else flat)
    builder.drive("source_line", "sl", flat if peak > 0 else triangle)
    # in a step, the word line would push the open cell about at the very first time point
    builder.drive("word_line", "wl", ((0, 0), (ramp / _STEPS, word_line)))
    builder.circuit.V("cell", "bl", "te", 0)  # ammeter
    builder.memory("cell", "te", "be", technology.rram, gap)
    builder.transistor("access", "be", "wl", "sl", technology.access)
    deck = builder.deck(
        (
            Final("gap", "xcell.gap"),
            Crossing(
                "time",
                "xcell.gap",
                None,
                threshold,
                rising=(peak < 0) == technology.rram.high_is_wide,
                missing=float("inf"),
            ),
            Peak("current", "i(vcell)", lowest=peak < 0),
        ),
        ramp / _STEPS,
        2 * ramp,
        STIFF,
        ("bl", "sl", "xcell.temp"),
    )
    return ProgramDeck(deck, tuple(builder.spread))
