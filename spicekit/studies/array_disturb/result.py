"""What writing a row does to the others."""

from typing import Annotated

from spicekit.block import Block, Estimate, quantity


class HalfSelected(Block):
    """A state of devices whose row is off, on one kind of bit line."""

    state: Annotated[str, quantity("", '`"lrs"`, `"hrs"`')]
    line: Annotated[str, quantity("", '`"pulsed"`: follows the pulses of its rail; `"grounded"`')]
    change: Annotated[
        Estimate,
        quantity(
            "1", "of ln R in one write of another row, mean over devices; negative: the resistance falls"
        ),
    ]
    writes: Annotated[
        float | None,
        quantity(
            "1", "of other rows until the median device has changed by a tenth; absent if it does not move"
        ),
    ] = None
    fewest: Annotated[
        float | None, quantity("1", "the same of the device that moves most; absent if none moves")
    ] = None
    devices: Annotated[int, quantity("1", "that it is told from")]
    discards: Annotated[int, quantity("1", "devices without a result")]


class ArrayDisturb(Block):
    """Program disturb of half-selected devices."""

    points: Annotated[tuple[HalfSelected, ...], quantity("", "by state and line")]
    set_compliance: Annotated[float, quantity("A", "of the writes", "setting")]
    reset_voltage: Annotated[float, quantity("V", "of the writes", "setting")]
    pulse_width: Annotated[float, quantity("s", "of the writes", "setting")]
    rows: Annotated[int, quantity("1", "of the array", "setting")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"array_disturb": ArrayDisturb}
"""Its blocks by their key in `statistics.json`."""
