"""Free oscillation, and the laws of the universal auto-oscillator (`spicekit.models.auto_oscillator`).

Rates stand as frequencies [Hz], that is over 2π, except where a key says 1/s.
"""

from typing import Annotated

from spicekit.block import Block, quantity
from spicekit.models.auto_oscillator import AutoOscillator
from spicekit.studies.oscillators.spread import Spread


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
