"""Spin-torque nano-oscillators: all that a network simulator needs to put equations in the place of the circuit.

The laws are those of the universal auto-oscillator (`spicekit.models.auto_oscillator`); rates stand as
frequencies [Hz], that is over 2π, except where a key says 1/s.
"""

from spicekit.models.auto_oscillator import AutoOscillator
from spicekit.statistics.base import Block, Probability
from spicekit.statistics.resistance_laws import Estimate


class Spread(Block):
    """A quantity over devices: its mean, and the standard deviation between devices without the errors of each.

    Errors are standard errors. `nominal` is the value of the nominal device, with the error of its own record.
    """

    mean: Estimate
    std: Estimate | None = None  # None with fewer than two drawn devices
    nominal: Estimate | None = None
    devices: int  # drawn ones that have the quantity; with none, `mean` is that of the nominal device


class ClosedForm(Block):
    """What theory gives for the nominal device, from the parameters of its card; compared with, never used."""

    frequency: float  # Hz
    power: float
    linewidth: float  # Hz
    relaxation_rate: float  # 1/s
    nonlinearity: float


class OscillationPoint(Block):
    """Free oscillators at one current and field."""

    current: float  # A
    flux_density: float  # T, of the field line
    frequency: Spread | None = None  # Hz
    power: Spread | None = None  # p = |c|², mean over time
    relaxation_rate: Spread | None = None  # Γp [1/s]: p relaxes at 2 Γp
    nonlinearity: Spread | None = None  # ν = N p/Γp, from how the phase follows p
    noise: Spread | None = None  # D [1/s], <f f*> = 2 D δ(t)
    linewidth: Spread | None = None  # Hz, full width at half maximum, of a Lorentzian fitted to the spectrum
    linewidth_phase: Spread | None = None  # Hz, the same from the growth of the phase's variance
    voltage: Spread | None = None  # V, amplitude over the junction of the line fitted
    resistance: Spread | None = None  # Ohm, mean voltage over current
    closed_form: ClosedForm | None = None  # None below threshold
    devices: int
    below_threshold: int  # of them, that do not oscillate
    unresolved: int  # of them, with a line below the resolution; their linewidth is not in the mean
    discards: int


class OscillatorLaws(Block):
    """The auto-oscillator fitted device by device: dc/dt = -i ω(p) c - Γ+(p) c + Γ-(p) c + f(t) + noise, p = |c|².

    ω = 2π (frequency + field_sensitivity · B + frequency_shift · p); Γ+ = 2π damping (1 + damping_growth · p);
    Γ- = 2π spin_torque · I (1 - p); D = 2π damping · thermal_power (1 + damping_growth · p) · frequency/(ω/2π).
    """

    frequency: Spread  # Hz, ω0/2π without current in the field line
    field_sensitivity: Spread | None = None  # Hz/T, of the frequency to the field line's flux density
    frequency_shift: Spread  # Hz, N/2π
    damping: Spread  # Hz, Γ0/2π
    damping_growth: Spread  # Q
    spin_torque: Spread  # Hz/A, σ/2π
    threshold: Spread  # A, damping/spin_torque
    thermal_power: Spread  # kT over the energy of p = 1
    emission: Spread | None = None  # Ohm: amplitude [V] over the junction is emission · current · √p
    worst_residual: dict[str, float]  # largest relative difference of points and laws, means over devices

    def oscillator(self, **values: float) -> AutoOscillator:
        """Return the closed forms of the mean device, with `values` in the place of those of a drawn one."""
        keys = ("frequency", "frequency_shift", "damping", "damping_growth", "spin_torque", "thermal_power")
        return AutoOscillator(**({key: getattr(self, key).mean.value for key in keys} | values))


class Detuning(Block):
    """A drive off the oscillator's own frequency."""

    offset: (
        float  # of the drive from ratio times the frequency, over the locking range expected to either side
    )
    frequency: float  # Hz, the same, mean over devices
    locked: Probability  # no phase slip within the record
    beat: float  # Hz, mean of |ratio · f - drive| over devices


class InjectionPoint(Block):
    """Locking to a drive of one amplitude: of its frequency (`ratio` 1) or of twice that (`ratio` 2)."""

    through: str  # "junction", "line"
    ratio: int
    drive: float  # A, peak
    locking_range: Spread | None = None  # Hz of the drive, full width, without noise
    counted_range: Spread | None = None  # Hz, full width of the detunings without a slip
    coupling: Spread | None = None  # Hz/A: force on the amplitude per current, see `Injection`
    phase: Spread | None = None  # rad, of that force
    closed_form: float  # Hz, range of the nominal device
    pure_phase: float  # Hz, the same of an oscillator whose frequency does not follow its amplitude
    detunings: tuple[Detuning, ...] = ()
    devices: int  # drawn and nominal
    discards: int


class Injection(Block):
    """How rf currents i(t) act on the oscillator: dc/dt = … + 2π · coupling · exp(i · phase) · i(t).

    At twice the frequency (`ratio` 2) the force is 2π · coupling · exp(i · phase) · i(t) · c*. The coupling found at
    each drive is from the motion itself, not from the locking range.
    """

    points: tuple[InjectionPoint, ...]
    current: float  # A, bias
    record: float  # s, without a slip: what locked means
    status: str
    method: str


class MutualPoint(Block):
    """Several oscillators that emit into one load."""

    wiring: str  # "series", "parallel"
    number: int
    current: float  # A, mean bias
    load: float  # Ohm
    frequency_spread: float  # Hz, standard deviation of the free frequencies in a set, mean over sets
    locked: Probability  # all in step throughout the record
    coherence: float  # mean |Σ c|/Σ|c|: 1 in phase
    linewidth: Estimate | None = (
        None  # Hz, of the voltage on the load; None: a set's line is below the resolution
    )
    linewidth_phase: Estimate | None = None  # Hz, of the common phase
    power: Estimate | None = None  # W into the load, of the line
    sum_power: Estimate | None = None  # mean of (Σ x)² over that of one oscillator
    sets: int
    unresolved: int
    discards: int


class Mutual(Block):
    """Mutual locking against the number of oscillators."""

    points: tuple[MutualPoint, ...]
    record: float  # s
    resolution: float  # Hz
    status: str
    method: str


class Oscillator(Block):
    """Free oscillation, locking to a drive, mutual locking; parts that no study measured are None."""

    device: str | None = None
    temperature: float | None = None  # K
    points: tuple[OscillationPoint, ...] = ()  # by flux density, then current
    laws: OscillatorLaws | None = None
    resolution: float | None = None  # Hz, of the spectra
    record: float | None = None  # s
    injection: Injection | None = None
    mutual: Mutual | None = None
    status: str | None = None
    method: str | None = None
