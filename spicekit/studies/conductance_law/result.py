"""Conductance after SET against compliance: the law of its mean and spread, and that of the low resistance state.

Each point is a setting; errors are one standard error.
"""

import math
from typing import Annotated

import numpy as np

from spicekit.block import OF_WHOLE, Block, Distribution, Estimate, quantity
from spicekit.errors import InputError


class PowerLaw(Block):
    """value = `coefficient` · (compliance / `reference`)^`exponent`, fitted in log-log with weights."""

    reference: Annotated[float, quantity("A", "compliance", gt=0)]
    coefficient: Annotated[Estimate, quantity(OF_WHOLE, "value at the reference")]
    exponent: Annotated[Estimate, quantity("1", "of the compliance")]
    residuals: Annotated[tuple[float, ...], quantity("1", "ln(found/fitted) at the points, in their order")]

    def __call__(self, compliance: float) -> float:
        """Return the fitted value at a compliance [A]."""
        return self.coefficient.value * (compliance / self.reference) ** self.exponent.value


class ConductancePoint(Block):
    """Low-field conductance after SET at one compliance, over devices and cycles."""

    compliance: Annotated[float, quantity("A", "asked for")]
    mean: Annotated[Estimate, quantity("S", "over devices and cycles")]
    std: Annotated[Estimate, quantity("S", "standard deviation over devices and cycles")]
    std_device: Annotated[Estimate, quantity("S", "part of `std` between devices")]
    std_cycle: Annotated[
        Estimate,
        quantity("S", "part of `std` between cycles of one device; the squares of both parts add up"),
    ]
    std_slow: Annotated[
        Estimate | None,
        quantity(
            "S",
            "part of `std_cycle` that is correlated from cycle to cycle; the rest is drawn anew each time, and the "
            "squares of both add up. Two cycles cannot tell them apart: then it is 0. Absent in older files, which "
            "took all of `std_cycle` for it",
        ),
    ] = None
    skewness: Annotated[Estimate, quantity("1", "of the conductance; 0 for a normal law")]
    autocorrelation: Annotated[
        Estimate | None,
        quantity(
            "1",
            "of the cycle part, from one simulated cycle to the next: the share of `std_slow`² in `std_cycle`², times "
            "`correlation`",
        ),
    ] = None
    current: Annotated[float, quantity("A", "reached on average at the end of SET")]
    samples: Annotated[int, quantity("1", "SET pulses: devices times cycles")]
    devices: Annotated[int, quantity("1", "without a lost cycle")]
    discards: Annotated[int, quantity("1", "SET pulses without a result, or of a device that lost a cycle")]
    incomplete: Annotated[
        int, quantity("1", "SET pulses that ended below half the mean; they count in all numbers above")
    ] = 0


class ConductanceLaw(Block):
    """Mean and spread of the conductance after SET against compliance; devices are cycled, a RESET and a SET each."""

    points: Annotated[tuple[ConductancePoint, ...], quantity("", "by rising compliance")]
    mean: Annotated[
        PowerLaw | None, quantity("S", "power law fitted to the means; absent with one point", "fitted")
    ] = None
    relative_std: Annotated[PowerLaw | None, quantity("1", "power law fitted to `std`/`mean`", "fitted")] = (
        None
    )
    correlation: Annotated[
        float,
        quantity("1", "of the slow part of a device's deviations in two simulated cycles in a row, as drawn"),
    ]
    cycle_step: Annotated[int, quantity("cycles", "between two cycles that were simulated")] = 1
    reset_voltage: Annotated[float, quantity("V", "of every cycle")]
    pulse_width: Annotated[float, quantity("s", "of every cycle")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]

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
    """Low resistance state at one compliance."""

    compliance: Annotated[float, quantity("A", "of the SET")]
    lrs: Annotated[Distribution, quantity("Ohm", "as in a condition")]
    discards: Annotated[int, quantity("1", "SET pulses without a result")]


class ComplianceLaw(Block):
    """Low resistance state against SET compliance, from the samples of the conductance law."""

    points: Annotated[tuple[CompliancePoint, ...], quantity("", "by rising compliance")]
    slope: Annotated[
        Estimate | None, quantity("1", "exponent of a power law through the medians", "fitted")
    ] = None
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"conductance_law": ConductanceLaw, "compliance_law": ComplianceLaw}
"""Its blocks by their key in `statistics.json`."""
