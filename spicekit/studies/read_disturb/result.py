"""What reads do to the states that they read."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from spicekit.block import Block, quantity


class DisturbPoint(Block):
    """How many reads, or how long at a constant voltage, until the resistance has moved by a tenth."""

    state: Annotated[str, quantity("", '`"lrs"`, `"hrs"`')]
    voltage: Annotated[
        float | None, quantity("V", "constant, on the device; absent for reads by the sense amplifier")
    ] = None
    unit: Annotated[str, quantity("", 'of the next four: `"reads"` or `"s"`')]
    median: Annotated[
        float | None, quantity("reads or s", "absent if half of the devices do not move by so much")
    ] = None
    sigma_log10: Annotated[float | None, quantity("1", "standard deviation of log10 over devices")] = None
    four_sigma: Annotated[
        float | None,
        quantity(
            "reads or s",
            "of a device four standard deviations on the weak side, **extrapolated** from a log-normal law; absent "
            "where a simulated device is weaker already",
            "extrapolated",
        ),
    ] = None
    minimum: Annotated[float | None, quantity("reads or s", "of the weakest device simulated")] = None
    samples: Annotated[int, quantity("1", "devices with an answer")]
    censored: Annotated[int, quantity("1", "those of them that do not move by so much")]
    discards: Annotated[int, quantity("1", "devices without an answer")]

    renamed: ClassVar[Mapping[str, str]] = {"beyond": "censored", "least": "minimum"}


class ReadDisturb(Block):
    """What reads do to the states that they read: until the resistance has moved by a tenth."""

    points: Annotated[tuple[DisturbPoint, ...], quantity("", "by way of reading and state")]
    set_compliance: Annotated[float, quantity("A", "how both states were programmed")]
    reset_voltage: Annotated[float, quantity("V", "the same")]
    pulse_width: Annotated[float, quantity("s", "the same")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"read_disturb": ReadDisturb}
"""Its blocks by their key in `statistics.json`."""
