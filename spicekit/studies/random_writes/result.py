"""What writes and reads of pairs say that are written equally again and again."""

from typing import Annotated

import pydantic

from spicekit.block import Block, Estimate, Moments, Share, quantity


class Turns(Block):
    """Bits of a pair that lie so many writes apart."""

    least_lag: Annotated[int, quantity("1", "writes from one bit to the other, at least", "setting")]
    most_lag: Annotated[int, quantity("1", "at most", "setting")]
    compared: Annotated[int, quantity("1", "twos of bits, of all pairs")]
    turned: Annotated[int, quantity("1", "of them that differ")]
    share: Annotated[
        Share,
        quantity(
            "1",
            "the same as a share; interval by bootstrap over pairs, as bits of a pair are not independent",
        ),
    ]
    law: Annotated[float, quantity("1", "the same share by the law", "fitted")]


class Pattern(Block):
    """Pairs whose bit depends on their traps in the same way."""

    bits: Annotated[
        str,
        quantity(
            "",
            "such as `0100`: with both traps empty, that of the left or of the right device occupied, both",
        ),
        pydantic.Field(pattern="^[01]{4}$"),
    ]
    pairs: Annotated[int, quantity("1", "that do", ge=0)]


class ReadNoise(Block):
    """One write, read again and again: what the traps of both devices change."""

    pairs: Annotated[int, quantity("1", "that were read in all four states of their traps")]
    patterns: Annotated[tuple[Pattern, ...], quantity("", "how the bit depends on them, most frequent first")]
    changing: Annotated[Share, quantity("1", "share of pairs whose bit depends on a trap", "counted")]
    differing: Annotated[
        Share,
        quantity("1", "chance that two reads of a pair, far apart, differ; interval by bootstrap over pairs"),
    ]
    occupancy: Annotated[
        float, quantity("1", "share of the time that a trap is occupied, by the card", "setting", gt=0, lt=1)
    ]
    relaxation_time: Annotated[
        float | None,
        quantity(
            "s",
            "median over traps of the time in which their correlation falls to 1/e, by the card; absent where it has "
            "none",
            "setting",
        ),
    ] = None
    relaxation_spread: Annotated[
        float,
        quantity("1", "standard deviation between traps of its logarithm, by the card", "setting", ge=0),
    ] = 0.0


class RandomState(Block):
    """Pairs of which both devices are in one state."""

    state: Annotated[str, quantity("", "`lrs`, read after the SET, or `hrs`, after the RESET")]
    pairs: Annotated[int, quantity("1", "all of them, discards included")]
    discards: Annotated[int, quantity("1", "pairs of which a simulation was lost")]
    undecided: Annotated[
        int, quantity("1", "reads that had not decided within the sense time, of all writes")
    ]
    ones: Annotated[
        Share, quantity("1", "share of ones over pairs and writes; interval by bootstrap over pairs")
    ]
    mean: Annotated[
        float,
        quantity(
            "1",
            "of the law, in its standard deviations: 0 where the interval of the ones allows one half",
            "fitted",
        ),
    ]
    constant: Annotated[
        Share,
        quantity(
            "1",
            "share of the variance of what the amplifier sees that stays with the pair for ever; interval by bootstrap "
            "over pairs",
            "fitted",
        ),
    ]
    slow: Annotated[
        Share,
        quantity(
            "1", "share that is forgotten over `slow_cycles` writes; the rest is fresh in each", "fitted"
        ),
    ]
    devices: Annotated[
        Estimate,
        quantity(
            "1",
            "correlation of what the amplifier sees with ln of right over left resistance; the rest is its own offset",
        ),
    ]
    turns: Annotated[
        tuple[Turns, ...],
        quantity("", "how often bits differ, by writes between them"),
        pydantic.Field(min_length=1),
    ]
    ones_counted: Annotated[
        tuple[int, ...],
        quantity("1", "pairs with 0, 1, 2 … ones among their bits"),
        pydantic.Field(min_length=2),
    ]
    ones_law: Annotated[tuple[float, ...], quantity("1", "the same by the law, as shares of pairs", "fitted")]
    agreement: Annotated[
        float,
        quantity(
            "1",
            "p-value of those counts under the law: chi squared, whose law is found by drawing as many pairs",
        ),
    ]
    energy_read: Annotated[
        Moments,
        quantity(
            "J", "of a read, pre-charge included", label="Random bits of written pairs: energy of a read"
        ),
    ]
    energy_write: Annotated[
        Moments,
        quantity(
            "J", "of SET and RESET of both devices", label="Random bits of written pairs: energy of a write"
        ),
    ]
    read_noise: Annotated[ReadNoise | None, quantity("", "of one write; absent without telegraph noise")] = (
        None
    )


class RandomWrites(Block):
    """Pairs that are written equally again and again, and read by their amplifier after each write."""

    supply: Annotated[float, quantity("V", "of the sense amplifier", "setting")]
    temperature: Annotated[float, quantity("K", "of the surroundings", "setting")]
    set_compliance: Annotated[float, quantity("A", "of the SET", "setting")]
    reset_voltage: Annotated[float, quantity("V", "of the RESET", "setting")]
    pulse_width: Annotated[float, quantity("s", "of both pulses", "setting")]
    write_time: Annotated[
        float,
        quantity("s", "of SET and RESET with edges and settling, both devices at the same time", "setting"),
    ]
    read_time: Annotated[float, quantity("s", "of a read, pre-charge included", "setting")]
    slow_cycles: Annotated[
        float,
        quantity(
            "1",
            "writes after which the slow part's correlation has fallen to 1/e, by the card",
            "setting",
            gt=0,
        ),
    ]
    writes: Annotated[
        tuple[int, ...],
        quantity("1", "numbers of those that were simulated", "setting"),
        pydantic.Field(min_length=2),
    ]
    telegraph_noise: Annotated[bool, quantity("", "whether reads have it", "setting")]
    states: Annotated[
        tuple[RandomState, ...], quantity("", "one for each state"), pydantic.Field(min_length=1)
    ]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"random_writes": RandomWrites}
"""Its block by its key in `statistics.json`."""
