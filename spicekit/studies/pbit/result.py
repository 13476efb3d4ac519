"""What a p-bit does: how often its output is high, how fast it forgets, and the law of both."""

from typing import Annotated

import pydantic

from spicekit.block import Block, Estimate, Moments, quantity


class PbitPoint(Block):
    """The output at one input voltage."""

    voltage: Annotated[float, quantity("V", "at the gate")]
    mean: Annotated[
        Estimate,
        quantity("1", "mean of the output, +1 while it is high and -1 while it is low; mean over p-bits"),
    ]
    mean_spread: Annotated[
        float | None, quantity("1", "standard deviation over p-bits, counting errors included")
    ] = None
    correlation_time: Annotated[
        Estimate | None,
        quantity(
            "s",
            "of the output: geometric mean over p-bits whose output rose and fell; absent where none did both",
        ),
    ] = None
    parallel_output: Annotated[
        float, quantity("V", "output while the junction is parallel and nothing moves, mean over p-bits")
    ]
    antiparallel_output: Annotated[float, quantity("V", "the same while it is antiparallel")]
    rises: Annotated[int, quantity("1", "of the output, of all p-bits")]
    falls: Annotated[int, quantity("1", "of the output, of all p-bits")]
    flips: Annotated[
        int, quantity("1", "of the junctions: more than rises and falls where the output saturates")
    ]
    delayed: Annotated[
        int, quantity("1", "candidate events that were delayed because they came too soon after another one")
    ]
    rate_ratio: Annotated[
        float | None,
        quantity(
            "1",
            "rises and falls counted over those that the card's rates give at the simulated voltages of both states, "
            "over p-bits whose output follows the junction; absent where none does",
        ),
    ] = None
    power: Annotated[Moments, quantity("W", "from the supply, mean over the record; over p-bits")]
    samples: Annotated[int, quantity("1", "p-bits with a record")]
    still: Annotated[int, quantity("1", "among them, those whose output did not change")]
    discards: Annotated[int, quantity("1", "p-bits without a record")]


class PbitLaw(Block):
    """Rises at exp((1 + skew) I)/(2 time), falls at exp(-(1 - skew) I)/(2 time), I = (V - centre)/width.

    Fitted to each p-bit by maximum likelihood, where its output follows the junction. Spreads are standard
    deviations over p-bits, with the mean squared standard error of the fits taken off.
    """

    centre: Annotated[Estimate, quantity("V", "at which high and low are as likely: mean over p-bits")]
    centre_spread: Annotated[float | None, quantity("V", "over p-bits")] = None
    width: Annotated[Estimate, quantity("V", "for one unit of the input I: mean over p-bits")]
    width_spread: Annotated[float | None, quantity("V", "over p-bits")] = None
    time: Annotated[Estimate, quantity("s", "correlation time at the centre: geometric mean over p-bits")]
    time_spread: Annotated[float | None, quantity("1", "of its logarithm, over p-bits")] = None
    skew: Annotated[
        Estimate, quantity("1", "how much more the rises depend on I than the falls: mean over p-bits")
    ]
    lowest_input: Annotated[
        Estimate | None,
        quantity(
            "1", "input I below which the output is low in both states of the junction: mean over p-bits"
        ),
    ] = None
    highest_input: Annotated[
        Estimate | None, quantity("1", "input I above which the output is high in both states, likewise")
    ] = None
    power: Annotated[
        Moments, quantity("W", "from the supply at the voltage nearest to the centre; over p-bits")
    ]
    chi_squared: Annotated[
        float, quantity("1", "deviance of all fits over the degrees of freedom, 1 where it holds")
    ]
    devices: Annotated[int, quantity("1", "p-bits fitted")]

    @property
    def energy(self) -> float:
        """Energy [J] that a p-bit takes from the supply in one correlation time at the centre: one update."""
        return self.power.mean * self.time.value


class Pbit(Block):
    """A p-bit: superparamagnetic junction, transistor and inverter in one circuit, against its input."""

    points: Annotated[tuple[PbitPoint, ...], quantity("", "by rising voltage"), pydantic.Field(min_length=1)]
    law: Annotated[
        PbitLaw | None, quantity("", "of rises and falls, where the counts tell one", "fitted")
    ] = None
    supply: Annotated[float, quantity("V", "of junction and inverter", "setting")]
    temperature: Annotated[float, quantity("K", "of the surroundings", "setting")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"pbit": Pbit}
"""Its blocks by their key in `statistics.json`."""
