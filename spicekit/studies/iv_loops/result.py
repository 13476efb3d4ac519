"""I–V loops: forming, SET and RESET voltages."""

from typing import Annotated

from spicekit.block import Block, Moments, quantity


class LoopPoint(Block):
    """Loops under one compliance; voltages over cell and access transistor, magnitudes."""

    compliance: Annotated[float, quantity("A", "of the SET half")]
    set_voltage: Annotated[Moments | None, quantity("V", "steepest rise of ln conductance, over cells")] = (
        None
    )
    reset_voltage: Annotated[Moments | None, quantity("V", "of the largest RESET current, over cells")] = None
    reset_current: Annotated[Moments | None, quantity("A", "that current")] = None
    samples: Annotated[int, quantity("1", "cells, the nominal one among them")]
    discards: Annotated[int, quantity("1", "cells without a loop")]


class IvLoops(Block):
    """SET and RESET voltages from I–V loops, and the forming voltage of pristine devices."""

    points: Annotated[tuple[LoopPoint, ...], quantity("", "by rising compliance")]
    forming_voltage: Annotated[
        Moments | None, quantity("V", "steepest rise of ln conductance, pristine cells")
    ] = None
    forming_compliance: Annotated[float, quantity("A", "of the loop that forms")]
    forming_samples: Annotated[int, quantity("1", "cells formed")]
    forming_discards: Annotated[int, quantity("1", "cells without such a loop")]
    ramp: Annotated[float, quantity("s", "one way")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"iv_loops": IvLoops}
"""Its blocks by their key in `statistics.json`."""
