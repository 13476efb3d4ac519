"""How the states of a memory device depend on what they are programmed with: conductance law, RESET law.

Each point is a setting; errors are one standard error.
"""

import math

import numpy as np
import pydantic

from spicekit.errors import InputError
from spicekit.statistics.base import Block, Distribution


class Estimate(Block):
    """A number found from samples, with its standard error; the error is None where too few samples tell it."""

    value: float
    error: float | None = None


class PowerLaw(Block):
    """value = `coefficient` · (compliance / `reference`)^`exponent`, fitted in log-log with weights.

    `residuals` are ln(found / fitted) at the points, in their order.
    """

    reference: float = pydantic.Field(gt=0)  # A
    coefficient: Estimate  # in the unit of the value
    exponent: Estimate
    residuals: tuple[float, ...]

    def __call__(self, compliance: float) -> float:
        """Return the fitted value at a compliance [A]."""
        return self.coefficient.value * (compliance / self.reference) ** self.exponent.value


class ConductancePoint(Block):
    """Low-field conductance [S] after SET at one compliance, over devices and cycles."""

    compliance: float  # A, asked for
    mean: Estimate  # S
    std: Estimate  # S, over devices and cycles
    std_device: Estimate  # S, between devices
    std_cycle: Estimate  # S, between cycles of one device
    skewness: Estimate  # of the conductance; 0 for a normal law
    autocorrelation: Estimate | None = (
        None  # of the cycle-to-cycle part, from one simulated cycle to the next
    )
    current: float  # A, mean at the end of SET
    samples: int  # SET pulses: devices times cycles
    devices: int
    discards: int  # SET pulses without a result
    incomplete: int = 0  # SET pulses that ended below half the mean; they count in mean and spread


class ConductanceLaw(Block):
    """Mean and spread of the conductance after SET against compliance, each cycle a RESET and a SET."""

    points: tuple[ConductancePoint, ...]  # by rising compliance
    mean: PowerLaw | None = None  # S
    relative_std: PowerLaw | None = None  # std / mean
    correlation: float  # of a device's deviations in two simulated cycles in a row, as drawn
    cycle_step: int = 1  # cycles between two that were simulated
    reset_voltage: float  # V
    pulse_width: float  # s
    status: str
    method: str

    def at(self, compliance: float) -> tuple[float, float]:
        """Return (mean, standard deviation) [S] at a compliance [A], straight through the points and monotone.

        Interpolation in log-log by piecewise cubics that do not overshoot (Fritsch and Butland, SIAM J. Sci. Stat.
        Comput. 5, 300, 1984).

        Raises:
            InputError: outside the points, where nothing was simulated.
        """
        from scipy.interpolate import PchipInterpolator

        known = np.array([p.compliance for p in self.points])
        if not known[0] <= compliance <= known[-1]:
            raise InputError(
                f"compliance {compliance:g} A is outside the conductance law, {known[0]:g} to {known[-1]:g} A"
            )
        if len(known) == 1:
            return self.points[0].mean.value, self.points[0].std.value
        values = np.log([[p.mean.value, p.std.value] for p in self.points])
        mean, std = np.exp(PchipInterpolator(np.log(known), values)(math.log(compliance)))
        return float(mean), float(std)


class CompliancePoint(Block):
    """Low resistance state at one compliance [A]."""

    compliance: float
    lrs: Distribution
    discards: int


class ComplianceLaw(Block):
    """Low resistance state against SET compliance, from the samples of the conductance law."""

    points: tuple[CompliancePoint, ...]
    slope: Estimate | None = None  # of ln(median R) against ln(compliance)
    method: str


class ResetPoint(Block):
    """High resistance state after one RESET."""

    reset_voltage: float  # V
    pulse_width: float  # s
    hrs: Distribution
    ln_median: Estimate  # ln(median / Ohm) and its standard error
    discards: int


class ResetLaw(Block):
    """High resistance state against RESET voltage and width, from the low state of one compliance."""

    points: tuple[ResetPoint, ...]  # by width, then voltage
    set_compliance: float  # A
    set_width: float  # s
    status: str
    method: str
