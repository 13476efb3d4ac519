"""What a read of a superparamagnetic junction does: which cells tell its states apart, what it takes, what it flips."""

from typing import Annotated

import numpy as np

from spicekit.block import Block, Moments, Probability, quantity

_LABEL = "Random bits of a junction"


class Flips(Block):
    """Rates of one state, integrated over a read of a junction that stays in it; over cells that tell states apart.

    A number H is that of flips that would come; `chances` of them follow for two states.
    """

    deciding: Annotated[
        Moments, quantity("1", "from sense-enable until no flip changes the decision any more")
    ]
    after: Annotated[Moments, quantity("1", "from then to the end of the read")]


def chances(parallel: float | np.ndarray, antiparallel: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the chances to end in the other state, from (parallel, antiparallel), for integrated rates of both.

    That of the two-state Markov chain whose rates have a constant ratio (Norris, Markov Chains, 1997, example 2.1.1).
    """
    total = np.asarray(parallel, float) + antiparallel
    share = np.where(total > 0, -np.expm1(-total) / np.where(total > 0, total, 1.0), 1.0)
    return parallel * share, antiparallel * share


class Trng(Block):
    """A superparamagnetic junction in one branch of a sense amplifier, a resistor in the other."""

    supply: Annotated[float, quantity("V", "of the sense amplifier", "setting")]
    temperature: Annotated[float, quantity("K", "of the surroundings", "setting")]
    read_time: Annotated[float, quantity("s", "of a read after sense-enable", "setting")]
    precharge_time: Annotated[
        float, quantity("s", "before sense-enable; the junction is at rest then", "setting")
    ]
    reference: Annotated[
        float, quantity("Ohm", "the resistor between the turning points of the nominal cell")
    ]
    unusable: Annotated[
        Probability, quantity("1", "share of cells that do not tell both states apart with it", "counted")
    ]
    unusable_trimmed: Annotated[
        Probability,
        quantity(
            "1", "the same, with a resistor in the middle between the turning points of each cell", "counted"
        ),
    ]
    offset: Annotated[
        Moments,
        quantity("1", "ln of the resistor that suits a cell over the one that suits the nominal cell"),
    ]
    window: Annotated[
        Moments, quantity("1", "ln of the resistors between which a cell tells the states apart")
    ]
    energy: Annotated[
        Moments,
        quantity(
            "J", "of a read, mean of both states, pre-charge included", label=f"{_LABEL}: energy of a read"
        ),
    ]
    delay: Annotated[Moments, quantity("s", "of the slower one of both decisions, trimmed")]
    decisive_time: Annotated[
        Moments,
        quantity("s", "after sense-enable, until a flip out of the antiparallel state changes the decision"),
    ]
    rest_rate: Annotated[
        Moments,
        quantity(
            "1",
            "ln of the rate [1/s] of a junction at rest: geometric mean of both rates, by its card; over cells",
        ),
    ]
    rest_tilt: Annotated[
        Moments,
        quantity("1", "ln of the rate of leaving the antiparallel state over that of leaving the other"),
    ]
    flips_parallel: Annotated[Flips, quantity("", "of a junction that is parallel at sense-enable")]
    flips_antiparallel: Annotated[Flips, quantity("", "of one that is antiparallel")]
    live_reads: Annotated[
        int, quantity("1", "reads in which the junction could flip while ngspice ran, one per cell and state")
    ]
    live_flips: Annotated[int, quantity("1", "of them that ended in the other state")]
    live_flips_expected: Annotated[float, quantity("1", "the same by the integrated rates")]
    live_wrong: Annotated[int, quantity("1", "of them whose bit was not the state at sense-enable")]
    live_wrong_expected: Annotated[float, quantity("1", "the same by the chances of flips while deciding")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]


RESULTS = {"trng": Trng}
"""Its block by its key in `statistics.json`."""
