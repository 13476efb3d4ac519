"""What reads of two resistances say about the amplifier."""

from typing import Annotated, Literal

from spicekit.block import Block, Estimate, Moments, Probability, quantity


class AmplifierOffset(Block):
    """Where the decisions of drawn amplifiers turn, as the logarithm of the ratio that the amplifier sees.

    It sees the ratio of both devices, or that of the reference and the one device, and reads right where the logarithm
    of this lies beyond its offset.
    """

    neuron_input: Annotated[int | None, quantity("1", "of the XNOR, +1 or -1; absent without")] = None
    mean: Annotated[
        Estimate | None,
        quantity("1", "over amplifiers; absent where some have no offset within the ratios that are read"),
    ] = None
    sigma: Annotated[
        Estimate | None,
        quantity("1", "standard deviation over amplifiers, that of a reference included; as `mean`"),
    ] = None
    samples: Annotated[int, quantity("1", "amplifiers with an offset")]
    unresolved: Annotated[
        int,
        quantity(
            "1", "amplifiers that decide alike at all ratios that are read, or the wrong way round", "counted"
        ),
    ] = 0
    discards: Annotated[int, quantity("1", "amplifiers of which a simulation was lost", "counted")] = 0


class ErrorAtRatio(Block):
    """How often a read errs at one ratio of the resistances; each amplifier reads every stored value and input."""

    ratio: Annotated[float, quantity("1", "of the high over the low resistance", "setting")]
    failed: Annotated[
        Probability,
        quantity(
            "1",
            "wrong or undecided; at ratios that were not read, share of offsets beyond it, and `method` says so",
            "counted",
        ),
    ]
    undecided: Annotated[int | None, quantity("1", "of the reads, within the sense time", "counted")] = None
    law: Annotated[
        Probability | None,
        quantity(
            "1",
            "**extrapolated** from a normal law of the offsets; its interval is a bootstrap",
            "extrapolated",
        ),
    ] = None


class ReadCombination(Block):
    """Reads of one stored value with one input, at the widest ratio."""

    neuron_input: Annotated[int | None, quantity("1", "+1 or -1; absent without XNOR")] = None
    weight: Annotated[int, quantity("1", "stored, +1 or -1")]
    failed: Annotated[Probability, quantity("1", "wrong or undecided", "counted")]
    delay: Annotated[
        Moments | None, quantity("s", "from sense-enable to a decision, of reads that decided")
    ] = None
    energy: Annotated[
        Moments | None, quantity("J", "from the supply, pre-charge of discharged lines included")
    ] = None
    nominal_right: Annotated[
        int | None, quantity("1", "1: the nominal amplifier decides right and in time; 0: it does not")
    ] = None
    disturb: Annotated[
        float | None,
        quantity(
            "1",
            "change of ln R of the device in the high state by one read with the nominal amplifier; absent without one",
        ),
    ] = None


class ReadPoint(Block):
    """One kind of read at one resistance, corner, temperature and supply."""

    kind: Annotated[
        Literal["plain", "xnor", "reference"],
        quantity("", '`"plain"` and `"xnor"`: two devices are compared; `"reference"`: one with a resistor'),
    ]
    resistance: Annotated[float, quantity("Ohm", "the lower one, at the verify voltage", "setting")]
    process: Annotated[str, quantity("", "transistors and their corner")]
    temperature: Annotated[float, quantity("K", "of the surroundings", "setting")]
    supply: Annotated[float, quantity("V", "of the amplifier", "setting")]
    amplifiers: Annotated[int, quantity("1", "drawn, the nominal one left out", "counted")]
    discards: Annotated[int, quantity("1", "of them, with a read that was lost", "counted")] = 0
    offsets: Annotated[tuple[AmplifierOffset, ...], quantity("", "one for each input of the neuron")] = ()
    errors: Annotated[tuple[ErrorAtRatio, ...], quantity("", "by rising ratio")] = ()
    combinations: Annotated[tuple[ReadCombination, ...], quantity("", "of input and stored value")] = ()
    delay: Annotated[Moments | None, quantity("s", "of all reads at the widest ratio that decided")] = None
    slowest: Annotated[float | None, quantity("s", "the longest of these delays")] = None
    energy: Annotated[Moments | None, quantity("J", "of all reads at the widest ratio")] = None
    regeneration_time: Annotated[
        float | None, quantity("s", "time constant of the nominal latch; absent where it does not decide")
    ] = None
    reads_to_tenth: Annotated[
        float | None,
        quantity(
            "reads", "until R in the high state has moved by a tenth at the pace of the strongest `disturb`"
        ),
    ] = None
    works: Annotated[
        int,
        quantity(
            "1",
            "1: at the widest ratio the nominal amplifier reads right, and so are 99 % of drawn reads; else 0",
        ),
    ]


class ReadEstimate(Block):
    """A rare-event estimate of how often one read errs; only an `outcome` of "agreed" is a result."""

    kind: Annotated[str, quantity("", "as of the points")] = ""
    resistance: Annotated[float, quantity("Ohm", "as of the points", "setting")] = 0.0
    ratio: Annotated[float, quantity("1", "as of the points", "setting")] = 0.0
    neuron_input: Annotated[int | None, quantity("1", "+1 with the XNOR; absent without")] = None
    weight: Annotated[int, quantity("1", "stored", "setting")] = 1
    rate: Annotated[Probability, quantity("1", "of reads that are wrong or undecided", "estimated")]
    outcome: Annotated[
        Literal["agreed", "not converged", "bound only", "disagreed", "failed"],
        quantity("", '`"agreed"`: a result; all others are none, and `reason` says why'),
    ]
    reason: Annotated[str, quantity("", "choice of the method, and what is behind the outcome")]
    runs: Annotated[int, quantity("1", "reads simulated, search included")]
    discards: Annotated[int, quantity("1", "among them")]
    relative_error: Annotated[float | None, quantity("1", "one standard error over the rate")] = None
    beta: Annotated[
        float | None, quantity("1", "distance of the likeliest failure from nominal, in standard deviations")
    ] = None


class ReadPath(Block):
    """The read path: offsets of sense amplifiers, errors against the ratio, delay, energy and disturb of reads."""

    points: Annotated[tuple[ReadPoint, ...], quantity("", "by resistance, then kind of read")] = ()
    sense_time: Annotated[
        float | None,
        quantity("s", "from sense-enable to the end of a read; later decisions are errors", "setting"),
    ] = None
    reference_sigma: Annotated[
        float | None, quantity("1", "standard deviation of ln of the reference between columns", "assumed")
    ] = None
    status: Annotated[str, quantity("", "how sure the numbers are, in words")] = ""
    method: Annotated[str, quantity("", "in words")] = ""
    estimates: Annotated[tuple[ReadEstimate, ...], quantity("", "rare-event estimates, where asked for")] = ()


RESULTS = {"read_path": ReadPath}
"""Its blocks by their key in `statistics.json`."""
