"""What a likelihood of the Bayesian machine costs at the gates, and how often it is wrong."""

from typing import Annotated

from spicekit.block import Block, Moments, Probability, quantity

_LABEL = "Bayesian machine: energy"


class BayesColumn(Block):
    """One likelihood word: read from 2T2R cells, compared with random numbers, joined by an AND gate."""

    bits: Annotated[int, quantity("1", "of a word", "setting")]
    cycles: Annotated[int, quantity("1", "simulated after each read", "setting")]
    period: Annotated[float, quantity("s", "of a cycle", "setting")]
    supply: Annotated[float, quantity("V", "of amplifiers and logic", "setting")]
    energy_read: Annotated[
        Moments,
        quantity(
            "J", "of reading a word, pre-charge included; once per decision", label=f"{_LABEL} of a read"
        ),
    ]
    energy_compare: Annotated[
        Moments,
        quantity(
            "J",
            "of the comparator in one cycle, with what drives the random number into it",
            label=f"{_LABEL} of a comparison",
        ),
    ]
    energy_and: Annotated[
        Moments, quantity("J", "of the AND gate in one cycle", label=f"{_LABEL} of an AND gate")
    ]
    energy_hold: Annotated[
        Moments, quantity("J", "of the amplifiers in one cycle, in which they hold the word that was read")
    ]
    energy_flip_flop: Annotated[
        Moments,
        quantity(
            "J",
            "of one flip-flop in one cycle, with a random bit in each: as of the register and the counters",
            label=f"{_LABEL} of a flip-flop",
        ),
    ]
    wrong_bits: Annotated[Probability, quantity("1", "share of bits of words that are read wrong", "counted")]
    wrong_outputs: Annotated[
        Probability,
        quantity("1", "share of cycles whose bit is not that of the word that was read", "counted"),
    ]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]

    @property
    def energy_cycle(self) -> float:
        """Energy [J] of one likelihood in one cycle, flip-flops apart."""
        return self.energy_compare.mean + self.energy_and.mean + self.energy_hold.mean


RESULTS = {"bayes_column": BayesColumn}
"""Its blocks by their key in `statistics.json`."""
