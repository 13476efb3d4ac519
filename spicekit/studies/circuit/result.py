"""What samples of circuits say."""

from typing import Annotated, ClassVar

from spicekit.block import OF_WHOLE, Block, Estimate, Probability, quantity


class Measured(Block):
    """One measurement over samples; its numbers are in the unit that it names."""

    unit: Annotated[str, quantity("", 'SI, such as `"V"`')]
    mean: Annotated[Estimate, quantity(OF_WHOLE, "over samples, with its standard error")]
    std: Annotated[
        Estimate | None,
        quantity(OF_WHOLE, "standard deviation over samples, with its standard error from the fourth moment"),
    ] = None
    lowest: Annotated[float, quantity(OF_WHOLE, "of all samples")]
    highest: Annotated[float, quantity(OF_WHOLE, "of all samples")]
    quantiles: Annotated[
        dict[str, float],
        quantity(OF_WHOLE, "by probability as text; only those that the number of samples can give"),
    ]
    samples: Annotated[int, quantity("1", "with a finite value")]
    never: Annotated[int, quantity("1", "samples in which a crossing never happened, beside them")] = 0

    units: ClassVar[str] = "unit"


class CircuitPoint(Block):
    """One circuit at one setting of its parameters."""

    name: Annotated[
        str, quantity("", "of the point, with which its samples are named: `circuit/NAME:NUMBER`")
    ]
    circuit: Annotated[str, quantity("", "of which it is a setting")]
    netlist: Annotated[str, quantity("", "file")]
    setting: Annotated[
        str, quantity("", "values of the parameters that are given as lists, in words; empty without")
    ] = ""
    coordinates: Annotated[int, quantity("1", "independent standard normals that a sample is drawn by")]
    limit: Annotated[str | None, quantity("", "what fails, in words; absent without a limit")] = None
    limit_of: Annotated[str | None, quantity("", "the measurement that it is of")] = None
    below: Annotated[float | None, quantity("unit of the limit", "a sample fails below", "setting")] = None
    above: Annotated[float | None, quantity("unit of the limit", "a sample fails above", "setting")] = None
    failed: Annotated[
        Probability | None, quantity("1", "share of samples that violate the limit", "counted")
    ] = None
    measurements: Annotated[dict[str, Measured], quantity("", "by name")]
    worst: Annotated[
        tuple[int, ...],
        quantity("1", "numbers of the samples closest to the limit or beyond, the worst first"),
    ] = ()
    worst_distances: Annotated[
        tuple[float, ...],
        quantity("unit of the limit", "distance of each from the limit; below 0 it fails"),
    ] = ()


class Circuits(Block):
    """Your own circuits: distributions of what is measured, and how often a limit is violated."""

    points: Annotated[tuple[CircuitPoint, ...], quantity("", "in the order in which they are given")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"circuit": Circuits}
"""Its blocks by their key in `statistics.json`."""
