"""Time that a constant voltage takes to form, SET or RESET a device."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from spicekit.block import Block, Estimate, quantity


class SwitchingPoint(Block):
    """Time to switch at one constant voltage."""

    kind: Annotated[str, quantity("", '`"forming"`, `"set"`, `"reset"`')]
    temperature: Annotated[float, quantity("K", "of the surroundings")]
    voltage: Annotated[float, quantity("V", "magnitude")]
    median: Annotated[float | None, quantity("s", "absent if half of the devices do not switch", gt=0)] = None
    sigma_log10: Annotated[
        float | None, quantity("1", "standard deviation of log10 of the time, from the central 68 %")
    ] = None
    samples: Annotated[int, quantity("1", "devices with an answer")]
    censored: Annotated[int, quantity("1", "those of them that did not switch within days")]

    renamed: ClassVar[Mapping[str, str]] = {"slower": "censored"}
    discards: Annotated[int, quantity("1", "devices without an answer")]


class SwitchingLaw(Block):
    """Straight line through log10(median time) against voltage."""

    kind: Annotated[str, quantity("", "as of the points")]
    temperature: Annotated[float, quantity("K", "of the surroundings")]
    decades_per_volt: Annotated[Estimate, quantity("1/V", "slope of log10(median) against voltage")]
    worst_residual: Annotated[float, quantity("decades", "largest distance of a point from the line")]


class SwitchingTime(Block):
    """Time that a constant voltage on the device alone takes to form, SET or RESET it."""

    points: Annotated[tuple[SwitchingPoint, ...], quantity("", "by kind, temperature and voltage")]
    laws: Annotated[
        tuple[SwitchingLaw, ...],
        quantity("", "straight lines through log10(median) against voltage", "fitted"),
    ]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"switching_time": SwitchingTime}
"""Its blocks by their key in `statistics.json`."""
