"""Mutual locking of oscillators on one load."""

from typing import Annotated

from spicekit.block import Block, Estimate, Share, quantity


class MutualPoint(Block):
    """Several oscillators that emit into one load."""

    wiring: Annotated[str, quantity("", '`"series"` or `"parallel"`')]
    number: Annotated[int, quantity("1", "oscillators in a set")]
    current: Annotated[float, quantity("A", "mean bias")]
    load: Annotated[float, quantity("Ohm", "that all emit into")]
    frequency_spread: Annotated[
        float, quantity("Hz", "standard deviation of the free frequencies in a set, mean over sets")
    ]
    locked: Annotated[
        Share,
        quantity("1", "sets in which all keep step throughout the record; its `events` are those that do"),
    ]
    coherence: Annotated[float, quantity("1", "mean of |Σc|/Σ|c|: 1 in phase")]
    linewidth: Annotated[
        Estimate | None,
        quantity(
            "Hz",
            "of the voltage on the load, over locked sets; absent where a set's line is below the resolution",
        ),
    ] = None
    linewidth_phase: Annotated[Estimate | None, quantity("Hz", "of the common phase, over locked sets")] = (
        None
    )
    power: Annotated[Estimate | None, quantity("W", "into the load, of the line, over locked sets")] = None
    sum_power: Annotated[
        Estimate | None, quantity("1", "mean of |Σc|² over that of one oscillator: `number`² in phase")
    ] = None
    sets: Annotated[int, quantity("1", "with a record")]
    unresolved: Annotated[int, quantity("1", "of them, with a line below the resolution")]
    discards: Annotated[int, quantity("1", "sets without a record")]


class Mutual(Block):
    """Mutual locking against the number of oscillators."""

    points: Annotated[tuple[MutualPoint, ...], quantity("", "by wiring and number")]
    record: Annotated[float, quantity("s", "length of a record")]
    resolution: Annotated[float, quantity("Hz", "of the spectra")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]
