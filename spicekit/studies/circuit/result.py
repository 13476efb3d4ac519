"""What samples of circuits say."""

from typing import Annotated, ClassVar, Literal

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
    transistors: Annotated[int, quantity("1", "of the circuit, in all subcircuits")]
    without_mismatch: Annotated[int, quantity("1", "of them, all alike in each sample")]
    technology: Annotated[
        str, quantity("", "of the transistors whose cards spicekit knows; empty without")
    ] = ""
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


class CircuitRegion(Block):
    """One way to fail."""

    beta: Annotated[
        float, quantity("1", "distance of its most likely point from nominal, in standard deviations", ge=0)
    ]
    share: Annotated[float, quantity("1", "of the rate", ge=0, le=1)]
    devices: Annotated[
        dict[str, float],
        quantity("1", "share of β² by device or parameter, the largest first: what makes it fail"),
    ]
    point: Annotated[dict[str, float], quantity("1", "all coordinates of that point, in standard deviations")]


class CircuitEstimate(Block):
    """How often the limit is violated at one point, by rare-event sampling.

    Only an `outcome` of "agreed" is a result; `reason` says what is behind it, and why the method was taken. After
    "failed" (the simulator or the estimator broke down) nothing is known: the rate is 0 … 1.
    """

    name: Annotated[str, quantity("", "of the point")] = ""
    circuit: Annotated[str, quantity("", "of which it is a setting")] = ""
    setting: Annotated[str, quantity("", "values of the parameters that are given as lists, in words")] = ""
    coordinates: Annotated[int, quantity("1", "independent standard normals")] = 0
    limit: Annotated[str, quantity("", "what fails, in words")] = ""
    rate: Annotated[
        Probability, quantity("1", "`low` takes no discard for a failure, `high` every one", "estimated")
    ]
    outcome: Annotated[
        Literal["agreed", "not converged", "bound only", "disagreed", "failed"],
        quantity("", '`"agreed"`: a result; all others are none, and `reason` says why'),
    ]
    reason: Annotated[str, quantity("", "choice of the method, and what is behind the outcome")]
    runs: Annotated[int, quantity("1", "circuits simulated, search included")]
    discards: Annotated[int, quantity("1", "among them")]
    relative_error: Annotated[float | None, quantity("1", "one standard error over the rate")] = None
    effective_samples: Annotated[float | None, quantity("1", "failures that count")] = None
    largest_weight: Annotated[float | None, quantity("1", "share of the heaviest")] = None
    pareto_shape: Annotated[
        float | None, quantity("1", "tail of the weights; above 0.7 the error itself is not to be trusted")
    ] = None
    detection: Annotated[
        float | None,
        quantity(
            "1", "chance that the last audit had seen a further failure region with a tenth of the rate"
        ),
    ] = None
    second_probability: Annotated[
        float | None, quantity("1", "of an independent estimate, only to contradict")
    ] = None
    second_relative_error: Annotated[float | None, quantity("1", "its standard error over it")] = None
    regions: Annotated[tuple[CircuitRegion, ...], quantity("", "ways to fail")] = ()


class Circuits(Block):
    """Your own circuits: distributions of what is measured, and how often a limit is violated."""

    points: Annotated[tuple[CircuitPoint, ...], quantity("", "in the order in which they are given")] = ()
    method: Annotated[str, quantity("", "of the counts, in words")] = ""
    estimates: Annotated[
        tuple[CircuitEstimate, ...], quantity("", "rare-event estimates, where asked for")
    ] = ()


RESULTS = {"circuit": Circuits}
"""Its blocks by their key in `statistics.json`."""
