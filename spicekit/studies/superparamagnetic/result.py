"""What a superparamagnetic junction does under a constant bias: rates, their law, and whether dwells are memoryless."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

import pydantic

from spicekit.block import Block, Estimate, quantity


class TelegraphPoint(Block):
    """Rates at one voltage of the source; geometric means over devices, with the standard error of that."""

    voltage: Annotated[float, quantity("V", "of the source")]
    parallel_voltage: Annotated[float, quantity("V", "mean on the junction while it is parallel")]
    antiparallel_voltage: Annotated[float, quantity("V", "mean on the junction while it is antiparallel")]
    rate_p_to_ap: Annotated[
        Estimate, quantity("1/s", "rate of leaving the parallel state: geometric mean over devices")
    ]
    rate_ap_to_p: Annotated[Estimate, quantity("1/s", "rate of leaving the antiparallel state, likewise")]
    rate_p_to_ap_spread: Annotated[
        float | None,
        quantity("1", "standard deviation of ln(`rate_p_to_ap`) over devices, counting errors included"),
    ] = None
    rate_ap_to_p_spread: Annotated[float | None, quantity("1", "the same of `rate_ap_to_p`")] = None
    antiparallel: Annotated[Estimate, quantity("1", "share of the time, mean over devices")]
    dwell_p_value: Annotated[
        float | None,
        quantity(
            "1",
            "chance of dwell times at least as far from memoryless ones, if they are: chi-squared, all devices "
            "together",
        ),
    ] = None
    dwells: Annotated[int, quantity("1", "that the test has seen")]
    flips: Annotated[int, quantity("1", "of the junction, within the records")]
    flips_resolved: Annotated[
        int, quantity("1", "those of them that the looks show. The rates account for the others")
    ]
    delayed: Annotated[
        int, quantity("1", "candidate events that were delayed because they came too soon after another one")
    ]
    samples: Annotated[int, quantity("1", "devices with rates")]
    stuck: Annotated[int, quantity("1", "devices that never left one of the states")]
    discards: Annotated[int, quantity("1", "devices without a record")]

    renamed: ClassVar[Mapping[str, str]] = {
        "away": "rate_p_to_ap",
        "back": "rate_ap_to_p",
        "away_spread": "rate_p_to_ap_spread",
        "back_spread": "rate_ap_to_p_spread",
        "seen": "flips_resolved",
        "put_off": "delayed",
    }


class TelegraphLaw(Block):
    """Rates exp(∓(V - balance)/voltage_scale)/dwell_time: minus for `rate_p_to_ap`, plus for `rate_ap_to_p`.

    V is the voltage on the junction in the state that is left. Fitted to each device; means over devices.
    """

    dwell_time: Annotated[Estimate, quantity("s", "at the balance: geometric mean over devices")]
    dwell_time_spread: Annotated[
        float | None, quantity("1", "standard deviation of its logarithm over devices")
    ] = None
    voltage_scale: Annotated[
        Estimate, quantity("V", "change that multiplies the rates by e; inverse of the mean inverse")
    ]
    balance: Annotated[Estimate, quantity("V", "voltage of equal rates, mean over devices")]
    balance_spread: Annotated[float | None, quantity("V", "standard deviation over devices")] = None
    chi_squared: Annotated[
        float, quantity("1", "of all fits over the degrees of freedom, 1 where the law holds")
    ]
    devices: Annotated[int, quantity("1", "fitted")]

    def antiparallel(self, voltage: float) -> float:
        """Return the share of the time in the antiparallel state at a voltage [V] on the junction: a sigmoid."""
        return 1 / (1 + math.exp(2 * (voltage - self.balance.value) / self.voltage_scale.value))


class Superparamagnetic(Block):
    """Telegraph switching between parallel and antiparallel against the bias."""

    points: Annotated[
        tuple[TelegraphPoint, ...], quantity("", "by rising voltage"), pydantic.Field(min_length=1)
    ]
    law: Annotated[
        TelegraphLaw | None,
        quantity("", "of the rates against the voltage; absent with one voltage", "fitted"),
    ] = None
    interval: Annotated[float, quantity("s", "between two looks at the trace")]
    duration: Annotated[float, quantity("s", "of each device's record")]
    series: Annotated[float, quantity("Ohm", "between source and junction")]
    temperature: Annotated[float, quantity("K", "of the surroundings")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"superparamagnetic": Superparamagnetic}
"""Its blocks by their key in `statistics.json`."""
