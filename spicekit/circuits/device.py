"""A memory device alone: how long a constant voltage takes to switch it, and what a bake without voltage leaves."""

from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.measure import Crossing, Final

STIFF = "trtol=1 reltol=1e-4 method=gear"
"""Options for states that snap: the trapezoidal rule then rings at the end stop, in up to millions of steps."""

SLOW = f"{STIFF} abstol=1e-40"
"""Options for states that move over picoseconds to years. The state is a voltage on 1 nF, whose current can lie far
below ngspice's abstol of 1 pA; that is also the floor of its estimate of the truncation error, so that steps would
stay near a second."""

RANGE = 10
"""A deck tells times from `longest` over this on within 3 %: the first step of ngspice is `longest` over 1,000."""

_STEPS = 100
_EDGE = 10_000  # the voltage rises within `longest` over this


def hold_deck(technology: Technology, voltage: float, longest: float, gap: float, threshold: float) -> Deck:
    """Return the deck of a constant voltage [V] from time zero on a device that starts with `gap` [nm].

    A positive `voltage` is SET or forming, a negative one RESET.

    Measures: ``time`` [s] until the gap crosses `threshold` [nm], infinite if that takes longer than `longest` [s];
    ``gap`` [nm] at the end; ``current`` [A] at the end, from top to bottom electrode.
    """
    builder = CircuitBuilder(
        "hold",
        f"{voltage:g} V on a memory device for {longest:g} s",
        technology.process,
        technology.temperature,
    )
    # in a step, the first time point can converge to the current of a filament that is not there yet
    builder.drive("top", "top", ((0, 0), (longest / _EDGE, voltage)))
    builder.circuit.V("cell", "top", "te", 0)  # ammeter
    builder.memory("cell", "te", "0", technology.rram, gap)
    return builder.deck(
        (
            Crossing(
                "time",
                "xcell.gap",
                None,
                threshold,
                rising=(voltage < 0) == technology.rram.high_is_wide,
                missing=float("inf"),
            ),
            Final("gap", "xcell.gap"),
            Final("current", "i(vcell)"),
        ),
        longest / _STEPS,
        longest,
        SLOW,
        ("te", "xcell.temp"),
    )


def bake_deck(technology: Technology, time: float, gap: float) -> Deck:
    """Return the deck of a device that is left without voltage for `time` [s], from `gap` [nm].

    The ambient temperature is that of `technology`. Measures ``gap`` [nm] at the end. The way that the gap has gone
    is within 1e-3 of the closed form g_rest + (gap - g_rest) exp(-time/tau), tau = g0/rate exp(e_rest/kT).
    """
    builder = CircuitBuilder(
        "bake", f"a memory device without voltage for {time:g} s", technology.process, technology.temperature
    )
    builder.hold("top", "te", 0.0)
    builder.memory("cell", "te", "0", technology.rram, gap)
    return builder.deck((Final("gap", "xcell.gap"),), time / (2 * _STEPS), time, SLOW)


def loop_deck(technology: Technology, set_peak: float, reset_peak: float, ramp: float, gap: float) -> Deck:
    """Return the deck of an I-V loop of a device alone: to `set_peak` [V], back, to -`reset_peak` and back to zero.

    Each of the four ways takes `ramp` [s]. Measures ``gap`` at the end. Waves: ``te`` [V], the current
    ``vcell#branch`` [A], ``xcell.gap``.
    """
    builder = CircuitBuilder(
        "device loop",
        f"to {set_peak:g} V and to {-reset_peak:g} V on a memory device, {ramp:g} s each way",
        technology.process,
        technology.temperature,
    )
    points = ((0, 0), (ramp, set_peak), (2 * ramp, 0), (3 * ramp, -reset_peak), (4 * ramp, 0))
    builder.drive("top", "top", points)
    builder.circuit.V("cell", "top", "te", 0)  # ammeter
    builder.memory("cell", "te", "0", technology.rram, gap)
    return builder.deck(
        (Final("gap", "xcell.gap"), Final("current", "i(vcell)")),
        ramp / (2 * _STEPS),
        4 * ramp,
        STIFF,
        ("te",),
    )
