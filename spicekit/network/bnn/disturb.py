"""How many reads a state endures, and what it takes to program a weight again, shared out over these reads."""

from dataclasses import dataclass
from math import pi, sqrt

from scipy.special import ndtri

from spicekit.page.numbers import scientific
from spicekit.statistics import Condition
from spicekit.studies.read_disturb.result import DisturbPoint, ReadDisturb
from spicekit.units import engineering

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Endured:
    """Reads of the sense amplifier until the state that moves first has moved by a tenth."""

    state: str
    reads: float  # until half of the devices have
    low: float | None  # of these reads, for other devices; None where their spread is not known
    high: float | None
    weakest: float | None  # reads, of a device four standard deviations on the weak side, extrapolated

    @property
    def criterion(self) -> str:
        """When a weight is programmed again, in words."""
        return f"half of the devices in {self.state.upper()} have moved by a tenth"


def endured(disturb: ReadDisturb | None) -> Endured | None:
    """Return what the state that moves first endures; None if the statistics do not say.

    The interval is that of a median of log-normal numbers, whose standard error is sqrt(pi/2) that of their mean.
    """
    points = [] if disturb is None else [p for p in disturb.points if p.unit == "reads" and p.median]
    if not points:
        return None
    first: DisturbPoint = min(points, key=lambda point: point.median or 0)
    reads, low, high = first.median or 0.0, None, None
    if first.sigma_log10 is not None and first.samples > 1:
        reach = float(ndtri((1 + _CONFIDENCE) / 2)) * sqrt(pi / 2 / first.samples) * first.sigma_log10
        low, high = reads * 10**-reach, reads * 10**reach
    return Endured(first.state, reads, low, high, first.four_sigma)


@dataclass(frozen=True)
class Refreshing:
    """Weights that are programmed again each time that reads have disturbed them."""

    endured: Endured
    programming: float  # J, of one weight
    source: str

    def energy(self, reads: float) -> float:
        """Return the energy [J] that so many reads ask for."""
        return self.programming * reads / self.endured.reads

    def ends(self, reads: float) -> tuple[float, float] | None:
        """Return low and high of that energy [J]; None where the spread of devices is not known."""
        low, high = self.endured.low, self.endured.high
        if low is None or high is None:
            return None
        return self.programming * reads / high, self.programming * reads / low

    def for_the_weakest(self, reads: float) -> float | None:
        """Return the energy [J] if weights are programmed again as soon as the weakest device has moved so far."""
        return self.programming * reads / self.endured.weakest if self.endured.weakest else None


def refreshing(disturb: ReadDisturb | None, condition: Condition) -> Refreshing | None:
    """Return what reads ask for in a condition; None where disturb or energy of programming are not known."""
    found = endured(disturb)
    if found is None or disturb is None or condition.energy_pair is None:
        return None
    said = (
        f"a weight of condition {condition.name} programmed again after {scientific(found.reads)} reads, when "
        f"{found.criterion} (simulated)"
    )
    if (disturb.set_compliance, disturb.reset_voltage, disturb.pulse_width) != (
        condition.set_compliance, condition.reset_voltage, condition.pulse_width,
    ):  # fmt: skip
        said += (
            f"; the devices that were read had been programmed at {engineering(disturb.set_compliance, 'A')}, "
            f"{engineering(disturb.reset_voltage, 'V')}, {engineering(disturb.pulse_width, 's')}"
        )
    return Refreshing(found, condition.energy_pair.mean, said)
