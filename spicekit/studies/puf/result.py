"""What reads of pairs say that are written equally."""

from typing import Annotated

import pydantic

from spicekit.block import Block, Estimate, Moments, Probability, Share, quantity


class PufRead(Block):
    """One kind of read of the same pairs, beside that at enrolment."""

    name: Annotated[
        str, quantity("", "what is other than at enrolment: `again`, `-40C`, `1.2V`, `baked`, `rewritten`")
    ]
    temperature: Annotated[float, quantity("K", "of the read", "setting")]
    supply: Annotated[float, quantity("V", "of the amplifier", "setting")]
    ones: Annotated[Share, quantity("1", "share of pairs that read 1", "counted")]
    flips: Annotated[
        Probability, quantity("1", "share of pairs whose bit is not that at enrolment", "counted")
    ]
    correlation: Annotated[
        Estimate,
        quantity(
            "1",
            "of what the amplifier sees with that at enrolment: of the normal law with the same rank correlation",
        ),
    ]
    undecided: Annotated[int, quantity("1", "pairs whose read had not decided within the sense time")]
    energy: Annotated[Moments, quantity("J", "of the read, pre-charge included")]


class PufState(Block):
    """Pairs of which both devices are in one state."""

    state: Annotated[str, quantity("", "`unwritten`, `lrs` or `hrs`")]
    pairs: Annotated[int, quantity("1", "all of them, discards included")]
    discards: Annotated[int, quantity("1", "pairs of which a simulation was lost")]
    ones: Annotated[Share, quantity("1", "share of pairs that read 1 at enrolment", "counted")]
    ratio: Annotated[
        Moments, quantity("1", "ln of the right over the left resistance, at the verify voltage")
    ]
    devices: Annotated[
        Estimate,
        quantity(
            "1",
            "correlation of that ratio with what the amplifier sees at enrolment; the rest is its own offset",
        ),
    ]
    energy: Annotated[Moments, quantity("J", "of the read at enrolment, pre-charge included")]
    energy_write: Annotated[
        Moments | None,
        quantity("J", "of writing both devices once, SET and RESET; absent where they are unwritten"),
    ] = None
    undecided: Annotated[
        int, quantity("1", "pairs whose read at enrolment had not decided within the sense time")
    ]
    reads: Annotated[tuple[PufRead, ...], quantity("", "the further reads"), pydantic.Field(min_length=1)]
    correlations: Annotated[
        tuple[tuple[float, ...], ...],
        quantity("1", "the same of all reads, that at enrolment first: a matrix"),
    ]


class Puf(Block):
    """Pairs that are written equally, and read by their amplifier."""

    states: Annotated[tuple[PufState, ...], quantity("", "one for each state"), pydantic.Field(min_length=1)]
    set_compliance: Annotated[float, quantity("A", "of the SET", "setting")]
    reset_voltage: Annotated[float, quantity("V", "of the RESET", "setting")]
    pulse_width: Annotated[float, quantity("s", "of both pulses", "setting")]
    bake_time: Annotated[float, quantity("s", "of the bake", "setting")]
    bake_temperature: Annotated[float, quantity("K", "of the bake", "setting")]
    telegraph_noise: Annotated[bool, quantity("", "whether reads have it", "setting")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"puf": Puf}
"""Its block by its key in `statistics.json`."""
