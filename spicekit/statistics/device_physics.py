"""How a memory device behaves beside its end states: switching times, I-V loops, retention, read disturb."""

import pydantic

from spicekit.statistics.base import Block, Distribution, Moments
from spicekit.statistics.resistance_laws import Estimate


class SwitchingPoint(Block):
    """Time to switch at one constant voltage."""

    kind: str  # "set", "reset", "forming"
    temperature: float  # K
    voltage: float  # V, magnitude
    median: float | None = pydantic.Field(default=None, gt=0)  # s; None if half of the devices do not switch
    sigma_log10: float | None = None  # standard deviation of log10(time)
    samples: int
    slower: int  # of them, that did not switch within days
    discards: int


class SwitchingLaw(Block):
    """Straight line through log10(median time) against voltage."""

    kind: str
    temperature: float  # K
    decades_per_volt: Estimate
    worst_residual: float  # decades


class SwitchingTime(Block):
    """Time to form, SET and RESET against voltage and temperature."""

    points: tuple[SwitchingPoint, ...]
    laws: tuple[SwitchingLaw, ...]
    status: str
    method: str


class LoopPoint(Block):
    """Loops under one compliance; voltages over cell and access transistor, magnitudes."""

    compliance: float  # A
    set_voltage: Moments | None = None  # V, steepest rise of ln conductance
    reset_voltage: Moments | None = None  # V, largest current
    reset_current: Moments | None = None  # A, there
    samples: int
    discards: int


class IvLoops(Block):
    """SET and RESET voltages from loops, and the forming voltage of pristine devices."""

    points: tuple[LoopPoint, ...]  # by rising compliance
    forming_voltage: Moments | None = None  # V, steepest rise of ln conductance
    forming_compliance: float  # A
    forming_samples: int
    forming_discards: int
    ramp: float  # s, one way
    status: str
    method: str


class RetentionPoint(Block):
    """A state after a bake."""

    state: str  # "lrs", "hrs"
    temperature: float  # K
    time: float  # s; 0 is before the bake
    resistance: Distribution
    discards: int


class RetentionLife(Block):
    """When the median of a state has changed by the factor of the criterion."""

    state: str
    temperature: float  # K
    time: float | None = None  # s; None if not within the times simulated


class RetentionLaw(Block):
    """Arrhenius' law of the times to the criterion."""

    state: str
    activation_energy: Estimate  # eV


class Retention(Block):
    """Both states against time at several temperatures, without voltage."""

    points: tuple[RetentionPoint, ...]  # by state, temperature, time
    lives: tuple[RetentionLife, ...]
    laws: tuple[RetentionLaw, ...]
    criterion: float  # factor of the median resistance, up or down
    set_compliance: float  # A
    reset_voltage: float  # V
    pulse_width: float  # s
    status: str
    method: str


class DisturbPoint(Block):
    """How many reads, or how long at a constant voltage, until the resistance has moved by a tenth."""

    state: str  # "lrs", "hrs"
    voltage: float | None = None  # V on the device; None: read by the sense amplifier
    unit: str  # of the numbers: "reads" or "s"
    median: float | None = None  # None if half of the devices do not move by so much
    sigma_log10: float | None = None
    four_sigma: float | None = None  # of a device four standard deviations on the weak side, log-normal law
    least: float | None = None  # of the weakest device simulated
    samples: int
    beyond: int  # devices that do not move by so much
    discards: int


class ReadDisturb(Block):
    """What reads do to the states that they read."""

    points: tuple[DisturbPoint, ...]
    set_compliance: float  # A
    reset_voltage: float  # V
    pulse_width: float  # s
    status: str
    method: str
