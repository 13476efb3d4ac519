"""What a superparamagnetic junction does under a constant bias: rates, their law, and whether dwells are memoryless."""

import math

import pydantic

from spicekit.statistics.base import Block
from spicekit.statistics.resistance_laws import Estimate


class TelegraphPoint(Block):
    """Rates at one voltage of the source; geometric means over devices, with the standard error of that."""

    voltage: float  # V, of the source
    parallel_voltage: float  # V on the junction, mean while it is parallel
    antiparallel_voltage: float  # V
    away: Estimate  # 1/s, from parallel to antiparallel
    back: Estimate  # 1/s
    away_spread: float | None = (
        None  # standard deviation of the logarithm over devices, counting errors included
    )
    back_spread: float | None = None
    antiparallel: Estimate  # share of the time, mean over devices
    dwell_p_value: float | None = (
        None  # of dwells being memoryless: chi-squared, geometric law, all devices together
    )
    dwells: int  # that the test has seen
    flips: int  # of the junction, within the records
    seen: int  # of them, in the sampled trace: the others are undone before the next look
    put_off: int  # candidate events that were moved, as they came too soon after another one
    samples: int  # devices with rates
    stuck: int  # devices that never left one of the states
    discards: int


class TelegraphLaw(Block):
    """away = exp(-(V - balance)/voltage_scale)/dwell_time, back = exp((V - balance)/voltage_scale)/dwell_time.

    V is the voltage on the junction in the state that is left. Fitted to each device; means over devices.
    """

    dwell_time: Estimate  # s, geometric mean
    dwell_time_spread: float | None = None  # standard deviation of the logarithm over devices
    voltage_scale: Estimate  # V, inverse of the mean inverse
    balance: Estimate  # V, of equal rates
    balance_spread: float | None = None  # V, standard deviation over devices
    chi_squared: float  # of all fits, over the degrees of freedom: 1 where the law holds
    devices: int

    def antiparallel(self, voltage: float) -> float:
        """Return the share of the time in the antiparallel state at a voltage [V] on the junction: a sigmoid."""
        return 1 / (1 + math.exp(2 * (voltage - self.balance.value) / self.voltage_scale.value))


class Superparamagnetic(Block):
    """Two-state telegraph switching against the bias."""

    points: tuple[TelegraphPoint, ...] = pydantic.Field(min_length=1)  # by rising voltage
    law: TelegraphLaw | None = None
    interval: float  # s, between two looks at the trace
    duration: float  # s, of each device's record
    series: float  # Ohm, between source and junction
    temperature: float  # K
    status: str
    method: str
