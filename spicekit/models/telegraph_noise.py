"""Random telegraph noise of reads: a trap beside the filament, occupied or not while the read lasts.

An occupied trap takes a share s of the conductance, which saturates at high resistance and falls with it at low
resistance (Ielmini et al., Appl. Phys. Lett. 96, 053503, 2010):

    s = amplitude R/(R + resistance)

Traps differ: their dR/R = s/(1 - s) is log-normal about that of the law, with `amplitude_spread` in its logarithm.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydantic

from spicekit.errors import InputError
from spicekit.models.quantity import Quantity, check_quantities

_UNITS = {"amplitude": "1", "resistance": "Ohm", "occupancy": "1"}
_OPTIONAL = {"amplitude_spread": "1", "relaxation_time": "s", "relaxation_spread": "1"}


class Telegraph(pydantic.BaseModel, extra="forbid", frozen=True):
    """The section of a card."""

    amplitude: Quantity  # share of the conductance that an occupied trap takes, at high resistance
    resistance: Quantity  # Ohm, where that share has fallen to half
    occupancy: Quantity  # share of the time
    amplitude_spread: Quantity | None = (
        None  # standard deviation of ln dR/R between traps; none: all are alike
    )
    relaxation_time: Quantity | None = (
        None  # s, in which the correlation of a trap's occupancy falls to 1/e; median over traps
    )
    relaxation_spread: Quantity | None = None  # standard deviation of its logarithm; none: all are alike

    def noise(self, scale: float, g0: float) -> "TelegraphNoise":
        """Return the noise of devices of the low-field resistance `scale` [Ohm] without gap; `g0` [nm]."""
        spread = self.amplitude_spread.value if self.amplitude_spread else 0.0
        return TelegraphNoise(
            self.amplitude.value, self.resistance.value, self.occupancy.value, scale, g0, spread
        )

    @property
    def trap_time(self) -> "TrapTime | None":
        """How fast traps are; None where the card does not say it."""
        if self.relaxation_time is None:
            return None
        return TrapTime(
            self.relaxation_time.value, self.relaxation_spread.value if self.relaxation_spread else 0.0
        )


@dataclass(frozen=True)
class TrapTime:
    """Log-normal law, over traps, of the time in which the correlation of their occupancy falls to 1/e."""

    median: float  # s
    spread: float  # standard deviation of the logarithm


@dataclass(frozen=True)
class TelegraphNoise:
    """What telegraph noise takes from reads."""

    amplitude: float
    resistance: float  # Ohm
    occupancy: float
    scale: float  # Ohm, low-field resistance without a gap
    g0: float  # nm
    spread: float = 0.0  # of ln dR/R

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates of one device's trap."""
        return ("telegraph", "telegraph_amplitude") if self.spread else ("telegraph",)

    def share(self, gap: np.ndarray, occupied: np.ndarray, amplitude: np.ndarray | None = None) -> np.ndarray:
        """Return the share of the conductance that reads of `gap` [nm] lose, from the values of `coordinates`."""
        from scipy.special import ndtri  # here, as cards without this law need not wait for it

        resistance = self.scale * np.exp(gap / self.g0)
        share = self.amplitude * resistance / (resistance + self.resistance)
        if amplitude is not None:
            relative = share / (1 - share) * np.exp(self.spread * amplitude)  # dR/R
            share = relative / (1 + relative)
        return np.where(occupied < ndtri(self.occupancy), share, 0.0)


def check_telegraph(path: Path, law: Telegraph) -> None:
    """Raise InputError unless units, signs and shares are right; `path` is the card."""
    given = {name: quantity for name, quantity in dict(law).items() if quantity is not None}
    stated = {name: unit for name, unit in _OPTIONAL.items() if name in given}
    check_quantities(path, "telegraph", given, _UNITS | stated)
    for name in ("amplitude", "occupancy"):
        if (share := given[name].value) >= 1:
            raise InputError(
                f"{path}: `telegraph.{name}`: got {share:g}, expected a share below 1: reads would have no or a "
                "negative conductance"
            )
