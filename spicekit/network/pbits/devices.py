"""P-bits: the published formula, or drawn from the law that was fitted to simulated ones."""

from dataclasses import dataclass, replace

import numpy as np

from spicekit.errors import InputError
from spicekit.sampling.normals import generator
from spicekit.statistics import Statistics
from spicekit.studies.pbit.result import Pbit, PbitLaw

PARAMETERS = ("centre", "width", "time")
"""What each p-bit has its own of."""
_NARROWEST = 0.1  # of the mean width: a spread that a card exaggerates may not turn a sigmoid round


@dataclass(frozen=True)
class Chip:
    """The p-bits of several chips, (chips, bits) each.

    At the input I that the network asks for, a p-bit sees J = gain·I + shift. It rises at the rate
    exp((1 + skew) J)/(2 time) and falls at exp(-(1 - skew) J)/(2 time); below `lowest` it does not rise, above
    `highest` it does not fall.
    """

    gain: np.ndarray
    shift: np.ndarray
    time: np.ndarray  # in units of the mean correlation time
    skew: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Devices:
    """The p-bits that a network is built of; without a law they are ideal.

    Ideal p-bits draw m = sgn(tanh(I) - r) anew, each at random moments, once per unit of time on average.
    """

    name: str
    law: PbitLaw | None = None
    asked: PbitLaw | None = None  # for which inputs are made: None is `law` itself
    spread: float = 1.0  # factor on all spreads
    trimmed: bool = False  # whether each p-bit has its centre set right

    def chips(self, seed: int, first: int, stop: int, bits: int) -> Chip | None:
        """Return chips `first` … `stop` - 1, each a function of (seed, its number) alone; None for ideal ones."""
        law, asked = self.law, self.asked or self.law
        if law is None or asked is None:
            return None
        z = np.array(
            [
                generator(seed, f"p-bits of {bits}", k).standard_normal((bits, len(PARAMETERS)))
                for k in range(first, stop)
            ]
        ).reshape(stop - first, bits, len(PARAMETERS))
        sigmas = [(getattr(law, f"{name}_spread") or 0.0) * self.spread for name in PARAMETERS]
        width = np.maximum(law.width.value + sigmas[1] * z[:, :, 1], _NARROWEST * law.width.value)
        off = 0.0 if self.trimmed else asked.centre.value - law.centre.value - sigmas[0] * z[:, :, 0]
        return Chip(
            gain=asked.width.value / width,
            shift=off / width,
            time=np.exp(sigmas[2] * z[:, :, 2]),
            skew=law.skew.value,
            lowest=law.lowest_input.value if law.lowest_input else -np.inf,
            highest=law.highest_input.value if law.highest_input else np.inf,
        )


IDEAL = Devices("ideal p-bits")


def law_of(statistics: Statistics, source: str) -> tuple[Pbit, PbitLaw]:
    """Return the p-bit of the statistics, and its law.

    Raises:
        InputError: no p-bit was simulated, or no law could be fitted.
    """
    found = statistics.of(Pbit)
    if found is None:
        raise InputError(
            f"{source}: has no `pbit`: run an experiment with `[studies.pbit]`, or give the name `pbit`, which comes "
            f"along"
        )
    if found.law is None:
        raise InputError(
            f"{source}: `pbit` has no `law`: give the study voltages at which the output rises and falls"
        )
    return found, found.law


def surroundings_of(statistics: Statistics) -> tuple[tuple[str, Pbit], ...]:
    """Return the p-bits at the other points of the statistics' grid that have a law, by the name of the point."""
    found = []
    for point in statistics.grid:
        block = point.studies.get("pbit")
        pbit = Pbit.model_validate(block) if block else None
        if pbit is not None and pbit.law is not None:
            found.append((point.name, pbit))
    return tuple(found)


def without_limits(devices: Devices) -> Devices:
    """Return the same p-bits with an output that follows the junction at every input."""
    if devices.law is None:
        return devices
    return replace(devices, law=devices.law.model_copy(update={"lowest_input": None, "highest_input": None}))
