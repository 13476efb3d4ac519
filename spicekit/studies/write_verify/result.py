"""What write and verify takes and gives."""

from typing import Annotated

from spicekit.block import Block, Distribution, Moments, Probability, quantity


class WriteVerifyPoint(Block):
    """Devices that were written to one target."""

    target: Annotated[float, quantity("Ohm", "resistance at the verify voltage, to be below", "setting")]
    failed: Annotated[
        Probability,
        quantity("1", "share of devices that are not below the target after the last pulse", "counted"),
    ]
    above: Annotated[
        tuple[float, ...], quantity("1", "share of devices still above it after one pulse, two, and so on")
    ]
    pulses: Annotated[Moments | None, quantity("1", "that devices needed, of those below the target")] = None
    resistance: Annotated[Distribution | None, quantity("Ohm", "of those below the target")] = None
    energy: Annotated[Moments | None, quantity("J", "of all SET pulses of a device, over the whole path")] = (
        None
    )


class WriteVerify(Block):
    """SET pulses until the resistance reads below a target."""

    points: Annotated[tuple[WriteVerifyPoint, ...], quantity("", "by rising target")]
    most_pulses: Annotated[int, quantity("1", "after which a device counts as failed", "setting")]
    set_compliance: Annotated[float, quantity("A", "of every pulse", "setting")]
    set_width: Annotated[float, quantity("s", "of every pulse", "setting")]
    reset_voltage: Annotated[float, quantity("V", "of the RESET before", "setting")]
    reset_width: Annotated[float, quantity("s", "of the RESET before", "setting")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"write_verify": WriteVerify}
"""Its blocks by their key in `statistics.json`."""
