"""What the samples of one point of a circuit need: a deck, what spreads in it, what fails."""

from dataclasses import dataclass

import numpy as np

from spicekit.ngspice import Deck


@dataclass(frozen=True)
class Spread:
    """How one parameter of the deck follows one standard normal coordinate."""

    parameter: int  # its place among the deck's
    coordinate: str  # what is drawn, such as "vdd"
    sigma: float  # in the parameter's unit; of the logarithm if the law is lognormal
    law: str  # "normal", "lognormal", "uniform", "sign"
    device: str  # what it belongs to, such as "m1", or the parameter itself

    def values(self, nominal: float, z: np.ndarray) -> np.ndarray:
        """Return the parameter's values (n,) at coordinates (n,)."""
        if self.law == "lognormal":
            return nominal * np.exp(self.sigma * z)
        if self.law == "uniform":
            from scipy.special import ndtr  # here, as commands that simulate nothing begin without it

            return nominal + np.sqrt(3) * self.sigma * (2 * ndtr(z) - 1)
        return nominal + self.sigma * (np.sign(z) if self.law == "sign" else z)


@dataclass(frozen=True)
class Limit:
    """A sample fails where a measurement is below or above."""

    measurement: int  # its place among the deck's
    below: float | None
    above: float | None

    def margin(self, measured: np.ndarray) -> np.ndarray:
        """Return how far measured values (n,) are from failing, in their unit; below 0 is a failure, NaN stays."""
        margins = [np.full(measured.shape, np.inf)]
        if self.below is not None:
            margins.append(measured - self.below)
        if self.above is not None:
            margins.append(self.above - measured)
        return np.where(np.isnan(measured), np.nan, np.minimum.reduce(margins))


@dataclass(frozen=True)
class Content:
    """One point."""

    deck: Deck
    spreads: tuple[Spread, ...]
    limit: Limit | None

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normals that are drawn for a sample."""
        return tuple(one.coordinate for one in self.spreads)

    def values(self, points: np.ndarray) -> np.ndarray:
        """Return the values of the deck's parameters (n, parameters) at points (n, coordinates)."""
        values = np.tile(self.deck.row(), (len(points), 1))
        for column, one in enumerate(self.spreads):
            values[:, one.parameter] = one.values(
                self.deck.parameters[one.parameter].nominal, points[:, column]
            )
        return values
