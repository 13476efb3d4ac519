"""High resistance state after one RESET."""

from typing import Annotated

from spicekit.block import Block, Distribution, Estimate, quantity


class ResetPoint(Block):
    """High resistance state after one RESET."""

    reset_voltage: Annotated[float, quantity("V", "of the pulse")]
    pulse_width: Annotated[float, quantity("s", "of the pulse")]
    hrs: Annotated[Distribution, quantity("Ohm", "as in a condition")]
    ln_median: Annotated[Estimate, quantity("ln(Ohm)", "ln of the median, with its standard error")]
    discards: Annotated[int, quantity("1", "devices without a result")]


class ResetLaw(Block):
    """High resistance state after one RESET of fresh devices, from the low state of one compliance."""

    points: Annotated[tuple[ResetPoint, ...], quantity("", "by width, then voltage")]
    set_compliance: Annotated[float, quantity("A", "of the SET before")]
    set_width: Annotated[float, quantity("s", "of the SET before")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"reset_law": ResetLaw}
"""Its blocks by their key in `statistics.json`."""
