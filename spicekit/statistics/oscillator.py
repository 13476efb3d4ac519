"""Spin-torque nano-oscillators: all that a network simulator needs to put equations in the place of the circuit.

The laws are those of the universal auto-oscillator (`spicekit.models.auto_oscillator`); rates stand as
frequencies [Hz], that is over 2π, except where a key says 1/s.
"""

from typing import Annotated

from spicekit.models.auto_oscillator import AutoOscillator
from spicekit.statistics.base import OF_WHOLE, Block, Estimate, Probability, quantity


class Spread(Block):
    """A quantity over devices: its mean, and the standard deviation between devices without the errors of each.

    Errors are standard errors. `nominal` is the value of the nominal device, with the error of its own record.
    """

    mean: Annotated[
        Estimate, quantity(OF_WHOLE, "over drawn devices; where fewer than two were drawn, the nominal one")
    ]
    std: Annotated[
        Estimate | None,
        quantity(
            OF_WHOLE,
            "standard deviation between devices without the errors of each; absent with fewer than two drawn devices",
        ),
    ] = None
    nominal: Annotated[
        Estimate | None, quantity(OF_WHOLE, "of the nominal device, with the error of its own record")
    ] = None
    devices: Annotated[int, quantity("1", "drawn ones that have the quantity")]


class ClosedForm(Block):
    """What theory gives for the nominal device, from the parameters of its card; compared with, never used."""

    frequency: Annotated[float, quantity("Hz", "of the oscillation")]
    power: Annotated[float, quantity("1", "p")]
    linewidth: Annotated[float, quantity("Hz", "full width at half maximum")]
    relaxation_rate: Annotated[float, quantity("1/s", "Γp")]
    nonlinearity: Annotated[float, quantity("1", "ν")]


class OscillationPoint(Block):
    """Free oscillators at one current and field."""

    current: Annotated[float, quantity("A", "bias")]
    flux_density: Annotated[float, quantity("T", "of the field line")]
    frequency: Annotated[Spread | None, quantity("Hz", "of the oscillation")] = None
    power: Annotated[Spread | None, quantity("1", "mean of p = |c|² over time")] = None
    relaxation_rate: Annotated[
        Spread | None, quantity("1/s", "Γp: deviations of p decay as exp(-2 Γp t)")
    ] = None
    nonlinearity: Annotated[Spread | None, quantity("1", "ν = N p/Γp, from how the phase follows p")] = None
    noise: Annotated[Spread | None, quantity("1/s", "D, <f f*> = 2 D δ(t)")] = None
    linewidth: Annotated[
        Spread | None,
        quantity(
            "Hz",
            "full width at half maximum of a Lorentzian fitted to the spectrum; absent where one device's line is "
            "below the resolution",
        ),
    ] = None
    linewidth_phase: Annotated[
        Spread | None, quantity("Hz", "the same from the growth of the phase's variance")
    ] = None
    voltage: Annotated[
        Spread | None, quantity("V", "amplitude over the junction, under a constant current")
    ] = None
    resistance: Annotated[Spread | None, quantity("Ohm", "mean voltage over current")] = None
    closed_form: Annotated[
        ClosedForm | None,
        quantity("", "theory for the nominal card, to compare; absent below threshold", "theory"),
    ] = None
    devices: Annotated[int, quantity("1", "with a record")]
    below_threshold: Annotated[int, quantity("1", "of them, that do not oscillate")]
    unresolved: Annotated[
        int, quantity("1", "of them, with a line below the resolution; their linewidth is not in the mean")
    ]
    discards: Annotated[int, quantity("1", "devices without a record")]


class OscillatorLaws(Block):
    """The auto-oscillator fitted device by device: dc/dt = -i ω(p) c - Γ+(p) c + Γ-(p) c + f(t) + noise, p = |c|².

    ω = 2π (frequency + field_sensitivity · B + frequency_shift · p); Γ+ = 2π damping (1 + damping_growth · p);
    Γ- = 2π spin_torque · I (1 - p); D = 2π damping · thermal_power (1 + damping_growth · p) · frequency/(ω/2π).
    """

    frequency: Annotated[
        Spread, quantity("Hz", "ω0/2π: without amplitude, and without current in the field line")
    ]
    field_sensitivity: Annotated[
        Spread | None,
        quantity("Hz/T", "slope of the frequency with the field line's flux density; absent without fields"),
    ] = None
    frequency_shift: Annotated[Spread, quantity("Hz", "N/2π")]
    damping: Annotated[Spread, quantity("Hz", "Γ0/2π")]
    damping_growth: Annotated[Spread, quantity("1", "Q")]
    spin_torque: Annotated[Spread, quantity("Hz/A", "σ/2π")]
    threshold: Annotated[Spread, quantity("A", "`damping`/`spin_torque`")]
    thermal_power: Annotated[Spread, quantity("1", "kT over the energy of p = 1")]
    emission: Annotated[Spread | None, quantity("Ohm", "amplitude of the junction's voltage over I·√p")] = (
        None
    )
    worst_residual: Annotated[
        dict[str, float],
        quantity("1", "by quantity, the largest relative difference between means of points and these laws"),
    ]

    def oscillator(self, **values: float) -> AutoOscillator:
        """Return the closed forms of the mean device, with `values` in the place of those of a drawn one."""
        keys = ("frequency", "frequency_shift", "damping", "damping_growth", "spin_torque", "thermal_power")
        return AutoOscillator(**({key: getattr(self, key).mean.value for key in keys} | values))


class Detuning(Block):
    """A drive off the oscillator's own frequency."""

    offset: Annotated[
        float, quantity("1", "of the drive from ratio times the frequency, in halves of `closed_form`")
    ]
    frequency: Annotated[float, quantity("Hz", "the same difference, mean over devices")]
    locked: Annotated[
        Probability,
        quantity(
            "1", "probability of no phase slip within the record; its `errors` are the devices that lock"
        ),
    ]
    beat: Annotated[float, quantity("Hz", "mean of |ratio · f - drive| over devices")]


class InjectionPoint(Block):
    """Locking to a drive of one amplitude: of its frequency (`ratio` 1) or of twice that (`ratio` 2)."""

    through: Annotated[str, quantity("", '`"junction"` or `"line"`')]
    ratio: Annotated[int, quantity("1", "drive over own frequency, 1 or 2")]
    drive: Annotated[float, quantity("A", "peak current")]
    locking_range: Annotated[
        Spread | None, quantity("Hz", "full width in the drive's frequency, noise taken off by the fit")
    ] = None
    counted_range: Annotated[
        Spread | None,
        quantity("Hz", "full width of the detunings without a slip, as coarse as the detunings"),
    ] = None
    coupling: Annotated[
        Spread | None, quantity("Hz/A", "force on the amplitude per current, from the motion itself")
    ] = None
    phase: Annotated[Spread | None, quantity("rad", "of that force")] = None
    closed_form: Annotated[float, quantity("Hz", "range of the nominal card", "theory")]
    pure_phase: Annotated[
        float, quantity("Hz", "the same without nonlinearity, a pure phase oscillator", "theory")
    ]
    detunings: Annotated[tuple[Detuning, ...], quantity("", "the map")] = ()
    devices: Annotated[int, quantity("1", "drawn and nominal")]
    discards: Annotated[int, quantity("1", "devices without a record")]


class Injection(Block):
    """How rf currents i(t) act on the oscillator: dc/dt = … + 2π · coupling · exp(i · phase) · i(t).

    At twice the frequency (`ratio` 2) the force is 2π · coupling · exp(i · phase) · i(t) · c*. The coupling found at
    each drive is from the motion itself, not from the locking range.
    """

    points: Annotated[tuple[InjectionPoint, ...], quantity("", "by drive")]
    current: Annotated[float, quantity("A", "bias")]
    record: Annotated[float, quantity("s", "without a slip in it an oscillator counts as locked")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


class MutualPoint(Block):
    """Several oscillators that emit into one load."""

    wiring: Annotated[str, quantity("", '`"series"` or `"parallel"`')]
    number: Annotated[int, quantity("1", "oscillators in a set")]
    current: Annotated[float, quantity("A", "mean bias")]
    load: Annotated[float, quantity("Ohm", "that all emit into")]
    frequency_spread: Annotated[
        float, quantity("Hz", "standard deviation of the free frequencies in a set, mean over sets")
    ]
    locked: Annotated[
        Probability,
        quantity(
            "1", "probability that all keep step throughout the record; its `errors` are the sets that do"
        ),
    ]
    coherence: Annotated[float, quantity("1", "mean of |Σc|/Σ|c|: 1 in phase")]
    linewidth: Annotated[
        Estimate | None,
        quantity(
            "Hz",
            "of the voltage on the load, over locked sets; absent where a set's line is below the resolution",
        ),
    ] = None
    linewidth_phase: Annotated[Estimate | None, quantity("Hz", "of the common phase, over locked sets")] = (
        None
    )
    power: Annotated[Estimate | None, quantity("W", "into the load, of the line, over locked sets")] = None
    sum_power: Annotated[
        Estimate | None, quantity("1", "mean of |Σc|² over that of one oscillator: `number`² in phase")
    ] = None
    sets: Annotated[int, quantity("1", "with a record")]
    unresolved: Annotated[int, quantity("1", "of them, with a line below the resolution")]
    discards: Annotated[int, quantity("1", "sets without a record")]


class Mutual(Block):
    """Mutual locking against the number of oscillators."""

    points: Annotated[tuple[MutualPoint, ...], quantity("", "by wiring and number")]
    record: Annotated[float, quantity("s", "length of a record")]
    resolution: Annotated[float, quantity("Hz", "of the spectra")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


class Oscillator(Block):
    """Free oscillation, locking to a drive, mutual locking; parts that no study measured are None."""

    device: Annotated[str | None, quantity("", "name of the card")] = None
    temperature: Annotated[float | None, quantity("K", "of the surroundings")] = None
    points: Annotated[
        tuple[OscillationPoint, ...], quantity("", "free oscillation, by flux density, then current")
    ] = ()
    laws: Annotated[
        OscillatorLaws | None,
        quantity(
            "",
            "the parameters of the equation, fitted to each device; absent with fewer than three currents",
            "fitted",
        ),
    ] = None
    resolution: Annotated[float | None, quantity("Hz", "of the spectra")] = None
    record: Annotated[float | None, quantity("s", "length of a record")] = None
    injection: Annotated[Injection | None, quantity("", "locking to a drive")] = None
    mutual: Annotated[Mutual | None, quantity("", "of several oscillators on one load")] = None
    status: Annotated[str | None, quantity("", "how sure the card's numbers are, in words")] = None
    method: Annotated[str | None, quantity("", "in words")] = None
